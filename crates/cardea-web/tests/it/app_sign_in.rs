//! Signing in to the Authenticator app, and what is registered there directly.

use axum::http::Method;
use cardea_store::Usable;
use cardea_web::authenticator::{self as api, Register, State, Way};
use serde_json::json;

use crate::app::App;
use crate::browser::{ANDROID, Browser};
use crate::clock;
use crate::passkey::Passkey;
use crate::phone::{ANDROID_APP, IPHONE_APP, LINUX_APP, Phone, granted, refusal, state};
use crate::site::{Plan, Site};
use crate::tenant::{
    CARDEA_ANDROID, CARDEA_COMPUTER, CARDEA_IOS, KEY_ONE, Policy, id, methods_with, mfa,
    phishing_resistant, strength,
};
use crate::totp;

const PASSWORD: &str = "correct horse battery";

/// A name in the app, and the passkey that it makes after a pass.
async fn registered(site: &Site) -> Passkey {
    let pass = site.pass("kim", Usable::Many).await;
    let phone = Phone::begin(site, "kim").await;
    assert_eq!(granted(&phone.with_pass(&pass).await), Register::Open);
    let passkey = Passkey::of(CARDEA_ANDROID).for_account(&id("person", "kim"));
    let made = phone.register(|options| passkey.make(options)).await;
    assert_eq!(made.status, 201, "{}", made.body);
    passkey
}

#[tokio::test]
async fn a_pass_signs_in_and_registers_directly() {
    let site = Site::new(&[mfa()]).await;
    let pass = site.pass("kim", Usable::Once).await;
    let phone = Phone::begin(&site, "kim").await;
    let first = state(&phone.get(api::SIGN_IN).await);
    assert_eq!(first, State::Show { ways: vec![Way::Passkey, Way::Pass, Way::Password] });
    let wrong = phone.post(api::SHOW_PASS, &json!({ "pass": "wrong-one" })).await;
    assert_eq!(refusal(&wrong), (400, "wrong".to_owned()));
    let signed_in = phone.with_pass(&pass).await;
    let State::Granted { person, register, ways } = &signed_in else { panic!("{signed_in:?}") };
    assert_eq!((register, ways.as_slice()), (&Register::Open, &[][..]));
    assert_eq!(person.user_principal_name, "kim@contoso.example");
    assert_eq!(person.id, id("person", "kim"));

    let passkey = Passkey::of(CARDEA_ANDROID).for_account(&id("person", "kim"));
    let made = phone.register(|options| passkey.make(options)).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let made: api::Registered = serde_json::from_str(&made.body).unwrap();
    let list = phone.passkeys().await;
    assert_eq!((list.len(), list[0].id.as_str(), list[0].attested), (1, made.id.as_str(), false));
    assert_eq!(list[0].display_name, "Cardea Authenticator for Android");
    let device = list[0].device.as_ref().unwrap();
    assert_eq!((device.name.as_str(), device.profile.as_str()), ("Kim's Pixel", "Work"));

    let browser = Browser::new(&site);
    assert!(!browser.code_with_passkey(App::Spa, "kim", &passkey).await.is_empty());
    let again = Phone::begin(&site, "kim").await;
    assert_eq!(granted(&state(&again.with_passkey(&passkey).await)), Register::Open);
    let log = site.sign_ins().await;
    let of_app: Vec<_> =
        log.iter().filter(|it| it["appDisplayName"] == "Cardea Authenticator").collect();
    assert_eq!(of_app.len(), 2, "one record for each sign-in: {log:#?}");
    for record in of_app {
        assert_eq!(record["status"]["errorCode"], 0);
        assert_eq!(record["clientAppUsed"], "a mobile or desktop app");
        assert_eq!(record["deviceDetail"]["operatingSystem"], "Android");
        assert_eq!(record["appliedConditionalAccessPolicies"][0]["result"], "success");
    }
}

