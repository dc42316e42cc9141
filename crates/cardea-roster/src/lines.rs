//! The lines of a table, each with its number.

use csv::{Reader, ReaderBuilder, StringRecord};

/// What may stand between values.
const SEPARATORS: [u8; 3] = [b',', b';', b'\t'];

/// A line of a table; a value in quotes may go over several lines of the text.
#[derive(Debug)]
pub(crate) struct Line {
    /// The line of the text on which it begins, counted from 1.
    pub(crate) number: u64,
    pub(crate) cells: Vec<String>,
    /// Whether a quote is opened in it and never closed.
    pub(crate) is_open: bool,
}

impl Line {
    /// Whether it is the first line of Entra's template.
    pub(crate) fn is_version(&self) -> bool {
        self.cells.first().is_some_and(|it| it.trim().to_ascii_lowercase().starts_with("version:"))
    }
}

/// The lines of a table, empty ones left out.
#[derive(Debug)]
pub(crate) struct Lines<'a> {
    text: &'a str,
    reader: Reader<&'a [u8]>,
    record: StringRecord,
    /// How far line ends are counted: a byte of the text, and the number of its line.
    counted: (usize, u64),
}

impl<'a> Lines<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(separator(text))
            .from_reader(text.as_bytes());
        Self { text, reader, record: StringRecord::new(), counted: (0, 1) }
    }

    fn offset(&self) -> usize {
        usize::try_from(self.reader.position().byte()).unwrap_or(usize::MAX)
    }

    /// The line of a byte behind all bytes that were asked for before.
    fn number(&mut self, at: usize) -> u64 {
        let (from, mut number) = self.counted;
        let bytes = self.text.as_bytes();
        for (place, byte) in bytes.iter().enumerate().take(at).skip(from) {
            // A carriage return alone ends a line too, as old spreadsheets write it.
            let is_end = match byte {
                b'\n' => true,
                b'\r' => bytes.get(place + 1) != Some(&b'\n'),
                _ => false,
            };
            number += u64::from(is_end);
        }
        self.counted = (at.max(from), number);
        number
    }
}

impl Iterator for Lines<'_> {
    type Item = Line;

    fn next(&mut self) -> Option<Line> {
        let begin = self.offset();
        // Text cannot fail to be read: it is in memory, it is UTF-8, and lines may be of any length.
        if !self.reader.read_record(&mut self.record).unwrap_or(false) {
            return None;
        }
        let raw = self.text.get(begin..self.offset()).unwrap_or_default();
        let empty = raw.len() - raw.trim_start_matches(['\r', '\n']).len();
        Some(Line {
            number: self.number(begin + empty),
            cells: self.record.iter().map(str::to_owned).collect(),
            // A quote that is never closed takes in the rest of the text; one inside of a value
            // that began without stands for itself.
            is_open: self.offset() == self.text.len() && raw.matches('"').count() % 2 == 1,
        })
    }
}

/// What stands most often in the line of headings.
fn separator(text: &str) -> u8 {
    let is_heading =
        |it: &&str| !it.trim().is_empty() && !it.to_ascii_lowercase().starts_with("version:");
    let headings = text.lines().find(is_heading).unwrap_or_default();
    let count = |separator: u8| headings.bytes().filter(|it| *it == separator).count();
    // Of equals the last is taken, so the comma stands there.
    SEPARATORS.into_iter().rev().max_by_key(|it| count(*it)).unwrap_or(b',')
}
