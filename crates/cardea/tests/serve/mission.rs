//! The mission from its beginning to its end, with a process for each part: the tenant, Chromium as the computer,
//! and `cardea authenticator --platform android` as the phone. Each step is told by what a person sees.
//!
//! A computer reaches the passkeys of a phone by Bluetooth, of which there is none here, and keys that are bound to
//! the phone cannot be carried into an authenticator of the browser. So the browser's extension takes the place of
//! Bluetooth: the signature is made by the app on the phone, which its owner has opened there.

use serde_json::{Value, json};

use crate::browser::Trust;
use crate::database::Database;
use crate::desk::{Desk, WINDOWS};
use crate::handset::{Handset, words};
use crate::prepared::Prepared;
use crate::server::Server;

const APP: &str = "Crew Rota";

/// Somebody with a phone and a computer that reaches it.
struct Both {
    phone: Handset,
    desk: Desk,
}

impl Both {
    async fn new(server: Server) -> Self {
        let phone = Handset::new(&server.demo);
        let trust = Trust::Authority(server.demo.ca_certificate.clone());
        let browser = phone.app.browser(trust).await;
        let desk = Desk { server, browser };
        desk.call_itself(WINDOWS).await;
        Self { phone, desk }
    }

    /// Adds a passkey on the phone with the person's pass, and gives what the app says.
    fn adds(&self, name: &str, profile: &str) -> String {
        self.phone.ok(&words(&self.phone.adding(self.desk.person(name), profile)))
    }

    /// At the computer, types the name and uses the passkey that the phone has opened.
    async fn shows_the_passkey_of(&self, name: &str) {
        self.desk.name(self.desk.person(name)).await;
        self.desk.press("#passkey-start").await;
    }

    /// Opens the app at the computer with a passkey of the phone.
    async fn gets_in(&self, name: &str) {
        self.desk.open_app(APP).await;
        self.shows_the_passkey_of(name).await;
        self.desk.goes_on_to(APP).await;
    }
}

/// M5, M6 and M10: the app is where the passkey would be made, and it asks for the passkey.
async fn the_loop_and_the_way_out(server: Server) -> Server {
    let both = Both::new(server).await;
    let Both { phone, desk } = &both;
    let person = desk.person("tevita.fonoti");
    let adding = phone.adding(person, "work");
    let first = phone.refused(&words(&adding), 1);
    assert!(first.starts_with("error: You can't sign in yet\n"), "{first}");
    let second = phone.refused(&words(&adding), 1);
    assert!(second.contains("You've been here before: trying again won't help."), "{second}");

    desk.move_to(person, ("Demo-loop", "Demo-split"));
    let added = phone.ok(&words(&adding));
    assert!(added.starts_with("ok  passkey added to profile work"), "{added}");
    let _opened = phone.app.approving("work");
    both.gets_in("tevita.fonoti").await;
    both.desk.server
}

/// M9 and M1: the computer sends a newcomer to the phone, waits for it, and takes the passkey.
async fn the_computer_leads_to_the_phone(server: Server) -> Server {
    let both = Both::new(server).await;
    let desk = &both.desk;
    the_wizard_waits_for_the_phone(&both, "anselm.vogt").await;
    // The pass is not enough here, so that the computer asks for the passkey at once.
    let opened = both.phone.app.approving("work");
    desk.press("main a.primary").await;
    desk.press("#passkey-start").await;
    desk.goes_on_to(APP).await;
    desk.sign_out().await;
    both.gets_in("anselm.vogt").await;
    drop(opened);
    both.desk.server
}

async fn the_wizard_waits_for_the_phone(both: &Both, name: &str) {
    let desk = &both.desk;
    let person = desk.person(name);
    desk.open_app(APP).await;
    desk.name(person).await;
    desk.with_pass(person).await;
    desk.comes_to("/register").await;
    desk.press("form[action='/register'] button[value=passkey-phone]").await;
    desk.comes_to("/register/phone").await;
    desk.says(&format!("Choose Add, then Work account, and enter {}.", person.upn)).await;
    desk.says("Waiting for your phone…").await;
    both.adds(name, "work");
    desk.comes_to("/register/done").await;
    desk.says("A phone · Work").await;
}

