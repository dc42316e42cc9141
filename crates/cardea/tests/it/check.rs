//! `cardea check`.

use std::fs;

use crate::{command, copy_of, examples, fed, finish, json, run, run_in};

#[test]
fn a_clean_tenant_is_proved() {
    let check = run(&["check", "clean", "--no-fixes"]);
    assert_eq!((check.code, check.stderr.as_str()), (Some(0), ""), "{}", check.stdout);
    assert!(check.stdout.contains("7 proved"), "{}", check.stdout);
}

#[test]
fn a_loop_is_refuted() {
    let check = run(&["check", "loop", "--no-fixes"]);
    assert_eq!(check.code, Some(1));
    assert!(check.stdout.contains("error[registration-loop]"), "{}", check.stdout);
    assert!(check.stdout.contains("loop/policies/CA010-passkey-everywhere.json:9:"));
}

#[test]
fn the_severity_that_fails_is_chosen_by_arguments_then_settings() {
    assert_eq!(run(&["check", "split", "--no-fixes"]).code, Some(1));
    assert_eq!(run(&["check", "split", "--fail-on", "lockout", "--no-fixes"]).code, Some(0));
    assert_eq!(run(&["check", "loop", "--fail-on", "lockout", "--no-fixes"]).code, Some(1));
    let folder = copy_of("split");
    let settings = folder.path().join("split/cardea.toml");
    let usual = fs::read_to_string(&settings).unwrap();
    fs::write(&settings, format!("fail-on = \"lockout\"\n{usual}")).unwrap();
    assert_eq!(run_in(folder.path(), &["check", "split", "--no-fixes"]).code, Some(0));
    let strict = ["check", "split", "--fail-on", "weakness", "--no-fixes"];
    assert_eq!(run_in(folder.path(), &strict).code, Some(1));
}

#[test]
fn exit_zero_forgives_findings_and_nothing_else() {
    assert_eq!(run(&["check", "loop", "--exit-zero", "--no-fixes"]).code, Some(0));
    assert_eq!(run(&["check", "no-such-folder", "--exit-zero", "--no-fixes"]).code, Some(2));
}

#[test]
fn a_field_that_nobody_knows_leaves_it_undecided() {
    let folder = copy_of("clean");
    let policy = folder.path().join("clean/policies/CA001-old-clients-blocked.json");
    let text = fs::read_to_string(&policy).unwrap();
    let changed =
        text.replacen("\"clientAppTypes\"", "\"moonPhase\": \"full\", \"clientAppTypes\"", 1);
    assert_ne!(text, changed);
    fs::write(&policy, changed).unwrap();
    let check = run_in(folder.path(), &["check", "clean", "--no-fixes"]);
    assert_eq!(check.code, Some(3), "{}", check.stdout);
    assert!(check.stdout.contains("moonPhase"), "{}", check.stdout);
}

#[test]
fn a_file_that_cannot_be_read_is_named_and_leaves_it_undecided() {
    let folder = copy_of("clean");
    fs::write(folder.path().join("clean/policies/CA099.json"), "{ \"state\": \"enabled\", }")
        .unwrap();
    let check = run_in(folder.path(), &["check", "clean", "--no-fixes"]);
    assert_eq!(check.code, Some(3), "{}", check.stdout);
    assert!(check.stdout.contains("clean/policies/CA099.json"), "{}", check.stdout);
    let report =
        json(&run_in(folder.path(), &["check", "clean", "--format", "json", "--no-fixes"]).stdout);
    assert_eq!(report["input"]["skipped"][0]["file"], "clean/policies/CA099.json");
}

#[test]
fn what_cannot_run_says_why_and_what_to_do() {
    let error = |arguments: &[&str]| {
        let run = run(arguments);
        assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""));
        run.stderr
    };
    assert_eq!(error(&["check", "nowhere"]), "error: `nowhere` does not exist\n");
    assert_eq!(
        error(&["check", "exemption/locations"]),
        "error: no Conditional Access policy in `exemption/locations`; saw 1 named location\n\
         help: export GET /identity/conditionalAccess/policies into the folder\n"
    );
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("cardea.toml"), "[breakglas]\n").unwrap();
    fs::write(folder.path().join("x.json"), "{}").unwrap();
    let settings = run_in(folder.path(), &["check", "."]);
    assert_eq!(settings.code, Some(2));
    assert!(settings.stderr.starts_with("error: cardea.toml:1:"), "{}", settings.stderr);
    assert!(settings.stderr.contains("breakglass"), "{}", settings.stderr);
}

