//! Declared emergency accounts: whether each gets in from a device that nobody manages, on any
//! network, with nothing but its own methods.

use cardea_policy::conditions::location::Network;
use cardea_policy::conditions::platform::Platform;
use cardea_policy::conditions::principal::{Membership, Person};
use cardea_policy::id::{GroupId, RoleId, UserId};
use cardea_policy::lattice::Plain;
use cardea_policy::place::PolicyIndex;
use cardea_prover::reach::fixpoint::{Fixpoint, Start};
use cardea_prover::reach::terrain::{Ground, Terrain};
use cardea_tenant::directory::{Members, PersonIndex};
use cardea_tenant::journey::actor::{Actor, Device, Intent};
use cardea_tenant::journey::means::MeansIndex;
use cardea_tenant::journey::permission::Permissions;
use cardea_tenant::journey::step::Account;

use super::door::{person, portals, registered_means, unmanaged_computer};
use super::{GLOBAL_ADMINISTRATOR, is_editor, knows_roles};
use crate::examine::Examination;

/// A declared emergency account, or the unknown members of a declared group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Emergency {
    /// What people call it.
    pub name: String,
    /// Why it does not work; `None` where it does.
    pub fault: Option<Fault>,
}

/// Why an emergency account does not work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The declared group has no members.
    Empty,
    /// It has no role that may change policies.
    Powerless,
    /// What it holds is no multifactor authentication, which Microsoft's admin portals demand of
    /// everybody, whatever policies say.
    OneFactor,
    /// Policies keep it out.
    Caught {
        /// The policies.
        policies: Vec<PolicyIndex>,
        /// From where; `None` for a network that nothing is known about.
        from: Option<Network>,
    },
}

/// The declared emergency accounts, each with its fault.
pub fn emergencies(examination: &Examination<'_>) -> Vec<Emergency> {
    let declared = &examination.config.break_glass;
    let users = declared.users.iter().map(|user| of_user(examination, user));
    let groups = declared.groups.iter().flat_map(|group| of_group(examination, group));
    let mut emergencies: Vec<Emergency> = users.chain(groups).collect();
    emergencies.sort_by(|a, b| a.name.cmp(&b.name));
    emergencies.dedup();
    emergencies
}

fn of_user(examination: &Examination<'_>, user: &UserId) -> Emergency {
    let directory = &examination.tenant.directory;
    let known = directory.people().find(|it| UserId::new(directory.id(*it)) == *user);
    known.map_or_else(
        || of_unknown(examination, Membership::User(user.clone())),
        |known| of_person(examination, known),
    )
}

fn of_group(examination: &Examination<'_>, id: &GroupId) -> Vec<Emergency> {
    let directory = &examination.tenant.directory;
    let known = directory.groups.iter().any(|it| it.id == *id && it.members == Members::Known);
    if directory.is_empty() || !known {
        return vec![of_unknown(examination, Membership::Group(id.clone()))];
    }
    let members: Vec<Emergency> =
        directory.members(id).map(|it| of_person(examination, it)).collect();
    if members.is_empty() {
        let name = examination.membership(&Membership::Group(id.clone()));
        return vec![Emergency { name, fault: Some(Fault::Empty) }];
    }
    members
}

/// An account that the input does not have: a Global Administrator, as such accounts are.
fn of_unknown(examination: &Examination<'_>, membership: Membership) -> Emergency {
    let name = examination.membership(&membership);
    let person = person([membership, Membership::Role(RoleId::new(GLOBAL_ADMINISTRATOR))]);
    let held = declared_means(examination);
    Emergency { name, fault: fault(examination, &person, &held) }
}

fn of_person(examination: &Examination<'_>, index: PersonIndex) -> Emergency {
    let directory = &examination.tenant.directory;
    let person = directory.person(index);
    let held = directory.registered(index).map_or_else(
        || declared_means(examination),
        |registered| registered_means(examination, registered),
    );
    let powerless = knows_roles(examination) && !is_editor(&person);
    let fault = if powerless { Some(Fault::Powerless) } else { fault(examination, &person, &held) };
    Emergency { name: directory.name(index).to_owned(), fault }
}

fn declared_means(examination: &Examination<'_>) -> Vec<MeansIndex> {
    let methods = &examination.config.break_glass.methods;
    methods.iter().flat_map(|held| held.among(&examination.book.means)).collect()
}

/// The first fault over all networks that policies tell apart; an ordinary one is tried first.
fn fault(examination: &Examination<'_>, person: &Person, held: &[MeansIndex]) -> Option<Fault> {
    let mut networks = examination.universe.networks.iter().enumerate();
    networks.find_map(|(at, atom)| {
        let fault = fault_from(examination, (person, held), &atom.fact)?;
        Some(match fault {
            Fault::Caught { policies, .. } => {
                Fault::Caught { policies, from: (at > 0).then(|| atom.fact.clone()) }
            }
            Fault::Empty | Fault::Powerless | Fault::OneFactor => fault,
        })
    })
}

fn fault_from(
    examination: &Examination<'_>,
    (person, held): (&Person, &[MeansIndex]),
    network: &Network,
) -> Option<Fault> {
    let Examination { tenant, book, .. } = examination;
    let phones = [Platform::Ios, Platform::Android].map(Device::phone);
    let actor = Actor {
        devices: examination.reached(phones.into_iter().chain([unmanaged_computer()]).collect()),
        networks: vec![network.clone()],
        intent: Intent::Person,
    };
    let index = examination.index();
    let who = index.who(&index.member(person));
    let permissions = Permissions::of(tenant, &book.means, person, &book.assumptions);
    let targets = examination.targets(vec![portals(examination)]);
    let ground = Ground::new(book, &targets, &actor);
    let terrain = Terrain::new(&ground, &who, &permissions);
    let start = Start::with(book.means.len(), held, Account::Registered);
    let fixpoint = Fixpoint { lattice: &Plain, terrain: &terrain, start: &start };
    let mut nearest: Option<Vec<PolicyIndex>> = None;
    let mut strong = false;
    for approach in terrain.goals.iter().flatten() {
        let session = fixpoint.at_resource(&start.held, approach);
        let is_strong = session.strong() && session.first_factor();
        strong |= is_strong;
        let unmet = approach.gate.unmet(&session);
        if is_strong && unmet.is_empty() {
            return None;
        }
        if nearest.as_ref().is_none_or(|known| unmet.len() < known.len()) {
            nearest = Some(unmet);
        }
    }
    if !strong {
        return Some(Fault::OneFactor);
    }
    Some(Fault::Caught { policies: nearest.unwrap_or_default(), from: None })
}
