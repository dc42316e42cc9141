//! Which account a sign-in is for.

use crate::app::{App, claims};
use crate::browser::{Answer, Browser};
use crate::clock;
use crate::passkey::Passkey;
use crate::site::Site;
use crate::tenant::{id, mfa};

const CHOOSE: [(&str, &str); 1] = [("prompt", "select_account")];

/// A tenant with `kim` and `sam`, and a browser in which `kim` is signed in.
async fn two_people(site: &Site) -> (Browser<'_>, Passkey, Passkey) {
    site.person("sam").await;
    let (kim, sam) = (site.passkey("kim").await, site.passkey("sam").await);
    let browser = Browser::new(site);
    browser.code_with_passkey(App::Spa, "kim", &kim).await;
    (browser, kim, sam)
}

async fn choose(browser: &Browser<'_>, page: &Answer, choice: &str) -> Answer {
    browser.submit(page, "/signin/accounts", &[("choice", choice)]).await
}

/// Who signed in, by the token that the code gives.
async fn who(site: &Site, answer: &Answer) -> String {
    let tokens = site.redeem(App::Spa, &answer.code()).await;
    claims(tokens["access_token"].as_str().unwrap())["oid"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn whoever_is_asked_for_the_account_goes_on_with_the_one_that_is_signed_in() {
    let site = Site::new(&[mfa()]).await;
    let (browser, ..) = two_people(&site).await;
    let page = browser.open(&App::Spa.request(&CHOOSE)).await;
    assert_eq!(
        (page.path.as_str(), page.heading().as_str()),
        ("/signin/accounts", "Choose an account")
    );
    assert!(page.says("kim of Contoso") && page.says("kim@contoso.example"), "{}", page.body);
    // Looking at it decides nothing, and neither does a choice that is none.
    for odd in ["", "begun", "sam", "signed-in,other"] {
        assert_eq!(choose(&browser, &page, odd).await.path, "/signin/accounts", "{odd}");
    }
    assert_eq!(browser.open("/signin").await.path, "/signin/accounts");
    let answer = choose(&browser, &page, "signed-in").await;
    assert_eq!(who(&site, &answer).await, id("person", "kim"));
}

#[tokio::test]
async fn another_account_starts_afresh_with_a_passkey_of_anybody_and_ends_the_first() {
    let site = Site::new(&[mfa()]).await;
    let (browser, _, sam) = two_people(&site).await;
    let copy = browser.copied();
    let page = browser.open(&App::Spa.request(&CHOOSE)).await;
    let page = choose(&browser, &page, "other").await;
    assert_eq!(page.path, "/signin");
    assert!(page.body.contains("autocomplete=\"username webauthn\""), "{}", page.body);
    let page = browser.with_passkey(&page, &sam).await;
    let answer = browser.stay(&page, "no").await;
    assert_eq!(who(&site, &answer).await, id("person", "sam"));
    let silent = copy.open(&App::Spa.request(&[("prompt", "none")])).await;
    assert_eq!(silent.returned_error().0, "login_required");
}

#[tokio::test]
async fn without_a_session_there_is_nothing_to_choose_from() {
    let site = Site::new(&[mfa()]).await;
    let browser = Browser::new(&site);
    assert_eq!(browser.open(&App::Spa.request(&CHOOSE)).await.path, "/signin");
    assert_eq!(browser.open("/signin/accounts").await.path, "/signin");
    // A session that ends while the question stands open is none either.
    let (browser, ..) = two_people(&site).await;
    let page = browser.open(&App::Spa.request(&CHOOSE)).await;
    let other = browser.copied();
    let out = other.open("/signout").await;
    other.submit(&out, "/signout", &[]).await;
    let page = choose(&browser, &page, "signed-in").await;
    assert_eq!(page.path, "/signin/accounts");
    assert!(!page.says("kim@contoso.example"), "{}", page.body);
    assert_eq!(choose(&browser, &page, "other").await.path, "/signin");
}

#[tokio::test]
async fn a_hint_at_somebody_else_starts_a_sign_in_for_them() {
    // OA-27
    let site = Site::new(&[mfa()]).await;
    let (browser, _, sam) = two_people(&site).await;
    let hint = |name: &str| format!("{name}@contoso.example");
    let (own, other, nobody) = (hint("KIM"), hint("sam"), hint("nobody"));
    let own = browser.open(&App::Spa.request(&[("login_hint", &own)])).await;
    assert_eq!(who(&site, &own).await, id("person", "kim"));
    for name in [&other, &nobody] {
        for prompt in ["", "select_account"] {
            let asked = [("login_hint", name.as_str()), ("prompt", prompt)];
            let page = browser.open(&App::Spa.request(&asked)).await;
            assert_eq!(page.path, "/signin/passkey", "{name} {prompt}");
            assert!(page.says(name), "{}", page.body);
        }
        let silent = [("login_hint", name.as_str()), ("prompt", "none")];
        let answer = browser.open(&App::Spa.request(&silent)).await;
        assert_eq!(answer.returned_error().0, "login_required");
    }
    // Until they prove who they are, nothing has changed for whoever is signed in.
    let still = browser.open(&App::Spa.request(&[("prompt", "none")])).await;
    assert_eq!(who(&site, &still).await, id("person", "kim"));
    let page = browser.open(&App::Spa.request(&[("login_hint", &other)])).await;
    let page = browser.with_passkey(&page, &sam).await;
    assert_eq!(who(&site, &browser.stay(&page, "no").await).await, id("person", "sam"));
}

#[tokio::test]
async fn an_account_that_is_chosen_proves_again_where_the_application_wants_that() {
    let site = Site::new(&[mfa()]).await;
    let (browser, kim, sam) = two_people(&site).await;
    clock::seconds(60);
    let old = [("prompt", "select_account"), ("max_age", "59")];
    let again = [("prompt", "login select_account")];
    for request in [&old[..], &again[..]] {
        let page = browser.open(&App::Spa.request(request)).await;
        let page = choose(&browser, &page, "signed-in").await;
        assert_eq!(page.path, "/signin/passkey", "{request:?}");
        // The name is kim's, so the passkey has to be.
        let refused = browser.with_passkey(&page, &sam).await;
        assert_eq!(refused.path, "/signin/passkey", "{request:?}");
        let page = browser.with_passkey(&refused, &kim).await;
        assert_eq!(who(&site, &browser.stay(&page, "no").await).await, id("person", "kim"));
        clock::seconds(60);
    }
}

#[tokio::test]
async fn whoever_is_not_the_one_that_was_named_starts_afresh() {
    let site = Site::new(&[mfa()]).await;
    site.person("sam").await;
    let sam = site.passkey("sam").await;
    let browser = Browser::new(&site);
    for name in ["kim", "nobody"] {
        let page = browser.start(App::Spa, name).await;
        assert_eq!(browser.with_passkey(&page, &sam).await.path, "/signin/passkey", "{name}");
        let page = browser.open("/signin/accounts").await;
        assert!(page.says(&format!("{name}@contoso.example")), "{}", page.body);
        assert_eq!(choose(&browser, &page, "begun").await.path, "/signin/passkey", "{name}");
        let page = choose(&browser, &page, "other").await;
        let page = browser.with_passkey(&page, &sam).await;
        assert_eq!(page.path, "/signin/stay", "{name}");
    }
}

#[tokio::test]
async fn what_was_proved_for_one_account_counts_for_no_other() {
    // WA-17
    let site = Site::new(&[mfa()]).await;
    let (browser, _, sam) = two_people(&site).await;
    let page = browser.open(&App::Spa.request(&[("prompt", "login")])).await;
    browser.with_passkey(&page, &sam).await;
    // Kim's session and sam's proof: what is chosen is kim with what kim has shown.
    let page = browser.open("/signin/accounts").await;
    assert!(page.says("kim@contoso.example") && page.says("sam@contoso.example"));
    let page = choose(&browser, &page, "signed-in").await;
    assert_eq!(page.path, "/signin/passkey");
    assert!(page.says("kim@contoso.example") && !page.says("sam@contoso.example"));
}
