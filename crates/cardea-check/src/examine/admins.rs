//! Administrators: whether somebody can always still change the policies, and whether the accounts
//! for emergencies work.

mod door;
mod emergency;
mod need;

use std::collections::{BTreeMap, BTreeSet};

use cardea_policy::conditions::principal::{Membership, Person};
use cardea_policy::id::RoleId;
use cardea_policy::place::PolicyIndex;
use cardea_tenant::directory::PersonIndex;

pub use emergency::{Emergency, Fault, emergencies};
pub use need::{Assurance, Need};

use super::Examination;
use door::{Door, Equipment, Passes, Somebody};

/// Roles that may change policies. Entra: Conditional Access Administrator, Security Administrator
/// and Global Administrator.
pub const EDITORS: [&str; 3] = [
    GLOBAL_ADMINISTRATOR,
    "b1be1c3e-b65d-4f19-8427-f6fa0d97feb9",
    "194ae4cb-b126-40b2-bd5b-6091b380977d",
];

/// The role that emergency accounts have.
pub const GLOBAL_ADMINISTRATOR: &str = "62e90394-69f5-4237-9190-012177145e10";

/// The role beside Global Administrator that may issue passes to administrators.
const PRIVILEGED_AUTHENTICATION: &str = "7be44c8a-adaf-4e2a-84d6-ab2649e08a13";

/// Whether somebody can always still change the policies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Somebody can, with what is surely at hand.
    Holds,
    /// Only if an administrator has something that the input does not show.
    Hinges(Hinge),
    /// Nobody can, whatever administrators hold.
    Nobody {
        /// Policies that are in the way.
        unmet: Vec<PolicyIndex>,
        /// How many administrators there are, where that is known.
        admins: Option<usize>,
    },
    /// Nobody has a role that may change policies.
    Unstaffed,
}

/// What an administrator must have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hinge {
    /// Each of these lets an administrator in: the one that needs no membership first, then those
    /// that need less besides.
    pub ways: Vec<Way>,
    /// Policies that ask for it.
    pub unmet: Vec<PolicyIndex>,
}

/// Something that lets an administrator in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Way {
    /// Memberships, one of which is needed; empty where none is.
    pub memberships: Vec<Membership>,
    /// Methods, a device, a network; empty where a password is enough.
    pub needs: Vec<Need>,
}

/// Whether a person may change policies.
pub fn is_editor(person: &Person) -> bool {
    EDITORS.iter().any(|role| person.roles.contains(&RoleId::new(role)))
}

/// Finds out whether somebody can always still change the policies, declared emergency accounts
/// left aside.
///
/// Passes do not help: whoever issues them to an administrator is one, and has to get in first.
/// With people and roles in the input, these administrators count. Without, every person who could
/// be one: only if all of them fail, whatever they hold, nobody can.
pub fn standing(examination: &Examination<'_>) -> Standing {
    let door = Door::new(examination);
    if knows_roles(examination) { among_people(&door) } else { among_anybody(&door) }
}

/// Whether the input says who has which role.
pub fn knows_roles(examination: &Examination<'_>) -> bool {
    let directory = &examination.tenant.directory;
    directory.groups.iter().any(|group| !group.roles.is_empty())
        || directory.people().any(|person| directory.direct_roles(person).is_some())
}

/// The people of the directory who may change policies.
pub fn editors(examination: &Examination<'_>) -> Vec<PersonIndex> {
    let directory = &examination.tenant.directory;
    directory.people().filter(|person| is_editor(&directory.person(*person))).collect()
}

fn among_people(door: &Door<'_, '_>) -> Standing {
    let directory = &door.examination.tenant.directory;
    let editors = editors(door.examination);
    if editors.is_empty() {
        return Standing::Unstaffed;
    }
    let people: BTreeSet<_> = editors.iter().map(|editor| door.of_directory(*editor)).collect();
    let bare = Equipment::bare(door.examination);
    if people.iter().any(|somebody| door.opens(somebody, &bare, Passes::None)) {
        return Standing::Holds;
    }
    let helper = RoleId::new(PRIVILEGED_AUTHENTICATION);
    let mut helpers = directory.people().filter(|it| directory.person(*it).roles.contains(&helper));
    let passes = helpers.any(|it| door.opens(&door.of_directory(it), &bare, Passes::None));
    if passes && people.iter().any(|somebody| door.opens(somebody, &bare, Passes::FromHelpDesk)) {
        return Standing::Holds;
    }
    let hinge = people.iter().find_map(|somebody| need::of(door, somebody));
    hinge.map_or_else(
        || Standing::Nobody {
            unmet: people.first().map(|it| door.unmet(it)).unwrap_or_default(),
            admins: Some(editors.len()),
        },
        |(needs, unmet)| {
            Standing::Hinges(Hinge { ways: vec![Way { memberships: Vec::new(), needs }], unmet })
        },
    )
}

fn among_anybody(door: &Door<'_, '_>) -> Standing {
    let editors = EDITORS.map(|role| door.anybody([Membership::Role(RoleId::new(role))]));
    let bare = Equipment::bare(door.examination);
    if editors.iter().any(|somebody| door.opens(somebody, &bare, Passes::None)) {
        return Standing::Holds;
    }
    let plain = editors.iter().find_map(|somebody| need::of(door, somebody));
    let (mut ways, mut unmet) = (Vec::new(), Vec::new());
    if let Some((needs, policies)) = plain {
        ways.push(Way { memberships: Vec::new(), needs });
        unmet = policies;
    }
    ways.extend(by_membership(door, ways.first()));
    if unmet.is_empty() {
        unmet = editors.first().map(|somebody| door.unmet(somebody)).unwrap_or_default();
    }
    let outside = |role: &&str| door.opens_outside_of_everything(&RoleId::new(role));
    if ways.is_empty() && EDITORS.iter().any(outside) {
        ways.push(Way { memberships: Vec::new(), needs: vec![Need::Exclusions] });
    }
    if ways.is_empty() {
        return Standing::Nobody { unmet, admins: None };
    }
    Standing::Hinges(Hinge { ways, unmet })
}

/// Memberships that some policy excludes, by what an administrator with one of them needs besides;
/// without those that are no easier than the way that needs none.
fn by_membership(door: &Door<'_, '_>, plain: Option<&Way>) -> Vec<Way> {
    let bare = Equipment::bare(door.examination);
    let needs = |somebody: &Somebody| {
        if door.opens(somebody, &bare, Passes::None) {
            return Some(Vec::new());
        }
        need::of(door, somebody).map(|(needs, _)| needs)
    };
    let mut known: BTreeMap<Somebody, Option<Vec<Need>>> = BTreeMap::new();
    let mut ways: BTreeMap<(usize, Vec<Need>), Vec<Membership>> = BTreeMap::new();
    let rows = door.examination.index().memberships().iter();
    for membership in rows.filter(|row| !row.exclude.is_empty()).map(|row| &row.membership) {
        let each = EDITORS.iter().filter_map(|role| {
            let role = Membership::Role(RoleId::new(role));
            let somebody = door.anybody([role, membership.clone()]);
            known.entry(somebody.clone()).or_insert_with(|| needs(&somebody)).clone()
        });
        let Some(least) = each.min_by_key(|needs| (needs.len(), needs.clone())) else { continue };
        let is_easier = plain.is_none_or(|plain| {
            least != plain.needs && least.iter().all(|need| plain.needs.contains(need))
        });
        if is_easier {
            ways.entry((least.len(), least)).or_default().push(membership.clone());
        }
    }
    ways.into_iter().map(|((_, needs), memberships)| Way { memberships, needs }).collect()
}
