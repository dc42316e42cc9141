//! Certification requests (PKCS #10, RFC 2986).

use rcgen::{PKCS_ECDSA_P256_SHA256, PublicKeyData, SignatureAlgorithm};
use thiserror::Error;
use x509_parser::certification_request::X509CertificationRequest;
use x509_parser::prelude::FromDer as _;

const EC_PUBLIC_KEY: &str = "1.2.840.10045.2.1";
const P256: &str = "1.2.840.10045.3.1.7";
/// An uncompressed point (SEC 1 section 2.3.3) of P-256.
const POINT: usize = 65;

/// The key of an installation, which whoever asked has shown to hold.
#[derive(Debug)]
pub(super) struct InstallationKey {
    point: Vec<u8>,
}

/// Something that is no request for a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum NotACertificateRequest {
    /// It is not PKCS #10 in DER.
    #[error("it is not a certification request (PKCS #10) in DER")]
    Malformed,
    /// It is for another kind of key.
    #[error("its key is not one of P-256")]
    AnotherKey,
    /// The signature is not by its key.
    #[error("it is not signed by the key that it is for")]
    NotSigned,
}

impl InstallationKey {
    /// The key of a request that it signs itself. Nothing else in a request counts: names and
    /// extensions are for the issuer to decide.
    pub(super) fn of(request: &[u8]) -> Result<Self, NotACertificateRequest> {
        let Ok(([], request)) = X509CertificationRequest::from_der(request) else {
            return Err(NotACertificateRequest::Malformed);
        };
        let key = &request.certification_request_info.subject_pki;
        let curve = key.algorithm.parameters.as_ref().and_then(|it| it.as_oid().ok());
        let is_p256 = key.algorithm.algorithm.to_id_string() == EC_PUBLIC_KEY
            && curve.is_some_and(|curve| curve.to_id_string() == P256);
        let point = key.subject_public_key.data.as_ref();
        if !is_p256 || point.len() != POINT {
            return Err(NotACertificateRequest::AnotherKey);
        }
        request.verify_signature().map_err(|_| NotACertificateRequest::NotSigned)?;
        Ok(Self { point: point.to_vec() })
    }
}

impl PublicKeyData for InstallationKey {
    fn der_bytes(&self) -> &[u8] {
        &self.point
    }

    fn algorithm(&self) -> &'static SignatureAlgorithm {
        &PKCS_ECDSA_P256_SHA256
    }
}

#[cfg(test)]
mod tests {
    use rcgen::{CertificateParams, KeyPair, PKCS_ED25519};

    use super::*;

    fn request(key: &KeyPair) -> Vec<u8> {
        CertificateParams::default().serialize_request(key).unwrap().der().to_vec()
    }

    #[test]
    fn a_request_gives_the_key_that_signs_it() {
        let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap();
        let found = InstallationKey::of(&request(&key)).unwrap();
        assert_eq!(found.subject_public_key_info(), key.subject_public_key_info());
    }

    #[test]
    fn a_request_that_is_changed_anywhere_gives_no_key_or_the_same() {
        let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap();
        let request = request(&key);
        for at in 0..request.len() {
            let mut changed = request.clone();
            changed[at] ^= 1;
            if let Ok(found) = InstallationKey::of(&changed) {
                assert_eq!(found.der_bytes(), key.der_bytes(), "byte {at}");
            }
        }
        let longer = [request.as_slice(), &[0]].concat();
        assert_eq!(InstallationKey::of(&longer).unwrap_err(), NotACertificateRequest::Malformed);
        assert_eq!(InstallationKey::of(&[]).unwrap_err(), NotACertificateRequest::Malformed);
    }

    #[test]
    fn a_request_for_another_kind_of_key_is_refused() {
        let key = KeyPair::generate_for(&PKCS_ED25519).unwrap();
        let refused = InstallationKey::of(&request(&key)).unwrap_err();
        assert_eq!(refused, NotACertificateRequest::AnotherKey);
    }
}
