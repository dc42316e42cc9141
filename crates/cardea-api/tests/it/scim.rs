//! People and groups that another directory keeps up to date.

use serde_json::{Value, json};

use crate::tenant::{
    EXPLORER, PLAIN, Tenant, Who, admin, in_authenticator, looping, person, request, user,
};

const USERS: &str = "/scim/v2/Users";
const GROUPS: &str = "/scim/v2/Groups";
const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";

/// A person as Entra sends them.
fn kim() -> Value {
    json!({
        "schemas": [USER, ENTERPRISE],
        "externalId": "kim-1", "userName": "kim@contoso.example", "active": true,
        "name": { "givenName": "Kim", "familyName": "Duarte" },
        "emails": [{ "primary": true, "type": "work", "value": "kim@contoso.example" }],
        ENTERPRISE: { "department": "Ward" },
    })
}

fn patch(operations: &Value) -> Value {
    json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": operations,
    })
}

fn group(name: &str, members: &Value) -> Value {
    json!({ "schemas": [GROUP], "displayName": name, "externalId": name, "members": members })
}

fn at(list: &str, resource: &Value) -> String {
    format!("{list}/{}", resource["id"].as_str().unwrap())
}

/// The names of a list.
async fn names(tenant: &Tenant, path: &str) -> Vec<String> {
    let answer = tenant.get(path).await.expect(200);
    let found = answer["Resources"].as_array().unwrap();
    let name = |it: &Value| {
        it["userName"].as_str().or_else(|| it["displayName"].as_str()).unwrap().to_owned()
    };
    let names: Vec<String> = found.iter().map(name).collect();
    assert_eq!(answer["itemsPerPage"], json!(names.len()));
    names
}

#[tokio::test]
async fn a_person_comes_changes_and_leaves_and_graph_sees_the_same_one() {
    let tenant = Tenant::new(&[]).await;
    let answer = tenant.post(USERS, &kim()).await;
    assert_eq!(answer.headers["content-type"], "application/scim+json");
    let place = answer.headers["location"].to_str().unwrap().to_owned();
    let made = answer.expect(201);
    let kim = at(USERS, &made);
    assert_eq!(place, format!("https://login.contoso.example{kim}"));
    assert_eq!(made["meta"]["location"], json!(place));
    assert_eq!(made["externalId"], "kim-1");
    assert_eq!(made["displayName"], "Kim Duarte", "Graph cannot do without");
    let id = made["id"].as_str().unwrap();
    let path = format!("users/{id}?$select=department,mail,accountEnabled,surname");
    let seen = tenant.get(&path).await.expect(200);
    assert_eq!(
        [&seen["department"], &seen["mail"], &seen["accountEnabled"], &seen["surname"]],
        [&json!("Ward"), &json!("kim@contoso.example"), &json!(true), &json!("Duarte")]
    );
    let again = tenant.post(USERS, &self::kim()).await;
    assert_eq!((again.status, &again.body["scimType"]), (409, &json!("uniqueness")));
    // As Entra writes it: verbs with a capital, truth as text, paths with filters.
    let change = patch(&json!([
        { "op": "Replace", "path": "active", "value": "False" },
        { "op": "Add", "path": format!("{ENTERPRISE}:manager"), "value": admin() },
        { "op": "Replace", "path": "emails[type eq \"work\"].value", "value": "k@contoso.example" },
    ]));
    let changed = tenant.patch(&kim, &change).await.expect(200);
    assert_eq!(changed["active"], false);
    assert_eq!(changed["emails"][0]["primary"], true, "kept beside");
    assert_eq!(changed[ENTERPRISE]["manager"]["displayName"], "Admin");
    let seen = tenant.get(&format!("users/{id}?$select=mail,accountEnabled,manager")).await;
    let seen = seen.expect(200);
    assert_eq!(
        (&seen["mail"], &seen["accountEnabled"]),
        (&json!("k@contoso.example"), &json!(false))
    );
    assert_eq!(seen["manager"]["id"], json!(admin()));
    let mut whole = self::kim();
    whole.as_object_mut().unwrap().remove("externalId");
    whole.as_object_mut().unwrap().remove("active");
    let replaced = tenant.ask(&Who::admin(), "PUT", &kim, &whole).await.expect(200);
    assert_eq!(replaced["active"], false, "who does not say so lets nobody in");
    assert!(replaced.get("externalId").is_none(), "{replaced}");
    assert!(replaced[ENTERPRISE].get("manager").is_none(), "{replaced}");
    tenant.delete(&kim).await.expect(204);
    let gone = tenant.get(&kim).await;
    assert_eq!((gone.status, &gone.body["status"]), (404, &json!("404")));
}

