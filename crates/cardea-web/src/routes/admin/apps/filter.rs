//! A policy for all resources becomes one for tagged apps: what it would be, who loses cover, and the
//! proof, before anything is saved.

use axum::Router;
use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use cardea_idp::admin::edit::{Edit, Edits, tag};
use cardea_idp::admin::right::Right;
use cardea_idp::admin::shape::{self, Json};
use cardea_idp::{Object, Rows};
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::desk::{Admin, Ordered};
use super::super::drafted::{self, Attempt, Settled, make, panel, pretty, stopped};
use super::super::known::json as parsed;
use super::super::policies::{eased, or_answer};
use super::super::policy_form::{list, text};
use super::{POLICY, SET, TAG, apps, names_of, own_tag, seen, values};
use crate::fields::admin as fields;
use crate::pages::admin::app_filter::{AppFilter, Drafted, Lost, Mode};
use crate::pages::admin::proof::{PanelState, ProofPanel};
use crate::paths::admin as paths;
use crate::respond::Answer;
use crate::web::{Broken, Web};

pub(super) fn routes() -> Router<Web> {
    Router::new().route(paths::APPS_FILTER, get(open).post(save))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Marks {
    policy: String,
    value: String,
    mode: String,
}

impl Marks {
    fn mode(&self) -> Mode {
        if self.mode == Mode::Exclude.word() { Mode::Exclude } else { Mode::Include }
    }
}

/// Whether a policy is for all resources, with no filter yet.
fn is_for_all(policy: &Value) -> bool {
    list(policy, "/conditions/applications/includeApplications").any(|it| it == "All")
        && text(policy, "/conditions/applications/applicationFilter/rule").is_empty()
}

/// Policies that can be turned: ids and names.
async fn policies(reader: &mut Rows) -> Result<Vec<(String, String)>, Broken> {
    let all = reader.objects(POLICY).await?.into_iter();
    Ok(all.filter(|it| is_for_all(&parsed(it))).map(|it| (it.id, it.name)).collect())
}

/// The policy with a filter in the place of all resources, or with one that leaves apps out of them.
fn filtered(object: &Object, marks: &Marks, admin: &Admin) -> Result<Option<Object>, Broken> {
    let mode = marks.mode();
    let rule = format!("CustomSecurityAttribute.{SET}_{TAG} -eq \"{}\"", marks.value);
    let policy = parsed(object);
    let mut conditions = policy.get("conditions").cloned().unwrap_or_default();
    if let Some(Value::Object(apps)) = conditions.get_mut("applications") {
        apps.insert("applicationFilter".to_owned(), json!({ "mode": mode.word(), "rule": rule }));
        if mode == Mode::Include {
            apps.insert("includeApplications".to_owned(), json!([]));
        }
    }
    let mut patch = Json::new();
    patch.insert("conditions".to_owned(), conditions);
    Ok(shape::patched(object, &patch, admin.visit.now)?.ok())
}

/// What is wanted, if it can be: the object as it is and as it would be.
async fn wanted(
    admin: &Admin,
    reader: &mut Rows,
    marks: &Marks,
) -> Result<Option<(Object, Object)>, Broken> {
    let object = reader.object(POLICY, &marks.policy).await?;
    let Some(object) = object.filter(|it| is_for_all(&parsed(it))) else { return Ok(None) };
    if !values(reader).await?.contains(&marks.value) {
        return Ok(None);
    }
    Ok(filtered(&object, marks, admin)?.map(|after| (object, after)))
}

fn edits(before: &Object, after: Object) -> Edits {
    let edits = Edits::one(Edit::Put(after), "Update conditional access policy");
    edits.expecting(POLICY, &before.id, Some(&tag(&before.json)))
}

async fn open(admin: Admin, Query(marks): Query<Marks>) -> Answer {
    let mut reader = or_answer!(admin.reader(Right::ReadPolicies).await?);
    let is_asked = !marks.policy.is_empty();
    let drafted = match wanted(&admin, &mut reader, &marks).await? {
        Some(found) => Some(or_answer!(drafted(&admin, &mut reader, (&marks, found)).await?)),
        None => None,
    };
    let wrong = if is_asked && drafted.is_none() {
        "Choose a policy that is for all resources, and a value of the tag.".to_owned()
    } else {
        String::new()
    };
    let status = if wrong.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = AppFilter {
        desk: admin.desk().await?,
        policies: policies(&mut reader).await?,
        values: values(&mut reader).await?,
        mode: marks.mode(),
        policy: marks.policy,
        value: marks.value,
        wrong,
        drafted,
        may: admin.caller().may(Right::WritePolicies).err().map(|it| it.to_string()),
    };
    Ok(admin.page_with(status, &page))
}

async fn drafted(
    admin: &Admin,
    reader: &mut Rows,
    (marks, (before, after)): (&Marks, (Object, Object)),
) -> Result<Result<Drafted, Response>, Broken> {
    let snapshot = admin.visit.web.idp().snapshot().await?;
    let known = apps(reader).await?;
    let counted = seen(admin, reader).await?;
    let leaves_out: Vec<String> = {
        let policy = parsed(&before);
        let excluded = list(&policy, "/conditions/applications/excludeApplications");
        excluded.map(str::to_ascii_lowercase).collect()
    };
    let mut lost = Vec::new();
    let ids: std::collections::BTreeSet<&String> = known.keys().chain(counted.keys()).collect();
    for id in ids {
        let has = known.get(id).is_some_and(|app| own_tag(app) == marks.value);
        let stays = has == (marks.mode() == Mode::Include);
        if stays || leaves_out.contains(&id.to_ascii_lowercase()) {
            continue;
        }
        let others = snapshot.covering(id).into_iter().filter(|it| it.id != before.id);
        let (name, sign_ins) = names_of(&known, &counted, id);
        lost.push(Lost {
            id: id.clone(),
            name,
            sign_ins,
            covered: others.map(|it| it.name).collect(),
        });
    }
    // What nothing is left for, and what is used most, comes first.
    lost.sort_by(|left, right| {
        (!left.covered.is_empty(), right.sign_ins).cmp(&(!right.covered.is_empty(), left.sign_ins))
    });
    let json = pretty(&after.json);
    let panel = match drafted::draft(admin, &edits(&before, after)).await? {
        Ok(Ok(draft)) => without_fixes(panel(&draft, admin.visit.now)),
        Ok(Err(stop)) => stopped(&stop),
        Err(response) => return Ok(Err(response)),
    };
    Ok(Ok(Drafted { name: before.name, version: tag(&before.json), lost, json, panel }))
}

/// The panel without ways out: those are of a draft in the editor.
fn without_fixes(mut panel: ProofPanel) -> ProofPanel {
    if let PanelState::Proved(verdicts) = &mut panel.state {
        verdicts.fixes.clear();
    }
    panel
}

async fn save(Ordered { admin, form }: Ordered) -> Answer {
    let mut reader = or_answer!(admin.reader(Right::ReadPolicies).await?);
    let marks = Marks {
        policy: form.one("policy").to_owned(),
        value: form.one("value").to_owned(),
        mode: form.one("mode").to_owned(),
    };
    let Some((before, after)) = wanted(&admin, &mut reader, &marks).await? else {
        return admin.unknown("policy for all resources any more", paths::APPS_REVIEW).await;
    };
    drop(reader);
    let (name, mine) = (after.name.clone(), after.json.clone());
    let mut edits = Edits::one(Edit::Put(after), "Update conditional access policy");
    edits = edits.expecting(POLICY, &before.id, Some(form.one(fields::VERSION)));
    if drafted::wanted(&form) == "report-only" {
        edits = eased(edits, &admin)?;
    }
    let back = paths::filtered(
        paths::APPS_FILTER,
        &[("policy", &marks.policy), ("value", &marks.value), ("mode", marks.mode().word())],
    );
    let attempt = Attempt {
        what: &name,
        action: paths::APPS_FILTER,
        form: &form,
        fix_action: "",
        back: &back,
        mine: &mine,
    };
    match make(&admin, (&edits, &attempt)).await? {
        Settled::Done => Ok(admin.after(&paths::one(paths::POLICIES, &before.id), "saved")),
        Settled::Not(response) => Ok(response),
    }
}
