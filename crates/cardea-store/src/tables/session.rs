//! Sessions of browsers.

use jiff::Timestamp;

use crate::tables::Change;
use crate::tables::audit::Audited;
use crate::value::{Row, Word};
use crate::{SecretHash, Snapshot, StoreError, Transaction};

/// How long a browser keeps the cookie of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Persistence {
    /// Until it is closed.
    Browser,
    /// Until the session ends.
    Persistent,
}

/// Whether a session still counts for anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionStanding {
    /// It does.
    Live,
    /// It is over.
    Ended,
    /// It was signed out, or everything of its person was.
    Revoked,
}

/// A session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Of the id in the cookie.
    pub hash: SecretHash,
    /// Who is signed in.
    pub person: String,
    /// When they signed in.
    pub created: Timestamp,
    /// When the session was used last.
    pub last_seen: Timestamp,
    /// When it is over, used or not.
    pub ends: Timestamp,
    /// How long the browser keeps it.
    pub persistence: Persistence,
    /// What was shown and when, as JSON.
    pub state: String,
}

impl Word for Persistence {
    const ALL: &'static [Self] = &[Self::Browser, Self::Persistent];

    fn word(self) -> &'static str {
        match self {
            Self::Browser => "browser",
            Self::Persistent => "persistent",
        }
    }
}

impl Snapshot {
    /// The session with this id, and whether it counts.
    ///
    /// # Errors
    ///
    /// The database failed, or the row cannot be read.
    pub async fn session(
        &mut self,
        hash: &SecretHash,
        now: Timestamp,
    ) -> Result<Option<(Session, SessionStanding)>, StoreError> {
        let sql = "SELECT session.hash, session.person, session.created, session.last_seen, session.ends, \
                   session.persistence, session.state, session.revoked, person.sessions_valid_from \
                   FROM session JOIN person ON person.id = session.person WHERE session.hash = $1";
        let row = self.row("session", sql, &[hash.as_bytes().into()]).await?;
        row.map(|row| Ok((session(&row)?, standing(&row, now)?))).transpose()
    }

    /// A person's sessions that count, the latest first.
    ///
    /// # Errors
    ///
    /// The database failed, or a row cannot be read.
    pub async fn sessions_of(
        &mut self,
        person: &str,
        now: Timestamp,
    ) -> Result<Vec<Session>, StoreError> {
        let sql = "SELECT session.hash, session.person, session.created, session.last_seen, session.ends, \
                   session.persistence, session.state, session.revoked, person.sessions_valid_from \
                   FROM session JOIN person ON person.id = session.person WHERE session.person = $1 \
                   ORDER BY session.created DESC";
        let rows = self.rows("session", sql, &[person.into()]).await?;
        let mut sessions = Vec::new();
        for row in &rows {
            if standing(row, now)? == SessionStanding::Live {
                sessions.push(session(row)?);
            }
        }
        Ok(sessions)
    }
}

impl Transaction {
    /// Whether a person is still signed in, so that something may be granted: the session counts in which they
    /// said so; or, of what comes of no session, what they `proved` is younger than their last signing out
    /// everywhere. Nobody signs them out until this transaction is over.
    ///
    /// # Errors
    ///
    /// The database failed, or the row cannot be read.
    pub async fn is_signed_in(
        &mut self,
        person: &str,
        session: Option<&SecretHash>,
        (proved, now): (Timestamp, Timestamp),
    ) -> Result<bool, StoreError> {
        // Whoever signs somebody out holds the person's row first.
        let sql = "UPDATE person SET changed = changed WHERE id = $1";
        self.execute(sql, &[person.into()]).await?;
        if let Some(session) = session {
            let found = self.session(session, now).await?;
            return Ok(matches!(found, Some((_, SessionStanding::Live))));
        }
        let valid_from = self.person(person).await?.map(|person| person.sessions_valid_from);
        Ok(valid_from.is_some_and(|from| from.is_none_or(|from| from <= proved)))
    }

    /// Begins a session.
    ///
    /// # Errors
    ///
    /// The database failed, or there is no such person.
    pub async fn create_session(&mut self, session: &Session) -> Result<(), StoreError> {
        let sql = "INSERT INTO session (hash, person, created, last_seen, ends, persistence, state) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7)";
        let Session { hash, person, created, last_seen, ends, persistence, state } = session;
        let values = [
            hash.as_bytes().into(),
            person.into(),
            (*created).into(),
            (*last_seen).into(),
            (*ends).into(),
            persistence.word().into(),
            state.into(),
        ];
        self.execute(sql, &values).await?;
        Ok(())
    }

