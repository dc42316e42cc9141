//! Temporary Access Passes.

use axum::http::StatusCode;
use cardea_store::Usable;
use serde_json::json;

use crate::app::{App, claims};
use crate::browser::{Answer, Browser};
use crate::clock;
use crate::passkey::Passkey;
use crate::site::{Plan, Site};
use crate::tenant::{Policy, id, methods_with, mfa, phishing_resistant};

const REFUSED: &str = "This pass doesn't work.";

async fn with_pass<'s>(site: &'s Site, pass: &str) -> (Browser<'s>, Answer) {
    let browser = Browser::new(site);
    browser.start(App::Spa, "kim").await;
    let page = browser.with_pass(pass).await;
    (browser, page)
}

#[tokio::test]
async fn of_a_thousand_uses_of_a_one_time_pass_one_counts() {
    // TAP-01, TAP-07
    let site = Site::new(&[mfa()]).await;
    let pass = site.pass("kim", Usable::Once).await;
    let other = site.another().await;
    let mut browsers = Vec::new();
    for at in 0..1000 {
        let browser = Browser::new(if at % 2 == 0 { &site } else { &other });
        browser.start(App::Spa, "kim").await;
        browsers.push((browser.open("/signin/pass").await, browser));
    }
    let fields = [("pass", pass.as_str())];
    let all = browsers.iter().map(|(page, browser)| browser.submit(page, "/signin/pass", &fields));
    let pages = crate::together(all).await;
    let won = pages.iter().filter(|page| page.path == "/signin/stay").count();
    let lost = pages.iter().filter(|page| page.path == "/signin/pass").count();
    assert_eq!((won, lost), (1, 999), "{:?}", pages.iter().map(|it| &it.path).collect::<Vec<_>>());
}

#[tokio::test]
async fn the_second_use_of_a_one_time_pass_is_refused_in_every_spelling() {
    // TAP-04
    let site = Site::new(&[mfa()]).await;
    let pass = site.pass("kim", Usable::Once).await;
    let spaced = format!(" {} {}\u{200b} ", &pass[..4], &pass[4..]);
    let (_, page) = with_pass(&site, &spaced).await;
    assert_eq!(page.path, "/signin/stay");
    let wide: String =
        pass.chars().map(|it| char::from_u32(u32::from(it) - 0x21 + 0xff01).unwrap()).collect();
    for spelling in [pass.clone(), spaced, wide, format!("{pass}\n"), format!("\u{feff}{pass}")] {
        let (_, page) = with_pass(&site, &spelling).await;
        assert_eq!(page.path, "/signin/pass", "{spelling:?}");
        assert!(page.says(REFUSED), "{}", page.body);
    }
}

#[tokio::test]
async fn a_pass_for_several_uses_lets_in_twice_and_not_after_its_end() {
    let site = Site::new(&[mfa()]).await;
    let pass = site.pass("kim", Usable::Many).await;
    assert_eq!(with_pass(&site, &pass).await.1.path, "/signin/stay");
    clock::minutes(59);
    assert_eq!(with_pass(&site, &pass).await.1.path, "/signin/stay");
    clock::minutes(1);
    assert_eq!(with_pass(&site, &pass).await.1.path, "/signin/pass");
    // TAP-06: it stays over when the clock goes back.
    clock::minutes(-30);
    assert_eq!(with_pass(&site, &pass).await.1.path, "/signin/pass");
}

/// Comes to the page that makes a passkey, by a one-time pass and the wizard.
async fn at_the_wizard(site: &Site) -> (Browser<'_>, Answer) {
    let pass = site.pass("kim", Usable::Once).await;
    let (browser, page) = with_pass(site, &pass).await;
    assert_eq!(page.path, "/register");
    let page = browser.submit(&page, "/register", &[("kind", "passkey-here")]).await;
    (browser, page)
}

#[tokio::test]
async fn a_one_time_pass_registers_for_ten_minutes() {
    // TAP-14
    let site = Site::new(&[phishing_resistant()]).await;
    let (browser, _) = at_the_wizard(&site).await;
    clock::minutes(9);
    clock::seconds(59);
    let page = browser.open("/register/passkey").await;
    let done = browser.register(&page, &Passkey::new()).await;
    assert!(done.path.starts_with("/register/done"), "{done:?}");
    assert_eq!(site.passkeys("kim").await.len(), 1);
}

#[tokio::test]
async fn a_one_time_pass_registers_nothing_after_ten_minutes() {
    // TAP-14
    let site = Site::new(&[phishing_resistant()]).await;
    let (browser, _) = at_the_wizard(&site).await;
    clock::minutes(9);
    let page = browser.open("/register/passkey").await;
    clock::seconds(61);
    let late = browser.register(&page, &Passkey::new()).await;
    assert_eq!(late.path, "/signin/blocked");
    assert_eq!(site.passkeys("kim").await.len(), 0);
    assert_eq!(browser.open("/register/passkey").await.path, "/signin/blocked");
}

