//! Terms of use, and who accepted them.

use askama::Template;

use super::building::marked;
use super::chip::{Chip, Tone};
use super::form::{Button, Choice, Control, Fault, Field, FieldSet, Form};
use super::methods::Switch;
use super::parts::Forms;
use super::table::{Action, Cell, Facts, Listing, Table};
use super::{Center, Desk, Moment, center, people};
use crate::fields::admin as fields;
use crate::pages::Page;
use crate::paths::admin as paths;

/// `/admin/terms`.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/list.html")]
pub struct TermsList {
    /// What surrounds the page.
    pub desk: Desk,
    /// The terms, by name.
    pub rows: Vec<TermsRow>,
}

/// Terms in the list.
#[derive(Debug, Clone)]
pub struct TermsRow {
    /// Their id.
    pub id: String,
    /// Their name.
    pub name: String,
    /// What there is to read.
    pub content: Content,
    /// How many people accepted them.
    pub accepted: usize,
    /// The policies that ask for them.
    pub policies: Vec<String>,
}

/// What there is to read of terms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// A text, with an empty line between its paragraphs.
    Text(String),
    /// A document in PDF of so many bytes.
    Document(usize),
    /// Nothing.
    Missing,
}

impl Content {
    fn chip(&self) -> Chip {
        match self {
            Self::Text(_) => Chip::new(Tone::Plain, "a text"),
            Self::Document(_) => Chip::new(Tone::Plain, "a PDF document"),
            Self::Missing => Chip::new(Tone::Weak, "nothing to read"),
        }
    }
}

center!(TermsList, Policies, |_| "Terms of use".to_owned());

impl Listing for TermsList {
    fn lead(&self) -> String {
        "A policy can ask people to accept terms before they go on.".to_owned()
    }

    fn actions(&self) -> Vec<Action> {
        vec![Action::first("New terms", paths::one(paths::TERMS, "new"))]
    }

    fn table(&self) -> Table {
        let row = |it: &TermsRow| {
            vec![
                Cell::link(it.name.clone(), paths::one(paths::TERMS, &it.id)),
                Cell::Chip(it.content.chip()),
                Cell::text(people(it.accepted)),
                Cell::text(it.policies.join(", ")),
            ]
        };
        Table {
            caption: "Terms of use by name".to_owned(),
            head: vec!["Name", "Content", "Accepted by", "Asked for by"],
            rows: self.rows.iter().map(row).collect(),
            empty: "No terms of use yet. Write some, then a policy that asks for them.".to_owned(),
        }
    }
}

/// `/admin/terms/{id}` and `/admin/terms/new`.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/form_page.html")]
pub struct TermsEditor {
    /// What surrounds the page.
    pub desk: Desk,
    /// Their id; empty for new ones.
    pub id: String,
    /// Their name.
    pub name: String,
    /// What there is to read.
    pub content: Content,
    /// Whether a document has to be opened before it is accepted.
    pub reading: Switch,
    /// The policies that ask for them.
    pub policies: Vec<String>,
    /// Who accepted them, latest first.
    pub accepted: Vec<Accepted>,
    /// How many people those are, listed or not.
    pub total: usize,
    /// The version that the form was made of.
    pub version: String,
    /// Who may change them, where the reader may not.
    pub read_only: Option<String>,
    /// Fields and what is wrong with them.
    pub wrong: Vec<(String, String)>,
}

/// Somebody who accepted terms.
#[derive(Debug, Clone)]
pub struct Accepted {
    /// The person's id.
    pub person: String,
    /// The person's name.
    pub name: String,
    /// When, where that is known.
    pub at: Option<Moment>,
}

center!(
    TermsEditor,
    Policies,
    |page| if page.id.is_empty() { "New terms of use".to_owned() } else { page.name.clone() },
    fn faults(&self) -> Vec<Fault> {
        self.form().faults()
    }
);

impl Forms for TermsEditor {
    fn lead(&self) -> String {
        self.read_only.clone().unwrap_or_default()
    }

    fn facts(&self) -> Option<Facts> {
        if self.id.is_empty() {
            return None;
        }
        let mut facts = vec![
            ("Asked for by", Cell::text(self.policies.join(", "))),
            ("Accepted by", Cell::text(people(self.total))),
            ("Content", Cell::Chip(self.content.chip())),
        ];
        if let (Some(_), Content::Text(text)) = (&self.read_only, &self.content) {
            let paragraphs = text.split("\n\n").map(Cell::text);
            facts.push(("Text", Cell::Many(paragraphs.collect())));
        }
        Some(Facts(facts))
    }

    fn form(&self) -> Form {
        let action = if self.id.is_empty() { "new" } else { &self.id };
        let form = Form::new(paths::one(paths::TERMS, action), &self.desk.frame);
        if self.read_only.is_some() {
            return form;
        }
        let (text, hint) = match &self.content {
            Content::Text(text) => (
                text.clone(),
                "An empty line begins a paragraph. Whoever accepted before is not asked again: write new \
                 terms for that.",
            ),
            Content::Document(_) => (
                String::new(),
                "There is a PDF document. What you write here takes its place; empty keeps it.",
            ),
            Content::Missing => {
                (String::new(), "The tenant does not know what these terms say yet.")
            }
        };
        let first = "A document has to be opened first";
        let first = Choice::among(Switch::On.word(), first, &[self.reading.word()]);
        let list = vec![
            Field::line(fields::NAME, "Name", self.name.clone()).hint("People see it."),
            Field::new("text", "Text", Control::Lines { value: text, rows: 10 }).hint(hint),
            Field::new("read_first", "Reading", Control::Checks(vec![first])),
        ];
        form.hidden(fields::VERSION, self.version.clone())
            .with(FieldSet::new("", marked(list, &self.wrong)))
            .button(Button::first("save", "Prove and save"))
    }

    fn lists(&self) -> Vec<(String, Table)> {
        if self.id.is_empty() {
            return Vec::new();
        }
        let row = |it: &Accepted| {
            vec![
                Cell::link(it.name.clone(), paths::one(paths::PEOPLE, &it.person)),
                it.at.map_or(Cell::None, Cell::At),
            ]
        };
        let table = Table {
            caption: "People who accepted, latest first".to_owned(),
            head: vec!["Person", "When"],
            rows: self.accepted.iter().map(row).collect(),
            empty: "Nobody accepted these terms yet.".to_owned(),
        };
        vec![("Who accepted".to_owned(), table)]
    }

    fn links(&self) -> Vec<Action> {
        vec![Action::new("All terms", paths::TERMS)]
    }
}
