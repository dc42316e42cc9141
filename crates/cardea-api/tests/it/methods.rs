//! Passes and methods of people.

use serde_json::{Value, json};

use crate::tenant::{Tenant, Who, admin, assignment, person, user};

const AUTHENTICATION: &str = "c4e39bd9-1100-46d3-8c65-fb160da0071f";

async fn tenant() -> Tenant {
    let tenant = Tenant::new(&[
        user(1, "Kim"),
        user(2, "Desk"),
        assignment(2, AUTHENTICATION),
        user(3, "Boss"),
        assignment(3, AUTHENTICATION),
    ])
    .await;
    let path = "policies/authenticationMethodsPolicy/authenticationMethodConfigurations/TemporaryAccessPass";
    let body = json!({
        "@odata.type": "#microsoft.graph.temporaryAccessPassAuthenticationMethodConfiguration",
        "state": "enabled", "defaultLifetimeInMinutes": 60, "isUsableOnce": false,
        "minimumLifetimeInMinutes": 10, "maximumLifetimeInMinutes": 480, "defaultLength": 8,
    });
    tenant.patch(path, &body).await.expect(204);
    tenant
}

fn passes(of: &str) -> String {
    format!("users/{of}/authentication/temporaryAccessPassMethods")
}

// TAP-11
#[tokio::test]
async fn a_pass_is_told_once_and_never_again() {
    let tenant = tenant().await;
    let body = json!({ "lifetimeInMinutes": 30, "isUsableOnce": true });
    let made = tenant.post(&passes(&person(1)), &body).await.expect(201);
    let text = made["temporaryAccessPass"].as_str().unwrap().to_owned();
    assert_eq!((&made["lifetimeInMinutes"], &made["isUsable"]), (&json!(30), &json!(true)));
    let all = format!("users/{}/authentication/methods", person(1));
    for path in [passes(&person(1)), all, String::from("auditLogs/directoryAudits")] {
        let read = tenant.get(&path).await.expect(200);
        assert!(!read.to_string().contains(&text), "{path}");
    }
    let id = made["id"].as_str().unwrap();
    let one = format!("{}/{id}", passes(&person(1)));
    assert_eq!(tenant.get(&one).await.expect(200)["temporaryAccessPass"], Value::Null);
    tenant.delete(&one).await.expect(204);
    tenant.delete(&one).await.expect(404);
}

// TAP-08
#[tokio::test]
async fn nobody_gives_a_pass_to_themselves_and_the_help_desk_none_to_administrators() {
    let tenant = tenant().await;
    let issue =
        async |who: &Who, to: &str| tenant.ask(who, "POST", &passes(to), &json!({})).await.status;
    let desk = Who::of(&person(2));
    assert_eq!(issue(&desk, &person(1)).await, 201);
    assert_eq!(issue(&desk, &person(2)).await, 403);
    assert_eq!(issue(&desk, &person(3)).await, 403);
    assert_eq!(issue(&desk, &admin()).await, 403);
    assert_eq!(issue(&Who::admin(), &admin()).await, 403);
    assert_eq!(issue(&Who::admin(), &person(3)).await, 201);
    assert_eq!(issue(&Who::of(&person(1)), &person(2)).await, 403);
}

// TAP-10
#[tokio::test]
async fn whoever_gets_a_role_loses_the_pass_that_was_given_to_somebody_without_one() {
    let tenant = tenant().await;
    tenant.post(&passes(&person(1)), &json!({})).await.expect(201);
    let body = json!({
        "principalId": person(1), "directoryScopeId": "/", "roleDefinitionId": AUTHENTICATION,
    });
    tenant.post("roleManagement/directory/roleAssignments", &body).await.expect(201);
    assert!(tenant.ids(&passes(&person(1))).await.is_empty());
}

#[tokio::test]
async fn a_pass_outside_of_the_limits_is_refused_with_them() {
    let tenant = tenant().await;
    let answer = tenant.post(&passes(&person(1)), &json!({ "lifetimeInMinutes": 5 })).await;
    assert_eq!(answer.status, 400);
    let message = answer.body["error"]["message"].as_str().unwrap();
    assert!(message.contains("10 to 480 minutes"), "{message}");
    let past = json!({ "startDateTime": "2026-11-29T09:00:00Z" });
    tenant.post(&passes(&person(1)), &past).await.expect(400);
}
