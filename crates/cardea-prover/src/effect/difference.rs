//! What a change of policies changes for people who sign in.
//!
//! Every demand of either version is followed: where does one version make it, and the other make
//! none that implies it? Whatever is not listed is demanded by both, or by neither. How a policy is
//! written, in which order policies stand and what they are called makes no difference.
//!
//! Demands are compared as they are written. That strengths on registering security info take the
//! place of others is a fact about journeys and is compared there. Enabled policies on people count;
//! locations and apps are those of the new version where both define them.

mod versions;

use std::collections::BTreeSet;

use cardea_policy::control::Grant;
use cardea_policy::evaluate::{Dimension, SignIn};
use cardea_policy::index::Index;
use cardea_policy::place::PolicyIndex;
use cardea_tenant::tenant::Tenant;

use super::implication::Demand;
use crate::gap::{Completeness, Gaps, Limits, Question, Scope, Witness};
use versions::{Version, Versions};

/// What became weaker and what became stricter.
#[derive(Clone, Debug)]
pub struct Difference {
    /// Sign-ins of which the new version demands less.
    pub weaker: Vec<Change>,
    /// Sign-ins of which the new version demands more.
    pub stricter: Vec<Change>,
    /// What is known of changes that are not listed.
    pub completeness: Completeness,
    /// Dimensions of which some facts were left out because there were too many.
    pub partial: BTreeSet<Dimension>,
    /// Witnesses that do not hold when they are evaluated. Always empty, unless Cardea has a bug.
    pub defects: Vec<Witness>,
}

/// Sign-ins of which one version demands something that the other does not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// One such sign-in, which differs from the ordinary one that the policy applies to in as
    /// little as possible.
    pub witness: Witness,
    /// The policies of the version that demands more, by index in that version, with what of
    /// their demands the other version does not imply. Strengths are those of that version.
    pub demands: Vec<(PolicyIndex, Demand)>,
    /// All that the old version demands of the sign-in.
    pub old: Vec<(PolicyIndex, Grant)>,
    /// All that the new version demands of the sign-in.
    pub new: Vec<(PolicyIndex, Grant)>,
}

impl Difference {
    /// Whether it is proved that both versions demand the same of everybody, everywhere.
    pub fn is_none(&self) -> bool {
        self.weaker.is_empty()
            && self.stricter.is_empty()
            && self.completeness == Completeness::Exact
            && self.partial.is_empty()
            && self.defects.is_empty()
    }
}

/// Compares two versions of a tenant.
pub fn difference(old: &Tenant, new: &Tenant, limits: Limits) -> Difference {
    let limits = Limits { scope: Scope::Everything, ..limits };
    let versions = Versions::new(old, new);
    let index = versions.index();
    let universe = versions.universe(&index);
    let evaluate = |sign_in: &SignIn| versions.applied(sign_in);
    let question = Question::evaluated(&index, &universe, evaluate);
    let mut difference = Difference {
        weaker: Vec::new(),
        stricter: Vec::new(),
        completeness: Completeness::Exact,
        partial: universe.partial.clone(),
        defects: Vec::new(),
    };
    let comparison = Comparison { versions: &versions, index: &index, question, limits };
    difference.weaker = comparison.lost(Version::Old, &mut difference);
    difference.stricter = comparison.lost(Version::New, &mut difference);
    difference
}

struct Comparison<'a> {
    versions: &'a Versions<'a>,
    index: &'a Index,
    question: Question<'a>,
    limits: Limits,
}

impl Comparison<'_> {
    /// The sign-ins of which this version demands something that the other does not.
    fn lost(&self, from: Version, difference: &mut Difference) -> Vec<Change> {
        let mut found = Vec::new();
        for policy in self.versions.policies(from) {
            if self.is_kept(policy, from) {
                continue;
            }
            let Some(grant) = self.index.grant(policy) else { continue };
            for demand in Demand::all(grant) {
                let Some(gaps) = self.where_lost(policy, &demand, from) else { continue };
                difference.completeness = difference.completeness.max(gaps.completeness);
                difference.defects.extend(gaps.defects);
                let listed = gaps.list.into_iter().map(|gap| gap.witness);
                for witness in listed.chain(gaps.beyond) {
                    let demanded = self.versions.own(from, policy, &demand);
                    add(&mut found, self.change(witness, demanded));
                }
            }
        }
        found
    }

    /// Whether the other version has a policy with the same conditions that demands as much.
    fn is_kept(&self, policy: PolicyIndex, from: Version) -> bool {
        let (index, strengths) = (self.index, &self.versions.strengths);
        let Some(mine) = index.policy(policy) else { return false };
        let Some(grant) = index.grant(policy) else { return true };
        self.versions.read_targets_alike()
            && self.versions.policies(from.other()).any(|other| {
                index.policy(other).is_some_and(|it| it.conditions == mine.conditions)
                    && index
                        .grant(other)
                        .is_some_and(|it| super::implication::implies(strengths, it, grant))
            })
    }

    fn where_lost(&self, policy: PolicyIndex, demand: &Demand, from: Version) -> Option<Gaps> {
        let strengths = &self.versions.strengths;
        let meets = |other: &PolicyIndex| {
            self.index.grant(*other).is_some_and(|grant| demand.is_met_by(grant, strengths))
        };
        let mut closing = self.versions.none();
        for other in self.versions.policies(from.other()).filter(meets) {
            closing.insert(other);
        }
        self.question.reached(policy, &closing, self.limits).ok()
    }

    fn change(&self, witness: Witness, demanded: (PolicyIndex, Demand)) -> Change {
        Change {
            old: self.versions.demanded(Version::Old, &witness.sign_in),
            new: self.versions.demanded(Version::New, &witness.sign_in),
            demands: Vec::from([demanded]),
            witness,
        }
    }
}

/// Changes with the same sign-in are one.
fn add(found: &mut Vec<Change>, change: Change) {
    match found.iter_mut().find(|known| known.witness.sign_in == change.witness.sign_in) {
        Some(known) => known.demands.extend(change.demands),
        None => found.push(change),
    }
}
