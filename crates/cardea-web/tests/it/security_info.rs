//! Security info: adding, naming and removing ways to sign in, and how fresh a proof must be.

use cardea_store::Usable;

use crate::app::App;
use crate::authenticator::base64url;
use crate::browser::{ANDROID, Answer, Browser};
use crate::passkey::Passkey;
use crate::phone::Phone;
use crate::site::{Plan, Site};
use crate::tenant::{
    AUTHENTICATOR_ANDROID, CARDEA_ANDROID, KEY_ONE, KEY_TWO, Policy, attested_only, id, methods,
    mfa, restricted,
};
use crate::{clock, totp};

const PASSWORD: &str = "correct horse battery";

/// Opens Security info with a passkey.
async fn opened<'s>(site: &'s Site, passkey: &Passkey) -> (Browser<'s>, Answer) {
    let browser = Browser::new(site);
    let page = browser.open("/security-info").await;
    assert_eq!(page.path, "/signin");
    let page = browser.with_passkey(&page, passkey).await;
    assert_eq!(page.path, "/security-info");
    (browser, page)
}

async fn add(browser: &Browser<'_>, page: &Answer, passkey: &Passkey) -> Answer {
    let page = browser.submit(page, "/register", &[("kind", "passkey-here")]).await;
    browser.register(&page, passkey).await
}

#[tokio::test]
async fn somebody_adds_renames_and_removes_a_passkey() {
    let site = Site::new(&[mfa()]).await;
    let first = site.passkey("kim").await;
    let (browser, page) = opened(&site, &first).await;
    // SE-04: the page says whose ways these are.
    assert!(page.says("kim@contoso.example"));
    let done = add(&browser, &page, &Passkey::new()).await;
    assert_eq!(done.path, "/register/done?added=passkey-here");
    let page = browser.open("/security-info").await;
    let rows = site.passkeys("kim").await;
    assert_eq!(rows.len(), 2);
    assert!(page.says("Mine"));
    let form = page.forms().into_iter().filter(|form| form.action == "/security-info/rename");
    assert_eq!(form.count(), 2);
    let second = rows.iter().find(|row| row.name == "Mine").unwrap();
    let csrf = page.form("/register").fields[0].clone();
    let fields = [("csrf", csrf.1.as_str()), ("id", &second.id), ("nickname", "Blue key")];
    let renamed = browser.post("/security-info/rename", &fields).await;
    let page = browser.follow(renamed).await;
    assert!(page.says("Blue key"), "{}", page.body);
    let ask = browser.open(&format!("/security-info/remove?id={}", second.id)).await;
    assert_eq!(ask.heading(), "Remove Blue key?");
    assert!(!ask.says("last way"), "{}", ask.body);
    browser.submit(&ask, "/security-info/remove", &[]).await;
    assert_eq!(site.passkeys("kim").await.len(), 1);
    assert_eq!(site.audited("User registered security info").await, 1);
    assert_eq!(site.audited("User changed security info").await, 1);
    assert_eq!(site.audited("User deleted security info").await, 1);
}

#[tokio::test]
async fn a_browser_hears_which_passkeys_are_left() {
    let site = Site::new(&[mfa()]).await;
    let first = site.passkey("kim").await;
    let (browser, page) = opened(&site, &first).await;
    let accepted = |page: &Answer| {
        let signals = page.signals();
        let [signal] = &signals[..] else { panic!("{signals:?}") };
        assert_eq!(signal["method"], "signalAllAcceptedCredentials");
        assert_eq!(signal["argument"]["rpId"], "login.contoso.example");
        assert_eq!(signal["argument"]["userId"], base64url(id("person", "kim").as_bytes()));
        let ids = signal["argument"]["allAcceptedCredentialIds"].as_array().unwrap();
        let mut ids: Vec<String> = ids.iter().map(|it| it.as_str().unwrap().to_owned()).collect();
        ids.sort();
        ids
    };
    let of_rows = async || {
        let rows = site.passkeys("kim").await;
        let mut ids: Vec<_> = rows.iter().map(|row| base64url(&row.credential_id)).collect();
        ids.sort();
        ids
    };
    assert_eq!(accepted(&page), of_rows().await);
    // A passkey that was made a moment ago is among them: a list without it would hide it.
    let done = add(&browser, &page, &Passkey::new()).await;
    assert_eq!((accepted(&done).len(), accepted(&done)), (2, of_rows().await));
    site.delete_passkey("kim").await;
    let page = browser.open("/security-info").await;
    assert_eq!(accepted(&page), of_rows().await);
}

