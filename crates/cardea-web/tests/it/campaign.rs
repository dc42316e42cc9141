//! The registration campaign: who is invited, how it is put off, and that it never stops a sign-in.

use axum::http::StatusCode;
use cardea_store::Usable;
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::app::{App, claims};
use crate::browser::{Answer, Browser, WINDOWS};
use crate::passkey::Passkey;
use crate::site::{Plan, Site};
use crate::tenant::{Policy, id, methods, mfa};
use crate::{clock, totp};

const PASSWORD: &str = "correct horse battery";
const LINUX: &str = "Mozilla/5.0 (X11; Linux x86_64) Firefox/150";

/// A methods policy whose campaign asks everybody for a passkey, with these changes.
fn campaign(changes: &[(&str, Value)]) -> Value {
    let mut campaign = json!({
        "state": "enabled", "snoozeDurationInDays": 2,
        "enforceRegistrationAfterAllowedSnoozes": true,
        "includeTargets": [{
            "id": "all_users", "targetType": "group", "targetedAuthenticationMethod": "fido2",
        }],
        "excludeTargets": [],
    });
    for (name, value) in changes {
        campaign[*name] = value.clone();
    }
    let mut methods = methods();
    methods["registrationEnforcement"]["authenticationMethodsRegistrationCampaign"] = campaign;
    methods
}

/// A tenant with such a campaign, in which kim has a password and an authenticator app.
async fn site_with(methods: Value, policies: &[Policy]) -> Site {
    let site = Site::planned(Plan { methods, ..Plan::new(policies) }).await;
    site.password("kim", PASSWORD).await;
    site.app("kim").await;
    clock::minutes(1);
    site
}

pub(crate) async fn site(changes: &[(&str, Value)]) -> Site {
    site_with(campaign(changes), &[mfa()]).await
}

/// Kim signs in with both; what comes then.
pub(crate) async fn sign_in<'s>(site: &'s Site, agent: &str) -> (Browser<'s>, Answer) {
    clock::minutes(2);
    let browser = Browser { agent: agent.to_owned(), ..Browser::new(site) };
    let page = browser.start(App::Spa, "kim").await;
    assert_eq!(page.path, "/signin/passkey");
    browser.with_password(PASSWORD).await;
    let page = browser.with_code(&totp::code(b"a seed of twenty byt")).await;
    (browser, page)
}

async fn days(site: &Site, days: i64) -> (Browser<'_>, Answer) {
    clock::pass(SignedDuration::from_hours(24 * days));
    sign_in(site, WINDOWS).await
}

/// The words of the button that goes on without a passkey; empty where there is none.
fn later(page: &Answer) -> &'static str {
    let has = |text| page.says(text);
    match () {
        () if has("Not now (3 times left)") => "3",
        () if has("Not now (2 times left)") => "2",
        () if has("Not now (1 time left)") => "1",
        () if has("Not now") => "always",
        () if has("Go on without a passkey") => "skip",
        () => "",
    }
}

async fn not_now(browser: &Browser<'_>, page: &Answer) -> Answer {
    browser.submit(page, "/register/later", &[]).await
}

/// Tries to make a passkey, which fails in the browser.
async fn tries_in_vain(browser: &Browser<'_>, page: &Answer) -> Answer {
    let page = browser.submit(page, "/register", &[("kind", "passkey-here")]).await;
    assert_eq!(page.path, "/register/passkey?kind=passkey-here");
    assert_eq!(later(&page), "", "nothing was tried yet: {}", page.body);
    assert!(page.body.contains(" data-tells"), "{}", page.body);
    browser.submit(&page, "/register/passkey", &[("ceremony_end", "cancelled")]).await
}

