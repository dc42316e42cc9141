//! Attestation certificates: what the statement formats ask of them.
//!
//! They are read by x509-parser. Chains are another matter, see [`crate::trust`].

use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::GeneralName;
use x509_parser::prelude::FromDer;
use x509_parser::x509::{AttributeTypeAndValue, X509Version};

use super::der::{Der, OCTET_STRING};
use crate::error::{CeremonyError, Checked, Code, require};
use crate::models::Aaguid;
use crate::public_key::{Algorithm, RawKey};

/// A certificate of a statement.
pub(super) struct Certificate<'a> {
    parsed: X509Certificate<'a>,
}

const AAGUID_EXTENSION: &str = "1.3.6.1.4.1.45724.1.1.4";
const TCG_MANUFACTURER: &str = "2.23.133.2.1";
const TCG_MODEL: &str = "2.23.133.2.2";
const TCG_VERSION: &str = "2.23.133.2.3";
const TCG_AIK: &str = "2.23.133.8.3";

fn refused(reason: &str) -> CeremonyError {
    CeremonyError::new(
        Code::AttestationCertificate,
        format!("the attestation certificate {reason}"),
    )
}

impl<'a> Certificate<'a> {
    /// Reads a certificate; refuses `attestation_certificate`.
    pub(super) fn parse(der: &'a [u8]) -> Checked<Self> {
        match X509Certificate::from_der(der) {
            Ok(([], parsed)) => Ok(Self { parsed }),
            Ok(([..], _)) | Err(_) => Err(refused("is not a certificate in DER")),
        }
    }

    /// Whether its key made this signature with this algorithm.
    pub(super) fn verifies(&self, algorithm: Algorithm, message: &[u8], signature: &[u8]) -> bool {
        let key = self.key_of(algorithm).and_then(|bytes| algorithm.key(bytes));
        key.is_some_and(|key| key.verify_sig(message, signature).is_ok())
    }

    /// Whether its key is this one.
    pub(super) fn has_key(&self, algorithm: Algorithm, key: &RawKey) -> bool {
        self.key_of(algorithm) == Some(key.encoded().as_slice())
    }

    /// The bytes of its key, if it is one of this algorithm.
    pub(super) fn key_of(&self, algorithm: Algorithm) -> Option<&[u8]> {
        let info = self.parsed.public_key();
        let parameters = info.algorithm.parameters.as_ref().and_then(|any| any.as_oid().ok());
        let (kind, curve) = match algorithm {
            Algorithm::Es256 => ("1.2.840.10045.2.1", Some("1.2.840.10045.3.1.7")),
            Algorithm::Es384 => ("1.2.840.10045.2.1", Some("1.3.132.0.34")),
            Algorithm::Es512 => ("1.2.840.10045.2.1", Some("1.3.132.0.35")),
            Algorithm::EdDsa => ("1.3.101.112", None),
            Algorithm::Rs256 => ("1.2.840.113549.1.1.1", None),
        };
        let same_kind = info.algorithm.algorithm.to_id_string() == kind;
        let same_curve = curve == parameters.map(|oid| oid.to_id_string()).as_deref();
        (same_kind && same_curve).then_some(info.subject_public_key.data.as_ref())
    }

    /// The content of an extension and whether it is critical; there is at most one of each.
    pub(super) fn extension(&self, oid: &str) -> Checked<Option<(&'a [u8], Critical)>> {
        let mut found = self.parsed.extensions().iter().filter(|e| e.oid.to_id_string() == oid);
        let first = found.next().map(|extension| {
            (extension.value, if extension.critical { Critical::Yes } else { Critical::No })
        });
        if found.next().is_some() { Err(refused("has an extension twice")) } else { Ok(first) }
    }

    /// §8.2.1: if the certificate is for one model, it is this one. The AAGUID is in two octet
    /// strings, and the extension is not critical.
    pub(super) fn check_aaguid(&self, aaguid: Aaguid) -> Checked {
        let Some((value, critical)) = self.extension(AAGUID_EXTENSION)? else { return Ok(()) };
        let same = Der::only(value, OCTET_STRING) == Some(aaguid.as_bytes());
        let reason =
            "the attestation certificate is not for the model that the authenticator claims to be";
        require(same && critical == Critical::No, Code::AaguidMismatch, reason)
    }

    fn check_version(&self) -> Checked {
        let reason = "the attestation certificate is not of version 3";
        require(self.parsed.version() == X509Version::V3, Code::AttestationCertificate, reason)
    }

    /// The Basic Constraints extension has the CA component set to false.
    fn check_not_a_ca(&self) -> Checked {
        let constraints =
            self.parsed.basic_constraints().map_err(|_| refused("has bad basic constraints"))?;
        let fine = constraints.is_some_and(|constraints| !constraints.value.ca);
        require(fine, Code::AttestationCertificate, "the attestation certificate may be a CA's")
    }

    /// §8.2.1, *Certificate Requirements for Packed Attestation Statements*.
    pub(super) fn check_packed(&self) -> Checked {
        self.check_version()?;
        let subject = self.parsed.subject();
        let filled = |mut values: Box<dyn Iterator<Item = &AttributeTypeAndValue<'_>> + '_>| {
            values.next().is_some_and(|value| !value.as_slice().is_empty())
        };
        let named = filled(Box::new(subject.iter_country()))
            && filled(Box::new(subject.iter_organization()))
            && filled(Box::new(subject.iter_common_name()));
        let reason = "the attestation certificate's subject lacks C, O or CN";
        require(named, Code::AttestationCertificate, reason)?;
        let units: Vec<_> =
            subject.iter_organizational_unit().map(AttributeTypeAndValue::as_slice).collect();
        let reason = "the attestation certificate's OU is not `Authenticator Attestation`";
        require(units == [b"Authenticator Attestation"], Code::AttestationCertificate, reason)?;
        self.check_not_a_ca()
    }

    /// §8.3.1, *TPM Attestation Statement Certificate Requirements*.
    pub(super) fn check_tpm(&self) -> Checked {
        self.check_version()?;
        let empty = self.parsed.subject().iter_rdn().next().is_none();
        require(empty, Code::AttestationCertificate, "the TPM's certificate has a subject")?;
        require(
            self.names_a_tpm()?,
            Code::AttestationCertificate,
            "the TPM's certificate does not name a TPM",
        )?;
        let usage = self.parsed.extended_key_usage().map_err(|_| refused("has a bad key usage"))?;
        let for_tpms =
            usage.is_some_and(|u| u.value.other.iter().any(|oid| oid.to_id_string() == TCG_AIK));
        let reason = "the TPM's certificate is not for attestation keys";
        require(for_tpms, Code::AttestationCertificate, reason)?;
        self.check_not_a_ca()
    }

    /// Whether the alternative name has manufacturer, model and version of a TPM.
    fn names_a_tpm(&self) -> Checked<bool> {
        let names = self
            .parsed
            .subject_alternative_name()
            .map_err(|_| refused("has a bad alternative name"))?;
        let Some(names) = names else { return Ok(false) };
        let has = |oid: &str| {
            names.value.general_names.iter().any(|name| {
                let GeneralName::DirectoryName(name) = name else { return false };
                name.iter_attributes().any(|value| value.attr_type().to_id_string() == oid)
            })
        };
        Ok([TCG_MANUFACTURER, TCG_MODEL, TCG_VERSION].into_iter().all(has))
    }
}

/// Whether an extension must be understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Critical {
    Yes,
    No,
}
