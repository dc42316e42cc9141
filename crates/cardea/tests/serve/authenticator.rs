//! The Authenticator app at the tenant: `cardea authenticator` as a phone, and in the browser of a computer. Needs
//! nothing but the program, except where there is a browser.

use std::fs;
use std::time::Duration;

use serde_json::{Value, json};

use crate::browser::Trust;
use crate::child::finish;
use crate::database::Database;
use crate::desk::Desk;
use crate::handset::{Handset, words};
use crate::prepared::Prepared;
use crate::server::Server;
use crate::websites::Installation;

const NEWCOMER: &str = "nikhil.raghunathan@fernmoorwater.example";
const TRAPPED: &str = "tevita.fonoti@fernmoorwater.example";

/// The demo, and a phone with Authenticator.
async fn demo() -> (Server, Handset) {
    let server = Server::start(Database::Sqlite).await.unwrap_or_else(|error| panic!("{error}"));
    let phone = Handset::new(&server.demo);
    (server, phone)
}

#[tokio::test]
async fn a_passkey_is_added_with_a_pass_used_renamed_and_removed_on_both_sides() {
    let (server, phone) = demo().await;
    let adding = phone.adding(server.demo.person(NEWCOMER), "work");
    let added = phone.ok(&[&words(&adding)[..], &["--json"]].concat());
    let added: Value = serde_json::from_str(&added).expect("JSON");
    assert_eq!(
        (&added["account"], &added["attested"]),
        (&json!(NEWCOMER), &json!(false)),
        "{added}"
    );
    let tenant = server.demo.base_url.clone();
    let [passkey] = phone.listed("work").try_into().expect("one passkey");
    assert_eq!((&passkey["tenant"], &passkey["name"]), (&json!(tenant), &json!("A phone")));

    let again = phone.refused(&words(&adding), 2);
    assert!(
        again.contains(&format!("profile work has a passkey for {NEWCOMER} already")),
        "{again}"
    );
    let signed_in = phone.ok(&["sign-in", &tenant, "--profile", "work"]);
    assert_eq!(signed_in, format!("ok  signed in as {NEWCOMER} from profile work\n"));

    // Another profile has no part in it, and gets a passkey of its own.
    phone.app.ok(&["profile", "add", "personal"]);
    let elsewhere = phone.refused(&["sign-in", &tenant, "--profile", "personal"], 2);
    assert!(elsewhere.starts_with("error: no passkey for localhost"), "{elsewhere}");
    assert!(elsewhere.contains("add one here with"), "{elsewhere}");
    // Who has a passkey in one profile makes one in the other with it, where the first one is.
    let second = phone.ok(&["add", NEWCOMER, "--profile", "personal", "--from", "work"]);
    let told =
        "ok  passkey added to profile personal   this profile only; add others with --profile\n";
    assert_eq!(second, told);

    let renamed = phone.ok(&["rename", NEWCOMER, "Nikhil's phone", "--profile", "work"]);
    assert_eq!(renamed, format!("ok  the passkey of {NEWCOMER} is now Nikhil's phone\n"));
    assert_eq!(phone.listed("work")[0]["name"], "Nikhil's phone");
    let removed = phone.ok(&["remove", NEWCOMER, "--profile", "work"]);
    let told = "was removed from profile work; and at the tenant\n";
    assert_eq!(removed, format!("ok  the passkey of {NEWCOMER} {told}"));
    assert_eq!(phone.listed("work"), [Value::Null; 0]);
    let last = phone.refused(&["remove", NEWCOMER, "--profile", "personal"], 2);
    assert!(last.contains("help: add another one first"), "{last}");
    assert_eq!(phone.listed("personal").len(), 1);
    let last = ["remove", NEWCOMER, "--profile", "personal", "--last-way-in", "--json"];
    let told: Value = serde_json::from_str(&phone.ok(&last)).expect("JSON");
    let removed = json!({ "account": NEWCOMER, "profile": "personal", "removed": true });
    assert_eq!(told, removed);
    assert_eq!(phone.listed("personal"), [Value::Null; 0]);
}

