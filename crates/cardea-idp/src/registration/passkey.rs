//! Making a passkey.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cardea_policy::id::Aaguid;
use cardea_store as store;
use cardea_store::{AddedPasskey, AuditEntry};
use cardea_tenant::journey::means::{Means, MeansIndex};
use cardea_tenant::methods::{Attestation as Enforced, Attests, MethodKind, PasskeyProfile};
use cardea_tenant::tenant::Tenant;
use cardea_webauthn::options::CreationOptions;
use cardea_webauthn::registration::{self, CredentialFacts, Pending, Selection};
use cardea_webauthn::{
    Attestation, AttestationWish, BackupEligibility, BackupState, CeremonyError, CredentialId,
    Descriptor, NewCredential, RegistrationAnswer, RelyingParty, Start, Transport, Trust,
    UserEntity,
};
use jiff::Timestamp;
use serde_json::json;

use super::manage::{LONGEST_DEVICE, LONGEST_NAME};
use super::{Enrolment, Registered};
use crate::attestation::{self, Behind};
use crate::ceremony::{Ceremony, challenge_in};
use crate::decision::Registrable;
use crate::failure::Failure;
use crate::idp::Idp;
use crate::random;
use crate::shown::Proof;
use crate::sign_in::{Progress, bound, user_handle};
use crate::subject::{Subject, home};
use crate::text;

/// What people call a passkey that was just made, and where it is.
#[derive(Clone, Copy, Debug)]
pub struct Labels<'a> {
    /// What the person calls the passkey; empty for the name of its maker.
    pub name: &'a str,
    /// Name of the device and of the profile on it, where an app says so.
    pub device: Option<(&'a str, &'a str)>,
}

impl Labels<'_> {
    fn device(&self) -> Option<store::Device> {
        let plain = |text| text::plain(text, LONGEST_DEVICE);
        let (name, profile) = self.device?;
        let device = store::Device { name: plain(name), profile: plain(profile) };
        (!device.name.is_empty()).then_some(device)
    }
}

impl Idp {
    /// Asks the browser to make a passkey; `None` where none may be made now.
    ///
    /// # Errors
    /// The database failed, or there is no chance to be had.
    pub async fn ask_new_passkey(
        &self,
        progress: &Progress,
        now: Timestamp,
    ) -> Result<Option<Ceremony>, Failure> {
        let Some(subject) = &progress.subject else { return Ok(None) };
        if !is_open(progress) {
            return Ok(None);
        }
        let start = Start::random(now).map_err(|_| Failure::NoRandom)?;
        let tenant = progress.snapshot.tenant();
        let (options, pending) = options(self.relying_party(), (tenant, subject), start)?;
        let kept = (bound(progress, pending.challenge().as_bytes()), pending.expires_at());
        Ok(Some(self.begin_ceremony(&options.public_key, &pending, kept).await?))
    }

