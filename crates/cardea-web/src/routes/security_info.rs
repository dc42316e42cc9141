//! Security info: a person's ways to sign in.

use axum::Router;
use axum::extract::Query;
use axum::response::Response;
use axum::routing::{get, post};
use cardea_idp::Passkey as Row;
use cardea_idp::decision::Next;
use cardea_idp::registration::{Enrolment, Managed, Removal as Verdict};
use cardea_idp::sign_in::{Progress, Purpose, Stage};
use cardea_idp::subject::Subject;
use jiff::SignedDuration;
use serde::Deserialize;

use super::register::{accepted, choices_here};
use super::sign_in::finish;
use crate::pages::security_info::{
    Binding, Done, LivePass, Method, MethodKind, PassUses, Profile, Proof, Removal, RemoveMethod,
    SecurityInfo, Standing, Warning, whereabouts,
};
use crate::pages::{Moment, Problem};
use crate::posted::Posted;
use crate::respond::Answer;
use crate::visit::Visit;
use crate::web::{Broken, Web};
use crate::{fields, paths};

/// A registration session lives fifteen minutes (Entra, *Combined registration*).
pub(super) const REGISTRATION: SignedDuration = SignedDuration::from_mins(15);

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route(paths::SECURITY_INFO, get(page))
        .route(paths::SECURITY_INFO_ALIAS, get(alias))
        .route(paths::RENAME, post(rename))
        .route(paths::REMOVE, get(remove).post(remove_posted))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Marks {
    id: String,
    done: String,
    name: String,
}

async fn alias(visit: Visit) -> Answer {
    Ok(visit.see(paths::SECURITY_INFO))
}

/// The sign-in to Security info, if it is open and young enough.
async fn open(visit: &Visit) -> Result<Option<Progress>, Broken> {
    let Some(handle) = &visit.sign_in else { return Ok(None) };
    let progress = visit.web.idp().progress(handle, &visit.visitor, visit.now).await?;
    Ok(progress.filter(|progress| {
        matches!(progress.sign_in.purpose, Purpose::SecurityInfo)
            && visit.now.duration_since(progress.sign_in.began) <= REGISTRATION
    }))
}

async fn page(visit: Visit, Query(marks): Query<Marks>) -> Answer {
    let Some(progress) = open(&visit).await? else {
        return visit.begin_own(Purpose::SecurityInfo).await;
    };
    if progress.stage != Stage::Known(Next::Granted) {
        return visit.onward(&progress);
    }
    if progress.needs_session() {
        return finish(&visit, &progress, cardea_idp::finish::Stay::No).await;
    }
    let done = match marks.done.as_str() {
        "removed" => Done::Removed(marks.name),
        "renamed" => Done::Renamed(marks.name),
        _ => Done::Nothing,
    };
    show(&visit, &progress, (done, Vec::new()))
}

/// Signs the person in to the page. A session that suffices is gone on with at once.
fn show(visit: &Visit, progress: &Progress, (done, problems): (Done, Vec<Problem>)) -> Answer {
    let Some(subject) = &progress.subject else { return Ok(visit.see(paths::SIGN_IN)) };
    let holdings = &subject.holdings;
    let passkeys = holdings.passkeys.iter().map(|row| passkey(progress, subject, row));
    let apps = holdings.apps.iter().map(|app| Method {
        id: app.id.clone(),
        kind: MethodKind::Totp,
        name: app.name.clone(),
        added: Moment(app.created),
        last_used: app.last_used().map(Moment),
        standing: Standing::Accepted,
    });
    let methods: Vec<Method> = passkeys.chain(apps).collect();
    let mut warnings = if methods.len() == 1 { vec![Warning::OnlyOneWay] } else { Vec::new() };
    warnings.extend(holdings.one_sided().into_iter().map(|it| Warning::NoPasskeyInProfile {
        device: it.device,
        profile: match it.missing {
            cardea_idp::registration::Profile::Work => Profile::Work,
            cardea_idp::registration::Profile::Personal => Profile::Personal,
        },
    }));
    let page = SecurityInfo {
        frame: visit.frame_of(progress),
        problems,
        done,
        today: today(subject),
        warnings,
        methods,
        passes: pass(subject, visit).into_iter().collect(),
        choices: choices_or_again(progress),
        signals: accepted(visit, progress)?,
    };
    Ok(visit.page(&page))
}

/// What can be added; where a fresh proof is needed first, the same choices, which then lead there.
fn choices_or_again(progress: &Progress) -> Vec<crate::pages::register::AddChoice> {
    match progress.enrolment() {
        Enrolment::Open(offers) => choices_here(progress, &offers),
        Enrolment::ProveAgain(_) => choices_here(progress, &progress.after_proof()),
        Enrolment::Shut => Vec::new(),
    }
}

