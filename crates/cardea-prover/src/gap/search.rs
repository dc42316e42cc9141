//! The search for sign-ins that none of some policies applies to.
//!
//! It starts from an ordinary sign-in and differs from it only as far as it must. As long as a
//! policy applies, one of the things that keep it away has to differ as well, so the search takes
//! the policy with the fewest ways out and tries each of them; a policy without any ends the
//! branch. Every minimal escape is found: whatever it differs in beyond a point of the search must
//! contain a way out of the policy taken there. It is found once, because a way out that was tried
//! is ruled out for the ways tried after it.
//!
//! Points with fewer things about people come first, then those with fewer differences at all, so
//! that an escape is found before everything it is part of, and that a search which ends early has
//! still decided the smaller numbers of memberships.

use std::collections::{BTreeMap, HashMap};

use cardea_policy::index::Index;
use cardea_policy::place::PolicyIndex;
use cardea_policy::policy_set::PolicySet;
use fixedbitset::FixedBitSet;
use smallvec::SmallVec;

use super::choices::{Asked, Choice, Choices, Reach};
use super::region::{Cells, Region};
use super::{Completeness, Limits};
use crate::universe::SITUATION;

/// A point of the search: an ordinary sign-in with some differences.
#[derive(Clone, Debug)]
pub(super) struct Point {
    /// The differences.
    pub(super) chosen: SmallVec<[usize; 6]>,
    /// The situation.
    pub(super) cells: Cells,
    /// Policies brought on and kept away by what the person is.
    who: Reach,
    /// Choices that are ruled out.
    blocked: FixedBitSet,
    /// How many of the differences are about the person.
    personal: usize,
}

/// What a search found.
#[derive(Debug)]
pub(super) struct Found {
    /// Escapes, none of which contains another.
    pub(super) escapes: Vec<Point>,
    /// An escape that takes more memberships than were to be combined, if one was found.
    pub(super) beyond: Option<Point>,
    /// What is known of escapes that are not listed.
    pub(super) completeness: Completeness,
}

/// A question: where does none of these policies apply?
#[derive(Debug)]
pub(super) struct Search<'a> {
    pub(super) region: Region<'a>,
    pub(super) choices: Choices,
    asked: Asked,
    plain: Reach,
}

impl<'a> Search<'a> {
    /// Asks where no closing policy applies and the one to be hit, if there is one, does. The
    /// region is already limited to where its conditions match.
    pub(super) fn new(index: &Index, region: Region<'a>, asked: Asked) -> Self {
        let choices = Choices::new(index, &region, &asked);
        let exclude = PolicySet::none(index.policies().len());
        let plain = Reach { include: index.everyone().clone(), exclude };
        Self { region, choices, asked, plain }
    }

    /// Anybody: the plain person, or whoever `hit` includes, with any memberships.
    pub(super) fn anyone(&self) -> Vec<Point> {
        let mut plain = self.plain();
        let Some(hit) = self.asked.hit else { return Vec::from([plain]) };
        let reaches = || {
            let reach = |(at, it): (usize, &Choice)| Some((at, it.reach()?.clone()));
            self.choices.list.iter().enumerate().filter_map(reach)
        };
        for (at, _) in reaches().filter(|(_, reach)| reach.exclude.contains(hit)) {
            plain.blocked.insert(at);
        }
        if self.plain.include.contains(hit) {
            return Vec::from([plain]);
        }
        let mut starts = Vec::new();
        for (at, _) in reaches().filter(|(_, reach)| reach.include.contains(hit)) {
            if !plain.blocked.contains(at) {
                starts.push(self.with(&plain, at));
                plain.blocked.insert(at);
            }
        }
        starts
    }

    /// People whom exactly these policies can hit.
    pub(super) fn people(&self, who: PolicySet) -> Point {
        let who = Reach { include: who, exclude: self.plain.exclude.clone() };
        Point { who, blocked: self.choices.personal.clone(), ..self.plain() }
    }

