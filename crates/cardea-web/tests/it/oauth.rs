//! Attacks on the protocol, by rows of the catalogue.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::app::{App, VERIFIER, claims, encoded};
use crate::browser::{Answer, Browser};
use crate::clock;
use crate::site::Site;
use crate::tenant::{HOST, ORIGIN, TENANT, mfa};

const PASSWORD: &str = "correct horse battery";

async fn site() -> Site {
    let site = Site::new(&[]).await;
    site.password("kim", PASSWORD).await;
    site
}

async fn code(site: &Site, app: App) -> String {
    Browser::new(site).code_with_password(app, "kim", PASSWORD).await
}

/// A form with one field replaced, or taken away where the value is empty.
fn with<'a>(form: &[(&'a str, &'a str)], name: &'a str, value: &'a str) -> Vec<(&'a str, &'a str)> {
    let mut form: Vec<_> = form.iter().filter(|(known, _)| *known != name).copied().collect();
    if !value.is_empty() {
        form.push((name, value));
    }
    form
}

#[tokio::test]
async fn an_address_that_is_not_registered_gets_no_answer() {
    // OA-01
    let site = site().await;
    let browser = Browser::new(&site);
    let good = App::Web.redirect();
    let mut wrong: Vec<String> = [
        "/",
        "/x",
        "..;/",
        "/../callback2",
        "%2e%2e",
        "@evil.example",
        "?a=b",
        "#f",
        ".",
        "%00",
        "%0d%0aX:y",
        " ",
        "\\",
        ";x",
        "%2f",
        "*",
    ]
    .iter()
    .map(|tail| format!("{good}{tail}"))
    .collect();
    wrong.extend(
        [
            "https://app.contoso.example/Callback",
            "https://app.contoso.example/CALLBACK",
            "https://app.contoso.example",
            "https://app.contoso.example/",
            "http://app.contoso.example/callback",
            "https://app.contoso.example:8443/callback",
            "https://app.contoso.example./callback",
            "https://APP.contoso.example/callback",
            "https://evil@app.contoso.example/callback",
            "https://app.contoso.example@evil.example/callback",
            "https://app.contoso.example@@evil.example/callback",
            "https://app.contoso.example\\@evil.example/callback",
            "https://app.contoso.example.evil.example/callback",
            "https://evil.example/https://app.contoso.example/callback",
            "https:app.contoso.example/callback",
            "//app.contoso.example/callback",
            "https:///app.contoso.example/callback",
            "https://*.contoso.example/callback",
            "https://app.contoso.example/./callback",
            "https://app.contoso.example//callback",
            "https://app.contoso.example/a/../callback",
            "https://app.contoso.example/%63allback",
            "javascript:alert(1)",
            "data:text/html,x",
            "callback",
            "http://localhost",
            "http://127.0.0.1/callback",
            "http://[::1]/callback",
            "http://localhost.evil.example/callback",
            "https://xn--pp-hia.contoso.example/callback",
            "https://аpp.contoso.example/callback",
            "https://app.contoso.example/callback\u{200b}",
            "\u{feff}https://app.contoso.example/callback",
            "https://app.contoso.example/callback\t",
        ]
        .map(str::to_owned),
    );
    assert_eq!(wrong.len(), 50);
    for uri in &wrong {
        let answer = browser.get(&App::Web.request(&[("redirect_uri", uri)])).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{uri}");
        assert_eq!(answer.location(), None, "{uri}");
        assert!(answer.says("AADSTS50011"), "{uri}: {}", answer.body);
    }
    let twice = format!("{}&redirect_uri=https%3A%2F%2Fevil.example", App::Web.request(&[]));
    let answer = browser.get(&twice).await;
    assert_eq!((answer.status, answer.location()), (StatusCode::BAD_REQUEST, None));
    let unknown = [("client_id", "b0000000-0000-4000-8000-000000000009")];
    let answer = browser.get(&App::Web.request(&unknown)).await;
    assert_eq!((answer.status, answer.location()), (StatusCode::BAD_REQUEST, None));
    assert!(answer.says("AADSTS700016"));
    // The positive twins: the very address, and any port of a device's own.
    assert_eq!(browser.get(&App::Web.request(&[])).await.status, StatusCode::SEE_OTHER);
    let port = [("redirect_uri", "http://localhost:49152")];
    assert_eq!(browser.get(&App::Native.request(&port)).await.location(), Some("/signin"));
    let fixed = [("redirect_uri", "https://spa.contoso.example:49152/done")];
    assert!(browser.get(&App::Spa.request(&fixed)).await.says("AADSTS50011"));
}

