//! Secrets that are kept as hashes only.

use std::fmt;

use aws_lc_rs::digest;
use subtle::ConstantTimeEq;

/// The SHA-256 of a secret that has at least 256 bits of chance in it: a session id, a code, a token.
///
/// Such a secret cannot be guessed, so it needs no salt and no slow function. The type keeps a secret
/// from being stored by mistake: tables take this, and only this can be made of one.
#[derive(Clone, Copy, Eq)]
pub struct SecretHash([u8; 32]);

impl SecretHash {
    /// The hash under which this secret is kept.
    pub fn of(secret: &[u8]) -> Self {
        let mut bytes = [0; 32];
        bytes.copy_from_slice(digest::digest(&digest::SHA256, secret).as_ref());
        Self(bytes)
    }

    /// The bytes as they stand in the database.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The hash that this text stands for: 64 digits in base 16.
    pub fn from_hex(text: &str) -> Option<Self> {
        let mut bytes = [0; 32];
        if text.len() != 64 {
            return None;
        }
        for (at, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(text.get(2 * at..2 * at + 2)?, 16).ok()?;
        }
        Some(Self(bytes))
    }

    pub(crate) fn read(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }
}

/// In constant time.
impl PartialEq for SecretHash {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

/// The first three bytes, enough to tell two apart in a log.
impl fmt::Debug for SecretHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [first, second, third, ..] = self.0;
        write!(f, "SecretHash({first:02x}{second:02x}{third:02x}…)")
    }
}
