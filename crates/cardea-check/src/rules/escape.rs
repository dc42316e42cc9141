//! What the rules about sign-ins that no policy asks anything of share: escapes that are one
//! finding, and their wording.

mod apps;
mod networks;
mod others;
mod overlaps;
mod places;
mod situation;

use std::collections::{BTreeMap, BTreeSet};

use cardea_policy::conditions::location::Network;
use cardea_policy::conditions::principal::{Guest, Membership};
use cardea_prover::gap::{Deviation, Gap, Like};
use cardea_prover::people::Headcount;

use super::people::{self, BRIEF, Number};
use super::stuck::{self, joined};
use super::{Rule, Severity};
use crate::examine::Examination;
use crate::finding::Draft;
use crate::report::{Actor, Outcome, Step, Who};

pub(super) use overlaps::{extensions, overlapping};
pub(super) use places::nowhere;
pub(super) use situation::Situation;

/// Escapes in the same situation, of different people: one finding.
pub(super) struct Escapes<'e> {
    /// The situation.
    pub(super) situation: Situation,
    /// The escapes.
    pub(super) gaps: Vec<&'e Gap>,
}

/// The same people in several situations.
pub(super) struct Ways<'e> {
    /// The situation that takes least, and all escapes.
    pub(super) escapes: Escapes<'e>,
    /// The other situations.
    pub(super) others: Vec<Situation>,
    people: (Vec<Membership>, Vec<Guest>, Vec<Headcount>),
}

/// What a person has to be for an escape: any one of these. More than one part are needed at once.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    /// Any one of the memberships.
    Members(Vec<Membership>),
    /// Any one of these guests.
    Guests(Vec<Guest>),
}

/// The escapes that a rule is about, folded by situation.
pub(super) fn folded<'e>(
    examination: &'e Examination<'_>,
    about: impl Fn(&Gap) -> bool,
) -> Vec<Escapes<'e>> {
    folded_of(examination, &examination.gaps.list, about)
}

/// The same of other escapes.
pub(super) fn folded_of<'e>(
    examination: &Examination<'_>,
    gaps: &'e [Gap],
    about: impl Fn(&Gap) -> bool,
) -> Vec<Escapes<'e>> {
    let gaps: Vec<&Gap> = gaps.iter().filter(|gap| about(gap)).collect();
    let mut folded: BTreeMap<Situation, Vec<&Gap>> = BTreeMap::new();
    for gap in &gaps {
        if !gaps.iter().any(|other| is_part(gap, other)) {
            folded.entry(Situation::of(examination, gap)).or_default().push(gap);
        }
    }
    folded.into_iter().map(|(situation, gaps)| Escapes { situation, gaps }).collect()
}

