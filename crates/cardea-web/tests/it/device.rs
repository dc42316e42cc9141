//! Signing in a device that cannot show pages.

use axum::http::StatusCode;
use serde_json::Value;

use crate::app::{App, claims};
use crate::browser::{Answer, Browser};
use crate::clock;
use crate::site::Site;
use crate::tenant::{Policy, mfa};

const PASSWORD: &str = "correct horse battery";
const GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";

async fn asked(site: &Site) -> Value {
    let form = [("client_id", App::Native.id()), ("scope", "openid offline_access User.Read")];
    let answer = site.post("devicecode", &form).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    answer.json()
}

async fn poll(site: &Site, device: &Value) -> Answer {
    let code = device["device_code"].as_str().unwrap();
    let form = [("grant_type", GRANT), ("client_id", App::Native.id()), ("device_code", code)];
    site.post("token", &form).await
}

fn user_code(device: &Value) -> &str {
    device["user_code"].as_str().unwrap()
}

/// Signs in to the page for codes.
async fn at_page<'s>(site: &'s Site, name: &str) -> (Browser<'s>, Answer) {
    let browser = Browser::new(site);
    let page = browser.open("/devicelogin").await;
    browser.name(&page, name).await;
    let page = browser.with_password(PASSWORD).await;
    assert_eq!(page.path, "/devicelogin");
    (browser, page)
}

async fn site(policies: &[Policy]) -> Site {
    let site = Site::new(policies).await;
    site.password("kim", PASSWORD).await;
    site
}

async fn enter(browser: &Browser<'_>, page: &Answer, code: &str) -> Answer {
    browser.submit(page, "/devicelogin", &[("user_code", code)]).await
}

