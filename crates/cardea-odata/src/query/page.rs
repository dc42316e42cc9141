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
    let first = match (begin, &after) {
        (Some(cursor), Some(after)) => first(&ranked, cursor, after),
        (Some(_) | None, _) => usize::try_from(query.skip).unwrap_or(usize::MAX),
    };
    let end = first.saturating_add(query.page.into());
    let next = ranked.get(..end).filter(|before| before.len() < ranked.len()).and_then(|before| {
        let (rank, last) = before.last()?;
        let equal = before.iter().rev().take_while(|(it, _)| it == rank).count();
        Some(Cursor::after(last.borrow(), equal, &query.order, fingerprint))
    });
    let objects = ranked.into_iter().take(end).skip(first).map(|(_, it)| it).collect();
    Ok(Page { objects, count, next })
}

/// How many objects come before the page that begins at a cursor.
fn first<T>(ranked: &[(Rank, T)], cursor: &Cursor, after: &Rank) -> usize {
    if cursor.id().is_empty() {
        // Without ids, objects of one rank are told apart only by how many were there already.
        return ranked.partition_point(|(rank, _)| after.follows(rank)) + cursor.equal();
    }
    ranked.partition_point(|(rank, _)| !rank.follows(after))
}