    /// Keeps the passkey that the browser or the app made, if all three questions are answered with yes.
    ///
    /// # Errors
    /// The database failed.
    pub async fn register_passkey(
        &self,
        progress: &Progress,
        (answer, labels): (&str, Labels<'_>),
        now: Timestamp,
    ) -> Result<Registered, Failure> {
        let Some(subject) = &progress.subject else { return Ok(Registered::NotNow) };
        if !is_open(progress) {
            return Ok(Registered::NotNow);
        }
        let answer = match RegistrationAnswer::parse(answer.as_bytes()) {
            Ok(answer) => answer,
            Err(error) => return Ok(Registered::Refused(error)),
        };
        let Some(challenge) = challenge_in(&answer.response.client_data_json) else {
            return Ok(Registered::ChallengeGone);
        };
        let Some(pending) = self.take_ceremony(&bound(progress, &challenge), now).await? else {
            return Ok(Registered::ChallengeGone);
        };
        let party = self.relying_party();
        let (trust, own) = self.trust_in_models().await?;
        let made = match registration::verify(party, pending, &answer, now, &trust) {
            Ok(made) => made,
            Err(error) => return Ok(Registered::Refused(error)),
        };
        if !allows(progress, subject, made.facts()) {
            tracing::info!(event = "passkey_not_allowed", aaguid = %made.facts().aaguid);
            return Ok(Registered::NotAllowed);
        }
        self.keep_passkey(progress, (&made, labels, &own), now).await
    }

    async fn keep_passkey(
        &self,
        progress: &Progress,
        (made, labels, own): (&NewCredential, Labels<'_>, &Trust),
        now: Timestamp,
    ) -> Result<Registered, Failure> {
        let Some(subject) = &progress.subject else { return Ok(Registered::NotNow) };
        let mut row = row(&subject.row.id, (made.facts(), labels.name), now)?;
        row.device = labels.device();
        let mut transaction = self.store().write().await?;
        // It is asked where the passkey is written, so that a revocation is before or after that.
        match attestation::behind(&mut transaction, (made.facts(), own), now).await? {
            Behind::Others => {}
            Behind::Ours(serial) => row.certificate = Some(serial),
            Behind::Revoked => {
                tracing::warn!(event = "passkey_with_a_revoked_certificate");
                return Ok(Registered::CertificateRevoked);
            }
        }
        let entry = AuditEntry {
            actor: subject.row.id.clone(),
            action: String::from("User registered security info"),
            target: subject.row.id.clone(),
            json: json!({
                "method": "fido2", "id": row.id, "aaGuid": row.aaguid,
                "certificate": row.certificate, "correlationId": progress.sign_in.correlation,
            })
            .to_string(),
        };
        let audited = transaction.audit(now, &entry).await?;
        if let Some(refused) = Registered::refusing(transaction.add_passkey(&audited, &row).await?)
        {
            return Ok(refused);
        }
        transaction.commit().await?;
        // Making it took presence and verification of its user, so it counts as shown.
        let proof = Proof::of_new_passkey(made, (&subject.row.id, &row.id), now);
        self.keep_shown(progress, proof).await?;
        Ok(Registered::Done { id: row.id })
    }
}

impl Registered {
    /// Why a passkey was not kept; `None` if it was.
    pub(crate) fn refusing(added: AddedPasskey) -> Option<Self> {
        match added {
            AddedPasskey::Stored => None,
            AddedPasskey::TooMany => Some(Self::TooMany),
            AddedPasskey::CredentialExists => {
                Some(Self::Refused(CeremonyError::credential_exists()))
            }
            AddedPasskey::NoSuchPerson => Some(Self::NotNow),
        }
    }
}

fn is_open(progress: &Progress) -> bool {
    matches!(progress.enrolment(), Enrolment::Open(offers) if offers.contains(&Registrable::Passkey))
}

/// The passkey profiles that count for a person; `None` where the tenant has no such policy.
pub(crate) fn profiles<'a>(
    tenant: &'a Tenant,
    subject: &Subject,
) -> Option<Vec<&'a PasskeyProfile>> {
    let methods = tenant.methods.as_ref()?;
    let configuration = methods.configurations.get(&MethodKind::Fido2)?;
    let targets = configuration.targets(&subject.person);
    Some(targets.into_iter().flat_map(|target| methods.passkeys.profiles_of(target)).collect())
}

/// What to ask of an authenticator for a person, and what to keep until it answers.
pub(crate) fn options(
    party: &RelyingParty,
    (tenant, subject): (&Tenant, &Subject),
    start: Start,
) -> Result<(CreationOptions, Pending), Failure> {
    let user = UserEntity {
        id: user_handle(&subject.row.id)?,
        name: subject.row.upn.as_str().to_owned(),
        display_name: subject.row.display_name.clone(),
    };
    let known: Vec<Descriptor> = subject.holdings.passkeys.iter().filter_map(descriptor).collect();
    let selection = Selection { attestation: wish(tenant, subject), ..Selection::default() };
    Ok(registration::options(party, user, &known, &selection, start))
}