    /// An ordinary sign-in by somebody with no membership that matters.
    fn plain(&self) -> Point {
        Point {
            chosen: SmallVec::new(),
            cells: [0; SITUATION.len()],
            who: self.plain.clone(),
            blocked: FixedBitSet::with_capacity(self.choices.list.len()),
            personal: 0,
        }
    }

    /// The point with one more difference.
    fn with(&self, point: &Point, at: usize) -> Point {
        let mut next = point.clone();
        next.chosen.push(at);
        if let Some(rivals) = self.choices.rivals(at) {
            next.blocked.union_with(rivals);
        }
        match self.choices.list.get(at) {
            Some(Choice::Cell { axis, cell }) => {
                if let Some(slot) = next.cells.get_mut(*axis) {
                    *slot = *cell;
                }
            }
            Some(other) => {
                next.personal += 1;
                if let Some(reach) = other.reach() {
                    next.who.include.unite(&reach.include);
                    next.who.exclude.unite(&reach.exclude);
                }
            }
            None => {}
        }
        next
    }

    /// The policies that apply at a point.
    fn alive(&self, point: &Point) -> PolicySet {
        let mut alive = self.region.matched(&point.cells, &self.asked.closing);
        alive.retain(&point.who.include);
        alive.subtract(&point.who.exclude);
        alive
    }

    /// Looks for escapes from the starts.
    pub(super) fn run(&self, starts: Vec<Point>, limits: Limits) -> Found {
        let mut run = Run {
            search: self,
            limits,
            left: limits.points,
            escapes: Vec::new(),
            by_first: HashMap::new(),
            later: Vec::new(),
        };
        let mut queue: Queue = BTreeMap::new();
        for start in starts {
            run.enqueue(&mut queue, start);
        }
        while let Some(((personal, _), points)) = queue.pop_first() {
            for point in points {
                if run.left == 0 || run.escapes.len() >= limits.escapes {
                    return run.stopped_at(personal);
                }
                run.left -= 1;
                run.visit(&mut queue, point);
            }
        }
        run.look_beyond()
    }
}

/// Points by how many of their differences are about the person, then by how many there are.
type Queue = BTreeMap<(usize, usize), Vec<Point>>;

struct Run<'s, 'a> {
    search: &'s Search<'a>,
    limits: Limits,
    /// How many more points may be visited.
    left: usize,
    escapes: Vec<Point>,
    /// Escapes by the first of their differences, as sorted lists of differences.
    by_first: HashMap<Option<usize>, Vec<SmallVec<[usize; 6]>>>,
    /// Points that need more memberships than are to be combined.
    later: Vec<Point>,
}

/// The cheapest policy to get out of, and its ways out.
struct WaysOut {
    /// Ways out within the limit of memberships.
    now: Vec<usize>,
    /// Ways out that take one more membership.
    later: Vec<usize>,
}

impl Run<'_, '_> {
    fn enqueue(&mut self, queue: &mut Queue, point: Point) {
        if point.personal > self.limits.memberships {
            self.later.push(point);
        } else {
            queue.entry((point.personal, point.chosen.len())).or_default().push(point);
        }
    }

    fn visit(&mut self, queue: &mut Queue, point: Point) {
        if self.is_known(&point) {
            return;
        }
        let alive = self.search.alive(&point);
        if alive.is_empty() {
            self.add(point);
            return;
        }
        let more = point.personal < self.limits.memberships;
        let Some(ways) = self.ways_out(&point, &alive, more) else { return };
        if ways.now.is_empty() {
            self.later.push(point);
            return;
        }
        let mut rest = point;
        for at in ways.now.into_iter().chain(ways.later) {
            let next = self.search.with(&rest, at);
            rest.blocked.insert(at);
            self.enqueue(queue, next);
        }
    }

