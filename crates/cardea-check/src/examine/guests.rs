//! Guests who cannot get in. What a guest can show depends on what the tenant believes of the
//! guest's home: with trust everything that the home can do counts, without it only what guests
//! can register here.
//!
//! Source: Entra, *Authentication strengths for external users* and *Authentication and Conditional
//! Access for External ID*.

use std::collections::BTreeMap;

use cardea_policy::conditions::platform::Platform;
use cardea_policy::conditions::principal::{Guest, GuestKind, Person};
use cardea_policy::place::PolicyIndex;
use cardea_policy::policy_set::PolicySet;
use cardea_policy::strength::Mode;
use cardea_prover::reach::fixpoint::{OneTime, Start};
use cardea_prover::reach::terrain::Targets;
use cardea_tenant::assumption::{Assumption, Assumptions};
use cardea_tenant::journey::actor::{Actor, Device, DeviceState, Intent};
use cardea_tenant::journey::permission::Permissions;
use cardea_tenant::journey::step::Account;
use cardea_tenant::tenant::{Belief, InboundTrust, Tenant};

use super::Examination;
use super::case::{Barrier, Case};
use super::trouble::keeps_to_some_apps;

/// Guests who cannot get in.
#[derive(Clone, Debug)]
pub struct Stranded {
    /// What kinds of guests.
    pub kinds: Vec<GuestKind>,
    /// How many there are, where the input has people.
    pub people: Option<usize>,
    /// Whether trust in their homes would let them in.
    pub trust: TrustHelps,
    /// The goal.
    pub goal: String,
    /// A smallest set of policies without which they would get in.
    pub blamed: Vec<PolicyIndex>,
    /// What is not met at the goal even with every method that they can have.
    pub barriers: Vec<Barrier>,
}

/// Whether trust in the home tenants of guests would let them in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TrustHelps {
    /// It would, and the input does not say whether it is there.
    Undecided,
    /// It would, and the input says that it is not there.
    Refused,
    /// It would not.
    No,
}

/// Finds every guest who cannot get in.
pub fn find(examination: &Examination<'_>) -> Vec<Stranded> {
    let targets = examination.targets(examination.goals());
    let mut found: BTreeMap<(TrustHelps, Vec<PolicyIndex>), Stranded> = BTreeMap::new();
    for guest in guests(examination) {
        let people = headcount(examination, &guest);
        if people == Some(0) {
            continue;
        }
        let Some(one) = stranded(examination, &targets, &guest) else { continue };
        let known = found.entry((one.trust, one.blamed.clone())).or_insert(one);
        known.kinds.push(guest.kind);
        known.people = match (known.people, people) {
            (Some(known), Some(more)) => Some(known + more),
            (None, people) | (people, None) => people,
        };
    }
    let mut found: Vec<Stranded> = found.into_values().collect();
    for one in &mut found {
        one.kinds.sort_unstable();
        one.kinds.dedup();
    }
    found
}

/// Every guest that policies tell apart; one of each kind where none does.
fn guests(examination: &Examination<'_>) -> Vec<Guest> {
    let atoms = &examination.universe.guests;
    if atoms.is_empty() {
        return GuestKind::ALL.map(|kind| Guest { kind, tenant: None }).into();
    }
    let each = atoms.iter().flat_map(|atom| std::iter::once(&atom.guest).chain(&atom.alternatives));
    each.cloned().collect()
}

fn headcount(examination: &Examination<'_>, guest: &Guest) -> Option<usize> {
    let directory = &examination.tenant.directory;
    let alike = |known: &Guest| {
        known.kind == guest.kind && (guest.tenant.is_none() || known.tenant == guest.tenant)
    };
    (!directory.is_empty())
        .then(|| directory.people().filter(|p| directory.guest(*p).is_some_and(alike)).count())
}

/// What is believed of homes in the worlds to look at: what the input says, else nothing and all.
fn worlds(examination: &Examination<'_>) -> Vec<InboundTrust> {
    let all = InboundTrust {
        mfa: Belief::Accepted,
        compliant_device: Belief::Accepted,
        hybrid_joined_device: Belief::Accepted,
    };
    let mut first = examination.tenant.inbound_trust.unwrap_or_default();
    if examination.config.assumptions.hold(Assumption::GuestMfaTrusted) {
        first.mfa = Belief::Accepted;
    }
    if first == all { vec![first] } else { vec![first, all] }
}