#[tokio::test]
async fn a_name_that_nobody_has_is_answered_like_one_that_somebody_has() {
    // TI-01
    let site = Site::new(&[mfa()]).await;
    site.pass("kim", Usable::Many).await;
    let mut said = Vec::new();
    for name in ["kim", "nobody"] {
        let phone = Phone::begin(&site, name).await;
        let mut answers = vec![phone.get(api::SIGN_IN).await];
        answers.push(phone.post(api::SHOW_PASS, &json!({ "pass": "wrong" })).await);
        answers.push(phone.post(api::SHOW_PASSWORD, &json!({ "password": "wrong" })).await);
        answers.push(phone.post(api::SHOW_CODE, &json!({ "code": "123456" })).await);
        let stranger = Passkey::new().for_account(&id("person", name));
        answers.push(phone.with_passkey(&stranger).await);
        let options = phone.post(api::PASSKEY_OPTIONS, &json!({})).await.json();
        assert!(options["allowCredentials"].as_array().is_none_or(Vec::is_empty), "{options}");
        said.push(answers.into_iter().map(|it| (it.status, it.body)).collect::<Vec<_>>());
    }
    assert_eq!(said[0], said[1]);
}

#[tokio::test]
async fn only_what_the_journey_opens_is_registered() {
    // RH-11
    let site = Site::new(&[mfa()]).await;
    let pass = site.pass("kim", Usable::Many).await;
    let phone = Phone::begin(&site, "kim").await;
    phone.with_pass(&pass).await;
    // A security key, a computer's Authenticator, and one of the other platform.
    for model in [KEY_ONE, CARDEA_COMPUTER, CARDEA_IOS] {
        let made = phone.register(|options| Passkey::of(model).make(options)).await;
        assert_eq!(refusal(&made), (403, "notAllowed".to_owned()), "{model}");
    }
    let synced = Passkey { synced: true, ..Passkey::of(CARDEA_ANDROID) };
    let made = phone.register(|options| synced.make(options)).await;
    assert_eq!(refusal(&made), (403, "notAllowed".to_owned()));
    assert_eq!(site.passkeys("kim").await.len(), 0);
    // The positive twin.
    let made = phone.register(|options| Passkey::of(CARDEA_ANDROID).make(options)).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let iphone = Phone::begin_as(&site, IPHONE_APP, "kim").await;
    iphone.with_pass(&pass).await;
    let made = iphone.register(|options| Passkey::of(CARDEA_IOS).make(options)).await;
    assert_eq!(made.status, 201, "{}", made.body);
}

#[tokio::test]
async fn on_a_computer_the_app_signs_in_and_registers_nothing() {
    let site = Site::new(&[mfa()]).await;
    let pass = site.pass("kim", Usable::Many).await;
    for agent in [LINUX_APP, "Cardea Authenticator/0.1.0 (Windows)", ""] {
        let phone = Phone::begin_as(&site, agent, "kim").await;
        assert_eq!(granted(&phone.with_pass(&pass).await), Register::Shut, "{agent}");
        let asked = phone.post(api::NEW_PASSKEY_OPTIONS, &json!({})).await;
        assert_eq!(refusal(&asked), (403, "notNow".to_owned()), "{agent}");
        assert!(asked.body.contains("on a phone"), "{}", asked.body);
    }
}

#[tokio::test]
async fn the_platform_is_asked_for_at_every_step() {
    // CA-02
    let site = Site::new(&[mfa()]).await;
    let pass = site.pass("kim", Usable::Many).await;
    let phone = Phone::begin(&site, "kim").await;
    phone.with_pass(&pass).await;
    let options = phone.options().await;
    let mut elsewhere = Phone::calling_itself(&site, LINUX_APP);
    elsewhere.handle.clone_from(&phone.handle);
    assert_eq!(granted(&state(&elsewhere.get(api::SIGN_IN).await)), Register::Shut);
    let passkey = Passkey::of(CARDEA_ANDROID);
    let credential: serde_json::Value = serde_json::from_str(&passkey.make(&options)).unwrap();
    let device = json!({ "name": "x", "profile": "work" });
    let body = json!({ "credential": credential, "name": "", "device": device });
    let made = elsewhere.post(api::PASSKEYS, &body).await;
    assert_eq!(refusal(&made), (403, "notNow".to_owned()));
    assert_eq!(phone.post(api::PASSKEYS, &body).await.status, 201);
}

