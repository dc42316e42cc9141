//! A page of the objects that a query asks for.

use std::borrow::Borrow;

use serde_json::Value;

use super::{Count, Query};
use crate::cursor::Cursor;
use crate::order::Rank;
use crate::problem::Problem;

/// Some objects of a sequence.
#[derive(Clone, Debug, PartialEq)]
pub struct Page<T> {
    /// The objects, whole: relations are found by what may not be selected.
    pub objects: Vec<T>,
    /// How many there are on all pages together, where that is wanted.
    pub count: Option<usize>,
    /// Where the next page begins; `None` on the last one.
    pub next: Option<Cursor>,
}

pub(super) fn page<T: Borrow<Value>>(
    query: &Query,
    objects: impl IntoIterator<Item = T>,
    begin: Option<&Cursor>,
) -> Result<Page<T>, Problem> {
    let fingerprint = query.fingerprint();
    let after = begin.map(|it| it.rank(&query.order, &fingerprint)).transpose()?;
    let mut ranked: Vec<(Rank, T)> = objects
        .into_iter()
        .filter(|it| query.matches(it.borrow()))
        .map(|it| (query.order.rank(it.borrow()), it))
        .collect();
    let count = match query.count {
        Count::Wanted => Some(ranked.len()),
        Count::Unwanted => None,
    };
    ranked.sort_by(|(left, _), (right, _)| left.cmp(right));
    // A cursor is a place behind all that `$skip` leaves out.
    let first = match &after {
        Some(after) => ranked.partition_point(|(rank, _)| !rank.follows(after)),
        None => usize::try_from(query.skip).unwrap_or(usize::MAX),
    };
    let size = usize::from(query.page);
    let has_more = ranked.len() > first.saturating_add(size);
    let objects: Vec<T> = ranked.into_iter().skip(first).take(size).map(|(_, it)| it).collect();
    let last = objects.last().filter(|_| has_more);
    let next = last.map(|it| Cursor::after(it.borrow(), &query.order, fingerprint));
    Ok(Page { objects, count, next })
}
