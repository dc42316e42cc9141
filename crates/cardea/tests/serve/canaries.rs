//! Secrets of a whole life of a tenant, and where they must not be: in the log at its most talkative, in the database,
//! in an export, in what is counted, and in the environment of the process.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use cardea_store::Totp;
use jiff::Timestamp;
use zeroize::Zeroizing;

use crate::child::finish;
use crate::html::forms;
use crate::small::{PASSWORD, Place, audited};
use crate::visitor::{VERIFIER, Visitor};

const PASS: &str = "CANARYPASS23";
const SEED: &[u8] = b"canary-seed-20-bytes";
/// The same in base 32, as apps are told it (RFC 4648).
const SEED_TEXT: &str = "MNQW4YLSPEWXGZLFMQWTEMBNMJ4XIZLT";
const TYPO: &str = "corect hoarse batery";
const CLIENT_SECRET: &str = "canary-secret-of-a-client";

/// A secret and what it is.
type Canary = (&'static str, String);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_secret_is_in_a_log_the_database_or_an_export() {
    let people = [("kim".to_owned(), None), ("sam".to_owned(), Some(PASS.to_owned()))];
    let place = Place::new(&people).await;
    with_app(&place).await;
    let server = place.start_with(&["--log-level", "trace", "--log", "json"]).await;
    let mut canaries = lives(&place).await;
    let key = fs::read_to_string(place.data().join("sealing.key")).expect("a key");
    canaries.push(("sealing key", key.trim().to_owned()));
    assert!(canaries.len() >= 12, "{}", canaries.len());
    let metrics = Visitor::new(&place).get("/metrics").await.expect("an answer").body;
    let export = place.data().with_file_name("export");
    let mut command = Command::new(env!("CARGO_BIN_EXE_cardea"));
    command.arg("export").arg(&export).arg("--data").arg(place.data());
    let output = finish(&mut command, Duration::from_secs(30)).expect("an export");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let places = [
        ("log", place.said().into_bytes(), "guessing"),
        ("database", files(&place.data(), "sealing.key"), "kim@"),
        ("export", files(&export, ""), "Terminal"),
        ("what export says", [output.stdout, output.stderr].concat(), ""),
        ("metrics", metrics.into_bytes(), ""),
        ("environment", server.environment(), "PATH="),
    ];
    let mut found = Vec::new();
    for (name, bytes, is_there) in &places {
        let has = |text: &str| text.is_empty() || contains(bytes, text.as_bytes());
        // The search finds what is there.
        assert!(has(is_there), "{name} has no {is_there}");
        let here = canaries.iter().filter(|(_, text)| contains(bytes, text.as_bytes()));
        found.extend(here.map(|(what, _)| format!("{what} in {name}")));
    }
    assert_eq!(found, [""; 0]);
}

/// Gives kim an authenticator app.
async fn with_app(place: &Place) {
    let totp = Totp {
        id: "e0000000-0000-4000-8000-0000000000ad".to_owned(),
        person: place.id("kim").to_owned(),
        name: "Authenticator app".to_owned(),
        seed: Zeroizing::new(SEED.to_vec()),
        created: Timestamp::now(),
        last_step: None,
    };
    let store = place.store().await;
    let mut transaction = store.write().await.expect("a turn");
    let audited = audited(&mut transaction).await;
    transaction.add_totp(&audited, &totp).await.expect("an app");
    transaction.commit().await.expect("a commit");
}

/// Everything that is secret in signing in, getting tokens, and being refused.
async fn lives(place: &Place) -> Vec<Canary> {
    let mut canaries: Vec<Canary> = [
        ("password", PASSWORD),
        ("mistyped password", TYPO),
        ("pass", PASS),
        ("seed", std::str::from_utf8(SEED).expect("text")),
        ("seed in base 32", SEED_TEXT),
        ("client secret", CLIENT_SECRET),
        ("verifier", VERIFIER),
    ]
    .map(|(what, text)| (what, text.to_owned()))
    .into();
    let mut kim = Visitor::new(place);
    kim.begin("kim").await.expect("an answer");
    let page = kim.with_password(TYPO).await.expect("an answer");
    let fields = forms(&page.body).remove(0).fields;
    let token = fields.into_iter().find(|(name, _)| name == "csrf").expect("a token").1;
    canaries.push(("token against cross-site requests", token));
    let midway = kim.cookies().map(|(_, value)| value.to_owned()).collect::<Vec<_>>();
    canaries.extend(midway.into_iter().map(|value| ("cookie of a sign-in", value)));
    let code = kim.sign_in("kim").await.expect("an answer");
    let session = kim.cookies().find(|(name, _)| name.ends_with("session")).expect("a session");
    canaries.push(("session", session.1.to_owned()));
    canaries.extend(tokens(&kim, code).await);
    let mut sam = Visitor::new(place);
    for _ in 0..2 {
        sam.begin("sam").await.expect("an answer");
        sam.with_pass(PASS).await.expect("an answer");
        sam = Visitor::new(place);
    }
    let form = [("grant_type", "client_credentials"), ("client_secret", CLIENT_SECRET)];
    sam.endpoint("token", &form).await.expect("an answer");
    locks(place).await;
    canaries.retain(|(_, text)| !text.is_empty());
    canaries
}

/// A code, what it is redeemed for, and what that is exchanged for; each is tried once more.
async fn tokens(app: &Visitor, code: String) -> Vec<Canary> {
    let redemption = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("redirect_uri", "http://localhost"),
        ("code_verifier", VERIFIER),
    ];
    let mut canaries = Vec::new();
    let first = app.endpoint("token", &redemption).await.expect("an answer");
    let text = |name: &str| first[name].as_str().expect("a token").to_owned();
    assert_eq!(app.userinfo(&text("access_token")).await.expect("an answer"), 200);
    let refresh = text("refresh_token");
    let form = [("grant_type", "refresh_token"), ("refresh_token", refresh.as_str())];
    let second = app.endpoint("token", &form).await.expect("an answer");
    let next = second["refresh_token"].as_str().expect("a token").to_owned();
    app.endpoint("token", &form).await.expect("an answer");
    app.endpoint("token", &redemption).await.expect("an answer");
    let device = app.endpoint("devicecode", &[("scope", "openid")]).await.expect("an answer");
    for name in ["device_code", "user_code"] {
        canaries.push(("device code", device[name].as_str().expect("a code").to_owned()));
    }
    // Of a signed token the signature is what makes it worth something.
    for name in ["access_token", "id_token"] {
        let signature = text(name).rsplit('.').next().expect("a signature").to_owned();
        canaries.push(("token", signature));
    }
    canaries.extend([("code", code.clone()), ("refresh token", refresh), ("refresh token", next)]);
    canaries
}

/// Guesses until it is locked, so that the log has something to tell.
async fn locks(place: &Place) {
    let mut guesser = Visitor::new(place);
    guesser.begin("nobody").await.expect("an answer");
    for _ in 0..11 {
        guesser.with_password(TYPO).await.expect("an answer");
    }
}

/// The bytes of all files of a folder but one.
fn files(folder: &Path, but: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            bytes.extend(files(&path, but));
        } else if path.file_name().is_some_and(|name| name != but) {
            bytes.extend(fs::read(path).expect("a file"));
        }
    }
    bytes
}

fn contains(bytes: &[u8], text: &[u8]) -> bool {
    bytes.windows(text.len()).any(|window| window == text)
}
