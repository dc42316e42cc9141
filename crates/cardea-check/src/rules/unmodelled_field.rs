//! Fields and values without a meaning here.

use std::collections::BTreeMap;

use cardea_graph::lower::Lowered;
use cardea_graph::problem::{Consequence, Problem};
use cardea_graph::source::Span;
use cardea_policy::conditions::principal::{Include, Principals};
use cardea_policy::place::{Field, Object, Place, PolicyIndex};

use super::Rule;
use crate::examine::Examination;
use crate::finding::{Draft, Mark};
use crate::report::{Question, Severity};

pub(super) const RULE: Rule = Rule {
    name: "unmodelled-field",
    summary: "the input says something that has no meaning here",
    severity: Severity::Doubt,
    questions: &Question::ALL,
    page: include_str!("../../rules/unmodelled-field.md"),
    run,
};

/// How many places are shown of each finding.
const SHOWN: usize = 5;

fn run(examination: &Examination<'_>) -> Vec<Draft> {
    let Some(lowered) = examination.lowered else { return Vec::new() };
    let mut alike: BTreeMap<(Severity, &str, Option<&str>), Vec<Mark>> = BTreeMap::new();
    for problem in &lowered.problems {
        let Some(severity) = severity(problem) else { continue };
        let policy = policy_around(lowered, &problem.span);
        // A policy that is not in force decides nothing, whatever it says; one for nobody but
        // programs and agents decides nothing about people.
        let idle = policy.is_some_and(|policy| {
            !examination.index().enabled().contains(policy) || !is_for_people(examination, policy)
        });
        let severity = if idle { Severity::Note } else { severity };
        let object = policy.map_or(Object::Input, Object::Policy);
        let place = Place { object, field: Field::Whole };
        let key = (severity, problem.message.as_str(), problem.help.as_deref());
        let mark = Mark::at(place, Some(problem.span.clone()), "here");
        alike.entry(key).or_default().push(mark);
    }
    alike.into_iter().filter_map(draft).collect()
}

/// What a problem means; `None` for files that could not be read, which are another matter.
fn severity(problem: &Problem) -> Option<Severity> {
    match problem.kind.consequence() {
        Consequence::Unread => None,
        Consequence::Incomplete => Some(RULE.severity),
        Consequence::Remark => Some(Severity::Note),
    }
}

fn is_for_people(examination: &Examination<'_>, policy: PolicyIndex) -> bool {
    match examination.policy(policy).map(|policy| &policy.conditions.principals) {
        Some(Principals::Users(users)) => users.include != Include::Nobody,
        Some(Principals::Workloads(_) | Principals::Agents(_)) => false,
        None => true,
    }
}

/// The policy whose text a span is part of.
fn policy_around(lowered: &Lowered, span: &Span) -> Option<PolicyIndex> {
    let policies = (0..lowered.tenant.policies.len()).map(PolicyIndex::at);
    policies.into_iter().find(|policy| {
        let whole = lowered.positions.exact(Place::policy(*policy, Field::Whole));
        whole.is_some_and(|whole| {
            whole.file == span.file
                && whole.range.start <= span.range.start
                && span.range.end <= whole.range.end
        })
    })
}

fn draft(
    ((severity, message, help), mut marks): ((Severity, &str, Option<&str>), Vec<Mark>),
) -> Option<Draft> {
    let more = marks.len().saturating_sub(SHOWN);
    marks.truncate(SHOWN);
    let mut draft = Draft::new(RULE.name, severity, message, marks.first()?.clone());
    draft.marks = marks;
    draft.help = help.map(str::to_owned);
    if more > 0 {
        draft.notes.push(format!("and in {more} more places"));
    }
    Some(draft)
}
