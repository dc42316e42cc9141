//! One sign-in, asked in every way there is: the evaluation with reasons, the decision from kept
//! sets, the conditions one by one, the gates of the prover, and the restated rules.

use cardea_policy::conditions::flow::Flow;
use cardea_policy::conditions::principal::Agent;
use cardea_policy::conditions::principal::{Principals, Workloads};
use cardea_policy::conditions::risk::Risks;
use cardea_policy::conditions::target::UserAction;
use cardea_policy::evaluate::{Dimension, Facts, Principal, Reason, SignIn};
use cardea_policy::index::Index;
use cardea_policy::place::PolicyIndex;
use cardea_policy::policy::{Policy, Settings, State};
use cardea_policy::policy_set::PolicySet;

use crate::chance::Chance;
use crate::draw::{Case, sign_ins};
use crate::ground::Ground;
use crate::restated::assigned;

/// Whether every answer about a few random sign-ins is the same. Returns how many policies applied.
pub(crate) fn agree(case: &Case, chance: &mut Chance, count: usize) -> Result<usize, String> {
    let mut tenant = case.tenant.clone();
    tenant.policies.extend((0..3).map(|_| sign_ins::policy(chance, &case.tenant)));
    let index = Index::new(tenant.policies.clone(), tenant.settings.clone());
    let mut applied = 0;
    for _ in 0..count {
        let sign_in = sign_ins::sign_in(chance, &tenant);
        let evaluation = index.evaluate(&sign_in);
        let decision = decide_from_kept_sets(&index, &sign_in);
        if evaluation.decision != decision {
            return Err(format!("{sign_in:?}: {evaluation:?}, but {decision:?} from kept sets"));
        }
        for (at, policy) in index.policies().iter().enumerate() {
            let at = PolicyIndex::at(at);
            let expected = expected(policy, &tenant.settings, &sign_in);
            let reason = evaluation.reasons[at.position()];
            if reason != expected {
                return Err(format!("{policy:?} on {sign_in:?}: {reason:?}, not {expected:?}"));
            }
            let applies = expected == Reason::Applies;
            let enforced = applies && policy.state == State::Enabled;
            let on_action = [UserAction::RegisterSecurityInfo, UserAction::RegisterDevice]
                .iter()
                .any(|action| policy.conditions.target.is_action(*action));
            // User actions are not evaluated in report-only mode.
            let scored = applies && policy.state == State::ReportOnly && !on_action;
            let decided = &evaluation.decision;
            if (decided.applied.contains(at), decided.report_only.contains(at))
                != (enforced, scored)
            {
                return Err(format!("{policy:?} on {sign_in:?}: {decided:?}"));
            }
            if let Principal::Person(person) = &sign_in.principal {
                let facts = assigned::Facts {
                    person,
                    request: &sign_in.request,
                    client: sign_in.client,
                    platform: sign_in.platform,
                    network: &sign_in.network,
                    device: sign_in.device.as_ref(),
                    risks: sign_in.risks,
                    flow: sign_in.flow,
                };
                if assigned::applies(policy, &tenant.settings, &facts) != enforced {
                    return Err(format!("{policy:?} on {sign_in:?}: {enforced}, not as restated"));
                }
            }
        }
        applied += evaluation.decision.applied.len();
    }
    Ok(applied)
}

/// The decision from sets as a session, a tenant or the prover keeps them.
fn decide_from_kept_sets(index: &Index, sign_in: &SignIn) -> cardea_policy::evaluate::Decision {
    let principal = match &sign_in.principal {
        Principal::Person(person) => index.who(&index.member(person)),
        Principal::Workload(workload) => index.workload(workload),
        Principal::Agent(agent) => index.agent(agent),
    };
    let (target, network) = (index.target(&sign_in.request), index.network(&sign_in.network));
    let (device, risk) = (index.device(sign_in.device.as_ref()), index.risk(&sign_in.risks));
    index.decide(&Facts {
        principal: &principal,
        target: &target,
        client: index.client(sign_in.client),
        platform: index.platform(sign_in.platform),
        network: &network,
        device: &device,
        risk: &risk,
        flow: index.flow(sign_in.flow),
    })
}

/// The reason that the conditions give one by one.
fn expected(policy: &Policy, settings: &Settings, sign_in: &SignIn) -> Reason {
    if policy.state == State::Disabled {
        return Reason::NotEnabled;
    }
    let conditions = &policy.conditions;
    let principal = match (&conditions.principals, &sign_in.principal) {
        (Principals::Users(users), Principal::Person(person)) => users.matches(person),
        (Principals::Workloads(workloads), Principal::Workload(id)) => workloads.matches(id),
        (Principals::Agents(agents), Principal::Agent(Agent::Identity(id))) => Workloads {
            include: agents.identities.clone(),
            exclude: agents.exclude_identities.clone(),
        }
        .matches(id),
        (Principals::Agents(agents), Principal::Agent(Agent::User(id))) => {
            Workloads { include: agents.users.clone(), exclude: agents.exclude_users.clone() }
                .matches(id)
        }
        (Principals::Users(_) | Principals::Workloads(_) | Principals::Agents(_), _) => false,
    };
    let by_dimension = [
        (Dimension::Principal, principal),
        (Dimension::Target, conditions.target.matches(&sign_in.request, &settings.baseline_scopes)),
        (Dimension::Client, conditions.client_apps.matches(sign_in.client)),
        (
            Dimension::Platform,
            conditions.platforms.as_ref().is_none_or(|c| c.matches(sign_in.platform)),
        ),
        (
            Dimension::Network,
            conditions.locations.as_ref().is_none_or(|c| c.matches(&sign_in.network)),
        ),
        (
            Dimension::Device,
            conditions.devices.as_ref().is_none_or(|c| c.matches(sign_in.device.as_ref())),
        ),
        (Dimension::Risk, conditions.risks.matches(&sign_in.risks)),
        (Dimension::Flow, conditions.flows.matches(sign_in.flow)),
    ];
    let first = by_dimension.into_iter().find(|(_, matches)| !matches);
    first.map_or(Reason::Applies, |(dimension, _)| Reason::Mismatch(dimension))
}

/// Whether the gates of the prover hold the policies that an evaluation finds in the same place.
pub(crate) fn gates_agree(case: &Case) -> Result<usize, String> {
    let ground = Ground::new(case);
    let terrain = ground.terrain();
    let index = &ground.book.index;
    let mut gates = 0;
    for (goal, approaches) in case.goals.iter().zip(&terrain.goals) {
        for approach in approaches {
            let situation = &approach.situation;
            let evaluation = index.evaluate(&SignIn {
                principal: Principal::Person(case.person.clone()),
                request: goal.request.clone(),
                client: situation.client,
                platform: situation.platform,
                network: situation.network.clone(),
                device: situation.device.facts.clone(),
                risks: Risks::default(),
                flow: Flow::Ordinary,
            });
            let demanding = |set: &PolicySet| set.and(index.demanding());
            let (proved, evaluated) =
                (demanding(&approach.gate.applied), demanding(&evaluation.decision.applied));
            if proved != evaluated {
                return Err(format!("{situation:?}: {proved:?} at the gate, {evaluated:?} found"));
            }
            gates += 1;
        }
    }
    Ok(gates)
}
