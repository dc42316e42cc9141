//! Apps: the list, one app, and which apps have a tag and a policy.

use askama::Template;

use super::chip::{Chip, Tone};
use super::form::{Button, Control, Fault, Field, FieldSet, Form};
use super::parts::Forms;
use super::table::{Action, Cell, Facts, Filter, Listing, Pager, Table};
use super::{Center, Desk, center, grouped};
use crate::fields::admin as fields;
use crate::pages::Page;
use crate::paths::admin as paths;

/// `/admin/apps`.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/list.html")]
pub struct Apps {
    /// What surrounds the page.
    pub desk: Desk,
    /// The apps, by name.
    pub rows: Vec<AppRow>,
    /// Words in the name that the list is narrowed to.
    pub words: String,
    /// The way through the list.
    pub pager: Pager,
}

/// An app in the list.
#[derive(Debug, Clone)]
pub struct AppRow {
    /// The id that its requests carry.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What kind of app it is.
    pub kind: AppKind,
    /// Who may use it, in words.
    pub who: String,
    /// Policies that are for it.
    pub policies: Vec<String>,
}

/// What kind of app it is, as far as registering is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AppKind {
    /// Ways to sign in are added in it: a policy for it is the hinge on which registering turns.
    Hinge,
    /// Any other.
    Business,
}

impl AppKind {
    fn chip(self) -> Chip {
        match self {
            Self::Hinge => Chip::new(Tone::Weak, "hinge"),
            Self::Business => Chip::new(Tone::Plain, "business"),
        }
    }
}

center!(Apps, Apps, |_| "Apps".to_owned());

impl Listing for Apps {
    fn lead(&self) -> String {
        "Apps that people sign in to. A hinge is an app in which ways to sign in are added."
            .to_owned()
    }

    fn actions(&self) -> Vec<Action> {
        vec![Action::new("Review & tagging", paths::APPS_REVIEW)]
    }

    fn filter(&self) -> Option<Filter> {
        let fields = vec![Field::line("name", "Name holds", self.words.clone())];
        Some(Filter { action: paths::APPS, fields })
    }

    fn table(&self) -> Table {
        let row = |it: &AppRow| {
            vec![
                Cell::link(it.name.clone(), paths::one(paths::APPS, &it.id)),
                Cell::Chip(it.kind.chip()),
                Cell::text(it.who.clone()),
                Cell::text(it.policies.join(", ")),
                Cell::Code(it.id.clone()),
            ]
        };
        Table {
            caption: "Apps by name".to_owned(),
            head: vec!["Name", "Kind", "Who may use it", "Policies", "Client ID"],
            rows: self.rows.iter().map(row).collect(),
            empty: "No apps here yet. Import their registrations.".to_owned(),
        }
    }

    fn pager(&self) -> Pager {
        self.pager.clone()
    }
}

/// `/admin/apps/{id}`.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/form_page.html")]
pub struct App {
    /// What surrounds the page.
    pub desk: Desk,
    /// The id that its requests carry.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What kind of app it is.
    pub kind: AppKind,
    /// Who may use it, in words.
    pub who: String,
    /// Addresses that answers go to.
    pub redirects: Vec<String>,
    /// Its tags: names and values.
    pub tags: Vec<(String, String)>,
    /// What people who sign in to it have to show, by what it asks for: its scopes, and what is demanded.
    pub asks: Vec<(String, String, Vec<String>)>,
}

center!(App, Apps, |page| page.name.clone());

impl Forms for App {
    fn facts(&self) -> Option<Facts> {
        let code = |it: &String| Cell::Code(it.clone());
        let tags = self.tags.iter().map(|(name, value)| Cell::text(format!("{name}: {value}")));
        let (redirects, tags): (Vec<_>, Vec<_>) =
            (self.redirects.iter().map(code).collect(), tags.collect());
        let many = |cells: Vec<Cell>| if cells.is_empty() { Cell::None } else { Cell::Many(cells) };
        Some(Facts(vec![
            ("Client ID", Cell::Code(self.id.clone())),
            ("Kind", Cell::Chip(self.kind.chip())),
            ("Who may use it", Cell::text(self.who.clone())),
            ("Answers go to", many(redirects)),
            ("Tags", many(tags)),
        ]))
    }

    fn form(&self) -> Form {
        Form::new("", &self.desk.frame)
    }

