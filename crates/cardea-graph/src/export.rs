//! The files of an export, read into documents, and the objects found in them.

mod walk;

use crate::document::{Document, NodeId, SyntaxError, Value};
use crate::lower::Claims;
use crate::problem::{Problem, ProblemKind, Problems};
use crate::recognise::ObjectKind;
use crate::source::{FileId, SourceFile, Sources, Span};
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
    /// What was said of people and groups by objects that were not kept.
    pub(crate) claims: Claims,
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
        Some(document.value(&self.sources.file(document.file())?.text, at.node))
    }

    /// How many objects of each kind there are.
    pub fn counts(&self) -> BTreeMap<ObjectKind, usize> {
        let mut counts = BTreeMap::new();
        for found in &self.objects {
            *counts.entry(found.kind).or_default() += 1;
        }
        counts
    }

    /// Bytes held besides the text of the files.
    pub fn footprint(&self) -> usize {
        let problem = |problem: &Problem| size_of::<Problem>() + problem.message.len();
        self.documents.iter().flatten().map(Document::footprint).sum::<usize>()
            + self.objects.capacity() * size_of::<Found>()
            + self.problems.iter().map(problem).sum::<usize>()
    }
}

/// Reads files one after the other.
#[derive(Debug, Default)]
pub struct Reader {
    sources: Sources,
    objects: Vec<Found>,
    documents: Vec<Option<Document>>,
    problems: Problems,
}

impl Reader {
    /// Reads a file. What the file is follows from its content, except that `.yaml` and `.yml` tell
    /// YAML; a file that cannot be read is a problem and the others are read all the same.
    pub fn add(&mut self, path: impl Into<String>, bytes: Vec<u8>) -> FileId {
        match SourceFile::decode(path.into(), bytes) {
            Ok(file) => self.add_text(file),
            Err(undecodable) => {
                let end = undecodable.file.text.len();
                let file = self.sources.add(undecodable.file);
                let error = undecodable.error;
                self.problems.add(ProblemKind::Undecodable, Span { file, range: end..end }, || {
                    (error.to_string(), Some(error.help().to_owned()))
                });
                file
            }
        }
    }

    /// Everything that was read.
    pub fn finish(self) -> Export {
        Export {
            sources: self.sources,
            objects: self.objects,
            problems: self.problems.finish(),
            documents: self.documents,
            claims: Claims::default(),
        }
    }

    fn add_text(&mut self, file: SourceFile) -> FileId {
        let is_yaml = is_yaml(&file);
        let is_empty = file.text.trim().is_empty();
        let file = self.sources.add(file);
        let text = self.sources.file(file).map_or("", |file| file.text.as_str());
        let whole = Span { file, range: 0..0 };
        if u32::try_from(text.len()).is_err() {
            let help = || ("the file has 4 GiB or more".to_owned(), Some("split it".to_owned()));
            self.problems.add(ProblemKind::TooLarge, whole, help);
            return file;
        }
        if is_empty {
            let message = || ("the file is empty".to_owned(), Some("export it again".to_owned()));
            self.problems.add(ProblemKind::Malformed, whole, message);
            return file;
        }
        match if is_yaml { Document::yaml(file, text) } else { Document::json(file, text) } {
            Ok(parsed) => {
                let mut walk = walk::Walk {
                    text,
                    documents: &mut self.documents,
                    objects: &mut self.objects,
                    problems: &mut self.problems,
                };
                walk.file(parsed);
            }
            Err(SyntaxError { range, message, help }) => {
                let help = help.map(str::to_owned);
                let span = Span { file, range };
                self.problems.add(ProblemKind::Malformed, span, || (message, help));
            }
        }
        file
    }
}

fn is_yaml(file: &SourceFile) -> bool {
    let extension = file.path.rsplit_once('.').map(|(_, last)| last.to_ascii_lowercase());
    match extension.as_deref() {
        Some("yaml" | "yml") => true,
        Some("json") => false,
        _ => !file.text.trim_start().starts_with(['{', '[', '"']),
    }
}

#[cfg(test)]
mod tests;
