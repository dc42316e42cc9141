//! Bytes with a meaning: challenges, credential ids, user handles.

use core::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::error::{CeremonyError, Checked, Code, require};

/// The longest credential id (WebAuthn §7.1 step 25), in bytes.
pub const CREDENTIAL_ID_MAX: usize = 1023;
/// The longest user handle (WebAuthn §5.4.3), in bytes.
pub const USER_HANDLE_MAX: usize = 64;
/// The shortest and the longest challenge (WebAuthn §13.4.3 asks for 16), in bytes.
pub const CHALLENGE_LENGTHS: core::ops::RangeInclusive<usize> = 16..=128;

/// Base64url without padding, as WebAuthn's JSON has it.
pub(crate) fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The bytes of a base64url text without padding, of at most `max` bytes.
pub(crate) fn decode(text: &str, max: usize, what: &str) -> Checked<Vec<u8>> {
    let malformed = |reason: &str| CeremonyError::new(Code::Answer, format!("{what} {reason}"));
    if text.len() / 4 * 3 > max {
        return Err(malformed("is too long"));
    }
    URL_SAFE_NO_PAD.decode(text).map_err(|_| malformed("is not base64url without padding"))
}

/// The id of a credential: opaque bytes that the authenticator chose, 1 to 1023.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CredentialId(Vec<u8>);

impl CredentialId {
    /// The id of these bytes; refuses `credential_id_length`.
    pub fn new(bytes: &[u8]) -> Checked<Self> {
        let long_enough = (1..=CREDENTIAL_ID_MAX).contains(&bytes.len());
        let reason = "a credential id has 1 to 1023 bytes";
        require(long_enough, Code::CredentialIdLength, reason)?;
        Ok(Self(bytes.to_vec()))
    }

    /// The id that base64url stands for.
    pub fn parse(text: &str) -> Checked<Self> {
        Self::new(&decode(text, 2 * CREDENTIAL_ID_MAX, "the credential id")?)
    }

    /// The bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// The user handle: what an authenticator keeps to say whose a passkey is, 1 to 64 bytes.
///
/// It must not say anything about the person (WebAuthn §14.6.1).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UserHandle(Vec<u8>);

impl UserHandle {
    /// The handle of these bytes; refuses `answer_malformed`.
    pub fn new(bytes: &[u8]) -> Checked<Self> {
        let reason = "a user handle has 1 to 64 bytes";
        require((1..=USER_HANDLE_MAX).contains(&bytes.len()), Code::Answer, reason)?;
        Ok(Self(bytes.to_vec()))
    }

    /// The handle that base64url stands for.
    pub fn parse(text: &str) -> Checked<Self> {
        Self::new(&decode(text, 2 * USER_HANDLE_MAX, "the user handle")?)
    }

    /// A new handle of 64 random bytes.
    pub fn random() -> Checked<Self> {
        Ok(Self(random::<USER_HANDLE_MAX>()?.to_vec()))
    }

    /// The bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// A challenge: what an answer has to be about, so that it is of no use a second time.
#[derive(Clone, PartialEq, Eq)]
pub struct Challenge(Vec<u8>);

impl Challenge {
    /// A challenge of these bytes, which must be unpredictable: 16 to 128.
    pub fn new(bytes: &[u8]) -> Checked<Self> {
        let reason = "a challenge has 16 to 128 bytes";
        require(CHALLENGE_LENGTHS.contains(&bytes.len()), Code::ChallengeMismatch, reason)?;
        Ok(Self(bytes.to_vec()))
    }

    /// A new challenge of 32 random bytes.
    pub fn random() -> Checked<Self> {
        Ok(Self(random::<32>()?.to_vec()))
    }

    /// The bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

fn random<const N: usize>() -> Checked<[u8; N]> {
    let mut bytes = [0; N];
    aws_lc_rs::rand::fill(&mut bytes)
        .map_err(|_| CeremonyError::new(Code::Randomness, "the system gave no random bytes"))?;
    Ok(bytes)
}

macro_rules! as_base64url {
    ($name:ident) => {
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&encode(&self.0))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({self})", stringify!($name))
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                let bytes = URL_SAFE_NO_PAD.decode(&text).map_err(serde::de::Error::custom)?;
                Self::new(&bytes).map_err(serde::de::Error::custom)
            }
        }
    };
}

as_base64url!(CredentialId);
as_base64url!(UserHandle);
as_base64url!(Challenge);
