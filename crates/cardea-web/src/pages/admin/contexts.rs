//! Authentication contexts: what apps ask for by a short id, and policies are for.

use askama::Template;

use super::building::marked;
use super::chip::{Chip, Tone};
use super::form::{Button, Choice, Control, Fault, Field, FieldSet, Form};
use super::methods::Switch;
use super::parts::Forms;
use super::table::{Action, Cell, Facts, Listing, Table};
use super::{Center, Desk, center};
use crate::fields::admin as fields;
use crate::pages::Page;
use crate::paths::admin as paths;

/// `/admin/contexts`.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/list.html")]
pub struct Contexts {
    /// What surrounds the page.
    pub desk: Desk,
    /// The contexts, by their numbers.
    pub rows: Vec<ContextRow>,
}

/// A context in the list.
#[derive(Debug, Clone)]
pub struct ContextRow {
    /// Its id, `c1` to `c99`.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What it is for.
    pub about: String,
    /// Whether apps may ask for it.
    pub published: Switch,
    /// The policies that are for it.
    pub policies: Vec<String>,
}

center!(Contexts, Policies, |_| "Authentication contexts".to_owned());

fn state(published: Switch) -> Chip {
    let text = match published {
        Switch::On => "published to apps",
        Switch::Off => "not published",
    };
    Chip::new(Tone::Plain, text)
}

impl Listing for Contexts {
    fn lead(&self) -> String {
        "An app asks for a context where it needs more, as for one page or one action. A policy for the \
         context says what more is."
            .to_owned()
    }

    fn actions(&self) -> Vec<Action> {
        vec![Action::first("New context", paths::one(paths::CONTEXTS, "new"))]
    }

    fn table(&self) -> Table {
        let row = |it: &ContextRow| {
            let policies = if it.policies.is_empty() {
                Cell::Chip(Chip::new(Tone::Weak, "no policy: it asks for nothing"))
            } else {
                Cell::text(it.policies.join(", "))
            };
            vec![
                Cell::link(it.name.clone(), paths::one(paths::CONTEXTS, &it.id)),
                Cell::Code(it.id.clone()),
                Cell::text(it.about.clone()),
                Cell::Chip(state(it.published)),
                policies,
            ]
        };
        Table {
            caption: "Authentication contexts by id".to_owned(),
            head: vec!["Name", "Id", "What for", "State", "Policies"],
            rows: self.rows.iter().map(row).collect(),
            empty: "No contexts yet. Make one, then a policy for it.".to_owned(),
        }
    }
}

/// `/admin/contexts/{id}` and `/admin/contexts/new`.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/form_page.html")]
pub struct ContextEditor {
    /// What surrounds the page.
    pub desk: Desk,
    /// Its id; empty for a new one.
    pub id: String,
    /// The id that a new one gets.
    pub wanted: String,
    /// Its name.
    pub name: String,
    /// What it is for.
    pub about: String,
    /// Whether apps may ask for it.
    pub published: Switch,
    /// The policies that are for it.
    pub policies: Vec<String>,
    /// The version that the form was made of.
    pub version: String,
    /// Who may change it, where the reader may not.
    pub read_only: Option<String>,
    /// Fields and what is wrong with them.
    pub wrong: Vec<(String, String)>,
}

center!(
    ContextEditor,
    Policies,
    |page| if page.id.is_empty() { "New context".to_owned() } else { page.name.clone() },
    fn faults(&self) -> Vec<Fault> {
        self.form().faults()
    }
);

impl Forms for ContextEditor {
    fn lead(&self) -> String {
        self.read_only.clone().unwrap_or_default()
    }

    fn facts(&self) -> Option<Facts> {
        if self.id.is_empty() {
            return None;
        }
        let mut facts = vec![
            ("Id", Cell::Code(self.id.clone())),
            ("Policies", Cell::text(self.policies.join(", "))),
        ];
        if self.read_only.is_some() {
            facts.push(("What for", Cell::text(self.about.clone())));
            facts.push(("State", Cell::Chip(state(self.published))));
        }
        Some(Facts(facts))
    }

    fn form(&self) -> Form {
        let action = if self.id.is_empty() { "new" } else { &self.id };
        let form = Form::new(paths::one(paths::CONTEXTS, action), &self.desk.frame);
        if self.read_only.is_some() {
            return form;
        }
        let available = "Published: apps may ask for it";
        let available = Choice::among(Switch::On.word(), available, &[self.published.word()]);
        let mut list = vec![
            Field::line(fields::NAME, "Name", self.name.clone()),
            Field::line("about", "What for", self.about.clone()),
            Field::new("available", "State", Control::Checks(vec![available])),
        ];
        if self.id.is_empty() {
            let id = Field::line("id", "Id", self.wanted.clone());
            list.insert(0, id.hint("c1 to c99. Apps ask for it by this id, and it stays."));
        }
        form.hidden(fields::VERSION, self.version.clone())
            .with(FieldSet::new("", marked(list, &self.wrong)))
            .button(Button::first("save", "Prove and save"))
    }

    fn links(&self) -> Vec<Action> {
        vec![Action::new("All contexts", paths::CONTEXTS)]
    }
}
