//! A form of the editor, as the policy that it wants.

use axum::response::Response;
use cardea_idp::admin::edit::{Edit, Edits};
use cardea_idp::admin::right::Right;
use cardea_idp::admin::shape::{self, Json, Unfit};
use cardea_idp::{Object, Rows};
use serde_json::Value;

use super::POLICY;
use crate::fields::admin as fields;
use crate::pages::admin::policies::PolicyState;
use crate::paths::admin as paths;
use crate::routes::admin::desk::{Admin, Form, sentence};
use crate::routes::admin::known::{Known, json};
use crate::routes::admin::policy_form::{Wrong, policy_of};
use crate::web::Broken;

/// What the log says of a policy that is saved.
const UPDATE: &str = "Update conditional access policy";
/// The same of a new one.
const ADD: &str = "Add conditional access policy";

/// A form of the editor, read as far as it can be.
pub(super) struct Read {
    pub(super) known: Known,
    /// The policy as it is; `None` for a new one.
    pub(super) before: Option<Object>,
    /// The policy as the form wants it.
    wish: Result<Json, Wrong>,
}

impl Read {
    /// Reads a form; or gives the page that says that its policy is gone.
    pub(super) async fn of(
        admin: &Admin,
        form: &Form,
        id: &str,
    ) -> Result<Result<Self, Response>, Broken> {
        let mut reader: Rows = match admin.reader(Right::ReadPolicies).await? {
            Ok(reader) => reader,
            Err(response) => return Ok(Err(response)),
        };
        let before = if id.is_empty() { None } else { reader.object(POLICY, id).await? };
        if before.is_none() && !id.is_empty() {
            return Ok(Err(admin.unknown("policy", paths::POLICIES).await?));
        }
        let snapshot = admin.visit.web.idp().snapshot().await?;
        let known = Known::read(&snapshot, &mut reader).await?;
        let policy = before.as_ref().map(json).unwrap_or_default();
        let wish = policy_of(form, &policy, (&known, &mut reader)).await?;
        Ok(Ok(Self { known, before, wish }))
    }

    /// The object that the form makes, in a state.
    pub(super) fn object(
        &self,
        admin: &Admin,
        state: Option<PolicyState>,
    ) -> Result<Result<Object, Wrong>, Broken> {
        let mut wish = match &self.wish {
            Ok(wish) => wish.clone(),
            Err(wrong) => return Ok(Err(wrong.clone())),
        };
        if let Some(state) = state {
            wish.insert("state".to_owned(), Value::from(state.word()));
        }
        let now = admin.visit.now;
        let object = match &self.before {
            Some(before) => shape::patched(before, &replaced(before, wish), now)?,
            None => shape::created(POLICY, wish, now)?,
        };
        Ok(object.map_err(|unfit| vec![(field_of(&unfit), sentence(&unfit.to_string()))]))
    }

    pub(super) fn edits(&self, object: Object, form: &Form) -> Edits {
        let activity = if self.before.is_some() { UPDATE } else { ADD };
        let id = object.id.clone();
        let edits = Edits::one(Edit::Put(object), activity);
        let version = Some(form.one(fields::VERSION)).filter(|_| self.before.is_some());
        edits.expecting(POLICY, &id, version)
    }
}

/// A wish as a change of what is there: what is named in the old strength goes with it.
fn replaced(before: &Object, mut wish: Json) -> Json {
    let old = json(before);
    let strength = "/grantControls/authenticationStrength";
    let names = old.pointer(strength).and_then(Value::as_object);
    let names: Vec<String> = names.into_iter().flat_map(|it| it.keys().cloned()).collect();
    let new = wish.get_mut("grantControls").and_then(|it| it.get_mut("authenticationStrength"));
    if let Some(Value::Object(new)) = new
        && new.get("id") != old.pointer(&format!("{strength}/id"))
    {
        for name in names {
            new.entry(name).or_insert(Value::Null);
        }
    }
    wish
}

/// The field that a refusal of Graph's shape is about, as far as it tells.
fn field_of(unfit: &Unfit) -> &'static str {
    match unfit {
        Unfit::Missing("displayName") => fields::NAME,
        Unfit::Value(text) if text.contains("ilter") => "device_rule",
        Unfit::Value(_) | Unfit::Missing(_) | Unfit::Kind { .. } | Unfit::Fixed(_) => fields::STATE,
    }
}
