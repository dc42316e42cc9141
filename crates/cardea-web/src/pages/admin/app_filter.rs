//! A policy for all resources that becomes one for tagged apps.

use askama::Template;

use super::chip::{Chip, Tone};
use super::form::{Button, Field, Form};
use super::proof::ProofPanel;
use super::table::{Cell, Table};
use super::{Center, Desk, center};
use crate::fields::admin as fields;
use crate::pages::Page;
use crate::pages::admin::form::Fault;
use crate::paths::admin as paths;

/// `/admin/apps/review/filter`. What is asked for is in the address.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/app_filter.html")]
pub struct AppFilter {
    /// What surrounds the page.
    pub desk: Desk,
    /// Policies that are for all resources: ids and names.
    pub policies: Vec<(String, String)>,
    /// The values of the tag.
    pub values: Vec<String>,
    /// The policy that is chosen; empty for none.
    pub policy: String,
    /// The value that is chosen; empty for none.
    pub value: String,
    /// What the filter does.
    pub mode: Mode,
    /// What is wrong with what is chosen; empty where nothing is.
    pub wrong: String,
    /// The draft, where one is asked for.
    pub drafted: Option<Drafted>,
    /// Why the reader may not save it, and who may; `None` where they may.
    pub may: Option<String>,
}

/// What a filter does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// The policy is for apps with the tag only.
    Include,
    /// The policy is for all but apps with the tag.
    Exclude,
}

impl Mode {
    /// Graph's word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Include => "include",
            Self::Exclude => "exclude",
        }
    }
}

/// A policy as it would be.
#[derive(Debug, Clone)]
pub struct Drafted {
    /// Its name.
    pub name: String,
    /// The version that the draft was made of.
    pub version: String,
    /// Apps that it would not be for any more.
    pub lost: Vec<Lost>,
    /// The whole draft as Graph's JSON.
    pub json: String,
    /// What is proved of it.
    pub panel: ProofPanel,
}

/// An app that loses cover.
#[derive(Debug, Clone)]
pub struct Lost {
    /// The id that its requests carry.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Sign-ins in the days of the review.
    pub sign_ins: usize,
    /// Policies that cover it still.
    pub covered: Vec<String>,
}

center!(
    AppFilter,
    Apps,
    |_| "From all resources to tagged apps".to_owned(),
    fn faults(&self) -> Vec<Fault> {
        if self.wrong.is_empty() {
            return Vec::new();
        }
        vec![Fault { field: "policy".to_owned(), text: self.wrong.clone() }]
    }
);

impl AppFilter {
    fn fields(&self) -> Vec<Field> {
        let policies = self.policies.iter().map(|(id, name)| (id.as_str(), name.as_str()));
        let policies: Vec<_> = policies.collect();
        let values: Vec<_> = self.values.iter().map(|it| (it.as_str(), it.as_str())).collect();
        let modes = [
            (Mode::Include.word(), "only apps with the tag"),
            (Mode::Exclude.word(), "all apps but those with the tag"),
        ];
        vec![
            Field::select("policy", "Policy for all resources", (&policies, &self.policy))
                .fault(self.wrong.clone()),
            Field::select("value", "Tag", (&values, &self.value)),
            Field::select("mode", "The policy is for", (&modes, self.mode.word())),
        ]
    }

    fn table(drafted: &Drafted) -> Table {
        let row = |it: &Lost| {
            let covered = if it.covered.is_empty() {
                Cell::Chip(Chip::new(Tone::Bad, "nothing"))
            } else {
                Cell::text(it.covered.join(", "))
            };
            vec![
                Cell::link(it.name.clone(), paths::one(paths::APPS, &it.id)),
                Cell::number(it.sign_ins),
                covered,
            ]
        };
        Table {
            caption: format!("Apps that {} would not be for any more", drafted.name),
            head: vec!["App", "Sign-ins", "Still covered by"],
            rows: drafted.lost.iter().map(row).collect(),
            empty: "No app that is known or was used loses cover.".to_owned(),
        }
    }

    /// What becomes of apps that nobody knows yet.
    fn later(&self) -> &'static str {
        match self.mode {
            Mode::Include => "An app that comes later is not covered until it has the tag.",
            Mode::Exclude => "An app that comes later is covered until it has the tag.",
        }
    }

    fn form(&self, drafted: &Drafted) -> Form {
        let form = Form::new(paths::APPS_FILTER, &self.desk.frame)
            .hidden("policy", self.policy.clone())
            .hidden("value", self.value.clone())
            .hidden("mode", self.mode.word())
            .hidden(fields::VERSION, drafted.version.clone());
        let buttons = [
            Button::first("report-only", "Save it, report-only"),
            Button::new("save", "Save it as it is shown"),
        ];
        let shut = |button: Button| match &self.may {
            Some(who) => button.shut(who.clone()),
            None => button,
        };
        buttons.into_iter().fold(form, |form, button| form.button(shut(button)))
    }
}
