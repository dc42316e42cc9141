//! Footprints against terrains: whoever has the same footprint can try the same, and a client that
//! claims to be something is asked for the same.

use std::collections::BTreeMap;

use cardea_policy::conditions::target::{
    AppList, IncludedResources, Resources, Target, UserAction,
};
use cardea_policy::id::AppId;
use cardea_policy::place::PolicyIndex;
use cardea_policy::policy::{Conditions, Policy};
use cardea_policy::policy_set::PolicySet;
use cardea_policy::well_known;
use cardea_prover::reach::footprint::Footprint;
use cardea_prover::reach::terrain::{self, Outline, Terrain};
use cardea_tenant::journey::gate::Demands;

use crate::chance::Chance;
use crate::draw::Case;
use crate::draw::pools::{GOAL_APPS, app_id};
use crate::ground::Ground;

/// What people can try, and what each claim of each session is asked for on the way to each goal.
type Faring = (Outline, Vec<Demands>);

/// Whether subsets of the policies that have the same footprint fare alike. Returns how many of them have
/// the footprint of another one.
pub(crate) fn agree(case: &Case, chance: &mut Chance) -> Result<usize, String> {
    let mut case = case.clone();
    let twins: Vec<Policy> = case.tenant.policies.iter().take(2).flat_map(twins).collect();
    case.tenant.policies.extend(twins);
    let ours = Ground::new(&case);
    let ground = terrain::Ground::new(&ours.book, &ours.targets, &case.actor);
    let policies = case.tenant.policies.len();
    let mut known: BTreeMap<Footprint, (PolicySet, Faring)> = BTreeMap::new();
    let mut alike = 0;
    for _ in 0..24 {
        let who = PolicySet::of(policies, |_| chance.percent(60)).and(&ground.relevant());
        let faring = faring(&ours, &ground, &who);
        match known.get(&ground.footprint(&who)) {
            Some((other, _)) if *other == who => {}
            Some((other, known)) if *known == faring => {
                alike += usize::from(*other != who);
            }
            Some((other, _)) => {
                let list = |set: &PolicySet| set.iter().collect::<Vec<PolicyIndex>>();
                return Err(format!("{:?} and {:?} fare differently", list(&who), list(other)));
            }
            None => {
                known.insert(ground.footprint(&who), (who, faring));
            }
        }
    }
    Ok(alike)
}

/// Policies that demand the same as this one: for other people, as nothing else tells them apart, and of
/// requests that overlap with those of others.
fn twins(policy: &Policy) -> [Policy; 4] {
    let of = |target: Target| {
        let conditions = Conditions { target, ..policy.conditions.clone() };
        Policy { conditions, ..policy.clone() }
    };
    let only = |apps: Vec<AppId>| {
        let include = IncludedResources::Only(AppList {
            apps: apps.into_iter().collect(),
            ..AppList::default()
        });
        Target::Resources(Resources { include, ..Resources::default() })
    };
    let goals = || GOAL_APPS.map(app_id).to_vec();
    let everything = [goals(), well_known::registration_resources()].concat();
    [
        policy.clone(),
        of(only(goals())),
        of(only(everything)),
        of(Target::UserActions([UserAction::RegisterSecurityInfo].into())),
    ]
}

fn faring(ours: &Ground<'_>, ground: &terrain::Ground<'_>, who: &PolicySet) -> Faring {
    let terrain = Terrain::new(ground, who, &ours.permissions);
    let mut demands = Vec::new();
    for goal in 0..ours.targets.goals().count() {
        let on_goal = ground.on_goal(goal).expect("a goal");
        for stance in ground.stances().iter() {
            for (_, applied) in stance.claims(who, on_goal) {
                demands.push(terrain.demands(ground, stance.seat, applied));
            }
        }
    }
    (terrain.outline(), demands)
}
