//! Objects as somebody wants them: what they send becomes what is kept.
//!
//! What nobody here knows is kept as it is. What only the tenant says, as when an object was
//! created, is passed over where somebody sends it, as Graph does. What cannot be understood where it
//! decides sign-ins is refused: an object that is created here is never one that the prover cannot
//! judge.

use cardea_graph::document::is_annotation;
use cardea_graph::export::Reader;
use cardea_graph::lower::lower;
use cardea_graph::problem::ProblemKind;
use cardea_store::Object;
use jiff::Timestamp;
use serde_json::{Map, Value};
use thiserror::Error;

use crate::failure::Failure;
use crate::import::kind_of_text;
use crate::json::{self, Field, Spacing};
use crate::random;

/// An object as JSON.
pub type Json = Map<String, Value>;

/// Why an object cannot be kept as it was sent.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Unfit {
    /// A value is not one that the property can have.
    #[error("{0}")]
    Value(String),
    /// A property that has to be there is not.
    #[error("'{0}' has to be given")]
    Missing(&'static str),
    /// It would be of another kind.
    #[error("this is not what the address is for; send {article} {kind}")]
    Kind {
        /// "a" or "an".
        article: &'static str,
        /// What it should be.
        kind: String,
    },
    /// The id or the kind of an object never changes.
    #[error("'{0}' of an object never changes; leave it out")]
    Fixed(&'static str),
}

/// What only the tenant says, of every kind of object.
const OWN: [&str; 9] = [
    "id",
    "createdDateTime",
    "modifiedDateTime",
    "deletedDateTime",
    "renewedDateTime",
    "@odata.context",
    "@odata.etag",
    "policyType",
    "requirementsSatisfied",
];

/// A new object of a kind, out of what was sent.
///
/// # Errors
/// No id can be made. What cannot be kept is an answer.
pub fn created(
    kind: &str,
    mut body: Json,
    now: Timestamp,
) -> Result<Result<Object, Unfit>, Failure> {
    if let Some(missing) = required(kind).iter().find(|name| is_missing(&body, name)) {
        return Ok(Err(Unfit::Missing(missing)));
    }
    let id = match body.get("id") {
        // Of these the id is what people choose.
        Some(Value::String(id)) if CHOSEN.contains(&kind) => id.clone(),
        _ => random::guid()?,
    };
    body.retain(|name, _| !OWN.iter().any(|own| own.eq_ignore_ascii_case(name)));
    spell(kind, &mut body);
    body.insert("id".to_owned(), Value::from(id.clone()));
    if DATED.contains(&kind) {
        let created = Value::from(moment(now));
        body.insert("createdDateTime".to_owned(), created.clone());
        body.insert("modifiedDateTime".to_owned(), created);
    }
    if kind == "authenticationStrengthPolicy" {
        body.insert("policyType".to_owned(), Value::from("custom"));
        body.insert("requirementsSatisfied".to_owned(), Value::from("mfa"));
    }
    if kind == "conditionalAccessPolicy" {
        fill_in(&mut body);
    }
    if !body.contains_key("@odata.type") {
        body.insert("@odata.type".to_owned(), Value::from(format!("#microsoft.graph.{kind}")));
    }
    let name = name_of(&body).unwrap_or_else(|| id.clone());
    let json = Value::Object(body).to_string();
    let object = Object { kind: kind.to_owned(), id, name, position: 0, json, changed: now };
    Ok(understood(&object).map(|()| object))
}

/// An object with some properties changed. Inside of a property what is not sent stays as it is;
/// lists are replaced (OData 4.01, *Update an entity*).
///
/// # Errors
/// The object in the database is no JSON. What cannot be kept is an answer.
pub fn patched(
    object: &Object,
    patch: &Json,
    now: Timestamp,
) -> Result<Result<Object, Unfit>, Failure> {
    let before: Json = serde_json::from_str(&object.json)
        .map_err(Failure::unreadable("an object in the database"))?;
    let mut fields: Vec<(String, String)> = Vec::new();
    for (name, value) in patch {
        if name.eq_ignore_ascii_case("id") {
            if value.as_str().is_none_or(|id| !id.eq_ignore_ascii_case(&object.id)) {
                return Ok(Err(Unfit::Fixed("id")));
            }
            continue;
        }
        if name == "@odata.type" {
            if before.get(name).is_some_and(|before| before != value) {
                return Ok(Err(Unfit::Fixed("@odata.type")));
            }
            continue;
        }
        if OWN.iter().any(|own| own.eq_ignore_ascii_case(name)) {
            continue;
        }
        let known = before.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
        let merged = known.map_or_else(|| value.clone(), |(_, before)| merged(before, value));
        fields.push((name.clone(), merged.to_string()));
    }
    if DATED.contains(&object.kind.as_str()) {
        fields.push(("modifiedDateTime".to_owned(), Value::from(moment(now)).to_string()));
    }
    let with: Vec<Field<'_>> =
        fields.iter().map(|(name, value)| Field::With(name, value)).collect();
    let json = json::rewritten(&object.json, &with, Spacing::Compact)?;
    let after: Json =
        serde_json::from_str(&json).map_err(Failure::unreadable("an object in the database"))?;
    let name = name_of(&after).unwrap_or_else(|| object.id.clone());
    // What an import brought that nobody understands stays, and is no reason to change nothing else.
    let known = faults(object).unwrap_or_default();
    let object = Object { name, json, changed: now, ..object.clone() };
    Ok(faults(&object).and_then(|found| match found.into_iter().find(|it| !known.contains(it)) {
        Some(new) => Err(Unfit::Value(new)),
        None => Ok(object),
    }))
}

/// An object with other properties in place of all that it had, as who keeps it up to date from
/// elsewhere writes it. Its id stays.
///
/// # Errors
/// What cannot be kept.
pub fn replaced(object: &Object, mut body: Json, now: Timestamp) -> Result<Object, Unfit> {
    body.insert("id".to_owned(), Value::from(object.id.clone()));
    let name = name_of(&body).unwrap_or_else(|| object.id.clone());
    let json = Value::Object(body).to_string();
    let object = Object { name, json, changed: now, ..object.clone() };
    understood(&object).map(|()| object)
}

/// Kinds whose ids are chosen by people: `c1`, `Fido2`, the name of a set.
const CHOSEN: [&str; 3] =
    ["authenticationContextClassReference", "attributeSet", "customSecurityAttributeDefinition"];

/// Kinds that say when they were created and changed.
const DATED: [&str; 5] = [
    "conditionalAccessPolicy",
    "ipNamedLocation",
    "countryNamedLocation",
    "compliantNetworkNamedLocation",
    "authenticationStrengthPolicy",
];

/// What an object of a kind cannot do without (Graph).
fn required(kind: &str) -> &'static [&'static str] {
    match kind {
        "conditionalAccessPolicy" => &["displayName", "state", "conditions"],
        "ipNamedLocation" => &["displayName", "ipRanges"],
        "countryNamedLocation" => &["displayName", "countriesAndRegions"],
        "authenticationStrengthPolicy" => &["displayName", "allowedCombinations"],
        "authenticationContextClassReference" | "attributeSet" => &["id"],
        "customSecurityAttributeDefinition" => &["attributeSet", "name", "type"],
        "group" => &["displayName", "mailEnabled", "mailNickname", "securityEnabled"],
        "unifiedRoleAssignment" => &["principalId", "roleDefinitionId", "directoryScopeId"],
        "servicePrincipal" => &["appId"],
        _ => &["displayName"],
    }
}

