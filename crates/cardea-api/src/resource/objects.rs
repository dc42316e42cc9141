//! Collections of objects that are kept as they came: policies, locations, groups, applications …

use cardea_idp::admin::edit::{self, Edit, Edits};
use cardea_idp::admin::right::Right;
use cardea_idp::admin::shape::{self, Json, Unfit};
use cardea_odata::problem::Code;
use cardea_odata::query::Query;
use cardea_store::Object;
use serde_json::Value;

use super::members::{self, Bound};
use super::strengths;
use crate::call::Call;
use crate::problem::{Problem, Result};
use crate::reply::Reply;
use crate::route::{APPLICATIONS, Collection, GROUPS, Objects, POLICIES, STRENGTHS};

/// Custom security attributes, which most who read an object may not read.
const ATTRIBUTES: &str = "customSecurityAttributes";

pub(super) async fn answer(
    call: &Call<'_>,
    (action, collection): (Objects, &'static Collection),
    key: &str,
) -> Result<Reply> {
    match action {
        Objects::List => list(call, collection).await,
        Objects::Create => create(call, collection).await,
        Objects::Get => get(call, (collection, key)).await,
        Objects::Change => change(call, (collection, key)).await,
        Objects::Delete => delete(call, (collection, key)).await,
    }
}

async fn list(call: &Call<'_>, collection: &'static Collection) -> Result<Reply> {
    let query = call.list()?;
    let mut reader = call.reader(collection.read).await?;
    let shelf = strengths::shelf(&mut reader, is(collection, &POLICIES)).await?;
    let mut found = Vec::new();
    for kind in collection.kinds {
        for object in reader.objects(kind).await? {
            found.push(Value::Object(shown(call, (collection, &query, &shelf), &object)?));
        }
    }
    call.page(name(collection), &query, found)
}

async fn get(call: &Call<'_>, (collection, id): (&'static Collection, &str)) -> Result<Reply> {
    let query = call.one()?;
    let object = find(call, collection, id).await?;
    let mut reader = call.reader(collection.read).await?;
    let shelf = strengths::shelf(&mut reader, is(collection, &POLICIES)).await?;
    let body = shown(call, (collection, &query, &shelf), &object)?;
    call.item((name(collection), &edit::tag(&object.json)), body)
}

async fn create(call: &Call<'_>, collection: &'static Collection) -> Result<Reply> {
    let mut body = call.object()?;
    let kind = kind_of(collection, &body)?;
    let members = bound(call, collection, &mut body).await?;
    let body = if is(collection, &APPLICATIONS) { registered(body)? } else { body };
    let object = shape::created(kind, body, call.now)??;
    let chosen = call.reader(collection.read).await?.object(&object.kind, &object.id).await?;
    if chosen.is_some() {
        let message = format!("Another object with the id '{}' already exists.", object.id);
        return Err(Problem::new(Code::Conflict, message));
    }
    let [activity, ..] = collection.activities;
    let mut edits = Edits::one(Edit::Put(object.clone()), activity);
    edits.edits.extend(members.into_iter().map(|it| it.into_group(&object.id)));
    call.change(&edits).await?;
    let mut reader = call.reader(collection.read).await?;
    let shelf = strengths::shelf(&mut reader, is(collection, &POLICIES)).await?;
    let body = shown(call, (collection, &call.one()?, &shelf), &object)?;
    let at = call.below(&object.id);
    let reply = call.item((name(collection), &edit::tag(&object.json)), body)?;
    Ok(reply.created_at(&at))
}

async fn change(call: &Call<'_>, (collection, id): (&'static Collection, &str)) -> Result<Reply> {
    let object = find(call, collection, id).await?;
    let expected = call.expected(&object.json)?;
    let mut patch = call.object()?;
    let members = bound(call, collection, &mut patch).await?;
    let patched = shape::patched(&object, &patch, call.now)??;
    let [_, activity, _] = collection.activities;
    let mut edits = Edits::one(Edit::Put(patched), activity);
    edits.edits.extend(members.into_iter().map(|it| it.into_group(&object.id)));
    let edits = edits.expecting(&object.kind, &object.id, expected.as_deref());
    call.change(&edits).await?;
    Ok(Reply::done())
}

/// Who comes into a group with the request that makes or changes it.
async fn bound(
    call: &Call<'_>,
    collection: &'static Collection,
    body: &mut Json,
) -> Result<Vec<Bound>> {
    if is(collection, &GROUPS) { members::bound(call, body).await } else { Ok(Vec::new()) }
}

async fn delete(call: &Call<'_>, (collection, id): (&'static Collection, &str)) -> Result<Reply> {
    let object = find(call, collection, id).await?;
    let expected = call.expected(&object.json)?;
    if let Some(policy) = referring(call, &object).await? {
        let message = format!(
            "The object cannot be deleted while the policy '{policy}' refers to it. Change the \
             policy first."
        );
        return Err(Problem::new(Code::RequestBadRequest, message));
    }
    let [.., activity] = collection.activities;
    let edit = Edit::Delete { kind: object.kind.clone(), id: object.id.clone() };
    let edits = Edits::one(edit, activity);
    call.change(&edits.expecting(&object.kind, &object.id, expected.as_deref())).await?;
    Ok(Reply::done())
}

