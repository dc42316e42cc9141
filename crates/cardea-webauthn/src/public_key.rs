//! Credential public keys (COSE keys, RFC 9052) and signatures by them.
//!
//! Signatures are checked by aws-lc-rs, here and nowhere else.

use core::fmt;

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, ECDSA_P384_SHA384_ASN1, ECDSA_P521_SHA512_ASN1, ED25519,
    ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, VerificationAlgorithm,
};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::cbor::{self, Fields, Item};
use crate::error::{CeremonyError, Checked, Code, require};
use crate::value::{decode, encode};

/// A signature algorithm that is offered.
///
/// Ed448 is not among them, since the library has it not, and neither is anything with SHA-1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Algorithm {
    /// ECDSA on P-256 with SHA-256 (COSE -7).
    Es256,
    /// Ed25519 (COSE -8, on the curve 6).
    EdDsa,
    /// ECDSA on P-384 with SHA-384 (COSE -35).
    Es384,
    /// ECDSA on P-521 with SHA-512 (COSE -36).
    Es512,
    /// RSASSA-PKCS1-v1_5 with SHA-256 (COSE -257), moduli of 2048 to 8192 bits.
    Rs256,
}

impl Algorithm {
    /// All algorithms, the preferred ones first.
    pub const ALL: [Self; 5] = [Self::Es256, Self::EdDsa, Self::Es384, Self::Es512, Self::Rs256];

    /// The number in the COSE registry.
    pub fn cose(self) -> i32 {
        match self {
            Self::Es256 => -7,
            Self::EdDsa => -8,
            Self::Es384 => -35,
            Self::Es512 => -36,
            Self::Rs256 => -257,
        }
    }

    /// The algorithm of that number.
    pub fn from_cose(number: i128) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| i128::from(algorithm.cose()) == number)
    }

    fn verification(self) -> &'static dyn VerificationAlgorithm {
        match self {
            Self::Es256 => &ECDSA_P256_SHA256_ASN1,
            Self::EdDsa => &ED25519,
            Self::Es384 => &ECDSA_P384_SHA384_ASN1,
            Self::Es512 => &ECDSA_P521_SHA512_ASN1,
            Self::Rs256 => &RSA_PKCS1_2048_8192_SHA256,
        }
    }

    /// A key of this algorithm in the form in which X.509 has it inside a
    /// `subjectPublicKey`; nothing if it is none, for instance a point beside the curve.
    pub(crate) fn key(self, bytes: &[u8]) -> Option<ParsedPublicKey> {
        ParsedPublicKey::new(self.verification(), bytes).ok()
    }

    /// For keys on an elliptic curve: the key type, the curve and the length of a coordinate.
    fn curve(self) -> Option<(i128, i128, usize)> {
        match self {
            Self::Es256 => Some((KTY_EC2, 1, 32)),
            Self::Es384 => Some((KTY_EC2, 2, 48)),
            Self::Es512 => Some((KTY_EC2, 3, 66)),
            Self::EdDsa => Some((KTY_OKP, 6, 32)),
            Self::Rs256 => None,
        }
    }
}

impl Serialize for Algorithm {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.cose().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Algorithm {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = i32::deserialize(deserializer)?;
        let unknown = || serde::de::Error::custom("not an algorithm that is offered");
        Self::from_cose(number.into()).ok_or_else(unknown)
    }
}

const KTY_OKP: i128 = 1;
const KTY_EC2: i128 = 2;
const KTY_RSA: i128 = 3;

/// A credential's public key. Stored as the COSE key that the authenticator gave.
#[derive(Clone)]
pub struct PublicKey {
    algorithm: Algorithm,
    cose: Vec<u8>,
    raw: RawKey,
    parsed: ParsedPublicKey,
}

/// A public key as the numbers that it consists of.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum RawKey {
    /// A point on a NIST curve.
    Point { x: Vec<u8>, y: Vec<u8> },
    /// An Ed25519 key.
    Edwards(Vec<u8>),
    /// An RSA key, both numbers without leading zeros.
    Rsa { modulus: Vec<u8>, exponent: Vec<u8> },
}

