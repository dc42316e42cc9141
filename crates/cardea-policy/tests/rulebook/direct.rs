//! The evaluation once more, without an index: each policy is asked for itself, condition by
//! condition. Slow and plain; the index has to agree with it.

use cardea_policy::conditions::principal::Principals;
use cardea_policy::conditions::target::UserAction;
use cardea_policy::evaluate::{Decision, Dimension, Evaluation, Principal, Reason, SignIn};
use cardea_policy::policy::{Policy, Settings, State};
use cardea_policy::policy_set::PolicySet;

/// What becomes of each policy.
pub(crate) fn evaluate(policies: &[Policy], settings: &Settings, sign_in: &SignIn) -> Evaluation {
    let reasons: Vec<Reason> = policies
        .iter()
        .map(|policy| {
            if policy.state == State::Disabled {
                return Reason::NotEnabled;
            }
            let mismatch = |dimension: &Dimension| !matches(policy, settings, sign_in, *dimension);
            Dimension::ALL.into_iter().find(mismatch).map_or(Reason::Applies, Reason::Mismatch)
        })
        .collect();
    let which = |holds: &dyn Fn(&Policy) -> bool| {
        PolicySet::of(policies.len(), |at| reasons[at] == Reason::Applies && holds(&policies[at]))
    };
    let decision = Decision {
        applied: which(&|policy| policy.state == State::Enabled),
        report_only: which(&|policy| policy.state == State::ReportOnly && !is_on_action(policy)),
    };
    Evaluation { decision, reasons }
}

/// Whether the policy is about what somebody does, which Entra does not evaluate in report-only.
fn is_on_action(policy: &Policy) -> bool {
    let target = &policy.conditions.target;
    target.is_action(UserAction::RegisterSecurityInfo)
        || target.is_action(UserAction::RegisterDevice)
}

/// Whether one condition of the policy matches.
pub(crate) fn matches(
    policy: &Policy,
    settings: &Settings,
    sign_in: &SignIn,
    dimension: Dimension,
) -> bool {
    let conditions = &policy.conditions;
    match dimension {
        Dimension::Principal => match (&conditions.principals, &sign_in.principal) {
            (Principals::Users(users), Principal::Person(person)) => users.matches(person),
            (Principals::Workloads(workloads), Principal::Workload(id)) => workloads.matches(id),
            (Principals::Agents(agents), Principal::Agent(agent)) => agents.matches(agent),
            _ => false,
        },
        Dimension::Target => conditions.target.matches(&sign_in.request, &settings.baseline_scopes),
        Dimension::Client => conditions.client_apps.matches(sign_in.client),
        Dimension::Platform => {
            conditions.platforms.as_ref().is_none_or(|it| it.matches(sign_in.platform))
        }
        Dimension::Network => {
            conditions.locations.as_ref().is_none_or(|it| it.matches(&sign_in.network))
        }
        Dimension::Device => {
            conditions.devices.as_ref().is_none_or(|it| it.matches(sign_in.device.as_ref()))
        }
        Dimension::Risk => conditions.risks.matches(&sign_in.risks),
        Dimension::Flow => conditions.flows.matches(sign_in.flow),
    }
}
