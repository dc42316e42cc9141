//! The keys that sign tokens, and the set that others verify them with.

use std::collections::BTreeMap;
use std::fmt;

use aws_lc_rs::digest;
use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair as RsaKeyPair, KeySize};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _,
    ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaPublicKeyComponents,
    UnparsedPublicKey,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

/// How tokens are signed (RFC 7518 §3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Algorithm {
    /// RSA with PKCS #1 v1.5, which every client of Microsoft's platform can verify.
    #[serde(rename = "RS256")]
    Rs256,
    /// ECDSA on P-256: smaller and faster.
    #[serde(rename = "ES256")]
    Es256,
}

impl Algorithm {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Rs256, Self::Es256];

    /// The `alg` of a header.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Es256 => "ES256",
        }
    }
}

/// Why a key, or a set of keys, is of no use.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The cryptographic library could not make a key.
    #[error("no key could be made; the library gives no reason, trying again may help")]
    Generation,
    /// The bytes are no key of this kind.
    #[error("the bytes are no private key for `{algorithm}`; restore the key or make a new one", algorithm = .0.as_str())]
    NoPrivateKey(Algorithm),
    /// The public key is none.
    #[error("the public key `{0}` cannot be read; remove it from the set")]
    NoPublicKey(String),
    /// Nothing signs with this algorithm.
    #[error("no current key signs with `{algorithm}`; make one", algorithm = .0.as_str())]
    NoCurrent(Algorithm),
    /// Two keys claim to sign.
    #[error("two current keys sign with `{algorithm}`; retire one", algorithm = .0.as_str())]
    TwoCurrent(Algorithm),
    /// The same key twice.
    #[error("the key `{0}` is in the set twice; remove one")]
    Twice(String),
    /// Signing failed.
    #[error("the token could not be signed; the library gives no reason, trying again may help")]
    Signing,
}

/// A public key as JSON (RFC 7517), as in the set that clients load.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Jwk {
    #[serde(flatten)]
    material: Material,
    #[serde(rename = "use")]
    usage: String,
    alg: Algorithm,
    kid: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kty")]
enum Material {
    #[serde(rename = "RSA")]
    Rsa { n: String, e: String },
    #[serde(rename = "EC")]
    Ec { crv: String, x: String, y: String },
}

impl Jwk {
    fn new(material: Material) -> Self {
        let alg = match material {
            Material::Rsa { .. } => Algorithm::Rs256,
            Material::Ec { .. } => Algorithm::Es256,
        };
        // The thumbprint of RFC 7638: members that matter, in alphabetical order, nothing between.
        let canonical = match &material {
            Material::Rsa { n, e } => format!(r#"{{"e":"{e}","kty":"RSA","n":"{n}"}}"#),
            Material::Ec { crv, x, y } => {
                format!(r#"{{"crv":"{crv}","kty":"EC","x":"{x}","y":"{y}"}}"#)
            }
        };
        let hash = digest::digest(&digest::SHA256, canonical.as_bytes());
        Self { material, usage: "sig".to_owned(), alg, kid: URL_SAFE_NO_PAD.encode(hash) }
    }

    /// The name of the key: its thumbprint by RFC 7638.
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// The algorithm it is for.
    pub fn algorithm(&self) -> Algorithm {
        self.alg
    }
}

/// The bytes of a private key, PKCS #8, as they are sealed and kept. They are wiped when dropped.
pub struct Pkcs8(Zeroizing<Vec<u8>>);

impl Pkcs8 {
    /// The bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Pkcs8 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pkcs8(…)")
    }
}

/// A private key, parsed once.
pub struct SigningKey {
    pair: Pair,
    jwk: Jwk,
}

enum Pair {
    Rsa(Box<RsaKeyPair>),
    Ecdsa(Box<EcdsaKeyPair>),
}

impl SigningKey {
    /// Makes a new key: RSA with 2048 bits, or ECDSA on P-256. The chance for it is drawn inside the
    /// cryptographic library, which takes none from outside.
    pub fn generate(algorithm: Algorithm) -> Result<(Self, Pkcs8), KeyError> {
        let bytes = match algorithm {
            Algorithm::Rs256 => {
                let pair = RsaKeyPair::generate(KeySize::Rsa2048);
                let der: Result<Pkcs8V1Der<'_>, _> = pair.and_then(|it| it.as_der());
                der.map(|it| it.as_ref().to_vec())
            }
            Algorithm::Es256 => {
                EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new())
                    .map(|it| it.as_ref().to_vec())
            }
        };
        let pkcs8 = Pkcs8(Zeroizing::new(bytes.map_err(|_| KeyError::Generation)?));
        Ok((Self::parse(algorithm, pkcs8.as_bytes())?, pkcs8))
    }

