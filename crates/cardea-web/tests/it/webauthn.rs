//! Attacks on the passkey ceremonies, by rows of the catalogue in `docs/attacks.md`.

use axum::http::StatusCode;
use cardea_store::{Account, Usable};
use serde_json::json;

use crate::app::App;
use crate::authenticator::{UV, base64url};
use crate::browser::{Answer, Browser};
use crate::clock;
use crate::passkey::Passkey;
use crate::site::Site;
use crate::tenant::{id, methods_with, mfa, phishing_resistant};

async fn at_passkey(site: &Site) -> (Browser<'_>, Answer) {
    let browser = Browser::new(site);
    let page = browser.start(App::Spa, "kim").await;
    assert_eq!(page.path, "/signin/passkey");
    (browser, page)
}

fn has_session(browser: &Browser<'_>) -> bool {
    browser.cookie("__Host-cardea-session").is_some()
}

#[tokio::test]
async fn an_answer_that_is_sent_sixty_four_times_counts_once() {
    // WA-04
    let site = Site::new(&[mfa()]).await;
    let passkey = site.passkey("kim").await;
    let other = site.another().await;
    let (browser, page) = at_passkey(&site).await;
    let answer = passkey.answer(&page.options());
    let copies: Vec<Browser<'_>> = (0..64)
        .map(|at| {
            let copy = browser.copied();
            Browser { site: if at % 2 == 0 { &site } else { &other }, ..copy }
        })
        .collect();
    let fields = [("credential", answer.as_str())];
    let all = copies.iter().map(|copy| copy.fill(&page, "/signin/passkey", &fields));
    let answers = crate::together(all).await;
    let moved = |it: &&Answer| it.location() == Some("/signin/stay");
    // Whoever reads the sign-in after the one that counted is sent on, with nothing of their own.
    assert!(answers.iter().filter(moved).count() >= 1);
    assert!(answers.iter().all(|it| moved(&it) || it.status == StatusCode::OK));
    let late = browser.copied().fill(&page, "/signin/passkey", &fields).await;
    assert_eq!(late.location(), Some("/signin/stay"));
    let again = Browser::new(&site);
    let page = again.start(App::Spa, "kim").await;
    let replayed = again.submit(&page, "/signin/passkey", &fields).await;
    assert_eq!(replayed.path, "/signin/passkey");
    assert!(!has_session(&again));
}

#[tokio::test]
async fn a_challenge_counts_for_five_minutes() {
    // WA-06
    let site = Site::new(&[mfa()]).await;
    let passkey = site.passkey("kim").await;
    let (browser, page) = at_passkey(&site).await;
    clock::seconds(299);
    assert_eq!(browser.with_passkey(&page, &passkey).await.path, "/signin/stay");
    let (browser, page) = at_passkey(&site).await;
    clock::seconds(301);
    let late = browser.with_passkey(&page, &passkey).await;
    assert_eq!(late.path, "/signin/passkey");
    assert_eq!(browser.with_passkey(&late, &passkey).await.path, "/signin/stay");
}

#[tokio::test]
async fn what_the_options_ask_for_is_checked_again() {
    // WA-11
    let site = Site::new(&[phishing_resistant()]).await;
    let pass = site.pass("kim", Usable::Many).await;
    let browser = Browser::new(&site);
    browser.start(App::Spa, "kim").await;
    browser.with_pass(&pass).await;
    let post = async |credential: String, page: &Answer| {
        browser.submit(page, "/register/passkey", &[("credential", &credential)]).await
    };
    let page = browser.open("/register/passkey").await;
    let key = Passkey::new().for_account(&id("person", "kim"));
    let unverified = key.make_with(&page.options(), |making| making.data.flags &= !UV);
    let page = post(unverified, &page).await;
    assert_eq!(page.path, "/register/passkey");
    let elsewhere = key.make_with(&page.options(), |making| {
        making.extensions = json!({ "credProps": { "rk": false } });
    });
    let page = post(elsewhere, &page).await;
    assert_eq!(page.path, "/register/passkey");
    assert_eq!(site.passkeys("kim").await.len(), 0);
    let done = post(key.make(&page.options()), &page).await;
    assert!(done.path.starts_with("/register/done"), "{done:?}");
    // The same authenticator once more, although the options leave it out.
    let page = browser.open("/signin/stay").await;
    browser.stay(&page, "no").await;
    let page = browser.open("/security-info").await;
    let page = browser.submit(&page, "/register", &[("kind", "passkey-here")]).await;
    let again = post(key.make(&page.options()), &page).await;
    assert_eq!(again.path, "/register/passkey");
    assert_eq!(site.passkeys("kim").await.len(), 1);
}

