//! Certificates: what the prover found, written down so that a small checker can see it too.
//!
//! Everything that is written was tried with the checker first. A proof that does not stand up to
//! it is a defect of Cardea, and no certificate comes of it.

mod claim;
mod protection;
mod reach;

use cardea_tenant::tenant::Tenant;
use cardea_verify::certificate::{Certificate, VERSION};
use cardea_verify::check::{Refusal, book};
use cardea_verify::claim::Claim;

pub use claim::claim;
pub use protection::protection;

/// Writes the certificate of a claim. `input` is the fingerprint of what the tenant and the
/// settings were read from.
///
/// # Errors
/// A proof does not stand up to the checker: a defect of Cardea.
pub fn certify(tenant: &Tenant, claim: &Claim, input: String) -> Result<Certificate, Refusal> {
    let book = book(tenant, &claim.assumptions);
    Ok(Certificate {
        version: VERSION,
        input,
        sign_in: reach::answers(tenant, &book, claim)?,
        protection: protection(tenant, &book.index, claim),
    })
}
