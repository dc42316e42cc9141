//! Adding a way to sign in: the wizard in the middle of a sign-in, and the same pages from Security
//! info.

use std::collections::BTreeSet;

use axum::Router;
use axum::extract::Query;
use axum::response::Response;
use axum::routing::{get, post};
use cardea_idp::campaign::{self, Invitation, Tried};
use cardea_idp::decision::{Next, Registrable};
use cardea_idp::registration::{Enrolment, Labels, Profile, Registered};
use cardea_idp::sign_in::{Progress, Purpose, Stage};
use cardea_webauthn::Code as Refusal;
use jiff::Timestamp;
use serde::Deserialize;

use super::flow::leads_to;
use super::security_info::at;
use super::sign_in::progress;
use crate::pages::register::PassAtHand;
use crate::pages::register::{
    AddChoice, AddTrouble, Also, Later, Onward, Phone, PhoneProgress, Place, Register,
    RegisterDone, RegisterPasskey, RegisterPhone, RegisterTotp, Skip, Why, waiting_since,
};
use crate::pages::{Ceremony, CeremonyEnd, Moment, Problem, QrCode, Signal};
use crate::posted::Posted;
use crate::respond::Answer;
use crate::visit::Visit;
use crate::web::{Broken, Web};
use crate::{fields, paths};

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route(paths::REGISTER, get(wizard).post(chosen))
        .route(paths::REGISTER_LATER, post(put_off))
        .route(paths::REGISTER_PASSKEY, get(passkey).post(passkey_posted))
        .route(paths::REGISTER_TOTP, get(totp).post(totp_posted))
        .route(paths::REGISTER_PHONE, get(phone))
        .route(paths::REGISTER_PHONE_STATUS, get(phone_status))
        .route(paths::REGISTER_DONE, get(done))
}

/// What a page was asked to be about.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Marks {
    kind: String,
    phone: String,
    since: String,
    added: String,
    name: String,
}

/// The choices that lead on wherever one is.
fn choices(offers: &BTreeSet<Registrable>) -> Vec<AddChoice> {
    let mut choices = Vec::new();
    if offers.contains(&Registrable::Passkey) {
        choices.extend([AddChoice::PasskeyHere, AddChoice::SecurityKey]);
    }
    if offers.contains(&Registrable::App) {
        choices.push(AddChoice::Totp);
    }
    choices
}

/// The choices that lead on here. A computer also waits while the passkey is added on a phone.
pub(super) fn choices_here(progress: &Progress, offers: &BTreeSet<Registrable>) -> Vec<AddChoice> {
    let mut choices = choices(offers);
    let is_computer = !progress.place.platform().is_phone();
    if is_computer && offers.contains(&Registrable::Passkey) {
        choices.insert(1, AddChoice::PasskeyOnPhone);
    }
    choices
}

async fn wizard(visit: Visit) -> Answer {
    let progress = progress!(visit);
    let frame = visit.frame_of(&progress);
    let page = match &progress.stage {
        Stage::Known(Next::Register(offers)) => {
            let only_passkey = !offers.contains(&Registrable::App);
            let why = if only_passkey { Why::PasskeyNeeded } else { Why::SecondWayNeeded };
            let choices = choices_here(&progress, offers);
            Register { frame, why, choices, later: Later::Never }
        }
        Stage::Invited(invitation) => {
            let choices = choices_here(&progress, &BTreeSet::from([Registrable::Passkey]));
            Register { frame, why: Why::Invited, choices, later: later(*invitation) }
        }
        Stage::Account | Stage::Name | Stage::First(_) | Stage::Known(_) => {
            return visit.onward(&progress);
        }
    };
    Ok(visit.page_to(&page, axum::http::StatusCode::OK, leads_to(&progress)))
}

fn later(invitation: Invitation) -> Later {
    match (invitation.tried, invitation.later) {
        (Tried::InVain, _) => Later::Skip,
        (Tried::No, campaign::Later::Always) => Later::Always,
        (Tried::No, campaign::Later::Times(left)) => Later::Times(left),
        (Tried::No, campaign::Later::Never) => Later::Never,
    }
}