#[tokio::test]
async fn a_code_is_bound_to_whoever_asked_for_it() {
    // OA-03
    let site = site().await;
    let (short, long) = ("v".repeat(42), "v".repeat(129));
    for verifier in ["", &short, &long, &VERIFIER.to_uppercase()] {
        let code = code(&site, App::Spa).await;
        let form = App::Spa.redemption(&code);
        let answer = site.post("token", &with(&form, "code_verifier", verifier)).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        let error = answer.error().1;
        assert!(matches!(error.as_str(), "invalid_grant" | "invalid_request"), "{error}");
    }
    let browser = Browser::new(&site);
    let plain = [("code_challenge_method", "plain")];
    assert_eq!(browser.get(&App::Spa.request(&plain)).await.returned_error().1, "CARDEA990003");
    let unnamed = [("code_challenge_method", "")];
    assert_eq!(browser.get(&App::Spa.request(&unnamed)).await.returned_error().1, "CARDEA990003");
    let none = [("code_challenge", ""), ("code_challenge_method", "")];
    for public in [App::Spa, App::Native] {
        let answer = browser.get(&public.request(&none)).await;
        assert_eq!(answer.returned_error().1, "AADSTS50147");
    }
    // A verifier although there was no challenge.
    let page = browser.open(&App::Web.request(&none)).await;
    browser.name(&page, "kim").await;
    let page = browser.with_password(PASSWORD).await;
    let unbound = browser.stay(&page, "no").await.code();
    let answer = site.post("token", &App::Web.redemption(&unbound)).await;
    assert_eq!(answer.error().1, "invalid_grant", "{}", answer.body);
    // The twin: with the right one.
    let code = code(&site, App::Spa).await;
    assert_eq!(site.post("token", &App::Spa.redemption(&code)).await.status, StatusCode::OK);
}

#[tokio::test]
async fn of_sixty_four_redemptions_one_counts_and_then_none_of_its_tokens() {
    // OA-04
    let site = site().await;
    let other = site.another().await;
    let code = code(&site, App::Spa).await;
    let form = App::Spa.redemption(&code);
    let all = (0..64).map(|at| if at % 2 == 0 { &site } else { &other });
    let answers = crate::together(all.map(|site| site.post("token", &form))).await;
    let won: Vec<&Answer> = answers.iter().filter(|it| it.status == StatusCode::OK).collect();
    assert_eq!(won.len(), 1);
    let lost = answers.iter().filter(|it| it.status != StatusCode::OK);
    for answer in lost {
        assert_eq!(answer.error(), (54005, String::from("invalid_grant")));
    }
    let refused = site.refresh(App::Spa, &won[0].json()).await;
    assert_eq!(refused.error(), (50173, String::from("invalid_grant")));
}

#[tokio::test]
async fn a_code_that_is_used_again_later_revokes_what_came_of_it() {
    // OA-04
    let site = site().await;
    let code = code(&site, App::Spa).await;
    let tokens = site.redeem(App::Spa, &code).await;
    let tokens = site.refresh(App::Spa, &tokens).await.json();
    clock::seconds(30);
    let again = site.post("token", &App::Spa.redemption(&code)).await;
    assert_eq!(again.error(), (54005, String::from("invalid_grant")));
    assert_eq!(site.refresh(App::Spa, &tokens).await.error().0, 50173);
}

#[tokio::test]
async fn a_code_is_for_its_client_its_address_and_two_minutes() {
    // OA-05
    let site = site().await;
    let first = code(&site, App::Spa).await;
    let form = App::Spa.redemption(&first);
    let other = site.post("token", &with(&form, "client_id", App::Native.id())).await;
    assert_eq!(other.error(), (70000, String::from("invalid_grant")));
    let second = code(&site, App::Spa).await;
    let form = App::Spa.redemption(&second);
    let elsewhere = site.post("token", &with(&form, "redirect_uri", "https://evil.example")).await;
    assert_eq!(elsewhere.error(), (70000, String::from("invalid_grant")));
    let third = code(&site, App::Spa).await;
    let mut tampered = third.clone();
    let last = if tampered.pop() == Some('A') { 'B' } else { 'A' };
    tampered.push(last);
    let answer = site.post("token", &App::Spa.redemption(&tampered)).await;
    assert_eq!(answer.error(), (70000, String::from("invalid_grant")));
    clock::seconds(119);
    assert_eq!(site.post("token", &App::Spa.redemption(&third)).await.status, StatusCode::OK);
    let fourth = code(&site, App::Spa).await;
    clock::seconds(120);
    let late = site.post("token", &App::Spa.redemption(&fourth)).await;
    assert_eq!(late.error(), (70008, String::from("invalid_grant")));
}

