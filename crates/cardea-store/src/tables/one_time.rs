//! Values that work once: the primitive that every such thing without a table of its own uses.

use std::fmt;

use jiff::Timestamp;

use crate::tables::{Change, Put};
use crate::value::Word;
use crate::{SecretHash, StoreError, Transaction};

/// What a one-time value is for. Values of different kinds never meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OneTimeKind {
    /// An authorization code (RFC 6749 section 4.1.2).
    AuthorizationCode,
    /// The challenge of a ceremony (WebAuthn level 3, section 13.4.3).
    Challenge,
    /// The `jti` of a client assertion (RFC 7523 section 3).
    Assertion,
    /// The link of the first set-up.
    SetupLink,
    /// The proof that a form came from a page of ours.
    Nonce,
}

impl Word for OneTimeKind {
    const ALL: &'static [Self] =
        &[Self::AuthorizationCode, Self::Challenge, Self::Assertion, Self::SetupLink, Self::Nonce];

    fn word(self) -> &'static str {
        match self {
            Self::AuthorizationCode => "authorizationCode",
            Self::Challenge => "challenge",
            Self::Assertion => "assertion",
            Self::SetupLink => "setupLink",
            Self::Nonce => "nonce",
        }
    }
}

/// A value that works once.
#[derive(Clone, PartialEq, Eq)]
pub struct OneTime {
    /// What it is for.
    pub kind: OneTimeKind,
    /// Of the value.
    pub hash: SecretHash,
    /// What whoever takes it gets, as JSON.
    pub payload: String,
    /// From when on it works no more.
    pub ends: Timestamp,
}

/// Without the payload.
impl fmt::Debug for OneTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OneTime")
            .field("kind", &self.kind)
            .field("hash", &self.hash)
            .finish_non_exhaustive()
    }
}

/// What became of an attempt to take a one-time value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Taken {
    /// It is the taker's, with its payload, and nobody else's any more.
    Now(String),
    /// Somebody had it before. The payload says what has to be undone.
    Before(String),
    /// It was never used, and is over.
    Expired,
    /// There is no such value.
    Unknown,
}

impl Transaction {
    /// Keeps a one-time value.
    ///
    /// # Errors
    ///
    /// The database failed.
    pub async fn put_one_time(&mut self, value: &OneTime) -> Result<Put, StoreError> {
        let sql = "INSERT INTO one_time (kind, hash, payload, ends, epoch) VALUES ($1, $2, $3, $4, \
                   (SELECT value FROM counter WHERE name = 'epoch')) ON CONFLICT DO NOTHING";
        let OneTime { kind, hash, payload, ends } = value;
        let values = [kind.word().into(), hash.as_bytes().into(), payload.into(), (*ends).into()];
        Ok(Put::of(self.execute(sql, &values).await?))
    }

    /// Ties a one-time value to a session, so that it stays tied when the session gets a new id.
    ///
    /// # Errors
    ///
    /// The database failed.
    pub async fn tie_one_time(
        &mut self,
        (kind, hash): (OneTimeKind, &SecretHash),
        session: &SecretHash,
    ) -> Result<Change, StoreError> {
        let sql = "UPDATE one_time SET session = $3 WHERE kind = $1 AND hash = $2";
        let values = [kind.word().into(), hash.as_bytes().into(), session.as_bytes().into()];
        Ok(Change::of(self.execute(sql, &values).await?))
    }

    /// The session that a one-time value is tied to, by the id that it has now. It keeps that id until this
    /// transaction is over. Ask before the value is taken: whoever changes several rows of one person holds the
    /// person's row first.
    ///
    /// # Errors
    ///
    /// The database failed, or the row cannot be read.
    pub async fn session_of_one_time(
        &mut self,
        kind: OneTimeKind,
        hash: &SecretHash,
    ) -> Result<Option<SecretHash>, StoreError> {
        let values = [kind.word().into(), hash.as_bytes().into()];
        let sql = "UPDATE person SET changed = changed WHERE id IN (SELECT session.person FROM session \
                   JOIN one_time ON one_time.session = session.hash \
                   WHERE one_time.kind = $1 AND one_time.hash = $2)";
        self.execute(sql, &values).await?;
        let sql = "SELECT hash, session FROM one_time WHERE kind = $1 AND hash = $2 \
                   AND session IS NOT NULL";
        let row = self.row("one_time", sql, &values).await?;
        let read = |row: crate::value::Row| {
            SecretHash::read(&row.bytes("session")?).ok_or_else(|| row.unreadable("session"))
        };
        row.map(read).transpose()
    }

    /// Takes a one-time value: of all attempts at the same time one gets [`Taken::Now`].
    ///
    /// # Errors
    ///
    /// The database failed, or the row cannot be read.
    pub async fn take_one_time(
        &mut self,
        kind: OneTimeKind,
        hash: &SecretHash,
        now: Timestamp,
    ) -> Result<Taken, StoreError> {
        let values = [kind.word().into(), hash.as_bytes().into(), now.into()];
        let sql = "UPDATE one_time SET used = $3 WHERE kind = $1 AND hash = $2 AND used IS NULL AND ends > $3 \
                   AND epoch = (SELECT value FROM counter WHERE name = 'epoch') RETURNING hash, payload";
        if let Some(row) = self.row("one_time", sql, &values).await? {
            return Ok(Taken::Now(row.text("payload")?));
        }
        let [kind, hash, _] = values;
        let sql = "SELECT hash, payload, used, epoch FROM one_time WHERE kind = $1 AND hash = $2 \
                   AND epoch = (SELECT value FROM counter WHERE name = 'epoch')";
        let Some(row) = self.row("one_time", sql, &[kind, hash]).await? else {
            return Ok(Taken::Unknown);
        };
        Ok(match row.maybe_time("used")? {
            Some(_) => Taken::Before(row.text("payload")?),
            None => Taken::Expired,
        })
    }
}