/// A tenant in the loop: what is asked for everywhere can be made only where it is asked for.
async fn loop_site() -> Site {
    let only = strength("In Authenticator", &["fido2"], &[CARDEA_ANDROID, CARDEA_IOS]);
    let policy = Policy::new("Loop").strength(only["id"].as_str().unwrap());
    Site::planned(Plan { objects: vec![only], ..Plan::new(&[policy]) }).await
}

#[tokio::test]
async fn the_loop_shuts_the_app_too_and_the_second_time_says_so() {
    let site = loop_site().await;
    let pass = site.pass("kim", Usable::Many).await;
    let mut texts = Vec::new();
    for lap in 1..=3 {
        clock::seconds(1);
        let phone = Phone::begin(&site, "kim").await;
        let stopped = phone.with_pass(&pass).await;
        let State::Shut { code, title, text, next, laps, correlation_id } = stopped else {
            panic!("{stopped:?}")
        };
        assert_eq!((code, title.as_str(), laps), (53003, "You can't sign in yet", lap));
        assert!(!text.contains("Loop") && text.contains("asks for a passkey here"), "{text}");
        assert_eq!(next, ["Call the help desk: extension 12"]);
        // Looking again is no further lap.
        let looked = state(&phone.get(api::SIGN_IN).await);
        assert!(matches!(looked, State::Shut { laps, .. } if laps == lap), "{looked:?}");
        let asked = phone.post(api::NEW_PASSKEY_OPTIONS, &json!({})).await;
        assert_eq!(refusal(&asked), (403, "notNow".to_owned()));
        let record = &site.sign_ins().await[0];
        assert_eq!(record["correlationId"], correlation_id.as_str());
        assert_eq!(record["status"]["errorCode"], 53003);
        assert_eq!(record["appliedConditionalAccessPolicies"][0]["result"], "failure");
        texts.push(text);
    }
    assert!(!texts[0].contains("You've been here before"), "{texts:?}");
    assert!(texts[1].starts_with("You've been here before"), "{texts:?}");
    assert_eq!(site.sign_ins().await.len(), 3);
    // After half an hour it is a new try.
    clock::minutes(31);
    let phone = Phone::begin(&site, "kim").await;
    let stopped = phone.with_pass(&pass).await;
    assert!(matches!(stopped, State::Shut { laps: 1, .. }), "{stopped:?}");
}

#[tokio::test]
async fn a_strength_that_names_the_app_is_met_by_its_passkey_and_by_no_other() {
    let site = Site::new(&[mfa()]).await;
    let passkey = registered(&site).await;
    let key = site.passkey("kim").await;
    let only = strength("In Authenticator", &["fido2"], &[CARDEA_ANDROID, CARDEA_IOS]);
    site.object(&only).await;
    site.policies(&[Policy::new("Only").strength(only["id"].as_str().unwrap())]).await;
    let browser = Browser::new(&site);
    assert!(!browser.code_with_passkey(App::Spa, "kim", &passkey).await.is_empty());
    let browser = Browser::new(&site);
    let page = browser.start(App::Spa, "kim").await;
    let page = browser.with_passkey(&page, &key).await;
    assert_eq!(page.path, "/signin/passkey", "one more check: {}", page.heading());
}

#[tokio::test]
async fn a_sign_in_that_lacks_a_method_says_where_it_is_added() {
    let site = Site::new(&[Policy::new("All").requires(&["mfa"])]).await;
    site.password("kim", PASSWORD).await;
    let phone = Phone::begin(&site, "kim").await;
    let answer = phone.post(api::SHOW_PASSWORD, &json!({ "password": PASSWORD })).await;
    let State::Register { next, laps, title, .. } = state(&answer) else { panic!("{answer:?}") };
    assert_eq!((title.as_str(), laps), ("Add a way to sign in", 1));
    // Security info opens to a password where nothing is registered, and the wizard adds a way there.
    assert!(next[0].ends_with("/security-info in a browser"), "{next:?}");
    assert_eq!(site.sign_ins().await[0]["status"]["errorCode"], 50072);
    let asked = phone.post(api::NEW_PASSKEY_OPTIONS, &json!({})).await;
    assert_eq!(refusal(&asked), (403, "notNow".to_owned()));
}

