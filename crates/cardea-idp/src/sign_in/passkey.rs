//! Signing in with a passkey.

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cardea_store as store;
use cardea_store::{Counted, PasskeyUse, SecretHash};
use cardea_webauthn::authentication::{self, Who, Wish};
use cardea_webauthn::{
    AuthenticationAnswer, BackupEligibility, BackupState, CeremonyError, Code, CredentialId,
    Mediation, PublicKey, Start, StoredCredential, UserHandle,
};
use jiff::Timestamp;

use super::prove::Attempt;
use super::{Progress, SignIn};
use crate::ceremony::{Ceremony, challenge_in};
use crate::decision::Way;
use crate::failure::Failure;
use crate::idp::Idp;
use crate::shown::Proof;

impl Idp {
    /// Asks for a passkey: of whoever is known, or of anybody. No list of passkeys is sent, so the
    /// question says nothing about the name that was typed.
    ///
    /// # Errors
    /// The database failed, or there is no chance to be had.
    pub async fn ask_passkey(
        &self,
        progress: &Progress,
        mediation: Mediation,
        now: Timestamp,
    ) -> Result<Ceremony, Failure> {
        let start = Start::random(now).map_err(|_| Failure::NoRandom)?;
        let who = match &progress.subject {
            Some(subject) => Who::Only(user_handle(&subject.row.id)?),
            None => Who::Anybody,
        };
        let wish = Wish { who, mediation, ..Wish::default() };
        let (options, pending) = authentication::options(self.relying_party(), &[], &wish, start);
        let kept = (bound(progress, pending.challenge().as_bytes()), pending.expires_at());
        self.begin_ceremony(&options.public_key, &pending, kept).await
    }

    /// Takes the browser's answer. The challenge is used up whatever the answer is worth.
    ///
    /// # Errors
    /// The database failed.
    pub async fn show_passkey(
        &self,
        progress: &Progress,
        answer: &str,
        now: Timestamp,
    ) -> Result<Attempt, Failure> {
        if !progress.allows(Way::Passkey) {
            return Ok(Attempt::Stale);
        }
        let answer = match AuthenticationAnswer::parse(answer.as_bytes()) {
            Ok(answer) => answer,
            Err(error) => return Ok(Attempt::Refused(error)),
        };
        let Some(challenge) = challenge_in(&answer.response.client_data_json) else {
            return Ok(Attempt::ChallengeGone);
        };
        let Some(pending) = self.take_ceremony(&bound(progress, &challenge), now).await? else {
            return Ok(Attempt::ChallengeGone);
        };
        let verified = match self.verify(progress, pending, &answer, now).await? {
            Ok(verified) => verified,
            Err(error) => {
                self.note_regression(&error, &answer, now).await?;
                return Ok(Attempt::Refused(error));
            }
        };
        let (assertion, passkey) = verified;
        let Some(proof) = Proof::of_passkey(&assertion, &passkey, now) else {
            return Ok(Attempt::Wrong);
        };
        let used = PasskeyUse {
            id: passkey.id.clone(),
            expected: passkey.sign_count,
            sign_count: assertion.facts().sign_count,
            backup: backup(passkey.backup, assertion.facts().backup_state),
        };
        let mut transaction = self.store().write().await?;
        if transaction.advance_passkey(&used).await? == Counted::Overtaken {
            return Ok(Attempt::ChallengeGone);
        }
        transaction.commit().await?;
        let owner = proof.person().to_owned();
        // A passkey names its owner; a name that was typed before has to be theirs.
        let sign_in = SignIn {
            typed: progress.sign_in.typed.clone().or_else(|| Some(String::new())),
            person: Some(owner),
            ..progress.sign_in.clone()
        };
        self.keep(progress, sign_in, proof).await
    }

    async fn verify(
        &self,
        progress: &Progress,
        pending: authentication::Pending,
        answer: &AuthenticationAnswer,
        now: Timestamp,
    ) -> Result<Result<(cardea_webauthn::VerifiedAssertion, store::Passkey), CeremonyError>, Failure>
    {
        let (id, _) = match authentication::claimed(answer) {
            Ok(claimed) => claimed,
            Err(error) => return Ok(Err(error)),
        };
        let mut snapshot = self.store().read().await?;
        let kept = snapshot.passkey_by_credential(id.as_bytes()).await?;
        drop(snapshot);
        let known = kept.filter(|passkey| is_named(&progress.sign_in, &passkey.person));
        let stored = known.as_ref().map(stored).transpose()?;
        let verified =
            authentication::verify(self.relying_party(), pending, answer, stored.as_ref(), now);
        Ok(match (verified, known) {
            (Ok(assertion), Some(passkey)) => Ok((assertion, passkey)),
            (Err(error), _) => Err(error),
            (Ok(_), None) => return Ok(Err(unknown(self.relying_party(), answer, now))),
        })
    }

