//! Policies and what they are made of, as Graph's clients read and write them.

use serde_json::json;

use crate::tenant::{Tenant, Who, in_authenticator, looping, request};

const POLICIES: &str = "identity/conditionalAccess/policies";

#[tokio::test]
async fn a_policy_is_created_read_changed_and_deleted() {
    let tenant = Tenant::new(&[in_authenticator()]).await;
    let made = tenant.post(POLICIES, &looping("enabledForReportingButNotEnforced")).await;
    let at = made.headers["location"].to_str().unwrap().to_owned();
    let made = made.expect(201);
    let id = made["id"].as_str().unwrap();
    assert_eq!(at, format!("https://login.contoso.example/v1.0/{POLICIES}/{id}"));
    assert_eq!(made["createdDateTime"], "2026-11-30T09:00:00Z");
    // What was not said is said in the answer, and the strength is there in full.
    assert_eq!(made["conditions"]["signInRiskLevels"], json!([]));
    assert_eq!(
        made["grantControls"]["authenticationStrength"]["allowedCombinations"],
        json!(["fido2"])
    );
    let path = format!("{POLICIES}/{id}");
    tenant.patch(&path, &json!({ "displayName": "CA011", "state": "disabled" })).await.expect(204);
    let read = tenant.get(&path).await.expect(200);
    assert_eq!(read["displayName"], "CA011");
    assert_eq!(read["conditions"]["users"]["includeUsers"], json!(["All"]));
    assert_eq!(tenant.ids(POLICIES).await, [id]);
    tenant.delete(&path).await.expect(204);
    assert_eq!(tenant.get(&path).await.code(), "Request_ResourceNotFound");
}

#[tokio::test]
async fn a_part_of_a_policy_is_changed_without_losing_the_rest() {
    let tenant = Tenant::new(&[in_authenticator()]).await;
    let mut policy = looping("disabled");
    policy["somethingNew"] = json!({ "kept": [1.50, "as it is"] });
    let id = tenant.post(POLICIES, &policy).await.expect(201)["id"].clone();
    let path = format!("{POLICIES}/{}", id.as_str().unwrap());
    let patch = json!({ "conditions": { "platforms": { "includePlatforms": ["android"] } } });
    tenant.patch(&path, &patch).await.expect(204);
    let read = tenant.get(&path).await.expect(200);
    assert_eq!(read["conditions"]["applications"]["includeApplications"], json!(["All"]));
    assert_eq!(read["conditions"]["platforms"]["includePlatforms"], json!(["android"]));
    assert_eq!(read["somethingNew"], policy["somethingNew"]);
}

// GR-04, CA-20
#[tokio::test]
async fn what_only_the_tenant_says_cannot_be_written() {
    let tenant = Tenant::new(&[in_authenticator()]).await;
    let strengths = "policies/authenticationStrengthPolicies";
    let body = json!({
        "displayName": "Mine", "allowedCombinations": ["fido2"],
        "policyType": "builtIn", "createdDateTime": "1999-01-01T00:00:00Z", "id": "chosen",
    });
    let made = tenant.post(strengths, &body).await.expect(201);
    assert_eq!(made["policyType"], "custom");
    assert_eq!(made["createdDateTime"], "2026-11-30T09:00:00Z");
    assert_ne!(made["id"], "chosen");
    let path = format!("{strengths}/{}", made["id"].as_str().unwrap());
    for patch in [json!({ "id": "other" }), json!({ "@odata.type": "#microsoft.graph.user" })] {
        tenant.patch(&path, &patch).await.expect(400);
    }
    let mut unknown = looping("on");
    assert_eq!(tenant.post(POLICIES, &unknown).await.code(), "Request_BadRequest");
    unknown["state"] = json!("disabled");
    unknown["grantControls"]["builtInControls"] = json!(["magic"]);
    tenant.post(POLICIES, &unknown).await.expect(400);
    tenant
        .post(POLICIES, &json!({ "displayName": "no conditions", "state": "disabled" }))
        .await
        .expect(400);
}