impl PublicKey {
    /// Reads a COSE key: §5.8.5's requirements, nothing optional, and a point on its curve.
    /// Refuses `cbor`, `alg_not_offered` for an algorithm that nobody offers, and `public_key`.
    pub fn from_cose(bytes: &[u8]) -> Checked<Self> {
        let mut fields = Fields::of(cbor::parse(bytes)?, Code::PublicKey, "the public key")?;
        let algorithm = fields.integer_at(&Item::Integer(3))?;
        let algorithm = Algorithm::from_cose(algorithm).ok_or_else(|| {
            let reason =
                format!("the public key is of algorithm `{algorithm}`, which was not offered");
            CeremonyError::new(Code::AlgorithmNotOffered, reason)
        })?;
        let kty = fields.integer_at(&Item::Integer(1))?;
        let raw = match algorithm.curve() {
            Some(curve) => read_curve_key(&mut fields, kty, curve)?,
            None => read_rsa_key(&mut fields, kty)?,
        };
        fields.end()?;
        let parsed = algorithm.key(&raw.encoded()).ok_or_else(|| {
            CeremonyError::new(Code::PublicKey, "the public key is not a key of its algorithm")
        })?;
        Ok(Self { algorithm, cose: bytes.to_vec(), raw, parsed })
    }

    /// The COSE key as it came; what to store.
    pub fn as_cose(&self) -> &[u8] {
        &self.cose
    }

    /// Its algorithm.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    pub(crate) fn raw(&self) -> &RawKey {
        &self.raw
    }

    /// Whether this is a signature over the message by the key's owner.
    pub(crate) fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        self.parsed.verify_sig(message, signature).is_ok()
    }
}

fn read_curve_key(
    fields: &mut Fields<'_>,
    kty: i128,
    curve: (i128, i128, usize),
) -> Checked<RawKey> {
    let (expected_kty, expected_curve, length) = curve;
    let on_curve = fields.integer_at(&Item::Integer(-1))? == expected_curve;
    let fits = kty == expected_kty && on_curve;
    require(fits, Code::PublicKey, "the public key's type or curve is not that of its algorithm")?;
    let mut coordinate = |label| -> Checked<Vec<u8>> {
        let bytes = fields.bytes_at(&Item::Integer(label))?;
        require(
            bytes.len() == length,
            Code::PublicKey,
            "a coordinate has another length than its curve's",
        )?;
        Ok(bytes.to_vec())
    };
    if kty == KTY_OKP {
        return Ok(RawKey::Edwards(coordinate(-2)?));
    }
    Ok(RawKey::Point { x: coordinate(-2)?, y: coordinate(-3)? })
}

fn read_rsa_key(fields: &mut Fields<'_>, kty: i128) -> Checked<RawKey> {
    require(kty == KTY_RSA, Code::PublicKey, "the public key's type is not that of its algorithm")?;
    let modulus = fields.bytes_at(&Item::Integer(-1))?;
    let exponent = fields.bytes_at(&Item::Integer(-2))?;
    let plain = |number: &[u8], lengths: core::ops::RangeInclusive<usize>| {
        lengths.contains(&number.len()) && number.first() != Some(&0)
    };
    let fine = plain(modulus, 256..=1024) && plain(exponent, 1..=8);
    require(
        fine,
        Code::PublicKey,
        "the public key's modulus or exponent is too short, too long or padded",
    )?;
    Ok(RawKey::Rsa { modulus: modulus.to_vec(), exponent: exponent.to_vec() })
}

impl RawKey {
    /// The key as X.509 has it inside a `subjectPublicKey`.
    pub(crate) fn encoded(&self) -> Vec<u8> {
        match self {
            Self::Point { x, y } => [&[4], x.as_slice(), y].concat(),
            Self::Edwards(x) => x.clone(),
            Self::Rsa { modulus, exponent } => {
                let numbers = [der_integer(modulus), der_integer(exponent)].concat();
                der_value(0x30, &numbers)
            }
        }
    }
}

/// A non-negative DER INTEGER.
fn der_integer(number: &[u8]) -> Vec<u8> {
    let looks_negative = number.first().is_some_and(|byte| byte & 0x80 != 0);
    if looks_negative { der_value(2, &[&[0], number].concat()) } else { der_value(2, number) }
}

/// A DER value of less than 64 KiB.
fn der_value(tag: u8, content: &[u8]) -> Vec<u8> {
    let [.., high, low] = content.len().to_be_bytes();
    let mut value = match (high, low) {
        (0, 0..=0x7f) => vec![tag, low],
        (0, _) => vec![tag, 0x81, low],
        (_, _) => vec![tag, 0x82, high, low],
    };
    value.extend_from_slice(content);
    value
}

impl PartialEq for PublicKey {
    fn eq(&self, other: &Self) -> bool {
        self.cose == other.cose
    }
}

impl Eq for PublicKey {}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({:?}, {})", self.algorithm, encode(&self.cose))
    }
}

impl Serialize for PublicKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&encode(&self.cose))
    }
}

impl<'de> Deserialize<'de> for PublicKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let cose = decode(&text, 4096, "the public key").map_err(serde::de::Error::custom)?;
        Self::from_cose(&cose).map_err(serde::de::Error::custom)
    }
}
