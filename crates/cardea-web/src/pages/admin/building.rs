//! What policies are made of and share: strengths and named locations.

use askama::Template;

use super::chip::{Chip, Tone};
use super::form::{Button, Choice, Control, Fault, Field, FieldSet, Form};
use super::methods::model_fields;
use super::parts::Forms;
use super::table::{Action, Cell, Facts, Listing, Table};
use super::{Center, Desk, center};
use crate::fields::admin as fields;
use crate::pages::Page;
use crate::paths::admin as paths;

/// `/admin/strengths`.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/list.html")]
pub struct Strengths {
    /// What surrounds the page.
    pub desk: Desk,
    /// The strengths, by name.
    pub rows: Vec<StrengthRow>,
}

/// A strength in the list.
#[derive(Debug, Clone)]
pub struct StrengthRow {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Whether it may be edited.
    pub origin: Origin,
    /// The combinations that it accepts, in words.
    pub accepts: Vec<String>,
    /// The policies that ask for it.
    pub policies: Vec<String>,
}

/// Where a strength or a location comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// Every tenant has it, and nobody edits it.
    BuiltIn,
    /// The tenant has made it.
    Own,
}

center!(Strengths, Policies, |_| "Authentication strengths".to_owned());

impl Listing for Strengths {
    fn lead(&self) -> String {
        "A strength is a list of ways to sign in that a policy accepts. Registering a way does not satisfy one."
            .to_owned()
    }

    fn actions(&self) -> Vec<Action> {
        vec![Action::first("New strength", paths::one(paths::STRENGTHS, "new"))]
    }

    fn table(&self) -> Table {
        let row = |it: &StrengthRow| {
            let origin = match it.origin {
                Origin::BuiltIn => "built in",
                Origin::Own => "own",
            };
            vec![
                Cell::link(it.name.clone(), paths::one(paths::STRENGTHS, &it.id)),
                Cell::Chip(Chip::new(Tone::Plain, origin)),
                Cell::Many(it.accepts.iter().map(|way| Cell::text(way.clone())).collect()),
                Cell::text(it.policies.join(", ")),
            ]
        };
        Table {
            caption: "Strengths by name".to_owned(),
            head: vec!["Name", "Origin", "Accepts", "Asked for by"],
            rows: self.rows.iter().map(row).collect(),
            empty: "No strengths here yet.".to_owned(),
        }
    }
}

/// `/admin/strengths/{id}` and `/admin/strengths/new`.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/form_page.html")]
pub struct StrengthEditor {
    /// What surrounds the page.
    pub desk: Desk,
    /// Its id; empty for a new one.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Whether it may be edited.
    pub origin: Origin,
    /// The version that the form was made of.
    pub version: String,
    /// Combinations that there are: Graph's name and words.
    pub combinations: Vec<(String, String)>,
    /// Graph's names of those that it accepts.
    pub accepted: Vec<String>,
    /// Models of passkeys that are known: AAGUID and name.
    pub known: Vec<(String, String)>,
    /// AAGUIDs of the models that it accepts; none for all.
    pub models: Vec<String>,
    /// The policies that ask for it.
    pub policies: Vec<String>,
    /// Fields and what is wrong with them.
    pub wrong: Vec<(String, String)>,
}

center!(
    StrengthEditor,
    Policies,
    |page| if page.id.is_empty() { "New strength".to_owned() } else { page.name.clone() },
    fn faults(&self) -> Vec<Fault> {
        self.form().faults()
    }
);

/// Fields with what is wrong with each.
pub(super) fn marked(fields: Vec<Field>, wrong: &[(String, String)]) -> Vec<Field> {
    let mark = |field: Field| match wrong.iter().find(|(it, _)| *it == field.name) {
        Some((_, text)) => field.fault(text.clone()),
        None => field,
    };
    fields.into_iter().map(mark).collect()
}

impl Forms for StrengthEditor {
    fn lead(&self) -> String {
        match self.origin {
            Origin::BuiltIn => "Every tenant has this strength, and nobody can edit it.".to_owned(),
            Origin::Own => String::new(),
        }
    }

    fn facts(&self) -> Option<Facts> {
        let accepted = self.combinations.iter().filter(|(id, _)| self.accepted.contains(id));
        let accepted: Vec<Cell> = accepted.map(|(_, words)| Cell::text(words.clone())).collect();
        let mut facts = vec![("Asked for by", Cell::text(self.policies.join(", ")))];
        match self.origin {
            Origin::BuiltIn => facts.push(("Accepts", Cell::Many(accepted))),
            Origin::Own => {}
        }
        Some(Facts(facts))
    }

