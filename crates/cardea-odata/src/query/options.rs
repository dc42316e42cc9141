//! What a query is read for.

use crate::problem::{Problem, quoted};
use crate::query::Query;
use crate::selection::{Absent, Id};

/// What a query is read for.
#[derive(Clone, Copy, Debug)]
pub struct Options<'a> {
    /// What is asked.
    pub target: Target,
    /// Which properties may be asked for.
    pub properties: Properties<'a>,
    /// How many objects a page has if nothing else is asked for.
    pub page: u16,
    /// Whether an answer has the `id` that was not asked for.
    pub id: Id,
}

impl Default for Options<'_> {
    /// A list of objects of any kind, in pages of 100 as Graph gives them.
    fn default() -> Self {
        Self { target: Target::List, properties: Properties::Any, page: 100, id: Id::Always }
    }
}

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// A list of objects: every option has a meaning.
    List,
    /// One object: only `$select`, `$expand` and `$format` have.
    Object,
}

/// Which properties may be asked for.
#[derive(Clone, Copy, Debug)]
pub enum Properties<'a> {
    /// Whatever the objects have.
    Any,
    /// Those of a list, in selections, filters, searches and sequences alike, because whoever may
    /// filter by a property can read it bit by bit.
    Listed(&'a [&'a str]),
}

impl Properties<'_> {
    /// What an answer says of a selected property that the object does not have.
    pub(super) fn absent(&self) -> Absent {
        match self {
            Self::Any => Absent::Omitted,
            Self::Listed(_) => Absent::Null,
        }
    }

    /// Refuses a query that names another property.
    pub(super) fn check(&self, query: &Query) -> Result<(), Problem> {
        let Self::Listed(listed) = self else { return Ok(()) };
        let filter = query.filter.iter().flat_map(|it| it.properties());
        let search = query.search.iter().flat_map(|it| it.properties());
        let order = query.order.keys().iter().filter_map(|it| it.path.property());
        let expand = query.expand.iter().map(|it| it.property.as_str());
        let named = [
            ("$filter", filter.collect::<Vec<_>>()),
            ("$search", search.collect()),
            ("$orderby", order.collect()),
            ("$select", query.selection.properties().collect()),
            ("$expand", expand.collect()),
        ];
        for (option, names) in named {
            let is_listed = |name: &str| listed.iter().any(|it| it.eq_ignore_ascii_case(name));
            let other = names.into_iter().find(|it| !it.starts_with("@odata.") && !is_listed(it));
            if let Some(name) = other {
                return Err(Problem::bad(format!(
                    "{option}: could not find a property named {}.",
                    quoted(name)
                )));
            }
        }
        Ok(())
    }
}