#[tokio::test]
async fn terms_are_accepted_in_a_browser_and_the_app_goes_on() {
    let policy = Policy::new("Terms").with("/grantControls/termsOfUse", json!([id("terms", "T")]));
    let terms = json!({
        "@odata.type": "#microsoft.graph.agreement", "id": id("terms", "T"), "displayName": "Rules",
    });
    let site = Site::planned(Plan { objects: vec![terms], ..Plan::new(&[policy]) }).await;
    site.password("kim", PASSWORD).await;
    let phone = Phone::begin(&site, "kim").await;
    let show = json!({ "password": PASSWORD });
    let State::Terms { text, next, .. } = state(&phone.post(api::SHOW_PASSWORD, &show).await)
    else {
        panic!("no terms")
    };
    assert!(text.contains("Rules") && next[0].contains("/my/activity"), "{text} {next:?}");
    let browser = Browser { agent: ANDROID.to_owned(), ..Browser::new(&site) };
    let page = browser.open("/my/activity").await;
    browser.name(&page, "kim").await;
    let page = browser.with_password(PASSWORD).await;
    browser.submit(&page, "/signin/terms", &[("choice", "yes")]).await;
    granted(&state(&phone.get(api::SIGN_IN).await));
}

#[tokio::test]
async fn a_one_time_pass_is_the_app_s_for_ten_minutes_and_no_browser_s() {
    // TAP-14
    let site = Site::new(&[mfa()]).await;
    let pass = site.pass("kim", Usable::Once).await;
    let phone = Phone::begin(&site, "kim").await;
    phone.with_pass(&pass).await;
    let browser = Browser::new(&site);
    let page = browser.open("/security-info").await;
    browser.name(&page, "kim").await;
    assert_eq!(browser.with_pass(&pass).await.path, "/signin/pass");
    clock::minutes(10);
    assert_eq!(granted(&state(&phone.get(api::SIGN_IN).await)), Register::Open);
    clock::seconds(1);
    let later = state(&phone.get(api::SIGN_IN).await);
    assert!(!matches!(later, State::Granted { register: Register::Open, .. }), "{later:?}");
    let asked = phone.post(api::NEW_PASSKEY_OPTIONS, &json!({})).await;
    assert_eq!(refusal(&asked), (403, "notNow".to_owned()));
}

#[tokio::test]
async fn password_and_code_sign_in_and_a_fresh_proof_registers() {
    let site = Site::new(&[mfa()]).await;
    site.password("kim", PASSWORD).await;
    let seed = site.app("kim").await;
    let phone = Phone::begin(&site, "kim").await;
    let show = json!({ "password": PASSWORD });
    let next = state(&phone.post(api::SHOW_PASSWORD, &show).await);
    assert_eq!(next, State::Show { ways: vec![Way::Code] });
    let wrong = phone.post(api::SHOW_CODE, &json!({ "code": "000000" })).await;
    assert_eq!(refusal(&wrong), (400, "wrong".to_owned()));
    let code = totp::code(&seed);
    let signed_in = state(&phone.post(api::SHOW_CODE, &json!({ "code": code })).await);
    assert_eq!(granted(&signed_in), Register::Open);
    clock::minutes(6);
    let later = state(&phone.get(api::SIGN_IN).await);
    assert_eq!(granted(&later), Register::ProveAgain);
    let code = totp::code(&seed);
    state(&phone.post(api::SHOW_CODE, &json!({ "code": code })).await);
    let show = phone.post(api::SHOW_PASSWORD, &show).await;
    assert_eq!(granted(&state(&show)), Register::Open, "{}", show.body);
}

