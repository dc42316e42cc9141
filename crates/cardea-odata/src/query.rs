//! The options of a query, and what they make of a list of objects.

use std::borrow::Borrow;

use serde_json::Value;

use crate::cursor::{Cursor, Fingerprint};
use crate::filter::Filter;
use crate::order::Order;
use crate::problem::Problem;
use crate::search::Search;
use crate::selection::{Absent, Id, Selection};

mod expand;
mod options;
mod page;
mod parse;
#[cfg(test)]
mod tests;

pub use expand::{Expansion, MAX_DEPTH};
pub use options::{Options, Properties, Target};
pub use page::Page;
pub use parse::next_link;

/// The largest page that can be asked for.
pub const LARGEST_PAGE: u16 = 999;
/// The largest `$skip`.
pub const LARGEST_SKIP: u32 = 1_000_000;
/// The most bytes of all options together.
pub const MAX_LENGTH: usize = 64 * 1024;

/// What a query asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// Which objects; all of them if there is no filter.
    pub filter: Option<Filter>,
    /// Which of these by their words.
    pub search: Option<Search>,
    /// In which sequence.
    pub order: Order,
    /// Which properties.
    pub selection: Selection,
    /// Which related objects are wanted with each object.
    pub expand: Vec<Expansion>,
    /// How many objects a page has at most.
    pub page: u16,
    /// How many objects of the sequence come before the first page.
    pub skip: u32,
    /// The text of `$skiptoken`: a sealed [`Cursor`].
    pub skip_token: Option<String>,
    /// Whether the number of all matches is wanted.
    pub count: Count,
    id: Id,
    absent: Absent,
}

/// Whether the number of all matches is wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Count {
    /// It is not.
    #[default]
    Unwanted,
    /// It is.
    Wanted,
}

impl Query {
    /// Reads the options behind the `?` of an address, still percent-encoded.
    ///
    /// Names are taken in any case, and without their `$` as Graph's beta takes them. A name that is
    /// not an option is passed over; one that begins with `$` and is not an option is refused.
    ///
    /// # Errors
    ///
    /// What is not well written, an option twice, one that the target does not have, properties that
    /// the target does not have, and numbers out of bounds.
    pub fn parse(text: &str, options: &Options<'_>) -> Result<Self, Problem> {
        parse::query(text, options)
    }

    /// Which objects of a list make the page that begins at a place, in sequence.
    ///
    /// # Errors
    ///
    /// The cursor is of another query.
    pub fn page<T: Borrow<Value>>(
        &self,
        objects: impl IntoIterator<Item = T>,
        begin: Option<&Cursor>,
    ) -> Result<Page<T>, Problem> {
        page::page(self, objects, begin)
    }

    /// How many matches are enough to make a page, in the sequence of their ids and beginning behind
    /// the object that [`Cursor::id`] names, or with the first one. `None` where all have to be known:
    /// another sequence is wanted, or the number of all.
    pub fn enough(&self, begin: Option<&Cursor>) -> Option<usize> {
        if !self.order.keys().is_empty() || matches!(self.count, Count::Wanted) {
            return None;
        }
        let skipped = if begin.is_none() { self.skip } else { 0 };
        // One more tells whether there is another page.
        usize::try_from(skipped).ok()?.checked_add(usize::from(self.page))?.checked_add(1)
    }

    /// Whether an object is among those that are asked for.
    pub fn matches(&self, object: &Value) -> bool {
        self.filter.as_ref().is_none_or(|it| it.matches(object))
            && self.search.as_ref().is_none_or(|it| it.finds(object))
    }

    /// The selected part of an object.
    pub fn project(&self, object: &Value) -> Value {
        self.selection.of(object, self.id, self.absent)
    }

    /// What tells this query from others: everything but where the page begins.
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of(&self.written())
    }

    /// The query in one way, whatever sequence and spelling its options came in.
    fn written(&self) -> String {
        // Debug escapes, so that no text can look like the next option.
        format!(
            "{:?} {:?} {} {} {} {} {} {:?} {:?}",
            self.filter.as_ref().map(ToString::to_string),
            self.search.as_ref().map(ToString::to_string),
            self.order,
            self.selection.written(),
            self.page,
            self.skip,
            matches!(self.count, Count::Wanted),
            self.id,
            self.expand.iter().map(|it| (&it.property, it.query.written())).collect::<Vec<_>>(),
        )
    }
}
