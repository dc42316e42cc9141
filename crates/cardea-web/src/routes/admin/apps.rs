//! Apps.

mod filter;

use std::collections::BTreeMap;

use axum::Router;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::routing::get;
use cardea_idp::admin::edit::{Edit, Edits};
use cardea_idp::admin::right::Right;
use cardea_idp::admin::shape::{self, Json};
use cardea_idp::snapshot::Snapshot;
use cardea_idp::{APPS, Object, Rows, SignInFilter};
use jiff::SignedDuration;
use serde::Deserialize;
use serde_json::{Value, json};

use super::desk::{Admin, Form, Ordered};
use super::drafted::{Attempt, Settled, make};
use super::known::{Known, json as parsed};
use super::people::start;
use super::policies::or_answer;
use super::policy_form::{list, text};
use super::shown::asks;
use crate::fields::admin as fields;
use crate::pages::admin::apps::{App, AppKind, AppRow, Apps, Review, ReviewRow};
use crate::pages::admin::grouped;
use crate::pages::admin::table::Pager;
use crate::paths::admin as paths;
use crate::respond::Answer;
use crate::web::{Broken, Web};

/// The kind of policies.
const POLICY: &str = "conditionalAccessPolicy";
/// Apps on a page.
const PAGE: usize = 100;
/// Sign-ins that a review counts, the latest ones.
const COUNTED: u32 = 20_000;
/// Days over which a review counts sign-ins.
const DAYS: u32 = 30;
/// The set and the name of the tag that the review gives.
const SET: &str = "Cardea";
const TAG: &str = "Kind";
/// Apps in which ways to sign in are added (Entra, *Conditional Access: target resources*).
const HINGES: [&str; 4] = [
    "4813382a-8fa7-425e-ab75-3b753aab3abb",
    "ff9ebd75-fe62-434a-a6ce-b3f0a8592eaf",
    "ea890292-c8c8-4433-b5ea-b09d0668e1a6",
    "19db86c3-b2b9-44cc-b339-36da233a3be2",
];

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route(paths::APPS, get(overview))
        .route(paths::APPS_REVIEW, get(review).post(tag))
        .merge(filter::routes())
        .route("/admin/apps/{id}", get(open))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Marks {
    name: String,
    after: String,
    done: String,
}

fn kind(id: &str) -> AppKind {
    if HINGES.contains(&id) { AppKind::Hinge } else { AppKind::Business }
}

/// An app of the tenant: the id of its requests, its name, and its objects.
struct Registered {
    id: String,
    name: String,
    application: Option<Object>,
    principal: Option<Object>,
}

async fn apps(reader: &mut Rows) -> Result<BTreeMap<String, Registered>, Broken> {
    let mut apps: BTreeMap<String, Registered> = BTreeMap::new();
    for kind in ["application", "servicePrincipal"] {
        for object in reader.objects(kind).await? {
            let json = parsed(&object);
            let id = text(&json, "/appId").to_owned();
            if id.is_empty() {
                continue;
            }
            let app = apps.entry(id.clone()).or_insert_with(|| Registered {
                id,
                name: object.name.clone(),
                application: None,
                principal: None,
            });
            if kind == "application" {
                app.application = Some(object);
            } else {
                app.principal = Some(object);
            }
        }
    }
    Ok(apps)
}

/// An app that is in every tenant, whether there is an object for it or not.
fn of_microsoft(id: &str) -> Option<Registered> {
    let (id, name) = APPS.iter().find(|(it, _)| *it == id)?;
    let (id, name) = ((*id).to_owned(), (*name).to_owned());
    Some(Registered { id, name, application: None, principal: None })
}

/// Names of the policies that are on and for this app.
fn covering(snapshot: &Snapshot, app: &str) -> Vec<String> {
    snapshot.covering(app).into_iter().map(|it| it.name).collect()
}

