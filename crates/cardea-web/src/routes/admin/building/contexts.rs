//! Authentication contexts: what apps ask for by a short id, and policies are for.

use axum::Router;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::routing::get;
use cardea_idp::admin::edit::tag;
use cardea_idp::admin::right::Right;
use cardea_idp::admin::shape::Json;
use cardea_idp::{Object, Rows};
use serde_json::Value;

use super::super::desk::{Admin, Form, Ordered};
use super::super::known::json as parsed;
use super::super::policies::or_answer;
use super::super::policy_form::{list, text};
use super::{Marks, editable, fitting, kept, policies_with};
use crate::fields::admin as fields;
use crate::pages::admin::contexts::{ContextEditor, ContextRow, Contexts};
use crate::pages::admin::methods::Switch;
use crate::paths::admin as paths;
use crate::respond::Answer;
use crate::web::{Broken, Web};

/// The kind of authentication contexts.
const CONTEXT: &str = "authenticationContextClassReference";

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route(paths::CONTEXTS, get(contexts))
        .route("/admin/contexts/new", get(new).post(save_new))
        .route("/admin/contexts/{id}", get(open).post(save))
}

async fn named_by(reader: &mut Rows, id: &str) -> Result<Vec<String>, Broken> {
    let pointer = "/conditions/applications/includeAuthenticationContextClassReferences";
    policies_with(reader, |policy| list(policy, pointer).any(|it| it == id)).await
}

fn published(context: &Value) -> Switch {
    match context.get("isAvailable").and_then(Value::as_bool) {
        Some(true) => Switch::On,
        Some(false) | None => Switch::Off,
    }
}

async fn contexts(admin: Admin, Query(marks): Query<Marks>) -> Answer {
    let mut reader = or_answer!(admin.reader(Right::ReadPolicies).await?);
    let mut rows = Vec::new();
    for object in reader.objects(CONTEXT).await? {
        let json = parsed(&object);
        rows.push(ContextRow {
            policies: named_by(&mut reader, &object.id).await?,
            about: text(&json, "/description").to_owned(),
            published: published(&json),
            id: object.id,
            name: object.name,
        });
    }
    rows.sort_by_key(|row| number(&row.id));
    Ok(admin.page(&Contexts { desk: admin.desk_after(&marks.done).await?, rows }))
}

/// The number of an id: 3 of `c3`. Graph: `c1` to `c99`.
fn number(id: &str) -> Option<u8> {
    id.strip_prefix('c')?.parse().ok().filter(|number| (1..=99).contains(number))
}

/// The least id that is free; empty where none is.
async fn free(reader: &mut Rows) -> Result<String, Broken> {
    let taken: Vec<String> = reader.objects(CONTEXT).await?.into_iter().map(|it| it.id).collect();
    let mut ids = (1..=99).map(|number: u8| format!("c{number}"));
    Ok(ids.find(|id| !taken.contains(id)).unwrap_or_default())
}

async fn page(admin: &Admin, object: Option<&Object>) -> Result<ContextEditor, Broken> {
    let mut reader = admin.visit.web.idp().store().read().await?;
    let json = object.map(parsed).unwrap_or_default();
    Ok(ContextEditor {
        desk: admin.desk().await?,
        policies: match object {
            Some(object) => named_by(&mut reader, &object.id).await?,
            None => Vec::new(),
        },
        id: object.map(|it| it.id.clone()).unwrap_or_default(),
        wanted: match object {
            Some(object) => object.id.clone(),
            None => free(&mut reader).await?,
        },
        name: object.map(|it| it.name.clone()).unwrap_or_default(),
        about: text(&json, "/description").to_owned(),
        published: if object.is_none() { Switch::On } else { published(&json) },
        version: object.map(|it| tag(&it.json)).unwrap_or_default(),
        read_only: admin.read_only(Right::WritePolicies),
        wrong: Vec::new(),
    })
}

async fn new(admin: Admin) -> Answer {
    if let Err(denied) = admin.caller().may(Right::WritePolicies) {
        return admin.denied(&denied).await;
    }
    Ok(admin.page(&page(&admin, None).await?))
}

async fn open(admin: Admin, Path(id): Path<String>) -> Answer {
    let mut reader = or_answer!(admin.reader(Right::ReadPolicies).await?);
    match reader.object(CONTEXT, &id).await? {
        Some(object) => Ok(admin.page(&page(&admin, Some(&object)).await?)),
        None => admin.unknown("authentication context", paths::CONTEXTS).await,
    }
}

async fn save_new(ordered: Ordered) -> Answer {
    saved(&ordered, "").await
}

async fn save(Path(id): Path<String>, ordered: Ordered) -> Answer {
    saved(&ordered, &id).await
}

async fn saved(Ordered { admin, form }: &Ordered, id: &str) -> Answer {
    let part = (CONTEXT, "authentication context", paths::CONTEXTS);
    let before = or_answer!(editable(admin, (Right::WritePolicies, id), part).await?);
    let mut reader = or_answer!(admin.reader(Right::ReadPolicies).await?);
    let mut wrong = wrong(form);
    let wanted = form.one("id");
    if before.is_none() && number(wanted).is_none() {
        wrong.push(("id".to_owned(), "An id is c1 to c99.".to_owned()));
    } else if before.is_none() && reader.object(CONTEXT, wanted).await?.is_some() {
        wrong.push(("id".to_owned(), format!("There is {wanted} already. Choose another id.")));
    }
    drop(reader);
    let made = (CONTEXT, before.as_ref(), wish(form, before.as_ref()));
    let object = fitting(admin, made, (fields::NAME, &mut wrong))?;
    let Some(object) = object else {
        let page = ContextEditor {
            wanted: if before.is_some() { id.to_owned() } else { wanted.to_owned() },
            name: form.one(fields::NAME).to_owned(),
            about: form.one("about").to_owned(),
            published: if is_published(form) { Switch::On } else { Switch::Off },
            wrong,
            ..page(admin, before.as_ref()).await?
        };
        return Ok(admin.page_with(StatusCode::UNPROCESSABLE_ENTITY, &page));
    };
    kept(admin, form, (before.as_ref(), object, paths::CONTEXTS, "authentication context")).await
}

fn is_published(form: &Form) -> bool {
    form.one("available") == Switch::On.word()
}

fn wrong(form: &Form) -> Vec<(String, String)> {
    let is_named = !form.one(fields::NAME).is_empty();
    let wrong = (!is_named).then(|| (fields::NAME.to_owned(), "Give it a name.".to_owned()));
    wrong.into_iter().collect()
}

fn wish(form: &Form, before: Option<&Object>) -> Json {
    let mut wish = Json::new();
    if before.is_none() {
        wish.insert("id".to_owned(), Value::from(form.one("id")));
    }
    wish.insert("displayName".to_owned(), Value::from(form.one(fields::NAME)));
    wish.insert("description".to_owned(), Value::from(form.one("about")));
    wish.insert("isAvailable".to_owned(), Value::from(is_published(form)));
    wish
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_c1_to_c99() {
        assert_eq!(
            ["c1", "c99", "c0", "c100", "1", "C1"].map(number).map(|it| it.is_some()),
            [true, true, false, false, false, false]
        );
    }
}
