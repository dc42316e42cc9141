//! An enabled policy that changes nothing.

mod never;
mod shadowed;

use cardea_policy::evaluate::Dimension;
use cardea_policy::place::{Field, Place, PolicyIndex};
use cardea_prover::gap::{Limits, Powerless, powerless};

use super::Rule;
use super::stuck::joined;
use crate::examine::Examination;
use crate::finding::{Draft, Mark};
use crate::report::Severity;
use shadowed::Shadowed;

pub(super) const RULE: Rule = Rule {
    name: "powerless-policy",
    summary: "an enabled policy changes nothing",
    severity: Severity::Weakness,
    questions: &[],
    page: include_str!("../../rules/powerless-policy.md"),
    run,
};

/// How many policies are named and shown where many are told together.
const SHOWN: usize = 3;

/// A policy that can never apply or demands nothing looks like protection and is none. One that
/// others cover merely says twice what holds anyway, so it is only a note, and so is one that is
/// parked. Retired controls have a rule of their own.
fn run(examination: &Examination<'_>) -> Vec<Draft> {
    let Examination { universe, book, .. } = examination;
    let (mut drafts, mut parked, mut copies) = (Vec::new(), Vec::new(), Vec::new());
    let mut shadowed = Shadowed::default();
    for (policy, why) in powerless(&book.index, universe, &book.strengths, Limits::default()) {
        match why {
            Powerless::Retired => {}
            Powerless::Never(Dimension::Target) if never::is_parked(examination, policy) => {
                parked.push(policy);
            }
            Powerless::Never(dimension) => {
                drafts.push(never::draft(examination, policy, dimension));
            }
            Powerless::DemandsNothing => drafts.push(demands_nothing(examination, policy)),
            Powerless::Shadowed(by) if shadowed::is_copy(examination, policy, &by) => {
                copies.push(policy);
            }
            Powerless::Shadowed(by) => shadowed.add(examination, policy, by),
        }
    }
    drafts.extend(never::parked(examination, &parked));
    drafts.extend(shadowed.drafts(examination));
    drafts.extend(shadowed::copies(examination, &copies));
    drafts
}

fn demands_nothing(examination: &Examination<'_>, policy: PolicyIndex) -> Draft {
    let message = format!("{} neither blocks nor demands anything", examination.name(policy));
    let mark = Mark::new(Place::policy(policy, Field::GrantControls), "no control");
    let mut draft = Draft::new(RULE.name, RULE.severity, message, mark);
    draft.help = Some("give it a control, or disable it".to_owned());
    draft
}

/// Several policies as one note: one place for each of the first.
fn together(message: String, marks: impl Iterator<Item = Mark>, help: &str) -> Option<Draft> {
    let marks: Vec<Mark> = marks.take(SHOWN).collect();
    let mut draft = Draft::new(RULE.name, Severity::Note, message, marks.first()?.clone());
    draft.marks = marks;
    draft.help = Some(help.to_owned());
    Some(draft)
}

/// The first few names, and how many more there are.
fn first_names(names: &[String]) -> String {
    let mut shown: Vec<String> = names.iter().take(SHOWN).cloned().collect();
    let more = names.len().saturating_sub(SHOWN);
    if more > 0 {
        shown.push(format!("{more} more"));
    }
    joined(&shown)
}
