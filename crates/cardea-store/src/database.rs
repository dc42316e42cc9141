//! The one place that knows that there are two databases.
//!
//! Everything above it writes one SQL text with `$1`, `$2` … and gets rows that look alike.

use rusqlite::Connection;
use sqlx::{AssertSqlSafe, Executor as _, PgConnection, Postgres};

use crate::StoreError;
use crate::sqlite::{self, Reader};
use crate::value::{Cells, Row, Value};
use crate::writer::Turn;

/// A connection inside a transaction.
pub(crate) enum Database {
    /// A reader's snapshot of the file; in a box, because a connection is large and futures hold this.
    Reader(Box<Reader>),
    /// The turn at the one connection that writes the file.
    Writer(Turn),
    /// A transaction on the server; dropping it rolls it back.
    Postgres(sqlx::Transaction<'static, Postgres>),
}

/// Where a statement runs.
enum Target<'d> {
    Sqlite(&'d mut Connection),
    Postgres(&'d mut PgConnection),
}

/// Binds the values to a query on the server.
macro_rules! query {
    ($sql:expr, $values:expr) => {{
        let mut query = sqlx::query($sql);
        for value in $values {
            query = match value {
                Value::Text(text) => query.bind(text.clone()),
                Value::Bytes(bytes) => query.bind(bytes.clone()),
                Value::Number(number) => query.bind(*number),
            };
        }
        query
    }};
}

/// What a database's files are written in.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    Sqlite,
    Postgres,
}

impl Database {
    pub(crate) fn dialect(&self) -> Dialect {
        match self {
            Self::Reader(_) | Self::Writer(_) => Dialect::Sqlite,
            Self::Postgres(_) => Dialect::Postgres,
        }
    }

    /// A connection that was given back is none any more.
    fn target(&mut self) -> Result<Target<'_>, StoreError> {
        match self {
            Self::Reader(reader) => reader.connection().map(Target::Sqlite),
            Self::Writer(turn) => turn.connection().map(Target::Sqlite),
            Self::Postgres(transaction) => Some(Target::Postgres(transaction)),
        }
        .ok_or(StoreError::Lost)
    }

    /// Runs a script of several statements without parameters, as migrations are.
    pub(crate) async fn script(&mut self, script: String) -> Result<(), StoreError> {
        match self.target()? {
            Target::Sqlite(connection) => {
                connection.execute_batch(&script).map_err(|error| StoreError::of_sqlite(&error))
            }
            Target::Postgres(connection) => {
                let answer = connection.execute(sqlx::raw_sql(AssertSqlSafe(script))).await;
                answer.map(drop).map_err(|error| StoreError::of_postgres(&error))
            }
        }
    }

    /// Makes everything last.
    pub(crate) async fn commit(self) -> Result<(), StoreError> {
        match self {
            Self::Reader(_) => Ok(()),
            Self::Writer(turn) => turn.commit().await,
            Self::Postgres(transaction) => transaction
                .commit()
                .await
                .map_err(|error| StoreError::NotDurable { reason: error.to_string() }),
        }
    }

    /// Runs a statement; how many rows it touched.
    pub(crate) async fn execute(
        &mut self,
        sql: &'static str,
        values: &[Value],
    ) -> Result<u64, StoreError> {
        match self.target()? {
            Target::Sqlite(connection) => sqlite::execute(connection, sql, values)
                .map_err(|error| StoreError::of_sqlite(&error)),
            Target::Postgres(connection) => {
                let answer = connection.execute(query!(sql, values)).await;
                let answer = answer.map_err(|error| StoreError::of_postgres(&error))?;
                Ok(answer.rows_affected())
            }
        }
    }

    /// Runs a statement that answers with rows of `table`.
    pub(crate) async fn rows(
        &mut self,
        table: &'static str,
        sql: &'static str,
        values: &[Value],
    ) -> Result<Vec<Row>, StoreError> {
        match self.target()? {
            Target::Sqlite(connection) => sqlite::rows(connection, table, sql, values)
                .map_err(|error| StoreError::of_sqlite(&error)),
            Target::Postgres(connection) => {
                let rows = connection.fetch_all(query!(sql, values)).await;
                let rows = rows.map_err(|error| StoreError::of_postgres(&error))?;
                Ok(rows.into_iter().map(|row| Row::new(table, Cells::Postgres(row))).collect())
            }
        }
    }
}
