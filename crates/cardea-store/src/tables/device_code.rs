//! Device codes (RFC 8628).

use std::fmt;

use jiff::Timestamp;

use crate::tables::Put;
use crate::value::{Row, Word};
use crate::{SecretHash, Snapshot, StoreError, Transaction};

/// How much longer a device has to wait after it asked too early (RFC 8628 section 3.5), in seconds.
const SLOWER: u32 = 5;

/// How far a device code has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeviceCodeState {
    /// Nobody has typed the user code.
    Pending,
    /// A session has, and looks at what the device asks for.
    Claimed,
    /// The person agreed.
    Approved,
    /// The person did not.
    Denied,
    /// The device has its tokens.
    Redeemed,
}

/// A device code that is to be kept.
pub struct NewDeviceCode {
    /// Of the device code.
    pub hash: SecretHash,
    /// The short code that the person types, in its canonical form. Kept as a keyed hash.
    pub user_code: String,
    /// The client that asked for it.
    pub client: String,
    /// What it asked for, as JSON.
    pub payload: String,
    /// When.
    pub created: Timestamp,
    /// From when on it works no more.
    pub ends: Timestamp,
    /// How many seconds the device waits between two questions.
    pub interval: u32,
}

/// Without the codes.
impl fmt::Debug for NewDeviceCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewDeviceCode").field("client", &self.client).finish_non_exhaustive()
    }
}

/// A device code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceCode {
    /// Of the device code.
    pub hash: SecretHash,
    /// The client that asked for it.
    pub client: String,
    /// What it asked for and, once approved, what it gets, as JSON.
    pub payload: String,
    /// How far it has come.
    pub state: DeviceCodeState,
    /// The session that typed the user code first.
    pub claimed_by: Option<SecretHash>,
    /// When it was asked for.
    pub created: Timestamp,
    /// From when on it works no more.
    pub ends: Timestamp,
    /// How many seconds the device waits between two questions.
    pub interval: u32,
}

/// What became of a user code that somebody typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claim {
    /// It is this session's to decide.
    Claimed(DeviceCode),
    /// Another session typed it before, or it was decided.
    Taken,
    /// There is no such code, or it is over.
    Unknown,
}

/// What a person says to a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision<'a> {
    /// It may have tokens, as this JSON says.
    Approve {
        /// The new payload of the code.
        payload: &'a str,
    },
    /// It may not.
    Deny,
}

/// What became of a decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decided {
    /// It is kept.
    Done,
    /// The code is not this session's, was decided before, or is over.
    Refused,
}

/// What a device that asks is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Poll {
    /// `authorization_pending`.
    Pending,
    /// `slow_down`: it asked too early, and has to wait longer from now on.
    SlowDown {
        /// The new interval in seconds.
        interval: u32,
    },
    /// The person agreed. The tokens belong to whoever gets [`Poll::Approved`] from
    /// [`Transaction::redeem_device_code`].
    Approved(DeviceCode),
    /// `access_denied`.
    Denied,
    /// `expired_token`.
    Expired,
    /// It has had its tokens.
    Redeemed,
    /// There is no such code.
    Unknown,
}

impl Word for DeviceCodeState {
    const ALL: &'static [Self] =
        &[Self::Pending, Self::Claimed, Self::Approved, Self::Denied, Self::Redeemed];

    fn word(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Claimed => "claimed",
            Self::Approved => "approved",
            Self::Denied => "denied",
            Self::Redeemed => "redeemed",
        }
    }
}

impl Snapshot {
    /// A device code.
    ///
    /// # Errors
    ///
    /// The database failed, or the row cannot be read.
    pub async fn device_code(
        &mut self,
        hash: &SecretHash,
    ) -> Result<Option<DeviceCode>, StoreError> {
        let sql = "SELECT hash, client, payload, state, claimed_by, created, ends, wait FROM device_code \
                   WHERE hash = $1 AND epoch = (SELECT value FROM counter WHERE name = 'epoch')";
        let row = self.row("device_code", sql, &[hash.as_bytes().into()]).await?;
        row.as_ref().map(device_code).transpose()
    }

