//! The files of an input as text, and spans in them.

use std::ops::Range;

/// How a file's bytes spell its text. Kept so that a fix is written back the same way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Encoding {
    /// UTF-8 without a byte order mark.
    #[default]
    Utf8,
    /// UTF-8 with a byte order mark.
    Utf8Bom,
    /// UTF-16, little endian, with a byte order mark.
    Utf16Le,
    /// UTF-16, big endian, with a byte order mark.
    Utf16Be,
    /// UTF-16, little endian, without a byte order mark.
    Utf16LeBare,
    /// UTF-16, big endian, without a byte order mark.
    Utf16BeBare,
}

/// The position of a file in [`Sources`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub u32);

/// One file of the input, decoded.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// The path as it is shown, with `/` between its parts; `<stdin>` for standard input.
    pub path: String,
    /// The text, without a byte order mark, line ends as in the file.
    pub text: String,
    /// How the bytes spell it.
    pub encoding: Encoding,
}

/// A range of bytes in the decoded text of a file.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Span {
    /// The file.
    pub file: FileId,
    /// Bytes in [`SourceFile::text`].
    pub range: Range<usize>,
}

/// A position for people: line and column, both from 1; the column counts characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LineColumn {
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
}

/// All files of an input.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    files: Vec<SourceFile>,
}

impl Sources {
    /// Adds a file and returns its id.
    pub fn add(&mut self, file: SourceFile) -> FileId {
        self.files.push(file);
        FileId(u32::try_from(self.files.len() - 1).unwrap_or(u32::MAX))
    }

    /// The file with this id, if it is one of these sources.
    pub fn file(&self, id: FileId) -> Option<&SourceFile> {
        self.files.get(usize::try_from(id.0).ok()?)
    }

    /// All files, in the order in which they were added.
    pub fn files(&self) -> &[SourceFile] {
        &self.files
    }

    /// The text that a span covers; empty where the span lies outside its file.
    pub fn text(&self, span: &Span) -> &str {
        self.file(span.file).and_then(|file| file.text.get(span.range.clone())).unwrap_or("")
    }

    /// Line and column where a span begins.
    pub fn start(&self, span: &Span) -> LineColumn {
        self.line_column(span.file, span.range.start)
    }

    /// Line and column just behind a span's last character.
    pub fn end(&self, span: &Span) -> LineColumn {
        self.line_column(span.file, span.range.end)
    }

    fn line_column(&self, file: FileId, offset: usize) -> LineColumn {
        let before = self.file(file).and_then(|file| file.text.get(..offset)).unwrap_or_default();
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        LineColumn {
            line: before.matches('\n').count() + 1,
            column: before.get(line_start..).unwrap_or_default().chars().count() + 1,
        }
    }
}
