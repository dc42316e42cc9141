//! Hostile input and what pages say of themselves, by rows of the catalogue.

use axum::http::{Method, StatusCode};
use cardea_store::Account;

use crate::app::App;
use crate::browser::{Answer, Browser};
use crate::passkey::Passkey;
use crate::site::Site;
use crate::tenant::{ORIGIN, TENANT, mfa};

const PASSWORD: &str = "correct horse battery";
const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

/// A browser at the name page and its token.
async fn ready(site: &Site) -> (Browser<'_>, Answer, String) {
    let browser = Browser::new(site);
    let page = browser.open(&App::Spa.request(&[])).await;
    let token = page.form("/signin").fields[0].1.clone();
    (browser, page, token)
}

#[tokio::test]
async fn json_that_no_browser_sends_is_refused() {
    // IN-01, WA-20
    let site = Site::new(&[mfa()]).await;
    let passkey = site.passkey("kim").await;
    let (browser, page, _) = ready(&site).await;
    let mut page = page;
    let deep = "[".repeat(50_000);
    let wide = format!("{{{}\"z\":1}}", "\"a\":1,".repeat(8_000));
    let good = passkey.answer(&page.options());
    let twice = good.replacen("\"id\":", "\"id\":\"x\",\"id\":", 1);
    for hostile in [deep.as_str(), &wide, &twice, "{\"id\":\"\\ud800\"}", "1e400", "{", "\u{0}"] {
        let start = std::time::Instant::now();
        page = browser.submit(&page, "/signin/passkey", &[("credential", hostile)]).await;
        assert!(start.elapsed().as_secs() < 5);
        assert_eq!(page.path, "/signin/passkey");
        assert_eq!(page.status, StatusCode::OK);
    }
    let deep = "[".repeat(5000);
    for claims in
        [&deep, "{\"access_token\":{\"acrs\":{\"value\":\"c1\",\"value\":\"c2\"}}}", "[]", "1e400"]
    {
        let answer = browser.get(&App::Spa.request(&[("claims", claims)])).await;
        assert_eq!(answer.returned_error().0, "invalid_request", "{claims:.20}");
    }
    assert_eq!(browser.with_passkey(&page, &passkey).await.path, "/signin/stay");
}

#[tokio::test]
async fn a_body_that_is_too_large_is_not_read() {
    // IN-02
    let site = Site::new(&[mfa()]).await;
    let (browser, _, token) = ready(&site).await;
    let headers = [FORM, ("origin", ORIGIN)];
    let start = format!("csrf={token}&username=");
    let fits = format!("{start}{}", "x".repeat(256 * 1024 - start.len()));
    let answer = browser.craft((Method::POST, "/signin"), &headers, fits.clone()).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    let answer = browser.craft((Method::POST, "/signin"), &headers, format!("{fits}x")).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    for endpoint in ["token", "devicecode", "authorize"] {
        let path = format!("/{TENANT}/oauth2/v2.0/{endpoint}");
        let large = format!("client_id={}&x={}", App::Native.id(), "x".repeat(3 * 1024 * 1024));
        let answer = browser.craft((Method::POST, &path), &[FORM], large).await;
        assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE, "{endpoint}");
    }
}

#[tokio::test]
async fn what_a_client_calls_itself_stays_one_value_in_the_log() {
    // IN-12
    let site = Site::new(&[]).await;
    site.password("kim", PASSWORD).await;
    let odd = "Windows \u{202e}evil\t{\"a\":1} =cmd() \u{1b}".replace(['\u{1b}', '\u{202e}'], "");
    let browser = Browser { agent: odd.clone(), ..Browser::new(&site) };
    browser.code_with_password(App::Spa, "kim", PASSWORD).await;
    let log = site.sign_ins().await;
    assert!(log.iter().all(|record| record["userAgent"] == odd.as_str()), "{log:?}");
    for name in
        ["kim\r\nx@contoso.example", "kim\u{0}@contoso.example", "kim\u{202e}@contoso.example"]
    {
        let (browser, page, _) = ready(&site).await;
        let page = browser.submit(&page, "/signin", &[("username", name)]).await;
        assert_eq!(page.path, "/signin/passkey");
        assert!(!page.body.contains("\u{202e}@"), "bidi is not isolated");
        let page = browser.with_password(PASSWORD).await;
        assert_eq!(page.path, "/signin/password", "{name:?}");
    }
}

