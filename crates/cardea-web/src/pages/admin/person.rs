//! A person, as the help desk sees them: could they sign in now, what helps, and what happened before.

use askama::Template;

use super::chip::Chip;
use super::directory::AccountState;
use super::form::{Button, Choice, Control, Fault, Field, FieldSet, Form};
use super::table::{Cell, Facts, Table};
use super::{Center, Desk, Moment, center};
use crate::fields::admin as fields;
use crate::pages::Page;
use crate::paths::admin as paths;
use cardea_check::report::Answer;

/// `/admin/people/{id}`.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/person.html")]
pub struct Person {
    /// What surrounds the page.
    pub desk: Desk,
    /// The person's id.
    pub id: String,
    /// Display name.
    pub name: String,
    /// User principal name.
    pub upn: String,
    /// Department; empty where it is not known.
    pub department: String,
    /// Whether the account may sign in.
    pub account: AccountState,
    /// The last sign-in: its log entry, and how it ended in a few words.
    pub last: Option<(String, String, Moment)>,
    /// Whether the person could sign in now, by device.
    pub now: Vec<Reach>,
    /// What the help desk may do.
    pub desk_work: DeskWork,
    /// What the person is exempt from now, the next to end first.
    pub exempt: Vec<Exempt>,
    /// What was issued just now; shown this once.
    pub issued: Option<Issued>,
    /// The ways to sign in.
    pub methods: Vec<Method>,
    /// Groups: ids and names.
    pub groups: Vec<(String, String)>,
    /// Names of roles.
    pub roles: Vec<String>,
    /// Whether every session of the person may be ended from here, and their account turned off.
    pub sessions: Sessions,
    /// What the help desk did before, latest first.
    pub history: Vec<Past>,
}

/// Whether every session of a person may be ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sessions {
    /// They may.
    CanEnd,
    /// Somebody else has to.
    Kept,
}

/// Whether the person could sign in with a kind of device.
#[derive(Debug, Clone)]
pub struct Reach {
    /// The device: "laptop", "phone".
    pub device: String,
    /// Whether they could.
    pub answer: Answer,
    /// How, or what is in the way.
    pub why: String,
}

/// What the help desk may do for a person.
#[derive(Debug, Clone)]
pub enum DeskWork {
    /// This.
    Allowed(Box<Wish>),
    /// Nothing, for this reason; it says who may.
    Refused(String),
}

/// What the help desk wants to do.
#[derive(Debug, Clone, Default)]
pub struct Wish {
    /// The word of how it was made sure who calls; empty until it is chosen.
    pub identity: String,
    /// `pass` or `exemption`.
    pub remedy: String,
    /// Which of them is recommended, and why.
    pub recommended: (String, String),
    /// Why a pass would be of no use; empty where it would be.
    pub pass_useless: String,
    /// Minutes that a pass lasts.
    pub minutes: String,
    /// The least and the most minutes.
    pub bounds: (u32, u32),
    /// `once` or `many`.
    pub uses: String,
    /// Policies that an exemption can be from: ids and names. Without any, none is offered.
    pub policies: Vec<(String, String)>,
    /// The one that it is from.
    pub policy: String,
    /// Why no exemption is offered, where somebody else could have prepared one; may be empty.
    pub exemption_closed: String,
    /// Hours that an exemption lasts.
    pub hours: String,
    /// What can hold in the policy's place: ids and names of named locations, and [`COMPLIANT`].
    pub locations: Vec<(String, String)>,
    /// The one that does.
    pub location: String,
    /// Fields and what is wrong with them.
    pub wrong: Vec<(&'static str, String)>,
}

/// Something that a person is exempt from.
#[derive(Debug, Clone)]
pub struct Exempt {
    /// Its id.
    pub id: String,
    /// The name of the policy.
    pub policy: String,
    /// What holds in the policy's place: "only from Head office".
    pub control: String,
    /// When it ends.
    pub ends: Moment,
}

/// A pass that was issued just now.
#[derive(Clone)]
pub struct Issued {
    /// The pass.
    pub pass: String,
    /// The same to be read out: "K seven Q M".
    pub spelled: String,
    /// When it ends.
    pub ends: Moment,
    /// What to tell the person.
    pub tell: String,
}

impl std::fmt::Debug for Issued {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Issued").field("ends", &self.ends).finish_non_exhaustive()
    }
}