    /// The ways out of the policy with the fewest; `None` where a policy has no way out at all.
    /// Unless `more` memberships may be taken, ways out of the situation are counted alone.
    fn ways_out(&self, point: &Point, alive: &PolicySet, more: bool) -> Option<WaysOut> {
        let choices = &self.search.choices;
        let mut best: Option<(usize, PolicyIndex)> = None;
        for policy in alive.iter() {
            let escapes = choices.escapes(policy)?;
            let all = escapes.difference_count(&point.blocked);
            if all == 0 {
                return None;
            }
            let count = if more {
                all
            } else {
                escapes
                    .difference(&point.blocked)
                    .filter(|it| !choices.personal.contains(*it))
                    .count()
            };
            if best.is_none_or(|(least, _)| count < least) {
                best = Some((count, policy));
            }
        }
        let (_, policy) = best?;
        let escapes = choices.escapes(policy)?;
        let (later, now) = escapes
            .difference(&point.blocked)
            .partition(|it| !more && choices.personal.contains(*it));
        Some(WaysOut { now, later })
    }

    /// Whether the point contains an escape that was found.
    fn is_known(&self, point: &Point) -> bool {
        let contains = |escape: &SmallVec<[usize; 6]>| {
            escape.iter().all(|difference| point.chosen.contains(difference))
        };
        let firsts = point.chosen.iter().copied().map(Some).chain([None]);
        firsts.filter_map(|first| self.by_first.get(&first)).flatten().any(contains)
    }

    fn add(&mut self, point: Point) {
        let mut chosen = point.chosen.clone();
        chosen.sort_unstable();
        self.by_first.entry(chosen.first().copied()).or_default().push(chosen);
        self.escapes.push(point);
    }

    fn stopped_at(self, personal: usize) -> Found {
        let completeness = match personal.checked_sub(1) {
            Some(memberships) => Completeness::Bounded { memberships },
            None => Completeness::OutOfBudget,
        };
        Found { escapes: self.escapes, beyond: None, completeness }
    }

    /// Looks for one escape among those that need more memberships, depth first.
    fn look_beyond(mut self) -> Found {
        let memberships = self.limits.memberships;
        let mut stack: Vec<Point> = self.later.drain(..).rev().collect();
        while let Some(point) = stack.pop() {
            if self.left == 0 {
                let completeness = Completeness::Bounded { memberships };
                return Found { escapes: self.escapes, beyond: None, completeness };
            }
            self.left -= 1;
            if self.is_known(&point) {
                continue;
            }
            let alive = self.search.alive(&point);
            if alive.is_empty() {
                let completeness = Completeness::Bounded { memberships };
                let beyond = Some(self.search.trimmed(point));
                return Found { escapes: self.escapes, beyond, completeness };
            }
            let Some(ways) = self.ways_out(&point, &alive, true) else { continue };
            let mut rest = point;
            let first = stack.len();
            for at in ways.now {
                stack.push(self.search.with(&rest, at));
                rest.blocked.insert(at);
            }
            // The way out that leaves the fewest policies is followed first.
            if let Some(pushed) = stack.get_mut(first..) {
                pushed.sort_by_cached_key(|it| usize::MAX - self.search.alive(it).len());
            }
        }
        Found { escapes: self.escapes, beyond: None, completeness: Completeness::Exact }
    }
}

impl Search<'_> {
    /// The escape without differences that it does not need.
    fn trimmed(&self, escape: Point) -> Point {
        let mut best = escape;
        let mut at = 0;
        while at < best.chosen.len() {
            let mut fewer = best.chosen.clone();
            fewer.remove(at);
            let point = fewer.iter().fold(self.plain(), |point, at| self.with(&point, *at));
            if self.alive(&point).is_empty() && self.is_hit(&point) {
                best = point;
            } else {
                at += 1;
            }
        }
        best
    }

    fn is_hit(&self, point: &Point) -> bool {
        let included = |hit| point.who.include.contains(hit) && !point.who.exclude.contains(hit);
        self.asked.hit.is_none_or(included)
    }
}
