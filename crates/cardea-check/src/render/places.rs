//! From spans to lines and columns.

use std::ops::Range;

use cardea_graph::source::{FileId, LineColumn, SourceFile, Sources, Span};

/// The places of spans in the sources.
pub(super) struct Places<'a> {
    sources: &'a Sources,
}

/// A span with its file, kept inside the file's text.
#[derive(Clone, Debug)]
pub(super) struct Place<'a> {
    pub(super) file: &'a SourceFile,
    pub(super) range: Range<usize>,
    pub(super) start: LineColumn,
    /// Just behind the last character.
    pub(super) end: LineColumn,
}

impl<'a> Places<'a> {
    pub(super) fn new(sources: &'a Sources) -> Self {
        Self { sources }
    }

    /// The place of a span; `None` where its file is not one of the sources.
    pub(super) fn place(&self, span: &Span) -> Option<Place<'a>> {
        let file = self.sources.file(span.file)?;
        let start = floor(&file.text, span.range.start);
        let end = floor(&file.text, span.range.end).max(start);
        Some(Place {
            file,
            range: start..end,
            start: self.sources.start(&Span { file: span.file, range: start..end }),
            end: self.sources.end(&Span { file: span.file, range: start..end }),
        })
    }

    /// The folder that all files are in, for what has no place in any of them; the file, where there
    /// is one only.
    pub(super) fn root(&self) -> &'a str {
        let mut paths = self.sources.files().iter().map(|file| file.path.as_str());
        let Some(first) = paths.next() else { return "." };
        let common = paths.fold(first, |common, path| {
            let same = common.bytes().zip(path.bytes()).take_while(|(one, other)| one == other);
            let same = common.floor_char_boundary(same.count());
            let folder = common.get(..same).unwrap_or_default().rfind('/');
            folder.and_then(|end| common.get(..=end)).unwrap_or_default()
        });
        if common.is_empty() { "." } else { common }
    }

    /// The file to show for what has no place in any: the first one.
    pub(super) fn first_file(&self) -> Option<&'a str> {
        let path = self.sources.files().first().map(|file| file.path.as_str());
        path.filter(|path| *path != "<stdin>")
    }

    /// The bytes of a line (from 1) without its line end.
    pub(super) fn line(&self, file: FileId, number: usize) -> Range<usize> {
        self.sources.line(file, number)
    }
}

/// The nearest character boundary at or before an offset.
fn floor(text: &str, offset: usize) -> usize {
    text.floor_char_boundary(offset.min(text.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_agrees_with_the_sources_on_every_offset() {
        let text = "{\r\n  \"é\": [\n]\n}";
        let mut sources = Sources::default();
        let file = sources.add(SourceFile {
            path: "a.json".into(),
            text: text.into(),
            encoding: cardea_graph::source::Encoding::Utf8,
        });
        let places = Places::new(&sources);
        for (start, _) in text.char_indices() {
            let span = Span { file, range: start..text.len() };
            let place = places.place(&span).unwrap();
            assert_eq!(
                (place.start, place.end),
                (sources.start(&span), sources.end(&span)),
                "{start}"
            );
        }
        assert_eq!(text.get(places.line(file, 2)), Some("  \"é\": ["));
        assert_eq!(text.get(places.line(file, 9)), Some(""));
    }

    #[test]
    fn the_root_is_the_folder_of_all_files() {
        let root = |paths: &[&str]| {
            let mut sources = Sources::default();
            for path in paths {
                sources.add(SourceFile {
                    path: (*path).into(),
                    text: String::new(),
                    encoding: cardea_graph::source::Encoding::Utf8,
                });
            }
            Places::new(&sources).root().to_owned()
        };
        assert_eq!(root(&[]), ".");
        assert_eq!(root(&["a/b.json"]), "a/b.json");
        assert_eq!(root(&["a/b.json", "a/c.json"]), "a/");
        assert_eq!(root(&["a/bc/d.json", "a/be/d.json"]), "a/");
        assert_eq!(root(&["a.json", "b.json"]), ".");
        assert_eq!(root(&["/é/a.json", "/è/a.json"]), "/");
    }

    #[test]
    fn a_span_outside_its_file_is_kept_inside() {
        let mut sources = Sources::default();
        let file = sources.add(SourceFile {
            path: "a".into(),
            text: "é".into(),
            encoding: cardea_graph::source::Encoding::Utf8,
        });
        let place = Places::new(&sources).place(&Span { file, range: 1..99 }).unwrap();
        assert_eq!(place.range, 0..2);
    }
}
