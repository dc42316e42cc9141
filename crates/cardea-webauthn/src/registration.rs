//! Making a passkey: WebAuthn §7.1, *Registering a New Credential*.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::answer::{self, RegistrationAnswer};
use crate::attestation::{self, Attestation, AttestationWish};
use crate::attestation_object;
use crate::authenticator_data::{self, UserVerification, UserVerificationWish};
use crate::authenticator_data::{AuthenticatorData, BackupEligibility, BackupState};
use crate::client_data;
use crate::error::{CeremonyError, Checked, Code, require};
use crate::models::Aaguid;
use crate::options::{
    Attachment, AuthenticatorSelection, CreationExtensions, CreationOptions, Descriptor,
    KeyParameters, PublicKeyCreationOptions, ResidentKeyWish, RpEntity, Start, Transport,
    UserEntity, check_expiry, timeout,
};
use crate::public_key::{Algorithm, PublicKey};
use crate::relying_party::RelyingParty;
use crate::trust::Trust;
use crate::value::{Challenge, CredentialId, UserHandle};
use crate::{StoredCredential, sha256};

/// What kind of passkey is wanted.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Selection {
    /// How the authenticator is attached; `None` leaves it to the person.
    pub attachment: Option<Attachment>,
    /// Whether it must be discoverable.
    pub resident_key: ResidentKeyWish,
    /// Whether the user must be verified.
    pub user_verification: UserVerificationWish,
    /// Whether the model must be proved.
    pub attestation: AttestationWish,
}

/// A registration that waits for the browser's answer.
///
/// The caller keeps it, away from the browser, and takes it out of its keeping when an answer
/// comes: [`verify`] consumes it, so that one challenge can be answered once.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pending {
    challenge: Challenge,
    expires_at: Timestamp,
    user: UserHandle,
    algorithms: Vec<Algorithm>,
    exclude: Vec<CredentialId>,
    resident_key: ResidentKeyWish,
    user_verification: UserVerificationWish,
    attestation: AttestationWish,
}

impl Pending {
    /// The challenge: a good name to keep this under.
    pub fn challenge(&self) -> &Challenge {
        &self.challenge
    }

    /// From when on no answer is taken; Graph's `challengeTimeoutDateTime`.
    pub fn expires_at(&self) -> Timestamp {
        self.expires_at
    }

    /// The same, with an answer taken until then instead of for [`LIFETIME`](crate::options::LIFETIME): whoever
    /// provisions passkeys makes many of them before sending any.
    #[must_use]
    pub fn awaited_until(self, expires_at: Timestamp) -> Self {
        Self { expires_at, ..self }
    }

    /// Whom the passkey is for.
    pub fn user(&self) -> &UserHandle {
        &self.user
    }
}

/// A passkey that was just made, with all of §7.1 behind it but step 26: whoever stores it finds
/// out, in the same transaction, whether the id is taken.
///
/// It is a proof. Only [`verify`] makes one, and it cannot be copied.
#[derive(Debug)]
pub struct NewCredential {
    facts: CredentialFacts,
}

/// What is known of a new credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CredentialFacts {
    /// Its id.
    pub id: CredentialId,
    /// Whose it is.
    pub user: UserHandle,
    /// Its public key.
    pub public_key: PublicKey,
    /// The counter to begin with.
    pub sign_count: u32,
    /// The model. Proved only if `attestation` is [`Attestation::Proven`].
    pub aaguid: Aaguid,
    /// What stands behind the model.
    pub attestation: Attestation,
    /// Whether it is a synced passkey or bound to its device.
    pub backup_eligibility: BackupEligibility,
    /// Whether it is backed up now.
    pub backup_state: BackupState,
    /// Whether the user was verified.
    pub user_verification: UserVerification,
    /// How the authenticator can be reached.
    pub transports: Vec<Transport>,
    /// How it is attached, if the client says.
    pub attachment: Option<Attachment>,
}

impl NewCredential {
    /// What is known of it.
    pub fn facts(&self) -> &CredentialFacts {
        &self.facts
    }

    /// What later ceremonies need of it.
    pub fn to_stored(&self) -> StoredCredential {
        StoredCredential {
            id: self.facts.id.clone(),
            user: self.facts.user.clone(),
            public_key: self.facts.public_key.clone(),
            sign_count: self.facts.sign_count,
            backup_eligibility: self.facts.backup_eligibility,
        }
    }
}

/// §7.1 steps 1 and 2: options for the browser, and what to keep until it answers.
pub fn options(
    rp: &RelyingParty,
    user: UserEntity,
    exclude: &[Descriptor],
    selection: &Selection,
    start: Start,
) -> (CreationOptions, Pending) {
    let pending = Pending {
        expires_at: start.expires_at(),
        challenge: start.challenge.clone(),
        user: user.id.clone(),
        algorithms: Algorithm::ALL.to_vec(),
        exclude: exclude.iter().map(|known| known.id.clone()).collect(),
        resident_key: selection.resident_key,
        user_verification: selection.user_verification,
        attestation: selection.attestation,
    };
    let public_key = PublicKeyCreationOptions {
        rp: RpEntity { id: rp.id().to_owned(), name: rp.name().to_owned() },
        user,
        challenge: start.challenge,
        pub_key_cred_params: pending.algorithms.iter().copied().map(KeyParameters::new).collect(),
        timeout: timeout(),
        exclude_credentials: exclude.to_vec(),
        authenticator_selection: AuthenticatorSelection {
            authenticator_attachment: selection.attachment,
            resident_key: selection.resident_key,
            require_resident_key: selection.resident_key == ResidentKeyWish::Required,
            user_verification: selection.user_verification,
        },
        attestation: selection.attestation.conveyance(),
        extensions: CreationExtensions { cred_props: true },
    };
    (CreationOptions { public_key }, pending)
}

