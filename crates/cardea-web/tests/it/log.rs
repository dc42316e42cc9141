//! What is written down: sign-ins in Graph's shape, and changes.

use serde_json::json;

use crate::app::App;
use crate::browser::Browser;
use crate::site::Site;
use crate::tenant::{Policy, id, mfa};

#[tokio::test]
async fn a_sign_in_is_written_down_with_what_the_policies_said() {
    let off = Policy::new("Off").blocks().state("disabled");
    let elsewhere = Policy::new("Elsewhere").blocks().for_apps(&[App::Api.id()]);
    let site = Site::new(&[mfa(), off, elsewhere]).await;
    let passkey = site.passkey("kim").await;
    let browser = Browser::new(&site);
    let page = browser.start(App::Spa, "kim").await;
    let page = browser.with_passkey(&page, &passkey).await;
    browser.stay(&page, "no").await.code();
    let log = site.sign_ins().await;
    assert_eq!(log.len(), 1);
    let record = &log[0];
    assert_eq!(record["userId"], id("person", "kim"));
    assert_eq!(record["appId"], App::Spa.id());
    assert_eq!(record["ipAddress"], "203.0.113.7");
    assert_eq!(record["conditionalAccessStatus"], "success");
    assert_eq!(record["status"]["errorCode"], 0);
    assert_eq!(record["authenticationDetails"][0]["authenticationMethod"], "Passkey");
    let applied = record["appliedConditionalAccessPolicies"].as_array().unwrap();
    let result = |name: &str| {
        let found = applied.iter().find(|policy| policy["displayName"] == name).unwrap();
        found["result"].clone()
    };
    assert_eq!(result("MFA everywhere"), "success");
    assert_eq!(result("Off"), "notEnabled");
    assert_eq!(result("Elsewhere"), "notApplied");
}

#[tokio::test]
async fn a_refresh_is_written_down_as_nobody_s_own_doing() {
    let site = Site::new(&[mfa()]).await;
    let passkey = site.passkey("kim").await;
    let browser = Browser::new(&site);
    let code = browser.code_with_passkey(App::Spa, "kim", &passkey).await;
    let tokens = site.redeem(App::Spa, &code).await;
    crate::clock::seconds(1);
    site.refresh(App::Spa, &tokens).await;
    let log = site.sign_ins().await;
    assert_eq!(
        (&log[0]["isInteractive"], &log[0]["status"]["errorCode"]),
        (&json!(false), &json!(0))
    );
    assert_eq!(log[0]["correlationId"], log.last().unwrap()["correlationId"]);
    site.policies(&[Policy::new("Closed").blocks()]).await;
    site.refresh(App::Spa, &tokens).await;
}

#[tokio::test]
async fn somebody_sees_their_own_sign_ins() {
    let site = Site::new(&[mfa()]).await;
    site.person("sam").await;
    let (kim, sam) = (site.passkey("kim").await, site.passkey("sam").await);
    Browser::new(&site).code_with_passkey(App::Web, "sam", &sam).await;
    let browser = Browser::new(&site);
    browser.code_with_passkey(App::Spa, "kim", &kim).await;
    let page = browser.open("/my/activity").await;
    assert_eq!(page.path, "/my/activity");
    assert!(page.says(App::Spa.name()));
    assert!(!page.says(App::Web.name()));
}

#[tokio::test]
async fn the_chain_of_audit_records_holds() {
    let site = Site::new(&[mfa()]).await;
    site.pass("kim", cardea_store::Usable::Many).await;
    assert_eq!(site.audited("Admin registered security info").await, 1);
    let chain = site.store.read().await.unwrap().verify_audit().await.unwrap();
    assert!(matches!(chain, cardea_store::Chain::Whole { .. }), "{chain:?}");
}
