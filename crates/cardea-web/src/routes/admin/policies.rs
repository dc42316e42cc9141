//! Policies: the list, the editor with its proof, the history.

use axum::Router;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use cardea_check::render::html::view::FixView;
use cardea_idp::admin::edit::{Edit, Edits, tag};
use cardea_idp::admin::right::Right;
use cardea_idp::admin::shape::{self, Json, Unfit};
use cardea_idp::admin::standing::Standing;
use cardea_idp::{Object, Rows};
use serde::Deserialize;
use serde_json::Value;

use super::desk::{Admin, Form, Ordered, sentence};
use super::drafted::{
    self, Attempt, Settled, brought, fix_of, make, panel, saving, stopped, unreadable, wanted,
};
use super::known::{Known, json};
use super::policy_form::{Wrong, draft_of, kept, policy_of, text};
use super::shown::{asks, of_policy, sentence_start, target};
use crate::fields::admin as fields;
use crate::pages::admin::confirm::Confirm;
use crate::pages::admin::editor::{Draft, Editor, Saving, Subject};
use crate::pages::admin::findings::FixPage;
use crate::pages::admin::policies::{
    History, HistoryRow, Narrowed, Policies, PolicyRow, PolicyState,
};
use crate::pages::admin::proof::{PanelState, ProofPanel};
use crate::pages::admin::table::Pager;
use crate::pages::{Moment, admin};
use crate::paths::admin as paths;
use crate::respond::Answer;
use crate::web::{Broken, Web};

/// The kind of policies.
const POLICY: &str = "conditionalAccessPolicy";
/// What the log says of a policy that is saved.
const UPDATE: &str = "Update conditional access policy";
/// The same of a new one.
const ADD: &str = "Add conditional access policy";
/// Where there are more people, the list does not count whom each policy hits.
const COUNTED: usize = 5_000;
/// Entries of the log in which the history of a policy is looked for.
const LOOKED_AT: u32 = 1_000;

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route(paths::POLICIES, get(list))
        .route(paths::NEW_POLICY, get(new).post(save_new))
        .route(paths::PROVE, post(prove))
        .route(paths::PROOF, post(proof))
        .route(paths::DRAFT_FIX, post(fix))
        .route("/admin/policies/{id}", get(open).post(save))
        .route("/admin/policies/{id}/history", get(history))
        .route("/admin/policies/{id}/delete", get(ask_to_delete).post(delete))
}

/// Evaluates to the value, or answers with the response that stands in its place.
macro_rules! or_answer {
    ($result:expr) => {
        match $result {
            Ok(value) => value,
            Err(response) => return Ok(response),
        }
    };
}
pub(super) use or_answer; // for the other modules

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Marks {
    name: String,
    state: String,
    proof: String,
    done: String,
}

async fn list(admin: Admin, Query(marks): Query<Marks>) -> Answer {
    let mut reader = or_answer!(admin.reader(Right::ReadPolicies).await?);
    let idp = admin.visit.web.idp();
    let snapshot = idp.snapshot().await?;
    let known = Known::read(&snapshot, &mut reader).await?;
    let standing = idp.standing(admin.visit.now).await?;
    let proof = match &standing {
        Standing::Current(proof) => Some(proof.as_ref()),
        Standing::Stale(_) | Standing::Missing | Standing::Running => None,
    };
    let hit = hits(&snapshot);
    let words = marks.name.to_lowercase();
    let mut rows = Vec::new();
    for object in reader.objects(POLICY).await? {
        let policy = json(&object);
        let (answer, rules) = of_policy(proof, &object.id);
        let state = PolicyState::from_word(text(&policy, "/state")).unwrap_or(PolicyState::Off);
        let is_wanted = (words.is_empty() || object.name.to_lowercase().contains(&words))
            && (marks.state.is_empty() || marks.state == state.word())
            && (marks.proof.is_empty() || marks.proof == answer.as_str());
        if is_wanted {
            rows.push(PolicyRow {
                people: hit.as_ref().map(|hit| hit.get(&object.id).copied().unwrap_or(0)),
                target: target(&policy, &known),
                asks: asks(&policy, &known),
                id: object.id,
                name: object.name,
                state,
                answer,
                rules,
            });
        }
    }
    rows.sort_by(|left, right| left.name.cmp(&right.name));
    let page = Policies {
        desk: admin.desk_after(&marks.done).await?,
        rows,
        narrowed: Narrowed { words: marks.name, state: marks.state, proof: marks.proof },
        pager: Pager::default(),
    };
    Ok(admin.page(&page))
}

