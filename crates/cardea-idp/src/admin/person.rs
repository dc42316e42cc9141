//! People as somebody wants them: Graph's `user`, in and out.

use cardea_store::{Account, Person, PersonKind, Upn};
use jiff::Timestamp;
use serde_json::{Map, Value, json};
use zeroize::Zeroizing;

use super::edit::Effect;
use super::shape::{Json, Unfit, moment};
use crate::failure::Failure;
use crate::json::{self, Field, Spacing};
use crate::random;

/// A person as they are to be, and the password that they are given.
pub struct Wanted {
    /// The row.
    pub person: Person,
    /// The password, in clear until it is hashed.
    pub password: Option<Zeroizing<String>>,
    /// Whether the change can make a difference to who gets in where.
    pub effect: Effect,
}

impl std::fmt::Debug for Wanted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Wanted").field("person", &self.person.id).finish_non_exhaustive()
    }
}

/// Properties that say something about a person and decide nothing.
const DESCRIBING: [&str; 27] = [
    "@cardea.scim",
    "aboutMe",
    "ageGroup",
    "businessPhones",
    "city",
    "companyName",
    "country",
    "department",
    "displayName",
    "employeeId",
    "employeeOrgData",
    "employeeType",
    "faxNumber",
    "givenName",
    "jobTitle",
    "mail",
    "mailNickname",
    "manager",
    "mobilePhone",
    "officeLocation",
    "otherMails",
    "postalCode",
    "preferredLanguage",
    "state",
    "streetAddress",
    "surname",
    "usageLocation",
];

/// What only the tenant says of a person, and what nobody says of themselves.
const OWN: [&str; 12] = [
    "id",
    "createdDateTime",
    "deletedDateTime",
    "lastPasswordChangeDateTime",
    "signInSessionsValidFromDateTime",
    "securityIdentifier",
    "signInActivity",
    "externalUserState",
    "@odata.context",
    "@odata.etag",
    "@odata.type",
    "passwordProfile",
];

/// A new person out of what was sent.
///
/// # Errors
/// No id can be made. What cannot be kept is an answer.
pub fn created(mut body: Json, now: Timestamp) -> Result<Result<Wanted, Unfit>, Failure> {
    for name in ["displayName", "userPrincipalName", "accountEnabled"] {
        if body.get(name).is_none_or(Value::is_null) {
            return Ok(Err(Unfit::Missing(name)));
        }
    }
    let password = match password(&body) {
        Ok(password) => password,
        Err(unfit) => return Ok(Err(unfit)),
    };
    body.retain(|name, _| !OWN.iter().any(|own| own.eq_ignore_ascii_case(name)));
    let id = random::guid()?;
    body.insert("id".to_owned(), Value::from(id.clone()));
    body.insert("createdDateTime".to_owned(), Value::from(moment(now)));
    body.entry("userType").or_insert_with(|| Value::from("Member"));
    body.insert("@odata.type".to_owned(), Value::from("#microsoft.graph.user"));
    let json = Value::Object(body.clone()).to_string();
    Ok(row(&id, &body, (json, now)).map(|person| Wanted {
        person,
        password,
        effect: Effect::Decides,
    }))
}

