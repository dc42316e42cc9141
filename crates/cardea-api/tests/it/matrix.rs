//! Every address, every role, and everybody it can be about: what is answered, as a table.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use cardea_api::route::{self, Method, Route};
use cardea_idp::admin::role;
use serde_json::{Value, json};

use crate::tenant::{Tenant, Who, admin, assignment, person, user};

/// Somebody whom a request can be about: themselves, somebody without a role, an administrator, nobody,
/// and something of another kind.
const RELATIONS: [&str; 5] = ["self", "peer", "admin", "missing", "other kind"];

/// What a request is answered, as far as it is about who may do what: `y` it was not refused for lack of
/// rights, `-` it was.
fn mark(status: u16) -> char {
    if status == 403 { '-' } else { 'y' }
}

fn path(route: &Route, subject: &str) -> String {
    let second = match route.shape {
        // Everybody's password has this id.
        "users/{}/authentication/methods/{}/resetPassword" => cardea_idp::admin::methods::PASSWORD,
        _ => "00000000-0000-4000-8000-00000000ffff",
    };
    let mut keys = [subject, second].into_iter();
    let path = route.path();
    let parts = path.split('/').map(|part| if part == "{}" { keys.next().unwrap() } else { part });
    // Five minutes, where a function asks how many.
    parts.collect::<Vec<_>>().join("/").replace("InMinutes)", "InMinutes=5)")
}

/// A row as the tables call it: behind the version where it is Graph's.
fn name(route: &Route) -> String {
    let path = route
        .path()
        .replace("/v1.0/", "")
        .replace("/beta/", "beta: ")
        .replace("/scim/v2/", "scim: ");
    format!("{:?} {path}", route.method)
}

/// What takes somebody away or signs them out comes last, so that everything else is asked of whoever
/// is there.
fn order(route: &Route) -> u8 {
    match (route.shape, route.method) {
        ("users/{}/authentication/methods/{}/resetPassword", Method::Post) => 1,
        ("users/{}" | "Users/{}", Method::Delete) => 2,
        ("users/{}/revokeSignInSessions", Method::Post) => 3,
        (_, Method::Get | Method::Post | Method::Patch | Method::Put | Method::Delete) => 0,
    }
}

/// How many tests share the roles, so that they are asked at the same time.
const SHARES: usize = 4;

/// What the holders of some roles are answered.
async fn answers(share: usize) -> String {
    let mut routes: Vec<&Route> = route::all().iter().collect();
    routes.sort_by_key(|route| order(route));
    let mut table: BTreeMap<String, String> = BTreeMap::new();
    for role in role::ALL.iter().skip(share).step_by(SHARES) {
        let me = person(1);
        let objects = [user(1, "Holder"), assignment(1, role.id), user(2, "Peer")];
        let tenant = Tenant::new(&objects).await;
        let subjects = [
            me.clone(),
            person(2),
            admin(),
            person(9999),
            String::from("eeeeeeee-0000-4000-8000-000000000001"),
        ];
        for route in &routes {
            // Without a key it is about nobody.
            let about = if route.shape.contains("{}") { &subjects[..] } else { &subjects[..1] };
            let mut marks = String::new();
            for subject in about {
                marks.push(mark(asked(&tenant, (route, &me, subject)).await));
            }
            // Who may not at all is left out: it is most of them.
            if marks.contains('y') {
                let row = table.entry(name(route)).or_default();
                let _ = writeln!(row, "  {marks} {}", role.name);
            }
        }
    }
    let mut shown = format!("columns: {}\n", RELATIONS.join(", "));
    for (route, roles) in &table {
        let _ = write!(shown, "{route}\n{roles}");
    }
    shown
}

macro_rules! share {
    ($name:ident, $share:expr) => {
        #[tokio::test]
        async fn $name() {
            insta::assert_snapshot!(answers($share).await);
        }
    };
}

share!(every_address_is_open_to_whom_the_first_table_says, 0);
share!(every_address_is_open_to_whom_the_second_table_says, 1);
share!(every_address_is_open_to_whom_the_third_table_says, 2);
share!(every_address_is_open_to_whom_the_fourth_table_says, 3);

/// Somebody may do everything that there is an address for, and the tables say who.
#[test]
fn no_address_is_without_a_row() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/snapshots");
    let tables: String = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| std::fs::read_to_string(entry.unwrap().path()).unwrap())
        .collect();
    for route in route::all() {
        let row = format!("\n{}\n", name(route));
        assert!(tables.contains(&row), "{row}");
    }
}

/// Asks without changing anything: a body that is never right comes behind the question of rights.
async fn asked(tenant: &Tenant, (route, me, subject): (&Route, &str, &str)) -> u16 {
    let method = match route.method {
        Method::Get => "GET",
        Method::Post => "POST",
        Method::Patch => "PATCH",
        Method::Put => "PUT",
        Method::Delete => "DELETE",
    };
    let body = match (route.shape, route.method) {
        (_, Method::Get | Method::Delete) => Value::Null,
        // Whose account it is comes behind whether the body is a change at all.
        ("Users/{}", Method::Patch) => json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
            "Operations": [{ "op": "replace", "path": "title", "value": "Clerk" }],
        }),
        ("Users/{}", Method::Put) => json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
            "userName": "peer@contoso.example",
        }),
        ("users/{}/authentication/fido2Methods", Method::Post) => {
            json!({ "publicKeyCredential": {} })
        }
        (_, Method::Post | Method::Patch | Method::Put) => json!({}),
    };
    tenant.ask(&Who::of(me), method, &path(route, subject), &body).await.status
}
