//! Attempts to add or remove a way to sign in for somebody else, by rows of the catalogue.

use axum::http::{Method, StatusCode};
use cardea_store::Usable;

use crate::app::App;
use crate::browser::{Answer, Browser};
use crate::passkey::Passkey;
use crate::site::Site;
use crate::tenant::{ORIGIN, id, mfa, phishing_resistant};
use crate::totp;

const PASSWORD: &str = "correct horse battery";
/// Where ways to sign in are added, renamed and removed.
const ROUTES: [&str; 5] = [
    "/register",
    "/register/passkey",
    "/register/totp",
    "/security-info/rename",
    "/security-info/remove",
];

/// The token against cross-site requests of any page of the browser.
async fn csrf(browser: &Browser<'_>) -> String {
    let page = browser.open(&App::Spa.request(&[])).await;
    let form = page.forms().remove(0);
    form.fields.into_iter().find(|(name, _)| name == "csrf").unwrap().1
}

#[tokio::test]
async fn whoever_proves_nothing_adds_nothing() {
    // RH-01, SE-06
    let site = Site::new(&[]).await;
    let kim = id("person", "kim");
    let browser = Browser::new(&site);
    browser.start(App::Spa, "kim").await;
    let token = csrf(&browser).await;
    let forged =
        [("__Host-cardea-session", kim.as_str()), ("session", "deadbeef"), ("user", kim.as_str())];
    for (name, value) in forged {
        browser.cookies.borrow_mut().insert(name.to_owned(), value.to_owned());
    }
    let made = Passkey::new().make(
        r#"{"rp":{"id":"login.contoso.example"},"challenge":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}"#,
    );
    let fields = [
        ("csrf", token.as_str()),
        ("kind", "passkey-here"),
        ("id", kim.as_str()),
        ("credential", made.as_str()),
        ("code", "000000"),
        ("nickname", "x"),
    ];
    for route in ROUTES {
        let answer = browser.post(route, &fields).await;
        let page = browser.follow(answer).await;
        assert!(page.path.starts_with("/signin"), "{route}: {}", page.path);
    }
    assert_eq!(site.passkeys("kim").await.len(), 0);
    assert_eq!(site.audited("User registered security info").await, 0);
}

#[tokio::test]
async fn a_password_alone_does_not_add_a_passkey_to_what_is_there() {
    // RH-02
    let site = Site::new(&[]).await;
    site.password("kim", PASSWORD).await;
    let passkey = site.passkey("kim").await;
    let browser = Browser::new(&site);
    let page = browser.open("/security-info").await;
    browser.name(&page, "kim").await;
    let page = browser.with_password(PASSWORD).await;
    let token = page.forms()[0].fields[0].1.clone();
    let row = site.passkeys("kim").await.remove(0);
    let fields = [("csrf", token.as_str()), ("id", &row.id)];
    browser.post("/security-info/remove", &fields).await;
    // RH-05: nor does it take one away.
    assert_eq!(site.passkeys("kim").await.len(), 1);
    let answer = browser.post("/register", &[("csrf", &token), ("kind", "passkey-here")]).await;
    let page = browser.follow(answer).await;
    assert_eq!(page.path, "/signin/passkey");
    let page = browser.with_passkey(&page, &passkey).await;
    assert_eq!(page.path, "/security-info");
    let page = browser.submit(&page, "/register", &[("kind", "passkey-here")]).await;
    let done = browser.register(&page, &Passkey::new()).await;
    assert!(done.path.starts_with("/register/done"), "{done:?}");
}

#[tokio::test]
async fn the_options_of_one_person_register_nothing_for_another() {
    // RH-06
    let site = Site::new(&[phishing_resistant()]).await;
    site.person("eve").await;
    let at_wizard = async |name: &str| {
        let pass = site.pass(name, Usable::Many).await;
        let browser = Browser::new(&site);
        browser.start(App::Spa, name).await;
        browser.with_pass(&pass).await;
        let page = browser.open("/register/passkey").await;
        (browser, page)
    };
    let (theirs, for_eve) = at_wizard("eve").await;
    let (browser, for_kim) = at_wizard("kim").await;
    let key = Passkey::new();
    let foreign = key.make(&for_eve.options());
    let refused = browser.submit(&for_kim, "/register/passkey", &[("credential", &foreign)]).await;
    assert_eq!(refused.path, "/register/passkey");
    assert_eq!(site.passkeys("kim").await.len(), 0);
    let done = browser.register(&refused, &key).await;
    assert!(done.path.starts_with("/register/done"), "{done:?}");
    // The same answer a second time, and in a browser of its own.
    let again = theirs.submit(&for_eve, "/register/passkey", &[("credential", &foreign)]).await;
    assert_eq!(again.path, "/register/passkey");
    assert_eq!(site.passkeys("eve").await.len(), 0);
}

#[tokio::test]
async fn another_site_adds_nothing_with_somebody_s_cookies() {
    // RH-07, SE-04
    let site = Site::new(&[mfa()]).await;
    let passkey = site.passkey("kim").await;
    let browser = Browser::new(&site);
    let page = browser.open("/security-info").await;
    let page = browser.with_passkey(&page, &passkey).await;
    let token = page.form("/register").fields[0].1.clone();
    let row = site.passkeys("kim").await.remove(0);
    let body = crate::app::encoded(&[("csrf", &token), ("id", &row.id), ("nickname", "evil")]);
    let form = ("content-type", "application/x-www-form-urlencoded");
    let crafted: [&[(&str, &str)]; 5] = [
        &[form, ("origin", "https://evil.example")],
        &[form, ("origin", "null")],
        &[form, ("sec-fetch-site", "cross-site")],
        &[("content-type", "text/plain"), ("origin", ORIGIN)],
        &[("content-type", "application/json"), ("origin", ORIGIN)],
    ];
    for headers in crafted {
        for route in ROUTES.into_iter().chain(["/signin", "/signin/passkey", "/signout"]) {
            let answer = browser.craft((Method::POST, route), headers, body.clone()).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{route} {headers:?}");
        }
    }
    assert_eq!(site.passkeys("kim").await[0].name, "Key");
    let good = [form, ("origin", ORIGIN)];
    browser.craft((Method::POST, "/security-info/rename"), &good, body).await;
    assert_eq!(site.passkeys("kim").await[0].name, "evil");
}

#[tokio::test]
async fn the_wizard_registers_only_what_it_offers() {
    // RH-11
    let site = Site::new(&[phishing_resistant()]).await;
    let pass = site.pass("kim", Usable::Many).await;
    let browser = Browser::new(&site);
    browser.start(App::Spa, "kim").await;
    let wizard = browser.with_pass(&pass).await;
    assert!(!wizard.body.contains("value=\"totp\""), "{}", wizard.body);
    let page: Answer = browser.submit(&wizard, "/register", &[("kind", "totp")]).await;
    assert_eq!(page.path, "/register");
    let token = wizard.form("/register").fields[0].1.clone();
    let code = totp::code(&[0; 20]);
    browser.post("/register/totp", &[("csrf", &token), ("code", &code)]).await;
    assert_eq!(site.audited("User registered security info").await, 0);
    for odd in ["sms", "", "passkey-here,totp", "../totp"] {
        let page = browser.submit(&wizard, "/register", &[("kind", odd)]).await;
        assert_eq!(page.path, "/register", "{odd}");
    }
    let page = browser.submit(&wizard, "/register", &[("kind", "passkey-here")]).await;
    let done = browser.register(&page, &Passkey::new()).await;
    assert!(done.path.starts_with("/register/done"), "{done:?}");
}
