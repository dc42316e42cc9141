//! Passkey profiles.

use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;
use cardea_idp::Object;
use cardea_idp::admin::edit::tag;
use cardea_idp::admin::right::Right;
use cardea_idp::admin::shape::Json;
use serde_json::{Value, json};

use super::super::building::aaguids;
use super::super::desk::{Admin, Form, Ordered};
use super::super::known::{Known, json as parsed};
use super::super::policies::or_answer;
use super::super::policy_form::{list, text};
use super::{Changing, configurations, in_words, models, policy, replaced, targets};
use crate::pages::admin::methods::{ModelRule, PasskeyMethod, Profile, Switch};
use crate::paths::admin as paths;
use crate::respond::Answer;
use crate::web::{Broken, Web};

/// The configuration of passkeys.
pub(super) const PASSKEY: &str = "Fido2";

pub(super) fn routes() -> Router<Web> {
    Router::new().route(paths::METHOD_PASSKEY, get(passkey).post(save_passkey))
}

/// The profiles of a passkey configuration. One without profiles is its own.
fn profiles(passkey: &Value, known: &Known) -> Vec<Profile> {
    let list = passkey.get("passkeyProfiles").and_then(Value::as_array);
    match list.filter(|it| !it.is_empty()) {
        None => {
            let everybody = in_words(&targets(passkey, "includeTargets"), known);
            vec![profile(passkey, ("all passkeys", everybody))]
        }
        Some(list) => list
            .iter()
            .map(|it| {
                let id = text(it, "/id");
                let aims =
                    passkey.get("includeTargets").and_then(Value::as_array).into_iter().flatten();
                let aims =
                    aims.filter(|aim| list_of(aim, "allowedPasskeyProfiles").any(|it| it == id));
                let groups: Vec<&str> = aims.filter_map(|aim| aim.get("id")?.as_str()).collect();
                let groups = if groups.is_empty() {
                    "nobody yet".to_owned()
                } else {
                    in_words(&groups, known)
                };
                profile(it, (text(it, "/name"), groups))
            })
            .collect(),
    }
}

fn list_of<'a>(value: &'a Value, name: &str) -> impl Iterator<Item = &'a str> {
    let items = value.get(name).and_then(Value::as_array).into_iter().flatten();
    items.filter_map(Value::as_str)
}

fn profile(it: &Value, (name, targets): (&str, String)) -> Profile {
    let enforced = it.get("isAttestationEnforced").and_then(Value::as_bool) == Some(true)
        || text(it, "/attestationEnforcement") == "registrationOnly";
    let types = text(it, "/passkeyTypes");
    let aaguids: Vec<String> =
        list(it, "/keyRestrictions/aaGuids").map(str::to_lowercase).collect();
    let is_enforced =
        it.pointer("/keyRestrictions/isEnforced").and_then(Value::as_bool) == Some(true);
    let models = match (is_enforced, text(it, "/keyRestrictions/enforcementType")) {
        (false, _) => ModelRule::Any,
        (true, "block") => ModelRule::Not(aaguids),
        (true, _) => ModelRule::Only(aaguids),
    };
    Profile {
        id: text(it, "/id").to_owned(),
        name: if name.is_empty() { "Profile".to_owned() } else { name.to_owned() },
        targets,
        attestation: if enforced { Switch::On } else { Switch::Off },
        synced: if types.is_empty() || types.contains("synced") { Switch::On } else { Switch::Off },
        models,
    }
}

async fn passkey_page(
    admin: &Admin,
    (policy, passkey): (&Object, &Value),
    known: &Known,
) -> Result<PasskeyMethod, Broken> {
    Ok(PasskeyMethod {
        desk: admin.desk().await?,
        version: tag(&policy.json),
        profiles: profiles(passkey, known),
        known: models(),
        wrong: Vec::new(),
    })
}

async fn passkey(admin: Admin) -> Answer {
    let mut reader = or_answer!(admin.reader(Right::ReadPolicies).await?);
    let snapshot = admin.visit.web.idp().snapshot().await?;
    let known = Known::read(&snapshot, &mut reader).await?;
    let Some(object) = policy(&mut reader).await? else {
        return admin.unknown("methods policy", paths::METHODS).await;
    };
    let json = parsed(&object);
    match configurations(&json).iter().find(|it| text(it, "/id") == PASSKEY) {
        Some(found) => Ok(admin.page(&passkey_page(&admin, (&object, found), &known).await?)),
        None => admin.unknown("method", paths::METHODS).await,
    }
}

async fn save_passkey(Ordered { admin, form }: Ordered) -> Answer {
    let Changing { known, object, before } = or_answer!(Changing::of(&admin, PASSKEY).await?);
    let mut after = before.clone();
    let has_profiles = list_len(&before, "passkeyProfiles") > 0;
    let mut wrong = Vec::new();
    let count = profiles(&before, &known).len();
    for number in 1..=count {
        match (aaguids(&form, &format!("p{number}_")), part_of(&mut after, (number, has_profiles)))
        {
            (Err(why), _) => wrong.push((format!("p{number}_other_models"), why)),
            (Ok(models), Some(part)) => fill(part, &form, (number, has_profiles, &models)),
            (Ok(_), None) => {}
        }
    }
    if !wrong.is_empty() {
        let page =
            PasskeyMethod { wrong, ..passkey_page(&admin, (&object, &before), &known).await? };
        return Ok(admin.page_with(StatusCode::UNPROCESSABLE_ENTITY, &page));
    }
    replaced(&admin, &form, (&object, after, paths::METHOD_PASSKEY)).await
}

fn list_len(value: &Value, name: &str) -> usize {
    value.get(name).and_then(Value::as_array).map_or(0, Vec::len)
}

/// The profile with a number; of a configuration without profiles the configuration itself.
fn part_of(passkey: &mut Value, (number, has_profiles): (usize, bool)) -> Option<&mut Json> {
    if has_profiles {
        let list = passkey.get_mut("passkeyProfiles")?.as_array_mut()?;
        list.get_mut(number.checked_sub(1)?)?.as_object_mut()
    } else {
        passkey.as_object_mut()
    }
}

/// Writes what the form says into a profile.
fn fill(profile: &mut Json, form: &Form, (number, has_profiles, models): (usize, bool, &[String])) {
    let one = |what: &str| form.one(&format!("p{number}_{what}"));
    let is_on = |what: &str| one(what) == Switch::On.word();
    if has_profiles {
        let enforced = if is_on("attestation") { "registrationOnly" } else { "disabled" };
        profile.insert("attestationEnforcement".to_owned(), Value::from(enforced));
        let types = if is_on("synced") { "deviceBound,synced" } else { "deviceBound" };
        profile.insert("passkeyTypes".to_owned(), Value::from(types));
    } else {
        profile.insert("isAttestationEnforced".to_owned(), Value::from(is_on("attestation")));
    }
    let rule = one("rule");
    let restrictions = json!({
        "isEnforced": rule != "any",
        "enforcementType": if rule == "block" { "block" } else { "allow" },
        "aaGuids": models,
    });
    profile.insert("keyRestrictions".to_owned(), restrictions);
}
