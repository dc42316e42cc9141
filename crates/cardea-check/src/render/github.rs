//! GitHub: annotations of a workflow's log, and the table of its step summary.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use cardea_graph::source::Sources;

use super::places::Places;
use super::text::{Charset, count, grouped, one_line};
use super::words;
use crate::report::{Finding, Report, Severity};

/// GitHub shows at most ten annotations of a kind for a step.
const SHOWN: usize = 10;
/// A step summary may have 1 MiB; this leaves room for the rest of the step.
const SUMMARY_BYTES: usize = 900_000;

/// Workflow commands for the ten worst findings of each kind, then how many were left out, then
/// the totals.
///
/// Lockouts and unread input are errors; weaknesses and doubts are warnings, since a question that
/// is not decided must not look like good news; notes are notices. Escaped as GitHub's "Workflow
/// commands for GitHub Actions" says; lines that are not commands hold no text from the input,
/// because the runner also looks for `##[` in the middle of a line.
pub fn github(report: &Report, sources: &Sources) -> String {
    let places = Places::new(sources);
    let mut out = String::new();
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for finding in words::worst_first(report) {
        let kind = kind(finding.severity);
        let number = seen.entry(kind).or_default();
        *number += 1;
        if *number <= SHOWN {
            command(&mut out, kind, finding, &places);
        }
    }
    for (kind, number) in seen {
        if let Some(more) = number.checked_sub(SHOWN).filter(|&more| more > 0) {
            let more = count(more, kind, &format!("{kind}s"));
            let _ = writeln!(out, "{more} more: see the step summary");
        }
    }
    let _ = writeln!(out, "{}", words::totals(report));
    out
}

fn kind(severity: Severity) -> &'static str {
    match severity {
        Severity::Input | Severity::Lockout => "error",
        Severity::Weakness | Severity::Doubt => "warning",
        Severity::Note => "notice",
    }
}

fn command(out: &mut String, kind: &str, finding: &Finding, places: &Places<'_>) {
    let _ = write!(out, "::{kind} ");
    let label = words::primary(finding);
    let place = label.and_then(|label| places.place(label.span.as_ref()?));
    if let Some(place) = place.filter(|place| place.file.path != "<stdin>") {
        let (start, end) = (place.start, place.end);
        let file = property(&place.file.path);
        let _ = write!(out, "file={file},line={},endLine={},", start.line, end.line);
        if start.line == end.line {
            // GitHub's last column is the last character, not the one behind it.
            let last = end.column.saturating_sub(1).max(start.column);
            let _ = write!(out, "col={},endColumn={last},", start.column);
        }
    } else if label.is_none_or(words::is_missing)
        && let Some(path) = places.first_file()
    {
        // Without a file GitHub shows an annotation in the log only.
        let _ = write!(out, "file={},line=1,", property(path));
    }
    let title = format!("{}[{}]", words::level(finding.severity), finding.rule);
    let mut lines = vec![finding.message.clone()];
    let who = words::who(&finding.who);
    if !who.is_empty() {
        lines.push(format!("who: {who}"));
    }
    if let Some(help) = &finding.help {
        lines.push(format!("help: {help}"));
    }
    lines.push(format!("why: cardea explain {}", finding.rule));
    let lines: Vec<String> = lines.iter().map(|line| data(line)).collect();
    let _ = writeln!(out, "title={}::{}", property(&title), lines.join("%0A"));
}

/// A command's message.
fn data(text: &str) -> String {
    one_line(text, Charset::Unicode).replace('%', "%25")
}

/// A value of a command's property.
fn property(text: &str) -> String {
    // A path must stay the path, so here control characters are encoded and not spelled out.
    let text = text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    let text = text.replace(':', "%3A").replace(',', "%2C");
    one_line(&text, Charset::Unicode).into_owned()
}

