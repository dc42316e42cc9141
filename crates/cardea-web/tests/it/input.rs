//! Hostile input and what pages say of themselves, by rows of the catalogue.

use std::collections::{BTreeMap, BTreeSet};

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

/// Texts that are markup somewhere: in text, in an attribute, in a script, in a style, in a comment, in a title, in
/// an address, in a template.
const POLYGLOTS: [&str; 26] = [
    "\"><script>alert(1)</script>",
    "'onfocus='alert(1)' autofocus='",
    "\" onfocus=\"alert(1)\" x=\"",
    " autofocus onfocus=alert(1) ",
    "</title><img src=x onerror=a>",
    "{{7*7}}${7*7}<%=7*7%>",
    "javascript:alert(1)",
    "data:text/html,<b>x</b>",
    "<svg/onload=alert(1)>",
    "<svg><script>a()</script>",
    "</script><script>a()</script>",
    "</style><b onclick=a()>x",
    "</textarea><i onclick=a()>",
    "--><b onclick=a()>x<!--",
    "]]><b onclick=a()>x<![CDATA[",
    "<iframe srcdoc='&lt;b&gt;'>",
    "<base href=//evil.example>",
    "<meta http-equiv=refresh>",
    "<form action=//evil.example>",
    "<a href=javascript:a()>x</a>",
    "<math><mi xlink:href=a>x",
    "&lt;b&gt;&#60;b&#62;&quot;",
    "\\\"><b onclick=a()>x</b>",
    "`${alert(1)}`<b>",
    "<<b onclick=a()>x",
    "\u{202e}<b>x\u{2066}",
];

#[tokio::test]
async fn names_are_text_wherever_they_are_shown() {
    // UI-01
    let site = Site::new(&[]).await;
    let mut plain: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for evil in ["Nothing special"].into_iter().chain(POLYGLOTS) {
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
            let skeleton = skeleton(&page.body);
            let plain = plain.entry(path).or_insert_with(|| skeleton.clone());
            let new: Vec<_> = skeleton.difference(plain).collect();
            assert!(new.is_empty(), "{path}: {evil} becomes {new:?}");
        }
        let page = browser.open("/security-info").await;
        // Marks that turn the direction of text round are left out of names.
        let shown = nickname.replace(['\u{202e}', '\u{2066}'], "");
        assert!(page.says(shown.trim()), "{evil}: {}", page.body);
        site.delete_passkeys("kim").await;
    }
}

/// The tags of a page, each with the names of its attributes.
fn skeleton(html: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut rest = html;
    while let Some((_, tag)) = rest.split_once('<') {
        let mut quote = None;
        let end = tag.find(|letter| {
            match quote {
                Some(open) if open == letter => quote = None,
                None if matches!(letter, '"' | '\'') => quote = Some(letter),
                _ => {}
            }
            letter == '>' && quote.is_none()
        });
        let (tag, after) = tag.split_at(end.unwrap_or(tag.len()));
        // Every other part stands between quotation marks and is a value.
        let names: String = tag.split('"').step_by(2).collect();
        found.insert(names.split_whitespace().collect::<Vec<_>>().join(" "));
        rest = after;
    }
    found
}

#[test]
fn markup_shows_in_the_skeleton_of_a_page() {
    let of = |text: &str| skeleton(&format!("<p class=\"a > b\">{text}</p>"));
    assert_eq!(of("x"), ["/p", "p class="].map(str::to_owned).into());
    assert_eq!(of("&lt;b&gt;"), of("x"));
    for evil in POLYGLOTS.iter().filter(|evil| evil.contains('<') && !evil.starts_with('<')) {
        assert_ne!(of(evil), of("x"), "{evil}");
    }
    let attribute = |text: &str| skeleton(&format!("<p title=\"{text}\">x</p>"));
    assert_ne!(attribute("\" onfocus=\"a()"), attribute("x"));
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
    let mut nonces = BTreeSet::new();
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
