//! From files to what is in them.

use super::lift::{Lifted, Lifting};
use super::{Export, Found, walk};
use crate::document::{Document, SyntaxError};
use crate::encoding::{DecodeError, Undecodable};
use crate::problem::{ProblemKind, Problems};
use crate::source::{Cut, Encoding, FileId, SourceFile, Sources, Span};
use crate::stream::{self, Halt, Incoming, Kept, Parts, Stop};
use crate::table::{Header, Reading};
use std::io::{self, Read};

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

/// What a file is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Syntax {
    Json,
    Yaml,
    Table(Header),
    /// A table of something else.
    OtherTable,
}

/// Whether a file could be read to its end.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Understood {
    Yes,
    No,
}

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

    /// As [`Self::read`], for a file that is in memory. All of it is kept, unless it is a table.
    pub fn add(&mut self, path: impl Into<String>, bytes: Vec<u8>) -> FileId {
        let file = match SourceFile::decode(path.into(), bytes) {
            Ok(file) => file,
            Err(Undecodable { file, error }) => {
                return self.add_undecodable(file, Parts::default(), error);
            }
        };
        match Syntax::of(&file.path, &file.text) {
            Syntax::Table(_) => {
                let incoming = Incoming::whole(file.text, file.encoding);
                self.take_down(file.path, incoming).unwrap_or_else(|_| self.sources.next())
            }
            syntax @ (Syntax::Json | Syntax::Yaml | Syntax::OtherTable) => {
                self.add_text(file, Parts::default(), syntax).0
            }
        }
    }

    /// As [`Self::read`], for a file of any size. Of its people only what there is to show is kept.
    ///
    /// # Errors
    /// The file cannot be read. It is not among the files then.
    pub fn stream(&mut self, path: impl Into<String>, source: impl Read) -> io::Result<FileId> {
        self.take_down(path.into(), Incoming::new(source))
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

    /// Takes down what a file says of people and keeps the rest. Where the file cannot be read to
    /// its end, all of that is taken back.
    fn take_down<R: Read>(&mut self, path: String, incoming: Incoming<R>) -> io::Result<FileId> {
        let mut lifted = std::mem::take(&mut self.lifted);
        let begin = lifted.claims.moment();
        let read = self.take_down_into(&mut lifted, path, incoming);
        if !matches!(read, Ok((_, Understood::Yes))) {
            lifted.claims.take_back(&begin);
        }
        self.lifted = lifted;
        read.map(|(file, _)| file)
    }

    fn take_down_into<R: Read>(
        &mut self,
        lifted: &mut Lifted,
        path: String,
        mut incoming: Incoming<R>,
    ) -> io::Result<(FileId, Understood)> {
        let mut kept = Kept::default();
        let file = self.sources.next();
        let begun = incoming.peek();
        let syntax = Syntax::of(&path, incoming.rest());
        let mut lifting = Lifting::new(lifted, file);
        let halt = match (begun, syntax) {
            (Err(stop), _) => Err(Halt::Stopped(stop)),
            (Ok(_), Syntax::Json) => stream::cut(file, &mut incoming, &mut kept, &mut lifting),
            (Ok(_), Syntax::Yaml) => stream::keep(&mut incoming, &mut kept),
            (Ok(_), Syntax::OtherTable) => {
                kept.keep(incoming.rest().lines().next().unwrap_or_default());
                kept.leave_out("");
                Ok(())
            }
            (Ok(_), Syntax::Table(header)) => {
                let reading = Reading::new(file, &mut kept, lifting.claims());
                let (told, read) = reading.read(header, &mut incoming);
                self.problems.append(told.problems);
                lifting.count(header.subject.kind(), told.rows);
                read
            }
        };
        if let Err(Halt::Stopped(_)) = halt {
            kept.keep(incoming.rest());
        }
        let encoding = incoming.encoding().unwrap_or_default();
        let (text, parts) = kept.finish();
        let source = SourceFile { path, text, encoding };
        let read = self.end(halt, source, parts, syntax)?;
        if read.1 == Understood::Yes {
            lifting.finish();
        }
        Ok(read)
    }

    /// Adds a file of which there is no more.
    fn end(
        &mut self,
        halt: Result<(), Halt>,
        file: SourceFile,
        parts: Parts,
        syntax: Syntax,
    ) -> io::Result<(FileId, Understood)> {
        let file = match (halt, syntax) {
            (Ok(()), Syntax::Json | Syntax::Yaml | Syntax::OtherTable) => {
                return Ok(self.add_text(file, parts, syntax));
            }
            (Ok(()), Syntax::Table(_)) => {
                return Ok((self.add_source(file, parts.cuts).0, Understood::Yes));
            }
            (Err(Halt::Malformed), Syntax::Table(_)) => self.add_source(file, parts.cuts).0,
            (Err(Halt::Malformed), Syntax::Json | Syntax::Yaml | Syntax::OtherTable) => {
                self.add_malformed(file, parts, syntax)
            }
            (Err(Halt::TooLarge), _) => self.add_too_large(file, parts),
            (Err(Halt::Stopped(Stop::Undecodable(error))), _) => {
                let file = SourceFile { encoding: Encoding::Undecodable, ..file };
                self.add_undecodable(file, parts, error)
            }
            (Err(Halt::Stopped(Stop::Failed(error))), _) => return Err(error),
        };
        Ok((file, Understood::No))
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
    fn add_malformed(&mut self, file: SourceFile, parts: Parts, syntax: Syntax) -> FileId {
        let (objects, documents) = (self.objects.len(), self.documents.len());
        let (file, understood) = self.add_text(file, parts, syntax);
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

    fn add_text(&mut self, file: SourceFile, parts: Parts, syntax: Syntax) -> (FileId, Understood) {
        let is_empty = file.text.trim().is_empty();
        let (file, _) = self.add_source(file, parts.cuts);
        let text = self.sources.file(file).map_or("", |file| file.text.as_str());
        let whole = Span { file, range: 0..0 };
        if u32::try_from(text.len()).is_err() {
            let help = || ("the file has 4 GiB or more".to_owned(), Some("split it".to_owned()));
            self.problems.add(ProblemKind::TooLarge, whole, help);
            return (file, Understood::No);
        }
        let read = match syntax {
            Syntax::OtherTable => {
                self.problems.add(ProblemKind::Unrecognised, whole, other_table);
                return (file, Understood::Yes);
            }
            _ if is_empty => {
                let help = || ("the file is empty".to_owned(), Some("export it again".to_owned()));
                self.problems.add(ProblemKind::Malformed, whole, help);
                return (file, Understood::No);
            }
            Syntax::Yaml => Document::yaml(file, text),
            Syntax::Json | Syntax::Table(_) => Document::json(file, text),
        };
        match read {
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

impl Syntax {
    fn of(path: &str, text: &str) -> Self {
        let extension = path.rsplit_once('.').map(|(_, last)| last.to_ascii_lowercase());
        let header = Header::of(text);
        match (extension.as_deref(), header) {
            (Some("yaml" | "yml"), _) => Self::Yaml,
            (Some("json"), _) => Self::Json,
            (_, Some(header)) => Self::Table(header),
            (Some("csv" | "tsv"), None) if !text.trim().is_empty() => Self::OtherTable,
            (_, None) if text.trim_start().starts_with(['{', '[', '"']) => Self::Json,
            (_, None) => Self::Yaml,
        }
    }
}

fn other_table() -> (String, Option<String>) {
    let message = "this table is neither of people nor of groups, so it was not read".to_owned();
    let help = "let the first line begin with the column `person` or `group`, and not with a type";
    (message, Some(help.to_owned()))
}
