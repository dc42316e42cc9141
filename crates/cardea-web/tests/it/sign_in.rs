//! Signing in: the ways, what is offered, how long it counts.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::app::{App, claims};
use crate::browser::{Answer, Browser};
use crate::site::{Plan, Site};
use crate::tenant::{Policy, id, mfa, phishing_resistant, strength};
use crate::{clock, totp};

const PASSWORD: &str = "correct horse battery";

fn text(token: &Value, name: &str) -> String {
    token[name].as_str().unwrap().to_owned()
}

async fn tokens_of(site: &Site, answer: &Answer) -> Value {
    site.redeem(App::Spa, &answer.code()).await
}

#[tokio::test]
async fn somebody_types_a_name_and_signs_in_with_a_passkey() {
    let site = Site::new(&[phishing_resistant()]).await;
    let passkey = site.passkey("kim").await;
    let browser = Browser::new(&site);
    let page = browser.start(App::Spa, "kim").await;
    assert_eq!(page.path, "/signin/passkey");
    let page = browser.with_passkey(&page, &passkey).await;
    assert_eq!(page.path, "/signin/stay");
    let answer = browser.stay(&page, "no").await;
    let returned = answer.returned();
    assert_eq!((returned["state"].as_str(), returned.contains_key("iss")), ("state-1", true));
    let tokens = tokens_of(&site, &answer).await;
    let id_token = claims(&text(&tokens, "id_token"));
    assert_eq!(id_token["nonce"], "nonce-1");
    let access = claims(&text(&tokens, "access_token"));
    assert_eq!(access["amr"], json!(["fido", "mfa"]));
    assert_eq!(access["upn"], "kim@contoso.example");
}

#[tokio::test]
async fn a_passkey_signs_in_without_a_name() {
    let site = Site::new(&[phishing_resistant()]).await;
    let passkey = site.passkey("kim").await;
    let browser = Browser::new(&site);
    let page = browser.open(&App::Spa.request(&[])).await;
    assert_eq!(page.path, "/signin");
    let page = browser.with_passkey(&page, &passkey).await;
    let tokens = tokens_of(&site, &browser.stay(&page, "no").await).await;
    assert_eq!(claims(&text(&tokens, "access_token"))["oid"], id("person", "kim"));
}

#[tokio::test]
async fn a_password_and_a_code_are_two_factors() {
    let site = Site::new(&[mfa()]).await;
    site.password("kim", PASSWORD).await;
    let seed = site.app("kim").await;
    let browser = Browser::new(&site);
    browser.start(App::Spa, "kim").await;
    let page = browser.with_password(PASSWORD).await;
    assert_eq!(page.path, "/signin/code");
    let page = browser.with_code(&totp::code(&seed)).await;
    assert_eq!(page.path, "/signin/stay");
    let tokens = tokens_of(&site, &browser.stay(&page, "no").await).await;
    assert_eq!(claims(&text(&tokens, "access_token"))["amr"], json!(["pwd", "otp", "mfa"]));
}

#[tokio::test]
async fn a_wrong_password_and_a_used_code_lead_nowhere() {
    let site = Site::new(&[mfa()]).await;
    site.password("kim", PASSWORD).await;
    let seed = site.app("kim").await;
    let browser = Browser::new(&site);
    browser.start(App::Spa, "kim").await;
    assert_eq!(browser.with_password("wrong").await.path, "/signin/password");
    browser.with_password(PASSWORD).await;
    let code = totp::code(&seed);
    assert_eq!(browser.with_code(&code).await.path, "/signin/stay");
    let other = Browser::new(&site);
    other.start(App::Spa, "kim").await;
    other.with_password(PASSWORD).await;
    assert_eq!(other.with_code(&code).await.path, "/signin/code");
    clock::seconds(60);
    assert_eq!(other.with_code(&totp::code(&seed)).await.path, "/signin/stay");
}

#[tokio::test]
async fn a_way_that_would_fail_afterwards_is_not_offered() {
    let site = Site::new(&[phishing_resistant()]).await;
    site.password("kim", PASSWORD).await;
    site.app("kim").await;
    let passkey = site.passkey("kim").await;
    let browser = Browser::new(&site);
    browser.start(App::Spa, "kim").await;
    let page = browser.with_password(PASSWORD).await;
    assert_eq!(page.path, "/signin/passkey");
    let ways = browser.open("/signin/ways").await;
    assert!(ways.body.contains("/signin/passkey"), "{}", ways.body);
    for other in ["/signin/code", "/signin/pass", "/signin/password"] {
        assert!(!ways.body.contains(&format!("href=\"{other}\"")), "{}", ways.body);
        assert_eq!(browser.open(other).await.path, "/signin/passkey");
    }
    let page = browser.open("/signin/passkey").await;
    assert_eq!(browser.with_passkey(&page, &passkey).await.path, "/signin/stay");
}

