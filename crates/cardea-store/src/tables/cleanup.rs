//! Removing what is over, a few rows at a time.

use jiff::{SignedDuration, Timestamp};

use crate::{Store, StoreError};

/// How many rows of a table one transaction removes at most, so that writers don't wait for long.
const BATCH: i64 = 500;

/// How long used and ended rows are kept, so that a second use is told from an unknown value.
const KEPT: SignedDuration = SignedDuration::from_hours(24);

/// How many rows were removed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cleaned {
    /// In all tables together.
    pub rows: u64,
}

/// Each removes at most `$2` rows that were over before `$1`.
const REMOVALS: [&str; 6] = [
    "DELETE FROM one_time WHERE (kind, hash) IN \
     (SELECT kind, hash FROM one_time WHERE ends < $1 ORDER BY ends LIMIT $2)",
    "DELETE FROM interaction WHERE hash IN \
     (SELECT hash FROM interaction WHERE ends < $1 ORDER BY ends LIMIT $2)",
    "DELETE FROM session WHERE hash IN \
     (SELECT hash FROM session WHERE ends < $1 ORDER BY ends LIMIT $2)",
    "DELETE FROM refresh_token WHERE hash IN \
     (SELECT hash FROM refresh_token WHERE ends < $1 ORDER BY ends LIMIT $2)",
    "DELETE FROM device_code WHERE hash IN \
     (SELECT hash FROM device_code WHERE ends < $1 ORDER BY ends LIMIT $2)",
    "DELETE FROM throttle WHERE hash IN \
     (SELECT hash FROM throttle WHERE forget < $1 ORDER BY forget LIMIT $2)",
];

impl Store {
    /// Removes what has been over for a day: sessions, tokens, codes, counts. Closes passes that are over.
    ///
    /// People, methods, passes and the two logs are left alone.
    ///
    /// # Errors
    ///
    /// The database failed. What was removed before stays removed.
    pub async fn cleanup(&self, now: Timestamp) -> Result<Cleaned, StoreError> {
        let mut cleaned = Cleaned::default();
        let mut transaction = self.write().await?;
        let sql = "UPDATE pass SET closed = $1 WHERE ends <= $1 AND closed IS NULL";
        transaction.execute(sql, &[now.into()]).await?;
        transaction.commit().await?;
        let before = now.saturating_sub(KEPT).unwrap_or(now);
        for sql in REMOVALS {
            loop {
                let mut transaction = self.write().await?;
                let rows = transaction.execute(sql, &[before.into(), BATCH.into()]).await?;
                transaction.commit().await?;
                cleaned.rows += rows;
                if rows < BATCH.unsigned_abs() {
                    break;
                }
            }
        }
        Ok(cleaned)
    }
}
