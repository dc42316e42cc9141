//! The one place that knows that there are two databases.
//!
//! Everything above it writes one SQL text with `$1`, `$2` … and gets rows that look alike.

use sqlx::{AssertSqlSafe, Executor as _, PgConnection, Postgres, Sqlite, SqliteConnection};

use crate::StoreError;
use crate::value::{Cells, Row, Value};
use crate::writer::Turn;

/// A connection inside a transaction.
pub(crate) enum Database {
    /// A reader's snapshot of the file.
    Reader(sqlx::Transaction<'static, Sqlite>),
    /// The turn at the one connection that writes the file.
    Writer(Turn),
    /// A transaction on the server; dropping it rolls it back.
    Postgres(sqlx::Transaction<'static, Postgres>),
}

/// Binds the values to a query of either driver.
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

    /// Runs a script of several statements without parameters, as migrations are.
    pub(crate) async fn script(&mut self, script: String) -> sqlx::Result<()> {
        let script = sqlx::raw_sql(AssertSqlSafe(script));
        match self {
            Self::Reader(transaction) => transaction.execute(script).await.map(drop),
            Self::Writer(turn) => connection(turn)?.execute(script).await.map(drop),
            Self::Postgres(transaction) => transaction.execute(script).await.map(drop),
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
    ) -> sqlx::Result<u64> {
        match self {
            Self::Reader(connection) => sqlite_execute(connection, sql, values).await,
            Self::Writer(writer) => sqlite_execute(connection(writer)?, sql, values).await,
            Self::Postgres(transaction) => {
                let connection: &mut PgConnection = transaction;
                Ok(connection.execute(query!(sql, values)).await?.rows_affected())
            }
        }
    }

    /// Runs a statement that answers with rows of `table`.
    pub(crate) async fn rows(
        &mut self,
        table: &'static str,
        sql: &'static str,
        values: &[Value],
    ) -> sqlx::Result<Vec<Row>> {
        match self {
            Self::Reader(connection) => sqlite_rows(connection, table, sql, values).await,
            Self::Writer(writer) => sqlite_rows(connection(writer)?, table, sql, values).await,
            Self::Postgres(transaction) => {
                let connection: &mut PgConnection = transaction;
                let rows = connection.fetch_all(query!(sql, values)).await?;
                Ok(rows.into_iter().map(|row| Row::new(table, Cells::Postgres(row))).collect())
            }
        }
    }
}

/// The connection of a turn; a turn that was given back has none.
fn connection(turn: &mut Turn) -> sqlx::Result<&mut SqliteConnection> {
    turn.connection().ok_or(sqlx::Error::PoolClosed)
}

async fn sqlite_execute(
    connection: &mut SqliteConnection,
    sql: &'static str,
    values: &[Value],
) -> sqlx::Result<u64> {
    Ok(connection.execute(query!(sql, values)).await?.rows_affected())
}

async fn sqlite_rows(
    connection: &mut SqliteConnection,
    table: &'static str,
    sql: &'static str,
    values: &[Value],
) -> sqlx::Result<Vec<Row>> {
    let rows = connection.fetch_all(query!(sql, values)).await?;
    Ok(rows.into_iter().map(|row| Row::new(table, Cells::Sqlite(row))).collect())
}
