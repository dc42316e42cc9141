//! Small marks with a sign, a word and a colour, in this order of importance.

use askama::Template;
use cardea_check::report::{Answer, Severity};

/// What a mark says beside its word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Proved, or done. Nothing else is green.
    Good,
    /// A counter-example: people are locked out.
    Bad,
    /// People get in more cheaply than meant, or something ends soon.
    Weak,
    /// Not decided.
    Open,
    /// Neither good nor bad.
    Plain,
}

impl Tone {
    /// The class of the style sheet.
    pub fn class(self) -> &'static str {
        match self {
            Self::Good => "ok",
            Self::Bad => "bad",
            Self::Weak => "warn",
            Self::Open => "open",
            Self::Plain => "plain",
        }
    }

    /// The sign that says the same without colour.
    pub fn sign(self) -> &'static str {
        match self {
            Self::Good => "✓",
            Self::Bad => "✕",
            Self::Weak => "▲",
            Self::Open => "?",
            Self::Plain => "",
        }
    }

    /// The tone of an answer.
    pub fn of(answer: Answer) -> Self {
        match answer {
            Answer::Proved => Self::Good,
            Answer::Refuted => Self::Bad,
            Answer::Undecided => Self::Open,
        }
    }

    /// The tone of a finding.
    pub fn of_finding(severity: Severity) -> Self {
        match severity {
            Severity::Input | Severity::Lockout => Self::Bad,
            Severity::Weakness => Self::Weak,
            Severity::Doubt => Self::Open,
            Severity::Note => Self::Plain,
        }
    }
}

/// A mark.
#[derive(Debug, Clone, PartialEq, Eq, Template)]
#[template(
    source = "<span class=\"tag {{ tone.class() }}\">{% if !tone.sign().is_empty() %}<span aria-hidden=\"true\">{{ tone.sign() }}</span> {% endif %}{{ text }}</span>",
    ext = "html"
)]
pub struct Chip {
    /// What it says beside its word.
    pub tone: Tone,
    /// The word or few.
    pub text: String,
}

super::safe!(Chip);

impl Chip {
    /// A mark.
    pub fn new(tone: Tone, text: impl Into<String>) -> Self {
        Self { tone, text: text.into() }
    }

    /// The mark of an answer.
    pub fn of(answer: Answer) -> Self {
        let word = match answer {
            Answer::Proved => "proved",
            Answer::Refuted => "counter-example",
            Answer::Undecided => "not decided",
        };
        Self::new(Tone::of(answer), word)
    }

    /// The mark of a finding.
    pub fn of_finding(severity: Severity) -> Self {
        let word = match severity {
            Severity::Input => "not read",
            Severity::Lockout => "lockout",
            Severity::Weakness => "weakness",
            Severity::Doubt => "not decided",
            Severity::Note => "note",
        };
        Self::new(Tone::of_finding(severity), word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_proof_is_green() {
        let green = [Answer::Proved, Answer::Refuted, Answer::Undecided]
            .map(Tone::of)
            .map(|tone| tone == Tone::Good);
        assert_eq!(green, [true, false, false]);
        let all = [
            Severity::Note,
            Severity::Doubt,
            Severity::Weakness,
            Severity::Lockout,
            Severity::Input,
        ];
        assert!(all.map(Tone::of_finding).iter().all(|tone| *tone != Tone::Good));
    }

    #[test]
    fn a_mark_escapes_its_word() {
        let text = Chip::new(Tone::Open, "<b>").to_string();
        assert_eq!(
            text,
            "<span class=\"tag open\"><span aria-hidden=\"true\">?</span> &#60;b&#62;</span>"
        );
    }
}
