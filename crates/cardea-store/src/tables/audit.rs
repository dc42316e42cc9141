//! What administrators, people and the machine itself changed, as a chain that shows tampering.

use jiff::Timestamp;
use subtle::ConstantTimeEq as _;

use crate::seal::SealingKey;
use crate::value::Row;
use crate::{Snapshot, StoreError, Transaction};

/// How many records the verifier reads at once.
const PAGE: i64 = 1000;

/// Something that is about to be changed, and by whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEntry {
    /// The id of the person or application, or the name of a command.
    pub actor: String,
    /// What is done, as Graph's `activityDisplayName`.
    pub action: String,
    /// The id of what it is done to.
    pub target: String,
    /// Everything else, as JSON. No secrets.
    pub json: String,
}

/// A record of the audit log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditRecord {
    /// Its place in the chain, from 1.
    pub number: u64,
    /// When it was written.
    pub created: Timestamp,
    /// What it says.
    pub entry: AuditEntry,
}

/// Says that the audit record of a change is written in the same transaction.
///
/// Only [`Transaction::audit`] makes one, and administrative changes ask for one, so a change cannot be
/// kept without its record.
#[derive(Debug)]
pub struct Audited {
    transaction: u64,
    /// The number of the record.
    pub number: u64,
}

/// What became of the chain of audit records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chain {
    /// All records are as they were written, and none is missing.
    Whole {
        /// How many there are.
        records: u64,
    },
    /// A record is missing, was changed, or was not written by this tenant.
    Broken {
        /// The number of the first such record.
        number: u64,
    },
}

/// A record with its links.
struct Link {
    record: AuditRecord,
    number: i64,
    previous: Vec<u8>,
    hash: Vec<u8>,
}

impl Snapshot {
    /// The latest `limit` records before number `before`, the latest first; from the end, if there is no `before`.
    ///
    /// # Errors
    ///
    /// The database failed, or a row cannot be read.
    pub async fn audit_records(
        &mut self,
        before: Option<u64>,
        limit: u32,
    ) -> Result<Vec<AuditRecord>, StoreError> {
        let before = before.and_then(|number| i64::try_from(number).ok()).unwrap_or(i64::MAX);
        let sql = "SELECT number, created, actor, action, target, json, previous, hash FROM audit \
                   WHERE number < $1 ORDER BY number DESC LIMIT $2";
        let rows = self.rows("audit", sql, &[before.into(), limit.into()]).await?;
        rows.iter().map(|row| Ok(link(row)?.record)).collect()
    }

    /// Follows the chain from the first record to the last.
    ///
    /// Records are linked by a keyed hash, so whoever can write the database but has not the sealing key can
    /// cut records off the end together with the counter, and nothing else.
    ///
    /// # Errors
    ///
    /// The database failed, or a row cannot be read.
    pub async fn verify_audit(&mut self) -> Result<Chain, StoreError> {
        let sql = "SELECT number, created, actor, action, target, json, previous, hash FROM audit \
                   WHERE number > $1 ORDER BY number LIMIT $2";
        let (mut last, mut previous) = (0_i64, Vec::new());
        loop {
            let rows = self.rows("audit", sql, &[last.into(), PAGE.into()]).await?;
            if rows.is_empty() {
                break;
            }
            for row in &rows {
                let link = link(row)?;
                if link.number != last + 1 || !link.follows(self.key(), &previous) {
                    return Ok(Chain::Broken { number: last.unsigned_abs() + 1 });
                }
                (last, previous) = (link.number, link.hash);
            }
        }
        let sql = "SELECT name, value FROM counter WHERE name = 'audit'";
        let counted =
            self.row("counter", sql, &[]).await?.map(|row| row.number("value")).transpose()?;
        if counted == Some(last) {
            Ok(Chain::Whole { records: last.unsigned_abs() })
        } else {
            Ok(Chain::Broken { number: last.unsigned_abs() + 1 })
        }
    }
}

impl Transaction {
    /// Writes the record of a change that this transaction makes.
    ///
    /// The records of a tenant are in one line, so transactions that write one wait for each other.
    ///
    /// # Errors
    ///
    /// The database failed.
    pub async fn audit(
        &mut self,
        now: Timestamp,
        entry: &AuditEntry,
    ) -> Result<Audited, StoreError> {
        let sql = "UPDATE counter SET value = value + 1 WHERE name = 'audit' RETURNING name, value";
        let missing =
            StoreError::Row { table: "counter", column: "value", row: "audit".to_owned() };
        let number = self.row("counter", sql, &[]).await?.ok_or(missing)?.number("value")?;
        let sql = "SELECT number, hash FROM audit WHERE number = $1";
        let before = self.row("audit", sql, &[(number - 1).into()]).await?;
        let previous = before.map(|row| row.bytes("hash")).transpose()?.unwrap_or_default();
        let hash = hash(self.key(), number, now, entry, &previous);
        let sql = "INSERT INTO audit (number, created, actor, action, target, json, previous, hash) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
        let AuditEntry { actor, action, target, json } = entry;
        let values = [
            number.into(),
            now.into(),
            actor.into(),
            action.into(),
            target.into(),
            json.into(),
            previous.as_slice().into(),
            hash.as_slice().into(),
        ];
        self.execute(sql, &values).await?;
        Ok(Audited { transaction: self.number(), number: number.unsigned_abs() })
    }

    /// Refuses the audit record of another transaction.
    pub(crate) fn require(&self, audited: &Audited) -> Result<(), StoreError> {
        if audited.transaction == self.number() { Ok(()) } else { Err(StoreError::Unaudited) }
    }
}

impl Link {
    fn follows(&self, key: &SealingKey, previous: &[u8]) -> bool {
        let expected = hash(key, self.number, self.record.created, &self.record.entry, previous);
        self.previous == previous && bool::from(self.hash.ct_eq(&expected))
    }
}

fn hash(
    key: &SealingKey,
    number: i64,
    now: Timestamp,
    entry: &AuditEntry,
    previous: &[u8],
) -> Vec<u8> {
    key.chain_hash(&[
        &number.to_be_bytes(),
        &now.as_microsecond().to_be_bytes(),
        entry.actor.as_bytes(),
        entry.action.as_bytes(),
        entry.target.as_bytes(),
        entry.json.as_bytes(),
        previous,
    ])
}

fn link(row: &Row) -> Result<Link, StoreError> {
    let number = row.number("number")?;
    let entry = AuditEntry {
        actor: row.text("actor")?,
        action: row.text("action")?,
        target: row.text("target")?,
        json: row.text("json")?,
    };
    let record = AuditRecord {
        number: u64::try_from(number).map_err(|_| row.unreadable("number"))?,
        created: row.time("created")?,
        entry,
    };
    Ok(Link { record, number, previous: row.bytes("previous")?, hash: row.bytes("hash")? })
}
