//! The methods policy, and the configuration of each method in it.
//!
//! The configurations are part of the policy object, however they are addressed; one that came as an
//! object of its own is changed where it is.

use cardea_idp::admin::edit::{self, Edit, Edits};
use cardea_idp::admin::right::Right;
use cardea_idp::admin::shape::{self, Json};
use cardea_odata::problem::Code;
use cardea_store::{Object, Snapshot};
use serde_json::{Value, json};

use super::objects::json_of;
use crate::call::Call;
use crate::problem::{Problem, Result};
use crate::reply::Reply;
use crate::route::MethodsPolicy;

const POLICY: &str = "authenticationMethodsPolicy";
const CONFIGURATION: &str = "authenticationMethodConfiguration";
const LIST: &str = "authenticationMethodConfigurations";
const ACTIVITY: &str = "Authentication Methods Policy Update";

pub(super) async fn answer(call: &Call<'_>, action: MethodsPolicy, key: &str) -> Result<Reply> {
    let mut reader = call.reader(Right::ReadPolicies).await?;
    let policy = policy(&mut reader).await?;
    let separate = reader.objects(CONFIGURATION).await?;
    drop(reader);
    match action {
        MethodsPolicy::Get => {
            let body = whole(&policy, &separate)?;
            call.item(("authenticationMethodsPolicy", &edit::tag(&policy.json)), body)
        }
        MethodsPolicy::Change => {
            let patch = call.object()?;
            if let Some(Value::Array(_)) = patch.get(LIST) {
                let message = "Change each configuration at its own address: \
                               '…/authenticationMethodConfigurations/{id}'.";
                return Err(Problem::new(Code::RequestBadRequest, message));
            }
            let expected = call.expected(&policy.json)?;
            let patched = shape::patched(&policy, &patch, call.now)??;
            let edits = Edits::one(Edit::Put(patched), ACTIVITY);
            let expected = expected.filter(|_| !is_new(&policy));
            call.change(&edits.expecting(POLICY, &policy.id, expected.as_deref())).await?;
            Ok(Reply::done())
        }
        MethodsPolicy::Configurations => {
            let body = whole(&policy, &separate)?;
            let all = body.get(LIST).and_then(Value::as_array).cloned().unwrap_or_default();
            call.page(&format!("{POLICY}/{LIST}"), &call.list()?, all)
        }
        MethodsPolicy::Configuration => {
            let body = whole(&policy, &separate)?;
            let found = configuration(&body, key).cloned().ok_or_else(|| absent(key))?;
            let tag = edit::tag(&Value::Object(found.clone()).to_string());
            call.item((&format!("{POLICY}/{LIST}"), &tag), found)
        }
        MethodsPolicy::ChangeConfiguration => {
            change_configuration(call, (&policy, &separate), key).await
        }
    }
}

/// The policy, or an empty one where nobody has made it.
async fn policy(reader: &mut Snapshot) -> Result<Object> {
    let kept = reader.objects(POLICY).await?.into_iter().next();
    Ok(kept.unwrap_or_else(|| {
        let json = json!({
            "@odata.type": "#microsoft.graph.authenticationMethodsPolicy",
            "id": POLICY, "displayName": "Authentication Methods Policy", LIST: [],
        });
        Object {
            kind: POLICY.to_owned(),
            id: POLICY.to_owned(),
            name: "Authentication Methods Policy".to_owned(),
            position: -1,
            json: json.to_string(),
            changed: jiff::Timestamp::UNIX_EPOCH,
        }
    }))
}

fn is_new(policy: &Object) -> bool {
    policy.changed == jiff::Timestamp::UNIX_EPOCH
}

/// The policy with all configurations.
fn whole(policy: &Object, separate: &[Object]) -> Result<Json> {
    let mut body = json_of(policy)?;
    let mut all: Vec<Value> = body.get(LIST).and_then(Value::as_array).cloned().unwrap_or_default();
    for object in separate {
        let json = Value::Object(json_of(object)?);
        all.retain(|it| !same(it, &object.id));
        all.push(json);
    }
    body.insert(LIST.to_owned(), Value::Array(all));
    Ok(body)
}

