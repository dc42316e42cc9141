//! The log of sign-ins and the audit log.

use cardea_idp::admin::right::Right;
use cardea_odata::order::Order;
use cardea_odata::query::Query;
use cardea_store::{AuditRecord, SignIn, SignInFilter};
use serde_json::{Value, json};

use crate::api::Version;
use crate::call::Call;
use crate::problem::{Problem, Result};
use crate::reply::Reply;
use crate::route::Logs;

/// The most records that one request looks at; whoever wants older ones says until when.
const MOST: u32 = 10_000;
/// What of a sign-in only the beta says.
const OF_BETA: [&str; 8] = [
    "authenticationDetails",
    "authenticationRequirement",
    "authenticationContextClassReferences",
    "authenticationProtocol",
    "incomingTokenType",
    "originalTransferMethod",
    "networkLocationDetails",
    "userType",
];
/// Results that v1.0 names only to whoever says that they can take them.
const REPORT_ONLY: [&str; 4] =
    ["reportOnlySuccess", "reportOnlyFailure", "reportOnlyNotApplied", "reportOnlyInterrupted"];

pub(super) async fn answer(call: &Call<'_>, action: Logs, key: &str) -> Result<Reply> {
    let mut reader = call.reader(Right::ReadLogs).await?;
    match action {
        Logs::SignIns => {
            let query = latest(call.list()?, "createdDateTime desc, id desc")?;
            let records = reader.sign_ins(&SignInFilter::default(), MOST).await?;
            call.page("auditLogs/signIns", &query, records.iter().map(|it| sign_in(call, it)))
        }
        Logs::SignIn => {
            let record = reader.sign_in(key).await?;
            let record = record.ok_or_else(|| Problem::absent("sign-in", key))?;
            let Value::Object(body) = sign_in(call, &record) else {
                return Err(Problem::absent("sign-in", key));
            };
            call.item(("auditLogs/signIns", key), body)
        }
        Logs::Audits => {
            let query = latest(call.list()?, "activityDateTime desc, id desc")?;
            let records = reader.audit_records(None, MOST).await?;
            call.page("auditLogs/directoryAudits", &query, records.iter().map(audit))
        }
        Logs::Audit => {
            let number: Option<u64> = key.parse().ok();
            let before = number.and_then(|number| number.checked_add(1));
            let records = reader.audit_records(before, 1).await?;
            let record = records.into_iter().find(|it| Some(it.number) == number);
            let record = record.ok_or_else(|| Problem::absent("audit record", key))?;
            let Value::Object(body) = audit(&record) else {
                return Err(Problem::absent("audit record", key));
            };
            call.item(("auditLogs/directoryAudits", key), body)
        }
    }
}

/// Logs begin with the latest record where no sequence is asked for.
fn latest(mut query: Query, order: &str) -> Result<Query> {
    if query.order.keys().is_empty() {
        query.order = Order::parse(order)?;
    }
    Ok(query)
}

/// A sign-in as this version shows it. Which policies applied is for those who may read policies.
fn sign_in(call: &Call<'_>, record: &SignIn) -> Value {
    let mut json: Value = serde_json::from_str(&record.json).unwrap_or_default();
    let Some(body) = json.as_object_mut() else { return json };
    let takes_all = call.prefer.iter().any(|it| it.contains("include-unknown-enum-members"));
    if call.may(Right::ReadPolicies).is_err() {
        body.remove("appliedConditionalAccessPolicies");
    }
    if call.version == Version::V1 {
        body.retain(|name, _| !OF_BETA.contains(&name.as_str()));
        let applied =
            body.get_mut("appliedConditionalAccessPolicies").and_then(Value::as_array_mut);
        for policy in applied.into_iter().flatten() {
            let unknown = policy
                .get("result")
                .and_then(Value::as_str)
                .is_some_and(|it| REPORT_ONLY.contains(&it) && !takes_all);
            if let (true, Some(policy)) = (unknown, policy.as_object_mut()) {
                policy.insert("result".to_owned(), Value::from("unknownFutureValue"));
            }
        }
    }
    json
}

/// A record of the audit log as Graph's `directoryAudit`.
fn audit(record: &AuditRecord) -> Value {
    let entry = &record.entry;
    let details: Value = serde_json::from_str(&entry.json).unwrap_or_default();
    let refused = entry.action.ends_with(" (refused)");
    json!({
        // As texts sort as numbers do.
        "id": format!("{:012}", record.number),
        "activityDateTime": record.created.to_string(),
        "activityDisplayName": entry.action,
        "category": "Policy", "loggedByService": "Core Directory",
        "result": if refused { "failure" } else { "success" },
        "initiatedBy": { "user": { "id": entry.actor }, "app": null },
        "targetResources": [{ "id": entry.target, "modifiedProperties": modified(&details) }],
        "additionalDetails": [{ "key": "details", "value": entry.json }],
    })
}

/// Every object that was changed, before and after.
fn modified(details: &Value) -> Value {
    let objects = details.get("objects").and_then(Value::as_array).into_iter().flatten();
    let text = |value: Option<&Value>| {
        value.filter(|it| !it.is_null()).map_or(Value::Null, |it| Value::from(it.to_string()))
    };
    objects
        .map(|object| {
            json!({
                "displayName": object.get("kind"),
                "oldValue": text(object.get("before")), "newValue": text(object.get("after")),
            })
        })
        .collect()
}