/// A way to sign in.
#[derive(Debug, Clone)]
pub struct Method {
    /// Its id.
    pub id: String,
    /// Its kind: "Passkey".
    pub kind: String,
    /// Its name.
    pub name: String,
    /// What is known of it: provider, profile.
    pub about: String,
    /// When it was added.
    pub added: Moment,
    /// When it was last used.
    pub used: Option<Moment>,
    /// What would be true without it: "the only way that works".
    pub matters: String,
}

/// Something that the help desk did for the person.
#[derive(Debug, Clone)]
pub struct Past {
    /// When.
    pub at: Moment,
    /// What.
    pub what: String,
    /// Who did it.
    pub actor: String,
    /// What became of it: "used", "missed window".
    pub end: String,
    /// Where it is issued again; empty where there is no reason to.
    pub again: String,
}

/// How it can be made sure who calls.
const IDENTITY: [(&str, &str); 4] = [
    ("called-back", "I called back on the number on file"),
    ("in-person", "They are here, with a badge or another document"),
    ("manager", "Their manager has confirmed it to me"),
    ("video", "On video, compared with the picture on file"),
];
/// The word of the control that is no named location.
pub const COMPLIANT: &str = "compliantDevice";
const HOURS: [(&str, &str); 7] = [
    ("", "—"),
    ("1", "1 hour"),
    ("4", "4 hours"),
    ("8", "8 hours"),
    ("24", "24 hours"),
    ("72", "3 days"),
    ("168", "7 days"),
];
const USES: [(&str, &str); 2] =
    [("once", "Once: spent at the first sign-in"), ("many", "As often as needed until it ends")];

center!(
    Person,
    People,
    |page| page.name.clone(),
    fn faults(&self) -> Vec<Fault> {
        self.form().map_or_else(Vec::new, |form| form.faults())
    }
);

impl Person {
    fn facts(&self) -> Facts {
        let last = match &self.last {
            Some((entry, text, at)) => Cell::Many(vec![
                Cell::link(text.clone(), paths::one(paths::SIGN_INS, entry)),
                Cell::At(*at),
            ]),
            None => Cell::text("none is kept"),
        };
        let groups = self.groups.iter();
        let groups: Vec<_> = groups
            .map(|(id, name)| Cell::link(name.clone(), paths::one(paths::GROUPS, id)))
            .collect();
        Facts(vec![
            (
                "Account",
                Cell::Many(vec![Cell::text(self.upn.clone()), Cell::Chip(self.account.chip())]),
            ),
            ("Department", Cell::text(self.department.clone())),
            ("Last sign-in", last),
            ("Groups", if groups.is_empty() { Cell::None } else { Cell::Many(groups) }),
            ("Roles", Cell::text(self.roles.join(", "))),
        ])
    }

    fn form(&self) -> Option<Form> {
        match &self.desk_work {
            DeskWork::Allowed(wish) => {
                Some(wish.form(&paths::one(paths::PEOPLE, &self.id), &self.desk))
            }
            DeskWork::Refused(_) => None,
        }
    }

    /// The form that ends every session, where there is one.
    fn sign_out(&self) -> Option<Form> {
        let action = paths::of(paths::PEOPLE, &self.id, "sign-out");
        match self.sessions {
            Sessions::CanEnd => Some(
                Form::new(action, &self.desk.frame)
                    .button(Button::danger("yes", "End every session of this person")),
            ),
            Sessions::Kept => None,
        }
    }

    /// The form that turns the account on or off, where there is one. It is proved before it is done.
    fn account_form(&self) -> Option<Form> {
        let action = paths::of(paths::PEOPLE, &self.id, "account");
        let button = match self.account {
            AccountState::Enabled => Button::danger("off", "Turn the account off"),
            AccountState::Disabled => Button::new("on", "Turn the account on"),
        };
        match self.sessions {
            Sessions::CanEnd => Some(Form::new(action, &self.desk.frame).button(button)),
            Sessions::Kept => None,
        }
    }

    fn methods_table(&self) -> Table {
        let row = |it: &Method| {
            let remove = paths::of(paths::PEOPLE, &self.id, "remove");
            let remove = paths::filtered(&remove, &[("method", &it.id)]);
            vec![
                Cell::Two(it.name.clone(), it.about.clone()),
                Cell::text(it.kind.clone()),
                Cell::text(it.added.day()),
                it.used.map_or_else(|| Cell::text("never"), |at| Cell::text(at.day())),
                Cell::text(it.matters.clone()),
                Cell::link("Remove", remove),
            ]
        };
        Table {
            caption: "Ways to sign in".to_owned(),
            head: vec!["Name", "Kind", "Added", "Last used", "Without it", "Change"],
            rows: self.methods.iter().map(row).collect(),
            empty: "None yet. A pass lets the person add the first one.".to_owned(),
        }
    }

