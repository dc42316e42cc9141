//! What the cases of a run were like, so that nobody takes a thousand shut doors for a test.

use std::collections::BTreeMap;
use std::fmt;

use cardea_tenant::journey::actor::Intent;
use cardea_tenant::journey::step::Account;

use crate::draw::{Case, Desk};
use crate::ground::Ground;
use crate::search::Found;

/// Counts of cases, by what is true of them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Mix {
    cases: usize,
    counts: BTreeMap<&'static str, usize>,
}

impl Mix {
    pub(crate) fn add(&mut self, case: &Case, found: &Found) {
        let ground = Ground::new(case);
        let started = ground.start().held.iter().filter(|held| **held).count();
        let open = found.goals.contains(&true);
        let registers = found.held.len() > started;
        self.cases += 1;
        for (what, holds) in [
            ("reach a goal", open),
            ("reach every goal", !found.goals.contains(&false)),
            ("register something", registers),
            ("register something and reach no goal", registers && !open),
            ("have a guest", case.person.guest.is_some()),
            ("have an attacker", case.actor.intent == Intent::Attacker),
            ("have a help desk", case.desk != Desk::Shut),
            ("have nothing registered", case.account == Account::Unregistered),
            ("switch an assumption", !case.assumptions.switched.is_empty()),
            ("have no methods policy", case.tenant.methods.is_none()),
        ] {
            *self.counts.entry(what).or_default() += usize::from(holds);
        }
        *self.counts.entry("states were explored").or_default() += found.states;
    }

    /// How many of a hundred cases reach a goal.
    pub(crate) fn open_percent(&self) -> usize {
        100 * self.counts["reach a goal"] / self.cases
    }
}

impl fmt::Display for Mix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "of {} cases", self.cases)?;
        self.counts.iter().try_for_each(|(what, count)| write!(f, "\n  {count} {what}"))
    }
}
