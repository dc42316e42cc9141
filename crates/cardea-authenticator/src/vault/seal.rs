//! Keys of a vault, and sealing with them: AES-256-GCM-SIV, whose nonces may even repeat without giving a
//! key away, and Argon2id for what people can type.

use core::fmt;

use argon2::{Algorithm, Argon2, Params, Version};
use aws_lc_rs::aead::{AES_256_GCM_SIV, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::hmac;
use zeroize::Zeroizing;

use super::error::VaultError;
use crate::host::{Random, SystemRandom, random};

/// How long the salts of Argon2id are.
pub(super) const SALT: usize = 16;

/// The key of an installation: 32 random bytes, without which its vault is noise.
///
/// It is kept outside of the vault, where the platform keeps secrets: in a keyring, sealed by a TPM, or in a
/// file of its own that only its owner can read. A copy of the vault alone is worth nothing then.
pub struct InstallationKey(Zeroizing<[u8; 32]>);

impl InstallationKey {
    /// The key of these bytes.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// A new key.
    ///
    /// # Errors
    ///
    /// There is no randomness.
    pub fn generate(source: &mut dyn Random) -> Result<Self, VaultError> {
        Ok(Self::from_bytes(random(source)?))
    }

    /// The bytes, for whoever keeps them.
    pub fn expose(&self) -> &[u8; 32] {
        &self.0
    }

    /// The key for one purpose. The bytes are uniform, so one HMAC is HKDF's expansion (RFC 5869 §2.3).
    pub(super) fn derive(&self, purpose: &[u8]) -> SealKey {
        expanded(&*self.0, purpose)
    }

    /// The key that a PIN and this installation give together; neither is enough.
    pub(super) fn with_pin(
        &self,
        pin: &[u8; 16],
        salt: &[u8; SALT],
    ) -> Result<SealKey, VaultError> {
        let stretched = stretched(pin, salt)?;
        Ok(expanded(&*self.0, &[b"cardea vault pin".as_slice(), &stretched[..]].concat()))
    }
}

impl fmt::Debug for InstallationKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InstallationKey(…)")
    }
}

fn expanded(key: &[u8], purpose: &[u8]) -> SealKey {
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), &[purpose, &[1]].concat());
    let mut bytes = Zeroizing::new([0; 32]);
    bytes.copy_from_slice(tag.as_ref());
    SealKey(bytes)
}

/// Argon2id as RFC 9106 §4 recommends where memory is short: 64 MiB, three passes, four lanes.
fn stretched(secret: &[u8], salt: &[u8]) -> Result<Zeroizing<[u8; 32]>, VaultError> {
    let library = |_| VaultError::Library("derive a key");
    let params = Params::new(64 * 1024, 3, 4, Some(32)).map_err(library)?;
    let mut key = Zeroizing::new([0; 32]);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(secret, salt, &mut *key)
        .map_err(library)?;
    Ok(key)
}

/// The key of a passphrase.
pub(super) fn of_passphrase(passphrase: &str, salt: &[u8; SALT]) -> Result<SealKey, VaultError> {
    Ok(expanded(&*stretched(passphrase.as_bytes(), salt)?, b"cardea export"))
}

/// A key that seals.
#[derive(Clone)]
pub(super) struct SealKey(Zeroizing<[u8; 32]>);

impl SealKey {
    pub(super) fn generate() -> Result<Self, VaultError> {
        Ok(Self(Zeroizing::new(random(&mut SystemRandom)?)))
    }

    pub(super) fn from_slice(bytes: &[u8]) -> Result<Self, VaultError> {
        let bytes = bytes.try_into().map_err(|_| VaultError::Integrity)?;
        Ok(Self(Zeroizing::new(bytes)))
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &*self.0
    }

    fn key(&self) -> Result<LessSafeKey, VaultError> {
        let key = UnboundKey::new(&AES_256_GCM_SIV, &*self.0);
        Ok(LessSafeKey::new(key.map_err(|_| VaultError::Library("use a key"))?))
    }

    /// Seals a text for a place: a nonce, the sealed text, a tag.
    pub(super) fn seal(&self, text: &[u8], place: &[u8]) -> Result<Vec<u8>, VaultError> {
        let nonce: [u8; NONCE_LEN] = random(&mut SystemRandom)?;
        let mut out = Vec::with_capacity(text.len() + 16);
        out.extend_from_slice(text);
        self.key()?
            .seal_in_place_append_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(place),
                &mut out,
            )
            .map_err(|_| VaultError::Library("seal"))?;
        Ok([&nonce[..], &out].concat())
    }

    /// Opens what was sealed with this key for this place. Whatever is wrong with it is one error.
    pub(super) fn open(
        &self,
        sealed: &[u8],
        place: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        let (nonce, sealed) =
            sealed.split_first_chunk::<NONCE_LEN>().ok_or(VaultError::Integrity)?;
        let mut text = Zeroizing::new(sealed.to_vec());
        let nonce = Nonce::assume_unique_for_key(*nonce);
        let length = self
            .key()?
            .open_in_place(nonce, Aad::from(place), &mut text)
            .map_err(|_| VaultError::Integrity)?
            .len();
        text.truncate(length);
        Ok(text)
    }
}
