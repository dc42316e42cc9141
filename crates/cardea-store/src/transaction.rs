//! Snapshots and transactions: what all queries are methods of.

use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::StoreError;
use crate::database::{Database, Dialect};
use crate::seal::SealingKey;
use crate::value::{Row, Value};

/// A reader's view. Whatever is read in it is as of one moment; nothing can be written through it.
pub struct Snapshot {
    database: Database,
    key: Arc<SealingKey>,
    standing: Standing,
}

/// Whether more can be done on a connection.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Standing {
    Sound,
    /// A statement failed, or was given up half-way; what it did is unknown.
    Lost,
}

impl Snapshot {
    pub(crate) fn new(database: Database, key: Arc<SealingKey>) -> Self {
        Self { database, key, standing: Standing::Sound }
    }

    pub(crate) fn key(&self) -> &SealingKey {
        &self.key
    }

    /// Runs a statement; how many rows it touched.
    pub(crate) async fn execute(
        &mut self,
        sql: &'static str,
        values: &[Value],
    ) -> Result<u64, StoreError> {
        self.start()?;
        let answer = self.database.execute(sql, values).await;
        self.finish(answer)
    }

    /// Runs a statement that answers with rows of `table`.
    pub(crate) async fn rows(
        &mut self,
        table: &'static str,
        sql: &'static str,
        values: &[Value],
    ) -> Result<Vec<Row>, StoreError> {
        self.start()?;
        let answer = self.database.rows(table, sql, values).await;
        self.finish(answer)
    }

    /// The one row that a statement answers with, if it does.
    pub(crate) async fn row(
        &mut self,
        table: &'static str,
        sql: &'static str,
        values: &[Value],
    ) -> Result<Option<Row>, StoreError> {
        Ok(self.rows(table, sql, values).await?.into_iter().next())
    }

    /// Until the answer is there the standing is bad, so a statement that is given up leaves it so.
    fn start(&mut self) -> Result<(), StoreError> {
        match std::mem::replace(&mut self.standing, Standing::Lost) {
            Standing::Sound => Ok(()),
            Standing::Lost => Err(StoreError::Lost),
        }
    }

    fn finish<T>(&mut self, answer: Result<T, StoreError>) -> Result<T, StoreError> {
        let answer = answer?;
        self.standing = Standing::Sound;
        Ok(answer)
    }
}

impl fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Snapshot")
    }
}

/// A snapshot that can also be changed. Dropping it undoes everything; [`Transaction::commit`] makes it last.
///
/// After an error from the database nothing more can be done with it. Refusals that are part of a table's
/// meaning, as "there are ten passkeys already", are no errors and leave it as it is.
pub struct Transaction {
    snapshot: Snapshot,
    number: u64,
}

impl Transaction {
    pub(crate) fn new(snapshot: Snapshot) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        Self { snapshot, number: NEXT.fetch_add(1, Ordering::Relaxed) }
    }

    /// Makes all changes last. When this returns they survive the loss of power.
    ///
    /// # Errors
    ///
    /// Nothing was changed, except after [`StoreError::NotDurable`], where nobody can know.
    pub async fn commit(mut self) -> Result<(), StoreError> {
        self.snapshot.start()?;
        self.snapshot.database.commit().await
    }

    /// Runs a script of the schema, which is written for SQLite.
    pub(crate) async fn script(&mut self, script: &str) -> Result<(), StoreError> {
        let script = match self.snapshot.database.dialect() {
            Dialect::Sqlite => script.to_owned(),
            Dialect::Postgres => {
                let script = script.replace(" INTEGER", " BIGINT").replace(" BLOB", " BYTEA");
                script.replace(") STRICT;", ");")
            }
        };
        self.snapshot.start()?;
        let answer = self.snapshot.database.script(script).await;
        self.snapshot.finish(answer)
    }

    /// Waits until nobody else is at the schema.
    pub(crate) async fn hold_schema(&mut self) -> Result<(), StoreError> {
        match self.snapshot.database.dialect() {
            // A transaction that writes is the only one there is.
            Dialect::Sqlite => Ok(()),
            Dialect::Postgres => {
                // The number is this lock's name: "cardea" in ASCII.
                self.execute("SELECT pg_advisory_xact_lock(109270135104865)", &[]).await.map(drop)
            }
        }
    }

    /// Which of all transactions of this process this is.
    pub(crate) fn number(&self) -> u64 {
        self.number
    }
}

impl Deref for Transaction {
    type Target = Snapshot;

    fn deref(&self) -> &Snapshot {
        &self.snapshot
    }
}

impl DerefMut for Transaction {
    fn deref_mut(&mut self) -> &mut Snapshot {
        &mut self.snapshot
    }
}

impl fmt::Debug for Transaction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Transaction")
    }
}
