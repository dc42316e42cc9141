//! Policies that others make unnecessary, so that fewer kinds of people need to be told apart.

use std::collections::HashMap;

use cardea_policy::control::Grant;
use cardea_policy::index::Index;
use cardea_policy::place::PolicyIndex;
use cardea_policy::policy_set::PolicySet;
use cardea_policy::satisfy::Strengths;
use fixedbitset::FixedBitSet;

use crate::effect::{displacement, implication};
use crate::universe::{SITUATION, Universe};

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

/// Where and on whom a policy applies.
struct Extent {
    /// The atoms of all dimensions that match.
    atoms: FixedBitSet,
    /// Memberships and kinds of guests that bring the policy on and do not keep it away.
    included: FixedBitSet,
    /// Memberships and kinds of guests that keep it away.
    excluded: FixedBitSet,
    /// Whether everyone is included.
    everyone: bool,
}

struct Extents(HashMap<PolicyIndex, Extent>);

impl Extents {
    fn new(index: &Index, universe: &Universe) -> Self {
        let sets: Vec<&PolicySet> =
            SITUATION.into_iter().flat_map(|dimension| universe.sets(dimension)).collect();
        let rows = index.memberships().iter().map(|row| (&row.include, &row.exclude));
        let guests = universe.guests.iter().map(|atom| (&atom.include, &atom.exclude));
        let traits: Vec<(&PolicySet, &PolicySet)> = rows.chain(guests).collect();
        let extent =
            |policy| Extent {
                atoms: positions(sets.iter().map(|set| set.contains(policy))),
                included: positions(traits.iter().map(|(include, exclude)| {
                    include.contains(policy) && !exclude.contains(policy)
                })),
                excluded: positions(traits.iter().map(|(_, exclude)| exclude.contains(policy))),
                everyone: index.everyone().contains(policy),
            };
        Self(universe.counted.iter().map(|policy| (policy, extent(policy))).collect())
    }

    /// Whether one policy applies wherever the other does. Exact but for people who are excluded
    /// from the first and cannot be included in the second, because they would have to be two
    /// users or two kinds of guest.
    fn contains(&self, one: PolicyIndex, other: PolicyIndex) -> bool {
        let (Some(one), Some(other)) = (self.0.get(&one), self.0.get(&other)) else { return false };
        other.atoms.is_subset(&one.atoms)
            && (one.everyone || (!other.everyone && other.included.is_subset(&one.included)))
            && one.excluded.is_subset(&other.excluded)
    }
}

fn positions(holds: impl Iterator<Item = bool>) -> FixedBitSet {
    let mut positions = FixedBitSet::new();
    for (at, holds) in holds.enumerate() {
        positions.grow(at + 1);
        positions.set(at, holds);
    }
    positions
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
