//! A part of the universe, as some policies see it, without copying facts.

use std::collections::HashMap;

use cardea_policy::evaluate::Dimension;
use cardea_policy::place::PolicyIndex;
use cardea_policy::policy_set::PolicySet;
use smallvec::SmallVec;

use super::witness::Like;
use crate::universe::{Axis, SITUATION, Situation, Universe};

/// The situations that a question is about.
#[derive(Debug)]
pub(super) struct Region<'a> {
    pub(super) universe: &'a Universe,
    /// The cells of every dimension of a situation, in the order of [`SITUATION`]; the first cell
    /// of each is the ordinary one.
    pub(super) axes: [Vec<Cell>; SITUATION.len()],
}

/// Atoms that the asked policies do not tell apart.
#[derive(Debug)]
pub(super) struct Cell {
    /// Positions of the atoms on the universe's axis.
    atoms: SmallVec<[usize; 2]>,
    /// The asked policies whose condition matches.
    pub(super) set: PolicySet,
}

/// One cell of every dimension, by position; 0 is the ordinary one.
pub(super) type Cells = [usize; SITUATION.len()];

impl<'a> Region<'a> {
    /// The situations in which the conditions of `hit`, if there is one, match, as `policies` see
    /// them.
    ///
    /// # Errors
    /// The first dimension in which the conditions of `hit` never match.
    pub(super) fn new(
        universe: &'a Universe,
        policies: &PolicySet,
        hit: Option<PolicyIndex>,
    ) -> Result<Self, Dimension> {
        let mut axes = [const { Vec::new() }; SITUATION.len()];
        for (axis, dimension) in axes.iter_mut().zip(SITUATION) {
            *axis = cells(&universe.sets(dimension), policies, hit);
            if axis.is_empty() {
                return Err(dimension);
            }
        }
        Ok(Self { universe, axes })
    }

    /// The asked policies whose conditions, other than on people, match.
    pub(super) fn matched(&self, cells: &Cells, of: &PolicySet) -> PolicySet {
        let mut matched = of.clone();
        for cell in self.axes.iter().zip(cells).filter_map(|(axis, cell)| axis.get(*cell)) {
            matched.retain(&cell.set);
        }
        matched
    }

    /// The situation, by positions of atoms.
    pub(super) fn situation(&self, cells: &Cells) -> Situation {
        let mut situation = Situation::default();
        for ((axis, cell), dimension) in self.axes.iter().zip(cells).zip(SITUATION) {
            let atom = axis.get(*cell).and_then(|cell| cell.atoms.first());
            situation = situation.with(dimension, atom.copied().unwrap_or(0));
        }
        situation
    }

    /// The most ordinary fact of a cell and all that would do just as well.
    pub(super) fn like<F: Clone>(
        &self,
        axis: &Axis<F>,
        dimension: Dimension,
        cell: usize,
    ) -> Like<F> {
        let number = SITUATION.iter().position(|it| *it == dimension);
        let cell = number.and_then(|at| self.axes.get(at)).and_then(|cells| cells.get(cell));
        let atoms: &[usize] = cell.map_or(&[0], |cell| &cell.atoms);
        let mut facts = atoms
            .iter()
            .map(|at| axis.at(*at))
            .flat_map(|atom| std::iter::once(&atom.fact).chain(&atom.alternatives).cloned());
        let fact = facts.next().unwrap_or_else(|| axis.ordinary.fact.clone());
        Like { fact, alternatives: facts.collect() }
    }
}

fn cells(sets: &[&PolicySet], policies: &PolicySet, hit: Option<PolicyIndex>) -> Vec<Cell> {
    let mut known: HashMap<PolicySet, usize> = HashMap::new();
    let mut cells: Vec<Cell> = Vec::new();
    for (at, set) in sets.iter().enumerate() {
        if hit.is_some_and(|hit| !set.contains(hit)) {
            continue;
        }
        let set = set.and(policies);
        if let Some(cell) = known.get(&set).and_then(|cell| cells.get_mut(*cell)) {
            cell.atoms.push(at);
        } else {
            known.insert(set.clone(), cells.len());
            cells.push(Cell { atoms: SmallVec::from_slice(&[at]), set });
        }
    }
    cells
}
