//! The way from an invitation to enforcement, group by group.

use askama::Template;

use super::form::{Button, Control, Fault, Field, FieldSet, Form};
use super::home::Readiness;
use super::methods::Switch;
use super::table::{Cell, Table};
use super::{Center, Desk, center};
use crate::fields::admin as fields;
use crate::pages::Page;
use crate::paths::admin as paths;

/// `/admin/rollout`.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/rollout.html")]
pub struct Rollout {
    /// What surrounds the page.
    pub desk: Desk,
    /// Where the rollout stands.
    pub stage: Stage,
    /// How many of a hundred people are ready.
    pub ready_percent: usize,
    /// The registration campaign.
    pub campaign: Campaign,
    /// The groups.
    pub groups: Vec<GroupReady>,
    /// Policies that could be turned on: ids, names, and why not yet; empty where it can.
    pub policies: Vec<(String, String, String)>,
}

/// Where a rollout stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Nothing is asked of anybody; methods are being set up.
    Prepare,
    /// People are invited to add a passkey.
    Invite,
    /// Policies are report-only.
    Rehearse,
    /// Policies are on.
    Enforce,
}

impl Stage {
    /// All of them, in order.
    pub const ALL: [Self; 4] = [Self::Prepare, Self::Invite, Self::Rehearse, Self::Enforce];

    fn text(self) -> &'static str {
        match self {
            Self::Prepare => "Prepare",
            Self::Invite => "Invite",
            Self::Rehearse => "Rehearse (report-only)",
            Self::Enforce => "Enforce",
        }
    }
}

/// The registration campaign, as it is typed.
#[derive(Debug, Clone)]
pub struct Campaign {
    /// Whether people are asked.
    pub state: Switch,
    /// Days until a person is asked again.
    pub days: String,
    /// How often a person may put it off; empty for as often as they want.
    pub snoozes: String,
    /// Groups that are asked, one on a line; empty for everybody.
    pub groups: String,
    /// The version that the form was made of.
    pub version: String,
    /// Fields and what is wrong with them.
    pub wrong: Vec<(&'static str, String)>,
}

/// How ready a group is.
#[derive(Debug, Clone)]
pub struct GroupReady {
    /// The group's id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its people.
    pub readiness: Readiness,
}

center!(
    Rollout,
    Methods,
    |_| "Rollout".to_owned(),
    fn faults(&self) -> Vec<Fault> {
        self.form().faults()
    }
);

impl Rollout {
    fn form(&self) -> Form {
        let it = &self.campaign;
        let number =
            |value: &str, least, most| Control::Number { value: value.to_owned(), least, most };
        let states = [(Switch::On.word(), "On"), (Switch::Off.word(), "Off")];
        let lines = Control::Lines { value: it.groups.clone(), rows: 3 };
        let list = vec![
            Field::select(fields::STATE, "Ask people to add a passkey", (&states, it.state.word())),
            Field::new("days", "Ask again after so many days", number(&it.days, 0, 14)),
            Field::new("snoozes", "May be put off so often", number(&it.snoozes, 0, 3))
                .hint("0: as often as they want. 3: then it has to be done."),
            Field::new("groups", "Groups", lines).hint("One on a line. Empty means everybody."),
        ];
        let mark = |field: Field| match it.wrong.iter().find(|(name, _)| *name == field.name) {
            Some((_, text)) => field.fault(text.clone()),
            None => field,
        };
        Form::new(paths::ROLLOUT, &self.desk.frame)
            .hidden(fields::VERSION, it.version.clone())
            .with(FieldSet::new("", list.into_iter().map(mark).collect()))
            .button(Button::first("save", "Save the campaign"))
    }

    fn table(&self) -> Table {
        let row = |it: &GroupReady| {
            vec![
                Cell::link(it.name.clone(), paths::one(paths::GROUPS, &it.id)),
                Cell::number(it.readiness.all()),
                Cell::number(it.readiness.ready),
                Cell::number(it.readiness.alone),
                Cell::number(it.readiness.help),
                Cell::number(it.readiness.trapped),
            ]
        };
        Table {
            caption: "Groups and how ready they are".to_owned(),
            head: vec!["Group", "People", "Ready", "Alone", "Help", "Trapped"],
            rows: self.groups.iter().map(row).collect(),
            empty: "No group is named by a policy or by the campaign.".to_owned(),
        }
    }

    fn enforce(&self) -> Vec<Form> {
        let form = |(id, name, why): &(String, String, String)| {
            let button = Button::new("on", format!("Turn on {name}"));
            let button = if why.is_empty() { button } else { button.shut(why.clone()) };
            Form::new(paths::of(paths::POLICIES, id, "on"), &self.desk.frame).button(button)
        };
        self.policies.iter().map(form).collect()
    }
}
