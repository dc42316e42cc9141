//! Two versions of a tenant side by side.

use cardea_check::assemble;
use cardea_check::fix::Effort;
use cardea_check::report::{Answer, Finding, Question, Report, Severity};
use cardea_policy::policy::Policy;
use cardea_prover::effect::difference::{Difference, difference};
use cardea_prover::gap::{Completeness, Limits};

use crate::exit::Exit;
use crate::load::Loaded;

/// What a change does.
#[derive(Debug)]
pub(super) struct Comparison {
    /// Policies that are not the same in both.
    pub policies: Vec<Changed>,
    /// Sign-ins of which less or more is demanded.
    pub difference: Difference,
    /// Each question with its answer before and after.
    pub verdicts: Vec<(Question, Answer, Answer)>,
    /// Findings that were not there before.
    pub new: Vec<Finding>,
    /// Findings that are not there any more.
    pub gone: Vec<Finding>,
}

/// A policy that is not the same in both versions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Changed {
    /// What it is called.
    pub name: String,
    /// How it changed.
    pub how: How,
}

/// How a policy changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum How {
    /// It is new.
    New,
    /// It is gone.
    Gone,
    /// These parts of it are not the same.
    Parts(Vec<&'static str>),
}

/// How an answer changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trend {
    Same,
    Better,
    Worse,
}

impl Comparison {
    pub(super) fn of(old: &Loaded, new: &Loaded) -> Self {
        let before = assemble::run(&old.lowered, &old.config, Effort::NONE);
        let after = assemble::run(&new.lowered, &new.config, Effort::NONE);
        let (was, is) = (&old.lowered.tenant, &new.lowered.tenant);
        Self {
            policies: policies(&was.policies, &is.policies),
            difference: difference(was, is, Limits::default()),
            verdicts: verdicts(&before, &after),
            new: missing_in(&after, &before),
            gone: missing_in(&before, &after),
        }
    }

    /// How the run ends: refuted where something is weaker or worse, undecided where nobody knows.
    pub(super) fn exit(&self, fail_on: Severity) -> Exit {
        let worse = self.verdicts.iter().any(|it| Trend::of(it.1, it.2) == Trend::Worse);
        let new = self.new.iter().any(|finding| fails(finding.severity, fail_on));
        if worse || new || !self.difference.weaker.is_empty() {
            Exit::Refuted
        } else if self.is_open() {
            Exit::Undecided
        } else {
            Exit::Proved
        }
    }

    /// Whether there may be changes that are not listed.
    pub(super) fn is_open(&self) -> bool {
        self.difference.completeness == Completeness::OutOfBudget
            || !self.difference.partial.is_empty()
    }
}

impl Trend {
    pub(super) fn of(before: Answer, after: Answer) -> Self {
        let rank = |answer| match answer {
            Answer::Refuted => 0,
            Answer::Undecided => 1,
            Answer::Proved => 2,
        };
        match rank(before).cmp(&rank(after)) {
            std::cmp::Ordering::Equal => Self::Same,
            std::cmp::Ordering::Less => Self::Better,
            std::cmp::Ordering::Greater => Self::Worse,
        }
    }
}

fn fails(severity: Severity, fail_on: Severity) -> bool {
    severity != Severity::Input && severity >= fail_on
}

fn verdicts(before: &Report, after: &Report) -> Vec<(Question, Answer, Answer)> {
    let pairs = before.verdicts.iter().filter_map(|was| {
        let is = after.verdicts.iter().find(|is| is.question == was.question)?;
        Some((was.question, was.answer, is.answer))
    });
    pairs.collect()
}

/// The findings of one report that the other does not have: the same rule saying the same thing of
/// the same object.
fn missing_in(these: &Report, those: &Report) -> Vec<Finding> {
    let object = |finding: &Finding| finding.places.first().map(|label| label.object.clone());
    let same = |one: &Finding, other: &Finding| {
        one.rule == other.rule && one.message == other.message && object(one) == object(other)
    };
    let missing = |finding: &&Finding| !those.findings.iter().any(|other| same(finding, other));
    these.findings.iter().filter(missing).cloned().collect()
}

/// The policies that differ, paired by id, or by name where one has none.
fn policies(before: &[Policy], after: &[Policy]) -> Vec<Changed> {
    let is_same = |one: &Policy, other: &Policy| match (&one.id, &other.id) {
        (Some(one), Some(other)) => one == other,
        (Some(_) | None, None) | (None, Some(_)) => one.name == other.name,
    };
    let mut changed = Vec::new();
    for was in before {
        let name = named(was);
        match after.iter().find(|is| is_same(was, is)) {
            None => changed.push(Changed { name, how: How::Gone }),
            Some(is) => {
                let parts = parts(was, is);
                if !parts.is_empty() {
                    changed.push(Changed { name, how: How::Parts(parts) });
                }
            }
        }
    }
    let new = after.iter().filter(|is| !before.iter().any(|was| is_same(was, is)));
    changed.extend(new.map(|is| Changed { name: named(is), how: How::New }));
    changed
}

fn named(policy: &Policy) -> String {
    match &policy.id {
        Some(id) if policy.name.is_empty() => id.to_string(),
        Some(_) | None => policy.name.clone(),
    }
}

/// The parts in which two versions of a policy differ.
fn parts(was: &Policy, is: &Policy) -> Vec<&'static str> {
    let (before, after) = (&was.conditions, &is.conditions);
    let differ = [
        ("name", was.name != is.name),
        ("state", was.state != is.state),
        ("users", before.principals != after.principals),
        ("resources", before.target != after.target),
        ("client apps", before.client_apps != after.client_apps),
        ("platforms", before.platforms != after.platforms),
        ("locations", before.locations != after.locations),
        ("device filter", before.devices != after.devices),
        ("risks", before.risks != after.risks),
        ("flows", before.flows != after.flows),
        ("grant", was.grant != is.grant),
        ("session", was.session != is.session),
        ("parts that are not understood", was.unmodelled != is.unmodelled),
    ];
    differ.into_iter().filter(|(_, differs)| *differs).map(|(part, _)| part).collect()
}