#[tokio::test]
async fn a_sign_in_is_for_whoever_has_its_handle_and_for_the_app() {
    // SE-06, RH-06
    let site = Site::new(&[mfa()]).await;
    site.person("eve").await;
    let pass = site.pass("kim", Usable::Many).await;
    let phone = Phone::begin(&site, "kim").await;
    phone.with_pass(&pass).await;
    let options = phone.options().await;
    let mut stranger = Phone::calling_itself(&site, ANDROID_APP);
    for handle in ["", "AAAA", &"A".repeat(43), &phone.handle[1..]] {
        handle.clone_into(&mut stranger.handle);
        for path in [api::SIGN_IN, api::PASSKEYS] {
            assert_eq!(refusal(&stranger.get(path).await), (401, "signInGone".to_owned()));
        }
    }
    // Options of one person answered in the sign-in of another.
    let theirs = site.pass("eve", Usable::Many).await;
    let eve = Phone::begin(&site, "eve").await;
    eve.with_pass(&theirs).await;
    let made: serde_json::Value =
        serde_json::from_str(&Passkey::of(CARDEA_ANDROID).make(&options)).unwrap();
    let device = json!({ "name": "x", "profile": "work" });
    let body = json!({ "credential": made, "name": "", "device": device });
    let refused = eve.post(api::PASSKEYS, &body).await;
    assert_eq!(refusal(&refused), (400, "challengeGone".to_owned()));
    assert_eq!(phone.post(api::PASSKEYS, &body).await.status, 201);
    let twice = phone.post(api::PASSKEYS, &body).await;
    assert_eq!(refusal(&twice), (400, "challengeGone".to_owned()));
    // The app's handle is no browser's, and a browser's is none of the app's.
    let browser = Browser::new(&site);
    let name = "__Host-cardea-signin".to_owned();
    browser.cookies.borrow_mut().insert(name.clone(), phone.handle.clone());
    assert_eq!(browser.open("/signin/stay").await.status, 400);
    assert!(browser.cookie("__Host-cardea-session").is_none());
    let browser = Browser::new(&site);
    browser.start(App::Spa, "kim").await;
    stranger.handle = browser.cookie(&name).unwrap();
    assert_eq!(refusal(&stranger.get(api::SIGN_IN).await), (401, "signInGone".to_owned()));
    // Cookies that a browser brings say nothing.
    let cookie = format!("{name}={}", phone.handle);
    let headers = [("cookie", cookie.as_str()), ("content-type", "application/json")];
    let answer = Browser::new(&site).craft((Method::GET, api::SIGN_IN), &headers, "").await;
    assert_eq!(answer.status, 401);
}

#[tokio::test]
async fn the_app_s_sign_in_ends_with_its_session() {
    // SE-05
    let site = Site::new(&[mfa()]).await;
    let passkey = registered(&site).await;
    let phone = Phone::begin(&site, "kim").await;
    granted(&state(&phone.with_passkey(&passkey).await));
    let browser = Browser::new(&site);
    browser.code_with_passkey(App::Spa, "kim", &passkey).await;
    let page = browser.open("/signout").await;
    let token = page.form("/signout").fields[0].1.clone();
    clock::seconds(1);
    assert_eq!(phone.passkeys().await.len(), 1);
    browser.post("/signout/everywhere", &[("csrf", &token)]).await;
    for answer in [phone.get(api::PASSKEYS).await, phone.get(api::SIGN_IN).await] {
        assert_eq!(refusal(&answer), (401, "signInGone".to_owned()));
    }
    clock::seconds(1);
    let again = Phone::begin(&site, "kim").await;
    granted(&state(&again.with_passkey(&passkey).await));
}

#[tokio::test]
async fn guesses_are_counted_and_stopped() {
    // TAP-18, RL-02
    let site = Site::new(&[mfa()]).await;
    let pass = site.pass("kim", Usable::Many).await;
    for _ in 0..10 {
        // Another sign-in is no other count.
        let phone = Phone::begin(&site, "kim").await;
        let wrong = phone.post(api::SHOW_PASS, &json!({ "pass": "wrong" })).await;
        assert_eq!(refusal(&wrong), (400, "wrong".to_owned()));
    }
    let phone = Phone::begin(&site, "kim").await;
    let locked = phone.post(api::SHOW_PASS, &json!({ "pass": pass })).await;
    assert_eq!(refusal(&locked), (429, "tooManyTries".to_owned()));
    let seconds: i64 = locked.header("retry-after").parse().unwrap();
    assert!((800..=901).contains(&seconds), "{seconds}");
    clock::seconds(seconds);
    assert_eq!(granted(&phone.with_pass(&pass).await), Register::Open);
}

