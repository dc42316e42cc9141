//! One line for each finding.

use cardea_graph::source::Sources;

use super::places::Places;
use super::text::{Charset, one_line};
use super::words;
use crate::report::{Finding, Report};

/// One line for each finding, worst first, as `file:line:column: severity[rule] message`, then the
/// totals, so that a run without findings still says what it proved and what it left open.
///
/// A finding without a place in a file names the policy instead, and one about something that is
/// missing the folder.
pub fn concise(report: &Report, sources: &Sources, charset: Charset) -> String {
    let places = Places::new(sources);
    let mut out = String::new();
    let findings = words::worst_first(report);
    for line in findings.into_iter().map(|finding| line(finding, &places)) {
        out.push_str(&one_line(&line, charset));
        out.push('\n');
    }
    out.push_str(&words::totals(report));
    out.push('\n');
    out
}

fn line(finding: &Finding, places: &Places<'_>) -> String {
    let Finding { rule, severity, message, .. } = finding;
    let text = format!("{}[{rule}] {message}", words::level(*severity));
    let label = words::primary(finding);
    match label.and_then(|label| places.place(label.span.as_ref()?)) {
        None => {
            let object = label.map(|label| label.object.as_str());
            let object = object.filter(|object| !object.is_empty());
            format!("{}: {text}", object.unwrap_or_else(|| places.root()))
        }
        Some(place) => {
            let start = place.start;
            format!("{}:{}:{}: {text}", place.file.path, start.line, start.column)
        }
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;
    use crate::render::samples;

    fn unicode((report, sources): (Report, Sources)) -> String {
        concise(&report, &sources, Charset::Unicode)
    }

    #[test]
    fn the_worst_finding_comes_first() {
        assert_snapshot!(unicode(samples::looping()), @"
        policies/CA010.json:7:7: error[registration-loop] people without a passkey can never add their first one
        policies/CA010.json:12:7: warning[unprotected-resource] group 0b7a5c1e reaches every app with a password alone
        1 error, 1 warning; 3 questions: 2 not proved, 1 not decided; 31 ms
        ");
    }

    #[test]
    fn a_finding_without_a_file_names_its_policy() {
        assert_snapshot!(unicode(samples::open()), @"
        CA010 Passkey everywhere: doubt[unknown-reference] strength 9b1c7c52 is not in the export
        0 errors, 0 warnings, 1 doubt, 1 accepted; 2 questions: 1 proved, 1 not decided; 4 ms
        ");
    }

    #[test]
    fn a_finding_about_something_missing_names_the_folder() {
        assert_snapshot!(unicode(samples::missing()), @"
        policies/: warning[unprotected-resource] anybody opens any app with a password alone
        0 errors, 1 warning; no question answered; 2 ms
        ");
    }

    #[test]
    fn a_run_without_findings_says_what_was_proved() {
        assert_snapshot!(unicode(samples::proved()), @"
        0 errors, 0 warnings; 1 question: 1 proved; 2 ms
        ");
    }

    #[test]
    fn a_hostile_name_stays_on_its_line() {
        assert_snapshot!(unicode(samples::hostile()), @r#"
        a b/<\u{1b}[1m>,:%.json:1:48002: error[registration-loop] </script><b>x</b>\u{1b}[2J\u{202e}%0A::error::|`]]> "'&
        1 error, 0 warnings, 1 accepted; 1 question: 1 not proved; 1 ms
        "#);
    }
}