    /// Parses a key that was kept.
    pub fn parse(algorithm: Algorithm, pkcs8: &[u8]) -> Result<Self, KeyError> {
        let bad = KeyError::NoPrivateKey(algorithm);
        match algorithm {
            Algorithm::Rs256 => {
                let pair = RsaKeyPair::from_pkcs8(pkcs8).map_err(|_| bad)?;
                let public = RsaPublicKeyComponents::<Vec<u8>>::from(pair.public_key());
                let n = URL_SAFE_NO_PAD.encode(&public.n);
                let e = URL_SAFE_NO_PAD.encode(&public.e);
                let jwk = Jwk::new(Material::Rsa { n, e });
                Ok(Self { pair: Pair::Rsa(Box::new(pair)), jwk })
            }
            Algorithm::Es256 => {
                let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8)
                    .map_err(|_| bad.clone())?;
                // An uncompressed point: 4, then 32 bytes of x, then 32 bytes of y.
                let Some((x, y)) = pair
                    .public_key()
                    .as_ref()
                    .strip_prefix(&[4])
                    .and_then(|point| point.split_at_checked(32))
                else {
                    return Err(bad);
                };
                let (x, y) = (URL_SAFE_NO_PAD.encode(x), URL_SAFE_NO_PAD.encode(y));
                let jwk = Jwk::new(Material::Ec { crv: "P-256".to_owned(), x, y });
                Ok(Self { pair: Pair::Ecdsa(Box::new(pair)), jwk })
            }
        }
    }

    /// Its public half.
    pub fn jwk(&self) -> &Jwk {
        &self.jwk
    }

    /// Signs bytes: 256 bytes or more of RSA, 64 of ECDSA.
    pub(crate) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        let chance = SystemRandom::new();
        match &self.pair {
            Pair::Rsa(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &chance, message, &mut signature)
                    .map_err(|_| KeyError::Signing)?;
                Ok(signature)
            }
            Pair::Ecdsa(pair) => {
                let signature = pair.sign(&chance, message).map_err(|_| KeyError::Signing)?;
                Ok(signature.as_ref().to_vec())
            }
        }
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey").field("kid", &self.jwk.kid).finish_non_exhaustive()
    }
}

/// A public key, parsed once.
#[derive(Debug)]
pub struct VerifyingKey {
    key: ParsedPublicKey,
    jwk: Jwk,
}

impl VerifyingKey {
    /// Parses a public key.
    pub fn parse(jwk: &Jwk) -> Result<Self, KeyError> {
        let bad = || KeyError::NoPublicKey(jwk.kid.clone());
        let bytes = |text: &str| URL_SAFE_NO_PAD.decode(text).map_err(|_| bad());
        let key = match (&jwk.material, jwk.alg) {
            (Material::Rsa { n, e }, Algorithm::Rs256) => {
                RsaPublicKeyComponents { n: bytes(n)?, e: bytes(e)? }
                    .to_parsed_public_key(&RSA_PKCS1_2048_8192_SHA256)
                    .map_err(|_| bad())?
            }
            (Material::Ec { x, y, .. }, Algorithm::Es256) => {
                let point = [&[4][..], &bytes(x)?, &bytes(y)?].concat();
                UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point)
                    .parse()
                    .map_err(|_| bad())?
            }
            (Material::Rsa { .. }, Algorithm::Es256) | (Material::Ec { .. }, Algorithm::Rs256) => {
                return Err(bad());
            }
        };
        Ok(Self { key, jwk: jwk.clone() })
    }

    /// The algorithm it is for.
    pub fn algorithm(&self) -> Algorithm {
        self.jwk.alg
    }

    /// Whether the signature is of this key and this message.
    pub(crate) fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), KeyError> {
        self.key.verify_sig(message, signature).map_err(|_| KeyError::Signing)
    }
}

/// Where a key is in its life. Clients see it from the first stage on, so that nobody meets a token
/// whose key they have not seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// It will sign soon.
    Next,
    /// It signs.
    Current,
    /// It signs no more; what it signed still counts.
    Retiring,
}

/// All keys of the tenant at one moment.
#[derive(Debug)]
pub struct KeySet {
    current: BTreeMap<Algorithm, SigningKey>,
    verifying: BTreeMap<String, VerifyingKey>,
    document: Vec<u8>,
}

#[derive(Serialize)]
struct Document<'a> {
    keys: Vec<&'a Jwk>,
}

impl KeySet {
    /// A set in which exactly one key signs for each algorithm.
    pub fn new(keys: Vec<(Stage, SigningKey)>) -> Result<Self, KeyError> {
        let jwks: Vec<Jwk> = keys.iter().map(|(_, key)| key.jwk.clone()).collect();
        let document = serde_json::to_vec(&Document { keys: jwks.iter().collect() })
            .map_err(|_| KeyError::Generation)?;
        let mut verifying = BTreeMap::new();
        for jwk in &jwks {
            if verifying.insert(jwk.kid.clone(), VerifyingKey::parse(jwk)?).is_some() {
                return Err(KeyError::Twice(jwk.kid.clone()));
            }
        }
        let mut current = BTreeMap::new();
        for (stage, key) in keys {
            let algorithm = key.jwk.alg;
            match stage {
                Stage::Next | Stage::Retiring => {}
                Stage::Current => {
                    if current.insert(algorithm, key).is_some() {
                        return Err(KeyError::TwoCurrent(algorithm));
                    }
                }
            }
        }
        match Algorithm::ALL.into_iter().find(|it| !current.contains_key(it)) {
            Some(missing) => Err(KeyError::NoCurrent(missing)),
            None => Ok(Self { current, verifying, document }),
        }
    }

    /// The document of `jwks_uri` (RFC 7517 §5), the same bytes until the set changes.
    pub fn document(&self) -> &[u8] {
        &self.document
    }

    /// The key that signs now.
    pub fn signing(&self, algorithm: Algorithm) -> Result<&SigningKey, KeyError> {
        self.current.get(&algorithm).ok_or(KeyError::NoCurrent(algorithm))
    }

    /// The key with this name, in any stage.
    pub fn verifying(&self, kid: &str) -> Option<&VerifyingKey> {
        self.verifying.get(kid)
    }
}

#[cfg(test)]
mod tests;