fn same(configuration: &Value, id: &str) -> bool {
    let found = configuration.get("id").and_then(Value::as_str);
    found.is_some_and(|it| it.eq_ignore_ascii_case(id))
}

fn configuration<'a>(body: &'a Json, id: &str) -> Option<&'a Json> {
    body.get(LIST)?.as_array()?.iter().find(|it| same(it, id))?.as_object()
}

async fn change_configuration(
    call: &Call<'_>,
    (policy, separate): (&Object, &[Object]),
    id: &str,
) -> Result<Reply> {
    let patch = call.object()?;
    if let Some(object) = separate.iter().find(|it| it.id.eq_ignore_ascii_case(id)) {
        let expected = call.expected(&object.json)?;
        let patched = shape::patched(object, &patch, call.now)??;
        let edits = Edits::one(Edit::Put(patched), ACTIVITY);
        call.change(&edits.expecting(CONFIGURATION, &object.id, expected.as_deref())).await?;
        return Ok(Reply::done());
    }
    let body = json_of(policy)?;
    let before = configuration(&body, id).cloned();
    let configuration = match &before {
        Some(before) => before.clone(),
        None => fresh(id)?,
    };
    let type_of = |json: &Json| json.get("@odata.type").cloned();
    if patch.contains_key("@odata.type") && type_of(&patch) != type_of(&configuration) {
        let message = "'@odata.type' is not that of the configuration at this address.";
        return Err(Problem::new(Code::RequestBadRequest, message));
    }
    let object = Object {
        kind: CONFIGURATION.to_owned(),
        id: configuration.get("id").and_then(Value::as_str).unwrap_or(id).to_owned(),
        name: id.to_owned(),
        position: 0,
        json: Value::Object(configuration).to_string(),
        changed: policy.changed,
    };
    let patched = shape::patched(&object, &patch, call.now)??;
    let patched: Value = serde_json::from_str(&patched.json).unwrap_or_default();
    let mut all = body.get(LIST).and_then(Value::as_array).cloned().unwrap_or_default();
    match all.iter_mut().find(|it| same(it, id)) {
        Some(slot) => *slot = patched,
        None => all.push(patched),
    }
    let list = Json::from_iter([(LIST.to_owned(), Value::Array(all))]);
    let whole = shape::patched(policy, &list, call.now)??;
    let tag = (!is_new(policy)).then(|| edit::tag(&policy.json));
    let edits = Edits::one(Edit::Put(whole), ACTIVITY);
    call.change(&edits.expecting(POLICY, &policy.id, tag.as_deref())).await?;
    Ok(Reply::done())
}

/// A configuration that nobody has made: the method is off.
fn fresh(id: &str) -> Result<Json> {
    let found = KNOWN.iter().find(|(known, _)| known.eq_ignore_ascii_case(id));
    let (id, kind) = found.ok_or_else(|| absent(id))?;
    let all = json!({
        "@odata.type": format!("#microsoft.graph.{kind}AuthenticationMethodConfiguration"),
        "id": id, "state": "disabled", "excludeTargets": [],
        "includeTargets": [{
            "targetType": "group", "id": "all_users", "isRegistrationRequired": false,
        }],
    });
    match all {
        Value::Object(json) => Ok(json),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            Err(absent(id))
        }
    }
}

/// Ids of configurations, with the beginnings of their types.
const KNOWN: [(&str, &str); 10] = [
    ("Fido2", "fido2"),
    ("MicrosoftAuthenticator", "microsoftAuthenticator"),
    ("TemporaryAccessPass", "temporaryAccessPass"),
    ("SoftwareOath", "softwareOath"),
    ("HardwareOath", "hardwareOath"),
    ("Sms", "sms"),
    ("Voice", "voice"),
    ("Email", "email"),
    ("X509Certificate", "x509Certificate"),
    ("QRCodePin", "qrCodePin"),
];

fn absent(id: &str) -> Problem {
    Problem::absent("authentication method configuration", id)
}
