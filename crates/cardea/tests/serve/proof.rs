//! The harness tried on itself: what it says of pages, ceremonies, databases and programs can be believed.

use std::fs;

use serde_json::{Value, json};

use crate::browser::look::{Colours, Look};
use crate::browser::passkeys::{Transport, UserVerification};
use crate::browser::{Browser, Scripts, Trust};
use crate::database::{Database, Postgres};
use crate::place::Place;
use crate::prepared::Prepared;
use crate::programs::{self, Cast, PROGRAMS, Program};
use crate::server::Server;

/// A page that nothing is wrong with, in light and in dark.
const CLEAN: &str = "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'>
    <title>Door</title><style>:root { color-scheme: light dark } body { font: 1rem sans-serif }</style>
    <main><h1>Door</h1><form><label>Name <input name=username autocomplete=username></label>
    <button>Next</button></form><script src=/page.js></script></main>";

/// A field without a label, grey on grey in the dark only, and a box that is wider than a phone.
const BROKEN: &str = "<!doctype html><html lang=en><meta charset=utf-8><title>Door</title>
    <style>body { color: #111; background: #fff } div { width: 500px }
    @media (prefers-color-scheme: dark) { body { color: #666; background: #555 } }</style>
    <main><h1>Door</h1><div>wide</div><input name=username></main>";

const SCRIPT: &str = "document.querySelector('button').textContent = 'Scripted'";

const PAGES: [(&str, &str); 3] = [("/clean", CLEAN), ("/broken", BROKEN), ("/page.js", SCRIPT)];

async fn at_clean_page(trust: Trust, scripts: Scripts) -> Browser {
    let browser = Browser::start(trust, scripts).await;
    browser.open(&Place::plain(&PAGES).at("/clean")).await.unwrap();
    browser
}

const REGISTER: &str = "navigator.credentials.create({ publicKey: {
    challenge: new Uint8Array(32), rp: { id: 'localhost', name: 'Door' },
    user: { id: new Uint8Array([1, 2, 3]), name: 'kim', displayName: 'Kim' },
    pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' } } }).then(it => it.id)";

const SIGN_IN: &str = "navigator.credentials.get({ publicKey: { challenge: new Uint8Array(32), timeout: 5000,
    userVerification: 'required' } }).then(it => [it.id, new Uint8Array(it.response.authenticatorData)[32]])";

/// Flags of the authenticator data (WebAuthn §6.1): user present, user verified.
const PRESENT_AND_VERIFIED: u64 = 0b101;

#[tokio::test]
async fn a_virtual_authenticator_registers_a_passkey_and_signs_in_with_it() {
    let Some(_) = Prepared::find() else { return };
    let browser = at_clean_page(Trust::Nobody, Scripts::On).await;
    let device = browser.plug_in(Transport::Internal).await;
    assert_eq!(browser.credentials(&device).await, []);
    let registered = browser.promise(REGISTER).await.unwrap();
    let kept = browser.credentials(&device).await;
    assert_eq!(registered, json!(kept[0].id));
    assert!(kept[0].discoverable);
    assert_eq!(
        (kept[0].rp_id.as_deref(), kept[0].user_handle.as_deref()),
        (Some("localhost"), Some("AQID"))
    );
    let signed_in = browser.promise(SIGN_IN).await.unwrap();
    assert_eq!(signed_in[0], registered);
    assert_eq!(signed_in[1].as_u64().unwrap() & PRESENT_AND_VERIFIED, PRESENT_AND_VERIFIED);
    assert!(browser.credentials(&device).await[0].sign_count > kept[0].sign_count);
}

#[tokio::test]
async fn a_passkey_is_of_no_use_to_somebody_else_nor_after_it_is_forgotten_nor_without_its_device()
{
    let Some(_) = Prepared::find() else { return };
    let browser = at_clean_page(Trust::Nobody, Scripts::On).await;
    let device = browser.plug_in(Transport::Usb).await;
    browser.promise(REGISTER).await.unwrap();
    let refused = async || browser.promise(SIGN_IN).await.unwrap_err();
    browser.verify(&device, UserVerification::Fails).await;
    assert!(refused().await.starts_with("NotAllowedError"));
    browser.verify(&device, UserVerification::Succeeds).await;
    browser.promise(SIGN_IN).await.unwrap();
    let kept = browser.credentials(&device).await;
    browser.forget(&device, &kept[0]).await;
    assert!(refused().await.starts_with("NotAllowedError"));
    browser.promise(REGISTER).await.unwrap();
    browser.forget_all(&device).await;
    assert_eq!(browser.credentials(&device).await, []);
    browser.promise(REGISTER).await.unwrap();
    browser.unplug(device).await;
    let _other = browser.plug_in(Transport::Hybrid).await;
    assert!(refused().await.starts_with("NotAllowedError"));
}

