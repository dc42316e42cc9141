//! Readiness: what would happen to people if everything were enforced now.

use askama::Template;

use super::findings::FindingRow;
use super::table::{Cell, Facts};
use super::{Center, Desk, Moment, center, counted, grouped, people};
use crate::pages::Page;
use crate::paths::admin as paths;

/// `/admin`.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/home.html")]
pub struct Home {
    /// What surrounds the page.
    pub desk: Desk,
    /// How many people would get in, and how; `None` where they are too many to ask for each.
    pub readiness: Option<Readiness>,
    /// The worst findings, worst first.
    pub worst: Vec<FindingRow>,
    /// How many findings there are in all.
    pub findings: usize,
    /// People who can sign in and change policies.
    pub administrators: Administrators,
    /// The accounts for emergencies.
    pub break_glass: BreakGlassCard,
    /// Temporary Access Passes that work now or later.
    pub passes: usize,
    /// Exemptions in force.
    pub exemptions: usize,
}

/// Everybody, by what would happen to them if all policies were enforced. The four numbers add up to
/// all people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Readiness {
    /// Get in without registering anything.
    pub ready: usize,
    /// Get in by steps that they can take alone.
    pub alone: usize,
    /// Get in after one act of the help desk.
    pub help: usize,
    /// Have no way in.
    pub trapped: usize,
}

/// One of the four groups of [`Readiness`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "as the fields of `Readiness`")]
pub enum Ready {
    Ready,
    Alone,
    Help,
    Trapped,
}

impl Ready {
    /// All of them, best first.
    pub const ALL: [Self; 4] = [Self::Ready, Self::Alone, Self::Help, Self::Trapped];

    /// The word in addresses.
    pub fn word(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Alone => "alone",
            Self::Help => "help",
            Self::Trapped => "trapped",
        }
    }

    /// Reads the word of an address.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.word() == word)
    }

    /// What it means, after a number of people.
    pub fn text(self) -> &'static str {
        match self {
            Self::Ready => "sign in",
            Self::Alone => "can fix it alone",
            Self::Help => "need the help desk once",
            Self::Trapped => "trapped",
        }
    }

    fn class(self) -> &'static str {
        match self {
            Self::Ready => "ok",
            Self::Alone => "alone",
            Self::Help => "warn",
            Self::Trapped => "bad",
        }
    }

    fn link(self) -> String {
        paths::filtered(paths::PEOPLE, &[("ready", self.word())])
    }
}

impl Readiness {
    /// How many people are in a group.
    pub fn of(self, group: Ready) -> usize {
        match group {
            Ready::Ready => self.ready,
            Ready::Alone => self.alone,
            Ready::Help => self.help,
            Ready::Trapped => self.trapped,
        }
    }

    /// All people.
    pub fn all(self) -> usize {
        Ready::ALL.map(|group| self.of(group)).iter().sum()
    }

    /// The parts of the bar: class, start and width, of a thousand.
    fn shares(self) -> Vec<(&'static str, usize, usize)> {
        let all = self.all().max(1);
        let mut start = 0;
        let mut shares = Vec::new();
        let mut before = 0;
        for group in Ready::ALL {
            before += self.of(group);
            let end = before * 1000 / all;
            shares.push((group.class(), start, end - start));
            start = end;
        }
        shares
    }
}

/// People who can sign in and change policies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Administrators {
    /// So many can, if everything were enforced.
    CanEdit(usize),
    /// That is not decided, for this reason.
    Open(String),
}

/// What is known of the accounts for emergencies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BreakGlassCard {
    /// How many are declared.
    pub accounts: usize,
    /// When one was last used in a drill, and how many days ago; `None` for never.
    pub drilled: Option<(Moment, u32)>,
}

/// After so many days, a drill is due.
pub const DRILL_DAYS: u32 = 90;

impl Home {
    fn facts(&self) -> Facts {
        let administrators = match &self.administrators {
            Administrators::CanEdit(number) => Cell::Text(people(*number)),
            Administrators::Open(why) => Cell::Text(format!("not decided: {why}")),
        };
        let accounts = counted(self.break_glass.accounts, "account", "accounts");
        let glass = match self.break_glass.drilled {
            Some((at, days)) => {
                let due = if days > DRILL_DAYS { "; a drill is due" } else { "" };
                format!("{accounts}, last drill {} ({days} days ago){due}", at.day())
            }
            None => format!("{accounts}, never tried"),
        };
        Facts(vec![
            ("Administrators who can still edit policies", administrators),
            ("Break-glass", Cell::link(glass, paths::BREAK_GLASS)),
            ("Passes live", Cell::link(grouped(self.passes), paths::PASSES)),
            ("Exemptions", Cell::link(grouped(self.exemptions), paths::EXEMPTIONS)),
        ])
    }
}

center!(Home, Home, |_| "If we turned enforcement on now".to_owned());

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_four_numbers_are_everybody_and_the_bar_is_no_wider() {
        let all = Readiness { ready: 912, alone: 251, help: 65, trapped: 12 };
        assert_eq!(all.all(), 1_240);
        let width: usize = all.shares().iter().map(|(.., width)| width).sum();
        assert_eq!(width, 1000);
        assert_eq!(Readiness::default().shares().len(), 4, "nobody is no division by zero");
    }
}
