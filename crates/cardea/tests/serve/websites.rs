//! Passkeys of Authenticator on websites, in a browser that nobody has changed: the extension, the bridge, and the
//! app that runs, with a relying party that nobody here has written.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::browser::Browser;
use crate::child::{Running, finish, until};
use crate::prepared::{Prepared, checkout};

const PIN: &str = "2468";

/// An installation of Authenticator in a folder of its own, with one profile.
pub(crate) struct Installation {
    folder: TempDir,
}

impl Installation {
    pub(crate) fn new() -> Self {
        let installation = Self::empty();
        installation.ok(&["profile", "add", "work"]);
        installation
    }

    /// One without profiles.
    pub(crate) fn empty() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("pin"), PIN).expect("a file");
        Self { folder }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The command for this installation, with the PIN where it takes one.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cardea"));
        command.arg("authenticator").args(arguments).arg("--vault").arg(self.path("vault"));
        if !matches!(arguments, ["install-extension" | "profiles", ..]) {
            command.arg("--pin-file").arg(self.path("pin"));
        }
        command
    }

    /// The command, with somebody at a terminal who plays these steps (`tests/clients/python/terminal.py`).
    pub(crate) fn at_terminal(
        &self,
        prepared: &Prepared,
        steps: &Value,
        arguments: &[&str],
    ) -> Command {
        let mut command = Command::new(prepared.python());
        command.arg("-I").arg(checkout().join("tests/clients/python/terminal.py"));
        command.arg(steps.to_string()).arg(env!("CARGO_BIN_EXE_cardea")).arg("authenticator");
        command.args(arguments).arg("--vault").arg(self.path("vault"));
        command
    }

    /// Runs a command that must succeed, and gives what it says.
    pub(crate) fn ok(&self, arguments: &[&str]) -> String {
        let output = finish(&mut self.command(arguments), Duration::from_mins(1));
        let output = output.unwrap_or_else(|error| panic!("{error}"));
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {complaint}");
        String::from_utf8(output.stdout).expect("text")
    }

    /// The app that browsers ask, with a profile, agreeing to everything.
    pub(crate) fn approving(&self, profile: &str) -> Running {
        let approve = ["approve", "--approve-all-without-asking", "--profile", profile];
        let mut command = self.command(&approve);
        command.stdout(Stdio::null()).stderr(Stdio::piped());
        let mut running = Running::start(&mut command, "-TERM");
        running.complained("Waiting for browsers").unwrap_or_else(|error| panic!("{error}"));
        running
    }

    /// A browser with the extension of this installation.
    pub(crate) async fn browser(&self, trust: crate::browser::Trust) -> Browser {
        Browser::with_extension(trust, |data| {
            let folder = self.path("extension");
            let (data, shown) = (text(data), text(&folder));
            self.ok(&["install-extension", "--user-data-dir", data, "--folder", shown]);
            folder.clone()
        })
        .await
    }
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a path that is text")
}

/// The website, and where it is.
fn website(prepared: &Prepared) -> (Running, String) {
    let mut python = Command::new(prepared.python());
    let program = checkout().join("tests/clients/python/webauthn_site.py");
    python.arg("-I").arg(program).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut running = Running::start(&mut python, "-TERM");
    let said = running.said("port ").unwrap_or_else(|error| panic!("{error}"));
    let port = said.trim_start_matches("port ").trim().to_owned();
    (running, format!("http://localhost:{port}/"))
}

/// Somebody at a terminal, who plays their steps beside the test.
struct Sitting(JoinHandle<Result<Output, String>>);

impl Sitting {
    fn down(mut command: Command) -> Self {
        Self(thread::spawn(move || finish(&mut command, Duration::from_mins(1))))
    }

    /// What they have seen, once the program has ended with this code.
    fn saw(self, code: i32) -> String {
        let output = self.0.join().expect("no panic").unwrap_or_else(|error| panic!("{error}"));
        let seen = String::from_utf8_lossy(&output.stdout).into_owned();
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{complaint}\n{seen}");
        seen
    }
}

#[tokio::test]
async fn the_owner_is_asked_each_time_and_what_nobody_waits_for_is_not_signed() {
    let Some(prepared) = Prepared::find() else { return };
    let installation = Installation::new();
    let (_site, address) = website(&prepared);
    let steps = json!([
        { "says": "PIN of profile work: ", "types": "2468\n" },
        { "says": "wants to make a passkey for ada.\r\nPIN to approve, or nothing to refuse: ", "types": "1111\n" },
        { "says": "That PIN is wrong; 7 tries are left. PIN: ", "types": "2468\n" },
        { "says": "done" },
        { "says": "wants to sign you in as ada.\r\nPIN to approve, or nothing to refuse: ", "types": "\n" },
        { "says": "wants to sign you in as ada.", "waits": 4, "types": "2468\n" },
        { "says": "no passkey was used" },
        { "says": "wants to sign you in as ada.", "types": "2468\n" },
        { "says": "done", "types": "\u{3}" },
    ]);
    let browser = installation.browser(crate::browser::Trust::Nobody).await;
    browser.open(&address).await.expect("the page is shown");
    let sitting = Sitting::down(installation.at_terminal(&prepared, &steps, &["approve"]));
    let there = until(100, async || {
        (browser.promise(AVAILABLE).await == Ok(Value::Bool(true))).then_some(())
    });
    there.await.expect("the app is there");

    assert!(browser.promise("register()").await.is_ok());
    let refused = browser.promise("signIn()").await.expect_err("refused");
    assert_eq!(refused, "NotAllowedError: No passkey was used.");
    let gone = browser.promise("signIn({ signal: AbortSignal.timeout(1500) })").await;
    assert!(gone.expect_err("given up").starts_with("TimeoutError"));
    let signed_in = browser.promise("signIn()").await;
    let once = json!({ "account": "ada", "counter": 1 });
    assert_eq!(signed_in, Ok(once), "nothing was signed in between");
    let seen = sitting.saw(130);
    assert!(!seen.contains("2468") && !seen.contains("1111"), "{seen}");
}

