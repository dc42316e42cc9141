//! Fixes: changes of the user's own files that were proved to remove a finding.
//!
//! A fix is one description ([`recipe`]). The files are changed by it, and the tenant that is
//! proved again is read from the changed files, so the patch that is shown is the patch that was
//! proved. A candidate is offered only where the finding is gone, nobody is locked out who was not
//! before, and no finding is new. Remarks may be new, and for letting people in again one price is
//! allowed: that a pass, which the help desk gives, opens more than registration. Both are stated,
//! with everything that becomes weaker.

mod candidates;
mod notation;
mod parts;
mod patched;
mod proof;
mod recipe;
mod weaker;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use cardea_graph::edit::Edited;
use cardea_tenant::tenant::Tenant;

use crate::config::Config;
use crate::examine::Examination;
use crate::finding::Draft;
use crate::report::{FileEdit, Fix};
use crate::rules::{self, Rule};
use candidates::Plan;
use patched::Patcher;
use proof::{Baseline, Signature, Trial};
use recipe::Recipe;
use weaker::Effect;

/// How many fixes are offered for a finding.
pub const OFFERED: usize = 3;

/// How much is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Effort {
    /// Candidates tried for one finding.
    pub per_finding: usize,
    /// Changed tenants proved in the whole run; the same change for two findings counts once.
    pub in_all: usize,
}

impl Effort {
    /// Looks for no fixes.
    pub const NONE: Self = Self { per_finding: 0, in_all: 0 };
}

impl Default for Effort {
    fn default() -> Self {
        Self { per_finding: 6, in_all: 48 }
    }
}

/// What a changed tenant asks less for than the one before it, a line each, in words for people;
/// also what may be asked less for, where the comparison came to no end. Empty where nothing became
/// weaker.
pub fn weaker(before: &Examination<'_>, after: &Examination<'_>) -> Vec<String> {
    let Effect { weaker, unsure, is_unfinished, .. } = Effect::of(before, after);
    weaker.into_iter().chain(unsure.filter(|_| is_unfinished)).collect()
}

/// Whether findings of a rule are the price that letting people in again may have.
pub fn is_price(rule: &str) -> bool {
    proof::PRICE.contains(&rule)
}

/// Makes fixes for the findings of one examination.
#[derive(Debug)]
pub struct Proposer<'a> {
    examination: &'a Examination<'a>,
    baseline: Baseline,
    patcher: Patcher<'a>,
    effort: Effort,
    spent: usize,
    /// The tenant that changes are tried on; its directory is copied once.
    scratch: Option<Tenant>,
    /// The settings with no memberships combined, for a first look, and what is found with them.
    sketch: Option<(Config, BTreeSet<Signature>)>,
    /// What came of changed files, by their texts.
    tried: BTreeMap<Vec<(String, String)>, Option<Rc<Trial>>>,
}

impl<'a> Proposer<'a> {
    /// A proposer for a tenant that was read from files, with everything that was found in it;
    /// `None` for a tenant that was not.
    pub fn new(examination: &'a Examination<'a>, drafts: &[Draft], effort: Effort) -> Option<Self> {
        Some(Self {
            examination,
            baseline: Baseline::of(examination, drafts),
            patcher: Patcher::new(examination.lowered?),
            effort,
            spent: 0,
            scratch: None,
            sketch: None,
            tried: BTreeMap::new(),
        })
    }

    /// At most [`OFFERED`] fixes of a finding, those that weaken least first. Each was proved.
    pub fn propose(&mut self, draft: &Draft) -> Vec<Fix> {
        let Some(lowered) = self.examination.lowered else { return Vec::new() };
        let plan = Plan { lowered, examination: self.examination, draft };
        let signature = Signature::of(draft);
        let mut offers: Vec<(usize, usize, Fix)> = Vec::new();
        for recipe in candidates::recipes(&plan).into_iter().take(self.effort.per_finding) {
            let Ok(edits) = recipe.edits(lowered) else { continue };
            if edits.is_empty() {
                continue;
            }
            let Some(trial) = self.trial(&edits, &signature) else { continue };
            let Some(price) = price(&trial, &signature) else { continue };
            let weakened = trial.effect.weaker.len();
            offers.push((price.len(), weakened, fix(draft, recipe, edits, &trial, &price)));
        }
        offers.sort_by_key(|(price, weakened, _)| (*price, *weakened));
        offers.into_iter().map(|(_, _, fix)| fix).take(OFFERED).collect()
    }

