//! Tables of people and groups: a form of a directory that a script writes in a few lines, and that
//! is small and quick to read where there are millions of memberships.
//!
//! The first line names the columns, and its first column tells what the table is of: `person` or
//! `group`. Columns are separated by commas or tabs, values may stand in double quotes as in
//! RFC 4180 but end on their line, and several values of one cell are separated by semicolons.
//! Every other column is called as Graph calls the property, and read as Graph's value is.

mod cells;
mod columns;
mod row;

pub(crate) use cells::{BadLine, values};
pub(crate) use columns::{Header, Subject};
pub(crate) use row::{GroupRow, PersonRow};

use crate::lower::Claims;
use crate::problem::{KEPT, ProblemKind, Problems};
use crate::source::{FileId, Span};
use crate::stream::{Halt, Incoming, Kept};
use columns::Column;
use std::collections::BTreeMap;
use std::io::Read;
use std::ops::Range;

/// A table that is being read.
pub(crate) struct Reading<'r> {
    file: FileId,
    /// The first line, and lines about which something is said.
    kept: &'r mut Kept,
    /// What the rows say.
    claims: &'r mut Claims,
    problems: Problems,
    counts: BTreeMap<ProblemKind, usize>,
    rows: usize,
}

/// What there is to tell about a table that was read.
#[derive(Debug, Default)]
pub(crate) struct Told {
    pub(crate) problems: Problems,
    pub(crate) rows: usize,
}

/// Something that is said about a part of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Remark {
    kind: ProblemKind,
    at: Range<usize>,
    message: String,
    help: Option<String>,
}

impl<'r> Reading<'r> {
    pub(crate) fn new(file: FileId, kept: &'r mut Kept, claims: &'r mut Claims) -> Self {
        let (problems, counts) = (Problems::default(), BTreeMap::new());
        Self { file, kept, claims, problems, counts, rows: 0 }
    }

    /// Takes down the rows of a table. Where a line is no line of the table, nothing else is told.
    ///
    /// # Errors
    /// The file ends early.
    pub(crate) fn read<R: Read>(
        mut self,
        header: Header,
        incoming: &mut Incoming<R>,
    ) -> (Told, Result<(), Halt>) {
        let read = self.lines(header, incoming);
        (Told { problems: self.problems, rows: self.rows }, read)
    }

    fn lines<R: Read>(&mut self, header: Header, incoming: &mut Incoming<R>) -> Result<(), Halt> {
        let mut columns = None;
        while let Some(length) = line_length(incoming)? {
            let line = incoming.rest().get(..length).unwrap_or_default();
            let read = match &columns {
                None => self.first(header, line).map(|found| columns = Some(found)),
                Some(columns) => self.row(header, columns, line),
            };
            if let Err(bad) = read {
                self.problems = Problems::default();
                self.keep(line, vec![bad.into()]);
                return Err(Halt::Malformed);
            }
            incoming.advance(length);
        }
        Ok(())
    }

    fn first(&mut self, header: Header, line: &str) -> Result<Vec<Column>, BadLine> {
        let cells = header.columns(without_end(line))?;
        for (_, cell) in cells.iter().filter(|(column, _)| *column == Column::Groups) {
            self.claims.begin_memberships(Span { file: self.file, range: cell.at.clone() });
        }
        self.keep(line, header.remarks(&cells));
        Ok(cells.into_iter().map(|(column, _)| column).collect())
    }

    fn row(&mut self, header: Header, columns: &[Column], line: &str) -> Result<(), BadLine> {
        let text = without_end(line);
        let mut remarks = Vec::new();
        if !text.is_empty() {
            self.rows += 1;
            match header.subject {
                Subject::Person => {
                    let row = PersonRow::of(header, columns, text, &mut remarks)?;
                    self.claims.person_row(&row);
                }
                Subject::Group => {
                    let row = GroupRow::of(header, columns, text, &mut remarks)?;
                    self.claims.group_row(&row)?;
                }
            }
        }
        self.keep(line, remarks);
        Ok(())
    }

    /// Keeps a line about which something is said, and leaves others out.
    fn keep(&mut self, line: &str, remarks: Vec<Remark>) {
        let base = self.kept.len();
        let mut is_shown = base == 0;
        for Remark { kind, at, message, help } in remarks {
            let count = self.counts.entry(kind).or_default();
            is_shown = is_shown || *count < KEPT;
            *count += 1;
            let span = Span { file: self.file, range: base + at.start..base + at.end };
            self.problems.add(kind, span, || (message, help));
        }
        if is_shown { self.kept.keep(line) } else { self.kept.leave_out(line) }
    }
}

impl From<BadLine> for Remark {
    fn from(bad: BadLine) -> Self {
        let BadLine { at, message, help } = bad;
        let help = help.map(str::to_owned);
        Self { kind: ProblemKind::Malformed, at, message, help }
    }
}

/// The bytes of the next line with its line end; `None` at the end.
fn line_length<R: Read>(incoming: &mut Incoming<R>) -> Result<Option<usize>, Halt> {
    let mut searched = 0;
    loop {
        let rest = incoming.rest();
        if let Some(end) = rest.get(searched..).and_then(|more| more.find('\n')) {
            return Ok(Some(searched + end + 1));
        }
        searched = rest.len();
        if !incoming.more()? || incoming.rest().len() == searched {
            return Ok((searched > 0).then_some(searched));
        }
    }
}

fn without_end(line: &str) -> &str {
    line.trim_end_matches(['\n', '\r'])
}

#[cfg(test)]
mod tests;
