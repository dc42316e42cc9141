//! Passkeys that administrators make for people, as when keys are handed out on the first day.
//!
//! Source: Graph, *fido2AuthenticationMethod: creationOptions* and *Create fido2AuthenticationMethod*;
//! Entra, *Provision FIDO2 security keys using Microsoft Graph API*. What the methods policy says
//! counts as if the person registered the passkey, self-service included: Graph refuses where that is
//! off, too.

use cardea_store as store;
use cardea_store::{AuditEntry, SecretHash};
use cardea_tenant::methods::Attests;
use cardea_webauthn::registration::{self, CredentialFacts, Pending};
use cardea_webauthn::{NewCredential, RegistrationAnswer, Start, Trust};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use thiserror::Error;

use super::caller::{Caller, Denied};
use super::right::Right;
use crate::attestation::{self, Behind};
use crate::ceremony::{Ceremony, challenge_in};
use crate::failure::Failure;
use crate::idp::Idp;
use crate::registration::{Registered, is_in_a_profile, method_of, options, row};
use crate::snapshot::Snapshot;
use crate::subject::Subject;

/// How long a challenge can be answered, in minutes: at least and at most (Graph).
pub const MINUTES: std::ops::RangeInclusive<u32> = 5..=43_200;

/// What a client needs to make a passkey for somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// `PublicKeyCredentialCreationOptions` in JSON.
    pub options: String,
    /// From when on no answer is taken.
    pub ends: Timestamp,
}

/// Why no passkey is asked for, or none is kept.
#[derive(Debug, Error)]
pub enum Refused {
    /// The caller may not, or not for this person.
    #[error(transparent)]
    NotAllowed(#[from] Denied),
    /// The account is not enabled.
    #[error("the account `{0}` is not enabled")]
    Disabled(String),
    /// The methods policy lets the person register no passkey at all.
    #[error("the methods policy does not let `{0}` register passkeys")]
    OutOfScope(String),
    /// The time is out of bounds.
    #[error("{}", out_of_bounds(*.0))]
    Lifetime(u32),
    /// It was not registered.
    #[error("{}", why(.0))]
    Registration(Registered),
}

fn out_of_bounds(minutes: u32) -> String {
    let (least, most) = (MINUTES.start(), MINUTES.end());
    format!("a challenge lasts {least} to {most} minutes; {minutes} is not possible")
}

fn why(registered: &Registered) -> String {
    match registered {
        Registered::Done { id } => format!("`{id}` is registered"),
        Registered::NotNow => String::from("there is no such account any more"),
        Registered::NotAllowed => {
            String::from("the methods policy does not allow the person this passkey")
        }
        Registered::TooMany => String::from("the person has as many passkeys as somebody may have"),
        Registered::CertificateRevoked => {
            String::from("the certificate by which the app proves its model is revoked")
        }
        Registered::Refused(error) => format!("the passkey was refused: {}", error.reason()),
        Registered::ChallengeGone => String::from(
            "the challenge was used before, is too old, or was made for somebody else; ask for \
             'creationOptions' again",
        ),
        Registered::WrongCode => String::from("the code was not right"),
    }
}

impl Idp {
    /// What to make a passkey for a person with. The challenge is kept for that person, is answered
    /// once, and ends after these minutes.
    ///
    /// # Errors
    /// The database failed, or there is no chance to be had. A refusal is an answer.
    pub async fn ask_passkey_for(
        &self,
        caller: &Caller,
        (person, minutes): (store::Person, u32),
        now: Timestamp,
    ) -> Result<Result<Asked, Refused>, Failure> {
        let snapshot = self.snapshot().await?;
        let subject = match self.served(caller, (&snapshot, person)).await? {
            Ok(subject) => subject,
            Err(refused) => return Ok(Err(refused)),
        };
        if !MINUTES.contains(&minutes) {
            return Ok(Err(Refused::Lifetime(minutes)));
        }
        let start = Start::random(now).map_err(|_| Failure::NoRandom)?;
        let (options, pending) =
            options(self.relying_party(), (snapshot.tenant(), &subject), start)?;
        let lifetime = SignedDuration::from_mins(i64::from(minutes));
        let ends = now.saturating_add(lifetime).unwrap_or(now);
        let pending = pending.awaited_until(ends);
        let kept = (bound(&subject.row.id, pending.challenge().as_bytes()), ends);
        let Ceremony { options } = self.begin_ceremony(&options.public_key, &pending, kept).await?;
        Ok(Ok(Asked { options, ends }))
    }

