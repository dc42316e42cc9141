//! `/devicelogin`: the person with a browser signs in a device without one.

use axum::Router;
use axum::extract::Query;
use axum::routing::{get, post};
use cardea_idp::decision::Next;
use cardea_idp::device::{Approval, Entered, Waiting};
use cardea_idp::finish::Stay;
use cardea_idp::sign_in::{Progress, Purpose, Stage};
use serde::Deserialize;

use super::sign_in::finish;
use crate::pages::blocked::{Blocked, Lap, NextStep, Wall};
use crate::pages::device::{Decision, DeviceApprove, DeviceCode, DeviceEnd, Whereabouts};
use crate::pages::{Moment, Problem};
use crate::posted::Posted;
use crate::respond::Answer;
use crate::visit::Visit;
use crate::web::{Broken, Web};
use crate::{fields, paths};

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route(paths::DEVICE_LOGIN, get(page).post(entered))
        .route(paths::DEVICE_DECIDE, post(decided))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Marks {
    user_code: String,
}

/// The sign-in that decides about devices, once it got so far.
async fn open(visit: &Visit) -> Result<Option<Progress>, Broken> {
    let Some(handle) = &visit.sign_in else { return Ok(None) };
    let progress = visit.web.idp().progress(handle, &visit.visitor, visit.now).await?;
    Ok(progress.filter(|progress| matches!(progress.sign_in.purpose, Purpose::Device)))
}

/// Signs in first: a code that is typed belongs to somebody.
async fn page(visit: Visit, Query(marks): Query<Marks>) -> Answer {
    let Some(progress) = open(&visit).await? else { return visit.begin_own(Purpose::Device).await };
    if progress.stage != Stage::Known(Next::Granted) {
        return visit.onward(&progress);
    }
    if progress.needs_session() {
        return finish(&visit, &progress, Stay::No).await;
    }
    let page = DeviceCode {
        frame: visit.frame_of(&progress),
        problems: Vec::new(),
        code: marks.user_code.chars().take(16).collect(),
    };
    Ok(visit.page(&page))
}

async fn entered(posted: Posted) -> Answer {
    let visit = &posted.visit;
    let Some(progress) = open(visit).await? else { return visit.begin_own(Purpose::Device).await };
    let typed = posted.text(fields::USER_CODE);
    let problem = if typed.trim().is_empty() {
        Problem::DeviceCodeMissing
    } else {
        match visit.web.idp().enter_code(&progress, typed).await? {
            Entered::Waiting(waiting) => return Ok(approve(visit, &progress, &waiting)),
            Entered::Refused(_) => return Ok(refused(visit, &progress)),
            Entered::Unknown | Entered::Locked => Problem::DeviceCodeRefused,
            Entered::Stale => return visit.onward(&progress),
        }
    };
    let page = DeviceCode {
        frame: visit.frame_of(&progress),
        problems: vec![problem],
        code: typed.chars().take(16).collect(),
    };
    Ok(visit.page(&page))
}

fn approve(visit: &Visit, progress: &Progress, waiting: &Waiting) -> axum::response::Response {
    let here = waiting.address.is_some() && waiting.address == visit.visitor.address;
    let page = DeviceApprove {
        frame: visit.frame_of(progress),
        code: waiting.code.clone(),
        app: waiting.app.clone(),
        address: waiting.address.map(|it| it.to_string()).unwrap_or_default(),
        country: country(progress, waiting),
        at: Moment(waiting.asked),
        whereabouts: if here { Whereabouts::Here } else { Whereabouts::Elsewhere },
    };
    visit.page(&page)
}

/// The country in words that the device asks from; empty where it is not known.
fn country(progress: &Progress, waiting: &Waiting) -> String {
    let country = waiting.address.and_then(|it| progress.snapshot.countries.of(it));
    country.map(|it| it.name).unwrap_or_default()
}

fn refused(visit: &Visit, progress: &Progress) -> axum::response::Response {
    let page = Blocked {
        frame: visit.frame_of(progress),
        wall: Wall::DeviceCode,
        lap: Lap::First,
        steps: vec![NextStep::CallHelpDesk],
        at: Moment(visit.now),
        correlation_id: progress.sign_in.correlation.clone(),
    };
    visit.page(&page)
}

async fn decided(posted: Posted) -> Answer {
    let visit = &posted.visit;
    let Some(progress) = open(visit).await? else { return visit.begin_own(Purpose::Device).await };
    let approve = posted.text(fields::CHOICE) == "yes";
    let approval = if approve { Approval::Approve } else { Approval::Deny };
    let code = posted.text(fields::USER_CODE);
    let done = visit.web.idp().decide_device(&progress, (code, approval)).await?;
    if done != cardea_idp::device::Decided::Done {
        return Ok(visit.see(paths::DEVICE_LOGIN));
    }
    let page = DeviceEnd {
        frame: visit.frame_of(&progress),
        decision: if approve { Decision::Approved } else { Decision::Denied },
        app: String::new(),
    };
    Ok(visit.page(&page))
}