#[tokio::test]
async fn whoever_has_no_passkey_is_invited_after_a_complete_sign_in_and_adds_one() {
    let site = site(&[]).await;
    let (browser, page) = sign_in(&site, WINDOWS).await;
    assert_eq!(
        (page.path.as_str(), page.heading().as_str()),
        ("/register", "Add a way to sign in")
    );
    assert!(page.says("Contoso invites you to add a passkey"), "{}", page.body);
    assert!(!page.body.contains("value=\"totp\""), "{}", page.body);
    let page = browser.submit(&page, "/register", &[("kind", "passkey-here")]).await;
    let passkey = Passkey::new().for_account(&id("person", "kim"));
    let done = browser.register(&page, &passkey).await;
    assert!(done.path.starts_with("/register/done"), "{done:?}");
    assert_eq!(site.passkeys("kim").await.len(), 1);
    let page = browser.open("/signin/stay").await;
    assert_eq!(page.path, "/signin/stay");
    let code = browser.stay(&page, "no").await.code();
    let tokens = site.redeem(App::Spa, &code).await;
    let amr = &claims(tokens["access_token"].as_str().unwrap())["amr"];
    assert_eq!(amr, &json!(["pwd", "otp", "fido", "mfa"]));
    // With a passkey there is no more to ask.
    let (_, page) = days(&site, 30).await;
    assert_eq!(page.path, "/signin/stay");
}

#[tokio::test]
async fn nothing_is_handed_out_before_the_invitation_is_answered() {
    // RH-11
    let site = site(&[]).await;
    let (browser, page) = sign_in(&site, WINDOWS).await;
    let token = page.form("/register").fields[0].1.clone();
    let answer = browser.post("/signin/stay", &[("csrf", &token), ("choice", "yes")]).await;
    assert_eq!(answer.location(), Some("/register"));
    assert!(browser.cookie("__Host-cardea-session").is_none());
    let odd = browser.post("/register/totp", &[("csrf", &token), ("code", "123456")]).await;
    assert_eq!(odd.location(), Some("/register"));
    assert_eq!(not_now(&browser, &page).await.path, "/signin/stay");
}

#[tokio::test]
async fn not_now_counts_three_times_and_the_count_survives_a_restart() {
    let site = site(&[]).await;
    for left in ["3", "2", "1"] {
        let (browser, page) = days(&site, 2).await;
        assert_eq!((page.path.as_str(), later(&page)), ("/register", left));
        // Looking again counts nothing.
        assert_eq!(later(&browser.open("/register").await), left);
        let page = not_now(&browser, &page).await;
        assert_eq!(page.path, "/signin/stay");
        browser.stay(&page, "no").await.code();
    }
    let restarted = site.another().await;
    let (browser, page) = days(&restarted, 2).await;
    assert_eq!((page.path.as_str(), later(&page)), ("/register", ""));
    assert!(page.says("Contoso asks you to add a passkey now"), "{}", page.body);
    // No button, and no way around it.
    let token = page.form("/register").fields[0].1.clone();
    let answer = browser.post("/register/later", &[("csrf", &token)]).await;
    assert_eq!(answer.location(), Some("/register"));
    let page = browser.submit(&page, "/register", &[("kind", "security-key")]).await;
    let done = browser.register(&page, &Passkey::new()).await;
    assert!(done.path.starts_with("/register/done"), "{done:?}");
}

