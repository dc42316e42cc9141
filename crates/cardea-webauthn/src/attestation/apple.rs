//! WebAuthn §8.8, *Apple Anonymous Attestation Statement Format*.

use super::certificate::Certificate;
use super::der::{Class, Der, OCTET_STRING, SEQUENCE};
use super::{Format, Input, Verified, chain, fields};
use crate::error::{Checked, Code, require};
use crate::sha256;

const NONCE_EXTENSION: &str = "1.2.840.113635.100.8.2";

pub(super) fn verify<'a>(input: &Input<'a>) -> Checked<Verified<'a>> {
    let mut fields = fields(input)?;
    let chain = chain(&fields.item("x5c")?)?;
    fields.end()?;
    let certificate = Certificate::parse(chain.leaf())?;
    let nonce = sha256(&input.to_be_signed());
    let attested = certificate.extension(NONCE_EXTENSION)?.and_then(|(value, _)| nonce_in(value));
    let reason = "the Apple certificate is not about this registration";
    require(attested == Some(nonce.as_slice()), Code::AppleNonce, reason)?;
    let same = certificate.has_key(input.public_key.algorithm(), input.public_key.raw());
    require(same, Code::AppleKey, "the Apple certificate is about another key")?;
    Ok(Verified::Certified(Format::Apple, chain))
}

/// `SEQUENCE { [1] EXPLICIT OCTET STRING }`
fn nonce_in(extension: &[u8]) -> Option<&[u8]> {
    let mut inside = Der::new(Der::only(extension, SEQUENCE)?);
    let tagged =
        inside.value().filter(|value| value.class == Class::Context && value.number == 1)?;
    inside.is_empty().then(|| Der::only(tagged.content, OCTET_STRING)).flatten()
}
