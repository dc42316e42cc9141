//! What is proved of a changed tenant, compared with the tenant as it is.

use std::collections::{BTreeMap, BTreeSet};

use cardea_policy::place::Place;
use cardea_policy::policy_set::PolicySet;
use cardea_tenant::tenant::Tenant;

use super::weaker::{Effect, counted};
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
        // A finding about the tenant as a whole is the same wherever it points.
        let marks = if TENANT_WIDE.contains(&draft.rule) { &[] } else { draft.marks.as_slice() };
        Self {
            rule: draft.rule,
            severity: draft.severity,
            places: marks.iter().map(|mark| mark.place).collect(),
        }
    }

    /// Whether it may be new for the removal of some finding: a remark, or the price of a lockout.
    fn is_bearable(&self) -> bool {
        self.is_remark() || PRICE.contains(&self.rule) || self.is_need_of_help()
    }

    /// Whether it may be new for the removal of this finding.
    pub(super) fn is_bearable_for(&self, finding: &Self) -> bool {
        self.is_remark()
            || finding.severity == Severity::Lockout && PRICE.contains(&self.rule)
            || finding.rule == "weak-registration" && self.is_need_of_help()
    }

    /// Whether administrators who have nothing registered depend on others, which is what it means
    /// to guard registering.
    fn is_need_of_help(&self) -> bool {
        self.rule == "last-admin" && self.severity == Severity::Doubt
    }

    /// Whether it is no more than a remark. What a rule about people who cannot get in remarks is
    /// another wall in their way.
    fn is_remark(&self) -> bool {
        let rule = rules::named(self.rule);
        self.severity == Severity::Note && rule.is_some_and(|it| it.severity != Severity::Lockout)
    }
}

/// The tenant as it is.
#[derive(Debug)]
pub(super) struct Baseline {
    pub(super) found: BTreeSet<Signature>,
    /// The populations that are locked out, by the policies that can hit people.
    stuck: BTreeMap<PolicySet, BTreeSet<String>>,
    /// The policies that tell people apart.
    counted: PolicySet,
}

impl Baseline {
    pub(super) fn of(examination: &Examination<'_>, drafts: &[Draft]) -> Self {
        let mut stuck: BTreeMap<PolicySet, BTreeSet<String>> = BTreeMap::new();
        for trouble in &examination.troubles {
            for class in trouble.classes.iter().filter_map(|at| examination.classes.list.get(*at)) {
                let populations = trouble.populations.iter().cloned();
                stuck.entry(class.who.clone()).or_default().extend(populations);
            }
        }
        let found = drafts.iter().map(Signature::of).collect();
        Self { found, stuck, counted: counted(examination) }
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
    /// What became weaker and stricter, where the change may be offered.
    pub(super) effect: Effect,
}

impl Trial {
    /// Proves a changed tenant.
    pub(super) fn of(before: &Examination<'_>, baseline: &Baseline, tenant: &Tenant) -> Self {
        let after = before.changed(tenant, before.config);
        let drafts = rules::ALL.iter().flat_map(|rule| (rule.run)(&after));
        let found: BTreeSet<Signature> = drafts.map(|draft| Signature::of(&draft)).collect();
        let new = found.difference(&baseline.found).cloned().collect();
        let worse_off = worse_off(before, baseline, &after);
        let mut trial = Self { found, new, worse_off, effect: Effect::default() };
        if trial.may_be_offered() {
            trial.effect = Effect::of(before, &after);
        }
        trial
    }

    /// Whether the change may be offered for some finding at all.
    pub(super) fn may_be_offered(&self) -> bool {
        self.worse_off.is_empty() && self.new.iter().all(Signature::is_bearable)
    }
}

/// Rules about the tenant as a whole.
pub(super) const TENANT_WIDE: [&str; 2] = ["missing-break-glass", "last-admin"];

/// Rules whose new findings are the stated price of letting people in with a pass.
pub(super) const PRICE: [&str; 2] = ["wide-pass", "spoofable-platform"];

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