fn today(subject: &Subject) -> String {
    let holdings = &subject.holdings;
    if !holdings.passkeys.is_empty() {
        String::from("Passkey")
    } else if !holdings.apps.is_empty() && holdings.password.is_some() {
        String::from("Password and authenticator app")
    } else if holdings.password.is_some() {
        String::from("Password")
    } else {
        String::from("Temporary Access Pass")
    }
}

fn passkey(progress: &Progress, subject: &Subject, row: &Row) -> Method {
    let means = &progress.snapshot.book.means;
    let usable = cardea_idp::subject::passkey(means, row)
        .is_some_and(|index| subject.permissions.usable(index));
    Method {
        id: row.id.clone(),
        kind: MethodKind::Passkey {
            provider: cardea_idp::provider(&row.aaguid).unwrap_or("Unknown provider").to_owned(),
            proof: if cardea_idp::is_proven(row) { Proof::Attested } else { Proof::Unproven },
            binding: if cardea_idp::is_synced(row) {
                Binding::Synced
            } else {
                Binding::DeviceBound
            },
            at: at(row),
        },
        name: row.name.clone(),
        added: Moment(row.created),
        last_used: row.last_used.map(Moment),
        standing: if usable { Standing::Accepted } else { Standing::NotAccepted },
    }
}

/// Where a passkey is, where an app has said so.
pub(super) fn at(row: &Row) -> String {
    row.device.as_ref().map(|it| whereabouts(&it.name, &it.profile)).unwrap_or_default()
}

fn pass(subject: &Subject, visit: &Visit) -> Option<LivePass> {
    let pass = subject.holdings.live_pass(visit.now)?;
    Some(LivePass {
        starts: Moment(pass.issued.starts),
        ends: Moment(pass.issued.ends),
        uses: if cardea_idp::is_usable_once(pass) { PassUses::Once } else { PassUses::Several },
    })
}

async fn rename(posted: Posted) -> Answer {
    let visit = &posted.visit;
    let Some(progress) = open(visit).await? else {
        return visit.begin_own(Purpose::SecurityInfo).await;
    };
    let (id, name) = (posted.text(fields::ID), posted.text(fields::NICKNAME));
    let renamed = visit.web.idp().rename(&progress, (id, name), visit.now).await?;
    match renamed {
        Managed::Done => Ok(visit.see(&noted("renamed", name))),
        Managed::Absent | Managed::NotNow => {
            show(visit, &progress, (Done::Nothing, vec![Problem::RenameMissing]))
        }
    }
}

fn noted(done: &str, name: &str) -> String {
    let pairs = [("done", done), ("name", name)];
    let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    format!("{}?{query}", paths::SECURITY_INFO)
}

fn method(progress: &Progress, id: &str) -> Option<Method> {
    let subject = progress.subject.as_ref()?;
    let passkey_row = subject.holdings.passkeys.iter().find(|row| row.id == id);
    if let Some(row) = passkey_row {
        return Some(passkey(progress, subject, row));
    }
    let app = subject.holdings.apps.iter().find(|app| app.id == id)?;
    Some(Method {
        id: app.id.clone(),
        kind: MethodKind::Totp,
        name: app.name.clone(),
        added: Moment(app.created),
        last_used: app.last_used().map(Moment),
        standing: Standing::Accepted,
    })
}

async fn remove(visit: Visit, Query(marks): Query<Marks>) -> Answer {
    let Some(progress) = open(&visit).await? else {
        return visit.begin_own(Purpose::SecurityInfo).await;
    };
    let Some(method) = method(&progress, &marks.id) else {
        return Ok(visit.see(paths::SECURITY_INFO));
    };
    let verdict = match progress.removal(&marks.id) {
        Verdict::Harmless => Removal::OthersWork { ways: Vec::new() },
        Verdict::LastWay => Removal::LastOfAll,
    };
    Ok(visit.page(&RemoveMethod { frame: visit.frame_of(&progress), method, verdict }))
}

async fn remove_posted(posted: Posted) -> Answer {
    let visit = &posted.visit;
    let Some(progress) = open(visit).await? else {
        return visit.begin_own(Purpose::SecurityInfo).await;
    };
    let id = posted.text(fields::ID);
    let name = method(&progress, id).map(|method| method.name).unwrap_or_default();
    match visit.web.idp().remove(&progress, id, visit.now).await? {
        Managed::Done => Ok(visit.see(&noted("removed", &name))),
        Managed::Absent => Ok(visit.see(paths::SECURITY_INFO)),
        // A fresh proof is needed: the same sign-in asks for it.
        Managed::NotNow => Ok(again(visit, &progress)),
    }
}

/// To the page on which something fresh can be shown.
pub(super) fn again(visit: &Visit, progress: &Progress) -> Response {
    match progress.enrolment() {
        Enrolment::ProveAgain(ways) => match ways.first() {
            Some(way) => visit.see(super::flow::page_of_way(*way)),
            None => visit.see(paths::SECURITY_INFO),
        },
        Enrolment::Open(_) | Enrolment::Shut => visit.see(paths::SECURITY_INFO),
    }
}
