//! The least fixpoint: what can be held and reached at last.
//!
//! Methods only grow along a journey, and the lattice has no negation, so iterating the channels
//! from a start reaches the least fixpoint in few rounds.

use std::collections::BTreeMap;

use cardea_policy::control::Control;
use cardea_policy::lattice::Lattice;
use cardea_tenant::journey::actor::Device;
use cardea_tenant::journey::app::App;
use cardea_tenant::journey::channel::Channel;
use cardea_tenant::journey::gate::{Demands, Passage, Session};
use cardea_tenant::journey::means::MeansIndex;
use cardea_tenant::journey::step::Seat;

use super::terrain::{Approach, Terrain, Try};

/// What people start with.
#[derive(Clone, Debug, PartialEq)]
pub struct Start<T> {
    /// For each of the means, whether it is at hand.
    pub held: Vec<T>,
    /// Whether nothing is registered yet.
    pub unregistered: T,
    /// Whether a one-time pass is at hand, session by session.
    pub one_time: OneTime<T>,
}

/// Whether a one-time pass is at hand, session by session. A one-time pass serves one session, so
/// a factor for each session tells the ways apart that need more than one pass.
#[derive(Clone, Debug, PartialEq)]
pub struct OneTime<T> {
    sessions: BTreeMap<Seat, T>,
    elsewhere: T,
}

impl<T: Clone> OneTime<T> {
    /// The same in every session.
    pub fn everywhere(truth: &T) -> Self {
        Self { sessions: BTreeMap::new(), elsewhere: truth.clone() }
    }

    /// The same but for one session.
    #[must_use]
    pub fn but(mut self, seat: Seat, truth: T) -> Self {
        self.sessions.insert(seat, truth);
        self
    }

    /// Whether one is at hand in the session.
    pub fn at(&self, seat: Seat) -> &T {
        self.sessions.get(&seat).unwrap_or(&self.elsewhere)
    }
}

/// The fixpoint.
#[derive(Clone, Debug, PartialEq)]
pub struct Reached<T> {
    /// For each of the means, whether it can be at hand at last.
    pub held: Vec<T>,
    /// For each goal, whether it is reached.
    pub goals: Vec<T>,
    /// How each method was first made, in the order of making. Only steps that added something.
    pub order: Vec<Made>,
}

/// A method made on the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Made {
    /// The method.
    pub method: MeansIndex,
    /// The try, by position in [`Terrain::tries`].
    pub by: usize,
}

/// What is held, and truths that follow from it.
struct Shown<T> {
    held: Vec<T>,
    truths: BTreeMap<(Seat, Passage, Option<Control>), T>,
}

/// Where a session takes place: the device with its number, and the way of registering, if it is
/// one.
struct Spot<'s> {
    device: &'s Device,
    seat: Seat,
    channel: Option<Channel>,
}

/// One fixpoint computation.
#[derive(Debug)]
pub struct Fixpoint<'a, 't, L: Lattice> {
    /// The lattice.
    pub lattice: &'a L,
    /// What can be tried.
    pub terrain: &'a Terrain<'t>,
    /// What people start with.
    pub start: &'a Start<L::Truth>,
}

impl<L: Lattice> Fixpoint<'_, '_, L> {
    /// Closes the start under all channels.
    pub fn reach(&self) -> Reached<L::Truth> {
        let mut shown = Shown { held: self.start.held.clone(), truths: BTreeMap::new() };
        let mut order = Vec::new();
        // Each round makes at least one method truer; a lattice of factor sets has finite height.
        while self.round(&mut shown, &mut order) {}
        let goals = self.opened(&mut shown);
        let goals = goals.into_iter().map(|approaches| self.lattice.any(approaches)).collect();
        Reached { held: shown.held, goals, order }
    }

    /// For each goal, whether each approach opens to what is held.
    pub fn approaches(&self, held: &[L::Truth]) -> Vec<Vec<L::Truth>> {
        self.opened(&mut Shown { held: held.to_vec(), truths: BTreeMap::new() })
    }

    fn opened(&self, shown: &mut Shown<L::Truth>) -> Vec<Vec<L::Truth>> {
        let mut known: BTreeMap<(Seat, &Demands), L::Truth> = BTreeMap::new();
        let mut goals = Vec::with_capacity(self.terrain.goals.len());
        for approaches in &self.terrain.goals {
            let mut opened = Vec::with_capacity(approaches.len());
            for approach in approaches {
                let key = (approach.seat(), &approach.demands);
                if let Some(truth) = known.get(&key) {
                    opened.push(truth.clone());
                    continue;
                }
                let device = approach.situation.device;
                let spot = Spot { device, seat: approach.seat(), channel: None };
                let open = self.passes(shown, &spot, Passage::Plain, &approach.demands);
                known.insert(key, open.clone());
                opened.push(open);
            }
            goals.push(opened);
        }
        goals
    }

    fn round(&self, shown: &mut Shown<L::Truth>, order: &mut Vec<Made>) -> bool {
        let mut grew = false;
        let top = self.lattice.top();
        for (by, attempt) in self.terrain.tries.iter().enumerate() {
            if attempt.makes.iter().all(|m| shown.held.get(m.0) == Some(&top)) {
                continue;
            }
            let spot = Spot {
                device: attempt.situation.device,
                seat: attempt.seat(),
                channel: Some(attempt.channel),
            };
            let mut open = top.clone();
            for (gate, demands) in attempt.gates.iter().zip(&attempt.demands) {
                open = self.lattice.meet(&open, &self.passes(shown, &spot, gate.passage, demands));
                if open == self.lattice.bottom() {
                    break;
                }
            }
            if open == self.lattice.bottom() {
                continue;
            }
            for method in &attempt.makes {
                let made = self.lattice.meet(&open, &self.creation(shown, &spot, *method));
                let Some(truth) = shown.held.get_mut(method.0) else { continue };
                let truer = self.lattice.join(truth, &made);
                if truer != *truth {
                    *truth = truer;
                    shown.truths.clear();
                    order.push(Made { method: *method, by });
                    grew = true;
                }
            }
        }
        grew
    }

