//! What of the policies that can hit somebody decides how they fare on a ground.
//!
//! Without a directory, every combination of memberships is a class of its own, and most of them
//! differ in policies that demand the same in the same places. A [`Footprint`] forgets which policy
//! it is that demands something. It is made of bit sets that are worked out once for the ground, so
//! that it costs next to nothing beside a [`Terrain`](super::terrain::Terrain).

use std::collections::HashMap;

use cardea_policy::control::Grant;
use cardea_policy::index::Index;
use cardea_policy::place::PolicyIndex;
use cardea_policy::policy_set::PolicySet;

/// What the policies that can hit somebody demand, place by place. People with the same footprint
/// on a ground, who are allowed the same, have terrains with the same outline there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Footprint(Box<[u64]>);

/// For each policy the bits that it leaves in footprints.
#[derive(Debug)]
pub(super) struct Footprints {
    bits: HashMap<PolicyIndex, Vec<usize>>,
    words: usize,
}

/// Everything that gates and the wizard ask about a policy that applies.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Kind<'a> {
    grant: &'a Grant,
    on_registration: bool,
    on_all_resources: bool,
}

impl<'a> Kind<'a> {
    /// `None` for a policy that demands nothing: it leaves no bits.
    fn of(index: &'a Index, policy: PolicyIndex) -> Option<Self> {
        Some(Self {
            grant: index.grant(policy)?,
            on_registration: index.on_registration().contains(policy),
            on_all_resources: index.all_resources().contains(policy),
        })
    }
}

impl Footprints {
    /// For a ground on which policies apply in these sets: one for each place and each request in it.
    pub(super) fn new(index: &Index, applied: impl IntoIterator<Item = PolicySet>) -> Self {
        let mut kinds: Vec<Kind<'_>> = Vec::new();
        let mut kind_of: HashMap<PolicyIndex, usize> = HashMap::new();
        for policy in index.demanding().iter() {
            let Some(kind) = Kind::of(index, policy) else { continue };
            let at = kinds.iter().position(|known| *known == kind).unwrap_or(kinds.len());
            if at == kinds.len() {
                kinds.push(kind);
            }
            kind_of.insert(policy, at);
        }
        let mut columns: Vec<PolicySet> =
            applied.into_iter().map(|set| set.and(index.demanding())).collect();
        columns.sort_unstable();
        columns.dedup();
        let mut bits: HashMap<PolicyIndex, Vec<usize>> = HashMap::new();
        for (column, set) in columns.iter().enumerate() {
            for policy in set.iter() {
                let Some(kind) = kind_of.get(&policy) else { continue };
                bits.entry(policy).or_default().push(column * kinds.len() + kind);
            }
        }
        Self { bits, words: (columns.len() * kinds.len()).div_ceil(64) }
    }

    /// The footprint of people whom these policies can hit.
    pub(super) fn of(&self, who: &PolicySet) -> Footprint {
        let mut words = vec![0_u64; self.words];
        for bit in who.iter().filter_map(|policy| self.bits.get(&policy)).flatten() {
            if let Some(word) = words.get_mut(bit / 64) {
                *word |= 1 << (bit % 64);
            }
        }
        Footprint(words.into())
    }
}