#[tokio::test]
async fn a_password_alone_does_not_tell_which_passkeys_there_are() {
    let site = Site::new(&[mfa()]).await;
    site.passkey("kim").await;
    site.password("kim", PASSWORD).await;
    let browser = Browser::new(&site);
    browser.start(App::Spa, "kim").await;
    let page = browser.open("/signin/password").await;
    browser.submit(&page, "/signin/password", &[("password", PASSWORD)]).await;
    let done = browser.open("/register/done").await;
    assert_eq!((done.path.as_str(), done.signals()), ("/register/done", Vec::new()));
}

#[tokio::test]
async fn whoever_removes_the_last_way_is_warned_and_may_do_it() {
    // RH-05
    let site = Site::new(&[mfa()]).await;
    let passkey = site.passkey("kim").await;
    let (browser, _) = opened(&site, &passkey).await;
    let row = &site.passkeys("kim").await[0];
    let ask = browser.open(&format!("/security-info/remove?id={}", row.id)).await;
    assert!(ask.says("This is the last way that works for you"), "{}", ask.body);
    browser.submit(&ask, "/security-info/remove", &[]).await;
    assert_eq!(site.passkeys("kim").await.len(), 0);
    assert_eq!(site.audited("User deleted security info").await, 1);
}

#[tokio::test]
async fn with_a_password_and_an_app_a_passkey_is_not_the_last_way() {
    let site = Site::new(&[mfa()]).await;
    let passkey = site.passkey("kim").await;
    site.password("kim", PASSWORD).await;
    site.app("kim").await;
    let (browser, _) = opened(&site, &passkey).await;
    let row = &site.passkeys("kim").await[0];
    let ask = browser.open(&format!("/security-info/remove?id={}", row.id)).await;
    assert!(!ask.says("last way"), "{}", ask.body);
    let app = id("totp", "kim");
    let ask = browser.open(&format!("/security-info/remove?id={app}")).await;
    assert!(!ask.says("last way"), "{}", ask.body);
}

#[tokio::test]
async fn at_a_computer_a_passkey_is_added_on_the_phone_and_no_earlier_one_is_taken_for_it() {
    let site = Site::new(&[mfa()]).await;
    let first = site.passkey("kim").await;
    let (browser, _) = opened(&site, &first).await;
    let phone = Phone::begin(&site, "kim").await;
    phone.with_passkey(&first).await;
    let added = async |profile: &str| {
        let passkey = Passkey::of(CARDEA_ANDROID).for_account(&id("person", "kim"));
        let made = phone.register_in(profile, |options| passkey.make(options)).await;
        assert_eq!(made.status, 201, "{}", made.body);
    };
    added("work").await;
    clock::seconds(20);
    let page = browser.open("/security-info").await;
    let page = browser.submit(&page, "/register", &[("kind", "passkey-phone")]).await;
    assert!(page.says("Waiting for your phone…"), "{}", page.body);
    assert!(page.says("14 minutes"), "as long as Security info is open: {}", page.body);
    let query = page.path.strip_prefix("/register/phone").unwrap();
    let status = format!("/register/phone/status{query}");
    assert!(page.body.contains(&format!("data-wait=\"{status}\"")), "{}", page.body);
    let waiting = browser.get(&status).await.json();
    assert_eq!(waiting["text"], "Waiting for your phone…");
    added("personal").await;
    let there = browser.get(&status).await.json();
    assert_eq!(there["text"], "Your passkey is there: Kim's Pixel · Personal.");
    let done = browser.open(there["next"].as_str().unwrap()).await;
    assert!(done.says("Kim's Pixel · Personal") && done.says("your phone asks"), "{}", done.body);
    assert!(done.says("Go to Security info"), "{}", done.body);
    // What an address says of long ago or of no time at all counts for nothing.
    for since in ["0", "soon", "-99999999999999999999"] {
        let status = browser.get(&format!("/register/phone/status?since={since}")).await.json();
        assert_eq!(status["text"], "Your passkey is there: Kim's Pixel · Personal.", "{since}");
    }
}

#[tokio::test]
async fn on_a_phone_security_info_offers_the_phone_itself_and_no_other() {
    let site = Site::new(&[mfa()]).await;
    let first = site.passkey("kim").await;
    let browser = Browser { agent: ANDROID.to_owned(), ..Browser::new(&site) };
    let page = browser.open("/security-info").await;
    let page = browser.with_passkey(&page, &first).await;
    assert!(page.body.contains("value=\"passkey-here\""), "{}", page.body);
    assert!(!page.body.contains("value=\"passkey-phone\""), "{}", page.body);
}