/// "Not now" and "Skip": on with the sign-in, where that is allowed.
async fn put_off(posted: Posted) -> Answer {
    let visit = &posted.visit;
    let progress = progress!(visit);
    visit.web.idp().put_off(&progress).await?;
    super::sign_in::moved(visit).await
}

async fn chosen(posted: Posted) -> Answer {
    let path = match AddChoice::from_word(posted.text(fields::KIND)) {
        Some(choice @ (AddChoice::PasskeyHere | AddChoice::SecurityKey)) => {
            format!("{}?{}={}", paths::REGISTER_PASSKEY, fields::KIND, choice.word())
        }
        Some(AddChoice::PasskeyOnPhone) => {
            waiting_since(paths::REGISTER_PHONE, Moment(posted.visit.now))
        }
        Some(AddChoice::Totp) => paths::REGISTER_TOTP.to_owned(),
        None => paths::REGISTER.to_owned(),
    };
    Ok(posted.visit.see(&path))
}

async fn passkey(visit: Visit, Query(marks): Query<Marks>) -> Answer {
    let progress = progress!(visit);
    passkey_page(&visit, &progress, (place(&marks.kind), AddTrouble::None, "")).await
}

fn place(kind: &str) -> Place {
    match AddChoice::from_word(kind) {
        Some(AddChoice::SecurityKey) => Place::SecurityKey,
        Some(AddChoice::PasskeyHere | AddChoice::PasskeyOnPhone | AddChoice::Totp) | None => {
            Place::ThisDevice
        }
    }
}

async fn passkey_page(
    visit: &Visit,
    progress: &Progress,
    (place, trouble, nickname): (Place, AddTrouble, &str),
) -> Answer {
    let Some(asked) = visit.web.idp().ask_new_passkey(progress, visit.now).await? else {
        return Ok(back(visit, progress));
    };
    let page = RegisterPasskey {
        frame: visit.frame_of(progress),
        problems: Vec::new(),
        trouble,
        place,
        skip: match &progress.stage {
            Stage::Invited(Invitation { tried: Tried::InVain, .. }) => Skip::Offered,
            Stage::Invited(_) => Skip::AfterTrouble,
            Stage::Account | Stage::Name | Stage::First(_) | Stage::Known(_) => Skip::Never,
        },
        ceremony: Ceremony { options: asked.options },
        nickname: nickname.to_owned(),
    };
    Ok(visit.page_to(&page, axum::http::StatusCode::OK, leads_to(progress)))
}

/// Where nothing can be added now: to a fresh proof where that is all that is missing, or back to where
/// the sign-in stands.
fn back(visit: &Visit, progress: &Progress) -> Response {
    if matches!(progress.enrolment(), Enrolment::ProveAgain(_)) {
        return super::security_info::again(visit, progress);
    }
    visit.see(super::flow::page_of(&progress.stage, &progress.sign_in.purpose))
}

async fn passkey_posted(posted: Posted) -> Answer {
    let visit = &posted.visit;
    let progress = progress!(visit);
    let (place, nickname) = (place(posted.text(fields::KIND)), posted.text(fields::NICKNAME));
    if let Some(end) = CeremonyEnd::from_word(posted.text(fields::CEREMONY_END)) {
        let trouble = match end {
            CeremonyEnd::AlreadyThere => AddTrouble::AlreadyThere,
            CeremonyEnd::Unsupported => AddTrouble::Unsupported,
            CeremonyEnd::Cancelled => AddTrouble::Cancelled,
        };
        return in_trouble(visit, &progress, (place, trouble, nickname)).await;
    }
    if posted.text(fields::CREDENTIAL).is_empty() {
        return in_trouble(visit, &progress, (place, AddTrouble::Cancelled, nickname)).await;
    }
    let labels = Labels { name: nickname, device: None };
    let answer = (posted.text(fields::CREDENTIAL), labels);
    let registered = visit.web.idp().register_passkey(&progress, answer, visit.now).await?;
    let trouble = match registered {
        Registered::Done { .. } => {
            let word = place.choice().word();
            return Ok(visit.see(&format!("{}?added={word}", paths::REGISTER_DONE)));
        }
        Registered::NotNow => return Ok(back(visit, &progress)),
        Registered::NotAllowed => AddTrouble::ModelNotAccepted,
        Registered::TooMany => AddTrouble::Full,
        Registered::CertificateRevoked => AddTrouble::Unproven,
        Registered::Refused(error) => {
            tracing::info!(event = "passkey_not_registered", code = error.code().as_str());
            refused(error.code())
        }
        Registered::ChallengeGone | Registered::WrongCode => AddTrouble::Refused,
    };
    in_trouble(visit, &progress, (place, trouble, nickname)).await
}