#[tokio::test]
async fn every_answer_says_which_tenant_gave_it() {
    // OA-07
    let site = site().await;
    let browser = Browser::new(&site);
    let path = format!("/{TENANT}/v2.0/.well-known/openid-configuration");
    let metadata = browser.get(&path).await.json();
    assert_eq!(metadata["issuer"], format!("{ORIGIN}/{TENANT}/v2.0"));
    assert_eq!(metadata["authorization_response_iss_parameter_supported"], true);
    let issuer = metadata["issuer"].as_str().unwrap();
    let refused = browser.get(&App::Spa.request(&[("prompt", "none")])).await;
    assert_eq!(refused.returned()["iss"], issuer);
    let page = browser.start(App::Spa, "kim").await;
    assert_eq!(page.path, "/signin/passkey");
    let page = browser.with_password(PASSWORD).await;
    let answer = browser.stay(&page, "no").await;
    assert_eq!(answer.returned()["iss"], issuer);
    let tokens = site.redeem(App::Spa, &answer.code()).await;
    assert_eq!(claims(tokens["id_token"].as_str().unwrap())["iss"], issuer);
}

#[tokio::test]
async fn state_and_nonce_come_back_as_they_were() {
    // OA-08
    let site = site().await;
    let browser = Browser::new(&site);
    let long = format!("{}<&\"'=%20+ü", "s".repeat(2000));
    let page = browser.open(&App::Spa.request(&[("state", &long), ("nonce", &long)])).await;
    browser.name(&page, "kim").await;
    let page = browser.with_password(PASSWORD).await;
    let answer = browser.stay(&page, "no").await;
    assert_eq!(answer.returned()["state"], long);
    let tokens = site.redeem(App::Spa, &answer.code()).await;
    assert_eq!(claims(tokens["id_token"].as_str().unwrap())["nonce"], long.as_str());
}

#[tokio::test]
async fn an_application_signs_nobody_out_who_does_not_want_it() {
    // OA-15
    let site = site().await;
    let browser = Browser::new(&site);
    let code = browser.code_with_password(App::Web, "kim", PASSWORD).await;
    let tokens = site.redeem(App::Web, &code).await;
    let hint = tokens["id_token"].as_str().unwrap();
    let back = App::Web.redirect();
    let tampered = format!("{}x", &hint[..hint.len() - 1]);
    let unasked: [&[(&str, &str)]; 7] = [
        &[],
        &[("post_logout_redirect_uri", back)],
        &[("id_token_hint", &tampered), ("post_logout_redirect_uri", back)],
        &[("id_token_hint", "x.y.z"), ("post_logout_redirect_uri", back)],
        &[("id_token_hint", hint), ("post_logout_redirect_uri", "https://evil.example")],
        &[
            ("id_token_hint", hint),
            ("post_logout_redirect_uri", "https://app.contoso.example/callback?x=1"),
        ],
        &[("client_id", App::Web.id()), ("post_logout_redirect_uri", back)],
    ];
    for parameters in unasked {
        let path = format!("/{TENANT}/oauth2/v2.0/logout?{}", encoded(parameters));
        let answer = browser.get(&path).await;
        assert_eq!(answer.location(), None, "{parameters:?}");
        assert_eq!(answer.heading(), "Sign out?", "{parameters:?}");
    }
    assert_eq!(site.refresh(App::Web, &tokens).await.status, StatusCode::OK);
    // The positive twin.
    let good = [("id_token_hint", hint), ("post_logout_redirect_uri", back), ("state", "bye")];
    let path = format!("/{TENANT}/oauth2/v2.0/logout?{}", encoded(&good));
    let answer = browser.get(&path).await;
    assert_eq!(answer.location(), Some(format!("{back}?state=bye").as_str()));
    assert_eq!(browser.open(&App::Web.request(&[])).await.path, "/signin");
}

