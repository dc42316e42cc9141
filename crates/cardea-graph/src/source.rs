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
    /// No encoding that is read here, or broken in the middle. The text is then only what precedes
    /// the first byte that could not be read, so that a message can point behind it; such a file
    /// is never written back.
    Undecodable,
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
    /// For each file, the offsets at which its lines begin, the first line's 0 left out.
    line_starts: Vec<Vec<u32>>,
}

impl Sources {
    /// Adds a file and returns its id.
    pub fn add(&mut self, file: SourceFile) -> FileId {
        let newlines = file.text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        self.line_starts
            .push(newlines.map(|(at, _)| u32::try_from(at + 1).unwrap_or(u32::MAX)).collect());
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
        let index = usize::try_from(file.0).unwrap_or(usize::MAX);
        let starts = self.line_starts.get(index).map_or(&[][..], Vec::as_slice);
        let before = starts.partition_point(|start| usize_of(*start) <= offset);
        let start = before.checked_sub(1).and_then(|line| starts.get(line)).copied().unwrap_or(0);
        let text = self.file(file).map_or("", |file| file.text.as_str());
        let line = text.get(usize_of(start)..offset).unwrap_or_default();
        LineColumn { line: before + 1, column: line.chars().count() + 1 }
    }
}

fn usize_of(offset: u32) -> usize {
    usize::try_from(offset).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_columns_count_characters_from_one_with_either_line_end() {
        let mut sources = Sources::default();
        let text = "ab\r\nä€c\nd".to_owned();
        let file = sources.add(SourceFile { path: "a".to_owned(), text, encoding: Encoding::Utf8 });
        let place = |start: usize| {
            let at = sources.start(&Span { file, range: start..start });
            (at.line, at.column)
        };
        assert_eq!([place(0), place(2), place(4), place(9)], [(1, 1), (1, 3), (2, 1), (2, 3)]);
        assert_eq!([place(11), place(12)], [(3, 1), (3, 2)]);
    }
}
