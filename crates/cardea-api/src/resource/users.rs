//! People: Graph's `users` and `me`.

use std::collections::BTreeSet;

use cardea_idp::admin::edit::{self, Edit, Edits};
use cardea_idp::admin::person::{self, Wanted};
use cardea_idp::admin::right::Right;
use cardea_idp::admin::role::Role;
use cardea_idp::admin::shape::Json;
use cardea_odata::query::Query;
use cardea_store::{Person, Snapshot, Upn};
use serde_json::{Value, json};

use super::members;
use crate::call::Call;
use crate::problem::{Problem, Result};
use crate::reply::Reply;
use crate::route::{Reach, Users};

const ENTITY: &str = "users";
const ATTRIBUTES: &str = "customSecurityAttributes";
/// People read at once.
const PAGE: u32 = 1000;
/// What an answer says of people where nothing is selected (Graph, *user*).
const USUAL: [&str; 12] = [
    "@odata.type",
    "businessPhones",
    "displayName",
    "givenName",
    "id",
    "jobTitle",
    "mail",
    "mobilePhone",
    "officeLocation",
    "preferredLanguage",
    "surname",
    "userPrincipalName",
];

pub(super) async fn answer(call: &Call<'_>, action: Users, key: &str) -> Result<Reply> {
    match action {
        Users::List => list(call).await,
        Users::Create => create(call).await,
        Users::Get => get(call, key, Right::ReadDirectory).await,
        Users::Me => get(call, call.me()?, Right::ReadSelf).await,
        Users::Change => change(call, key).await,
        Users::Delete => delete(call, key).await,
        Users::RevokeSessions => {
            let found = find(&mut call.reader(Right::WriteUsers).await?, key).await?;
            call.api.idp().revoke_sessions(call.caller, &found.id, call.now).await??;
            Ok(Reply::ok(json!({
                "@odata.context": call.context("Edm.Boolean"), "value": true,
            })))
        }
        Users::MemberOf(reach) => member_of(call, (key, reach), Right::ReadDirectory).await,
        Users::MyMemberOf(reach) => member_of(call, (call.me()?, reach), Right::ReadSelf).await,
    }
}

/// The person with this object id or user principal name.
pub(super) async fn find(reader: &mut Snapshot, key: &str) -> Result<Person> {
    let absent = || Problem::absent("user", key);
    let found = if key.contains('@') {
        let upn = Upn::parse(key).map_err(|_| absent())?;
        reader.person_by_upn(&upn).await?
    } else {
        match reader.person(key).await? {
            None => reader.person(&key.to_ascii_lowercase()).await?,
            found @ Some(_) => found,
        }
    };
    found.ok_or_else(absent)
}

async fn list(call: &Call<'_>) -> Result<Reply> {
    let query = call.list()?;
    let mut reader = call.reader(Right::ReadDirectory).await?;
    if call.is_number() && query.filter.is_none() && query.search.is_none() {
        let count = reader.count_people("").await?;
        return Ok(Reply::number(usize::try_from(count).unwrap_or(usize::MAX)));
    }
    // Of a million people a page has a hundred, so reading ends with the page where it can.
    let begin = call.begin(&query)?;
    let enough = query.enough(begin.as_ref()).filter(|_| !call.is_number());
    let mut after = match (&begin, enough) {
        (Some(cursor), Some(_)) => cursor.id().to_owned(),
        (Some(_) | None, _) => String::new(),
    };
    let mut found = Vec::new();
    let is_short = |found: &[Value]| enough.is_none_or(|enough| found.len() < enough);
    while is_short(&found) {
        let people = reader.people(&after, PAGE).await?;
        let Some(last) = people.last() else { break };
        after.clone_from(&last.id);
        for person in &people {
            let whole = Value::Object(shown(call, &query, person)?);
            if query.matches(&whole) {
                found.push(usual(&query, whole));
            }
            if !is_short(&found) {
                break;
            }
        }
    }
    call.page(ENTITY, &query, found)
}

/// A person with what an answer says of them. What a list is sorted or filtered by stays.
fn usual(query: &Query, person: Value) -> Value {
    let named = query.selection.properties().next().is_some();
    let (false, Value::Object(mut body)) = (named, person.clone()) else { return person };
    let order: BTreeSet<&str> =
        query.order.keys().iter().filter_map(|key| key.path.property()).collect();
    let filter: BTreeSet<&str> =
        query.filter.iter().flat_map(cardea_odata::filter::Filter::properties).collect();
    body.retain(|name, _| {
        USUAL.contains(&name.as_str())
            || order.contains(name.as_str())
            || filter.contains(name.as_str())
    });
    Value::Object(body)
}

