//! Passwords, hashed by the caller.

use std::fmt;

use jiff::Timestamp;

use crate::tables::Change;
use crate::tables::audit::Audited;
use crate::{Snapshot, StoreError, Transaction};

/// A password's hash.
#[derive(Clone, PartialEq, Eq)]
pub struct Password {
    /// The hash with its parameters, in the PHC string format.
    pub phc: String,
    /// When it was set.
    pub changed: Timestamp,
}

/// Without the hash.
impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Password").field("changed", &self.changed).finish_non_exhaustive()
    }
}

impl Snapshot {
    /// A person's password.
    ///
    /// # Errors
    ///
    /// The database failed, or the row cannot be read.
    pub async fn password(&mut self, person: &str) -> Result<Option<Password>, StoreError> {
        let sql = "SELECT person, phc, changed FROM password WHERE person = $1";
        let row = self.row("password", sql, &[person.into()]).await?;
        row.map(|row| Ok(Password { phc: row.text("phc")?, changed: row.time("changed")? }))
            .transpose()
    }
}

impl Transaction {
    /// Sets a person's password.
    ///
    /// # Errors
    ///
    /// The database failed, there is no such person, or the audit record is of another transaction.
    pub async fn put_password(
        &mut self,
        audited: &Audited,
        person: &str,
        password: &Password,
    ) -> Result<(), StoreError> {
        self.require(audited)?;
        let sql = "INSERT INTO password (person, phc, changed) VALUES ($1, $2, $3) \
                   ON CONFLICT (person) DO UPDATE SET phc = excluded.phc, changed = excluded.changed";
        self.execute(sql, &[person.into(), (&password.phc).into(), password.changed.into()])
            .await?;
        Ok(())
    }

    /// Takes a person's password away.
    ///
    /// # Errors
    ///
    /// The database failed, or the audit record is of another transaction.
    pub async fn delete_password(
        &mut self,
        audited: &Audited,
        person: &str,
    ) -> Result<Change, StoreError> {
        self.require(audited)?;
        let sql = "DELETE FROM password WHERE person = $1";
        Ok(Change::of(self.execute(sql, &[person.into()]).await?))
    }
}
