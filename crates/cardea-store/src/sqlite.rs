//! SQLite, as the store uses it: on the thread that asks.
//!
//! A question to the file is answered from memory nearly always, in a few microseconds. Handing it to a
//! thread that waits for questions takes several times as long as answering it. What can take long, a flush
//! to disk and waiting for another process, is done elsewhere: see [`crate::writer`].

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rusqlite::Connection;
use rusqlite::types::{ToSqlOutput, Value as Cell, ValueRef};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::StoreError;
use crate::value::{Cells, Row, Value};

/// How many prepared statements a connection keeps; the store has fewer.
const STATEMENTS: usize = 512;

/// The waits before something is tried again that another process holds up; the last one is repeated.
const AGAIN: [Duration; 5] = [
    Duration::from_millis(1),
    Duration::from_millis(2),
    Duration::from_millis(5),
    Duration::from_millis(10),
    Duration::from_millis(20),
];

/// A file, and how to open it.
#[derive(Clone)]
pub(crate) struct File {
    pub(crate) path: PathBuf,
    /// How long to wait while another process holds it.
    pub(crate) patience: Duration,
}

impl File {
    /// Connects to the file, which is made if it is not there. SQLite does not wait by itself where a file
    /// is about to get its write-ahead log: two processes that wait for each other there would wait for
    /// ever, so it says at once that the file is busy.
    pub(crate) async fn connect(&self) -> Result<Connection, StoreError> {
        patiently(self.patience, || connect(&self.path)).await
    }
}

/// Tries again while the file is busy, and for as long as `patience`.
pub(crate) async fn patiently<T>(
    patience: Duration,
    mut attempt: impl FnMut() -> rusqlite::Result<T>,
) -> Result<T, StoreError> {
    let mut left = patience;
    let mut waits = AGAIN.into_iter();
    let mut wait = AGAIN[0];
    loop {
        match attempt().map_err(|error| StoreError::of_sqlite(&error)) {
            Err(StoreError::Busy) if !left.is_zero() => {
                wait = waits.next().unwrap_or(wait);
                tokio::time::sleep(wait).await;
                left = left.saturating_sub(wait);
            }
            done => return done,
        }
    }
}

fn connect(path: &Path) -> rusqlite::Result<Connection> {
    let connection = Connection::open(path)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    // Whoever waits does so by itself, without holding up a thread.
    connection.busy_timeout(Duration::ZERO)?;
    connection.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;",
    )?;
    Ok(connection)
}

/// Runs a statement; how many rows it touched.
pub(crate) fn execute(
    connection: &Connection,
    sql: &str,
    values: &[Value],
) -> rusqlite::Result<u64> {
    let mut statement = connection.prepare_cached(sql)?;
    bind(&mut statement, values)?;
    let mut rows = statement.raw_query();
    while rows.next()?.is_some() {}
    drop(rows);
    Ok(if statement.readonly() { 0 } else { connection.changes() })
}

/// Runs a statement that answers with rows of `table`.
pub(crate) fn rows(
    connection: &Connection,
    table: &'static str,
    sql: &str,
    values: &[Value],
) -> rusqlite::Result<Vec<Row>> {
    let mut statement = connection.prepare_cached(sql)?;
    let names: Arc<[String]> = statement.column_names().map(str::to_owned).collect();
    bind(&mut statement, values)?;
    let mut found = Vec::new();
    let mut rows = statement.raw_query();
    while let Some(row) = rows.next()? {
        let cells = (0..names.len()).map(|at| row.get_ref(at).map(owned));
        let cells = cells.collect::<rusqlite::Result<Vec<_>>>()?;
        found.push(Row::new(table, Cells::Sqlite(SqliteRow { names: names.clone(), cells })));
    }
    Ok(found)
}

/// A text that is no UTF-8 becomes bytes, so that the row that holds it can be named when it is read.
fn owned(cell: ValueRef<'_>) -> Cell {
    match cell {
        ValueRef::Null => Cell::Null,
        ValueRef::Integer(number) => Cell::Integer(number),
        ValueRef::Real(number) => Cell::Real(number),
        ValueRef::Blob(bytes) => Cell::Blob(bytes.to_vec()),
        ValueRef::Text(text) => String::from_utf8(text.to_vec())
            .map_or_else(|error| Cell::Blob(error.into_bytes()), Cell::Text),
    }
}

