//! Secrets that stand for something kept here: codes, refresh tokens, device codes, client secrets.
//!
//! Each is 256 bits of chance, which nobody can guess, so what is kept is a plain hash: whoever reads
//! the database learns nothing that can be presented.

use std::fmt;

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use subtle::ConstantTimeEq as _;
use zeroize::{Zeroize as _, Zeroizing};

/// A secret as somebody presents it. It is never shown by accident, and leaves no copy in memory.
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// A new secret of 32 bytes of chance, 43 characters of base64url.
    pub fn from_random(mut bytes: [u8; 32]) -> Self {
        let secret = Self(Zeroizing::new(URL_SAFE_NO_PAD.encode(bytes)));
        bytes.zeroize();
        secret
    }

    /// What somebody presents, whatever it is.
    pub fn presented(text: &str) -> Self {
        Self(Zeroizing::new(text.to_owned()))
    }

    /// The text, for the one answer that carries it.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// What is kept of it.
    pub fn hash(&self) -> SecretHash {
        SecretHash::of(&self.0)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// Equality takes the same time wherever two secrets of one length differ.
impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_bytes().ct_eq(other.0.as_bytes()).into()
    }
}

impl Eq for Secret {}

/// SHA-256 of a secret. Equality takes the same time wherever two hashes differ.
#[derive(Clone, Copy)]
pub struct SecretHash([u8; 32]);

impl SecretHash {
    /// The hash of a text.
    pub fn of(text: &str) -> Self {
        let mut hash = [0; 32];
        let digest = digest::digest(&digest::SHA256, text.as_bytes());
        hash.iter_mut().zip(digest.as_ref()).for_each(|(to, from)| *to = *from);
        Self(hash)
    }

    /// A hash that was kept.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes to keep, also the key to look for.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl PartialEq for SecretHash {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for SecretHash {}

impl fmt::Debug for SecretHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretHash(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_43_characters_and_found_again_by_its_hash() {
        let secret = Secret::from_random([7; 32]);
        assert_eq!(secret.expose().len(), 43);
        assert_eq!(Secret::presented(secret.expose()).hash(), secret.hash());
        assert_ne!(Secret::from_random([8; 32]).hash(), secret.hash());
        assert_eq!(SecretHash::from_bytes(*secret.hash().as_bytes()), secret.hash());
    }

    #[test]
    fn the_hash_is_sha_256() {
        // FIPS 180-4, the example "abc".
        let hash = SecretHash::of("abc");
        let words: Vec<u32> = hash
            .as_bytes()
            .chunks(4)
            .map(|it| u32::from_be_bytes(it.try_into().unwrap()))
            .collect();
        let expected: [u32; 8] = [
            0xba78_16bf,
            0x8f01_cfea,
            0x4141_40de,
            0x5dae_2223,
            0xb003_61a3,
            0x9617_7a9c,
            0xb410_ff61,
            0xf200_15ad,
        ];
        assert_eq!(words, expected);
    }

    #[test]
    fn neither_secret_nor_hash_is_ever_shown() {
        let secret = Secret::presented("hunter2");
        assert_eq!(format!("{secret:?} {:?}", secret.hash()), "Secret(…) SecretHash(…)");
    }
}
