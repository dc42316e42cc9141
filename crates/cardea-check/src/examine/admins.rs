//! Administrators: whether somebody can always still change the policies, and whether the accounts
//! for emergencies work.

mod door;
mod emergency;
mod need;

use std::collections::BTreeSet;

use cardea_policy::conditions::principal::{Membership, Person};
use cardea_policy::id::RoleId;
use cardea_policy::place::PolicyIndex;
use cardea_tenant::directory::PersonIndex;

pub use emergency::{Emergency, Fault, emergencies};
pub use need::{Assurance, Need};

use super::Examination;
use door::{Door, Equipment, Passes};

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
    /// Methods, a device, a network.
    pub needs: Vec<Need>,
    /// Memberships, any one of which lets an administrator in; empty where none is needed.
    pub memberships: Vec<Membership>,
    /// Policies that ask for it.
    pub unmet: Vec<PolicyIndex>,
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
        Standing::Hinges,
    )
}

fn among_anybody(door: &Door<'_, '_>) -> Standing {
    let editors = EDITORS.map(|role| door.anybody([Membership::Role(RoleId::new(role))]));
    let bare = Equipment::bare(door.examination);
    if editors.iter().any(|somebody| door.opens(somebody, &bare, Passes::None)) {
        return Standing::Holds;
    }
    if let Some(hinge) = editors.iter().find_map(|somebody| need::of(door, somebody)) {
        return Standing::Hinges(hinge);
    }
    let unmet = editors.first().map(|somebody| door.unmet(somebody)).unwrap_or_default();
    let outside = memberships_that_help(door);
    if !outside.is_empty() {
        return Standing::Hinges(Hinge { needs: Vec::new(), memberships: outside, unmet });
    }
    if EDITORS.iter().any(|role| door.opens_outside_of_everything(&RoleId::new(role))) {
        return Standing::Hinges(Hinge {
            needs: vec![Need::Exclusions],
            memberships: outside,
            unmet,
        });
    }
    Standing::Nobody { unmet, admins: None }
}

/// Memberships that some policy excludes and that let an administrator in who has everything.
fn memberships_that_help(door: &Door<'_, '_>) -> Vec<Membership> {
    let everything = Equipment::everything(door.examination);
    let rows = door.examination.index().memberships().iter();
    let excluded = rows.filter(|row| !row.exclude.is_empty()).map(|row| &row.membership);
    let helps = |membership: &&Membership| {
        let role = Membership::Role(RoleId::new(GLOBAL_ADMINISTRATOR));
        let somebody = door.anybody([role, (*membership).clone()]);
        door.opens(&somebody.with_everything(), &everything, Passes::None)
    };
    excluded.filter(helps).cloned().collect()
}
