//! Key pairs of credentials and of attestation.

use core::fmt;

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rand::SystemRandom as LibraryRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair, RSA_PKCS1_SHA256,
};
use aws_lc_rs::{agreement, rsa};
use thiserror::Error;
use zeroize::Zeroizing;

use crate::cbor::Map;
use crate::host::{NoRandom, Random, random};
use crate::status::Status;

/// An algorithm of signatures (COSE).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Algorithm {
    /// ECDSA on P-256 with SHA-256.
    Es256,
    /// Ed25519.
    EdDsa,
    /// RSASSA-PKCS1-v1_5 with SHA-256, 2048 bits.
    Rs256,
}

impl Algorithm {
    /// All, in the order in which they are announced.
    pub const ALL: [Self; 3] = [Self::Es256, Self::EdDsa, Self::Rs256];

    /// The number in COSE's registry.
    pub const fn number(self) -> i64 {
        match self {
            Self::Es256 => -7,
            Self::EdDsa => -8,
            Self::Rs256 => -257,
        }
    }

    /// The supported algorithm of this number.
    pub fn numbered(number: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.number() == number)
    }
}

/// A private key, and how it signs.
///
/// The secret is a scalar (ES256), a seed (`EdDSA`) or PKCS#8 (RS256). It is overwritten when it is
/// dropped, and [`fmt::Debug`] does not show it.
#[derive(Clone)]
pub struct SigningKey {
    algorithm: Algorithm,
    secret: Zeroizing<Vec<u8>>,
}

/// A key cannot be made or used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum KeyError {
    /// There is no randomness.
    #[error(transparent)]
    Random(#[from] NoRandom),
    /// The bytes are no key of the algorithm.
    #[error("the bytes are no private key of this algorithm")]
    Malformed,
    /// The cryptographic library refuses.
    #[error("the cryptographic library refuses to make or use the key")]
    Library,
}

impl From<KeyError> for Status {
    fn from(_: KeyError) -> Self {
        Self::Other
    }
}

impl SigningKey {
    /// A new key pair.
    ///
    /// # Errors
    ///
    /// There is no randomness.
    pub fn generate(algorithm: Algorithm, source: &mut dyn Random) -> Result<Self, KeyError> {
        let secret = match algorithm {
            Algorithm::Es256 => p256_scalar(source)?.to_vec(),
            Algorithm::EdDsa => random::<32>(source)?.to_vec(),
            Algorithm::Rs256 => rsa_key()?,
        };
        Ok(Self { algorithm, secret: Zeroizing::new(secret) })
    }

    /// The key of this secret.
    ///
    /// # Errors
    ///
    /// The bytes are no key of the algorithm.
    pub fn from_secret(algorithm: Algorithm, secret: &[u8]) -> Result<Self, KeyError> {
        let key = Self { algorithm, secret: Zeroizing::new(secret.to_vec()) };
        key.public().map(|_| key)
    }

