//! Fields and values without a meaning here.

use std::collections::{BTreeMap, BTreeSet};

use cardea_graph::lower::Lowered;
use cardea_graph::problem::{Consequence, Problem, ProblemKind};
use cardea_graph::source::Span;
use cardea_policy::conditions::principal::{Include, Principals};
use cardea_policy::place::{Field, Object, Place, PolicyIndex};

use super::Rule;
use super::stuck::joined;
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
const SHOWN: usize = 3;
/// Parts of policies, which mean nothing outside of one.
const OF_POLICIES: [&str; 3] = ["conditions", "grantControls", "sessionControls"];
/// How many fields a message names.
const NAMED: usize = 8;

fn run(examination: &Examination<'_>) -> Vec<Draft> {
    let Some(lowered) = examination.lowered else { return Vec::new() };
    let mut alike: BTreeMap<(Severity, Kind, Option<&str>), Vec<Mark>> = BTreeMap::new();
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
        let key = (severity, Kind::of(lowered, problem), problem.help.as_deref());
        let mark = Mark::at(place, Some(problem.span.clone()), "here");
        alike.entry(key).or_default().push(mark);
    }
    let drafts = alike.into_iter().filter_map(|((severity, kind, help), marks)| {
        let message = kind.message(lowered, &marks);
        draft(severity, message, help, marks)
    });
    drafts.collect()
}

/// Problems that are one finding.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    /// With this message.
    Said(String),
    /// Fields that people and tools add.
    Remarks,
    /// Objects that are none of Entra's.
    Objects,
}

impl Kind {
    fn of(lowered: &Lowered, problem: &Problem) -> Self {
        let text = lowered.export.sources.text(&problem.span);
        let astray = OF_POLICIES.contains(&text.trim_matches(['"', '\'']));
        match (problem.kind, &problem.help) {
            (ProblemKind::ForeignField, None) => Self::Remarks,
            (ProblemKind::Unrecognised, None) if !astray => Self::Objects,
            // What is named like a known field, or nearly so, may be meant for it.
            (
                ProblemKind::ForeignField
                | ProblemKind::Unrecognised
                | ProblemKind::Undecodable
                | ProblemKind::TooLarge
                | ProblemKind::Malformed
                | ProblemKind::PartialExport
                | ProblemKind::DuplicateKey
                | ProblemKind::UnmodelledField
                | ProblemKind::UnmodelledValue
                | ProblemKind::Reading,
                _,
            ) => Self::Said(problem.message.clone()),
        }
    }

    fn message(self, lowered: &Lowered, marks: &[Mark]) -> String {
        let sources = &lowered.export.sources;
        match self {
            Self::Said(message) => message,
            Self::Remarks => {
                let keys = marks.iter().filter_map(|mark| mark.span.as_ref());
                let names: BTreeSet<String> = keys
                    .map(|key| sources.text(key).trim_matches(['"', '\'']).to_owned())
                    .collect();
                let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
                match quoted.as_slice() {
                    [one] => format!("the field {one}, which Graph does not have, is ignored"),
                    quoted if quoted.len() <= NAMED => {
                        let count = quoted.len();
                        format!(
                            "{count} fields that Graph does not have are ignored: {}",
                            joined(quoted)
                        )
                    }
                    quoted => {
                        format!("{} fields that Graph does not have are ignored", quoted.len())
                    }
                }
            }
            Self::Objects if marks.len() == 1 => {
                "a part that is no object of Entra is ignored".into()
            }
            Self::Objects => {
                format!("{} parts that are no objects of Entra are ignored", marks.len())
            }
        }
    }
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
    severity: Severity,
    message: String,
    help: Option<&str>,
    mut marks: Vec<Mark>,
) -> Option<Draft> {
    let more = marks.len().saturating_sub(SHOWN);
    marks.truncate(SHOWN);
    let mut draft = Draft::new(RULE.name, severity, message, marks.first()?.clone());
    draft.marks = marks;
    draft.help = help.map(str::to_owned);
    match more {
        0 => {}
        1 => draft.notes.push("and in one more place".to_owned()),
        more => draft.notes.push(format!("and in {more} more places")),
    }
    Some(draft)
}