#[tokio::test]
async fn graph_neither_shows_nor_changes_what_only_provisioning_knows() {
    let tenant = Tenant::new(&[]).await;
    let made = tenant.post(USERS, &kim()).await.expect(201);
    let (kim, user) = (at(USERS, &made), at("users", &made));
    let ward = tenant.post(GROUPS, &group("Ward", &json!([{ "value": made["id"] }]))).await;
    let ward = at("groups", &ward.expect(201));
    for path in [&user, &ward, &format!("{ward}/members"), &format!("{user}/memberOf")] {
        let seen = tenant.get(path).await.expect(200);
        assert!(!seen.to_string().contains("@cardea.scim"), "{path}: {seen}");
    }
    let forged = json!({ "@cardea.scim": { "externalId": "somebody-else" }, "jobTitle": "Nurse" });
    tenant.patch(&user, &forged).await.expect(204);
    let seen = tenant.get(&kim).await.expect(200);
    assert_eq!((&seen["externalId"], &seen["title"]), (&json!("kim-1"), &json!("Nurse")));
}

#[tokio::test]
async fn people_are_found_by_their_names_and_page_by_page() {
    let tenant = Tenant::new(&[user(1, "Kim"), user(2, "Lee"), user(3, "Sam")]).await;
    let with =
        |filter: &str| format!("{USERS}?filter={}", filter.replace(' ', "+").replace('"', "%22"));
    let by_name = names(&tenant, &with("userName eq \"LEE@contoso.example\"")).await;
    assert_eq!(by_name, ["lee@contoso.example"]);
    for nobody in
        ["userName eq \"no@contoso.example\"", "userName eq \"no name\"", "externalId eq \"x\""]
    {
        assert_eq!(names(&tenant, &with(nobody)).await, Vec::<String>::new(), "{nobody}");
    }
    let change = patch(&json!([{ "op": "add", "value": { "externalId": "7" } }]));
    tenant.patch(&format!("{USERS}/{}", person(3)), &change).await.expect(200);
    assert_eq!(names(&tenant, &with("externalId eq \"7\"")).await, ["sam@contoso.example"]);
    let both = with("displayName sw \"L\" or id eq \"nobody\"");
    assert_eq!(names(&tenant, &both).await, ["lee@contoso.example"]);
    let second = tenant.get(&format!("{USERS}?startIndex=2&count=2")).await.expect(200);
    assert_eq!((&second["totalResults"], &second["itemsPerPage"]), (&json!(4), &json!(2)));
    let pages = ["startIndex=1&count=2", "startIndex=3&count=2"];
    let mut all = names(&tenant, &format!("{USERS}?{}", pages[0])).await;
    all.extend(names(&tenant, &format!("{USERS}?{}", pages[1])).await);
    all.sort();
    let everybody = ["admin", "kim", "lee", "sam"].map(|it| format!("{it}@contoso.example"));
    assert_eq!(all, everybody);
    let wrong = tenant.get(&with("userName what \"x\"")).await;
    assert_eq!((wrong.status, &wrong.body["scimType"]), (400, &json!("invalidFilter")));
    let only = tenant.get(&format!("{USERS}/{}?attributes=userName", person(1))).await.expect(200);
    assert!(only.get("displayName").is_none() && only["userName"] == "kim@contoso.example");
}

