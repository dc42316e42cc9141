//! Report-only policies that would lock people out when they are turned on, and give no sign of it.

use cardea_policy::conditions::platform::Platform;
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
        if prompts_for_certificates(policy) {
            prompting.push(at);
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
    let then = Examination::of_access(&tenant, examination.config);
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

/// Device controls make report-only policies ask for a certificate on these platforms, again and
/// again until the device is compliant.
fn prompts_for_certificates(policy: &Policy) -> bool {
    let about_device = match &policy.grant {
        Some(Grant::Require { controls, .. }) => controls.contains(&Control::CompliantDevice),
        Some(Grant::Block) | None => false,
    };
    let asked = [Platform::MacOs, Platform::Ios, Platform::Android].into_iter();
    let mut asked = asked.filter(|platform| {
        policy.conditions.platforms.as_ref().is_none_or(|it| it.matches(*platform))
    });
    about_device && asked.next().is_some()
}

fn prompts(policies: &[PolicyIndex]) -> Option<Draft> {
    let mut marks = policies.iter().map(|policy| {
        Mark::new(Place::policy(*policy, Field::BuiltInControls), "checks the device's certificate")
    });
    let message = "people on macOS, iOS and Android are asked for a certificate by policies that \
                   only report";
    let mut draft = Draft::new(RULE.name, Severity::Note, message, marks.next()?);
    draft.marks.extend(marks);
    draft.help = Some("leave these platforms out until the policy is turned on".to_owned());
    Some(draft)
}
