//! Authenticator as a command: the vault, and the bridge for browsers. Ceremonies in a browser and at a tenant are
//! tried with those that serve one.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{Run, command, fed};

const EXTENSION: &str = "chrome-extension://egeifhibclagbbdbgaldmgfgfhlepdlb/";

struct Installation(TempDir);

impl Installation {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = command(self.0.path());
        command.env("HOME", self.0.path()).arg("authenticator").args(arguments);
        command.args(["--vault", "vault"]);
        command
    }

    /// Runs a command with lines on standard input, one for each secret.
    fn run(&self, arguments: &[&str], lines: &str) -> Run {
        fed(&mut self.command(arguments), lines)
    }

    fn ok(&self, arguments: &[&str], lines: &str) -> String {
        let run = self.run(arguments, lines);
        assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""), "{arguments:?}");
        run.stdout
    }

    fn refused(&self, arguments: &[&str], lines: &str) -> String {
        let run = self.run(arguments, lines);
        assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""), "{arguments:?}");
        run.stderr
    }

    /// The app that browsers ask, agreeing to everything, ready.
    fn approving(&self) -> Approving {
        fs::write(self.path("pin"), "2468").unwrap();
        let mut command =
            self.command(&["approve", "--approve-all-without-asking", "--pin-file", "pin"]);
        let mut child = command
            .stdin(Stdio::null())
            .stderr(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut said = BufReader::new(child.stderr.take().unwrap());
        said.read_line(&mut line).unwrap();
        assert!(line.starts_with("Waiting for browsers, with profile work."), "{line}");
        // What it says later has to go somewhere.
        std::thread::spawn(move || drop(said.read_to_end(&mut Vec::new())));
        Approving { child }
    }

    /// What the bridge answers to a message of the browser.
    fn carried(&self, message: &Value) -> Value {
        let mut command = self.command(&["bridge"]);
        command.args(["--", EXTENSION, "--parent-window=0"]);
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let message = serde_json::to_vec(message).unwrap();
        let length = u32::try_from(message.len()).unwrap().to_ne_bytes();
        let mut input = child.stdin.take().unwrap();
        input.write_all(&[&length[..], &message].concat()).unwrap();
        // The browser keeps its end open until the answer is there.
        let mut length = [0; 4];
        let mut output = child.stdout.take().unwrap();
        output.read_exact(&mut length).unwrap();
        let mut answer = vec![0; usize::try_from(u32::from_ne_bytes(length)).unwrap()];
        output.read_exact(&mut answer).unwrap();
        drop(input);
        assert!(child.wait().unwrap().success());
        serde_json::from_slice(&answer).unwrap()
    }
}

struct Approving {
    child: Child,
}

