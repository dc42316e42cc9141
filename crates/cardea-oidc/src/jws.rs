//! Signed tokens in compact form (RFC 7515 §7.1).
//!
//! The library for JWTs is not used for our own tokens: it parses the private key again for every
//! signature, and reads the clock to check times. Both are done here with keys that were parsed once
//! and a clock that is an argument; the tests hold the outcome against that library.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::keys::{KeyError, KeySet, SigningKey};

/// Longer tokens are not looked at, in bytes.
const LONGEST: usize = 16 * 1024;

/// What a token is for; the `typ` of its header (RFC 8725 §3.11). No token passes for another kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Typ {
    /// An ID token.
    IdToken,
    /// An access token (RFC 9068 §2.1).
    AccessToken,
}

impl Typ {
    /// The text in the header.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::IdToken => "JWT",
            Self::AccessToken => "at+jwt",
        }
    }
}

/// Why a token is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It is longer than 16 KiB.
    #[error("the token is too long")]
    TooLong,
    /// It is not three parts of base64url with JSON in them.
    #[error("the token is malformed")]
    Malformed,
    /// The header brings or points to a key of its own (`jwk`, `jku`, `x5u`, `x5c`).
    #[error("the token's header brings a key of its own")]
    KeyInHeader,
    /// The header asks for something that must be understood, or changes how the body is read
    /// (`crit`, `b64`, `zip`, `enc`).
    #[error("the token's header asks for an extension")]
    Extension,
    /// The header names no key, or one that is not ours, or not any more.
    #[error("the token's key is not known here")]
    UnknownKey,
    /// The header names another algorithm than its key has.
    #[error("the token's algorithm is not that of its key")]
    WrongAlgorithm,
    /// The token is of another kind.
    #[error("the token is of another kind")]
    WrongKind,
    /// The signature is not that of the key.
    #[error("the token's signature is wrong")]
    BadSignature,
    /// It was issued by somebody else.
    #[error("the token is of another issuer")]
    WrongIssuer,
    /// It is for somebody else.
    #[error("the token is for another audience")]
    WrongAudience,
    /// It has ended.
    #[error("the token has expired")]
    Expired,
    /// It does not count yet.
    #[error("the token is not valid yet")]
    NotYet,
}

/// The members of a header that are looked at. What cannot be ignored safely is refused; the rest
/// is ignored (RFC 7515 §4).
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Header {
    pub(crate) alg: String,
    #[serde(default)]
    pub(crate) kid: Option<String>,
    #[serde(default)]
    pub(crate) typ: Option<String>,
    #[serde(default)]
    jwk: Present,
    #[serde(default)]
    jku: Present,
    #[serde(default)]
    x5u: Present,
    #[serde(default)]
    x5c: Present,
    #[serde(default)]
    crit: Present,
    #[serde(default)]
    b64: Present,
    #[serde(default)]
    zip: Present,
    #[serde(default)]
    enc: Present,
}

/// Whether a member is there, whatever it holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Present {
    #[default]
    No,
    Yes,
}

impl<'de> Deserialize<'de> for Present {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        serde::de::IgnoredAny::deserialize(from).map(|_| Self::Yes)
    }
}

/// A token taken apart. Nothing of it is believed yet.
#[derive(Debug)]
pub(crate) struct Parts<'a> {
    pub(crate) header: Header,
    pub(crate) message: &'a str,
    pub(crate) signature_text: &'a str,
    pub(crate) signature: Vec<u8>,
    payload: Vec<u8>,
}

impl<'a> Parts<'a> {
    /// Takes a token apart and refuses headers that bring a key or ask for an extension.
    pub(crate) fn split(token: &'a str) -> Result<Self, Refusal> {
        if token.len() > LONGEST {
            return Err(Refusal::TooLong);
        }
        let (message, signature_text) = token.rsplit_once('.').ok_or(Refusal::Malformed)?;
        let (header, payload) = message.split_once('.').ok_or(Refusal::Malformed)?;
        let bytes = |text: &str| URL_SAFE_NO_PAD.decode(text).map_err(|_| Refusal::Malformed);
        // A list would pass for an object with its members in order.
        let object = |text: &str| {
            bytes(text)
                .and_then(|it| if it.starts_with(b"{") { Ok(it) } else { Err(Refusal::Malformed) })
        };
        let header: Header =
            serde_json::from_slice(&object(header)?).map_err(|_| Refusal::Malformed)?;
        if [header.jwk, header.jku, header.x5u, header.x5c].contains(&Present::Yes) {
            return Err(Refusal::KeyInHeader);
        }
        if [header.crit, header.b64, header.zip, header.enc].contains(&Present::Yes) {
            return Err(Refusal::Extension);
        }
        let signature = bytes(signature_text)?;
        Ok(Self { header, message, signature_text, signature, payload: object(payload)? })
    }

    /// What it says.
    pub(crate) fn claims<T: DeserializeOwned>(&self) -> Result<T, Refusal> {
        serde_json::from_slice(&self.payload).map_err(|_| Refusal::Malformed)
    }
}

#[derive(Serialize)]
struct OurHeader<'a> {
    typ: &'a str,
    alg: &'a str,
    kid: &'a str,
}

/// Signs claims.
///
/// # Errors
///
/// [`KeyError::Signing`] if the cryptographic library fails.
pub fn sign<T: Serialize>(key: &SigningKey, typ: Typ, claims: &T) -> Result<String, KeyError> {
    let jwk = key.jwk();
    let header = OurHeader { typ: typ.as_str(), alg: jwk.algorithm().as_str(), kid: jwk.kid() };
    let header = serde_json::to_vec(&header).map_err(|_| KeyError::Signing)?;
    let claims = serde_json::to_vec(claims).map_err(|_| KeyError::Signing)?;
    let mut token = URL_SAFE_NO_PAD.encode(header);
    token.push('.');
    URL_SAFE_NO_PAD.encode_string(claims, &mut token);
    let signature = key.sign(token.as_bytes())?;
    token.push('.');
    URL_SAFE_NO_PAD.encode_string(signature, &mut token);
    Ok(token)
}

/// The claims of a token that we signed as this kind. Issuer, audience and times are not looked at.
///
/// The key is the one of our set that the header names, and the algorithm is that key's: what else
/// the header says of either is compared, never followed (RFC 8725 §3.1).
pub fn verify<T: DeserializeOwned>(keys: &KeySet, typ: Typ, token: &str) -> Result<T, Refusal> {
    let parts = Parts::split(token)?;
    let kid = parts.header.kid.as_deref().ok_or(Refusal::UnknownKey)?;
    let key = keys.verifying(kid).ok_or(Refusal::UnknownKey)?;
    if parts.header.alg != key.algorithm().as_str() {
        return Err(Refusal::WrongAlgorithm);
    }
    if parts.header.typ.as_deref() != Some(typ.as_str()) {
        return Err(Refusal::WrongKind);
    }
    key.verify(parts.message.as_bytes(), &parts.signature).map_err(|_| Refusal::BadSignature)?;
    parts.claims()
}

#[cfg(test)]
mod tests;