#[tokio::test]
async fn what_the_app_would_not_send_is_refused() {
    // IN-01, IN-02, OA-22
    let site = Site::new(&[mfa()]).await;
    let phone = Phone::begin(&site, "kim").await;
    let bearer = format!("Bearer {}", phone.handle);
    let craft = async |method: Method, path: &str, headers: &[(&str, &str)], body: String| {
        let headers = [&[("authorization", bearer.as_str())], headers].concat();
        phone.browser.craft((method, path), &headers, body).await
    };
    let kind = ("content-type", "application/json");
    for other in ["text/plain", "application/x-www-form-urlencoded", "application/jsonx", ""] {
        let headers = [("content-type", other)];
        let answer = craft(Method::POST, api::SHOW_PASS, &headers, "{\"pass\":\"x\"}".into()).await;
        assert_eq!(refusal(&answer), (415, "unsupportedMediaType".to_owned()), "{other}");
    }
    let deep = format!("{{\"credential\":{}1{}}}", "[".repeat(20_000), "]".repeat(20_000));
    for (path, body) in [
        (api::SHOW_PASS, ""),
        (api::SHOW_PASS, "{}"),
        (api::SHOW_PASS, "[]"),
        (api::SHOW_PASS, "{\"pass\":1}"),
        (api::SHOW_PASS, "{\"pass\":\"x\",\"pass\":\"y\"}"),
        (api::SHOW_PASS, "{\"pass\":\"x\",\"admin\":true}"),
        (api::PASSKEY_OPTIONS, "{\"x\":1}"),
        (api::SHOW_PASSKEY, deep.as_str()),
        (api::SIGN_INS, "{\"username\":\" \"}"),
        (api::SIGN_INS, "{\"username\":null}"),
    ] {
        let answer = craft(Method::POST, path, &[kind], body.to_owned()).await;
        assert_eq!(refusal(&answer), (400, "badRequest".to_owned()), "{path} {body:.40}");
    }
    let fits = format!("{{\"pass\":\"{}\"}}", "x".repeat(api::LARGEST - 11));
    assert_eq!(fits.len(), api::LARGEST);
    let answer = craft(Method::POST, api::SHOW_PASS, &[kind], fits.clone()).await;
    assert_eq!(refusal(&answer), (400, "wrong".to_owned()));
    let answer = craft(Method::POST, api::SHOW_PASS, &[kind], format!("{fits} ")).await;
    assert_eq!(refusal(&answer), (413, "tooLarge".to_owned()));
    let answer = craft(Method::GET, api::SHOW_PASS, &[], String::new()).await;
    assert_eq!(refusal(&answer), (405, "methodNotAllowed".to_owned()));
    let twice = [kind, ("authorization", bearer.as_str())];
    let answer = craft(Method::POST, api::SHOW_PASS, &twice, "{\"pass\":\"x\"}".into()).await;
    assert_eq!(refusal(&answer), (401, "signInGone".to_owned()));
    assert_eq!(answer.header("www-authenticate"), "Bearer");
    // A content type with parameters is the same.
    let kind = ("content-type", "application/json; charset=utf-8");
    let answer = craft(Method::POST, api::SHOW_PASS, &[kind], "{\"pass\":\"x\"}".into()).await;
    assert_eq!(refusal(&answer), (400, "wrong".to_owned()));
}

#[tokio::test]
async fn a_passkey_that_the_tenant_does_not_know_is_told_apart() {
    let site = Site::new(&[mfa()]).await;
    site.person("sam").await;
    let theirs = site.passkey("sam").await;
    let passkey = registered(&site).await;
    let leftover = Passkey::of(CARDEA_ANDROID).for_account(&id("person", "kim"));
    let phone = Phone::begin(&site, "kim").await;
    for wrong in [&leftover, &theirs] {
        let refused = phone.with_passkey(wrong).await;
        assert_eq!(refusal(&refused), (400, "unknownCredential".to_owned()));
        assert!(refused.body.contains("Remove it in Authenticator"), "{}", refused.body);
    }
    granted(&state(&phone.with_passkey(&passkey).await));
    let again = Phone::begin(&site, "kim").await;
    let made = again.post(api::NEW_PASSKEY_OPTIONS, &json!({})).await;
    assert_eq!(refusal(&made), (403, "notNow".to_owned()), "nothing was proved yet");
}

