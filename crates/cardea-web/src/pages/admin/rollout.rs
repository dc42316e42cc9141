//! The way from an invitation to enforcement, group by group.

use askama::Template;

use super::form::{Button, Control, Fault, Field, FieldSet, Form};
use super::home::{Readiness, Ready};
use super::methods::Switch;
use super::table::{Cell, Table};
use super::{Center, Desk, center, grouped};
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
    /// Policies that could be turned on.
    pub policies: Vec<Waiting>,
}

/// A policy that is report-only.
#[derive(Debug, Clone)]
pub struct Waiting {
    /// The policy's id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Why it cannot be turned on for all that it names; empty where it can.
    pub shut: String,
    /// Groups for which alone it can be turned on: ids, names, and why not yet.
    pub groups: Vec<(String, String, String)>,
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
    /// When it will be ready, or why that cannot be said.
    pub forecast: String,
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
            let number = |of: Ready| {
                let filter = [("group", it.id.as_str()), ("ready", of.word())];
                let list = paths::filtered(paths::PEOPLE, &filter);
                Cell::link(grouped(it.readiness.of(of)), list)
            };
            let all = paths::filtered(paths::PEOPLE, &[("group", &it.id)]);
            let mut row = vec![
                Cell::link(it.name.clone(), paths::one(paths::GROUPS, &it.id)),
                Cell::link(grouped(it.readiness.all()), all),
            ];
            row.extend(Ready::ALL.map(number));
            row.push(Cell::text(it.forecast.clone()));
            row
        };
        Table {
            caption: "Groups and how ready they are".to_owned(),
            head: vec!["Group", "People", "Ready", "Alone", "Help", "Trapped", "Forecast"],
            rows: self.groups.iter().map(row).collect(),
            empty: "No group is named by a policy or by the campaign.".to_owned(),
        }
    }

    /// The form that stops asking people, or asks them again, and changes nothing else.
    fn pause(&self) -> Form {
        let button = match self.campaign.state {
            Switch::On => Button::new("pause", "Pause the campaign"),
            Switch::Off => Button::new("resume", "Start the campaign"),
        };
        Form::new(paths::ROLLOUT, &self.desk.frame)
            .hidden(fields::VERSION, self.campaign.version.clone())
            .button(button)
    }
}

impl Waiting {
    /// The forms that enforce it: for each group alone, and for all that it names.
    fn forms(&self, desk: &Desk) -> Vec<Form> {
        let form = |group: &str, text: String, why: &str| {
            let button = Button::new("on", text);
            let button = if why.is_empty() { button } else { button.shut(why) };
            let form = Form::new(paths::of(paths::POLICIES, &self.id, "on"), &desk.frame);
            let form = if group.is_empty() { form } else { form.hidden("group", group) };
            form.button(button)
        };
        let groups = self.groups.iter();
        let groups = groups.map(|(id, name, why)| form(id, format!("Enforce for {name}"), why));
        let all = form("", format!("Turn on {}", self.name), &self.shut);
        groups.chain([all]).collect()
    }
}
