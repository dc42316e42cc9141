//! Migrations: the files of `migrations/`, in their order, each once.
//!
//! All that are missing run in one transaction, so a process that dies in between has changed nothing. Two
//! processes that start at once wait for each other.

use aws_lc_rs::digest;

use crate::seal::Cell;
use crate::{Store, StoreError, Transaction};

/// The files, in their order. One that was released is never changed; another one is added.
const MIGRATIONS: [Migration; 5] = [
    Migration { number: 1, script: include_str!("../migrations/0001_tenant.sql") },
    Migration { number: 2, script: include_str!("../migrations/0002_snooze.sql") },
    Migration { number: 3, script: include_str!("../migrations/0003_code_session.sql") },
    Migration { number: 4, script: include_str!("../migrations/0004_authenticator.sql") },
    Migration { number: 5, script: include_str!("../migrations/0005_person_name.sql") },
];

/// What the canary says.
const CANARY: &[u8] = b"cardea";

struct Migration {
    number: i64,
    script: &'static str,
}

impl Migration {
    /// Of the file, by which another file with its number is noticed.
    fn checksum(&self) -> Vec<u8> {
        digest::digest(&digest::SHA256, self.script.as_bytes()).as_ref().to_vec()
    }
}

/// Brings the schema up to date and checks the sealing key.
pub(crate) async fn run(store: &Store) -> Result<(), StoreError> {
    let mut transaction = store.write().await?;
    transaction.hold_schema().await?;
    transaction
        .script(
            "CREATE TABLE IF NOT EXISTS migration \
             (number INTEGER NOT NULL PRIMARY KEY, checksum BLOB NOT NULL) STRICT;",
        )
        .await?;
    let done = done(&mut transaction).await?;
    for migration in &MIGRATIONS {
        match done.iter().find(|(number, _)| *number == migration.number) {
            Some((_, checksum)) if *checksum == migration.checksum() => {}
            Some(_) => return Err(StoreError::OtherMigration { number: migration.number }),
            None => apply(&mut transaction, migration).await?,
        }
    }
    check_key(&mut transaction).await?;
    transaction.commit().await
}

/// The migrations that the database has seen. One that this version has not says that a later one wrote it.
async fn done(transaction: &mut Transaction) -> Result<Vec<(i64, Vec<u8>)>, StoreError> {
    let sql = "SELECT number, checksum FROM migration ORDER BY number";
    let rows = transaction.rows("migration", sql, &[]).await?;
    let done: Result<Vec<_>, StoreError> =
        rows.iter().map(|row| Ok((row.number("number")?, row.bytes("checksum")?))).collect();
    let known = MIGRATIONS.iter().map(|migration| migration.number).max().unwrap_or(0);
    match done?.as_slice() {
        [.., (found, _)] if *found > known => Err(StoreError::NewerSchema { found: *found, known }),
        done => Ok(done.to_vec()),
    }
}

async fn apply(transaction: &mut Transaction, migration: &Migration) -> Result<(), StoreError> {
    transaction.script(migration.script).await?;
    let checksum = migration.checksum();
    let values = [migration.number.into(), checksum.as_slice().into()];
    let sql = "INSERT INTO migration (number, checksum) VALUES ($1, $2)";
    transaction.execute(sql, &values).await.map(drop)
}

/// Opens the canary, or seals it if the database is new.
async fn check_key(transaction: &mut Transaction) -> Result<(), StoreError> {
    let cell = Cell { table: "canary", column: "sealed", row: "canary" };
    let sql = "SELECT id, sealed FROM canary WHERE id = 'canary'";
    if let Some(row) = transaction.row("canary", sql, &[]).await? {
        let opened = transaction.key().open(cell, &row.bytes("sealed")?);
        return opened.map(drop).map_err(|_| StoreError::WrongKey);
    }
    let sealed = transaction.key().seal(cell, CANARY)?;
    let sql = "INSERT INTO canary (id, sealed) VALUES ('canary', $1)";
    transaction.execute(sql, &[sealed.as_slice().into()]).await.map(drop)
}
