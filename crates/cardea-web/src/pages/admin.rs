//! The admin center: one shell, and a value for each page.
//!
//! What is shown in more than one place is a part with a template of its own: a [`Chip`](chip::Chip), a
//! [`Table`](table::Table), a [`Form`](form::Form), a [`ProofPanel`](proof::ProofPanel). A verdict is one of
//! three, and only a proof is green.

pub mod app_filter;
pub mod apps;
pub mod building;
pub mod chip;
pub mod confirm;
pub mod contexts;
pub mod directory;
pub mod editor;
pub mod findings;
pub mod form;
pub mod home;
pub mod import;
pub mod logs;
pub mod methods;
pub mod newcomer;
pub mod parts;
pub mod person;
pub mod policies;
pub mod proof;
pub mod refusal;
pub mod resume;
pub mod roles;
pub mod rollout;
pub mod settings;
pub mod table;
pub mod temporary;
pub mod terms;
pub mod what_if;

use super::{Frame, Moment, Page};
use crate::pages::admin::form::Fault;
use crate::paths::admin as paths;

/// What surrounds every page of the admin center.
#[derive(Debug, Clone)]
pub struct Desk {
    /// Tenant, account, token and nonce.
    pub frame: Frame,
    /// How the tenant's proof stands.
    pub proof: ProofState,
    /// What was searched for; empty where nothing was.
    pub search: String,
    /// What a post before this page did; empty where there was none.
    pub done: String,
}

/// How the proof of the tenant as it is stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProofState {
    /// It is about the tenant as it is now.
    Current,
    /// The tenant has changed since; another proof is being made.
    Stale,
    /// One is being made.
    Running,
}

impl ProofState {
    fn text(self) -> &'static str {
        match self {
            Self::Current => "Proof: current",
            Self::Stale => "Proof: from before the last change",
            Self::Running => "Proof: being made",
        }
    }

    fn class(self) -> &'static str {
        match self {
            Self::Current => "now",
            Self::Stale | Self::Running => "stale",
        }
    }
}

/// Where in the admin center a page is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names of the seven parts, as the navigation shows them")]
pub enum Part {
    Home,
    People,
    Policies,
    Methods,
    Apps,
    Logs,
    Settings,
}

impl Part {
    /// All of them, in the order of the navigation.
    pub const ALL: [Self; 7] = [
        Self::Home,
        Self::People,
        Self::Policies,
        Self::Methods,
        Self::Apps,
        Self::Logs,
        Self::Settings,
    ];

    /// What the navigation says.
    pub fn name(self) -> &'static str {
        match self {
            Self::Home => "Home",
            Self::People => "People",
            Self::Policies => "Policies",
            Self::Methods => "Methods & rollout",
            Self::Apps => "Apps",
            Self::Logs => "Logs",
            Self::Settings => "Settings",
        }
    }

    /// Its first page.
    pub fn path(self) -> &'static str {
        match self {
            Self::Home => paths::HOME,
            Self::People => paths::PEOPLE,
            Self::Policies => paths::POLICIES,
            Self::Methods => paths::METHODS,
            Self::Apps => paths::APPS,
            Self::Logs => paths::SIGN_INS,
            Self::Settings => paths::SETTINGS,
        }
    }

    /// The key that leads there after `g`.
    pub fn key(self) -> &'static str {
        match self {
            Self::Home => "h",
            Self::People => "e",
            Self::Policies => "p",
            Self::Methods => "m",
            Self::Apps => "a",
            Self::Logs => "l",
            Self::Settings => "s",
        }
    }

    /// The pages of the part that the navigation names below it.
    fn pages(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Home => &[("Findings", paths::FINDINGS), ("What If", paths::WHAT_IF)],
            Self::People => &[
                ("Groups", paths::GROUPS),
                ("Roles", paths::ROLES),
                ("Passes", paths::PASSES),
                ("Exemptions", paths::EXEMPTIONS),
            ],
            Self::Policies => &[
                ("Strengths", paths::STRENGTHS),
                ("Locations", paths::LOCATIONS),
                ("Contexts", paths::CONTEXTS),
                ("Terms of use", paths::TERMS),
                ("Findings", paths::FINDINGS),
                ("What If", paths::WHAT_IF),
            ],
            Self::Methods => &[("Passkeys", paths::METHOD_PASSKEY), ("Rollout", paths::ROLLOUT)],
            Self::Apps => &[("Review & tagging", paths::APPS_REVIEW)],
            Self::Logs => &[
                ("Sign-ins", paths::SIGN_INS),
                ("Changes", paths::AUDIT),
                ("Provisioning", paths::PROVISIONING),
            ],
            Self::Settings => &[
                ("Break-glass", paths::BREAK_GLASS),
                ("Keys", paths::KEYS),
                ("Health", paths::HEALTH),
            ],
        }
    }
}

/// A page of the admin center.
pub trait Center: Page {
    /// What surrounds it.
    fn desk(&self) -> &Desk;

    /// Where it is.
    fn part(&self) -> Part;

    /// What has to be mended in its form; empty where nothing is wrong.
    fn faults(&self) -> Vec<Fault> {
        Vec::new()
    }
}

/// Makes a struct with a field `desk` a page of a part; the rest are methods of [`Center`].
macro_rules! center {
    ($page:ty, $part:ident, $heading:expr $(, $method:item)*) => {
        impl $crate::pages::Page for $page {
            fn frame(&self) -> &$crate::pages::Frame {
                &self.desk.frame
            }

            fn heading(&self) -> String {
                let heading: fn(&Self) -> String = $heading;
                heading(self)
            }

            fn title(&self) -> String {
                let faults = $crate::pages::admin::Center::faults(self);
                let error = if faults.is_empty() { "" } else { "Error: " };
                format!("{error}{}: {}", self.heading(), self.desk.frame.tenant)
            }
        }

        impl $crate::pages::admin::Center for $page {
            fn desk(&self) -> &$crate::pages::admin::Desk {
                &self.desk
            }

            fn part(&self) -> $crate::pages::admin::Part {
                $crate::pages::admin::Part::$part
            }

            $($method)*
        }
    };
}
pub(crate) use center;

/// Makes a part safe to be put into a template: its own template has escaped what is in it.
macro_rules! safe {
    ($($part:ty),+) => {
        $(impl askama::filters::HtmlSafe for $part {})+
    };
}
pub(crate) use safe;

/// "1,208", as people read large numbers.
pub(crate) fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// "1 person", "1,208 people".
pub(crate) fn people(number: usize) -> String {
    counted(number, "person", "people")
}

/// "1 policy", "9 policies".
pub(crate) fn counted(number: usize, one: &str, many: &str) -> String {
    format!("{} {}", grouped(number), if number == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_numbers_are_grouped_by_three() {
        assert_eq!([0, 999, 1_000, 1_234_567].map(grouped), ["0", "999", "1,000", "1,234,567"]);
        assert_eq!((people(1), people(0)), ("1 person".to_owned(), "0 people".to_owned()));
    }

    #[test]
    fn every_part_has_a_key_of_its_own() {
        let keys: std::collections::BTreeSet<_> = Part::ALL.map(Part::key).into();
        assert_eq!(keys.len(), Part::ALL.len());
    }
}
