//! Whether guests get in, and what keeps them out.

use std::collections::{BTreeMap, BTreeSet};

use cardea_policy::conditions::platform::Platform;
use cardea_policy::conditions::principal::Person;
use cardea_policy::place::PolicyIndex;
use cardea_policy::policy_set::PolicySet;
use cardea_policy::strength::Mode;
use cardea_prover::reach::fixpoint::{OneTime, Start};
use cardea_prover::reach::footprint::Footprint;
use cardea_prover::reach::terrain::{Ground, Targets, Terrain};
use cardea_tenant::assumption::{Assumption, Assumptions};
use cardea_tenant::journey::actor::{Actor, Device, DeviceState, Intent as Acting};
use cardea_tenant::journey::gate::Book;
use cardea_tenant::journey::permission::Permissions;
use cardea_tenant::journey::step::Account;
use cardea_tenant::tenant::{Belief, InboundTrust, Tenant};

use super::people::Alike;
use super::{Home, TrustHelps};
use crate::config::Population;
use crate::examine::Examination;
use crate::examine::case::{Barrier, Case};
use crate::examine::trouble::{Elsewhere, Intent, KeptOut};

/// Guests and a goal that they do not reach.
#[derive(Clone, Debug)]
pub(super) struct Judged {
    pub(super) home: Home,
    pub(super) guests: Alike,
    pub(super) shut: Shut,
}

/// Why a goal is not reached.
#[derive(Clone, Debug)]
pub(super) struct Shut {
    pub(super) goal: String,
    pub(super) trust: TrustHelps,
    pub(super) blamed: Vec<PolicyIndex>,
    pub(super) unmet: Vec<Barrier>,
    pub(super) barriers: Vec<Barrier>,
    pub(super) intent: Option<Intent>,
}

/// What guests with one kind of home act with.
pub(super) struct Court<'e, 'a> {
    examination: &'e Examination<'a>,
    book: &'e Book,
    targets: &'e Targets,
    home: Home,
    /// What is believed of homes, in the worlds to look at: what the input says, else nothing; and
    /// everything. With what guests act with there.
    worlds: Vec<(InboundTrust, Actor)>,
}

impl<'e, 'a> Court<'e, 'a> {
    pub(super) fn new(
        examination: &'e Examination<'a>,
        (book, targets): (&'e Book, &'e Targets),
        home: Home,
    ) -> Self {
        let worlds = match home {
            Home::Here => vec![(InboundTrust::default(), colleague(examination))],
            Home::Elsewhere => worlds(examination)
                .into_iter()
                .map(|trust| (trust, stranger(examination, trust)))
                .collect(),
        };
        Self { examination, book, targets, home, worlds }
    }

    /// Those of the guests who do not reach a goal, once for each.
    pub(super) fn judge(&self, guests: Vec<Alike>) -> Vec<Judged> {
        let Some((trust, actor)) = self.worlds.first() else { return Vec::new() };
        let ground = Ground::new(self.book, self.targets, actor);
        let relevant = ground.relevant();
        let mut free: BTreeSet<(Footprint, Permissions)> = BTreeSet::new();
        let mut known: BTreeMap<(PolicySet, Permissions), Vec<Judged>> = BTreeMap::new();
        let mut judged: Vec<Judged> = Vec::new();
        for alike in guests {
            let who = alike.who.and(&relevant);
            let today = self.case(&alike.person, &who, (*trust, actor));
            let faring = (ground.footprint(&who), today.permissions.clone());
            if free.contains(&faring) {
                continue;
            }
            let key = (who, today.permissions.clone());
            let found = known.entry(key).or_insert_with(|| {
                let terrain = Terrain::new(&ground, &today.who, &today.permissions);
                let shut = self.shut(&today, &terrain, &alike, &judged);
                let one = |shut| Judged { home: self.home, guests: alike.clone(), shut };
                shut.into_iter().map(one).collect()
            });
            if found.is_empty() {
                free.insert(faring);
            }
            judged.extend(found.iter().map(|one| Judged { guests: alike.clone(), ..one.clone() }));
        }
        judged
    }