#[tokio::test]
async fn passkeys_are_renamed_and_removed_and_the_last_way_only_on_purpose() {
    // RH-05
    let site = Site::new(&[phishing_resistant()]).await;
    site.person("sam").await;
    let theirs = site.passkey("sam").await;
    let sams = site.passkeys("sam").await.remove(0).id;
    site.passkey("kim").await;
    clock::seconds(1);
    let passkey = site.has_passkey("kim", Passkey::of(CARDEA_ANDROID)).await;
    let phone = Phone::begin(&site, "kim").await;
    granted(&state(&phone.with_passkey(&passkey).await));
    let list = phone.passkeys().await;
    assert_eq!(list.len(), 2);
    let one = |id: &str| format!("{}/{id}", api::PASSKEYS);
    let named = json!({ "displayName": "Work phone\u{202e}" });
    let renamed = phone.send(Method::PATCH, &one(&list[1].id), &named).await;
    assert_eq!(renamed.status, 204, "{}", renamed.body);
    assert_eq!(phone.passkeys().await[1].display_name, "Work phone");
    let empty = phone.send(Method::PATCH, &one(&list[1].id), &json!({ "displayName": " " })).await;
    assert_eq!(refusal(&empty), (400, "badRequest".to_owned()));
    for (method, body) in [(Method::PATCH, &named), (Method::DELETE, &json!({}))] {
        for other in [sams.as_str(), "nothing", &id("totp", "kim")] {
            let absent = phone.send(method.clone(), &one(other), body).await;
            assert_eq!(refusal(&absent), (404, "notFound".to_owned()), "{method} {other}");
        }
    }
    let removed = phone.send(Method::DELETE, &one(&list[0].id), &json!({})).await;
    assert_eq!(removed.status, 204, "{}", removed.body);
    let last = one(&list[1].id);
    let kept = phone.send(Method::DELETE, &last, &json!({})).await;
    assert_eq!(refusal(&kept), (409, "lastWayIn".to_owned()));
    let stale = Phone::begin(&site, "kim").await;
    let refused = stale.send(Method::DELETE, &format!("{last}?last=yes"), &json!({})).await;
    assert_eq!(refusal(&refused), (403, "notNow".to_owned()), "nothing was proved there");
    let removed = phone.send(Method::DELETE, &format!("{last}?last=yes"), &json!({})).await;
    assert_eq!(removed.status, 204, "{}", removed.body);
    assert_eq!((site.passkeys("kim").await.len(), site.passkeys("sam").await.len()), (0, 1));
    // What was shown is gone, and with it what it opened.
    assert!(!matches!(state(&phone.get(api::SIGN_IN).await), State::Granted { .. }));
    drop(theirs);
}

#[tokio::test]
async fn a_passkey_is_removed_with_a_fresh_proof_only() {
    // RH-05
    let site = Site::new(&[mfa()]).await;
    let passkey = registered(&site).await;
    clock::seconds(1);
    let other = site.has_passkey("kim", Passkey::of(CARDEA_ANDROID)).await;
    let phone = Phone::begin(&site, "kim").await;
    state(&phone.with_passkey(&passkey).await);
    let first = format!("{}/{}", api::PASSKEYS, phone.passkeys().await[1].id);
    clock::minutes(6);
    let refused = phone.send(Method::DELETE, &first, &json!({})).await;
    assert_eq!(refusal(&refused), (403, "notNow".to_owned()));
    state(&phone.with_passkey(&passkey).await);
    assert_eq!(phone.send(Method::DELETE, &first, &json!({})).await.status, 204);
    drop(other);
}

#[tokio::test]
async fn whom_passkeys_exclude_registers_none_in_the_app_either() {
    let site = Site::new(&[]).await;
    site.group("No passkeys", &["kim"]).await;
    let target = json!([{ "targetType": "group", "id": id("group", "No passkeys") }]);
    site.object(&methods_with("Fido2", &[("/excludeTargets", target)])).await;
    let pass = site.pass("kim", Usable::Many).await;
    let phone = Phone::begin(&site, "kim").await;
    assert_eq!(granted(&phone.with_pass(&pass).await), Register::Shut);
    let asked = phone.post(api::NEW_PASSKEY_OPTIONS, &json!({})).await;
    assert_eq!(refusal(&asked), (403, "notNow".to_owned()));
}

