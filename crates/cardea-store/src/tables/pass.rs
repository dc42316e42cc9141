//! Temporary Access Passes.

use aws_lc_rs::rand;
use jiff::Timestamp;

use crate::tables::audit::Audited;
use crate::tables::{Change, PassCode};
use crate::value::{Row, Word};
use crate::{Snapshot, StoreError, Transaction};

/// How often a pass lets somebody in: Graph's `isUsableOnce`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Usable {
    /// Once.
    Once,
    /// As often as wanted while it lasts.
    Many,
}

/// A pass that is to be issued.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPass {
    /// The id of the method in Graph.
    pub id: String,
    /// Whom it lets in.
    pub person: String,
    /// From when on.
    pub starts: Timestamp,
    /// Until when.
    pub ends: Timestamp,
    /// How often.
    pub usable: Usable,
    /// Who issued it.
    pub issued_by: String,
    /// When.
    pub created: Timestamp,
}

/// A pass that was issued. Its text is known to nobody but its bearer.
///
/// Graph's `methodUsabilityReason` follows from it: not yet before `starts`, expired from `ends` or `closed`
/// on, used once `used_at` is there and it is usable once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pass {
    /// What was issued.
    pub issued: NewPass,
    /// When it let somebody in first.
    pub used_at: Option<Timestamp>,
    /// When it was first seen to be over. It stays over, wherever the clock goes.
    pub closed: Option<Timestamp>,
}

/// What became of an attempt to use a pass.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Redemption {
    /// It is right, and if it is usable once, it is used now and was not before.
    Accepted(Pass),
    /// It is right, usable once, and was used before.
    Used(Pass),
    /// It is right and begins later.
    NotYet(Pass),
    /// It is right and over.
    Expired(Pass),
    /// It is another text than the person's pass.
    Wrong,
    /// The person has no pass.
    None,
}

impl Word for Usable {
    const ALL: &'static [Self] = &[Self::Once, Self::Many];

    fn word(self) -> &'static str {
        match self {
            Self::Once => "once",
            Self::Many => "many",
        }
    }
}

impl Snapshot {
    /// A person's pass, whatever became of it. There is one at most.
    ///
    /// # Errors
    ///
    /// The database failed, or the row cannot be read.
    pub async fn pass(&mut self, person: &str) -> Result<Option<Pass>, StoreError> {
        let sql = "SELECT id, person, starts, ends, usable, used_at, closed, issued_by, created \
                   FROM pass WHERE person = $1";
        self.row("pass", sql, &[person.into()]).await?.as_ref().map(pass).transpose()
    }

    /// Everybody's passes, by person.
    ///
    /// # Errors
    ///
    /// The database failed, or a row cannot be read.
    pub async fn all_passes(&mut self) -> Result<Vec<Pass>, StoreError> {
        let sql = "SELECT id, person, starts, ends, usable, used_at, closed, issued_by, created \
                   FROM pass ORDER BY person";
        self.rows("pass", sql, &[]).await?.iter().map(pass).collect()
    }
}

impl Transaction {
    /// Issues a pass. It takes the place of the one that the person had.
    ///
    /// # Errors
    ///
    /// The database failed, there is no such person, or the audit record is of another transaction.
    pub async fn issue_pass(
        &mut self,
        audited: &Audited,
        new: &NewPass,
        code: &PassCode,
    ) -> Result<(), StoreError> {
        self.require(audited)?;
        let mut salt = [0; 16];
        rand::fill(&mut salt).map_err(|_| StoreError::NoRandom)?;
        let hash = self.key().keyed_hash("pass", &salt, code.as_bytes());
        let sql = "INSERT INTO pass (id, person, hash, salt, starts, ends, usable, issued_by, created, epoch) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, \
                   (SELECT value FROM counter WHERE name = 'epoch')) \
                   ON CONFLICT (person) DO UPDATE SET id = excluded.id, hash = excluded.hash, \
                   salt = excluded.salt, starts = excluded.starts, ends = excluded.ends, \
                   usable = excluded.usable, used_at = NULL, closed = NULL, issued_by = excluded.issued_by, \
                   created = excluded.created, epoch = excluded.epoch";
        let values = [
            (&new.id).into(),
            (&new.person).into(),
            hash.as_slice().into(),
            salt.as_slice().into(),
            new.starts.into(),
            new.ends.into(),
            new.usable.word().into(),
            (&new.issued_by).into(),
            new.created.into(),
        ];
        self.execute(sql, &values).await?;
        Ok(())
    }

