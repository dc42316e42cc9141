//! Counting attempts before they are made, so that parallel guesses cannot be more than the limit.

use jiff::{SignedDuration, Timestamp};

use crate::{Snapshot, StoreError, Transaction};

/// How many attempts there may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// So many within a window.
    pub attempts: u32,
    /// How long attempts count, from the first on.
    pub window: SignedDuration,
    /// How long there are none after the last of them.
    pub lock: SignedDuration,
}

/// Whether an attempt may be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It may, and is counted.
    Go {
        /// How many more there may be.
        left: u32,
    },
    /// It may not.
    Locked {
        /// When there may be one again.
        until: Timestamp,
    },
}

impl Transaction {
    /// Counts an attempt that is about to be made. Commit before making it.
    ///
    /// `key` says what is guessed by whom, and is kept as a keyed hash. The count survives a restart. If the
    /// clock goes back, a lock begins anew: it is neither shorter than it was nor longer than `limit.lock`.
    ///
    /// # Errors
    ///
    /// The database failed, or the row cannot be read.
    pub async fn count_attempt(
        &mut self,
        key: &str,
        limit: &Limit,
        now: Timestamp,
    ) -> Result<Verdict, StoreError> {
        // A refused attempt is counted too, so that the count alone says which attempts were let through.
        let sql = "INSERT INTO throttle (hash, attempts, since, locked_until, forget) \
            VALUES ($1, 1, $2, CASE WHEN $3 <= 1 THEN $2 + $5 ELSE NULL END, $2 + $4 + $5) \
            ON CONFLICT (hash) DO UPDATE SET \
            attempts = CASE \
                WHEN throttle.locked_until > $2 THEN throttle.attempts + 1 \
                WHEN throttle.locked_until IS NOT NULL OR throttle.since + $4 <= $2 THEN 1 \
                ELSE throttle.attempts + 1 END, \
            since = CASE \
                WHEN throttle.since > $2 THEN $2 \
                WHEN throttle.locked_until > $2 THEN throttle.since \
                WHEN throttle.locked_until IS NOT NULL OR throttle.since + $4 <= $2 THEN $2 \
                ELSE throttle.since END, \
            locked_until = CASE \
                WHEN throttle.locked_until > $2 + $5 THEN $2 + $5 \
                WHEN throttle.locked_until > $2 THEN throttle.locked_until \
                WHEN $3 <= 1 THEN $2 + $5 \
                WHEN throttle.locked_until IS NOT NULL OR throttle.since + $4 <= $2 THEN NULL \
                WHEN throttle.attempts + 1 >= $3 THEN $2 + $5 \
                ELSE NULL END, \
            forget = $2 + $4 + $5 \
            RETURNING hash, attempts, locked_until";
        let hash = self.throttle_hash(key);
        let (window, lock) = (microseconds(limit.window), microseconds(limit.lock));
        let values =
            [hash.as_slice().into(), now.into(), limit.attempts.into(), window.into(), lock.into()];
        let missing = StoreError::Row { table: "throttle", column: "attempts", row: String::new() };
        let row = self.row("throttle", sql, &values).await?.ok_or(missing)?;
        let attempts = row.count("attempts")?;
        match limit.attempts.checked_sub(attempts) {
            Some(left) => Ok(Verdict::Go { left }),
            None => Ok(Verdict::Locked { until: row.maybe_time("locked_until")?.unwrap_or(now) }),
        }
    }

    /// Forgets the attempts with this key, as after one that was right.
    ///
    /// # Errors
    ///
    /// The database failed.
    pub async fn clear_attempts(&mut self, key: &str) -> Result<(), StoreError> {
        let hash = self.throttle_hash(key);
        self.execute("DELETE FROM throttle WHERE hash = $1", &[hash.as_slice().into()]).await?;
        Ok(())
    }
}

impl Snapshot {
    fn throttle_hash(&self, key: &str) -> Vec<u8> {
        self.key().keyed_hash("throttle", &[], key.as_bytes())
    }
}

fn microseconds(duration: SignedDuration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX / 4)
}
