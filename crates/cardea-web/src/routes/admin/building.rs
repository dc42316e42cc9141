//! What policies are made of: strengths, named locations, authentication contexts, terms of use.

mod contexts;
mod locations;
mod terms;

use axum::Router;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use cardea_idp::admin::edit::{Edit, Edits, tag};
use cardea_idp::admin::right::Right;
use cardea_idp::admin::shape::{self, Json};
use cardea_idp::{Object, Rows};
use serde::Deserialize;
use serde_json::{Value, json};

use super::desk::{Admin, Form, Ordered, sentence};
use super::drafted::{Attempt, Settled, make};
use super::known::{is_guid, json as parsed};
use super::methods::models;
use super::policies::or_answer;
use super::policy_form::{list, text};
use crate::fields::admin as fields;
use crate::pages::admin::building::{Origin, StrengthEditor, StrengthRow, Strengths};
use crate::paths::admin as paths;
use crate::respond::Answer;
use crate::web::{Broken, Web};

/// The kind of strengths.
const STRENGTH: &str = "authenticationStrengthPolicy";

/// Graph's `authenticationMethodModes` that a strength may accept, and words for them.
const COMBINATIONS: [(&str, &str); 17] = [
    ("fido2", "passkey or security key"),
    ("windowsHelloForBusiness", "Windows Hello for Business"),
    ("x509CertificateMultiFactor", "certificate with two factors"),
    ("deviceBasedPush", "push from a registered device"),
    ("temporaryAccessPassOneTime", "one-time Temporary Access Pass"),
    ("temporaryAccessPassMultiUse", "Temporary Access Pass that lasts"),
    ("password,microsoftAuthenticatorPush", "password + Authenticator push"),
    ("password,softwareOath", "password + code from an app"),
    ("password,hardwareOath", "password + hardware code"),
    ("password,sms", "password + text message"),
    ("password,voice", "password + phone call"),
    ("federatedMultiFactor", "federated sign-in with two factors"),
    ("federatedSingleFactor", "federated sign-in"),
    ("x509CertificateSingleFactor", "certificate"),
    ("sms", "text message"),
    ("qrCodePin", "QR code with PIN"),
    ("password", "password alone"),
];

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route(paths::STRENGTHS, get(strengths))
        .route("/admin/strengths/new", get(new_strength).post(save_new_strength))
        .route("/admin/strengths/{id}", get(strength).post(save_strength))
        .merge(locations::routes())
        .merge(contexts::routes())
        .merge(terms::routes())
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Marks {
    done: String,
}

/// Names of the policies in which something stands at one of these pointers.
async fn policies_with(
    reader: &mut Rows,
    is_in: impl Fn(&Value) -> bool,
) -> Result<Vec<String>, Broken> {
    let policies = reader.objects("conditionalAccessPolicy").await?;
    let mut names: Vec<String> =
        policies.into_iter().filter(|it| is_in(&parsed(it))).map(|it| it.name).collect();
    names.sort_unstable();
    Ok(names)
}

async fn asked_by(reader: &mut Rows, id: &str) -> Result<Vec<String>, Broken> {
    let pointer = "/grantControls/authenticationStrength/id";
    policies_with(reader, |policy| text(policy, pointer).eq_ignore_ascii_case(id)).await
}

fn words(combination: &str) -> &str {
    COMBINATIONS.iter().find(|(id, _)| *id == combination).map_or(combination, |(_, words)| words)
}

async fn strengths(admin: Admin, Query(marks): Query<Marks>) -> Answer {
    let mut reader = or_answer!(admin.reader(Right::ReadPolicies).await?);
    let snapshot = admin.visit.web.idp().snapshot().await?;
    let own = reader.objects(STRENGTH).await?;
    let mut rows = Vec::new();
    for strength in &snapshot.tenant().strengths {
        let id = strength.id.to_string();
        let object = own.iter().find(|it| it.id == id);
        let accepts = match object.map(parsed) {
            Some(object) => {
                list(&object, "/allowedCombinations").map(|it| words(it).to_owned()).collect()
            }
            None => built_in(&id),
        };
        let origin = if object.is_some_and(is_own) { Origin::Own } else { Origin::BuiltIn };
        let policies = asked_by(&mut reader, &id).await?;
        rows.push(StrengthRow { id, name: strength.name.clone(), origin, accepts, policies });
    }
    Ok(admin.page(&Strengths { desk: admin.desk_after(&marks.done).await?, rows }))
}

/// Whether the tenant has made a strength.
fn is_own(object: &Object) -> bool {
    text(&parsed(object), "/policyType") != "builtIn"
}

