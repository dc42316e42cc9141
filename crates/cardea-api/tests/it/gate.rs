//! No write locks anybody out, by whatever address it comes.

use serde_json::{Value, json};

use crate::tenant::{
    Tenant, Who, admin, in_authenticator, looping, methods, person, request, user,
};

const POLICIES: &str = "identity/conditionalAccess/policies";

async fn tenant() -> Tenant {
    Tenant::new(&[in_authenticator(), methods(), user(1, "Kim"), user(2, "Lee")]).await
}

#[tokio::test]
async fn a_loop_is_refused_with_the_people_and_fixes_that_were_proved() {
    let tenant = tenant().await;
    let refused = tenant.post(POLICIES, &looping("enabled")).await;
    assert_eq!((refused.status, refused.code()), (400, "BadRequest"), "{}", refused.body);
    let inner = &refused.body["error"]["innerError"];
    assert_eq!(inner["code"], "cardeaProofRefuted");
    let found = inner["findings"].as_array().unwrap();
    let found = found.iter().find(|it| it["rule"] == "registration-loop").unwrap();
    assert_eq!(found["who"]["people"], 2);
    let fixes = found["fixes"].as_array().unwrap();
    assert!(!fixes.is_empty(), "{found}");
    assert_eq!(tenant.ids(POLICIES).await, Vec::<String>::new());
    // A fix is made of objects that can be sent as they are.
    for object in fixes[0]["objects"].as_array().unwrap() {
        let strength = object.get("allowedCombinations").is_some();
        let list = if strength { "policies/authenticationStrengthPolicies" } else { POLICIES };
        if strength {
            tenant.post(list, object).await.expect(201);
        }
    }
}

#[tokio::test]
async fn what_is_refused_when_it_is_created_is_refused_when_it_is_turned_on() {
    let tenant = tenant().await;
    let made =
        tenant.post(POLICIES, &looping("enabledForReportingButNotEnforced")).await.expect(201);
    let path = format!("{POLICIES}/{}", made["id"].as_str().unwrap());
    for version in ["v1.0", "beta"] {
        let on = tenant.patch(&format!("/{version}/{path}"), &json!({ "state": "enabled" })).await;
        assert_eq!(on.body["error"]["innerError"]["code"], "cardeaProofRefuted", "{}", on.body);
    }
    let alias =
        path.replace("identity/conditionalAccess/policies", "policies/conditionalAccessPolicies");
    tenant.patch(&alias, &json!({ "state": "enabled" })).await.expect(400);
}

#[tokio::test]
async fn a_lockout_is_accepted_with_a_reason_and_an_end_and_never_that_of_the_last_administrator() {
    let tenant = tenant().await;
    let accept = async |body: &Value, rules: &[&str], until: &str| {
        let mut request = request("POST", POLICIES, body);
        for rule in rules {
            let preference = format!("cardea-accept=\"{rule}; until={until}; reason=trial\"");
            request.headers_mut().append("prefer", preference.parse().unwrap());
        }
        tenant.send(&Who::admin(), request).await
    };
    let refused = tenant.post(POLICIES, &looping("enabled")).await;
    let findings = refused.body["error"]["innerError"]["findings"].as_array().unwrap().clone();
    let mut rules: Vec<&str> = findings.iter().map(|it| it["rule"].as_str().unwrap()).collect();
    rules.dedup();
    assert_eq!(accept(&looping("enabled"), &rules, "2027-06-01").await.status, 400);
    let mut everybody = looping("enabled");
    everybody["conditions"]["users"] = json!({ "includeUsers": ["All"] });
    let last = accept(&everybody, &rules, "2026-12-24").await;
    assert_eq!(last.status, 400);
    let rule = &last.body["error"]["innerError"]["findings"][0]["rule"];
    assert_eq!(rule, "last-admin", "{}", last.body);
    assert_eq!(accept(&everybody, &["last-admin"], "2026-12-24").await.status, 400);
    accept(&looping("enabled"), &rules, "2026-12-24").await.expect(201);
}

#[tokio::test]
async fn nobody_is_put_into_a_group_where_they_would_be_locked_out() {
    let group = json!({
        "@odata.type": "#microsoft.graph.group", "id": "eeeeeeee-0000-4000-8000-000000000001",
        "displayName": "Trial", "mailEnabled": false, "securityEnabled": true,
        "mailNickname": "trial", "members": [],
    });
    let tenant = Tenant::new(&[in_authenticator(), user(1, "Kim"), group]).await;
    let mut policy = looping("enabled");
    let trial = "eeeeeeee-0000-4000-8000-000000000001";
    policy["conditions"]["users"] = json!({ "includeGroups": [trial] });
    tenant.post(POLICIES, &policy).await.expect(201);
    let members = format!("groups/{trial}/members/$ref");
    let kim = json!({ "@odata.id": format!("https://graph.microsoft.com/v1.0/directoryObjects/{}", person(1)) });
    let refused = tenant.post(&members, &kim).await;
    assert_eq!(
        refused.body["error"]["innerError"]["code"], "cardeaProofRefuted",
        "{}",
        refused.body
    );
    assert!(tenant.ids(&format!("groups/{trial}/members")).await.is_empty());
}

// GR-14
#[tokio::test]
async fn the_last_administrator_cannot_be_taken_away() {
    let tenant = tenant().await;
    let assignments = "roleManagement/directory/roleAssignments";
    let [only] = &tenant.ids(assignments).await[..] else { panic!("one assignment") };
    let refused = tenant.delete(&format!("{assignments}/{only}")).await;
    assert_eq!(
        refused.body["error"]["innerError"]["code"], "cardeaProofRefuted",
        "{}",
        refused.body
    );
    tenant
        .patch(&format!("users/{}", admin()), &json!({ "accountEnabled": false }))
        .await
        .expect(400);
    tenant.delete(&format!("users/{}", admin())).await.expect(403);
    let by_app = Who::Application(crate::tenant::EXPLORER);
    let path = format!("users/{}", admin());
    tenant.ask(&by_app, "DELETE", &path, &Value::Null).await.expect(403);
    assert_eq!(tenant.get("me").await.expect(200)["id"], json!(admin()));
}
