//! Sign-ins to a resource that no enabled policy asks anything of.

use std::collections::BTreeSet;

use cardea_policy::conditions::principal::Membership;
use cardea_prover::gap::Gap;

use super::Rule;
use super::escape::{self, Escapes, Ways};
use super::outside::{Demanding, declaration};
use crate::examine::Examination;
use crate::finding::Draft;
use crate::report::{Question, Severity};

pub(super) const RULE: Rule = Rule {
    name: "unprotected-resource",
    summary: "a sign-in that no enabled policy asks anything of",
    severity: Severity::Weakness,
    questions: &[Question::NothingUnprotected],
    page: include_str!("../../rules/unprotected-resource.md"),
    run,
};

fn run(examination: &Examination<'_>) -> Vec<Draft> {
    // With nothing in force there is nothing to say that `no-policies` does not say.
    if examination.index().enabled().is_empty() {
        return Vec::new();
    }
    let escapes = escape::folded(examination, |gap| {
        gap.witness.personal() < 2 && gap.witness.sign_in.client.is_modern()
    });
    let demanding = Demanding::of(examination);
    let mut drafts = Vec::new();
    let mut told = BTreeSet::new();
    for whose in [Whose::Everybody, Whose::Spare, Whose::Others] {
        let of = |gap: &&Gap| Whose::of(examination, &demanding, gap) == whose;
        let some = escapes.iter().filter_map(|Escapes { situation, gaps }| {
            let gaps: Vec<&Gap> = gaps.iter().copied().filter(of).collect();
            let situation = situation.clone();
            (!gaps.is_empty()).then_some(Escapes { situation, gaps })
        });
        let some: Vec<Escapes<'_>> = some.collect();
        if whose == Whose::Everybody {
            drafts.extend(some.iter().map(|escapes| draft(examination, escapes, whose)));
            continue;
        }
        for Ways { escapes, others, .. } in escape::by_people(some) {
            let mut draft = draft(examination, &escapes, whose);
            draft
                .notes
                .extend(others.iter().take(MORE).map(|it| format!("they also {}", it.too())));
            draft.notes.extend(escape::extensions(examination, &escapes, &mut told));
            drafts.push(draft);
        }
    }
    drafts
}

/// How many further situations are remarked.
const MORE: usize = 3;

/// To whom an escape is open.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Whose {
    Everybody,
    /// Accounts that look like those for emergencies.
    Spare,
    Others,
}

impl Whose {
    fn of(examination: &Examination<'_>, demanding: &Demanding, gap: &Gap) -> Self {
        if escape::is_for_everybody(gap) {
            return Self::Everybody;
        }
        let spare = gap.witness.person().is_some_and(|it| demanding.spare(examination, it));
        if spare { Self::Spare } else { Self::Others }
    }
}

fn draft(examination: &Examination<'_>, escapes: &Escapes<'_>, whose: Whose) -> Draft {
    let message = escapes.situation.sentence(escape::subject(examination, &escapes.gaps));
    let mut draft = escape::draft(examination, &RULE, escapes, message);
    draft.help = Some(match whose {
        Whose::Everybody => {
            "ask everybody for multifactor authentication there, or close the marked exception"
                .to_owned()
        }
        Whose::Spare => {
            let declaration = declaration(&accounts(examination, &escapes.gaps));
            format!("if they are for emergencies, say so in cardea.toml: {declaration}")
        }
        Whose::Others => "close the exception in one of the marked policies".to_owned(),
    });
    draft
}

/// The accounts as they can be declared: groups and users, or people of the directory where all of
/// them are known by name.
fn accounts(examination: &Examination<'_>, gaps: &[&Gap]) -> Vec<Membership> {
    let directory = &examination.tenant.directory;
    let mut accounts = escape::memberships(gaps);
    for people in gaps.iter().filter_map(|gap| gap.people.as_ref()) {
        let named = people.examples.iter().map(|person| directory.id(*person).into());
        if usize::try_from(people.count).is_ok_and(|count| count == people.examples.len()) {
            accounts.extend(named.map(Membership::User));
        }
    }
    accounts
}
