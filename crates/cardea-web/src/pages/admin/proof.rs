//! What is proved of a draft, beside its editor; also alone, for a script that asks while somebody edits.

use askama::Template;
use cardea_check::report::Answer;

use super::chip::{Chip, Tone};
use super::findings::{FindingRow, FixLink};
use super::people;
use crate::pages::Moment;

/// The panel.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/part/proof.html")]
pub struct ProofPanel {
    /// What is known.
    pub state: PanelState,
}

/// What is known of a draft.
#[derive(Debug, Clone)]
pub enum PanelState {
    /// It was never proved.
    Unasked,
    /// It cannot be proved as it is.
    Unreadable(
        /// Why, and what to do.
        String,
    ),
    /// It was.
    Proved(Verdicts),
}

/// The answers about a draft.
#[derive(Debug, Clone)]
pub struct Verdicts {
    /// When they were given.
    pub at: Moment,
    /// One for each question.
    pub answers: Vec<Line>,
    /// Findings that the draft brings, worst first.
    pub new: Vec<FindingRow>,
    /// Findings that it takes away.
    pub gone: Vec<FindingRow>,
    /// What policies would ask less for, a line each.
    pub weaker: Vec<String>,
    /// Fixes for what it brings.
    pub fixes: Vec<FixLink>,
}

/// The answer to a question.
#[derive(Debug, Clone)]
pub struct Line {
    /// The answer.
    pub answer: Answer,
    /// The question, or what was found: "1,208 people are trapped".
    pub text: String,
    /// Why, or what is missing; may be empty.
    pub why: String,
}

impl Line {
    fn chip(&self) -> Chip {
        Chip::of(self.answer)
    }
}

impl Verdicts {
    /// The answers in a few words, for a screen reader.
    fn summary(&self) -> String {
        let count = |wanted| self.answers.iter().filter(|it| it.answer == wanted).count();
        format!(
            "{} proved, {} with a counter-example, {} not decided.",
            count(Answer::Proved),
            count(Answer::Refuted),
            count(Answer::Undecided)
        )
    }

    fn worst(&self) -> Tone {
        let has = |wanted| self.answers.iter().any(|it| it.answer == wanted);
        if has(Answer::Refuted) {
            Tone::Bad
        } else if has(Answer::Undecided) || self.answers.is_empty() {
            Tone::Open
        } else {
            Tone::Good
        }
    }

    fn verdict(&self) -> Chip {
        let text = match self.worst() {
            Tone::Bad => "counter-example",
            Tone::Good => "proved",
            Tone::Open | Tone::Weak | Tone::Plain => "not decided",
        };
        Chip::new(self.worst(), text)
    }
}

super::safe!(ProofPanel);

impl FindingRow {
    /// "1,208 people", or nothing where the number is not known.
    pub(crate) fn people_text(&self) -> String {
        self.people.map(people).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(answers: &[Answer]) -> Verdicts {
        let line = |answer| Line { answer, text: String::new(), why: String::new() };
        Verdicts {
            at: jiff::Timestamp::UNIX_EPOCH.into(),
            answers: answers.iter().copied().map(line).collect(),
            new: Vec::new(),
            gone: Vec::new(),
            weaker: Vec::new(),
            fixes: Vec::new(),
        }
    }

    #[test]
    fn one_open_question_keeps_a_draft_from_being_proved() {
        assert_eq!(of(&[Answer::Proved]).worst(), Tone::Good);
        assert_eq!(of(&[Answer::Proved, Answer::Undecided]).worst(), Tone::Open);
        assert_eq!(of(&[Answer::Undecided, Answer::Refuted]).worst(), Tone::Bad);
        assert_eq!(of(&[]).worst(), Tone::Open, "no answer is no good news");
    }
}