#[tokio::test]
async fn after_five_minutes_a_change_asks_for_a_fresh_proof() {
    // RH-02, RH-05
    let site = Site::new(&[mfa()]).await;
    let first = site.passkey("kim").await;
    let (browser, _) = opened(&site, &first).await;
    clock::minutes(5);
    let page = browser.open("/security-info").await;
    let row = &site.passkeys("kim").await[0];
    let ask = browser.open(&format!("/security-info/remove?id={}", row.id)).await;
    clock::seconds(1);
    // Both things that were prepared a second ago are refused now, and lead to the proof.
    let refused = browser.submit(&ask, "/security-info/remove", &[]).await;
    assert_eq!(
        (refused.path.as_str(), refused.heading().as_str()),
        ("/signin/passkey", "Confirm it's you")
    );
    let refused = browser.submit(&page, "/register", &[("kind", "passkey-here")]).await;
    assert_eq!(
        (refused.path.as_str(), refused.heading().as_str()),
        ("/signin/passkey", "Confirm it's you")
    );
    assert_eq!(site.passkeys("kim").await.len(), 1);
    let page = browser.with_passkey(&refused, &first).await;
    assert_eq!(page.path, "/security-info");
    let done = add(&browser, &page, &Passkey::new()).await;
    assert!(done.path.starts_with("/register/done"), "{done:?}");
    assert_eq!(site.passkeys("kim").await.len(), 2);
}

#[tokio::test]
async fn a_registration_session_lasts_fifteen_minutes() {
    let site = Site::new(&[mfa()]).await;
    let passkey = site.passkey("kim").await;
    let (browser, page) = opened(&site, &passkey).await;
    clock::minutes(15);
    assert_eq!(browser.open("/security-info").await.path, "/security-info");
    clock::seconds(1);
    // The session goes on, the registration begins anew and is not fresh.
    let row = &site.passkeys("kim").await[0];
    let csrf = page.form("/register").fields[0].clone();
    let fields = [("csrf", csrf.1.as_str()), ("id", &row.id)];
    let answer = browser.post("/security-info/remove", &fields).await;
    browser.follow(answer).await;
    assert_eq!(site.passkeys("kim").await.len(), 1);
    let register =
        browser.post("/register", &[("csrf", csrf.1.as_str()), ("kind", "passkey-here")]).await;
    assert_eq!(browser.follow(register).await.path, "/signin/passkey");
}

#[tokio::test]
async fn somebody_adds_an_authenticator_app_and_signs_in_with_it() {
    let site = Site::new(&[mfa()]).await;
    site.password("kim", PASSWORD).await;
    let passkey = site.passkey("kim").await;
    let (browser, page) = opened(&site, &passkey).await;
    let page = browser.submit(&page, "/register", &[("kind", "totp")]).await;
    let shown = page.body.split("id=\"seed\">").nth(1).unwrap().split("</code>").next().unwrap();
    let seed = totp::seed(shown);
    assert_eq!(seed.len(), 20);
    let wrong = browser.submit(&page, "/register/totp", &[("code", "000000")]).await;
    assert_eq!(wrong.path, "/register/totp");
    let done = browser.submit(&wrong, "/register/totp", &[("code", &totp::code(&seed))]).await;
    assert_eq!(done.path, "/register/done?added=totp");
    // RH-10: the seed of what is registered is shown never again, and the next one is another.
    let page = browser.open("/security-info").await;
    assert!(!page.body.contains(shown));
    let page = browser.submit(&page, "/register", &[("kind", "totp")]).await;
    if page.path == "/register/totp" {
        assert!(!page.body.contains(shown), "the same seed again");
    }
    clock::seconds(60);
    let other = Browser::new(&site);
    other.start(App::Spa, "kim").await;
    other.with_password(PASSWORD).await;
    assert_eq!(other.with_code(&totp::code(&seed)).await.path, "/signin/stay");
}

#[tokio::test]
async fn ten_passkeys_are_the_most() {
    // WA-25
    let site = Site::new(&[mfa()]).await;
    let first = site.passkey("kim").await;
    let mut pages = Vec::new();
    for _ in 0..20 {
        let (browser, page) = opened(&site, &first).await;
        let page = browser.submit(&page, "/register", &[("kind", "passkey-here")]).await;
        pages.push((browser, page, Passkey::new()));
    }
    let all = pages.iter().map(|(browser, page, passkey)| browser.register(page, passkey));
    let done = crate::together(all).await;
    let stored = done.iter().filter(|it| it.path.starts_with("/register/done")).count();
    assert_eq!((stored, site.passkeys("kim").await.len()), (9, 10));
}