#[tokio::test]
async fn g30_a_campaign_never_stops_a_sign_in_where_the_passkey_fails() {
    let site = site(&[]).await;
    // A skip after an error is not counted, however often.
    for _ in 0..4 {
        let (browser, page) = sign_in(&site, WINDOWS).await;
        assert_eq!((page.path.as_str(), later(&page)), ("/register", "3"));
        let page = tries_in_vain(&browser, &page).await;
        assert_eq!(later(&page), "skip");
        let page = not_now(&browser, &page).await;
        assert_eq!(page.path, "/signin/stay");
        assert!(!browser.stay(&page, "no").await.code().is_empty());
    }
    for _ in 0..3 {
        let (browser, page) = days(&site, 2).await;
        not_now(&browser, &page).await;
    }
    // Forced: there is no "not now", and still nobody is kept out.
    for end in ["cancelled", "unsupported", "already-there"] {
        let (browser, page) = days(&site, 2).await;
        assert_eq!((page.path.as_str(), later(&page)), ("/register", ""), "{end}");
        let page = tries_in_vain(&browser, &page).await;
        let again = [("ceremony_end", end)];
        let page = browser.submit(&page, "/register/passkey", &again).await;
        assert_eq!(later(&page), "skip", "{end}");
        assert_eq!(later(&browser.open("/register").await), "skip", "{end}");
        let page = not_now(&browser, &page).await;
        let code = browser.stay(&page, "no").await.code();
        let tokens = site.post("token", &App::Spa.redemption(&code)).await;
        assert_eq!(tokens.status, StatusCode::OK, "{end}");
    }
    assert_eq!(site.passkeys("kim").await.len(), 0);
}

#[tokio::test]
async fn a_passkey_that_the_tenant_refuses_is_an_error_that_can_be_skipped_too() {
    let mut methods = campaign(&[]);
    methods["authenticationMethodConfigurations"][0]["keyRestrictions"] = json!({
        "isEnforced": true, "enforcementType": "allow",
        "aaGuids": ["de1e552d-db1d-4423-a619-566b625cdc84", "ea9b8d66-4d01-1d21-3ce4-b6b48cb575d4"],
    });
    let site = site_with(methods, &[mfa()]).await;
    let (browser, page) = sign_in(&site, WINDOWS).await;
    let page = browser.submit(&page, "/register", &[("kind", "passkey-here")]).await;
    let page = browser.register(&page, &Passkey::new()).await;
    assert_eq!((page.path.as_str(), later(&page)), ("/register/passkey", "skip"));
    assert_eq!(not_now(&browser, &page).await.path, "/signin/stay");
}

#[tokio::test]
async fn a_snooze_lasts_as_long_as_the_campaign_says_and_closing_the_browser_is_one() {
    let site = site(&[]).await;
    let (_, page) = sign_in(&site, WINDOWS).await;
    assert_eq!(later(&page), "3");
    // The browser was closed; within the two days nobody is asked.
    assert_eq!(sign_in(&site, WINDOWS).await.1.path, "/signin/stay");
    clock::minutes(2 * 24 * 60 - 6);
    assert_eq!(sign_in(&site, WINDOWS).await.1.path, "/signin/stay");
    let (_, page) = sign_in(&site, WINDOWS).await;
    assert_eq!((page.path.as_str(), later(&page)), ("/register", "2"));
}

/// The campaign begins while kim is signing in, so that nothing but the page itself can be opened.
async fn invited_meanwhile(site: &Site) -> Browser<'_> {
    site.object(&campaign(&[("state", json!("disabled"))])).await;
    let (browser, page) = sign_in(site, WINDOWS).await;
    assert_eq!(page.path, "/signin/stay");
    site.object(&campaign(&[])).await;
    browser
}

#[tokio::test]
async fn opening_the_invitation_counts_nothing() {
    let site = site(&[]).await;
    let browser = invited_meanwhile(&site).await;
    for _ in 0..4 {
        assert_eq!(later(&browser.open("/register").await), "3");
    }
    let (_, page) = sign_in(&site, WINDOWS).await;
    assert_eq!((page.path.as_str(), later(&page)), ("/register", "3"));
    // What is posted counts, the first time too.
    clock::pass(SignedDuration::from_hours(48));
    let browser = invited_meanwhile(&site).await;
    let page = browser.open("/register").await;
    assert_eq!((later(&page), not_now(&browser, &page).await.path.as_str()), ("2", "/signin/stay"));
    assert_eq!(sign_in(&site, WINDOWS).await.1.path, "/signin/stay");
    // A try in vain takes nothing back that was not counted for it.
    clock::pass(SignedDuration::from_hours(48));
    let browser = invited_meanwhile(&site).await;
    let page = browser.open("/register").await;
    let page = tries_in_vain(&browser, &page).await;
    assert_eq!(
        (later(&page), not_now(&browser, &page).await.path.as_str()),
        ("skip", "/signin/stay")
    );
    let (_, page) = sign_in(&site, WINDOWS).await;
    assert_eq!((page.path.as_str(), later(&page)), ("/register", "1"));
}

