//! The files of an export, read into documents, and the objects found in them.

mod lift;
mod walk;

pub(crate) use lift::Lifted;

use crate::document::{Document, NodeId, SyntaxError, Value};
use crate::encoding::{DecodeError, Undecodable};
use crate::problem::{Problem, ProblemKind, Problems};
use crate::recognise::ObjectKind;
use crate::source::{Cut, Encoding, FileId, SourceFile, Sources, Span};
use crate::stream::{self, Halt, Incoming, Kept, Parts, Stop};
use lift::Lifting;
use std::collections::BTreeMap;
use std::io::{self, Read};

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

/// Reads files one after the other.
#[derive(Debug, Default)]
pub struct Reader {
    sources: Sources,
    objects: Vec<Found>,
    documents: Vec<Option<Document>>,
    problems: Problems,
    lifted: Lifted,
    /// Bytes of text that are kept.
    kept: usize,
}

/// A file of this size, in bytes, is kept as it is, whatever is in it…
const SMALL: usize = if cfg!(test) { 1 << 12 } else { 1 << 20 };

/// …as long as all files together are not larger than this.
const SMALL_TOGETHER: usize = 32 << 20;

impl Reader {
    /// Reads a file. What the file is follows from its content, except that `.yaml` and `.yml` tell
    /// YAML; a file that is not understood is a problem and the others are read all the same.
    ///
    /// Of a large file only what there is to show is kept, so that an export of a million people
    /// needs no more memory than what it says of them. Fixes are not written into such a file; one
    /// of policies without people is always kept whole.
    ///
    /// # Errors
    /// The file cannot be read. It is not among the files then.
    pub fn read(&mut self, path: impl Into<String>, mut source: impl Read) -> io::Result<FileId> {
        let mut head = Vec::new();
        let bound = SMALL.min(SMALL_TOGETHER.saturating_sub(self.kept));
        let bytes = u64::try_from(bound).unwrap_or(u64::MAX);
        source.by_ref().take(bytes.saturating_add(1)).read_to_end(&mut head)?;
        if head.len() <= bound {
            return Ok(self.add(path, head));
        }
        self.stream(path, head.chain(source))
    }

    /// As [`Self::read`], for a file that is in memory. All of it is kept.
    pub fn add(&mut self, path: impl Into<String>, bytes: Vec<u8>) -> FileId {
        match SourceFile::decode(path.into(), bytes) {
            Ok(file) => self.add_text(file, Parts::default()).0,
            Err(Undecodable { file, error }) => self.add_undecodable(file, Parts::default(), error),
        }
    }

    /// As [`Self::read`], for a file of any size. Of its people only what there is to show is kept.
    ///
    /// # Errors
    /// The file cannot be read. It is not among the files then.
    pub fn stream(&mut self, path: impl Into<String>, source: impl Read) -> io::Result<FileId> {
        let mut lifted = std::mem::take(&mut self.lifted);
        let begin = lifted.claims.moment();
        let read = self.stream_into(path.into(), source, &mut lifted);
        if !matches!(read, Ok((_, Understood::Yes))) {
            lifted.claims.take_back(&begin);
        }
        self.lifted = lifted;
        read.map(|(file, _)| file)
    }

    fn stream_into(
        &mut self,
        path: String,
        source: impl Read,
        lifted: &mut Lifted,
    ) -> io::Result<(FileId, Understood)> {
        let mut incoming = Incoming::new(source);
        let mut kept = Kept::default();
        let mut lifting = Lifting::new(lifted, self.sources.next());
        let halt = match incoming.peek() {
            Ok(_) if is_yaml(&path, incoming.rest()) => stream::keep(&mut incoming, &mut kept),
            Ok(_) => stream::cut(self.sources.next(), &mut incoming, &mut kept, &mut lifting),
            Err(stop) => Err(Halt::Stopped(stop)),
        };
        if let Err(Halt::Stopped(_)) = halt {
            kept.keep(incoming.rest());
        }
        let encoding = incoming.encoding().unwrap_or_default();
        let (text, parts) = kept.finish();
        let file = SourceFile { path, text, encoding };
        match halt {
            Ok(()) => {
                let (file, understood) = self.add_text(file, parts);
                if understood == Understood::Yes {
                    lifting.finish();
                }
                Ok((file, understood))
            }
            Err(Halt::Malformed) => Ok((self.add_malformed(file, parts), Understood::No)),
            Err(Halt::TooLarge) => Ok((self.add_too_large(file, parts), Understood::No)),
            Err(Halt::Stopped(Stop::Undecodable(error))) => {
                let file = SourceFile { encoding: Encoding::Undecodable, ..file };
                Ok((self.add_undecodable(file, parts, error), Understood::No))
            }
            Err(Halt::Stopped(Stop::Failed(error))) => Err(error),
        }
    }