/// How many people each policy can hit, by its id; `None` where they are too many to count here.
fn hits(
    snapshot: &cardea_idp::snapshot::Snapshot,
) -> Option<std::collections::HashMap<String, usize>> {
    let directory = &snapshot.tenant().directory;
    let people: Vec<_> = directory.people().take(COUNTED + 1).collect();
    if people.len() > COUNTED {
        return None;
    }
    let index = &snapshot.book.index;
    let mut counts = vec![0_usize; index.policies().len()];
    for person in people {
        let who = index.who(&index.member(&directory.person(person)));
        for policy in who.iter() {
            if let Some(count) = counts.get_mut(policy.position()) {
                *count += 1;
            }
        }
    }
    let named = index.policies().iter().zip(counts);
    Some(
        named
            .filter_map(|(policy, count)| Some((policy.id.as_ref()?.to_string(), count)))
            .collect(),
    )
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

/// A form of the editor, read as far as it can be.
struct Read {
    known: Known,
    before: Option<Object>,
    /// The policy as the form wants it.
    wish: Result<Json, Wrong>,
}

impl Read {
    /// Reads a form; or gives the page that says that its policy is gone.
    async fn of(admin: &Admin, form: &Form, id: &str) -> Result<Result<Self, Response>, Broken> {
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
    fn object(
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

    fn edits(&self, object: Object, form: &Form) -> Edits {
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

/// Shows a fix of a draft, or uses it.
async fn fix(Ordered { admin, form }: Ordered) -> Answer {
    let read = or_answer!(Read::of(&admin, &form, form.one("id")).await?);
    let Ok(object) = read.object(&admin, Some(PolicyState::On))? else {
        return again(
            &admin,
            &form,
            &read,
            (ProofPanel { state: PanelState::Unasked }, Saving::Free),
        )
        .await;
    };
    let back = match &read.before {
        Some(before) => paths::one(paths::POLICIES, &before.id),
        None => paths::NEW_POLICY.to_owned(),
    };
    let edits = read.edits(object, &form);
    let draft = match or_answer!(drafted::draft(&admin, &edits).await?) {
        Ok(draft) => draft,
        Err(_) => return admin.unknown("policy any more", paths::POLICIES).await,
    };
    let Some((finding, fix)) = fix_of(&draft, form.one(fields::FIX)) else {
        return admin.unknown("fix any more", &back).await;
    };
    let brought = brought(&admin, fix).await?;
    // The fix is of the draft, so the draft comes with it where the fix leaves it alone.
    let mut with_fix = edits.clone();
    with_fix.edits.extend(brought.edits.edits);
    with_fix.activity = "Apply a proved fix";
    match form.one(crate::fields::CHOICE) {
        "on" => use_fix(&admin, &form, (with_fix, &back)).await,
        "report-only" => use_fix(&admin, &form, (eased(with_fix, &admin)?, &back)).await,
        _ => {
            let panel = match or_answer!(drafted::draft(&admin, &with_fix).await?) {
                Ok(draft) => panel(&draft, admin.visit.now),
                Err(stop) => stopped(&stop),
            };
            let mut posted = form.pairs().to_vec();
            posted.retain(|(name, _)| name != crate::fields::CSRF && name != crate::fields::CHOICE);
            let page = FixPage {
                desk: admin.desk().await?,
                message: sentence_start(&finding.message),
                fix: FixView::new(fix),
                action: paths::DRAFT_FIX.to_owned(),
                posted,
                back,
                panel,
            };
            Ok(admin.page(&page))
        }
    }
}

/// The same changes with every policy in report-only mode.
pub(super) fn eased(mut edits: Edits, admin: &Admin) -> Result<Edits, Broken> {
    let state = serde_json::json!({ "state": PolicyState::ReportOnly.word() });
    let Value::Object(state) = state else { return Ok(edits) };
    for edit in &mut edits.edits {
        if let Edit::Put(object) = edit
            && object.kind == POLICY
            && text(&json(object), "/state") == PolicyState::On.word()
            && let Ok(eased) = shape::patched(object, &state, admin.visit.now)?
        {
            *object = eased;
        }
    }
    Ok(edits)
}

async fn use_fix(admin: &Admin, form: &Form, (edits, back): (Edits, &str)) -> Answer {
    let attempt =
        Attempt { what: "the fix", action: paths::DRAFT_FIX, form, fix_action: "", back, mine: "" };
    match make(admin, (&edits, &attempt)).await? {
        Settled::Done => Ok(admin.after(paths::POLICIES, "fixed")),
        Settled::Not(response) => Ok(response),
    }
}

async fn history(admin: Admin, Path(id): Path<String>) -> Answer {
    let mut reader = or_answer!(admin.reader(Right::ReadLogs).await?);
    let name = reader.object(POLICY, &id).await?.map(|object| object.name);
    let records = reader.audit_records(None, LOOKED_AT).await?;
    let mut rows = Vec::new();
    for record in records.into_iter().filter(|it| it.entry.target == id) {
        let actor = reader.person(&record.entry.actor).await?;
        rows.push(HistoryRow {
            at: Moment(record.created),
            actor: actor.map_or(record.entry.actor, |it| it.display_name),
            action: record.entry.action,
            proof: proof_then(&record.entry.json),
            entry: record.number.to_string(),
        });
    }
    let page =
        History { desk: admin.desk().await?, name: name.unwrap_or_else(|| id.clone()), id, rows };
    Ok(admin.page(&page))
}

/// What an entry of the log says of the proof at the time.
pub(super) fn proof_then(entry: &str) -> String {
    let entry: Value = serde_json::from_str(entry).unwrap_or_default();
    let findings = entry.get("findings").and_then(Value::as_array).map_or(0, Vec::len);
    match (entry.get("proof").and_then(Value::as_str), findings) {
        (None, _) => String::new(),
        (Some(_), 0) => "nothing new".to_owned(),
        (Some(_), number) => admin::counted(number, "finding", "findings"),
    }
}

async fn ask_to_delete(admin: Admin, Path(id): Path<String>) -> Answer {
    let mut reader = or_answer!(admin.reader(Right::ReadPolicies).await?);
    let Some(object) = reader.object(POLICY, &id).await? else {
        return admin.unknown("policy", paths::POLICIES).await;
    };
    let page = Confirm {
        desk: admin.desk().await?,
        question: format!("Delete {}?", object.name),
        consequence: "It stops counting at once. The log of changes keeps what it was.".to_owned(),
        action: paths::of(paths::POLICIES, &id, "delete"),
        verb: "Delete the policy".to_owned(),
        posted: vec![(fields::VERSION.to_owned(), tag(&object.json))],
        back: paths::one(paths::POLICIES, &id),
    };
    Ok(admin.page(&page))
}

async fn delete(Path(id): Path<String>, Ordered { admin, form }: Ordered) -> Answer {
    let edit = Edit::Delete { kind: POLICY.to_owned(), id: id.clone() };
    let edits = Edits::one(edit, "Delete conditional access policy");
    let edits = edits.expecting(POLICY, &id, Some(form.one(fields::VERSION)));
    let back = paths::one(paths::POLICIES, &id);
    let action = paths::of(paths::POLICIES, &id, "delete");
    let attempt = Attempt {
        what: "the policy",
        action: &action,
        form: &form,
        fix_action: "",
        back: &back,
        mine: "",
    };
    match make(&admin, (&edits, &attempt)).await? {
        Settled::Done => Ok(admin.after(paths::POLICIES, "deleted")),
        Settled::Not(response) => Ok(response),
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

    #[test]
    fn the_log_tells_what_was_proved_then() {
        assert_eq!(proof_then(r#"{"proof":"sha256:1","findings":[]}"#), "nothing new");
        assert_eq!(proof_then(r#"{"proof":"sha256:1","findings":[{},{}]}"#), "2 findings");
        assert_eq!(proof_then("{}"), "");
    }
}
