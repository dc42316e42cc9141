//! What was so before a change: nobody is refused a change because of what it does not bring.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use cardea_check::report::{Finding, Label};
use cardea_check::roll::Roll;

use super::Proof;

/// The findings of the tenant before a change.
pub(super) struct Known<'a> {
    before: Option<&'a Proof>,
    /// Findings before, by rule and places.
    findings: BTreeMap<String, Vec<&'a Finding>>,
    /// The people whom each of them concerns are asked for only where they are counted.
    roll: OnceCell<Roll>,
    roll_after: OnceCell<Roll>,
}

impl<'a> Known<'a> {
    pub(super) fn of(before: Option<&'a Proof>) -> Self {
        let mut findings: BTreeMap<String, Vec<&Finding>> = BTreeMap::new();
        for finding in before.into_iter().flat_map(|proof| &proof.report.findings) {
            findings.entry(mark(finding)).or_default().push(finding);
        }
        Self { before, findings, roll: OnceCell::new(), roll_after: OnceCell::new() }
    }

    /// Whether a finding after the change was there before, about everybody whom it is about now.
    ///
    /// Where people are counted, they are compared one by one: a change that keeps one person out
    /// and lets another one in is not the same as no change.
    pub(super) fn covers(&self, after: &Proof, finding: &Finding) -> bool {
        let Some(before) = self.before else { return false };
        let Some(known) = self.findings.get(&mark(finding)) else { return false };
        if finding.who.classes.is_empty() {
            let same =
                |it: &&&Finding| it.message == finding.message && it.who.text == finding.who.text;
            return known.iter().find(same).is_some();
        }
        let roll = self.roll.get_or_init(|| before.roll());
        let directory = &before.lowered.tenant.directory;
        let all = known.iter().flat_map(|it| roll.people(&it.who));
        let all: BTreeSet<&str> = all.map(|person| directory.id(person)).collect();
        let roll = self.roll_after.get_or_init(|| after.roll());
        let directory = &after.lowered.tenant.directory;
        roll.people(&finding.who).all(|person| all.contains(directory.id(person)))
    }
}

/// What makes two findings speak of the same thing, whoever it is about.
fn mark(finding: &Finding) -> String {
    // By ids where there are any: a policy that is renamed is still the same one.
    let object = |it: &Label| if it.id.is_empty() { it.object.clone() } else { it.id.clone() };
    let places: Vec<String> =
        finding.places.iter().map(|it| format!("{}|{}", object(it), it.field)).collect();
    format!("{}|{}", finding.rule, places.join("|"))
}
