//! People's methods, passes, and the report of who has registered what.

use cardea_idp::admin::methods::{self, Kind, Removed};
use cardea_idp::admin::right::Right;
use cardea_idp::admin::shape::{Json, moment};
use cardea_idp::pass::{Issuer, Refused, Wanted};
use cardea_odata::problem::Code;
use cardea_store::{Pass, Person, PersonKind, Snapshot, Usable};
use serde_json::{Value, json};

mod passkeys;
mod passwords;

use super::users::find;
use crate::call::Call;
use crate::problem::{Problem, Result};
use crate::reply::Reply;
use crate::route::Methods;

const ENTITY: &str = "users/authentication/methods";
/// People read at once.
const PAGE: u32 = 1000;

pub(super) async fn answer(call: &Call<'_>, action: Methods, keys: &[&str]) -> Result<Reply> {
    let person = keys.first().copied().unwrap_or_default();
    let id = keys.get(1).copied().unwrap_or_default();
    match action {
        Methods::List(kind) => list(call, person, kind).await,
        Methods::Get(kind) => get(call, (person, id), kind).await,
        Methods::Remove(kind) => remove(call, (person, id), kind).await,
        Methods::IssuePass => issue(call, person).await,
        Methods::PasskeyOptions(lifetime) => passkeys::options(call, person, (lifetime, id)).await,
        Methods::AddPasskey => passkeys::add(call, person).await,
        Methods::ResetPassword => passwords::reset(call, person, id).await,
        Methods::Operation => passwords::operation(call, person, id).await,
        Methods::RegistrationDetails => registrations(call).await,
        Methods::RegistrationDetail => registration(call, person).await,
    }
}

async fn list(call: &Call<'_>, person: &str, kind: Option<Kind>) -> Result<Reply> {
    let query = call.list()?;
    let mut reader = call.reader(Right::ReadMethods).await?;
    let person = find(&mut reader, person).await?;
    let found = methods::of_person(&mut reader, (&person.id, kind), call.now).await?;
    call.page(ENTITY, &query, found.into_iter().map(Value::Object))
}

async fn get(call: &Call<'_>, (person, id): (&str, &str), kind: Option<Kind>) -> Result<Reply> {
    let mut reader = call.reader(Right::ReadMethods).await?;
    let person = find(&mut reader, person).await?;
    let found = methods::of_person(&mut reader, (&person.id, kind), call.now).await?;
    let found = found.into_iter().find(|it| it.get("id").and_then(Value::as_str) == Some(id));
    let body = found.ok_or_else(|| Problem::absent("authentication method", id))?;
    call.item((ENTITY, id), body)
}

async fn remove(call: &Call<'_>, (person, id): (&str, &str), kind: Kind) -> Result<Reply> {
    let person = find(&mut call.reader(Right::WriteMethods).await?, person).await?;
    let removal = (person.id.as_str(), kind, id);
    match call.api.idp().remove_method(call.caller, removal, call.now).await?? {
        Removed::Done => Ok(Reply::done()),
        Removed::Absent => Err(Problem::absent("authentication method", id)),
    }
}

async fn issue(call: &Call<'_>, person: &str) -> Result<Reply> {
    let body = call.object()?;
    let minutes = match body.get("lifetimeInMinutes") {
        None | Some(Value::Null) => None,
        Some(value) => {
            Some(value.as_u64().and_then(|it| u32::try_from(it).ok()).ok_or_else(|| {
                Problem::new(Code::BadRequest, "'lifetimeInMinutes' is a number of minutes.")
            })?)
        }
    };
    let usable = match body.get("isUsableOnce") {
        Some(Value::Bool(false)) => Usable::Many,
        None | Some(Value::Bool(true) | Value::Null) => Usable::Once,
        Some(_) => {
            return Err(Problem::new(Code::BadRequest, "'isUsableOnce' is true or false."));
        }
    };
    let starts = match body.get("startDateTime").and_then(Value::as_str) {
        Some(text) => Some(text.parse().map_err(|_| {
            Problem::new(
                Code::BadRequest,
                "'startDateTime' is not a moment, as 2026-11-30T09:00:00Z.",
            )
        })?),
        None => None,
    };
    let person = find(&mut call.reader(Right::WriteMethods).await?, person).await?;
    let wanted = Wanted { minutes, usable, starts };
    let issuer = Issuer::Caller(call.caller);
    let issued = call.api.idp().issue_pass(issuer, (person, wanted), call.now).await?;
    let issued = issued.map_err(refused)?;
    let pass = Pass { issued: issued.pass, used_at: None, closed: None };
    let mut body = Json::new();
    let context = call.context("users/authentication/temporaryAccessPassMethods/$entity");
    body.insert("@odata.context".to_owned(), context);
    if let Value::Object(shown) = methods::pass(&pass, call.now) {
        body.extend(shown);
    }
    // The only answer that ever has it.
    body.insert("temporaryAccessPass".to_owned(), Value::from(issued.text.as_str()));
    let at = call.below(&pass.issued.id);
    Ok(Reply::ok(Value::Object(body)).created_at(&at))
}

