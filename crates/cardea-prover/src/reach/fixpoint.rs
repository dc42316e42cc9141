//! The least fixpoint: what can be held and reached at last.
//!
//! Methods only grow along a journey, and the lattice has no negation, so iterating the channels
//! from a start reaches the least fixpoint in few rounds.

use std::collections::BTreeMap;

use cardea_policy::control::Control;
use cardea_policy::lattice::Lattice;
use cardea_tenant::journey::actor::Device;
use cardea_tenant::journey::channel::Channel;
use cardea_tenant::journey::gate::{Demands, Passage, Session};
use cardea_tenant::journey::means::MeansIndex;

use super::terrain::{Approach, Terrain, Try};

/// What people start with.
#[derive(Clone, Debug, PartialEq)]
pub struct Start<T> {
    /// For each of the means, whether it is at hand.
    pub held: Vec<T>,
    /// Whether nothing is registered yet.
    pub unregistered: T,
    /// Whether a one-time pass is at hand, for each kind of session. A one-time pass serves one
    /// session, so a factor for each kind tells the ways apart that need more than one pass.
    pub one_time: OneTime<T>,
}

/// Whether a one-time pass is at hand, for each kind of session.
#[derive(Clone, Debug, PartialEq)]
pub struct OneTime<T> {
    /// In Authenticator.
    pub authenticator: T,
    /// In Security info.
    pub security_info: T,
    /// In the wizard.
    pub wizard: T,
    /// At Windows setup.
    pub windows_setup: T,
    /// When opening a resource.
    pub resource: T,
}

impl<T: Clone> OneTime<T> {
    /// The same for every kind of session.
    pub fn everywhere(truth: &T) -> Self {
        Self {
            authenticator: truth.clone(),
            security_info: truth.clone(),
            wizard: truth.clone(),
            windows_setup: truth.clone(),
            resource: truth.clone(),
        }
    }

    fn of(&self, channel: Channel) -> &T {
        match channel {
            Channel::Authenticator => &self.authenticator,
            Channel::SecurityInfo => &self.security_info,
            Channel::Wizard => &self.wizard,
            Channel::WindowsSetup => &self.windows_setup,
        }
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
    truths: BTreeMap<(usize, Option<Channel>, Passage, Option<Control>), T>,
}

/// Where a session takes place: the device with its number, and the way of registering, if it is
/// one.
struct Spot<'s> {
    device: &'s Device,
    number: usize,
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
        let mut goals = Vec::with_capacity(self.terrain.goals.len());
        for approaches in &self.terrain.goals {
            let mut any = self.lattice.bottom();
            for approach in approaches {
                let spot = Spot {
                    device: approach.situation.device,
                    number: approach.device,
                    channel: None,
                };
                let open = self.passes(&mut shown, &spot, Passage::Plain, &approach.demands);
                any = self.lattice.join(&any, &open);
            }
            goals.push(any);
        }
        Reached { held: shown.held, goals, order }
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
                number: attempt.device,
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
        let key = (spot.number, spot.channel, passage, control.cloned());
        if let Some(known) = shown.truths.get(&key) {
            return known.clone();
        }
        let session = self.bare(&shown.held, spot.device, spot.channel, passage);
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
                self.lattice.join(&strong, &self.start.unregistered)
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
        self.bare(held, attempt.situation.device, Some(attempt.channel), passage)
    }

    /// The session of an approach.
    pub fn at_resource<'s>(
        &'s self,
        held: &'s [L::Truth],
        approach: &Approach<'s>,
    ) -> Session<'s, L> {
        self.bare(held, approach.situation.device, None, approach.gate.passage)
    }

    fn bare<'s>(
        &'s self,
        held: &'s [L::Truth],
        device: &'s Device,
        channel: Option<Channel>,
        passage: Passage,
    ) -> Session<'s, L> {
        let traveller = &self.terrain.traveller;
        let one_time = &self.start.one_time;
        Session {
            lattice: self.lattice,
            book: traveller.book,
            held,
            one_time: channel.map_or(&one_time.resource, |channel| one_time.of(channel)).clone(),
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