#[tokio::test]
async fn secrets_are_asked_for_at_the_terminal_and_not_shown() {
    let Some(prepared) = Prepared::find() else { return };
    let (server, phone) = demo().await;
    let (demo, ca) = (&server.demo, server.demo.ca_certificate.display().to_string());
    let pass = demo.person(NEWCOMER).pass.clone().expect("a pass");
    let steps = json!([
        { "says": "Sign in with:" },
        { "says": "a Temporary Access Pass" },
        { "says": "Number: ", "types": "1\n" },
        { "says": "Temporary Access Pass: ", "types": format!("{pass}\n") },
        { "says": "New PIN for profile personal: ", "types": "2468\n" },
        { "says": "again: ", "types": "2468\n" },
        { "says": "ok  passkey added to profile personal" },
    ]);
    let add = ["add", NEWCOMER, "--tenant", &demo.base_url, "--platform", "ios", "--ca", &ca];
    let mut command = phone.app.at_terminal(&prepared, &steps, &add);
    let output =
        finish(&mut command, Duration::from_mins(1)).unwrap_or_else(|error| panic!("{error}"));
    let seen = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{}\n{seen}", String::from_utf8_lossy(&output.stderr));
    assert!(!seen.contains("2468") && !seen.contains(&pass), "{seen}");
    assert_eq!(phone.listed("personal").len(), 1);
}

#[tokio::test]
async fn a_password_and_a_code_sign_in_as_well_as_far_as_the_tenant_lets_them() {
    let (server, phone) = demo().await;
    let person = server.demo.person("owain.bevan@fernmoorwater.example");
    let [password, code] = ["password", "code"].map(|it| phone.app.path(it).display().to_string());
    fs::write(&password, person.password.as_deref().expect("a password")).expect("a file");
    fs::write(&code, crate::desk::code(person.totp.as_deref().expect("a seed"))).expect("a file");
    let add = ["add", &person.upn, "--tenant", &server.demo.base_url, "--platform", "ios"];
    let shown = ["--password-file", &password, "--code-file", &code];
    let added = phone.ok(&[&add[..], &shown].concat());
    assert!(added.starts_with("ok  passkey added to profile personal"), "{added}");
    let unclear = phone.refused(&add, 2);
    assert!(unclear.contains("help: say --with pass, or --with password"), "{unclear}");
}

#[tokio::test]
async fn where_only_proven_models_may_register_the_installation_proves_its_own() {
    let (server, phone) = demo().await;
    let person = "ottoline.marsh@fernmoorwater.example";
    let added =
        phone
            .ok(&[&words(&phone.adding(server.demo.person(person), "work"))[..], &["--json"]]
                .concat());
    let added: Value = serde_json::from_str(&added).expect("JSON");
    assert_eq!((&added["account"], &added["attested"]), (&json!(person), &json!(true)), "{added}");
}

#[tokio::test]
async fn an_installation_that_another_authority_has_certified_gets_another_certificate() {
    let (before, phone) = demo().await;
    let person = "ottoline.marsh@fernmoorwater.example";
    let attested = |phone: &Handset, server: &Server, profile: &str| {
        let adding = phone.adding(server.demo.person(person), profile);
        let added = phone.ok(&[&words(&adding)[..], &["--json"]].concat());
        let added: Value = serde_json::from_str(&added).expect("JSON");
        added["attested"].clone()
    };
    assert_eq!(attested(&phone, &before, "work"), true);
    drop(before);
    // The tenant was set up anew under the same name, and takes only models that are proven.
    let after = Server::start(Database::Sqlite).await.unwrap_or_else(|error| panic!("{error}"));
    let phone = phone.moved_to(&after.demo);
    assert_eq!(attested(&phone, &after, "personal"), true);
    assert_eq!(phone.listed("personal").len(), 1, "the one that was refused is not kept");
    let list = after.command(&["attestation", "list", "--json"]);
    let list: Value = serde_json::from_str(&list).expect("JSON");
    assert_eq!(list["certificates"].as_array().expect("a list").len(), 1, "{list}");
}

