//! The sign-in log, in the shape of Graph's `signIn`.
//!
//! Source: Graph's `signIn` and `appliedConditionalAccessPolicy`; `conditionalAccessStatus` is
//! `failure` if an enabled policy failed, else `success` if one was satisfied, else `notApplied`.

use cardea_check::whatif::words;
use cardea_oidc::client::Client;
use cardea_policy::control::{Control, Grant};
use cardea_policy::evaluate::{Evaluation, Reason};
use cardea_policy::place::PolicyIndex;
use cardea_policy::policy::{Policy, State};
use cardea_store as store;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::client;
use crate::decision::{Case, Next, Shut};
use crate::failure::Failure;
use crate::grant;
use crate::random;
use crate::shown::{Method, Shown};
use crate::sign_in::{Progress, Purpose, Stage};
use crate::snapshot::Snapshot;
use crate::visitor::{Place, Visitor};

/// Sign-ins that were written down, by whether somebody was there, and by Microsoft's error code, which is 0
/// where they got in.
pub const SIGN_INS: &str = "cardea_sign_ins_total";

/// The record of a sign-in that was granted.
pub(crate) fn granted(progress: &Progress, visitor: &Visitor) -> Result<store::SignIn, Failure> {
    record(&of(progress, visitor), &Outcome { code: 0, reason: "", laps: 0 })
}

/// The record of one that came to a wall, for the how many-th time.
pub(crate) fn stopped(
    progress: &Progress,
    (visitor, laps): (&Visitor, u32),
) -> Result<store::SignIn, Failure> {
    let code = match &progress.stage {
        Stage::Known(Next::Shut(shut)) => wall_code(shut),
        Stage::Known(Next::Accept(_)) => 50158,
        Stage::Known(Next::Register(_)) => 50072,
        Stage::Account | Stage::Name | Stage::First(_) | Stage::Invited(_) | Stage::Known(_) => {
            50058
        }
    };
    let declined = matches!(progress.stage, Stage::Known(Next::Accept(_)));
    let reason = match laps {
        _ if declined => "the terms of use were declined",
        0 | 1 => BLOCKED,
        _ => "registration-loop",
    };
    record(&of(progress, visitor), &Outcome { code, reason, laps })
}

/// The record of tokens that an application got or was refused while nobody was there.
pub(crate) fn token(
    case: &Case<'_>,
    (grant, client, sender): (&grant::Grant, &Client, &Visitor),
    code: u32,
) -> Result<store::SignIn, Failure> {
    let written = Written {
        case: Some(*case),
        snapshot: case.snapshot,
        app: (Some(client.id.to_string()), Some(client.name.clone())),
        visitor: sender,
        correlation: &grant.correlation,
        shown: &grant.shown,
        place: case.place,
        now: case.now,
        interactive: false,
    };
    record(&written, &Outcome { code, reason: if code == 0 { "" } else { BLOCKED }, laps: 0 })
}

const BLOCKED: &str = "blocked by Conditional Access";

/// How often somebody came to a wall, by the record of the last time.
pub(crate) fn laps(record: &store::SignIn) -> u32 {
    let json: Value = serde_json::from_str(&record.json).unwrap_or_default();
    let code = json.pointer("/status/errorCode").and_then(Value::as_u64);
    if code.is_none_or(|code| code == 0) {
        return 0;
    }
    let details = json.pointer("/status/additionalDetails").and_then(Value::as_str);
    let lap = details.and_then(|details| details.strip_prefix("lap "));
    lap.and_then(|lap| lap.parse().ok()).unwrap_or(1)
}

struct Outcome {
    code: u32,
    reason: &'static str,
    laps: u32,
}

/// What a record is about.
struct Written<'a> {
    case: Option<Case<'a>>,
    snapshot: &'a Snapshot,
    app: (Option<String>, Option<String>),
    visitor: &'a Visitor,
    correlation: &'a str,
    shown: &'a [Shown],
    place: &'a Place,
    now: Timestamp,
    interactive: bool,
}

fn of<'a>(progress: &'a Progress, visitor: &'a Visitor) -> Written<'a> {
    Written {
        case: progress.case(),
        snapshot: &progress.snapshot,
        app: app(progress),
        visitor,
        correlation: &progress.sign_in.correlation,
        shown: &progress.sign_in.shown,
        place: &progress.place,
        now: progress.now,
        interactive: true,
    }
}

/// The number of a wall (Microsoft's reference of error codes).
pub(crate) fn wall_code(shut: &Shut) -> u32 {
    match shut.asks {
        crate::decision::Asks::ManagedDevice => 53000,
        crate::decision::Asks::ProtectedApp => 53009,
        crate::decision::Asks::Method | crate::decision::Asks::Nothing => 53003,
    }
}

