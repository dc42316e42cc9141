//! A process that is killed while it saves: the vault is the old one or the new one, and what was said to be
//! kept is.
//!
//! These tests start processes, and do so one after the other. Until it runs another program, a new process has
//! a copy of every file that is open here, locks included; so they are also apart from the other tests of vaults.

#![expect(
    clippy::indexing_slicing,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "tests may fail, and say that they were skipped"
)]

#[expect(dead_code, reason = "the tests of the vault need more of it")]
#[path = "../vault/rig.rs"]
mod rig;

use std::env;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::sleep;
use std::time::Duration;

use cardea_authenticator::Binding;
use cardea_authenticator::vault::{NoAnchor, OpenedBy, Vault, VaultError};

use crate::rig::{Place, Running, key};

const VAULT: &str = "CARDEA_TEST_VAULT";

static ALONE: Mutex<()> = Mutex::new(());

/// Keeps other tests of this program waiting.
fn alone() -> MutexGuard<'static, ()> {
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How often a process is killed; `CARDEA_LONG` asks for more.
fn kills() -> u32 {
    if env::var_os("CARDEA_LONG").is_some() {
        return 200;
    }
    eprintln!("skipped: the long form, with 200 kills; set `CARDEA_LONG`");
    15
}

/// This test program once more, running one of its tests in the role of the one who is killed.
fn role(name: &str, place: &Place) -> Child {
    Command::new(env::current_exe().unwrap())
        .args(["--exact", name, "--nocapture"])
        .env(VAULT, &place.path)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Lets a role run for a while after it has begun, kills it, and gives the lines that it wrote.
fn killed_after(mut child: Child, wait: Duration) -> Vec<String> {
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let begun = lines.by_ref().map(Result::unwrap).find(|line| line.contains("begun"));
    assert!(begun.is_some(), "the role has not begun");
    sleep(wait);
    child.kill().unwrap();
    child.wait().unwrap();
    lines.map_while(Result::ok).collect()
}

fn say(text: &str) {
    let mut out = std::io::stdout();
    writeln!(out, "{text}").unwrap();
    out.flush().unwrap();
}

/// Makes passkeys in the vault that the environment names, and says so of each, until it is killed. Where it
/// names none, it makes one in a vault of its own, and looks whether it is there.
#[test]
fn a_writer_says_what_it_has_kept() {
    let _alone = alone();
    if let Some(path) = env::var_os(VAULT) {
        let mut vault = Vault::open(Path::new(&path), key(), Box::new(NoAnchor)).unwrap();
        let mut running = Running::on(vault.unlock("personal", None).unwrap().profile);
        say("begun");
        for handle in 0_u32.. {
            running.make("example.org", &handle.to_be_bytes(), &[]).unwrap();
            say("kept");
        }
    }
    let place = Place::new();
    let mut vault = place.create();
    vault.add_profile("personal", Binding::DeviceBound, None).unwrap();
    let mut running = Running::on(vault.unlock("personal", None).unwrap().profile);
    running.make("example.org", &[1], &[]).unwrap();
    assert_eq!(running.into_profile().state().credentials().len(), 1);
}

#[test]
fn what_a_killed_writer_has_kept_is_there() {
    let _alone = alone();
    for round in 0..kills() {
        let place = Place::new();
        place.create().add_profile("personal", Binding::DeviceBound, None).unwrap();
        let child = role("a_writer_says_what_it_has_kept", &place);
        let wait = Duration::from_micros(u64::from(round) * 3700 % 40_000);
        let said = killed_after(child, wait).iter().filter(|line| *line == "kept").count();
        let mut vault = place.open().unwrap();
        let kept = vault.unlock("personal", None).unwrap().profile.state().credentials().len();
        assert!((said..=said + 1).contains(&kept), "said {said}, kept {kept}");
    }
}

/// Tries a wrong PIN at the vault that the environment names, and says each verdict, until it is killed or
/// refused. Where it names none, it looks whether a verdict is one.
#[test]
fn a_guesser_says_each_verdict() {
    let _alone = alone();
    if let Some(path) = env::var_os(VAULT) {
        let mut vault = Vault::open(Path::new(&path), key(), Box::new(NoAnchor)).unwrap();
        say("begun");
        while let Err(VaultError::WrongPin { .. }) = vault.unlock("work", Some("1357")) {
            say("wrong");
        }
        return;
    }
    let place = Place::new();
    let mut vault = place.create();
    vault.add_profile("work", Binding::DeviceBound, Some("2468")).unwrap();
    assert!(matches!(vault.unlock("work", Some("1357")), Err(VaultError::WrongPin { left: 7 })));
}

#[test]
fn killing_a_guesser_wins_it_no_further_tries() {
    let _alone = alone();
    let place = Place::new();
    place.create().add_profile("work", Binding::DeviceBound, Some("2468")).unwrap();
    let (mut verdicts, mut left) = (0, 8);
    for round in 0..kills() {
        let child = role("a_guesser_says_each_verdict", &place);
        let wait = Duration::from_millis(u64::from(round) * 37 % 150);
        verdicts += killed_after(child, wait).iter().filter(|line| *line == "wrong").count();
        let OpenedBy::Pin { retries } = place.open().unwrap().profiles()[0].opened_by else {
            panic!("the PIN is gone");
        };
        assert!(retries <= left, "{left} tries became {retries}");
        left = retries;
        assert!(verdicts <= usize::from(8 - left), "{verdicts} verdicts with {left} left");
    }
    assert!(verdicts <= 7);
}
