//! How broad an escape is: what else could be different without anything being asked for.

use cardea_policy::evaluate::Dimension;
use cardea_policy::index::Index;
use cardea_policy::policy_set::PolicySet;
use fixedbitset::FixedBitSet;

use super::{Deviation, Gap};
use crate::universe::{Axis, SITUATION, Universe};

/// Facts of every dimension of a situation, any combination of which escapes.
///
/// Dimensions in which the escape is ordinary are made as broad as they can be; after them, those
/// in which it is not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Breadth {
    /// For each dimension of [`SITUATION`], the positions on the universe's axis.
    inside: [FixedBitSet; SITUATION.len()],
}

/// The facts of one dimension, more ordinary ones first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Range<F> {
    /// Those that escape.
    pub inside: Vec<F>,
    /// The others.
    pub outside: Vec<F>,
}

impl Breadth {
    /// The facts of a dimension, with those that no policy tells apart from them. The axis has to
    /// be the universe's.
    pub fn range<F: Clone>(&self, axis: &Axis<F>, dimension: Dimension) -> Range<F> {
        let number = SITUATION.iter().position(|it| *it == dimension);
        let positions = number.and_then(|at| self.inside.get(at));
        let mut range = Range { inside: Vec::new(), outside: Vec::new() };
        for (at, atom) in axis.iter().enumerate() {
            let escapes = positions.is_some_and(|positions| positions.contains(at));
            let side = if escapes { &mut range.inside } else { &mut range.outside };
            side.push(atom.fact.clone());
            side.extend(atom.alternatives.iter().cloned());
        }
        range
    }
}

impl Gap {
    /// How broad the escape is, in the universe in which it was found.
    pub fn breadth(&self, index: &Index, universe: &Universe) -> Breadth {
        let [_, situation @ ..] = self.witness.sets(index);
        let mut sets = situation.map(|set| set.and(&self.hitting));
        let deviating: Vec<Dimension> =
            self.witness.deviations.iter().map(Deviation::dimension).collect();
        let mut order: Vec<usize> = (0..SITUATION.len()).collect();
        let differs = |at: usize| SITUATION.get(at).is_some_and(|it| deviating.contains(it));
        order.sort_by_key(|at| differs(*at));
        let mut inside: [FixedBitSet; SITUATION.len()] = Default::default();
        for at in order {
            let Some(dimension) = SITUATION.get(at) else { continue };
            // Policies that only this dimension keeps away.
            let kept = kept_away(&self.hitting, &sets, at);
            let (Some(positions), Some(matched)) = (inside.get_mut(at), sets.get_mut(at)) else {
                continue;
            };
            for (position, set) in universe.sets(*dimension).into_iter().enumerate() {
                positions.grow(position + 1);
                if !set.meets(&kept) {
                    positions.insert(position);
                    matched.unite(&set.and(&self.hitting));
                }
            }
        }
        Breadth { inside }
    }
}

/// The policies that match in every dimension but perhaps this one.
fn kept_away(policies: &PolicySet, sets: &[PolicySet], but: usize) -> PolicySet {
    let mut kept = policies.clone();
    for (at, set) in sets.iter().enumerate() {
        if at != but {
            kept.retain(set);
        }
    }
    kept
}
