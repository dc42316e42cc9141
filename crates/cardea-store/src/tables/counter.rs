//! Numbers that the whole tenant shares.

use crate::tables::audit::Audited;
use crate::{Snapshot, StoreError, Transaction};

impl Snapshot {
    /// The revision of everything that decides sign-ins: tenant, objects, people, memberships.
    ///
    /// Each change to those raises it, so a process that keeps them in memory sees with one cheap question
    /// whether what it keeps is old. Methods, sessions and logs don't count.
    ///
    /// # Errors
    ///
    /// The database failed.
    pub async fn revision(&mut self) -> Result<u64, StoreError> {
        self.counter("SELECT name, value FROM counter WHERE name = 'revision'").await
    }

    /// How often the database was set back, by a restore or a failover that lost writes, plus one.
    ///
    /// One-time values and refresh tokens of an earlier epoch are void: which of them were used is not known.
    ///
    /// # Errors
    ///
    /// The database failed.
    pub async fn epoch(&mut self) -> Result<u64, StoreError> {
        self.counter("SELECT name, value FROM counter WHERE name = 'epoch'").await
    }

    async fn counter(&mut self, sql: &'static str) -> Result<u64, StoreError> {
        let missing = StoreError::Row { table: "counter", column: "value", row: String::new() };
        let row = self.row("counter", sql, &[]).await?.ok_or(missing)?;
        u64::try_from(row.number("value")?).map_err(|_| row.unreadable("value"))
    }
}

impl Transaction {
    /// Makes every one-time value and refresh token that is out void. For use after a restore.
    ///
    /// # Errors
    ///
    /// The database failed, or the audit record is of another transaction.
    pub async fn raise_epoch(&mut self, audited: &Audited) -> Result<(), StoreError> {
        self.require(audited)?;
        self.execute("UPDATE counter SET value = value + 1 WHERE name = 'epoch'", &[]).await?;
        Ok(())
    }

    pub(crate) async fn raise_revision(&mut self) -> Result<(), StoreError> {
        self.execute("UPDATE counter SET value = value + 1 WHERE name = 'revision'", &[]).await?;
        Ok(())
    }
}