#[tokio::test]
async fn without_a_limit_and_without_days_everybody_is_asked_each_time() {
    let changes = [
        ("enforceRegistrationAfterAllowedSnoozes", json!(false)),
        ("snoozeDurationInDays", json!(0)),
    ];
    let site = site(&changes).await;
    for _ in 0..5 {
        let (browser, page) = sign_in(&site, WINDOWS).await;
        assert_eq!((page.path.as_str(), later(&page)), ("/register", "always"));
        assert_eq!(not_now(&browser, &page).await.path, "/signin/stay");
    }
}

#[tokio::test]
async fn a_managed_campaign_asks_each_day_without_a_limit_where_common_passkeys_are_allowed() {
    let target = json!([{
        "id": "all_users", "targetType": "group",
        "targetedAuthenticationMethod": "microsoftAuthenticator",
    }]);
    let managed = [("state", json!("default")), ("includeTargets", target)];
    let site = site(&managed).await;
    for _ in 0..4 {
        let (browser, page) = days(&site, 1).await;
        assert_eq!((page.path.as_str(), later(&page)), ("/register", "always"));
        not_now(&browser, &page).await;
        assert_eq!(sign_in(&site, WINDOWS).await.1.path, "/signin/stay");
    }
    let mut rare = campaign(&managed);
    rare["authenticationMethodConfigurations"][0]["keyRestrictions"] = json!({
        "isEnforced": true, "enforcementType": "allow",
        "aaGuids": ["cb69481e-8ff7-4039-93ec-0a2729a154a8"],
    });
    let site = site_with(rare, &[mfa()]).await;
    assert_eq!(sign_in(&site, WINDOWS).await.1.path, "/signin/stay");
}

#[tokio::test]
async fn whom_the_campaign_does_not_mean_it_does_not_ask() {
    let group = |name: &str| json!([{ "id": id("group", name), "targetType": "group" }]);
    let only = |name: &str| {
        json!([{
            "id": id("group", name), "targetType": "group", "targetedAuthenticationMethod": "fido2",
        }])
    };
    let authenticator = json!([{
        "id": "all_users", "targetType": "group",
        "targetedAuthenticationMethod": "microsoftAuthenticator",
    }]);
    let cases = [
        (vec![("includeTargets", only("crew"))], "/register"),
        (vec![("includeTargets", only("office"))], "/signin/stay"),
        (vec![("excludeTargets", group("crew"))], "/signin/stay"),
        (vec![("excludeTargets", group("office"))], "/register"),
        (vec![("includeTargets", json!([]))], "/signin/stay"),
        (vec![("includeTargets", authenticator)], "/signin/stay"),
        (vec![("state", json!("disabled"))], "/signin/stay"),
    ];
    for (changes, comes_to) in cases {
        let site = site(&changes).await;
        site.group("crew", &["kim"]).await;
        site.group("office", &[]).await;
        assert_eq!(sign_in(&site, WINDOWS).await.1.path, comes_to, "{changes:?}");
    }
}

