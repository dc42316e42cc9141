//! Which pictures a finding gets: one for a wide page, one for a narrow one.

use super::drawing::Drawing;
use super::ladder::{self, Rung};
use super::path::{Stubs, path};
use super::{lanes::lanes, ring::ring};
use crate::report::{Actor, Finding, Outcome};

/// Two pictures of one trace, of which a page shows exactly one.
#[derive(Clone, Debug)]
pub struct Figure {
    pub(super) wide: Drawing,
    pub(super) narrow: Drawing,
}

impl Figure {
    /// The pictures of a finding; none without a trace. `id` is unique on the page.
    ///
    /// A trace that leads back is a loop, an attacker's is a ladder, any other a path.
    pub fn new(finding: &Finding, id: &str) -> Option<Self> {
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

    /// The SVG for a wide page. All text in it is escaped, so it goes into a page as it is; the page brings
    /// the style.
    pub fn wide(&self) -> String {
        self.wide.to_string()
    }

    /// The SVG for a page of 320 CSS pixels and more, likewise.
    pub fn narrow(&self) -> String {
        self.narrow.to_string()
    }

    /// Whether the wide picture marks the place to change.
    pub fn wide_has_hinge(&self) -> bool {
        self.wide.has_hinge()
    }

    /// Whether the narrow picture marks the place to change.
    pub fn narrow_has_hinge(&self) -> bool {
        self.narrow.has_hinge()
    }

    /// The class whose breakpoint shows the wide picture only where it fits unscaled.
    pub fn class(&self) -> &'static str {
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