#[tokio::test]
async fn security_info_says_where_a_passkey_is_and_which_profile_has_none() {
    let site = Site::new(&[mfa()]).await;
    let passkey = registered(&site).await;
    let browser = Browser::new(&site);
    let open = async || {
        let page = browser.open("/security-info").await;
        if page.path == "/security-info" {
            return page;
        }
        let page = browser.name(&page, "kim").await;
        browser.with_passkey(&page, &passkey).await
    };
    let page = open().await;
    assert!(page.says("Kim's Pixel · Work"), "{}", page.body);
    assert!(page.says("No passkey in the Personal profile of Kim's Pixel."), "{}", page.body);
    assert!(page.says("cardea authenticator add kim@contoso.example --profile personal"));
    let phone = Phone::begin(&site, "kim").await;
    state(&phone.with_passkey(&passkey).await);
    let personal = Passkey::of(CARDEA_ANDROID);
    let made = phone.register_in("personal", |options| personal.make(options)).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let page = open().await;
    assert!(page.says("Kim's Pixel · Personal"), "{}", page.body);
    assert!(!page.says("No passkey in the"), "{}", page.body);
}

#[tokio::test]
async fn a_computer_that_waits_in_the_wizard_says_where_the_phone_has_made_the_passkey() {
    let computers = phishing_resistant().for_platforms(&["windows"]);
    let site = Site::new(&[computers, mfa()]).await;
    let pass = site.pass("kim", Usable::Many).await;
    let browser = Browser::new(&site);
    browser.start(App::Spa, "kim").await;
    let page = browser.with_pass(&pass).await;
    assert_eq!(page.path, "/register");
    assert!(page.body.contains("value=\"passkey-phone\""), "{}", page.body);
    let status = async || browser.get("/register/phone/status").await.json();
    assert_eq!(status().await["text"], "Waiting for your phone…");
    let phone = Phone::begin(&site, "kim").await;
    assert_eq!(granted(&phone.with_pass(&pass).await), Register::Open);
    let passkey = Passkey::of(CARDEA_ANDROID).for_account(&id("person", "kim"));
    let made = phone.register(|options| passkey.make(options)).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let added = status().await;
    assert_eq!(added["text"], "Your passkey is there: Kim's Pixel · Work.");
    let page = browser.open(added["next"].as_str().unwrap()).await;
    assert!(page.says("Kim's Pixel · Work") && page.says("your phone asks"), "{}", page.body);
    assert!(page.says("No passkey in Personal profile."), "{}", page.body);
}

#[tokio::test]
async fn names_of_devices_are_text_of_bounded_length() {
    // UI-01
    let site = Site::new(&[mfa()]).await;
    let pass = site.pass("kim", Usable::Many).await;
    let phone = Phone::begin(&site, "kim").await;
    phone.with_pass(&pass).await;
    let made: serde_json::Value =
        serde_json::from_str(&Passkey::of(CARDEA_ANDROID).make(&phone.options().await)).unwrap();
    let name = format!("<b onclick=a()>\u{202e}\u{0}{}", "x".repeat(500));
    let device = json!({ "name": name, "profile": "\r\n work " });
    let body = json!({ "credential": made, "name": "<i>mine</i>", "device": device });
    assert_eq!(phone.post(api::PASSKEYS, &body).await.status, 201);
    let kept = phone.passkeys().await.remove(0);
    let device = kept.device.unwrap();
    assert_eq!(device.name.chars().count(), api::LONGEST_DEVICE_NAME);
    assert_eq!((&device.name[..15], device.profile.as_str()), ("<b onclick=a()>", "work"));
    let browser = Browser::new(&site);
    let page = browser.open("/security-info").await;
    browser.name(&page, "kim").await;
    let page = browser.with_pass(&pass).await;
    assert!(page.says("<b onclick=a()>x"), "{}", page.body);
    assert!(!page.body.contains("<b onclick") && !page.body.contains("<i>mine"), "{}", page.body);
}
