//! Opening a database, and beginning transactions on it.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr as _;
use std::sync::Arc;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{ConnectOptions as _, PgPool};

use crate::database::Database;
use crate::seal::SealingKey;
use crate::sqlite::{File, Readers};
use crate::writer::Queue;
use crate::{Snapshot, StoreError, Transaction, migrate};

/// How long a statement waits for another process before the answer is [`StoreError::Busy`].
const PATIENCE: Duration = Duration::from_secs(10);

/// How many snapshots of an SQLite file can be read at the same time.
const READERS: usize = 4;

/// How many transactions run on PostgreSQL at the same time, for each process.
const SERVER_CONNECTIONS: u32 = 16;

/// Where a database is.
#[derive(Clone)]
pub enum Location {
    /// A file, which is created if it is not there. Other processes may have it open too.
    Sqlite(PathBuf),
    /// The address of a PostgreSQL database, `postgres://…`.
    Postgres(String),
}

/// Without the address, because it may hold a password.
impl fmt::Debug for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => f.debug_tuple("Sqlite").field(path).finish(),
            Self::Postgres(_) => f.write_str("Postgres(…)"),
        }
    }
}

/// An open database. Cheap to clone; all clones share its connections.
#[derive(Clone)]
pub struct Store {
    backend: Backend,
    key: Arc<SealingKey>,
}

#[derive(Clone)]
enum Backend {
    Sqlite { writer: Queue, readers: Readers },
    Postgres(PgPool),
}

impl Store {
    /// Opens the database, brings its schema up to date, and makes sure that `key` is its sealing key.
    ///
    /// # Errors
    ///
    /// The database cannot be reached, was written by a later version, or was sealed with another key.
    pub async fn open(location: &Location, key: SealingKey) -> Result<Self, StoreError> {
        let backend = match location {
            Location::Sqlite(path) => {
                let file = File { path: path.clone(), patience: PATIENCE };
                let writer = Queue::open(&file).await?;
                let readers = Readers::new(file, READERS);
                Backend::Sqlite { writer, readers }
            }
            Location::Postgres(url) => {
                let options = PgConnectOptions::from_str(url)
                    .map_err(|error| StoreError::of_postgres(&error))?;
                let options = options.application_name("cardea").disable_statement_logging();
                let pool = PgPoolOptions::new()
                    .max_connections(SERVER_CONNECTIONS)
                    .acquire_timeout(PATIENCE)
                    .connect_with(options);
                Backend::Postgres(pool.await.map_err(|error| StoreError::of_postgres(&error))?)
            }
        };
        let store = Self { backend, key: Arc::new(key) };
        migrate::run(&store).await?;
        Ok(store)
    }

    /// Begins a snapshot: everything read in it is as of one moment.
    ///
    /// # Errors
    ///
    /// The database cannot be reached.
    pub async fn read(&self) -> Result<Snapshot, StoreError> {
        let database = match &self.backend {
            Backend::Sqlite { readers, .. } => Database::Reader(Box::new(readers.begin().await?)),
            Backend::Postgres(pool) => {
                let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
                let transaction = pool
                    .begin_with(begin)
                    .await
                    .map_err(|error| StoreError::of_postgres(&error))?;
                Database::Postgres(transaction)
            }
        };
        Ok(Snapshot::new(database, self.key.clone()))
    }

    /// Begins a transaction. On SQLite it is the only one of this process, so it must not wait for anything
    /// slow: hash, sign and verify before.
    ///
    /// # Errors
    ///
    /// The database cannot be reached, or another process holds it.
    pub async fn write(&self) -> Result<Transaction, StoreError> {
        let database = match &self.backend {
            Backend::Sqlite { writer, .. } => Database::Writer(writer.begin().await?),
            Backend::Postgres(pool) => {
                let begin = pool.begin_with("BEGIN ISOLATION LEVEL READ COMMITTED").await;
                Database::Postgres(begin.map_err(|error| StoreError::of_postgres(&error))?)
            }
        };
        Ok(Transaction::new(Snapshot::new(database, self.key.clone())))
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.backend {
            Backend::Sqlite { .. } => f.write_str("Store(SQLite)"),
            Backend::Postgres(_) => f.write_str("Store(PostgreSQL)"),
        }
    }
}
