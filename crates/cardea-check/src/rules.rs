//! The rules of `cardea check`: one file each, and a page that documents and tests it.
//!
//! A rule reads an [`Examination`] and returns what it found. Rules never call each other.

mod blocked_attestation;
mod closed_bluetooth;
mod closed_registration;
mod conflicting_settings;
mod dead_pass;
mod disjoint_strengths;
mod editable_exclusion;
mod escape;
mod expired_exemption;
mod last_admin;
mod legacy_client;
mod malformed_json;
mod missing_break_glass;
mod narrow_block;
mod no_policies;
mod outside;
mod overlapping_exclusions;
mod people;
mod powerless_break_glass;
mod powerless_policy;
mod protected_app_demand;
mod registration_loop;
mod retired_control;
mod silent_report_only;
mod single_profile_passkey;
mod spoofable_platform;
mod stale_sign_in;
mod stranded_guest;
mod stuck;
mod unfinishable_campaign;
mod unknown_reference;
mod unmanaged_phone;
mod unmodelled_field;
mod unprotected_resource;
mod unreachable_resource;
mod unsatisfiable_strength;
mod weak_demand;
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
    closed_registration::RULE,
    protected_app_demand::RULE,
    unmanaged_phone::RULE,
    unsatisfiable_strength::RULE,
    disjoint_strengths::RULE,
    blocked_attestation::RULE,
    stranded_guest::RULE,
    dead_pass::RULE,
    stale_sign_in::RULE,
    unreachable_resource::RULE,
    last_admin::RULE,
    powerless_break_glass::RULE,
    missing_break_glass::RULE,
    closed_bluetooth::RULE,
    single_profile_passkey::RULE,
    expired_exemption::RULE,
    unfinishable_campaign::RULE,
    silent_report_only::RULE,
    weak_registration::RULE,
    weak_demand::RULE,
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
