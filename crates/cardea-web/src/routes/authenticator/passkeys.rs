//! A person's passkeys, as the app makes and manages them.

use axum::extract::{Path, RawQuery};
use axum::http::StatusCode;
use axum::response::IntoResponse as _;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cardea_idp::Passkey as Row;
use cardea_idp::decision::Next;
use cardea_idp::registration::{Enrolment, Labels, Managed, Registered as Outcome, Removal};
use cardea_idp::sign_in::{Progress, Stage};
use cardea_idp::subject::Subject;
use cardea_webauthn::{CeremonyError, Code as Ceremony};

use super::call::{self, Answer, Call, Refused, json};
use crate::authenticator::{
    Code, Device, LAST, NewPasskey, Nothing, Passkey, Passkeys, Registered, Rename,
};
use crate::pages::Problem;

pub(super) async fn options(call: Call) -> Answer {
    let Nothing {} = call.body()?;
    let progress = call.progress().await?;
    match call.visit.web.idp().ask_new_passkey(&progress, call.visit.now).await? {
        Some(asked) => Ok(call::ready(asked.options)),
        None => Err(not_now(&call, &progress)),
    }
}

pub(super) async fn register(call: Call) -> Answer {
    let NewPasskey { credential, name, device } = call.body()?;
    let progress = call.progress().await?;
    let labels = Labels { name: &name, device: Some((&device.name, &device.profile)) };
    let idp = call.visit.web.idp();
    let answer = credential.to_string();
    let registered = idp.register_passkey(&progress, (&answer, labels), call.visit.now).await?;
    let tenant = call.visit.frame().tenant;
    Err(match registered {
        Outcome::Done { id } => return Ok(json(StatusCode::CREATED, &Registered { id })),
        Outcome::NotNow => not_now(&call, &progress),
        Outcome::NotAllowed => {
            let message =
                format!("{tenant} doesn't take this kind of passkey from you. {HELP_DESK}");
            Refused::new(Code::NotAllowed, message)
        }
        Outcome::TooMany => {
            let message = "You have as many passkeys as you may have. Remove one first.";
            Refused::new(Code::TooMany, message)
        }
        Outcome::CertificateRevoked => {
            let message = "The certificate of this app was revoked. Sign in again with a pass or a passkey, and \
                           let the app ask for another one.";
            Refused::new(Code::Unproven, message)
        }
        Outcome::Refused(error) => refused(&error, &tenant),
        Outcome::ChallengeGone | Outcome::WrongCode => Refused::challenge_gone(),
    })
}

const HELP_DESK: &str = "The help desk can say why.";

#[expect(clippy::wildcard_enum_match_arm, reason = "what is not told apart is refused")]
fn refused(error: &CeremonyError, tenant: &str) -> Refused {
    tracing::info!(event = "passkey_not_registered", code = error.code().as_str());
    match error.code() {
        Ceremony::CredentialExcluded | Ceremony::CredentialExists => {
            Refused::new(Code::AlreadyThere, "This passkey is registered already.")
        }
        Ceremony::AttestationUntrusted => {
            let message = format!(
                "{tenant} doesn't know the certificate of this app any more. Let the app ask for another one."
            );
            Refused::new(Code::Outdated, message)
        }
        Ceremony::AttestationRequired => {
            let message = format!(
                "{tenant} asks the app to prove what it is, and it couldn't. Sign in with a pass or a \
                 passkey, and let the app ask for a certificate."
            );
            Refused::new(Code::Unproven, message)
        }
        _ => Refused::new(Code::Refused, "The passkey wasn't added. Try again."),
    }
}

