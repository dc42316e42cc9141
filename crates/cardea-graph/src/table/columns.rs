//! The first line of a table.

use super::Remark;
use super::cells::{BadLine, Cell, Cells};
use crate::document::same_name;
use crate::lower::suggestion;
use crate::problem::ProblemKind;
use crate::recognise::ObjectKind;

/// What the rows of a table are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Subject {
    /// People.
    Person,
    /// Groups.
    Group,
}

/// A column that is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Column {
    /// The object id: the first column.
    Id,
    PrincipalName,
    DisplayName,
    AccountEnabled,
    Groups,
    Roles,
    UserType,
    GuestType,
    HomeTenant,
    Methods,
    Key,
    MemberOf,
    Owners,
    RoleAssignable,
    /// Not known, which is said where it is named.
    Unknown,
}

/// The columns of people.
const OF_PEOPLE: [(&str, Column); 10] = [
    ("person", Column::Id),
    ("userPrincipalName", Column::PrincipalName),
    ("displayName", Column::DisplayName),
    ("accountEnabled", Column::AccountEnabled),
    ("groups", Column::Groups),
    ("roles", Column::Roles),
    ("userType", Column::UserType),
    ("guestType", Column::GuestType),
    ("homeTenantId", Column::HomeTenant),
    ("methodsRegistered", Column::Methods),
];

/// The columns of groups.
const OF_GROUPS: [(&str, Column); 7] = [
    ("group", Column::Id),
    ("key", Column::Key),
    ("displayName", Column::DisplayName),
    ("memberOf", Column::MemberOf),
    ("roles", Column::Roles),
    ("owners", Column::Owners),
    ("isAssignableToRole", Column::RoleAssignable),
];

impl Subject {
    /// The kind of objects that the rows stand for.
    pub(crate) fn kind(self) -> ObjectKind {
        match self {
            Self::Person => ObjectKind::User,
            Self::Group => ObjectKind::Group,
        }
    }

    fn columns(self) -> &'static [(&'static str, Column)] {
        match self {
            Self::Person => &OF_PEOPLE,
            Self::Group => &OF_GROUPS,
        }
    }
}

/// What a table is, as its first line shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    /// What its rows are.
    pub(crate) subject: Subject,
    /// What stands between columns.
    pub(super) separator: u8,
}

impl Header {
    /// What the table is that a text begins with; `None` for other texts.
    pub(crate) fn of(text: &str) -> Option<Self> {
        let beginning = text.strip_prefix('"').unwrap_or(text);
        if !["p", "P", "g", "G"].iter().any(|letter| beginning.starts_with(letter)) {
            return None;
        }
        let line = text.lines().next()?;
        let separator = if line.contains('\t') { b'\t' } else { b',' };
        let first = Cells::new(line, separator).next()?.ok()?;
        let is = |name: &str| same_name(first.text.trim_ascii(), name);
        let subject = if is("person") {
            Subject::Person
        } else if is("group") {
            Subject::Group
        } else {
            return None;
        };
        Some(Self { subject, separator })
    }

    /// The columns of the first line, each with its cell.
    pub(super) fn columns<'l>(self, line: &'l str) -> Result<Vec<(Column, Cell<'l>)>, BadLine> {
        let mut columns: Vec<(Column, Cell<'l>)> = Vec::new();
        for cell in Cells::new(line, self.separator) {
            let cell = cell?;
            let name = cell.text.trim_ascii();
            let known = self.subject.columns().iter().find(|(known, _)| same_name(known, name));
            let column = known.map_or(Column::Unknown, |(_, column)| *column);
            let is_there = columns.iter().any(|(other, _)| *other == column);
            if is_there && column != Column::Unknown {
                let message = "the table has this column twice";
                return Err(BadLine::new(cell.at, message, "remove one of them"));
            }
            columns.push((column, cell));
        }
        Ok(columns)
    }

    /// Names the columns that are not known.
    pub(super) fn remarks(self, columns: &[(Column, Cell<'_>)]) -> Vec<Remark> {
        let known: Vec<&str> = self.subject.columns().iter().map(|(name, _)| *name).collect();
        let unknown = columns.iter().filter(|(column, _)| *column == Column::Unknown);
        unknown
            .map(|(_, cell)| Remark {
                kind: ProblemKind::UnmodelledField,
                at: cell.at.clone(),
                message: format!("the column `{}` has no meaning here", cell.text.trim_ascii()),
                help: Some(suggestion(&cell.text, &known)),
            })
            .collect()
    }

    /// The cells of a row, each with its column.
    pub(super) fn cells<'l>(
        self,
        columns: &[Column],
        line: &'l str,
        mut visit: impl FnMut(Column, Cell<'l>),
    ) -> Result<(), BadLine> {
        let mut cells = Cells::new(line, self.separator);
        for column in columns {
            let Some(cell) = cells.next() else {
                let message = "the line has fewer values than the table has columns";
                let help = "write separators also for values that are empty";
                return Err(BadLine::new(line.len()..line.len(), message, help));
            };
            visit(*column, cell?);
        }
        match cells.next() {
            None => Ok(()),
            Some(more) => {
                let message = "the line has more values than the table has columns";
                let help = "put values with a separator inside into double quotes";
                Err(BadLine::new(more?.at, message, help))
            }
        }
    }
}