const POLYGLOTS: [&str; 6] = [
    "\"><script>alert(1)</script>",
    "'onfocus='alert(1)' autofocus='",
    "</title><img src=x onerror=a>",
    "{{7*7}}${7*7}<%=7*7%>",
    "javascript:alert(1)",
    "<svg/onload=alert(1)>",
];

#[tokio::test]
async fn names_are_text_wherever_they_are_shown() {
    // UI-01
    let site = Site::new(&[]).await;
    for evil in POLYGLOTS {
        site.named_person("kim", evil, Account::Enabled).await;
        let passkey = site.passkey("kim").await;
        let mut app = App::Spa.json();
        app["displayName"] = evil.into();
        site.object(&app).await;
        let browser = Browser::new(&site);
        let page = browser.open("/security-info").await;
        let page = browser.with_passkey(&page, &passkey).await;
        let page = browser.submit(&page, "/register", &[("kind", "passkey-here")]).await;
        let nickname: String = evil.chars().take(30).collect();
        let credential = Passkey::new().make(&page.options());
        let fields = [("credential", credential.as_str()), ("nickname", nickname.as_str())];
        browser.submit(&page, "/register/passkey", &fields).await;
        browser.open(&App::Spa.request(&[])).await;
        for path in ["/security-info", "/my/activity", "/signout", "/register/passkey"] {
            let page = browser.open(path).await;
            assert_eq!(page.status, StatusCode::OK, "{path}");
            for markup in ["<script>alert", "<img src=x", "<svg/onload", "'onfocus='alert"] {
                assert!(!page.body.contains(markup), "{path}: {}", page.body);
            }
        }
        let page = browser.open("/security-info").await;
        assert!(page.says(&nickname), "{evil}: {}", page.body);
        site.delete_passkeys("kim").await;
    }
}

#[tokio::test]
async fn every_answer_has_a_strict_policy_for_its_content() {
    // UI-02, OA-18
    let site = Site::new(&[]).await;
    site.password("kim", PASSWORD).await;
    let browser = Browser::new(&site);
    let mut answers = vec![browser.get("/signin").await];
    let page = browser.start(App::Web, "kim").await;
    answers.push(page);
    for path in ["/signin/password", "/signin/pass", "/signin/ways", "/signin", "/error?code=50011"]
    {
        answers.push(browser.get(path).await);
    }
    let page = browser.with_password(PASSWORD).await;
    answers.push(page.clone());
    answers.push(browser.stay(&page, "no").await);
    for path in [
        "/security-info",
        "/register",
        "/register/phone",
        "/devicelogin",
        "/my/activity",
        "/signout",
        "/nowhere",
        "/healthz",
        "/metrics",
        "/oidc/userinfo",
        "/assets/0/none.css",
        "/favicon.ico",
        "/signin/blocked",
        "/signin/accounts",
        "/security-info/remove",
    ] {
        answers.push(browser.get(path).await);
        answers.push(browser.open(path).await);
        answers.push(browser.craft((Method::POST, path), &[], "").await);
        answers.push(browser.craft((Method::DELETE, path), &[], "").await);
    }
    answers.push(browser.get(&App::Web.request(&[("redirect_uri", "https://evil.example")])).await);
    answers.push(browser.get(&App::Web.request(&[("response_mode", "form_post")])).await);
    answers.push(site.post("token", &[]).await);
    let mut nonces = std::collections::BTreeSet::new();
    let mut pages = 0;
    for answer in &answers {
        let policy = answer.header("content-security-policy");
        for part in
            ["frame-ancestors 'none'", "base-uri 'none'", "default-src 'none'", "form-action"]
        {
            assert!(policy.contains(part), "{} {policy}", answer.path);
        }
        assert!(!policy.contains("unsafe-") && !policy.contains('*'), "{policy}");
        assert_eq!(answer.header("x-frame-options"), "DENY", "{}", answer.path);
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{}", answer.path);
        assert_eq!(answer.header("strict-transport-security"), "max-age=31536000");
        assert!(answer.status.as_u16() < 500, "{} {}", answer.path, answer.status);
        if let Some((_, nonce)) = policy.split_once("'nonce-") {
            pages += 1;
            nonces.insert(nonce.split('\'').next().unwrap().to_owned());
            assert!(!answer.body.contains(" style=\"") && !answer.body.contains(" onclick="));
            let scripts = answer.body.split("<script").skip(1);
            assert!(
                scripts.into_iter().all(|it| it.starts_with(" src=\"/assets/")),
                "{}",
                answer.path
            );
        }
    }
    assert!(pages > 20 && nonces.len() + 5 >= pages, "{pages} pages, {} nonces", nonces.len());
}