#[tokio::test]
async fn no_page_sends_anybody_to_another_site() {
    // OA-16
    let site = site().await;
    let passkey = site.passkey("kim").await;
    let browser = Browser::new(&site);
    let page = browser.open("/security-info").await;
    let page = browser.with_passkey(&page, &passkey).await;
    assert_eq!(page.path, "/security-info");
    for target in ["//evil.example", "/\\evil.example", "https:evil.example", "%2f%2fevil.example"]
    {
        for path in [
            "/security-info",
            "/register/done",
            "/my/activity",
            "/devicelogin",
            "/error",
            "/signin",
        ] {
            for name in ["next", "return", "to", "RelayState", "redirect_uri", "name", "before"] {
                let answer = browser.get(&format!("{path}?{}", encoded(&[(name, target)]))).await;
                let location = answer.location().unwrap_or("/");
                assert!(
                    location.starts_with('/') && !location[1..].starts_with(['/', '\\']),
                    "{location}"
                );
                let links =
                    answer.body.split("href=\"").skip(1).filter_map(|it| it.split('"').next());
                for link in links {
                    assert!(
                        link.starts_with(['/', '#']) && !link.starts_with("//"),
                        "{path}: {link}"
                    );
                }
            }
        }
    }
}

#[tokio::test]
async fn what_a_request_carries_is_never_markup() {
    // OA-17
    let site = site().await;
    let bad = "\"><script>alert(1)</script><img src=x onerror=alert(1)>'";
    let browser = Browser::new(&site);
    let page = browser
        .open(&App::Web.request(&[
            ("state", bad),
            ("login_hint", bad),
            ("ui_locales", "en"),
            ("response_mode", "form_post"),
        ]))
        .await;
    assert!(!page.body.contains("<script>alert"), "{}", page.body);
    let page = browser.open("/signin/accounts").await;
    assert!(!page.body.contains("<script>alert"), "{}", page.body);
    let page = browser.submit(&page, "/signin/accounts", &[("choice", "other")]).await;
    let page = browser.name(&page, "kim").await;
    assert!(!page.body.contains("<script>alert"));
    let page = browser.with_password(PASSWORD).await;
    let answer = browser.stay(&page, "no").await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(!answer.body.contains("<script>alert"), "{}", answer.body);
    let form = answer.form(App::Web.redirect());
    let state = form.fields.iter().find(|(name, _)| name == "state").unwrap();
    assert_eq!(state.1, bad);
    assert!(form.fields.iter().all(|(name, _)| name != "csrf"));
    let policy = answer.header("content-security-policy");
    assert!(policy.contains("form-action 'self' https://app.contoso.example"), "{policy}");
    assert!(policy.contains("'nonce-"), "{policy}");
    let shown = browser.get(&format!("/error?{}", encoded(&[("code", bad)]))).await;
    assert!(!shown.body.contains("<script>alert"));
    let wrong = browser.get(&App::Web.request(&[("redirect_uri", bad), ("state", bad)])).await;
    assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
    assert!(!wrong.body.contains("<script>alert"));
}

#[tokio::test]
async fn only_registered_origins_read_tokens_from_a_page() {
    // OA-19
    let site = site().await;
    let browser = Browser::new(&site);
    let token = format!("/{TENANT}/oauth2/v2.0/token");
    let allowed = "access-control-allow-origin";
    let form = ("content-type", "application/x-www-form-urlencoded");
    for origin in [
        "null",
        "https://evil.example",
        "http://spa.contoso.example",
        "https://spa.contoso.example.evil.example",
        "https://app.contoso.example",
        "https://xspa.contoso.example",
        "https://spa.contoso.example:8443",
    ] {
        for method in [Method::OPTIONS, Method::POST] {
            let answer = browser.craft((method, &token), &[("origin", origin), form], "").await;
            assert_eq!(answer.header(allowed), "", "{origin}");
        }
        for path in ["/oidc/userinfo", "/security-info", "/signin", &App::Spa.request(&[])] {
            let answer = browser.craft((Method::GET, path), &[("origin", origin)], "").await;
            assert_eq!(answer.header(allowed), "", "{origin} {path}");
        }
    }
    let good = [("origin", "https://spa.contoso.example"), form];
    for method in [Method::OPTIONS, Method::POST] {
        let answer = browser.craft((method, &token), &good, "").await;
        assert_eq!(answer.header(allowed), "https://spa.contoso.example");
        assert_eq!(answer.header("access-control-allow-credentials"), "");
        assert_eq!(answer.header("vary").to_lowercase(), "origin");
    }
}