fn who(app: &Registered) -> String {
    let principal = app.principal.as_ref().map(parsed).unwrap_or_default();
    match principal.get("appRoleAssignmentRequired").and_then(Value::as_bool) {
        Some(true) => "people who are assigned".to_owned(),
        Some(false) | None => "everybody".to_owned(),
    }
}

async fn overview(admin: Admin, Query(marks): Query<Marks>) -> Answer {
    let mut reader = or_answer!(admin.reader(Right::ReadDirectory).await?);
    let snapshot = admin.visit.web.idp().snapshot().await?;
    let words = marks.name.trim().to_lowercase();
    let mut all: Vec<Registered> = apps(&mut reader).await?.into_values().collect();
    all.retain(|it| words.is_empty() || it.name.to_lowercase().contains(&words));
    all.sort_by_cached_key(|it| it.name.to_lowercase());
    let total = all.len();
    let start = start(&marks.after);
    let rows: Vec<AppRow> = all
        .into_iter()
        .skip(start)
        .take(PAGE)
        .map(|app| AppRow {
            kind: kind(&app.id),
            who: who(&app),
            policies: covering(&snapshot, &app.id),
            id: app.id,
            name: app.name,
        })
        .collect();
    let end = start.saturating_add(rows.len());
    let at = |after: usize| {
        paths::filtered(paths::APPS, &[("name", &marks.name), (fields::AFTER, &after.to_string())])
    };
    let pager = Pager {
        extent: if rows.is_empty() {
            String::new()
        } else {
            format!("{} of {}", grouped(end), grouped(total))
        },
        back: if start == 0 { String::new() } else { at(start.saturating_sub(PAGE)) },
        on: if end < total { at(end) } else { String::new() },
    };
    Ok(admin.page(&Apps { desk: admin.desk().await?, rows, words: marks.name.clone(), pager }))
}

async fn open(admin: Admin, Path(id): Path<String>) -> Answer {
    let mut reader = or_answer!(admin.reader(Right::ReadDirectory).await?);
    let known = apps(&mut reader).await?.remove(&id);
    let Some(app) = known.or_else(|| of_microsoft(&id)) else {
        return admin.unknown("app", paths::APPS).await;
    };
    let snapshot = admin.visit.web.idp().snapshot().await?;
    let known = Known::read(&snapshot, &mut reader).await?;
    let policies = reader.objects(POLICY).await?;
    let covering = snapshot.covering(&id);
    let demands: Vec<String> = policies
        .iter()
        .filter(|it| covering.iter().any(|of| of.id == it.id))
        .map(|it| asks(&parsed(it), &known))
        .filter(|it| !it.is_empty())
        .collect();
    let application = app.application.as_ref().map(parsed).unwrap_or_default();
    let redirects = ["/web/redirectUris", "/spa/redirectUris", "/publicClient/redirectUris"];
    let redirects = redirects.iter().flat_map(|at| list(&application, at)).map(str::to_owned);
    let names: Vec<String> = covering.into_iter().map(|it| it.name).collect();
    let asked = if names.is_empty() {
        Vec::new()
    } else {
        vec![("anything".to_owned(), demands.join("; "), names)]
    };
    let page = App {
        desk: admin.desk().await?,
        kind: kind(&id),
        who: who(&app),
        redirects: redirects.collect(),
        tags: tags(&app),
        asks: asked,
        id,
        name: app.name,
    };
    Ok(admin.page(&page))
}

/// All tags of an app: names with their sets, and values.
fn tags(app: &Registered) -> Vec<(String, String)> {
    let principal = app.principal.as_ref().map(parsed).unwrap_or_default();
    let sets = principal.get("customSecurityAttributes").and_then(Value::as_object);
    let mut tags = Vec::new();
    for (set, values) in sets.into_iter().flatten() {
        for (name, value) in values.as_object().into_iter().flatten() {
            if !name.starts_with('@') {
                let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                tags.push((format!("{set}.{name}"), value));
            }
        }
    }
    tags
}