    fn history_table(&self) -> Table {
        let row = |it: &Past| {
            vec![
                Cell::At(it.at),
                Cell::text(it.what.clone()),
                Cell::text(it.actor.clone()),
                if it.again.is_empty() {
                    Cell::text(it.end.clone())
                } else {
                    let again = Cell::link("Issue again", it.again.clone());
                    Cell::Many(vec![Cell::text(it.end.clone()), again])
                },
            ]
        };
        Table {
            caption: "What was done before".to_owned(),
            head: vec!["When", "What", "Who", "What became of it"],
            rows: self.history.iter().map(row).collect(),
            empty: "Nothing was issued to this person in the last 90 days.".to_owned(),
        }
    }
}

impl Reach {
    fn chip(&self) -> Chip {
        Chip::of(self.answer)
    }

    fn text(&self) -> &'static str {
        match self.answer {
            Answer::Proved => "yes",
            Answer::Refuted => "no",
            Answer::Undecided => "not decided",
        }
    }

    fn mark(&self) -> Chip {
        Chip { text: self.text().to_owned(), ..self.chip() }
    }
}

impl Wish {
    fn field(&self, field: Field) -> Field {
        match self.wrong.iter().find(|(name, _)| *name == field.name) {
            Some((_, text)) => field.fault(text.clone()),
            None => field,
        }
    }

    fn form(&self, person: &str, desk: &Desk) -> Form {
        let identity = IDENTITY.map(|(word, text)| Choice::among(word, text, &[&self.identity]));
        let identity =
            Field::new(fields::IDENTITY, "How do you know?", Control::Radio(identity.to_vec()));
        let issue = Button::first("issue", "Issue");
        let form = Form::new(format!("{person}/help"), &desk.frame)
            .with(
                FieldSet::new("1. Make sure that it is this person", vec![self.field(identity)])
                    .hint("The log keeps what you choose, with your name."),
            )
            .with(
                FieldSet::new("2. What helps", vec![self.field(self.remedy())])
                    .hint(self.exemption_closed.clone()),
            )
            .with(FieldSet::new("The pass", self.pass()));
        let form = if self.policies.is_empty() {
            form
        } else {
            form.with(FieldSet::new("The exemption", self.exemption()))
        };
        form.button(issue)
    }

    fn remedy(&self) -> Field {
        let hint = |word: &str| {
            let (recommended, why) = &self.recommended;
            if recommended == word { format!("Recommended: {why}") } else { String::new() }
        };
        let pass = if self.pass_useless.is_empty() {
            hint("pass")
        } else {
            format!("Of no use now: {}", self.pass_useless)
        };
        let mut choices =
            vec![Choice::among("pass", "Temporary Access Pass", &[&self.remedy]).hint(pass)];
        if !self.policies.is_empty() {
            choices.push(
                Choice::among("exemption", "Exemption from a policy, for hours", &[&self.remedy])
                    .hint(hint("exemption")),
            );
        }
        Field::new(fields::REMEDY, "Issue", Control::Radio(choices))
    }

    fn pass(&self) -> Vec<Field> {
        let (least, most) = self.bounds;
        let minutes = Control::Number { value: self.minutes.clone(), least, most };
        let uses = USES.map(|(word, text)| Choice::among(word, text, &[&self.uses])).to_vec();
        vec![
            self.field(
                Field::new(fields::MINUTES, "Minutes", minutes).hint(format!("{least} to {most}.")),
            ),
            self.field(Field::new(fields::USES, "How often", Control::Radio(uses))),
        ]
    }

    fn exemption(&self) -> Vec<Field> {
        let none = [("", "—")];
        let borrowed = |list: &[(String, String)]| -> Vec<(String, String)> {
            none.iter()
                .map(|(a, b)| ((*a).to_owned(), (*b).to_owned()))
                .chain(list.iter().cloned())
                .collect()
        };
        let select = |name, label, list: &[(String, String)], chosen: &str| {
            let all = borrowed(list);
            let all: Vec<_> = all.iter().map(|(id, name)| (id.as_str(), name.as_str())).collect();
            self.field(Field::select(name, label, (&all, chosen)))
        };
        vec![
            select(fields::POLICY, "From", &self.policies, &self.policy),
            self.field(Field::select("hours", "For", (&HOURS, &self.hours))),
            select(fields::LOCATION, "Only from, or with", &self.locations, &self.location).hint(
                "What holds in the policy's place. This tenant sees no device certificate yet, so a \
                 compliant device lets nobody in here.",
            ),
        ]
    }
}
