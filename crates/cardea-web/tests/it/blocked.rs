//! Walls: what they say, that a second lap is noticed, and what leads around them.

use cardea_store::Usable;
use serde_json::{Value, json};

use crate::app::App;
use crate::browser::{ANDROID, Answer, Browser};
use crate::site::{Plan, Site};
use crate::tenant::{AUTHENTICATOR_ANDROID, Policy, methods_with, strength};

/// Only a passkey in Authenticator will do, and such a one is made nowhere but in the app.
fn loops() -> Plan {
    let authenticator = strength("Authenticator", &["fido2"], &[AUTHENTICATOR_ANDROID]);
    let policy = Policy::new("Passkey everywhere").strength(authenticator["id"].as_str().unwrap());
    let restrictions = json!({
        "isEnforced": true, "enforcementType": "allow", "aaGuids": [AUTHENTICATOR_ANDROID],
    });
    let methods = methods_with(
        "Fido2",
        &[("/isAttestationEnforced", json!(true)), ("/keyRestrictions", restrictions)],
    );
    Plan { methods, objects: vec![authenticator], ..Plan::new(&[policy]) }
}

/// The same asked for on computers only; on phones a pass will do too.
fn split() -> (Policy, Policy, Value) {
    let either = strength(
        "Authenticator or pass",
        &["fido2", "temporaryAccessPassMultiUse", "temporaryAccessPassOneTime"],
        &[AUTHENTICATOR_ANDROID],
    );
    let computers = loops().policies.remove(0).with(
        "/conditions/platforms",
        json!({ "includePlatforms": ["all"], "excludePlatforms": ["android", "iOS"] }),
    );
    let phones = Policy::new("Phones")
        .strength(either["id"].as_str().unwrap())
        .for_platforms(&["android", "iOS"]);
    (computers, phones, either)
}

async fn lap(browser: &Browser<'_>, pass: &str) -> Answer {
    browser.start(App::Spa, "kim").await;
    browser.with_pass(pass).await
}

#[tokio::test]
async fn the_loop_leads_to_the_blocked_page_and_the_second_lap_says_so() {
    let site = Site::planned(loops()).await;
    let pass = site.pass("kim", Usable::Many).await;
    let browser = Browser::new(&site);
    let first = lap(&browser, &pass).await;
    assert_eq!(
        (first.path.as_str(), first.heading().as_str()),
        ("/signin/blocked", "You can't sign in yet")
    );
    assert!(!first.says("again won't help"), "{}", first.body);
    // Looking at the page once more is no lap.
    let looked = browser.open("/signin/blocked").await;
    assert!(!looked.says("again won't help"), "{}", looked.body);
    crate::clock::seconds(1);
    let second = lap(&browser, &pass).await;
    assert_eq!(second.path, "/signin/blocked");
    assert!(second.says("again won't help"), "{}", second.body);
    let log = site.sign_ins().await;
    let statuses: Vec<&Value> =
        log.iter().map(|record| &record["status"]["failureReason"]).collect();
    assert_eq!(statuses, ["registration-loop", "blocked by Conditional Access"]);
    assert_eq!(log[0]["status"]["errorCode"], 53003);
    assert_eq!(log[0]["appliedConditionalAccessPolicies"][0]["result"], "failure");
}

#[tokio::test]
async fn the_split_frees_whoever_the_loop_trapped() {
    let site = Site::planned(loops()).await;
    let pass = site.pass("kim", Usable::Many).await;
    let phone = Browser { agent: ANDROID.to_owned(), ..Browser::new(&site) };
    assert_eq!(lap(&phone, &pass).await.path, "/signin/blocked");
    let (computers, phones, either) = split();
    site.object(&either).await;
    site.policies(&[computers, phones]).await;
    // The very page that said no now leads on.
    let page = phone.open("/signin/blocked").await;
    assert_eq!(page.path, "/signin/stay");
    let code = phone.stay(&page, "no").await.code();
    let tokens = site.redeem_from(App::Spa, &code, ANDROID).await;
    assert!(tokens["access_token"].is_string());
    // A computer still needs the passkey.
    let computer = Browser::new(&site);
    assert_eq!(lap(&computer, &pass).await.path, "/signin/blocked");
}

#[tokio::test]
async fn a_change_of_policy_counts_at_the_next_token() {
    // CA-11
    let site = Site::new(&[]).await;
    let passkey = site.passkey("kim").await;
    let browser = Browser::new(&site);
    let code = browser.code_with_passkey(App::Spa, "kim", &passkey).await;
    let tokens = site.redeem(App::Spa, &code).await;
    let tokens = site.refresh(App::Spa, &tokens).await.json();
    browser.open("/security-info").await;
    site.policies(&[Policy::new("Closed").blocks()]).await;
    let refused = site.refresh(App::Spa, &tokens).await;
    assert_eq!(refused.error(), (53003, String::from("invalid_grant")));
    let page = browser.open("/security-info").await;
    assert_eq!(page.path, "/signin/blocked");
    let page = browser.open(&App::Spa.request(&[])).await;
    assert_eq!(page.path, "/signin/blocked");
    // The refresh token is not spent by the refusal.
    site.policies(&[Policy::new("Closed").blocks().state("disabled")]).await;
    assert!(site.refresh(App::Spa, &tokens).await.json()["access_token"].is_string());
}

#[tokio::test]
async fn what_is_only_reported_is_logged_and_never_enforced() {
    // CA-20
    let reported = Policy::new("Reported").blocks().state("enabledForReportingButNotEnforced");
    let managed = Policy::new("Managed")
        .requires(&["compliantDevice"])
        .state("enabledForReportingButNotEnforced");
    let site = Site::new(&[reported, managed]).await;
    let passkey = site.passkey("kim").await;
    let browser = Browser::new(&site);
    let code = browser.code_with_passkey(App::Spa, "kim", &passkey).await;
    let tokens = site.redeem(App::Spa, &code).await;
    let tokens = site.refresh(App::Spa, &tokens).await.json();
    let log = site.sign_ins().await;
    let record = log.iter().find(|record| record["isInteractive"] == true).unwrap();
    assert_eq!(record["conditionalAccessStatus"], "notApplied");
    let results = record["appliedConditionalAccessPolicies"].as_array().unwrap();
    assert!(results.iter().all(|it| it["result"] == "reportOnlyFailure"), "{results:?}");
    // The positive twin: the same policy enforced.
    site.policies(&[Policy::new("Reported").blocks()]).await;
    assert_eq!(site.refresh(App::Spa, &tokens).await.error().0, 53003);
}
