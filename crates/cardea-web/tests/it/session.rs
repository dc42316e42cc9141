//! Sessions and cookies, by rows of the catalogue.

use axum::http::{Method, StatusCode};
use cardea_store::Account;

use crate::app::App;
use crate::browser::Browser;
use crate::clock;
use crate::site::{Plan, Site};
use crate::tenant::{mfa, phishing_resistant};

const SESSION: &str = "__Host-cardea-session";

async fn signed_in(site: &Site) -> (Browser<'_>, crate::passkey::Passkey, serde_json::Value) {
    let passkey = site.passkey("kim").await;
    let browser = Browser::new(site);
    let code = browser.code_with_passkey(App::Spa, "kim", &passkey).await;
    let tokens = site.redeem(App::Spa, &code).await;
    (browser, passkey, tokens)
}

async fn lives(browser: &Browser<'_>) -> bool {
    let answer = browser.open(&App::Spa.request(&[("prompt", "none")])).await;
    answer.returned().contains_key("code")
}

#[tokio::test]
async fn a_cookie_from_before_is_worth_nothing_after_the_sign_in() {
    // SE-01
    let site = Site::new(&[mfa()]).await;
    let passkey = site.passkey("kim").await;
    let browser = Browser::new(&site);
    let planted = "A".repeat(43);
    browser.cookies.borrow_mut().insert(SESSION.into(), planted.clone());
    browser.code_with_passkey(App::Spa, "kim", &passkey).await;
    assert_ne!(browser.cookie(SESSION).unwrap(), planted);
    let thief = Browser::new(&site);
    thief.cookies.borrow_mut().insert(SESSION.into(), planted);
    assert!(!lives(&thief).await);
    // What proves nothing changes nothing.
    let before = browser.cookie(SESSION);
    assert!(lives(&browser).await);
    assert_eq!(browser.open("/security-info").await.path, "/security-info");
    assert_eq!(browser.cookie(SESSION), before);
}

#[tokio::test]
async fn signing_in_again_ends_the_session_before() {
    // SE-01
    let site = Site::new(&[mfa()]).await;
    let (browser, passkey, _) = signed_in(&site).await;
    let copy = browser.copied();
    let page = browser.open(&App::Spa.request(&[("prompt", "login")])).await;
    let page = browser.name(&page, "kim").await;
    let page = browser.with_passkey(&page, &passkey).await;
    browser.stay(&page, "no").await.code();
    assert!(lives(&browser).await);
    assert!(!lives(&copy).await);
}

#[tokio::test]
async fn a_step_up_in_one_tab_leaves_the_code_of_another_tab_good_and_no_old_cookie() {
    // SE-01
    let policy = phishing_resistant().for_apps(&[App::Api.id()]);
    let site = Site::new(&[policy]).await;
    site.password("kim", "correct horse battery").await;
    let passkey = site.passkey("kim").await;
    let browser = Browser::new(&site);
    browser.code_with_password(App::Spa, "kim", "correct horse battery").await;
    let pending = async || browser.open(&App::Spa.request(&[])).await.code();
    let (first, second) = (pending().await, pending().await);
    let (copy, before) = (browser.copied(), browser.cookie(SESSION));
    let more = [("scope", "openid api://orders/Orders.Read")];
    let page = browser.open(&App::Spa.request(&more)).await;
    let page = browser.with_passkey(&page, &passkey).await;
    browser.stay(&page, "no").await.code();
    assert_ne!(browser.cookie(SESSION), before);
    // The code of before is good, and stands for no more than it did: what was shown then.
    let tokens = site.redeem(App::Spa, &first).await;
    let amr = &crate::app::claims(tokens["access_token"].as_str().unwrap())["amr"];
    assert_eq!(amr, &serde_json::json!(["pwd"]));
    assert!(!lives(&copy).await, "the id of before is worth nothing");
    // It ends with the session, whatever id that has by then.
    let page = browser.open("/signout").await;
    browser.submit(&page, "/signout", &[]).await;
    let late = site.post("token", &App::Spa.redemption(&second)).await;
    assert_eq!(late.error().1, "invalid_grant");
    assert_eq!(site.refresh(App::Spa, &tokens).await.error().0, 50173);
}

#[tokio::test]
async fn two_cookies_of_one_name_are_none() {
    // SE-02
    let site = Site::new(&[mfa()]).await;
    let (browser, ..) = signed_in(&site).await;
    let path = App::Spa.request(&[("prompt", "none")]);
    let session = browser.cookie(SESSION).unwrap();
    let bare = Browser::new(&site);
    let good = format!("{SESSION}={session}");
    let send =
        async |cookie: &str| bare.craft((Method::GET, &path), &[("cookie", cookie)], "").await;
    for tossed in [
        format!("{good}; {SESSION}=evil"),
        format!("{SESSION}=evil; {good}"),
        format!("cardea-session={session}"),
        format!("{good}; {good}"),
    ] {
        let answer = send(&tossed).await;
        assert_eq!(answer.returned_error().0, "login_required", "{tossed}");
    }
    let many: String = (0..200).map(|at| format!("x{at}=y; ")).collect();
    assert!(send(&format!("{many}{good}")).await.returned().contains_key("code"));
}