/// Attestation is asked for where some profile of the person checks it; it is a must where all do.
fn wish(tenant: &Tenant, subject: &Subject) -> AttestationWish {
    let profiles = profiles(tenant, subject).unwrap_or_default();
    let checks = |profile: &&PasskeyProfile| profile.attestation == Enforced::RegistrationOnly;
    if profiles.is_empty() || !profiles.iter().any(checks) {
        AttestationWish::None
    } else if profiles.iter().all(checks) {
        AttestationWish::Required
    } else {
        AttestationWish::IfOffered
    }
}

/// Whether the methods policy allows the person this very passkey, and the journey such a one.
fn allows(progress: &Progress, subject: &Subject, facts: &CredentialFacts) -> bool {
    let (method, _) = method_of(&progress.snapshot.book.means, facts);
    method.is_some_and(|method| progress.open_to().contains(&method))
        && is_in_a_profile(progress.snapshot.tenant(), subject, facts)
}

/// Which of the methods that are told apart a new passkey is, and whether it proves its model.
pub(crate) fn method_of(means: &Means, facts: &CredentialFacts) -> (Option<MeansIndex>, Attests) {
    let model = Aaguid::parse(&facts.aaguid.to_string());
    (means.passkey(home(model, backup(facts)), model), attests(facts))
}

/// Whether some profile of the person registers this very passkey.
pub(crate) fn is_in_a_profile(tenant: &Tenant, subject: &Subject, facts: &CredentialFacts) -> bool {
    let model = Aaguid::parse(&facts.aaguid.to_string());
    let kind = home(model, backup(facts)).kind();
    profiles(tenant, subject)
        .is_none_or(|profiles| profiles.iter().any(|it| it.registers(model, kind, attests(facts))))
}

fn attests(facts: &CredentialFacts) -> Attests {
    match facts.attestation {
        Attestation::Proven { .. } => Attests::Yes,
        Attestation::None | Attestation::SelfSigned | Attestation::Unproven(_) => Attests::No,
    }
}

/// The row of a passkey that was just made.
pub(crate) fn row(
    person: &str,
    (facts, name): (&CredentialFacts, &str),
    now: Timestamp,
) -> Result<store::Passkey, Failure> {
    let provider = facts.aaguid.provider().unwrap_or("Passkey");
    let name = text::plain(name, LONGEST_NAME);
    let transports = serde_json::to_string(&facts.transports);
    Ok(store::Passkey {
        id: random::guid()?,
        person: person.to_owned(),
        credential_id: facts.id.as_bytes().to_vec(),
        public_key: URL_SAFE_NO_PAD.encode(facts.public_key.as_cose()),
        sign_count: facts.sign_count,
        aaguid: facts.aaguid.to_string(),
        attestation: match facts.attestation {
            Attestation::Proven { .. } => store::Attestation::Proven,
            Attestation::None | Attestation::SelfSigned | Attestation::Unproven(_) => {
                store::Attestation::Unproven
            }
        },
        backup: backup(facts),
        transports: transports.map_err(Failure::unreadable("a passkey"))?,
        name: if name.is_empty() { provider.to_owned() } else { name },
        created: now,
        last_used: None,
        flagged: None,
        device: None,
        certificate: None,
    })
}

fn backup(facts: &CredentialFacts) -> store::Backup {
    match (facts.backup_eligibility, facts.backup_state) {
        (BackupEligibility::NotEligible, _) => store::Backup::DeviceBound,
        (BackupEligibility::Eligible, BackupState::BackedUp) => store::Backup::BackedUp,
        (BackupEligibility::Eligible, BackupState::NotBackedUp) => store::Backup::Eligible,
    }
}

fn descriptor(passkey: &store::Passkey) -> Option<Descriptor> {
    let transports: Vec<Transport> = serde_json::from_str(&passkey.transports).unwrap_or_default();
    Some(Descriptor::new(CredentialId::new(&passkey.credential_id).ok()?, transports))
}
