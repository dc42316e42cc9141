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
    /// The text, without a byte order mark, line ends as in the file. Of a large file only parts
    /// are kept; see [`Sources::is_whole`].
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

/// A place in a text where something was left out, by which every position behind it moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cut {
    /// The offset in what is left.
    pub(crate) at: u32,
    /// Where the text behind stands in the file.
    pub(crate) then: LineColumn,
}

/// A position for people: line and column, both from 1; the column counts characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LineColumn {
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
}

impl LineColumn {
    /// The beginning of a file.
    pub(crate) const START: Self = Self { line: 1, column: 1 };

    /// The position behind a text that begins here.
    pub(crate) fn behind(self, text: &str) -> Self {
        let Some(last) = text.rfind('\n') else {
            return Self { column: self.column + text.chars().count(), ..self };
        };
        let lines = text.bytes().filter(|byte| *byte == b'\n').count();
        let rest = text.get(last + 1..).unwrap_or_default();
        Self { line: self.line + lines, column: rest.chars().count() + 1 }
    }
}

/// All files of an input.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    files: Vec<SourceFile>,
    lines: Vec<Lines>,
}

/// Where the lines of a file are.
#[derive(Clone, Debug, Default)]
struct Lines {
    /// The offsets at which lines begin, the first line's 0 left out.
    starts: Vec<u32>,
    cuts: Vec<Cut>,
}

impl Sources {
    /// Adds a file and returns its id.
    pub fn add(&mut self, file: SourceFile) -> FileId {
        self.add_parts(file, Vec::new())
    }

    /// Adds a file of which only parts are left.
    pub(crate) fn add_parts(&mut self, file: SourceFile, cuts: Vec<Cut>) -> FileId {
        let newlines = file.text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let starts = newlines.map(|(at, _)| u32::try_from(at + 1).unwrap_or(u32::MAX)).collect();
        let id = self.next();
        self.lines.push(Lines { starts, cuts });
        self.files.push(file);
        id
    }

    /// The id of the file that is added next.
    pub(crate) fn next(&self) -> FileId {
        FileId(u32::try_from(self.files.len()).unwrap_or(u32::MAX))
    }

    /// Whether the text of a file is all of it. Of files with very many people only what there is
    /// to show is kept; such a file is never written back.
    pub fn is_whole(&self, id: FileId) -> bool {
        self.lines(id).is_some_and(|lines| lines.cuts.is_empty())
    }

    /// The file with this id, if it is one of these sources.
    pub fn file(&self, id: FileId) -> Option<&SourceFile> {
        self.files.get(usize::try_from(id.0).ok()?)
    }

    /// All files, in the order in which they were added.
    pub fn files(&self) -> &[SourceFile] {
        &self.files
    }

    /// The files of which all is kept.
    pub fn whole_files(&self) -> impl Iterator<Item = &SourceFile> {
        let files = self.files.iter().zip(&self.lines);
        files.filter(|(_, lines)| lines.cuts.is_empty()).map(|(file, _)| file)
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

    /// The bytes of a line (from 1) without its line end; empty where the line is not kept.
    pub fn line(&self, file: FileId, number: usize) -> Range<usize> {
        let text = self.file(file).map_or("", |file| file.text.as_str());
        let starts = self.lines(file).map_or(&[][..], |lines| &lines.starts);
        let line_of = |offset: usize| self.line_start(file, offset).1.line;
        // What is left of a line may begin with what is left of another one.
        let later = starts.partition_point(|start| line_of(usize_of(*start)) <= number);
        let start =
            later.checked_sub(1).and_then(|at| starts.get(at)).map_or(0, |at| usize_of(*at));
        let end = starts.get(later).map_or(text.len(), |at| usize_of(*at));
        let line = text.get(start..end).unwrap_or_default();
        let end = start + line.trim_end_matches(['\n', '\r']).len();
        if line_of(start) <= number && number <= line_of(end) { start..end } else { end..end }
    }

    fn lines(&self, file: FileId) -> Option<&Lines> {
        self.lines.get(usize::try_from(file.0).ok()?)
    }

    fn line_column(&self, file: FileId, offset: usize) -> LineColumn {
        let (start, place) = self.line_start(file, offset);
        let text = self.file(file).map_or("", |file| file.text.as_str());
        let before = text.get(start..offset).unwrap_or_default();
        LineColumn { column: place.column + before.chars().count(), ..place }
    }

    /// Where what is kept in front of an offset on its line begins, in the text and in the file.
    fn line_start(&self, file: FileId, offset: usize) -> (usize, LineColumn) {
        let none = Lines::default();
        let Lines { starts, cuts } = self.lines(file).unwrap_or(&none);
        let before = cuts.partition_point(|cut| usize_of(cut.at) <= offset);
        let cut = before.checked_sub(1).and_then(|at| cuts.get(at));
        let (from, place) = cut.map_or((0, LineColumn::START), |cut| (usize_of(cut.at), cut.then));
        let begun = |end: usize| starts.partition_point(|start| usize_of(*start) <= end);
        let lines = begun(offset).saturating_sub(begun(from));
        let last = begun(offset).checked_sub(1).and_then(|line| starts.get(line));
        match last.filter(|_| lines > 0) {
            Some(start) => (usize_of(*start), LineColumn { line: place.line + lines, column: 1 }),
            None => (from, place),
        }
    }
}

pub(crate) fn usize_of(offset: u32) -> usize {
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