    /// A key of ES256 in PKCS#8, for libraries that take no other form.
    pub(crate) fn p256_pkcs8(&self) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        let pair = p256_pair(&self.secret)?;
        let document = pair.to_pkcs8v1().map_err(|_| KeyError::Library)?;
        Ok(Zeroizing::new(document.as_ref().to_vec()))
    }

    /// The algorithm.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The secret, for whoever seals it.
    pub(crate) fn secret(&self) -> &[u8] {
        &self.secret
    }

    /// The public key as a COSE key (RFC 9052 §7), in canonical form.
    ///
    /// # Errors
    ///
    /// The secret is no key of the algorithm.
    pub fn public(&self) -> Result<Map, KeyError> {
        match self.algorithm {
            Algorithm::Es256 => cose_p256(&p256_public(&self.secret)?, self.algorithm.number()),
            Algorithm::EdDsa => {
                let pair = ed25519(&self.secret)?;
                Ok(Map::new()
                    .with(1, 1_i64)
                    .with(3, self.algorithm.number())
                    .with(-1, 6_i64)
                    .with(-2, pair.public_key().as_ref()))
            }
            Algorithm::Rs256 => {
                let pair = rsa_pair(&self.secret)?;
                let public = pair.public_key();
                Ok(Map::new()
                    .with(1, 3_i64)
                    .with(3, self.algorithm.number())
                    .with(-1, public.modulus().big_endian_without_leading_zero())
                    .with(-2, public.exponent().big_endian_without_leading_zero()))
            }
        }
    }

    /// A signature, in the form that WebAuthn §6.5.5 wants.
    ///
    /// # Errors
    ///
    /// The library refuses.
    pub fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        let chance = LibraryRandom::new();
        match self.algorithm {
            Algorithm::Es256 => {
                let pair = p256_pair(&self.secret)?;
                let signature = pair.sign(&chance, message).map_err(|_| KeyError::Library)?;
                Ok(signature.as_ref().to_vec())
            }
            Algorithm::EdDsa => Ok(ed25519(&self.secret)?.sign(message).as_ref().to_vec()),
            Algorithm::Rs256 => {
                let pair = rsa_pair(&self.secret)?;
                let mut signature = vec![0; pair.public_modulus_len()];
                let signed = pair.sign(&RSA_PKCS1_SHA256, &chance, message, &mut signature);
                signed.map_err(|_| KeyError::Library)?;
                Ok(signature)
            }
        }
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({:?}, …)", self.algorithm)
    }
}

/// A P-256 scalar. A random number is none once in 2^32 times, so it is tried again a few times.
pub(crate) fn p256_scalar(source: &mut dyn Random) -> Result<Zeroizing<[u8; 32]>, KeyError> {
    for _ in 0..8 {
        let scalar = Zeroizing::new(random(source)?);
        if p256_public(&*scalar).is_ok() {
            return Ok(scalar);
        }
    }
    Err(KeyError::Library)
}

/// The point of a P-256 scalar, uncompressed.
pub(crate) fn p256_public(scalar: &[u8]) -> Result<Vec<u8>, KeyError> {
    let key = agreement::PrivateKey::from_private_key(&agreement::ECDH_P256, scalar)
        .map_err(|_| KeyError::Malformed)?;
    let point = key.compute_public_key().map_err(|_| KeyError::Library)?;
    Ok(point.as_ref().to_vec())
}

/// An uncompressed point of P-256 as a COSE key.
pub(crate) fn cose_p256(point: &[u8], algorithm: i64) -> Result<Map, KeyError> {
    let Some((4, coordinates)) = point.split_first().map(|(form, rest)| (*form, rest)) else {
        return Err(KeyError::Malformed);
    };
    let (x, y) = coordinates.split_at_checked(32).ok_or(KeyError::Malformed)?;
    Ok(Map::new().with(1, 2_i64).with(3, algorithm).with(-1, 1_i64).with(-2, x).with(-3, y))
}

fn p256_pair(scalar: &[u8]) -> Result<EcdsaKeyPair, KeyError> {
    let algorithm = &ECDSA_P256_SHA256_ASN1_SIGNING;
    EcdsaKeyPair::from_private_key_and_public_key(algorithm, scalar, &p256_public(scalar)?)
        .map_err(|_| KeyError::Malformed)
}

fn ed25519(seed: &[u8]) -> Result<Ed25519KeyPair, KeyError> {
    Ed25519KeyPair::from_seed_unchecked(seed).map_err(|_| KeyError::Malformed)
}

fn rsa_key() -> Result<Vec<u8>, KeyError> {
    let pair = rsa::KeyPair::generate(rsa::KeySize::Rsa2048).map_err(|_| KeyError::Library)?;
    let der: Pkcs8V1Der<'_> = pair.as_der().map_err(|_| KeyError::Library)?;
    Ok(der.as_ref().to_vec())
}

fn rsa_pair(secret: &[u8]) -> Result<rsa::KeyPair, KeyError> {
    rsa::KeyPair::from_pkcs8(secret).map_err(|_| KeyError::Malformed)
}
