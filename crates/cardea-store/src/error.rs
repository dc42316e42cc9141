//! What can go wrong between a question and a durable answer.

use thiserror::Error;

/// Why the store cannot do what was asked.
///
/// No variant carries a value of a row, so an error can be logged as it is.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The database cannot be opened or reached; nothing was changed.
    #[error("the database cannot be reached: {reason}")]
    Unreachable {
        /// The driver's own words.
        reason: String,
    },
    /// Another process holds the database for too long; nothing was changed, and trying again may work.
    #[error("the database is busy: another process holds it; try again")]
    Busy,
    /// There is no room for the change; nothing was changed.
    #[error("the database's disk is full; free some space and try again")]
    Full,
    /// The database refused a statement. The transaction is lost.
    #[error("the database refused a statement: {reason}")]
    Refused {
        /// The driver's own words.
        reason: String,
    },
    /// A statement of this transaction failed before, so nothing more can be done with it.
    #[error("the transaction is lost because a statement failed before; begin a new one")]
    Lost,
    /// The change was not made durable. Whoever waited for it must not be told that it happened.
    #[error("the change could not be made durable: {reason}")]
    NotDurable {
        /// The driver's own words.
        reason: String,
    },
    /// The disk once failed to confirm a write. What it holds is unknown until the process starts anew.
    #[error("the disk failed to confirm a write; look at the disk, then restart")]
    Unsynced,
    /// A row holds something that nobody writes.
    #[error("table `{table}` has a row that cannot be read: column `{column}` of row `{row}`")]
    Row {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
        /// The row, by its first column.
        row: String,
    },
    /// The database was sealed with another key.
    #[error("the sealing key does not fit this database; give the key that it was created with")]
    WrongKey,
    /// The database was written by a later version of Cardea.
    #[error(
        "the database has schema {found}, this version knows {known}; use the version that wrote it"
    )]
    NewerSchema {
        /// The number of the last migration that the database has seen.
        found: i64,
        /// The number of the last migration that this version has.
        known: i64,
    },
    /// A migration that ran in the past is not the one that this version has.
    #[error(
        "migration {number} of the database is not the one of this version; use an official build"
    )]
    OtherMigration {
        /// The migration's number.
        number: i64,
    },
    /// An administrative write came with the audit record of another transaction.
    #[error("the audit record belongs to another transaction; write it in the same one")]
    Unaudited,
    /// The system has no random bytes.
    #[error("the system gives no random bytes")]
    NoRandom,
    /// A value cannot be kept, for instance because it is too large for its column.
    #[error("a value does not fit into column `{column}` of table `{table}`")]
    Unstorable {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
    },
}

impl StoreError {
    /// The error of a statement on PostgreSQL or of an attempt to reach it, without what the driver knows
    /// of values.
    pub(crate) fn of_postgres(error: &sqlx::Error) -> Self {
        let unreachable = matches!(
            error,
            sqlx::Error::Io(_)
                | sqlx::Error::Tls(_)
                | sqlx::Error::PoolTimedOut
                | sqlx::Error::PoolClosed
                | sqlx::Error::WorkerCrashed
                | sqlx::Error::Configuration(_)
        );
        match error.as_database_error() {
            Some(inner) => of_state(inner),
            None if unreachable => Self::Unreachable { reason: error.to_string() },
            None => Self::Refused { reason: error.to_string() },
        }
    }

    /// The error of a statement on SQLite or of an attempt to open it, without what the driver knows of
    /// values.
    pub(crate) fn of_sqlite(error: &rusqlite::Error) -> Self {
        use rusqlite::ErrorCode;
        let reason = if let rusqlite::Error::SqliteFailure(_, Some(message)) = error {
            message.clone()
        } else {
            error.to_string()
        };
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy,
            Some(ErrorCode::DiskFull) => Self::Full,
            Some(ErrorCode::CannotOpen) => Self::Unreachable { reason },
            _ => Self::Refused { reason },
        }
    }
}

/// PostgreSQL speaks in SQLSTATEs.
fn of_state(error: &dyn sqlx::error::DatabaseError) -> StoreError {
    match error.code().unwrap_or_default().as_ref() {
        // Lock not available, serialization failure, deadlock.
        "55P03" | "40001" | "40P01" => StoreError::Busy,
        "53100" => StoreError::Full,
        // Admin shutdown, crash shutdown, cannot connect now, too many connections.
        "57P01" | "57P02" | "57P03" | "53300" => {
            StoreError::Unreachable { reason: error.message().to_owned() }
        }
        _ => StoreError::Refused { reason: error.message().to_owned() },
    }
}
