//! What the rows of tables say.

use super::cells::{BadLine, Cell};
use super::columns::Column;
use super::{Header, Remark};
use crate::lower::{method_names, suggestion};
use crate::problem::ProblemKind;
use cardea_policy::conditions::principal::GuestKind;
use std::borrow::Cow;
use std::ops::Range;

/// A person. What is not said is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct PersonRow<'l> {
    pub(crate) id: Cow<'l, str>,
    pub(crate) principal_name: Cow<'l, str>,
    pub(crate) display_name: Cow<'l, str>,
    pub(crate) is_enabled: Option<bool>,
    pub(crate) user_type: Cow<'l, str>,
    pub(crate) guest: Option<GuestKind>,
    pub(crate) home_tenant: Cow<'l, str>,
    /// Several values, as are the roles.
    pub(crate) groups: Cow<'l, str>,
    pub(crate) roles: Cow<'l, str>,
    /// Positions in the list of methods, as bits; `None` where the table does not say.
    pub(crate) methods: Option<u32>,
}

/// A group. What is not said is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct GroupRow<'l> {
    pub(crate) id: Cow<'l, str>,
    /// A short name that rows of people can have in place of the id.
    pub(crate) key: Cow<'l, str>,
    pub(crate) key_at: Range<usize>,
    pub(crate) display_name: Cow<'l, str>,
    /// Several values, as are roles and owners.
    pub(crate) member_of: Cow<'l, str>,
    pub(crate) roles: Cow<'l, str>,
    /// `None` where the table does not say.
    pub(crate) owners: Option<Cow<'l, str>>,
    pub(crate) is_role_assignable: bool,
}

impl<'l> PersonRow<'l> {
    pub(super) fn of(
        header: Header,
        columns: &[Column],
        line: &'l str,
        remarks: &mut Vec<Remark>,
    ) -> Result<Self, BadLine> {
        let mut row = Self::default();
        header.cells(columns, line, |column, cell| match column {
            Column::Id => row.id = trimmed(cell.text),
            Column::PrincipalName => row.principal_name = trimmed(cell.text),
            Column::DisplayName => row.display_name = trimmed(cell.text),
            Column::AccountEnabled => row.is_enabled = flag(&cell, remarks),
            Column::Groups => row.groups = cell.text,
            Column::Roles => row.roles = cell.text,
            Column::UserType => row.user_type = trimmed(cell.text),
            Column::GuestType => {
                let known = GuestKind::ALL.map(|kind| (kind.name(), kind));
                row.guest = choice(&cell, cell.text.trim_ascii(), &known, remarks);
            }
            Column::HomeTenant => row.home_tenant = trimmed(cell.text),
            Column::Methods => {
                let known = method_names();
                let methods = super::values(&cell.text);
                let methods = methods.filter_map(|name| choice(&cell, name, &known, remarks));
                row.methods = Some(methods.fold(0, |set, method| set | method));
            }
            Column::Key
            | Column::MemberOf
            | Column::Owners
            | Column::RoleAssignable
            | Column::Unknown => {}
        })?;
        if row.id.is_empty() {
            return Err(BadLine::new(0..0, "the person has no id", "write the object id"));
        }
        Ok(row)
    }
}

impl<'l> GroupRow<'l> {
    pub(super) fn of(
        header: Header,
        columns: &[Column],
        line: &'l str,
        remarks: &mut Vec<Remark>,
    ) -> Result<Self, BadLine> {
        let mut row = Self::default();
        header.cells(columns, line, |column, cell| match column {
            Column::Id => row.id = trimmed(cell.text),
            Column::Key => {
                row.key_at = cell.at;
                row.key = trimmed(cell.text);
            }
            Column::DisplayName => row.display_name = trimmed(cell.text),
            Column::MemberOf => row.member_of = cell.text,
            Column::Roles => row.roles = cell.text,
            Column::Owners => row.owners = Some(cell.text),
            Column::RoleAssignable => {
                row.is_role_assignable = flag(&cell, remarks) == Some(true);
            }
            Column::PrincipalName
            | Column::AccountEnabled
            | Column::Groups
            | Column::UserType
            | Column::GuestType
            | Column::HomeTenant
            | Column::Methods
            | Column::Unknown => {}
        })?;
        if row.id.is_empty() {
            return Err(BadLine::new(0..0, "the group has no id", "write the object id"));
        }
        Ok(row)
    }
}

fn trimmed(text: Cow<'_, str>) -> Cow<'_, str> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.trim_ascii()),
        Cow::Owned(text) => Cow::Owned(text.trim_ascii().to_owned()),
    }
}

/// `true` or `false` in any case; nothing where the cell is empty.
fn flag(cell: &Cell<'_>, remarks: &mut Vec<Remark>) -> Option<bool> {
    choice(cell, cell.text.trim_ascii(), &[("true", true), ("false", false)], remarks)
}

/// What a word of a cell means, without regard to case; nothing where it is empty. One that means
/// nothing is named.
fn choice<T: Copy>(
    cell: &Cell<'_>,
    word: &str,
    known: &[(&'static str, T)],
    remarks: &mut Vec<Remark>,
) -> Option<T> {
    let found = known.iter().find(|(name, _)| name.eq_ignore_ascii_case(word));
    if found.is_none() && !word.is_empty() {
        let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
        remarks.push(Remark {
            kind: ProblemKind::UnmodelledValue,
            at: cell.at.clone(),
            message: format!("`{word}` is not a value that is known here"),
            help: Some(suggestion(word, &names)),
        });
    }
    found.map(|(_, meaning)| *meaning)
}
