//! How people may sign in: the methods policy, passkey profiles, strengths and named locations.

use askama::Template;

use super::chip::{Chip, Tone};
use super::form::{Button, Choice, Control, Fault, Field, FieldSet, Form};
use super::parts::Forms;
use super::table::{Action, Cell, Listing, Table};
use super::{Center, Desk, center};
use crate::fields::admin as fields;
use crate::pages::Page;
use crate::paths::admin as paths;

/// `/admin/methods`.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/list.html")]
pub struct Methods {
    /// What surrounds the page.
    pub desk: Desk,
    /// The methods.
    pub rows: Vec<MethodRow>,
}

/// A method in the list.
#[derive(Debug, Clone)]
pub struct MethodRow {
    /// Graph's id of its configuration: "Fido2".
    pub id: String,
    /// Its name.
    pub name: String,
    /// Whether it may be used.
    pub state: Switch,
    /// For whom, in words.
    pub targets: String,
    /// What is special about it, in words; may be empty.
    pub about: String,
    /// How many people have it; `None` where that is not counted.
    pub people: Option<usize>,
}

/// Whether something is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Switch {
    /// It is.
    On,
    /// It is not.
    Off,
}

impl Switch {
    /// Graph's word.
    pub fn word(self) -> &'static str {
        match self {
            Self::On => "enabled",
            Self::Off => "disabled",
        }
    }

    fn chip(self) -> Chip {
        let text = match self {
            Self::On => "On",
            Self::Off => "Off",
        };
        Chip::new(Tone::Plain, text)
    }
}

center!(Methods, Methods, |_| "Methods".to_owned());

impl Listing for Methods {
    fn lead(&self) -> String {
        "Which ways to sign in people may register and use. A policy can ask only for what is on here.".to_owned()
    }

    fn actions(&self) -> Vec<Action> {
        vec![
            Action::new("Passkey profiles", paths::METHOD_PASSKEY),
            Action::new("Rollout", paths::ROLLOUT),
        ]
    }

    fn table(&self) -> Table {
        let row = |it: &MethodRow| {
            vec![
                Cell::link(it.name.clone(), paths::one(paths::METHODS, &it.id)),
                Cell::Chip(it.state.chip()),
                Cell::text(it.targets.clone()),
                Cell::text(it.about.clone()),
                it.people.map_or(Cell::None, |it| Cell::text(super::people(it))),
            ]
        };
        Table {
            caption: "Methods".to_owned(),
            head: vec!["Method", "State", "For", "Settings", "Have it"],
            rows: self.rows.iter().map(row).collect(),
            empty: "There is no methods policy. Import it from your tenant.".to_owned(),
        }
    }
}

/// `/admin/methods/{id}`: one method.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/form_page.html")]
pub struct MethodEditor {
    /// What surrounds the page.
    pub desk: Desk,
    /// Graph's id of its configuration.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The version that the form was made of.
    pub version: String,
    /// Whether it may be used.
    pub state: Switch,
    /// Groups for which it is on, one on a line; empty for everybody.
    pub include: String,
    /// Groups for which it is off, one on a line.
    pub exclude: String,
    /// Settings of this method alone.
    pub own: Vec<Field>,
    /// Fields and what is wrong with them.
    pub wrong: Vec<(&'static str, String)>,
}

center!(
    MethodEditor,
    Methods,
    |page| page.name.clone(),
    fn faults(&self) -> Vec<Fault> {
        self.form().faults()
    }
);

impl Forms for MethodEditor {
    fn form(&self) -> Form {
        let lines = |name: &'static str, label: &str, value: &str, hint: &str| {
            let control = Control::Lines { value: value.to_owned(), rows: 3 };
            let found = self.wrong.iter().find(|(it, _)| *it == name);
            let fault = found.map(|(_, text)| text.clone()).unwrap_or_default();
            Field::new(name, label, control).hint(hint).fault(fault)
        };
        let states = [(Switch::On, "On"), (Switch::Off, "Off")]
            .map(|(it, text)| Choice::among(it.word(), text, &[self.state.word()]));
        let mut fields = vec![
            Field::new(fields::STATE, "State", Control::Radio(states.to_vec())),
            lines(
                "include",
                "For these groups",
                &self.include,
                "One on a line. Empty means everybody.",
            ),
            lines("exclude", "Not for these groups", &self.exclude, "One on a line."),
        ];
        fields.extend(self.own.iter().cloned());
        Form::new(paths::one(paths::METHODS, &self.id), &self.desk.frame)
            .hidden(fields::VERSION, self.version.clone())
            .with(FieldSet::new("", fields))
            .button(Button::first("save", "Prove and save"))
    }

