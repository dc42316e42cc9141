//! Clients that prove who they are with a signed JWT (RFC 7523 §3, OpenID Connect Core §9).

use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm as Jwa, DecodingKey, crypto};
use serde::Deserialize;

use crate::client::ClientId;
use crate::code::Code;
use crate::error::Error;
use crate::jws::{Parts, Refusal};
use crate::secret::SecretHash;

/// The `client_assertion_type` of a JWT (RFC 7523 §2.2).
pub const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// An assertion may end at most this long after now.
const LONGEST: SignedDuration = SignedDuration::from_mins(10);
/// Clocks of clients may be ahead of ours by this much.
const SKEW: SignedDuration = SignedDuration::from_mins(1);

/// How a client signs its assertions. The registration says it, not the header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AssertionAlgorithm {
    /// RSA with PKCS #1 v1.5.
    Rs256,
    /// RSA-PSS.
    Ps256,
    /// ECDSA on P-256.
    Es256,
}

impl AssertionAlgorithm {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Rs256, Self::Ps256, Self::Es256];

    /// The `alg` of a header.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Ps256 => "PS256",
            Self::Es256 => "ES256",
        }
    }

    fn jwa(self) -> Jwa {
        match self {
            Self::Rs256 => Jwa::RS256,
            Self::Ps256 => Jwa::PS256,
            Self::Es256 => Jwa::ES256,
        }
    }
}

/// Why a key of a client cannot be registered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClientKeyProblem {
    /// It is neither a JWK nor a public key in PEM, or of another kind than the algorithm needs.
    #[error("the key is no public key for this algorithm; give a JWK or PEM of RSA or P-256")]
    Unreadable,
    /// It is a private key.
    #[error("the key is a private key; give the public one, and make a new pair")]
    Private,
}

/// A public key of a client with the one algorithm that it is for.
#[derive(Clone, Debug)]
pub struct ClientKey {
    algorithm: AssertionAlgorithm,
    source: String,
    key: DecodingKey,
}

/// Two keys are the same if they were registered from the same text for the same algorithm.
impl PartialEq for ClientKey {
    fn eq(&self, other: &Self) -> bool {
        self.algorithm == other.algorithm && self.source == other.source
    }
}

impl Eq for ClientKey {}

impl ClientKey {
    /// Reads a key for registration: a JWK, or a public key in PEM.
    pub fn register(algorithm: AssertionAlgorithm, text: &str) -> Result<Self, ClientKeyProblem> {
        if text.contains("PRIVATE KEY") || is_private_jwk(text) {
            return Err(ClientKeyProblem::Private);
        }
        let key = if text.trim_start().starts_with('{') {
            serde_json::from_str::<Jwk>(text).ok().and_then(|it| DecodingKey::from_jwk(&it).ok())
        } else {
            match algorithm {
                AssertionAlgorithm::Rs256 | AssertionAlgorithm::Ps256 => {
                    DecodingKey::from_rsa_pem(text.as_bytes()).ok()
                }
                AssertionAlgorithm::Es256 => DecodingKey::from_ec_pem(text.as_bytes()).ok(),
            }
        };
        key.filter(|it| it.family() == algorithm.jwa().family())
            .map(|key| Self { algorithm, source: text.to_owned(), key })
            .ok_or(ClientKeyProblem::Unreadable)
    }

    /// The algorithm it is for.
    pub fn algorithm(&self) -> AssertionAlgorithm {
        self.algorithm
    }

    /// The text it was registered with.
    pub fn source(&self) -> &str {
        &self.source
    }
}

fn is_private_jwk(text: &str) -> bool {
    let jwk: Option<serde_json::Value> = serde_json::from_str(text).ok();
    jwk.is_some_and(|it| it.get("d").is_some() || it.get("k").is_some())
}

/// A use of an assertion, to be kept until it ends so that it cannot be used again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OneUse {
    /// The hash of client and `jti`; equal for equal uses.
    pub id: SecretHash,
    /// Until when it must be remembered.
    pub until: Timestamp,
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: Audience,
    exp: Second,
    jti: String,
    #[serde(default)]
    nbf: Option<Second>,
    #[serde(default)]
    iat: Option<Second>,
}

