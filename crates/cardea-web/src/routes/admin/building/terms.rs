//! Terms of use, and who accepted them.

use axum::Router;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::routing::get;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cardea_idp::admin::edit::tag;
use cardea_idp::admin::right::Right;
use cardea_idp::admin::shape::Json;
use cardea_idp::terms::{self, Reading, Text};
use cardea_idp::{Object, Rows};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::super::desk::{Admin, Form, Ordered};
use super::super::known::json as parsed;
use super::super::policies::or_answer;
use super::super::policy_form::{list, text};
use super::{Marks, editable, fitting, kept, policies_with};
use crate::fields::admin as fields;
use crate::pages::Moment;
use crate::pages::admin::methods::Switch;
use crate::pages::admin::terms::{Accepted, Content, TermsEditor, TermsList, TermsRow};
use crate::paths::admin as paths;
use crate::respond::Answer;
use crate::web::{Broken, Web};

/// The kind of terms of use.
const AGREEMENT: &str = "agreement";
/// The kind of what is kept of somebody who accepted.
const ACCEPTANCE: &str = "agreementAcceptance";
/// People who are listed with their acceptance, the latest ones.
const LISTED: usize = 200;

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route(paths::TERMS, get(all))
        .route("/admin/terms/new", get(new).post(save_new))
        .route("/admin/terms/{id}", get(open).post(save))
}

async fn asked_by(reader: &mut Rows, id: &str) -> Result<Vec<String>, Broken> {
    let pointer = "/grantControls/termsOfUse";
    policies_with(reader, |policy| list(policy, pointer).any(|it| it.eq_ignore_ascii_case(id)))
        .await
}

/// Who accepted which terms: the terms, the person, and when.
async fn acceptances(
    reader: &mut Rows,
) -> Result<Vec<(String, String, Option<Timestamp>)>, Broken> {
    let all = reader.objects(ACCEPTANCE).await?;
    let of = |object: &Object| {
        let json = parsed(object);
        let text = |name: &str| text(&json, name).to_owned();
        (text("/agreementId"), text("/userId"), text("/recordedDateTime").parse().ok())
    };
    Ok(all.iter().map(of).collect())
}

async fn all(admin: Admin, Query(marks): Query<Marks>) -> Answer {
    let mut reader = or_answer!(admin.reader(Right::ReadPolicies).await?);
    let accepted = acceptances(&mut reader).await?;
    let mut rows = Vec::new();
    for object in reader.objects(AGREEMENT).await? {
        rows.push(TermsRow {
            policies: asked_by(&mut reader, &object.id).await?,
            content: content(&parsed(&object)),
            accepted: accepted.iter().filter(|it| it.0.eq_ignore_ascii_case(&object.id)).count(),
            id: object.id,
            name: object.name,
        });
    }
    rows.sort_by(|left, right| left.name.cmp(&right.name));
    Ok(admin.page(&TermsList { desk: admin.desk_after(&marks.done).await?, rows }))
}

fn content(agreement: &Value) -> Content {
    match terms::read(agreement).text {
        Text::Paragraphs(paragraphs) => Content::Text(paragraphs.join("\n\n")),
        Text::Document(bytes) => Content::Document(bytes.len()),
        Text::Missing => Content::Missing,
    }
}

