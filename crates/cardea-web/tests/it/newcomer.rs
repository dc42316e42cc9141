//! Whoever is new: a pass, the wizard, a passkey, an application.

use axum::http::StatusCode;
use cardea_store::Usable;

use crate::app::{App, claims};
use crate::browser::{ANDROID, Browser, WINDOWS};
use crate::campaign;
use crate::passkey::Passkey;
use crate::phone::Phone;
use crate::site::Site;
use crate::tenant::{CARDEA_ANDROID, id, phishing_resistant};

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

#[tokio::test]
async fn who_is_invited_at_a_computer_makes_the_passkey_on_the_phone_while_it_waits() {
    let site = campaign::site(&[]).await;
    let (browser, page) = campaign::sign_in(&site, WINDOWS).await;
    assert_eq!(page.path, "/register");
    let page = browser.submit(&page, "/register", &[("kind", "passkey-phone")]).await;
    assert!(page.path.starts_with("/register/phone?since="), "{}", page.path);
    assert!(page.says("Waiting for your phone…"), "{}", page.body);
    let pass = site.pass("kim", Usable::Many).await;
    let phone = Phone::begin(&site, "kim").await;
    phone.with_pass(&pass).await;
    let passkey = Passkey::of(CARDEA_ANDROID).for_account(&id("person", "kim"));
    let made = phone.register(|options| passkey.make(options)).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let status = browser.get("/register/phone/status").await.json();
    assert_eq!(status["text"], "Your passkey is there: Kim's Pixel · Work.");
    let page = browser.open(status["next"].as_str().unwrap()).await;
    assert!(page.says("Kim's Pixel · Work"), "{}", page.body);
    assert_eq!(browser.open("/signin/stay").await.path, "/signin/stay");
}

#[tokio::test]
async fn a_phone_is_not_told_to_take_a_phone() {
    let site = Site::new(&[phishing_resistant()]).await;
    let pass = site.pass("kim", Usable::Many).await;
    let browser = Browser { agent: ANDROID.to_owned(), ..Browser::new(&site) };
    browser.start(App::Spa, "kim").await;
    let wizard = browser.with_pass(&pass).await;
    assert_eq!(wizard.path, "/register");
    assert!(wizard.body.contains("value=\"passkey-here\""), "{}", wizard.body);
    assert!(!wizard.body.contains("value=\"passkey-phone\""), "{}", wizard.body);
}
