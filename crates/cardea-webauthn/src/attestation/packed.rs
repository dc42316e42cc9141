//! WebAuthn §8.2, *Packed Attestation Statement Format*.

use super::certificate::Certificate;
use super::{Format, Input, Verified, chain, fields, signature_algorithm};
use crate::error::{Checked, Code, require};

pub(super) fn verify<'a>(input: &Input<'a>) -> Checked<Verified<'a>> {
    let mut fields = fields(input)?;
    let algorithm = signature_algorithm(fields.integer("alg")?)?;
    let signature = fields.bytes("sig")?;
    let x5c = fields.maybe("x5c");
    fields.end()?;
    let reason = "the packed statement's signature is not by the key that it names";
    let Some(x5c) = x5c else {
        let same = algorithm == input.public_key.algorithm();
        require(
            same,
            Code::AttestationAlgorithm,
            "a key attests itself with another algorithm than its own",
        )?;
        let fine = input.public_key.verifies(&input.to_be_signed(), signature);
        require(fine, Code::AttestationSignature, reason)?;
        return Ok(Verified::SelfSigned);
    };
    let chain = chain(&x5c)?;
    let certificate = Certificate::parse(chain.leaf())?;
    let fine = certificate.verifies(algorithm, &input.to_be_signed(), signature);
    require(fine, Code::AttestationSignature, reason)?;
    certificate.check_packed()?;
    certificate.check_aaguid(input.credential.aaguid)?;
    Ok(Verified::Certified(Format::Packed, chain))
}
