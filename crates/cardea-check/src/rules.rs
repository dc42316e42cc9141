//! The rules of `cardea check`: one file each, and a page that documents and tests it.
//!
//! A rule reads an [`Examination`] and returns what it found. Rules never call each other.

mod conflicting_settings;
mod editable_exclusion;
mod escape;
mod last_admin;
mod legacy_client;
mod malformed_json;
mod missing_break_glass;
mod narrow_block;
mod no_policies;
mod overlapping_exclusions;
mod powerless_break_glass;
mod powerless_policy;
mod registration_loop;
mod retired_control;
mod silent_report_only;
mod spoofable_platform;
mod stuck;
mod unknown_reference;
mod unmodelled_field;
mod unprotected_resource;
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
pub const ALL: &[Rule] = &[
    registration_loop::RULE,
    last_admin::RULE,
    powerless_break_glass::RULE,
    missing_break_glass::RULE,
    silent_report_only::RULE,
    weak_registration::RULE,
    wide_pass::RULE,
    spoofable_platform::RULE,
    unprotected_resource::RULE,
    overlapping_exclusions::RULE,
    editable_exclusion::RULE,
    legacy_client::RULE,
    narrow_block::RULE,
    powerless_policy::RULE,
    retired_control::RULE,
    conflicting_settings::RULE,
    unknown_reference::RULE,
    unmodelled_field::RULE,
    malformed_json::RULE,
    no_policies::RULE,
];

/// The names of all rules.
pub fn names() -> impl Iterator<Item = &'static str> {
    ALL.iter().map(|rule| rule.name)
}

/// The rule with this name.
pub fn named(name: &str) -> Option<&'static Rule> {
    ALL.iter().find(|rule| rule.name == name)
}