fn own_tag(app: &Registered) -> String {
    let name = format!("{SET}.{TAG}");
    tags(app).into_iter().find(|(it, _)| *it == name).map(|(_, value)| value).unwrap_or_default()
}

/// The values that the tenant's tag can have; none where it is not defined.
async fn values(reader: &mut Rows) -> Result<Vec<String>, Broken> {
    let id = format!("{SET}_{TAG}");
    let object = reader.object("customSecurityAttributeDefinition", &id).await?;
    let json = object.as_ref().map(parsed).unwrap_or_default();
    let values = json.get("allowedValues").and_then(Value::as_array).into_iter().flatten();
    Ok(values.filter_map(|it| it.get("id")?.as_str()).map(str::to_owned).collect())
}

/// Apps that people signed in to in the days of the review: names, and how often.
type Seen = BTreeMap<String, (String, usize)>;

async fn seen(admin: &Admin, reader: &mut Rows) -> Result<Seen, Broken> {
    let from = admin.visit.now.checked_sub(SignedDuration::from_hours(24 * i64::from(DAYS))).ok();
    let filter = SignInFilter { from, ..SignInFilter::default() };
    let mut seen = Seen::new();
    for record in reader.sign_ins(&filter, COUNTED).await? {
        let Some(app) = record.app else { continue };
        let json: Value = serde_json::from_str(&record.json).unwrap_or_default();
        let name = text(&json, "/appDisplayName").to_owned();
        seen.entry(app).or_insert((name, 0)).1 += 1;
    }
    Ok(seen)
}

/// The name of an app, and how often people signed in to it.
fn names_of(known: &BTreeMap<String, Registered>, seen: &Seen, id: &str) -> (String, usize) {
    let (name, sign_ins) = seen.get(id).cloned().unwrap_or_default();
    let name = known.get(id).map_or(name, |it| it.name.clone());
    (if name.is_empty() { id.to_owned() } else { name }, sign_ins)
}

async fn review_page(admin: &Admin, reader: &mut Rows) -> Result<Review, Broken> {
    let seen = seen(admin, reader).await?;
    let snapshot = admin.visit.web.idp().snapshot().await?;
    let known = apps(reader).await?;
    let mut rows: Vec<ReviewRow> = Vec::new();
    for id in seen.keys() {
        let (name, sign_ins) = names_of(&known, &seen, id);
        rows.push(ReviewRow {
            kind: kind(id),
            name,
            sign_ins,
            tag: known.get(id).map(own_tag).unwrap_or_default(),
            covered: covering(&snapshot, id),
            id: id.clone(),
        });
    }
    rows.sort_by(|left, right| {
        (!left.tag.is_empty(), right.sign_ins).cmp(&(!right.tag.is_empty(), left.sign_ins))
    });
    let tags = values(reader).await?;
    Ok(Review { desk: admin.desk().await?, days: DAYS, tags, rows, wrong: String::new() })
}

async fn review(admin: Admin, Query(marks): Query<Marks>) -> Answer {
    let mut reader = or_answer!(admin.reader(Right::ReadLogs).await?);
    let mut page = review_page(&admin, &mut reader).await?;
    page.desk = admin.desk_after(&marks.done).await?;
    Ok(admin.page(&page))
}

