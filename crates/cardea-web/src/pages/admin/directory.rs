//! People, groups and roles.

use askama::Template;

use super::chip::{Chip, Tone};
use super::form::{Button, Control, Fault, Field, FieldSet, Form};
use super::home::Ready;
use super::parts::Forms;
use super::table::{Action, Cell, Facts, Filter, Listing, Pager, Table};
use super::{Center, Desk, center, people};
use crate::fields::admin as fields;
use crate::pages::Page;
use crate::paths::admin as paths;

/// `/admin/people`.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/list.html")]
pub struct People {
    /// What surrounds the page; it holds what was searched for.
    pub desk: Desk,
    /// The people, by name.
    pub rows: Vec<PersonRow>,
    /// What the list is narrowed to beside the search, in words; empty for everybody.
    pub narrowed: String,
    /// The word of a group of readiness; empty for everybody.
    pub ready: String,
    /// The way through the list.
    pub pager: Pager,
}

/// A person in a list.
#[derive(Debug, Clone)]
pub struct PersonRow {
    /// The person's id.
    pub id: String,
    /// Display name.
    pub name: String,
    /// User principal name.
    pub upn: String,
    /// Whether the account may sign in.
    pub account: AccountState,
    /// What would happen if everything were enforced; `None` where that is not decided.
    pub ready: Option<Ready>,
    /// What the person can sign in with, in words.
    pub methods: String,
}

/// Whether an account may sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountState {
    /// It may.
    Enabled,
    /// It may not.
    Disabled,
}

impl AccountState {
    /// The mark.
    pub(crate) fn chip(self) -> Chip {
        match self {
            Self::Enabled => Chip::new(Tone::Plain, "On"),
            Self::Disabled => Chip::new(Tone::Weak, "Off"),
        }
    }
}

impl Ready {
    /// The mark of a person.
    pub(crate) fn chip(self) -> Chip {
        let (tone, text) = match self {
            Self::Ready => (Tone::Good, "signs in"),
            Self::Alone => (Tone::Plain, "can fix it alone"),
            Self::Help => (Tone::Weak, "needs the help desk"),
            Self::Trapped => (Tone::Bad, "trapped"),
        };
        Chip::new(tone, text)
    }
}

center!(People, People, |_| "People".to_owned());

impl Listing for People {
    fn lead(&self) -> String {
        self.narrowed.clone()
    }

    fn actions(&self) -> Vec<Action> {
        vec![
            Action::first("New person", paths::NEW_PERSON),
            Action::new("From a table", paths::PEOPLE_TABLE),
        ]
    }

    fn filter(&self) -> Option<Filter> {
        let groups: Vec<_> = [("", "everybody")]
            .into_iter()
            .chain(Ready::ALL.map(|it| (it.word(), it.text())))
            .collect();
        let fields = vec![
            Field::line(fields::SEARCH, "Name or address begins with", self.desk.search.clone()),
            Field::select("ready", "If everything were on", (&groups, &self.ready)),
        ];
        Some(Filter { action: paths::PEOPLE, fields })
    }

    fn table(&self) -> Table {
        let row = |it: &PersonRow| {
            let ready = it.ready.map_or_else(|| Chip::new(Tone::Open, "not decided"), Ready::chip);
            vec![
                Cell::link(it.name.clone(), paths::one(paths::PEOPLE, &it.id)),
                Cell::text(it.upn.clone()),
                Cell::Chip(it.account.chip()),
                Cell::Chip(ready),
                Cell::text(it.methods.clone()),
            ]
        };
        Table {
            caption: "People by name".to_owned(),
            head: vec!["Name", "Account", "State", "If everything were on", "Signs in with"],
            rows: self.rows.iter().map(row).collect(),
            empty: "Nobody matches. Search by the beginning of a name or an address.".to_owned(),
        }
    }

    fn pager(&self) -> Pager {
        self.pager.clone()
    }
}

/// `/admin/groups`.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/list.html")]
pub struct Groups {
    /// What surrounds the page.
    pub desk: Desk,
    /// The groups, by name.
    pub rows: Vec<GroupRow>,
    /// Words in the name that the list is narrowed to.
    pub words: String,
    /// The way through the list.
    pub pager: Pager,
}

