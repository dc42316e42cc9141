//! One module for each table: what a row means, and every question and change there is.

mod attestation;
pub(crate) mod audit;
mod cleanup;
mod client_secret;
mod counter;
mod device_code;
mod interaction;
mod membership;
mod object;
mod one_time;
mod pass;
mod pass_code;
mod passkey;
mod password;
mod person;
mod refresh_token;
mod session;
mod sign_in;
mod signing_key;
mod snooze;
mod tenant;
mod throttle;
mod totp;
mod upn;

pub use attestation::{AttestationAuthority, AttestationCertificate};
pub use audit::{AuditEntry, AuditRecord, Audited, Chain};
pub use cleanup::Cleaned;
pub use client_secret::ClientSecret;
pub use device_code::{Claim, Decided, Decision, DeviceCode, DeviceCodeState, NewDeviceCode, Poll};
pub use interaction::{Interaction, Replaced};
pub use membership::{MemberKind, Membership};
pub use object::Object;
pub use one_time::{OneTime, OneTimeKind, Taken};
pub use pass::{NewPass, Pass, Redemption, Usable};
pub use pass_code::PassCode;
pub use passkey::{AddedPasskey, Attestation, Backup, Counted, Device, Passkey, PasskeyUse};
pub use password::Password;
pub use person::{Account, Person, PersonKind, StoredPerson};
pub use refresh_token::{Issued, RefreshToken, RevokedBy, Rotation, TokenStanding};
pub use session::{Persistence, Session, SessionStanding};
pub use sign_in::{SignIn, SignInFilter};
pub use signing_key::{KeyState, SigningKey};
pub use snooze::Snoozed;
pub use tenant::Tenant;
pub use throttle::{Limit, Verdict};
pub use totp::{StepUse, Totp};
pub use upn::{Upn, UpnProblem};

/// What became of a change to a row that may not be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// The row was there and is changed, or gone as asked.
    Done,
    /// There is no such row.
    Absent,
}

/// What became of a row that must be new.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Put {
    /// It is kept.
    Stored,
    /// There is one with its key already, which was left alone.
    Exists,
}

impl Change {
    pub(crate) fn of(rows: u64) -> Self {
        if rows == 0 { Self::Absent } else { Self::Done }
    }
}

impl Put {
    pub(crate) fn of(rows: u64) -> Self {
        if rows == 0 { Self::Exists } else { Self::Stored }
    }
}
