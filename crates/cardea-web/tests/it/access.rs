//! Attempts to get around Conditional Access, by rows of the catalogue.

use axum::http::StatusCode;
use serde_json::json;

use crate::app::App;
use crate::browser::{ANDROID, Browser, WINDOWS};
use crate::site::{Plan, Site};
use crate::tenant::{Policy, mfa, office};

const PASSWORD: &str = "correct horse battery";
const IPAD_AS_MAC: &str = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Safari/605";

async fn reaches(site: &Site, agent: &str) -> String {
    let browser = Browser { agent: agent.to_owned(), ..Browser::new(site) };
    browser.start(App::Spa, "kim").await;
    browser.with_password(PASSWORD).await.path
}

#[tokio::test]
async fn a_platform_is_what_the_browser_claims_and_unknown_is_all_but_none_by_name() {
    // CA-01
    let all = Policy::new("Unknown").blocks().with(
        "/conditions/platforms",
        json!({
            "includePlatforms": ["all"],
            "excludePlatforms": ["android", "iOS", "windows", "macOS", "linux", "windowsPhone"],
        }),
    );
    let macs = Policy::new("Macs").blocks().for_platforms(&["macOS"]);
    let site = Site::new(&[all, macs]).await;
    site.password("kim", PASSWORD).await;
    for free in [WINDOWS, ANDROID, "Mozilla/5.0 (Windows Phone 10.0; Android 6.0.1)"] {
        assert_eq!(reaches(&site, free).await, "/signin/stay", "{free}");
    }
    let long = "x".repeat(8192);
    for blocked in [IPAD_AS_MAC, "curl/8.5.0", "", &long] {
        assert_eq!(reaches(&site, blocked).await, "/signin/blocked", "{blocked}");
    }
}

#[tokio::test]
async fn the_platform_is_asked_for_at_every_step() {
    // CA-02
    let site = Site::new(&[Policy::new("No phones").blocks().for_platforms(&["android"])]).await;
    site.password("kim", PASSWORD).await;
    let browser = Browser::new(&site);
    let code = browser.code_with_password(App::Spa, "kim", PASSWORD).await;
    let refused = site.post_from("token", &App::Spa.redemption(&code), ANDROID).await;
    assert_eq!(refused.error(), (53003, String::from("invalid_grant")));
    let other = Browser::new(&site);
    let code = other.code_with_password(App::Spa, "kim", PASSWORD).await;
    let tokens = site.redeem(App::Spa, &code).await;
    let token = tokens["refresh_token"].as_str().unwrap();
    let refused = site.post_from("token", &App::Spa.refresh(token), ANDROID).await;
    assert_eq!(refused.error(), (53003, String::from("invalid_grant")));
    assert_eq!(site.refresh(App::Spa, &tokens).await.status, StatusCode::OK);
    // The log has each of them.
    let log = site.sign_ins().await;
    let codes: Vec<u64> = log.iter().filter_map(|it| it["status"]["errorCode"].as_u64()).collect();
    assert_eq!(codes.iter().filter(|code| **code == 53003).count(), 2, "{codes:?}");
}

#[tokio::test]
async fn an_address_that_nobody_vouches_for_is_not_believed() {
    // CA-15
    let site = Site::planned(Plan {
        objects: vec![office(&["192.0.2.0/24"])],
        ..Plan::new(&[Policy::new("Office only").blocks().except_locations(&["AllTrusted"])])
    })
    .await;
    site.password("kim", PASSWORD).await;
    let claimed = Browser {
        extra: vec![("x-forwarded-for", String::from("192.0.2.9"))],
        ..Browser::new(&site)
    };
    claimed.start(App::Spa, "kim").await;
    assert_eq!(claimed.with_password(PASSWORD).await.path, "/signin/blocked");
    let inside = Browser { address: [192, 0, 2, 9].into(), ..Browser::new(&site) };
    inside.start(App::Spa, "kim").await;
    assert_eq!(inside.with_password(PASSWORD).await.path, "/signin/stay");
}

