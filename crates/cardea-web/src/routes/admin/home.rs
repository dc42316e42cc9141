//! Readiness.

use axum::Router;
use axum::extract::Query;
use axum::routing::get;
use cardea_idp::Rows;
use cardea_idp::admin::outlook::Prospect;
use cardea_idp::admin::right::Right;
use cardea_idp::admin::role;
use cardea_idp::gate::Proof;
use cardea_idp::snapshot::Snapshot;
use jiff::Timestamp;
use serde::Deserialize;

use super::desk::Admin;
use super::policies::or_answer;
use super::prospects::{prospects, readiness};
use super::shown::rows;
use crate::pages::Moment;
use crate::pages::admin::home::{Administrators, BreakGlassCard, Home};
use crate::paths::admin as paths;
use crate::respond::Answer;
use crate::web::{Broken, Prospects, Web};

/// Findings on the page.
const SHOWN: usize = 5;

pub(super) fn routes() -> Router<Web> {
    Router::new().route(paths::HOME, get(home))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Marks {
    done: String,
}

async fn home(admin: Admin, Query(marks): Query<Marks>) -> Answer {
    // The help desk has no business with policies; people are where its work is.
    if admin.caller().may(Right::ReadPolicies).is_err() {
        return Ok(admin.after(paths::PEOPLE, ""));
    }
    let idp = admin.visit.web.idp();
    let found = or_answer!(prospects(&admin).await?);
    let proof = idp.proof(admin.visit.now).await?;
    let snapshot = idp.snapshot().await?;
    let mut reader = or_answer!(admin.reader(Right::ReadDirectory).await?);
    let all = rows(&proof);
    let exempt = idp.exemptions(admin.caller()).await?.unwrap_or_default();
    let page = Home {
        desk: admin.desk_after(&marks.done).await?,
        readiness: found.as_ref().map(|it| readiness(it.iter().map(|(_, prospect)| prospect))),
        findings: proof.report.findings.len(),
        accepted: proof.report.accepted.len(),
        worst: all.into_iter().take(proof.report.findings.len().min(SHOWN)).collect(),
        administrators: administrators(&snapshot, found.as_ref()),
        break_glass: break_glass(&proof, &mut reader, admin.visit.now).await?,
        passes: live(&mut reader, admin.visit.now).await?,
        exemptions: proof.config.exemptions.len() + exempt.len(),
    };
    Ok(admin.page(&page))
}

/// People who can change policies and would get in.
fn administrators(snapshot: &Snapshot, prospects: Option<&Prospects>) -> Administrators {
    let Some(prospects) = prospects else {
        return Administrators::Open("there are too many people to ask for each".to_owned());
    };
    let directory = &snapshot.tenant().directory;
    let may = |id: &str| {
        let person = snapshot.person(id);
        let roles = person.map(|person| directory.person(person).roles).unwrap_or_default();
        let role = |it: &role::Role| it.rights().contains(&Right::WritePolicies);
        roles.iter().filter_map(|id| role::ALL.iter().find(|it| it.id == id.as_str())).any(role)
    };
    let gets_in = |prospect: Prospect| match prospect {
        Prospect::Ready | Prospect::Alone => true,
        Prospect::Help | Prospect::Trapped => false,
    };
    let can = prospects.iter().filter(|(id, prospect)| gets_in(*prospect) && may(id));
    Administrators::CanEdit(can.count())
}

/// The ids of the accounts that are declared for emergencies.
pub(super) async fn emergency(proof: &Proof, reader: &mut Rows) -> Result<Vec<String>, Broken> {
    let declared = &proof.config.clone().resolved(&proof.lowered.names).break_glass;
    let mut ids: Vec<String> = declared.users.iter().map(ToString::to_string).collect();
    for group in &declared.groups {
        let members = reader.members(group.as_str()).await?;
        ids.extend(members.into_iter().map(|it| it.member));
    }
    ids.sort_unstable();
    ids.dedup();
    Ok(ids)
}

/// When somebody last got in.
pub(super) async fn last_in(reader: &mut Rows, person: &str) -> Result<Option<Timestamp>, Broken> {
    const LATEST: u32 = 20;
    let filter = cardea_idp::SignInFilter {
        person: Some(person.to_owned()),
        ..cardea_idp::SignInFilter::default()
    };
    let records = reader.sign_ins(&filter, LATEST).await?;
    let is_in = |json: &str| {
        let record: serde_json::Value = serde_json::from_str(json).unwrap_or_default();
        record.pointer("/status/errorCode").and_then(serde_json::Value::as_u64) == Some(0)
    };
    Ok(records.into_iter().find(|it| is_in(&it.json)).map(|it| it.created))
}

async fn break_glass(
    proof: &Proof,
    reader: &mut Rows,
    now: Timestamp,
) -> Result<BreakGlassCard, Broken> {
    let accounts = emergency(proof, reader).await?;
    let mut latest: Option<Timestamp> = None;
    for account in &accounts {
        latest = latest.max(last_in(reader, account).await?);
    }
    let drilled = latest.map(|at| {
        let days = now.duration_since(at).as_hours() / 24;
        (Moment(at), u32::try_from(days).unwrap_or(0))
    });
    Ok(BreakGlassCard { accounts: accounts.len(), drilled })
}

/// How many passes work now or later.
async fn live(reader: &mut Rows, now: Timestamp) -> Result<usize, Broken> {
    let passes = reader.all_passes().await?;
    Ok(passes.iter().filter(|pass| super::temporary::is_live(pass, now)).count())
}
