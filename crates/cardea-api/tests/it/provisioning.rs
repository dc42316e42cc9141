//! Passkeys that administrators make for people.

use serde_json::{Value, json};

use crate::authenticator::{Authenticator, UV};
use crate::tenant::{
    EXPLORER, ORIGIN, Tenant, Who, admin, assignment, methods, minutes_later, person, user,
};

const AUTHENTICATION: &str = "c4e39bd9-1100-46d3-8c65-fb160da0071f";
const CONFIGURATION: &str =
    "policies/authenticationMethodsPolicy/authenticationMethodConfigurations/Fido2";
const MODEL: &str = "01020304-0506-0708-0102-030405060708";

async fn tenant() -> Tenant {
    Tenant::new(&[
        methods(),
        user(1, "Kim"),
        user(2, "Desk"),
        assignment(2, AUTHENTICATION),
        user(3, "Boss"),
        assignment(3, AUTHENTICATION),
        user(4, "Lee"),
    ])
    .await
}

fn passkeys(of: &str) -> String {
    format!("/beta/users/{of}/authentication/fido2Methods")
}

fn desk() -> Who {
    Who::of(&person(2))
}

/// What the desk is told to make a passkey with.
async fn asked(tenant: &Tenant, of: &str, minutes: u32) -> Value {
    let path = format!("{}/creationOptions(challengeTimeoutInMinutes={minutes})", passkeys(of));
    tenant.ask(&desk(), "GET", &path, &Value::Null).await.expect(200)
}

/// What a client sends of a passkey that it made.
fn made(key: &Authenticator, options: &Value, change: impl FnOnce(&mut Value, &mut u8)) -> Value {
    use base64::Engine as _;
    let challenge = options["publicKey"]["challenge"].as_str().unwrap();
    let challenge = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(challenge).unwrap();
    let mut making = key.making(options["publicKey"]["rp"]["id"].as_str().unwrap(), &challenge);
    change(&mut making.client_data, &mut making.data.flags);
    let answer: Value = serde_json::from_slice(&key.make(&making)).unwrap();
    json!({
        "displayName": "Key of the first day",
        "publicKeyCredential": {
            "id": answer["id"],
            "response": {
                "clientDataJSON": answer["response"]["clientDataJSON"],
                "attestationObject": answer["response"]["attestationObject"],
            },
        },
    })
}

/// What is wrong with the client's data, or with the authenticator's flags.
type Fault = fn(&mut Value, &mut u8);

async fn send(tenant: &Tenant, of: &str, body: &Value) -> u16 {
    tenant.ask(&desk(), "POST", &passkeys(of), body).await.status
}

#[tokio::test]
async fn a_passkey_is_made_for_somebody_and_is_theirs() {
    let tenant = tenant().await;
    let path = passkeys(&person(1));
    for path in [
        format!("{path}/creationOptions"),
        format!("{path}/creationOptions()"),
        format!("{path}/creationOptions").replace("beta", "v1.0"),
    ] {
        let usual = tenant.ask(&desk(), "GET", &path, &Value::Null).await.expect(200);
        assert_eq!(usual["challengeTimeoutDateTime"], "2026-11-30T09:05:00Z", "{path}");
    }
    let options = asked(&tenant, &person(1), 60).await;
    assert_eq!(options["challengeTimeoutDateTime"], "2026-11-30T10:00:00Z");
    let told = &options["publicKey"];
    assert_eq!(
        (&told["user"]["name"], &told["rp"]["id"]),
        (&json!("kim@contoso.example"), &json!("login.contoso.example"))
    );
    assert_eq!(told["excludeCredentials"], json!([]));
    let answer = made(&Authenticator::new(), &options, |_, _| ());
    let added = tenant.ask(&desk(), "POST", &path, &answer).await;
    let at = added.headers["location"].to_str().unwrap().to_owned();
    let added = added.expect(201);
    assert_eq!(
        (&added["displayName"], &added["aaGuid"], &added["attestationLevel"]),
        (&json!("Key of the first day"), &json!(MODEL), &json!("notAttested"))
    );
    let read = tenant.get(at.strip_prefix(ORIGIN).unwrap()).await.expect(200);
    assert_eq!(read["id"], added["id"]);
    let next = asked(&tenant, &person(1), 5).await;
    let known = next["publicKey"]["excludeCredentials"][0]["id"].clone();
    assert_eq!(known, answer["publicKeyCredential"]["id"]);
    let log = tenant.get("auditLogs/directoryAudits").await.expect(200);
    let record = &log["value"][0];
    assert_eq!(record["activityDisplayName"], "Admin registered security info");
    assert_eq!(record["initiatedBy"]["user"]["id"], person(2));
    assert_eq!(record["targetResources"][0]["id"], person(1));
}

#[tokio::test]
async fn a_challenge_is_for_one_person_once_and_for_as_long_as_was_asked() {
    let tenant = tenant().await;
    let key = Authenticator::new();
    let options = asked(&tenant, &person(1), 10).await;
    let answer = made(&key, &options, |_, _| ());
    assert_eq!(send(&tenant, &person(4), &answer).await, 400, "another person");
    assert_eq!(send(&tenant, &person(1), &answer).await, 201);
    assert_eq!(send(&tenant, &person(1), &answer).await, 400, "twice");
    let late = asked(&tenant, &person(4), 10).await;
    let in_time = asked(&tenant, &person(4), 11).await;
    minutes_later(10);
    let new = Authenticator::new();
    assert_eq!(send(&tenant, &person(4), &made(&new, &late, |_, _| ())).await, 400, "too late");
    assert_eq!(send(&tenant, &person(4), &made(&new, &in_time, |_, _| ())).await, 201);
    assert_eq!(tenant.ids(&passkeys(&person(1))).await.len(), 1);
}

