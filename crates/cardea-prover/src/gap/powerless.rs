//! Enabled policies that change nothing.

use cardea_policy::evaluate::Dimension;
use cardea_policy::index::Index;
use cardea_policy::place::PolicyIndex;
use cardea_policy::policy_set::PolicySet;
use cardea_policy::satisfy::Strengths;

use super::search::Search;
use super::space::Space;
use super::{Limits, Question};
use crate::effect::implication::Demand;
use crate::effect::{displacement, remediation};
use crate::people::{Classes, Extent};
use crate::universe::Universe;
use crate::universe::extent::Extents;

/// Why a policy changes nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Powerless {
    /// Its conditions contradict each other: nothing matches in this dimension. For the principal
    /// dimension: whoever is included is excluded, or nobody is included.
    Never(Dimension),
    /// It neither blocks nor demands nor does anything to the session.
    DemandsNothing,
    /// All it demands is a control that has been retired.
    Retired,
    /// Wherever it applies, these other policies demand at least as much.
    Shadowed(Vec<PolicyIndex>),
}

/// The counted policies that change nothing, by index. All of them can be removed together: a
/// policy that is shadowed is so by policies that are not in the list. Of two that do the same, the
/// later one is in it.
///
/// A policy with session controls changes the session and is never called shadowed. One whose
/// strength takes the place of others' while security info is registered is shadowed only by its
/// equals ([`displacement`]), and one at risk only by others at risk ([`remediation`]). Of a policy
/// with parts that are not understood nothing is said, and it shadows nothing.
pub fn powerless(
    index: &Index,
    universe: &Universe,
    strengths: &Strengths,
    limits: Limits,
) -> Vec<(PolicyIndex, Powerless)> {
    let question = Question::of(index, universe);
    let space = question.space(&universe.counted);
    let extents = Extents::new(index, universe);
    let judge = Judge { index, universe, extents, question, space, strengths, limits };
    let mut effective = universe.counted.clone();
    let mut found = Vec::new();
    let mut policies: Vec<PolicyIndex> = universe.counted.iter().collect();
    for policy in &policies {
        if !judge.is_understood(*policy) {
            effective.remove(*policy);
        } else if let Some(reason) = judge.by_itself(*policy) {
            effective.remove(*policy);
            found.push((*policy, reason));
        }
    }
    policies.retain(|policy| effective.contains(*policy));
    let mut shadowed = Vec::new();
    for policy in policies.into_iter().rev() {
        if judge.shadows(policy, &effective).is_some() {
            effective.remove(policy);
            shadowed.push(policy);
        }
    }
    // Those that remain demand all that is demanded, so each policy is shadowed by them alone.
    let by_the_rest =
        |policy| Some((policy, Powerless::Shadowed(judge.shadows(policy, &effective)?)));
    found.extend(shadowed.into_iter().filter_map(by_the_rest));
    found.sort_by_key(|(policy, _)| *policy);
    found
}

/// The counted policies that never apply, as far as they are understood.
pub fn never(index: &Index, universe: &Universe) -> PolicySet {
    let question = Question::of(index, universe);
    let space = question.space(&universe.counted);
    let none = PolicySet::none(index.policies().len());
    let mut never = none.clone();
    for policy in universe.counted.iter() {
        let (space, closing, limits) = (&space, &none, Limits::FIRST);
        if never_applies(&question, universe, Search { space, closing, hit: Some(policy), limits })
            .is_some()
        {
            never.insert(policy);
        }
    }
    never
}

/// The dimension in which nothing matches the policy that a search without closing policies is to
/// hit; `None` where the policy applies to something, or may.
fn never_applies(
    question: &Question<'_>,
    universe: &Universe,
    search: Search<'_, '_>,
) -> Option<Dimension> {
    match question.is_covered(search) {
        Err(dimension) if universe.partial.contains(&dimension) => None,
        Err(dimension) => Some(dimension),
        Ok(true) => Some(Dimension::Principal),
        Ok(false) => None,
    }
}

/// Counted policies that are assigned to nobody of the directory. Empty where somebody may have
/// memberships that were not looked at.
pub fn unassigned(universe: &Universe, classes: &Classes) -> PolicySet {
    let mut unassigned = universe.counted.clone();
    match classes.extent {
        Extent::Everybody => classes.list.iter().for_each(|it| unassigned.subtract(&it.who)),
        Extent::Combined(_) => unassigned.subtract(&universe.counted),
    }
    unassigned
}

struct Judge<'a> {
    index: &'a Index,
    universe: &'a Universe,
    extents: Extents,
    question: Question<'a>,
    space: Space<'a>,
    strengths: &'a Strengths,
    limits: Limits,
}

impl<'a> Judge<'a> {
    fn is_understood(&self, at: PolicyIndex) -> bool {
        self.index.policy(at).is_some_and(|policy| policy.unmodelled.is_empty())
    }

    /// Why the policy changes nothing, whatever other policies there are.
    fn by_itself(&self, at: PolicyIndex) -> Option<Powerless> {
        let policy = self.index.policy(at)?;
        let none = PolicySet::none(self.index.policies().len());
        let never = never_applies(&self.question, self.universe, self.search(at, &none));
        if let Some(dimension) = never {
            return Some(Powerless::Never(dimension));
        }
        if self.index.grant(at).is_some() || !policy.session.is_empty() {
            return None;
        }
        let retired = policy.grant.as_ref().is_some_and(|grant| !Demand::all(grant).is_empty());
        Some(if retired { Powerless::Retired } else { Powerless::DemandsNothing })
    }

    /// The policies that together demand at least as much wherever the policy applies, if there
    /// are such: a single one where one is enough, else as few as taking away one by one leaves.
    fn shadows(&self, at: PolicyIndex, effective: &PolicySet) -> Option<Vec<PolicyIndex>> {
        let policy = self.index.policy(at)?;
        if !policy.session.is_empty() {
            return None;
        }
        let mut by = PolicySet::none(self.index.policies().len());
        for demand in Demand::all(self.index.grant(at)?) {
            by.unite(&self.shadows_of_demand(at, &demand, effective)?);
        }
        Some(by.iter().collect())
    }

    fn shadows_of_demand(
        &self,
        at: PolicyIndex,
        demand: &Demand,
        effective: &PolicySet,
    ) -> Option<PolicySet> {
        let mut others = PolicySet::none(self.index.policies().len());
        for other in effective.iter().filter(|other| *other != at) {
            if displacement::allows(self.index, other, at)
                && remediation::allows(self.index, other, at)
                && self.index.grant(other).is_some_and(|it| demand.is_met_by(it, self.strengths))
            {
                others.insert(other);
            }
        }
        let one = |policy| {
            let mut one = PolicySet::none(self.index.policies().len());
            one.insert(policy);
            one
        };
        if let Some(single) = others.iter().find(|other| self.extents.contains(*other, at)) {
            return Some(one(single));
        }
        if others.is_empty() || !self.covers(at, &others) {
            return None;
        }
        for policy in others.clone().iter() {
            let fewer = others.minus(&one(policy));
            if self.covers(at, &fewer) {
                others = fewer;
            }
        }
        Some(others)
    }

    /// Whether one of `others` applies wherever the policy does; for certain.
    fn covers(&self, at: PolicyIndex, others: &PolicySet) -> bool {
        self.question.is_covered(self.search(at, others)) == Ok(true)
    }

    fn search<'s>(&'s self, at: PolicyIndex, closing: &'s PolicySet) -> Search<'s, 'a> {
        Search { space: &self.space, closing, hit: Some(at), limits: self.limits }
    }
}
