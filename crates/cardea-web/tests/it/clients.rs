//! Programs that act for themselves.

use axum::http::StatusCode;
use serde_json::json;

use crate::app::{App, claims};
use crate::assertion::assertion;
use crate::clock;
use crate::site::Site;
use crate::tenant::{ORIGIN, Policy, TENANT};

const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

pub(crate) async fn with_assertion(site: &Site, assertion: &str) -> crate::browser::Answer {
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", App::Daemon.id()),
        ("scope", "api://orders/.default"),
        ("client_assertion_type", TYPE),
        ("client_assertion", assertion),
    ];
    site.post("token", &form).await
}

#[tokio::test]
async fn a_program_with_a_secret_gets_a_token_for_itself() {
    let site = Site::new(&[]).await;
    let form = |secret| {
        [
            ("grant_type", "client_credentials"),
            ("client_id", App::Web.id()),
            ("scope", "api://orders/.default"),
            ("client_secret", secret),
        ]
    };
    let answer = site.post("token", &form(App::Web.secret().unwrap())).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    let token = claims(answer.json()["access_token"].as_str().unwrap());
    assert_eq!((&token["azp"], &token["idtyp"]), (&json!(App::Web.id()), &json!("app")));
    assert_eq!(answer.json().get("refresh_token"), None);
    let wrong = site.post("token", &form("wrong")).await;
    assert_eq!((wrong.status, wrong.error().0), (StatusCode::UNAUTHORIZED, 7_000_215));
    clock::minutes(60 * 1000);
    let late = site.post("token", &form(App::Web.secret().unwrap())).await;
    assert_eq!(late.error(), (7_000_222, String::from("invalid_client")));
}

#[tokio::test]
async fn a_program_with_a_key_gets_a_token_for_each_assertion_once() {
    // OA-12
    let site = Site::new(&[]).await;
    let other = site.another().await;
    let once = assertion("one", &[]);
    let answer = with_assertion(&site, &once).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    let token = claims(answer.json()["access_token"].as_str().unwrap());
    assert_eq!(token["azpacr"], "2");
    for node in [&site, &other] {
        let again = with_assertion(node, &once).await;
        assert_eq!((again.status, again.error().0), (StatusCode::UNAUTHORIZED, 990_006));
    }
    let now = clock::now().as_second();
    let wrong = [
        ("aud", json!("https://evil.example")),
        ("iss", json!(App::Web.id())),
        ("sub", json!(App::Web.id())),
        ("exp", json!(now + 661)),
        ("exp", json!(now - 300)),
    ];
    for (name, value) in wrong {
        let answer = with_assertion(&site, &assertion(name, &[(name, value)])).await;
        assert_eq!(answer.error().1, "invalid_client", "{name}");
    }
    let issuer = json!(format!("{ORIGIN}/{TENANT}/v2.0"));
    let answer = with_assertion(&site, &assertion("two", &[("aud", issuer)])).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    let good = assertion("three", &[]);
    let (signed, signature) = good.rsplit_once('.').unwrap();
    let other_first = if signature.starts_with('A') { 'B' } else { 'A' };
    let tampered = format!("{signed}.{other_first}{}", &signature[1..]);
    assert_eq!(with_assertion(&site, &tampered).await.error().1, "invalid_client");
}

#[tokio::test]
async fn a_policy_for_programs_blocks_them() {
    let blocks = Policy::new("No programs").blocks().with(
        "/conditions/clientApplications",
        json!({ "includeServicePrincipals": ["ServicePrincipalsInMyTenant"] }),
    );
    let blocks = blocks.with("/conditions/users", json!({ "includeUsers": ["None"] }));
    let site = Site::new(&[blocks]).await;
    let answer = with_assertion(&site, &assertion("one", &[])).await;
    assert_eq!(answer.error().0, 53003);
}
