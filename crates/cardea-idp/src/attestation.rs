//! Attestation of the tenant's own: it certifies the keys of installations of Authenticator, so that
//! *passkey in Authenticator* is proven and not only said.
//!
//! A certificate that ships with a program proves nothing, since everybody can take it out. So each
//! installation makes a key, and asks for a certificate while somebody is signed in who has just shown
//! a pass or a passkey. What is certified is that the app with this key said to be of this model then.
//! Certificates are kept, can be revoked, and one that is not kept is not believed.

mod authority;
mod request;

use std::collections::BTreeMap;

use cardea_policy::conditions::platform::Platform;
use cardea_store::{
    AttestationCertificate, AuditEntry, Audited, Change, Limit, Put, Transaction, Verdict,
};
use cardea_tenant::journey::step::FRESH_MINUTES;
use cardea_webauthn::registration::CredentialFacts;
use cardea_webauthn::{Aaguid, Attestation, Trust};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

pub use request::NotACertificateRequest;

use self::authority::Authority;
use self::request::InstallationKey;
use crate::client;
use crate::decision::Next;
use crate::failure::Failure;
use crate::idp::Idp;
use crate::shown::{Method, Shown};
use crate::sign_in::{Progress, Purpose, Stage};
use crate::subject::Subject;

/// How many certificates one person may ask for.
const MOST: Limit = Limit {
    attempts: 20,
    window: SignedDuration::from_hours(24),
    lock: SignedDuration::from_hours(24),
};

/// What became of a request for a certificate.
#[derive(Debug)]
pub enum Certified {
    /// It is issued: certificates in DER, that of the installation first and the root left out.
    Done {
        /// The certificates.
        chain: Vec<Vec<u8>>,
    },
    /// Nobody is signed in to Authenticator who has just shown a pass or a passkey.
    NotNow,
    /// The request is not one.
    Malformed(NotACertificateRequest),
    /// The person had as many as they may have.
    TooMany {
        /// When they may ask again.
        until: Timestamp,
    },
}

/// A certificate, and who has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// The record.
    pub record: AttestationCertificate,
    /// User principal name, or the object id where the person is gone.
    pub person: String,
}

/// What a revocation was about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Revoked {
    /// The certificate is revoked. Passkeys that were made with it stay as they are.
    Done {
        /// Whose passkeys they are, by user principal name, and what they are called.
        passkeys: Vec<(String, String)>,
    },
    /// There is no such certificate.
    Absent,
}

/// What stands behind a passkey's model, as far as this tenant has certified it.
pub(crate) enum Behind {
    /// No certificate of this tenant.
    Others,
    /// The certificate with this serial number.
    Ours(String),
    /// One that is revoked, or that is not among those that were issued.
    Revoked,
}

impl Idp {
    /// Certifies the key of an installation of Authenticator, in which somebody has just signed in.
    ///
    /// # Errors
    /// The database failed, or there is no chance to be had.
    pub async fn certify(
        &self,
        progress: &Progress,
        request: &[u8],
        now: Timestamp,
    ) -> Result<Certified, Failure> {
        let Some(subject) = entitled(progress, now) else { return Ok(Certified::NotNow) };
        let key = match InstallationKey::of(request) {
            Ok(key) => key,
            Err(error) => return Ok(Certified::Malformed(error)),
        };
        if let Some(until) = self.count_certificate(subject, now).await? {
            return Ok(Certified::TooMany { until });
        }
        let platform = progress.place.platform();
        let mut transaction = self.store().write().await?;
        let entry = entry(&subject.row.id, "Issue Attestation Certificate", &subject.row.id);
        let audited = transaction.audit(now, &entry).await?;
        let authority = authority(&mut transaction, &audited, now).await?;
        let tenant = &progress.snapshot.row.display_name;
        let issued = authority.issue(&key, (tenant, model(platform)), now)?;
        let record = AttestationCertificate {
            serial: issued.serial,
            person: subject.row.id.clone(),
            platform: platform.text().to_owned(),
            issued: now,
            ends: issued.ends,
            revoked: None,
        };
        let added = transaction.add_attestation_certificate(&audited, (&record, &issued.der));
        if added.await? == Put::Exists {
            // A serial number is 127 bits of chance, so this is a source of chance that is broken.
            return Err(Failure::NoRandom);
        }
        transaction.commit().await?;
        tracing::info!(event = "attestation_certificate_issued", serial = record.serial);
        Ok(Certified::Done { chain: vec![issued.der] })
    }

    /// Counts a request before it is granted; when the next may be made, where there were too many.
    async fn count_certificate(
        &self,
        subject: &Subject,
        now: Timestamp,
    ) -> Result<Option<Timestamp>, Failure> {
        let key = format!("attestation:{}", subject.row.id);
        let mut transaction = self.store().write().await?;
        let verdict = transaction.count_attempt(&key, &MOST, now).await?;
        transaction.commit().await?;
        Ok(match verdict {
            Verdict::Go { .. } => None,
            Verdict::Locked { until } => Some(until),
        })
    }

