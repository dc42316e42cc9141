//! Policies that others make unnecessary, so that fewer kinds of people need to be told apart.

use std::collections::HashMap;

use cardea_policy::control::Grant;
use cardea_policy::index::Index;
use cardea_policy::place::PolicyIndex;
use cardea_policy::policy_set::PolicySet;
use cardea_policy::satisfy::Strengths;
use fixedbitset::FixedBitSet;

use crate::effect::{displacement, implication};
use crate::universe::Universe;
use crate::universe::extent::{Extents, positions};

/// The counted policies without those that a single other one makes unnecessary: it applies
/// wherever they do, demands at least as much and does the same to the session. What is demanded of
/// anybody anywhere follows from the policies that are left.
pub fn essential(index: &Index, universe: &Universe, strengths: &Strengths) -> PolicySet {
    let extents = Extents::new(index, universe);
    let grants = Grants::new(index, universe, strengths);
    let mut essential = universe.counted.clone();
    let mut policies: Vec<PolicyIndex> = universe.counted.iter().collect();
    policies.reverse();
    for policy in policies {
        let idle = index.grant(policy).is_none()
            && index.policy(policy).is_some_and(|it| it.session.is_empty());
        let stands_in = |other: PolicyIndex| {
            other != policy
                && grants.at_least(other, policy)
                && extents.contains(other, policy)
                && displacement::allows(index, other, policy)
                && index.policy(other).map(|it| &it.session)
                    == index.policy(policy).map(|it| &it.session)
        };
        if idle || essential.iter().any(stands_in) {
            essential.remove(policy);
        }
    }
    essential
}

/// The grants of policies in classes of equal ones, and which implies which.
struct Grants {
    class: HashMap<PolicyIndex, usize>,
    implied: Vec<FixedBitSet>,
}

impl Grants {
    fn new(index: &Index, universe: &Universe, strengths: &Strengths) -> Self {
        let mut grants: Vec<Option<&Grant>> = Vec::new();
        let mut class = HashMap::new();
        for policy in universe.counted.iter() {
            let grant = index.grant(policy);
            let at = grants.iter().position(|it| *it == grant).unwrap_or(grants.len());
            if at == grants.len() {
                grants.push(grant);
            }
            class.insert(policy, at);
        }
        let at_least = |strict: Option<&Grant>, weak: Option<&Grant>| match (strict, weak) {
            (_, None) => true,
            (None, Some(_)) => false,
            (Some(strict), Some(weak)) => implication::implies(strengths, strict, weak),
        };
        let implied = grants
            .iter()
            .map(|strict| positions(grants.iter().map(|weak| at_least(*strict, *weak))))
            .collect();
        Self { class, implied }
    }

    fn at_least(&self, strict: PolicyIndex, weak: PolicyIndex) -> bool {
        let (Some(strict), Some(weak)) = (self.class.get(&strict), self.class.get(&weak)) else {
            return false;
        };
        self.implied.get(*strict).is_some_and(|implied| implied.contains(*weak))
    }
}