    /// Uses a person's pass: of all attempts at the same time one is accepted, if it is usable once.
    ///
    /// Guesses are not counted here but with [`Transaction::count_attempt`], before.
    ///
    /// # Errors
    ///
    /// The database failed, or the row cannot be read.
    pub async fn redeem_pass(
        &mut self,
        person: &str,
        code: &PassCode,
        now: Timestamp,
    ) -> Result<Redemption, StoreError> {
        let sql = "SELECT id, salt FROM pass WHERE person = $1";
        let Some(row) = self.row("pass", sql, &[person.into()]).await? else {
            return Ok(Redemption::None);
        };
        let hash = self.key().keyed_hash("pass", &row.bytes("salt")?, code.as_bytes());
        let sql = "UPDATE pass SET used_at = COALESCE(used_at, $3) \
                   WHERE person = $1 AND hash = $2 AND starts <= $3 AND ends > $3 AND closed IS NULL \
                   AND (usable = 'many' OR used_at IS NULL) \
                   AND epoch = (SELECT value FROM counter WHERE name = 'epoch') \
                   RETURNING id, person, starts, ends, usable, used_at, closed, issued_by, created";
        let values = [person.into(), hash.as_slice().into(), now.into()];
        if let Some(row) = self.row("pass", sql, &values).await? {
            return Ok(Redemption::Accepted(pass(&row)?));
        }
        self.why_not(person, &hash, now).await
    }

    /// Why a pass was not accepted; notes that it is over if it is.
    async fn why_not(
        &mut self,
        person: &str,
        hash: &[u8],
        now: Timestamp,
    ) -> Result<Redemption, StoreError> {
        let sql = "UPDATE pass SET closed = $2 WHERE person = $1 AND ends <= $2 AND closed IS NULL";
        self.execute(sql, &[person.into(), now.into()]).await?;
        let sql = "SELECT id, person, starts, ends, usable, used_at, closed, issued_by, created \
                   FROM pass WHERE person = $1 AND hash = $2";
        let Some(row) = self.row("pass", sql, &[person.into(), hash.into()]).await? else {
            return Ok(Redemption::Wrong);
        };
        let pass = pass(&row)?;
        let used = pass.issued.usable == Usable::Once && pass.used_at.is_some();
        Ok(if used {
            Redemption::Used(pass)
        } else if now < pass.issued.starts && pass.closed.is_none() {
            Redemption::NotYet(pass)
        } else {
            Redemption::Expired(pass)
        })
    }

    /// Takes a person's pass away.
    ///
    /// # Errors
    ///
    /// The database failed, or the audit record is of another transaction.
    pub async fn delete_pass(
        &mut self,
        audited: &Audited,
        person: &str,
    ) -> Result<Change, StoreError> {
        self.require(audited)?;
        Ok(Change::of(self.execute("DELETE FROM pass WHERE person = $1", &[person.into()]).await?))
    }
}

fn pass(row: &Row) -> Result<Pass, StoreError> {
    Ok(Pass {
        issued: NewPass {
            id: row.text("id")?,
            person: row.text("person")?,
            starts: row.time("starts")?,
            ends: row.time("ends")?,
            usable: row.word("usable")?,
            issued_by: row.text("issued_by")?,
            created: row.time("created")?,
        },
        used_at: row.maybe_time("used_at")?,
        closed: row.maybe_time("closed")?,
    })
}