#[tokio::test]
async fn members_come_and_leave_as_entra_writes_it() {
    let tenant = Tenant::new(&[user(1, "Kim"), user(2, "Lee")]).await;
    let members = json!([{ "value": person(1) }]);
    let made = tenant.post(GROUPS, &group("Ward", &members)).await.expect(201);
    let ward = at(GROUPS, &made);
    assert_eq!(made["members"][0]["value"], json!(person(1)));
    let outer = json!([{ "value": made["id"], "type": "Group" }]);
    let house = at(GROUPS, &tenant.post(GROUPS, &group("House", &outer)).await.expect(201));
    let change = async |operations: Value| tenant.patch(&ward, &patch(&operations)).await;
    let ids = async || {
        let mut ids = tenant.ids(&format!("{}/members", ward.replace(GROUPS, "groups"))).await;
        ids.sort();
        ids
    };
    change(json!([{ "op": "Add", "path": "members", "value": [{ "value": person(2) }] }]))
        .await
        .expect(204);
    assert_eq!(ids().await, [person(1), person(2)]);
    // What is there comes again, and what is not there leaves: nothing happens.
    change(json!([
        { "op": "Add", "path": "members", "value": [{ "value": person(2) }] },
        { "op": "Remove", "path": "members", "value": [{ "value": person(9) }] },
    ]))
    .await
    .expect(204);
    let path = format!("members[value eq \"{}\"]", person(1));
    change(json!([{ "op": "Remove", "path": path }])).await.expect(204);
    assert_eq!(ids().await, [person(2)]);
    change(json!([{ "op": "Remove", "path": "members", "value": [{ "value": person(2) }] }]))
        .await
        .expect(204);
    assert_eq!(ids().await, Vec::<String>::new());
    let stranger = change(json!([
        { "op": "Add", "path": "members", "value": [{ "value": person(1) }, { "value": "who" }] },
    ]))
    .await;
    assert_eq!((stranger.status, &stranger.body["scimType"]), (400, &json!("invalidValue")));
    assert_eq!(ids().await, Vec::<String>::new(), "all of it or nothing");
    change(json!([{ "op": "Replace", "path": "displayName", "value": "Ward 7" }]))
        .await
        .expect(204);
    let named = format!("{GROUPS}?filter=displayName+eq+%22Ward+7%22&excludedAttributes=members");
    assert_eq!(names(&tenant, &named).await, ["Ward 7"]);
    let id = made["id"].as_str().unwrap();
    let inside = format!("{GROUPS}?filter=members%5Bvalue+eq+%22{id}%22%5D");
    assert_eq!(names(&tenant, &inside).await, ["House"]);
    let kims = tenant.get(&format!("{USERS}/{}", person(1))).await.expect(200);
    assert!(kims.get("groups").is_none(), "{kims}");
    tenant.delete(&ward).await.expect(204);
    tenant.get(&ward).await.expect(404);
    assert!(tenant.get(&house).await.expect(200).get("members").is_none());
}

#[tokio::test]
async fn nobody_is_locked_out_by_a_membership_or_by_losing_their_account() {
    let tenant = Tenant::new(&[in_authenticator(), user(1, "Kim")]).await;
    let made = tenant.post(GROUPS, &group("Trial", &json!([]))).await.expect(201);
    let trial = at(GROUPS, &made);
    let mut policy = looping("enabled");
    policy["conditions"]["users"] = json!({ "includeGroups": [made["id"]] });
    tenant.post("identity/conditionalAccess/policies", &policy).await.expect(201);
    let add = json!([{ "op": "Add", "path": "members", "value": [{ "value": person(1) }] }]);
    let refused = tenant.patch(&trial, &patch(&add)).await;
    assert_eq!((refused.status, &refused.body["scimType"]), (400, &json!("invalidValue")));
    let detail = refused.body["detail"].as_str().unwrap();
    assert!(detail.contains("locked out"), "{detail}");
    let whole = group("Trial", &json!([{ "value": person(1) }]));
    assert_eq!(tenant.ask(&Who::admin(), "PUT", &trial, &whole).await.status, 400);
    assert!(tenant.get(&trial).await.expect(200).get("members").is_none());
    let off = patch(&json!([{ "op": "Replace", "path": "active", "value": "False" }]));
    let refused = tenant.patch(&format!("{USERS}/{}", admin()), &off).await;
    assert_eq!(refused.status, 400, "{}", refused.body);
    assert_eq!(tenant.delete(&format!("{USERS}/{}", admin())).await.status, 403);
}

