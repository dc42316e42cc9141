//! Secrets that the demo starts with: passwords that can be typed, seeds, secrets and keys of apps.

use aws_lc_rs::encoding::{AsDer as _, PublicKeyX509Der};
use aws_lc_rs::rsa::KeyPair;
use aws_lc_rs::signature::KeyPair as _;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cardea_oidc::keys::{Algorithm, SigningKey};
use zeroize::Zeroizing;

use crate::failure::Failure;
use crate::random;

/// Words of a password: seven bits each.
#[rustfmt::skip]
const WORDS: [&str; 128] = [
    "amber", "anchor", "apple", "arrow", "autumn", "badge", "barley", "basin", "beacon", "birch",
    "bishop", "blanket", "bramble", "bridge", "bronze", "bucket", "butter", "candle", "canyon",
    "carbon", "carpet", "castle", "cedar", "cellar", "chalk", "cherry", "cinder", "clover",
    "cobalt", "comet", "copper", "coral", "cotton", "cradle", "crater", "crystal", "dagger",
    "daisy", "dapple", "desert", "dragon", "ember", "engine", "falcon", "feather", "fennel",
    "ferry", "fiddle", "flint", "forest", "fossil", "galaxy", "garden", "garnet", "ginger",
    "glacier", "goblet", "granite", "gravel", "hammer", "harbor", "hazel", "heather", "hollow",
    "honey", "horizon", "island", "ivory", "jacket", "jasmine", "jigsaw", "juniper", "kettle",
    "kitten", "ladder", "lagoon", "lantern", "laurel", "lemon", "lilac", "linen", "lobster",
    "magnet", "maple", "marble", "meadow", "mellow", "mirror", "mitten", "morning", "mustard",
    "napkin", "nectar", "needle", "nickel", "nutmeg", "oasis", "orchard", "otter", "oyster",
    "paddle", "parrot", "pebble", "pepper", "piano", "pigeon", "pillow", "planet", "pocket",
    "poplar", "pumpkin", "puzzle", "quartz", "quiver", "rabbit", "radish", "raven", "ribbon",
    "river", "rocket", "saddle", "saffron", "salmon", "sandal", "satin", "silver", "summer",
    "velvet",
];

/// A password of four words and five digits: 44 bits of chance, which is enough against guesses
/// that are counted.
///
/// # Errors
/// There is no chance to be had.
pub(super) fn password() -> Result<Zeroizing<String>, Failure> {
    let chance: Zeroizing<[u8; 8]> = Zeroizing::new(random::bytes()?);
    let [first, second, third, fourth, rest @ ..] = *chance;
    let words = [first, second, third, fourth]
        .map(|byte| WORDS.get(usize::from(byte % 128)).copied().unwrap_or_default());
    let digits = u32::from_be_bytes(rest) % 100_000;
    Ok(Zeroizing::new(format!("{}-{digits:05}", words.join("-"))))
}

/// A key that an app signs with, and the key that shows its signatures right, both in PEM.
pub(super) struct Keys {
    /// Of the app alone.
    pub(super) private: Zeroizing<String>,
    /// For the tenant.
    pub(super) public: String,
    /// The public one in a certificate that it has signed itself.
    pub(super) certificate: String,
}

/// New keys for an app of this name: RSA with 2048 bits.
///
/// # Errors
/// No key can be made.
pub(super) fn keys(name: &str) -> Result<Keys, Failure> {
    let broken = |reason: &str| Failure::Key(reason.to_owned());
    let (_, pkcs8) =
        SigningKey::generate(Algorithm::Rs256).map_err(|error| Failure::Key(error.to_string()))?;
    let pair = KeyPair::from_pkcs8(pkcs8.as_bytes()).map_err(|_| broken("an app's key"))?;
    let public: PublicKeyX509Der<'_> =
        pair.public_key().as_der().map_err(|_| broken("an app's public key"))?;
    let broken = |error: rcgen::Error| Failure::Key(error.to_string());
    let signing = rcgen::KeyPair::try_from(pkcs8.as_bytes()).map_err(broken)?;
    let mut params = rcgen::CertificateParams::new(Vec::<String>::new()).map_err(broken)?;
    params.distinguished_name.push(rcgen::DnType::CommonName, name);
    let certificate = params.self_signed(&signing).map_err(broken)?;
    Ok(Keys {
        certificate: certificate.pem(),
        private: Zeroizing::new(pem("PRIVATE KEY", pkcs8.as_bytes())),
        public: pem("PUBLIC KEY", public.as_ref()),
    })
}

/// Binary as PEM (RFC 7468).
fn pem(label: &str, der: &[u8]) -> String {
    let mut text = format!("-----BEGIN {label}-----\n");
    for (at, letter) in STANDARD.encode(der).chars().enumerate() {
        if at > 0 && at % 64 == 0 {
            text.push('\n');
        }
        text.push(letter);
    }
    text + &format!("\n-----END {label}-----\n")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use cardea_oidc::client_assertion::{AssertionAlgorithm, ClientKey};

    use super::*;

    #[test]
    fn passwords_are_long_and_none_comes_twice() {
        let all: BTreeSet<String> = (0..1000).map(|_| password().unwrap().to_string()).collect();
        assert_eq!(all.len(), 1000);
        assert!(all.iter().all(|password| password.len() >= 16));
    }

    #[test]
    fn the_words_are_all_different() {
        assert_eq!(WORDS.iter().collect::<BTreeSet<_>>().len(), WORDS.len());
    }

    #[test]
    fn a_new_public_key_is_one_that_assertions_can_have() {
        let keys = keys("an app").unwrap();
        ClientKey::register(AssertionAlgorithm::Rs256, &keys.public).unwrap();
        assert!(keys.private.starts_with("-----BEGIN PRIVATE KEY-----"));
        assert!(keys.certificate.starts_with("-----BEGIN CERTIFICATE-----"));
    }
}