#[tokio::test]
async fn the_wizard_asks_first_for_what_is_registered_already() {
    let site = Site::new(&[phishing_resistant()]).await;
    site.password("kim", PASSWORD).await;
    let seed = site.app("kim").await;
    let browser = Browser::new(&site);
    browser.start(App::Spa, "kim").await;
    assert_eq!(browser.with_password(PASSWORD).await.path, "/signin/code");
    assert_eq!(browser.with_code(&totp::code(&seed)).await.path, "/register");
}

#[tokio::test]
async fn a_sign_in_frequency_asks_again_in_time() {
    let hourly = phishing_resistant().frequency(1, "hours");
    let site = Site::new(&[hourly]).await;
    let passkey = site.passkey("kim").await;
    let browser = Browser::new(&site);
    let code = browser.code_with_passkey(App::Spa, "kim", &passkey).await;
    let tokens = site.redeem(App::Spa, &code).await;
    clock::minutes(59);
    let tokens = site.refresh(App::Spa, &tokens).await.json();
    assert_eq!(tokens["expires_in"], 60);
    let again = browser.open(&App::Spa.request(&[])).await;
    assert!(again.returned().contains_key("code"));
    clock::minutes(2);
    let refused = site.refresh(App::Spa, &tokens).await;
    assert_eq!(refused.error(), (50076, String::from("invalid_grant")));
    assert_eq!(browser.open(&App::Spa.request(&[])).await.path, "/signin/passkey");
}

#[tokio::test]
async fn a_clock_that_goes_back_does_not_lengthen_a_sign_in() {
    // CA-19
    let site = Site::new(&[phishing_resistant().frequency(1, "hours")]).await;
    let passkey = site.passkey("kim").await;
    let browser = Browser::new(&site);
    browser.code_with_passkey(App::Spa, "kim", &passkey).await;
    assert!(browser.open(&App::Spa.request(&[])).await.returned().contains_key("code"));
    clock::minutes(-60);
    assert_eq!(browser.open(&App::Spa.request(&[])).await.path, "/signin/passkey");
}

#[tokio::test]
async fn prompt_login_asks_although_there_is_a_session() {
    let site = Site::new(&[phishing_resistant()]).await;
    let passkey = site.passkey("kim").await;
    let browser = Browser::new(&site);
    browser.code_with_passkey(App::Spa, "kim", &passkey).await;
    let silent = browser.open(&App::Spa.request(&[])).await;
    assert!(silent.returned().contains_key("code"));
    let page = browser.open(&App::Spa.request(&[("prompt", "login")])).await;
    assert_eq!(page.path, "/signin");
}

#[tokio::test]
async fn max_age_asks_for_a_younger_proof() {
    // CA-19, OA-27
    let site = Site::new(&[phishing_resistant()]).await;
    let passkey = site.passkey("kim").await;
    let browser = Browser::new(&site);
    browser.code_with_passkey(App::Spa, "kim", &passkey).await;
    clock::seconds(60);
    let young = browser.open(&App::Spa.request(&[("max_age", "60")])).await;
    assert!(young.returned().contains_key("code"));
    for old in ["59", "0"] {
        let page = browser.open(&App::Spa.request(&[("max_age", old)])).await;
        assert!(page.path.starts_with("/signin"), "{old}: {page:?}");
    }
    let silent = [("max_age", "1"), ("prompt", "none")];
    let answer = browser.open(&App::Spa.request(&silent)).await;
    assert_eq!(answer.returned_error().0, "login_required");
    for wrong in ["-1", "1e20", "abc", "99999999999999999999"] {
        let answer = browser.open(&App::Spa.request(&[("max_age", wrong)])).await;
        assert_eq!(answer.returned_error().1, "AADSTS90100", "{wrong}");
    }
    // Whoever proves again gets on, and the token says when.
    let page = browser.open(&App::Spa.request(&[("max_age", "0")])).await;
    let page = browser.name(&page, "kim").await;
    let page = browser.with_passkey(&page, &passkey).await;
    let tokens = tokens_of(&site, &browser.stay(&page, "no").await).await;
    let at = claims(&text(&tokens, "id_token"))["auth_time"].as_i64().unwrap();
    assert_eq!(at, clock::now().as_second());
}

