//! Whom a finding concerns, in words.

use std::collections::BTreeSet;

use cardea_policy::conditions::principal::{Include, Membership, Principals};
use cardea_policy::place::PolicyIndex;

use super::joined;
use crate::examine::Examination;
use crate::examine::trouble::Trouble;
use crate::report::Who;

/// Whom a trouble concerns.
pub(in crate::rules) fn who(examination: &Examination<'_>, trouble: &Trouble) -> Who {
    among(examination, (&trouble.classes, &trouble.blamed), &trouble.populations)
}

/// Some classes of some populations; `policies` are those that make the difference.
pub(in crate::rules) fn among(
    examination: &Examination<'_>,
    (classes, policies): (&[usize], &[PolicyIndex]),
    populations: &BTreeSet<String>,
) -> Who {
    let directory = &examination.tenant.directory;
    let base = if directory.is_empty() {
        unknown_people(examination, classes)
    } else {
        assigned(examination, policies)
    };
    let (mut people, mut examples) = (None, Vec::new());
    let found = classes.iter().filter_map(|class| examination.classes.list.get(*class));
    for headcount in found.filter_map(|class| class.people.headcount()) {
        let count = usize::try_from(headcount.count).unwrap_or(usize::MAX);
        people = Some(people.unwrap_or(0_usize).saturating_add(count));
        examples.extend(headcount.examples.iter().map(|p| directory.name(*p).to_owned()));
    }
    examples.truncate(EXAMPLES);
    let all: BTreeSet<&String> = examination.config.populations.iter().map(|p| &p.name).collect();
    let text = if all.iter().all(|name| populations.contains(*name)) {
        base.text()
    } else {
        let names: Vec<String> = populations.iter().cloned().collect();
        base.of(&joined(&names))
    };
    Who { text, people, examples }
}

/// How many people, groups and combinations a text names.
const EXAMPLES: usize = 3;

enum Base {
    /// Everybody but people with one of these memberships.
    Everyone(Vec<String>),
    /// People with one of these (combinations of) memberships.
    Members(Vec<String>),
}

impl Base {
    fn text(&self) -> String {
        match self {
            Self::Everyone(except) if except.is_empty() => "everyone".to_owned(),
            Self::Everyone(except) => format!("everyone except {}", joined(&short(except))),
            Self::Members(of) => format!("members of {}", short(of).join(", or of ")),
        }
    }

    fn of(&self, people: &str) -> String {
        match self {
            Self::Everyone(except) if except.is_empty() => people.to_owned(),
            Self::Everyone(except) => format!("{people}, except {}", joined(&short(except))),
            Self::Members(of) => format!("{people} in {}", short(of).join(", or in ")),
        }
    }
}

fn short(list: &[String]) -> Vec<String> {
    let mut shown: Vec<String> = list.iter().take(EXAMPLES).cloned().collect();
    if list.len() > EXAMPLES {
        shown.push(format!("{} more", list.len() - EXAMPLES));
    }
    shown
}

/// Without a directory: everybody but those whose membership alone keeps them out of the trouble,
/// else the smallest combinations of memberships that lead into it.
fn unknown_people(examination: &Examination<'_>, classes: &[usize]) -> Base {
    let combinations: Vec<Vec<Membership>> =
        classes.iter().map(|class| examination.memberships(*class)).collect();
    if combinations.iter().any(Vec::is_empty) {
        return Base::Everyone(exceptions(examination, classes));
    }
    let smaller = |one: &Vec<Membership>, other: &Vec<Membership>| {
        one.len() < other.len() && one.iter().all(|membership| other.contains(membership))
    };
    let minimal = combinations.iter().filter(|one| !combinations.iter().any(|it| smaller(it, one)));
    let text = |memberships: &Vec<Membership>| {
        let names: Vec<String> = memberships.iter().map(|m| examination.membership(m)).collect();
        joined(&names)
    };
    Base::Members(minimal.map(text).collect())
}

fn exceptions(examination: &Examination<'_>, classes: &[usize]) -> Vec<String> {
    let (index, universe) = (examination.index(), &examination.universe);
    let escapes = |membership: &Membership| {
        let class = examination.classes.of_members(index, universe, membership);
        class.is_some_and(|class| !classes.contains(&class))
    };
    let memberships = examination.classes.memberships(index);
    memberships.iter().filter(|it| escapes(it)).map(|it| examination.membership(it)).collect()
}

/// With a directory, the people are counted, and whom the policies are assigned to says the rest.
fn assigned(examination: &Examination<'_>, policies: &[PolicyIndex]) -> Base {
    let assigned = policies.first().and_then(|policy| examination.policy(*policy));
    let Some(Principals::Users(users)) = assigned.map(|policy| &policy.conditions.principals)
    else {
        return Base::Everyone(Vec::new());
    };
    let names = |memberships: &mut dyn Iterator<Item = Membership>| -> Vec<String> {
        memberships.map(|membership| examination.membership(&membership)).collect()
    };
    match &users.include {
        Include::Only(people) => Base::Members(names(&mut people.memberships())),
        Include::Everyone | Include::Nobody => {
            Base::Everyone(names(&mut users.exclude.memberships()))
        }
    }
}
