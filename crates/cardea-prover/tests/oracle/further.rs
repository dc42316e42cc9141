//! A further policy opens nothing: whoever cannot hold or reach something does not come by it
//! because something more is demanded.

use cardea_policy::conditions::target::{Target, UserAction};
use cardea_policy::control::{Control, Grant};
use cardea_policy::lattice::Plain;
use cardea_policy::policy::{Policy, State};
use cardea_prover::reach::fixpoint::{Fixpoint, Reached};
use cardea_tenant::assumption::Assumption;
use cardea_tenant::journey::channel::Channel;

use crate::chance::Chance;
use crate::draw::{Case, policies};
use crate::ground::Ground;

/// Whether a further policy takes away or leaves alone. Returns whether it took something away.
///
/// That a strength on registering takes the place of strengths on all resources is documented, and
/// may open what was shut; such policies are left out. So is it that a sign-in which demands
/// authentication is interrupted by the wizard, in which something can be registered; with such
/// policies the wizard is left out.
pub(crate) fn opens_nothing(case: &Case, chance: &mut Chance) -> Result<bool, String> {
    let mut case = case.clone();
    case.assumptions.switched.remove(&Assumption::WizardServesEveryDemand);
    case.tenant.policies.retain(|policy| !displaces(policy));
    let Some(more) = (0..20)
        .map(|_| Policy { state: State::Enabled, ..policies::policy(chance, &case.tenant) })
        .find(|policy| policy.grant.is_some() && !displaces(policy))
    else {
        return Ok(false);
    };
    let wizard = !authenticates(&more);
    let before = reached(&case, wizard);
    case.tenant.policies.push(more);
    let after = reached(&case, wizard);
    let opened = |before: &[bool], after: &[bool]| before.iter().zip(after).any(|(b, a)| a > b);
    if opened(&before.goals, &after.goals) || opened(&before.held, &after.held) {
        return Err(format!("{:?} opens: {before:?}, then {after:?}", case.tenant.policies.last()));
    }
    Ok(after.goals != before.goals || after.held != before.held)
}

fn reached(case: &Case, wizard: bool) -> Reached<bool> {
    let ground = Ground::new(case);
    let (mut terrain, start) = (ground.terrain(), ground.start());
    terrain.tries.retain(|attempt| wizard || attempt.channel != Channel::Wizard);
    Fixpoint { lattice: &Plain, terrain: &terrain, start: &start }.reach()
}

fn displaces(policy: &Policy) -> bool {
    let on_registration = matches!(&policy.conditions.target, Target::UserActions(actions)
        if actions.contains(&UserAction::RegisterSecurityInfo));
    on_registration && authenticates(policy)
}

fn authenticates(policy: &Policy) -> bool {
    let authenticates = |control: &Control| matches!(control, Control::Mfa | Control::Strength(_));
    matches!(&policy.grant, Some(Grant::Require { controls, .. })
        if controls.iter().any(authenticates))
}
