//! The rules of `cardea check`: one file each, and a page that documents and tests it.
//!
//! A rule reads an [`Examination`] and returns what it found. Rules never call each other.

mod registration_loop;
mod spoofable_platform;
mod stuck;
mod weak_registration;
mod wide_pass;

use crate::examine::Examination;
use crate::finding::Draft;
use crate::report::{Question, Severity};

/// A rule.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// Its one name: kebab case, reads as "allow …".
    pub name: &'static str,
    /// What it finds, in a line.
    pub summary: &'static str,
    /// What its findings mean for people.
    pub severity: Severity,
    /// The questions that its findings refute.
    pub questions: &'static [Question],
    /// Its page, as Markdown.
    pub page: &'static str,
    /// Finds.
    pub run: fn(&Examination<'_>) -> Vec<Draft>,
}

/// All rules, a line each.
pub const ALL: &[Rule] =
    &[registration_loop::RULE, weak_registration::RULE, wide_pass::RULE, spoofable_platform::RULE];

/// The names of all rules.
pub fn names() -> impl Iterator<Item = &'static str> {
    ALL.iter().map(|rule| rule.name)
}

/// The rule with this name.
pub fn named(name: &str) -> Option<&'static Rule> {
    ALL.iter().find(|rule| rule.name == name)
}