async fn get(call: &Call<'_>, key: &str, right: Right) -> Result<Reply> {
    let query = call.one()?;
    let mut reader = call.reader(right).await?;
    let person = find(&mut reader, key).await?;
    let whole = Value::Object(shown(call, &query, &person)?);
    match usual(&query, whole) {
        Value::Object(body) => call.item((ENTITY, &edit::tag(&person.json)), body),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            Err(Problem::absent("user", key))
        }
    }
}

async fn create(call: &Call<'_>) -> Result<Reply> {
    let Wanted { person, password, .. } = person::created(call.object()?, call.now)??;
    let mut edits = Edits::one(Edit::PutPerson(Box::new(person.clone())), "Add user");
    edits.edits.extend(given(call, &person.id, password).await?);
    call.change(&edits).await?;
    let body = shown(call, &call.one()?, &person)?;
    let reply = call.item((ENTITY, &edit::tag(&person.json)), body)?;
    let at = call.below(&person.id);
    Ok(reply.created_at(&at))
}

async fn change(call: &Call<'_>, key: &str) -> Result<Reply> {
    let before = find(&mut call.reader(Right::WriteUsers).await?, key).await?;
    let expected = call.expected(&before.json)?;
    let wanted = person::patched(&before, &call.object()?, call.now)??;
    let mut edits = Edits {
        effect: wanted.effect,
        ..Edits::one(Edit::PutPerson(Box::new(wanted.person)), "Update user")
    };
    edits.edits.extend(given(call, &before.id, wanted.password).await?);
    call.change(&edits.expecting("user", &before.id, expected.as_deref())).await?;
    Ok(Reply::done())
}

/// The change that gives a person a password.
async fn given(
    call: &Call<'_>,
    person: &str,
    password: Option<zeroize::Zeroizing<String>>,
) -> Result<Option<Edit>> {
    let Some(text) = password else { return Ok(None) };
    let password = call.api.idp().hashed(text, call.now).await?;
    Ok(Some(Edit::PutPassword { person: person.to_owned(), password }))
}

async fn delete(call: &Call<'_>, key: &str) -> Result<Reply> {
    let person = find(&mut call.reader(Right::WriteUsers).await?, key).await?;
    let expected = call.expected(&person.json)?;
    let edits = Edits::one(Edit::DeletePerson(person.id.clone()), "Delete user");
    call.change(&edits.expecting("user", &person.id, expected.as_deref())).await?;
    Ok(Reply::done())
}

fn shown(call: &Call<'_>, query: &Query, person: &Person) -> Result<Json> {
    let mut body = person::shown(person)?;
    body.shift_remove(cardea_scim::graph::KEPT);
    let selected = query.selection.properties().any(|it| it.eq_ignore_ascii_case(ATTRIBUTES));
    if !(selected && call.may(Right::ReadAttributes).is_ok()) {
        body.remove(ATTRIBUTES);
    }
    Ok(body)
}

async fn member_of(call: &Call<'_>, (key, reach): (&str, Reach), right: Right) -> Result<Reply> {
    let query = call.list()?;
    let mut reader = call.reader(right).await?;
    let person = find(&mut reader, key).await?;
    let mut found = Vec::new();
    for id in members::groups_of(&mut reader, (&person.id, reach)).await? {
        found.extend(members::group(&mut reader, &id).await?);
    }
    let snapshot = call.api.idp().snapshot().await?;
    for id in snapshot.roles_assigned_to(&person.id) {
        if let Some(role) = Role::named(&id) {
            found.push(super::roles::directory_role(role));
        }
    }
    call.page("directoryObjects", &query, found)
}

/// An object with its type, as lists of objects of several types have it; without what has an address
/// or a right of its own.
pub(super) fn typed(kind: &str, mut body: Json) -> Value {
    for name in [cardea_scim::graph::KEPT, ATTRIBUTES, "members"] {
        body.shift_remove(name);
    }
    body.insert("@odata.type".to_owned(), Value::from(format!("#microsoft.graph.{kind}")));
    Value::Object(body)
}
