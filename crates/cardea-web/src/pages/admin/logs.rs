//! Logs: sign-ins and changes.

use askama::Template;

use super::chip::{Chip, Tone};
use super::form::Field;
use super::table::{Cell, Facts, Filter, Listing, Pager, Table};
use super::{Center, Desk, Moment, center};
use crate::pages::{Page, address};
use crate::paths::admin as paths;

/// `/admin/logs/signins`.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/list.html")]
pub struct SignIns {
    /// What surrounds the page.
    pub desk: Desk,
    /// Sign-ins, latest first.
    pub rows: Vec<SignInRow>,
    /// A correlation id that the list is narrowed to; empty for all.
    pub correlation: String,
    /// A person whom the list is narrowed to, as typed; empty for all.
    pub person: String,
    /// The way through the list.
    pub pager: Pager,
}

/// A sign-in in the list.
#[derive(Debug, Clone)]
pub struct SignInRow {
    /// Id of the entry.
    pub id: String,
    /// When it ended.
    pub at: Moment,
    /// Who signed in: name and address.
    pub person: (String, String),
    /// To what.
    pub app: String,
    /// How it ended.
    pub end: SignInEnd,
    /// Network address.
    pub address: String,
}

/// How a sign-in ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignInEnd {
    /// The app got its answer.
    In,
    /// It was stopped.
    Stopped {
        /// The code, without letters: "53003".
        code: String,
    },
    /// The person was sent to do something first.
    Interrupted {
        /// The code.
        code: String,
    },
}

impl SignInEnd {
    /// The mark.
    pub(crate) fn chip(&self) -> Chip {
        match self {
            Self::In => Chip::new(Tone::Plain, "signed in"),
            Self::Stopped { code } => Chip::new(Tone::Bad, code.clone()),
            Self::Interrupted { code } => Chip::new(Tone::Weak, code.clone()),
        }
    }
}

center!(SignIns, Logs, |_| "Sign-ins".to_owned());

impl Listing for SignIns {
    fn filter(&self) -> Option<Filter> {
        let fields = vec![
            Field::line("person", "Person", self.person.clone()),
            Field::line("correlation", "Correlation ID", self.correlation.clone()),
        ];
        Some(Filter { action: paths::SIGN_INS, fields })
    }

    fn table(&self) -> Table {
        let row = |it: &SignInRow| {
            let at =
                Cell::Link { text: it.at.day_and_time(), to: paths::one(paths::SIGN_INS, &it.id) };
            let (name, upn) = &it.person;
            vec![
                at,
                Cell::Two(name.clone(), upn.clone()),
                Cell::text(it.app.clone()),
                Cell::Chip(it.end.chip()),
                Cell::text(it.address.clone()),
            ]
        };
        Table {
            caption: "Sign-ins, latest first".to_owned(),
            head: vec!["When", "Who", "To", "How it ended", "From"],
            rows: self.rows.iter().map(row).collect(),
            empty: "No sign-ins match. Entries are kept for 30 days.".to_owned(),
        }
    }

    fn pager(&self) -> Pager {
        self.pager.clone()
    }
}

/// `/admin/logs/signins/{id}`.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/sign_in_entry.html")]
pub struct SignInEntry {
    /// What surrounds the page.
    pub desk: Desk,
    /// When it ended.
    pub at: Moment,
    /// Who signed in: id, name and address.
    pub person: (String, String, String),
    /// To what.
    pub app: String,
    /// How it ended.
    pub end: SignInEnd,
    /// Why, in words; may be empty.
    pub reason: String,
    /// Correlation id.
    pub correlation: String,
    /// What was shown and asked, step by step.
    pub steps: Vec<EntryStep>,
    /// Which time around the same circle it was; 1 for none.
    pub lap: u32,
    /// What every policy said.
    pub policies: Vec<EntryPolicy>,
    /// What is known of the device, as names and values.
    pub device: Vec<(&'static str, String)>,
    /// The entry as Graph gives it.
    pub json: String,
    /// What If with this sign-in filled in.
    pub replay: String,
    /// The rule that predicted how it ended; empty for none.
    pub predicted: String,
}

/// A step of a sign-in.
#[derive(Debug, Clone)]
pub struct EntryStep {
    /// What happened.
    pub text: String,
    /// Whether it succeeded.
    pub tone: Tone,
}

impl EntryStep {
    fn chip(&self) -> Chip {
        let word = match self.tone {
            Tone::Good | Tone::Plain => "done",
            Tone::Bad => "refused",
            Tone::Weak => "asked",
            Tone::Open => "not decided",
        };
        Chip::new(if self.tone == Tone::Good { Tone::Plain } else { self.tone }, word)
    }
}

/// What a policy said to a sign-in.
#[derive(Debug, Clone)]
pub struct EntryPolicy {
    /// The policy's id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Graph's word for what became of it: "failure", "reportOnlyNotApplied".
    pub result: String,
    /// What it asked for.
    pub asked: String,
}

center!(SignInEntry, Logs, |page| format!("{} to {}", page.person.1, page.app));

impl SignInEntry {
    fn facts(&self) -> Facts {
        let mut facts = vec![
            ("When", Cell::At(self.at)),
            ("How it ended", Cell::Chip(self.end.chip())),
            ("Why", Cell::text(self.reason.clone())),
            ("Correlation ID", Cell::Code(self.correlation.clone())),
            (
                "Person",
                Cell::link(self.person.2.clone(), paths::one(paths::PEOPLE, &self.person.0)),
            ),
        ];
        facts.extend(self.device.iter().map(|(name, value)| (*name, Cell::text(value.clone()))));
        Facts(facts)
    }

