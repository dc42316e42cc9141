//! Files that are too large to be kept: what they say of people is taken down while they are read,
//! and what is left of them is read as any other file.
//!
//! An object of a list is lifted out where it is a user, a group, a report of methods or an
//! assignment of a role, and nothing about it has to be shown. In its place stands [`PLACEHOLDER`](kept::PLACEHOLDER).
//! Whatever else there is stays: the page around the list, the link to the next page, objects of
//! other kinds, and objects with a field that nobody knows. So every object is read by the same
//! code, whether it was lifted or not, and every message still has its place.

mod incoming;
mod json;
mod kept;

pub(crate) use incoming::{Incoming, Stop};
pub(crate) use json::cut;
pub(crate) use kept::{Kept, Parts};

use crate::document::{Document, Parsed};
use std::io::Read;

/// The largest text that is kept of a file, in bytes: far beyond what there is to show of any
/// export, and far below what would fill the memory of a laptop.
const LARGEST: usize = 1 << 30;

/// Takes objects of lists down.
pub(crate) trait Lift {
    /// What becomes of an object with this text, and a document that is not needed any more.
    fn item(&mut self, text: &str, parsed: Parsed) -> (Item, Document);
}

/// What becomes of an object of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Item {
    /// It was taken down and is left out.
    LeftOut,
    /// It stays in the file.
    Stays,
}

/// Why the way through a file ended before its end.
#[derive(Debug)]
pub(crate) enum Halt {
    /// The text is not JSON; what was kept shows where.
    Malformed,
    /// What has to be kept is too large.
    TooLarge,
    /// There is no more text.
    Stopped(Stop),
}

impl From<Stop> for Halt {
    fn from(stop: Stop) -> Self {
        Self::Stopped(stop)
    }
}

/// Keeps all of a file.
///
/// # Errors
/// The file ends early; what was kept is incomplete.
pub(crate) fn keep<R: Read>(incoming: &mut Incoming<R>, kept: &mut Kept) -> Result<(), Halt> {
    while incoming.peek()?.is_some() {
        kept.keep(incoming.rest());
        incoming.advance(incoming.rest().len());
        if kept.len() > LARGEST {
            return Err(Halt::TooLarge);
        }
    }
    Ok(())
}