fn refused(refused: Refused) -> Problem {
    match refused {
        Refused::NotAllowed(denied) => denied.into(),
        refused @ (Refused::NoSuchPerson(_)
        | Refused::ExternalGuest
        | Refused::Disabled
        | Refused::OutOfScope(_)
        | Refused::Lifetime { .. }
        | Refused::Start
        | Refused::OnceOnly) => Problem::new(Code::RequestBadRequest, format!("{refused}.")),
    }
}

/// Who has registered what (Graph, *userRegistrationDetails*).
async fn registrations(call: &Call<'_>) -> Result<Reply> {
    let query = call.list()?;
    let mut reader = call.reader(Right::ReadLogs).await?;
    let snapshot = call.api.idp().snapshot().await?;
    let mut found = Vec::new();
    let mut after = String::new();
    loop {
        let people = reader.people(&after, PAGE).await?;
        let Some(last) = people.last() else { break };
        after.clone_from(&last.id);
        for person in &people {
            let is_admin = !snapshot.roles_assigned_to(&person.id).is_empty();
            let details = details(call, &mut reader, (person, is_admin)).await?;
            if query.matches(&details) {
                found.push(details);
            }
        }
    }
    call.page("reports/authenticationMethods/userRegistrationDetails", &query, found)
}

/// What one person has registered.
async fn registration(call: &Call<'_>, key: &str) -> Result<Reply> {
    let mut reader = call.reader(Right::ReadLogs).await?;
    let person = find(&mut reader, key).await?;
    let snapshot = call.api.idp().snapshot().await?;
    let is_admin = !snapshot.roles_assigned_to(&person.id).is_empty();
    match details(call, &mut reader, (&person, is_admin)).await? {
        Value::Object(body) => {
            call.item(("reports/authenticationMethods/userRegistrationDetails", key), body)
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            Err(Problem::absent("user", key))
        }
    }
}

async fn details(
    call: &Call<'_>,
    reader: &mut Snapshot,
    (person, is_admin): (&Person, bool),
) -> Result<Value> {
    let passkeys = reader.passkeys(&person.id).await?;
    let apps = reader.totps(&person.id).await?;
    let pass = reader.pass(&person.id).await?.filter(|pass| {
        pass.closed.is_none() && pass.issued.starts <= call.now && call.now < pass.issued.ends
    });
    let mut methods: Vec<&str> = Vec::new();
    if passkeys.iter().any(|it| !cardea_idp::is_synced(it)) {
        methods.push("passKeyDeviceBound");
    }
    if passkeys.iter().any(cardea_idp::is_synced) {
        methods.push("passKeySynced");
    }
    if !apps.is_empty() {
        methods.push("softwareOneTimePasscode");
    }
    if pass.is_some() {
        methods.push("temporaryAccessPass");
    }
    let strong = !passkeys.is_empty() || !apps.is_empty();
    Ok(json!({
        "id": person.id, "userPrincipalName": person.upn.as_str(),
        "userDisplayName": person.display_name,
        "userType": match person.kind {
            PersonKind::Member => "member",
            PersonKind::Guest => "guest",
        },
        "isAdmin": is_admin, "isMfaRegistered": strong, "isMfaCapable": strong,
        "isPasswordlessCapable": !passkeys.is_empty(),
        "isSsprRegistered": false, "isSsprEnabled": false, "isSsprCapable": false,
        "isSystemPreferredAuthenticationMethodEnabled": true,
        "systemPreferredAuthenticationMethods": methods.first().into_iter().collect::<Vec<_>>(),
        "userPreferredMethodForSecondaryAuthentication":
            if apps.is_empty() { "none" } else { "oath" },
        "methodsRegistered": methods, "lastUpdatedDateTime": moment(call.now),
    }))
}
