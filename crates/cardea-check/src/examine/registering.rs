//! Whether people can register what they are meant to register: any method at all, and a passkey
//! in Authenticator on their phone. Asked apart from reaching apps, because a tenant that demands
//! nothing yet may already be unable to prepare its people for the day it does.

use std::collections::{BTreeMap, BTreeSet};

use cardea_policy::conditions::principal::Membership;
use cardea_policy::lattice::Plain;
use cardea_prover::liveness::Creation;
use cardea_prover::reach::fixpoint::{Fixpoint, Reached, Start};
use cardea_prover::reach::terrain::{Ground, Terrain, Try};
use cardea_tenant::journey::actor::Form;
use cardea_tenant::journey::channel::Channel;
use cardea_tenant::journey::means::MeansIndex;
use cardea_tenant::journey::step::Account;
use cardea_tenant::methods::Attests;

use super::Examination;
use super::access::Tried;
use super::case::{Barrier, barriers, everything};
use super::memory::Asked;
use super::minimal::minimal;
use super::trouble::{Search, Where};
use crate::config::Population;

/// People who cannot register what they are meant to.
#[derive(Clone, Debug)]
pub struct Registering {
    /// What they cannot register.
    pub wanted: Wanted,
    /// The classes, by position.
    pub classes: Vec<usize>,
    /// Without people in the input, the smallest combinations of memberships that make them.
    people: Vec<Vec<Membership>>,
    /// The populations, by name.
    pub populations: BTreeSet<String>,
    /// The nearest way.
    pub channel: Channel,
    /// Where it was tried.
    pub spot: Where,
    /// What shuts it. For a passkey in Authenticator, even with every method at hand.
    pub barriers: Vec<Barrier>,
    /// Whether the session would be strong enough to create the method.
    pub creation: Creation,
    /// Whether the method can be had in another way.
    pub otherwise: Otherwise,
}

/// Whether a method can be had in another way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Otherwise {
    /// It can: a computer can have a phone make it.
    Possible,
    /// It cannot.
    Impossible,
}

/// What people are meant to register.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Wanted {
    /// A first method, whichever.
    AnyMethod,
    /// A passkey in Authenticator, inside the app, on the phone that they have.
    PasskeyInAuthenticator,
}

/// Everybody who cannot register. Each thing that shuts the nearest way is told of with everybody
/// whom it stops; those that stop the same people are told of together.
#[derive(Default)]
pub(super) struct Folding(BTreeMap<Key, Registering>);

impl Folding {
    pub(super) fn add(
        &mut self,
        search: &Search<'_, '_>,
        ground: &Ground<'_>,
        tried: &[Tried<'_>],
    ) {
        let population = search.population;
        let stuck = tried.iter().filter(|tried| !everyone_registers(search, tried));
        let mut stuck: Vec<_> = stuck.flat_map(|tried| &tried.people).collect();
        stuck.sort_unstable();
        for (alike, classes) in stuck {
            let terrain = Terrain::new(ground, &alike.who, &alike.permissions);
            let found = shut_out(&terrain, &search.start(alike), population);
            for one in found.into_iter().flat_map(Registering::apart) {
                let known = self.0.entry(one.key()).or_insert(one);
                known.populations.insert(population.name.clone());
                known.classes.extend(*classes);
            }
        }
    }

    pub(super) fn done(self, examination: &Examination<'_>) -> Vec<Registering> {
        let mut together: Vec<Registering> = Vec::new();
        for mut one in self.0.into_values() {
            one.classes.sort_unstable();
            one.classes.dedup();
            one.people = people(examination, &one.classes);
            match together.iter_mut().find(|other| other.is_alike(&one)) {
                Some(known) => {
                    known.barriers.extend(one.barriers);
                    known.classes.extend(one.classes);
                    known.classes.sort_unstable();
                    known.classes.dedup();
                }
                None => together.push(one),
            }
        }
        together
    }
}

/// The smallest combinations of memberships of these classes; with people in the input, they are
/// the people themselves.
fn people(examination: &Examination<'_>, classes: &[usize]) -> Vec<Vec<Membership>> {
    if examination.tenant.directory.is_empty() {
        let combinations = classes.iter().map(|class| examination.memberships(*class));
        let mut least = minimal(&combinations.collect::<Vec<_>>());
        least.sort();
        return least;
    }
    Vec::new()
}

/// What shuts a way.
type Key = (Wanted, Otherwise, Creation, About, Option<Barrier>);

/// What a barrier looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum About {
    /// The app.
    App,
    /// The device.
    Device,
    /// Something else.
    Other,
}

impl About {
    fn of(barrier: &Barrier) -> Self {
        match (barrier.is_about_device(), barrier.is_about_app()) {
            (true, true) => Self::App,
            (true, false) => Self::Device,
            (false, _) => Self::Other,
        }
    }
}

impl Registering {
    /// The same with one barrier each.
    fn apart(self) -> Vec<Self> {
        if self.barriers.is_empty() {
            return vec![self];
        }
        let one = |barrier: &Barrier| Self { barriers: vec![barrier.clone()], ..self.clone() };
        self.barriers.iter().map(one).collect()
    }

    fn about(&self) -> About {
        self.barriers.first().map_or(About::Other, About::of)
    }

    fn key(&self) -> Key {
        let barrier = self.barriers.first().cloned();
        (self.wanted, self.otherwise, self.creation, self.about(), barrier)
    }

