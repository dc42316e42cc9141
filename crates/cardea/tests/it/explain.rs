//! `cardea explain`.

use crate::{command, examples, finish, run};

#[test]
fn every_rule_is_listed_and_has_a_page() {
    let list = run(&["explain"]);
    assert_eq!(list.code, Some(0));
    for rule in cardea_check::rules::ALL {
        assert!(list.stdout.contains(rule.name), "{} is not listed", rule.name);
        for form in [&["explain", rule.name][..], &["explain", rule.name, "--long"]] {
            let page = run(form);
            assert_eq!(page.code, Some(0), "{}", rule.name);
            assert!(page.stdout.starts_with(rule.name), "{}", page.stdout);
        }
    }
}

#[test]
fn short_pages_fit_eighty_columns_and_have_no_examples() {
    for rule in cardea_check::rules::ALL {
        let page = run(&["explain", rule.name]).stdout;
        let long = page.lines().skip(1).find(|line| line.chars().count() > 80);
        assert_eq!(long, None, "{}", rule.name);
        assert!(!page.contains("\"displayName\""), "{page}");
    }
}

#[test]
fn a_name_that_is_nearly_right_gets_a_hint() {
    let near = run(&["explain", "registration-lop"]);
    assert_eq!(near.code, Some(2));
    assert_eq!(
        near.stderr,
        "error: there is no rule `registration-lop`\nhelp: did you mean `registration-loop`?\n"
    );
}

#[test]
fn assumptions_are_explained_too() {
    let text = run(&["explain", "bluetooth-open"]).stdout;
    assert!(text.ends_with("    [assumptions]\n    bluetooth-open = false\n"), "{text}");
}

#[test]
fn every_assumption_that_a_run_names_can_be_explained() {
    for tenant in ["loop", "clean", "baseline"] {
        let check = run(&["check", tenant, "--format", "json", "--no-fixes"]);
        let report = crate::json(&check.stdout);
        let assumptions = report["assumptions"].as_array().unwrap();
        assert!(!assumptions.is_empty());
        for assumption in assumptions {
            let name = assumption["name"].as_str().unwrap();
            let page = run(&["explain", name]);
            assert_eq!(page.code, Some(0), "{name}: {}", page.stderr);
            assert!(page.stdout.starts_with(name), "{}", page.stdout);
        }
    }
}

#[test]
fn machines_get_the_page_as_it_is() {
    let text = run(&["explain", "wide-pass", "--format", "json"]).stdout;
    let page: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(page["rule"], "wide-pass");
    assert!(page["page"].as_str().unwrap().starts_with("# wide-pass\n"));
}

#[test]
fn styles_are_shown_where_they_are_wanted() {
    let styled = |name: &str, value: &str, arguments: &[&str]| {
        let mut command = command(&examples());
        finish(command.env(name, value).args(arguments)).stdout.contains('\u{1b}')
    };
    assert!(!styled("TERM", "xterm", &["explain"]), "a pipe is no terminal");
    assert!(styled("CLICOLOR_FORCE", "1", &["explain"]));
    assert!(styled("TERM", "xterm", &["explain", "--color", "always"]));
    assert!(!styled("CLICOLOR_FORCE", "1", &["explain", "--color", "never"]));
    assert!(styled("NO_COLOR", "1", &["explain", "--color", "always"]), "arguments win");
}

#[test]
fn outside_utf_8_everything_is_ascii() {
    for arguments in [&["explain", "registration-loop"][..], &["check", "loop"]] {
        let mut command = command(&examples());
        let text = finish(command.env("LANG", "C").args(arguments)).stdout;
        assert!(text.is_ascii(), "{text}");
        assert!(!text.is_empty());
    }
}
