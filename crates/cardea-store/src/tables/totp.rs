//! Codes of authenticator apps (RFC 6238): the sealed seed, and which steps are spent.

use std::fmt;

use jiff::Timestamp;
use zeroize::Zeroizing;

use crate::seal::Cell;
use crate::tables::Change;
use crate::tables::audit::Audited;
use crate::{Snapshot, StoreError, Transaction};

/// How long a code counts, in seconds (RFC 6238 section 4.1).
const STEP: u64 = 30;

/// The seed that a person's app shares with the tenant.
pub struct Totp {
    /// The id of the method in Graph.
    pub id: String,
    /// Whose it is.
    pub person: String,
    /// What it is called.
    pub name: String,
    /// The shared secret.
    pub seed: Zeroizing<Vec<u8>>,
    /// When it was registered.
    pub created: Timestamp,
    /// The step of the code that proved the registration, which is spent.
    pub last_step: Option<u64>,
}

impl Totp {
    /// When the last code that was used was shown, to the half minute; `None` if none was.
    pub fn last_used(&self) -> Option<Timestamp> {
        let second = i64::try_from(self.last_step?.checked_mul(STEP)?).ok()?;
        Timestamp::from_second(second).ok()
    }
}

/// Without the seed.
impl fmt::Debug for Totp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Totp")
            .field("id", &self.id)
            .field("person", &self.person)
            .finish_non_exhaustive()
    }
}

/// What became of a code's step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepUse {
    /// It was unspent, and is spent now.
    Spent,
    /// It or a later one was spent before (RFC 6238 section 5.2: a code works once), or the seed is gone.
    Replayed,
}

impl Snapshot {
    /// A person's seeds, the oldest first.
    ///
    /// # Errors
    ///
    /// The database failed, or a row cannot be read or opened.
    pub async fn totps(&mut self, person: &str) -> Result<Vec<Totp>, StoreError> {
        let sql = "SELECT id, person, seed, name, created, last_step FROM totp WHERE person = $1 \
                   ORDER BY created, id";
        let rows = self.rows("totp", sql, &[person.into()]).await?;
        rows.iter()
            .map(|row| {
                let id = row.text("id")?;
                let cell = Cell { table: "totp", column: "seed", row: &id };
                let last_step = row.maybe_number("last_step")?.map(u64::try_from).transpose();
                Ok(Totp {
                    seed: self.key().open(cell, &row.bytes("seed")?)?,
                    id,
                    person: row.text("person")?,
                    name: row.text("name")?,
                    created: row.time("created")?,
                    last_step: last_step.map_err(|_| row.unreadable("last_step"))?,
                })
            })
            .collect()
    }
}

impl Transaction {
    /// Keeps a seed, sealed.
    ///
    /// # Errors
    ///
    /// The database failed, there is no such person, or the audit record is of another transaction.
    pub async fn add_totp(&mut self, audited: &Audited, totp: &Totp) -> Result<(), StoreError> {
        self.require(audited)?;
        let cell = Cell { table: "totp", column: "seed", row: &totp.id };
        let sealed = self.key().seal(cell, &totp.seed)?;
        let last_step = totp.last_step.map(step).transpose()?;
        let sql = "INSERT INTO totp (id, person, seed, name, created, last_step) \
                   VALUES ($1, $2, $3, $4, $5, $6)";
        let values = [
            (&totp.id).into(),
            (&totp.person).into(),
            sealed.as_slice().into(),
            (&totp.name).into(),
            totp.created.into(),
            last_step.into(),
        ];
        self.execute(sql, &values).await?;
        Ok(())
    }

    /// Spends the step of a code that was right, so that the code works once.
    ///
    /// # Errors
    ///
    /// The database failed.
    pub async fn spend_totp_step(&mut self, id: &str, spent: u64) -> Result<StepUse, StoreError> {
        let sql = "UPDATE totp SET last_step = $2 WHERE id = $1 AND (last_step IS NULL OR last_step < $2)";
        Ok(match self.execute(sql, &[id.into(), step(spent)?.into()]).await? {
            0 => StepUse::Replayed,
            _ => StepUse::Spent,
        })
    }

    /// Gives one of a person's apps another name.
    ///
    /// # Errors
    ///
    /// The database failed, or the audit record is of another transaction.
    pub async fn rename_totp(
        &mut self,
        audited: &Audited,
        person: &str,
        id: &str,
        name: &str,
    ) -> Result<Change, StoreError> {
        self.require(audited)?;
        let sql = "UPDATE totp SET name = $3 WHERE person = $1 AND id = $2";
        Ok(Change::of(self.execute(sql, &[person.into(), id.into(), name.into()]).await?))
    }

    /// Removes one of a person's seeds.
    ///
    /// # Errors
    ///
    /// The database failed, or the audit record is of another transaction.
    pub async fn delete_totp(
        &mut self,
        audited: &Audited,
        person: &str,
        id: &str,
    ) -> Result<Change, StoreError> {
        self.require(audited)?;
        let sql = "DELETE FROM totp WHERE person = $1 AND id = $2";
        Ok(Change::of(self.execute(sql, &[person.into(), id.into()]).await?))
    }
}

fn step(step: u64) -> Result<i64, StoreError> {
    let unstorable = StoreError::Unstorable { table: "totp", column: "last_step" };
    i64::try_from(step).map_err(|_| unstorable)
}
