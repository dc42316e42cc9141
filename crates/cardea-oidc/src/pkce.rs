//! Proof Key for Code Exchange (RFC 7636): whoever redeems a code is the one that asked for it.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq as _;

use crate::code::Code;
use crate::error::Error;
use crate::secret::Secret;

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
            Ok(bytes) if bytes.len() == 32 => Ok(Some(Self(challenge.to_owned()))),
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
pub struct Verifier(Secret);

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
            Ok(Self(Secret::presented(text)))
        } else {
            Err(Error::new(Code::VERIFIER_MISMATCH)
                .saying("The code verifier must be 43 to 128 unreserved characters."))
        }
    }

    /// Its challenge by `S256` (RFC 7636 §4.2).
    pub fn challenge(&self) -> Challenge {
        Challenge(URL_SAFE_NO_PAD.encode(self.0.hash().as_bytes()))
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::samples::{CHALLENGE, VERIFIER};

    #[track_caller]
    fn check_parsed(challenge: Option<&str>, method: Option<&str>, expected: Result<(), Code>) {
        let parsed = Challenge::parse(challenge, method).map(|_| ()).map_err(|it| it.code());
        assert_eq!(parsed, expected, "{challenge:?} {method:?}");
    }

    #[test]
    fn the_example_of_rfc_7636_holds() {
        let verifier = Verifier::parse(VERIFIER).unwrap();
        assert_eq!(verifier.challenge().as_str(), CHALLENGE);
        let challenge = Challenge::parse(Some(CHALLENGE), Some("S256")).unwrap();
        assert_eq!(check(challenge.as_ref(), Some(&verifier)), Ok(()));
    }

    // OA-03
    #[test]
    fn a_challenge_is_the_hash_of_something_and_says_so() {
        check_parsed(None, None, Ok(()));
        check_parsed(Some(CHALLENGE), Some("S256"), Ok(()));
        check_parsed(Some(CHALLENGE), None, Err(Code::PLAIN_CHALLENGE));
        check_parsed(Some(CHALLENGE), Some("plain"), Err(Code::PLAIN_CHALLENGE));
        check_parsed(None, Some("S256"), Err(Code::BAD_CHALLENGE));
        for bad in [
            CHALLENGE.strip_prefix('E').unwrap(),
            &format!("{CHALLENGE}A"),
            &format!("{CHALLENGE}="),
            "?",
            &"/".repeat(43),
        ] {
            check_parsed(Some(bad), Some("S256"), Err(Code::BAD_CHALLENGE));
        }
    }

    // OA-03
    #[test]
    fn a_verifier_has_43_to_128_plain_characters() {
        for (length, fits) in [(42, false), (43, true), (128, true), (129, false)] {
            assert_eq!(Verifier::parse(&"a".repeat(length)).is_ok(), fits, "{length}");
        }
        for bad in ["+", "/", "=", " ", "ä"] {
            let text = format!("{}{bad}", "a".repeat(43));
            assert_eq!(
                Verifier::parse(&text).map_err(|it| it.code()),
                Err(Code::VERIFIER_MISMATCH)
            );
        }
    }

    // OA-03
    #[test]
    fn neither_half_goes_without_the_other() {
        let verifier = Verifier::parse(VERIFIER).unwrap();
        let refused = |it: Result<(), Error>| it.map_err(|it| it.code());
        assert_eq!(check(None, None), Ok(()));
        assert_eq!(refused(check(Some(&verifier.challenge()), None)), Err(Code::VERIFIER_MISMATCH));
        assert_eq!(refused(check(None, Some(&verifier))), Err(Code::VERIFIER_MISMATCH));
        let other = Verifier::parse(&"a".repeat(43)).unwrap();
        assert_eq!(
            refused(check(Some(&verifier.challenge()), Some(&other))),
            Err(Code::VERIFIER_MISMATCH)
        );
    }

    #[test]
    fn a_verifier_is_never_shown() {
        let verifier = Verifier::parse(VERIFIER).unwrap();
        assert_eq!(format!("{verifier:?}"), "Verifier(…)");
    }

    proptest! {
        #[test]
        fn a_verifier_fits_its_own_challenge_and_no_other(a in "[a-zA-Z0-9._~-]{43,128}", b in "[a-zA-Z0-9._~-]{43,128}") {
            let (a, b) = (Verifier::parse(&a).unwrap(), Verifier::parse(&b).unwrap());
            prop_assert_eq!(check(Some(&a.challenge()), Some(&a)), Ok(()));
            prop_assert_eq!(check(Some(&a.challenge()), Some(&b)).is_ok(), a == b);
        }
    }
}