    /// Gives a session a new id, as after each step up, so that nobody who knew the old one has it.
    ///
    /// # Errors
    ///
    /// The database failed.
    pub async fn renew_session(
        &mut self,
        old: &SecretHash,
        new: &SecretHash,
    ) -> Result<Change, StoreError> {
        self.hold_person_of(old).await?;
        let sql = "UPDATE session SET hash = $2 WHERE hash = $1 AND revoked IS NULL";
        let renewed = self.execute(sql, &[old.as_bytes().into(), new.as_bytes().into()]).await?;
        for sql in [
            "UPDATE refresh_token SET session = $2 WHERE session = $1",
            "UPDATE one_time SET session = $2 WHERE session = $1",
        ] {
            self.execute(sql, &[old.as_bytes().into(), new.as_bytes().into()]).await?;
        }
        Ok(Change::of(renewed))
    }

    /// Keeps what a session knows, and that it was used. `last_seen` never goes back.
    ///
    /// # Errors
    ///
    /// The database failed.
    pub async fn touch_session(
        &mut self,
        hash: &SecretHash,
        state: &str,
        now: Timestamp,
    ) -> Result<Change, StoreError> {
        let sql = "UPDATE session SET state = $2, \
                   last_seen = CASE WHEN last_seen < $3 THEN $3 ELSE last_seen END \
                   WHERE hash = $1 AND revoked IS NULL";
        Ok(Change::of(
            self.execute(sql, &[hash.as_bytes().into(), state.into(), now.into()]).await?,
        ))
    }

    /// Lets a session last longer, or the browser keep it, as after a new sign-in.
    ///
    /// # Errors
    ///
    /// The database failed.
    pub async fn prolong_session(
        &mut self,
        hash: &SecretHash,
        (persistence, ends): (Persistence, Timestamp),
    ) -> Result<Change, StoreError> {
        let sql = "UPDATE session SET persistence = $2, ends = $3 \
                   WHERE hash = $1 AND revoked IS NULL";
        let values = [hash.as_bytes().into(), persistence.word().into(), ends.into()];
        Ok(Change::of(self.execute(sql, &values).await?))
    }

    /// Signs one session out, and voids its refresh tokens.
    ///
    /// # Errors
    ///
    /// The database failed.
    pub async fn revoke_session(
        &mut self,
        hash: &SecretHash,
        now: Timestamp,
    ) -> Result<Change, StoreError> {
        self.hold_person_of(hash).await?;
        let values = [hash.as_bytes().into(), now.into()];
        let sql = "UPDATE session SET revoked = $2 WHERE hash = $1 AND revoked IS NULL";
        let change = Change::of(self.execute(sql, &values).await?);
        let sql = "UPDATE refresh_token SET revoked = $2 WHERE session = $1 AND revoked IS NULL";
        self.execute(sql, &values).await?;
        Ok(change)
    }

    /// Makes changes to several rows of one person wait for each other; see `revoke_refresh_tokens`.
    async fn hold_person_of(&mut self, session: &SecretHash) -> Result<(), StoreError> {
        let sql = "UPDATE person SET changed = changed WHERE id IN (SELECT person FROM session WHERE hash = $1)";
        self.execute(sql, &[session.as_bytes().into()]).await.map(drop)
    }

    /// Signs a person out everywhere, and voids their refresh tokens: Graph's `revokeSignInSessions`.
    ///
    /// # Errors
    ///
    /// The database failed, or the audit record is of another transaction.
    pub async fn revoke_sessions_of(
        &mut self,
        audited: &Audited,
        person: &str,
        now: Timestamp,
    ) -> Result<Change, StoreError> {
        self.require(audited)?;
        let values = [person.into(), now.into()];
        // What another transaction begins meanwhile is not seen here; the date catches it.
        let sql = "UPDATE person SET sessions_valid_from = CASE WHEN sessions_valid_from > $2 \
                   THEN sessions_valid_from ELSE $2 END WHERE id = $1";
        let change = Change::of(self.execute(sql, &values).await?);
        let sql = "UPDATE session SET revoked = $2 WHERE person = $1 AND revoked IS NULL";
        self.execute(sql, &values).await?;
        let sql = "UPDATE refresh_token SET revoked = $2 WHERE person = $1 AND revoked IS NULL";
        self.execute(sql, &values).await?;
        Ok(change)
    }
}

fn session(row: &Row) -> Result<Session, StoreError> {
    Ok(Session {
        hash: SecretHash::read(&row.bytes("hash")?).ok_or_else(|| row.unreadable("hash"))?,
        person: row.text("person")?,
        created: row.time("created")?,
        last_seen: row.time("last_seen")?,
        ends: row.time("ends")?,
        persistence: row.word("persistence")?,
        state: row.text("state")?,
    })
}

fn standing(row: &Row, now: Timestamp) -> Result<SessionStanding, StoreError> {
    let valid_from = row.maybe_time("sessions_valid_from")?;
    let created = row.time("created")?;
    let revoked =
        row.maybe_time("revoked")?.is_some() || valid_from.is_some_and(|from| created < from);
    Ok(if revoked {
        SessionStanding::Revoked
    } else if row.time("ends")? <= now {
        SessionStanding::Ended
    } else {
        SessionStanding::Live
    })
}