/// A person with some properties changed.
///
/// # Errors
/// The person in the database is no JSON. What cannot be kept is an answer.
pub fn patched(
    person: &Person,
    patch: &Json,
    now: Timestamp,
) -> Result<Result<Wanted, Unfit>, Failure> {
    let password = match password(patch) {
        Ok(password) => password,
        Err(unfit) => return Ok(Err(unfit)),
    };
    if patch.get("id").is_some_and(|id| id.as_str() != Some(&person.id)) {
        return Ok(Err(Unfit::Fixed("id")));
    }
    let is_own = |name: &str| OWN.iter().any(|own| own.eq_ignore_ascii_case(name));
    let changed: Vec<(&String, String)> = patch
        .iter()
        .filter(|(name, _)| !is_own(name))
        .map(|(name, value)| (name, value.to_string()))
        .collect();
    let fields: Vec<Field<'_>> =
        changed.iter().map(|(name, value)| Field::With(name, value)).collect();
    let json = json::rewritten(&person.json, &fields, Spacing::Compact)?;
    let body: Json =
        serde_json::from_str(&json).map_err(Failure::unreadable("a person in the database"))?;
    let describes = |name: &str| DESCRIBING.iter().any(|it| it.eq_ignore_ascii_case(name));
    let decides = changed.iter().any(|(name, _)| !describes(name)) || password.is_some();
    let effect = if decides { Effect::Decides } else { Effect::Describes };
    Ok(row(&person.id, &body, (json, now)).map(|row| Wanted { person: row, password, effect }))
}

/// The row of a user object.
fn row(id: &str, body: &Json, (json, now): (String, Timestamp)) -> Result<Person, Unfit> {
    let text = |name: &'static str| match body.get(name) {
        Some(Value::String(text)) if !text.trim().is_empty() => Ok(text.as_str()),
        Some(_) => Err(Unfit::Value(format!("'{name}' has to be a text that is not empty"))),
        None => Err(Unfit::Missing(name)),
    };
    let upn = Upn::parse(text("userPrincipalName")?);
    let upn = upn.map_err(|problem| Unfit::Value(problem.to_string()))?;
    let account = match body.get("accountEnabled") {
        None | Some(Value::Bool(true)) => Account::Enabled,
        Some(Value::Bool(false)) => Account::Disabled,
        Some(_) => return Err(Unfit::Value("'accountEnabled' is true or false".to_owned())),
    };
    let kind = match body.get("userType").and_then(Value::as_str) {
        Some(kind) if kind.eq_ignore_ascii_case("guest") => PersonKind::Guest,
        Some(kind) if kind.eq_ignore_ascii_case("member") => PersonKind::Member,
        None => PersonKind::Member,
        Some(_) => return Err(Unfit::Value("'userType' is Member or Guest".to_owned())),
    };
    Ok(Person {
        id: id.to_owned(),
        upn,
        display_name: text("displayName")?.to_owned(),
        account,
        kind,
        json,
        changed: now,
        sessions_valid_from: None,
    })
}

/// The password that a body gives. It never gets into the object.
fn password(body: &Json) -> Result<Option<Zeroizing<String>>, Unfit> {
    let Some(profile) = body.get("passwordProfile").filter(|it| !it.is_null()) else {
        return Ok(None);
    };
    profile.get("password").map(chosen_password).transpose()
}

/// A password that somebody chose.
///
/// # Errors
/// It cannot be one.
pub fn chosen_password(value: &Value) -> Result<Zeroizing<String>, Unfit> {
    match value.as_str() {
        Some(text) if (8..=256).contains(&text.len()) => Ok(Zeroizing::new(text.to_owned())),
        _ => Err(Unfit::Value("a password has 8 to 256 bytes".to_owned())),
    }
}

/// A person as Graph shows them. The columns say what the object may say in another spelling.
///
/// # Errors
/// The person in the database is no JSON.
pub fn shown(person: &Person) -> Result<Json, Failure> {
    let mut body: Map<String, Value> = serde_json::from_str(&person.json)
        .map_err(Failure::unreadable("a person in the database"))?;
    body.remove("members");
    let own = json!({
        "id": person.id, "userPrincipalName": person.upn.as_str(),
        "displayName": person.display_name,
        "accountEnabled": person.account == Account::Enabled,
        "userType": match person.kind { PersonKind::Member => "Member", PersonKind::Guest => "Guest" },
        "signInSessionsValidFromDateTime": person.sessions_valid_from.map(moment),
    });
    if let Value::Object(own) = own {
        body.extend(own);
    }
    Ok(body)
}
