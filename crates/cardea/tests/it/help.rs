//! Help texts, word for word.

use crate::run;

#[test]
fn every_help_text_begins_with_what_the_command_does_and_how_it_is_used() {
    let commands = [
        "",
        "check",
        "whatif",
        "diff",
        "fix",
        "explain",
        "serve",
        "pass",
        "pass issue",
        "attestation",
        "attestation list",
        "attestation revoke",
        "policy",
        "import",
        "export",
        "recover",
        "authenticator",
        "authenticator add",
        "authenticator list",
        "authenticator sign-in",
        "authenticator rename",
        "authenticator remove",
        "authenticator mend",
        "authenticator approve",
        "authenticator device",
        "authenticator profiles",
        "authenticator profile",
        "authenticator profile add",
        "authenticator profile remove",
        "authenticator change-pin",
        "authenticator export",
        "authenticator import",
        "authenticator install-extension",
        "authenticator bridge",
        "bluetooth-policy",
        "completions",
        "man",
    ];
    let mut texts = String::new();
    for command in commands {
        let arguments: Vec<&str> = command.split_whitespace().chain(["--help"]).collect();
        let help = run(&arguments);
        assert_eq!((help.code, help.stderr.as_str()), (Some(0), ""), "{command}");
        let usage = help.stdout.find("\nUsage: ").expect("usage");
        assert!(help.stdout.find("\nExamples:\n").expect("examples") < usage, "{command}");
        assert!(help.stdout.lines().all(|line| line.len() <= 100), "{}", help.stdout);
        texts.extend(["$ cardea ", &arguments.join(" "), "\n", &help.stdout, "\n"]);
    }
    insta::assert_snapshot!(texts);
}

#[test]
fn the_version_has_the_motto() {
    let version = run(&["--version"]);
    let motto = "She opens what is shut and shuts what is open.";
    assert_eq!(version.stdout, format!("cardea {}\n{motto}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn nothing_and_nonsense_are_usage_errors() {
    assert_eq!(run(&[]).code, Some(2));
    let unknown = run(&["chek"]);
    assert_eq!(unknown.code, Some(2));
    assert!(unknown.stderr.contains("check"), "{}", unknown.stderr);
}

#[test]
fn completions_know_commands_and_rules() {
    for shell in ["bash", "zsh", "fish", "powershell"] {
        let script = run(&["completions", shell]);
        assert_eq!(script.code, Some(0));
        for word in ["whatif", "as-if-enabled"] {
            assert!(script.stdout.contains(word), "{shell} does not know {word}");
        }
        // The generators for the other shells leave the values of positional arguments out.
        let knows_rules = script.stdout.contains("registration-loop");
        assert_eq!(knows_rules, ["bash", "zsh"].contains(&shell), "{shell}");
    }
}

#[test]
fn the_manual_has_a_page_for_each_command() {
    let folder = tempfile::tempdir().unwrap();
    let man = run(&["man", folder.path().to_str().unwrap()]);
    assert_eq!(man.code, Some(0), "{}", man.stderr);
    for page in ["cardea.1", "cardea-check.1", "cardea-whatif.1"] {
        let text = std::fs::read_to_string(folder.path().join(page)).unwrap();
        assert!(text.contains(".TH cardea"), "{page}");
    }
    assert!(run(&["man"]).stdout.contains(".SH SYNOPSIS"));
}