/// Shows the page again. Whoever was invited only may skip it now.
async fn in_trouble(
    visit: &Visit,
    progress: &Progress,
    trouble: (Place, AddTrouble, &str),
) -> Answer {
    visit.web.idp().note_failed_try(progress).await?;
    let progress = progress!(visit);
    passkey_page(visit, &progress, trouble).await
}

#[expect(clippy::wildcard_enum_match_arm, reason = "what is not told apart is refused")]
fn refused(code: Refusal) -> AddTrouble {
    match code {
        Refusal::AttestationRequired | Refusal::AttestationUntrusted => AddTrouble::Unproven,
        Refusal::CredentialExcluded | Refusal::CredentialExists => AddTrouble::AlreadyThere,
        _ => AddTrouble::Refused,
    }
}

async fn totp(visit: Visit) -> Answer {
    let progress = progress!(visit);
    totp_page(&visit, &progress, Vec::new()).await
}

async fn totp_page(visit: &Visit, progress: &Progress, problems: Vec<Problem>) -> Answer {
    let Some(app) = visit.web.idp().ask_new_app(progress).await? else {
        return Ok(back(visit, progress));
    };
    // An address of this length always fits into a code.
    let Some(qr) = QrCode::of(&app.address) else { return Ok(back(visit, progress)) };
    let page =
        RegisterTotp { frame: visit.frame_of(progress), problems, qr, seed: app.seed.to_string() };
    Ok(visit.page_to(&page, axum::http::StatusCode::OK, leads_to(progress)))
}

async fn totp_posted(posted: Posted) -> Answer {
    let visit = &posted.visit;
    let progress = progress!(visit);
    let code = posted.text(fields::CODE);
    if code.trim().is_empty() {
        return totp_page(visit, &progress, vec![Problem::CodeMissing]).await;
    }
    match visit.web.idp().register_app(&progress, code, visit.now).await? {
        Registered::Done { .. } => {
            let word = AddChoice::Totp.word();
            Ok(visit.see(&format!("{}?added={word}", paths::REGISTER_DONE)))
        }
        Registered::WrongCode => totp_page(visit, &progress, vec![Problem::CodeRefused]).await,
        Registered::NotNow
        | Registered::NotAllowed
        | Registered::TooMany
        | Registered::CertificateRevoked
        | Registered::Refused(_)
        | Registered::ChallengeGone => Ok(back(visit, &progress)),
    }
}

async fn phone(visit: Visit, Query(marks): Query<Marks>) -> Answer {
    let progress = progress!(visit);
    Ok(visit.page(&phone_page(&visit, &progress, &marks)))
}

async fn phone_status(visit: Visit, Query(marks): Query<Marks>) -> Answer {
    let progress = progress!(visit);
    let json = phone_page(&visit, &progress, &marks).status_json();
    let kind = [(axum::http::header::CONTENT_TYPE, "application/json")];
    Ok(axum::response::IntoResponse::into_response((kind, json)))
}

