//! Graph's JSON: what would change, then the proof, then the import.

use askama::Template;

use super::chip::{Chip, Tone};
use super::form::{Button, Control, Fault, Field, FieldSet, Form};
use super::parts::Forms;
use super::proof::ProofPanel;
use super::table::{Cell, Table};
use super::{Center, Desk, center};
use crate::fields::admin as fields;
use crate::pages::Page;
use crate::paths::admin as paths;

/// `/admin/policies/import`.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/form_page.html")]
pub struct Import {
    /// What surrounds the page.
    pub desk: Desk,
    /// What was typed or pasted.
    pub json: String,
    /// What is wrong with it; empty where nothing is.
    pub fault: String,
}

center!(
    Import,
    Policies,
    |_| "Import Graph JSON".to_owned(),
    fn faults(&self) -> Vec<Fault> {
        self.form().faults()
    }
);

impl Forms for Import {
    fn lead(&self) -> String {
        "One object, a list, or a whole answer of Graph. Nothing is saved before you have seen what changes."
            .to_owned()
    }

    fn form(&self) -> Form {
        let json = Field::new(fields::JSON, "JSON", Control::Source(self.json.clone()))
            .hint("Policies, strengths, named locations, the methods policy, people, groups and apps.")
            .fault(self.fault.clone());
        Form::new(paths::IMPORT, &self.desk.frame)
            .with(FieldSet::new("", vec![json]))
            .button(Button::first("preview", "Show what would change"))
    }
}

/// What an import would change.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/import_preview.html")]
pub struct ImportPreview {
    /// What surrounds the page.
    pub desk: Desk,
    /// The objects.
    pub objects: Vec<Incoming>,
    /// What was in the text and is not taken, each with the reason.
    pub left: Vec<String>,
    /// The text.
    pub json: String,
    /// What is proved of the tenant with the objects.
    pub panel: ProofPanel,
}

/// An object of an import.
#[derive(Debug, Clone)]
pub struct Incoming {
    /// What it is: "policy", "strength".
    pub kind: String,
    /// Its name.
    pub name: String,
    /// What becomes of it.
    pub fate: Fate,
}

/// What becomes of an object of an import.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It is new.
    Added,
    /// It takes the place of one with the same id.
    Replaces,
    /// It is there already, the same.
    Same,
}

center!(ImportPreview, Policies, |_| "What would change".to_owned());

impl ImportPreview {
    fn table(&self) -> Table {
        let row = |it: &Incoming| {
            let (tone, word) = match it.fate {
                Fate::Added => (Tone::Plain, "new"),
                Fate::Replaces => (Tone::Weak, "replaces one"),
                Fate::Same => (Tone::Plain, "the same as now"),
            };
            vec![
                Cell::text(it.name.clone()),
                Cell::text(it.kind.clone()),
                Cell::Chip(Chip::new(tone, word)),
            ]
        };
        Table {
            caption: "Objects of the import".to_owned(),
            head: vec!["Name", "Kind", "What becomes of it"],
            rows: self.objects.iter().map(row).collect(),
            empty: "There is no object in it that can be imported.".to_owned(),
        }
    }

    fn form(&self) -> Form {
        let form =
            Form::new(paths::IMPORT, &self.desk.frame).hidden(fields::JSON, self.json.clone());
        if self.objects.is_empty() {
            return form.button(Button::new("edit", "Back to the text"));
        }
        form.button(Button::first("report-only", "Import, policies as report-only"))
            .button(Button::new("as-it-is", "Import as it is"))
            .button(Button::new("edit", "Back to the text"))
    }
}