/// M13: a passkey is used from its profile only, and whoever has two is led to make two.
async fn profiles_are_apart(server: Server) -> Server {
    let both = Both::new(server).await;
    let Both { phone, desk } = &both;
    both.adds("nikhil.raghunathan", "work");
    phone.app.ok(&["profile", "add", "personal"]);
    let personal = phone.app.approving("personal");
    desk.open("/security-info").await;
    both.shows_the_passkey_of("nikhil.raghunathan").await;
    desk.says("No passkey was used").await;
    drop(personal);

    let work = phone.app.approving("work");
    desk.press("#passkey-start").await;
    desk.says("A phone · Work").await;
    drop(work);
    security_info_leads_to_the_other_profile(&both).await;
    desk.sign_out().await;
    let personal = phone.app.approving("personal");
    both.gets_in("nikhil.raghunathan").await;
    drop(personal);
    both.desk.server
}

/// The page says what to type on the phone, and it is typed as it stands there.
async fn security_info_leads_to_the_other_profile(both: &Both) {
    let Both { phone, desk } = both;
    desk.says("No passkey in the Personal profile of A phone.").await;
    let said = desk.there("main div.notice code").await.text().await.unwrap();
    let command = said.strip_prefix("cardea authenticator ").unwrap_or_else(|| panic!("{said}"));
    // The page waits meanwhile, and does not take the passkey of the work profile for the new one.
    desk.press("form[action='/register'] button[value=passkey-phone]").await;
    desk.comes_to("/register/phone").await;
    desk.says("Waiting for your phone…").await;
    phone.ok(&command.split(' ').collect::<Vec<_>>());
    desk.comes_to("/register/done").await;
    desk.says("A phone · Personal").await;
    desk.press("main a.primary").await;
    desk.comes_to("/security-info").await;
    desk.says("A phone · Personal").await;
    let text = desk.text().await;
    assert!(!text.contains("No passkey in the"), "{text}");
}

/// M2: where only proven models may register, the tenant's certificate is the proof, until it is revoked.
async fn only_proven_models(server: Server) {
    let both = Both::new(server).await;
    let Both { phone, desk } = &both;
    let person = desk.person("ottoline.marsh");
    let work = phone.adding(person, "work");
    let added = phone.ok(&[&words(&work)[..], &["--json"]].concat());
    let added: Value = serde_json::from_str(&added).unwrap();
    assert_eq!(added["attested"], json!(true), "{added}");

    let list = desk.server.command(&["attestation", "list", "--json"]);
    let list: Value = serde_json::from_str(&list).unwrap();
    let mut certificates = list["certificates"].as_array().unwrap().iter();
    let of_person = certificates.find(|it| it["upn"] == person.upn.as_str()).unwrap();
    desk.server.command(&["attestation", "revoke", of_person["serial"].as_str().unwrap()]);
    let personal = phone.adding(person, "personal");
    let refused = phone.refused(&words(&personal), 2);
    assert!(refused.contains("The certificate of this app was revoked."), "{refused}");
    assert!(refused.contains("asks for another certificate first"), "{refused}");
    assert_eq!(phone.listed("personal"), [Value::Null; 0]);

    // Authenticator on a computer claims a model as well, and has no certificate for it.
    let opened = phone.app.approving("personal");
    desk.open("/security-info").await;
    desk.name(person).await;
    desk.with_pass(person).await;
    desk.press("form[action='/register'] button[value=security-key]").await;
    desk.press("#passkey-start").await;
    desk.says("needs to see which app or key made the passkey").await;
    drop(opened);

    let added = phone.ok(&words(&personal));
    assert!(added.starts_with("ok  passkey added to profile personal"), "{added}");
}

#[tokio::test]
async fn from_the_loop_to_a_passkey_in_each_profile_with_a_process_for_each_part() {
    let Some(_) = Prepared::find() else { return };
    let server = Server::start(Database::Sqlite).await.unwrap_or_else(|error| panic!("{error}"));
    let server = the_loop_and_the_way_out(server).await;
    let server = the_computer_leads_to_the_phone(server).await;
    let server = profiles_are_apart(server).await;
    only_proven_models(server).await;
}
