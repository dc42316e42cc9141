//! Logs.

use std::collections::HashMap;

use axum::Router;
use axum::extract::{Path, Query};
use axum::routing::get;
use cardea_check::whatif::words;
use cardea_idp::admin::right::Right;
use cardea_idp::{AuditRecord, Rows, SignIn, SignInFilter};
use serde::Deserialize;
use serde_json::Value;

use super::desk::{Admin, person_of};
use super::drafted::pretty;
use super::policies::{or_answer, proof_then};
use super::policy_form::{list, text};
use crate::fields::admin as fields;
use crate::pages::Moment;
use crate::pages::admin::chip::Tone;
use crate::pages::admin::logs::{
    ChangeEntry, ChangeRow, Changes, EntryPolicy, EntryStep, Scope, SignInEnd, SignInEntry,
    SignInRow, SignIns,
};
use crate::pages::admin::table::Pager;
use crate::paths::admin as paths;
use crate::respond::Answer;
use crate::web::{Broken, Web};

/// Entries on a page.
const PAGE: u32 = 50;

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route(paths::SIGN_INS, get(sign_ins))
        .route("/admin/logs/signins/{id}", get(sign_in))
        .route(paths::AUDIT, get(changes))
        .route(paths::PROVISIONING, get(provisioning))
        .route("/admin/logs/audit/{number}", get(change))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Marks {
    person: String,
    correlation: String,
    after: String,
}

async fn sign_ins(admin: Admin, Query(marks): Query<Marks>) -> Answer {
    let mut reader = or_answer!(admin.reader(Right::ReadLogs).await?);
    let person = match marks.person.trim() {
        "" => None,
        // Nobody's id is empty, so whoever is not found has no sign-ins.
        text => Some(person_of(&mut reader, text).await?.map(|it| it.id).unwrap_or_default()),
    };
    let last = if marks.after.is_empty() { None } else { reader.sign_in(&marks.after).await? };
    let filter = SignInFilter {
        person,
        correlation: Some(marks.correlation.trim().to_owned()).filter(|it| !it.is_empty()),
        before: last.map(|it| (it.created, it.id)),
        ..SignInFilter::default()
    };
    let records = reader.sign_ins(&filter, PAGE).await?;
    let is_full = u32::try_from(records.len()).is_ok_and(|it| it == PAGE);
    let on = records.last().filter(|_| is_full).map(|last| {
        let pairs = [
            ("person", marks.person.as_str()),
            ("correlation", &marks.correlation),
            (fields::AFTER, &last.id),
        ];
        let pairs: Vec<_> = pairs.into_iter().filter(|(_, value)| !value.is_empty()).collect();
        paths::filtered(paths::SIGN_INS, &pairs)
    });
    let page = SignIns {
        desk: admin.desk().await?,
        rows: records.iter().map(row).collect(),
        correlation: marks.correlation,
        person: marks.person,
        pager: Pager { on: on.unwrap_or_default(), ..Pager::default() },
    };
    Ok(admin.page(&page))
}

fn end(record: &Value) -> SignInEnd {
    let code = record.pointer("/status/errorCode").and_then(Value::as_u64).unwrap_or(0);
    match code {
        0 => SignInEnd::In,
        50072 | 50074 | 50076 | 50158 => SignInEnd::Interrupted { code: code.to_string() },
        other => SignInEnd::Stopped { code: other.to_string() },
    }
}

fn row(record: &SignIn) -> SignInRow {
    let json: Value = serde_json::from_str(&record.json).unwrap_or_default();
    SignInRow {
        id: record.id.clone(),
        at: Moment(record.created),
        person: (
            text(&json, "/userDisplayName").to_owned(),
            text(&json, "/userPrincipalName").to_owned(),
        ),
        app: text(&json, "/appDisplayName").to_owned(),
        end: end(&json),
        address: text(&json, "/ipAddress").to_owned(),
    }
}