    fn lists(&self) -> Vec<(String, Table)> {
        let row = |(scopes, asks, policies): &(String, String, Vec<String>)| {
            vec![
                Cell::text(scopes.clone()),
                Cell::text(asks.clone()),
                Cell::text(policies.join(", ")),
            ]
        };
        let table = Table {
            caption: "What will be asked of this app's people".to_owned(),
            head: vec!["When it asks for", "People have to show", "Because of"],
            rows: self.asks.iter().map(row).collect(),
            empty: "No policy asks anything of people who sign in to this app.".to_owned(),
        };
        vec![("What people are asked for".to_owned(), table)]
    }

    fn links(&self) -> Vec<Action> {
        vec![Action::new("All apps", paths::APPS)]
    }
}

/// `/admin/apps/review`.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/form_page.html")]
pub struct Review {
    /// What surrounds the page.
    pub desk: Desk,
    /// How many days the sign-ins are counted over.
    pub days: u32,
    /// Names of tags that are defined: sets and names as `Set.Name`, with their values.
    pub tags: Vec<String>,
    /// The apps, those without a tag first.
    pub rows: Vec<ReviewRow>,
    /// Tags that were chosen but not saved: ids of apps, and values.
    pub wrong: String,
}

/// An app in the review.
#[derive(Debug, Clone)]
pub struct ReviewRow {
    /// The id that its requests carry.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What kind of app it is.
    pub kind: AppKind,
    /// Sign-ins in these days.
    pub sign_ins: usize,
    /// The value of the tag; empty for none.
    pub tag: String,
    /// Policies that cover it; none means that a password alone opens it.
    pub covered: Vec<String>,
}

center!(
    Review,
    Apps,
    |_| "Review & tagging".to_owned(),
    fn faults(&self) -> Vec<Fault> {
        self.form().faults()
    }
);

impl Review {
    fn untagged(&self) -> usize {
        self.rows.iter().filter(|it| it.tag.is_empty()).count()
    }
}

impl Forms for Review {
    fn lead(&self) -> String {
        let hinges = self.rows.iter().filter(|it| it.kind == AppKind::Hinge).count();
        format!(
            "Seen in {}: {} · {} untagged · {} carry registration (hinge).",
            super::counted(usize::try_from(self.days).unwrap_or(0), "day", "days"),
            super::counted(self.rows.len(), "app", "apps"),
            grouped(self.untagged()),
            grouped(hinges),
        )
    }

    fn form(&self) -> Form {
        let form = Form::new(paths::APPS_REVIEW, &self.desk.frame);
        if self.tags.is_empty() {
            return form;
        }
        let select = |it: &ReviewRow| {
            let values = self.tags.iter().map(|tag| (tag.as_str(), tag.as_str()));
            let values: Vec<_> = [("", "— choose")].into_iter().chain(values).collect();
            Field::select(format!("tag_{}", it.id), it.name.clone(), (&values, &it.tag))
        };
        let fields = self.rows.iter().map(select).collect();
        form.with(FieldSet::new("Tags", fields))
            .button(Button::first("tag", "Prove and save the tags"))
    }

    fn others(&self) -> Vec<(String, Form)> {
        if !self.tags.is_empty() {
            return Vec::new();
        }
        let lines = Control::Lines { value: "registration\nbusiness".to_owned(), rows: 3 };
        let field = Field::new("values", "Values", lines)
            .hint("One on a line. Policies can then be for all apps with a value.")
            .fault(self.wrong.clone());
        let form = Form::new(paths::APPS_REVIEW, &self.desk.frame)
            .hidden(fields::KIND, "define")
            .with(FieldSet::new("", vec![field]))
            .button(Button::first("define", "Define the tag"));
        vec![("No tag is defined yet".to_owned(), form)]
    }

    fn lists(&self) -> Vec<(String, Table)> {
        let row = |it: &ReviewRow| {
            let covered = if it.covered.is_empty() {
                Cell::Chip(Chip::new(Tone::Bad, "nothing"))
            } else {
                Cell::text(it.covered.join(", "))
            };
            let tag = if it.tag.is_empty() {
                Cell::Chip(Chip::new(Tone::Weak, "no tag"))
            } else {
                Cell::text(it.tag.clone())
            };
            vec![
                Cell::link(it.name.clone(), paths::one(paths::APPS, &it.id)),
                Cell::Chip(it.kind.chip()),
                Cell::number(it.sign_ins),
                tag,
                covered,
            ]
        };
        let table = Table {
            caption: "Apps, those without a tag first".to_owned(),
            head: vec!["App", "Kind", "Sign-ins", "Tag", "Covered by"],
            rows: self.rows.iter().map(row).collect(),
            empty: "Nobody signed in to any app in these days.".to_owned(),
        };
        vec![("Apps".to_owned(), table)]
    }

    fn links(&self) -> Vec<Action> {
        vec![Action::new("Turn “All resources” into a filter", paths::APPS_FILTER)]
    }
}