#[tokio::test]
async fn a_credential_of_somebody_else_cannot_be_registered() {
    // WA-12
    let site = Site::new(&[mfa()]).await;
    site.person("sam").await;
    let theirs = site.passkey("sam").await;
    let pass = site.pass("kim", Usable::Many).await;
    let browser = Browser::new(&site);
    let page = browser.open("/security-info").await;
    browser.name(&page, "kim").await;
    let page = browser.with_pass(&pass).await;
    let page = browser.submit(&page, "/register", &[("kind", "passkey-here")]).await;
    let refused = browser.register(&page, &theirs).await;
    assert_eq!(refused.path, "/register/passkey");
    assert_eq!(site.passkeys("kim").await.len(), 0);
    assert_eq!(site.passkeys("sam").await.len(), 1);
    let done = browser.register(&refused, &Passkey::new()).await;
    assert!(done.path.starts_with("/register/done"), "{done:?}");
}

#[tokio::test]
async fn a_counter_that_goes_back_is_refused_and_flagged() {
    // WA-15
    let site = Site::new(&[mfa()]).await;
    let key = Passkey::new();
    key.count.set(5);
    let key = site.has_passkey("kim", key).await;
    for wrong in [5, 4, 0] {
        key.count.set(wrong);
        let (browser, page) = at_passkey(&site).await;
        let refused = browser.with_passkey(&page, &key).await;
        assert_eq!(refused.path, "/signin/passkey", "{wrong}");
        assert!(!has_session(&browser));
        let row = &site.passkeys("kim").await[0];
        assert_eq!((row.sign_count, row.flagged.is_some()), (5, true), "{wrong}");
    }
    key.count.set(6);
    let (browser, page) = at_passkey(&site).await;
    assert_eq!(browser.with_passkey(&page, &key).await.path, "/signin/stay");
    assert_eq!(site.passkeys("kim").await[0].sign_count, 6);
}

#[tokio::test]
async fn two_answers_out_of_order_never_set_the_counter_back() {
    // WA-15
    let site = Site::new(&[mfa()]).await;
    let key = Passkey::new();
    key.count.set(5);
    let key = site.has_passkey("kim", key).await;
    let (first, one) = at_passkey(&site).await;
    let (second, two) = at_passkey(&site).await;
    key.count.set(6);
    let earlier = key.answer(&one.options());
    key.count.set(7);
    assert_eq!(second.with_passkey(&two, &key).await.path, "/signin/stay");
    let late = first.submit(&one, "/signin/passkey", &[("credential", &earlier)]).await;
    assert_eq!(late.path, "/signin/passkey");
    assert_eq!(site.passkeys("kim").await[0].sign_count, 7);
}

#[tokio::test]
async fn a_passkey_of_somebody_else_does_not_sign_in_the_one_who_was_named() {
    // WA-17
    let site = Site::new(&[mfa()]).await;
    site.person("eve").await;
    let (victim, attacker) = (site.passkey("kim").await, site.passkey("eve").await);
    let (browser, page) = at_passkey(&site).await;
    let mut page = page;
    for handle in [None, Some(id("person", "kim")), Some(id("person", "eve"))] {
        let answer = attacker.answer_with(&page.options(), |using| {
            using.user_handle = handle.clone().map(String::into_bytes);
        });
        page = browser.submit(&page, "/signin/passkey", &[("credential", &answer)]).await;
        assert_eq!(page.path, "/signin/passkey", "{handle:?}");
        assert!(!has_session(&browser));
    }
    assert_eq!(browser.with_passkey(&page, &victim).await.path, "/signin/stay");
}