/// The whole report as Markdown for `GITHUB_STEP_SUMMARY`: the answers, then a table of all
/// findings, worst first, cut with a remark where it would outgrow a step summary.
pub fn github_summary(report: &Report, sources: &Sources) -> String {
    let places = Places::new(sources);
    let mut out = String::from("## Conditional Access check\n\n| question | answer | because |\n");
    out.push_str("| --- | --- | --- |\n");
    for verdict in &report.verdicts {
        let because = super::human::because(verdict, report);
        let answer = words::answer(verdict.answer);
        row(&mut out, &[verdict.question.text(), answer, &because]);
    }
    let findings = words::worst_first(report);
    if !findings.is_empty() {
        out.push_str("\n| severity | rule | where | finding |\n| --- | --- | --- | --- |\n");
    }
    for (at, finding) in findings.iter().enumerate() {
        if out.len() > SUMMARY_BYTES {
            let _ = writeln!(out, "\n{} more findings.", grouped(findings.len() - at));
            break;
        }
        let level = words::level(finding.severity);
        row(&mut out, &[level, finding.rule, &place(finding, &places), &finding.message]);
    }
    let _ = writeln!(out, "\n{}", words::totals(report));
    out
}

fn place(finding: &Finding, places: &Places<'_>) -> String {
    let label = words::primary(finding);
    match (label, label.and_then(|label| places.place(label.span.as_ref()?))) {
        (_, Some(place)) => format!("{}:{}", place.file.path, place.start.line),
        (Some(label), None) if !words::is_missing(label) => label.object.clone(),
        (Some(_) | None, None) => places.root().to_owned(),
    }
}

fn row(out: &mut String, cells: &[&str]) {
    for cell in cells {
        out.push_str("| ");
        markdown(out, cell);
        out.push(' ');
    }
    out.push_str("|\n");
}

