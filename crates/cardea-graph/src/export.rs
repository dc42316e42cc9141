//! The files of an export, read into documents, and the objects found in them.

mod lift;
mod reader;
mod walk;

pub(crate) use lift::Lifted;
pub use reader::Reader;

use crate::document::{Document, NodeId, Value};
use crate::problem::Problem;
use crate::recognise::ObjectKind;
use crate::source::Sources;
use std::collections::BTreeMap;

/// Everything that was read.
#[derive(Clone, Debug, Default)]
pub struct Export {
    /// The files as text.
    pub sources: Sources,
    /// The known objects, in the order of the files and of their places in them.
    pub objects: Vec<Found>,
    /// What was not read, or not understood.
    pub problems: Vec<Problem>,
    /// Documents with a known object in them.
    documents: Vec<Option<Document>>,
    /// What is known of objects that were not kept.
    pub(crate) lifted: Lifted,
}

/// A value of one of the documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ValueRef {
    document: u32,
    node: NodeId,
}

/// An object of a known kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    /// What it is.
    pub kind: ObjectKind,
    /// The object.
    pub at: ValueRef,
    /// The object of no known kind that holds it as a member, as a template holds its details. It
    /// may have the name and the id.
    pub wrapper: Option<ValueRef>,
}

impl Export {
    /// A value that was found.
    pub fn value(&self, at: ValueRef) -> Option<Value<'_>> {
        let document = self.documents.get(usize::try_from(at.document).ok()?)?.as_ref()?;
        value_in(&self.documents, &self.sources.file(document.file())?.text, at)
    }

    /// How many objects of each kind there are.
    pub fn counts(&self) -> BTreeMap<ObjectKind, usize> {
        let mut counts = self.lifted.counts.clone();
        for found in &self.objects {
            *counts.entry(found.kind).or_default() += 1;
        }
        counts
    }

    /// What was taken down of objects that were not kept; how many there were stays here.
    pub(crate) fn take_lifted(&mut self) -> Lifted {
        let counts = self.lifted.counts.clone();
        std::mem::replace(&mut self.lifted, Lifted { counts, ..Lifted::default() })
    }

    /// Bytes held besides the text of the files.
    pub fn footprint(&self) -> usize {
        let problem = |problem: &Problem| size_of::<Problem>() + problem.message.len();
        self.documents.iter().flatten().map(Document::footprint).sum::<usize>()
            + self.objects.capacity() * size_of::<Found>()
            + self.problems.iter().map(problem).sum::<usize>()
    }
}

/// A value of the documents of a file with this text.
fn value_in<'a>(
    documents: &'a [Option<Document>],
    text: &'a str,
    at: ValueRef,
) -> Option<Value<'a>> {
    let document = documents.get(usize::try_from(at.document).ok()?)?.as_ref()?;
    Some(document.value(text, at.node))
}

#[cfg(test)]
mod tests;