    fn user_code_hash(&self, user_code: &str) -> Vec<u8> {
        self.key().keyed_hash("user code", &[], user_code.as_bytes())
    }
}

impl Transaction {
    /// Keeps a device code, unless its user code is in use.
    ///
    /// # Errors
    ///
    /// The database failed.
    pub async fn put_device_code(&mut self, new: &NewDeviceCode) -> Result<Put, StoreError> {
        let user_code = self.user_code_hash(&new.user_code);
        let sql = "INSERT INTO device_code (hash, user_code, client, payload, state, created, ends, wait, epoch) \
                   VALUES ($1, $2, $3, $4, 'pending', $5, $6, $7, \
                   (SELECT value FROM counter WHERE name = 'epoch')) ON CONFLICT DO NOTHING";
        let values = [
            new.hash.as_bytes().into(),
            user_code.as_slice().into(),
            (&new.client).into(),
            (&new.payload).into(),
            new.created.into(),
            new.ends.into(),
            new.interval.into(),
        ];
        Ok(Put::of(self.execute(sql, &values).await?))
    }

    /// Binds a user code to the session that typed it, which alone can decide on it. The first one has it.
    ///
    /// # Errors
    ///
    /// The database failed, or the row cannot be read.
    pub async fn claim_device_code(
        &mut self,
        user_code: &str,
        session: &SecretHash,
        now: Timestamp,
    ) -> Result<Claim, StoreError> {
        let user_code = self.user_code_hash(user_code);
        let sql = "UPDATE device_code SET state = 'claimed', claimed_by = $2 WHERE user_code = $1 AND ends > $3 \
                   AND (state = 'pending' OR (state = 'claimed' AND claimed_by = $2)) \
                   AND epoch = (SELECT value FROM counter WHERE name = 'epoch') \
                   RETURNING hash, client, payload, state, claimed_by, created, ends, wait";
        let values = [user_code.as_slice().into(), session.as_bytes().into(), now.into()];
        if let Some(row) = self.row("device_code", sql, &values).await? {
            return Ok(Claim::Claimed(device_code(&row)?));
        }
        let sql = "SELECT hash FROM device_code WHERE user_code = $1 AND ends > $2 \
                   AND epoch = (SELECT value FROM counter WHERE name = 'epoch')";
        let other =
            self.row("device_code", sql, &[user_code.as_slice().into(), now.into()]).await?;
        Ok(if other.is_some() { Claim::Taken } else { Claim::Unknown })
    }

    /// Keeps what the person said, if the code is their session's and they said nothing before.
    ///
    /// # Errors
    ///
    /// The database failed.
    pub async fn decide_device_code(
        &mut self,
        hash: &SecretHash,
        session: &SecretHash,
        decision: Decision<'_>,
        now: Timestamp,
    ) -> Result<Decided, StoreError> {
        let (sql, payload) = match decision {
            Decision::Approve { payload } => (
                "UPDATE device_code SET state = 'approved', payload = $4 WHERE hash = $1 AND claimed_by = $2 \
                 AND ends > $3 AND state = 'claimed' \
                 AND epoch = (SELECT value FROM counter WHERE name = 'epoch')",
                Some(payload),
            ),
            Decision::Deny => (
                "UPDATE device_code SET state = 'denied' WHERE hash = $1 AND claimed_by = $2 \
                 AND ends > $3 AND state = 'claimed' \
                 AND epoch = (SELECT value FROM counter WHERE name = 'epoch')",
                None,
            ),
        };
        let mut values = vec![hash.as_bytes().into(), session.as_bytes().into(), now.into()];
        values.extend(payload.map(Into::into));
        Ok(if self.execute(sql, &values).await? == 0 { Decided::Refused } else { Decided::Done })
    }

