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

use cardea_policy::place::PolicyIndex;
use cardea_policy::policy_set::PolicySet;
use fixedbitset::FixedBitSet;
use smallvec::SmallVec;

use super::space::{Point, Space};
use super::{Completeness, Limits};

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

/// Whether there is an escape.
#[derive(Debug)]
pub(super) enum Existence {
    /// There is none.
    No,
    /// There is this one.
    Yes(Box<Point>),
    /// The search ended early.
    Unknown,
}

/// A search for sign-ins that no closing policy applies to, and the one to be hit, if there is one,
/// does.
#[derive(Clone, Copy, Debug)]
pub(super) struct Search<'s, 'a> {
    pub(super) space: &'s Space<'a>,
    /// None of these applies.
    pub(super) closing: &'s PolicySet,
    /// This one does. It does at every start and is never left.
    pub(super) hit: Option<PolicyIndex>,
    pub(super) limits: Limits,
}

impl<'s, 'a> Search<'s, 'a> {
    /// Whether there is an escape at all; the first one that is met, however much it takes.
    pub(super) fn first(self, starts: Vec<Point>) -> Existence {
        let mut run = self.fresh();
        run.left = run.left.saturating_add(self.limits.beyond);
        run.first(starts)
    }

    /// Looks for escapes from the starts.
    pub(super) fn run(self, starts: Vec<Point>) -> Found {
        let mut run = self.fresh();
        let mut queue: Queue = BTreeMap::new();
        for start in starts {
            run.enqueue(&mut queue, start);
        }
        while let Some(((personal, _), points)) = queue.pop_first() {
            for point in points {
                if run.left == 0 || run.escapes.len() >= self.limits.escapes {
                    return run.stopped_at(personal);
                }
                run.left -= 1;
                run.visit(&mut queue, point);
            }
        }
        run.look_beyond()
    }

    fn fresh(self) -> Run<'s, 'a> {
        Run {
            search: self,
            left: self.limits.points,
            escapes: Vec::new(),
            by_first: HashMap::new(),
            later: Vec::new(),
        }
    }

    fn alive(&self, point: &Point) -> PolicySet {
        self.space.alive(&point.cells, &point.who, self.closing)
    }
}

/// Points by how many of their differences are about the person, then by how many there are.
type Queue = BTreeMap<(usize, usize), Vec<Point>>;

struct Run<'s, 'a> {
    search: Search<'s, 'a>,
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
        if point.personal > self.search.limits.memberships {
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
        let more = point.personal < self.search.limits.memberships;
        let Some(ways) = self.ways_out(&point, &alive, more) else { return };
        if ways.now.is_empty() {
            self.later.push(point);
            return;
        }
        let mut rest = point;
        for at in ways.now.into_iter().chain(ways.later) {
            let next = self.search.space.with(&rest, at);
            rest.blocked.insert(at);
            self.enqueue(queue, next);
        }
    }

    /// The ways out of the policy with the fewest; `None` where a policy has no way out at all.
    /// Unless `more` memberships may be taken, ways out of the situation are counted alone.
    fn ways_out(&self, point: &Point, alive: &PolicySet, more: bool) -> Option<WaysOut> {
        let choices = &self.search.space.choices;
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

    /// The ways out of a policy with few of them: the first policy with one or none, which leaves
    /// no choice, else the one with the fewest.
    fn few_ways_out(&self, point: &Point, alive: &PolicySet) -> SmallVec<[usize; 8]> {
        let mut best: Option<(usize, &FixedBitSet)> = None;
        for policy in alive.iter() {
            let Some(escapes) = self.search.space.choices.escapes(policy) else { continue };
            let count = escapes.difference_count(&point.blocked);
            if best.is_none_or(|(least, _)| count < least) {
                best = Some((count, escapes));
            }
            if count <= 1 {
                break;
            }
        }
        best.map_or_else(SmallVec::new, |(_, it)| it.difference(&point.blocked).collect())
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

    /// Looks for one escape among those that need more memberships.
    fn look_beyond(mut self) -> Found {
        let memberships = self.search.limits.memberships;
        self.left = self.search.limits.beyond;
        let starts = self.later.drain(..).collect();
        let (beyond, completeness) = match self.first(starts) {
            Existence::No => (None, Completeness::Exact),
            Existence::Yes(escape) => {
                (Some(self.search.trimmed(*escape)), Completeness::Bounded { memberships })
            }
            Existence::Unknown => (None, Completeness::Bounded { memberships }),
        };
        Found { escapes: self.escapes, beyond, completeness }
    }

    /// The first escape that a search depth first meets.
    fn first(&mut self, starts: Vec<Point>) -> Existence {
        let mut stack = starts;
        stack.reverse();
        while let Some(point) = stack.pop() {
            if self.left == 0 {
                return Existence::Unknown;
            }
            self.left -= 1;
            if self.is_known(&point) {
                continue;
            }
            let alive = self.search.alive(&point);
            if alive.is_empty() {
                return Existence::Yes(Box::new(point));
            }
            let mut rest = point;
            let first = stack.len();
            for at in self.few_ways_out(&rest, &alive) {
                stack.push(self.search.space.with(&rest, at));
                rest.blocked.insert(at);
            }
            // The way out that leaves the fewest policies is followed first.
            if let Some(pushed) = stack.get_mut(first..)
                && pushed.len() > 1
            {
                pushed.sort_by_cached_key(|it| usize::MAX - self.search.alive(it).len());
            }
        }
        Existence::No
    }
}

impl Search<'_, '_> {
    /// An escape by anybody, without differences that it does not need.
    fn trimmed(&self, escape: Point) -> Point {
        let Ok(origin) = self.space.origin(self.hit) else { return escape };
        let mut chosen = escape.chosen;
        let mut at = 0;
        while at < chosen.len() {
            let mut fewer = chosen.clone();
            fewer.remove(at);
            if self.escapes(&origin, &fewer) {
                chosen = fewer;
            } else {
                at += 1;
            }
        }
        chosen.into_iter().fold(origin, |point, at| self.space.with(&point, at))
    }

    /// Whether these differences alone make an escape.
    fn escapes(&self, origin: &Point, chosen: &[usize]) -> bool {
        let (mut cells, mut who) = (origin.cells, origin.who.clone());
        for choice in chosen.iter().filter_map(|at| self.space.choices.list.get(*at)) {
            choice.apply(&mut cells, &mut who);
        }
        let included = |hit| who.include.contains(hit) && !who.exclude.contains(hit);
        self.space.alive(&cells, &who, self.closing).is_empty() && self.hit.is_none_or(included)
    }
}
