//! Report-only policies that would lock people out when they are turned on, and give no sign of it.

use cardea_policy::conditions::platform::Platform;
use cardea_policy::conditions::principal::{Include, Principals};
use cardea_policy::conditions::target::UserAction;
use cardea_policy::control::{Control, Grant};
use cardea_policy::place::{Field, Place, PolicyIndex};
use cardea_policy::policy::{Policy, State};
use cardea_tenant::tenant::Tenant;

use super::{Rule, stuck};
use crate::examine::Examination;
use crate::examine::registering::{Otherwise, Registering, Wanted};
use crate::examine::trouble::Trouble;
use crate::finding::{Draft, Mark};
use crate::report::Severity;

pub(super) const RULE: Rule = Rule {
    name: "silent-report-only",
    summary: "a report-only policy would lock people out, and its report cannot show it",
    severity: Severity::Weakness,
    questions: &[],
    page: include_str!("../../rules/silent-report-only.md"),
    run,
};

fn run(examination: &Examination<'_>) -> Vec<Draft> {
    let policies = examination.index().policies().iter().enumerate();
    let report_only = policies
        .filter(|(_, policy)| policy.state == State::ReportOnly)
        .map(|(at, policy)| (PolicyIndex::at(at), policy));
    let mut drafts = Vec::new();
    let mut prompting = Vec::new();
    for (at, policy) in report_only {
        let covers = policy.conditions.target.is_all_resources() && asks_for_more_than_mfa(policy);
        if targets_action(policy) || covers {
            drafts.extend(would_lock_out(examination, at));
        }
        let platforms = certificate_platforms(policy);
        if !platforms.is_empty() {
            prompting.push((at, platforms));
        }
    }
    drafts.extend(prompts(&prompting));
    drafts
}

/// Entra does not evaluate user actions for report-only policies.
fn targets_action(policy: &Policy) -> bool {
    [UserAction::RegisterSecurityInfo, UserAction::RegisterDevice]
        .into_iter()
        .any(|action| policy.conditions.target.is_action(action))
}

/// A policy on all resources covers registering as well. Plain multifactor authentication never
/// shuts it, because registering satisfies it.
fn asks_for_more_than_mfa(policy: &Policy) -> bool {
    match &policy.grant {
        Some(Grant::Require { controls, .. }) => controls.iter().any(|it| *it != Control::Mfa),
        Some(Grant::Block) | None => false,
    }
}

/// What would go wrong if the policy were turned on.
fn would_lock_out(examination: &Examination<'_>, at: PolicyIndex) -> Option<Draft> {
    let mut tenant: Tenant = examination.tenant.clone();
    tenant.policies.get_mut(at.position())?.state = State::Enabled;
    let then = examination.changed_access(&tenant, examination.config);
    let stuck = || then.troubles.iter().find(|trouble| involves(trouble, at));
    // What a computer can still have the phone make is not shut.
    let only_way = |it: &&Registering| it.otherwise == Otherwise::Impossible;
    let shuts = |it: &&Registering| it.barriers.iter().any(|it| it.policy == at);
    let shut = || then.registering.iter().filter(only_way).find(shuts);
    let name = examination.name(at);
    let what = match (stuck(), shut().map(|shut| shut.wanted)) {
        (None, None) => return None,
        (Some(_), _) => "would lock people out",
        (None, Some(Wanted::AnyMethod)) => "would keep people from registering",
        (None, Some(Wanted::PasskeyInAuthenticator)) => {
            "would keep people from adding a passkey in Authenticator"
        }
    };
    let message = format!("{name} {what} when turned on, and its report cannot show it");
    let place = Place::policy(at, Field::State);
    let mark = Mark::new(place, "registering is not evaluated in report-only mode");
    let mut draft = Draft::new(RULE.name, RULE.severity, message, mark);
    draft.marks.extend(stuck::marks(&then, at, "not evaluated until the policy is enabled"));
    if let Some(trouble) = stuck() {
        draft.who = stuck::who(&then, trouble);
        draft.trace = stuck::trace(&then, trouble);
        draft.tried = stuck::tried(&then, trouble);
    } else if let Some(shut) = shut() {
        draft.who = stuck::among(&then, (&shut.classes, &[at]), &shut.populations);
    }
    draft.help = Some("see what it would do: cardea check --as-if-enabled".to_owned());
    Some(draft)
}

/// Whether the policy shuts a way of registering. A policy that is not enforced today is part of no
/// trouble of today; what it does to other sign-ins is in its report.
fn involves(trouble: &Trouble, policy: PolicyIndex) -> bool {
    let mut ways = trouble.sought.iter().filter_map(|missing| missing.way.as_ref());
    ways.any(|way| way.unmet.contains(&policy))
}

/// The platforms that ask people for the certificate of a device.
const ASKED: [Platform; 3] = [Platform::MacOs, Platform::Ios, Platform::Android];

/// Device controls make report-only policies ask people for a certificate on these platforms, again
/// and again until the device is compliant. Policies on user actions and on other than people are
/// not evaluated for it.
fn certificate_platforms(policy: &Policy) -> Vec<Platform> {
    let about_device = match &policy.grant {
        Some(Grant::Require { controls, .. }) => controls.contains(&Control::CompliantDevice),
        Some(Grant::Block) | None => false,
    };
    let of_people = match &policy.conditions.principals {
        Principals::Users(users) => users.include != Include::Nobody,
        Principals::Workloads(_) | Principals::Agents(_) => false,
    };
    if !about_device || !of_people || targets_action(policy) {
        return Vec::new();
    }
    let asked = |platform: &Platform| {
        policy.conditions.platforms.as_ref().is_none_or(|it| it.matches(*platform))
    };
    ASKED.into_iter().filter(asked).collect()
}

fn prompts(prompting: &[(PolicyIndex, Vec<Platform>)]) -> Option<Draft> {
    let mark = |policy: &PolicyIndex| {
        Mark::new(Place::policy(*policy, Field::BuiltInControls), "checks the device's certificate")
    };
    let mut marks = prompting.iter().map(|(policy, _)| mark(policy));
    let asked = |platform: &&Platform| prompting.iter().any(|(_, asked)| asked.contains(platform));
    let names: Vec<String> = ASKED.iter().filter(asked).map(|it| it.text().to_owned()).collect();
    let policies = if prompting.len() == 1 {
        "a policy that only reports"
    } else {
        "policies that only report"
    };
    let message =
        format!("people on {} are asked for a certificate by {policies}", stuck::joined(&names));
    let mut draft = Draft::new(RULE.name, Severity::Note, message, marks.next()?);
    draft.marks.extend(marks);
    draft.help = Some("leave these platforms out until the policy is turned on".to_owned());
    Some(draft)
}
