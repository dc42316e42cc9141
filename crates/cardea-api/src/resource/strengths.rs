//! Authentication strengths: the built-in ones too, who uses them, and which passkeys they take.

use cardea_idp::admin::edit::{self, Edit, Edits};
use cardea_idp::admin::right::Right;
use cardea_idp::admin::shape::{self, Json};
use cardea_odata::problem::Code;
use cardea_store::{Object, Snapshot};
use serde_json::{Value, json};

use super::objects::{find, json_of};
use crate::call::Call;
use crate::problem::{Problem, Result};
use crate::reply::Reply;
use crate::route::{STRENGTHS, Strengths};

const ENTITY: &str = "policies/authenticationStrengthPolicies";
const CONFIGURATIONS: &str = "combinationConfigurations";
const ACTIVITY: &str = "Update authentication strength policy";
const KIND: &str = "authenticationStrengthPolicy";

pub(super) async fn answer(call: &Call<'_>, action: Strengths, keys: &[&str]) -> Result<Reply> {
    let id = keys.first().copied().unwrap_or_default();
    let key = keys.get(1).copied().unwrap_or_default();
    match action {
        Strengths::List => list(call).await,
        Strengths::Get => {
            let (body, tag) = one(call, id).await?;
            call.item((ENTITY, &tag), body)
        }
        Strengths::Usage => usage(call, id).await,
        Strengths::UpdateCombinations => update(call, id).await,
        Strengths::Configurations => {
            let (body, _) = one(call, id).await?;
            call.page(
                &format!("{ENTITY}('{id}')/{CONFIGURATIONS}"),
                &call.list()?,
                configurations(&body),
            )
        }
        Strengths::Configuration => {
            let (body, tag) = one(call, id).await?;
            let found = configurations(&body).into_iter().find(|it| has_id(it, key));
            let Some(Value::Object(found)) = found else { return Err(absent(key)) };
            call.item((&format!("{ENTITY}('{id}')/{CONFIGURATIONS}"), &tag), found)
        }
        Strengths::AddConfiguration => {
            let object = find(call, &STRENGTHS, id).await?;
            let mut all = configurations(&json_of(&object)?);
            let mut new = call.object()?;
            let key = uuid::Uuid::new_v4().to_string();
            new.insert("id".to_owned(), Value::from(key.clone()));
            all.push(Value::Object(new.clone()));
            store(call, &object, all).await?;
            let reply = call.item((&format!("{ENTITY}('{id}')/{CONFIGURATIONS}"), ""), new)?;
            Ok(reply.created_at(&call.below(&key)))
        }
        Strengths::ChangeConfiguration => {
            let object = find(call, &STRENGTHS, id).await?;
            let mut all = configurations(&json_of(&object)?);
            let slot = all.iter_mut().find(|it| has_id(it, key)).ok_or_else(|| absent(key))?;
            if let Value::Object(slot) = slot {
                slot.extend(call.object()?.into_iter().filter(|(name, _)| name != "id"));
            }
            store(call, &object, all).await?;
            Ok(Reply::done())
        }
        Strengths::RemoveConfiguration => {
            let object = find(call, &STRENGTHS, id).await?;
            let mut all = configurations(&json_of(&object)?);
            let before = all.len();
            all.retain(|it| !has_id(it, key));
            if all.len() == before {
                return Err(absent(key));
            }
            store(call, &object, all).await?;
            Ok(Reply::done())
        }
    }
}

async fn store(call: &Call<'_>, object: &Object, all: Vec<Value>) -> Result<()> {
    let patch = Json::from_iter([(CONFIGURATIONS.to_owned(), Value::Array(all))]);
    put(call, object, &patch).await
}

async fn put(call: &Call<'_>, object: &Object, patch: &Json) -> Result<()> {
    let patched = shape::patched(object, patch, call.now)??;
    let edits = Edits::one(Edit::Put(patched), ACTIVITY);
    let tag = edit::tag(&object.json);
    call.change(&edits.expecting(KIND, &object.id, Some(&tag))).await
}

async fn list(call: &Call<'_>) -> Result<Reply> {
    let query = call.list()?;
    let mut all: Vec<Value> = built_in(call).into_iter().map(Value::Object).collect();
    for object in call.reader(Right::ReadPolicies).await?.objects(KIND).await? {
        all.retain(|it| !has_id(it, &object.id));
        all.push(Value::Object(full(json_of(&object)?)));
    }
    call.page(ENTITY, &query, all)
}

async fn one(call: &Call<'_>, id: &str) -> Result<(Json, String)> {
    match find(call, &STRENGTHS, id).await {
        Ok(object) => Ok((full(json_of(&object)?), edit::tag(&object.json))),
        Err(problem) => {
            let known = built_in(call).into_iter();
            let mut found = known.filter(|it| it.get("id").and_then(Value::as_str) == Some(id));
            found.next().map(|it| (it, "built-in".to_owned())).ok_or(problem)
        }
    }
}

