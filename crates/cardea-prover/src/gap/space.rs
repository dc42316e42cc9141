//! The space that is searched: points, and the ways from one to the next.

use cardea_policy::evaluate::Dimension;
use cardea_policy::index::Index;
use cardea_policy::place::PolicyIndex;
use cardea_policy::policy_set::PolicySet;
use fixedbitset::FixedBitSet;
use smallvec::SmallVec;

use super::choices::{Choice, Choices, Reach};
use super::region::{Cells, Region};
use crate::universe::{SITUATION, Universe};

/// A point: an ordinary sign-in with some differences.
#[derive(Clone, Debug)]
pub(super) struct Point {
    /// The differences.
    pub(super) chosen: SmallVec<[usize; 6]>,
    /// The situation.
    pub(super) cells: Cells,
    /// Policies brought on and kept away by what the person is.
    pub(super) who: Reach,
    /// Choices that are ruled out.
    pub(super) blocked: FixedBitSet,
    /// How many of the differences are about the person.
    pub(super) personal: usize,
}

/// All sign-ins, as far as some policies tell them apart. Made once for many questions about the
/// same policies.
#[derive(Debug)]
pub(super) struct Space<'a> {
    pub(super) region: Region<'a>,
    pub(super) choices: Choices,
    plain: Reach,
}

impl<'a> Space<'a> {
    /// The space of these policies.
    pub(super) fn new(index: &Index, universe: &'a Universe, policies: &PolicySet) -> Self {
        let region = Region::new(universe, policies);
        let choices = Choices::new(index, &region, policies);
        let exclude = PolicySet::none(index.policies().len());
        let plain = Reach { include: index.everyone().clone(), exclude };
        Self { region, choices, plain }
    }

    /// The most ordinary sign-in, in which the conditions of `hit`, if there is one, match, by
    /// somebody with no membership that matters.
    ///
    /// # Errors
    /// The first dimension in which the conditions of `hit` never match.
    pub(super) fn origin(&self, hit: Option<PolicyIndex>) -> Result<Point, Dimension> {
        let cells = match hit {
            Some(hit) => self.region.ordinary_for(hit)?,
            None => [0; SITUATION.len()],
        };
        let mut blocked = FixedBitSet::with_capacity(self.choices.list.len());
        for (at, choice) in self.choices.list.iter().enumerate() {
            match choice {
                Choice::Cell { axis, cell } => blocked.set(at, cells.get(*axis) == Some(cell)),
                Choice::Membership(..) | Choice::Guest(..) => break,
            }
        }
        let who = self.plain.clone();
        Ok(Point { chosen: SmallVec::new(), cells, who, blocked, personal: 0 })
    }

    /// People whom exactly these policies can hit, in an ordinary situation. Whatever else they
    /// could be or have is ruled out.
    pub(super) fn people(&self, origin: &Point, who: PolicySet) -> Point {
        let mut point = origin.clone();
        point.who = Reach { include: who, exclude: self.plain.exclude.clone() };
        point.blocked.union_with(&self.choices.personal);
        point
    }

    /// Anybody: sign-ins from which all others can be reached. Where a policy has to apply, they
    /// are by the plain person if it is on everyone, else by whoever it includes.
    ///
    /// # Errors
    /// The first dimension in which the conditions of `hit` never match.
    pub(super) fn anyone(&self, hit: Option<PolicyIndex>) -> Result<Vec<Point>, Dimension> {
        let mut plain = self.origin(hit)?;
        let Some(hit) = hit else { return Ok(Vec::from([plain])) };
        if let Some(escapes) = self.choices.escapes(hit) {
            plain.blocked.union_with(escapes);
        }
        if self.plain.include.contains(hit) {
            return Ok(Vec::from([plain]));
        }
        let mut starts = Vec::new();
        for (at, choice) in self.choices.list.iter().enumerate() {
            let includes = choice.reach().is_some_and(|reach| reach.include.contains(hit));
            if includes && !plain.blocked.contains(at) {
                starts.push(self.with(&plain, at));
                plain.blocked.insert(at);
            }
        }
        Ok(starts)
    }

    /// The point with one more difference.
    pub(super) fn with(&self, point: &Point, at: usize) -> Point {
        let mut next = point.clone();
        next.chosen.push(at);
        if let Some(rivals) = self.choices.rivals(at) {
            next.blocked.union_with(rivals);
        }
        if let Some(choice) = self.choices.list.get(at) {
            next.personal += usize::from(choice.reach().is_some());
            choice.apply(&mut next.cells, &mut next.who);
        }
        next
    }

    /// The policies among `closing` that apply.
    pub(super) fn alive(&self, cells: &Cells, who: &Reach, closing: &PolicySet) -> PolicySet {
        let mut alive = self.region.matched(cells, closing);
        alive.retain(&who.include);
        alive.subtract(&who.exclude);
        alive
    }
}