    /// All certificates that were issued, the latest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn certificates(&self) -> Result<Vec<Certificate>, Failure> {
        let mut reader = self.store().read().await?;
        let mut names: BTreeMap<String, String> = BTreeMap::new();
        let mut certificates = Vec::new();
        for record in reader.attestation_certificates().await? {
            if !names.contains_key(&record.person) {
                let row = reader.person(&record.person).await?;
                let name = row.map_or(record.person.clone(), |row| row.upn.as_str().to_owned());
                names.insert(record.person.clone(), name);
            }
            let person = names.get(&record.person).cloned().unwrap_or_default();
            certificates.push(Certificate { record, person });
        }
        Ok(certificates)
    }

    /// Revokes a certificate: nothing is registered with it any more. What was registered with it is
    /// told, for somebody to decide.
    ///
    /// # Errors
    /// The database failed.
    pub async fn revoke_certificate(
        &self,
        serial: &str,
        now: Timestamp,
    ) -> Result<Revoked, Failure> {
        let mut transaction = self.store().write().await?;
        let entry = entry("cardea attestation revoke", "Revoke Attestation Certificate", serial);
        let audited = transaction.audit(now, &entry).await?;
        let change = transaction.revoke_attestation_certificate(&audited, serial, now).await?;
        if change == Change::Absent {
            return Ok(Revoked::Absent);
        }
        let mut passkeys = Vec::new();
        for passkey in transaction.passkeys_by_certificate(serial).await? {
            let row = transaction.person(&passkey.person).await?;
            let person = row.map_or(passkey.person, |row| row.upn.as_str().to_owned());
            passkeys.push((person, passkey.name));
        }
        transaction.commit().await?;
        Ok(Revoked::Done { passkeys })
    }

    /// Whom a registration believes about models: the roots that whoever runs the tenant gave, and
    /// beside them the tenant's own, about Authenticator of Cardea.
    pub(crate) async fn trust_in_models(&self) -> Result<(Trust, Trust), Failure> {
        let roots = self.store().read().await?.attestation_roots().await?;
        let models = [Platform::Android, Platform::Ios, Platform::Linux].map(model);
        let broken = |error: cardea_webauthn::TrustError| Failure::Key(error.to_string());
        let own = Trust::nobody().and_about(&models, &roots).map_err(broken)?;
        let all = self.trust().clone().and_about(&models, &roots).map_err(broken)?;
        Ok((all, own))
    }
}

/// What of the tenant's own stands behind a passkey that was just made.
pub(crate) async fn behind(
    transaction: &mut Transaction,
    (facts, own): (&CredentialFacts, &Trust),
    now: Timestamp,
) -> Result<Behind, Failure> {
    let Attestation::Proven { chain, .. } = &facts.attestation else { return Ok(Behind::Others) };
    if !own.vouches_for(facts.aaguid, chain, now) {
        return Ok(Behind::Others);
    }
    let Some(leaf) = chain.first() else { return Ok(Behind::Others) };
    let record = transaction.attestation_certificate(leaf).await?;
    Ok(match record {
        Some(record) if record.revoked.is_none() => Behind::Ours(record.serial),
        Some(_) | None => Behind::Revoked,
    })
}

/// The authority that certifies at this time; a new one where there is none that lasts.
async fn authority(
    transaction: &mut Transaction,
    audited: &Audited,
    now: Timestamp,
) -> Result<Authority, Failure> {
    let found = transaction.attestation_authority().await?;
    let lasting = found.filter(|row| authority::outlasts_its_certificates(row, now));
    if let Some(row) = lasting {
        return Authority::parse(&row);
    }
    let new = Authority::generate(now)?;
    transaction.add_attestation_authority(audited, &new.row()).await?;
    Ok(new)
}

/// Whoever is signed in to Authenticator and has just shown a pass or a passkey in it.
fn entitled(progress: &Progress, now: Timestamp) -> Option<&Subject> {
    let just = |shown: &Shown| {
        let age = now.duration_since(shown.at);
        matches!(shown.method, Method::Pass { .. } | Method::Passkey { .. })
            && shown.at >= progress.sign_in.began
            && !age.is_negative()
            && age <= SignedDuration::from_mins(i64::from(FRESH_MINUTES))
    };
    let granted = matches!(progress.stage, Stage::Known(Next::Granted))
        && matches!(progress.sign_in.purpose, Purpose::Authenticator)
        && progress.sign_in.shown.iter().any(just);
    progress.subject.as_ref().filter(|_| granted)
}

/// The model that Authenticator is on a platform.
fn model(platform: Platform) -> Aaguid {
    Aaguid::from_bytes(client::authenticator_model(platform).0.to_be_bytes())
}

fn entry(actor: &str, action: &str, target: &str) -> AuditEntry {
    AuditEntry {
        actor: actor.to_owned(),
        action: action.to_owned(),
        target: target.to_owned(),
        json: json!({}).to_string(),
    }
}