/// Text that Markdown shows as it is, also within a table.
fn markdown(out: &mut String, text: &str) {
    for c in one_line(text, Charset::Unicode).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '#' | '!' | '$' => {
                out.extend(['\\', c]);
            }
            // As entities they make neither links nor mentions.
            ':' | '@' => {
                let _ = write!(out, "&#{};", u32::from(c));
            }
            c => out.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;
    use crate::render::samples;

    fn rendered((report, sources): (Report, Sources)) -> String {
        github(&report, &sources)
    }

    #[test]
    fn a_finding_annotates_its_line() {
        assert_snapshot!(rendered(samples::looping()), @"
        ::error file=policies/CA010.json,line=7,endLine=7,col=7,endColumn=36,title=error[registration-loop]::people without a passkey can never add their first one%0Awho: everyone except group 0b7a5c1e%0Awhy: cardea explain registration-loop
        ::warning file=policies/CA010.json,line=12,endLine=12,col=7,endColumn=21,title=warning[unprotected-resource]::group 0b7a5c1e reaches every app with a password alone%0Awhy: cardea explain unprotected-resource
        1 error, 1 warning; 3 questions: 2 not proved, 1 not decided; 31 ms
        ");
    }

    #[test]
    fn an_open_question_is_a_warning_without_a_file() {
        assert_snapshot!(rendered(samples::open()), @"
        ::warning title=doubt[unknown-reference]::strength 9b1c7c52 is not in the export%0Ahelp: add GET /policies/authenticationStrengthPolicies%0Awhy: cardea explain unknown-reference
        0 errors, 0 warnings, 1 doubt, 1 accepted; 2 questions: 1 proved, 1 not decided; 4 ms
        ");
    }

    #[test]
    fn a_finding_about_something_missing_annotates_the_first_file() {
        let (report, sources) = samples::missing();
        assert_snapshot!(github(&report, &sources), @"
        ::warning file=policies/CA001.json,line=1,title=warning[unprotected-resource]::anybody opens any app with a password alone%0Awho: 2 people, for example Kim%0Awhy: cardea explain unprotected-resource
        0 errors, 1 warning; no question answered; 2 ms
        ");
        assert!(github_summary(&report, &sources).contains("| policies/ |"));
    }

    #[test]
    fn a_run_without_findings_has_no_annotations() {
        assert_snapshot!(rendered(samples::proved()), @"
        0 errors, 0 warnings; 1 question: 1 proved; 2 ms
        ");
    }

    #[test]
    fn a_hostile_name_neither_ends_its_command_nor_starts_another() {
        let out = rendered(samples::hostile());
        assert_eq!(out.lines().filter(|line| line.contains("::")).count(), 1);
        assert_snapshot!(out, @r#"
        ::error file=a b/<\u{1b}[1m>%2C%3A%25.json,line=1,endLine=1,col=48002,endColumn=48026,title=error[registration-loop]::</script><b>x</b>\u{1b}[2J\u{202e}%250A::error::|`]]> "'&%0Awho: </script><b>x</b>\u{1b}[2J\u{202e}%250A::error::|`]]> "'&, for example </script><b>x</b>\u{1b}[2J\u{202e}%250A::error::|`]]> "'&%0Ahelp: </script><b>x</b>\u{1b}[2J\u{202e}%250A::error::|`]]> "'&%0Awhy: cardea explain registration-loop
        1 error, 0 warnings, 1 accepted; 1 question: 1 not proved; 1 ms
        "#);
    }

    #[test]
    fn the_eleventh_of_a_kind_goes_to_the_summary() {
        let (mut report, sources) = samples::looping();
        let one = report.findings[1].clone();
        report.findings.extend(std::iter::repeat_n(one, 12));
        let out = github(&report, &sources);
        assert_eq!(out.matches("::error ").count(), 10);
        assert_eq!(out.matches("::warning ").count(), 1);
        assert!(out.contains("\n3 errors more: see the step summary\n"), "{out}");
        let summary = github_summary(&report, &sources);
        assert_eq!(summary.matches("| error |").count(), 13);
    }

    #[test]
    fn the_summary_is_two_tables() {
        let (report, sources) = samples::looping();
        assert_snapshot!(github_summary(&report, &sources), @"
        ## Conditional Access check

        | question | answer | because |
        | --- | --- | --- |
        | everyone can sign in | not proved | registration-loop |
        | nothing is unprotected | not proved | unprotected-resource |
        | guests can sign in | not decided | unknown-reference; home tenant unknown |

        | severity | rule | where | finding |
        | --- | --- | --- | --- |
        | error | registration-loop | policies/CA010.json&#58;7 | people without a passkey can never add their first one |
        | warning | unprotected-resource | policies/CA010.json&#58;12 | group 0b7a5c1e reaches every app with a password alone |

        1 error, 1 warning; 3 questions: 2 not proved, 1 not decided; 31 ms
        ");
    }

    #[test]
    fn a_hostile_name_is_text_in_the_summary() {
        let (report, sources) = samples::hostile();
        assert_snapshot!(github_summary(&report, &sources), @r#"
        ## Conditional Access check

        | question | answer | because |
        | --- | --- | --- |
        | everyone can sign in | not proved | &lt;/script&gt;&lt;b&gt;x&lt;/b&gt;\\u{1b}\[2J\\u{202e}%0A&#58;&#58;error&#58;&#58;\|\`\]\]&gt; "'&amp;; &lt;/script&gt;&lt;b&gt;x&lt;/b&gt;\\u{1b}\[2J\\u{202e}%0A&#58;&#58;error&#58;&#58;\|\`\]\]&gt; "'&amp; |

        | severity | rule | where | finding |
        | --- | --- | --- | --- |
        | error | registration-loop | a b/&lt;\\u{1b}\[1m&gt;,&#58;%.json&#58;1 | &lt;/script&gt;&lt;b&gt;x&lt;/b&gt;\\u{1b}\[2J\\u{202e}%0A&#58;&#58;error&#58;&#58;\|\`\]\]&gt; "'&amp; |

        1 error, 0 warnings, 1 accepted; 1 question: 1 not proved; 1 ms
        "#);
    }

    #[test]
    fn a_summary_stays_below_a_mebibyte_and_says_what_is_missing() {
        let (mut report, sources) = samples::looping();
        report.findings[1].message = "x".repeat(10_000);
        let one = report.findings[1].clone();
        report.findings.extend(std::iter::repeat_n(one, 150));
        let summary = github_summary(&report, &sources);
        assert!(summary.len() < 1 << 20, "{}", summary.len());
        assert!(summary.contains("\n62 more findings.\n"));
    }
}