fn stranded(examination: &Examination<'_>, targets: &Targets, guest: &Guest) -> Option<Stranded> {
    let index = examination.index();
    let relevant = index.enabled().and(index.demanding());
    let person = Person { guest: Some(guest.clone()), ..Person::default() };
    let who = index.who(&index.member(&person)).and(&relevant);
    let at_home = guest.kind == GuestKind::InternalGuest;
    let worlds = if at_home { vec![InboundTrust::default()] } else { worlds(examination) };
    let case = |trust: InboundTrust| case(examination, targets, (&person, &who), trust);
    let today = case(*worlds.first()?);
    let goals: Vec<String> = targets.goals().map(|goal| goal.name.clone()).collect();
    let shut: Vec<usize> = (0..goals.len()).filter(|goal| !today.reaches(*goal)).collect();
    let asked = !examination.config.goals.is_empty();
    // Guests are kept to a few apps on purpose; only those who reach nothing are stranded.
    let goal = *shut.first().filter(|_| asked || shut.len() == goals.len())?;
    let barriers = Case::nearest(&today.terrain(), goal).map(|(_, it)| it).unwrap_or_default();
    if !asked && keeps_to_some_apps(&barriers, index, false) {
        return None;
    }
    let helps = worlds.get(1).is_some_and(|trusting| case(*trusting).reaches(goal));
    let trust = match (helps, examination.tenant.inbound_trust) {
        (false, _) => TrustHelps::No,
        (true, None) => TrustHelps::Undecided,
        (true, Some(_)) => TrustHelps::Refused,
    };
    let suspects: Vec<PolicyIndex> = who.iter().collect();
    Some(Stranded {
        kinds: Vec::new(),
        people: None,
        trust,
        goal: goals.get(goal).cloned().unwrap_or_default(),
        blamed: today.blamed(goal, &suspects),
        barriers,
    })
}

fn case<'e>(
    examination: &'e Examination<'_>,
    targets: &'e Targets,
    (person, who): (&Person, &PolicySet),
    trust: InboundTrust,
) -> Case<'e> {
    let book = &examination.book;
    let elsewhere = Tenant::default();
    let external = person.guest.as_ref().is_some_and(|g| g.kind != GuestKind::InternalGuest);
    // At home every method may be enabled, and a home can do whatever a strength asks for.
    let trusted = external && trust.mfa == Belief::Accepted;
    let permissions = if trusted {
        Permissions::of(&elsewhere, &book.means, &Person::default(), &Assumptions::default())
    } else {
        Permissions::of(examination.tenant, &book.means, person, &book.assumptions)
    };
    let password: Vec<_> = book.means.mode(Mode::Password).into_iter().collect();
    let mut start = Start::with(book.means.len(), &password, Account::Unregistered);
    if trusted {
        start.held.fill(true);
        start.one_time = OneTime::everywhere(&true);
    }
    let actor = actor(examination, trust);
    let case = Case { book, targets, who: who.clone(), permissions, actor, start };
    if external || !book.assumptions.hold(Assumption::HelpDeskIssuesPasses) {
        case
    } else {
        case.with_passes()
    }
}

/// A guest has a computer that this tenant does not manage. App controls are not for guests, so a
/// phone is left out.
fn actor(examination: &Examination<'_>, trust: InboundTrust) -> Actor {
    let compliant = trust.compliant_device == Belief::Accepted;
    let joined = trust.hybrid_joined_device == Belief::Accepted;
    let state = match (compliant, joined) {
        (false, false) => DeviceState::Unmanaged,
        (true, false) => DeviceState::Compliant,
        (false, true) => DeviceState::HybridJoined,
        (true, true) => DeviceState::CompliantAndHybridJoined,
    };
    let computer =
        Device { claims: vec![Platform::Windows], facts: None, state, ..Device::work_computer() };
    Actor {
        devices: vec![computer],
        networks: examination.networks(),
        across: examination.across(),
        intent: Intent::Person,
    }
}
