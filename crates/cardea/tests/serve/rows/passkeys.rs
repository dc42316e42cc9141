//! M1 and M2: passkeys are made, used here and elsewhere, and governed by profile.

use std::fs;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use crate::browser::passkeys::Transport;
use crate::browser::{Browser, Scripts, Trust};
use crate::demo::Person;
use crate::desk::{Desk, edit};
use crate::place::Place;
use crate::prepared::Prepared;

const APP: &str = "Crew Rota";
const HERE: &str = "form[action='/register'] button[value=passkey-here]";
const KEY: &str = "form[action='/register'] button[value=security-key]";

/// Signs in to Security info with the pass.
async fn security_info_with_pass(desk: &Desk, name: &str) {
    let person = desk.person(name);
    desk.open("/security-info").await;
    desk.name(person).await;
    desk.with_pass(person).await;
    desk.there("#add").await;
}

/// Somebody with password and code adds a passkey of this device on Security info.
async fn adds_a_passkey(desk: &Desk) -> &Person {
    let person = desk.person("owain.bevan");
    desk.open("/security-info").await;
    desk.name(person).await;
    desk.with_password_and_code(person).await;
    desk.press(HERE).await;
    desk.makes_the_passkey().await;
    person
}

#[tokio::test]
async fn a_passkey_of_security_info_signs_in_on_its_device_and_at_another_computer() {
    let Some(_) = Prepared::find() else { return };
    let desk = Desk::new(Scripts::On).await;
    let device = desk.browser.plug_in(Transport::Internal).await;
    adds_a_passkey(&desk).await;
    desk.press("main a.primary").await;
    desk.comes_to("/security-info").await;
    desk.sign_out().await;
    desk.open_app(APP).await;
    desk.goes_on_to(APP).await;

    // At another computer the phone is reached from afar.
    let Desk { server, browser: first } = desk;
    let browser = Desk::another_browser(&server, Scripts::On).await;
    let there = browser.plug_in(Transport::Hybrid).await;
    browser.carry(&there, (&first, &device)).await;
    let desk = Desk { server, browser };
    desk.open_app(APP).await;
    desk.name(desk.person("owain.bevan")).await;
    desk.press("#passkey-start").await;
    desk.goes_on_to(APP).await;
}

#[tokio::test]
async fn a_device_forgets_a_passkey_that_was_removed() {
    let Some(_) = Prepared::find() else { return };
    let desk = Desk::new(Scripts::On).await;
    let device = desk.browser.plug_in(Transport::Internal).await;
    adds_a_passkey(&desk).await;
    assert_eq!(desk.browser.credentials(&device).await.len(), 1);
    desk.open("/security-info").await;
    desk.press("main a[href*='/security-info/remove']").await;
    desk.post("/security-info/remove").await;
    desk.comes_to("done=removed").await;
    for _ in 0..50 {
        if desk.browser.credentials(&device).await.is_empty() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("the device still offers a passkey that opens nothing");
}

#[tokio::test]
async fn whom_passkeys_exclude_is_offered_none_and_one_from_before_opens_nothing_any_more() {
    let Some(_) = Prepared::find() else { return };
    let desk = Desk::new(Scripts::On).await;
    let _device = desk.browser.plug_in(Transport::Internal).await;
    security_info_with_pass(&desk, "dilnoza.karimova").await;
    desk.there("button[value=totp]").await;
    let offered = desk
        .browser
        .script("return document.querySelectorAll('button[value=passkey-here]').length");
    assert_eq!(offered.await, 0);
    desk.sign_out().await;

    let person = adds_a_passkey(&desk).await;
    desk.sign_out().await;
    desk.open_app(APP).await;
    desk.goes_on_to(APP).await;
    desk.sign_out().await;
    desk.change(|export| {
        edit(export, "group/Passkeys-not-for-shared-desks.", |group| {
            let member = json!({ "@odata.type": "#microsoft.graph.user", "id": person.object_id });
            group["members"].as_array_mut().unwrap().push(member);
        });
    });
    // The device still offers it. The tenant knows by it who it is, and asks for all that it asks without it.
    desk.open_app(APP).await;
    desk.comes_to("/signin/code").await;
    desk.open("/signin/stay").await;
    desk.comes_to("/signin/code").await;
    desk.open("/signin/password").await;
    desk.fill("#password", person.password.as_deref().unwrap()).await;
    desk.post("/signin/password").await;
    desk.comes_to("/signin/code").await;
}

#[tokio::test]
async fn a_key_that_does_not_prove_its_model_is_for_the_wide_profile_only() {
    let Some(prepared) = Prepared::find() else { return };
    let desk = Desk::new(Scripts::On).await;
    let _key = desk.browser.plug_in(Transport::Usb).await;
    security_info_with_pass(&desk, "ottoline.marsh").await;
    desk.press(KEY).await;
    desk.comes_to("/register/passkey").await;
    desk.press("#passkey-start").await;
    desk.says("needs to see which app or key made the passkey").await;
    desk.says("Add a security key").await;
    let faults = desk.browser.faults(&prepared, "unproven").await;
    assert_eq!(faults, [""; 0], "{faults:?}");
    desk.sign_out().await;
    security_info_with_pass(&desk, "nikhil.raghunathan").await;
    desk.press(KEY).await;
    desk.makes_the_passkey().await;
    desk.says("Your security key is ready").await;
}

/// Makes a passkey somewhere else and tells its attestation as base64.
const ATTESTED: &str = "navigator.credentials.create({ publicKey: {
    challenge: new Uint8Array(32), rp: { id: 'localhost', name: 'Door' }, attestation: 'direct',
    user: { id: new Uint8Array([1, 2, 3]), name: 'kim', displayName: 'Kim' },
    pubKeyCredParams: [{ type: 'public-key', alg: -7 }] } })
    .then(it => btoa(String.fromCharCode(...new Uint8Array(it.response.attestationObject))))";

