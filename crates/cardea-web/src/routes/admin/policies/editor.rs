//! The editor of a policy: what was typed, what is proved of it, and what becomes of it.

mod fix;
mod read;

use axum::Router;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use cardea_idp::Object;
use cardea_idp::admin::edit::tag;
use cardea_idp::admin::right::Right;
use serde::Deserialize;
use serde_json::Value;

use super::super::desk::{Admin, Form, Ordered, sentence};
use super::super::drafted::{
    self, Attempt, Settled, make, panel, saving, stopped, unreadable, wanted,
};
use super::super::known::{Known, json};
use super::super::policy_form::{Wrong, draft_of, kept, text};
use super::{POLICY, or_answer};
use crate::fields::admin as fields;
use crate::pages::admin::editor::{Draft, Editor, Saving, Subject};
use crate::pages::admin::policies::PolicyState;
use crate::pages::admin::proof::{PanelState, ProofPanel};
use crate::paths::admin as paths;
use crate::respond::Answer;
use crate::web::{Broken, Web};

pub(in crate::routes::admin) use fix::eased;
use read::Read;

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route(paths::NEW_POLICY, get(new).post(save_new))
        .route(paths::PROVE, post(prove))
        .route(paths::PROOF, post(proof))
        .merge(fix::routes())
        .route("/admin/policies/{id}", get(open).post(save))
}

/// The editor as a page, with everything that it needs.
struct Editing<'a> {
    admin: &'a Admin,
    known: &'a Known,
    subject: Subject,
    draft: Draft,
    wrong: Wrong,
    before: &'a Value,
    json: String,
    done: &'a str,
}

