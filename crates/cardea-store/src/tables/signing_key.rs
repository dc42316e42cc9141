//! The keys that sign tokens, sealed.

use std::fmt;

use jiff::Timestamp;
use zeroize::Zeroizing;

use crate::seal::Cell;
use crate::tables::audit::Audited;
use crate::tables::{Change, Put};
use crate::value::Word;
use crate::{Snapshot, StoreError, Transaction};

/// What a key is for at the moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyState {
    /// Published, so that clients know it before it signs.
    Next,
    /// Signs. There is one for each algorithm at most.
    Active,
    /// Published until the tokens that it signed are over.
    Retiring,
}

/// A key that signs tokens.
pub struct SigningKey {
    /// Its id in the key set and in tokens.
    pub kid: String,
    /// As in JOSE: `RS256`, `ES256`.
    pub algorithm: String,
    /// The private key, in PKCS #8.
    pub pkcs8: Zeroizing<Vec<u8>>,
    /// What it is for.
    pub state: KeyState,
    /// When it was made.
    pub created: Timestamp,
    /// When a retiring key is published no more.
    pub retires: Option<Timestamp>,
}

/// Without the private key.
impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey")
            .field("kid", &self.kid)
            .field("algorithm", &self.algorithm)
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}

impl Word for KeyState {
    const ALL: &'static [Self] = &[Self::Next, Self::Active, Self::Retiring];

    fn word(self) -> &'static str {
        match self {
            Self::Next => "next",
            Self::Active => "active",
            Self::Retiring => "retiring",
        }
    }
}

impl Snapshot {
    /// All keys, the oldest first.
    ///
    /// # Errors
    ///
    /// The database failed, or a row cannot be read or opened.
    pub async fn signing_keys(&mut self) -> Result<Vec<SigningKey>, StoreError> {
        let sql = "SELECT kid, algorithm, pkcs8, state, created, retires FROM signing_key ORDER BY created, kid";
        let rows = self.rows("signing_key", sql, &[]).await?;
        rows.iter()
            .map(|row| {
                let kid = row.text("kid")?;
                let cell = Cell { table: "signing_key", column: "pkcs8", row: &kid };
                Ok(SigningKey {
                    pkcs8: self.key().open(cell, &row.bytes("pkcs8")?)?,
                    kid,
                    algorithm: row.text("algorithm")?,
                    state: row.word("state")?,
                    created: row.time("created")?,
                    retires: row.maybe_time("retires")?,
                })
            })
            .collect()
    }
}

impl Transaction {
    /// Keeps a key, sealed, unless it is an active one and its algorithm has one already.
    ///
    /// # Errors
    ///
    /// The database failed, or the audit record is of another transaction.
    pub async fn add_signing_key(
        &mut self,
        audited: &Audited,
        key: &SigningKey,
    ) -> Result<Put, StoreError> {
        self.require(audited)?;
        let cell = Cell { table: "signing_key", column: "pkcs8", row: &key.kid };
        let sealed = self.key().seal(cell, &key.pkcs8)?;
        let sql = "INSERT INTO signing_key (kid, algorithm, pkcs8, state, created, retires) \
                   VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING";
        let values = [
            (&key.kid).into(),
            (&key.algorithm).into(),
            sealed.as_slice().into(),
            key.state.word().into(),
            key.created.into(),
            key.retires.into(),
        ];
        Ok(Put::of(self.execute(sql, &values).await?))
    }

    /// Lets a next key sign. The one that signed with its algorithm is published until `retires`.
    ///
    /// Two processes that do it at once wait for each other at their audit records; the second finds no next key.
    ///
    /// # Errors
    ///
    /// The database failed, or the audit record is of another transaction.
    pub async fn promote_signing_key(
        &mut self,
        audited: &Audited,
        kid: &str,
        retires: Timestamp,
    ) -> Result<Change, StoreError> {
        self.require(audited)?;
        let sql = "UPDATE signing_key SET state = 'retiring', retires = $2 WHERE state = 'active' AND algorithm = \
                   (SELECT algorithm FROM signing_key WHERE kid = $1 AND state = 'next')";
        self.execute(sql, &[kid.into(), retires.into()]).await?;
        let sql = "UPDATE signing_key SET state = 'active' WHERE kid = $1 AND state = 'next'";
        Ok(Change::of(self.execute(sql, &[kid.into()]).await?))
    }

    /// Removes keys whose time is over; how many.
    ///
    /// # Errors
    ///
    /// The database failed, or the audit record is of another transaction.
    pub async fn retire_signing_keys(
        &mut self,
        audited: &Audited,
        now: Timestamp,
    ) -> Result<u64, StoreError> {
        self.require(audited)?;
        let sql = "DELETE FROM signing_key WHERE state = 'retiring' AND retires <= $1";
        self.execute(sql, &[now.into()]).await
    }
}