fn full(mut body: Json) -> Json {
    body.entry(CONFIGURATIONS).or_insert_with(|| Value::Array(Vec::new()));
    body
}

/// The strengths that every tenant has.
fn built_in(call: &Call<'_>) -> Vec<Json> {
    let snapshot = call.api.idp().last_snapshot();
    let strengths = cardea_idp::admin::strength::built_in(snapshot.tenant());
    strengths
        .map(|it| {
            Json::from_iter([
                ("id".to_owned(), Value::from(it.id)),
                ("displayName".to_owned(), Value::from(it.name)),
                ("policyType".to_owned(), Value::from("builtIn")),
                ("requirementsSatisfied".to_owned(), Value::from("mfa")),
                ("allowedCombinations".to_owned(), json!(it.combinations)),
                (CONFIGURATIONS.to_owned(), Value::Array(Vec::new())),
            ])
        })
        .collect()
}

/// The strengths that policies of an answer ask for, where there are policies in it.
pub(super) async fn shelf(reader: &mut Snapshot, policies: bool) -> Result<Vec<Object>> {
    Ok(if policies { reader.objects(KIND).await? } else { Vec::new() })
}

/// A policy shows the strength that it asks for in full, as Graph does.
pub(super) fn expand(call: &Call<'_>, shelf: &[Object], policy: &mut Json) {
    let strength =
        policy.get_mut("grantControls").and_then(|it| it.get_mut("authenticationStrength"));
    let Some(strength) = strength.filter(|it| it.is_object()) else { return };
    let Some(id) = strength.get("id").and_then(Value::as_str).map(str::to_owned) else { return };
    if strength.get("allowedCombinations").is_some() {
        return;
    }
    let kept = shelf.iter().find(|it| it.id.eq_ignore_ascii_case(&id));
    let found = match kept.and_then(|it| json_of(it).ok()) {
        Some(kept) => Some(full(kept)),
        None => built_in(call).into_iter().find(|it| {
            it.get("id").and_then(Value::as_str).is_some_and(|it| it.eq_ignore_ascii_case(&id))
        }),
    };
    if let Some(found) = found {
        *strength = Value::Object(found);
    }
}

fn configurations(body: &Json) -> Vec<Value> {
    body.get(CONFIGURATIONS).and_then(Value::as_array).cloned().unwrap_or_default()
}

fn has_id(value: &Value, id: &str) -> bool {
    value.get("id").and_then(Value::as_str).is_some_and(|it| it.eq_ignore_ascii_case(id))
}

/// Policies that ask for a strength, by whether they ask for multifactor authentication with it.
async fn usage(call: &Call<'_>, id: &str) -> Result<Reply> {
    one(call, id).await?;
    let using = using(call, id).await?;
    Ok(Reply::ok(json!({
        "@odata.context": call.context("microsoft.graph.authenticationStrengthUsage"),
        "mfa": using, "none": [],
    })))
}

async fn using(call: &Call<'_>, id: &str) -> Result<Vec<Value>> {
    let policies =
        call.reader(Right::ReadPolicies).await?.objects("conditionalAccessPolicy").await?;
    let mut using = Vec::new();
    for policy in &policies {
        let json = json_of(policy)?;
        let strength = json.get("grantControls").and_then(|it| it.get("authenticationStrength"));
        if strength.is_some_and(|it| has_id(it, id)) {
            using.push(Value::Object(json));
        }
    }
    Ok(using)
}

async fn update(call: &Call<'_>, id: &str) -> Result<Reply> {
    let object = find(call, &STRENGTHS, id).await?;
    let body = call.object()?;
    let combinations = body.get("allowedCombinations").filter(|it| it.is_array()).cloned();
    let combinations = combinations
        .ok_or_else(|| Problem::new(Code::BadRequest, "'allowedCombinations' has to be a list."))?;
    let before = json_of(&object)?.get("allowedCombinations").cloned().unwrap_or_default();
    let patch = Json::from_iter([("allowedCombinations".to_owned(), combinations.clone())]);
    put(call, &object, &patch).await?;
    let using = using(call, id).await?;
    let ids: Vec<&str> =
        using.iter().filter_map(|it| it.get("id").and_then(Value::as_str)).collect();
    Ok(Reply::ok(json!({
        "@odata.context": call.context("microsoft.graph.updateAllowedCombinationsResult"),
        "previousCombinations": before, "currentCombinations": combinations,
        "conditionalAccessReferences": ids, "additionalInformation": null,
    })))
}

fn absent(id: &str) -> Problem {
    Problem::absent("combination configuration", id)
}
