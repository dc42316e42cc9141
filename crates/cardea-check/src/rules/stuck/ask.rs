//! What policies ask people for, as people see it.

use std::collections::BTreeSet;

use cardea_policy::control::Control;

use super::joined;
use crate::examine::Examination;
use crate::examine::case::Barrier;

/// What people see of policies that are not met: "CA010 asks for `Passkey`", "CA020 refuses".
pub(in crate::rules) fn asks(examination: &Examination<'_>, barriers: &[Barrier]) -> String {
    let blocking: Vec<String> =
        barriers.iter().filter(|b| b.blocks()).map(|b| examination.name(b.policy)).collect();
    if let Some(first) = blocking.first() {
        return format!("{first} refuses");
    }
    let each = barriers.iter().map(|barrier| {
        let wanted: BTreeSet<String> =
            barrier.controls.iter().map(|control| wanted(examination, control)).collect();
        let wanted: Vec<String> = wanted.into_iter().collect();
        format!("{} asks for {}", examination.name(barrier.policy), wanted.join(" or "))
    });
    let mut shown: Vec<String> = Vec::new();
    for one in each {
        // Copies of a policy say the same.
        if !shown.contains(&one) {
            shown.push(one);
        }
    }
    let more = shown.len().saturating_sub(SHOWN);
    shown.truncate(SHOWN);
    match more {
        0 => {}
        1 => shown.push("another policy asks for more".to_owned()),
        more => shown.push(format!("{more} more policies ask for more")),
    }
    joined(&shown)
}

/// How many policies a step names.
const SHOWN: usize = 2;

/// What a control wants of people.
fn wanted(examination: &Examination<'_>, control: &Control) -> String {
    match control {
        Control::Strength(index) => {
            let strength = examination.tenant.strengths.get(index.position());
            strength.map_or_else(|| "an unknown strength".to_owned(), |s| quoted(&s.name))
        }
        Control::Mfa
        | Control::CompliantDevice
        | Control::DomainJoinedDevice
        | Control::ApprovedApplication
        | Control::CompliantApplication
        | Control::PasswordChange
        | Control::RiskRemediation
        | Control::Terms(_)
        | Control::Custom(_) => control.text().to_owned(),
    }
}

/// A name that the tenant gave.
pub(in crate::rules) fn quoted(name: &str) -> String {
    format!("`{name}`")
}
