//! Every form that is posted is one of the site's own, from this browser.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use axum::http::{Method, StatusCode};

use crate::app::{App, encoded};
use crate::browser::Browser;
use crate::site::Site;
use crate::tenant::{ORIGIN, mfa};

/// Endpoints that programs post to, without cookies.
const PROTOCOL: [&str; 4] = [
    "/{tenant}/oauth2/v2.0/authorize",
    "/{tenant}/oauth2/v2.0/token",
    "/{tenant}/oauth2/v2.0/devicecode",
    "/oidc/userinfo",
];

/// The sources of all routes.
fn sources() -> Vec<String> {
    fn read(folder: &Path, found: &mut Vec<String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                read(&path, found);
            } else {
                found.push(fs::read_to_string(path).unwrap());
            }
        }
    }
    let mut found = Vec::new();
    read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/routes"), &mut found);
    found
}

/// What the Authenticator app asks for, with a handle and without cookies.
const OF_THE_APP: &str = "/authenticator/v1/";

/// Paths, by the names of their constants in a source.
fn named(source: &str, name: &str) -> String {
    let line = source.lines().find(|line| line.starts_with(&format!("pub const {name}:"))).unwrap();
    line.split('"').nth(1).unwrap().to_owned()
}

/// All routes, as the router has them: path, and what answers which method.
pub(crate) fn routes() -> Vec<(String, String)> {
    sources().iter().flat_map(|source| routes_of(source)).collect()
}

/// The routes of a source.
fn routes_of(source: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let text: String = source.split_whitespace().collect::<Vec<_>>().join(" ");
    let of_center = source.contains("use crate::paths::admin as paths;");
    for route in text.split(".route(").skip(1) {
        let route = route.trim_start();
        let (path, methods) = route.split_once(',').unwrap();
        let path = match path.split_once("::") {
            Some(("paths", name)) if of_center => {
                named(include_str!("../../src/paths/admin.rs"), name)
            }
            Some(("paths", name)) => named(include_str!("../../src/paths.rs"), name),
            Some(("authenticator", name)) => {
                named(include_str!("../../src/authenticator.rs"), name)
            }
            Some(_) | None => path.trim_matches('"').to_owned(),
        };
        found.push((path, methods.split(".route(").next().unwrap().to_owned()));
    }
    found
}

/// The routes that take posts: path, name of the handler, and the source.
fn posts() -> Vec<(String, String, String)> {
    let mut found = Vec::new();
    for source in sources() {
        for (path, methods) in routes_of(&source) {
            for handler in methods.split("post(").skip(1) {
                let handler = handler.split(')').next().unwrap().to_owned();
                found.push((path.clone(), handler, source.clone()));
            }
        }
    }
    found
}

#[test]
fn every_route_that_takes_posts_takes_them_as_forms_of_the_site() {
    // SE-03: a handler cannot get at a form but by `Posted`, which asks first.
    let sources = sources().join("\n");
    let posts = posts();
    assert!(posts.len() >= 15, "{posts:?}");
    for (path, handler, source) in posts {
        if PROTOCOL.contains(&path.as_str()) {
            continue;
        }
        if path.starts_with("/admin") {
            // `Ordered` is a `Posted` of somebody who has the admin center open.
            let arguments = source.split(&format!("fn {handler}(")).nth(1).unwrap();
            let arguments = arguments.split(") -> ").next().unwrap();
            assert!(arguments.contains(": Ordered"), "`{path}`: `{handler}`");
            continue;
        }
        // The app's requests are no forms: `Call` has taken the cookies away before anybody looks.
        let (argument, kind) =
            if path.starts_with(OF_THE_APP) { ("call", "Call") } else { ("posted", "Posted") };
        let handler = handler.rsplit("::").next().unwrap();
        let takes = format!("fn {handler}({argument}: {kind})");
        assert!(sources.contains(&takes), "`{path}`: `{handler}` does not take `{kind}`");
    }
}

#[tokio::test]
async fn a_post_that_is_not_of_this_browser_is_refused_at_every_route() {
    // SE-03
    let site = Site::new(&[mfa()]).await;
    let passkey = site.passkey("kim").await;
    let browser = Browser::new(&site);
    let page = browser.open(&App::Spa.request(&[])).await;
    let own = page.form("/signin").fields[0].1.clone();
    browser.code_with_passkey(App::Spa, "kim", &passkey).await;
    let stranger = Browser::new(&site);
    let page = stranger.open(&App::Spa.request(&[])).await;
    let foreign = page.form("/signin").fields[0].1.clone();
    let form = ("content-type", "application/x-www-form-urlencoded");
    let here = ("origin", ORIGIN);
    let paths: BTreeSet<String> = posts().into_iter().map(|(path, ..)| path).collect();
    let paths = paths.iter().filter(|path| !PROTOCOL.contains(&path.as_str()));
    let paths = paths.filter(|path| !path.starts_with(OF_THE_APP));
    let before = site.audit_length().await;
    for path in paths {
        let tries: [(&[(&str, &str)], &str); 8] = [
            (&[form, here], ""),
            (&[form, here], &foreign),
            (&[form, here], "AAAA"),
            (&[form, ("origin", "https://evil.example")], &own),
            (&[form, ("origin", "null")], &own),
            (&[form, ("sec-fetch-site", "cross-site")], &own),
            (&[form, ("sec-fetch-site", "same-site")], &own),
            (&[("content-type", "text/plain"), here], &own),
        ];
        for (headers, token) in tries {
            let body = encoded(&[("csrf", token), ("choice", "yes"), ("username", "kim")]);
            let answer = browser.craft((Method::POST, path), headers, body).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path} {headers:?}");
        }
        let body = encoded(&[("csrf", &own)]);
        let none = Browser::new(&site);
        let answer = none.craft((Method::POST, path), &[form, here], body.clone()).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path} without cookies");
        let overridden = [("x-http-method-override", "POST")];
        let url = format!("{path}?{body}");
        let answer = browser.craft((Method::GET, &url), &overridden, "").await;
        assert_ne!(answer.status, StatusCode::INTERNAL_SERVER_ERROR, "{path}");
    }
    assert_eq!(site.audit_length().await, before);
    // The positive twin: with the browser's own token something happens.
    let answer = browser.post("/signout", &[("csrf", &own)]).await;
    assert_eq!(answer.heading(), "You're signed out");
}
