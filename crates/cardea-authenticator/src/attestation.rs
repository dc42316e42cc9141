//! What the authenticator says about itself when it makes a credential: packed attestation (WebAuthn §8.2).

use core::fmt;
use std::collections::BTreeMap;

use jiff::Timestamp;
use x509_parser::prelude::{FromDer as _, X509Certificate};

use crate::cbor::{Map, Value};
use crate::credential::Credential;
use crate::key::SigningKey;
use crate::state::Binding;
use crate::status::Status;

/// The keys with which an installation attests.
///
/// They are given from outside, and each installation has its own: a certificate inside a program that
/// everybody can download would prove nothing. Such a key also says which installation this is, so each
/// is used for the one relying party that has certified it, which knows that anyway, and no two relying
/// parties can find out by it that they have the same visitor. Everywhere else credentials attest
/// themselves, which proves that the key is held and nothing about the model.
#[derive(Clone, Debug, Default)]
pub struct Attestation {
    /// By relying party id.
    issued: BTreeMap<String, AttestationKey>,
    enterprise: Option<EnterpriseAttestation>,
}

/// A key and the certificates that vouch for it.
#[derive(Clone)]
pub struct AttestationKey {
    key: SigningKey,
    /// In DER, that of the key first.
    chain: Vec<Vec<u8>>,
}

/// A key that identifies the installation to the relying parties of its organisation (CTAP 2.1 §7.1).
#[derive(Clone, Debug)]
pub struct EnterpriseAttestation {
    key: AttestationKey,
    rp_ids: Vec<String>,
}

/// There are no certificates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an attestation key needs at least its own certificate")]
pub struct NoCertificate;

impl AttestationKey {
    /// A key with its certificates in DER, that of the key first and the root left out. That they belong to
    /// the key is for whoever issued them to see to; relying parties check it.
    ///
    /// # Errors
    ///
    /// There is no certificate.
    pub fn new(key: SigningKey, chain: Vec<Vec<u8>>) -> Result<Self, NoCertificate> {
        if chain.is_empty() { Err(NoCertificate) } else { Ok(Self { key, chain }) }
    }

    pub(crate) fn key(&self) -> &SigningKey {
        &self.key
    }

    /// When the key's certificate ends; nothing where it cannot be read.
    pub fn ends(&self) -> Option<Timestamp> {
        let (_, certificate) = X509Certificate::from_der(self.chain.first()?).ok()?;
        Timestamp::from_second(certificate.validity().not_after.timestamp()).ok()
    }

    /// The certificates, in DER.
    pub fn chain(&self) -> &[Vec<u8>] {
        &self.chain
    }
}

impl fmt::Debug for AttestationKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AttestationKey({} certificates)", self.chain.len())
    }
}

impl EnterpriseAttestation {
    /// A key that identifies the installation: to the relying parties listed where a client asks for
    /// vendor-facilitated attestation, and to any where a managed client asks for platform-managed one.
    pub fn new(key: AttestationKey, rp_ids: Vec<String>) -> Self {
        Self { key, rp_ids }
    }

    pub(crate) fn lists(&self, rp_id: &str) -> bool {
        self.rp_ids.iter().any(|it| it == rp_id)
    }
}

impl Attestation {
    /// Credentials attest themselves.
    pub fn by_credentials() -> Self {
        Self::default()
    }

    /// To this relying party, the installation attests with the key that it has certified.
    #[must_use]
    pub fn issued_by(mut self, rp_id: &str, key: AttestationKey) -> Self {
        self.issued.insert(rp_id.to_owned(), key);
        self
    }

    /// The installation can identify itself; this has to be enabled as well, by `authenticatorConfig`.
    #[must_use]
    pub fn with_enterprise(self, enterprise: EnterpriseAttestation) -> Self {
        Self { enterprise: Some(enterprise), ..self }
    }

    pub(crate) fn enterprise(&self) -> Option<&EnterpriseAttestation> {
        self.enterprise.as_ref()
    }

    /// The statement about authenticator data and client data. A synced passkey has none: where its copies
    /// are is nothing that this installation knows.
    pub(crate) fn statement(
        &self,
        binding: Binding,
        attest: Attest,
        credential: &Credential,
        signed: &[u8],
    ) -> Result<Statement, Status> {
        let installation = match attest {
            Attest::Enterprise => self.enterprise.as_ref().map(|it| &it.key),
            Attest::Ordinarily => self.issued.get(&credential.rp.id),
        };
        let map = match (binding, installation) {
            (Binding::Synced, _) => {
                return Ok(Statement {
                    format: "none",
                    map: Map::new(),
                    attest: Attest::Ordinarily,
                });
            }
            (Binding::DeviceBound, Some(it)) => {
                let chain: Vec<Value> = it.chain.iter().map(|der| der.as_slice().into()).collect();
                packed(&it.key, signed)?.with("x5c", chain)
            }
            (Binding::DeviceBound, None) => packed(&credential.key, signed)?,
        };
        Ok(Statement { format: "packed", map, attest })
    }
}

fn packed(key: &SigningKey, signed: &[u8]) -> Result<Map, Status> {
    Ok(Map::new().with("alg", key.algorithm().number()).with("sig", key.sign(signed)?))
}

/// Whether a statement identifies the installation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Attest {
    Ordinarily,
    Enterprise,
}

/// An attestation statement.
pub(crate) struct Statement {
    pub(crate) format: &'static str,
    pub(crate) map: Map,
    pub(crate) attest: Attest,
}
