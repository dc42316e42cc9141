//! Which pictures a finding gets: one for a wide page, one for a narrow one.

use super::drawing::Drawing;
use super::ladder::{self, Rung};
use super::path::{Stubs, path};
use super::{lanes::lanes, ring::ring};
use crate::report::{Actor, Finding, Outcome};

/// Two pictures of one trace, of which a page shows exactly one.
pub(super) struct Figure {
    pub(super) wide: Drawing,
    pub(super) narrow: Drawing,
}

impl Figure {
    /// The pictures of a finding; none without a trace. `id` is unique on the page.
    ///
    /// A trace that leads back is a loop, an attacker's is a ladder, any other a path.
    pub(super) fn new(finding: &Finding, id: &str) -> Option<Self> {
        let trace = &finding.trace;
        let (wide, narrow) = (format!("{id}-wide"), format!("{id}-narrow"));
        let first = trace.first()?;
        Some(if trace.iter().any(|step| matches!(step.outcome, Outcome::Back(_))) {
            Self { wide: lanes(wide, trace), narrow: ring(narrow, trace) }
        } else if first.actor == Actor::Attacker {
            let start = start(finding.rule);
            Self {
                wide: ladder::wide(wide, trace, start),
                narrow: ladder::narrow(narrow, trace, start),
            }
        } else {
            let tried = &finding.tried;
            Self {
                wide: path(wide, trace, tried, Stubs::Beside),
                narrow: path(narrow, trace, tried, Stubs::Below),
            }
        })
    }

    /// The class whose breakpoint shows the wide picture only where it fits unscaled.
    pub(super) fn class(&self) -> &'static str {
        match self.wide.width {
            ..=400 => "fits-1",
            401..=660 => "fits-2",
            661..=930 => "fits-3",
            931.. => "fits-4",
        }
    }
}

/// Where an attacker begins: with a stolen pass, or with what can be phished.
fn start(rule: &str) -> Rung {
    match rule {
        "wide-pass" => Rung::Bootstrap,
        _ => Rung::Phishable,
    }
}
