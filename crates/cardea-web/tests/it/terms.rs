//! Terms of use.

use axum::http::StatusCode;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::app::App;
use crate::browser::{Answer, Browser};
use crate::site::{Plan, Site};
use crate::tenant::{Policy, id};

const PASSWORD: &str = "correct horse battery";
const PDF: &str = "%PDF-1.7 rules";

fn policy() -> Policy {
    Policy::new("Terms").with("/grantControls/termsOfUse", json!([id("terms", "Rules")]))
}

/// A tenant that asks everybody to accept these terms.
async fn site(changes: &[(&str, Value)]) -> Site {
    let mut terms = json!({
        "@odata.type": "#microsoft.graph.agreement",
        "id": id("terms", "Rules"), "displayName": "Rules of the house",
    });
    for (name, value) in changes {
        terms[*name] = value.clone();
    }
    with(vec![terms]).await
}

async fn with(objects: Vec<Value>) -> Site {
    let site = Site::planned(Plan { objects, ..Plan::new(&[policy()]) }).await;
    site.password("kim", PASSWORD).await;
    site
}

fn file(text: &str) -> Value {
    json!({ "isDefault": true, "fileName": "x.pdf", "fileData": { "data": STANDARD.encode(text) } })
}

async fn asked(site: &Site) -> (Browser<'_>, Answer) {
    let browser = Browser::new(site);
    browser.start(App::Spa, "kim").await;
    let page = browser.with_password(PASSWORD).await;
    assert_eq!((page.path.as_str(), page.heading().as_str()), ("/signin/terms", "Terms of use"));
    (browser, page)
}

async fn answer(browser: &Browser<'_>, page: &Answer, choice: &str) -> Answer {
    browser.submit(page, "/signin/terms", &[("choice", choice)]).await
}

#[tokio::test]
async fn terms_of_use_are_accepted_once() {
    let site = site(&[]).await;
    let (browser, page) = asked(&site).await;
    let page = answer(&browser, &page, "yes").await;
    assert_eq!(page.path, "/signin/stay");
    let code = browser.stay(&page, "no").await.code();
    let tokens = site.redeem(App::Spa, &code).await;
    assert_eq!(site.audited("Accept Terms Of Use").await, 1);
    let other = Browser::new(&site);
    assert!(!other.code_with_password(App::Spa, "kim", PASSWORD).await.is_empty());
    assert_eq!(site.refresh(App::Spa, &tokens).await.status, StatusCode::OK);
}

#[tokio::test]
async fn whoever_declines_comes_to_an_end_and_may_think_again() {
    let site = site(&[]).await;
    let (browser, page) = asked(&site).await;
    let page = answer(&browser, &page, "no").await;
    assert_eq!((page.status, page.heading().as_str()), (StatusCode::OK, "You declined the terms"));
    assert!(page.says("Rules of the house") && page.says("you can't open Board"), "{}", page.body);
    assert!(page.says("extension 12"), "{}", page.body);
    assert!(browser.cookie("__Host-cardea-session").is_none());
    assert_eq!(site.audited("Decline Terms Of Use").await, 1);
    assert_eq!(site.audited("Accept Terms Of Use").await, 0);
    assert_eq!(site.sign_ins().await[0]["status"]["errorCode"], 50158);
    // Nothing else leads on.
    assert_eq!(browser.open("/signin/stay").await.path, "/signin/terms");
    let page = browser.open("/signin/terms").await;
    for odd in ["", "maybe", "YES"] {
        assert_eq!(answer(&browser, &page, odd).await.path, "/signin/terms", "{odd}");
    }
    assert_eq!(answer(&browser, &page, "yes").await.path, "/signin/stay");
}

#[tokio::test]
async fn the_text_of_the_terms_is_on_the_page_where_the_tenant_has_it() {
    let text = "Lock the <b>door</b>.\n\nFeed the cat.";
    let site = site(&[("file", json!({ "localizations": [file(text)] }))]).await;
    let (browser, page) = asked(&site).await;
    assert!(page.body.contains("<p>Feed the cat.</p>"), "{}", page.body);
    assert!(page.says("Lock the <b>door</b>.") && !page.body.contains("<b>door"), "{}", page.body);
    assert_eq!(browser.get("/signin/terms/document").await.location(), Some("/signin/terms"));
}

#[tokio::test]
async fn where_the_text_is_missing_the_page_says_so_and_whom_to_ask() {
    for (site, name) in
        [(site(&[]).await, "Rules of the house"), (with(Vec::new()).await, "Terms of use")]
    {
        let (browser, page) = asked(&site).await;
        assert!(page.says(name), "{}", page.body);
        assert!(
            page.says("Their text isn't kept here") && page.says("extension 12"),
            "{}",
            page.body
        );
        assert_eq!(answer(&browser, &page, "yes").await.path, "/signin/stay");
    }
}

#[tokio::test]
async fn a_document_is_for_whoever_is_asked_and_is_opened_first_where_it_has_to_be() {
    let required = ("isViewingBeforeAcceptanceRequired", json!(true));
    let site = site(&[("file", file(PDF)), required]).await;
    let stranger = Browser::new(&site);
    assert!(!stranger.open("/signin/terms/document").await.body.contains("%PDF"));
    stranger.start(App::Spa, "kim").await;
    assert!(!stranger.open("/signin/terms/document").await.body.contains("%PDF"));
    let (browser, page) = asked(&site).await;
    assert!(page.body.contains("href=\"/signin/terms/document\""), "{}", page.body);
    let page = answer(&browser, &page, "yes").await;
    assert!(page.says("Open the document first"), "{}", page.body);
    assert_eq!(site.audited("Accept Terms Of Use").await, 0);
    let document = browser.get("/signin/terms/document").await;
    assert_eq!((document.status, document.body.as_str()), (StatusCode::OK, PDF));
    assert_eq!(document.header("content-type"), "application/pdf");
    assert!(document.header("content-disposition").starts_with("attachment"));
    assert_eq!(document.header("x-content-type-options"), "nosniff");
    let page = browser.open("/signin/terms").await;
    assert_eq!(answer(&browser, &page, "yes").await.path, "/signin/stay");
}