    /// Proves the tenant that the changed files describe; `None` where a first look shows that it
    /// is not to be offered for this finding, or the effort is spent.
    fn trial(&mut self, edits: &[Edited], finding: &Signature) -> Option<Rc<Trial>> {
        let key: Vec<_> =
            edits.iter().map(|edit| (edit.path.clone(), edit.after.clone())).collect();
        if let Some(known) = self.tried.get(&key) {
            return known.clone();
        }
        if self.spent >= self.effort.in_all {
            return None;
        }
        self.spent += 1;
        let Some(patch) = self.patcher.read(edits) else {
            self.tried.insert(key, None);
            return None;
        };
        let tenant = self.examination.tenant;
        let mut scratch = self.scratch.take().unwrap_or_else(|| tenant.clone());
        scratch.policies = patch.policies;
        scratch.strengths = patch.strengths;
        scratch.methods = patch.methods;
        let is_hopeless = self.is_hopeless(&scratch, finding);
        if !is_hopeless {
            let trial = Trial::of(self.examination, &self.baseline, &scratch);
            self.tried.insert(key.clone(), Some(Rc::new(trial)));
        }
        self.scratch = Some(scratch);
        self.tried.get(&key).cloned().flatten()
    }

    /// A first look at people without any of the memberships that policies name: whether the
    /// finding is still there, or another one is new, already for them.
    fn is_hopeless(&mut self, scratch: &Tenant, finding: &Signature) -> bool {
        let Examination { tenant, config, .. } = *self.examination;
        if config.memberships == 0 || !tenant.directory.is_empty() {
            return false;
        }
        if self.sketch.is_none() {
            let config = Config { memberships: 0, ..config.clone() };
            let sketched = self.examination.changed(tenant, &config);
            let drafts: Vec<Draft> =
                rules::ALL.iter().flat_map(|rule| (rule.run)(&sketched)).collect();
            let found = drafts.iter().map(Signature::of).collect();
            drop(sketched);
            self.sketch = Some((config, found));
        }
        let Some((config, found)) = &self.sketch else { return false };
        let after = self.examination.changed(scratch, config);
        let is_new = |it: &Signature| !found.contains(it) && !self.baseline.found.contains(it);
        // The first draft that decides is enough, and most likely it is of the finding's own rule.
        let (own, others): (Vec<&Rule>, Vec<&Rule>) =
            rules::ALL.iter().partition(|rule| rule.name == finding.rule);
        own.into_iter().chain(others).flat_map(|rule| (rule.run)(&after)).any(|draft| {
            let it = Signature::of(&draft);
            it == *finding || is_new(&it) && !it.is_bearable_for(finding)
        })
    }
}

/// Fills in the fixes of findings, in the order of the findings.
pub fn attach(examination: &Examination<'_>, drafts: &[Draft], effort: Effort) -> Vec<Vec<Fix>> {
    let proposer = (effort != Effort::NONE).then(|| Proposer::new(examination, drafts, effort));
    let Some(mut proposer) = proposer.flatten() else {
        return drafts.iter().map(|_| Vec::new()).collect();
    };
    drafts.iter().map(|draft| proposer.propose(draft)).collect()
}

/// The rules of the findings that a change brings about and that may be paid for what it removes;
/// `None` where the change is not to be offered.
fn price(trial: &Trial, finding: &Signature) -> Option<BTreeSet<&'static str>> {
    if trial.found.contains(finding) || !trial.worse_off.is_empty() {
        return None;
    }
    let is_bearable = trial.new.iter().all(|new| new.is_bearable_for(finding));
    is_bearable.then(|| trial.new.iter().map(|new| new.rule).collect())
}

fn fix(
    draft: &Draft,
    recipe: Recipe,
    edits: Vec<Edited>,
    trial: &Trial,
    price: &BTreeSet<&'static str>,
) -> Fix {
    let new = if price.is_empty() {
        "nothing new".to_owned()
    } else {
        let price: Vec<&str> = price.iter().copied().collect();
        format!("nothing new but {}", price.join(" and "))
    };
    let edits = edits.into_iter().map(|edit| FileEdit {
        path: edit.path,
        before: edit.before,
        after: edit.after,
    });
    let stricter = trial.effect.stricter.iter().map(|line| format!("stricter: {line}"));
    Fix {
        title: recipe.title,
        edits: edits.collect(),
        proved: vec![format!("{} gone", draft.rule), "nobody worse off".to_owned(), new],
        weaker: trial.effect.weaker.iter().chain(&trial.effect.unsure).cloned().collect(),
        notes: recipe.notes.into_iter().chain(stricter).collect(),
    }
}
