//! Passwords that administrators give people.

use serde_json::{Value, json};

use crate::tenant::{EXPLORER, ORIGIN, Tenant, Who, admin, assignment, person, user};

const AUTHENTICATION: &str = "c4e39bd9-1100-46d3-8c65-fb160da0071f";
const USERS: &str = "fe930be7-5e62-47db-91af-98c3a49a38b1";
const PASSWORD: &str = "28c10230-6103-485e-b985-444c60001490";

async fn tenant() -> Tenant {
    Tenant::new(&[
        user(1, "Kim"),
        user(2, "Desk"),
        assignment(2, AUTHENTICATION),
        user(3, "Boss"),
        assignment(3, USERS),
    ])
    .await
}

fn reset(of: &str) -> String {
    format!("users/{of}/authentication/methods/{PASSWORD}/resetPassword")
}

#[tokio::test]
async fn a_password_that_nobody_chose_is_told_once_and_its_operation_says_that_it_is_done() {
    let tenant = tenant().await;
    let desk = Who::of(&person(2));
    let answer = tenant.ask(&desk, "POST", &reset(&person(1)), &Value::Null).await;
    let at = answer.headers["location"].to_str().unwrap().to_owned();
    let told = answer.expect(202);
    let text = told["newPassword"].as_str().unwrap();
    assert_eq!(text.len(), 17, "{text}");
    let path = at.strip_prefix(ORIGIN).unwrap();
    let done = tenant.ask(&desk, "GET", path, &Value::Null).await.expect(200);
    assert_eq!(done["status"], "succeeded");
    // Of nobody else, and nothing else in the log, is an operation.
    let of_another = path.replace(&person(1), &person(3));
    tenant.ask(&desk, "GET", &of_another, &Value::Null).await.expect(404);
    let first = format!("users/{}/authentication/operations/1", person(1));
    tenant.ask(&desk, "GET", &first, &Value::Null).await.expect(404);
    for path in
        ["auditLogs/directoryAudits", &format!("users/{}/authentication/methods", person(1))]
    {
        let read = tenant.get(path).await.expect(200).to_string();
        assert!(!read.contains(text) && read.contains("assword"), "{path}");
    }
    let another = tenant.ask(&desk, "POST", &reset(&person(1)), &json!({})).await.expect(202);
    assert_ne!(another["newPassword"], told["newPassword"]);
}

#[tokio::test]
async fn a_password_that_was_chosen_is_not_repeated_and_ends_every_session() {
    let tenant = tenant().await;
    let before = Who::of(&person(1));
    tenant.ask(&before, "GET", "me", &Value::Null).await.expect(200);
    let body = json!({ "newPassword": "correct horse battery" });
    let told = tenant.post(&reset("kim@contoso.example"), &body).await.expect(202);
    assert_eq!(told.get("newPassword"), None);
    tenant.ask(&before, "GET", "me", &Value::Null).await.expect(401);
    let one = format!("users/{}/authentication/methods/{PASSWORD}", person(1));
    let method = tenant.get(&one).await.expect(200);
    assert_eq!(method["@odata.type"], "#microsoft.graph.passwordAuthenticationMethod");
    let report = "reports/authenticationMethods/userRegistrationDetails";
    let registered = tenant.get(&format!("{report}/{}", person(1))).await.expect(200);
    assert_eq!(registered["userPrincipalName"], "kim@contoso.example");
    for wrong in [json!("short"), json!("x".repeat(257)), json!(12_345_678), json!(["a", "b"])] {
        tenant.post(&reset(&person(1)), &json!({ "newPassword": wrong })).await.expect(400);
    }
    let other = reset(&person(1)).replace(PASSWORD, &person(1));
    tenant.post(&other, &body).await.expect(404);
}

#[tokio::test]
async fn nobody_resets_their_own_and_only_who_manages_methods_those_of_others() {
    let tenant = tenant().await;
    let status =
        async |who: &Who, of: &str| tenant.ask(who, "POST", &reset(of), &Value::Null).await.status;
    let desk = Who::of(&person(2));
    for (who, of, expected) in [
        (&Who::of(&person(3)), person(1), 403),
        (&desk, person(1), 202),
        (&desk, person(2), 403),
        (&desk, person(3), 403),
        (&desk, admin(), 403),
        (&Who::admin(), person(3), 202),
        (&Who::admin(), admin(), 403),
        (&Who::Application(EXPLORER), person(1), 403),
        (&Who::Nobody, person(1), 401),
        (&Who::Person(person(2), EXPLORER, "UserAuthenticationMethod.Read.All"), person(1), 403),
    ] {
        assert_eq!(status(who, &of).await, expected, "{who:?} {of}");
    }
}
