//! How often people have put off a registration campaign.

use jiff::Timestamp;

use crate::tables::Change;
use crate::{Snapshot, StoreError, Transaction};

/// What a person has put off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Snoozed {
    /// So often.
    pub times: u32,
    /// Until when.
    pub until: Timestamp,
}

impl Snapshot {
    /// What a person has put off, if anything.
    ///
    /// # Errors
    ///
    /// The database failed, or the row cannot be read.
    pub async fn snoozed(&mut self, person: &str) -> Result<Option<Snoozed>, StoreError> {
        let sql = "SELECT person, times, until FROM snooze WHERE person = $1";
        let row = self.row("snooze", sql, &[person.into()]).await?;
        row.map(|row| Ok(Snoozed { times: row.count("times")?, until: row.time("until")? }))
            .transpose()
    }
}

impl Transaction {
    /// Counts that a person puts it off once more.
    ///
    /// # Errors
    ///
    /// The database failed, or there is no such person.
    pub async fn count_snooze(&mut self, person: &str, until: Timestamp) -> Result<(), StoreError> {
        let sql = "INSERT INTO snooze (person, times, until) VALUES ($1, 1, $2) \
                   ON CONFLICT (person) DO UPDATE SET times = snooze.times + 1, until = excluded.until";
        self.execute(sql, &[person.into(), until.into()]).await.map(drop)
    }

    /// Takes the last one back: it counts as never put off, and the person may be asked from `now` on.
    ///
    /// # Errors
    ///
    /// The database failed.
    pub async fn take_snooze_back(
        &mut self,
        person: &str,
        now: Timestamp,
    ) -> Result<Change, StoreError> {
        let sql = "UPDATE snooze SET times = times - 1, until = $2 WHERE person = $1 AND times > 0";
        Ok(Change::of(self.execute(sql, &[person.into(), now.into()]).await?))
    }
}