/// Escapes of the very same people put together, those that take least first.
pub(super) fn by_people(mut folded: Vec<Escapes<'_>>) -> Vec<Ways<'_>> {
    let people = |gaps: &[&Gap]| {
        let counted: Vec<Headcount> = gaps.iter().filter_map(|gap| gap.people.clone()).collect();
        (memberships(gaps), guests(gaps), counted)
    };
    folded.sort_by_key(|escapes| escapes.situation.weight());
    let mut found: Vec<Ways<'_>> = Vec::new();
    for Escapes { situation, gaps } in folded {
        let people = people(&gaps);
        if let Some(ways) = found.iter_mut().find(|ways| ways.people == people) {
            ways.escapes.gaps.extend(gaps);
            ways.others.push(situation);
        } else {
            let escapes = Escapes { situation, gaps };
            found.push(Ways { escapes, people, others: Vec::new() });
        }
    }
    found
}

/// A finding about escapes: who, how and where.
pub(super) fn draft(
    examination: &Examination<'_>,
    rule: &Rule,
    escapes: &Escapes<'_>,
    message: String,
) -> Draft {
    let (marks, more) = places::marks(examination, &escapes.gaps);
    let unsure = places::unsure(examination, &escapes.gaps);
    let severity = if unsure.is_empty() { rule.severity } else { Severity::Doubt };
    let first = marks.first().cloned().unwrap_or_else(|| nowhere(examination));
    let mut draft = Draft::new(rule.name, severity, message, first);
    draft.marks = marks;
    draft.who = who(examination, &escapes.gaps);
    draft.trace = trace(examination, escapes);
    if !unsure.is_empty() {
        let names: BTreeSet<String> = stuck::names(examination, &unsure).into_iter().collect();
        let names: Vec<String> = names.into_iter().collect();
        let asks = Number::of(&names).verb("asks", "ask");
        let names = joined(&names);
        draft.notes.push(format!("unless {names} {asks} for more: a part is not understood"));
    }
    match more {
        0 => {}
        1 => draft.notes.push("one more policy lets them go".to_owned()),
        more => draft.notes.push(format!("{more} more policies let them go")),
    }
    draft
}

/// Whether an escape says nothing beside another one: of the same people and in the same situation,
/// but on a network that is part of the other's.
fn is_part(gap: &Gap, of: &Gap) -> bool {
    fn network(gap: &Gap) -> Option<&Network> {
        gap.witness.deviations.iter().find_map(|it| match it {
            Deviation::Network(like) => Some(&like.fact),
            Deviation::Membership(_)
            | Deviation::Guest(_)
            | Deviation::Target(_)
            | Deviation::Client(_)
            | Deviation::Platform(_)
            | Deviation::Device(_)
            | Deviation::Risk(_)
            | Deviation::Flow(_) => None,
        })
    }
    let rest = |gap: &Gap| -> Vec<Deviation> {
        let others = gap.witness.deviations.iter();
        others.filter(|it| !matches!(it, Deviation::Network(_))).cloned().collect()
    };
    let (Some(inner), Some(outer)) = (network(gap), network(of)) else { return false };
    inner != outer
        && networks::contains(outer, inner)
        && gap.people == of.people
        && rest(gap) == rest(of)
}

/// Whether an escape is open to everybody: it takes nothing of a person, and the directory counts
/// nobody apart.
pub(super) fn is_for_everybody(gap: &Gap) -> bool {
    gap.people.is_none() && gap.witness.is_about_everybody()
}

/// What a person has to be for an escape.
pub(super) fn parts(gap: &Gap) -> Vec<Part> {
    fn all<F: Clone>(like: &Like<F>) -> Vec<F> {
        std::iter::once(&like.fact).chain(&like.alternatives).cloned().collect()
    }
    let parts = gap.witness.deviations.iter().filter_map(|deviation| match deviation {
        Deviation::Membership(like) => Some(Part::Members(all(like))),
        Deviation::Guest(like) => Some(Part::Guests(all(like))),
        Deviation::Target(_)
        | Deviation::Client(_)
        | Deviation::Platform(_)
        | Deviation::Network(_)
        | Deviation::Device(_)
        | Deviation::Risk(_)
        | Deviation::Flow(_) => None,
    });
    parts.collect()
}

/// All memberships, any one of which is enough for one of the escapes.
pub(super) fn memberships(gaps: &[&Gap]) -> Vec<Membership> {
    let mut memberships: Vec<Membership> = Vec::new();
    for gap in gaps.iter().filter(|gap| gap.witness.personal() == 1) {
        for part in parts(gap) {
            match part {
                Part::Members(of) => memberships.extend(of),
                Part::Guests(_) => {}
            }
        }
    }
    memberships.sort();
    memberships.dedup();
    memberships
}

/// The people of escapes that take one thing of a person at most, as the subject of a sentence.
pub(super) fn subject(examination: &Examination<'_>, gaps: &[&Gap]) -> (String, Number) {
    if let Some(counted) = counted(examination, gaps) {
        return counted;
    }
    if let Some(gap) = gaps.iter().find(|gap| is_for_everybody(gap)) {
        return (others::anybody(examination, gap), Number::One);
    }
    let mut words = Vec::new();
    let mut number = Number::Many;
    let members = memberships(gaps);
    if !members.is_empty() {
        let (text, of) = people::subject(examination, &members, BRIEF);
        words.push(text);
        number = of;
    }
    let guests = guests(gaps);
    if !guests.is_empty() {
        words.push(people::guests(&guests));
        number = Number::Many;
    }
    (joined(&words), number)
}

fn guests(gaps: &[&Gap]) -> Vec<Guest> {
    let mut guests: Vec<Guest> = Vec::new();
    for gap in gaps.iter().filter(|gap| gap.witness.personal() == 1) {
        for part in parts(gap) {
            match part {
                Part::Members(_) => {}
                Part::Guests(of) => guests.extend(of),
            }
        }
    }
    guests.sort();
    guests.dedup();
    guests
}

/// People of a directory: by name where it is one, else counted.
fn counted(examination: &Examination<'_>, gaps: &[&Gap]) -> Option<(String, Number)> {
    let headcounts: Vec<_> = gaps.iter().filter_map(|gap| gap.people.as_ref()).collect();
    let count: u32 = headcounts.iter().map(|it| it.count).sum();
    let first = headcounts.iter().find_map(|it| it.examples.first())?;
    Some(if count == 1 {
        (examination.tenant.directory.name(*first).to_owned(), Number::One)
    } else {
        (format!("{count} people"), Number::Many)
    })
}

/// Whom escapes concern.
fn who(examination: &Examination<'_>, gaps: &[&Gap]) -> Who {
    let (mut people, mut examples) = (None, Vec::new());
    for headcount in gaps.iter().filter_map(|gap| gap.people.as_ref()) {
        let count = usize::try_from(headcount.count).unwrap_or(usize::MAX);
        people = Some(people.unwrap_or(0_usize).saturating_add(count));
        let directory = &examination.tenant.directory;
        examples.extend(headcount.examples.iter().map(|p| directory.name(*p).to_owned()));
    }
    examples.truncate(BRIEF);
    let text = if people.is_some() {
        String::new()
    } else if let Some(gap) = gaps.iter().find(|gap| is_for_everybody(gap)) {
        others::anybody(examination, gap)
    } else {
        let mut words = Vec::new();
        let members = memberships(gaps);
        if !members.is_empty() {
            words.push(people::memberships(examination, &members));
        }
        let guests = guests(gaps);
        if !guests.is_empty() {
            words.push(people::guests(&guests));
        }
        let together = gaps.iter().filter(|gap| gap.witness.personal() > 1);
        words.extend(together.map(|gap| at_once(examination, &parts(gap)) + " at once"));
        words.join("; ")
    };
    let classes: BTreeSet<usize> = gaps.iter().flat_map(|gap| &gap.classes).copied().collect();
    let classes = classes.into_iter().collect();
    Who { text, people, examples, memberships: each(examination, gaps), classes }
}

/// All memberships that lead to an escape, in words; those that are needed at once as one.
fn each(examination: &Examination<'_>, gaps: &[&Gap]) -> Vec<String> {
    let alone = memberships(gaps);
    let mut each: Vec<String> = alone.iter().map(|it| examination.membership(it)).collect();
    let together = gaps.iter().filter(|gap| gap.witness.personal() > 1);
    each.extend(together.map(|gap| at_once(examination, &parts(gap)) + " at once"));
    each
}

/// One who is several things: "groups A and B at once".
fn at_once(examination: &Examination<'_>, parts: &[Part]) -> String {
    let single = parts.iter().map(|part| match part {
        Part::Members(of) => of.first().filter(|_| of.len() == 1).cloned(),
        Part::Guests(_) => None,
    });
    if let Some(all) = single.collect::<Option<Vec<Membership>>>() {
        return people::all_memberships(examination, &all);
    }
    let words = parts.iter().map(|part| self::part(examination, part));
    joined(&words.collect::<Vec<_>>())
}

/// Whoever is several things at once, as the subject of a sentence.
pub(super) fn together(examination: &Examination<'_>, gap: &Gap) -> String {
    format!("whoever is in {} at once", at_once(examination, &parts(gap)))
}

/// One part: "group A", "one of groups A, B and C".
pub(super) fn part(examination: &Examination<'_>, part: &Part) -> String {
    match part {
        Part::Members(of) => {
            let text = people::memberships(examination, of);
            if of.len() > 1 { format!("one of {text}") } else { text }
        }
        Part::Guests(of) => people::guests(of),
    }
}

/// The sign-in, as one step.
fn trace(examination: &Examination<'_>, escapes: &Escapes<'_>) -> Vec<Step> {
    let Some(gap) = escapes.gaps.first() else { return Vec::new() };
    let parts = parts(gap);
    let whose = match parts.as_slice() {
        [] => String::new(),
        [Part::Guests(_)] => " as a guest".to_owned(),
        [Part::Members(of)] => match of.first() {
            Some(user @ Membership::User(_)) => format!(" as {}", examination.membership(user)),
            Some(role @ Membership::Role(_)) => {
                format!(" as a holder of {}", examination.membership(role))
            }
            Some(group @ Membership::Group(_)) => {
                format!(" as a member of {}", examination.membership(group))
            }
            None => String::new(),
        },
        several => format!(" as somebody in {} at once", at_once(examination, several)),
    };
    let named = counted(examination, &[gap]).filter(|(_, number)| *number == Number::One);
    let whose = named.map_or(whose, |(name, _)| format!(" as {name}"));
    vec![Step {
        actor: Actor::Attacker,
        device: "any device".to_owned(),
        does: escapes.situation.attack(&whose),
        sees: "no policy in force asks for more".to_owned(),
        policies: Vec::new(),
        outcome: Outcome::Door,
    }]
}
