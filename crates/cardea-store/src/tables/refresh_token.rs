//! Refresh tokens: each works once and is exchanged for the next of its family (RFC 9700 section 4.14.2).

use std::fmt;

use jiff::Timestamp;

use crate::value::{Row, Value};
use crate::{SecretHash, Snapshot, StoreError, Transaction};

/// A refresh token.
#[derive(Clone, PartialEq, Eq)]
pub struct RefreshToken {
    /// Of the token.
    pub hash: SecretHash,
    /// The grant that it and all its successors come from.
    pub family: String,
    /// The client that it was issued to.
    pub client: String,
    /// Whom it stands for.
    pub person: String,
    /// The session that it came from, if that still matters.
    pub session: Option<SecretHash>,
    /// What it grants, as JSON.
    pub payload: String,
    /// When it was issued.
    pub issued: Timestamp,
    /// From when on it works no more.
    pub ends: Timestamp,
}

/// Without the payload.
impl fmt::Debug for RefreshToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RefreshToken")
            .field("hash", &self.hash)
            .field("family", &self.family)
            .field("client", &self.client)
            .finish_non_exhaustive()
    }
}

/// Whether a refresh token can be exchanged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenStanding {
    /// It can.
    Live,
    /// It was exchanged before. Somebody has a copy: [`Transaction::rotate_refresh_token`] voids its family.
    Used,
    /// It was voided, or everything of its person was, or it is of an earlier epoch.
    Revoked,
    /// It is over.
    Ended,
}

/// What became of the first token of a family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Issued {
    /// It is kept.
    Kept,
    /// Its person was signed out, so there is nothing that it could stand for. Nothing was kept.
    SignedOut,
}

/// What became of an attempt to exchange a refresh token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rotation {
    /// The successor is kept; this is what was exchanged.
    Rotated(RefreshToken),
    /// It was exchanged before, so its whole family is void now. Commit, and refuse.
    Reused(RefreshToken),
    /// It was voided before.
    Revoked,
    /// It is over.
    Expired,
    /// There is no such token.
    Unknown,
}