/// What the strengths accept that every tenant has (Entra, *Authentication strengths*).
fn built_in(id: &str) -> Vec<String> {
    const RESISTANT: [&str; 3] = ["fido2", "windowsHelloForBusiness", "x509CertificateMultiFactor"];
    let ids: Vec<&str> = match id.rsplit('0').next() {
        Some("4") => RESISTANT.to_vec(),
        Some("3") => RESISTANT.into_iter().chain(["deviceBasedPush"]).collect(),
        _ => COMBINATIONS.iter().map(|(id, _)| *id).take(12).collect(),
    };
    ids.into_iter().map(|it| words(it).to_owned()).collect()
}

async fn new_strength(admin: Admin) -> Answer {
    if let Err(denied) = admin.caller().may(Right::WriteStrengths) {
        return admin.denied(&denied).await;
    }
    let page = strength_page(&admin, None).await?;
    Ok(admin.page(&page))
}

async fn strength_page(admin: &Admin, object: Option<&Object>) -> Result<StrengthEditor, Broken> {
    let mut reader = admin.visit.web.idp().store().read().await?;
    let json = object.map(parsed).unwrap_or_default();
    let pair = |(id, name): &(&str, &str)| ((*id).to_owned(), (*name).to_owned());
    let configurations = json.get("combinationConfigurations").and_then(Value::as_array);
    let aaguids = configurations.into_iter().flatten().flat_map(|it| list(it, "/allowedAAGUIDs"));
    let id = object.map(|it| it.id.clone()).unwrap_or_default();
    Ok(StrengthEditor {
        desk: admin.desk().await?,
        policies: if id.is_empty() { Vec::new() } else { asked_by(&mut reader, &id).await? },
        id,
        name: object.map(|it| it.name.clone()).unwrap_or_default(),
        origin: if object.is_none_or(is_own) { Origin::Own } else { Origin::BuiltIn },
        version: object.map(|it| tag(&it.json)).unwrap_or_default(),
        combinations: COMBINATIONS.iter().map(pair).collect(),
        accepted: list(&json, "/allowedCombinations").map(str::to_owned).collect(),
        known: models(),
        models: aaguids.map(str::to_lowercase).collect(),
        wrong: Vec::new(),
    })
}

async fn strength(admin: Admin, Path(id): Path<String>) -> Answer {
    let mut reader = or_answer!(admin.reader(Right::ReadPolicies).await?);
    let object = reader.object(STRENGTH, &id).await?;
    if let Some(object) = &object {
        return Ok(admin.page(&strength_page(&admin, Some(object)).await?));
    }
    let snapshot = admin.visit.web.idp().snapshot().await?;
    let known = snapshot.tenant().strengths.iter().find(|it| it.id.to_string() == id);
    let Some(known) = known else { return admin.unknown("strength", paths::STRENGTHS).await };
    let accepted = built_in(&id);
    let ids = COMBINATIONS.iter().filter(|(_, words)| accepted.iter().any(|it| it == words));
    let page = StrengthEditor {
        policies: asked_by(&mut reader, &id).await?,
        id,
        name: known.name.clone(),
        origin: Origin::BuiltIn,
        accepted: ids.map(|(id, _)| (*id).to_owned()).collect(),
        ..strength_page(&admin, None).await?
    };
    Ok(admin.page(&page))
}

async fn save_new_strength(ordered: Ordered) -> Answer {
    saved_strength(&ordered, "").await
}

async fn save_strength(Path(id): Path<String>, ordered: Ordered) -> Answer {
    saved_strength(&ordered, &id).await
}

/// AAGUIDs of boxes and lines, or what is wrong.
pub(super) fn aaguids(form: &Form, prefix: &str) -> Result<Vec<String>, String> {
    let (boxes, lines) = (format!("{prefix}models"), format!("{prefix}other_models"));
    let mut all: Vec<String> = form.all(&boxes).map(str::to_lowercase).collect();
    for line in form.lines(&lines) {
        if !is_guid(line) {
            return Err(format!(
                "{line} is no AAGUID. It looks like de1e552d-db1d-4423-a619-566b625cdc84."
            ));
        }
        all.push(line.to_lowercase());
    }
    all.dedup();
    Ok(all)
}

async fn saved_strength(Ordered { admin, form }: &Ordered, id: &str) -> Answer {
    let part = (STRENGTH, "strength that can be edited", paths::STRENGTHS);
    let before = or_answer!(editable(admin, (Right::WriteStrengths, id), part).await?);
    let mut wrong: Vec<(String, String)> = Vec::new();
    let name = form.one(fields::NAME);
    if name.is_empty() {
        wrong.push((fields::NAME.to_owned(), "Give it a name.".to_owned()));
    }
    let accepted: Vec<&str> = form.all("combinations").collect();
    if accepted.is_empty() {
        wrong.push(("combinations".to_owned(), "Choose what it accepts.".to_owned()));
    }
    let models = aaguids(form, "").unwrap_or_else(|why| {
        wrong.push(("other_models".to_owned(), why));
        Vec::new()
    });
    let wish = strength_json(before.as_ref(), (name, &accepted, &models));
    let object = fitting(admin, (STRENGTH, before.as_ref(), wish), (fields::NAME, &mut wrong))?;
    let Some(object) = object else {
        let page = StrengthEditor {
            name: name.to_owned(),
            accepted: accepted.iter().map(|it| (*it).to_owned()).collect(),
            models: form.all("models").map(str::to_owned).collect(),
            wrong,
            ..strength_page(admin, before.as_ref()).await?
        };
        return Ok(admin.page_with(StatusCode::UNPROCESSABLE_ENTITY, &page));
    };
    kept(admin, form, (before.as_ref(), object, paths::STRENGTHS, "authentication strength")).await
}