#[tokio::test]
async fn a_profile_that_wants_proof_refuses_a_key_without_one() {
    let authority = crate::certificates::Authority::root("Keys");
    let plan = Plan { methods: attested_only(), trust: authority.trust(), ..Plan::new(&[mfa()]) };
    let site = Site::planned(plan).await;
    let first = site.passkey("kim").await;
    let (browser, page) = opened(&site, &first).await;
    let page = browser.submit(&page, "/register", &[("kind", "passkey-here")]).await;
    let refused = browser.register(&page, &Passkey::new()).await;
    assert_eq!(refused.path, "/register/passkey");
    assert_eq!(site.passkeys("kim").await.len(), 1);
    let key = Passkey::new();
    let answer = key.make_attested(&refused.options(), &authority);
    let fields = [("credential", answer.as_str()), ("nickname", "Proven")];
    let done = browser.submit(&refused, "/register/passkey", &fields).await;
    assert!(done.path.starts_with("/register/done"), "{done:?}");
    let rows = site.passkeys("kim").await;
    let proven = rows.iter().find(|row| row.name == "Proven").unwrap();
    assert_eq!(proven.attestation, cardea_store::Attestation::Proven);
}

#[tokio::test]
async fn a_model_is_allowed_or_blocked_when_it_registers() {
    for (kind, good, bad) in [("allow", KEY_ONE, KEY_TWO), ("block", KEY_TWO, KEY_ONE)] {
        let methods = restricted(kind, &[KEY_ONE]);
        let site = Site::planned(Plan { methods, ..Plan::new(&[mfa()]) }).await;
        let pass = site.pass("kim", Usable::Many).await;
        let browser = Browser::new(&site);
        let page = browser.open("/security-info").await;
        browser.name(&page, "kim").await;
        let page = browser.with_pass(&pass).await;
        assert_eq!(page.path, "/security-info");
        let refused = add(&browser, &page, &Passkey::of(bad)).await;
        assert_eq!(refused.path, "/register/passkey", "{kind}");
        assert_eq!(site.passkeys("kim").await.len(), 0);
        let done = browser.register(&refused, &Passkey::of(good)).await;
        assert!(done.path.starts_with("/register/done"), "{kind}: {done:?}");
    }
}

#[tokio::test]
async fn a_model_is_allowed_or_blocked_when_it_signs_in() {
    // AT-12
    let site = Site::new(&[mfa()]).await;
    let key = site.has_passkey("kim", Passkey::of(KEY_ONE)).await;
    let browser = Browser::new(&site);
    let code = browser.code_with_passkey(App::Spa, "kim", &key).await;
    let tokens = site.redeem(App::Spa, &code).await;
    for policy in [restricted("allow", &[KEY_TWO]), restricted("block", &[KEY_ONE])] {
        site.object(&policy).await;
        let other = Browser::new(&site);
        let page = other.start(App::Spa, "kim").await;
        let page = other.with_passkey(&page, &key).await;
        assert_eq!(page.path, "/signin/blocked");
        let refused = site.refresh(App::Spa, &tokens).await;
        assert_eq!(refused.error().1, "invalid_grant", "{}", refused.body);
    }
    for policy in [restricted("allow", &[KEY_ONE, KEY_TWO]), methods()] {
        site.object(&policy).await;
        let other = Browser::new(&site);
        assert!(!other.code_with_passkey(App::Spa, "kim", &key).await.is_empty());
    }
    let authenticator = site.has_passkey("kim", Passkey::of(AUTHENTICATOR_ANDROID)).await;
    site.object(&restricted("allow", &[AUTHENTICATOR_ANDROID])).await;
    let other = Browser::new(&site);
    assert!(!other.code_with_passkey(App::Spa, "kim", &authenticator).await.is_empty());
}

#[tokio::test]
async fn security_info_stays_under_the_policies_for_everything() {
    // CA-25
    let everything = mfa();
    let registering = Policy::new("Registering").for_registering().requires(&["mfa"]);
    let blocked = Policy::new("Closed").for_registering().blocks();
    let site = Site::new(&[everything, registering]).await;
    let passkey = site.passkey("kim").await;
    let (browser, _) = opened(&site, &passkey).await;
    site.policies(&[blocked]).await;
    assert_eq!(browser.open("/security-info").await.path, "/signin/blocked");
    let page = browser.open("/register/passkey").await;
    assert_eq!(page.path, "/signin/blocked");
}
