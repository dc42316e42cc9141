//! People and groups that are new, one by one or from a table.

use askama::Template;

use super::chip::{Chip, Tone};
use super::form::{Button, Choice, Control, Fault, Field, FieldSet, Form};
use super::parts::Forms;
use super::proof::ProofPanel;
use super::table::{Action, Cell, Table};
use super::{Center, Desk, center};
use crate::fields::admin as fields;
use crate::pages::Page;
use crate::paths::admin as paths;

/// `/admin/people/new`.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/form_page.html")]
pub struct NewPerson {
    /// What surrounds the page.
    pub desk: Desk,
    /// The display name.
    pub name: String,
    /// The name to sign in with.
    pub upn: String,
    /// The domain that names here end with.
    pub domain: String,
    /// The groups that there are: id and name.
    pub groups: Vec<(String, String)>,
    /// The groups that the person comes into, by id.
    pub chosen: Vec<String>,
    /// Fields and what is wrong with them.
    pub wrong: Vec<(String, String)>,
}

center!(
    NewPerson,
    People,
    |_| "New person".to_owned(),
    fn faults(&self) -> Vec<Fault> {
        self.form().faults()
    }
);

impl Forms for NewPerson {
    fn lead(&self) -> String {
        "Nobody needs a password: give a Temporary Access Pass on the next page, and the person adds a passkey with it."
            .to_owned()
    }

    fn form(&self) -> Form {
        let groups = self.groups.iter().map(|(id, name)| Choice::among(id, name, &self.chosen));
        let groups: Vec<Choice> = groups.collect();
        let mut list = vec![
            Field::line(fields::NAME, "Name", self.name.clone()),
            Field::line("upn", "Name to sign in with", self.upn.clone())
                .hint(format!("Such as kim@{}.", self.domain)),
        ];
        if !groups.is_empty() {
            list.push(Field::new(fields::MEMBERS, "Groups", Control::Checks(groups)));
        }
        Form::new(paths::NEW_PERSON, &self.desk.frame)
            .with(FieldSet::new("", marked(list, &self.wrong)))
            .button(Button::first("save", "Prove and create"))
    }

    fn links(&self) -> Vec<Action> {
        vec![Action::new("Create many from a table", paths::PEOPLE_TABLE)]
    }
}

/// `/admin/groups/new`.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/form_page.html")]
pub struct NewGroup {
    /// What surrounds the page.
    pub desk: Desk,
    /// The display name.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// Fields and what is wrong with them.
    pub wrong: Vec<(String, String)>,
}

center!(
    NewGroup,
    People,
    |_| "New group".to_owned(),
    fn faults(&self) -> Vec<Fault> {
        self.form().faults()
    }
);

impl Forms for NewGroup {
    fn form(&self) -> Form {
        let list = vec![
            Field::line(fields::NAME, "Name", self.name.clone()),
            Field::line("description", "What it is for", self.description.clone()),
        ];
        Form::new(paths::NEW_GROUP, &self.desk.frame)
            .with(FieldSet::new("", marked(list, &self.wrong)))
            .button(Button::first("save", "Create"))
    }

    fn links(&self) -> Vec<Action> {
        vec![Action::new("All groups", paths::GROUPS)]
    }
}

/// `/admin/people/table`.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/form_page.html")]
pub struct PeopleTable {
    /// What surrounds the page.
    pub desk: Desk,
    /// What was pasted.
    pub text: String,
    /// What is wrong with it as a whole; empty where nothing is.
    pub fault: String,
}

center!(
    PeopleTable,
    People,
    |_| "People from a table".to_owned(),
    fn faults(&self) -> Vec<Fault> {
        self.form().faults()
    }
);

impl Forms for PeopleTable {
    fn lead(&self) -> String {
        "Paste a table with a line for each person: Entra's template for creating people in bulk, or headings such as displayName and userPrincipalName. Nothing is saved before you have seen what changes."
            .to_owned()
    }

    fn form(&self) -> Form {
        let text = Field::new("table", "Table", Control::Source(self.text.clone()))
            .hint("Commas, semicolons or tabs between the values.")
            .fault(self.fault.clone());
        Form::new(paths::PEOPLE_TABLE, &self.desk.frame)
            .with(FieldSet::new("", vec![text]))
            .button(Button::first("preview", "Show what would change"))
    }
}

/// What a table of people would change.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/import_preview.html")]
pub struct TablePreview {
    /// What surrounds the page.
    pub desk: Desk,
    /// The people: line, name, name to sign in with, and what becomes of them.
    pub people: Vec<Row>,
    /// What is wrong with lines of the table, which are left out.
    pub left: Vec<String>,
    /// The text.
    pub text: String,
    /// What is proved of the tenant with these people.
    pub panel: ProofPanel,
}

/// A line of a table.
#[derive(Debug, Clone)]
pub struct Row {
    /// Its number.
    pub line: u64,
    /// The display name.
    pub name: String,
    /// The name to sign in with.
    pub upn: String,
    /// What becomes of it.
    pub fate: RowFate,
}

/// What becomes of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowFate {
    /// A person is created.
    New,
    /// Somebody has the name already, and stays as they are.
    There,
}

center!(TablePreview, People, |_| "What would change".to_owned());

impl TablePreview {
    fn table(&self) -> Table {
        let row = |it: &Row| {
            let (tone, word) = match it.fate {
                RowFate::New => (Tone::Plain, "new"),
                RowFate::There => (Tone::Weak, "there already, stays"),
            };
            vec![
                Cell::text(it.name.clone()),
                Cell::text(it.upn.clone()),
                Cell::text(format!("line {}", it.line)),
                Cell::Chip(Chip::new(tone, word)),
            ]
        };
        Table {
            caption: "People of the table".to_owned(),
            head: vec!["Name", "Name to sign in with", "Where", "What becomes of them"],
            rows: self.people.iter().map(row).collect(),
            empty: "There is nobody in it who can be created.".to_owned(),
        }
    }

    fn form(&self) -> Form {
        let form =
            Form::new(paths::PEOPLE_TABLE, &self.desk.frame).hidden("table", self.text.clone());
        let form = if self.people.iter().any(|it| it.fate == RowFate::New) {
            form.button(Button::first("save", "Create them"))
        } else {
            form
        };
        form.button(Button::new("edit", "Back to the table"))
    }
}

fn marked(fields: Vec<Field>, wrong: &[(String, String)]) -> Vec<Field> {
    let mark = |field: Field| match wrong.iter().find(|(it, _)| *it == field.name) {
        Some((_, text)) => field.fault(text.clone()),
        None => field,
    };
    fields.into_iter().map(mark).collect()
}
