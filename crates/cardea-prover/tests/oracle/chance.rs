//! Random choices from a seed, the same on every machine.

/// A stream of random numbers (`SplitMix64`).
pub(crate) struct Chance(u64);

impl Chance {
    /// The stream of one case of a run.
    pub(crate) fn new(seed: u64, case: u64) -> Self {
        // Mixed twice: starts that differ by a multiple of the increment share their stream.
        Self(mix(mix(seed).wrapping_add(case)))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.0)
    }

    /// A number below `bound`, which is not 0.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        let bound = u64::try_from(bound).unwrap();
        usize::try_from(self.next() % bound).unwrap()
    }

    /// A number from `low` to `high`, both included.
    pub(crate) fn between(&mut self, low: usize, high: usize) -> usize {
        low + self.below(high - low + 1)
    }

    /// True so many times in a hundred.
    pub(crate) fn percent(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// One of the items.
    pub(crate) fn one<T: Clone>(&mut self, items: &[T]) -> T {
        items[self.below(items.len())].clone()
    }

    /// Each of the items, so many times in a hundred.
    pub(crate) fn some<T: Clone, C: FromIterator<T>>(&mut self, items: &[T], percent: usize) -> C {
        items.iter().filter(|_| self.percent(percent)).cloned().collect()
    }

    /// One of the items, those with a larger weight more often.
    pub(crate) fn weighted<T: Clone>(&mut self, items: &[(usize, T)]) -> T {
        let mut at = self.below(items.iter().map(|(weight, _)| weight).sum());
        for (weight, item) in items {
            if at < *weight {
                return item.clone();
            }
            at -= weight;
        }
        items[0].1.clone()
    }
}

fn mix(mut word: u64) -> u64 {
    word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    word ^ (word >> 31)
}
