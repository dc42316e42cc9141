//! A finding before its places have positions: what a rule says.

use cardea_graph::source::Span;
use cardea_policy::place::Place;

use crate::report::{Severity, Step, Tried, Who};

/// What a rule found, in terms of the tenant.
#[derive(Clone, Debug)]
pub struct Draft {
    /// The rule's name.
    pub rule: &'static str,
    /// What it means for people.
    pub severity: Severity,
    /// One terse sentence.
    pub message: String,
    /// Whom it concerns.
    pub who: Who,
    /// Where, the primary mark first.
    pub marks: Vec<Mark>,
    /// What happens, step by step.
    pub trace: Vec<Step>,
    /// The ways that were tried.
    pub tried: Vec<Tried>,
    /// Further remarks.
    pub notes: Vec<String>,
    /// What to do, as one action.
    pub help: Option<String>,
}

/// A place with the reason why it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// The place.
    pub place: Place,
    /// The reason.
    pub text: String,
    /// Where in the files, where the place alone does not say it: values that mean nothing to the
    /// rules, and settings.
    pub span: Option<Span>,
}

impl Mark {
    /// A place with a reason.
    pub fn new(place: Place, text: impl Into<String>) -> Self {
        Self { place, text: text.into(), span: None }
    }

    /// A part of the files with a reason.
    pub fn at(place: Place, span: Option<Span>, text: impl Into<String>) -> Self {
        Self { span, ..Self::new(place, text) }
    }
}

impl Draft {
    /// A finding that only has a message and a place; the rest is added by the rule.
    pub fn new(
        rule: &'static str,
        severity: Severity,
        message: impl Into<String>,
        mark: Mark,
    ) -> Self {
        Self {
            rule,
            severity,
            message: message.into(),
            who: Who::default(),
            marks: vec![mark],
            trace: Vec::new(),
            tried: Vec::new(),
            notes: Vec::new(),
            help: None,
        }
    }
}
