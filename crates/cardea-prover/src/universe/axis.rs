//! Atoms and axes.

use std::collections::HashMap;
use std::hash::Hash;
use std::iter::once;

use cardea_policy::policy_set::PolicySet;

/// Facts that no counted policy tells apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Atom<F> {
    /// The most ordinary of the facts; stands for all.
    pub fact: F,
    /// The counted policies whose condition matches the facts.
    pub set: PolicySet,
    /// The other facts, the more ordinary first.
    pub alternatives: Vec<F>,
}

/// The atoms of one dimension: at least one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Axis<F> {
    /// The atom of an ordinary sign-in.
    pub ordinary: Atom<F>,
    /// The other atoms, the more ordinary first.
    pub others: Vec<Atom<F>>,
}

/// Facts of one dimension: at least one.
pub(super) struct Facts<F> {
    /// The most ordinary one.
    pub(super) ordinary: F,
    /// The others, the more ordinary first.
    pub(super) others: Vec<F>,
}

impl<F> Axis<F> {
    /// The atoms, the ordinary one first.
    pub fn iter(&self) -> impl Iterator<Item = &Atom<F>> {
        once(&self.ordinary).chain(&self.others)
    }

    /// How many atoms there are; never 0.
    #[expect(clippy::len_without_is_empty, reason = "an axis is never empty")]
    pub fn len(&self) -> usize {
        1 + self.others.len()
    }

    /// The atom at a position; 0 and positions beyond the axis are the ordinary one.
    pub fn at(&self, position: usize) -> &Atom<F> {
        position.checked_sub(1).and_then(|at| self.others.get(at)).unwrap_or(&self.ordinary)
    }

    /// The policies behind every atom, in order.
    pub fn sets(&self) -> Vec<&PolicySet> {
        self.iter().map(|atom| &atom.set).collect()
    }

    /// Folds facts that are in the same policies and have the same mark.
    pub(super) fn fold<K: Hash + Eq>(
        facts: Facts<F>,
        set: impl Fn(&F) -> PolicySet,
        mark: impl Fn(&F) -> K,
    ) -> Self {
        let atom = |fact: F| Atom { set: set(&fact), fact, alternatives: Vec::new() };
        Self::join(atom(facts.ordinary), facts.others.into_iter().map(atom), mark)
    }

    /// Joins atoms that are in the same policies and have the same mark.
    fn join<K: Hash + Eq>(
        ordinary: Atom<F>,
        others: impl Iterator<Item = Atom<F>>,
        mark: impl Fn(&F) -> K,
    ) -> Self {
        let mut known = HashMap::from([((ordinary.set.clone(), mark(&ordinary.fact)), 0)]);
        let mut axis = Self { ordinary, others: Vec::new() };
        for atom in others {
            let next = axis.len();
            let key = (atom.set.clone(), mark(&atom.fact));
            let position = *known.entry(key).or_insert(next);
            if position == next {
                axis.others.push(atom);
            } else {
                let joined = axis.at_mut(position);
                joined.alternatives.push(atom.fact);
                joined.alternatives.extend(atom.alternatives);
            }
        }
        axis
    }

    fn at_mut(&mut self, position: usize) -> &mut Atom<F> {
        match position.checked_sub(1).and_then(|at| self.others.get_mut(at)) {
            Some(atom) => atom,
            None => &mut self.ordinary,
        }
    }
}

impl<F: Clone> Axis<F> {
    /// The axis as these policies see it.
    pub(super) fn seen_by(&self, policies: &PolicySet) -> Self {
        let seen = |atom: &Atom<F>| Atom { set: atom.set.and(policies), ..atom.clone() };
        Self::join(seen(&self.ordinary), self.others.iter().map(seen), |_| ())
    }

    /// The facts for which `keep` holds, if there are any.
    pub fn only(&self, keep: impl Fn(&F) -> bool) -> Option<Self> {
        let mut kept = self.iter().filter_map(|atom| {
            let facts = once(&atom.fact).chain(&atom.alternatives);
            let mut facts = facts.filter(|fact| keep(fact)).cloned();
            let fact = facts.next()?;
            Some(Atom { fact, set: atom.set.clone(), alternatives: facts.collect() })
        });
        Some(Self { ordinary: kept.next()?, others: kept.collect() })
    }
}