    fn passes(
        &self,
        shown: &mut Shown<L::Truth>,
        spot: &Spot<'_>,
        passage: Passage,
        demands: &Demands,
    ) -> L::Truth {
        let met = demands
            .met(self.lattice, &mut |control| self.truth(shown, spot, passage, Some(control)));
        self.lattice.meet(&self.truth(shown, spot, passage, None), &met)
    }

    /// The truth of a control in a session, or of the first factor; computed once until something
    /// new is held.
    fn truth(
        &self,
        shown: &mut Shown<L::Truth>,
        spot: &Spot<'_>,
        passage: Passage,
        control: Option<&Control>,
    ) -> L::Truth {
        let key = (spot.seat, passage, control.cloned());
        if let Some(known) = shown.truths.get(&key) {
            return known.clone();
        }
        let session = self.bare(&shown.held, (spot.seat, spot.device), passage);
        let truth = match control {
            Some(control) => session.book.strengths.control(&session, control),
            None => session.first_factor(),
        };
        shown.truths.insert(key, truth.clone());
        truth
    }

    fn creation(
        &self,
        shown: &mut Shown<L::Truth>,
        spot: &Spot<'_>,
        method: MeansIndex,
    ) -> L::Truth {
        let strong = self.truth(shown, spot, Passage::Plain, Some(&Control::Mfa));
        let found = self.terrain.traveller.book.means.method(method);
        match (spot.channel, found) {
            (Some(channel), Some(found))
                if channel.starts_by_password(self.terrain.traveller.book, found) =>
            {
                let session = self.bare(&shown.held, (spot.seat, spot.device), Passage::Plain);
                let known = channel.known_account(&session);
                let first = self.lattice.meet(&self.start.unregistered, &known);
                self.lattice.join(&strong, &first)
            }
            (Some(_), Some(_)) => strong,
            (None, _) | (_, None) => self.lattice.bottom(),
        }
    }

    /// Whether every leg of a try opens.
    pub fn opens(&self, held: &[L::Truth], attempt: &Try<'_>) -> L::Truth {
        self.lattice.all(
            attempt.gates.iter().map(|gate| gate.opens(&self.session(held, attempt, gate.passage))),
        )
    }

    /// Whether the session of a try is strong enough to create the method.
    pub fn creates(&self, held: &[L::Truth], attempt: &Try<'_>, method: MeansIndex) -> L::Truth {
        let session = self.session(held, attempt, Passage::Plain);
        self.terrain.traveller.book.means.method(method).map_or_else(
            || self.lattice.bottom(),
            |method| attempt.channel.creates(&session, method, &self.start.unregistered),
        )
    }

    /// Whether an approach opens.
    pub fn approach(&self, held: &[L::Truth], approach: &Approach<'_>) -> L::Truth {
        approach.gate.opens(&self.at_resource(held, approach))
    }

    /// Whether a session with what is held meets demands, whoever makes them.
    pub fn meets(
        &self,
        held: &[L::Truth],
        (seat, device): (Seat, &Device),
        demands: &Demands,
    ) -> L::Truth {
        let mut shown = Shown { held: held.to_vec(), truths: BTreeMap::new() };
        let spot = Spot { device, seat, channel: None };
        self.passes(&mut shown, &spot, Passage::Plain, demands)
    }

    /// Whether some way to the method stands open.
    pub fn made(&self, held: &[L::Truth], method: MeansIndex) -> L::Truth {
        let tries = self.terrain.tries.iter().filter(|attempt| attempt.makes.contains(&method));
        self.lattice.any(tries.map(|attempt| {
            let open = self.opens(held, attempt);
            self.lattice.meet(&open, &self.creates(held, attempt, method))
        }))
    }

    /// The session of a try.
    pub fn session<'s>(
        &'s self,
        held: &'s [L::Truth],
        attempt: &Try<'s>,
        passage: Passage,
    ) -> Session<'s, L> {
        self.bare(held, (attempt.seat(), attempt.situation.device), passage)
    }

    /// The session of an approach.
    pub fn at_resource<'s>(
        &'s self,
        held: &'s [L::Truth],
        approach: &Approach<'s>,
    ) -> Session<'s, L> {
        self.bare(held, (approach.seat(), approach.situation.device), approach.gate.passage)
    }

    fn bare<'s>(
        &'s self,
        held: &'s [L::Truth],
        (seat, device): (Seat, &'s Device),
        passage: Passage,
    ) -> Session<'s, L> {
        let traveller = &self.terrain.traveller;
        Session {
            lattice: self.lattice,
            book: traveller.book,
            held,
            one_time: self.start.one_time.at(seat).clone(),
            permissions: traveller.permissions,
            device,
            client: seat.client,
            app: App::Given,
            intent: traveller.intent,
            passage,
        }
    }
}

impl Start<bool> {
    /// Starts with exactly these methods at hand and passes from the help desk, if `passes`.
    pub fn with(means: usize, methods: &[MeansIndex], account: Account) -> Self {
        let mut held = vec![false; means];
        for method in methods {
            if let Some(truth) = held.get_mut(method.0) {
                *truth = true;
            }
        }
        Self {
            held,
            unregistered: account == Account::Unregistered,
            one_time: OneTime::everywhere(&false),
        }
    }
}

pub use cardea_tenant::journey::step::Account;