#[tokio::test]
async fn cookies_are_tied_to_the_host_and_kept_from_scripts() {
    // SE-02
    let site = Site::new(&[mfa()]).await;
    let passkey = site.passkey("kim").await;
    let browser = Browser::new(&site);
    let mut seen = Vec::new();
    let page = browser.get(&App::Spa.request(&[])).await;
    seen.extend(page.cookies());
    let page = browser.get("/signin").await;
    seen.extend(page.cookies());
    let page = browser.name(&page, "kim").await;
    let page = browser.with_passkey(&page, &passkey).await;
    seen.extend(browser.stay(&page, "yes").await.cookies());
    assert!(seen.len() >= 4, "{seen:?}");
    for cookie in seen {
        assert!(cookie.starts_with("__Host-cardea-"), "{cookie}");
        for mark in ["; Path=/", "; HttpOnly", "; SameSite=Lax", "; Secure"] {
            assert!(cookie.contains(mark), "{cookie}");
        }
        assert!(!cookie.to_lowercase().contains("domain="), "{cookie}");
    }
}

#[tokio::test]
async fn without_tls_on_one_s_own_computer_a_sign_in_works_too() {
    let plan = Plan { url: "http://localhost:8080", ..Plan::new(&[]) };
    let site = Site::planned(plan).await;
    site.password("kim", "correct horse battery").await;
    let browser = Browser::new(&site);
    let page = browser.start(App::Native, "kim").await;
    assert_eq!(page.path, "/signin/passkey");
    let page = browser.with_password("correct horse battery").await;
    let answer = browser.stay(&page, "no").await;
    assert!(answer.cookies().iter().all(|it| !it.contains("Secure") && !it.contains("__Host-")));
    assert!(site.redeem(App::Native, &answer.code()).await["access_token"].is_string());
}

#[tokio::test]
async fn a_cookie_is_dead_after_signing_out_everywhere() {
    // SE-05
    let site = Site::new(&[mfa()]).await;
    let other = site.another().await;
    let (browser, passkey, tokens) = signed_in(&site).await;
    let second = Browser::new(&site);
    second.code_with_passkey(App::Spa, "kim", &passkey).await;
    let pending = second.open(&App::Spa.request(&[])).await.code();
    let copy = Browser { site: &other, ..second.copied() };
    assert!(lives(&browser).await);
    let page = browser.open("/signout").await;
    let token = page.form("/signout").fields[0].1.clone();
    clock::seconds(1);
    let page = browser.post("/signout/everywhere", &[("csrf", &token)]).await;
    assert_eq!(page.heading(), "You're signed out everywhere");
    assert!(!lives(&second).await);
    assert!(!lives(&copy).await);
    assert_eq!(site.refresh(App::Spa, &tokens).await.error().0, 50173);
    // A code that is on its way is worth nothing either.
    let late = site.post("token", &App::Spa.redemption(&pending)).await;
    assert_eq!(late.error().1, "invalid_grant");
    assert_eq!(site.audited("Revoke sign in sessions").await, 1);
    clock::seconds(1);
    let again = Browser::new(&site);
    let code = again.code_with_passkey(App::Spa, "kim", &passkey).await;
    assert_eq!(site.post("token", &App::Spa.redemption(&code)).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_cookie_is_dead_after_signing_out_here() {
    // SE-05
    let site = Site::new(&[mfa()]).await;
    let (browser, passkey, tokens) = signed_in(&site).await;
    let second = Browser::new(&site);
    let code = second.code_with_passkey(App::Spa, "kim", &passkey).await;
    let others = site.redeem(App::Spa, &code).await;
    let copy = browser.copied();
    let pending = browser.open(&App::Spa.request(&[])).await.code();
    let page = browser.open("/signout").await;
    let page = browser.submit(&page, "/signout", &[]).await;
    assert_eq!(page.heading(), "You're signed out");
    assert!(!lives(&copy).await && !lives(&browser).await);
    assert_eq!(site.refresh(App::Spa, &tokens).await.error().0, 50173);
    let late = site.post("token", &App::Spa.redemption(&pending)).await;
    assert_eq!(late.error().1, "invalid_grant");
    assert!(lives(&second).await);
    assert_eq!(site.refresh(App::Spa, &others).await.status, StatusCode::OK);
}

#[tokio::test]
async fn whoever_is_disabled_is_out_at_once() {
    // SE-05
    let site = Site::new(&[mfa()]).await;
    let (browser, _, tokens) = signed_in(&site).await;
    site.account("kim", Account::Disabled).await;
    assert!(!lives(&browser).await);
    assert_eq!(
        site.refresh(App::Spa, &tokens).await.error(),
        (50057, String::from("invalid_grant"))
    );
    assert_eq!(site.userinfo(&tokens).await.status, StatusCode::UNAUTHORIZED);
    site.account("kim", Account::Enabled).await;
    assert!(lives(&browser).await);
}

#[tokio::test]
async fn an_invented_cookie_is_evidence_of_nothing() {
    // SE-06
    let site = Site::new(&[]).await;
    for value in ["deadbeef", "' OR 1=1 --", "", "null", &"f".repeat(64)] {
        let browser = Browser::new(&site);
        for name in [SESSION, "session", "__Host-cardea-signin", "__Host-cardea-browser"] {
            browser.cookies.borrow_mut().insert(name.into(), value.into());
        }
        assert!(!lives(&browser).await, "{value}");
        let page = browser.open("/security-info").await;
        assert_eq!(page.path, "/signin", "{value}");
    }
}

#[tokio::test]
async fn a_session_ends_to_the_second() {
    // SE-07
    let site = Site::new(&[mfa()]).await;
    let passkey = site.passkey("kim").await;
    for (choice, hours) in [("no", 24), ("yes", 90 * 24)] {
        let browser = Browser::new(&site);
        let page = browser.start(App::Spa, "kim").await;
        let page = browser.with_passkey(&page, &passkey).await;
        browser.stay(&page, choice).await.code();
        clock::minutes(60 * hours);
        clock::seconds(-1);
        let copy = browser.copied();
        assert!(lives(&browser).await, "{choice}");
        clock::seconds(1);
        assert!(!lives(&browser).await && !lives(&copy).await, "{choice}");
    }
}
