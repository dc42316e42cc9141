//! Whom to believe about models: roots of attestation, given by whoever runs the tenant.
//!
//! The roots of the operating system are never among them: a web site's certificate says nothing
//! about an authenticator. Chains are checked by rustls-webpki at the time that is given.

use core::fmt;
use core::time::Duration;

use jiff::Timestamp;
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, SignatureVerificationAlgorithm, UnixTime};
use webpki::aws_lc_rs::{
    ECDSA_P256_SHA256, ECDSA_P256_SHA384, ECDSA_P384_SHA256, ECDSA_P384_SHA384, ECDSA_P521_SHA256,
    ECDSA_P521_SHA384, ECDSA_P521_SHA512, ED25519, RSA_PKCS1_2048_8192_SHA256,
    RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512,
};
use webpki::{
    EndEntityCert, ExtendedKeyUsageValidator, KeyPurposeIdIter, anchor_from_trusted_cert,
};
use x509_parser::certificate::X509Certificate;
use x509_parser::prelude::FromDer;
use x509_parser::time::ASN1Time;

use crate::error::{CeremonyError, Checked, Code};
use crate::models::Aaguid;

/// Roots of attestation. Without any, no statement is trusted, and only unattested passkeys can
/// be registered where attestation is asked for.
#[derive(Clone, Default)]
pub struct Trust {
    roots: Vec<Root>,
}

#[derive(Clone)]
struct Root {
    certificate: CertificateDer<'static>,
    about: About,
}

/// About which models a root is believed.
#[derive(Clone)]
enum About {
    EveryModel,
    Models(Vec<Aaguid>),
}

impl Root {
    fn is_believed_about(&self, model: Aaguid) -> bool {
        match &self.about {
            About::EveryModel => true,
            About::Models(models) => models.contains(&model),
        }
    }
}

/// A root that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TrustError {
    /// The text is not PEM.
    #[error("not PEM; give certificates between `BEGIN CERTIFICATE` and `END CERTIFICATE` lines")]
    Pem,
    /// There is no certificate in it.
    #[error("there is no certificate in it; give at least one, or none of it")]
    Empty,
    /// One of them is not a certificate.
    #[error("certificate {0} cannot be a root of attestation: it is not a certificate in DER")]
    Certificate(usize),
}

const ALGORITHMS: &[&dyn SignatureVerificationAlgorithm] = &[
    ECDSA_P256_SHA256,
    ECDSA_P256_SHA384,
    ECDSA_P384_SHA256,
    ECDSA_P384_SHA384,
    ECDSA_P521_SHA256,
    ECDSA_P521_SHA384,
    ECDSA_P521_SHA512,
    ED25519,
    RSA_PKCS1_2048_8192_SHA256,
    RSA_PKCS1_2048_8192_SHA384,
    RSA_PKCS1_2048_8192_SHA512,
];

impl Trust {
    /// Trust in nobody.
    pub fn nobody() -> Self {
        Self::default()
    }

    /// Trust in the certificates of a PEM bundle. Text between them is read over.
    pub fn from_pem(bundle: &[u8]) -> Result<Self, TrustError> {
        let roots: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(bundle).collect();
        Self::of(roots.map_err(|_| TrustError::Pem)?)
    }

    /// Trust in these certificates, in DER.
    pub fn from_der(roots: &[&[u8]]) -> Result<Self, TrustError> {
        Self::of(roots.iter().map(|der| CertificateDer::from(der.to_vec())).collect())
    }

    fn of(roots: Vec<CertificateDer<'static>>) -> Result<Self, TrustError> {
        if roots.is_empty() {
            return Err(TrustError::Empty);
        }
        Self::nobody().and(roots, &About::EveryModel)
    }

    /// The same trust, and beside it trust in these certificates, in DER, about these models and no
    /// others: whoever makes one product does not vouch for another's.
    pub fn and_about(self, models: &[Aaguid], roots: &[Vec<u8>]) -> Result<Self, TrustError> {
        let roots = roots.iter().map(|der| CertificateDer::from(der.clone())).collect();
        self.and(roots, &About::Models(models.to_vec()))
    }

