//! Whom a finding concerns, in words.

use std::collections::BTreeSet;

use cardea_policy::conditions::principal::{Include, Membership, Principals};
use cardea_policy::place::PolicyIndex;

use super::joined;
use super::named::{Named, named, one_of};
use crate::examine::Examination;
use crate::examine::trouble::Trouble;
use crate::report::Who;

/// Whom a trouble concerns. Whoever is in another one because of the same policies is no exception.
pub(in crate::rules) fn who(examination: &Examination<'_>, trouble: &Trouble) -> Who {
    let same = |other: &&Trouble| other.blamed.iter().any(|it| trouble.blamed.contains(it));
    let others = examination.troubles.iter().filter(same);
    let told = others.flat_map(|other| &other.classes).copied().collect();
    besides(examination, (&trouble.classes, &trouble.blamed), &trouble.populations, &told)
}

/// Some classes of some populations; `policies` are those that make the difference.
pub(in crate::rules) fn among(
    examination: &Examination<'_>,
    people: (&[usize], &[PolicyIndex]),
    populations: &BTreeSet<String>,
) -> Who {
    besides(examination, people, populations, &BTreeSet::new())
}

/// The same, where another finding tells of some others, who are no exception then.
pub(in crate::rules) fn besides(
    examination: &Examination<'_>,
    (classes, policies): (&[usize], &[PolicyIndex]),
    populations: &BTreeSet<String>,
    told: &BTreeSet<usize>,
) -> Who {
    let directory = &examination.tenant.directory;
    let base = if directory.is_empty() {
        unknown_people(examination, classes, told)
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
    let classes = if people.is_some() { classes.to_vec() } else { Vec::new() };
    Who { text, people, examples, memberships: base.all(), classes }
}

/// How many people a finding names.
pub(in crate::rules) const EXAMPLES: usize = 3;

enum Base {
    /// Everybody but people with one of these memberships.
    Everyone(Named),
    /// People with one of these (combinations of) memberships.
    Members(Named),
}

impl Base {
    fn all(&self) -> Vec<String> {
        match self {
            Self::Everyone(except) => except.all(),
            Self::Members(of) => of.all(),
        }
    }

    fn text(&self) -> String {
        match self {
            Self::Everyone(except) if except.is_empty() => "everyone".to_owned(),
            Self::Everyone(except) => format!("everyone except {}", joined(&except.short())),
            Self::Members(of) => of.members(),
        }
    }

    fn of(&self, people: &str) -> String {
        match self {
            Self::Everyone(except) if except.is_empty() => people.to_owned(),
            Self::Everyone(except) => format!("{people}, except {}", joined(&except.short())),
            Self::Members(of) => format!("{people}: {}", of.members()),
        }
    }
}

/// Without a directory: everybody but those whose membership alone keeps them out of the trouble,
/// else the smallest combinations of memberships that lead into it.
fn unknown_people(
    examination: &Examination<'_>,
    classes: &[usize],
    told: &BTreeSet<usize>,
) -> Base {
    let combinations: Vec<Vec<Membership>> =
        classes.iter().map(|class| examination.memberships(*class)).collect();
    if combinations.iter().any(Vec::is_empty) {
        let stopped = classes.iter().chain(told).copied().collect();
        return Base::Everyone(named(examination, exceptions(examination, &stopped)));
    }
    Base::Members(one_of(examination, &combinations))
}

fn exceptions(examination: &Examination<'_>, stopped: &BTreeSet<usize>) -> Vec<Membership> {
    let (index, universe) = (examination.index(), &examination.universe);
    let escapes = |membership: &Membership| {
        let class = examination.classes.of_members(index, universe, membership);
        class.is_some_and(|class| !stopped.contains(&class))
    };
    let memberships = examination.classes.memberships(index);
    memberships.into_iter().filter(escapes).collect()
}

/// With a directory, the people are counted, and whom the policies are assigned to says the rest.
fn assigned(examination: &Examination<'_>, policies: &[PolicyIndex]) -> Base {
    let assigned = policies.first().and_then(|policy| examination.policy(*policy));
    let Some(Principals::Users(users)) = assigned.map(|policy| &policy.conditions.principals)
    else {
        return Base::Everyone(Named::default());
    };
    match &users.include {
        Include::Only(people) => Base::Members(named(examination, people.memberships().collect())),
        Include::Everyone | Include::Nobody => {
            Base::Everyone(named(examination, users.exclude.memberships().collect()))
        }
    }
}
