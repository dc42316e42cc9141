//! Memberships in words.

use cardea_policy::conditions::principal::Membership;

use super::joined;
use crate::examine::Examination;
use crate::examine::admins::GLOBAL_ADMINISTRATOR;
use crate::examine::minimal::minimal;

/// How many memberships and combinations a text names.
const SHOWN: usize = 3;

/// How users are called: a user is nobody's member.
const USER: &str = "user ";

/// How roles are called, which people hold.
const ROLE: &str = "role ";

/// How many roles are called, the one that may do everything among them.
const ROLES: &str = "administrators";

/// Memberships, or combinations of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::rules) struct Named {
    /// Each in words, with many roles as one.
    words: Vec<String>,
    /// Each in words.
    all: Vec<String>,
}

impl Named {
    pub(in crate::rules) fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// Each in words.
    pub(in crate::rules) fn all(&self) -> Vec<String> {
        self.all.clone()
    }

    /// "members of group A, or of group B, or user C, or holders of role D".
    pub(in crate::rules) fn members(&self) -> String {
        let (mut is_first, mut is_first_role) = (true, true);
        let text = |word: String| {
            if word.starts_with(USER) || word.starts_with(|first: char| first.is_ascii_digit()) {
                return word;
            }
            if word.starts_with(ROLES) {
                return word;
            }
            if word.starts_with(ROLE) {
                let holders = if is_first_role { "holders of" } else { "of" };
                is_first_role = false;
                return format!("{holders} {word}");
            }
            let members = if is_first { "members of" } else { "of" };
            is_first = false;
            format!("{members} {word}")
        };
        self.short().into_iter().map(text).collect::<Vec<_>>().join(", or ")
    }

    /// "a member of group A, group B or 3 more", "user C".
    pub(in crate::rules) fn member(&self) -> String {
        let words = self.short();
        let list = match &words[..] {
            [first @ .., last] if !first.is_empty() => format!("{} or {last}", first.join(", ")),
            words => words.concat(),
        };
        let is_user = self.words.iter().all(|word| word.starts_with(USER));
        if is_user { list } else { format!("a member of {list}") }
    }

    /// The first few, and how many more there are.
    pub(in crate::rules) fn short(&self) -> Vec<String> {
        let mut shown: Vec<String> = self.words.iter().take(SHOWN).cloned().collect();
        if self.words.len() > SHOWN {
            shown.push(format!("{} more", self.words.len() - SHOWN));
        }
        shown
    }
}

/// Memberships, each on its own.
pub(in crate::rules) fn named(
    examination: &Examination<'_>,
    memberships: Vec<Membership>,
) -> Named {
    let (mut roles, others): (Vec<_>, Vec<_>) =
        memberships.into_iter().partition(|it| matches!(it, Membership::Role(_)));
    roles.sort_by_key(|it| !is_global(it));
    let text = |list: &[Membership]| -> Vec<String> {
        list.iter().map(|it| examination.membership(it)).collect()
    };
    let (others, roles_apart) = (text(&others), text(&roles));
    let words = others.iter().cloned().chain(of_roles(&roles, &roles_apart)).collect();
    Named { words, all: others.into_iter().chain(roles_apart).collect() }
}

fn is_global(membership: &Membership) -> bool {
    matches!(membership, Membership::Role(role) if role.as_str() == GLOBAL_ADMINISTRATOR)
}

/// Roles, the one that may do everything first; many of them as one.
fn of_roles(roles: &[Membership], names: &[String]) -> Vec<String> {
    match (roles, names) {
        ([first, ..], _) if roles.len() > SHOWN && is_global(first) => {
            vec![format!("{ROLES} ({} roles)", roles.len())]
        }
        (_, [first, ..]) if roles.len() > SHOWN => {
            vec![format!("{first} and {} more roles", roles.len() - 1)]
        }
        _ => names.to_vec(),
    }
}

/// The smallest of several combinations of memberships. Each membership stands for all that do the
/// same.
pub(in crate::rules) fn one_of<C: AsRef<[Membership]>>(
    examination: &Examination<'_>,
    combinations: &[C],
) -> Named {
    let sets: Vec<Vec<Membership>> = combinations.iter().map(|it| it.as_ref().to_vec()).collect();
    let (mut alone, mut together) = (Vec::new(), Vec::new());
    for combination in minimal(&sets) {
        match &combination[..] {
            [one] => alone.extend(examination.alike(one)),
            several => together.push(several.to_vec()),
        }
    }
    alone.sort();
    alone.dedup();
    let mut named_alone = named(examination, alone);
    let each = |one: &Membership| named(examination, examination.alike(one));
    for several in together {
        let several: Vec<Named> = several.iter().map(each).collect();
        let text = |words: fn(&Named) -> Vec<String>| {
            joined(&several.iter().map(|one| words(one).join(" or ")).collect::<Vec<_>>())
        };
        named_alone.words.push(text(Named::short));
        named_alone.all.push(text(Named::all));
    }
    named_alone
}
