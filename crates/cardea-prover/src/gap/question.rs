//! Asking, and holding every answer against an evaluation.

use std::fmt;

use cardea_policy::evaluate::{Dimension, SignIn};
use cardea_policy::index::Index;
use cardea_policy::place::PolicyIndex;
use cardea_policy::policy_set::PolicySet;

use super::search::{Existence, Found, Search};
use super::space::Space;
use super::{Ease, Gap, Gaps, Limits, Witness};
use crate::universe::Universe;

/// A tenant to ask questions about.
pub(crate) struct Question<'a> {
    index: &'a Index,
    universe: &'a Universe,
    /// The enabled policies that apply to a sign-in, by evaluation.
    evaluate: Box<dyn Fn(&SignIn) -> PolicySet + 'a>,
}

impl fmt::Debug for Question<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Question").field("universe", self.universe).finish_non_exhaustive()
    }
}

impl<'a> Question<'a> {
    /// About the policies of an index.
    pub(crate) fn of(index: &'a Index, universe: &'a Universe) -> Self {
        Self::evaluated(index, universe, |sign_in| index.evaluate(sign_in).decision.applied)
    }

    /// About the policies of an index, which are evaluated in another way.
    pub(crate) fn evaluated(
        index: &'a Index,
        universe: &'a Universe,
        evaluate: impl Fn(&SignIn) -> PolicySet + 'a,
    ) -> Self {
        Self { index, universe, evaluate: Box::new(evaluate) }
    }

    /// All sign-ins, as far as these policies tell them apart.
    pub(super) fn space(&self, policies: &PolicySet) -> Space<'a> {
        Space::new(self.index, self.universe, policies)
    }

    /// The sign-ins that a policy applies to and none of `closing` does.
    ///
    /// # Errors
    /// The first dimension in which the policy's conditions never match.
    pub(crate) fn reached(
        &self,
        policy: PolicyIndex,
        closing: &PolicySet,
        limits: Limits,
    ) -> Result<Gaps, Dimension> {
        let mut policies = closing.clone();
        policies.insert(policy);
        let space = self.space(&policies);
        self.answer(Search { space: &space, closing, hit: Some(policy), limits })
    }

    /// Whether one of `closing` applies to every sign-in that the policy applies to: for certain.
    ///
    /// # Errors
    /// The first dimension in which the policy's conditions never match.
    pub(super) fn is_covered(&self, search: Search<'_, 'a>) -> Result<bool, Dimension> {
        Ok(match search.first(search.space.anyone(search.hit)?) {
            Existence::No => self.universe.partial.is_empty(),
            Existence::Yes(_) | Existence::Unknown => false,
        })
    }

    /// The sign-ins that are searched for, by anybody.
    ///
    /// # Errors
    /// The first dimension in which the conditions of the policy that has to apply never match.
    pub(super) fn answer(&self, search: Search<'_, 'a>) -> Result<Gaps, Dimension> {
        let Found { escapes, beyond, completeness } = search.run(search.space.anyone(search.hit)?);
        let witness = |point| Witness::of(search.space, point);
        let holds = |witness: &Witness| {
            let applied = (self.evaluate)(&witness.sign_in);
            !applied.meets(search.closing) && search.hit.is_none_or(|hit| applied.contains(hit))
        };
        let (list, mut defects): (Vec<Witness>, Vec<Witness>) =
            escapes.iter().map(witness).partition(holds);
        let (beyond, more): (Vec<Witness>, Vec<Witness>) =
            beyond.iter().map(witness).partition(holds);
        defects.extend(more);
        let gap = |witness: Witness| {
            let hitting = witness.who(self.index).and(search.closing);
            Gap { witness, hitting, people: None, classes: Vec::new(), ease: Ease::Password }
        };
        Ok(Gaps {
            list: list.into_iter().map(gap).collect(),
            beyond: beyond.into_iter().next(),
            completeness,
            partial: self.universe.partial.clone(),
            defects,
        })
    }
}
