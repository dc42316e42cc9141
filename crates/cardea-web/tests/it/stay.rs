//! Whether the browser stays signed in: who decides, and who is asked.

use crate::app::App;
use crate::browser::{Answer, Browser};
use crate::passkey::Passkey;
use crate::site::Site;
use crate::tenant::{Policy, mfa, phishing_resistant};

const PASSWORD: &str = "correct horse battery";
const AGAIN: [(&str, &str); 1] = [("prompt", "login")];

/// Kim proves who they are for a request; what comes then.
async fn proves(browser: &Browser<'_>, request: &[(&str, &str)], passkey: &Passkey) -> Answer {
    let page = browser.open(&App::Spa.request(request)).await;
    let page = browser.name(&page, "kim").await;
    browser.with_passkey(&page, passkey).await
}

/// Whether an answer sets a session that the browser keeps when it is closed.
#[track_caller]
fn is_kept(answer: &Answer) -> bool {
    let cookies = answer.cookies();
    let found = cookies.iter().find(|cookie| cookie.starts_with("__Host-cardea-session="));
    let session = found.unwrap_or_else(|| panic!("no session: {answer:?}"));
    session.contains("; Max-Age=7776000")
}

#[tokio::test]
async fn where_no_policy_decides_the_person_is_asked() {
    let site = Site::new(&[mfa()]).await;
    let passkey = site.passkey("kim").await;
    for (choice, kept) in [("yes", true), ("no", false)] {
        let browser = Browser::new(&site);
        let page = proves(&browser, &[], &passkey).await;
        assert_eq!(
            (page.path.as_str(), page.heading().as_str()),
            ("/signin/stay", "Stay signed in?")
        );
        assert_eq!(is_kept(&browser.stay(&page, choice).await), kept, "{choice}");
    }
}

#[tokio::test]
async fn a_policy_decides_in_the_place_of_the_person_and_nobody_is_asked() {
    let (never, always) = (mfa().persistent("never"), mfa().persistent("always"));
    let both = [never.clone(), always.clone().named("Always")];
    let reported = [never.clone().state("enabledForReportingButNotEnforced")];
    let cases: [(&[Policy], Option<bool>); 4] = [
        (std::slice::from_ref(&never), Some(false)),
        (std::slice::from_ref(&always), Some(true)),
        (&both, Some(false)),
        (&reported, None),
    ];
    for (policies, decided) in cases {
        let site = Site::new(policies).await;
        let passkey = site.passkey("kim").await;
        let browser = Browser::new(&site);
        let answer = proves(&browser, &[], &passkey).await;
        let Some(kept) = decided else {
            assert_eq!(answer.path, "/signin/stay");
            continue;
        };
        assert!(answer.returned().contains_key("code"), "{answer:?}");
        assert_eq!(is_kept(&answer), kept);
    }
}

#[tokio::test]
async fn an_answer_that_nobody_was_asked_for_changes_nothing() {
    let site = Site::new(&[mfa().persistent("never")]).await;
    let passkey = site.passkey("kim").await;
    let browser = Browser::new(&site);
    let page = browser.open(&App::Spa.request(&[])).await;
    let token = page.form("/signin").fields[0].1.clone();
    let page = browser.name(&page, "kim").await;
    let answer = passkey.answer(&page.options());
    browser.fill(&page, "/signin/passkey", &[("credential", &answer)]).await;
    let answer = browser.post("/signin/stay", &[("csrf", &token), ("choice", "yes")]).await;
    assert!(answer.returned().contains_key("code"), "{answer:?}");
    assert!(!is_kept(&answer));
}

#[tokio::test]
async fn whoever_stays_signed_in_already_is_not_asked_again() {
    let site = Site::new(&[mfa()]).await;
    let passkey = site.passkey("kim").await;
    let browser = Browser::new(&site);
    let page = proves(&browser, &[], &passkey).await;
    browser.stay(&page, "yes").await.code();
    let answer = proves(&browser, &AGAIN, &passkey).await;
    assert!(answer.returned().contains_key("code"), "{answer:?}");
    assert!(is_kept(&answer));
    // Whoever said no is asked again when they prove again, and whoever comes after them too.
    let other = Browser::new(&site);
    let page = proves(&other, &[], &passkey).await;
    other.stay(&page, "no").await.code();
    assert_eq!(proves(&other, &AGAIN, &passkey).await.path, "/signin/stay");
    site.person("sam").await;
    let sam = site.passkey("sam").await;
    let page = browser.open(&App::Spa.request(&AGAIN)).await;
    let page = browser.with_passkey(&page, &sam).await;
    assert_eq!(page.path, "/signin/stay");
    assert!(!is_kept(&browser.stay(&page, "no").await));
}

#[tokio::test]
async fn a_step_up_in_a_kept_session_goes_on_without_a_question() {
    let site = Site::new(&[phishing_resistant().for_apps(&[App::Api.id()])]).await;
    site.password("kim", PASSWORD).await;
    let passkey = site.passkey("kim").await;
    let browser = Browser::new(&site);
    browser.start(App::Spa, "kim").await;
    let page = browser.with_password(PASSWORD).await;
    browser.stay(&page, "yes").await.code();
    let more = [("scope", "openid api://orders/Orders.Read")];
    let page = browser.open(&App::Spa.request(&more)).await;
    assert_eq!(page.path, "/signin/passkey");
    let answer = browser.with_passkey(&page, &passkey).await;
    assert!(answer.returned().contains_key("code"), "{answer:?}");
    assert!(is_kept(&answer));
}
