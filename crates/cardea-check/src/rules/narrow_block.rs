//! A block scoped to one flow, app or place is the only thing that seems to protect the rest.

use cardea_policy::place::{Field, Place, PolicyIndex};

use super::{Rule, escape};
use crate::examine::Examination;
use crate::finding::{Draft, Mark};
use crate::report::{Question, Severity, Who};

pub(super) const RULE: Rule = Rule {
    name: "narrow-block",
    summary: "a narrow block is the only policy for everybody, and everything else stands open",
    severity: Severity::Weakness,
    questions: &[Question::NothingUnprotected],
    page: include_str!("../../rules/narrow-block.md"),
    run,
};

fn run(examination: &Examination<'_>) -> Vec<Draft> {
    let mut gaps = examination.gaps.list.iter();
    if !gaps.any(|gap| escape::is_for_everybody(gap) && gap.witness.deviations.is_empty()) {
        return Vec::new();
    }
    let index = examination.index();
    let broad = index.enabled().and(index.demanding()).and(index.everyone());
    let blocks = broad.and(index.blocking());
    // Beside other policies for everybody, the block is not what seems to protect.
    if !broad.is_subset(&blocks) {
        return Vec::new();
    }
    blocks.iter().filter_map(|policy| draft(examination, policy)).collect()
}

fn draft(examination: &Examination<'_>, policy: PolicyIndex) -> Option<Draft> {
    let (field, scope) = narrowed(examination, policy)?;
    let message = format!(
        "{} blocks {scope}, and everything else needs a password only",
        examination.name(policy)
    );
    let mark = Mark::new(Place::policy(policy, field), "the block ends here");
    let mut draft = Draft::new(RULE.name, RULE.severity, message, mark);
    draft.who = Who { text: "anybody".to_owned(), ..Who::default() };
    draft.help = Some("add a policy that asks everybody for multifactor authentication".to_owned());
    Some(draft)
}

/// The condition that makes a block narrow.
fn narrowed(examination: &Examination<'_>, policy: PolicyIndex) -> Option<(Field, &'static str)> {
    let conditions = &examination.policy(policy)?.conditions;
    if !conditions.flows.0.is_empty() {
        Some((Field::AuthenticationFlows, "one kind of authentication flow"))
    } else if !conditions.target.is_all_resources() {
        Some((Field::Applications, "some apps"))
    } else if conditions.locations.is_some() {
        Some((Field::Locations, "some places"))
    } else if conditions.platforms.is_some() {
        Some((Field::Platforms, "some platforms"))
    } else if conditions.risks.is_configured() {
        Some((Field::SignInRiskLevels, "risky sign-ins"))
    } else if conditions.client_apps != cardea_policy::conditions::client::ClientApps::All {
        Some((Field::ClientAppTypes, "some clients"))
    } else if conditions.devices.is_some() {
        Some((Field::DeviceFilter, "some devices"))
    } else {
        None
    }
}