#[tokio::test]
async fn a_client_chooses_the_time_within_bounds_and_in_the_beta_only() {
    let tenant = tenant().await;
    let status = async |path: &str| tenant.ask(&desk(), "GET", path, &Value::Null).await.status;
    let path = |minutes: &str| {
        format!("{}/creationOptions(challengeTimeoutInMinutes={minutes})", passkeys(&person(1)))
    };
    for (minutes, expected) in
        [("5", 200), ("43200", 200), ("4", 400), ("43201", 400), ("-5", 400), ("'soon'", 400)]
    {
        assert_eq!(status(&path(minutes)).await, expected, "{minutes}");
    }
    assert_eq!(status(&path("60").replace("beta", "v1.0")).await, 404);
    assert_eq!(status(&path("60").replace("challengeTimeout", "other")).await, 404);
}

#[tokio::test]
async fn the_ceremony_is_checked_as_if_the_person_had_held_it() {
    let tenant = tenant().await;
    let key = Authenticator::new();
    let wrong: [(&str, Fault); 3] = [
        ("another page", |data, _| data["origin"] = json!("https://login.evil.example")),
        ("a sign-in", |data, _| data["type"] = json!("webauthn.get")),
        ("nobody verified", |_, flags| *flags &= !UV),
    ];
    for (what, change) in wrong {
        let options = asked(&tenant, &person(1), 5).await;
        assert_eq!(send(&tenant, &person(1), &made(&key, &options, change)).await, 400, "{what}");
    }
    for body in
        [json!({}), json!({ "publicKeyCredential": "x" }), json!({ "publicKeyCredential": {} })]
    {
        assert_eq!(send(&tenant, &person(1), &body).await, 400, "{body}");
    }
    assert!(tenant.ids(&passkeys(&person(1))).await.is_empty());
    // The same key for two people.
    let options = asked(&tenant, &person(1), 5).await;
    assert_eq!(send(&tenant, &person(1), &made(&key, &options, |_, _| ())).await, 201);
    let options = asked(&tenant, &person(4), 5).await;
    assert_eq!(send(&tenant, &person(4), &made(&key, &options, |_, _| ())).await, 400);
}

#[tokio::test]
async fn the_methods_policy_counts_as_if_the_person_registered() {
    let fido = "#microsoft.graph.fido2AuthenticationMethodConfiguration";
    let allowed = |models: Value| json!({ "isEnforced": true, "enforcementType": "allow", "aaGuids": models });
    for (what, mut change, expected) in [
        ("nothing", json!({}), (200, 201)),
        ("off", json!({ "state": "disabled" }), (400, 400)),
        ("no self-service", json!({ "isSelfServiceRegistrationAllowed": false }), (400, 400)),
        ("attestation", json!({ "isAttestationEnforced": true }), (200, 400)),
        ("its model", json!({ "keyRestrictions": allowed(json!([MODEL])) }), (200, 201)),
        ("another", json!({ "keyRestrictions": allowed(json!([person(7)])) }), (200, 400)),
    ] {
        let tenant = tenant().await;
        let options = asked(&tenant, &person(1), 30).await;
        change["@odata.type"] = json!(fido);
        tenant.patch(CONFIGURATION, &change).await.expect(204);
        let path = format!("{}/creationOptions", passkeys(&person(1)));
        let asked = tenant.ask(&desk(), "GET", &path, &Value::Null).await.status;
        let sent =
            send(&tenant, &person(1), &made(&Authenticator::new(), &options, |_, _| ())).await;
        assert_eq!((asked, sent), expected, "{what}");
    }
}

#[tokio::test]
async fn nobody_makes_one_for_themselves_and_the_desk_none_for_administrators() {
    let tenant = tenant().await;
    let status = async |who: &Who, of: &str| {
        let path = format!("{}/creationOptions", passkeys(of));
        let asked = tenant.ask(who, "GET", &path, &Value::Null).await.status;
        let body = json!({ "publicKeyCredential": { "id": "AA", "response": {
            "clientDataJSON": "e30", "attestationObject": "AA",
        } } });
        (asked, tenant.ask(who, "POST", &passkeys(of), &body).await.status)
    };
    let (yes, no) = ((200, 400), (403, 403));
    let reader = Who::Person(admin(), EXPLORER, "UserAuthenticationMethod.Read.All");
    for (who, of, expected) in [
        (&desk(), person(1), yes),
        (&desk(), person(2), no),
        (&desk(), person(3), no),
        (&desk(), admin(), no),
        (&Who::admin(), person(3), yes),
        (&Who::admin(), admin(), no),
        (&Who::of(&person(1)), person(4), no),
        (&Who::Application(EXPLORER), person(1), yes),
        (&Who::Application(EXPLORER), person(3), no),
        (&reader, person(1), no),
        (&Who::Nobody, person(1), (401, 401)),
    ] {
        assert_eq!(status(who, &of).await, expected, "{who:?} {of}");
    }
}

#[tokio::test]
async fn whose_account_is_off_gets_none() {
    let tenant = tenant().await;
    let path = format!("users/{}", person(1));
    tenant.patch(&path, &json!({ "accountEnabled": false })).await.expect(204);
    let path = format!("{}/creationOptions", passkeys(&person(1)));
    assert_eq!(tenant.ask(&desk(), "GET", &path, &Value::Null).await.status, 400);
}
