//! Which policies apply to one sign-in.

use serde_json::{Value, json};

use crate::tenant::{Tenant, Who, admin, in_authenticator, looping, person, user};

const EVALUATE: &str = "identity/conditionalAccess/evaluate";
const POLICIES: &str = "identity/conditionalAccess/policies";

fn question(user: &str, conditions: &Value) -> Value {
    json!({
        "signInIdentity": { "@odata.type": "#microsoft.graph.userSignIn", "userId": user },
        "signInContext": {
            "@odata.type": "#microsoft.graph.applicationContext",
            "includeApplications": ["00000003-0000-0ff1-ce00-000000000000"],
        },
        "signInConditions": conditions,
    })
}

/// Names and reasons of the answer.
async fn asked(tenant: &Tenant, question: &Value) -> Vec<(String, bool, String)> {
    let answer = tenant.post(EVALUATE, question).await.expect(200);
    assert!(answer["@odata.context"].as_str().unwrap().ends_with("whatIfAnalysisResult)"));
    let line = |it: &Value| {
        let text = |name: &str| it[name].as_str().unwrap().to_owned();
        (text("displayName"), it["policyApplies"].as_bool().unwrap(), text("analysisReasons"))
    };
    answer["value"].as_array().unwrap().iter().map(line).collect()
}

#[tokio::test]
async fn every_policy_that_is_on_says_whether_it_applies_and_why_not() {
    let tenant = Tenant::new(&[in_authenticator(), user(1, "Kim")]).await;
    tenant.post(POLICIES, &looping("enabledForReportingButNotEnforced")).await.expect(201);
    let mut phones = looping("disabled");
    phones["displayName"] = json!("Off");
    tenant.post(POLICIES, &phones).await.expect(201);
    phones["displayName"] = json!("Phones");
    phones["state"] = json!("enabled");
    phones["conditions"]["platforms"] = json!({ "includePlatforms": ["android"] });
    phones["grantControls"] = json!({ "operator": "OR", "builtInControls": ["compliantDevice"] });
    tenant.post(POLICIES, &phones).await.expect(201);
    let (everywhere, phones) = ("CA010 Passkey everywhere".to_owned(), "Phones".to_owned());
    let windows = json!({ "devicePlatform": "windows", "clientAppType": "browser" });
    let mut found = asked(&tenant, &question(&person(1), &windows)).await;
    found.sort();
    let (yes, platform) = ("notSet".to_owned(), "devicePlatform".to_owned());
    assert_eq!(found, [(everywhere, true, yes), (phones, false, platform)]);
    let mut applied = question(&person(1), &windows);
    applied["appliedPoliciesOnly"] = json!(true);
    let answer = tenant.post(EVALUATE, &applied).await.expect(200);
    let only = &answer["value"];
    assert_eq!(only.as_array().unwrap().len(), 1);
    // The policy comes whole, as the list of policies has it.
    let list = tenant.get(POLICIES).await.expect(200);
    let policies = list["value"].as_array().unwrap();
    let listed = policies.iter().find(|it| it["id"] == only[0]["id"]).unwrap();
    for (name, value) in listed.as_object().unwrap() {
        assert_eq!(&only[0][name], value, "{name}");
    }
    let found = asked(&tenant, &question(&admin(), &windows)).await;
    assert!(found.iter().all(|(_, applies, reason)| !applies && reason == "users"), "{found:?}");
}

#[tokio::test]
async fn what_is_not_understood_is_told_and_nobody_asks_without_the_right() {
    let tenant = Tenant::new(&[user(1, "Kim")]).await;
    for (wrong, told) in [
        (json!({}), "has no signInIdentity"),
        (question("x", &json!({ "devicePlatform": "amiga" })), "`amiga` is no platform"),
        (question("x", &json!({ "weather": "rain" })), "`weather`, which is not known"),
        (question("x", &json!({ "deviceInfo": { "colour": "red" } })), "no property `colour`"),
    ] {
        let answer = tenant.post(EVALUATE, &wrong).await;
        assert_eq!((answer.status, answer.code()), (400, "BadRequest"), "{}", answer.body);
        let message = answer.body["error"]["message"].as_str().unwrap();
        assert!(message.contains(told), "{message}");
    }
    let plain = question(&admin(), &json!({}));
    let kim = tenant.ask(&Who::of(&person(1)), "POST", EVALUATE, &plain).await;
    assert_eq!(kim.status, 403);
}
