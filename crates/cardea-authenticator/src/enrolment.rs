//! How an installation comes to a certificate for its attestation key: it makes the key, asks for the
//! certificate, and checks what it gets. The way there and back, and who may ask, are others' business.

use rcgen::{CertificateParams, DistinguishedName, DnType, KeyPair};
use thiserror::Error;
use x509_parser::prelude::{FromDer as _, X509Certificate};

use crate::attestation::{AttestationKey, NoCertificate};
use crate::host::Random;
use crate::key::{Algorithm, KeyError, SigningKey, p256_public};

/// A key without a certificate yet.
#[derive(Debug)]
pub struct Enrolment {
    key: SigningKey,
}

/// An enrolment does not come to its end.
#[derive(Debug, Error)]
pub enum EnrolmentError {
    /// The key cannot be made or used.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The request cannot be written.
    #[error("the request for a certificate cannot be written")]
    Request,
    /// No certificate came.
    #[error(transparent)]
    Nothing(#[from] NoCertificate),
    /// What came first is no certificate.
    #[error("what came is not a certificate in DER")]
    Malformed,
    /// The certificate is for another key.
    #[error("the certificate is for another key than the one that was asked for")]
    AnotherKey,
}

impl Enrolment {
    /// Makes a key. Each relying party gets one of its own, so that no two can compare what they have certified.
    ///
    /// # Errors
    ///
    /// There is no randomness.
    pub fn begin(source: &mut dyn Random) -> Result<Self, EnrolmentError> {
        Ok(Self { key: SigningKey::generate(Algorithm::Es256, source)? })
    }

    /// A certification request (PKCS #10, RFC 2986) in DER. Its signature proves that the key is held; its
    /// name is a suggestion, and what the certificate says is for the issuer to decide.
    ///
    /// # Errors
    ///
    /// The cryptographic library refuses.
    pub fn request(&self) -> Result<Vec<u8>, EnrolmentError> {
        let pkcs8 = self.key.p256_pkcs8()?;
        let pair = KeyPair::try_from(&pkcs8[..]).map_err(|_| EnrolmentError::Request)?;
        let mut params = CertificateParams::default();
        params.distinguished_name = DistinguishedName::new();
        params.distinguished_name.push(DnType::CommonName, "Cardea Authenticator");
        let request = params.serialize_request(&pair).map_err(|_| EnrolmentError::Request)?;
        Ok(request.der().to_vec())
    }

    /// The key with what was issued for it: certificates in DER, that of the key first.
    ///
    /// # Errors
    ///
    /// There is none, or the first one is not for this key.
    pub fn complete(self, chain: Vec<Vec<u8>>) -> Result<AttestationKey, EnrolmentError> {
        let first = chain.first().ok_or(NoCertificate)?;
        let (_, certificate) =
            X509Certificate::from_der(first).map_err(|_| EnrolmentError::Malformed)?;
        let certified = &certificate.public_key().subject_public_key.data;
        if certified[..] != p256_public(self.key.secret())?[..] {
            return Err(EnrolmentError::AnotherKey);
        }
        Ok(AttestationKey::new(self.key, chain)?)
    }
}
