//! The universe as some policies see it, without copying facts.

use cardea_policy::evaluate::Dimension;
use cardea_policy::place::PolicyIndex;
use cardea_policy::policy_set::PolicySet;
use foldhash::fast::RandomState;
use indexmap::IndexMap;
use smallvec::SmallVec;

use super::witness::Like;
use crate::universe::{Axis, SITUATION, Situation, Universe};

/// All situations, as far as the asked policies tell them apart.
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

/// One cell of every dimension, by position.
pub(super) type Cells = [usize; SITUATION.len()];

impl<'a> Region<'a> {
    /// The universe as `policies` see it.
    pub(super) fn new(universe: &'a Universe, policies: &PolicySet) -> Self {
        let axes = SITUATION.map(|dimension| cells(&universe.sets(dimension), policies));
        Self { universe, axes }
    }

    /// The most ordinary situation in which the policy's conditions match.
    ///
    /// # Errors
    /// The first dimension in which they never match.
    pub(super) fn ordinary_for(&self, policy: PolicyIndex) -> Result<Cells, Dimension> {
        let mut cells = [0; SITUATION.len()];
        for ((cell, axis), dimension) in cells.iter_mut().zip(&self.axes).zip(SITUATION) {
            let first = axis.iter().position(|cell| cell.set.contains(policy));
            *cell = first.ok_or(dimension)?;
        }
        Ok(cells)
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

fn cells(sets: &[&PolicySet], policies: &PolicySet) -> Vec<Cell> {
    let mut cells: IndexMap<PolicySet, SmallVec<[usize; 2]>, RandomState> = IndexMap::default();
    for (at, set) in sets.iter().enumerate() {
        cells.entry(set.and(policies)).or_default().push(at);
    }
    cells.into_iter().map(|(set, atoms)| Cell { atoms, set }).collect()
}