#[tokio::test]
async fn a_pass_that_lasts_registers_also_later() {
    // TAP-14: the positive twin.
    let site = Site::new(&[phishing_resistant()]).await;
    let pass = site.pass("kim", Usable::Many).await;
    let (browser, _) = with_pass(&site, &pass).await;
    clock::minutes(12);
    let page = browser.open("/register/passkey").await;
    let page = if page.path == "/signin/pass" { browser.with_pass(&pass).await } else { page };
    assert!(page.path.starts_with("/register"), "{}", page.path);
    let page = browser.open("/register/passkey").await;
    let done = browser.register(&page, &Passkey::new()).await;
    assert!(done.path.starts_with("/register/done"), "{done:?}");
}

#[tokio::test]
async fn everything_that_a_pass_opened_ends_with_it() {
    // TAP-13
    let site = Site::new(&[mfa()]).await;
    let pass = site.pass_for("kim", Usable::Many, 30).await;
    let (browser, page) = with_pass(&site, &pass).await;
    let answer = browser.stay(&page, "yes").await;
    let tokens = site.redeem(App::Spa, &answer.code()).await;
    let end = clock::now().as_second() + 30 * 60;
    let access = claims(tokens["access_token"].as_str().unwrap());
    assert!(access["exp"].as_i64().unwrap() <= end);
    clock::minutes(29);
    let tokens = site.refresh(App::Spa, &tokens).await.json();
    assert_eq!(tokens["expires_in"], 60);
    let code = browser.open(&App::Spa.request(&[])).await.code();
    clock::minutes(1);
    assert_eq!(site.refresh(App::Spa, &tokens).await.error().1, "invalid_grant");
    let late = site.post("token", &App::Spa.redemption(&code)).await;
    assert_eq!(late.error().1, "invalid_grant");
    assert_eq!(browser.open(&App::Spa.request(&[])).await.path, "/signin");
}

#[tokio::test]
async fn deleting_a_pass_ends_what_it_opened_but_not_the_passkey_made_with_it() {
    // TAP-13
    let site = Site::new(&[mfa()]).await;
    let pass = site.pass("kim", Usable::Many).await;
    let (browser, page) = with_pass(&site, &pass).await;
    let tokens = site.redeem(App::Spa, &browser.stay(&page, "yes").await.code()).await;
    let page = browser.open("/security-info").await;
    let page = browser.submit(&page, "/register", &[("kind", "passkey-here")]).await;
    let passkey = Passkey::new().for_account(&id("person", "kim"));
    browser.register(&page, &passkey).await;
    site.delete_pass("kim").await;
    assert_eq!(site.refresh(App::Spa, &tokens).await.error().1, "invalid_grant");
    let other = Browser::new(&site);
    assert!(!other.code_with_passkey(App::Spa, "kim", &passkey).await.is_empty());
}

#[tokio::test]
async fn a_pass_that_the_policy_no_longer_allows_is_refused_and_not_spent() {
    // TAP-12
    let site = Site::new(&[mfa()]).await;
    let pass = site.pass("kim", Usable::Many).await;
    let once = methods_with("TemporaryAccessPass", &[("/isUsableOnce", json!(true))]);
    let off = methods_with("TemporaryAccessPass", &[("/state", json!("disabled"))]);
    let nobody = methods_with("TemporaryAccessPass", &[("/includeTargets", json!([]))]);
    for policy in [once, off, nobody] {
        site.object(&policy).await;
        let browser = Browser::new(&site);
        browser.start(App::Spa, "kim").await;
        let page = browser.open("/signin/pass").await;
        if page.path == "/signin/pass" {
            let page = browser.with_pass(&pass).await;
            assert_eq!(page.path, "/signin/pass");
            assert!(page.says(REFUSED), "{}", page.body);
        }
    }
    site.object(&crate::tenant::methods()).await;
    assert_eq!(with_pass(&site, &pass).await.1.path, "/signin/stay");
}

