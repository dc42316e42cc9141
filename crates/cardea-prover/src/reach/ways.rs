//! Truth as the cheapest ways to make it true: sets of minimal sets of starting factors.

use cardea_policy::lattice::Lattice;

/// A set of starting factors, one bit for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct FactorSet(pub u128);

impl FactorSet {
    /// The set of one factor; factors beyond 127 do not exist.
    pub fn single(factor: usize) -> Self {
        Self(u32::try_from(factor).ok().and_then(|bit| 1_u128.checked_shl(bit)).unwrap_or(0))
    }

    /// Both sets together.
    #[must_use]
    pub fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The set of all factors below `bound`.
    pub fn below(bound: usize) -> Self {
        let past = u32::try_from(bound).ok().and_then(|bit| 1_u128.checked_shl(bit));
        Self(past.map_or(u128::MAX, |past| past - 1))
    }

    /// What is in this set and not in `other`.
    #[must_use]
    pub fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether every factor here is also in `other`.
    pub fn is_subset(self, other: Self) -> bool {
        self.0 & !other.0 == 0
    }

    /// Whether the factor is in the set.
    pub fn contains(self, factor: usize) -> bool {
        Self::single(factor).is_subset(self) && Self::single(factor) != Self::default()
    }

    /// The factors.
    pub fn factors(self) -> impl Iterator<Item = usize> {
        let mut rest = self.0;
        std::iter::from_fn(move || {
            let lowest = (rest != 0).then(|| rest.trailing_zeros())?;
            rest &= rest - 1;
            usize::try_from(lowest).ok()
        })
    }

    /// How many factors.
    pub fn len(self) -> u32 {
        self.0.count_ones()
    }

    /// Whether there are none.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }
}

/// An antichain of factor sets: true wherever one of them is at hand.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Ways(Vec<FactorSet>);

impl Ways {
    /// True exactly where the factor is at hand.
    pub fn factor(factor: usize) -> Self {
        Self(vec![FactorSet::single(factor)])
    }

    /// The minimal sets, in ascending order.
    pub fn minimal(&self) -> &[FactorSet] {
        &self.0
    }

    /// Whether the factors suffice.
    pub fn hold(&self, factors: FactorSet) -> bool {
        self.0.iter().any(|way| way.is_subset(factors))
    }

    fn is_top(&self) -> bool {
        self.0.first().is_some_and(|set| set.is_empty())
    }

    fn reduce(mut sets: Vec<FactorSet>) -> Self {
        sets.sort_unstable();
        sets.dedup();
        sets.sort_by_cached_key(|set| set.len());
        let mut minimal: Vec<FactorSet> = Vec::with_capacity(sets.len());
        for set in sets {
            if !minimal.iter().any(|smaller| smaller.is_subset(set)) {
                minimal.push(set);
            }
        }
        minimal.sort_unstable();
        Self(minimal)
    }
}

/// The lattice of [`Ways`].
#[derive(Clone, Copy, Debug, Default)]
pub struct Cheapest;

impl Lattice for Cheapest {
    type Truth = Ways;

    fn top(&self) -> Ways {
        Ways(vec![FactorSet::default()])
    }

    fn bottom(&self) -> Ways {
        Ways(Vec::new())
    }

    /// A set that already contains one of the other side absorbs every product with it, so that
    /// products are only made of the sets that contain none.
    fn meet(&self, left: &Ways, right: &Ways) -> Ways {
        if left == right || right.is_top() {
            return left.clone();
        }
        if left.is_top() {
            return right.clone();
        }
        let absorbs = |of: &Ways, set: FactorSet| of.0.iter().any(|other| other.is_subset(set));
        let (kept, mine): (Vec<FactorSet>, Vec<FactorSet>) =
            left.0.iter().copied().partition(|set| absorbs(right, *set));
        let (mut sets, theirs): (Vec<FactorSet>, Vec<FactorSet>) =
            right.0.iter().copied().partition(|set| absorbs(left, *set));
        sets.extend(kept);
        for set in mine {
            sets.extend(theirs.iter().map(|other| set.with(*other)));
        }
        Ways::reduce(sets)
    }

    fn join(&self, left: &Ways, right: &Ways) -> Ways {
        if left == right || right.0.is_empty() {
            return left.clone();
        }
        if left.0.is_empty() {
            return right.clone();
        }
        Ways::reduce(left.0.iter().chain(&right.0).copied().collect())
    }

    /// All sets are gathered first, so that they are reduced once.
    fn any(&self, values: impl IntoIterator<Item = Ways>) -> Ways {
        let mut all: Vec<FactorSet> = Vec::new();
        let mut several = false;
        for ways in values {
            if ways.is_top() {
                return ways;
            }
            if all.is_empty() {
                all = ways.0;
            } else if !ways.0.is_empty() {
                several = true;
                all.extend(ways.0);
            }
        }
        if several { Ways::reduce(all) } else { Ways(all) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn ways() -> impl Strategy<Value = Ways> {
        proptest::collection::vec((0_u128..32).prop_map(FactorSet), 0..5).prop_map(Ways::reduce)
    }

    proptest! {
        #[test]
        fn ways_are_truth_tables_in_short(a in ways(), b in ways(), at in 0_u128..32) {
            let at = FactorSet(at);
            prop_assert_eq!(Cheapest.meet(&a, &b).hold(at), a.hold(at) && b.hold(at));
            prop_assert_eq!(Cheapest.join(&a, &b).hold(at), a.hold(at) || b.hold(at));
        }

        #[test]
        fn meet_distributes_over_join(a in ways(), b in ways(), c in ways()) {
            let l = Cheapest;
            prop_assert_eq!(
                l.meet(&a, &l.join(&b, &c)),
                l.join(&l.meet(&a, &b), &l.meet(&a, &c))
            );
        }
    }
}