#[tokio::test]
async fn the_certificate_of_a_tenant_is_named_once_for_an_account() {
    let (server, phone) = demo().await;
    phone.ok(&words(&phone.adding(server.demo.person(NEWCOMER), "work")));
    let tenant = server.demo.base_url.clone();
    for arguments in [
        &["sign-in", &tenant, "--profile", "work"][..],
        &["rename", NEWCOMER, "Nikhil's phone", "--profile", "work"],
        &["mend", "--profile", "work"],
        &["add", NEWCOMER, "--profile", "personal", "--from", "work"],
        &["sign-in", &tenant, "--profile", "personal"],
        &["remove", NEWCOMER, "--profile", "work"],
    ] {
        let said = phone.run_with_what_is_kept(arguments);
        assert_eq!((said.code, said.error.as_str()), (Some(0), ""), "{arguments:?}");
    }
    // Who is not known here is reached with a certificate only.
    let other = phone.adding(server.demo.person(TRAPPED), "work");
    let strange = phone.run_with_what_is_kept(&words(&other));
    assert!(strange.error.contains("name it with --ca"), "{}", strange.error);
    // A file without certificates is none.
    fs::write(phone.app.path("empty"), "").expect("a file");
    let empty = phone.app.path("empty").display().to_string();
    let said = phone.run_with_what_is_kept(&["mend", "--profile", "personal", "--ca", &empty]);
    assert!(said.out.contains("has no certificate in it"), "{}", said.out);
}

#[tokio::test]
async fn the_wall_of_the_loop_is_told_in_the_tenants_words_and_the_second_time_it_says_so() {
    let (server, phone) = demo().await;
    let adding = phone.adding(server.demo.person(TRAPPED), "work");
    let first = phone.refused(&words(&adding), 1);
    assert!(first.starts_with("error: You can't sign in yet\n"), "{first}");
    assert!(first.contains("  1  Call the help desk"), "{first}");
    assert!(!first.contains("You've been here before"), "{first}");
    let second = phone.refused(&words(&adding), 1);
    assert!(second.contains("You've been here before: trying again won't help."), "{second}");
    let third = phone.run(&[&words(&adding)[..], &["--json"]].concat());
    let wall: Value = serde_json::from_str(&third.out).expect("JSON");
    let expected = (Some(1), &json!("shut"), &json!(3), &json!(53003));
    assert_eq!((third.code, &wall["stage"], &wall["laps"], &wall["code"]), expected);
    // Nothing was made on the way, not even a profile.
    assert!(phone.app.ok(&["profiles"]).starts_with("There is no profile yet."));
}