    fn links(&self) -> Vec<Action> {
        vec![Action::new("All methods", paths::METHODS)]
    }
}

/// `/admin/methods/passkey`: profiles of passkeys, and which models they allow.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/form_page.html")]
pub struct PasskeyMethod {
    /// What surrounds the page.
    pub desk: Desk,
    /// The version that the form was made of.
    pub version: String,
    /// The profiles.
    pub profiles: Vec<Profile>,
    /// Models that are known: AAGUID and name.
    pub known: Vec<(String, String)>,
    /// Fields and what is wrong with them.
    pub wrong: Vec<(String, String)>,
}

/// A profile of passkeys.
#[derive(Debug, Clone)]
pub struct Profile {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// For whom it counts, in words.
    pub targets: String,
    /// Whether a model has to be proven.
    pub attestation: Switch,
    /// Whether passkeys that a provider syncs are allowed.
    pub synced: Switch,
    /// Which models are allowed.
    pub models: ModelRule,
}

/// Which models a profile allows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ModelRule {
    /// All.
    Any,
    /// Only these AAGUIDs.
    Only(Vec<String>),
    /// All but these AAGUIDs.
    Not(Vec<String>),
}

impl ModelRule {
    /// The word in the form.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Any => "any",
            Self::Only(_) => "allow",
            Self::Not(_) => "block",
        }
    }

    /// The AAGUIDs that it names.
    pub fn aaguids(&self) -> &[String] {
        match self {
            Self::Any => &[],
            Self::Only(list) | Self::Not(list) => list,
        }
    }
}

/// Boxes for the known models, and a field for others. `chosen` are AAGUIDs.
pub(crate) fn model_fields(
    prefix: &str,
    known: &[(String, String)],
    chosen: &[String],
) -> [Field; 2] {
    let boxes = known
        .iter()
        .map(|(id, name)| Choice::among(id.clone(), name.clone(), chosen).hint(id.clone()));
    let others = chosen.iter().filter(|id| known.iter().all(|(known, _)| known != *id));
    let others: Vec<&str> = others.map(String::as_str).collect();
    let lines = Control::Lines { value: others.join("\n"), rows: 2 };
    [
        Field::new(format!("{prefix}models"), "Models", Control::Checks(boxes.collect())),
        Field::new(format!("{prefix}other_models"), "Other models", lines)
            .hint("AAGUIDs, one on a line."),
    ]
}

center!(
    PasskeyMethod,
    Methods,
    |_| "Passkey profiles".to_owned(),
    fn faults(&self) -> Vec<Fault> {
        self.form().faults()
    }
);

impl PasskeyMethod {
    fn set(&self, number: usize, profile: &Profile) -> FieldSet {
        let name = |what: &str| format!("p{number}_{what}");
        let on = |it: Switch| {
            [(Switch::On, "Yes"), (Switch::Off, "No")]
                .map(|(each, text)| Choice::among(each.word(), text, &[it.word()]))
                .to_vec()
        };
        let rules = [
            ("any", "Any model"),
            ("allow", "Only those chosen"),
            ("block", "All but those chosen"),
        ]
        .map(|(word, text)| Choice::among(word, text, &[profile.models.word()]));
        let mut fields = vec![
            Field::new(name("attestation"), "The model has to be proven", Control::Radio(on(profile.attestation)))
                .hint("Then phones cannot add a passkey by scanning a code, and Authenticator adds it itself."),
            Field::new(name("synced"), "Passkeys that a provider syncs", Control::Radio(on(profile.synced))),
            Field::new(name("rule"), "Allowed models", Control::Radio(rules.to_vec())),
        ];
        fields.extend(model_fields(&format!("p{number}_"), &self.known, profile.models.aaguids()));
        let wrong = |field: Field| match self.wrong.iter().find(|(it, _)| *it == field.name) {
            Some((_, text)) => field.fault(text.clone()),
            None => field,
        };
        let fields = fields.into_iter().map(wrong).collect();
        FieldSet::new(profile.name.clone(), fields).hint(format!("For {}.", profile.targets))
    }
}

impl Forms for PasskeyMethod {
    fn lead(&self) -> String {
        "A passkey of a model that no profile allows can be neither added nor used.".to_owned()
    }

    fn form(&self) -> Form {
        let mut form = Form::new(paths::METHOD_PASSKEY, &self.desk.frame)
            .hidden(fields::VERSION, self.version.clone());
        for (at, profile) in self.profiles.iter().enumerate() {
            form = form.hidden(fields::KIND, profile.id.clone()).with(self.set(at + 1, profile));
        }
        form.button(Button::first("save", "Prove and save"))
    }

    fn links(&self) -> Vec<Action> {
        vec![Action::new("All methods", paths::METHODS)]
    }
}
