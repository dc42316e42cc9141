//! A comparison for people and for tools.

use cardea_check::render::{Color, Terminal, one_line};
use cardea_check::report::{Answer, Finding};
use cardea_prover::effect::difference::Change;
use serde_json::{Value, json};

use super::compare::{Comparison, How, Trend};
use super::words;
use crate::load::Loaded;

/// How many sign-ins of a kind are shown.
const SHOWN: usize = 20;

/// Both versions, for names.
#[derive(Clone, Copy)]
pub(super) struct Versions<'a> {
    pub old: &'a Loaded,
    pub new: &'a Loaded,
}

/// What changed, what it does to sign-ins, and what it does to the answers.
pub(super) fn human(
    comparison: &Comparison,
    versions: Versions<'_>,
    terminal: &Terminal,
) -> String {
    let mut page = Page { text: String::new(), terminal };
    for changed in &comparison.policies {
        let how = match &changed.how {
            How::New => "new".to_owned(),
            How::Gone => "gone".to_owned(),
            How::Parts(parts) => format!("changed: {}", parts.join(", ")),
        };
        page.line("policy   ", &format!("{}  {how}", changed.name));
    }
    if comparison.policies.is_empty() {
        page.line("", "no policy has changed");
    }
    page.text.push('\n');
    page.changes("weaker   ", "31", &comparison.difference.weaker, versions);
    page.changes("stricter ", "36", &comparison.difference.stricter, versions);
    if comparison.difference.weaker.is_empty() && comparison.difference.stricter.is_empty() {
        page.line("", "what is demanded of people is the same everywhere");
    }
    if comparison.is_open() {
        page.line("undecided", " there are too many sign-ins to compare all of them");
    }
    page.text.push('\n');
    page.verdicts(comparison);
    page.findings("new      ", "31", &comparison.new);
    page.findings("gone     ", "36", &comparison.gone);
    page.text += &totals(comparison);
    page.text
}

fn totals(comparison: &Comparison) -> String {
    let count =
        |trend| comparison.verdicts.iter().filter(|it| Trend::of(it.1, it.2) == trend).count();
    format!(
        "{} weaker, {} stricter; answers: {} better, {} worse; findings: {} new, {} gone\n",
        comparison.difference.weaker.len(),
        comparison.difference.stricter.len(),
        count(Trend::Better),
        count(Trend::Worse),
        comparison.new.len(),
        comparison.gone.len()
    )
}

struct Page<'t> {
    text: String,
    terminal: &'t Terminal,
}

impl Page<'_> {
    /// A lead, and a text that is broken beside it.
    fn line(&mut self, lead: &str, text: &str) {
        self.styled(lead, "1", text);
    }

    fn styled(&mut self, lead: &str, style: &str, text: &str) {
        let text = one_line(text, self.terminal.charset);
        let indent = " ".repeat(lead.len());
        let options = textwrap::Options::new(self.terminal.width.clamp(60, 100))
            .initial_indent(&indent)
            .subsequent_indent(&indent)
            .word_splitter(textwrap::WordSplitter::NoHyphenation)
            .wrap_algorithm(textwrap::WrapAlgorithm::FirstFit);
        let filled = textwrap::fill(&text, options);
        let rest = filled.get(lead.len()..).unwrap_or_default();
        match self.terminal.color {
            Color::Always if !lead.is_empty() => {
                self.text += &format!("\u{1b}[1;{style}m{lead}\u{1b}[0m{rest}\n");
            }
            Color::Always | Color::Never => self.text += &format!("{lead}{rest}\n"),
        }
    }

    fn changes(&mut self, lead: &str, style: &str, changes: &[Change], versions: Versions<'_>) {
        for change in changes.iter().take(SHOWN) {
            let spoken = Spoken::of(change, versions);
            let text = format!("{}: {} instead of {}", spoken.who, spoken.new, spoken.old);
            self.styled(lead, style, &text);
        }
        if changes.len() > SHOWN {
            self.line(lead, &format!("and {} more", changes.len() - SHOWN));
        }
    }

    fn verdicts(&mut self, comparison: &Comparison) {
        self.text += &format!("{:28}{:13}after\n", "", "before");
        for (question, before, after) in &comparison.verdicts {
            let trend = match Trend::of(*before, *after) {
                Trend::Same => "=",
                Trend::Better => "better",
                Trend::Worse => "WORSE",
            };
            let (text, before, after) = (question.text(), answer(*before), answer(*after));
            self.text += &format!("  {text:26}{before:13}{after:13}{trend}\n");
        }
        self.text.push('\n');
    }

    fn findings(&mut self, lead: &str, style: &str, findings: &[Finding]) {
        for finding in findings {
            let severity = finding.severity.as_str();
            self.styled(lead, style, &format!("{severity}[{}] {}", finding.rule, finding.message));
        }
    }
}

/// A change in words.
struct Spoken {
    who: String,
    old: String,
    new: String,
}

impl Spoken {
    fn of(change: &Change, Versions { old, new }: Versions<'_>) -> Self {
        let said = |grants: &_, loaded: &Loaded| {
            let tenant = &loaded.lowered.tenant;
            words::demanded(grants, &tenant.policies, &tenant.strengths)
        };
        Self {
            who: words::sign_in(&change.witness, &new.lowered.names),
            old: said(&change.old, old),
            new: said(&change.new, new),
        }
    }
}

fn answer(answer: Answer) -> &'static str {
    match answer {
        Answer::Proved => "proved",
        Answer::Refuted => "not proved",
        Answer::Undecided => "not decided",
    }
}

/// The comparison for tools, schema 1.
pub(super) fn machine(comparison: &Comparison, versions: Versions<'_>) -> Value {
    let changes = |changes: &[Change]| {
        let each = changes.iter().map(|change| {
            let Spoken { who, old, new } = Spoken::of(change, versions);
            json!({ "sign_in": who, "before": old, "after": new })
        });
        each.collect::<Vec<_>>()
    };
    let findings = |findings: &[Finding]| {
        let each = findings.iter().map(|finding| {
            json!({
                "rule": finding.rule,
                "severity": finding.severity.as_str(),
                "message": finding.message,
            })
        });
        each.collect::<Vec<_>>()
    };
    let policies = comparison.policies.iter().map(|changed| match &changed.how {
        How::New => json!({ "policy": changed.name, "change": "new" }),
        How::Gone => json!({ "policy": changed.name, "change": "gone" }),
        How::Parts(parts) => {
            json!({ "policy": changed.name, "change": "changed", "parts": parts })
        }
    });
    let verdicts = comparison.verdicts.iter().map(|(question, before, after)| {
        json!({
            "question": question.name(),
            "before": before.as_str(),
            "after": after.as_str(),
        })
    });
    json!({
        "schema": 1,
        "policies": policies.collect::<Vec<_>>(),
        "weaker": changes(&comparison.difference.weaker),
        "stricter": changes(&comparison.difference.stricter),
        "complete": !comparison.is_open(),
        "verdicts": verdicts.collect::<Vec<_>>(),
        "new": findings(&comparison.new),
        "gone": findings(&comparison.gone),
    })
}