#[tokio::test]
async fn behind_a_proxy_the_last_hop_that_nobody_vouches_for_counts() {
    // CA-16
    let site = Site::planned(Plan {
        objects: vec![office(&["192.0.2.0/24"])],
        trusted_proxies: vec!["10.0.0.0/8"],
        ..Plan::new(&[Policy::new("Office only").blocks().except_locations(&["AllTrusted"])])
    })
    .await;
    site.password("kim", PASSWORD).await;
    let via = async |headers: &[&str]| {
        let extra = headers.iter().map(|it| ("x-forwarded-for", (*it).to_owned())).collect();
        let browser = Browser { address: [10, 0, 0, 1].into(), extra, ..Browser::new(&site) };
        browser.start(App::Spa, "kim").await;
        let wrong = browser.with_password("wrong").await;
        assert_eq!(wrong.path, "/signin/password", "{headers:?}");
        browser.with_password(PASSWORD).await.path
    };
    let hops = vec!["10.0.0.3"; 10_000].join(",");
    for inside in [
        "192.0.2.9",
        "8.8.8.8, 192.0.2.9",
        "192.0.2.9, 10.0.0.2",
        "::ffff:192.0.2.9",
        " 192.0.2.9 ",
    ] {
        assert_eq!(via(&[inside]).await, "/signin/stay", "{inside}");
    }
    assert_eq!(via(&["8.8.8.8", "192.0.2.9"]).await, "/signin/stay");
    for outside in [
        "192.0.2.9, 8.8.8.8",
        "garbage",
        "192.0.2.9:443",
        "fe80::1%eth0",
        "192.0.2.9, ,",
        "",
        &hops,
    ] {
        assert_eq!(via(&[outside]).await, "/signin/blocked", "{outside}");
    }
    assert_eq!(via(&["192.0.2.9", "8.8.8.8"]).await, "/signin/blocked");
}

#[tokio::test]
async fn security_info_and_apps_are_closed_as_soon_as_a_policy_says_so() {
    // CA-11
    let site = Site::new(&[mfa()]).await;
    let passkey = site.passkey("kim").await;
    let browser = Browser::new(&site);
    let page = browser.open("/security-info").await;
    let page = browser.with_passkey(&page, &passkey).await;
    assert_eq!(page.path, "/security-info");
    site.policies(&[Policy::new("Closed").blocks()]).await;
    let row = site.passkeys("kim").await.remove(0);
    let csrf = page.form("/register").fields[0].1.clone();
    let fields = [("csrf", csrf.as_str()), ("id", row.id.as_str()), ("nickname", "Mallory's")];
    browser.post("/security-info/rename", &fields).await;
    browser.post("/security-info/remove", &fields).await;
    let rows = site.passkeys("kim").await;
    assert_eq!((rows.len(), rows[0].name.as_str()), (1, "Key"));
}

#[tokio::test]
async fn a_refresh_token_is_for_its_client_and_each_resource_is_judged() {
    // CA-05, OA-14
    let site = Site::new(&[Policy::new("Orders").blocks().for_apps(&[App::Api.id()])]).await;
    site.password("kim", PASSWORD).await;
    let browser = Browser::new(&site);
    let code = browser.code_with_password(App::Spa, "kim", PASSWORD).await;
    let tokens = site.redeem(App::Spa, &code).await;
    let token = tokens["refresh_token"].as_str().unwrap();
    let theirs = site.post("token", &App::Native.refresh(token)).await;
    assert_eq!(theirs.error(), (70000, String::from("invalid_grant")));
    let mut form = App::Spa.refresh(token);
    form.push(("scope", "api://orders/Orders.Read"));
    let other = site.post("token", &form).await;
    assert_eq!(other.error(), (53003, String::from("invalid_grant")));
    let mut form = App::Spa.refresh(token);
    form.push(("scope", "User.Read Mail.ReadWrite"));
    let wider = site.post("token", &form).await;
    assert_eq!(wider.error(), (70011, String::from("invalid_scope")));
    assert_eq!(site.refresh(App::Spa, &tokens).await.status, StatusCode::OK);
}
