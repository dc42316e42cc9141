//! What people meet, step by step.

use cardea_policy::place::PolicyIndex;
use cardea_policy::strength::Mode;
use cardea_prover::liveness::Creation;
use cardea_tenant::journey::channel::Channel;
use cardea_tenant::journey::means::Method;

use super::{asks, lacked, names, nearest};
use crate::examine::Examination;
use crate::examine::case::Barrier;
use crate::examine::trouble::{Cause, ShutWay, Trouble, Where};
use crate::report::{Actor, Outcome, Step};

/// What people meet: the access, the registration that it leads to, and the wall.
pub(in crate::rules) fn trace(examination: &Examination<'_>, trouble: &Trouble) -> Vec<Step> {
    let mut first = access(examination, (&trouble.spot, &trouble.goal), &trouble.barriers);
    let Some((_, way)) = nearest(trouble) else { return vec![first] };
    first.outcome = Outcome::Onward;
    first.sees = format!("{}; {} is missing", first.sees, lacked(trouble));
    let mut steps = vec![first];
    if has_pass(trouble) {
        steps.push(Step {
            actor: Actor::HelpDesk,
            device: "help desk".to_owned(),
            does: "issues a Temporary Access Pass".to_owned(),
            sees: String::new(),
            policies: Vec::new(),
            outcome: Outcome::Onward,
        });
    }
    steps.push(registering(examination, trouble, way));
    steps
}

/// Opening the goal, and the wall there.
pub(in crate::rules) fn access(
    examination: &Examination<'_>,
    (spot, goal): (&Where, &str),
    barriers: &[Barrier],
) -> Step {
    Step {
        actor: Actor::Person,
        device: spot.device.clone(),
        does: format!("opens {goal} and signs in"),
        sees: asks(examination, barriers),
        policies: policies(examination, barriers),
        outcome: Outcome::Wall,
    }
}

fn registering(examination: &Examination<'_>, trouble: &Trouble, way: &ShutWay) -> Step {
    let place = match way.channel {
        Channel::Authenticator => "opens Authenticator",
        Channel::SecurityInfo => "opens Security info",
        Channel::Wizard => "is sent to the registration wizard",
        Channel::WindowsSetup => "sets up Windows",
    };
    let with = if has_pass(trouble) { " with the pass" } else { " with the password" };
    let sees = if way.barriers.is_empty() {
        "multifactor authentication is needed first, and nothing at hand counts as that".to_owned()
    } else {
        asks(examination, &way.barriers)
    };
    let again = trouble.cause == Cause::Loop && way.creation == Creation::TooWeak
        || trouble.barriers.iter().any(|barrier| way.unmet.contains(&barrier.policy));
    Step {
        actor: Actor::Person,
        device: way.spot.device.clone(),
        does: format!("{place}{with} to add {}", lacked(trouble)),
        sees: if again { format!("{sees} again") } else { sees },
        policies: policies(examination, &way.barriers),
        outcome: if again { Outcome::Back(1) } else { Outcome::Wall },
    }
}

fn policies(examination: &Examination<'_>, barriers: &[Barrier]) -> Vec<String> {
    let policies: Vec<PolicyIndex> = barriers.iter().map(|barrier| barrier.policy).collect();
    names(examination, &policies)
}

fn has_pass(trouble: &Trouble) -> bool {
    trouble.held.iter().any(|method| {
        matches!(
            method,
            Method::Mode(Mode::TemporaryAccessPassMultiUse | Mode::TemporaryAccessPassOneTime)
        )
    })
}
