//! Signing in to the Authenticator app of the running demo, and registering there directly.

use cardea_web::authenticator::{self as api, Code, Register, State, Way};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::database::Database;
use crate::phone::Phone;
use crate::server::Server;
use crate::visitor::Visitor;

async fn demo() -> Server {
    Server::start(Database::Sqlite).await.unwrap_or_else(|it| panic!("{it}"))
}

/// The name and the pass of somebody of the demo.
fn person(server: &Server, name: &str) -> (String, String) {
    let person = server.demo.person(&format!("{name}@fernmoorwater.example"));
    (person.upn.clone(), person.pass.clone().unwrap_or_default())
}

#[track_caller]
fn register_of(state: &State) -> Register {
    let State::Granted { register, .. } = state else { panic!("{state:?}") };
    *register
}

#[tokio::test]
async fn the_loop_shuts_the_app_and_in_the_group_of_the_split_it_registers_directly() {
    let server = demo().await;
    let (upn, pass) = person(&server, "tevita.fonoti");
    let mut phone = Phone::new(&server.demo);
    let first = phone.sign_in(&upn, &pass).await;
    let State::Shut { code, text, next, laps, .. } = &first else { panic!("{first:?}") };
    assert_eq!((*code, *laps), (53003, 1));
    assert!(text.contains("asks for a passkey here") && !text.contains("FW401"), "{text}");
    assert!(next[0].contains("service desk, extension 4040"), "{next:?}");
    let asked = phone.register("work").await;
    assert_eq!(asked.refusal(), (403, Code::NotNow));
    // Another phone is the same wall.
    let second = Phone::new(&server.demo).sign_in(&upn, &pass).await;
    let State::Shut { text, laps, .. } = &second else { panic!("{second:?}") };
    assert!(*laps == 2 && text.starts_with("You've been here before"), "{second:?}");

    let member = server.demo.person(&upn);
    server.move_to(member, ("Demo-loop", "Demo-split"));
    assert_eq!(register_of(&phone.sign_in(&upn, &pass).await), Register::Open);
    let made = phone.register("work").await;
    assert_eq!(made.status, StatusCode::CREATED, "{made:?}");
    let list = phone.get(api::PASSKEYS).await.json;
    let [passkey] = &list["value"].as_array().unwrap()[..] else { panic!("{list}") };
    assert_eq!(passkey["device"], json!({ "name": "Pixel", "profile": "work" }));
    assert_eq!(passkey["displayName"], "Cardea Authenticator for Android");
    // The passkey opens the app by itself now.
    let signed_in = phone.sign_in_with_passkey(&upn, "work").await.state();
    assert_eq!(register_of(&signed_in), Register::Open);
    // Back in the loop it is what the loop asks for.
    server.move_to(member, ("Demo-split", "Demo-loop"));
    let signed_in = phone.sign_in_with_passkey(&upn, "work").await.state();
    assert_eq!(register_of(&signed_in), Register::Open);
}

#[tokio::test]
async fn an_attested_profile_takes_the_app_that_has_a_certificate_and_none_that_only_says_so() {
    let server = demo().await;
    let (upn, pass) = person(&server, "ottoline.marsh");
    let mut phone = Phone::new(&server.demo);
    assert_eq!(register_of(&phone.sign_in(&upn, &pass).await), Register::Open);
    let claimed = phone.register("work").await;
    assert_eq!(claimed.refusal(), (400, Code::Unproven));
    let certified = phone.certify().await;
    assert_eq!(certified.status, StatusCode::CREATED, "{certified:?}");
    let made = phone.register("work").await;
    assert_eq!(made.status, StatusCode::CREATED, "{made:?}");
    assert_eq!(phone.get(api::PASSKEYS).await.json["value"][0]["attested"], true);

    let list: Value =
        serde_json::from_str(&server.command(&["attestation", "list", "--json"])).unwrap();
    let [certificate] = &list["certificates"].as_array().unwrap()[..] else { panic!("{list}") };
    assert_eq!((&certificate["upn"], &certificate["platform"]), (&json!(upn), &json!("Android")));
    let serial = certificate["serial"].as_str().unwrap();
    let revoked = server.command(&["attestation", "revoke", serial]);
    assert!(revoked.contains(&format!("{upn}  Cardea Authenticator for Android")), "{revoked}");
    let table = server.command(&["attestation", "list"]);
    assert!(table.contains(serial) && table.contains("revoked"), "{table}");
    let absent = server.run(&["attestation", "revoke", "00"]);
    assert_eq!(absent.status.code(), Some(2));
    let refused = phone.register("personal").await;
    assert_eq!(refused.refusal(), (400, Code::Unproven));
    // What was made with it goes on, and gets another certificate.
    let signed_in = phone.sign_in_with_passkey(&upn, "work").await.state();
    assert_eq!(register_of(&signed_in), Register::Open);
    assert_eq!(phone.certify().await.status, StatusCode::CREATED);
    let made = phone.register("personal").await;
    assert_eq!(made.status, StatusCode::CREATED, "{made:?}");
    assert!(!server.log().contains(&pass), "the log has the pass");
}

