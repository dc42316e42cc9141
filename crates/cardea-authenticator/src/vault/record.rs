//! The format of a vault's file: a header that anybody can read, and a record that only the installation can.
//!
//! | bytes | what |
//! |---:|---|
//! | 8 | `CARDEAVT` |
//! | 1 | the format's number, 1 |
//! | 16 | the vault's id, random |
//! | 8 | which save this is, counted from 1, big-endian |
//! | rest | the record, sealed for all of the above |

use zeroize::Zeroizing;

use super::contents::{binding_name, encoded, named_binding, read_key, small};
use super::error::VaultError;
use super::seal::{SALT, SealKey};
use crate::attestation::AttestationKey;
use crate::cbor::{Map, Required as _, Value};
use crate::model::Platform;
use crate::state::Binding;
use crate::status::Status;

const MAGIC: &[u8; 8] = b"CARDEAVT";
pub(super) const FORMAT: u8 = 1;
const HEADER: usize = 8 + 1 + 16 + 8;

/// What the header says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) vault: [u8; 16],
    pub(super) save: u64,
}

impl Header {
    pub(super) fn write(self) -> Vec<u8> {
        [&MAGIC[..], &[FORMAT], &self.vault, &self.save.to_be_bytes()].concat()
    }

    /// The header of these bytes, and what follows.
    pub(super) fn read(bytes: &[u8]) -> Result<Parts<'_>, Unreadable> {
        let (place, sealed) = bytes.split_at_checked(HEADER).ok_or(Unreadable::NotAVault)?;
        let (format, rest) =
            place.strip_prefix(MAGIC).and_then(<[u8]>::split_first).ok_or(Unreadable::NotAVault)?;
        if *format != FORMAT {
            return Err(Unreadable::Version(*format));
        }
        let (vault, save) = rest.split_first_chunk().ok_or(Unreadable::NotAVault)?;
        let save = save.try_into().map_err(|_| Unreadable::NotAVault)?;
        let header = Self { vault: *vault, save: u64::from_be_bytes(save) };
        Ok(Parts { header, place, sealed })
    }
}

/// The parts of a file.
pub(super) struct Parts<'a> {
    pub(super) header: Header,
    /// The header's bytes, for which the record is sealed.
    pub(super) place: &'a [u8],
    pub(super) sealed: &'a [u8],
}

/// The bytes do not begin with a header that can be read.
pub(super) enum Unreadable {
    NotAVault,
    Version(u8),
}

/// How a profile's key is wrapped.
#[derive(Clone)]
pub(super) enum Lock {
    /// By the installation's key alone: the profile has no PIN.
    Installation(Vec<u8>),
    /// By the installation's key and a PIN.
    Pin { salt: [u8; SALT], wrapped: Vec<u8> },
}

/// A profile as the record has it: all that may be known before its PIN is.
#[derive(Clone)]
pub(super) struct ProfileRecord {
    pub(super) name: String,
    pub(super) binding: Binding,
    pub(super) lock: Lock,
    pub(super) pin_retries: u8,
    /// Its state, sealed with the wrapped key.
    pub(super) contents: Vec<u8>,
}

/// A key that a relying party's authority has certified, for one model.
#[derive(Clone)]
pub(super) struct Issued {
    pub(super) rp_id: String,
    pub(super) platform: Platform,
    pub(super) key: AttestationKey,
}

/// What is sealed in the file.
#[derive(Clone, Default)]
pub(super) struct Record {
    pub(super) profiles: Vec<ProfileRecord>,
    pub(super) issued: Vec<Issued>,
}

impl Record {
    pub(super) fn seal(&self, key: &SealKey, header: Header) -> Result<Vec<u8>, VaultError> {
        let place = header.write();
        let profiles: Vec<Value> = self.profiles.iter().map(|it| it.to_map().into()).collect();
        let issued: Vec<Value> = self.issued.iter().map(|it| it.to_map().into()).collect();
        let text = encoded(Map::new().with(1, profiles).with(2, issued));
        let sealed = key.seal(&text, &place)?;
        Ok([place, sealed].concat())
    }

    pub(super) fn open(key: &SealKey, place: &[u8], sealed: &[u8]) -> Result<Self, VaultError> {
        let text = key.open(sealed, place)?;
        let value = Zeroizing::new(Value::decode(&text).map_err(|_| VaultError::Integrity)?);
        let map = value.as_map().ok_or(VaultError::Integrity)?;
        Self::read(map).map_err(|_| VaultError::Integrity)
    }

    fn read(map: &Map) -> Result<Self, Status> {
        let (profiles, issued) = (map.array(1).required()?, map.array(2).required()?);
        Ok(Self {
            profiles: profiles.iter().map(ProfileRecord::read).collect::<Result<_, _>>()?,
            issued: issued.iter().map(Issued::read).collect::<Result<_, _>>()?,
        })
    }
}

impl ProfileRecord {
    fn to_map(&self) -> Map {
        let (salt, wrapped) = match &self.lock {
            Lock::Installation(wrapped) => (None, wrapped),
            Lock::Pin { salt, wrapped } => (Some(&salt[..]), wrapped),
        };
        Map::new()
            .with(1, self.name.as_str())
            .with(2, binding_name(self.binding))
            .with_some(3, salt)
            .with(4, wrapped.as_slice())
            .with(5, self.pin_retries)
            .with(6, self.contents.as_slice())
    }

    fn read(item: &Value) -> Result<Self, Status> {
        let map = item.as_map().ok_or(Status::CborUnexpectedType)?;
        let wrapped = map.bytes(4).required()?.to_vec();
        let lock = match map.bytes(3)? {
            None => Lock::Installation(wrapped),
            Some(salt) => {
                let salt = salt.try_into().map_err(|_| Status::InvalidLength)?;
                Lock::Pin { salt, wrapped }
            }
        };
        let binding = named_binding(map.text(2).required()?);
        Ok(Self {
            name: map.text(1).required()?.to_owned(),
            binding: binding.ok_or(Status::InvalidParameter)?,
            lock,
            pin_retries: small(map.int(5).required()?)?,
            contents: map.bytes(6).required()?.to_vec(),
        })
    }
}

impl Issued {
    fn to_map(&self) -> Map {
        let chain: Vec<Value> = self.key.chain().iter().map(|der| der.as_slice().into()).collect();
        let key = self.key.key();
        Map::new()
            .with(1, self.rp_id.as_str())
            .with(2, key.algorithm().number())
            .with(3, key.secret())
            .with(4, chain)
            .with(5, self.platform.name())
    }

    fn read(item: &Value) -> Result<Self, Status> {
        let map = item.as_map().ok_or(Status::CborUnexpectedType)?;
        let mut chain = Vec::new();
        for der in map.array(4).required()? {
            let Value::Bytes(der) = der else { return Err(Status::CborUnexpectedType) };
            chain.push(der.clone());
        }
        let key = read_key(map.int(2).required()?, map.bytes(3).required()?)?;
        let key = AttestationKey::new(key, chain).map_err(|_| Status::InvalidParameter)?;
        let platform = Platform::read(map.text(5)?)?;
        Ok(Self { rp_id: map.text(1).required()?.to_owned(), platform, key })
    }
}
