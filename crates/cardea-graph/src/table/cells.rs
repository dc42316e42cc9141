//! The cells of a line.

use std::borrow::Cow;
use std::ops::Range;

/// A cell: where it stands in its line, quotes included, and what it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Cell<'l> {
    pub(super) at: Range<usize>,
    pub(super) text: Cow<'l, str>,
}

/// Why a line is no line of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BadLine {
    pub(crate) at: Range<usize>,
    pub(crate) message: String,
    pub(crate) help: Option<&'static str>,
}

impl BadLine {
    pub(super) fn new(at: Range<usize>, message: &str, help: &'static str) -> Self {
        Self { at, message: message.to_owned(), help: Some(help) }
    }
}

/// The cells of a line, one after the other.
#[derive(Clone, Debug)]
pub(super) struct Cells<'l> {
    line: &'l str,
    separator: u8,
    /// Where the next cell begins; `None` behind the last one.
    next: Option<usize>,
}

impl<'l> Cells<'l> {
    /// The cells of a line without its line end.
    pub(super) fn new(line: &'l str, separator: u8) -> Self {
        Self { line, separator, next: Some(0) }
    }

    fn plain(&mut self, start: usize) -> Cell<'l> {
        let rest = self.line.get(start..).unwrap_or_default();
        let length = rest.bytes().position(|byte| byte == self.separator);
        self.next = length.map(|length| start + length + 1);
        let text = rest.get(..length.unwrap_or(rest.len())).unwrap_or_default();
        Cell { at: start..start + text.len(), text: Cow::Borrowed(text) }
    }

    fn quoted(&mut self, start: usize) -> Result<Cell<'l>, BadLine> {
        let inside = self.line.get(start + 1..).unwrap_or_default();
        let mut bytes = inside.bytes().enumerate().peekable();
        let mut is_doubled = false;
        let length = loop {
            match bytes.next() {
                None => {
                    let help = "put a double quote behind its last character";
                    let message = "the value is not closed on its line";
                    return Err(BadLine::new(start..start + 1, message, help));
                }
                Some((_, b'"')) if bytes.next_if(|(_, next)| *next == b'"').is_some() => {
                    is_doubled = true;
                }
                Some((at, b'"')) => break at,
                Some(_) => {}
            }
        };
        let text = inside.get(..length).unwrap_or_default();
        let text = if is_doubled { text.replace("\"\"", "\"").into() } else { text.into() };
        let end = start + length + 2;
        match self.line.as_bytes().get(end) {
            None => self.next = None,
            Some(byte) if *byte == self.separator => self.next = Some(end + 1),
            Some(_) => {
                let help = "write a double quote inside a value twice";
                let message = "something stands behind the closing quote";
                return Err(BadLine::new(end - 1..end, message, help));
            }
        }
        Ok(Cell { at: start..end, text })
    }
}

impl<'l> Iterator for Cells<'l> {
    type Item = Result<Cell<'l>, BadLine>;

    fn next(&mut self) -> Option<Self::Item> {
        let start = self.next?;
        if self.line.as_bytes().get(start) == Some(&b'"') {
            let cell = self.quoted(start);
            if cell.is_err() {
                self.next = None;
            }
            return Some(cell);
        }
        Some(Ok(self.plain(start)))
    }
}

/// The values of a cell that may have several: what stands between semicolons, without the space
/// around it; empty ones are none.
pub(crate) fn values(text: &str) -> impl Iterator<Item = &str> {
    text.split(';').map(str::trim_ascii).filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, expected: &[&str]) {
        let cells: Vec<_> = Cells::new(line, b',')
            .map(|cell| match cell {
                Ok(cell) => format!("{}:{}", cell.at.start, cell.text),
                Err(bad) => format!("{}! {}", bad.at.start, bad.message),
            })
            .collect();
        assert_eq!(cells, expected);
    }

    #[test]
    fn cells_are_plain_or_quoted() {
        check("", &["0:"]);
        check("a,,b", &["0:a", "2:", "3:b"]);
        check("a,", &["0:a", "2:"]);
        check("\"a,b\",\"\",c\"d", &["0:a,b", "6:", "9:c\"d"]);
        check("\"a \"\"b\"\"\"", &["0:a \"b\""]);
        check("a,\"b", &["0:a", "2! the value is not closed on its line"]);
        check("\"a\" ,b", &["2! something stands behind the closing quote"]);
        assert_eq!(values(" a;; b ;").collect::<Vec<_>>(), ["a", "b"]);
    }
}
