//! `cardea diff`.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::{copy_of, run, run_in};

fn machine(folder: &Path, arguments: &[&str]) -> (Option<i32>, Value) {
    let run = run_in(folder, &[&["diff", "--format", "json"][..], arguments].concat());
    (run.code, serde_json::from_str(&run.stdout).unwrap_or_else(|_| panic!("{}", run.stderr)))
}

#[test]
fn the_way_out_of_a_loop_is_better_here_and_weaker_there() {
    let diff = run(&["diff", "loop", "split"]);
    assert_eq!(diff.code, Some(1), "{}", diff.stderr);
    for part in [
        "policy   CA010 Passkey everywhere  gone\n",
        "weaker   anybody, on ",
        "  everyone can sign in      not proved   proved       better\n",
        "  no weak way in            proved       not proved   WORSE\n",
        "new      weakness[wide-pass]",
        "gone     lockout[registration-loop]",
    ] {
        assert!(diff.stdout.contains(part), "{part}: {}", diff.stdout);
    }
}

#[test]
fn the_same_in_other_words_is_the_same() {
    let folder = copy_of("split");
    let text = fs::read_dir(folder.path().join("split/policies"))
        .unwrap()
        .map(|entry| fs::read_to_string(entry.unwrap().path()).unwrap())
        .collect::<Vec<_>>()
        .join(",");
    let after = folder.path().join("after");
    fs::create_dir(&after).unwrap();
    fs::write(after.join("policies.json"), format!("{{\"value\": [{text}]}}")).unwrap();
    for name in ["methods-policy.json", "groups.json", "cardea.toml"] {
        fs::copy(folder.path().join("split").join(name), after.join(name)).unwrap();
    }
    fs::rename(folder.path().join("split/strengths"), after.join("strengths")).unwrap();
    fs::create_dir(folder.path().join("split/strengths")).unwrap();
    for entry in fs::read_dir(after.join("strengths")).unwrap() {
        let path = entry.unwrap().path();
        let place = folder.path().join("split/strengths").join(path.file_name().unwrap());
        fs::copy(&path, place).unwrap();
    }
    let (_, diff) = machine(folder.path(), &["split", "after"]);
    for part in ["policies", "weaker", "stricter", "new", "gone"] {
        assert_eq!(diff[part], serde_json::json!([]), "{part}");
    }
}

#[test]
fn only_what_is_weaker_or_worse_fails() {
    let folder = copy_of("split");
    let whole = folder.path();
    let policy = whole.join("split/policies/CA020-guests-mfa.json");
    let text = fs::read_to_string(&policy).unwrap();
    let off = text.replacen("\"enabled\"", "\"disabled\"", 1);
    assert_ne!(text, off);
    let before = copy_of("split");
    fs::rename(before.path().join("split"), whole.join("before")).unwrap();
    fs::write(&policy, off).unwrap();
    let (code, weaker) = machine(whole, &["before", "split"]);
    assert_eq!((code, weaker["policies"][0]["parts"][0].as_str()), (Some(1), Some("state")));
    assert_ne!(weaker["weaker"], serde_json::json!([]));
    let (_, stricter) = machine(whole, &["split", "before"]);
    assert_eq!(stricter["weaker"], serde_json::json!([]));
    assert_ne!(stricter["stricter"], serde_json::json!([]));
    let (code, _) = machine(whole, &["before", "split", "--exit-zero"]);
    assert_eq!(code, Some(0));
}

fn git(folder: &Path, arguments: &[&str]) {
    let mut git = Command::new("git");
    git.current_dir(folder).args(["-c", "user.name=Kim", "-c", "user.email=kim@contoso.example"]);
    assert!(git.args(arguments).output().unwrap().status.success(), "{arguments:?}");
}

#[test]
fn a_revision_of_git_is_a_version_too() {
    let folder = copy_of("loop");
    let whole = folder.path();
    git(whole, &["init", "--quiet", "--initial-branch=main"]);
    git(whole, &["add", "."]);
    git(whole, &["commit", "--quiet", "--message=before"]);
    let policy = whole.join("loop/policies/CA010-passkey-everywhere.json");
    let text = fs::read_to_string(&policy).unwrap();
    fs::write(&policy, text.replacen("\"enabled\"", "\"disabled\"", 1)).unwrap();
    for (place, arguments) in [
        (whole.to_owned(), ["main:loop", "loop"]),
        (whole.to_owned(), ["main:", "."]),
        (whole.join("loop"), ["HEAD:", "."]),
        (whole.join("loop"), ["main:./policies", "policies"]),
    ] {
        let (code, diff) = machine(&place, &arguments);
        assert_eq!(code, Some(1), "{arguments:?}");
        let changed = diff["policies"].as_array().unwrap();
        assert_eq!(changed.len(), 1, "{arguments:?}: {diff}");
        assert_eq!(changed[0]["policy"], "CA010 Passkey everywhere");
    }
    let (code, same) = machine(whole, &["main:loop", "main:loop"]);
    assert_eq!(same["policies"], serde_json::json!([]));
    assert_ne!(code, Some(1));
}

#[test]
fn what_is_neither_path_nor_revision_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let error = |arguments: &[&str]| {
        let run = run_in(folder.path(), &[&["diff"][..], arguments].concat());
        assert_eq!(run.code, Some(2), "{}", run.stdout);
        run.stderr
    };
    assert_eq!(
        error(&["main", "."]),
        "error: `main` does not exist\nhelp: a revision is written with a colon: `main:`\n"
    );
    assert!(error(&["main:x", "."]).starts_with("error: git says: not a git repository"));
    assert!(error(&["-", "."]).contains("standard input cannot be compared"));
}