    fn table(&self) -> Table {
        let row = |it: &EntryPolicy| {
            vec![
                Cell::link(it.name.clone(), paths::one(paths::POLICIES, &it.id)),
                Cell::text(it.result.clone()),
                Cell::text(it.asked.clone()),
            ]
        };
        Table {
            caption: "What every policy said".to_owned(),
            head: vec!["Policy", "Result", "Asked for"],
            rows: self.policies.iter().map(row).collect(),
            empty: "No policy applied.".to_owned(),
        }
    }

    fn predicted_link(&self) -> String {
        paths::filtered(paths::FINDINGS, &[("rule", &self.predicted)])
    }

    fn replay_link(&self) -> &str {
        address::local(&self.replay)
    }
}

/// `/admin/logs/audit`, and `/admin/logs/provisioning`.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/list.html")]
pub struct Changes {
    /// What surrounds the page.
    pub desk: Desk,
    /// Which changes.
    pub scope: Scope,
    /// Changes, latest first.
    pub rows: Vec<ChangeRow>,
    /// The way through the list.
    pub pager: Pager,
}

/// Which changes a list holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// All of them.
    All,
    /// What apps changed of people and groups by themselves.
    Provisioning,
}

/// A change in the list.
#[derive(Debug, Clone)]
pub struct ChangeRow {
    /// Id of the entry.
    pub id: String,
    /// When.
    pub at: Moment,
    /// Who made it: a person's name, or a command.
    pub actor: String,
    /// What was done.
    pub action: String,
    /// To what.
    pub target: String,
    /// What was proved at the time, in a few words; may be empty.
    pub proof: String,
}

center!(Changes, Logs, |page| match page.scope {
    Scope::All => "Changes".to_owned(),
    Scope::Provisioning => "Provisioning".to_owned(),
});

impl Listing for Changes {
    fn lead(&self) -> String {
        match self.scope {
            Scope::All => {
                "Every change of what decides sign-ins, and every one that the proof refused. Nobody can edit \
                 this log here."
            }
            Scope::Provisioning => {
                "What apps changed of people and groups by themselves: another directory over SCIM, or an app over \
                 Graph without a person. What the proof refused is among it."
            }
        }
        .to_owned()
    }

    fn table(&self) -> Table {
        let row = |it: &ChangeRow| {
            let at =
                Cell::Link { text: it.at.day_and_time(), to: paths::one(paths::AUDIT, &it.id) };
            vec![
                at,
                Cell::text(it.action.clone()),
                Cell::text(it.target.clone()),
                Cell::text(it.actor.clone()),
                Cell::text(it.proof.clone()),
            ]
        };
        Table {
            caption: "Changes, latest first".to_owned(),
            head: vec!["When", "What", "To", "Who", "Proof then"],
            rows: self.rows.iter().map(row).collect(),
            empty: match self.scope {
                Scope::All => "Nothing was changed yet.",
                Scope::Provisioning => {
                    "No app has changed people or groups. Register one for SCIM with `cardea app add`."
                }
            }
            .to_owned(),
        }
    }

    fn pager(&self) -> Pager {
        self.pager.clone()
    }
}

/// `/admin/logs/audit/{id}`.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/audit_entry.html")]
pub struct ChangeEntry {
    /// What surrounds the page.
    pub desk: Desk,
    /// The change.
    pub change: ChangeRow,
    /// What the log keeps of it, as JSON.
    pub json: String,
}

center!(ChangeEntry, Logs, |page| page.change.action.clone());

impl ChangeEntry {
    fn facts(&self) -> Facts {
        let it = &self.change;
        Facts(vec![
            ("When", Cell::At(it.at)),
            ("To", Cell::text(it.target.clone())),
            ("Who", Cell::text(it.actor.clone())),
            ("Proof then", Cell::text(it.proof.clone())),
        ])
    }
}
