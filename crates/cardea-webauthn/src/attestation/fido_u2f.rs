//! WebAuthn §8.6, *FIDO U2F Attestation Statement Format*.

use super::certificate::Certificate;
use super::{Format, Input, Verified, chain, fields};
use crate::error::{CeremonyError, Checked, Code, require};
use crate::models::Aaguid;
use crate::public_key::Algorithm;

pub(super) fn verify<'a>(input: &Input<'a>) -> Checked<Verified<'a>> {
    let mut fields = fields(input)?;
    let chain = chain(&fields.item("x5c")?)?;
    let signature = fields.bytes("sig")?;
    fields.end()?;
    let reason = "a FIDO U2F statement has exactly one certificate";
    require(chain.len() == 1, Code::AttestationStatement, reason)?;
    let certificate = Certificate::parse(chain.leaf())?;
    let reason = "a FIDO U2F statement's keys are on P-256";
    let of_certificate = certificate.key_of(Algorithm::Es256).is_some();
    let of_credential = input.public_key.algorithm() == Algorithm::Es256;
    require(of_certificate && of_credential, Code::U2fKey, reason)?;
    let reason = "the FIDO U2F statement's signature is not by its certificate";
    let message = [
        &[0],
        input.rp_id_hash.as_slice(),
        &input.client_data_hash,
        input.credential.id,
        &input.public_key.raw().encoded(),
    ];
    let fine = certificate.verifies(Algorithm::Es256, &message.concat(), signature);
    require(fine, Code::AttestationSignature, reason)?;
    check_aaguid(input.credential.aaguid)?;
    Ok(Verified::Certified(Format::FidoU2f, chain))
}

/// The AAGUID is zero. §8.6 does not ask for it, but the signature does not cover the AAGUID, so
/// that any other would be a claim which the certificate's word seems to stand for.
fn check_aaguid(aaguid: Aaguid) -> Checked {
    if aaguid == Aaguid::ZERO {
        return Ok(());
    }
    let reason =
        format!("a FIDO U2F authenticator claims to be the model `{aaguid}`; they have none");
    Err(CeremonyError::new(Code::U2fAaguid, reason))
}