/// The object with the id, of any kind of a collection.
pub(super) async fn find(
    call: &Call<'_>,
    collection: &'static Collection,
    id: &str,
) -> Result<Object> {
    let mut reader = call.reader(collection.read).await?;
    for kind in collection.kinds {
        if let Some(object) = reader.object(kind, id).await? {
            return Ok(object);
        }
        let lower = id.to_ascii_lowercase();
        if lower != id
            && let Some(object) = reader.object(kind, &lower).await?
        {
            return Ok(object);
        }
    }
    Err(Problem::absent(collection.kinds.first().unwrap_or(&"object"), id))
}

/// The first policy that would be without something that it names.
async fn referring(call: &Call<'_>, object: &Object) -> Result<Option<String>> {
    const REFERRED: [&str; 4] = [
        "authenticationStrengthPolicy",
        "ipNamedLocation",
        "countryNamedLocation",
        "authenticationContextClassReference",
    ];
    if !REFERRED.contains(&object.kind.as_str()) {
        return Ok(None);
    }
    let policies =
        call.reader(Right::ReadPolicies).await?.objects("conditionalAccessPolicy").await?;
    let quoted = Value::from(object.id.as_str()).to_string();
    Ok(policies.into_iter().find(|policy| policy.json.contains(&quoted)).map(|policy| policy.name))
}

/// An object as this caller sees it.
fn shown(
    call: &Call<'_>,
    (collection, query, shelf): (&'static Collection, &Query, &[Object]),
    object: &Object,
) -> Result<Json> {
    let mut body = json_of(object)?;
    body.shift_remove(cardea_scim::graph::KEPT);
    let selected =
        |name: &str| query.selection.properties().any(|it| it.eq_ignore_ascii_case(name));
    for name in collection.hidden {
        let seen =
            selected(name) && (*name != ATTRIBUTES || call.may(Right::ReadAttributes).is_ok());
        if !seen {
            body.remove(*name);
        }
    }
    if is(collection, &APPLICATIONS) {
        conceal(&mut body);
    }
    if is(collection, &POLICIES) {
        strengths::expand(call, shelf, &mut body);
    }
    if is(collection, &STRENGTHS) {
        body.entry("combinationConfigurations").or_insert_with(|| Value::Array(Vec::new()));
    }
    Ok(body)
}

/// An object by the names that Graph has for its properties.
pub(crate) fn json_of(object: &Object) -> Result<Json> {
    let parsed: std::result::Result<Json, _> = serde_json::from_str(&object.json);
    let mut body = parsed.map_err(|error| {
        tracing::error!(kind = object.kind, id = object.id, %error, "an object is no JSON");
        Problem::new(Code::InternalServerError, "The object cannot be read.")
    })?;
    shape::spell(&object.kind, &mut body);
    Ok(body)
}

/// An application without its keys.
pub(super) fn concealed(application: &Object) -> Result<Json> {
    let mut body = json_of(application)?;
    conceal(&mut body);
    Ok(body)
}

/// Keys are shown by what tells them apart, never as such.
fn conceal(application: &mut Json) {
    for list in ["keyCredentials", "passwordCredentials"] {
        let items = application.get_mut(list).and_then(Value::as_array_mut);
        for item in items.into_iter().flatten().filter_map(Value::as_object_mut) {
            for secret in ["key", "secretText"] {
                if item.contains_key(secret) {
                    item.insert(secret.to_owned(), Value::Null);
                }
            }
        }
    }
}

/// An application gets a client id of its own; a secret is never given to it by whoever registers it.
fn registered(mut body: Json) -> Result<Json> {
    if body.get("passwordCredentials").and_then(Value::as_array).is_some_and(|it| !it.is_empty()) {
        let unfit = "a secret is made by 'addPassword', which tells it once";
        return Err(Unfit::Value(unfit.to_owned()).into());
    }
    body.insert("appId".to_owned(), Value::from(uuid::Uuid::new_v4().to_string()));
    Ok(body)
}

/// The kind that a body is of; collections of one kind need not be told.
fn kind_of(collection: &'static Collection, body: &Json) -> Result<&'static str> {
    let told = body.get("@odata.type").and_then(Value::as_str);
    let told = told.map(|it| it.trim_start_matches("#microsoft.graph."));
    match (told, collection.kinds) {
        (Some(told), kinds) => kinds.iter().find(|kind| **kind == told).copied().ok_or_else(|| {
            let message = format!("'{told}' is not a type of this collection.");
            Problem::new(Code::BadRequest, message)
        }),
        (None, [only]) => Ok(only),
        (None, kinds) => {
            let message = format!("'@odata.type' has to say which of {} it is.", kinds.join(", "));
            Err(Problem::new(Code::BadRequest, message))
        }
    }
}

/// The name that answers give a collection.
fn name(collection: &'static Collection) -> &'static str {
    collection.bases.first().copied().unwrap_or_default()
}

fn is(one: &'static Collection, other: &'static Collection) -> bool {
    std::ptr::eq(one, other)
}