#[tokio::test]
async fn what_is_left_over_on_one_side_is_found_and_removed() {
    let (server, phone) = demo().await;
    phone.ok(&words(&phone.adding(server.demo.person(NEWCOMER), "personal")));
    phone.ok(&words(&phone.adding(server.demo.person(NEWCOMER), "work")));
    // A backup that was put back has a passkey that the tenant does not know any more.
    let (vault, copy) = (phone.app.path("vault"), phone.app.path("copy"));
    fs::copy(&vault, &copy).expect("a copy");
    phone.ok(&["remove", NEWCOMER, "--profile", "work"]);
    fs::rename(&copy, &vault).expect("a backup");
    let tenant = server.demo.base_url.clone();
    let unknown = phone.refused(&["sign-in", &tenant, "--profile", "work"], 2);
    assert!(unknown.contains("help: `cardea authenticator mend` removes it"), "{unknown}");
    let looked = phone.ok(&["mend", "--profile", "work", "--json"]);
    let looked: Value = serde_json::from_str(&looked).expect("JSON");
    let found = |rest: Value| {
        let mut found = json!({ "account": NEWCOMER, "tenant": tenant });
        found.as_object_mut().expect("an object").extend(rest.as_object().expect("one").clone());
        found
    };
    let leftover = found(json!({ "found": "leftOver", "removed": false }));
    assert_eq!(looked, json!({ "profile": "work", "passkeys": [leftover] }));
    let mended = phone.ok(&["mend", "--profile", "work", "--yes"]);
    assert_eq!(mended, format!("ok  {NEWCOMER} at {tenant}: left over, removed\n"));
    assert_eq!(phone.listed("work"), [Value::Null; 0]);

    // A passkey that was removed only here is still listed there.
    phone.ok(&words(&phone.adding(server.demo.person(NEWCOMER), "work")));
    phone.ok(&["remove", NEWCOMER, "--profile", "work", "--only-here"]);
    phone.ok(&words(&phone.adding(server.demo.person(NEWCOMER), "work")));
    let mended = phone.ok(&["mend", "--profile", "work", "--yes"]);
    let told = format!(
        "ok  {NEWCOMER} at {tenant}: known there\nok  A phone was not here; removed at {tenant}\n"
    );
    assert_eq!(mended, told);
    let mended = phone.ok(&["mend", "--profile", "work", "--yes", "--json"]);
    let mended: Value = serde_json::from_str(&mended).expect("JSON");
    assert_eq!(mended["passkeys"], json!([found(json!({ "found": "known" }))]));
    assert!(phone.ok(&["mend", "--profile", "personal"]).contains("known there"), "not touched");
}

#[tokio::test]
async fn a_tenant_is_believed_by_its_certificate_alone_and_what_goes_wrong_is_said() {
    let (server, phone) = demo().await;
    let tenant = server.demo.base_url.clone();
    let adding = phone.adding(server.demo.person(NEWCOMER), "work");
    let strange = finish(&mut phone.app.command(&words(&adding)), Duration::from_mins(1));
    let strange = String::from_utf8(strange.expect("it ends").stderr).expect("text");
    assert!(strange.contains("cannot be reached: invalid peer certificate"), "{strange}");
    assert!(strange.contains("help: check the address, and where the tenant"), "{strange}");
    fs::write(phone.app.path("pass"), "AAAA-BBBB").expect("a file");
    let wrong = phone.refused(&words(&adding), 2);
    assert!(wrong.starts_with("error: This pass doesn't work."), "{wrong}");
    let computer = phone.refused(&["add", NEWCOMER, "--tenant", &tenant], 2);
    assert!(computer.contains("--platform android"), "{computer}");
    let clear = tenant.replace("https://", "http://");
    let clear = phone.refused(&["add", NEWCOMER, "--tenant", &clear, "--platform", "ios"], 2);
    assert!(clear.contains("it looks like https://"), "{clear}");
}

#[tokio::test]
async fn in_the_browser_of_a_computer_the_tenant_takes_a_passkey_of_the_vault() {
    let Some(_) = Prepared::find() else { return };
    let server = Server::start(Database::Sqlite).await.unwrap_or_else(|error| panic!("{error}"));
    let app = Installation::new();
    let trust = Trust::Authority(server.demo.ca_certificate.clone());
    let desk = Desk { browser: app.browser(trust).await, server };
    let _approving = app.approving("work");
    let person = desk.person("jacinta.barros");
    desk.open_app("Crew Rota").await;
    desk.name(person).await;
    desk.with_pass(person).await;
    desk.comes_to("/register").await;
    desk.press("form[action='/register'] button").await;
    desk.makes_the_passkey().await;
    desk.open("/signin/stay").await;
    desk.press("button[name=choice][value=no]").await;
    desk.is_in("Crew Rota").await;

    desk.sign_out().await;
    desk.open_app("Crew Rota").await;
    desk.name(person).await;
    desk.press("#passkey-start").await;
    desk.goes_on_to("Crew Rota").await;
}
