//! Values that go into a statement, and rows that come out of one.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use rusqlite::types::Value as Cell;
use sqlx::Row as _;

use crate::StoreError;
use crate::sqlite::SqliteRow;

/// A value for a parameter. Each kind has its own nothing, because PostgreSQL types its nulls.
#[derive(Clone)]
pub(crate) enum Value {
    Text(Option<String>),
    Bytes(Option<Vec<u8>>),
    Number(Option<i64>),
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(Some(text.to_owned()))
    }
}

impl From<&String> for Value {
    fn from(text: &String) -> Self {
        Self::Text(Some(text.clone()))
    }
}

impl From<Option<&str>> for Value {
    fn from(text: Option<&str>) -> Self {
        Self::Text(text.map(ToOwned::to_owned))
    }
}

impl From<&[u8]> for Value {
    fn from(bytes: &[u8]) -> Self {
        Self::Bytes(Some(bytes.to_vec()))
    }
}

impl From<Option<&[u8]>> for Value {
    fn from(bytes: Option<&[u8]>) -> Self {
        Self::Bytes(bytes.map(<[u8]>::to_vec))
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Number(Some(number))
    }
}

impl From<u32> for Value {
    fn from(number: u32) -> Self {
        Self::Number(Some(i64::from(number)))
    }
}

impl From<Option<i64>> for Value {
    fn from(number: Option<i64>) -> Self {
        Self::Number(number)
    }
}

impl From<Timestamp> for Value {
    fn from(time: Timestamp) -> Self {
        Self::Number(Some(time.as_microsecond()))
    }
}

impl From<Option<Timestamp>> for Value {
    fn from(time: Option<Timestamp>) -> Self {
        Self::Number(time.map(Timestamp::as_microsecond))
    }
}

/// The words by which an enum stands in a column.
pub(crate) trait Word: Copy + 'static {
    /// Every state there is.
    const ALL: &'static [Self];

    /// The word of this state.
    fn word(self) -> &'static str;
}

/// The cells of a row, as either driver has them.
pub(crate) enum Cells {
    Sqlite(SqliteRow),
    Postgres(sqlx::postgres::PgRow),
}

/// A row that knows which table it is from, so that a cell that cannot be read can be named.
pub(crate) struct Row {
    table: &'static str,
    cells: Cells,
}

/// Reads a cell of either driver as the same type.
macro_rules! cell {
    ($row:expr, $column:expr, $kind:path, $type:ty) => {
        match &$row.cells {
            Cells::Sqlite(row) => match row.cell($column) {
                Some(Cell::Null) => Ok(None),
                Some($kind(value)) => Ok(Some(value.clone())),
                Some(_) | None => Err($row.unreadable($column)),
            },
            Cells::Postgres(row) => {
                row.try_get::<Option<$type>, _>($column).map_err(|_| $row.unreadable($column))
            }
        }
    };
}

impl Row {
    pub(crate) fn new(table: &'static str, cells: Cells) -> Self {
        Self { table, cells }
    }

    /// The error that says that this row's `column` holds what nobody writes.
    pub(crate) fn unreadable(&self, column: &'static str) -> StoreError {
        StoreError::Row { table: self.table, column, row: self.name() }
    }

    /// The row's first column as a text.
    fn name(&self) -> String {
        match &self.cells {
            Cells::Sqlite(row) => match row.first() {
                Some(Cell::Text(text)) => text.clone(),
                Some(Cell::Integer(number)) => number.to_string(),
                Some(Cell::Blob(bytes)) => STANDARD.encode(bytes),
                Some(Cell::Real(_) | Cell::Null) | None => String::new(),
            },
            Cells::Postgres(row) => {
                let number = row.try_get(0).ok().map(|number: i64| number.to_string());
                let bytes = || row.try_get::<Vec<u8>, _>(0).ok().map(|it| STANDARD.encode(it));
                let text = row.try_get::<String, _>(0).ok();
                text.or(number).or_else(bytes).unwrap_or_default()
            }
        }
    }

    pub(crate) fn text(&self, column: &'static str) -> Result<String, StoreError> {
        self.maybe_text(column)?.ok_or_else(|| self.unreadable(column))
    }

    pub(crate) fn maybe_text(&self, column: &'static str) -> Result<Option<String>, StoreError> {
        cell!(self, column, Cell::Text, String)
    }

    pub(crate) fn bytes(&self, column: &'static str) -> Result<Vec<u8>, StoreError> {
        self.maybe_bytes(column)?.ok_or_else(|| self.unreadable(column))
    }

    pub(crate) fn maybe_bytes(&self, column: &'static str) -> Result<Option<Vec<u8>>, StoreError> {
        cell!(self, column, Cell::Blob, Vec<u8>)
    }

    pub(crate) fn number(&self, column: &'static str) -> Result<i64, StoreError> {
        self.maybe_number(column)?.ok_or_else(|| self.unreadable(column))
    }

    pub(crate) fn maybe_number(&self, column: &'static str) -> Result<Option<i64>, StoreError> {
        cell!(self, column, Cell::Integer, i64)
    }

    /// A number of 32 bits, never negative.
    pub(crate) fn count(&self, column: &'static str) -> Result<u32, StoreError> {
        u32::try_from(self.number(column)?).map_err(|_| self.unreadable(column))
    }

    pub(crate) fn time(&self, column: &'static str) -> Result<Timestamp, StoreError> {
        Timestamp::from_microsecond(self.number(column)?).map_err(|_| self.unreadable(column))
    }

    pub(crate) fn maybe_time(&self, column: &'static str) -> Result<Option<Timestamp>, StoreError> {
        self.maybe_number(column)?
            .map(|number| Timestamp::from_microsecond(number).map_err(|_| self.unreadable(column)))
            .transpose()
    }

    pub(crate) fn word<W: Word>(&self, column: &'static str) -> Result<W, StoreError> {
        let text = self.text(column)?;
        W::ALL
            .iter()
            .copied()
            .find(|word| word.word() == text)
            .ok_or_else(|| self.unreadable(column))
    }
}
