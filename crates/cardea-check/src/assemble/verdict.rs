//! Answers to the questions.

use std::collections::BTreeSet;

use cardea_policy::evaluate::Dimension;
use cardea_prover::gap::Completeness;
use cardea_prover::people::Extent;

use crate::examine::Examination;
use crate::examine::registering::{self, Otherwise};
use crate::report::{Accepted, Answer, Finding, Question, Severity, Verdict};
use crate::rules;

/// One answer for each question.
pub(super) fn answers(
    examination: &Examination<'_>,
    findings: &[Finding],
    accepted: &[Accepted],
) -> Vec<Verdict> {
    let bounds = Bounds::of(examination);
    let shut_out = Registering::of(examination);
    Question::ALL
        .into_iter()
        .map(|question| {
            let about = |finding: &&Finding| {
                let follows = question == Question::EveryoneCanRegister && shut_out.with_the_rest;
                concerns(finding, question)
                    || follows && concerns(finding, Question::EveryoneCanSignIn)
            };
            let accepted = accepted.iter().map(|it| &it.finding).filter(about);
            let mut open = bounds.of_question(question);
            let told = findings.iter().filter(about).chain(accepted.clone()).next().is_some();
            if !told && is_found(examination, &shut_out, question) {
                open.push("there are some who cannot, in a way that no rule describes".to_owned());
            }
            if question == Question::BreakGlassWorks {
                let mut known = findings.iter().chain(accepted.clone());
                let missing = known.any(|finding| finding.rule == "missing-break-glass");
                open.extend(undeclared(examination).filter(|_| !missing));
            }
            answer(question, findings.iter().filter(about), accepted, open)
        })
        .collect()
}

/// Whether a finding bears on a question: one of its rule's, and one that the severity is about.
/// Whatever was not read bears on all of them.
fn concerns(finding: &Finding, question: Question) -> bool {
    let meant = match (finding.severity, question) {
        (Severity::Input, _) => return true,
        (Severity::Weakness, Question::EveryoneCanSignIn | Question::GuestsCanSignIn)
        | (Severity::Lockout, Question::NoWeakWayIn | Question::NothingUnprotected) => false,
        (Severity::Note | Severity::Doubt | Severity::Weakness | Severity::Lockout, _) => true,
    };
    meant && rules::named(finding.rule).is_some_and(|rule| rule.questions.contains(&question))
}

fn answer<'f>(
    question: Question,
    findings: impl Iterator<Item = &'f Finding> + Clone,
    accepted: impl Iterator<Item = &'f Finding>,
    open: Vec<String>,
) -> Verdict {
    let verdict = |answer, because, notes: Vec<String>| {
        let note = (!notes.is_empty()).then(|| notes.join("; "));
        Verdict { question, answer, because, note }
    };
    let refuting = findings.clone().filter(|it| refutes(it.severity));
    let because = names(refuting);
    if !because.is_empty() {
        return verdict(Answer::Refuted, because, Vec::new());
    }
    let doubts = findings.filter(|it| it.severity != Severity::Note);
    let messages: BTreeSet<&str> = doubts.clone().map(|it| it.message.as_str()).collect();
    let because = names(doubts);
    let mut notes = shortened(messages);
    notes.extend(open);
    if !notes.is_empty() {
        return verdict(Answer::Undecided, because, notes);
    }
    let accepted = names(accepted.filter(|it| it.severity != Severity::Note));
    let notes = if accepted.is_empty() {
        Vec::new()
    } else {
        vec![format!("apart from what the settings accept: {}", accepted.join(", "))]
    };
    verdict(Answer::Proved, accepted, notes)
}

fn refutes(severity: Severity) -> bool {
    match severity {
        Severity::Lockout | Severity::Weakness => true,
        Severity::Input | Severity::Doubt | Severity::Note => false,
    }
}

/// The rules of findings, each once.
fn names<'f>(findings: impl Iterator<Item = &'f Finding>) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for finding in findings {
        if !names.iter().any(|name| name == finding.rule) {
            names.push(finding.rule.to_owned());
        }
    }
    names
}

