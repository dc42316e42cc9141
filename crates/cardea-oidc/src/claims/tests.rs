use serde_json::{Value, json};

use super::*;
use crate::jws::{self, Refusal, Typ};
use crate::keys::Algorithm;
use crate::samples::{WEB, caller, keys, now, person, proof, stamp, tenant};

fn id_token() -> IdToken {
    IdToken::new(&stamp(), &caller().id, "sub", "oid-kim", &proof())
}

fn access_token() -> AccessToken {
    AccessToken::of_person(&stamp(), "api://timesheets", &caller(), &person(), &proof())
        .with_consent("sub", &["Read".into(), "Write".into()])
}

fn signed<T: Serialize>(typ: Typ, claims: &T) -> String {
    jws::sign(keys().signing(Algorithm::Es256).unwrap(), typ, claims).unwrap()
}

#[track_caller]
fn check(token: &str, at: Timestamp, expected: Result<(), Refusal>) {
    let audiences = ["https://graph.microsoft.com", "api://timesheets"];
    let claims = verify_access_token(keys(), &tenant(), &audiences, token, at);
    assert_eq!(claims.map(|_| ()), expected);
}

#[test]
fn an_id_token_has_the_claims_of_microsofts() {
    let mut token = id_token().with_profile(&person()).with_email(&person());
    token.nonce = Some("n".into());
    assert_eq!(
        serde_json::to_value(token).unwrap(),
        json!({
            "aud": WEB, "iss": tenant().issuer(), "sub": "sub", "oid": "oid-kim",
            "tid": tenant().id(), "iat": 1_796_030_100, "nbf": 1_796_030_100,
            "exp": 1_796_033_700, "auth_time": 1_796_029_800, "name": "Kim",
            "preferred_username": "kim@example.com", "upn": "kim@example.com",
            "email": "kim@mail.example", "nonce": "n", "amr": ["fido", "mfa"], "acr": "1",
            "acrs": ["c1"], "sid": "sid", "uti": "uti", "ver": "2.0",
        })
    );
}

#[test]
fn what_nobody_asked_for_is_not_in_an_id_token() {
    let claims: Value = serde_json::to_value(id_token()).unwrap();
    for name in ["nonce", "name", "preferred_username", "upn", "email", "roles", "login_hint"] {
        assert_eq!(claims.get(name), None, "{name}");
    }
}

#[test]
fn an_access_token_of_a_person_says_what_they_allow() {
    assert_eq!(
        serde_json::to_value(access_token()).unwrap(),
        json!({
            "aud": "api://timesheets", "iss": tenant().issuer(), "sub": "sub", "oid": "oid-kim",
            "tid": tenant().id(), "iat": 1_796_030_100, "nbf": 1_796_030_100,
            "exp": 1_796_033_700, "auth_time": 1_796_029_800, "azp": WEB, "azpacr": "1",
            "scp": "Read Write", "name": "Kim", "preferred_username": "kim@example.com",
            "upn": "kim@example.com", "amr": ["fido", "mfa"], "acr": "1", "acrs": ["c1"],
            "xms_cc": ["CP1"], "sid": "sid", "uti": "uti", "ver": "2.0",
        })
    );
    assert_eq!(access_token().demand_permission("Read"), Ok(()));
    assert_eq!(access_token().demand_permission("Rea"), Err("Rea".into()));
}

#[test]
fn an_access_token_of_an_application_has_no_person_in_it() {
    let mut token = AccessToken::of_application(&stamp(), "api://x", &caller(), "oid-app");
    token.roles = vec!["Read.All".into()];
    let claims = serde_json::to_value(&token).unwrap();
    assert_eq!(claims["idtyp"], "app");
    assert_eq!(claims["sub"], "oid-app");
    assert_eq!(claims["roles"], json!(["Read.All"]));
    for name in
        ["scp", "name", "upn", "preferred_username", "amr", "acr", "acrs", "auth_time", "sid"]
    {
        assert_eq!(claims.get(name), None, "{name}");
    }
    assert!(token.demand_permission("").is_err());
}

#[test]
fn two_applications_know_a_person_by_different_names() {
    let client = |text| ClientId::parse(text).unwrap();
    let name = pairwise(&[1; 32], "kim", &client("a"));
    assert_eq!(name.len(), 43);
    assert_eq!(name, pairwise(&[1; 32], "kim", &client("a")));
    assert_ne!(name, pairwise(&[1; 32], "kim", &client("b")));
    assert_ne!(name, pairwise(&[1; 32], "lee", &client("a")));
    assert_ne!(name, pairwise(&[2; 32], "kim", &client("a")));
}

// CA-19
#[test]
fn an_access_token_counts_from_its_first_to_its_last_second() {
    let token = signed(Typ::AccessToken, &access_token());
    check(&token, now(), Ok(()));
    check(&token, now() + SignedDuration::from_secs(3599), Ok(()));
    check(&token, now() + SignedDuration::from_secs(3600), Err(Refusal::Expired));
    check(&token, now() - SignedDuration::from_secs(1), Err(Refusal::NotYet));
}

// OA-25
#[test]
fn an_id_token_is_no_access_token() {
    check(&signed(Typ::IdToken, &access_token()), now(), Err(Refusal::WrongKind));
    check(&signed(Typ::IdToken, &id_token()), now(), Err(Refusal::WrongKind));
    check(&signed(Typ::AccessToken, &id_token()), now(), Err(Refusal::Malformed));
}

#[test]
fn an_access_token_is_for_this_tenant_and_this_resource() {
    let mut other = access_token();
    other.aud = "api://other".into();
    check(&signed(Typ::AccessToken, &other), now(), Err(Refusal::WrongAudience));
    let mut other = access_token();
    other.iss = "https://login.example/other/v2.0".into();
    check(&signed(Typ::AccessToken, &other), now(), Err(Refusal::WrongIssuer));
}

#[test]
fn an_id_token_comes_back_as_a_hint_after_it_has_ended() {
    let claims = verify_id_token_hint(keys(), &tenant(), &signed(Typ::IdToken, &id_token()));
    assert_eq!(claims, Ok(id_token()));
    let other = Tenant::new("https://login.example", "other");
    let refused = verify_id_token_hint(keys(), &other, &signed(Typ::IdToken, &id_token()));
    assert_eq!(refused, Err(Refusal::WrongIssuer));
}