    /// A counter that went back is a sign of a copied key: whoever runs the tenant is told.
    async fn note_regression(
        &self,
        error: &CeremonyError,
        answer: &AuthenticationAnswer,
        now: Timestamp,
    ) -> Result<(), Failure> {
        if error.code() != Code::CounterRegression {
            return Ok(());
        }
        let Ok((id, _)) = authentication::claimed(answer) else { return Ok(()) };
        let mut transaction = self.store().write().await?;
        if let Some(passkey) = transaction.passkey_by_credential(id.as_bytes()).await? {
            tracing::warn!(event = "passkey_counter_regression", passkey = %passkey.id);
            transaction.flag_passkey(&passkey.id, now).await?;
            transaction.commit().await?;
        }
        Ok(())
    }
}

/// Whether a passkey's owner is the person whose name was typed, or nobody's was. A name that
/// nobody has is nobody's passkey either.
fn is_named(sign_in: &SignIn, owner: &str) -> bool {
    match (&sign_in.person, &sign_in.typed) {
        (Some(person), _) => person == owner,
        (None, Some(_)) => false,
        (None, None) => true,
    }
}

/// The refusal of a passkey that nobody has.
fn unknown(
    party: &cardea_webauthn::RelyingParty,
    answer: &AuthenticationAnswer,
    now: Timestamp,
) -> CeremonyError {
    let pending = Start::random(now)
        .map(|start| authentication::options(party, &[], &Wish::default(), start).1);
    match pending.map(|pending| authentication::verify(party, pending, answer, None, now)) {
        Ok(Err(error)) | Err(error) => error,
        Ok(Ok(_)) => CeremonyError::credential_exists(),
    }
}

/// A challenge is good for the sign-in that it was made in, and for no other.
pub(crate) fn bound(progress: &Progress, challenge: &[u8]) -> SecretHash {
    let mut context = digest::Context::new(&digest::SHA256);
    context.update(progress.hash.as_bytes());
    context.update(challenge);
    SecretHash::of(context.finish().as_ref())
}

/// The handle under which authenticators keep a person's passkeys: the object id, which says
/// nothing about them (WebAuthn section 14.6.1) and never changes.
pub(crate) fn user_handle(person: &str) -> Result<UserHandle, Failure> {
    UserHandle::new(person.as_bytes()).map_err(|error| Failure::Unreadable {
        what: "an object id",
        reason: error.reason().to_owned(),
    })
}

/// The record of a credential, as the ceremony needs it.
fn stored(passkey: &store::Passkey) -> Result<StoredCredential, Failure> {
    let unreadable = |error: CeremonyError| Failure::Unreadable {
        what: "a passkey in the database",
        reason: error.reason().to_owned(),
    };
    let key = URL_SAFE_NO_PAD.decode(&passkey.public_key).unwrap_or_default();
    Ok(StoredCredential {
        id: CredentialId::new(&passkey.credential_id).map_err(unreadable)?,
        user: user_handle(&passkey.person)?,
        public_key: PublicKey::from_cose(&key).map_err(unreadable)?,
        sign_count: passkey.sign_count,
        backup_eligibility: match passkey.backup {
            store::Backup::DeviceBound => BackupEligibility::NotEligible,
            store::Backup::Eligible | store::Backup::BackedUp => BackupEligibility::Eligible,
        },
    })
}

fn backup(before: store::Backup, now: BackupState) -> store::Backup {
    match (before, now) {
        (store::Backup::DeviceBound, _) => store::Backup::DeviceBound,
        (store::Backup::Eligible | store::Backup::BackedUp, BackupState::BackedUp) => {
            store::Backup::BackedUp
        }
        (store::Backup::Eligible | store::Backup::BackedUp, BackupState::NotBackedUp) => {
            store::Backup::Eligible
        }
    }
}
