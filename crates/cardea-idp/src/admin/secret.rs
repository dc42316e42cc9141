//! Secrets of applications: made here, told once.

use cardea_store::{ClientSecret, Object, SecretHash};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use thiserror::Error;
use zeroize::Zeroizing;

use super::edit::{Edit, Edits, tag};
use super::shape::{Json, moment};
use crate::failure::Failure;
use crate::json::{self, Field, Spacing};
use crate::random;

/// How long a secret counts where nothing is said: two years, as in Graph.
const USUAL: SignedDuration = SignedDuration::from_hours(2 * 365 * 24);
/// How much of a secret people see, to tell it from others.
const HINT: usize = 3;
const LIST: &str = "passwordCredentials";

/// A secret that was made. Its text is here and nowhere else.
pub struct Made {
    /// Graph's `keyId`.
    pub id: String,
    /// The text.
    pub text: Zeroizing<String>,
    /// Its first characters.
    pub hint: String,
    /// From when on it counts.
    pub starts: Timestamp,
    /// Until when.
    pub ends: Timestamp,
}

impl std::fmt::Debug for Made {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Made").field("id", &self.id).finish_non_exhaustive()
    }
}

/// Why a secret was not made, or not removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Refused {
    /// The application has no client id, so it can be no client.
    #[error("the application has no 'appId'")]
    NoClient,
    /// It would be over before it begins.
    #[error("a secret ends after now")]
    End,
    /// There is no such secret.
    #[error("the application has no secret with this 'keyId'")]
    Absent,
}

/// A new secret for an application, with the change that gives it.
///
/// # Errors
/// No secret can be made. A refusal is an answer.
pub fn added(
    application: &Object,
    (name, ends): (&str, Option<Timestamp>),
    now: Timestamp,
) -> Result<Result<(Made, Edits), Refused>, Failure> {
    let body = body(application)?;
    let Some(client) = client(&body) else { return Ok(Err(Refused::NoClient)) };
    let ends = ends.unwrap_or_else(|| now.saturating_add(USUAL).unwrap_or(now));
    if ends <= now {
        return Ok(Err(Refused::End));
    }
    let text = Zeroizing::new(random::secret()?.expose().to_owned());
    let made = Made {
        id: random::guid()?,
        hint: text.chars().take(HINT).collect(),
        text,
        starts: now,
        ends,
    };
    let mut all = listed(&body);
    all.push(json!({
        "keyId": made.id, "displayName": name, "hint": made.hint, "secretText": null,
        "startDateTime": moment(now), "endDateTime": moment(ends),
    }));
    let secret = ClientSecret {
        id: made.id.clone(),
        client,
        hash: SecretHash::of(made.text.as_bytes()),
        hint: made.hint.clone(),
        name: name.to_owned(),
        starts: now,
        ends,
    };
    let mut edits = rewritten(application, all, now)?;
    edits.edits.push(Edit::PutClientSecret(secret));
    Ok(Ok((made, edits)))
}

/// The change that takes a secret away.
///
/// # Errors
/// The application in the database is no JSON. A refusal is an answer.
pub fn removed(
    application: &Object,
    id: &str,
    now: Timestamp,
) -> Result<Result<Edits, Refused>, Failure> {
    let body = body(application)?;
    let Some(client) = client(&body) else { return Ok(Err(Refused::NoClient)) };
    let all = listed(&body);
    let left: Vec<Value> = all
        .iter()
        .filter(|it| it.get("keyId").and_then(Value::as_str) != Some(id))
        .cloned()
        .collect();
    if left.len() == all.len() {
        return Ok(Err(Refused::Absent));
    }
    let mut edits = rewritten(application, left, now)?;
    edits.edits.push(Edit::DeleteClientSecret { client, id: id.to_owned() });
    Ok(Ok(edits))
}

fn body(application: &Object) -> Result<Json, Failure> {
    serde_json::from_str(&application.json)
        .map_err(Failure::unreadable("an application in the database"))
}

fn client(body: &Json) -> Option<String> {
    let id = body.get("appId").and_then(Value::as_str)?;
    cardea_oidc::client::ClientId::parse(id).map(|id| id.as_str().to_owned())
}

fn listed(body: &Json) -> Vec<Value> {
    body.get(LIST).and_then(Value::as_array).cloned().unwrap_or_default()
}

fn rewritten(application: &Object, all: Vec<Value>, now: Timestamp) -> Result<Edits, Failure> {
    let list = Value::Array(all).to_string();
    let json = json::rewritten(&application.json, &[Field::With(LIST, &list)], Spacing::Compact)?;
    let changed = Object { json, changed: now, ..application.clone() };
    let edits =
        Edits::one(Edit::Put(changed), "Update application – Certificates and secrets management");
    let before = tag(&application.json);
    Ok(edits.expecting(&application.kind, &application.id, Some(&before)))
}