async fn sign_in(admin: Admin, Path(id): Path<String>) -> Answer {
    let mut reader = or_answer!(admin.reader(Right::ReadLogs).await?);
    let Some(record) = reader.sign_in(&id).await? else {
        return admin.unknown("sign-in", paths::SIGN_INS).await;
    };
    let json: Value = serde_json::from_str(&record.json).unwrap_or_default();
    let details = text(&json, "/status/additionalDetails");
    let lap = details.strip_prefix("lap ").and_then(|it| it.parse().ok()).unwrap_or(1);
    let reason = text(&json, "/status/failureReason");
    let is_loop = reason == "registration-loop";
    let person = text(&json, "/userId").to_owned();
    let platform = platform(text(&json, "/deviceDetail/operatingSystem"));
    let flow = text(&json, "/originalTransferMethod");
    let flow = if flow == "none" { "" } else { flow };
    let replay = [
        ("person", person.as_str()),
        ("app", text(&json, "/appId")),
        ("platform", platform),
        ("client", client(text(&json, "/clientAppUsed"))),
        ("address", text(&json, "/ipAddress")),
        ("country", text(&json, "/location/countryOrRegion")),
        ("flow", flow),
        ("ask", "yes"),
    ];
    let replay = replay.into_iter().filter(|(_, value)| !value.is_empty());
    let replay: Vec<_> = replay.collect();
    let page = SignInEntry {
        desk: admin.desk().await?,
        at: Moment(record.created),
        app: text(&json, "/appDisplayName").to_owned(),
        end: end(&json),
        reason: reason.to_owned(),
        correlation: record.correlation.clone(),
        steps: steps(&json, lap),
        lap,
        policies: applied(&json),
        device: vec![
            ("Platform", text(&json, "/deviceDetail/operatingSystem").to_owned()),
            ("Client", text(&json, "/clientAppUsed").to_owned()),
            ("Says of itself", text(&json, "/userAgent").to_owned()),
            ("Network", network(&json)),
        ],
        json: pretty(&record.json),
        replay: if person.is_empty() {
            String::new()
        } else {
            paths::filtered(paths::WHAT_IF, &replay)
        },
        predicted: if is_loop { reason.to_owned() } else { String::new() },
        person: (
            person,
            text(&json, "/userDisplayName").to_owned(),
            text(&json, "/userPrincipalName").to_owned(),
        ),
    };
    Ok(admin.page(&page))
}

/// Graph's word of a platform that a log entry names; empty for one that is not known.
fn platform(name: &str) -> &'static str {
    let mut known = words::PLATFORMS.iter().filter(|(word, _)| *word != "unknown");
    known.find(|(_, it)| it.text() == name).map_or("", |(word, _)| word)
}

/// Graph's word of a kind of client that a log entry names.
fn client(name: &str) -> &'static str {
    words::CLIENTS.iter().find(|(_, it)| it.text() == name).map_or("", |(word, _)| word)
}

fn network(record: &Value) -> String {
    let (address, country) =
        (text(record, "/ipAddress"), text(record, "/location/countryOrRegion"));
    if country.is_empty() { address.to_owned() } else { format!("{address}, {country}") }
}

fn applied(record: &Value) -> Vec<EntryPolicy> {
    let list_of = record.get("appliedConditionalAccessPolicies").and_then(Value::as_array);
    let policies = list_of.into_iter().flatten();
    // What was off says nothing about this sign-in.
    let policies = policies.filter(|it| text(it, "/result") != "notEnabled");
    policies
        .map(|it| EntryPolicy {
            id: text(it, "/id").to_owned(),
            name: text(it, "/displayName").to_owned(),
            result: text(it, "/result").to_owned(),
            asked: list(it, "/enforcedGrantControls").collect::<Vec<_>>().join(", "),
        })
        .collect()
}

