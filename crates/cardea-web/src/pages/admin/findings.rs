//! Findings: the list, one with its picture and fixes, a fix before it is made, and an acceptance.

use askama::Template;
use cardea_check::render::html::view::{FindingView, FixView};
use cardea_check::report::Severity;

use super::chip::{Chip, Tone};
use super::form::{Button, Control, Fault, Field, FieldSet, Form};
use super::parts::Forms as _;
use super::proof::ProofPanel;
use super::table::{Action, Cell, Filter, Listing, Table};
use super::{Center, Desk, Moment, center, people};
use crate::fields::admin as fields;
use crate::pages::{Page, address};
use crate::paths::admin as paths;

/// A finding in a list.
#[derive(Debug, Clone)]
pub struct FindingRow {
    /// Its id.
    pub id: String,
    /// The rule.
    pub rule: String,
    /// How bad it is.
    pub severity: Severity,
    /// One sentence.
    pub message: String,
    /// How many people it concerns, where that is known.
    pub people: Option<usize>,
    /// Names of the policies that it is about.
    pub policies: Vec<String>,
    /// Whether somebody has accepted it.
    pub acceptance: Acceptance,
}

/// Whether a finding is accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Acceptance {
    /// It is open.
    Open,
    /// It is accepted until the end of a day.
    Until {
        /// The day, `YYYY-MM-DD`.
        day: String,
        /// Why.
        reason: String,
    },
}

/// A fix of a draft.
#[derive(Debug, Clone)]
pub struct FixLink {
    /// What it does.
    pub title: String,
    /// What the draft's form posts to see it.
    pub value: String,
}

impl FindingRow {
    /// The mark of how bad it is.
    pub(crate) fn chip(&self) -> Chip {
        Chip::of_finding(self.severity)
    }

    /// Its page.
    pub(crate) fn link(&self) -> String {
        paths::one(paths::FINDINGS, &self.id)
    }
}

/// `/admin/findings`.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/list.html")]
pub struct Findings {
    /// What surrounds the page.
    pub desk: Desk,
    /// The findings, worst first.
    pub rows: Vec<FindingRow>,
    /// The rules that have findings, to narrow the list by.
    pub rules: Vec<String>,
    /// The rule that it is narrowed to; empty for all.
    pub rule: String,
}

center!(Findings, Policies, |_| "Findings".to_owned());

impl Listing for Findings {
    fn lead(&self) -> String {
        "What the proof of the tenant as it is has found. Each was replayed before it got here."
            .to_owned()
    }

    fn filter(&self) -> Option<Filter> {
        let rules = self.rules.iter().map(|rule| (rule.as_str(), rule.as_str()));
        let rules: Vec<_> = [("", "all rules")].into_iter().chain(rules).collect();
        let field = Field::select(fields::RULE, "Rule", (&rules, &self.rule));
        Some(Filter { action: paths::FINDINGS, fields: vec![field] })
    }

    fn table(&self) -> Table {
        let row = |it: &FindingRow| {
            let accepted = match &it.acceptance {
                Acceptance::Open => Cell::None,
                Acceptance::Until { day, reason } => {
                    Cell::Two(format!("until {day}"), reason.clone())
                }
            };
            vec![
                Cell::link(it.message.clone(), it.link()),
                Cell::Chip(it.chip()),
                Cell::text(it.people_text()),
                Cell::text(it.policies.join(", ")),
                Cell::Code(it.rule.clone()),
                accepted,
            ]
        };
        Table {
            caption: "Findings, worst first".to_owned(),
            head: vec!["What", "How bad", "People", "Policies", "Rule", "Accepted"],
            rows: self.rows.iter().map(row).collect(),
            empty: "Nothing was found. She opens what is shut and shuts what is open.".to_owned(),
        }
    }
}

/// `/admin/findings/{id}`.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/finding.html")]
pub struct FindingPage {
    /// What surrounds the page.
    pub desk: Desk,
    /// Its id.
    pub id: String,
    /// What there is to show.
    pub finding: FindingView,
    /// How bad it is.
    pub severity: Severity,
    /// How many of how many people it concerns, where both are known.
    pub people: Option<(usize, usize)>,
    /// What If with the finding's sign-in filled in; empty where it has none.
    pub replay: String,
    /// The whole finding as Markdown.
    pub markdown: String,
    /// Whether somebody has accepted it.
    pub acceptance: Acceptance,
    /// Whether it can be accepted at all.
    pub acceptable: Acceptable,
}

