//! Why a vault does not do what it is asked.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

use crate::host::NoRandom;

/// A vault cannot be used, or not so.
#[derive(Debug, Error)]
pub enum VaultError {
    /// The file cannot be read or written. What was kept before still is.
    #[error("cannot {action} `{}`: {reason}", path.display())]
    File {
        /// What was tried.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// The system's own words.
        reason: io::Error,
    },
    /// There is a file already, where a vault was to be made.
    #[error("`{}` is there already; open it, or choose another name", .0.display())]
    Exists(PathBuf),
    /// Another process has the vault open.
    #[error("another process uses `{}`; wait until it has ended", .0.display())]
    InUse(PathBuf),
    /// The file does not begin like a vault.
    #[error("`{}` is not a vault of Cardea Authenticator", .0.display())]
    NotAVault(PathBuf),
    /// The vault was written by a later version of this program.
    #[error("the vault has format {0}; this program reads format 1, so a later one is needed")]
    Version(u8),
    /// The file was changed, is cut off, or belongs to another installation. Which of them cannot be told.
    #[error("integrity: the vault was changed, is cut off, or is another installation's")]
    Integrity,
    /// An older file was put in the place of the newest.
    #[error(
        "the vault is from save {found}, but save {expected} was made; an older file was put back"
    )]
    RolledBack {
        /// The save that the file is from.
        found: u64,
        /// The save that the anchor knows of.
        expected: u64,
    },
    /// The anchor cannot be read or written.
    #[error("the rollback anchor does not work: {0}")]
    Anchor(String),
    /// There is no such profile.
    #[error("there is no profile `{0}` in this vault")]
    NoProfile(String),
    /// There is such a profile already.
    #[error("there is a profile `{0}` already")]
    ProfileExists(String),
    /// A profile's name is empty or too long.
    #[error("a profile's name has 1 to 64 characters, none of them a control character")]
    ProfileName,
    /// The profile has a PIN, and none was given.
    #[error("profile `{0}` has a PIN, which is needed to open it")]
    PinNeeded(String),
    /// The PIN is wrong.
    #[error("the PIN is wrong; {left} tries are left")]
    WrongPin {
        /// How many wrong ones more there may be.
        left: u8,
    },
    /// The PIN was wrong three times in a row.
    #[error("the PIN was wrong three times; start the program anew to try again")]
    PinAuthBlocked,
    /// The PIN was wrong too often.
    #[error("the PIN was wrong too often; the profile can only be removed")]
    PinBlocked,
    /// The PIN is too short or too long.
    #[error("a PIN has at least 4 characters and at most 63 bytes")]
    PinPolicy,
    /// Passkeys that are bound to their device were to leave it.
    #[error("passkeys of profile `{0}` are bound to this device and cannot be exported")]
    DeviceBound(String),
    /// The passphrase of an export is too short.
    #[error("a passphrase for an export has at least 12 characters")]
    Passphrase,
    /// An export cannot be opened: the passphrase is wrong or the file was changed. Which cannot be told.
    #[error("the export cannot be opened: the passphrase is wrong, or the file was changed")]
    Export,
    /// There is no randomness.
    #[error(transparent)]
    Random(#[from] NoRandom),
    /// The cryptographic library refuses.
    #[error("the cryptographic library refuses to {0}")]
    Library(&'static str),
}