async fn page(admin: &Admin, object: Option<&Object>) -> Result<TermsEditor, Broken> {
    let mut reader = admin.visit.web.idp().store().read().await?;
    let json = object.map(parsed).unwrap_or_default();
    let id = object.map(|it| it.id.clone()).unwrap_or_default();
    let mut accepted = acceptances(&mut reader).await?;
    accepted.retain(|(terms, ..)| !id.is_empty() && terms.eq_ignore_ascii_case(&id));
    accepted.sort_by_key(|(_, _, at)| std::cmp::Reverse(*at));
    let total = accepted.len();
    let mut rows = Vec::new();
    for (_, person, at) in accepted.into_iter().take(LISTED) {
        let row = reader.person(&person).await?;
        rows.push(Accepted {
            name: row.map_or_else(|| person.clone(), |it| it.display_name),
            at: at.map(Moment),
            person,
        });
    }
    Ok(TermsEditor {
        desk: admin.desk().await?,
        name: object.map(|it| it.name.clone()).unwrap_or_default(),
        content: if object.is_some() { content(&json) } else { Content::Text(String::new()) },
        reading: match terms::read(&json).reading {
            Reading::Required => Switch::On,
            Reading::Optional => Switch::Off,
        },
        policies: if id.is_empty() { Vec::new() } else { asked_by(&mut reader, &id).await? },
        version: object.map(|it| tag(&it.json)).unwrap_or_default(),
        read_only: admin.read_only(Right::WritePolicies),
        accepted: rows,
        total,
        id,
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
    match reader.object(AGREEMENT, &id).await? {
        Some(object) => Ok(admin.page(&page(&admin, Some(&object)).await?)),
        None => admin.unknown("terms of use", paths::TERMS).await,
    }
}

async fn save_new(ordered: Ordered) -> Answer {
    saved(&ordered, "").await
}

async fn save(Path(id): Path<String>, ordered: Ordered) -> Answer {
    saved(&ordered, &id).await
}

async fn saved(Ordered { admin, form }: &Ordered, id: &str) -> Answer {
    let part = (AGREEMENT, "terms of use", paths::TERMS);
    let before = or_answer!(editable(admin, (Right::WritePolicies, id), part).await?);
    let old = before.as_ref().map(parsed).unwrap_or_default();
    let has_document = matches!(content(&old), Content::Document(_));
    let typed = form.one("text");
    let mut wrong = Vec::new();
    if form.one(fields::NAME).is_empty() {
        wrong.push((fields::NAME.to_owned(), "Give it a name.".to_owned()));
    }
    if typed.is_empty() && !has_document {
        wrong.push(("text".to_owned(), "Write what people are to accept.".to_owned()));
    }
    let made = (AGREEMENT, before.as_ref(), wish(form, &old));
    let object = fitting(admin, made, (fields::NAME, &mut wrong))?;
    let Some(object) = object else {
        let kept = page(admin, before.as_ref()).await?;
        let content = if has_document && typed.is_empty() {
            kept.content.clone()
        } else {
            Content::Text(typed.to_owned())
        };
        let page = TermsEditor {
            name: form.one(fields::NAME).to_owned(),
            reading: if is_read_first(form) { Switch::On } else { Switch::Off },
            content,
            wrong,
            ..kept
        };
        return Ok(admin.page_with(StatusCode::UNPROCESSABLE_ENTITY, &page));
    };
    kept(admin, form, (before.as_ref(), object, paths::TERMS, "terms of use")).await
}

fn is_read_first(form: &Form) -> bool {
    form.one("read_first") == Switch::On.word()
}

/// Terms as the form wants them. A text takes the place of every file; without one the files stay.
fn wish(form: &Form, old: &Value) -> Json {
    let mut wish = Json::new();
    wish.insert("displayName".to_owned(), Value::from(form.one(fields::NAME)));
    let is_first = Value::from(is_read_first(form));
    wish.insert("isViewingBeforeAcceptanceRequired".to_owned(), is_first);
    let typed = form.one("text").replace("\r\n", "\n");
    let is_same = matches!(content(old), Content::Text(text) if text == typed);
    if typed.is_empty() || is_same {
        return wish;
    }
    let file = json!({
        "fileName": "terms-of-use.txt", "displayName": form.one(fields::NAME), "language": "en",
        "isDefault": true, "fileData": { "data": STANDARD.encode(&typed) },
    });
    wish.insert("file".to_owned(), json!({ "localizations": [file] }));
    if old.get("files").is_some() {
        wish.insert("files".to_owned(), Value::Null);
    }
    wish
}
