//! What stands above every answer of every route that the router has, errors included.

use axum::http::{Method, StatusCode};

use crate::app::App;
use crate::browser::{Answer, Browser};
use crate::forms::routes;
use crate::site::Site;
use crate::tenant::TENANT;

const PASSWORD: &str = "correct horse battery";

/// Headers that every answer has, word for word.
const ALWAYS: [(&str, &str); 4] = [
    ("x-frame-options", "DENY"),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("strict-transport-security", "max-age=31536000"),
];

/// The only routes whose answers may be kept by whoever comes between.
const KEPT: [&str; 4] = [
    "/{tenant}/v2.0/.well-known/openid-configuration",
    "/{tenant}/discovery/v2.0/keys",
    "/assets/{hash}/{name}",
    "/favicon.ico",
];

/// What is wrong above an answer.
fn faults(route: &str, answer: &Answer) -> Vec<String> {
    let mut faults = Vec::new();
    for (name, value) in ALWAYS {
        if answer.header(name) != value {
            faults.push(format!("{name}: `{}`", answer.header(name)));
        }
    }
    let policy = answer.header("content-security-policy");
    for part in ["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action"] {
        if !policy.contains(part) {
            faults.push(format!("no {part}"));
        }
    }
    if policy.contains("unsafe-") || policy.contains('*') || policy.contains("http:") {
        faults.push(format!("too much is allowed: {policy}"));
    }
    let is_page = answer.header("content-type").starts_with("text/html");
    if is_page && !policy.contains("'nonce-") {
        faults.push("a page without a nonce".to_owned());
    }
    let may_be_kept = KEPT.contains(&route) && answer.status == StatusCode::OK;
    if !may_be_kept && answer.header("cache-control") != "no-store" {
        faults.push(format!("cache-control: `{}`", answer.header("cache-control")));
    }
    if answer.status.is_server_error() {
        faults.push(format!("status {}", answer.status));
    }
    faults
}

#[tokio::test]
async fn every_answer_of_every_route_has_strict_headers() {
    // UI-02, OA-18
    let site = Site::new(&[]).await;
    site.password("kim", PASSWORD).await;
    let signed_in = Browser::new(&site);
    signed_in.code_with_password(App::Web, "kim", PASSWORD).await;
    let midway = Browser::new(&site);
    midway.start(App::Web, "kim").await;
    let stranger = Browser::new(&site);
    let routes = routes();
    assert!(routes.len() >= 40, "{}", routes.len());
    let beside = ["/nowhere", "/signin/none", "/.git/config", "/%2e%2e/etc", "/assets"];
    let beside = beside.map(|path| (path.to_owned(), String::new()));
    let mut wrong = Vec::new();
    let mut seen = 0;
    for (route, _) in routes.iter().chain(&beside) {
        let path = route.replace("{tenant}", TENANT).replace("{hash}/{name}", "0/none.css");
        let other = route.replace("{tenant}", "nobody.example");
        for browser in [&signed_in, &midway, &stranger] {
            for method in ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "BREW"] {
                let method = Method::from_bytes(method.as_bytes()).unwrap();
                for path in [&path, &other] {
                    // Copied, so that signing out does not sign out the next.
                    let copy = browser.copied();
                    let answer = copy.craft((method.clone(), path), &[], "").await;
                    seen += 1;
                    let faults = faults(route, &answer);
                    if !faults.is_empty() {
                        wrong.push(format!("{method} {path}: {}", faults.join(", ")));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {seen}: {wrong:#?}", wrong.len());
    // Another host, and a request that says it is larger than it may be.
    let elsewhere = Browser {
        extra: vec![("x-forwarded-host", "evil.example".to_owned())],
        ..Browser::new(&site)
    };
    assert_eq!(faults("", &elsewhere.get("/signin").await), [""; 0]);
}