    /// What keeps them from goals. That guests are kept to a few apps is a statement, where a block
    /// that names them does it.
    fn shut(
        &self,
        today: &Case<'_>,
        terrain: &Terrain<'_>,
        guests: &Alike,
        judged: &[Judged],
    ) -> Vec<Shut> {
        let known = &guests.known();
        let goals: Vec<String> = self.targets.goals().map(|goal| goal.name.clone()).collect();
        let reached = today.reached(terrain);
        let shut: Vec<usize> =
            (0..goals.len()).filter(|goal| reached.get(*goal) != Some(&true)).collect();
        let elsewhere = Elsewhere::of(goals.len(), shut.len());
        let config = self.examination.config;
        let one = |goal: usize| {
            let kept = KeptOut::of(config, today, terrain, (goal, elsewhere));
            if kept.as_ref().is_some_and(KeptOut::is_statement) {
                return None;
            }
            let intent = kept.as_ref().map(|kept| self.intent(kept, today, (goal, known)));
            // That people are kept out by name says nothing about guests who only might be among them.
            let unsure = config.goals.is_empty() && !guests.memberships.is_empty();
            if intent == Some(Intent::Named) && unsure {
                return None;
            }
            let others = judged.iter().map(|one| &one.shut.blamed);
            Some(Shut {
                goal: goals.get(goal).cloned().unwrap_or_default(),
                trust: self.trust(&guests.person, &today.who, goal),
                unmet: today.lasting_wall(terrain, goal),
                blamed: kept.map_or_else(|| blamed(today, goal, others), |kept| kept.blamed()),
                barriers: Case::nearest(terrain, goal).map(|(_, it)| it).unwrap_or_default(),
                intent,
            })
        };
        shut.into_iter().filter_map(one).collect()
    }

    fn intent(
        &self,
        kept: &KeptOut<'_>,
        today: &Case<'_>,
        (goal, person): (usize, &Person),
    ) -> Intent {
        let intent = kept.intent(person);
        if intent != Intent::Everybody {
            return intent;
        }
        let networks = self.examination.networks();
        let actor = Actor { networks, ..today.actor.clone() };
        let inside = Case { actor, ..today.clone() };
        let blocked = Case::nearest(&inside.terrain(), goal).unwrap_or_default().1;
        if blocked.iter().any(Barrier::blocks) { intent } else { Intent::OnSite }
    }

    fn trust(&self, person: &Person, who: &PolicySet, goal: usize) -> TrustHelps {
        let helps = self
            .worlds
            .get(1)
            .is_some_and(|(trust, actor)| self.case(person, who, (*trust, actor)).reaches(goal));
        match (helps, self.examination.tenant.inbound_trust) {
            (false, _) => TrustHelps::No,
            (true, None) => TrustHelps::Undecided,
            (true, Some(_)) => TrustHelps::Refused,
        }
    }

    fn case(
        &self,
        person: &Person,
        who: &PolicySet,
        (trust, actor): (InboundTrust, &Actor),
    ) -> Case<'e> {
        let (book, targets) = (self.book, self.targets);
        // At home every method may be enabled, and a home can do whatever a strength asks for.
        let trusted = self.home == Home::Elsewhere && trust.mfa == Belief::Accepted;
        let permissions = if trusted {
            let elsewhere = Tenant::default();
            Permissions::of(&elsewhere, &book.means, &Person::default(), &Assumptions::default())
        } else {
            Permissions::of(self.examination.tenant, &book.means, person, &book.assumptions)
        };
        let password: Vec<_> = book.means.mode(Mode::Password).into_iter().collect();
        let mut start = Start::with(book.means.len(), &password, Account::Unregistered);
        if trusted {
            start.held.fill(true);
            start.one_time = OneTime::everywhere(&true);
        }
        let (who, actor) = (who.clone(), actor.clone());
        let case = Case { book, targets, who, permissions, actor, start };
        let desk = book.assumptions.hold(Assumption::HelpDeskIssuesPasses);
        if self.home == Home::Here && desk { case.with_passes() } else { case }
    }
}

/// A smallest set of policies without which the goal would be reached; one that is known already,
/// where it will do.
fn blamed<'k>(
    case: &Case<'_>,
    goal: usize,
    mut known: impl Iterator<Item = &'k Vec<PolicyIndex>>,
) -> Vec<PolicyIndex> {
    let helps = |known: &&Vec<PolicyIndex>| {
        known.iter().all(|policy| case.who.contains(*policy)) && case.opens_without(goal, known)
    };
    if let Some(known) = known.find(helps) {
        return known.clone();
    }
    let suspects: Vec<PolicyIndex> = case.who.iter().collect();
    case.blamed(goal, &suspects)
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

/// A guest has a computer that this tenant does not manage. App controls are not for guests, so a
/// phone is left out.
fn stranger(examination: &Examination<'_>, trust: InboundTrust) -> Actor {
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
    outside(examination, examination.reached(vec![computer]))
}

/// A guest with an account here has what people here have; where nobody says what that is, nothing
/// that a device control asks for is missing.
fn colleague(examination: &Examination<'_>) -> Actor {
    let populations = &examination.config.populations;
    let settings = populations.iter().flat_map(|population| &population.devices);
    let mut devices: Vec<Device> = settings.map(|it| examination.premises().device(it)).collect();
    if *populations == Population::usual() {
        for device in devices.iter_mut().filter(|device| device.state.is_compliant()) {
            device.state = DeviceState::CompliantAndHybridJoined;
        }
    }
    devices.dedup();
    outside(examination, devices)
}

fn outside(examination: &Examination<'_>, devices: Vec<Device>) -> Actor {
    Actor { devices, networks: examination.premises().networks_of_guests(), intent: Acting::Person }
}