/// The computer waits while the person adds a passkey on the phone, which signs in by itself.
fn phone_page(visit: &Visit, progress: &Progress, marks: &Marks) -> RegisterPhone {
    let since = since(progress, marks);
    let lifetime = match progress.sign_in.purpose {
        Purpose::SecurityInfo => super::security_info::REGISTRATION,
        Purpose::Application { .. }
        | Purpose::Activity
        | Purpose::Admin { .. }
        | Purpose::Device
        | Purpose::Authenticator => cardea_idp::sign_in::LIFETIME,
    };
    let ends = progress.sign_in.began.saturating_add(lifetime).unwrap_or(visit.now);
    let added = match &progress.stage {
        Stage::Known(Next::Show(ways)) => ways.contains(&cardea_idp::decision::Way::Passkey),
        // Whoever was invited or came from Security info needs no passkey to go on, so that only the app can tell
        // that there is one.
        Stage::Known(Next::Granted) => {
            newest(progress, since).is_some_and(|row| row.device.is_some())
        }
        Stage::Account | Stage::Name | Stage::First(_) | Stage::Invited(_) | Stage::Known(_) => {
            false
        }
    };
    RegisterPhone {
        frame: visit.frame_of(progress),
        phone: match marks.phone.as_str() {
            "iphone" => Phone::Iphone,
            "android" => Phone::Android,
            _ => Phone::Either,
        },
        progress: if added { PhoneProgress::Added } else { PhoneProgress::Waiting },
        at: newest(progress, since).map(at).unwrap_or_default(),
        since: Moment(since),
        ends: Moment(ends),
        minutes_left: u32::try_from(ends.duration_since(visit.now).as_mins()).unwrap_or(0),
        pass: PassAtHand::Unknown,
    }
}

/// Since when a page waits, as its address says; since the sign-in began where it says nothing that could be so.
fn since(progress: &Progress, marks: &Marks) -> Timestamp {
    let said = marks.since.parse().ok().and_then(|it| Timestamp::from_microsecond(it).ok());
    said.map_or(progress.sign_in.began, |it| it.max(progress.sign_in.began))
}

/// The passkey that was added last since then.
fn newest(progress: &Progress, since: Timestamp) -> Option<&cardea_idp::Passkey> {
    let passkeys = progress.subject.as_ref().map(|subject| &subject.holdings.passkeys);
    passkeys?.iter().rfind(|row| row.created >= since)
}

/// The other profile of the device on which a passkey was just added, where it has none.
fn also(progress: &Progress, since: Timestamp) -> Also {
    let device = newest(progress, since).and_then(|row| row.device.as_ref());
    let sides = progress.subject.iter().flat_map(|subject| subject.holdings.one_sided());
    let here = sides.into_iter().find(|it| device.is_some_and(|device| device.name == it.device));
    match here.map(|it| it.missing) {
        Some(Profile::Work) => Also::WorkProfile,
        Some(Profile::Personal) => Also::PersonalProfile,
        None => Also::Nothing,
    }
}

async fn done(visit: Visit, Query(marks): Query<Marks>) -> Answer {
    let progress = progress!(visit);
    let onward = match &progress.sign_in.purpose {
        Purpose::SecurityInfo => Onward::SecurityInfo,
        Purpose::Application { .. }
        | Purpose::Activity
        | Purpose::Admin { .. }
        | Purpose::Device
        | Purpose::Authenticator => Onward::SignIn {
            to: super::flow::page_of(&progress.stage, &progress.sign_in.purpose).to_owned(),
            app: super::sign_in::app(&progress),
        },
    };
    // Where nothing was added here, it was a phone on which this page has waited.
    let since = since(&progress, &marks);
    let elsewhere = newest(&progress, since).map(at);
    let elsewhere = elsewhere.filter(|at| marks.added.is_empty() && !at.is_empty());
    let unsaid =
        if elsewhere.is_some() { AddChoice::PasskeyOnPhone } else { AddChoice::PasskeyHere };
    let page = RegisterDone {
        frame: visit.frame_of(&progress),
        added: AddChoice::from_word(&marks.added).unwrap_or(unsaid),
        nickname: elsewhere.unwrap_or(marks.name),
        also: also(&progress, since),
        onward,
        signals: accepted(&visit, &progress)?,
    };
    Ok(visit.page_to(&page, axum::http::StatusCode::OK, leads_to(&progress)))
}

/// What the browser is told about the passkeys of the person who signed in.
pub(super) fn accepted(visit: &Visit, progress: &Progress) -> Result<Vec<Signal>, Broken> {
    let accepted = visit.web.idp().accepted_passkeys(progress)?;
    Ok(accepted.map(Signal::from).into_iter().collect())
}