/// The certificate with which Chromium's virtual keys sign for their model. It has signed itself, so it is a root too.
async fn makers_root() -> String {
    let browser = Browser::start(Trust::Nobody, Scripts::On).await;
    let _key = browser.plug_in(Transport::Usb).await;
    let page = "<!doctype html><html lang=en><title>Door</title><h1>Door</h1>";
    browser.open(&Place::plain(&[("/", page)]).at("/")).await.unwrap();
    let object = browser.promise(ATTESTED).await.unwrap();
    let object = STANDARD.decode(object.as_str().unwrap()).unwrap();
    // `"x5c": [bytes]` in CBOR (RFC 8949 §3): an array of one string of bytes with a length of two bytes.
    let at = object.windows(6).position(|it| it == b"cx5c\x81\x59").expect("a certificate") + 6;
    let length = usize::from(u16::from_be_bytes([object[at], object[at + 1]]));
    let certificate = STANDARD.encode(&object[at + 2..at + 2 + length]);
    let lines: Vec<&str> =
        certificate.as_bytes().chunks(64).map(|it| std::str::from_utf8(it).unwrap()).collect();
    format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", lines.join("\n"))
}

#[tokio::test]
async fn a_key_that_proves_its_model_is_taken_by_the_attested_profile_and_opens_apps() {
    let Some(_) = Prepared::find() else { return };
    let folder = tempfile::tempdir().unwrap();
    let roots = folder.path().join("makers.pem");
    fs::write(&roots, makers_root().await).unwrap();
    let desk = Desk::at(Scripts::On, &["--attestation-roots", roots.to_str().unwrap()]).await;
    let _key = desk.browser.plug_in(Transport::Usb).await;
    security_info_with_pass(&desk, "ottoline.marsh").await;
    desk.press(KEY).await;
    desk.makes_the_passkey().await;
    desk.press("main a.primary").await;
    desk.comes_to("/security-info").await;
    desk.there("main li.item").await;
    assert!(!desk.text().await.to_lowercase().contains("unproven"), "{}", desk.text().await);
    desk.sign_out().await;
    desk.open_app(APP).await;
    desk.name(desk.person("ottoline.marsh")).await;
    desk.press("#passkey-start").await;
    desk.goes_on_to(APP).await;
}