#[tokio::test]
async fn a_phone_with_a_passkey_in_one_profile_is_led_to_make_one_in_the_other() {
    let server = demo().await;
    let (upn, pass) = person(&server, "nikhil.raghunathan");
    let mut phone = Phone::new(&server.demo);
    phone.sign_in(&upn, &pass).await;
    assert_eq!(phone.register("work").await.status, StatusCode::CREATED);
    let mut browser = Visitor::at_demo(&server.demo);
    let page = browser.get("/security-info").await.unwrap();
    browser.submit(&page, "/signin", &[("username", &upn)]).await.unwrap();
    let page = browser.with_pass(&pass).await.unwrap();
    assert_eq!(page.path, "/security-info", "{}", page.body);
    assert!(page.body.contains("Pixel · Work"), "{}", page.body);
    assert!(page.body.contains("No passkey in the Personal profile of Pixel."), "{}", page.body);
    let command = format!("cardea authenticator add {upn} --profile personal");
    assert!(page.body.contains(&command), "{}", page.body);
    assert_eq!(phone.register("personal").await.status, StatusCode::CREATED);
    let page = browser.get("/security-info").await.unwrap();
    assert!(page.body.contains("Pixel · Personal"), "{}", page.body);
    assert!(!page.body.contains("No passkey in the"), "{}", page.body);
}

#[tokio::test]
async fn what_the_app_would_not_send_and_guesses_are_refused() {
    let server = demo().await;
    let (upn, pass) = person(&server, "nikhil.raghunathan");
    let mut phone = Phone::new(&server.demo);
    let ways = phone.name(&upn).await;
    let mut other = Phone::new(&server.demo);
    assert_eq!(other.name("nobody@fernmoorwater.example").await, ways);
    assert_eq!(ways, State::Show { ways: vec![Way::Passkey, Way::Pass, Way::Password] });
    let stranger = Phone::new(&server.demo);
    assert_eq!(stranger.get(api::SIGN_IN).await.refusal(), (401, Code::SignInGone));

    let post = |path| phone.request(Method::POST, path);
    let text = post(api::SHOW_PASS).body("{\"pass\":\"x\"}");
    assert_eq!(phone.send(text).await.refusal(), (415, Code::UnsupportedMediaType));
    let unknown = phone.post(api::SHOW_PASS, &json!({ "pass": "x", "admin": true })).await;
    assert_eq!(unknown.refusal(), (400, Code::BadRequest));
    let large = json!({ "pass": "x".repeat(api::LARGEST) });
    assert_eq!(phone.post(api::SHOW_PASS, &large).await.refusal(), (413, Code::TooLarge));
    let wrong = json!({ "pass": "not-the-pass" });
    for _ in 0..10 {
        assert_eq!(phone.post(api::SHOW_PASS, &wrong).await.refusal(), (400, Code::Wrong));
    }
    let right = json!({ "pass": pass });
    assert_eq!(phone.post(api::SHOW_PASS, &right).await.refusal(), (429, Code::TooManyTries));
    // Somebody else's count is another.
    let (upn, pass) = person(&server, "anselm.vogt");
    assert_eq!(register_of(&other.sign_in(&upn, &pass).await), Register::Open);
}
