//! Things that work once, used many times at once on two processes. Passes, codes, answers of passkeys and device
//! codes have tests of their own, beside what else is tried on them.

use axum::http::StatusCode;
use cardea_store::Usable;

use crate::app::App;
use crate::assertion::assertion;
use crate::browser::{Answer, Browser};
use crate::clients::with_assertion;
use crate::passkey::Passkey;
use crate::site::Site;
use crate::tenant::{mfa, phishing_resistant};
use crate::{set_up, totp};

const PASSWORD: &str = "correct horse battery";
const TIMES: usize = 64;

/// The two processes by turns.
fn by_turns<'s>(one: &'s Site, other: &'s Site) -> impl Iterator<Item = &'s Site> {
    (0..TIMES).map(move |at| if at % 2 == 0 { one } else { other })
}

fn count(answers: &[Answer], fits: impl Fn(&Answer) -> bool) -> usize {
    answers.iter().filter(|answer| fits(answer)).count()
}

#[tokio::test]
async fn of_sixty_four_exchanges_of_a_refresh_token_one_counts() {
    // MN-01
    let site = Site::new(&[]).await;
    site.password("kim", PASSWORD).await;
    let other = site.another().await;
    let code = Browser::new(&site).code_with_password(App::Spa, "kim", PASSWORD).await;
    let tokens = site.redeem(App::Spa, &code).await;
    let all = by_turns(&site, &other).map(|node| node.refresh(App::Spa, &tokens));
    let answers = crate::together(all).await;
    assert_eq!(count(&answers, |it| it.status == StatusCode::OK), 1);
    let refused = answers.iter().filter(|it| it.status != StatusCode::OK);
    assert!(refused.into_iter().all(|it| it.error().1 == "invalid_grant"));
}

#[tokio::test]
async fn of_sixty_four_uses_of_a_code_of_an_app_one_counts() {
    // MN-01
    let site = Site::new(&[mfa()]).await;
    site.password("kim", PASSWORD).await;
    let seed = site.app("kim").await;
    let other = site.another().await;
    let mut pages = Vec::new();
    for node in by_turns(&site, &other) {
        let browser = Browser::new(node);
        browser.start(App::Spa, "kim").await;
        browser.with_password(PASSWORD).await;
        pages.push((browser.open("/signin/code").await, browser));
    }
    let code = totp::code(&seed);
    let fields = [("code", code.as_str())];
    let all = pages.iter().map(|(page, browser)| browser.submit(page, "/signin/code", &fields));
    let answers = crate::together(all).await;
    assert_eq!(count(&answers, |it| it.path == "/signin/stay"), 1);
    assert_eq!(count(&answers, |it| it.path == "/signin/code"), TIMES - 1);
}

#[tokio::test]
async fn of_sixty_four_answers_to_one_registration_one_is_kept() {
    // MN-01
    let site = Site::new(&[phishing_resistant()]).await;
    let pass = site.pass("kim", Usable::Many).await;
    let other = site.another().await;
    let browser = Browser::new(&site);
    browser.start(App::Spa, "kim").await;
    browser.with_pass(&pass).await;
    let page = browser.open("/register/passkey").await;
    let answer = Passkey::new().make(&page.options());
    let copies: Vec<_> =
        by_turns(&site, &other).map(|node| Browser { site: node, ..browser.copied() }).collect();
    let fields = [("credential", answer.as_str()), ("nickname", "Mine")];
    let all = copies.iter().map(|copy| copy.fill(&page, "/register/passkey", &fields));
    let answers = crate::together(all).await;
    assert!(answers.iter().all(|it| it.status.as_u16() < 500));
    assert_eq!(site.passkeys("kim").await.len(), 1);
    assert_eq!(site.audited("User registered security info").await, 1);
}

#[tokio::test]
async fn of_sixty_four_uses_of_an_assertion_one_counts() {
    // MN-01
    let site = Site::new(&[]).await;
    let other = site.another().await;
    let signed = assertion("one", &[]);
    let answers =
        crate::together(by_turns(&site, &other).map(|node| with_assertion(node, &signed))).await;
    assert_eq!(count(&answers, |it| it.status == StatusCode::OK), 1);
    let refused = count(&answers, |it| it.status == StatusCode::UNAUTHORIZED);
    assert_eq!(refused, TIMES - 1);
}

#[tokio::test]
async fn of_sixty_four_browsers_one_opens_the_set_up() {
    // MN-01
    let site = Site::at_first_run().await;
    let other = site.another().await;
    let link = set_up::code(&site).await;
    let mut pages = Vec::new();
    for node in by_turns(&site, &other) {
        let browser = Browser::new(node);
        pages.push((browser.open("/setup").await, browser));
    }
    let fields = [("setup_code", link.as_str())];
    let all = pages.iter().map(|(page, browser)| browser.submit(page, "/setup", &fields));
    let answers = crate::together(all).await;
    assert_eq!(count(&answers, |it| it.path == "/setup/passkey"), 1);
    assert_eq!(count(&answers, |it| it.path == "/setup"), TIMES - 1);
}
