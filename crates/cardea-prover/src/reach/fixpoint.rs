//! The least fixpoint: what can be held and reached at last.
//!
//! Methods only grow along a journey, and the lattice has no negation, so iterating the channels
//! from a start reaches the least fixpoint in few rounds.

use std::collections::BTreeMap;

use cardea_policy::lattice::Lattice;
use cardea_tenant::journey::actor::Device;
use cardea_tenant::journey::gate::{Gate, Passage, Session};
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
        let mut held = self.start.held.clone();
        let mut order = Vec::new();
        // Each round makes at least one method truer; a lattice of factor sets has finite height.
        while self.round(&mut held, &mut order) {}
        let goals = self
            .terrain
            .goals
            .iter()
            .map(|approaches| {
                self.lattice.any(approaches.iter().map(|approach| self.approach(&held, approach)))
            })
            .collect();
        Reached { held, goals, order }
    }

    fn round(&self, held: &mut [L::Truth], order: &mut Vec<Made>) -> bool {
        let mut grew = false;
        for (by, attempt) in self.terrain.tries.iter().enumerate() {
            if attempt.makes.iter().all(|m| held.get(m.0) == Some(&self.lattice.top())) {
                continue;
            }
            let open = self.opens(held, attempt);
            if open == self.lattice.bottom() {
                continue;
            }
            for method in &attempt.makes {
                let made = self.lattice.meet(&open, &self.creates(held, attempt, *method));
                let Some(truth) = held.get_mut(method.0) else { continue };
                let truer = self.lattice.join(truth, &made);
                if truer != *truth {
                    *truth = truer;
                    order.push(Made { method: *method, by });
                    grew = true;
                }
            }
        }
        grew
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
            across: traveller.across,
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

/// The gates of a try or approach, for diagnosis.
pub fn gates<'a>(attempt: &'a Try<'_>) -> &'a [Gate] {
    &attempt.gates
}