#[tokio::test]
async fn whoever_could_not_register_a_passkey_now_is_not_asked() {
    let blocked = Policy::new("No registering").for_registering().requires(&["block"]);
    let mut forbidden = campaign(&[]);
    forbidden["authenticationMethodConfigurations"][0]["isSelfServiceRegistrationAllowed"] =
        json!(false);
    let mut disabled = campaign(&[]);
    disabled["authenticationMethodConfigurations"][0]["state"] = json!("disabled");
    for (methods, policies) in [(campaign(&[]), vec![mfa(), blocked]), (forbidden, vec![mfa()])] {
        let site = site_with(methods, &policies).await;
        assert_eq!(sign_in(&site, WINDOWS).await.1.path, "/signin/stay");
    }
    let site = site_with(disabled, &[mfa()]).await;
    let browser = Browser::new(&site);
    browser.start(App::Spa, "kim").await;
    browser.with_password(PASSWORD).await;
    let page = browser.with_code(&totp::code(b"a seed of twenty byt")).await;
    assert_eq!(page.path, "/signin/stay");
    // Entra never asks on Linux.
    let site = self::site(&[]).await;
    assert_eq!(sign_in(&site, LINUX).await.1.path, "/signin/stay");
}

#[tokio::test]
async fn one_factor_and_a_session_are_no_occasion() {
    let site = site_with(campaign(&[]), &[mfa().for_apps(&[App::Api.id()])]).await;
    let browser = Browser::new(&site);
    browser.start(App::Spa, "kim").await;
    let page = browser.with_password(PASSWORD).await;
    assert_eq!(page.path, "/signin/stay");
    browser.stay(&page, "no").await.code();
    // The step up to two factors is one.
    let more = [("scope", "openid api://orders/Orders.Read")];
    browser.open(&App::Spa.request(&more)).await;
    let page = browser.with_code(&totp::code(b"a seed of twenty byt")).await;
    assert_eq!(page.path, "/register");
    let page = not_now(&browser, &page).await;
    browser.stay(&page, "no").await.code();
    clock::pass(SignedDuration::from_hours(20));
    let answer = browser.open(&App::Spa.request(&more)).await;
    assert!(answer.returned().contains_key("code"), "{answer:?}");
    // A person's own pages ask for nothing of it either.
    assert_eq!(browser.open("/my/activity").await.path, "/my/activity");
}

#[tokio::test]
async fn whoever_read_terms_or_registered_something_in_the_same_sign_in_is_left_alone() {
    let terms = Policy::new("Terms").with("/grantControls/termsOfUse", json!([id("terms", "T")]));
    let site = site_with(campaign(&[]), &[mfa(), terms]).await;
    let (browser, page) = sign_in(&site, WINDOWS).await;
    assert_eq!(page.path, "/signin/terms");
    let page = browser.submit(&page, "/signin/terms", &[("choice", "yes")]).await;
    assert_eq!(page.path, "/signin/stay");
    assert_eq!(sign_in(&site, WINDOWS).await.1.path, "/register");
    // An app with codes, registered in the wizard.
    let plan = Plan { methods: campaign(&[]), ..Plan::new(&[mfa()]) };
    let site = Site::planned(plan).await;
    site.password("kim", PASSWORD).await;
    let browser = Browser::new(&site);
    browser.start(App::Spa, "kim").await;
    let wizard = browser.with_password(PASSWORD).await;
    assert_eq!(wizard.path, "/register");
    let page = browser.submit(&wizard, "/register", &[("kind", "totp")]).await;
    let shown = page.body.split("id=\"seed\">").nth(1).unwrap();
    let seed = totp::seed(shown.split("</code>").next().unwrap());
    let done = browser.submit(&page, "/register/totp", &[("code", &totp::code(&seed))]).await;
    assert!(done.path.starts_with("/register/done"), "{}", done.body);
    assert_eq!(browser.open("/signin/stay").await.path, "/signin/stay");
}

#[tokio::test]
async fn a_newcomer_with_a_pass_is_invited_too() {
    let site = site(&[]).await;
    let pass = site.pass("kim", Usable::Many).await;
    let browser = Browser::new(&site);
    browser.start(App::Spa, "kim").await;
    assert_eq!(browser.with_pass(&pass).await.path, "/register");
}