#[tokio::test]
async fn axe_finds_planted_faults_in_the_look_where_they_are_and_none_on_a_clean_page() {
    let Some(prepared) = Prepared::find() else { return };
    let browser = at_clean_page(Trust::Nobody, Scripts::On).await;
    assert_eq!(browser.faults(&prepared, "clean").await, Vec::<String>::new());
    browser.open(&Place::plain(&PAGES).at("/broken")).await.unwrap();
    let faults = browser.faults(&prepared, "broken").await;
    let looks = |part: &str| -> Vec<String> {
        let with = faults.iter().filter(|it| it.contains(part));
        with.map(|it| it.split(':').next().unwrap().to_owned()).collect()
    };
    assert_eq!(looks(": label (critical)"), ["light-360", "light-1280", "dark-360", "dark-1280"]);
    assert_eq!(looks(": color-contrast (serious)"), ["dark-360", "dark-1280"]);
    assert_eq!(looks("wider than the window"), ["light-360", "dark-360"]);
}

#[tokio::test]
async fn a_picture_is_as_wide_as_the_look() {
    let Some(_) = Prepared::find() else { return };
    let browser = at_clean_page(Trust::Nobody, Scripts::On).await;
    browser.look(Look { colours: Colours::Dark, width: 360 }).await;
    let picture = fs::read(browser.picture("width").await).unwrap();
    // The width stands behind the signature, the length and the name of the first chunk (PNG §11.2.2).
    assert_eq!(picture[16..20], 360_u32.to_be_bytes());
}

#[tokio::test]
async fn pages_run_scripts_only_if_they_may() {
    let Some(_) = Prepared::find() else { return };
    for (scripts, text) in [(Scripts::On, "Scripted"), (Scripts::Off, "Next")] {
        let browser = at_clean_page(Trust::Nobody, scripts).await;
        let button = browser.script("return document.querySelector('button').textContent").await;
        assert_eq!(button, Value::from(text));
    }
}

#[tokio::test]
async fn the_browser_believes_the_authority_that_it_is_given_and_no_other() {
    let Some(_) = Prepared::find() else { return };
    let folder = tempfile::tempdir().unwrap();
    let [authority, stranger] = ["authority.pem", "stranger.pem"].map(|it| folder.path().join(it));
    let place = Place::secure(&PAGES, &authority).await;
    let _other = Place::secure(&PAGES, &stranger).await;
    let trusting = Browser::start(Trust::Authority(authority), Scripts::On).await;
    trusting.open(&place.at("/clean")).await.unwrap();
    assert_eq!(trusting.script("return isSecureContext").await, Value::from(true));
    let doubting = Browser::start(Trust::Authority(stranger), Scripts::On).await;
    let refused = doubting.open(&place.at("/clean")).await.unwrap_err();
    assert!(refused.contains("ERR_CERT_AUTHORITY_INVALID"), "{refused}");
}

#[test]
fn a_fresh_postgresql_answers() {
    let Some(_) = Prepared::find() else { return };
    let postgres = Postgres::start();
    assert_eq!(postgres.query("select 6 * 7").trim(), "42");
    let url = postgres.url();
    assert_eq!(Database::Postgres(postgres).arguments(), ["--database", &url]);
    assert_eq!(Database::Sqlite.arguments(), Vec::<String>::new());
}

#[tokio::test]
async fn a_server_that_ends_at_once_is_reported_with_what_it_said() {
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("cardea");
    fs::write(&program, "#!/bin/sh\necho \"no: $*\"\nexit 3\n").unwrap();
    fs::set_permissions(&program, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let error = Server::of(&program, Database::Sqlite, &[]).await.unwrap_err();
    assert!(error.starts_with("the server has ended with 3: no: serve --data "), "{error}");
}

#[test]
fn the_programs_of_strangers_are_those_in_the_folder() {
    let mut listed = PROGRAMS.map(|it| it.file.to_owned());
    listed.sort();
    assert_eq!(programs::found(), listed);
}

#[test]
fn each_program_says_what_it_misses_in_the_demo() {
    let Some(prepared) = Prepared::find() else { return };
    let folder = tempfile::tempdir().unwrap();
    let [demo, authority] = ["demo.json", "authority.pem"].map(|it| folder.path().join(it));
    let nobody =
        json!({ "base_url": "https://localhost:1", "tenant_id": "t", "people": [], "apps": [] });
    fs::write(&demo, nobody.to_string()).unwrap();
    fs::write(&authority, "").unwrap();
    let cast =
        Cast { person: "kim@contoso.example", app: "none", scope: "User.Read", context: "c1" };
    for program @ Program { file, .. } in PROGRAMS {
        let complaint = program.run(&prepared, &demo, &authority, cast).unwrap_err();
        assert!(
            complaint.contains("the demo names the person and the app of this program"),
            "{file}: {complaint}"
        );
    }
}