#[tokio::test]
async fn a_change_is_made_to_the_version_that_it_was_written_for() {
    let tenant = Tenant::new(&[user(1, "Kim"), user(2, "Lee")]).await;
    let made = tenant.post(GROUPS, &group("Ward", &json!([]))).await.expect(201);
    let add = |number| json!([{ "op": "add", "path": "members", "value": [{ "value": person(number) }] }]);
    let title = |text: &str| json!([{ "op": "replace", "path": "title", "value": text }]);
    let send = async |path: &str, header: &'static str, tag: &str, operations: &Value| {
        let change = if operations.is_null() { Value::Null } else { patch(operations) };
        let method = if operations.is_null() { "GET" } else { "PATCH" };
        let mut request = request(method, path, &change);
        request.headers_mut().insert(header, tag.parse().unwrap());
        tenant.send(&Who::admin(), request).await
    };
    for (path, one, other) in [
        (at(GROUPS, &made), add(1), add(2)),
        (format!("{USERS}/{}", person(1)), title("Nurse"), title("Clerk")),
    ] {
        let first = tenant.get(&path).await;
        let tag = first.headers["etag"].to_str().unwrap().to_owned();
        assert_eq!(first.body["meta"]["version"], json!(tag));
        let same = send(&path, "if-none-match", &tag, &Value::Null).await;
        assert_eq!((same.status, &same.body), (304, &Value::Null));
        assert!(matches!(send(&path, "if-match", &tag, &one).await.status, 200 | 204), "{path}");
        assert_eq!(send(&path, "if-match", &tag, &other).await.status, 412, "{path}");
        send(&path, "if-none-match", &tag, &Value::Null).await.expect(200);
        assert!(matches!(send(&path, "if-match", "*", &other).await.status, 200 | 204), "{path}");
    }
}

#[tokio::test]
async fn who_comes_needs_a_token_and_the_right() {
    let tenant = Tenant::new(&[user(1, "Lee")]).await;
    let nobody = tenant.ask(&Who::Nobody, "GET", USERS, &Value::Null).await;
    assert_eq!((nobody.status, &nobody.body["status"]), (401, &json!("401")));
    assert!(nobody.headers.contains_key("www-authenticate"));
    let status = async |who: &Who, method: &str, path: &str| {
        tenant.ask(who, method, path, &Value::Null).await.status
    };
    assert_eq!(status(&Who::of(&person(1)), "GET", USERS).await, 403);
    assert_eq!(status(&Who::Application(PLAIN), "DELETE", &format!("{USERS}/1")).await, 403);
    assert_eq!(status(&Who::Application(EXPLORER), "GET", USERS).await, 200);
    assert_eq!(tenant.ask(&Who::Application(EXPLORER), "POST", USERS, &kim()).await.status, 201);
    assert_eq!(status(&Who::admin(), "GET", "/scim/v2/Bulk").await, 404);
    assert_eq!(status(&Who::admin(), "DELETE", USERS).await, 501);
    assert_eq!(status(&Who::admin(), "GET", "Users").await, 404, "not Graph's");
    assert_eq!(status(&Who::admin(), "GET", "/scim/v2/users").await, 404, "Graph's");
}

#[tokio::test]
async fn the_service_says_what_it_can() {
    let tenant = Tenant::new(&[]).await;
    let configuration = tenant.get("/scim/v2/ServiceProviderConfig").await.expect(200);
    assert_eq!(configuration["patch"]["supported"], true);
    let types = tenant.get("/scim/v2/ResourceTypes").await.expect(200);
    let schemas = tenant.get("/scim/v2/Schemas").await.expect(200);
    for list in [&types, &schemas] {
        for document in list["Resources"].as_array().unwrap() {
            let place = document["meta"]["location"].as_str().unwrap();
            let path = place.strip_prefix("https://login.contoso.example").unwrap();
            assert_eq!(&tenant.get(path).await.expect(200), document);
        }
    }
    assert_eq!(schemas["totalResults"], 3);
    tenant.get("/scim/v2/Schemas?filter=id+pr").await.expect(403);
    tenant.get("/scim/v2/Schemas/other").await.expect(404);
}