/// A strength as the form wants it. A list of models is a configuration of passkeys.
fn strength_json(
    before: Option<&Object>,
    (name, accepted, models): (&str, &[&str], &[String]),
) -> Json {
    let old = before.map(parsed).unwrap_or_default();
    let others = old.get("combinationConfigurations").and_then(Value::as_array).cloned();
    let is_of_passkeys =
        |it: &Value| text(it, "/@odata.type").ends_with("fido2CombinationConfiguration");
    let mut configurations: Vec<Value> =
        others.unwrap_or_default().into_iter().filter(|it| !is_of_passkeys(it)).collect();
    if !models.is_empty() {
        configurations.push(json!({
            "@odata.type": "#microsoft.graph.fido2CombinationConfiguration",
            "id": before.map_or("fido2", |it| it.id.as_str()),
            "appliesToCombinations": ["fido2"],
            "allowedAAGUIDs": models,
        }));
    }
    let mut wish = Json::new();
    wish.insert("displayName".to_owned(), Value::from(name));
    wish.insert("allowedCombinations".to_owned(), json!(accepted));
    wish.insert("combinationConfigurations".to_owned(), Value::Array(configurations));
    wish
}

/// The object that somebody wants to save: none yet where its id is empty. Or the page that says why
/// they cannot: they may not, or it is not there.
async fn editable(
    admin: &Admin,
    (right, id): (Right, &str),
    (kind, what, list): (&str, &str, &str),
) -> Result<Result<Option<Object>, Response>, Broken> {
    if let Err(denied) = admin.caller().may(right) {
        return Ok(Err(admin.denied(&denied).await?));
    }
    if id.is_empty() {
        return Ok(Ok(None));
    }
    let mut reader = match admin.reader(Right::ReadPolicies).await? {
        Ok(reader) => reader,
        Err(denied) => return Ok(Err(denied)),
    };
    match reader.object(kind, id).await? {
        Some(object) => Ok(Ok(Some(object))),
        None => Ok(Err(admin.unknown(what, list).await?)),
    }
}

/// A new object, or one with some properties changed; `None` where something is wrong with the form,
/// or with what it makes, which is then said of a field.
fn fitting(
    admin: &Admin,
    (kind, before, wish): (&str, Option<&Object>, Json),
    (field, wrong): (&str, &mut Vec<(String, String)>),
) -> Result<Option<Object>, Broken> {
    if !wrong.is_empty() {
        return Ok(None);
    }
    let now = admin.visit.now;
    let shaped = match before {
        Some(before) => shape::patched(before, &wish, now)?,
        None => shape::created(kind, wish, now)?,
    };
    Ok(shaped.map_err(|unfit| wrong.push((field.to_owned(), sentence(&unfit.to_string())))).ok())
}

/// Saves an object of a list, through the gate.
pub(super) async fn kept(
    admin: &Admin,
    form: &Form,
    (before, object, list, what): (Option<&Object>, Object, &str, &str),
) -> Answer {
    let activity = match (before.is_some(), list) {
        (true, paths::STRENGTHS) => "Update authentication strength",
        (false, paths::STRENGTHS) => "Add authentication strength",
        (true, paths::CONTEXTS) => "Update authentication context class reference",
        (false, paths::CONTEXTS) => "Add authentication context class reference",
        (true, paths::TERMS) => "Edit Terms Of Use",
        (false, paths::TERMS) => "Create Terms Of Use",
        (true, _) => "Update named location",
        (false, _) => "Add named location",
    };
    let (kind, id, text) = (object.kind.clone(), object.id.clone(), object.json.clone());
    let name = if object.name.is_empty() { what.to_owned() } else { object.name.clone() };
    let version = before.map(|_| form.one(fields::VERSION));
    let edits = Edits::one(Edit::Put(object), activity).expecting(&kind, &id, version);
    let back = if before.is_some() { paths::one(list, &id) } else { paths::one(list, "new") };
    let attempt =
        Attempt { what: &name, action: &back, form, fix_action: "", back: &back, mine: &text };
    match make(admin, (&edits, &attempt)).await? {
        Settled::Done => Ok(admin.after(list, "saved")),
        Settled::Not(response) => Ok(response),
    }
}