    /// Whether others tell of all these people, and of what stops them, already.
    pub fn is_part_of(&self, other: &Self) -> bool {
        let is_less = |people: &Vec<Membership>| {
            other.people.iter().any(|fewer| fewer.iter().all(|one| people.contains(one)))
        };
        self.wanted == other.wanted
            && !self.people.is_empty()
            && self.people.iter().all(is_less)
            && self.barriers.iter().all(|barrier| other.barriers.contains(barrier))
    }

    /// Whether both stop the same people from the same.
    fn is_alike(&self, other: &Self) -> bool {
        let same = |one: &Self| {
            (one.wanted, one.otherwise, one.creation, one.about(), one.barriers.is_empty())
        };
        let people = if self.people.is_empty() {
            self.classes == other.classes
        } else {
            self.people == other.people
        };
        people && same(self) == same(other) && self.populations == other.populations
    }
}

/// Whether all these people can register what they are meant to; asked of the first, because the
/// others fare alike.
fn everyone_registers(search: &Search<'_, '_>, tried: &Tried<'_>) -> bool {
    let Some((first, _)) = tried.people.first() else { return true };
    let (scene, start) = (search.scene(), search.start(first));
    if scene.is_clear(Asked::Registering, &start, &tried.outline) {
        return true;
    }
    let all = shut_out(&tried.terrain, &start, search.population).is_empty();
    if all {
        scene.remember(Asked::Registering, &start, &tried.outline);
    }
    all
}

/// What these people cannot register.
fn shut_out(
    terrain: &Terrain<'_>,
    start: &Start<bool>,
    population: &Population,
) -> Vec<Registering> {
    let fixpoint = Fixpoint { lattice: &Plain, terrain, start };
    let reached = fixpoint.reach();
    let any = any_method(&fixpoint, &reached, population);
    any.into_iter().chain(in_authenticator(terrain, &reached, population)).collect()
}

fn any_method(
    fixpoint: &Fixpoint<'_, '_, Plain>,
    reached: &Reached<bool>,
    population: &Population,
) -> Option<Registering> {
    if population.account == Account::Registered {
        return None;
    }
    if !reached.order.is_empty() {
        return None;
    }
    let tries = fixpoint.terrain.tries.iter();
    let ways = tries.filter(|attempt| attempt.channel != Channel::Wizard);
    let shown = ways.map(|attempt| {
        let creates = |method: &MeansIndex| fixpoint.creates(&reached.held, attempt, *method);
        let creation =
            if attempt.makes.iter().any(creates) { Creation::Strong } else { Creation::TooWeak };
        (shut(fixpoint, &reached.held, attempt), creation, attempt)
    });
    let nearest = shown.min_by_key(|(shut, c, _)| (*c == Creation::TooWeak, shut.len()))?;
    let (barriers, creation, attempt) = nearest;
    Some(registering(Wanted::AnyMethod, attempt, barriers, creation))
}

fn in_authenticator(
    terrain: &Terrain<'_>,
    reached: &Reached<bool>,
    population: &Population,
) -> Option<Registering> {
    let phones = population.devices.iter().filter(|device| device.form == Form::Phone);
    let platforms: Vec<_> = phones.map(|phone| phone.platform).collect();
    let means = &terrain.traveller.book.means;
    let mut passkeys = means.passkeys().filter(|(index, passkey)| {
        passkey.home.authenticator().is_some_and(|platform| platforms.contains(&platform))
            && terrain.traveller.permissions.registrable(*index, Attests::Yes)
    });
    let (wanted, _) = passkeys.next()?;
    let otherwise = if reached.held.get(wanted.0) == Some(&true) {
        Otherwise::Possible
    } else {
        Otherwise::Impossible
    };
    let rich = everything(means.len());
    let fixpoint = Fixpoint { lattice: &Plain, terrain, start: &rich };
    let in_app = |attempt: &&Try<'_>| {
        attempt.channel == Channel::Authenticator && attempt.makes.contains(&wanted)
    };
    let ways = terrain.tries.iter().filter(in_app);
    let nearest = ways
        .map(|attempt| (shut(&fixpoint, &rich.held, attempt), attempt))
        .min_by_key(|(shut, _)| (is_blocked(shut), shut.len()));
    let (mut barriers, attempt) = nearest.filter(|(shut, _)| !shut.is_empty())?;
    // Beside a block nothing else matters.
    if is_blocked(&barriers) {
        barriers.retain(Barrier::blocks);
    }
    let found = registering(Wanted::PasskeyInAuthenticator, attempt, barriers, Creation::Strong);
    Some(Registering { otherwise, ..found })
}

fn is_blocked(shut: &[Barrier]) -> bool {
    shut.iter().any(Barrier::blocks)
}

fn shut(fixpoint: &Fixpoint<'_, '_, Plain>, held: &[bool], attempt: &Try<'_>) -> Vec<Barrier> {
    let mut shut: Vec<Barrier> = attempt
        .gates
        .iter()
        .flat_map(|gate| barriers(gate, &fixpoint.session(held, attempt, gate.passage)))
        .collect();
    shut.sort();
    shut.dedup();
    shut
}

fn registering(
    wanted: Wanted,
    attempt: &Try<'_>,
    barriers: Vec<Barrier>,
    creation: Creation,
) -> Registering {
    Registering {
        wanted,
        classes: Vec::new(),
        people: Vec::new(),
        populations: BTreeSet::new(),
        channel: attempt.channel,
        spot: Where::of(&attempt.situation),
        barriers,
        creation,
        otherwise: Otherwise::Impossible,
    }
}
