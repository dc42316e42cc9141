//! The sign-in log, in the shape of Graph's `signIn`.
//!
//! Source: Graph's `signIn` and `appliedConditionalAccessPolicy`; `conditionalAccessStatus` is
//! `failure` if an enabled policy failed, else `success` if one was satisfied, else `notApplied`.

use cardea_policy::control::{Control, Grant};
use cardea_policy::evaluate::{Evaluation, Reason};
use cardea_policy::place::PolicyIndex;
use cardea_policy::policy::{Policy, State};
use cardea_store as store;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::decision::{Case, Next, Shut};
use crate::failure::Failure;
use crate::random;
use crate::shown::Method;
use crate::sign_in::{Progress, Purpose, Stage};
use crate::visitor::Visitor;

/// The record of a sign-in that was granted.
pub(crate) fn granted(progress: &Progress, visitor: &Visitor) -> Result<store::SignIn, Failure> {
    record(progress, visitor, &Outcome { code: 0, reason: "", laps: 0 })
}

/// The record of one that came to a wall.
pub(crate) fn stopped(progress: &Progress, visitor: &Visitor) -> Result<store::SignIn, Failure> {
    let code = match &progress.stage {
        Stage::Known(Next::Shut(shut)) => wall_code(shut),
        Stage::Name | Stage::First(_) | Stage::Known(_) => 50058,
    };
    let laps = progress.sign_in.laps;
    let reason = if laps > 1 { "registration-loop" } else { "blocked by Conditional Access" };
    record(progress, visitor, &Outcome { code, reason, laps })
}

struct Outcome {
    code: u32,
    reason: &'static str,
    laps: u32,
}

/// The number of a wall (Microsoft's reference of error codes).
pub(crate) fn wall_code(shut: &Shut) -> u32 {
    match shut.asks {
        crate::decision::Asks::ManagedDevice => 53000,
        crate::decision::Asks::ProtectedApp => 53009,
        crate::decision::Asks::Method | crate::decision::Asks::Nothing => 53003,
    }
}

fn record(
    progress: &Progress,
    visitor: &Visitor,
    outcome: &Outcome,
) -> Result<store::SignIn, Failure> {
    let (snapshot, sign_in) = (&progress.snapshot, &progress.sign_in);
    let id = random::guid()?;
    let (app, app_name) = app(progress);
    let person = progress.subject.as_ref().map(|subject| &subject.row);
    let case = progress.case();
    let evaluation = case.map(|case| case.evaluation());
    let applied = case.zip(evaluation.as_ref()).map(|(case, it)| applied(&case, it));
    let status = status(applied.as_deref().unwrap_or_default());
    let proofs = sign_in.shown.iter().map(|shown| authentication(shown.at, &shown.method));
    let json = json!({
        "id": id,
        "createdDateTime": progress.now.to_string(),
        "userId": person.map(|row| row.id.clone()),
        "userPrincipalName": person.map(|row| row.upn.as_str().to_owned()),
        "userDisplayName": person.map(|row| row.display_name.clone()),
        "appId": app,
        "appDisplayName": app_name,
        "resourceTenantId": snapshot.row.id,
        "ipAddress": visitor.address.map(|address| address.to_string()),
        "clientAppUsed": progress.place.client().text(),
        "userAgent": visitor.user_agent,
        "correlationId": sign_in.correlation,
        "isInteractive": true,
        "conditionalAccessStatus": status,
        "appliedConditionalAccessPolicies": applied,
        "status": {
            "errorCode": outcome.code,
            "failureReason": (outcome.code != 0).then_some(outcome.reason),
            "additionalDetails": (outcome.laps > 1).then(|| format!("lap {}", outcome.laps)),
        },
        "deviceDetail": { "operatingSystem": progress.place.platform().text() },
        "authenticationDetails": proofs.collect::<Vec<_>>(),
    });
    Ok(store::SignIn {
        id,
        created: progress.now,
        correlation: sign_in.correlation.clone(),
        person: person.map(|row| row.id.clone()),
        app,
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
        Purpose::Device => (None, Some(String::from("Device code"))),
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
