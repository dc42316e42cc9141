//! The lines of a table, one after the other.

use super::Header;
use super::cells::{BadLine, Cells};
use super::columns::Column;
use crate::lower::{Ledger, Rows, suggestion};
use crate::problem::ProblemKind;
use crate::source::{FileId, Span};
use crate::stream::{Halt, Incoming, Kept};
use std::collections::BTreeMap;
use std::io::Read;
use std::ops::Range;

/// Something that is to be said about a part of a line.
pub(super) struct Remark {
    pub(super) kind: ProblemKind,
    pub(super) at: Range<usize>,
    pub(super) message: String,
    pub(super) help: Option<String>,
}

impl From<BadLine> for Remark {
    fn from(bad: BadLine) -> Self {
        let help = Some(bad.help.to_owned());
        Self { kind: ProblemKind::Malformed, at: bad.at, message: bad.message.to_owned(), help }
    }
}

/// Takes down the rows of a table, and keeps its first line and whatever there is to show.
///
/// # Errors
/// The table ends early, or a line is wrong; what is wrong with it is among the problems.
pub(crate) fn read<R: Read>(
    header: Header,
    file: FileId,
    incoming: &mut Incoming<R>,
    kept: &mut Kept,
    into: (&mut Rows<'_>, &mut Ledger),
) -> Result<(), Halt> {
    let (rows, ledger) = into;
    let mut reading = Reading { file, kept, rows, ledger };
    let mut columns = Vec::new();
    let mut is_first = true;
    while let Some(length) = line_length(incoming)? {
        let line = incoming.rest().get(..length).unwrap_or_default();
        if is_first {
            columns = reading.first(header, line)?;
            is_first = false;
        } else {
            reading.row(header, &columns, line)?;
        }
        incoming.advance(length);
    }
    Ok(())
}

/// The bytes of the next line with its line end; `None` at the end.
fn line_length<R: Read>(incoming: &mut Incoming<R>) -> Result<Option<usize>, Halt> {
    let mut searched = 0;
    loop {
        let rest = incoming.rest();
        let end = rest.get(searched..).and_then(|more| more.find('\n'));
        if let Some(end) = end {
            return Ok(Some(searched + end + 1));
        }
        searched = rest.len();
        let before = searched;
        let is_more = incoming.more()?;
        if !is_more || incoming.rest().len() == before {
            return Ok((before > 0).then_some(before));
        }
    }
}
