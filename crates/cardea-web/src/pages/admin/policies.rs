//! Policies: the list, the history of one, and two people who edited the same one.

use askama::Template;
use cardea_check::report::Answer;

use super::chip::{Chip, Tone};
use super::form::{Button, Field, Form};
use super::table::{Action, Cell, Filter, Listing, Pager, Table};
use super::{Center, Desk, Moment, center, people};
use crate::fields::admin as fields;
use crate::pages::{Page, address};
use crate::paths::admin as paths;

/// Whether a policy is enforced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PolicyState {
    /// It is enforced.
    On,
    /// It is evaluated and asks for nothing.
    ReportOnly,
    /// It is not evaluated.
    Off,
}

impl PolicyState {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::On, Self::ReportOnly, Self::Off];

    /// Graph's word.
    pub fn word(self) -> &'static str {
        match self {
            Self::On => "enabled",
            Self::ReportOnly => "enabledForReportingButNotEnforced",
            Self::Off => "disabled",
        }
    }

    /// Reads Graph's word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.word() == word)
    }

    /// What people read.
    pub fn text(self) -> &'static str {
        match self {
            Self::On => "On",
            Self::ReportOnly => "Report-only",
            Self::Off => "Off",
        }
    }

    /// The mark.
    pub(crate) fn chip(self) -> Chip {
        Chip::new(Tone::Plain, self.text())
    }
}

/// `/admin/policies`.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/list.html")]
pub struct Policies {
    /// What surrounds the page.
    pub desk: Desk,
    /// The policies, by name.
    pub rows: Vec<PolicyRow>,
    /// What the list is narrowed to.
    pub narrowed: Narrowed,
    /// The way through the list.
    pub pager: Pager,
}

/// A policy in the list.
#[derive(Debug, Clone)]
pub struct PolicyRow {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Whether it is enforced.
    pub state: PolicyState,
    /// What it is for: "all resources", "registering a way to sign in".
    pub target: String,
    /// What it asks for: "passkey in Authenticator".
    pub asks: String,
    /// How many people it can hit; `None` where that is not known.
    pub people: Option<usize>,
    /// What is proved of it.
    pub answer: Answer,
    /// Rules of which there are findings about it.
    pub rules: Vec<String>,
}

/// What the list of policies is narrowed to; empty is everything.
#[derive(Debug, Clone, Default)]
pub struct Narrowed {
    /// Words in the name.
    pub words: String,
    /// Graph's word of a state.
    pub state: String,
    /// The JSON word of an answer.
    pub proof: String,
}

impl PolicyRow {
    fn proof(&self) -> Cell {
        let chip = Cell::Chip(Chip::of(self.answer));
        if self.rules.is_empty() {
            return chip;
        }
        let link = |rule: &String| {
            Cell::link(rule.clone(), paths::filtered(paths::FINDINGS, &[(fields::RULE, rule)]))
        };
        Cell::Many([chip].into_iter().chain(self.rules.iter().map(link)).collect())
    }
}

center!(Policies, Policies, |_| "Policies".to_owned());

impl Listing for Policies {
    fn actions(&self) -> Vec<Action> {
        vec![
            Action::first("New policy", paths::NEW_POLICY),
            Action::new("Import Graph JSON", paths::IMPORT),
        ]
    }

    fn filter(&self) -> Option<Filter> {
        let states: Vec<_> = [("", "any state")]
            .into_iter()
            .chain(PolicyState::ALL.map(|it| (it.word(), it.text())))
            .collect();
        let answers = [
            ("", "any proof"),
            ("proved", "proved"),
            ("refuted", "counter-example"),
            ("undecided", "not decided"),
        ];
        let it = &self.narrowed;
        let fields = vec![
            Field::line("name", "Name holds", it.words.clone()),
            Field::select(fields::STATE, "State", (&states, &it.state)),
            Field::select(fields::PROOF, "Proof", (&answers, &it.proof)),
        ];
        Some(Filter { action: paths::POLICIES, fields })
    }

    fn table(&self) -> Table {
        let row = |it: &PolicyRow| {
            vec![
                Cell::link(it.name.clone(), paths::one(paths::POLICIES, &it.id)),
                Cell::Chip(it.state.chip()),
                Cell::text(it.target.clone()),
                Cell::text(it.asks.clone()),
                it.people.map_or(Cell::None, |number| Cell::text(people(number))),
                it.proof(),
            ]
        };
        Table {
            caption: "Policies by name".to_owned(),
            head: vec!["Name", "State", "For", "Asks for", "People", "Proof"],
            rows: self.rows.iter().map(row).collect(),
            empty: "No policies here yet. Import your Entra export, or make a new policy."
                .to_owned(),
        }
    }

    fn pager(&self) -> Pager {
        self.pager.clone()
    }
}

/// `/admin/policies/{id}/history`.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/list.html")]
pub struct History {
    /// What surrounds the page.
    pub desk: Desk,
    /// The policy's id.
    pub id: String,
    /// The policy's name.
    pub name: String,
    /// What happened to it, latest first.
    pub rows: Vec<HistoryRow>,
}

/// Something that happened to a policy.
#[derive(Debug, Clone)]
pub struct HistoryRow {
    /// When.
    pub at: Moment,
    /// Who did it.
    pub actor: String,
    /// What was done.
    pub action: String,
    /// What was proved at the time, in a few words; may be empty.
    pub proof: String,
    /// The log entry.
    pub entry: String,
}

center!(History, Policies, |page| format!("History of {}", page.name));

impl Listing for History {
    fn actions(&self) -> Vec<Action> {
        vec![Action::new("Back to the policy", paths::one(paths::POLICIES, &self.id))]
    }

    fn table(&self) -> Table {
        let row = |it: &HistoryRow| {
            vec![
                Cell::At(it.at),
                Cell::text(it.action.clone()),
                Cell::text(it.actor.clone()),
                Cell::text(it.proof.clone()),
                Cell::link("Open", paths::one(paths::AUDIT, &it.entry)),
            ]
        };
        Table {
            caption: "Changes, latest first".to_owned(),
            head: vec!["When", "What", "Who", "Proof then", "Entry"],
            rows: self.rows.iter().map(row).collect(),
            empty: "The log of changes has nothing about this policy.".to_owned(),
        }
    }
}

/// Somebody else has changed an object since a form was made of it.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/conflict.html")]
pub struct Conflict {
    /// What surrounds the page.
    pub desk: Desk,
    /// Where the object is edited.
    pub editor: String,
    /// The object's name.
    pub name: String,
    /// Who changed it last, and when, as far as the log of changes tells.
    pub by: Option<(String, Moment)>,
    /// How the object is now, as JSON.
    pub theirs: String,
    /// How it would have become, as JSON.
    pub mine: String,
    /// What was posted, with the version that there is now.
    pub posted: Vec<(String, String)>,
    /// What was wanted of it: the value of the button.
    pub wanted: &'static str,
}

center!(Conflict, Policies, |page| format!("Somebody else changed {}", page.name));

impl Conflict {
    fn form(&self) -> Form {
        let mut form = Form::new(self.editor.clone(), &self.desk.frame);
        form.hidden.clone_from(&self.posted);
        form.button(Button::danger(self.wanted, "Save yours over theirs"))
    }

    fn editor_link(&self) -> &str {
        address::local(&self.editor)
    }
}