#[tokio::test]
async fn a_device_gets_in_once_its_owner_says_yes() {
    // CA-07
    let site = site(&[]).await;
    let device = asked(&site).await;
    assert_eq!((&device["interval"], &device["expires_in"]), (&5.into(), &900.into()));
    assert_eq!(poll(&site, &device).await.error(), (70016, String::from("authorization_pending")));
    let (browser, page) = at_page(&site, "kim").await;
    let ask = enter(&browser, &page, user_code(&device)).await;
    assert_eq!(ask.heading(), "Is this your device?");
    // Whoever is asked sees what to compare: the code, the app, from where.
    for fact in [user_code(&device), App::Native.name(), "198.51.100.20", "someone else's device"] {
        assert!(ask.says(fact), "{fact}: {}", ask.body);
    }
    let end = browser.submit(&ask, "/devicelogin/decide", &[("choice", "yes")]).await;
    assert_eq!(end.heading(), "Your device is connected");
    clock::seconds(5);
    let answer = poll(&site, &device).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    let token = claims(answer.json()["access_token"].as_str().unwrap());
    assert_eq!(token["upn"], "kim@contoso.example");
    clock::seconds(5);
    assert_eq!(poll(&site, &device).await.error().1, "bad_verification_code");
    assert_eq!(site.refresh(App::Native, &answer.json()).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_device_that_is_denied_stays_out() {
    let site = site(&[]).await;
    let device = asked(&site).await;
    let (browser, page) = at_page(&site, "kim").await;
    let ask = enter(&browser, &page, &user_code(&device).to_lowercase()).await;
    let end = browser.submit(&ask, "/devicelogin/decide", &[("choice", "no")]).await;
    assert_eq!(end.heading(), "The device was stopped");
    assert_eq!(poll(&site, &device).await.error().1, "authorization_declined");
}

#[tokio::test]
async fn a_device_that_asks_too_often_is_slowed_down() {
    // CA-09
    let site = site(&[]).await;
    let device = asked(&site).await;
    assert_eq!(poll(&site, &device).await.error().1, "authorization_pending");
    assert_eq!(poll(&site, &device).await.error().1, "slow_down");
    clock::seconds(11);
    assert_eq!(poll(&site, &device).await.error().1, "authorization_pending");
    clock::minutes(15);
    assert_eq!(poll(&site, &device).await.error().1, "expired_token");
}

#[tokio::test]
async fn a_policy_against_device_codes_counts_at_approval_and_at_every_token() {
    // CA-07
    let site = site(&[]).await;
    let blocks = Policy::new("No device codes").blocks().for_flow("deviceCodeFlow");
    let early = asked(&site).await;
    let (browser, page) = at_page(&site, "kim").await;
    let ask = enter(&browser, &page, user_code(&early)).await;
    browser.submit(&ask, "/devicelogin/decide", &[("choice", "yes")]).await;
    let tokens = poll(&site, &early).await.json();
    let approved = asked(&site).await;
    let page = browser.open("/devicelogin").await;
    let ask = enter(&browser, &page, user_code(&approved)).await;
    browser.submit(&ask, "/devicelogin/decide", &[("choice", "yes")]).await;
    let late = asked(&site).await;
    site.policies(&[blocks]).await;
    // At the poll, at the refresh, and for whoever comes to approve.
    assert_eq!(poll(&site, &approved).await.error().0, 53003);
    assert_eq!(site.refresh(App::Native, &tokens).await.error().0, 53003);
    let page = browser.open("/devicelogin").await;
    assert_eq!(page.heading(), "You can't sign in yet", "{}", page.body);
    let token = ask.form("/devicelogin/decide").fields[0].1.clone();
    let fields = [("csrf", token.as_str()), ("user_code", user_code(&late))];
    let answer = browser.post("/devicelogin", &fields).await;
    let page = browser.follow(answer).await;
    assert_eq!(page.heading(), "You can't sign in yet");
    assert_eq!(poll(&site, &late).await.error().1, "authorization_pending");
    // Ordinary sign-ins go on.
    let other = Browser::new(&site);
    assert!(!other.code_with_password(App::Spa, "kim", PASSWORD).await.is_empty());
}

#[tokio::test]
async fn what_the_app_asks_for_is_judged_when_its_owner_approves() {
    let site = site(&[mfa().for_apps(&[App::Api.id()])]).await;
    let form = [("client_id", App::Native.id()), ("scope", "openid api://orders/Orders.Read")];
    let device = site.post("devicecode", &form).await.json();
    let (browser, page) = at_page(&site, "kim").await;
    let page = enter(&browser, &page, user_code(&device)).await;
    assert_ne!(page.heading(), "Is this your device?");
    assert_eq!(poll(&site, &device).await.error().1, "authorization_pending");
}

#[tokio::test]
async fn a_code_is_decided_by_the_session_that_entered_it() {
    // CA-08
    let site = site(&[]).await;
    site.person("eve").await;
    site.password("eve", PASSWORD).await;
    let device = asked(&site).await;
    let (kim, page) = at_page(&site, "kim").await;
    let ask = enter(&kim, &page, user_code(&device)).await;
    let (eve, page) = at_page(&site, "eve").await;
    let claimed = enter(&eve, &page, user_code(&device)).await;
    assert_ne!(claimed.heading(), "Is this your device?");
    let token = page.form("/devicelogin").fields[0].1.clone();
    let mut fields = ask.form("/devicelogin/decide").fields;
    fields.retain(|(name, _)| name != "csrf");
    fields.extend([("csrf".into(), token), ("choice".into(), "yes".into())]);
    let fields: Vec<_> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    let stolen = eve.post("/devicelogin/decide", &fields).await;
    assert_eq!(stolen.location(), Some("/devicelogin"));
    assert_eq!(poll(&site, &device).await.error().1, "authorization_pending");
    let end = kim.submit(&ask, "/devicelogin/decide", &[("choice", "yes")]).await;
    assert_eq!(end.heading(), "Your device is connected");
    clock::seconds(5);
    let answer = poll(&site, &device).await.json();
    assert_eq!(claims(answer["access_token"].as_str().unwrap())["upn"], "kim@contoso.example");
}

#[tokio::test]
async fn guesses_at_device_codes_are_counted_and_one_poll_wins() {
    // CA-09
    let site = site(&[]).await;
    let device = asked(&site).await;
    let (browser, page) = at_page(&site, "kim").await;
    for _ in 0..5 {
        assert_eq!(enter(&browser, &page, "BBBB-BBBB").await.heading(), "Connect a device");
    }
    let right = enter(&browser, &page, user_code(&device)).await;
    assert_eq!(right.heading(), "Connect a device");
    clock::minutes(14);
    let device = asked(&site).await;
    clock::minutes(2);
    let page = browser.open("/devicelogin").await;
    let ask = enter(&browser, &page, user_code(&device)).await;
    browser.submit(&ask, "/devicelogin/decide", &[("choice", "yes")]).await;
    let answers = crate::together((0..64).map(|_| poll(&site, &device))).await;
    assert_eq!(answers.iter().filter(|it| it.status == StatusCode::OK).count(), 1);
}

#[tokio::test]
async fn guesses_count_where_a_code_is_decided_too() {
    // CA-09
    let site = site(&[]).await;
    let (mine, theirs) = (asked(&site).await, asked(&site).await);
    let (browser, page) = at_page(&site, "kim").await;
    let ask = enter(&browser, &page, user_code(&mine)).await;
    for _ in 0..5 {
        let guess = [("user_code", "BBBB-BBBB"), ("choice", "yes")];
        browser.submit(&ask, "/devicelogin/decide", &guess).await;
    }
    let right = [("user_code", user_code(&theirs)), ("choice", "yes")];
    browser.submit(&ask, "/devicelogin/decide", &right).await;
    assert_eq!(poll(&site, &theirs).await.error().1, "authorization_pending");
}

#[tokio::test]
async fn g24_a_grant_that_began_with_a_device_code_stays_one_at_the_next_app() {
    // CA-07
    let blocks = Policy::new("No device codes for orders");
    let site = site(&[blocks.blocks().for_apps(&[App::Api.id()]).for_flow("deviceCodeFlow")]).await;
    let device = asked(&site).await;
    let (browser, page) = at_page(&site, "kim").await;
    let ask = enter(&browser, &page, user_code(&device)).await;
    browser.submit(&ask, "/devicelogin/decide", &[("choice", "yes")]).await;
    let tokens = poll(&site, &device).await.json();
    let orders = async |tokens: &Value| {
        let mut form = App::Native.refresh(tokens["refresh_token"].as_str().unwrap());
        form.retain(|(name, _)| *name != "scope");
        form.push(("scope", "openid offline_access api://orders/Orders.Read"));
        site.post("token", &form).await
    };
    assert_eq!(orders(&tokens).await.error().0, 53003);
    // The twins: the same grant at the app that is not blocked, and the blocked app in a browser.
    assert_eq!(site.refresh(App::Native, &tokens).await.status, StatusCode::OK);
    let other = Browser::new(&site);
    let code = other.code_with_password(App::Native, "kim", PASSWORD).await;
    let answer = orders(&site.redeem(App::Native, &code).await).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
}

#[tokio::test]
async fn what_was_approved_is_void_once_its_owner_signs_out_everywhere() {
    // SE-05
    for (path, stays) in [("/signout/everywhere", false), ("/signout", true)] {
        let site = site(&[]).await;
        let device = asked(&site).await;
        let (browser, page) = at_page(&site, "kim").await;
        let ask = enter(&browser, &page, user_code(&device)).await;
        browser.submit(&ask, "/devicelogin/decide", &[("choice", "yes")]).await;
        clock::seconds(5);
        let page = browser.open("/signout").await;
        let token = page.form("/signout").fields[0].1.clone();
        browser.post(path, &[("csrf", &token)]).await;
        let answer = poll(&site, &device).await;
        if stays {
            // A device is signed in for itself, whatever becomes of the browser that let it in.
            assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        } else {
            assert_eq!(answer.error(), (50173, String::from("invalid_grant")));
        }
    }
}
