//! Where and on whom policies apply, compared as bits.

use std::collections::HashMap;

use cardea_policy::index::Index;
use cardea_policy::place::PolicyIndex;
use cardea_policy::policy_set::PolicySet;
use fixedbitset::FixedBitSet;

use super::{SITUATION, Universe};

/// Where and on whom a policy applies.
#[derive(Debug)]
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

#[derive(Debug)]
pub(crate) struct Extents(HashMap<PolicyIndex, Extent>);

impl Extents {
    /// The extents of the counted policies; none where some facts of the universe were left out,
    /// so that nothing is compared that is not known.
    pub(crate) fn new(index: &Index, universe: &Universe) -> Self {
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
        if !universe.partial.is_empty() {
            return Self(HashMap::new());
        }
        Self(universe.counted.iter().map(|policy| (policy, extent(policy))).collect())
    }

    /// Whether one policy applies wherever the other does. Exact but for people who are excluded
    /// from the first and cannot be included in the second, because they would have to be two
    /// users or two kinds of guest.
    pub(crate) fn contains(&self, one: PolicyIndex, other: PolicyIndex) -> bool {
        let (Some(one), Some(other)) = (self.0.get(&one), self.0.get(&other)) else { return false };
        other.atoms.is_subset(&one.atoms)
            && (one.everyone || (!other.everyone && other.included.is_subset(&one.included)))
            && one.excluded.is_subset(&other.excluded)
    }
}

/// The positions at which it holds.
pub(crate) fn positions(holds: impl Iterator<Item = bool>) -> FixedBitSet {
    let mut positions = FixedBitSet::new();
    for (at, holds) in holds.enumerate() {
        positions.grow(at + 1);
        positions.set(at, holds);
    }
    positions
}