/// The first message, and how many more there are.
fn shortened(messages: BTreeSet<&str>) -> Vec<String> {
    let more = messages.len().saturating_sub(1);
    let first = messages.into_iter().next();
    let rest = (more > 0).then(|| format!("{more} more"));
    first.map(str::to_owned).into_iter().chain(rest).collect()
}

/// Where the examination stopped before everything was looked at.
struct Bounds {
    memberships: Option<usize>,
    asked: usize,
    gaps: Completeness,
    partial: BTreeSet<Dimension>,
}

impl Bounds {
    fn of(examination: &Examination<'_>) -> Self {
        let memberships = match examination.classes.extent {
            Extent::Everybody => None,
            Extent::Combined(count) => Some(count),
        };
        let partial = examination.universe.partial.union(&examination.gaps.partial);
        Self {
            memberships,
            asked: examination.config.memberships,
            gaps: examination.gaps.completeness,
            partial: partial.copied().collect(),
        }
    }

    /// The bounds that keep a question from being proved, in words.
    fn of_question(&self, question: Question) -> Vec<String> {
        let memberships = match question {
            Question::EveryoneCanSignIn
            | Question::EveryoneCanRegister
            | Question::NoWeakWayIn
            | Question::GuestsCanSignIn => self.memberships,
            // Accounts that are named, or whose memberships do not matter.
            Question::AnAdminCanAlwaysEdit | Question::BreakGlassWorks => None,
            Question::NothingUnprotected => match self.gaps {
                Completeness::Exact | Completeness::OutOfBudget => None,
                Completeness::Bounded { memberships } => Some(memberships),
            },
        };
        let mut bounds = Vec::new();
        bounds.extend(memberships.map(|count| self.overlaps(count)));
        if question == Question::NothingUnprotected {
            if self.gaps == Completeness::OutOfBudget {
                bounds.push("there are too many sign-ins to look at all of them".to_owned());
            }
            if !self.partial.is_empty() {
                bounds.push("the conditions have too many cases to look at all of them".to_owned());
            }
        }
        bounds
    }

    /// That memberships were combined up to a number only.
    fn overlaps(&self, count: usize) -> String {
        if count < self.asked {
            return format!(
                "groups overlap in too many ways to try all of them ({count} at a time)"
            );
        }
        let more = count + 1;
        format!(
            "groups may overlap in more ways than were tried ({count} at a time; \
             `--memberships {more}`)"
        )
    }
}

/// Whether emergency accounts work is not known while nobody has said which they are.
fn undeclared(examination: &Examination<'_>) -> Option<String> {
    let note = "no account is declared for emergencies: [breakglass] in cardea.toml";
    let declared = !examination.config.break_glass.is_empty();
    let in_force = !examination.index().enabled().is_empty();
    (in_force && !declared).then(|| note.to_owned())
}

/// People who cannot register.
struct Registering {
    /// Whether some of them cannot get in anyway: then the findings about that tell of them.
    with_the_rest: bool,
    /// Whether there are others.
    alone: bool,
}

impl Registering {
    fn of(examination: &Examination<'_>) -> Self {
        let troubles = examination.troubles.iter();
        let stuck: BTreeSet<usize> = troubles.flat_map(|it| &it.classes).copied().collect();
        let is_stuck =
            |one: &&registering::Registering| one.classes.iter().all(|class| stuck.contains(class));
        let shut = examination.registering.iter();
        let shut = shut.filter(|one| one.otherwise == Otherwise::Impossible);
        let (stuck, others): (Vec<_>, Vec<_>) = shut.partition(is_stuck);
        Self { with_the_rest: !stuck.is_empty(), alone: !others.is_empty() }
    }
}

/// Whether something was found, which a rule ought to have put into words.
fn is_found(examination: &Examination<'_>, registering: &Registering, question: Question) -> bool {
    let gaps = &examination.gaps;
    match question {
        Question::EveryoneCanSignIn => !examination.troubles.is_empty(),
        Question::EveryoneCanRegister => registering.alone || registering.with_the_rest,
        Question::GuestsCanSignIn => !examination.stranded.is_empty(),
        Question::NothingUnprotected => !gaps.list.is_empty() || gaps.beyond.is_some(),
        Question::AnAdminCanAlwaysEdit | Question::BreakGlassWorks | Question::NoWeakWayIn => false,
    }
}
