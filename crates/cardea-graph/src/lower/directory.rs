//! People, groups and roles: first what the input says of them, one statement after the other, then
//! the directory that follows.

mod claims;
mod fields;
mod members;
mod object;
mod row;
mod settle;

pub(crate) use claims::Claims;
pub(crate) use members::numbered as method_names;
pub(crate) use object::claim;

use super::ledger::Ledger;
use super::names::Names;
use super::{Lowering, Table};
use crate::export::Export;
use crate::problem::ProblemKind;
use crate::recognise::ObjectKind;
use crate::source::{FileId, Span};
use cardea_policy::id::GroupId;
use cardea_tenant::texts::Texts;
use claims::{Said, Traits};
use settle::Unclear;
use std::sync::Arc;

/// Whether an object says something of people, groups or roles and nothing else.
pub(crate) fn is_about_people(kind: ObjectKind) -> bool {
    matches!(
        kind,
        ObjectKind::User
            | ObjectKind::RegistrationDetails
            | ObjectKind::Group
            | ObjectKind::RoleAssignment
    )
}

/// The kinds of objects that say something of people, groups or roles, in the order in which what is
/// to be said about them is reported.
const KINDS: [ObjectKind; 5] = [
    ObjectKind::User,
    ObjectKind::RegistrationDetails,
    ObjectKind::Group,
    ObjectKind::Role,
    ObjectKind::RoleAssignment,
];

/// All statements of an input, with the texts in them.
pub(super) struct Statements {
    texts: Arc<Texts>,
    said: Said,
}

/// Takes down what the objects of an export say, on top of what was taken down while reading.
pub(super) fn claim_all(export: &Export, claims: &mut Claims, ledger: &mut Ledger) {
    for kind in KINDS {
        for found in export.objects.iter().filter(|found| found.kind == kind) {
            if let Some(value) = export.value(found.at) {
                claim(kind, value, claims, ledger);
            }
        }
    }
    ledger.doubted.clear();
    if claims.is_full() {
        let last = export.sources.files().len().saturating_sub(1);
        let file = FileId(u32::try_from(last).unwrap_or(u32::MAX));
        ledger.problems.add(ProblemKind::TooLarge, Span { file, range: 0..0 }, || {
            let help = Some("leave out people or groups that no policy is about".to_owned());
            ("the input has more ids and names than fit".to_owned(), help)
        });
    }
}

impl Statements {
    pub(super) fn of(claims: Claims) -> Self {
        let (texts, said) = claims.finish();
        Self { texts: Arc::new(texts), said }
    }

    /// Adds the people and groups that are described to the names.
    pub(super) fn define(&self, names: &mut Names) {
        names.users = Table::over(Arc::clone(&self.texts), self.said.people.len());
        for claim in &self.said.people {
            names.users.describe(claim.id, claim.name);
            names.users.alias_text(claim.id, claim.other_name);
        }
        let identified = |traits: Traits| traits.has(Traits::IDENTIFIED);
        for claim in self.said.registrations.iter().filter(|it| identified(it.traits)) {
            names.users.describe(claim.who, claim.name);
            names.users.alias_text(claim.who, claim.other_name);
        }
        for (id, name) in &self.said.known {
            names.users.describe(*id, *name);
        }
        for claim in &self.said.groups {
            let id = names.groups.place(&GroupId::new(self.texts.at(claim.id)));
            let name = names.groups.push(self.texts.at(claim.name));
            names.groups.describe(id, name);
        }
    }
}

impl Lowering<'_> {
    /// Brings the statements together, and returns how many accounts are disabled.
    pub(super) fn directory(&mut self, statements: Statements) -> usize {
        let Statements { texts, said } = statements;
        let column = said.tables.first().cloned();
        let settled = settle::settle(said, &texts, &self.names);
        self.tenant.directory = settled.directory;
        for (name, why) in settled.unclear {
            let Some(column) = column.clone() else { continue };
            let (kind, message, help) = match why {
                Unclear::Ambiguous => (
                    ProblemKind::UnmodelledValue,
                    format!("several groups are called `{name}`"),
                    "write the id of the group that is meant",
                ),
                Unclear::Undescribed => (
                    ProblemKind::Reading,
                    format!("nothing describes the group `{name}`"),
                    "write the id of the group, or add it to a table of groups",
                ),
            };
            self.ledger.problems.add(kind, column, || (message, Some(help.to_owned())));
        }
        settled.disabled
    }
}