/// Whether a finding can be accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Acceptable {
    /// It can, with a reason and an end.
    Yes,
    /// Nobody would be left who can undo it.
    Never,
}

center!(FindingPage, Policies, |page| page.finding.message.clone());

impl FindingPage {
    fn chip(&self) -> Chip {
        Chip::of_finding(self.severity)
    }

    fn extent(&self) -> String {
        match self.people {
            Some((some, all)) => format!("{} of {}", super::grouped(some), people(all)),
            None => String::new(),
        }
    }

    fn list(&self) -> String {
        paths::filtered(paths::PEOPLE, &[("finding", &self.id)])
    }

    fn csv(&self) -> String {
        paths::of(paths::FINDINGS, &self.id, "people.csv")
    }

    fn fix(&self, number: usize) -> String {
        paths::of(paths::FINDINGS, &self.id, &format!("fix/{number}"))
    }

    fn accept(&self) -> String {
        paths::of(paths::FINDINGS, &self.id, "accept")
    }

    fn replay_link(&self) -> &str {
        address::local(&self.replay)
    }
}

/// `/admin/findings/{id}/fix/{n}`: a fix before it is made.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/fix.html")]
pub struct FixPage {
    /// What surrounds the page.
    pub desk: Desk,
    /// The finding's sentence.
    pub message: String,
    /// What there is to show.
    pub fix: FixView,
    /// Where it is used.
    pub action: String,
    /// What is posted with it: of a draft all its fields.
    pub posted: Vec<(String, String)>,
    /// Goes back without using it.
    pub back: String,
    /// What is proved of the tenant with the fix.
    pub panel: ProofPanel,
}

center!(FixPage, Policies, |page| format!("Fix: {}", page.fix.title));

impl FixPage {
    fn form(&self) -> Form {
        let mut form = Form::new(self.action.clone(), &self.desk.frame);
        form.hidden.clone_from(&self.posted);
        form.button(Button::first("report-only", "Use it, report-only"))
            .button(Button::new("on", "Use it as it is shown"))
    }

    fn back_link(&self) -> &str {
        address::local(&self.back)
    }
}

/// `/admin/findings/{id}/accept`: accepts a finding for a while.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/form_page.html")]
pub struct AcceptPage {
    /// What surrounds the page.
    pub desk: Desk,
    /// The finding's id.
    pub id: String,
    /// The finding's sentence.
    pub message: String,
    /// What was typed.
    pub wish: AcceptWish,
}

/// An acceptance as somebody types it.
#[derive(Debug, Clone, Default)]
pub struct AcceptWish {
    /// Findings of this rule.
    pub rule: String,
    /// Why.
    pub reason: String,
    /// The last day, `YYYY-MM-DD`.
    pub until: String,
    /// The days that may be chosen.
    pub bounds: Option<(Moment, Moment)>,
    /// What is wrong with the reason; empty where nothing is.
    pub reason_fault: String,
    /// What is wrong with the day; empty where nothing is.
    pub until_fault: String,
}

impl AcceptWish {
    /// The fields of the form.
    pub(crate) fn fields(&self) -> FieldSet {
        let until = Control::Day { value: self.until.clone(), bounds: self.bounds };
        let reason = Control::Lines { value: self.reason.clone(), rows: 3 };
        let fields = vec![
            Field::new(fields::REASON, "Why this is all right for now", reason)
                .hint("Kept in the log of changes, with your name.")
                .fault(self.reason_fault.clone()),
            Field::new(fields::UNTIL, "Until the end of", until)
                .hint("At most 90 days from today. Then it is a finding again.")
                .fault(self.until_fault.clone()),
        ];
        FieldSet::new(format!("Accept {}", self.rule), fields)
    }
}

center!(
    AcceptPage,
    Policies,
    |page| format!("Accept for a while: {}", page.message),
    fn faults(&self) -> Vec<Fault> {
        self.form().faults()
    }
);

impl super::parts::Forms for AcceptPage {
    fn form(&self) -> Form {
        Form::new(paths::of(paths::FINDINGS, &self.id, "accept"), &self.desk.frame)
            .hidden(fields::RULE, self.wish.rule.clone())
            .with(self.wish.fields())
            .button(Button::first("accept", "Accept until that day"))
    }

    fn links(&self) -> Vec<Action> {
        vec![Action::new("Back to the finding", paths::one(paths::FINDINGS, &self.id))]
    }
}