    fn form(&self) -> Form {
        let action = if self.id.is_empty() { "new" } else { &self.id };
        let form = Form::new(paths::one(paths::STRENGTHS, action), &self.desk.frame);
        match self.origin {
            Origin::BuiltIn => return form,
            Origin::Own => {}
        }
        let boxes = self.combinations.iter();
        let boxes =
            boxes.map(|(id, words)| Choice::among(id.clone(), words.clone(), &self.accepted));
        let name = Field::line(fields::NAME, "Name", self.name.clone());
        let boxes = Field::new("combinations", "Accepts", Control::Checks(boxes.collect()));
        let models = model_fields("", &self.known, &self.models).to_vec();
        form.hidden(fields::VERSION, self.version.clone())
            .with(FieldSet::new("", marked(vec![name, boxes], &self.wrong)))
            .with(
                FieldSet::new("Passkeys", marked(models, &self.wrong))
                    .hint("Nothing chosen means any model that the methods policy allows."),
            )
            .button(Button::first("save", "Prove and save"))
    }

    fn links(&self) -> Vec<Action> {
        vec![Action::new("All strengths", paths::STRENGTHS)]
    }
}

/// `/admin/locations`.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/list.html")]
pub struct Locations {
    /// What surrounds the page.
    pub desk: Desk,
    /// The locations, by name.
    pub rows: Vec<LocationRow>,
}

/// A named location in the list.
#[derive(Debug, Clone)]
pub struct LocationRow {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What it is made of: ranges or countries, in words.
    pub holds: String,
    /// Whether it is trusted.
    pub trust: Trust,
    /// The policies that name it.
    pub policies: Vec<String>,
}

/// Whether a network is trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trust {
    /// It counts to "all trusted networks".
    Trusted,
    /// It does not.
    Not,
}

center!(Locations, Policies, |_| "Named locations".to_owned());

impl Listing for Locations {
    fn actions(&self) -> Vec<Action> {
        vec![Action::first("New location", paths::one(paths::LOCATIONS, "new"))]
    }

    fn table(&self) -> Table {
        let row = |it: &LocationRow| {
            let trust = match it.trust {
                Trust::Trusted => "trusted",
                Trust::Not => "not trusted",
            };
            vec![
                Cell::link(it.name.clone(), paths::one(paths::LOCATIONS, &it.id)),
                Cell::text(it.holds.clone()),
                Cell::Chip(Chip::new(Tone::Plain, trust)),
                Cell::text(it.policies.join(", ")),
            ]
        };
        Table {
            caption: "Named locations".to_owned(),
            head: vec!["Name", "Holds", "Trust", "Named by policies"],
            rows: self.rows.iter().map(row).collect(),
            empty: "No named locations yet. A trusted network lets you narrow exemptions."
                .to_owned(),
        }
    }
}

/// `/admin/locations/{id}` and `/admin/locations/new`.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/form_page.html")]
pub struct LocationEditor {
    /// What surrounds the page.
    pub desk: Desk,
    /// Its id; empty for a new one.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The version that the form was made of.
    pub version: String,
    /// What it is made of.
    pub holds: Holds,
    /// What you are seen as now: the reader's own address.
    pub seen_from: String,
    /// Fields and what is wrong with them.
    pub wrong: Vec<(String, String)>,
}

/// What a named location is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Holds {
    /// Networks.
    Ranges {
        /// CIDR ranges, one on a line.
        ranges: String,
        /// Whether it is trusted.
        trust: Trust,
    },
    /// Countries.
    Countries(
        /// Codes of two letters, one on a line.
        String,
    ),
}

center!(
    LocationEditor,
    Policies,
    |page| if page.id.is_empty() { "New location".to_owned() } else { page.name.clone() },
    fn faults(&self) -> Vec<Fault> {
        self.form().faults()
    }
);

impl Forms for LocationEditor {
    fn lead(&self) -> String {
        format!(
            "You are seen as {}. Behind a proxy that is only right where the proxy is named.",
            self.seen_from
        )
    }

    fn form(&self) -> Form {
        let (ranges, countries, kind, trust) = match &self.holds {
            Holds::Ranges { ranges, trust } => (ranges.as_str(), "", "ranges", *trust),
            Holds::Countries(list) => ("", list.as_str(), "countries", Trust::Not),
        };
        let lines = |value: &str| Control::Lines { value: value.to_owned(), rows: 4 };
        let kinds = [("ranges", "Networks"), ("countries", "Countries")]
            .map(|(word, text)| Choice::among(word, text, &[kind]));
        let trusted = if trust == Trust::Trusted { "yes" } else { "" };
        let trusted = vec![Choice::among("yes", "Trusted network", &[trusted])];
        let list = vec![
            Field::line(fields::NAME, "Name", self.name.clone()),
            Field::new(fields::KIND, "Made of", Control::Radio(kinds.to_vec())),
            Field::new("ranges", "Networks", lines(ranges))
                .hint("Such as 203.0.113.0/24, one on a line."),
            Field::new("trust", "Trust", Control::Checks(trusted)),
            Field::new("countries", "Countries", lines(countries))
                .hint("Codes such as DE, one on a line."),
        ];
        let action = if self.id.is_empty() { "new" } else { &self.id };
        Form::new(paths::one(paths::LOCATIONS, action), &self.desk.frame)
            .hidden(fields::VERSION, self.version.clone())
            .with(FieldSet::new("", marked(list, &self.wrong)))
            .button(Button::first("save", "Prove and save"))
    }

    fn links(&self) -> Vec<Action> {
        vec![Action::new("All locations", paths::LOCATIONS)]
    }
}
