//! The methods policy and passkey profiles.

mod passkeys;

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
use super::known::{Known, json as parsed};
use super::policies::or_answer;
use super::policy_form::text;
use crate::fields::admin as fields;
use crate::pages::admin::form::{Choice, Control, Field};
use crate::pages::admin::methods::{MethodEditor, MethodRow, Methods, Switch};
use crate::paths::admin as paths;
use crate::respond::Answer;
use crate::web::{Broken, Web};

use passkeys::PASSKEY;

/// The kind of the methods policy.
pub(super) const POLICY: &str = "authenticationMethodsPolicy";
/// The group that means everybody.
const EVERYBODY: &str = "all_users";

/// Graph's ids of configurations, and names.
const NAMES: [(&str, &str); 10] = [
    ("Fido2", "Passkey"),
    ("TemporaryAccessPass", "Temporary Access Pass"),
    ("MicrosoftAuthenticator", "Microsoft Authenticator"),
    ("SoftwareOath", "Code from an app"),
    ("Sms", "Text message"),
    ("Voice", "Phone call"),
    ("Email", "Email code"),
    ("X509Certificate", "Certificate"),
    ("HardwareOath", "Hardware code"),
    ("QRCodePin", "QR code"),
];

/// Models that are worth a box: Authenticator, common keys and providers.
const MODELS: [&str; 12] = [
    "de1e552d-db1d-4423-a619-566b625cdc84",
    "90a3ccdf-635c-4729-a248-9b709135078f",
    "7b1c0f0e-5d0a-4f0b-9a52-2f6a3a7c8e41",
    "c25e9f37-8b64-4d19-8f0e-6d1b54a7f9d2",
    "d9ab3495-6ce1-4543-a226-bb7adcd06621",
    "08987058-cadc-4b81-b6e1-30de50dcbe96",
    "9ddd1817-af5a-4672-a2b9-3e3dd95000a9",
    "6028b017-b1d4-4c02-b4b3-afcdafc96bb2",
    "cb69481e-8ff7-4039-93ec-0a2729a154a8",
    "2fc0579f-8113-47ea-b116-bb5a8db9202a",
    "fbfc3007-154e-4ecc-8c0b-6e020557d7bd",
    "ea9b8d66-4d01-1d21-3ce4-b6b48cb575d4",
];

/// Models of passkeys that a form shows by name.
pub(super) fn models() -> Vec<(String, String)> {
    let named = MODELS.iter().map(|id| {
        let name = cardea_idp::provider(id).unwrap_or("unnamed model");
        ((*id).to_owned(), name.to_owned())
    });
    named.collect()
}

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route(paths::METHODS, get(overview))
        .merge(passkeys::routes())
        .route("/admin/methods/{id}", get(open).post(save))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Marks {
    done: String,
}

/// The methods policy; `None` where the tenant has none.
pub(super) async fn policy(reader: &mut Rows) -> Result<Option<Object>, Broken> {
    Ok(reader.objects(POLICY).await?.into_iter().next())
}

fn configurations(policy: &Value) -> &[Value] {
    let found = policy.get("authenticationMethodConfigurations").and_then(Value::as_array);
    found.map(Vec::as_slice).unwrap_or_default()
}

fn name(id: &str) -> &str {
    NAMES.iter().find(|(it, _)| it.eq_ignore_ascii_case(id)).map_or(id, |(_, name)| name)
}

fn state(configuration: &Value) -> Switch {
    if text(configuration, "/state") == "enabled" { Switch::On } else { Switch::Off }
}

/// The groups of targets.
fn targets<'a>(configuration: &'a Value, which: &str) -> Vec<&'a str> {
    let list = configuration.get(which).and_then(Value::as_array).into_iter().flatten();
    list.filter_map(|it| it.get("id")?.as_str()).collect()
}

fn in_words(ids: &[&str], known: &Known) -> String {
    if ids.contains(&EVERYBODY) {
        return "everybody".to_owned();
    }
    ids.iter().map(|id| Known::name(&known.groups, id)).collect::<Vec<_>>().join(", ")
}