#[test]
fn policies_that_are_not_on_count_when_asked() {
    let shut_by_ne602 = |arguments: &[&str]| {
        let all =
            [&["check", "baseline", "--format", "json", "--no-fixes"][..], arguments].concat();
        let report = json(&run(&all).stdout);
        let findings = report["findings"].as_array().unwrap().clone();
        findings.iter().any(|finding| {
            let name = finding["places"][0]["policy"].as_str().unwrap_or_default();
            finding["severity"] == "lockout" && name.starts_with("NE602")
        })
    };
    assert!(!shut_by_ne602(&[]), "it is in report-only mode");
    assert!(shut_by_ne602(&["--as-if-enabled"]));
}

#[test]
fn standard_input_is_an_export_too() {
    let folder = examples().join("loop");
    let read = |name: &str| fs::read_to_string(folder.join(name)).unwrap();
    let export = format!(
        "[{}, {}, {}]",
        read("policies/CA010-passkey-everywhere.json"),
        read("strengths/passkey-in-authenticator.json"),
        read("methods-policy.json")
    );
    let check = fed(command(&folder).args(["check", "-", "--format", "concise"]), &export);
    assert_eq!(check.code, Some(1), "{}", check.stderr);
    assert!(check.stdout.contains("<stdin>:"), "{}", check.stdout);
}

#[test]
fn every_format_comes_out_whole_and_into_a_file_as_well() {
    let folder = tempfile::tempdir().unwrap();
    for (format, begins) in [
        ("human", "read "),
        ("concise", "loop/"),
        ("json", "{\n  \"schema\": 1,"),
        ("sarif", "{\n"),
        ("github", "::"),
        ("html", "<!doctype html>"),
    ] {
        let printed = run(&["check", "loop", "--no-fixes", "--format", format]);
        assert_eq!(printed.code, Some(1), "{format}: {}", printed.stderr);
        let start = printed.stdout.get(..begins.len()).unwrap_or_default();
        assert_eq!(start.to_lowercase(), begins.to_lowercase(), "{format}");
        let path = folder.path().join(format);
        let written = run(&[
            "check",
            "loop",
            "--no-fixes",
            "--format",
            format,
            "--output",
            path.to_str().unwrap(),
        ]);
        assert_eq!((written.code, written.stdout.as_str()), (Some(1), ""));
        assert!(fs::metadata(&path).unwrap().len() > 0, "{format}");
    }
    let names = fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(names, 6, "nothing else is left behind");
}

#[test]
fn a_workflow_gets_annotations_and_a_summary() {
    let folder = tempfile::tempdir().unwrap();
    let summary = folder.path().join("summary.md");
    fs::write(&summary, "before\n").unwrap();
    let mut command = command(&examples());
    command.env("GITHUB_STEP_SUMMARY", &summary);
    let check = finish(command.args(["check", "loop", "--format", "github"]));
    assert!(check.stdout.contains("::error file=loop/policies/CA010"), "{}", check.stdout);
    let text = fs::read_to_string(&summary).unwrap();
    assert!(text.starts_with("before\n") && text.contains("registration-loop"), "{text}");
}

#[test]
fn with_colours_it_is_the_same_text() {
    let styled = run(&["check", "loop", "--color", "always", "--no-fixes"]).stdout;
    let plain = run(&["check", "loop", "--color", "never", "--no-fixes"]).stdout;
    let mut stripped = String::new();
    let mut rest = styled.as_str();
    while let Some((before, behind)) = rest.split_once('\u{1b}') {
        stripped += before;
        rest = behind.split_once('m').expect("a style ends").1;
    }
    stripped += rest;
    let untimed = |text: &str| text.rsplit_once(';').map(|(text, _)| text.to_owned());
    assert_ne!(styled, plain);
    assert_eq!(untimed(&stripped), untimed(&plain));
}