/// Which refresh tokens are to be voided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RevokedBy<'a> {
    /// All of one grant.
    Family(&'a str),
    /// All of one person.
    Person(&'a str),
    /// All that came from one session.
    Session(&'a SecretHash),
    /// All of one client.
    Client(&'a str),
}

impl Snapshot {
    /// A refresh token, and whether it can be exchanged.
    ///
    /// # Errors
    ///
    /// The database failed, or the row cannot be read.
    pub async fn refresh_token(
        &mut self,
        hash: &SecretHash,
        now: Timestamp,
    ) -> Result<Option<(RefreshToken, TokenStanding)>, StoreError> {
        let sql = "SELECT token.hash, token.family, token.client, token.person, token.session, token.payload, \
                   token.issued, token.ends, token.used, token.revoked, token.epoch, \
                   person.sessions_valid_from, counter.value AS current_epoch \
                   FROM refresh_token token JOIN person ON person.id = token.person \
                   JOIN counter ON counter.name = 'epoch' WHERE token.hash = $1";
        let row = self.row("refresh_token", sql, &[hash.as_bytes().into()]).await?;
        row.map(|row| Ok((refresh_token(&row)?, standing(&row, now)?))).transpose()
    }
}

impl Transaction {
    /// Keeps the first token of a family, if its person [is still signed in](Transaction::is_signed_in) since
    /// they `proved` who they are.
    ///
    /// # Errors
    ///
    /// The database failed, or a row cannot be read.
    pub async fn issue_refresh_token(
        &mut self,
        token: &RefreshToken,
        proved: Timestamp,
    ) -> Result<Issued, StoreError> {
        let moments = (proved, token.issued);
        if !self.is_signed_in(&token.person, token.session.as_ref(), moments).await? {
            return Ok(Issued::SignedOut);
        }
        self.insert_refresh_token(token).await?;
        Ok(Issued::Kept)
    }

    async fn insert_refresh_token(&mut self, token: &RefreshToken) -> Result<(), StoreError> {
        let sql = "INSERT INTO refresh_token \
                   (hash, family, client, person, session, payload, issued, ends, epoch) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, \
                   (SELECT value FROM counter WHERE name = 'epoch'))";
        let RefreshToken { hash, family, client, person, session, payload, issued, ends } = token;
        let values = [
            hash.as_bytes().into(),
            family.into(),
            client.into(),
            person.into(),
            session.as_ref().map(SecretHash::as_bytes).into(),
            payload.into(),
            (*issued).into(),
            (*ends).into(),
        ];
        self.execute(sql, &values).await?;
        Ok(())
    }

    /// Exchanges a token for `successor`: of all attempts at the same time one is [`Rotation::Rotated`].
    ///
    /// A token that was exchanged before voids its family, so the transaction has to be committed whatever
    /// the answer is. The successor is of the same family, client and person.
    ///
    /// # Errors
    ///
    /// The database failed, or a row cannot be read.
    pub async fn rotate_refresh_token(
        &mut self,
        hash: &SecretHash,
        successor: &RefreshToken,
        now: Timestamp,
    ) -> Result<Rotation, StoreError> {
        // The person's row first, as `revoke_refresh_tokens` does: PostgreSQL leaves the token's row locked also
        // for those who come too late to have it.
        let sql = "UPDATE person SET changed = changed WHERE id IN \
                   (SELECT person FROM refresh_token WHERE hash = $1)";
        self.execute(sql, &[hash.as_bytes().into()]).await?;
        let sql = "UPDATE refresh_token SET used = $2 WHERE hash = $1 AND used IS NULL AND revoked IS NULL \
                   AND ends > $2 AND epoch = (SELECT value FROM counter WHERE name = 'epoch') \
                   AND NOT EXISTS (SELECT 1 FROM person WHERE person.id = refresh_token.person \
                   AND person.sessions_valid_from > refresh_token.issued)";
        let won = self.execute(sql, &[hash.as_bytes().into(), now.into()]).await?;
        let Some((token, standing)) = self.refresh_token(hash, now).await? else {
            return Ok(Rotation::Unknown);
        };
        if won > 0 {
            self.issue_successor(&token, successor).await?;
            return Ok(Rotation::Rotated(token));
        }
        Ok(match standing {
            TokenStanding::Used => {
                self.revoke_refresh_tokens(RevokedBy::Family(&token.family), now).await?;
                Rotation::Reused(token)
            }
            TokenStanding::Revoked => Rotation::Revoked,
            TokenStanding::Ended => Rotation::Expired,
            // It changed between the two statements, which nothing here does.
            TokenStanding::Live => return Err(StoreError::Busy),
        })
    }

    async fn issue_successor(
        &mut self,
        token: &RefreshToken,
        successor: &RefreshToken,
    ) -> Result<(), StoreError> {
        let successor = RefreshToken {
            family: token.family.clone(),
            client: token.client.clone(),
            person: token.person.clone(),
            ..successor.clone()
        };
        self.insert_refresh_token(&successor).await
    }

    /// Voids refresh tokens; how many could still have been exchanged or were.
    ///
    /// # Errors
    ///
    /// The database failed.
    pub async fn revoke_refresh_tokens(
        &mut self,
        by: RevokedBy<'_>,
        now: Timestamp,
    ) -> Result<u64, StoreError> {
        // Whoever voids several tokens of a person holds the person's row first: the tokens alone would be
        // taken in any order, and two who do that at once would wait for each other for ever.
        let (hold, sql, value) = match by {
            RevokedBy::Family(family) => (
                "UPDATE person SET changed = changed WHERE id IN (SELECT person FROM refresh_token WHERE family = $1)",
                "UPDATE refresh_token SET revoked = $2 WHERE family = $1 AND revoked IS NULL",
                family.into(),
            ),
            RevokedBy::Person(person) => (
                "UPDATE person SET changed = changed WHERE id = $1",
                "UPDATE refresh_token SET revoked = $2 WHERE person = $1 AND revoked IS NULL",
                person.into(),
            ),
            RevokedBy::Session(session) => (
                "UPDATE person SET changed = changed WHERE id IN (SELECT person FROM refresh_token WHERE session = $1)",
                "UPDATE refresh_token SET revoked = $2 WHERE session = $1 AND revoked IS NULL",
                session.as_bytes().into(),
            ),
            RevokedBy::Client(client) => (
                "UPDATE person SET changed = changed WHERE id IN (SELECT person FROM refresh_token WHERE client = $1)",
                "UPDATE refresh_token SET revoked = $2 WHERE client = $1 AND revoked IS NULL",
                client.into(),
            ),
        };
        let value: Value = value;
        self.execute(hold, std::slice::from_ref(&value)).await?;
        self.execute(sql, &[value, now.into()]).await
    }
}

fn refresh_token(row: &Row) -> Result<RefreshToken, StoreError> {
    let hash = |bytes: &[u8], column| SecretHash::read(bytes).ok_or_else(|| row.unreadable(column));
    Ok(RefreshToken {
        hash: hash(&row.bytes("hash")?, "hash")?,
        family: row.text("family")?,
        client: row.text("client")?,
        person: row.text("person")?,
        session: row.maybe_bytes("session")?.map(|bytes| hash(&bytes, "session")).transpose()?,
        payload: row.text("payload")?,
        issued: row.time("issued")?,
        ends: row.time("ends")?,
    })
}

fn standing(row: &Row, now: Timestamp) -> Result<TokenStanding, StoreError> {
    let (valid_from, issued) = (row.maybe_time("sessions_valid_from")?, row.time("issued")?);
    let revoked = row.maybe_time("revoked")?.is_some()
        || valid_from.is_some_and(|from| issued < from)
        || row.number("epoch")? != row.number("current_epoch")?;
    Ok(if row.maybe_time("used")?.is_some() && !revoked {
        TokenStanding::Used
    } else if revoked {
        TokenStanding::Revoked
    } else if row.time("ends")? <= now {
        TokenStanding::Ended
    } else {
        TokenStanding::Live
    })
}
