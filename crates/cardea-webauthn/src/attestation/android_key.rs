//! WebAuthn §8.4, *Android Key Attestation Statement Format*.
//!
//! The extension's schema: Android, *Verify hardware-backed key pairs with key attestation*.

use super::certificate::Certificate;
use super::der::{Class, Der, ENUMERATED, INTEGER, OCTET_STRING, SEQUENCE, SET};
use super::{Format, Input, Verified, chain, fields, signature_algorithm};
use crate::error::{CeremonyError, Checked, Code, require};

const KEY_DESCRIPTION: &str = "1.3.6.1.4.1.11129.2.1.17";
const ORIGIN_GENERATED: &[u8] = &[0];
const PURPOSE_SIGN: &[u8] = &[2];

pub(super) fn verify<'a>(input: &Input<'a>) -> Checked<Verified<'a>> {
    let mut fields = fields(input)?;
    let algorithm = signature_algorithm(fields.integer("alg")?)?;
    let signature = fields.bytes("sig")?;
    let chain = chain(&fields.item("x5c")?)?;
    fields.end()?;
    let certificate = Certificate::parse(chain.leaf())?;
    let fine = certificate.verifies(algorithm, &input.to_be_signed(), signature);
    let reason = "the Android statement's signature is not by its certificate";
    require(fine, Code::AttestationSignature, reason)?;
    let same = certificate.has_key(input.public_key.algorithm(), input.public_key.raw());
    require(same, Code::AndroidKey, "the Android certificate is about another key")?;
    let description =
        certificate.extension(KEY_DESCRIPTION)?.and_then(|(value, _)| description(value));
    let reason = "the Android certificate does not describe its key";
    let description =
        description.ok_or_else(|| CeremonyError::new(Code::AttestationCertificate, reason))?;
    let same = description.challenge == input.client_data_hash;
    require(same, Code::AndroidChallenge, "the Android certificate is about another registration")?;
    description.check_authorizations()?;
    Ok(Verified::Certified(Format::AndroidKey, chain))
}

/// What Android's `KeyDescription` says.
struct Description<'a> {
    challenge: &'a [u8],
    lists: [AuthorizationList<'a>; 2],
}

/// One of its two lists: what the software and what the hardware holds a key to.
#[derive(Default)]
struct AuthorizationList<'a> {
    all_applications: Option<&'a [u8]>,
    origin: Option<&'a [u8]>,
    purposes: Option<&'a [u8]>,
}

fn description(extension: &[u8]) -> Option<Description<'_>> {
    let mut fields = Der::new(Der::only(extension, SEQUENCE)?);
    fields.universal(INTEGER)?; // version of the attestation
    fields.universal(ENUMERATED)?; // who made it
    fields.universal(INTEGER)?; // version of the key store
    fields.universal(ENUMERATED)?; // who holds the key
    let challenge = fields.universal(OCTET_STRING)?;
    fields.universal(OCTET_STRING)?; // unique id
    let software = authorization_list(fields.universal(SEQUENCE)?)?;
    let hardware = authorization_list(fields.universal(SEQUENCE)?)?;
    fields.is_empty().then_some(Description { challenge, lists: [software, hardware] })
}

fn authorization_list(content: &[u8]) -> Option<AuthorizationList<'_>> {
    let mut entries = Der::new(content);
    let mut list = AuthorizationList::default();
    while !entries.is_empty() {
        let entry = entries.value().filter(|entry| entry.class == Class::Context)?;
        match entry.number {
            1 => list.purposes = Some(Der::only(entry.content, SET)?),
            600 => list.all_applications = Some(entry.content),
            702 => list.origin = Some(Der::only(entry.content, INTEGER)?),
            _ => {}
        }
    }
    Some(list)
}

impl Description<'_> {
    /// The key is for this app only, was generated where it is, and is for signing. What is said
    /// in either list counts, and has to be said in one.
    fn check_authorizations(&self) -> Checked {
        let all = |fine: fn(&AuthorizationList<'_>) -> Option<bool>| {
            let said: Vec<bool> = self.lists.iter().filter_map(fine).collect();
            !said.is_empty() && said.into_iter().all(|fine| fine)
        };
        let bound = self.lists.iter().all(|list| list.all_applications.is_none());
        let generated = all(|list| list.origin.map(|origin| origin == ORIGIN_GENERATED));
        let signs =
            all(|list| list.purposes.map(|set| Der::only(set, INTEGER) == Some(PURPOSE_SIGN)));
        let reason = "the Android key is for all apps, was not generated in its store, or is not for signing only";
        require(bound && generated && signs, Code::AndroidAuthorization, reason)
    }
}
