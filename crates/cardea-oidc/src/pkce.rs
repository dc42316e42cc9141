//! Proof Key for Code Exchange (RFC 7636): whoever redeems a code is the one that asked for it.

use std::fmt;

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use crate::code::Code;
use crate::error::Error;

/// The hash of a verifier, from the authorization request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Challenge(String);

impl Challenge {
    /// Reads challenge and method. `S256` is the only one: `plain`, which is also what a missing
    /// method means, shows the verifier to whoever sees the request (RFC 9700 §2.1.1).
    ///
    /// # Errors
    ///
    /// [`Code::PLAIN_CHALLENGE`], or [`Code::BAD_CHALLENGE`] if it is not the base64url of 32 bytes
    /// or there is a method without one.
    pub fn parse(challenge: Option<&str>, method: Option<&str>) -> Result<Option<Self>, Error> {
        let Some(challenge) = challenge else {
            return match method {
                None => Ok(None),
                Some(_) => Err(Error::new(Code::BAD_CHALLENGE)),
            };
        };
        if method != Some("S256") {
            return Err(Error::new(Code::PLAIN_CHALLENGE));
        }
        match URL_SAFE_NO_PAD.decode(challenge) {
            Ok(bytes) if bytes.len() == digest::SHA256_OUTPUT_LEN => {
                Ok(Some(Self(challenge.to_owned())))
            }
            Ok(_) | Err(_) => Err(Error::new(Code::BAD_CHALLENGE)),
        }
    }

    /// The text on the wire.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The secret of the client that asked, from the token request.
#[derive(Clone, PartialEq, Eq)]
pub struct Verifier(Zeroizing<String>);

impl Verifier {
    /// Reads a verifier: 43 to 128 letters, digits, `-`, `.`, `_`, `~` (RFC 7636 §4.1).
    ///
    /// # Errors
    ///
    /// [`Code::VERIFIER_MISMATCH`].
    pub fn parse(text: &str) -> Result<Self, Error> {
        let fits = (43..=128).contains(&text.len())
            && text.bytes().all(|it| it.is_ascii_alphanumeric() || b"-._~".contains(&it));
        if fits {
            Ok(Self(Zeroizing::new(text.to_owned())))
        } else {
            Err(Error::new(Code::VERIFIER_MISMATCH)
                .saying("The code verifier must be 43 to 128 unreserved characters."))
        }
    }

    /// Its challenge by `S256` (RFC 7636 §4.2).
    pub fn challenge(&self) -> Challenge {
        let hash = digest::digest(&digest::SHA256, self.0.as_bytes());
        Challenge(URL_SAFE_NO_PAD.encode(hash))
    }
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Verifier(…)")
    }
}

/// Whether the redeemer is the one that asked. A verifier without a challenge is refused too, so that
/// stripping the challenge off the first request gains nothing (RFC 9700 §2.1.1).
///
/// # Errors
///
/// [`Code::VERIFIER_MISMATCH`].
pub fn check(challenge: Option<&Challenge>, verifier: Option<&Verifier>) -> Result<(), Error> {
    let refused = |why: &str| Error::new(Code::VERIFIER_MISMATCH).saying(why);
    match (challenge, verifier) {
        (None, None) => Ok(()),
        (Some(_), None) => Err(refused("The request lacks the code verifier.")),
        (None, Some(_)) => {
            Err(refused("The authorization request had no code challenge, so no verifier fits."))
        }
        (Some(challenge), Some(verifier)) => {
            let same = verifier.challenge().0.as_bytes().ct_eq(challenge.0.as_bytes());
            if bool::from(same) { Ok(()) } else { Err(Error::new(Code::VERIFIER_MISMATCH)) }
        }
    }
}