impl Editing<'_> {
    async fn page(self, panel: ProofPanel, saving: Saving) -> Result<Editor, Broken> {
        let may = self.admin.caller().may(Right::WritePolicies);
        let saving = match may {
            Ok(()) => saving,
            Err(denied) => Saving::ReadOnly(sentence(&denied.to_string())),
        };
        Ok(Editor {
            desk: self.admin.desk_after(self.done).await?,
            subject: self.subject,
            offer: self.known.offer(),
            draft: self.draft,
            wrong: self.wrong,
            kept: kept(self.before),
            json: self.json,
            panel,
            saving,
        })
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Done {
    done: String,
}

async fn new(admin: Admin) -> Answer {
    let mut reader = or_answer!(admin.reader(Right::ReadPolicies).await?);
    let snapshot = admin.visit.web.idp().snapshot().await?;
    let known = Known::read(&snapshot, &mut reader).await?;
    let mut draft = Draft::default();
    for (name, value) in [
        ("who", "all"),
        ("what", "all"),
        ("grant", "require"),
        ("state", PolicyState::ReportOnly.word()),
    ] {
        draft.put(name, value);
    }
    let editing = Editing {
        admin: &admin,
        known: &known,
        subject: Subject::New,
        draft,
        wrong: Vec::new(),
        before: &Value::Null,
        json: String::new(),
        done: "",
    };
    let panel = unreadable("Nothing is chosen yet. Choose what the policy asks for.");
    Ok(admin.page(&editing.page(panel, Saving::Free).await?))
}

async fn open(admin: Admin, Path(id): Path<String>, Query(done): Query<Done>) -> Answer {
    let mut reader = or_answer!(admin.reader(Right::ReadPolicies).await?);
    let Some(object) = reader.object(POLICY, &id).await? else {
        return admin.unknown("policy", paths::POLICIES).await;
    };
    let snapshot = admin.visit.web.idp().snapshot().await?;
    let known = Known::read(&snapshot, &mut reader).await?;
    let policy = json(&object);
    let draft = draft_of(&policy, &known, &mut reader).await?;
    drop(reader);
    let editing = Editing {
        admin: &admin,
        known: &known,
        subject: Subject::Kept { id, version: tag(&object.json), changed: 0 },
        draft,
        wrong: Vec::new(),
        before: &policy,
        json: drafted::pretty(&object.json),
        done: &done.done,
    };
    let panel = ProofPanel { state: PanelState::Unasked };
    Ok(admin.page(&editing.page(panel, Saving::Free).await?))
}

/// The draft of a form as it was posted.
fn typed(form: &Form) -> Draft {
    Draft(form.pairs().to_vec())
}

fn subject(form: &Form, read: &Read, object: Option<&Object>) -> Subject {
    match &read.before {
        None => Subject::New,
        Some(before) => Subject::Kept {
            id: before.id.clone(),
            version: form.one(fields::VERSION).to_owned(),
            changed: object.map_or(0, |it| changed_lines(&before.json, &it.json)),
        },
    }
}

/// How many lines of the JSON differ.
fn changed_lines(before: &str, after: &str) -> usize {
    let (before, after) = (drafted::pretty(before), drafted::pretty(after));
    let is_own = |line: &&str| !line.contains("\"modifiedDateTime\"");
    let mut old: Vec<&str> = before.lines().filter(is_own).collect();
    let mut new = 0;
    for line in after.lines().filter(is_own) {
        match old.iter().position(|it| *it == line) {
            Some(at) => {
                old.remove(at);
            }
            None => new += 1,
        }
    }
    new.max(old.len())
}

/// What is proved of a form, as if the policy were on.
async fn judged(
    admin: &Admin,
    form: &Form,
    read: &Read,
) -> Result<Result<(ProofPanel, Saving), Response>, Broken> {
    let is_off = form.one(fields::STATE) == PolicyState::Off.word();
    let state = if is_off { PolicyState::Off } else { PolicyState::On };
    let object = match read.object(admin, Some(state))? {
        Ok(object) => object,
        Err(wrong) => {
            let why: Vec<String> = wrong.into_iter().map(|(_, text)| text).collect();
            return Ok(Ok((unreadable(why.join(" ")), Saving::Free)));
        }
    };
    let edits = read.edits(object, form);
    Ok(match drafted::draft(admin, &edits).await? {
        Ok(Ok(draft)) => Ok((panel(&draft, admin.visit.now), saving(&draft))),
        Ok(Err(stop)) => Ok((stopped(&stop), Saving::Free)),
        Err(response) => Err(response),
    })
}

async fn prove(Ordered { admin, form }: Ordered) -> Answer {
    let read = or_answer!(Read::of(&admin, &form, form.one("id")).await?);
    let (panel, saving) = or_answer!(judged(&admin, &form, &read).await?);
    again(&admin, &form, &read, (panel, saving)).await
}

/// The editor again, with what was typed.
async fn again(
    admin: &Admin,
    form: &Form,
    read: &Read,
    (panel, saving): (ProofPanel, Saving),
) -> Answer {
    let object = read.object(admin, None)?;
    let wrong = object.as_ref().err().cloned().unwrap_or_default();
    let object = object.ok();
    let before = read.before.as_ref().map(json).unwrap_or_default();
    let status = if wrong.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let editing = Editing {
        admin,
        known: &read.known,
        subject: subject(form, read, object.as_ref()),
        draft: typed(form),
        wrong,
        before: &before,
        json: object.map(|it| drafted::pretty(&it.json)).unwrap_or_default(),
        done: "",
    };
    Ok(admin.page_with(status, &editing.page(panel, saving).await?))
}

/// The panel alone, for a script.
async fn proof(Ordered { admin, form }: Ordered) -> Answer {
    let read = or_answer!(Read::of(&admin, &form, form.one("id")).await?);
    let (panel, _) = or_answer!(judged(&admin, &form, &read).await?);
    let Ok(html) = askama::Template::render(&panel) else {
        return Ok(StatusCode::INTERNAL_SERVER_ERROR.into_response());
    };
    let headers = [(axum::http::header::CONTENT_TYPE, "text/html; charset=utf-8")];
    Ok((headers, html).into_response())
}

async fn save_new(ordered: Ordered) -> Answer {
    saved(&ordered, "").await
}

async fn save(Path(id): Path<String>, ordered: Ordered) -> Answer {
    saved(&ordered, &id).await
}

async fn saved(Ordered { admin, form }: &Ordered, id: &str) -> Answer {
    if let Err(denied) = admin.caller().may(Right::WritePolicies) {
        return admin.denied(&denied).await;
    }
    let read = or_answer!(Read::of(admin, form, id).await?);
    let state = match wanted(form) {
        "on" | "accept" => Some(PolicyState::On),
        "report-only" => Some(PolicyState::ReportOnly),
        _ => None,
    };
    let Ok(object) = read.object(admin, state)? else {
        return again(
            admin,
            form,
            &read,
            (ProofPanel { state: PanelState::Unasked }, Saving::Free),
        )
        .await;
    };
    let (name, text) = (object.name.clone(), object.json.clone());
    let kept_at = paths::one(paths::POLICIES, &object.id);
    let posted_to = if id.is_empty() { paths::NEW_POLICY.to_owned() } else { kept_at.clone() };
    let is_on = self::text(&json(&object), "/state") == PolicyState::On.word();
    let edits = read.edits(object, form);
    let attempt = Attempt {
        what: &name,
        action: &posted_to,
        form,
        fix_action: paths::DRAFT_FIX,
        back: &posted_to,
        mine: &text,
    };
    match make(admin, (&edits, &attempt)).await? {
        Settled::Not(response) => Ok(response),
        Settled::Done if is_on => Ok(admin.after(&kept_at, "turned-on")),
        Settled::Done => Ok(admin.after(&kept_at, "saved")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_differ_are_counted_and_the_moment_of_the_change_is_not() {
        let before = r#"{"a":1,"b":2,"modifiedDateTime":"x"}"#;
        assert_eq!(changed_lines(before, r#"{"a":1,"b":2,"modifiedDateTime":"y"}"#), 0);
        assert_eq!(changed_lines(before, r#"{"a":1,"b":3,"modifiedDateTime":"x"}"#), 1);
    }
}
