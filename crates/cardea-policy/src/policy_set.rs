//! Sets of policies as bits.

use smallvec::SmallVec;

use crate::place::PolicyIndex;

/// A set of policies, one bit for each. A tenant may have 195 policies, so four words are kept
/// inline and nothing is allocated; larger universes spill to the heap.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct PolicySet {
    words: SmallVec<[u64; 4]>,
}

impl PolicySet {
    /// The empty set over a universe of `policies` policies.
    pub fn none(policies: usize) -> Self {
        Self { words: SmallVec::from_elem(0, policies.div_ceil(64)) }
    }

    /// The set of all positions below `policies` for which `member` holds.
    pub fn of(policies: usize, mut member: impl FnMut(usize) -> bool) -> Self {
        let mut set = Self::none(policies);
        for position in 0..policies {
            if member(position) {
                set.insert(PolicyIndex::at(position));
            }
        }
        set
    }

    /// Adds a policy. Policies beyond the universe are ignored.
    pub fn insert(&mut self, policy: PolicyIndex) {
        if let Some(word) = self.words.get_mut(policy.position() / 64) {
            *word |= 1 << (policy.position() % 64);
        }
    }

    /// Removes a policy.
    pub fn remove(&mut self, policy: PolicyIndex) {
        if let Some(word) = self.words.get_mut(policy.position() / 64) {
            *word &= !(1 << (policy.position() % 64));
        }
    }

    /// Whether the policy is in the set.
    pub fn contains(&self, policy: PolicyIndex) -> bool {
        self.words
            .get(policy.position() / 64)
            .is_some_and(|word| word & (1 << (policy.position() % 64)) != 0)
    }

    /// Whether no policy is in the set.
    pub fn is_empty(&self) -> bool {
        self.words.iter().all(|word| *word == 0)
    }

    /// How many policies are in the set.
    pub fn len(&self) -> usize {
        self.words.iter().map(|word| usize::try_from(word.count_ones()).unwrap_or(0)).sum()
    }

    /// Keeps what is also in `other`.
    pub fn retain(&mut self, other: &Self) {
        for (mine, theirs) in self.words.iter_mut().zip(&other.words) {
            *mine &= theirs;
        }
    }

    /// Adds everything in `other`.
    pub fn unite(&mut self, other: &Self) {
        for (mine, theirs) in self.words.iter_mut().zip(&other.words) {
            *mine |= theirs;
        }
    }

    /// Removes everything in `other`.
    pub fn subtract(&mut self, other: &Self) {
        for (mine, theirs) in self.words.iter_mut().zip(&other.words) {
            *mine &= !theirs;
        }
    }

    /// What is in both.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        let mut both = self.clone();
        both.retain(other);
        both
    }

    /// What is in either.
    #[must_use]
    pub fn or(&self, other: &Self) -> Self {
        let mut either = self.clone();
        either.unite(other);
        either
    }

    /// What is in this one only.
    #[must_use]
    pub fn minus(&self, other: &Self) -> Self {
        let mut rest = self.clone();
        rest.subtract(other);
        rest
    }

    /// Whether everything here is also in `other`.
    pub fn is_subset(&self, other: &Self) -> bool {
        self.words.iter().zip(&other.words).all(|(mine, theirs)| mine & !theirs == 0)
    }

    /// Whether the sets share a policy.
    pub fn meets(&self, other: &Self) -> bool {
        self.words.iter().zip(&other.words).any(|(mine, theirs)| mine & theirs != 0)
    }

    /// The policy with the lowest index.
    pub fn first(&self) -> Option<PolicyIndex> {
        self.iter().next()
    }

    /// The policies, by index.
    pub fn iter(&self) -> impl Iterator<Item = PolicyIndex> + '_ {
        self.words.iter().enumerate().flat_map(|(at, word)| {
            let mut rest = *word;
            core::iter::from_fn(move || {
                if rest == 0 {
                    return None;
                }
                let bit = usize::try_from(rest.trailing_zeros()).unwrap_or(0);
                rest &= rest - 1;
                Some(PolicyIndex::at(at * 64 + bit))
            })
        })
    }

    /// The words, lowest indexes first.
    pub fn words(&self) -> &[u64] {
        &self.words
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::collections::BTreeSet;
    use alloc::vec::Vec;
    use proptest::prelude::*;

    fn set(members: &BTreeSet<usize>) -> PolicySet {
        PolicySet::of(300, |position| members.contains(&position))
    }

    proptest! {
        #[test]
        fn a_policy_set_behaves_like_a_set(
            left in proptest::collection::btree_set(0_usize..300, 0..40),
            right in proptest::collection::btree_set(0_usize..300, 0..40),
        ) {
            let listed = |s: &PolicySet| s.iter().map(PolicyIndex::position).collect::<Vec<_>>();
            let (a, b) = (set(&left), set(&right));
            prop_assert_eq!(listed(&a.and(&b)), left.intersection(&right).copied().collect::<Vec<_>>());
            prop_assert_eq!(listed(&a.or(&b)), left.union(&right).copied().collect::<Vec<_>>());
            prop_assert_eq!(listed(&a.minus(&b)), left.difference(&right).copied().collect::<Vec<_>>());
            prop_assert_eq!(a.is_subset(&b), left.is_subset(&right));
            prop_assert_eq!(a.meets(&b), !left.is_disjoint(&right));
            prop_assert_eq!(a.len(), left.len());
            prop_assert_eq!(a.is_empty(), left.is_empty());
        }
    }
}
