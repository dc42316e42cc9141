//! Using a passkey: WebAuthn §7.2, *Verifying an Authentication Assertion*.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::answer::{self, AuthenticationAnswer};
use crate::authenticator_data::{
    self, AuthenticatorData, BackupEligibility, BackupState, UserVerification, UserVerificationWish,
};
use crate::client_data;
use crate::error::{CeremonyError, Checked, Code, require};
use crate::options::{
    Attachment, Descriptor, Mediation, PublicKeyRequestOptions, RequestOptions, Start,
    check_expiry, timeout,
};
use crate::public_key::PublicKey;
use crate::relying_party::RelyingParty;
use crate::sha256;
use crate::value::{Challenge, CredentialId, UserHandle};

/// Whose passkey is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Who {
    /// Anybody's: the answer names the person.
    #[default]
    Anybody,
    /// That of the person with this handle, who was identified before.
    Only(UserHandle),
}

/// How a passkey is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Wish {
    /// Whose.
    pub who: Who,
    /// Whether the user must be verified.
    pub user_verification: UserVerificationWish,
    /// How the browser asks.
    pub mediation: Mediation,
}

/// An authentication that waits for the browser's answer. Kept and consumed like
/// [`registration::Pending`](crate::registration::Pending).
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pending {
    challenge: Challenge,
    expires_at: Timestamp,
    who: Who,
    allow: Vec<CredentialId>,
    user_verification: UserVerificationWish,
}

impl Pending {
    /// The challenge: a good name to keep this under.
    pub fn challenge(&self) -> &Challenge {
        &self.challenge
    }

    /// From when on no answer is taken.
    pub fn expires_at(&self) -> Timestamp {
        self.expires_at
    }

    /// Whose passkey is asked for.
    pub fn who(&self) -> &Who {
        &self.who
    }
}

/// What is kept of a credential for later ceremonies (WebAuthn §4, *credential record*).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredCredential {
    /// Its id.
    pub id: CredentialId,
    /// Whose it is.
    pub user: UserHandle,
    /// Its public key.
    pub public_key: PublicKey,
    /// The counter as of the last ceremony.
    pub sign_count: u32,
    /// Whether it is a synced passkey or bound to its device; this never changes.
    pub backup_eligibility: BackupEligibility,
}

/// Proof that somebody held a credential's key just now, with all of §7.2 behind it.
///
/// Only [`verify`] makes one, and it cannot be copied.
#[derive(Debug)]
pub struct VerifiedAssertion {
    facts: AssertionFacts,
}

/// What an assertion says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssertionFacts {
    /// The credential.
    pub id: CredentialId,
    /// Whose it is.
    pub user: UserHandle,
    /// The counter to store (§7.2 step 24).
    pub sign_count: u32,
    /// Whether it is backed up now; to store as well.
    pub backup_state: BackupState,
    /// Whether the user was verified.
    pub user_verification: UserVerification,
    /// How the authenticator is attached, if the client says.
    pub attachment: Option<Attachment>,
}

impl VerifiedAssertion {
    /// What it says.
    pub fn facts(&self) -> &AssertionFacts {
        &self.facts
    }
}

/// §7.2 steps 1 and 2: options for the browser, and what to keep until it answers. An empty list
/// asks for any discoverable credential.
pub fn options(
    rp: &RelyingParty,
    allow: &[Descriptor],
    wish: &Wish,
    start: Start,
) -> (RequestOptions, Pending) {
    let pending = Pending {
        expires_at: start.expires_at(),
        challenge: start.challenge.clone(),
        who: wish.who.clone(),
        allow: allow.iter().map(|known| known.id.clone()).collect(),
        user_verification: wish.user_verification,
    };
    let public_key = PublicKeyRequestOptions {
        challenge: start.challenge,
        timeout: timeout(),
        rp_id: rp.id().to_owned(),
        allow_credentials: allow.to_vec(),
        user_verification: wish.user_verification,
    };
    (RequestOptions { public_key, mediation: wish.mediation }, pending)
}

/// Which credential an answer is said to be by, and whose: for looking it up. Proves nothing.
pub fn claimed(
    answer: &AuthenticationAnswer,
) -> Result<(CredentialId, Option<UserHandle>), CeremonyError> {
    let id = answer::credential_id(&answer.id, answer.raw_id.as_deref(), answer.kind.as_deref())?;
    let handle = answer.response.user_handle.as_deref().filter(|handle| !handle.is_empty());
    Ok((id, handle.map(UserHandle::parse).transpose()?))
}