/// Seconds since 1970. A fraction is allowed (RFC 7519 section 2, *`NumericDate`*), and some libraries
/// send one; it is cut off.
#[derive(Clone, Copy, Deserialize)]
#[serde(try_from = "serde_json::Number")]
struct Second(i64);

impl TryFrom<serde_json::Number> for Second {
    type Error = &'static str;

    fn try_from(number: serde_json::Number) -> Result<Self, Self::Error> {
        let cut = || number.as_f64().and_then(|it| format!("{:.0}", it.floor()).parse().ok());
        number.as_i64().or_else(cut).map(Self).ok_or("a time is a number of seconds since 1970")
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Several(Vec<String>),
}

/// The client that an assertion claims to be of. It is not verified, only good for finding the
/// registration whose keys can.
pub fn claimed(assertion: &str) -> Result<ClientId, Error> {
    let parts = Parts::split(assertion).map_err(malformed)?;
    let claims: Claims = parts.claims().map_err(malformed)?;
    ClientId::parse(&claims.sub).ok_or_else(|| Error::new(Code::ASSERTION_OF_ANOTHER))
}

/// Verifies an assertion. `audiences` are what it may be for: the token endpoint and the issuer.
/// The caller must refuse a use that it has seen before, with [`Code::REPLAYED_ASSERTION`].
///
/// # Errors
///
/// [`Code::BAD_ASSERTION_SIGNATURE`], [`Code::ASSERTION_OF_ANOTHER`], or [`Code::BAD_ASSERTION`] for
/// everything else that RFC 7523 §3 demands.
pub fn verify(
    client: &ClientId,
    keys: &[ClientKey],
    assertion: &str,
    audiences: &[String],
    now: Timestamp,
) -> Result<OneUse, Error> {
    let parts = Parts::split(assertion).map_err(malformed)?;
    let signed = keys.iter().any(|key| {
        parts.header.alg == key.algorithm.as_str()
            && crypto::verify(
                parts.signature_text,
                parts.message.as_bytes(),
                &key.key,
                key.algorithm.jwa(),
            )
            .unwrap_or(false)
    });
    if !signed {
        return Err(Error::new(Code::BAD_ASSERTION_SIGNATURE));
    }
    let claims: Claims = parts.claims().map_err(malformed)?;
    let of_client = |text: &str| ClientId::parse(text).as_ref() == Some(client);
    if !of_client(&claims.iss) || !of_client(&claims.sub) {
        return Err(Error::new(Code::ASSERTION_OF_ANOTHER));
    }
    let for_us = |text: &String| audiences.contains(text);
    let meant = match &claims.aud {
        Audience::One(text) => for_us(text),
        // With several, another of them could present it here (RFC 7523 §3, number 3).
        Audience::Several(texts) => !texts.is_empty() && texts.iter().all(for_us),
    };
    if !meant {
        return Err(refused("It must be for the token endpoint or the issuer of this tenant."));
    }
    let until = within_time(&claims, now)?;
    if claims.jti.is_empty() || claims.jti.len() > 512 {
        return Err(refused("It must have a 'jti' of at most 512 bytes."));
    }
    Ok(OneUse { id: SecretHash::of(&format!("{client}\n{}", claims.jti)), until })
}

fn within_time(claims: &Claims, now: Timestamp) -> Result<Timestamp, Error> {
    let time = |Second(second): Second| {
        Timestamp::from_second(second).map_err(|_| refused("Its times are not seconds since 1970."))
    };
    let until = time(claims.exp)?;
    if until <= now {
        return Err(refused("It has expired."));
    }
    if until.duration_since(now) > LONGEST + SKEW {
        return Err(refused("It must expire within ten minutes."));
    }
    for begin in [claims.nbf, claims.iat].into_iter().flatten() {
        if time(begin)?.duration_since(now) > SKEW {
            return Err(refused("It is not valid yet; check the clock."));
        }
    }
    Ok(until)
}

fn refused(why: &str) -> Error {
    Error::new(Code::BAD_ASSERTION).saying(format!("The client assertion is not valid. {why}"))
}

fn malformed(why: Refusal) -> Error {
    refused(&format!("The reason: {why}."))
}

#[cfg(test)]
mod tests;
