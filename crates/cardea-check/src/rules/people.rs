//! What people are called in findings, by the memberships that they have.

use cardea_policy::conditions::principal::{Guest, GuestKind, Membership};
use cardea_policy::id::RoleId;

use super::stuck::joined;
use crate::examine::Examination;
use crate::examine::admins::GLOBAL_ADMINISTRATOR;

/// How many names a message has room for.
pub(super) const BRIEF: usize = 3;

/// Whether a verb behind some words is in the singular.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Number {
    One,
    Many,
}

impl Number {
    /// The number of a list.
    pub(super) fn of<T>(list: &[T]) -> Self {
        if list.len() == 1 { Self::One } else { Self::Many }
    }

    /// The form of the verb: "opens" or "open".
    pub(super) fn verb(self, one: &'static str, many: &'static str) -> &'static str {
        match self {
            Self::One => one,
            Self::Many => many,
        }
    }
}

/// Whoever has one of the memberships, as the subject of a sentence: "members of groups A and B",
/// "user X".
pub(super) fn subject(
    examination: &Examination<'_>,
    memberships: &[Membership],
    names: usize,
) -> (String, Number) {
    let Sorted { users, groups, roles } = Sorted::of(examination, memberships);
    let mut words = Vec::new();
    if !users.is_empty() {
        words.push(listed(("user", "users"), &users, names));
    }
    if !groups.is_empty() {
        words.push(format!("members of {}", listed(("group", "groups"), &groups, names)));
    }
    if !roles.is_empty() {
        words.push(format!("holders of {}", roles_listed(memberships, &roles, names)));
    }
    let one = users.len() == 1 && groups.is_empty() && roles.is_empty();
    (joined(&words), if one { Number::One } else { Number::Many })
}

/// The memberships themselves: "groups A and B", "47 roles, Global Administrator among them". Of more
/// than fit, how many there are and the first: "7 groups (A, B, C, …)".
pub(super) fn memberships(examination: &Examination<'_>, memberships: &[Membership]) -> String {
    let Sorted { users, groups, roles } = Sorted::of(examination, memberships);
    let mut words = Vec::new();
    for (kind, list) in [(("user", "users"), &users), (("group", "groups"), &groups)] {
        if list.len() > BRIEF {
            let first: Vec<&str> = list.iter().take(BRIEF).map(String::as_str).collect();
            words.push(format!("{} {} ({}, …)", list.len(), kind.1, first.join(", ")));
        } else if !list.is_empty() {
            words.push(listed(kind, list, BRIEF));
        }
    }
    if !roles.is_empty() {
        words.push(roles_listed(memberships, &roles, BRIEF));
    }
    joined(&words)
}

/// Memberships that are needed all at once: "groups A and B".
pub(super) fn all_memberships(examination: &Examination<'_>, memberships: &[Membership]) -> String {
    let Sorted { users, groups, roles } = Sorted::of(examination, memberships);
    let kinds =
        [(("user", "users"), users), (("group", "groups"), groups), (("role", "roles"), roles)];
    let words: Vec<String> = kinds
        .iter()
        .filter(|(_, list)| !list.is_empty())
        .map(|(kind, list)| listed(*kind, list, usize::MAX))
        .collect();
    joined(&words)
}

/// Guests, by what they are.
pub(super) fn guests(guests: &[Guest]) -> String {
    let from = |tenant: bool| guests.iter().filter(move |it| it.tenant.is_some() == tenant);
    let kinds: Vec<GuestKind> =
        GuestKind::ALL.into_iter().filter(|kind| from(false).any(|it| it.kind == *kind)).collect();
    let mut words = Vec::new();
    if kinds.len() == GuestKind::ALL.len() {
        words.push("guests and external users of every kind".to_owned());
    } else {
        words.extend(kinds.iter().map(|kind| kind_of_guest(*kind).to_owned()));
    }
    // Those of a tenant that a policy names, unless all of their kind are meant.
    words.extend(from(true).filter(|it| !kinds.contains(&it.kind)).filter_map(|guest| {
        let tenant = guest.tenant.as_ref()?;
        Some(format!("{} from tenant {tenant}", kind_of_guest(guest.kind)))
    }));
    joined(&words)
}

fn kind_of_guest(kind: GuestKind) -> &'static str {
    match kind {
        GuestKind::InternalGuest => "guests with an account here",
        GuestKind::B2bCollaborationGuest => "invited guests",
        GuestKind::B2bCollaborationMember => "external members",
        GuestKind::B2bDirectConnectUser => "people of shared channels",
        GuestKind::OtherExternalUser => "other external users",
        GuestKind::ServiceProvider => "technicians of service providers",
    }
}

/// Names of memberships, by kind.
struct Sorted {
    users: Vec<String>,
    groups: Vec<String>,
    roles: Vec<String>,
}

impl Sorted {
    fn of(examination: &Examination<'_>, memberships: &[Membership]) -> Self {
        let names = |is: fn(&Membership) -> bool| {
            let mut names: Vec<String> =
                memberships.iter().filter(|it| is(it)).map(|it| examination.called(it)).collect();
            names.sort();
            names.dedup();
            names
        };
        Self {
            users: names(|it| matches!(it, Membership::User(_))),
            groups: names(|it| matches!(it, Membership::Group(_))),
            roles: names(|it| matches!(it, Membership::Role(_))),
        }
    }
}

/// "group A", "groups A and B"; "7 groups" where there are more than that many names.
fn listed((one, many): (&str, &str), names: &[String], most: usize) -> String {
    match names {
        [only] => format!("{one} {only}"),
        names if names.len() <= most => format!("{many} {}", joined(names)),
        names => format!("{} {many}", names.len()),
    }
}

/// Policies list dozens of roles, of which one matters most.
fn roles_listed(memberships: &[Membership], names: &[String], most: usize) -> String {
    let global = Membership::Role(RoleId::new(GLOBAL_ADMINISTRATOR));
    let listed = listed(("role", "roles"), names, most.min(BRIEF));
    let counted = names.len() > BRIEF;
    if counted && memberships.contains(&global) {
        return format!("{listed}, Global Administrator among them");
    }
    listed
}