#[tokio::test]
async fn prompt_none_answers_at_once_or_not_at_all() {
    // OA-27
    let context = phishing_resistant().for_apps(&[App::Api.id()]);
    let site = Site::new(&[context]).await;
    site.password("kim", PASSWORD).await;
    let browser = Browser::new(&site);
    let silent = [("prompt", "none")];
    let answer = browser.open(&App::Spa.request(&silent)).await;
    assert_eq!(
        answer.returned_error(),
        (String::from("login_required"), String::from("AADSTS50058"))
    );
    let code = browser.code_with_password(App::Spa, "kim", PASSWORD).await;
    let hint = text(&site.redeem(App::Spa, &code).await, "id_token");
    assert!(browser.open(&App::Spa.request(&silent)).await.returned().contains_key("code"));
    let more = [("prompt", "none"), ("scope", "openid api://orders/Orders.Read")];
    let answer = browser.open(&App::Spa.request(&more)).await;
    assert_eq!(answer.returned_error().0, "interaction_required");
    // The hint says who is meant.
    let hinted = [("prompt", "none"), ("id_token_hint", hint.as_str())];
    assert!(browser.open(&App::Spa.request(&hinted)).await.returned().contains_key("code"));
    site.person("sam").await;
    site.password("sam", PASSWORD).await;
    let other = Browser::new(&site);
    other.code_with_password(App::Spa, "sam", PASSWORD).await;
    let answer = other.open(&App::Spa.request(&hinted)).await;
    assert_eq!(answer.returned_error().0, "login_required");
    let broken = [("prompt", "none"), ("id_token_hint", "e30.e30.")];
    let answer = browser.open(&App::Spa.request(&broken)).await;
    assert_eq!(answer.returned_error().0, "login_required");
}

#[tokio::test]
async fn a_resource_asks_for_a_context_and_gets_it_after_a_stronger_proof() {
    let step_up = Policy::new("c1 needs a passkey")
        .for_context("c1")
        .strength("00000000-0000-0000-0000-000000000004");
    let plan = Plan {
        objects: vec![json!({
            "@odata.type": "#microsoft.graph.authenticationContextClassReference",
            "id": "c1", "displayName": "Payments", "isAvailable": true,
        })],
        ..Plan::new(&[step_up])
    };
    let site = Site::planned(plan).await;
    site.password("kim", PASSWORD).await;
    let passkey = site.passkey("kim").await;
    let browser = Browser::new(&site);
    let code = browser.code_with_password(App::Spa, "kim", PASSWORD).await;
    let before = browser.cookie("__Host-cardea-session");
    let weak = site.redeem(App::Spa, &code).await;
    assert_eq!(claims(&text(&weak, "access_token")).get("acrs"), None);
    let asked = r#"{"access_token":{"acrs":{"essential":true,"value":"c1"}}}"#;
    // The refresh token of the weaker sign-in does not get there.
    let token = text(&weak, "refresh_token");
    let mut form = App::Spa.refresh(&token);
    form.push(("claims", asked));
    let refused = site.post("token", &form).await;
    assert_eq!(refused.error(), (50076, String::from("invalid_grant")));
    let page = browser.open(&App::Spa.request(&[("claims", asked)])).await;
    assert_eq!(
        (page.path.as_str(), page.heading().as_str()),
        ("/signin/passkey", "One more check")
    );
    let page = browser.with_passkey(&page, &passkey).await;
    let strong = tokens_of(&site, &browser.stay(&page, "no").await).await;
    assert_eq!(claims(&text(&strong, "access_token"))["acrs"], json!(["c1"]));
    // SE-01: the session has another id after a step up.
    assert_ne!(browser.cookie("__Host-cardea-session"), before);
    // CA-18: without the claim the next token has no context.
    let plain = site.refresh(App::Spa, &strong).await;
    assert_eq!(plain.status, StatusCode::OK);
    assert_eq!(claims(&text(&plain.json(), "access_token")).get("acrs"), None);
}

#[tokio::test]
async fn a_strength_of_the_tenant_s_own_counts_at_the_sign_in() {
    let own = strength("Password and code", &["password,softwareOath"], &[]);
    let policy = Policy::new("Own").strength(own["id"].as_str().unwrap());
    let site = Site::planned(Plan { objects: vec![own], ..Plan::new(&[policy]) }).await;
    site.password("kim", PASSWORD).await;
    let seed = site.app("kim").await;
    let passkey = site.passkey("kim").await;
    let browser = Browser::new(&site);
    let page = browser.start(App::Spa, "kim").await;
    let page = browser.with_passkey(&page, &passkey).await;
    assert_eq!(page.path, "/signin/code");
    assert_eq!(browser.with_password(PASSWORD).await.path, "/signin/code");
    assert_eq!(browser.with_code(&totp::code(&seed)).await.path, "/signin/stay");
}