    fn and(
        mut self,
        roots: Vec<CertificateDer<'static>>,
        about: &About,
    ) -> Result<Self, TrustError> {
        if let Some(at) = roots.iter().position(|root| anchor_from_trusted_cert(root).is_err()) {
            return Err(TrustError::Certificate(at + 1));
        }
        let roots = roots.into_iter();
        self.roots.extend(roots.map(|certificate| Root { certificate, about: about.clone() }));
        Ok(self)
    }

    /// Whether the chain of a statement leads to one of the roots that are believed about the model.
    pub fn vouches_for(&self, model: Aaguid, chain: &[Vec<u8>], now: Timestamp) -> bool {
        let Some((leaf, rest)) = chain.split_first() else { return false };
        let rest: Vec<&[u8]> = rest.iter().map(Vec::as_slice).collect();
        self.check_chain(model, (leaf, &rest), now).is_ok()
    }

    /// How many roots there are.
    pub fn len(&self) -> usize {
        self.roots.len()
    }

    /// Whether nobody is trusted.
    pub fn is_empty(&self) -> bool {
        self.roots.is_empty()
    }

    /// §7.1 steps 23 and 24: the chain leads to one of the roots that are believed about the model, or
    /// its first certificate is one of them; and all of it holds at that time. Refuses
    /// `attestation_untrusted`.
    pub(crate) fn check_chain(
        &self,
        model: Aaguid,
        (leaf, rest): (&[u8], &[&[u8]]),
        now: Timestamp,
    ) -> Checked {
        let refused = |reason: String| CeremonyError::new(Code::AttestationUntrusted, reason);
        let roots = || {
            let roots = self.roots.iter().filter(|root| root.is_believed_about(model));
            roots.map(|root| &root.certificate)
        };
        if roots().any(|root| root.as_ref() == leaf) {
            let holds = holds_at(leaf, now);
            return if holds {
                Ok(())
            } else {
                Err(refused("the trusted certificate has ended".to_owned()))
            };
        }
        check_order(leaf, rest)?;
        let no_chain = |error: webpki::Error| {
            refused(format!("the attestation certificate leads to no trusted root: {error:?}"))
        };
        let anchors: Vec<_> =
            roots().map(anchor_from_trusted_cert).collect::<Result<_, _>>().map_err(no_chain)?;
        let leaf = CertificateDer::from(leaf);
        let rest: Vec<_> = rest.iter().map(|der| CertificateDer::from(*der)).collect();
        let seconds = u64::try_from(now.as_second()).unwrap_or(0);
        let time = UnixTime::since_unix_epoch(Duration::from_secs(seconds));
        let certificate = EndEntityCert::try_from(&leaf).map_err(no_chain)?;
        certificate
            .verify_for_usage(ALGORITHMS, &anchors, &rest, time, AnyUsage, None, None)
            .map(|_| ())
            .map_err(no_chain)
    }
}

/// Attestation certificates name no usage, or one of their own; the formats say what they need.
struct AnyUsage;

impl ExtendedKeyUsageValidator for AnyUsage {
    fn validate(&self, usages: KeyPurposeIdIter<'_, '_>) -> Result<(), webpki::Error> {
        for usage in usages {
            usage?;
        }
        Ok(())
    }
}

/// Each certificate is followed by its issuer's: `x5c` is a chain, not a heap.
fn check_order(leaf: &[u8], rest: &[&[u8]]) -> Checked {
    let refused = |reason: &str| CeremonyError::new(Code::AttestationUntrusted, reason);
    let mut issuer: Option<Vec<u8>> = None;
    for der in core::iter::once(&leaf).chain(rest) {
        let (_, certificate) = X509Certificate::from_der(der)
            .map_err(|_| refused("the chain has something else than certificates"))?;
        if issuer.is_some_and(|issuer| issuer != certificate.subject().as_raw()) {
            return Err(refused("the chain's certificates are not in order"));
        }
        issuer = Some(certificate.issuer().as_raw().to_vec());
    }
    Ok(())
}

fn holds_at(der: &[u8], now: Timestamp) -> bool {
    let time = ASN1Time::from_timestamp(now.as_second());
    let certificate = X509Certificate::from_der(der);
    matches!((certificate, time), (Ok((_, c)), Ok(time)) if c.validity().is_valid_at(time))
}

impl fmt::Debug for Trust {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Trust({} roots)", self.roots.len())
    }
}
