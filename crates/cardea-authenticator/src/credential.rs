//! A credential as the authenticator keeps it.

use core::fmt;

use zeroize::Zeroizing;

use crate::cbor::{Map, Required as _, Value};
use crate::key::SigningKey;
use crate::model::Platform;
use crate::status::Status;

/// How long the ids of new credentials are, in bytes.
pub(crate) const ID_LENGTH: usize = 32;
/// How many bytes a `credBlob` may have (CTAP 2.1 §12.2: at least 32).
pub(crate) const CRED_BLOB_MAX: usize = 32;
/// How many bytes a user handle may have (WebAuthn §5.4.3).
const USER_HANDLE_MAX: usize = 64;
/// Names are cut to this many bytes (WebAuthn §6.4.1: at least 64).
const NAME_MAX: usize = 64;

/// Whether a credential can be found without its id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Discoverability {
    /// It can: a passkey.
    Discoverable,
    /// It is used only where its id is given.
    ByIdOnly,
}

/// What it takes to use a credential (CTAP 2.1 §12.1, `credProtect`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Protection {
    /// Presence.
    UserVerificationOptional,
    /// Verification, or the credential's id.
    UserVerificationOptionalWithCredentialIdList,
    /// Verification.
    UserVerificationRequired,
}

impl Protection {
    const ALL: [Self; 3] = [
        Self::UserVerificationOptional,
        Self::UserVerificationOptionalWithCredentialIdList,
        Self::UserVerificationRequired,
    ];

    /// The number on the wire.
    pub const fn number(self) -> i64 {
        match self {
            Self::UserVerificationOptional => 1,
            Self::UserVerificationOptionalWithCredentialIdList => 2,
            Self::UserVerificationRequired => 3,
        }
    }

    pub(crate) fn numbered(number: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.number() == number)
    }
}

/// The relying party that a credential is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RpEntity {
    /// Its id, to which the credential is bound.
    pub id: String,
    /// What it calls itself.
    pub name: Option<String>,
}

/// The account that a credential is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserEntity {
    /// The user handle.
    pub id: Vec<u8>,
    /// The name with which they sign in.
    pub name: Option<String>,
    /// The name by which they are called.
    pub display_name: Option<String>,
}

impl RpEntity {
    pub(crate) fn read(map: &Map) -> Result<Self, Status> {
        Ok(Self { id: map.text("id").required()?.to_owned(), name: name(map, "name")? })
    }

    pub(crate) fn to_map(&self) -> Map {
        Map::new().with("id", self.id.as_str()).with_some("name", self.name.as_deref())
    }
}

impl UserEntity {
    pub(crate) fn read(map: &Map) -> Result<Self, Status> {
        let id = map.bytes("id").required()?;
        if id.is_empty() || id.len() > USER_HANDLE_MAX {
            return Err(Status::InvalidLength);
        }
        Ok(Self {
            id: id.to_vec(),
            name: name(map, "name")?,
            display_name: name(map, "displayName")?,
        })
    }

    pub(crate) fn to_map(&self) -> Map {
        Map::new()
            .with("id", self.id.as_slice())
            .with_some("name", self.name.as_deref())
            .with_some("displayName", self.display_name.as_deref())
    }

    /// The name that a person knows the account by.
    pub fn label(&self) -> Option<&str> {
        self.name.as_deref().or(self.display_name.as_deref())
    }
}

/// A name, cut at a character where it is too long.
fn name(map: &Map, key: &str) -> Result<Option<String>, Status> {
    let name = map.text(key)?;
    Ok(name
        .map(|name| name.get(..name.floor_char_boundary(NAME_MAX)).unwrap_or_default().to_owned()))
}

/// Secrets of a credential beside its key.
#[derive(Clone)]
pub(crate) struct Secrets {
    /// For `hmac-secret` after verification (§12.5, `CredRandomWithUV`).
    pub(crate) hmac_with_uv: Zeroizing<[u8; 32]>,
    /// For `hmac-secret` without (`CredRandomWithoutUV`).
    pub(crate) hmac_without_uv: Zeroizing<[u8; 32]>,
    /// The key of its large blob, where one was asked for (§12.3).
    pub(crate) large_blob_key: Option<Zeroizing<[u8; 32]>>,
}

/// A credential: for whom it is, what it takes to use it, and its key.
#[derive(Clone)]
pub struct Credential {
    pub(crate) id: Vec<u8>,
    pub(crate) rp: RpEntity,
    pub(crate) user: UserEntity,
    pub(crate) key: SigningKey,
    pub(crate) discoverability: Discoverability,
    pub(crate) protection: Protection,
    pub(crate) cred_blob: Vec<u8>,
    pub(crate) secrets: Secrets,
    /// How often it signed.
    pub(crate) sign_count: u32,
    /// When it was made and last used, in seconds of Unix time.
    pub(crate) made: i64,
    pub(crate) used: Option<i64>,
    pub(crate) note: Note,
}

/// What the program around an authenticator notes beside a credential. The authenticator does not look at it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Note {
    /// What its owner calls it.
    pub name: Option<String>,
    /// The address at which it was registered.
    pub address: Option<String>,
    /// What the installation appeared as.
    pub platform: Platform,
    /// Certificates, in PEM, that are believed at that address besides the system's.
    pub roots: Option<String>,
}

impl Credential {
    /// Its id.
    pub fn id(&self) -> &[u8] {
        &self.id
    }

    /// The relying party.
    pub fn rp(&self) -> &RpEntity {
        &self.rp
    }

    /// The account.
    pub fn user(&self) -> &UserEntity {
        &self.user
    }

    /// Whether it can be found without its id.
    pub fn discoverability(&self) -> Discoverability {
        self.discoverability
    }

    /// What it takes to use it.
    pub fn protection(&self) -> Protection {
        self.protection
    }

    /// When it was made, in seconds of Unix time.
    pub fn made(&self) -> i64 {
        self.made
    }

    /// When it was last used, in seconds of Unix time.
    pub fn used(&self) -> Option<i64> {
        self.used
    }

    /// What was noted beside it.
    pub fn note(&self) -> &Note {
        &self.note
    }

    pub(crate) fn is_discoverable(&self) -> bool {
        self.discoverability == Discoverability::Discoverable
    }

    /// Its `PublicKeyCredentialDescriptor`.
    pub(crate) fn descriptor(&self) -> Map {
        Map::new().with("id", self.id.as_slice()).with("type", "public-key")
    }
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credential")
            .field("rp", &self.rp.id)
            .field("algorithm", &self.key.algorithm())
            .finish_non_exhaustive()
    }
}

/// The ids of a list of descriptors. Types other than `public-key` are passed over (WebAuthn §5.8.3).
pub(crate) fn ids(list: &[Value]) -> Result<Vec<&[u8]>, Status> {
    let mut ids = Vec::new();
    for descriptor in list {
        let Value::Map(descriptor) = descriptor else { return Err(Status::CborUnexpectedType) };
        let id = descriptor.bytes("id").required()?;
        if descriptor.text("type").required()? == "public-key" {
            ids.push(id);
        }
    }
    Ok(ids)
}
