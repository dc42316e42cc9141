//! Settings: accounts for emergencies, keys, and whether everything runs.

use askama::Template;

use super::chip::{Chip, Tone};
use super::form::{Button, Control, Fault, Field, FieldSet, Form};
use super::parts::Forms;
use super::table::{Action, Cell, Facts, Listing, Table};
use super::{Center, Desk, Moment, center};
use crate::fields::admin as fields;
use crate::pages::Page;
use crate::paths::admin as paths;

/// `/admin/settings`.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/form_page.html")]
pub struct Settings {
    /// What surrounds the page.
    pub desk: Desk,
    /// The tenant's id.
    pub id: String,
    /// The tenant's display name.
    pub name: String,
    /// The help desk, as people read it.
    pub help_desk: String,
    /// The address of the tenant.
    pub address: String,
    /// The address that the reader is seen with.
    pub seen_from: String,
    /// The tenant's `cardea.toml`.
    pub toml: String,
    /// Fields and what is wrong with them.
    pub wrong: Vec<(&'static str, String)>,
}

center!(
    Settings,
    Settings,
    |_| "Settings".to_owned(),
    fn faults(&self) -> Vec<Fault> {
        self.form().faults()
    }
);

impl Forms for Settings {
    fn facts(&self) -> Option<Facts> {
        Some(Facts(vec![
            ("Tenant ID", Cell::Code(self.id.clone())),
            ("Address", Cell::Code(self.address.clone())),
            ("You are seen as", Cell::Code(self.seen_from.clone())),
        ]))
    }

    fn form(&self) -> Form {
        let mark = |field: Field| match self.wrong.iter().find(|(name, _)| *name == field.name) {
            Some((_, text)) => field.fault(text.clone()),
            None => field,
        };
        let list = vec![
            Field::line(fields::NAME, "Name of the tenant", self.name.clone())
                .hint("On every page that people see."),
            Field::line("help_desk", "Help desk", self.help_desk.clone())
                .hint("A telephone number, or words such as \"room 12\"."),
        ];
        let toml = Field::new("toml", "cardea.toml", Control::Source(self.toml.clone()))
            .hint("What proofs take for granted, and what is accepted.");
        Form::new(paths::SETTINGS, &self.desk.frame)
            .with(FieldSet::new("", list.into_iter().map(mark).collect()))
            .with(FieldSet::new("Proofs", vec![mark(toml)]))
            .button(Button::first("save", "Prove and save"))
    }

    fn links(&self) -> Vec<Action> {
        vec![
            Action::new("Break-glass", paths::BREAK_GLASS),
            Action::new("Keys", paths::KEYS),
            Action::new("Health", paths::HEALTH),
        ]
    }
}

/// `/admin/settings/breakglass`.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/form_page.html")]
pub struct BreakGlass {
    /// What surrounds the page.
    pub desk: Desk,
    /// The accounts.
    pub accounts: Vec<EmergencyAccount>,
    /// What was typed to be declared, one on a line.
    pub typed: String,
    /// What is wrong with it; empty where nothing is.
    pub fault: String,
}

/// An account for emergencies.
#[derive(Debug, Clone)]
pub struct EmergencyAccount {
    /// The person's id.
    pub id: String,
    /// User principal name.
    pub upn: String,
    /// Whether it gets in and can change policies.
    pub works: super::temporary::Worth,
    /// When it last signed in.
    pub used: Option<Moment>,
}

center!(
    BreakGlass,
    Settings,
    |_| "Break-glass".to_owned(),
    fn faults(&self) -> Vec<Fault> {
        self.form().faults()
    }
);

impl Forms for BreakGlass {
    fn lead(&self) -> String {
        "Accounts for the day on which no administrator gets in. A drill is a sign-in with one of them: do it every \
         90 days. If all else fails, stop the server and run cardea recover."
            .to_owned()
    }

    fn form(&self) -> Form {
        let lines = Control::Lines { value: self.typed.clone(), rows: 3 };
        let field = Field::new(fields::MEMBERS, "Accounts", lines)
            .hint("One on a line: a name, an address or an id. These are all of them.")
            .fault(self.fault.clone());
        Form::new(paths::BREAK_GLASS, &self.desk.frame)
            .with(FieldSet::new("", vec![field]))
            .button(Button::first("save", "Prove and save"))
    }

    fn lists(&self) -> Vec<(String, Table)> {
        let row = |it: &EmergencyAccount| {
            let used = it.used.map_or_else(|| Cell::Chip(Chip::new(Tone::Weak, "never")), Cell::At);
            vec![
                Cell::link(it.upn.clone(), paths::one(paths::PEOPLE, &it.id)),
                it.works.cell(),
                used,
            ]
        };
        let table = Table {
            caption: "Declared accounts".to_owned(),
            head: vec!["Account", "Would it open the tenant", "Last sign-in (drill)"],
            rows: self.accounts.iter().map(row).collect(),
            empty: "None is declared. Then nothing is proved about the worst day.".to_owned(),
        };
        vec![("Declared".to_owned(), table)]
    }
}

/// `/admin/settings/keys`.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/list.html")]
pub struct Keys {
    /// What surrounds the page.
    pub desk: Desk,
    /// The keys that sign tokens.
    pub rows: Vec<KeyRow>,
}

/// A key that signs tokens.
#[derive(Debug, Clone)]
pub struct KeyRow {
    /// Its id, as tokens carry it.
    pub id: String,
    /// Its algorithm.
    pub algorithm: String,
    /// Since when it is there.
    pub since: Moment,
    /// What it is for now.
    pub use_now: KeyUse,
}

/// What a key is for now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyUse {
    /// New tokens are signed with it.
    Signs,
    /// Apps know it already; it will sign later.
    Next,
    /// Tokens that it has signed are still good.
    Verifies,
}

center!(Keys, Settings, |_| "Keys".to_owned());

impl Listing for Keys {
    fn table(&self) -> Table {
        let row = |it: &KeyRow| {
            let text = match it.use_now {
                KeyUse::Signs => "signs",
                KeyUse::Next => "signs next",
                KeyUse::Verifies => "is still believed",
            };
            vec![
                Cell::Code(it.id.clone()),
                Cell::text(it.algorithm.clone()),
                Cell::At(it.since),
                Cell::text(text),
            ]
        };
        Table {
            caption: "Keys that sign tokens".to_owned(),
            head: vec!["Key", "Algorithm", "Since", "Now"],
            rows: self.rows.iter().map(row).collect(),
            empty: "There is no key yet. One is made with the first token.".to_owned(),
        }
    }
}

/// `/admin/settings/health`.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/list.html")]
pub struct Health {
    /// What surrounds the page.
    pub desk: Desk,
    /// What was looked at.
    pub rows: Vec<HealthRow>,
}

/// Something that has to run.
#[derive(Debug, Clone)]
pub struct HealthRow {
    /// What.
    pub what: String,
    /// Whether it does.
    pub tone: Tone,
    /// The state in a word or two.
    pub state: String,
    /// More about it; may be empty.
    pub detail: String,
}

center!(Health, Settings, |_| "Health".to_owned());

impl Listing for Health {
    fn table(&self) -> Table {
        let row = |it: &HealthRow| {
            vec![
                Cell::text(it.what.clone()),
                Cell::Chip(Chip::new(it.tone, it.state.clone())),
                Cell::text(it.detail.clone()),
            ]
        };
        Table {
            caption: "What has to run".to_owned(),
            head: vec!["What", "State", "More"],
            rows: self.rows.iter().map(row).collect(),
            empty: "Nothing was looked at.".to_owned(),
        }
    }
}