fn is_missing(body: &Json, name: &str) -> bool {
    let found = body.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
    found.is_none_or(|(_, value)| value.is_null() || value.as_str().is_some_and(str::is_empty))
}

/// A moment as Graph writes it.
pub fn moment(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// Gives the properties of policies, locations and strengths the names that Graph has for them. Programs
/// that Microsoft's shells come with write them with a capital letter, and Graph takes both. Names that
/// people choose, as those of custom security attributes, are in objects of other kinds.
pub fn spell(kind: &str, body: &mut Json) {
    if DATED.contains(&kind) {
        spell_all(body);
    }
}

fn spell_all(object: &mut Json) {
    for (name, mut value) in std::mem::take(object) {
        spell_in(&mut value);
        let graph = if is_annotation(&name) { name } else { uncapitalised(&name) };
        object.insert(graph, value);
    }
}

fn spell_in(value: &mut Value) {
    match value {
        Value::Object(object) => spell_all(object),
        Value::Array(items) => items.iter_mut().for_each(spell_in),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn uncapitalised(name: &str) -> String {
    let mut letters = name.chars();
    let first = letters.next().map(|it| it.to_ascii_lowercase());
    first.into_iter().chain(letters).collect()
}

fn name_of(json: &Json) -> Option<String> {
    let found = |name: &str| json.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
    let text = |name: &str| found(name)?.1.as_str().filter(|it| !it.is_empty());
    text("displayName").or_else(|| text("name")).map(str::to_owned)
}

/// What a value becomes where only a part of it was sent.
fn merged(before: &Value, patch: &Value) -> Value {
    match (before, patch) {
        (Value::Object(before), Value::Object(patch)) => {
            let mut both = before.clone();
            for (name, value) in patch {
                let known = both.keys().find(|key| key.eq_ignore_ascii_case(name)).cloned();
                let name = known.unwrap_or_else(|| name.clone());
                let merged = both.get(&name).map_or_else(|| value.clone(), |it| merged(it, value));
                both.insert(name, merged);
            }
            Value::Object(both)
        }
        _ => patch.clone(),
    }
}

/// A policy that is read back says everything that it could say (Graph, *conditionalAccessPolicy*).
fn fill_in(policy: &mut Json) {
    const LISTS: [&str; 4] =
        ["clientAppTypes", "userRiskLevels", "signInRiskLevels", "servicePrincipalRiskLevels"];
    const OBJECTS: [&str; 9] = [
        "users",
        "applications",
        "platforms",
        "locations",
        "devices",
        "clientApplications",
        "authenticationFlows",
        "insiderRiskLevels",
        "times",
    ];
    for name in ["grantControls", "sessionControls", "templateId", "description"] {
        policy.entry(name).or_insert(Value::Null);
    }
    let Some(Value::Object(conditions)) = policy.get_mut("conditions") else { return };
    for name in LISTS {
        let all = if name == "clientAppTypes" { vec![Value::from("all")] } else { Vec::new() };
        conditions.entry(name).or_insert(Value::Array(all));
    }
    for name in OBJECTS {
        conditions.entry(name).or_insert(Value::Null);
    }
}

/// Whether the object is what it should be, and everything in it that decides sign-ins is understood.
fn understood(object: &Object) -> Result<(), Unfit> {
    faults(object)?.into_iter().next().map_or(Ok(()), |fault| Err(Unfit::Value(fault)))
}

/// What in an object decides sign-ins and is not understood.
fn faults(object: &Object) -> Result<Vec<String>, Unfit> {
    let mut reader = Reader::default();
    reader.add("body.json", object.json.clone().into_bytes());
    let export = reader.finish();
    if let Some(found) = kind_of_text(&export)
        && found != object.kind
    {
        let article = if object.kind.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
        return Err(Unfit::Kind { article, kind: object.kind.clone() });
    }
    let lowered = lower(export);
    let decides = |kind: &ProblemKind| match kind {
        ProblemKind::UnmodelledValue
        | ProblemKind::Undecodable
        | ProblemKind::TooLarge
        | ProblemKind::Malformed
        | ProblemKind::DuplicateKey
        | ProblemKind::Reading => true,
        ProblemKind::PartialExport
        | ProblemKind::Unrecognised
        | ProblemKind::UnmodelledField
        | ProblemKind::ForeignField => false,
    };
    let problems = lowered.problems.into_iter().filter(|problem| decides(&problem.kind));
    let told = problems.map(|problem| {
        let help = problem.help.iter().map(|help| format!("; {help}"));
        format!("{}{}", problem.message, help.collect::<String>())
    });
    Ok(told.collect())
}