fn record(written: &Written<'_>, outcome: &Outcome) -> Result<store::SignIn, Failure> {
    let Written { case, snapshot, app, visitor, correlation, shown, place, now, interactive } =
        written;
    let (app, app_name) = app;
    let id = random::guid()?;
    metrics::counter!(
        SIGN_INS,
        "interactive" => if *interactive { "true" } else { "false" },
        "error_code" => outcome.code.to_string(),
    )
    .increment(1);
    let person = case.map(|case| &case.subject.row);
    let evaluation = case.map(|case| case.evaluation());
    let applied = case.zip(evaluation.as_ref()).map(|(case, it)| applied(&case, it));
    let status = status(applied.as_deref().unwrap_or_default());
    let proofs = shown.iter().map(|shown| authentication(shown.at, &shown.method));
    let json = json!({
        "id": id,
        "createdDateTime": now.to_string(),
        "userId": person.map(|row| row.id.clone()),
        "userPrincipalName": person.map(|row| row.upn.as_str().to_owned()),
        "userDisplayName": person.map(|row| row.display_name.clone()),
        "appId": app,
        "appDisplayName": app_name,
        "resourceTenantId": snapshot.row.id,
        "ipAddress": visitor.address.map(|address| address.to_string()),
        "location": place.country().map(|it| json!({ "countryOrRegion": it.code })),
        "clientAppUsed": place.client().text(),
        "userAgent": visitor.user_agent,
        "correlationId": correlation,
        "isInteractive": interactive,
        "originalTransferMethod": words::of(place.flow, &words::FLOWS),
        "conditionalAccessStatus": status,
        "appliedConditionalAccessPolicies": applied,
        "status": {
            "errorCode": outcome.code,
            "failureReason": (outcome.code != 0).then_some(outcome.reason),
            "additionalDetails": (outcome.laps > 1).then(|| format!("lap {}", outcome.laps)),
        },
        "deviceDetail": { "operatingSystem": place.platform().text() },
        "authenticationDetails": proofs.collect::<Vec<_>>(),
    });
    Ok(store::SignIn {
        id,
        created: *now,
        correlation: (*correlation).to_owned(),
        person: person.map(|row| row.id.clone()),
        app: app.clone(),
        json: json.to_string(),
    })
}

fn app(progress: &Progress) -> (Option<String>, Option<String>) {
    match &progress.sign_in.purpose {
        Purpose::Application { request } => {
            let id = request.address.client();
            let client = progress.snapshot.clients.get(id);
            (Some(id.to_string()), client.map(|client| client.name.clone()))
        }
        Purpose::SecurityInfo | Purpose::Activity => {
            let id = cardea_policy::well_known::MY_SIGN_INS;
            (Some(id.to_owned()), Some(String::from("My Sign-ins")))
        }
        Purpose::Admin { .. } => {
            let id = cardea_policy::well_known::AZURE_PORTAL;
            (Some(id.to_owned()), Some(String::from("Admin center")))
        }
        Purpose::Device => (None, Some(String::from("Device code"))),
        Purpose::Authenticator => {
            (Some(client::AUTHENTICATOR.to_owned()), Some(client::AUTHENTICATOR_NAME.to_owned()))
        }
    }
}

/// How something was shown, as the beta's `authenticationDetails` have it.
fn authentication(at: Timestamp, method: &Method) -> Value {
    let name = match method {
        Method::Password => "Password",
        Method::Code { .. } => "OATH verification code",
        Method::Passkey { .. } => "Passkey",
        Method::Pass { .. } => "Temporary Access Pass",
    };
    json!({
        "authenticationStepDateTime": at.to_string(),
        "authenticationMethod": name,
        "succeeded": true,
    })
}

/// What each policy did.
pub(crate) fn applied(case: &Case<'_>, evaluation: &Evaluation) -> Vec<Value> {
    let index = &case.snapshot.book.index;
    let policies = index.policies().iter().zip(&evaluation.reasons).enumerate();
    policies
        .map(|(at, (policy, reason))| one(case, (PolicyIndex::at(at), policy), *reason))
        .collect()
}

fn one(case: &Case<'_>, (at, policy): (PolicyIndex, &Policy), reason: Reason) -> Value {
    let result = match (policy.state, reason) {
        (State::Disabled, _) | (_, Reason::NotEnabled) => "notEnabled",
        (State::Enabled, Reason::Mismatch(_)) => "notApplied",
        (State::ReportOnly, Reason::Mismatch(_)) => "reportOnlyNotApplied",
        (State::Enabled, Reason::Applies) if case.meets(at) => "success",
        (State::Enabled, Reason::Applies) => "failure",
        (State::ReportOnly, Reason::Applies) if case.meets(at) => "reportOnlySuccess",
        (State::ReportOnly, Reason::Applies) => "reportOnlyFailure",
    };
    json!({
        "id": policy.id.as_ref().map(ToString::to_string),
        "displayName": policy.name,
        "enforcedGrantControls": controls(case.snapshot.book.index.grant(at)),
        "enforcedSessionControls": sessions(policy),
        "result": result,
    })
}

fn controls(grant: Option<&Grant>) -> Vec<&'static str> {
    match grant {
        None => Vec::new(),
        Some(Grant::Block) => vec!["block"],
        Some(Grant::Require { controls, .. }) => controls.iter().map(Control::name).collect(),
    }
}

fn sessions(policy: &Policy) -> Vec<&'static str> {
    let mut names = Vec::new();
    if policy.session.sign_in_frequency.is_some() {
        names.push("signInFrequency");
    }
    if policy.session.persistent_browser.is_some() {
        names.push("persistentBrowser");
    }
    names
}

fn status(applied: &[Value]) -> &'static str {
    let has = |wanted: &str| applied.iter().any(|policy| policy["result"] == wanted);
    if has("failure") {
        "failure"
    } else if has("success") {
        "success"
    } else {
        "notApplied"
    }
}