#[tokio::test]
async fn a_pass_is_not_taken_for_more_than_it_is() {
    // TAP-15
    let site = Site::new(&[phishing_resistant().for_apps(&[App::Api.id()])]).await;
    let pass = site.pass("kim", Usable::Many).await;
    let (browser, page) = with_pass(&site, &pass).await;
    let tokens = site.redeem(App::Spa, &browser.stay(&page, "no").await.code()).await;
    assert_eq!(claims(tokens["access_token"].as_str().unwrap())["amr"], json!(["otp"]));
    // It does not meet a strength that leaves it out: a passkey has to be made.
    let more = App::Spa.request(&[("scope", "openid api://orders/Orders.Read")]);
    assert_eq!(browser.open(&more).await.path, "/register");
    // And it is no password.
    let form = [
        ("grant_type", "password"),
        ("client_id", App::Native.id()),
        ("username", "kim@contoso.example"),
        ("password", &pass),
        ("scope", "openid"),
    ];
    let answer = site.post("token", &form).await;
    assert_eq!(answer.error(), (70003, String::from("unsupported_grant_type")));
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    let other = Browser::new(&site);
    other.start(App::Spa, "kim").await;
    assert_eq!(other.with_password(&pass).await.path, "/signin/password");
}

#[tokio::test]
async fn a_pass_is_nowhere_to_be_read() {
    // TAP-11
    let site = Site::new(&[mfa()]).await;
    let pass = site.pass("kim", Usable::Many).await;
    let (browser, page) = with_pass(&site, &pass).await;
    browser.stay(&page, "no").await;
    let page = browser.open("/security-info").await;
    assert!(page.says("Temporary Access Pass"));
    assert!(!page.says(&pass));
    let log = format!("{:?}", site.sign_ins().await);
    assert!(!log.contains(&pass));
    let bytes = site.bytes_at_rest();
    assert!(!bytes.windows(pass.len()).any(|window| window == pass.as_bytes()));
}

#[tokio::test]
async fn the_page_says_nothing_about_whether_there_is_a_pass() {
    // TAP-19
    let site = Site::new(&[mfa()]).await;
    site.person("sam").await;
    site.pass("kim", Usable::Many).await;
    let mut seen = Vec::new();
    for name in ["kim", "sam", "bob"] {
        let browser = Browser::new(&site);
        browser.start(App::Spa, name).await;
        let page = browser.open("/signin/pass").await;
        let wrong = browser.with_pass("WRONGWRONG").await;
        let ways = browser.open("/signin/ways").await;
        let all = [page, wrong, ways].map(|it| crate::bare(&it.body).replace(name, "NAME"));
        seen.push(all);
    }
    assert_eq!(seen[0], seen[1]);
    assert_eq!(seen[0], seen[2]);
}

#[tokio::test]
async fn the_help_desk_may_issue_passes_to_others_only() {
    // TAP-08
    use cardea_idp::admin::caller::Denied;
    use cardea_idp::admin::right::Right;
    use cardea_idp::pass::{Issuer, Refused, Wanted};
    let role = json!({
        "@odata.type": "#microsoft.graph.unifiedRoleAssignment", "id": id("assignment", "kim"),
        "principalId": id("person", "kim"), "directoryScopeId": "/",
        "roleDefinitionId": "62e90394-69f5-4237-9190-012177145e10",
    });
    let site = Site::planned(Plan { objects: vec![role], ..Plan::new(&[mfa()]) }).await;
    site.person("sam").await;
    let (kim, sam) = (id("person", "kim"), id("person", "sam"));
    let wanted = Wanted { minutes: None, usable: Usable::Many, starts: None };
    let issue = async |by: &str, to: &str| {
        let to = site.row(to).await;
        let by = site.idp.administrator(by).await.unwrap().unwrap();
        let issued = site.idp.issue_pass(Issuer::Caller(&by), (to, wanted), clock::now()).await;
        issued.unwrap().map(|_| ())
    };
    assert_eq!(issue(&kim, "sam").await, Ok(()));
    let refused = |denied: Denied| Err(Refused::NotAllowed(denied));
    assert_eq!(issue(&kim, "kim").await, refused(Denied::Self_(Right::WriteMethods)));
    assert_eq!(issue(&sam, "kim").await, refused(Denied::Right(Right::WriteMethods)));
}

#[tokio::test]
async fn guesses_at_a_pass_are_counted_and_stopped() {
    // TAP-18, RL-02
    let site = Site::new(&[Policy::new("Nothing").state("disabled")]).await;
    let pass = site.pass("kim", Usable::Many).await;
    for _ in 0..10 {
        assert_eq!(with_pass(&site, "WRONGWRO").await.1.path, "/signin/pass");
    }
    let (browser, page) = with_pass(&site, &pass).await;
    assert_eq!(page.path, "/signin/pass");
    assert!(page.says("Too many tries"), "{}", page.body);
    // Another process counts on, and a clock that goes back does not open the lock.
    let other = site.another().await;
    clock::minutes(-10);
    assert_eq!(with_pass(&other, &pass).await.1.path, "/signin/pass");
    clock::minutes(26);
    let page = browser.with_pass(&pass).await;
    assert_eq!(page.path, "/signin/stay");
}