impl Drop for Approving {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

fn create(origin: &str, rp_id: &str) -> Value {
    let request = json!({
        "rp": { "id": rp_id, "name": "Example" },
        "user": { "id": "YWRh", "name": "ada", "displayName": "Ada" },
        "challenge": "AAAAAAAAAAAAAAAAAAAAAA",
        "pubKeyCredParams": [{ "type": "public-key", "alg": -7 }],
        "authenticatorSelection": { "residentKey": "required", "userVerification": "required" },
        "extensions": { "remoteDesktopClientOverride": {
            "origin": origin, "sameOriginWithAncestors": true,
        } },
    });
    json!({ "kind": "create", "request": request.to_string() })
}

fn get(origin: &str, rp_id: &str) -> Value {
    let request = json!({
        "rpId": rp_id,
        "challenge": "AAAAAAAAAAAAAAAAAAAAAA",
        "userVerification": "required",
        "extensions": { "remoteDesktopClientOverride": {
            "origin": origin, "sameOriginWithAncestors": true,
        } },
    });
    json!({ "kind": "get", "request": request.to_string() })
}

#[test]
fn profiles_have_pins_of_their_own_which_only_the_owner_changes() {
    let app = Installation::new();
    assert!(app.ok(&["profiles"], "").starts_with("There is no profile yet."));
    let added = app.ok(&["profile", "add", "work", "--pin-file", "-"], "2468\n");
    assert_eq!(added, "ok  profile work added: its passkeys are device-bound\n");
    app.ok(&["profile", "add", "travel", "--synced", "--pin-file", "-"], "13579\n");
    assert_eq!(
        app.ok(&["profiles"], ""),
        "PROFILE  PASSKEYS      PIN\nwork     device-bound  8 tries left\ntravel   synced        8 tries left\n"
    );
    let again = app.refused(&["profile", "add", "work", "--pin-file", "-"], "2468\n");
    assert_eq!(again, "error: there is a profile work already\n");
    let unclear = app.refused(&["change-pin", "--pin-file", "-"], "2468\n");
    assert!(unclear.contains("help: say which with --profile: work, travel"), "{unclear}");
    let change = ["change-pin", "--profile", "work", "--pin-file", "-", "--new-pin-file", "-"];
    let wrong = app.refused(&change, "1111\n2222\n");
    assert_eq!(wrong, "error: the PIN is wrong; 7 tries are left\n");
    assert_eq!(app.ok(&change, "2468\n97531\n"), "ok  profile work has a new PIN\n");
    let told = app.ok(&[&change[..], &["--json"]].concat(), "97531\n97531\n");
    let told: Value = serde_json::from_str(&told).unwrap();
    assert_eq!(told, json!({ "profile": "work", "changed": true }));
    let short = app.refused(&change, "97531\n123\n");
    assert!(short.contains("at least 4 characters"), "{short}");
    let list = ["list", "--profile", "work", "--pin-file", "-"];
    assert_eq!(
        app.ok(&list, "97531\n"),
        "PROFILE  ACCOUNT  WEBSITE  PASSKEY  ADDED  LAST USED\nwork     (none)\n"
    );
}

#[test]
fn secrets_are_not_taken_from_arguments_and_without_a_terminal_the_help_says_how() {
    let app = Installation::new();
    let nobody = app.refused(&["profile", "add", "work"], "2468\n");
    assert!(nobody.contains("help: give it with --pin-file or --pin-fd"), "{nobody}");
    let typed = app.run(&["profile", "add", "work", "--pin", "2468"], "");
    assert_eq!(typed.code, Some(2));
    let silent = app.refused(&["approve", "--approve-all-without-asking"], "");
    assert!(silent.contains("needs the PIN of the profile"), "{silent}");
    for (given, help) in [("approve", "for tests only"), ("add", "--pass-file")] {
        assert!(app.ok(&[given, "--help"], "").contains(help), "{given}");
    }
}

#[test]
fn without_a_terminal_there_is_no_screen_but_help() {
    let app = Installation::new();
    let run = app.run(&[], "");
    assert_eq!(run.code, Some(2));
    assert!(run.stdout.contains("Usage: cardea authenticator"), "{}", run.stdout);
    assert!(!app.path("vault").exists(), "nothing was made");
}

#[cfg(unix)]
#[test]
fn a_page_gets_a_passkey_through_the_bridge_and_no_other_page_can_use_it() {
    let app = Installation::new();
    app.ok(&["profile", "add", "work", "--pin-file", "-"], "2468\n");
    let away = app.carried(&get("https://login.example.org", "example.org"));
    let open = "Open Authenticator (cardea authenticator approve) and try again.";
    assert_eq!(away, json!({ "error": { "name": "NotAllowedError", "message": open } }));
    assert_eq!(app.carried(&json!({ "kind": "available" })), json!({ "available": false }));

    let running = app.approving();
    assert_eq!(app.carried(&json!({ "kind": "available" })), json!({ "available": true }));
    let made = app.carried(&create("https://login.example.org", "example.org"));
    assert_eq!(made["response"]["type"], "public-key", "{made}");
    let used = app.carried(&get("https://login.example.org", "example.org"));
    assert_eq!(used["response"]["id"], made["response"]["id"], "{used}");

    // What a page, a page that looks like another, or another extension could say.
    for (origin, rp_id) in [
        ("https://evil.example", "example.org"),
        ("https://login.example.co.uk", "co.uk"),
        ("https://login.еxample.org", "example.org"),
        ("http://login.example.org", "example.org"),
        ("https://192.0.2.1", "192.0.2.1"),
        ("chrome-extension://aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "example.org"),
    ] {
        for message in [get(origin, rp_id), create(origin, rp_id)] {
            let refused = app.carried(&message);
            assert_eq!(refused["error"]["name"], "SecurityError", "{origin}: {refused}");
        }
    }
    // A page is not told whether there is a passkey.
    let none = app.carried(&get("https://other.example", "other.example"));
    let nothing = json!({ "name": "NotAllowedError", "message": "No passkey was used." });
    assert_eq!(none, json!({ "error": nothing }));
    let list = ["list", "--profile", "work", "--pin-file", "pin"];
    let busy = app.refused(&list, "");
    assert!(busy.contains("another command of Authenticator has"), "{busy}");
    drop(running);
    let listed = app.ok(&list, "");
    let rows: Vec<&str> = listed.lines().skip(1).map(|it| it.split("  ").next().unwrap()).collect();
    assert_eq!(rows, ["work"], "{listed}");
    assert!(listed.contains("ada") && listed.contains("example.org"), "{listed}");
}

#[cfg(unix)]
#[test]
fn a_program_reads_a_line_when_browsers_are_waited_for_and_after_each_request() {
    let app = Installation::new();
    app.ok(&["profile", "add", "work", "--pin-file", "-"], "2468\n");
    fs::write(app.path("pin"), "2468").unwrap();
    let mut command =
        app.command(&["approve", "--approve-all-without-asking", "--pin-file", "pin", "--json"]);
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
    let mut said = BufReader::new(child.stdout.take().unwrap());
    let running = Approving { child };
    let mut line = || -> Value {
        let mut line = String::new();
        said.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap()
    };
    assert_eq!(line(), json!({ "waiting": true, "profile": "work" }));
    let origin = "https://login.example.org";
    app.carried(&create(origin, "example.org"));
    assert_eq!(line(), json!({ "origin": origin, "done": true, "error": null }));
    app.carried(&get("https://other.example", "other.example"));
    let error = "no passkey for `other.example` in this profile";
    let refused = json!({ "origin": "https://other.example", "done": false, "error": error });
    assert_eq!(line(), refused);
    app.carried(&get("http://login.example.org", "example.org"));
    let refused = line();
    assert_eq!((&refused["origin"], &refused["done"]), (&Value::Null, &json!(false)));
    drop(running);
}

#[cfg(unix)]
#[test]
fn the_bridge_is_for_the_extension_alone() {
    let app = Installation::new();
    let other = "chrome-extension://aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/";
    let refused = app.refused(&["bridge", other], "");
    assert!(refused.contains("this is for the browser's extension"), "{refused}");
}

#[cfg(unix)]
#[test]
fn the_extension_is_written_for_a_browser_and_removed_again() {
    let app = Installation::new();
    let told = app.ok(&["install-extension"], "");
    assert!(told.contains("chrome://extensions") && told.contains("Load unpacked"), "{told}");
    let host = app.path(".config/chromium/NativeMessagingHosts/cardea.authenticator.json");
    let manifest: Value = serde_json::from_slice(&fs::read(&host).unwrap()).unwrap();
    assert_eq!(manifest["allowed_origins"], json!([EXTENSION]));
    let launcher = PathBuf::from(manifest["path"].as_str().unwrap());
    let body = br#"{"kind":"available"}"#;
    let length = u32::try_from(body.len()).unwrap().to_ne_bytes();
    let text = String::from_utf8([&length[..], body].concat()).unwrap();
    let answered = fed(Command::new(&launcher).args([EXTENSION, "--parent-window=1"]), &text);
    assert_eq!(answered.code, Some(0), "{}", answered.stderr);
    assert!(answered.stdout.ends_with(r#"{"available":false}"#), "{}", answered.stdout);
    app.ok(&["install-extension", "--remove"], "");
    assert!(!host.exists() && !launcher.exists() && !app.path("vault.extension").exists());
    app.ok(&["install-extension", "--remove"], "");
}

#[test]
fn passkeys_of_a_synced_profile_travel_and_those_of_a_device_stay() {
    let app = Installation::new();
    app.ok(&["profile", "add", "work", "--pin-file", "-"], "2468\n");
    app.ok(&["profile", "add", "travel", "--synced", "--pin-file", "-"], "2468\n");
    let export = |profile| {
        ["export", "out", "--profile", profile, "--pin-file", "-", "--passphrase-file", "-"]
    };
    let lines = "2468\nfour words that nobody knows\n";
    let bound = app.refused(&export("work"), lines);
    assert!(bound.contains("bound to this device"), "{bound}");
    let told = app.ok(&export("travel"), lines);
    assert_eq!(told, "ok  0 passkeys of profile travel are in out\n");
    let there = app.refused(&export("travel"), lines);
    assert!(there.contains("exists already"), "{there}");
    let import =
        ["import", "out", "--profile", "travel", "--pin-file", "-", "--passphrase-file", "-"];
    assert_eq!(app.ok(&import, lines), "ok  0 new passkeys in profile travel\n");
    let wrong = app.refused(&import, "2468\nfour words that nobody knew\n");
    assert!(wrong.contains("the passphrase is wrong"), "{wrong}");
}