fn steps(record: &Value, lap: u32) -> Vec<EntryStep> {
    let shown = record.get("authenticationDetails").and_then(Value::as_array);
    let shown = shown.into_iter().flatten().map(|it| EntryStep {
        text: text(it, "/authenticationMethod").to_owned(),
        tone: Tone::Good,
    });
    let mut steps: Vec<EntryStep> = shown.collect();
    for policy in applied(record).iter().filter(|it| it.result == "failure") {
        let what = if policy.asked.is_empty() { "asks for more" } else { policy.asked.as_str() };
        steps.push(EntryStep { text: format!("{}: {what}", policy.name), tone: Tone::Bad });
    }
    if lap > 1 {
        steps.push(EntryStep { text: "The same question again".to_owned(), tone: Tone::Bad });
    }
    if matches!(end(record), SignInEnd::In) {
        steps.push(EntryStep { text: "The app got its answer".to_owned(), tone: Tone::Good });
    }
    steps
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Before {
    before: String,
}

/// Names of people by their ids, asked for once.
async fn name(
    reader: &mut Rows,
    names: &mut HashMap<String, String>,
    id: &str,
) -> Result<String, Broken> {
    if let Some(name) = names.get(id) {
        return Ok(name.clone());
    }
    let name = reader.person(id).await?.map_or_else(|| id.to_owned(), |it| it.display_name);
    names.insert(id.to_owned(), name.clone());
    Ok(name)
}

/// What an entry is about, by name where it is known.
async fn target(reader: &mut Rows, id: &str) -> Result<String, Broken> {
    if let Some(person) = reader.person(id).await? {
        return Ok(person.display_name);
    }
    for kind in ["conditionalAccessPolicy", "group", "authenticationStrengthPolicy"] {
        if let Some(object) = reader.object(kind, id).await? {
            return Ok(object.name);
        }
    }
    Ok(id.to_owned())
}

async fn told(
    reader: &mut Rows,
    names: &mut HashMap<String, String>,
    record: AuditRecord,
) -> Result<ChangeRow, Broken> {
    Ok(ChangeRow {
        id: record.number.to_string(),
        at: Moment(record.created),
        actor: name(reader, names, &record.entry.actor).await?,
        target: target(reader, &record.entry.target).await?,
        proof: proof_then(&record.entry.json),
        action: record.entry.action,
    })
}

async fn changes(admin: Admin, Query(marks): Query<Before>) -> Answer {
    let mut reader = or_answer!(admin.reader(Right::ReadLogs).await?);
    let records = reader.audit_records(marks.before.parse().ok(), PAGE).await?;
    let is_full = u32::try_from(records.len()).is_ok_and(|it| it == PAGE);
    let on = records.last().filter(|_| is_full).map(|it| it.number.to_string());
    let on = on.map(|number| paths::filtered(paths::AUDIT, &[("before", &number)]));
    let mut names = HashMap::new();
    let mut rows = Vec::new();
    for record in records {
        rows.push(told(&mut reader, &mut names, record).await?);
    }
    let pager = Pager { on: on.unwrap_or_default(), ..Pager::default() };
    Ok(admin.page(&Changes { desk: admin.desk().await?, scope: Scope::All, rows, pager }))
}

/// Entries that are looked at for one page of what apps changed.
const LOOKED_AT: u32 = 5_000;

/// What apps changed of people and groups by themselves.
async fn provisioning(admin: Admin, Query(marks): Query<Before>) -> Answer {
    let mut reader = or_answer!(admin.reader(Right::ReadLogs).await?);
    let snapshot = admin.visit.web.idp().snapshot().await?;
    let apps: HashMap<String, String> = snapshot
        .clients
        .values()
        .map(|client| (client.id.to_string(), client.name.clone()))
        .collect();
    let records = reader.audit_records(marks.before.parse().ok(), LOOKED_AT).await?;
    let is_full = u32::try_from(records.len()).is_ok_and(|it| it == LOOKED_AT);
    let end = records.last().filter(|_| is_full).map(|it| it.number);
    let mut found = records.into_iter().filter(|it| {
        apps.contains_key(&it.entry.actor.to_ascii_lowercase()) && is_of_directory(&it.entry.action)
    });
    let page = usize::try_from(PAGE).unwrap_or(usize::MAX);
    let shown: Vec<AuditRecord> = found.by_ref().take(page).collect();
    // Where the page is full the next one goes on behind it, else behind what was looked at.
    let next = if found.next().is_some() { shown.last().map(|it| it.number) } else { end };
    let on = next.map(|it| paths::filtered(paths::PROVISIONING, &[("before", &it.to_string())]));
    let mut names = apps;
    let mut rows = Vec::new();
    for record in shown {
        rows.push(told(&mut reader, &mut names, record).await?);
    }
    let pager = Pager { on: on.unwrap_or_default(), ..Pager::default() };
    let desk = admin.desk().await?;
    Ok(admin.page(&Changes { desk, scope: Scope::Provisioning, rows, pager }))
}

/// Whether an activity is about people or groups.
fn is_of_directory(activity: &str) -> bool {
    let activity = activity.to_ascii_lowercase();
    ["user", "group", "member"].iter().any(|it| activity.split(' ').any(|word| word == *it))
}

async fn change(admin: Admin, Path(number): Path<String>) -> Answer {
    let mut reader = or_answer!(admin.reader(Right::ReadLogs).await?);
    let number: u64 = number.parse().unwrap_or_default();
    let records = reader.audit_records(number.checked_add(1), 1).await?;
    let Some(record) = records.into_iter().find(|it| it.number == number) else {
        return admin.unknown("change", paths::AUDIT).await;
    };
    let json = pretty(&record.entry.json);
    let change = told(&mut reader, &mut HashMap::new(), record).await?;
    Ok(admin.page(&ChangeEntry { desk: admin.desk().await?, change, json }))
}