/// Why nothing can be added or removed now, and what to do.
fn not_now(call: &Call, progress: &Progress) -> Refused {
    let tenant = call.visit.frame().tenant;
    let message = match progress.enrolment() {
        Enrolment::ProveAgain(_) => {
            "It's been a while. Confirm that it's you, then try again.".to_owned()
        }
        Enrolment::Open(_) | Enrolment::Shut if is_at_a_wall(&progress.stage) => {
            "You can't sign in here yet. What to do next is said where the sign-in stands."
                .to_owned()
        }
        Enrolment::Open(_) | Enrolment::Shut if progress.stage != granted() => {
            "Sign in first.".to_owned()
        }
        Enrolment::Open(_) | Enrolment::Shut if !progress.place.platform().is_phone() => {
            "Authenticator adds and removes passkeys on a phone. On a computer, open Security info."
                .to_owned()
        }
        Enrolment::Open(_) | Enrolment::Shut => {
            format!("{tenant} doesn't let you add or remove passkeys here now. {HELP_DESK}")
        }
    };
    Refused::new(Code::NotNow, message)
}

fn granted() -> Stage {
    Stage::Known(Next::Granted)
}

fn is_at_a_wall(stage: &Stage) -> bool {
    matches!(stage, Stage::Known(Next::Shut(_) | Next::Register(_) | Next::Accept(_)))
}

pub(super) async fn list(call: Call) -> Answer {
    let progress = call.progress().await?;
    let subject = signed_in(&call, &progress)?;
    let value = subject.holdings.passkeys.iter().map(passkey).collect();
    Ok(json(StatusCode::OK, &Passkeys { value }))
}

fn passkey(row: &Row) -> Passkey {
    let device = |device: &cardea_idp::Device| Device {
        name: device.name.clone(),
        profile: device.profile.clone(),
    };
    Passkey {
        id: row.id.clone(),
        credential_id: URL_SAFE_NO_PAD.encode(&row.credential_id),
        display_name: row.name.clone(),
        device: row.device.as_ref().map(device),
        created_date_time: row.created.to_string(),
        last_used_date_time: row.last_used.map(|at| at.to_string()),
        attested: cardea_idp::is_proven(row),
    }
}

/// Whoever is signed in, where they have this passkey.
fn owner<'a>(call: &Call, progress: &'a Progress, id: &str) -> Result<&'a Subject, Refused> {
    let subject = signed_in(call, progress)?;
    let known = subject.holdings.passkeys.iter().any(|row| row.id == id);
    known.then_some(subject).ok_or_else(absent)
}

fn signed_in<'a>(call: &Call, progress: &'a Progress) -> Result<&'a Subject, Refused> {
    let subject = progress.subject.as_ref().filter(|_| progress.stage == granted());
    subject.ok_or_else(|| not_now(call, progress))
}

fn absent() -> Refused {
    Refused::new(Code::NotFound, "You have no such passkey any more.")
}

pub(super) async fn rename(Path(id): Path<String>, call: Call) -> Answer {
    let Rename { display_name } = call.body()?;
    let progress = call.progress().await?;
    owner(&call, &progress, &id)?;
    let idp = call.visit.web.idp();
    match idp.rename(&progress, (&id, &display_name), call.visit.now).await? {
        Managed::Done => Ok(StatusCode::NO_CONTENT.into_response()),
        Managed::Absent => Err(absent()),
        Managed::NotNow => Err(Refused::new(Code::BadRequest, Problem::RenameMissing.text())),
    }
}

pub(super) async fn remove(
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    call: Call,
) -> Answer {
    let progress = call.progress().await?;
    owner(&call, &progress, &id)?;
    if progress.removal(&id) == Removal::LastWay && query.as_deref() != Some(LAST) {
        let message =
            "It's the last passkey that lets you in here. Remove it only if you have another way.";
        return Err(Refused::new(Code::LastWayIn, message));
    }
    match call.visit.web.idp().remove(&progress, &id, call.visit.now).await? {
        Managed::Done => Ok(StatusCode::NO_CONTENT.into_response()),
        Managed::Absent => Err(absent()),
        Managed::NotNow => Err(not_now(&call, &progress)),
    }
}