/// A group in the list.
#[derive(Debug, Clone)]
pub struct GroupRow {
    /// The group's id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// How many people are in it, nested ones too.
    pub members: usize,
    /// Policies that include or exclude it.
    pub policies: Vec<String>,
}

center!(Groups, People, |_| "Groups".to_owned());

impl Listing for Groups {
    fn actions(&self) -> Vec<Action> {
        vec![Action::first("New group", paths::NEW_GROUP)]
    }

    fn filter(&self) -> Option<Filter> {
        let fields = vec![Field::line("name", "Name holds", self.words.clone())];
        Some(Filter { action: paths::GROUPS, fields })
    }

    fn table(&self) -> Table {
        let row = |it: &GroupRow| {
            vec![
                Cell::link(it.name.clone(), paths::one(paths::GROUPS, &it.id)),
                Cell::text(people(it.members)),
                Cell::text(it.policies.join(", ")),
            ]
        };
        Table {
            caption: "Groups by name".to_owned(),
            head: vec!["Name", "Members", "Named by policies"],
            rows: self.rows.iter().map(row).collect(),
            empty: "No groups here. They come with an import of your directory.".to_owned(),
        }
    }

    fn pager(&self) -> Pager {
        self.pager.clone()
    }
}

/// `/admin/groups/{id}`.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/form_page.html")]
pub struct Group {
    /// What surrounds the page.
    pub desk: Desk,
    /// The group's id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// How members come into it.
    pub membership: Membership,
    /// Policies that include or exclude it.
    pub policies: Vec<String>,
    /// People who may change who is in it.
    pub owners: Vec<String>,
    /// Its members.
    pub members: Vec<Member>,
    /// What was typed to be added.
    pub typed: String,
    /// What is wrong with it; empty where nothing is.
    pub fault: String,
}

/// How members come into a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Membership {
    /// One by one.
    Assigned,
    /// By a rule over people.
    Dynamic(
        /// The rule.
        String,
    ),
}

/// A member of a group.
#[derive(Debug, Clone)]
pub struct Member {
    /// The person's or group's id.
    pub id: String,
    /// Display name.
    pub name: String,
    /// User principal name; empty for a group.
    pub upn: String,
}

center!(
    Group,
    People,
    |page| page.name.clone(),
    fn faults(&self) -> Vec<Fault> {
        self.form().faults()
    }
);

impl Forms for Group {
    fn facts(&self) -> Option<Facts> {
        let membership = match &self.membership {
            Membership::Assigned => Cell::text("one by one"),
            Membership::Dynamic(rule) => Cell::Code(rule.clone()),
        };
        Some(Facts(vec![
            ("Id", Cell::Code(self.id.clone())),
            ("Members come in", membership),
            ("Named by policies", Cell::text(self.policies.join(", "))),
            ("Owners", Cell::text(self.owners.join(", "))),
        ]))
    }

    fn form(&self) -> Form {
        let form = Form::new(paths::of(paths::GROUPS, &self.id, "members"), &self.desk.frame);
        match self.membership {
            Membership::Dynamic(_) => form,
            Membership::Assigned => {
                let lines = Control::Lines { value: self.typed.clone(), rows: 3 };
                let field = Field::new(fields::MEMBERS, "People to add", lines)
                    .hint("One on a line: a name, an address or an id.")
                    .fault(self.fault.clone());
                form.with(FieldSet::new("", vec![field]))
                    .button(Button::first("add", "Add to the group"))
            }
        }
    }

    fn lists(&self) -> Vec<(String, Table)> {
        let row = |it: &Member| {
            let remove = paths::of(paths::GROUPS, &self.id, "remove");
            let remove = paths::filtered(&remove, &[("member", &it.id)]);
            let act = match self.membership {
                Membership::Dynamic(_) => Cell::text("by the rule"),
                Membership::Assigned => Cell::link("Remove", remove),
            };
            vec![
                Cell::link(it.name.clone(), paths::one(paths::PEOPLE, &it.id)),
                Cell::text(it.upn.clone()),
                act,
            ]
        };
        let table = Table {
            caption: "Members of the group".to_owned(),
            head: vec!["Name", "Account", "Membership"],
            rows: self.members.iter().map(row).collect(),
            empty: "Nobody is in this group.".to_owned(),
        };
        vec![("Members".to_owned(), table)]
    }
}