async fn tag(Ordered { admin, form }: Ordered) -> Answer {
    let mut reader = or_answer!(admin.reader(Right::ReadDirectory).await?);
    if form.one(crate::fields::CHOICE) == "define" {
        return match defined(&admin, &form)? {
            Ok(edits) => saved(&admin, &form, edits).await,
            Err(wrong) => {
                let page = Review { wrong, ..review_page(&admin, &mut reader).await? };
                Ok(admin.page_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
            }
        };
    }
    let allowed = values(&mut reader).await?;
    let mut known = apps(&mut reader).await?;
    // Apps that people signed in to and of which the tenant has no object yet are tagged, too.
    for (id, (name, _)) in seen(&admin, &mut reader).await? {
        let app = Registered { id: id.clone(), name, application: None, principal: None };
        known.entry(id).or_insert(app);
    }
    drop(reader);
    let mut list_of = Vec::new();
    for app in known.values() {
        let wanted = form.one(&format!("tag_{}", app.id));
        if wanted == own_tag(app) || !allowed.iter().any(|it| it == wanted) {
            continue;
        }
        list_of.extend(tagged(&admin, app, wanted)?);
    }
    let mut list_of = list_of.into_iter();
    let Some(first) = list_of.next() else { return Ok(admin.after(paths::APPS_REVIEW, "")) };
    let mut edits = Edits::one(first, "Update attribute values of a service principal");
    edits.edits.extend(list_of);
    saved(&admin, &form, edits).await
}

/// The object of an app with its tag. An app without an object of its own in the tenant gets one.
fn tagged(admin: &Admin, app: &Registered, value: &str) -> Result<Option<Edit>, Broken> {
    let attributes = json!({ SET: { "@odata.type": "#Microsoft.DirectoryServices.CustomSecurityAttributeValue", TAG: value } });
    let mut patch = Json::new();
    patch.insert("customSecurityAttributes".to_owned(), attributes);
    let now = admin.visit.now;
    let object = if let Some(principal) = &app.principal {
        shape::patched(principal, &patch, now)?
    } else {
        patch.insert("appId".to_owned(), Value::from(app.id.clone()));
        patch.insert("displayName".to_owned(), Value::from(app.name.clone()));
        shape::created("servicePrincipal", patch, now)?
    };
    Ok(object.ok().map(Edit::Put))
}

/// The definition of the tag.
fn defined(admin: &Admin, form: &Form) -> Result<Result<Edits, String>, Broken> {
    let values: Vec<&str> = form.lines("values").collect();
    let is_plain = |it: &&str| it.chars().all(|c| c.is_alphanumeric() || c == '-');
    if values.is_empty() || !values.iter().all(is_plain) {
        return Ok(Err("A value has letters, digits and hyphens only.".to_owned()));
    }
    let set = json!({ "id": SET, "description": "What Cardea reviews", "maxAttributesPerSet": 25 });
    let allowed: Vec<Value> =
        values.iter().map(|it| json!({ "id": it, "isActive": true })).collect();
    let definition = json!({
        "id": format!("{SET}_{TAG}"), "attributeSet": SET, "name": TAG, "type": "String",
        "isCollection": false, "isSearchable": true, "status": "Available",
        "usePreDefinedValuesOnly": true, "allowedValues": allowed,
    });
    let mut list_of = Vec::new();
    for (kind, body) in [("attributeSet", set), ("customSecurityAttributeDefinition", definition)] {
        let Value::Object(body) = body else { continue };
        match shape::created(kind, body, admin.visit.now)? {
            Ok(object) => list_of.push(Edit::Put(object)),
            Err(unfit) => return Ok(Err(unfit.to_string())),
        }
    }
    let mut list_of = list_of.into_iter();
    let Some(first) = list_of.next() else { return Ok(Err("Name a value.".to_owned())) };
    let mut edits = Edits::one(first, "Add custom security attribute definition");
    edits.edits.extend(list_of);
    Ok(Ok(edits))
}

async fn saved(admin: &Admin, form: &Form, edits: Edits) -> Answer {
    let attempt = Attempt {
        what: "the tags",
        action: paths::APPS_REVIEW,
        form,
        fix_action: "",
        back: paths::APPS_REVIEW,
        mine: "",
    };
    match make(admin, (&edits, &attempt)).await? {
        Settled::Done => Ok(admin.after(paths::APPS_REVIEW, "saved")),
        Settled::Not(response) => Ok(response),
    }
}