    /// Everything that was read.
    pub fn finish(self) -> Export {
        Export {
            sources: self.sources,
            objects: self.objects,
            problems: self.problems.finish(),
            documents: self.documents,
            lifted: self.lifted,
        }
    }

    fn add_undecodable(&mut self, file: SourceFile, parts: Parts, error: DecodeError) -> FileId {
        let (file, end) = self.add_source(file, parts.cuts);
        self.problems.add(ProblemKind::Undecodable, end, || {
            (error.to_string(), Some(error.help().to_owned()))
        });
        file
    }

    fn add_too_large(&mut self, file: SourceFile, parts: Parts) -> FileId {
        let (file, end) = self.add_source(file, parts.cuts);
        self.problems.add(ProblemKind::TooLarge, end, || {
            let help = "export it in several files, with people and groups in lists";
            ("the file has more than fits into the memory".to_owned(), Some(help.to_owned()))
        });
        file
    }

    /// Adds a file that is no JSON, as its text shows.
    fn add_malformed(&mut self, file: SourceFile, parts: Parts) -> FileId {
        let (objects, documents) = (self.objects.len(), self.documents.len());
        let (file, understood) = self.add_text(file, parts);
        if understood == Understood::Yes {
            self.objects.truncate(objects);
            self.documents.truncate(documents);
            let span = Span { file, range: 0..0 };
            self.problems.add(ProblemKind::Malformed, span, || ("this is no JSON".into(), None));
        }
        file
    }

    /// Adds a file, and returns its id and its end.
    fn add_source(&mut self, file: SourceFile, cuts: Vec<Cut>) -> (FileId, Span) {
        let end = file.text.len();
        self.kept += end;
        let file = self.sources.add_parts(file, cuts);
        (file, Span { file, range: end..end })
    }

    fn add_text(&mut self, file: SourceFile, parts: Parts) -> (FileId, Understood) {
        let is_yaml = is_yaml(&file.path, &file.text);
        let is_empty = file.text.trim().is_empty();
        let (file, _) = self.add_source(file, parts.cuts);
        let text = self.sources.file(file).map_or("", |file| file.text.as_str());
        let whole = Span { file, range: 0..0 };
        if u32::try_from(text.len()).is_err() {
            let help = || ("the file has 4 GiB or more".to_owned(), Some("split it".to_owned()));
            self.problems.add(ProblemKind::TooLarge, whole, help);
            return (file, Understood::No);
        }
        if is_empty {
            let message = || ("the file is empty".to_owned(), Some("export it again".to_owned()));
            self.problems.add(ProblemKind::Malformed, whole, message);
            return (file, Understood::No);
        }
        match if is_yaml { Document::yaml(file, text) } else { Document::json(file, text) } {
            Ok(parsed) => {
                let mut walk = walk::Walk {
                    text,
                    documents: &mut self.documents,
                    objects: &mut self.objects,
                    problems: &mut self.problems,
                    lifted: &parts.placeholders,
                };
                walk.file(parsed);
                (file, Understood::Yes)
            }
            Err(SyntaxError { range, message, help }) => {
                let help = help.map(str::to_owned);
                let span = Span { file, range };
                self.problems.add(ProblemKind::Malformed, span, || (message, help));
                (file, Understood::No)
            }
        }
    }
}

/// Whether a file could be read to its end.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Understood {
    Yes,
    No,
}

fn is_yaml(path: &str, text: &str) -> bool {
    let extension = path.rsplit_once('.').map(|(_, last)| last.to_ascii_lowercase());
    match extension.as_deref() {
        Some("yaml" | "yml") => true,
        Some("json") => false,
        _ => !text.trim_start().starts_with(['{', '[', '"']),
    }
}

#[cfg(test)]
mod tests;