#[tokio::test]
async fn a_browser_hears_that_a_passkey_is_gone_and_nothing_about_somebody_elses() {
    let site = Site::new(&[mfa()]).await;
    site.person("eve").await;
    let (gone, other) = (site.passkey("kim").await, site.passkey("eve").await);
    let credential = base64url(&site.passkeys("kim").await[0].credential_id);
    let (browser, page) = at_passkey(&site).await;
    assert!(page.signals().is_empty());
    let page = browser.with_passkey(&page, &other).await;
    assert_eq!((page.path.as_str(), page.signals()), ("/signin/passkey", Vec::new()));
    site.delete_passkey("kim").await;
    let page = browser.with_passkey(&page, &gone).await;
    let unknown = json!({
        "method": "signalUnknownCredential",
        "argument": { "rpId": "login.contoso.example", "credentialId": credential },
    });
    assert_eq!((page.path.as_str(), page.signals()), ("/signin/passkey", vec![unknown]));
    assert!(!has_session(&browser));
}

#[tokio::test]
async fn an_id_is_no_ceremony() {
    // WA-18
    let site = Site::new(&[mfa()]).await;
    let passkey = site.passkey("kim").await;
    let row = site.passkeys("kim").await.remove(0);
    let credential = base64url(&row.credential_id);
    let (browser, page) = at_passkey(&site).await;
    let mut page = page;
    let bare = json!({ "id": credential, "rawId": credential, "type": "public-key" }).to_string();
    for wrong in [row.id.as_str(), &credential, &bare, "{}", "null", "[]"] {
        page = browser.submit(&page, "/signin/passkey", &[("credential", wrong)]).await;
        assert_eq!(page.path, "/signin/passkey", "{wrong}");
        assert!(!has_session(&browser));
    }
    assert_eq!(browser.with_passkey(&page, &passkey).await.path, "/signin/stay");
}

#[tokio::test]
async fn a_passkey_that_is_taken_away_meanwhile_does_not_sign_in() {
    // WA-24
    let site = Site::new(&[mfa()]).await;
    let passkey = site.passkey("kim").await;
    let (browser, page) = at_passkey(&site).await;
    site.delete_passkey("kim").await;
    assert_eq!(browser.with_passkey(&page, &passkey).await.path, "/signin/passkey");
    assert!(!has_session(&browser));
}

#[tokio::test]
async fn somebody_who_is_disabled_meanwhile_does_not_sign_in() {
    // WA-24
    let site = Site::new(&[mfa()]).await;
    let passkey = site.passkey("kim").await;
    let (browser, page) = at_passkey(&site).await;
    site.account("kim", Account::Disabled).await;
    let page = browser.with_passkey(&page, &passkey).await;
    assert_eq!(page.path, "/signin/passkey");
    assert_eq!(browser.open("/signin/stay").await.path, "/signin/passkey");
    assert!(!has_session(&browser));
}

#[tokio::test]
async fn somebody_who_may_use_no_passkey_any_more_does_not_sign_in() {
    // WA-24
    let site = Site::new(&[mfa()]).await;
    let passkey = site.passkey("kim").await;
    let (browser, page) = at_passkey(&site).await;
    site.group("No passkeys", &["kim"]).await;
    let target = json!([{ "targetType": "group", "id": id("group", "No passkeys") }]);
    site.object(&methods_with("Fido2", &[("/excludeTargets", target)])).await;
    let page = browser.with_passkey(&page, &passkey).await;
    assert_eq!(page.path, "/signin/blocked");
    assert!(!has_session(&browser));
    assert_eq!(browser.open("/signin/stay").await.path, "/signin/blocked");
}

#[tokio::test]
async fn a_sign_in_that_a_policy_stops_leaves_no_session() {
    // WA-26
    let site = Site::new(&[crate::tenant::Policy::new("Closed").blocks()]).await;
    let key = Passkey::new();
    key.count.set(1);
    let key = site.has_passkey("kim", key).await;
    key.count.set(2);
    let (browser, page) = at_passkey(&site).await;
    assert_eq!(browser.with_passkey(&page, &key).await.path, "/signin/blocked");
    assert!(!has_session(&browser));
    let row = &site.passkeys("kim").await[0];
    assert_eq!((row.sign_count, row.last_used), (2, None));
    // The positive twin.
    site.policies(&[crate::tenant::Policy::new("Closed").blocks().state("disabled")]).await;
    key.count.set(3);
    let (browser, page) = at_passkey(&site).await;
    let page = browser.with_passkey(&page, &key).await;
    browser.stay(&page, "no").await.code();
    assert_eq!(site.passkeys("kim").await[0].last_used, Some(clock::now()));
}
