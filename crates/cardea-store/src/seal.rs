//! Sealing: secrets that have to be read again are encrypted, each for the cell that it stands in.

use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::{hmac, rand};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use thiserror::Error;
use zeroize::{Zeroize, Zeroizing};

use crate::StoreError;

/// The first byte of a sealed text. Another way of sealing gets another number.
const VERSION: u8 = 1;

/// The key that everything sealed in a database is sealed with.
///
/// Three keys are derived from the 32 bytes: one to seal, one for keyed hashes of short secrets, one for
/// the chain of audit records. The bytes are uniform, so one HMAC for each purpose does, which is the
/// expansion of HKDF (RFC 5869 section 2.3) with a single block.
pub struct SealingKey {
    bytes: Zeroizing<[u8; 32]>,
    sealing: Zeroizing<[u8; 32]>,
    hashing: hmac::Key,
    chaining: hmac::Key,
}

/// Why a text is no sealing key.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SealingKeyError {
    /// The file cannot be read.
    #[error("cannot read the sealing key from `{path}`: {reason}")]
    Unreadable {
        /// The file.
        path: String,
        /// The system's own words.
        reason: String,
    },
    /// The text is not the base64 of 32 bytes.
    #[error("a sealing key is 32 bytes in base64, which is 44 characters; this text is not")]
    Malformed,
    /// The system has no random bytes.
    #[error("the system gives no random bytes")]
    NoRandom,
}

/// The cell that a sealed text stands in. A text that is moved to another cell cannot be opened.
#[derive(Clone, Copy)]
pub(crate) struct Cell<'a> {
    pub(crate) table: &'static str,
    pub(crate) column: &'static str,
    pub(crate) row: &'a str,
}

impl Cell<'_> {
    /// Table and column have no line break, so no two cells have the same bytes.
    fn associated(&self) -> Vec<u8> {
        format!("{}\n{}\n{}", self.table, self.column, self.row).into_bytes()
    }

    fn unreadable(&self) -> StoreError {
        StoreError::Row { table: self.table, column: self.column, row: self.row.to_owned() }
    }
}

impl SealingKey {
    /// The key of these 32 bytes.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        let bytes = Zeroizing::new(bytes);
        let sealing = derived(&bytes, b"cardea seal");
        let hashing = hmac::Key::new(hmac::HMAC_SHA256, &*derived(&bytes, b"cardea keyed hash"));
        let chaining = hmac::Key::new(hmac::HMAC_SHA256, &*derived(&bytes, b"cardea audit chain"));
        Self { bytes, sealing, hashing, chaining }
    }

    /// A new key of random bytes.
    ///
    /// # Errors
    ///
    /// The system has no random bytes.
    pub fn generate() -> Result<Self, SealingKeyError> {
        let mut bytes = [0; 32];
        rand::fill(&mut bytes).map_err(|_| SealingKeyError::NoRandom)?;
        let key = Self::from_bytes(bytes);
        bytes.zeroize();
        Ok(key)
    }

    /// The key written as base64, as in an environment variable. White space around it is no part of it.
    ///
    /// # Errors
    ///
    /// The text is not the base64 of 32 bytes.
    pub fn from_text(text: &str) -> Result<Self, SealingKeyError> {
        let decoded = STANDARD.decode(text.trim()).map(Zeroizing::new);
        let decoded = decoded.map_err(|_| SealingKeyError::Malformed)?;
        let bytes = decoded.as_slice().try_into().map_err(|_| SealingKeyError::Malformed)?;
        Ok(Self::from_bytes(bytes))
    }

    /// The key in this file, written as [`SealingKey::to_text`] writes it.
    ///
    /// # Errors
    ///
    /// The file cannot be read, or holds no key.
    pub fn from_file(path: &std::path::Path) -> Result<Self, SealingKeyError> {
        let text = std::fs::read_to_string(path).map(Zeroizing::new).map_err(|error| {
            SealingKeyError::Unreadable {
                path: path.display().to_string(),
                reason: error.to_string(),
            }
        })?;
        Self::from_text(&text)
    }

    /// The key in base64, for the file that will hold it.
    pub fn to_text(&self) -> Zeroizing<String> {
        Zeroizing::new(STANDARD.encode(*self.bytes))
    }

    /// `secret`, readable only with this key and only in this cell.
    pub(crate) fn seal(&self, cell: Cell<'_>, secret: &[u8]) -> Result<Vec<u8>, StoreError> {
        let mut nonce = [0; NONCE_LEN];
        rand::fill(&mut nonce).map_err(|_| StoreError::NoRandom)?;
        let mut sealed = secret.to_vec();
        let associated = Aad::from(cell.associated());
        self.cipher(cell)?
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), associated, &mut sealed)
            .map_err(|_| StoreError::Unstorable { table: cell.table, column: cell.column })?;
        Ok([&[VERSION][..], &nonce, &sealed].concat())
    }

    /// What was sealed, if it was sealed with this key for this cell.
    pub(crate) fn open(
        &self,
        cell: Cell<'_>,
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, StoreError> {
        let (nonce, text) = match sealed.split_first() {
            Some((&VERSION, rest)) => {
                rest.split_first_chunk::<NONCE_LEN>().ok_or_else(|| cell.unreadable())?
            }
            Some(_) | None => return Err(cell.unreadable()),
        };
        let mut text = Zeroizing::new(text.to_vec());
        let nonce = Nonce::assume_unique_for_key(*nonce);
        let length = self
            .cipher(cell)?
            .open_in_place(nonce, Aad::from(cell.associated()), &mut text)
            .map_err(|_| cell.unreadable())?
            .len();
        text.truncate(length);
        Ok(text)
    }

    fn cipher(&self, cell: Cell<'_>) -> Result<LessSafeKey, StoreError> {
        let key = UnboundKey::new(&AES_256_GCM, &*self.sealing);
        key.map(LessSafeKey::new)
            .map_err(|_| StoreError::Unstorable { table: cell.table, column: cell.column })
    }

    /// A hash of a short secret that cannot be searched for without this key.
    pub(crate) fn keyed_hash(&self, purpose: &str, salt: &[u8], secret: &[u8]) -> Vec<u8> {
        mac(&self.hashing, &[purpose.as_bytes(), salt, secret])
    }

    /// The link of a chain whose parts are these.
    pub(crate) fn chain_hash(&self, parts: &[&[u8]]) -> Vec<u8> {
        mac(&self.chaining, parts)
    }
}

/// HMAC over parts, each after its length, so that no two lists of parts look alike.
fn mac(key: &hmac::Key, parts: &[&[u8]]) -> Vec<u8> {
    let mut context = hmac::Context::with_key(key);
    for part in parts {
        context.update(&part.len().to_be_bytes());
        context.update(part);
    }
    context.sign().as_ref().to_vec()
}

fn derived(key: &[u8; 32], purpose: &[u8]) -> Zeroizing<[u8; 32]> {
    let key = hmac::Key::new(hmac::HMAC_SHA256, key);
    let mut bytes = Zeroizing::new([0; 32]);
    bytes.copy_from_slice(hmac::sign(&key, &[purpose, &[1]].concat()).as_ref());
    bytes
}

impl fmt::Debug for SealingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SealingKey(…)")
    }
}