/// §7.1 steps 3 to 28, but 26: what the browser's answer proves. The first step that is not
/// satisfied refuses, with a code of its own.
pub fn verify(
    rp: &RelyingParty,
    pending: Pending,
    answer: &RegistrationAnswer,
    now: Timestamp,
    trust: &Trust,
) -> Result<NewCredential, CeremonyError> {
    check_expiry(pending.expires_at, now)?;
    let id = answer::credential_id(&answer.id, answer.raw_id.as_deref(), answer.kind.as_deref())?;
    let client_data = answer::part(&answer.response.client_data_json, "`clientDataJSON`")?;
    let object = answer::part(&answer.response.attestation_object, "`attestationObject`")?;
    check_client_data(rp, &pending, &client_data)?;
    let object = attestation_object::parse(&object)?;
    let data = authenticator_data::parse(object.auth_data)?;
    check_authenticator_data(rp, &pending, &data)?;
    let reason = "the authenticator data of a registration have no credential";
    let attested = data
        .attested
        .as_ref()
        .ok_or_else(|| CeremonyError::new(Code::AuthenticatorData, reason))?;
    let public_key = PublicKey::from_cose(attested.public_key)?;
    check_algorithm(&pending, &public_key)?;
    let attestation = attestation::assess(
        &attestation::Input {
            format: object.format,
            statement: object.statement,
            auth_data: object.auth_data,
            rp_id_hash: &data.rp_id_hash,
            credential: attested,
            public_key: &public_key,
            client_data_hash: sha256(&client_data),
        },
        pending.attestation,
        trust,
        now,
    )?;
    check_credential_id(&pending, attested.id, &id)?;
    check_extensions(&pending, answer)?;
    let facts = CredentialFacts {
        id,
        user: pending.user,
        public_key,
        sign_count: data.sign_count,
        aaguid: attested.aaguid,
        attestation,
        backup_eligibility: data.backup_eligibility,
        backup_state: data.backup_state,
        user_verification: data.verification,
        transports: answer
            .response
            .transports
            .iter()
            .filter_map(|name| Transport::named(name))
            .collect(),
        attachment: answer.authenticator_attachment.as_deref().and_then(Attachment::named),
    };
    Ok(NewCredential { facts })
}

/// §7.1 steps 5 to 11.
fn check_client_data(rp: &RelyingParty, pending: &Pending, bytes: &[u8]) -> Checked {
    let client_data = client_data::parse(bytes)?;
    client_data.check_type("webauthn.create")?;
    client_data.check_challenge(&pending.challenge)?;
    client_data.check_origin(rp)?;
    client_data.check_cross_origin(rp)?;
    client_data.check_top_origin(rp)
}

/// §7.1 steps 14 to 17. Steps 18 and 19 are the caller's: which passkeys are allowed.
fn check_authenticator_data(
    rp: &RelyingParty,
    pending: &Pending,
    data: &AuthenticatorData<'_>,
) -> Checked {
    data.check_rp_id_hash(rp)?;
    data.check_presence()?;
    data.check_verification(pending.user_verification)?;
    data.check_backup_flags()
}

/// §7.1 step 20: the key's algorithm is one of those that were offered.
fn check_algorithm(pending: &Pending, key: &PublicKey) -> Checked {
    let offered = pending.algorithms.contains(&key.algorithm());
    require(offered, Code::AlgorithmNotOffered, "the public key's algorithm was not offered")
}

/// §7.1 step 25; that the answer and the authenticator mean the same credential; and that it is
/// none of those that were excluded, which a client must see to (§5.1.3).
fn check_credential_id(pending: &Pending, attested: &[u8], id: &CredentialId) -> Checked {
    AuthenticatorData::check_credential_id(attested)?;
    let reason = "`id` is not the id of the credential that the authenticator made";
    require(attested == id.as_bytes(), Code::Answer, reason)?;
    let reason = "the client made a passkey with an authenticator that has one already";
    require(!pending.exclude.contains(id), Code::CredentialExcluded, reason)
}

/// §7.1 step 28: of the extensions only `credProps` is asked for and read; others are left alone.
fn check_extensions(pending: &Pending, answer: &RegistrationAnswer) -> Checked {
    let Some(results) = answer::extensions(&answer.client_extension_results)? else {
        return Ok(());
    };
    let Some(properties) = results.get("credProps") else { return Ok(()) };
    let reason = "`credProps` is not an object with a truth value `rk`";
    require(properties.is_object(), Code::Extensions, reason)?;
    let Some(resident) = properties.get("rk") else { return Ok(()) };
    let resident =
        resident.as_bool().ok_or_else(|| CeremonyError::new(Code::Extensions, reason))?;
    let fine = match pending.resident_key {
        ResidentKeyWish::Required => resident,
        ResidentKeyWish::Preferred | ResidentKeyWish::Discouraged => true,
    };
    require(
        fine,
        Code::ResidentKey,
        "the client made a passkey that cannot be found without its id",
    )
}
