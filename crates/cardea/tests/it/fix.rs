//! `cardea fix`.

use crate::{copy_of, run, run_in};

#[test]
fn nothing_to_fix_is_good_news() {
    let fix = run(&["fix", "clean"]);
    assert_eq!(fix.code, Some(0));
    assert_eq!(fix.stdout, "nothing to fix: there is no finding\n");
    let fix = run(&["fix", "wide-pass", "clean"]);
    assert_eq!(fix.stdout, "nothing to fix: there is no finding of `wide-pass`\n");
}

#[test]
fn a_word_that_is_neither_rule_nor_path_is_an_error() {
    let fix = run(&["fix", "registration-lop", "loop"]);
    assert_eq!(fix.code, Some(2));
    assert_eq!(
        fix.stderr,
        "error: `registration-lop` is no rule and no path\nhelp: did you mean `registration-loop`?\n"
    );
}

#[test]
fn without_apply_nothing_is_written() {
    let folder = copy_of("loop");
    let before = run_in(folder.path(), &["check", "loop", "--format", "json", "--no-fixes"]).stdout;
    let fix = run_in(folder.path(), &["fix", "registration-loop", "loop"]);
    assert_eq!(fix.code, Some(1), "{}", fix.stderr);
    let after = run_in(folder.path(), &["check", "loop", "--format", "json", "--no-fixes"]).stdout;
    assert_eq!(crate::json(&before), crate::json(&after));
}