// GR-13
#[tokio::test]
async fn of_two_who_change_a_policy_the_second_is_told_and_nothing_is_lost() {
    let tenant = Tenant::new(&[in_authenticator()]).await;
    let made = tenant.post(POLICIES, &looping("disabled")).await.expect(201);
    let path = format!("{POLICIES}/{}", made["id"].as_str().unwrap());
    let tag = made["@odata.etag"].as_str().unwrap();
    let change = async |name: &str| {
        let mut request = request("PATCH", &path, &json!({ "displayName": name }));
        request.headers_mut().insert("if-match", tag.parse().unwrap());
        tenant.send(&Who::admin(), request).await
    };
    assert_eq!(change("first").await.status, 204);
    let second = change("second").await;
    assert_eq!((second.status, second.code()), (412, "PreconditionFailed"));
    assert_eq!(tenant.get(&path).await.expect(200)["displayName"], "first");
}

#[tokio::test]
async fn strengths_say_who_uses_them_and_which_passkeys_they_take() {
    let tenant = Tenant::new(&[in_authenticator()]).await;
    let strengths = "identity/conditionalAccess/authenticationStrength/policies";
    assert_eq!(tenant.ids(strengths).await.len(), 4, "three are built in");
    let built_in = tenant.get(&format!("{strengths}/00000000-0000-0000-0000-000000000004")).await;
    assert_eq!(built_in.expect(200)["policyType"], "builtIn");
    let own = crate::tenant::STRENGTH;
    let policy = tenant.post(POLICIES, &looping("disabled")).await.expect(201);
    let usage = tenant.get(&format!("{strengths}/{own}/usage")).await.expect(200);
    assert_eq!(usage["mfa"][0]["id"], policy["id"]);
    tenant.delete(&format!("{strengths}/{own}")).await.expect(400);
    let update = format!("{strengths}/{own}/updateAllowedCombinations");
    let body = json!({ "allowedCombinations": ["fido2", "windowsHelloForBusiness"] });
    let updated = tenant.post(&update, &body).await.expect(200);
    assert_eq!(updated["previousCombinations"], json!(["fido2"]));
    assert_eq!(updated["conditionalAccessReferences"], json!([policy["id"]]));
    let configurations = format!("{strengths}/{own}/combinationConfigurations");
    let [id] = &tenant.ids(&configurations).await[..] else { panic!("one configuration") };
    let one = format!("{configurations}/{id}");
    let change = json!({ "allowedAAGUIDs": ["90a3ccdf-635c-4729-a248-9b709135078f"] });
    tenant.patch(&one, &change).await.expect(204);
    assert_eq!(tenant.get(&one).await.expect(200)["allowedAAGUIDs"], change["allowedAAGUIDs"]);
}

#[tokio::test]
async fn methods_are_switched_one_by_one() {
    let tenant = Tenant::new(&[]).await;
    let policy = "policies/authenticationMethodsPolicy";
    let at = |id: &str| format!("{policy}/authenticationMethodConfigurations/{id}");
    let body = json!({
        "@odata.type": "#microsoft.graph.temporaryAccessPassAuthenticationMethodConfiguration",
        "state": "enabled", "defaultLifetimeInMinutes": 60, "isUsableOnce": false,
        "minimumLifetimeInMinutes": 10, "maximumLifetimeInMinutes": 480, "defaultLength": 8,
    });
    tenant.patch(&at("TemporaryAccessPass"), &body).await.expect(204);
    let fido = json!({
        "@odata.type": "#microsoft.graph.fido2AuthenticationMethodConfiguration", "state": "enabled",
    });
    tenant.patch(&at("fido2"), &fido).await.expect(204);
    let read = tenant.get(&at("Fido2")).await.expect(200);
    assert_eq!((&read["id"], &read["state"]), (&json!("Fido2"), &json!("enabled")));
    assert_eq!(read["includeTargets"][0]["id"], "all_users");
    let whole = tenant.get(policy).await.expect(200);
    assert_eq!(whole["authenticationMethodConfigurations"].as_array().unwrap().len(), 2);
    let wrong = json!({ "@odata.type": "#microsoft.graph.smsAuthenticationMethodConfiguration" });
    tenant.patch(&at("Fido2"), &wrong).await.expect(400);
    tenant.patch(&at("Telepathy"), &json!({ "state": "enabled" })).await.expect(404);
}
