//! The attestation object: authenticator data with a statement about them (WebAuthn §6.5.4).

use crate::cbor::{self, Fields, Item};
use crate::error::{Checked, Code};

/// An attestation object, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttestationObject<'a> {
    /// The statement's format.
    pub format: &'a str,
    /// The statement, whose form the format decides.
    pub statement: Item<'a>,
    /// Authenticator data, for [`authenticator_data::parse`](crate::authenticator_data::parse).
    pub auth_data: &'a [u8],
}

/// §7.1 step 13: the CBOR decoding. Refuses `cbor` and `attestation_object`; the map has three
/// entries and no other.
pub fn parse(bytes: &[u8]) -> Checked<AttestationObject<'_>> {
    let code = Code::AttestationObject;
    let mut fields = Fields::of(cbor::parse(bytes)?, code, "the attestation object")?;
    let object = AttestationObject {
        format: fields.text("fmt")?,
        statement: fields.item("attStmt")?,
        auth_data: fields.bytes("authData")?,
    };
    fields.end()?;
    Ok(object)
}