#[test]
fn whoever_is_interrupted_while_they_type_a_secret_gets_their_terminal_back() {
    let Some(prepared) = Prepared::find() else { return };
    let installation = Installation::empty();
    let steps = json!([{ "says": "New PIN for profile work: ", "types": "24\u{3}" }]);
    let add = ["profile", "add", "work"];
    let seen = Sitting::down(installation.at_terminal(&prepared, &steps, &add)).saw(130);
    assert!(!seen.contains("24"), "{seen}");
}

#[tokio::test]
async fn the_screen_asks_as_well_and_shows_no_secret() {
    let Some(prepared) = Prepared::find() else { return };
    let installation = Installation::new();
    let (_site, address) = website(&prepared);
    let steps = json!([
        { "says": "locked", "types": "\r" },
        { "says": "Enter opens", "types": "2468\r" },
        { "says": "passkeys", "resize": [16, 60] },
        { "says": "Enter approves", "types": "2468\r" },
        { "says": "localhost" },
        { "says": "done", "types": "q" },
    ]);
    let browser = installation.browser(crate::browser::Trust::Nobody).await;
    browser.open(&address).await.expect("the page is shown");
    let sitting = Sitting::down(installation.at_terminal(&prepared, &steps, &[]));
    let there = until(100, async || {
        (browser.promise(AVAILABLE).await == Ok(Value::Bool(true))).then_some(())
    });
    there.await.expect("the screen is there");
    // The size changes while the profile is opened; the request comes after that.
    tokio::time::sleep(Duration::from_secs(2)).await;
    let registered = browser.promise("register()").await;
    assert!(registered.is_ok(), "{registered:?}");
    let seen = sitting.saw(0);
    assert!(!seen.contains("2468"), "{seen}");
}

const AVAILABLE: &str = "PublicKeyCredential.isUserVerifyingPlatformAuthenticatorAvailable()";

#[tokio::test]
async fn a_website_that_nobody_here_has_written_takes_passkeys_of_the_vault() {
    let Some(prepared) = Prepared::find() else { return };
    let installation = Installation::new();
    let (_site, address) = website(&prepared);
    let browser = installation.browser(crate::browser::Trust::Nobody).await;
    browser.open(&address).await.expect("the page is shown");

    // The extension attaches itself once it is loaded.
    let refused = until(100, async || {
        let refused = browser.promise("register()").await.expect_err("nobody is there");
        refused.contains("Open Authenticator").then_some(refused)
    });
    let refused = refused.await.expect("the page is told to open Authenticator");
    assert!(refused.starts_with("NotAllowedError"), "{refused}");
    assert_eq!(browser.promise(AVAILABLE).await, Ok(Value::Bool(false)));

    let app = installation.approving("work");
    assert_eq!(browser.promise(AVAILABLE).await, Ok(Value::Bool(true)));
    let model = "d9ab3495-6ce1-4543-a226-bb7adcd06621";
    let made = |format| json!({"aaguid": model, "format": format, "verified": true, "device": "single_device"});
    assert_eq!(browser.promise("register()").await, Ok(made("none")));
    let direct = browser.promise("register({ attestation: 'direct' })").await;
    assert_eq!(direct, Ok(made("packed")));
    for counter in [1, 2] {
        let signed_in = browser.promise("signIn()").await;
        assert_eq!(signed_in, Ok(json!({ "account": "ada", "counter": counter })));
    }
    drop(app);
    let listed = installation.ok(&["list", "--profile", "work", "--json"]);
    let listed: Value = serde_json::from_str(&listed).expect("JSON");
    // The account is one, so the later passkey has taken the place of the earlier one.
    let [passkey] = listed[0]["passkeys"].as_array().expect("a list").as_slice() else {
        panic!("{listed}");
    };
    assert_eq!((&passkey["account"], &passkey["rpId"]), (&json!("ada"), &json!("localhost")));
    let gone = browser.promise("signIn()").await.expect_err("nobody is there any more");
    assert!(gone.contains("Open Authenticator"), "{gone}");
}

#[tokio::test]
async fn a_website_does_not_get_passkeys_of_another() {
    let Some(prepared) = Prepared::find() else { return };
    let installation = Installation::new();
    let (_site, address) = website(&prepared);
    let browser = installation.browser(crate::browser::Trust::Nobody).await;
    let _app = installation.approving("work");
    browser.open(&address).await.expect("the page is shown");
    let registered = until(100, async || browser.promise("register()").await.ok()).await;
    assert!(registered.is_some(), "the website gets its own");
    for script in [
        "register({ override: { rp: { id: 'example.org', name: 'Example' } } })",
        "signIn({ override: { rpId: 'example.org' } })",
    ] {
        let refused = browser.promise(script).await.expect_err("another's");
        assert!(refused.starts_with("SecurityError"), "{script}: {refused}");
    }
    // A page that writes what Chromium writes is refused, too.
    let forged =
        "signIn({ override: { rpId: 'example.org', extensions: { remoteDesktopClientOverride: {
        origin: 'https://example.org', sameOriginWithAncestors: true } } } })";
    let refused = browser.promise(forged).await.expect_err("another's");
    assert!(
        refused.starts_with("SecurityError") || refused.starts_with("NotAllowedError"),
        "{refused}"
    );
    assert!(browser.promise("signIn()").await.is_ok(), "it still gets its own");
}