    /// Answers a device that asks, and notes when it did.
    ///
    /// # Errors
    ///
    /// The database failed, or the row cannot be read.
    pub async fn poll_device_code(
        &mut self,
        hash: &SecretHash,
        now: Timestamp,
    ) -> Result<Poll, StoreError> {
        // Waits for whoever asks with the same code, so that what is read next is what they left.
        let sql = "UPDATE device_code SET hash = hash WHERE hash = $1";
        self.execute(sql, &[hash.as_bytes().into()]).await?;
        let Some(code) = self.device_code(hash).await? else { return Ok(Poll::Unknown) };
        if code.state == DeviceCodeState::Redeemed {
            return Ok(Poll::Redeemed);
        }
        if code.ends <= now {
            return Ok(Poll::Expired);
        }
        if let Some(interval) = self.too_early(hash, now).await? {
            return Ok(Poll::SlowDown { interval });
        }
        Ok(match code.state {
            DeviceCodeState::Pending | DeviceCodeState::Claimed => Poll::Pending,
            DeviceCodeState::Approved => Poll::Approved(code),
            DeviceCodeState::Denied => Poll::Denied,
            DeviceCodeState::Redeemed => Poll::Redeemed,
        })
    }

    /// The new interval, if the device asked before the old one was over. A clock that went back is no fault
    /// of the device.
    async fn too_early(
        &mut self,
        hash: &SecretHash,
        now: Timestamp,
    ) -> Result<Option<u32>, StoreError> {
        let sql = "UPDATE device_code SET wait = wait + $3 WHERE hash = $1 AND last_poll <= $2 \
                   AND last_poll + wait * 1000000 > $2 RETURNING hash, wait";
        let values = [hash.as_bytes().into(), now.into(), SLOWER.into()];
        let slower = self.row("device_code", sql, &values).await?;
        let sql = "UPDATE device_code SET last_poll = $2 WHERE hash = $1";
        self.execute(sql, &[hash.as_bytes().into(), now.into()]).await?;
        slower.map(|row| row.count("wait")).transpose()
    }

    /// Uses up a code that was approved: of all attempts at the same time one gets [`Poll::Approved`].
    ///
    /// # Errors
    ///
    /// The database failed, or the row cannot be read.
    pub async fn redeem_device_code(
        &mut self,
        hash: &SecretHash,
        now: Timestamp,
    ) -> Result<Poll, StoreError> {
        let sql = "UPDATE device_code SET state = 'redeemed' WHERE hash = $1 AND state = 'approved' \
                   AND ends > $2 AND epoch = (SELECT value FROM counter WHERE name = 'epoch') \
                   RETURNING hash, client, payload, state, claimed_by, created, ends, wait";
        let row = self.row("device_code", sql, &[hash.as_bytes().into(), now.into()]).await?;
        if let Some(row) = row {
            return Ok(Poll::Approved(device_code(&row)?));
        }
        let Some(code) = self.device_code(hash).await? else { return Ok(Poll::Unknown) };
        Ok(match code.state {
            DeviceCodeState::Redeemed => Poll::Redeemed,
            DeviceCodeState::Denied => Poll::Denied,
            DeviceCodeState::Approved => Poll::Expired,
            DeviceCodeState::Pending | DeviceCodeState::Claimed => Poll::Pending,
        })
    }
}

fn device_code(row: &Row) -> Result<DeviceCode, StoreError> {
    let hash = |bytes: &[u8], column| SecretHash::read(bytes).ok_or_else(|| row.unreadable(column));
    Ok(DeviceCode {
        hash: hash(&row.bytes("hash")?, "hash")?,
        client: row.text("client")?,
        payload: row.text("payload")?,
        state: row.word("state")?,
        claimed_by: row.maybe_bytes("claimed_by")?.map(|it| hash(&it, "claimed_by")).transpose()?,
        created: row.time("created")?,
        ends: row.time("ends")?,
        interval: row.count("wait")?,
    })
}