/// §7.2 steps 3 to 25: what the browser's answer proves. `stored` is the credential with the id
/// that is [`claimed`], or nothing where there is none. The first step that is not satisfied
/// refuses, with a code of its own.
#[expect(
    clippy::needless_pass_by_value,
    reason = "consumed, so that one challenge is answered once"
)]
pub fn verify(
    rp: &RelyingParty,
    pending: Pending,
    answer: &AuthenticationAnswer,
    stored: Option<&StoredCredential>,
    now: Timestamp,
) -> Result<VerifiedAssertion, CeremonyError> {
    check_expiry(pending.expires_at, now)?;
    let (id, handle) = claimed(answer)?;
    check_allowed(&pending, &id)?;
    let stored = check_owner(&pending, stored.filter(|stored| stored.id == id), handle.as_ref())?;
    let client_data = answer::part(&answer.response.client_data_json, "`clientDataJSON`")?;
    let auth_data = answer::part(&answer.response.authenticator_data, "`authenticatorData`")?;
    let signature = answer::part(&answer.response.signature, "`signature`")?;
    check_client_data(rp, &pending, &client_data)?;
    let data = authenticator_data::parse(&auth_data)?;
    check_authenticator_data(rp, &pending, &data)?;
    check_backup(stored, &data)?;
    check_signature(stored, &auth_data, &client_data, &signature)?;
    check_counter(stored, &data)?;
    answer::extensions(&answer.client_extension_results)?;
    let facts = AssertionFacts {
        id,
        user: stored.user.clone(),
        sign_count: data.sign_count,
        backup_state: data.backup_state,
        user_verification: data.verification,
        attachment: answer.authenticator_attachment.as_deref().and_then(Attachment::named),
    };
    Ok(VerifiedAssertion { facts })
}

/// §7.2 step 5: if credentials were named, it is one of them.
fn check_allowed(pending: &Pending, id: &CredentialId) -> Checked {
    let allowed = pending.allow.is_empty() || pending.allow.contains(id);
    require(
        allowed,
        Code::CredentialNotAllowed,
        "the passkey is not one of those that were asked for",
    )
}

/// §7.2 step 6: the credential is known and belongs to the person who was identified before, or
/// to the one whom the answer names; and where both are there, they are the same.
fn check_owner<'a>(
    pending: &Pending,
    stored: Option<&'a StoredCredential>,
    handle: Option<&UserHandle>,
) -> Checked<&'a StoredCredential> {
    let reason = "nobody has this passkey; it may have been removed here and kept by its provider";
    let stored = stored.ok_or_else(|| CeremonyError::new(Code::UnknownCredential, reason))?;
    let owner = match (&pending.who, handle) {
        (Who::Anybody, None) => {
            let reason =
                "the answer does not say whose the passkey is, and nobody was named before";
            return Err(CeremonyError::new(Code::UserHandleMissing, reason));
        }
        (Who::Anybody, Some(named)) => *named == stored.user,
        (Who::Only(expected), None) => *expected == stored.user,
        (Who::Only(expected), Some(named)) => *expected == stored.user && named == expected,
    };
    require(owner, Code::CredentialNotOwned, "the passkey belongs to somebody else")?;
    Ok(stored)
}

/// §7.2 steps 8 to 14.
fn check_client_data(rp: &RelyingParty, pending: &Pending, bytes: &[u8]) -> Checked {
    let client_data = client_data::parse(bytes)?;
    client_data.check_type("webauthn.get")?;
    client_data.check_challenge(&pending.challenge)?;
    client_data.check_origin(rp)?;
    client_data.check_cross_origin(rp)?;
    client_data.check_top_origin(rp)
}

/// §7.2 steps 15 to 18.
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

/// §7.2 step 19: a credential does not become a synced one, nor stop being one.
fn check_backup(stored: &StoredCredential, data: &AuthenticatorData<'_>) -> Checked {
    let same = stored.backup_eligibility == data.backup_eligibility;
    require(same, Code::BackupFlags, "the passkey has changed whether it can be backed up")
}

/// §7.2 steps 20 and 21: the signature is over the authenticator data and the hash of the client
/// data.
fn check_signature(
    stored: &StoredCredential,
    auth_data: &[u8],
    client_data: &[u8],
    signature: &[u8],
) -> Checked {
    let message = [auth_data, sha256(client_data).as_slice()].concat();
    let fine = stored.public_key.verifies(&message, signature);
    require(fine, Code::Signature, "the signature was not made by this passkey over this answer")
}

/// §7.2 step 22: where either side counts, the counter went up.
fn check_counter(stored: &StoredCredential, data: &AuthenticatorData<'_>) -> Checked {
    let counts = data.sign_count != 0 || stored.sign_count != 0;
    let reason = "the passkey's counter did not go up; there may be a copy of its key";
    require(!counts || data.sign_count > stored.sign_count, Code::CounterRegression, reason)
}