/// SQLite takes `$3` for a name, and counts names in the order in which they come.
fn bind(statement: &mut rusqlite::CachedStatement<'_>, values: &[Value]) -> rusqlite::Result<()> {
    for at in 1..=statement.parameter_count() {
        let number =
            statement.parameter_name(at).and_then(|name| name.strip_prefix('$')?.parse().ok());
        let number: usize = number.unwrap_or(at);
        let value = number.checked_sub(1).and_then(|index| values.get(index));
        let value = value.ok_or(rusqlite::Error::InvalidParameterCount(values.len(), number))?;
        statement.raw_bind_parameter(at, value)?;
    }
    Ok(())
}

impl rusqlite::ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        let value = match self {
            Self::Text(text) => text.as_ref().map(|text| ValueRef::Text(text.as_bytes())),
            Self::Bytes(bytes) => bytes.as_ref().map(|bytes| ValueRef::Blob(bytes)),
            Self::Number(number) => number.map(ValueRef::Integer),
        };
        Ok(ToSqlOutput::Borrowed(value.unwrap_or(ValueRef::Null)))
    }
}

/// A row, out of the connection's hands.
pub(crate) struct SqliteRow {
    names: Arc<[String]>,
    cells: Vec<Cell>,
}

impl SqliteRow {
    /// The cell of a column; `None` if there is no such column.
    pub(crate) fn cell(&self, column: &str) -> Option<&Cell> {
        let at = self.names.iter().position(|name| name == column)?;
        self.cells.get(at)
    }

    /// The cell of the first column.
    pub(crate) fn first(&self) -> Option<&Cell> {
        self.cells.first()
    }
}

/// Connections that only read.
#[derive(Clone)]
pub(crate) struct Readers {
    file: File,
    idle: Arc<Mutex<Vec<Connection>>>,
    free: Arc<Semaphore>,
}

impl Readers {
    /// At most so many connections, which are opened when they are needed.
    pub(crate) fn new(file: File, most: usize) -> Self {
        let (idle, free) = (Arc::default(), Arc::new(Semaphore::new(most)));
        Self { file, idle, free }
    }

    async fn connect(&self) -> Result<Connection, StoreError> {
        let connection = self.file.connect().await?;
        // Another process that recovers or closes the file keeps readers out for a moment.
        let set = connection.busy_timeout(self.file.patience);
        let set = set.and_then(|()| connection.execute_batch("PRAGMA query_only = ON"));
        set.map_err(|error| StoreError::of_sqlite(&error))?;
        Ok(connection)
    }

    /// Waits for a connection, and begins to read.
    pub(crate) async fn begin(&self) -> Result<Reader, StoreError> {
        let permit = self.free.clone().acquire_owned().await;
        let permit = permit.map_err(|_| StoreError::Lost)?;
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let connection = match idle {
            Some(connection) => connection,
            None => self.connect().await?,
        };
        let begun = execute(&connection, "BEGIN", &[]);
        begun.map_err(|error| StoreError::of_sqlite(&error))?;
        Ok(Reader { connection: Some(connection), idle: self.idle.clone(), _permit: permit })
    }
}

/// A connection inside a transaction that reads.
pub(crate) struct Reader {
    /// Nothing after it was given back.
    connection: Option<Connection>,
    idle: Arc<Mutex<Vec<Connection>>>,
    _permit: OwnedSemaphorePermit,
}

impl Reader {
    pub(crate) fn connection(&mut self) -> Option<&mut Connection> {
        self.connection.as_mut()
    }
}

/// Gives the connection back, unless its transaction cannot be ended.
impl Drop for Reader {
    fn drop(&mut self) {
        let Some(connection) = self.connection.take() else { return };
        if execute(&connection, "ROLLBACK", &[]).is_ok() {
            self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
        }
    }
}
