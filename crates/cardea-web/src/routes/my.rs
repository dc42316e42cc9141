//! A person's own sign-ins, and what they are exempt from.

use axum::Router;
use axum::extract::Query;
use axum::routing::get;
use cardea_idp::decision::Next;
use cardea_idp::sign_in::{Progress, Purpose, Stage};
use serde::Deserialize;
use serde_json::Value;

use crate::pages::Moment;
use crate::pages::activity::{Activity, Outcome, SignIn};
use crate::pages::exempt::{Exempt, Exemption};
use crate::paths;
use crate::respond::Answer;
use crate::routes::admin::{control_words, policy_name};
use crate::visit::Visit;
use crate::web::{Broken, Web};

/// Records on a page.
const PAGE: u32 = 20;

pub(super) fn routes() -> Router<Web> {
    Router::new().route(paths::ACTIVITY, get(page)).route(paths::EXEMPTIONS, get(exemptions))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Marks {
    before: String,
}

/// The sign-in to one's own pages that the browser has, however far it came.
async fn own(visit: &Visit) -> Result<Option<Progress>, Broken> {
    let Some(handle) = &visit.sign_in else { return Ok(None) };
    let known = visit.web.idp().progress(handle, &visit.visitor, visit.now).await?;
    Ok(known.filter(|progress| matches!(progress.sign_in.purpose, Purpose::Activity)))
}

async fn exemptions(visit: Visit) -> Answer {
    let Some(progress) = own(&visit).await? else {
        return visit.begin_own(Purpose::Activity).await;
    };
    let (Stage::Known(Next::Granted), Some(subject)) = (&progress.stage, &progress.subject) else {
        return visit.onward(&progress);
    };
    let idp = visit.web.idp();
    let mut reader = idp.store().read().await?;
    let mut exemptions = Vec::new();
    for it in idp.exemptions_of(&subject.row.id).await? {
        exemptions.push(Exemption {
            policy: policy_name(&mut reader, &it.policy).await?,
            control: control_words(&mut reader, &it.control).await?,
            ends: Moment(it.ends),
        });
    }
    Ok(visit.page(&Exempt { frame: visit.frame_of(&progress), exemptions }))
}

async fn page(visit: Visit, Query(marks): Query<Marks>) -> Answer {
    let Some(progress) = own(&visit).await? else {
        return visit.begin_own(Purpose::Activity).await;
    };
    let (Stage::Known(Next::Granted), Some(subject)) = (&progress.stage, &progress.subject) else {
        return visit.onward(&progress);
    };
    let idp = visit.web.idp();
    let records = idp.sign_ins_of(&subject.row.id, &marks.before, PAGE).await?;
    let more = usize::try_from(PAGE).is_ok_and(|page| records.len() == page);
    let older = records.last().filter(|_| more).map(|last| last.id.clone());
    let page = Activity {
        frame: visit.frame_of(&progress),
        sign_ins: records.iter().map(|it| shown(it.created, &it.json, &it.correlation)).collect(),
        older: older.map(|id| format!("{}?before={id}", paths::ACTIVITY)).unwrap_or_default(),
        newer: String::new(),
    };
    Ok(visit.page(&page))
}

fn shown(at: jiff::Timestamp, json: &str, correlation: &str) -> SignIn {
    let record: Value = serde_json::from_str(json).unwrap_or_default();
    let text =
        |path: &str| record.pointer(path).and_then(Value::as_str).unwrap_or_default().to_owned();
    let code = record.pointer("/status/errorCode").and_then(Value::as_u64).unwrap_or(0);
    let outcome = if code == 0 {
        let steps = record.pointer("/authenticationDetails").and_then(Value::as_array);
        let names = steps.into_iter().flatten();
        let names: Vec<&str> =
            names.filter_map(|step| step.get("authenticationMethod")?.as_str()).collect();
        Outcome::SignedIn { with: names.join(", ") }
    } else {
        Outcome::Stopped { code: format!("AADSTS{code}") }
    };
    SignIn {
        at: Moment(at),
        app: text("/appDisplayName"),
        outcome,
        device: text("/deviceDetail/operatingSystem"),
        place: match text("/location/countryOrRegion") {
            country if country.is_empty() => text("/ipAddress"),
            country => format!("{}, {country}", text("/ipAddress")),
        },
        correlation_id: correlation.to_owned(),
    }
}
