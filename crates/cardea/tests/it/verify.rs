//! `cardea verify`.

use std::fs;

use super::{copy_of, run_in};

#[test]
fn a_certificate_holds_for_its_input_and_for_no_other() {
    let folder = copy_of("loop");
    let here = folder.path();
    let written = run_in(here, &["check", "loop", "--certificate", "proof.json"]);
    assert_eq!(written.code, Some(1), "{}", written.stderr);
    let verified = run_in(here, &["verify", "proof.json", "loop"]);
    assert_eq!(verified.code, Some(0), "{}", verified.stdout);
    let first = "verified: proof.json is about this input, and holds\n\
                 newcomers with Windows and iOS: 1 of 2 kinds of people never reach any app, \
                 because of `CA010 Passkey everywhere`\n";
    assert!(verified.stdout.starts_with(first), "{}", verified.stdout);

    let refused = |arguments: &[&str], why: &str| {
        let run = run_in(here, arguments);
        assert_eq!(run.code, Some(1), "{}", run.stdout);
        assert_eq!(run.stdout, format!("not verified: proof.json: {why}\n"));
    };
    let other = "it was made for another input, or with other settings";
    refused(&["verify", "proof.json", "loop", "--memberships", "1"], other);
    fs::write(here.join("loop/more.json"), "[]").unwrap();
    refused(&["verify", "proof.json", "loop"], other);
    fs::remove_file(here.join("loop/more.json")).unwrap();
    let text = fs::read_to_string(here.join("proof.json")).unwrap();
    fs::write(here.join("proof.json"), text.replace("\"refuted\"", "\"proved\"")).unwrap();
    let why = "newcomers to any app: the answer is not what follows from it";
    refused(&["verify", "proof.json", "loop"], why);
}

#[test]
fn a_certificate_about_fewer_memberships_is_verified_with_as_many() {
    let folder = copy_of("loop");
    let here = folder.path();
    run_in(here, &["check", "loop", "--memberships", "0", "--certificate", "proof.json"]);
    assert_eq!(run_in(here, &["verify", "proof.json", "loop"]).code, Some(1));
    let verified = run_in(here, &["verify", "proof.json", "loop", "--memberships", "0"]);
    assert_eq!(verified.code, Some(0), "{}", verified.stdout);
    let bound = "nobody was looked at with more than 0 of the memberships that the input leaves";
    assert!(verified.stdout.contains(bound), "{}", verified.stdout);
}

#[test]
fn what_is_no_certificate_could_not_be_run() {
    let folder = copy_of("loop");
    fs::write(folder.path().join("proof.json"), "{}").unwrap();
    let run = run_in(folder.path(), &["verify", "proof.json", "loop"]);
    assert_eq!(run.code, Some(2));
    assert!(run.stderr.starts_with("error: `proof.json` is no certificate: missing field"));
}
