//! What the cases of a run were like, so that nobody takes a thousand shut doors for a test.

use std::fmt;

use crate::ground::Ground;
use crate::search::Found;

/// Counts of cases.
#[derive(Clone, Debug, Default)]
pub(crate) struct Mix {
    pub(crate) cases: usize,
    /// Some goal is reached.
    pub(crate) open: usize,
    /// Some method can be registered.
    pub(crate) registers: usize,
    /// All goals are reached.
    pub(crate) wide_open: usize,
    pub(crate) states: usize,
}

impl Mix {
    pub(crate) fn add(&mut self, ground: &Ground<'_>, found: &Found) {
        self.cases += 1;
        self.open += usize::from(found.goals.contains(&true));
        self.wide_open += usize::from(!found.goals.contains(&false));
        self.registers +=
            usize::from(found.held.len() > ground.start().held.iter().filter(|h| **h).count());
        self.states += found.states;
    }
}

impl fmt::Display for Mix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} cases: {} reach a goal, {} every goal; {} register something; {} states",
            self.cases, self.open, self.wide_open, self.registers, self.states
        )
    }
}