    /// Keeps a passkey that was made for a person, if its answer proves what it says and the methods
    /// policy lets the person register it.
    ///
    /// # Errors
    /// The database failed. A refusal is an answer.
    pub async fn add_passkey_for(
        &self,
        caller: &Caller,
        (person, answer, name): (store::Person, &str, &str),
        now: Timestamp,
    ) -> Result<Result<store::Passkey, Refused>, Failure> {
        let snapshot = self.snapshot().await?;
        let subject = match self.served(caller, (&snapshot, person)).await? {
            Ok(subject) => subject,
            Err(refused) => return Ok(Err(refused)),
        };
        let refused = |why| Ok(Err(Refused::Registration(why)));
        let answer = match RegistrationAnswer::parse(answer.as_bytes()) {
            Ok(answer) => answer,
            Err(error) => return refused(Registered::Refused(error)),
        };
        let Some(challenge) = challenge_in(&answer.response.client_data_json) else {
            return refused(Registered::ChallengeGone);
        };
        let hash = bound(&subject.row.id, &challenge);
        let Some(pending) = self.take_ceremony::<Pending>(&hash, now).await? else {
            return refused(Registered::ChallengeGone);
        };
        let (trust, own) = self.trust_in_models().await?;
        let made = match registration::verify(self.relying_party(), pending, &answer, now, &trust) {
            Ok(made) => made,
            Err(error) => return refused(Registered::Refused(error)),
        };
        if !allows(&snapshot, &subject, made.facts()) {
            return refused(Registered::NotAllowed);
        }
        let kept = self.keep_passkey_of(caller, (&subject, &made, name, &own), now).await?;
        Ok(kept.map_err(Refused::Registration))
    }

    async fn keep_passkey_of(
        &self,
        caller: &Caller,
        (subject, made, name, own): (&Subject, &NewCredential, &str, &Trust),
        now: Timestamp,
    ) -> Result<Result<store::Passkey, Registered>, Failure> {
        let mut row = row(&subject.row.id, (made.facts(), name), now)?;
        let mut transaction = self.store().write().await?;
        match attestation::behind(&mut transaction, (made.facts(), own), now).await? {
            Behind::Others => {}
            Behind::Ours(serial) => row.certificate = Some(serial),
            Behind::Revoked => return Ok(Err(Registered::CertificateRevoked)),
        }
        let entry = AuditEntry {
            actor: caller.actor().to_owned(),
            action: String::from("Admin registered security info"),
            target: subject.row.id.clone(),
            json: json!({
                "method": "fido2", "id": row.id, "aaGuid": row.aaguid,
                "certificate": row.certificate,
            })
            .to_string(),
        };
        let audited = transaction.audit(now, &entry).await?;
        if let Some(refused) = Registered::refusing(transaction.add_passkey(&audited, &row).await?)
        {
            return Ok(Err(refused));
        }
        transaction.commit().await?;
        Ok(Ok(row))
    }

    /// The person, if the caller may make passkeys for them and they may have some.
    async fn served(
        &self,
        caller: &Caller,
        (snapshot, person): (&Snapshot, store::Person),
    ) -> Result<Result<Subject, Refused>, Failure> {
        let roles = super::change::roles_of(snapshot, &person.id);
        if let Err(denied) = caller.may_to(Right::WriteMethods, &person.id, &roles) {
            return Ok(Err(denied.into()));
        }
        let name = person.upn.as_str().to_owned();
        let mut reader = self.store().read().await?;
        let Some(subject) = Subject::of(snapshot, &mut reader, person).await? else {
            return Ok(Err(Refused::Disabled(name)));
        };
        let any = snapshot.book.means.passkeys().any(|(method, _)| {
            [Attests::Yes, Attests::No]
                .into_iter()
                .any(|proof| subject.permissions.registrable(method, proof))
        });
        Ok(if any { Ok(subject) } else { Err(Refused::OutOfScope(name)) })
    }
}

fn allows(snapshot: &Snapshot, subject: &Subject, facts: &CredentialFacts) -> bool {
    let (method, proof) = method_of(&snapshot.book.means, facts);
    method.is_some_and(|method| subject.permissions.registrable(method, proof))
        && is_in_a_profile(snapshot.tenant(), subject, facts)
}

/// A challenge is good for the person for whom it was made, and for no sign-in.
fn bound(person: &str, challenge: &[u8]) -> SecretHash {
    SecretHash::of(&[b"provisioning\0", person.as_bytes(), b"\0", challenge].concat())
}