async fn overview(admin: Admin, Query(marks): Query<Marks>) -> Answer {
    let mut reader = or_answer!(admin.reader(Right::ReadPolicies).await?);
    let snapshot = admin.visit.web.idp().snapshot().await?;
    let known = Known::read(&snapshot, &mut reader).await?;
    let object = policy(&mut reader).await?.as_ref().map(parsed).unwrap_or_default();
    let holders: std::collections::BTreeSet<String> =
        reader.all_passkeys().await?.into_iter().map(|it| it.person).collect();
    let rows = configurations(&object).iter().map(|it| {
        let id = text(it, "/id");
        let excluded = targets(it, "excludeTargets");
        let except = if excluded.is_empty() {
            String::new()
        } else {
            format!(", except {}", in_words(&excluded, &known))
        };
        MethodRow {
            id: id.to_owned(),
            name: name(id).to_owned(),
            state: state(it),
            targets: format!("{}{except}", in_words(&targets(it, "includeTargets"), &known)),
            about: about(it),
            people: (id == PASSKEY).then_some(holders.len()),
        }
    });
    let rows = rows.collect();
    Ok(admin.page(&Methods { desk: admin.desk_after(&marks.done).await?, rows }))
}

fn about(configuration: &Value) -> String {
    let number = |name: &str| configuration.get(name).and_then(Value::as_u64);
    let is = |name: &str| configuration.get(name).and_then(Value::as_bool) == Some(true);
    let mut parts = Vec::new();
    if is("isAttestationEnforced") {
        parts.push("the model has to be proven".to_owned());
    }
    if let (Some(least), Some(most)) =
        (number("minimumLifetimeInMinutes"), number("maximumLifetimeInMinutes"))
    {
        parts.push(format!("{least} to {most} minutes"));
    }
    if is("isUsableOnce") {
        parts.push("once only".to_owned());
    }
    parts.join(", ")
}

async fn open(admin: Admin, Path(id): Path<String>) -> Answer {
    let mut reader = or_answer!(admin.reader(Right::ReadPolicies).await?);
    let snapshot = admin.visit.web.idp().snapshot().await?;
    let known = Known::read(&snapshot, &mut reader).await?;
    let Some(object) = policy(&mut reader).await? else {
        return admin.unknown("methods policy", paths::METHODS).await;
    };
    let json = parsed(&object);
    match configurations(&json).iter().find(|it| text(it, "/id") == id) {
        Some(found) => Ok(admin.page(&editor(&admin, (&object, found), &known).await?)),
        None => admin.unknown("method", paths::METHODS).await,
    }
}

async fn editor(
    admin: &Admin,
    (policy, configuration): (&Object, &Value),
    known: &Known,
) -> Result<MethodEditor, Broken> {
    let id = text(configuration, "/id").to_owned();
    let names = |which: &str| {
        let ids = targets(configuration, which).into_iter().filter(|id| *id != EVERYBODY);
        ids.map(|id| Known::name(&known.groups, id)).collect::<Vec<_>>().join("\n")
    };
    Ok(MethodEditor {
        desk: admin.desk().await?,
        name: name(&id).to_owned(),
        version: tag(&policy.json),
        state: state(configuration),
        include: names("includeTargets"),
        exclude: names("excludeTargets"),
        own: own(&id, configuration),
        wrong: Vec::new(),
        id,
    })
}

/// Settings of one method alone.
fn own(id: &str, configuration: &Value) -> Vec<Field> {
    if id != "TemporaryAccessPass" {
        return Vec::new();
    }
    let number = |name: &str| {
        let value = configuration.get(name).and_then(Value::as_u64);
        value.map(|it| it.to_string()).unwrap_or_default()
    };
    let minutes = |name: &str| Control::Number { value: number(name), least: 10, most: 43_200 };
    let once = configuration.get("isUsableOnce").and_then(Value::as_bool) == Some(true);
    let once =
        vec![Choice::among("yes", "Passes work once only", &[if once { "yes" } else { "" }])];
    vec![
        Field::new(
            "minimumLifetimeInMinutes",
            "Minutes at least",
            minutes("minimumLifetimeInMinutes"),
        ),
        Field::new(
            "maximumLifetimeInMinutes",
            "Minutes at most",
            minutes("maximumLifetimeInMinutes"),
        ),
        Field::new(
            "defaultLifetimeInMinutes",
            "Minutes where nothing is said",
            minutes("defaultLifetimeInMinutes"),
        ),
        Field::new("isUsableOnce", "Use", Control::Checks(once)),
    ]
}

fn group_targets(ids: &[String], before: &Value, which: &str) -> Value {
    let old = before.get(which).and_then(Value::as_array).cloned().unwrap_or_default();
    let kept = |id: &str| old.iter().find(|it| it.get("id").and_then(Value::as_str) == Some(id));
    let one = |id: &String| {
        kept(id).cloned().unwrap_or_else(|| json!({ "targetType": "group", "id": id }))
    };
    Value::Array(ids.iter().map(one).collect())
}

/// A method that is to be changed: the policy that it is in, and it.
struct Changing {
    known: Known,
    object: Object,
    before: Value,
}

