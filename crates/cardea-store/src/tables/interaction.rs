//! Sign-ins in progress.

use jiff::Timestamp;

use crate::tables::Change;
use crate::{SecretHash, Snapshot, StoreError, Transaction};

/// A sign-in in progress.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interaction {
    /// Of the id in the cookie.
    pub hash: SecretHash,
    /// How often the state was replaced. A new one has 0.
    pub version: u32,
    /// Where the sign-in stands, as JSON.
    pub state: String,
    /// When it began.
    pub created: Timestamp,
    /// When it is given up.
    pub ends: Timestamp,
}

/// What became of a state that was to take another's place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Replaced {
    /// It did; the interaction has this version now.
    Done {
        /// The new version.
        version: u32,
    },
    /// The interaction is gone, or has another version: another request of the same browser came between.
    Stale,
}

impl Snapshot {
    /// The sign-in in progress with this id, if it is not given up.
    ///
    /// # Errors
    ///
    /// The database failed, or the row cannot be read.
    pub async fn interaction(
        &mut self,
        hash: &SecretHash,
        now: Timestamp,
    ) -> Result<Option<Interaction>, StoreError> {
        let sql = "SELECT hash, version, state, created, ends FROM interaction WHERE hash = $1 AND ends > $2";
        let row = self.row("interaction", sql, &[hash.as_bytes().into(), now.into()]).await?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some(Interaction {
            hash: *hash,
            version: row.count("version")?,
            state: row.text("state")?,
            created: row.time("created")?,
            ends: row.time("ends")?,
        }))
    }
}

impl Transaction {
    /// Begins a sign-in.
    ///
    /// # Errors
    ///
    /// The database failed.
    pub async fn create_interaction(
        &mut self,
        interaction: &Interaction,
    ) -> Result<(), StoreError> {
        let sql = "INSERT INTO interaction (hash, version, state, created, ends) VALUES ($1, $2, $3, $4, $5)";
        let Interaction { hash, version, state, created, ends } = interaction;
        let values = [
            hash.as_bytes().into(),
            (*version).into(),
            state.into(),
            (*created).into(),
            (*ends).into(),
        ];
        self.execute(sql, &values).await?;
        Ok(())
    }

    /// Takes a sign-in on, if it still stands where the caller read it.
    ///
    /// # Errors
    ///
    /// The database failed.
    pub async fn replace_interaction(
        &mut self,
        hash: &SecretHash,
        version: u32,
        state: &str,
    ) -> Result<Replaced, StoreError> {
        let sql = "UPDATE interaction SET version = version + 1, state = $3 WHERE hash = $1 AND version = $2";
        let replaced =
            self.execute(sql, &[hash.as_bytes().into(), version.into(), state.into()]).await?;
        Ok(if replaced == 0 {
            Replaced::Stale
        } else {
            Replaced::Done { version: version.saturating_add(1) }
        })
    }

    /// Ends a sign-in, if it still stands where the caller read it: of two requests one ends it.
    ///
    /// # Errors
    ///
    /// The database failed.
    pub async fn end_interaction(
        &mut self,
        hash: &SecretHash,
        version: u32,
    ) -> Result<Change, StoreError> {
        let sql = "DELETE FROM interaction WHERE hash = $1 AND version = $2";
        Ok(Change::of(self.execute(sql, &[hash.as_bytes().into(), version.into()]).await?))
    }
}