#[tokio::test]
async fn a_post_is_answered_by_see_other() {
    // OA-20
    let site = site().await;
    let browser = Browser::new(&site);
    let page = browser.open(&App::Spa.request(&[])).await;
    let name = [("username", "kim@contoso.example")];
    let answer = browser.fill(&page, "/signin", &name).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    let page = browser.open("/signin/password").await;
    let answer = browser.fill(&page, "/signin/password", &[("password", PASSWORD)]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    let page = browser.open("/signin/stay").await;
    let answer = browser.fill(&page, "/signin/stay", &[("choice", "no")]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert!(answer.returned().contains_key("code"));
}

#[tokio::test]
async fn other_grants_and_answers_than_codes_are_refused() {
    // OA-21
    let site = site().await;
    let browser = Browser::new(&site);
    for kind in ["token", "id_token", "code token", "code id_token", "none"] {
        let answer = browser.get(&App::Spa.request(&[("response_type", kind)])).await;
        assert_eq!(
            answer.returned_error(),
            (String::from("unsupported_response_type"), String::from("AADSTS70005")),
            "{kind}"
        );
    }
    for grant in ["password", "implicit", "urn:ietf:params:oauth:grant-type:saml2-bearer"] {
        let form = [("grant_type", grant), ("client_id", App::Spa.id())];
        let answer = site.post("token", &form).await;
        assert_eq!(answer.error(), (70003, String::from("unsupported_grant_type")), "{grant}");
    }
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", App::Spa.id()),
        ("scope", "api://orders/.default"),
    ];
    assert_eq!(site.post("token", &form).await.error().1, "unauthorized_client");
    let form = [("client_id", App::Spa.id()), ("scope", "openid")];
    assert_eq!(site.post("devicecode", &form).await.error().1, "unauthorized_client");
}

#[tokio::test]
async fn a_request_for_tokens_is_one_form_with_one_credential() {
    // OA-22
    let site = site().await;
    let code = code(&site, App::Web).await;
    let browser = Browser::new(&site);
    let path = format!("/{TENANT}/oauth2/v2.0/token");
    let form = ("content-type", "application/x-www-form-urlencoded");
    let body = encoded(&App::Web.redemption(&code));
    let twice = format!("{body}&code=x");
    let answer = browser.craft((Method::POST, &path), &[form], twice).await;
    assert_eq!(answer.error().1, "invalid_request");
    use base64::Engine as _;
    let basic = base64::engine::general_purpose::STANDARD.encode(format!(
        "{}:{}",
        App::Web.id(),
        App::Web.secret().unwrap()
    ));
    let basic = format!("Basic {basic}");
    let both = [form, ("authorization", basic.as_str())];
    let answer = browser.craft((Method::POST, &path), &both, body.clone()).await;
    assert_eq!(answer.error().1, "invalid_request");
    let answer = browser.get(&format!("{path}?{body}")).await;
    assert_eq!((answer.status, answer.error().0), (StatusCode::METHOD_NOT_ALLOWED, 900_561));
    let json = json!({ "grant_type": "authorization_code", "code": code }).to_string();
    let kind = [("content-type", "application/json")];
    let answer = browser.craft((Method::POST, &path), &kind, json).await;
    assert_eq!(answer.error().1, "invalid_request");
    // The positive twin: the code was not touched by any of these.
    assert_eq!(browser.craft((Method::POST, &path), &[form], body).await.status, StatusCode::OK);
}

#[tokio::test]
async fn userinfo_wants_a_living_access_token_with_the_right_scope() {
    // OA-25
    let site = site().await;
    let browser = Browser::new(&site);
    let code = browser.code_with_password(App::Spa, "kim", PASSWORD).await;
    let tokens = site.redeem(App::Spa, &code).await;
    let good = site.userinfo(&tokens).await;
    assert_eq!(good.status, StatusCode::OK);
    assert_eq!(good.json()["sub"], claims(tokens["id_token"].as_str().unwrap())["sub"]);
    let id_token = json!({ "access_token": tokens["id_token"] });
    let refused = site.userinfo(&id_token).await;
    assert_eq!(
        (refused.status, refused.error().1),
        (StatusCode::UNAUTHORIZED, String::from("invalid_token"))
    );
    assert!(refused.header("www-authenticate").starts_with("Bearer "));
    let token = tokens["access_token"].as_str().unwrap();
    let query = browser.get(&format!("/oidc/userinfo?access_token={token}")).await;
    assert_eq!(query.status, StatusCode::UNAUTHORIZED);
    let page = browser.open(&App::Spa.request(&[("scope", "User.Read")])).await;
    let bare = site.redeem(App::Spa, &page.code()).await;
    let refused = site.userinfo(&bare).await;
    assert_eq!(
        (refused.status, refused.error().1),
        (StatusCode::FORBIDDEN, String::from("insufficient_scope"))
    );
    let page =
        browser.open(&App::Spa.request(&[("scope", "openid api://orders/Orders.Read")])).await;
    let other = site.redeem(App::Spa, &page.code()).await;
    assert_eq!(site.userinfo(&other).await.status, StatusCode::UNAUTHORIZED);
    let page = browser.open("/signout").await;
    let token = page.form("/signout").fields[0].1.clone();
    browser.post("/signout/everywhere", &[("csrf", &token)]).await;
    assert_eq!(site.userinfo(&tokens).await.status, StatusCode::UNAUTHORIZED);
    let _: Value = good.json();
}

#[tokio::test]
async fn codes_and_tokens_stay_where_they_belong() {
    // OA-26
    let site = site().await;
    let browser = Browser::new(&site);
    let code = browser.code_with_password(App::Spa, "kim", PASSWORD).await;
    let answer = site.post("token", &App::Spa.redemption(&code)).await;
    assert_eq!(answer.header("cache-control"), "no-store");
    let tokens = answer.json();
    let refused = site.post("token", &App::Spa.redemption(&code)).await;
    assert!(!refused.body.contains(&code));
    for path in ["/signin", "/security-info", "/error?code=53003", "/nowhere"] {
        let page = browser.get(path).await;
        assert_eq!(page.header("referrer-policy"), "no-referrer", "{path}");
        assert_eq!(page.header("cache-control"), "no-store", "{path}");
    }
    let log = format!("{:?}", site.sign_ins().await);
    let rest = site.bytes_at_rest();
    let secrets = [
        &code,
        tokens["refresh_token"].as_str().unwrap(),
        tokens["access_token"].as_str().unwrap(),
    ];
    for secret in secrets {
        assert!(!log.contains(secret));
        assert!(!rest.windows(secret.len()).any(|window| window == secret.as_bytes()));
    }
}

#[tokio::test]
async fn links_are_made_for_the_configured_host() {
    // HD-01, HD-02
    let site = Site::new(&[mfa()]).await;
    let browser = Browser::new(&site);
    let path = format!("/{TENANT}/v2.0/.well-known/openid-configuration");
    let evil = [
        ("x-forwarded-host", "evil.example"),
        ("x-forwarded-proto", "http"),
        ("x-original-url", "/healthz"),
        ("x-rewrite-url", "/healthz"),
        ("x-http-method-override", "POST"),
        ("forwarded", "host=evil.example"),
    ];
    let answer = browser.craft((Method::GET, &path), &evil, "").await;
    let text = answer.body.clone();
    assert_eq!(answer.json()["token_endpoint"], format!("{ORIGIN}/{TENANT}/oauth2/v2.0/token"));
    assert!(!text.contains("evil.example"));
    for host in
        ["evil.example", "login.contoso.example.evil.example", "login.contoso.example:8443", ""]
    {
        let request = axum::http::Request::builder()
            .uri(&path)
            .header("host", host)
            .body(axum::body::Body::empty())
            .unwrap();
        assert_eq!(browser.send(request).await.status, StatusCode::MISDIRECTED_REQUEST, "{host}");
    }
    let absolute = axum::http::Request::builder()
        .uri(format!("https://evil.example{path}"))
        .body(axum::body::Body::empty())
        .unwrap();
    assert_eq!(browser.send(absolute).await.status, StatusCode::MISDIRECTED_REQUEST);
    let upper = axum::http::Request::builder()
        .uri(&path)
        .header("host", HOST.to_uppercase())
        .body(axum::body::Body::empty())
        .unwrap();
    assert_eq!(browser.send(upper).await.status, StatusCode::OK);
    let form = [("client_id", App::Native.id()), ("scope", "openid")];
    let device = site.post("devicecode", &form).await.json();
    assert_eq!(device["verification_uri"], format!("{ORIGIN}/devicelogin"));
}