impl Changing {
    /// Reads it; or gives the page that says why it cannot be changed.
    async fn of(admin: &Admin, id: &str) -> Result<Result<Self, Response>, Broken> {
        if let Err(denied) = admin.caller().may(Right::WriteMethodsPolicy) {
            return Ok(Err(admin.denied(&denied).await?));
        }
        let mut reader = match admin.reader(Right::ReadPolicies).await? {
            Ok(reader) => reader,
            Err(response) => return Ok(Err(response)),
        };
        let snapshot = admin.visit.web.idp().snapshot().await?;
        let known = Known::read(&snapshot, &mut reader).await?;
        let Some(object) = policy(&mut reader).await? else {
            return Ok(Err(admin.unknown("methods policy", paths::METHODS).await?));
        };
        let json = parsed(&object);
        let found = configurations(&json).iter().find(|it| text(it, "/id") == id).cloned();
        let Some(before) = found else {
            return Ok(Err(admin.unknown("method", paths::METHODS).await?));
        };
        Ok(Ok(Self { known, object, before }))
    }
}

async fn save(Path(id): Path<String>, Ordered { admin, form }: Ordered) -> Answer {
    let Changing { known, object, before } = or_answer!(Changing::of(&admin, &id).await?);
    let mut wrong: Vec<(&'static str, String)> = Vec::new();
    let mut ids = |field: &'static str| {
        Known::ids(&known.groups, "group", form.lines(field)).unwrap_or_else(|why| {
            wrong.push((field, why));
            Vec::new()
        })
    };
    let (mut include, exclude) = (ids("include"), ids("exclude"));
    if include.is_empty() {
        include.push(EVERYBODY.to_owned());
    }
    let mut after = before.clone();
    if let Some(after) = after.as_object_mut() {
        let state = if form.one(fields::STATE) == "enabled" { "enabled" } else { "disabled" };
        after.insert("state".to_owned(), Value::from(state));
        after.insert(
            "includeTargets".to_owned(),
            group_targets(&include, &before, "includeTargets"),
        );
        after.insert(
            "excludeTargets".to_owned(),
            group_targets(&exclude, &before, "excludeTargets"),
        );
        if id == "TemporaryAccessPass" {
            for name in
                ["minimumLifetimeInMinutes", "maximumLifetimeInMinutes", "defaultLifetimeInMinutes"]
            {
                if let Ok(minutes) = form.one(name).parse::<u32>() {
                    after.insert(name.to_owned(), Value::from(minutes));
                }
            }
            after.insert("isUsableOnce".to_owned(), Value::from(form.one("isUsableOnce") == "yes"));
        }
    }
    if !wrong.is_empty() {
        let page = MethodEditor {
            include: form.one("include").to_owned(),
            exclude: form.one("exclude").to_owned(),
            wrong,
            ..editor(&admin, (&object, &before), &known).await?
        };
        return Ok(admin.page_with(StatusCode::UNPROCESSABLE_ENTITY, &page));
    }
    let back = paths::one(paths::METHODS, &id);
    replaced(&admin, &form, (&object, after, &back)).await
}

/// Saves the methods policy with one configuration changed.
async fn replaced(
    admin: &Admin,
    form: &Form,
    (object, configuration, back): (&Object, Value, &str),
) -> Answer {
    let json = parsed(object);
    let id = text(&configuration, "/id").to_owned();
    let all: Vec<Value> = configurations(&json)
        .iter()
        .map(|it| if text(it, "/id") == id { configuration.clone() } else { it.clone() })
        .collect();
    let mut patch = Json::new();
    patch.insert("authenticationMethodConfigurations".to_owned(), Value::Array(all));
    put(admin, form, (object, patch, back)).await
}

/// Saves the methods policy with some properties changed.
pub(super) async fn put(
    admin: &Admin,
    form: &Form,
    (object, patch, back): (&Object, Json, &str),
) -> Answer {
    let after = match shape::patched(object, &patch, admin.visit.now)? {
        Ok(after) => after,
        Err(unfit) => {
            let what = format!("methods policy like that: {}", sentence(&unfit.to_string()));
            return admin.unknown(&what, back).await;
        }
    };
    let text = after.json.clone();
    let edits = Edits::one(Edit::Put(after), "Update authentication methods policy");
    let edits = edits.expecting(POLICY, &object.id, Some(form.one(fields::VERSION)));
    let attempt = Attempt {
        what: "the methods policy",
        action: back,
        form,
        fix_action: "",
        back,
        mine: &text,
    };
    match make(admin, (&edits, &attempt)).await? {
        Settled::Done => Ok(admin.after(paths::METHODS, "saved")),
        Settled::Not(response) => Ok(response),
    }
}
