//! Attestation: what stands behind the model that an authenticator claims to be (WebAuthn §8).

mod android_key;
mod apple;
mod certificate;
mod der;
mod fido_u2f;
mod packed;
mod tpm;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::authenticator_data::AttestedCredential;
use crate::cbor::{Fields, Item};
use crate::error::{CeremonyError, Checked, Code, quoted, require};
use crate::options::Conveyance;
use crate::public_key::{Algorithm, PublicKey};
use crate::trust::Trust;

/// The most certificates in a statement.
const CHAIN_MAX: usize = 8;

/// What stands behind the model of an authenticator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Attestation {
    /// Nothing.
    None,
    /// The credential's own key: it proves that the key is there, and nothing about the model.
    SelfSigned,
    /// A statement that is right in itself, but whose chain leads to no trusted root. Only where
    /// attestation was not asked for.
    Unproven(Format),
    /// A chain of certificates to a trusted root.
    Proven {
        /// The statement's format.
        format: Format,
        /// The certificates in DER, the attestation certificate first.
        chain: Vec<Vec<u8>>,
    },
}

/// A format of attestation statements (WebAuthn §8).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// Packed: security keys, and most others.
    Packed,
    /// A Trusted Platform Module.
    Tpm,
    /// Android's key store. The certificates attest the key; the AAGUID is what the app says that
    /// holds it.
    AndroidKey,
    /// Apple's anonymous attestation.
    Apple,
    /// FIDO U2F. It has no AAGUID.
    FidoU2f,
}

impl Format {
    /// The statement format's identifier.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Packed => "packed",
            Self::Tpm => "tpm",
            Self::AndroidKey => "android-key",
            Self::Apple => "apple",
            Self::FidoU2f => "fido-u2f",
        }
    }
}

/// Whether the model must be proved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum AttestationWish {
    /// It need not. A statement that comes all the same must be right, but may lead anywhere.
    #[default]
    None,
    /// It is asked for. Authenticators that do not attest are taken; a chain must be trusted.
    IfOffered,
    /// It must be, by a chain to a trusted root.
    Required,
}

impl AttestationWish {
    pub(crate) fn conveyance(self) -> Conveyance {
        match self {
            Self::None => Conveyance::None,
            Self::IfOffered | Self::Required => Conveyance::Direct,
        }
    }
}

/// What the verification procedures read.
pub(crate) struct Input<'a> {
    pub(crate) format: &'a str,
    pub(crate) statement: Item<'a>,
    pub(crate) auth_data: &'a [u8],
    pub(crate) rp_id_hash: &'a [u8; 32],
    pub(crate) credential: &'a AttestedCredential<'a>,
    pub(crate) public_key: &'a PublicKey,
    pub(crate) client_data_hash: [u8; 32],
}

impl Input<'_> {
    /// The concatenation of authenticator data and the hash of the client data.
    fn to_be_signed(&self) -> Vec<u8> {
        [self.auth_data, &self.client_data_hash].concat()
    }
}

/// What a verification procedure finds.
enum Verified<'a> {
    None,
    SelfSigned,
    Certified(Format, Chain<'a>),
}

/// The certificates of a statement: at least one.
struct Chain<'a> {
    leaf: &'a [u8],
    rest: Vec<&'a [u8]>,
}

impl<'a> Chain<'a> {
    fn leaf(&self) -> &'a [u8] {
        self.leaf
    }

    fn len(&self) -> usize {
        1 + self.rest.len()
    }
}

/// §7.1 steps 21 to 24: the statement is right, and trustworthy as far as it has to be.
pub(crate) fn assess(
    input: &Input<'_>,
    wish: AttestationWish,
    trust: &Trust,
    now: Timestamp,
) -> Checked<Attestation> {
    let (format, chain) = match verify(input)? {
        Verified::None => return unattested(Attestation::None, wish),
        Verified::SelfSigned => return unattested(Attestation::SelfSigned, wish),
        Verified::Certified(format, chain) => (format, chain),
    };
    let trusted = trust.check_chain(input.credential.aaguid, (chain.leaf, &chain.rest), now);
    match (trusted, wish) {
        (Ok(()), _) => {
            let chain =
                core::iter::once(chain.leaf).chain(chain.rest).map(<[u8]>::to_vec).collect();
            Ok(Attestation::Proven { format, chain })
        }
        (Err(_), AttestationWish::None) => Ok(Attestation::Unproven(format)),
        (Err(refused), AttestationWish::IfOffered | AttestationWish::Required) => Err(refused),
    }
}

/// §7.1 step 24, first two cases: none, or the key's own word, is acceptable where nothing more
/// was required.
fn unattested(found: Attestation, wish: AttestationWish) -> Checked<Attestation> {
    match wish {
        AttestationWish::None | AttestationWish::IfOffered => Ok(found),
        AttestationWish::Required => {
            let reason =
                "the authenticator does not prove its model, which is required; use another one";
            Err(CeremonyError::new(Code::AttestationRequired, reason))
        }
    }
}

/// §7.1 steps 21 and 22: the format is a known one, compared as it is written, and its
/// verification procedure accepts the statement.
fn verify<'a>(input: &Input<'a>) -> Checked<Verified<'a>> {
    match input.format {
        "none" => {
            fields(input)?.end()?;
            Ok(Verified::None)
        }
        "packed" => packed::verify(input),
        "tpm" => tpm::verify(input),
        "android-key" => android_key::verify(input),
        "apple" => apple::verify(input),
        "fido-u2f" => fido_u2f::verify(input),
        other => {
            let reason =
                format!("attestation statements of the format {} are not known", quoted(other));
            Err(CeremonyError::new(Code::AttestationFormat, reason))
        }
    }
}

fn fields<'a>(input: &Input<'a>) -> Checked<Fields<'a>> {
    Fields::of(input.statement.clone(), Code::AttestationStatement, "the attestation statement")
}

fn signature_algorithm(number: i128) -> Checked<Algorithm> {
    Algorithm::from_cose(number).ok_or_else(|| {
        let reason = format!(
            "the statement is signed with the algorithm `{number}`, which is not supported"
        );
        CeremonyError::new(Code::AttestationAlgorithm, reason)
    })
}

/// The certificates of `x5c`.
fn chain<'a>(x5c: &Item<'a>) -> Checked<Chain<'a>> {
    let refused =
        || CeremonyError::new(Code::AttestationStatement, "`x5c` is not a list of certificates");
    let items = x5c.as_array().ok_or_else(refused)?;
    let short = items.len() <= CHAIN_MAX;
    require(short, Code::AttestationStatement, "`x5c` has more certificates than any chain needs")?;
    let mut certificates = items.iter().map(|item| item.as_bytes().ok_or_else(refused));
    let leaf = certificates.next().ok_or_else(refused)??;
    Ok(Chain { leaf, rest: certificates.collect::<Result<_, _>>()? })
}
