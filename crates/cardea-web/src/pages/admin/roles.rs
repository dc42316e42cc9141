//! Roles: who has which, and giving and taking them away.

use askama::Template;

use super::form::{Button, Fault, Field, FieldSet, Form};
use super::parts::Forms;
use super::table::{Action, Cell, Table};
use super::{Center, Desk, center};
use crate::pages::Page;
use crate::paths::admin as paths;

/// `/admin/roles`.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/form_page.html")]
pub struct Roles {
    /// What surrounds the page.
    pub desk: Desk,
    /// Who has which role.
    pub rows: Vec<RoleRow>,
    /// Roles that can be given: ids and names.
    pub offer: Vec<(String, String)>,
    /// The id of the role that was chosen; empty for none.
    pub role: String,
    /// Who was to have it, as typed.
    pub person: String,
    /// Who may give roles, where the reader may not.
    pub read_only: Option<String>,
    /// Fields and what is wrong with them.
    pub wrong: Vec<(&'static str, String)>,
}

/// A role and who has it.
#[derive(Debug, Clone)]
pub struct RoleRow {
    /// The role's name.
    pub role: String,
    /// Who has it.
    pub people: Vec<Holder>,
    /// What it lets people do here; empty for nothing.
    pub allows: String,
}

/// Somebody who has a role.
#[derive(Debug, Clone)]
pub struct Holder {
    /// The person's id.
    pub id: String,
    /// The person's name.
    pub name: String,
    /// The id of the assignment; empty where the role comes of a group.
    pub assignment: String,
}

center!(
    Roles,
    People,
    |_| "Roles".to_owned(),
    fn faults(&self) -> Vec<Fault> {
        self.form().faults()
    }
);

impl Roles {
    fn holder(&self, it: &Holder) -> Cell {
        let name = Cell::link(it.name.clone(), paths::one(paths::PEOPLE, &it.id));
        if it.assignment.is_empty() {
            return Cell::Many(vec![name, Cell::text("by a group")]);
        }
        if self.read_only.is_some() {
            return name;
        }
        let remove = paths::filtered(paths::ROLES_REMOVE, &[("assignment", &it.assignment)]);
        Cell::Many(vec![name, Cell::link(format!("Take it from {}", it.name), remove)])
    }
}

impl Forms for Roles {
    fn lead(&self) -> String {
        let what =
            "Who has which role. Policies can name roles, and some roles let people work here.";
        match &self.read_only {
            Some(who) => format!("{what} {who}"),
            None => what.to_owned(),
        }
    }

    fn form(&self) -> Form {
        let form = Form::new(paths::ROLES, &self.desk.frame);
        if self.read_only.is_some() {
            return form;
        }
        let roles = self.offer.iter().map(|(id, name)| (id.as_str(), name.as_str()));
        let roles: Vec<_> = [("", "— choose")].into_iter().chain(roles).collect();
        let list = vec![
            Field::line("person", "Who", self.person.clone())
                .hint("An address or an id. Somebody else has to give you a role."),
            Field::select("role", "Role", (&roles, &self.role)),
        ];
        let mark = |field: Field| match self.wrong.iter().find(|(it, _)| *it == field.name) {
            Some((_, text)) => field.fault(text.clone()),
            None => field,
        };
        form.with(FieldSet::new("Give a role", list.into_iter().map(mark).collect()))
            .button(Button::first("assign", "Prove and give it"))
    }

    fn lists(&self) -> Vec<(String, Table)> {
        let row = |it: &RoleRow| {
            let people: Vec<_> = it.people.iter().map(|it| self.holder(it)).collect();
            let people = if people.is_empty() { Cell::None } else { Cell::Many(people) };
            vec![Cell::text(it.role.clone()), people, Cell::text(it.allows.clone())]
        };
        let table = Table {
            caption: "Roles".to_owned(),
            head: vec!["Role", "People", "Here they may"],
            rows: self.rows.iter().map(row).collect(),
            empty: "Nobody has a role.".to_owned(),
        };
        vec![("Who has which".to_owned(), table)]
    }

    fn links(&self) -> Vec<Action> {
        vec![Action::new("Import assignments", paths::IMPORT)]
    }
}
