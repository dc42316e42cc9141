//! What is proved of a changed tenant, compared with the tenant as it is.

use std::collections::{BTreeMap, BTreeSet};

use cardea_policy::place::Place;
use cardea_policy::policy_set::PolicySet;
use cardea_tenant::tenant::Tenant;

use super::weaker;
use crate::examine::Examination;
use crate::finding::Draft;
use crate::report::Severity;
use crate::rules;

/// A finding without its words: what tells findings of two tenants apart.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Signature {
    pub(super) rule: &'static str,
    pub(super) severity: Severity,
    places: BTreeSet<Place>,
}

impl Signature {
    pub(super) fn of(draft: &Draft) -> Self {
        Self {
            rule: draft.rule,
            severity: draft.severity,
            places: draft.marks.iter().map(|mark| mark.place).collect(),
        }
    }
}

/// The tenant as it is.
#[derive(Debug)]
pub(super) struct Baseline {
    found: BTreeSet<Signature>,
    /// The populations that are locked out, by the policies that can hit people.
    stuck: BTreeMap<PolicySet, BTreeSet<String>>,
    /// The policies that tell people apart.
    counted: PolicySet,
}

impl Baseline {
    pub(super) fn of(examination: &Examination<'_>, drafts: &[Draft]) -> Self {
        let mut counted = PolicySet::none(examination.index().policies().len());
        for class in &examination.classes.list {
            counted.unite(&class.who);
        }
        let mut stuck: BTreeMap<PolicySet, BTreeSet<String>> = BTreeMap::new();
        for trouble in &examination.troubles {
            for class in trouble.classes.iter().filter_map(|at| examination.classes.list.get(*at)) {
                let populations = trouble.populations.iter().cloned();
                stuck.entry(class.who.clone()).or_default().extend(populations);
            }
        }
        Self { found: drafts.iter().map(Signature::of).collect(), stuck, counted }
    }
}

/// What came of a changed tenant.
#[derive(Debug)]
pub(super) struct Trial {
    /// Everything that is found there.
    pub(super) found: BTreeSet<Signature>,
    /// What is found there and was not before.
    pub(super) new: Vec<Signature>,
    /// People who are locked out there and were not before.
    pub(super) worse_off: Vec<String>,
    /// What became weaker, in words.
    pub(super) weaker: Vec<String>,
}

impl Trial {
    pub(super) fn of(before: &Examination<'_>, baseline: &Baseline, tenant: &Tenant) -> Self {
        let after = Examination::new(tenant, before.config);
        let drafts = rules::ALL.iter().flat_map(|rule| (rule.run)(&after));
        let found: BTreeSet<Signature> = drafts.map(|draft| Signature::of(&draft)).collect();
        let new = found.difference(&baseline.found).cloned().collect();
        let worse_off = worse_off(before, baseline, &after);
        let weaker = weaker::lines(before, &after);
        Self { found, new, worse_off, weaker }
    }
}

/// People of the changed tenant who cannot get in, and could before.
fn worse_off(
    before: &Examination<'_>,
    baseline: &Baseline,
    after: &Examination<'_>,
) -> Vec<String> {
    let mut worse = Vec::new();
    let index = before.index();
    for trouble in &after.troubles {
        for class in &trouble.classes {
            let member = index.member(&after.person(*class));
            let who = index.who(&member).and(&baseline.counted);
            let stuck = baseline.stuck.get(&who);
            let new =
                |population: &&String| !stuck.is_some_and(|known| known.contains(*population));
            worse.extend(trouble.populations.iter().filter(new).cloned());
        }
    }
    worse.sort();
    worse.dedup();
    worse
}
