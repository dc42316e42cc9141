//! People who cannot get in: for every class and population, the diagnosis of the prover, folded
//! by what stands in the way.

mod cause;
mod describe;
mod intent;
mod search;

use std::collections::{BTreeMap, BTreeSet};

use cardea_policy::place::PolicyIndex;
use cardea_prover::liveness::{Creation, Guard, Trap};
use cardea_tenant::journey::actor::{Form, Situation};
use cardea_tenant::journey::channel::Channel;
use cardea_tenant::journey::means::Method;

use super::case::Barrier;

pub use cause::{Cause, Lack, PassGap, Shut};
pub use intent::Intent;
pub(in crate::examine) use intent::{Elsewhere, KeptOut};
pub use search::start;
pub(in crate::examine) use search::{Alike, Allowed, Search};

/// People who cannot get in.
#[derive(Clone, Debug)]
pub struct Trouble {
    /// The classes, by position; smaller combinations of memberships first.
    pub classes: Vec<usize>,
    /// The populations, by name.
    pub populations: BTreeSet<String>,
    /// What kind of trap it is.
    pub trap: Trap,
    /// Why they cannot get in.
    pub cause: Cause,
    /// Whether they are those who were meant, where blocks keep them out.
    pub intent: Option<Intent>,
    /// A smallest set of policies without which they would get in.
    pub blamed: Vec<PolicyIndex>,
    /// Where the goal was approached most nearly.
    pub spot: Where,
    /// The goal.
    pub goal: String,
    /// Policies whose demand is not met there.
    pub unmet: Vec<PolicyIndex>,
    /// What of these policies is not met; with every method at hand, where no method opens the
    /// goal.
    pub barriers: Vec<Barrier>,
    /// What people hold at last.
    pub held: Vec<Method>,
    /// Methods that would open the goal.
    pub sought: Vec<Missing>,
    /// Whether the people are guests.
    pub people: Kind,
}

/// Whether people are guests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// People of the tenant.
    Members,
    /// Guests and external users.
    Guests,
}

/// A device, a platform and a client, in words.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Where {
    /// The device's name.
    pub device: String,
    /// What it is.
    pub form: Form,
    /// The platform that it claims.
    pub platform: &'static str,
    /// The client.
    pub client: &'static str,
}

/// A method that people lack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// The method.
    pub method: Method,
    /// Whether the methods policy lets these people use it.
    pub usable: Usable,
    /// The nearest way to it.
    pub way: Option<ShutWay>,
}

/// Whether the methods policy lets people use a method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Usable {
    /// It does.
    Yes,
    /// It does not.
    No,
}

/// A way to a method, and what shuts it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShutWay {
    /// The way.
    pub channel: Channel,
    /// Where it was tried.
    pub spot: Where,
    /// Policies whose demand is not met.
    pub unmet: Vec<PolicyIndex>,
    /// What of these policies is not met.
    pub barriers: Vec<Barrier>,
    /// Whether the session would be strong enough to create the method.
    pub creation: Creation,
    /// Whether the way stands open to those who have the method.
    pub guard: Guard,
}

impl Where {
    /// Nowhere in particular.
    pub(crate) fn nowhere() -> Self {
        Self { device: String::new(), form: Form::Computer, platform: "", client: "" }
    }

    pub(crate) fn of(situation: &Situation<'_>) -> Self {
        Self {
            device: situation.device.name.clone(),
            form: situation.device.form,
            platform: situation.platform.text(),
            client: situation.client.text(),
        }
    }
}

/// The troubles of all populations, those that are the same for people as one.
#[derive(Default)]
pub(in crate::examine) struct Folding(BTreeMap<Key, Trouble>);

impl Folding {
    pub(in crate::examine) fn add(&mut self, troubles: Vec<Trouble>) {
        for trouble in troubles {
            let known = self.0.entry(Key::of(&trouble)).or_insert_with(|| trouble.clone());
            known.populations.extend(trouble.populations);
            known.classes.extend(trouble.classes);
            if let (Some(known), Some(more)) = (&mut known.intent, &trouble.intent) {
                known.add(more);
            }
        }
    }

    pub(in crate::examine) fn done(self) -> Vec<Trouble> {
        let mut troubles: Vec<Trouble> = self.0.into_values().collect();
        for trouble in &mut troubles {
            trouble.classes.sort_unstable();
            trouble.classes.dedup();
        }
        troubles.sort_by_key(|trouble| (trouble.classes.first().copied(), trouble.trap));
        troubles
    }
}

/// Troubles that are one and the same for people: the same policies to blame for the same reason.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    cause: Cause,
    intent: Option<Intent>,
    blamed: Vec<PolicyIndex>,
    goal: Option<String>,
}

impl Key {
    fn of(trouble: &Trouble) -> Self {
        // A blamed policy says enough; without one the goal tells troubles apart.
        let goal = trouble.blamed.is_empty().then(|| trouble.goal.clone());
        let intent = trouble.intent.as_ref().map(Intent::kind);
        Self { cause: trouble.cause.clone(), intent, blamed: trouble.blamed.clone(), goal }
    }
}
