//! Whoever is new: a pass, the wizard, a passkey, an application.

use axum::http::StatusCode;
use cardea_store::Usable;

use crate::app::{App, claims};
use crate::browser::Browser;
use crate::passkey::Passkey;
use crate::site::Site;
use crate::tenant::{id, phishing_resistant};

#[tokio::test]
async fn a_newcomer_with_a_pass_registers_a_passkey_and_gets_into_the_app() {
    let site = Site::new(&[phishing_resistant()]).await;
    let pass = site.pass("kim", Usable::Many).await;
    let browser = Browser::new(&site);
    browser.start(App::Spa, "kim").await;
    let wizard = browser.with_pass(&pass).await;
    assert_eq!(wizard.path, "/register");
    assert!(wizard.says("it takes about 2 minutes."), "{}", wizard.body);
    let page = browser.submit(&wizard, "/register", &[("kind", "passkey-here")]).await;
    let passkey = Passkey::new().for_account(&id("person", "kim"));
    let done = browser.register(&page, &passkey).await;
    assert_eq!(done.path, "/register/done?added=passkey-here");
    assert_eq!(site.passkeys("kim").await.len(), 1);
    let stay = browser.open("/signin/stay").await;
    let code = browser.stay(&stay, "no").await.code();
    let tokens = site.redeem(App::Spa, &code).await;
    let token = claims(tokens["access_token"].as_str().unwrap());
    assert_eq!(token["oid"], id("person", "kim"));
    let again = site.refresh(App::Spa, &tokens).await;
    assert_eq!(again.status, StatusCode::OK, "{}", again.body);
    let person = site.userinfo(&again.json()).await;
    assert_eq!(person.json()["name"], "kim of Contoso");
    let page = browser.open("/signout").await;
    let out = browser.submit(&page, "/signout", &[]).await;
    assert_eq!(out.heading(), "You're signed out");
    let refused = site.refresh(App::Spa, &again.json()).await;
    assert_eq!(refused.error(), (50173, String::from("invalid_grant")));
}
