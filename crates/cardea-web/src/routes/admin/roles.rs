//! Roles: who has which, and giving and taking them away.

use std::collections::BTreeMap;

use axum::Router;
use axum::extract::Query;
use axum::http::StatusCode;
use axum::routing::get;
use cardea_idp::admin::change::ROLE_ASSIGNMENT;
use cardea_idp::admin::edit::{Edit, Edits};
use cardea_idp::admin::right::Right;
use cardea_idp::admin::role;
use cardea_idp::admin::shape;
use cardea_idp::{ROLES, Rows};
use serde::Deserialize;
use serde_json::{Value, json};

use super::desk::{Admin, Form, Ordered, person_of};
use super::drafted::{Attempt, Settled, make};
use super::known::json as parsed;
use super::policies::or_answer;
use super::policy_form::text;
use crate::pages::admin::confirm::Confirm;
use crate::pages::admin::roles::{Holder, RoleRow, Roles};
use crate::paths::admin as paths;
use crate::respond::Answer;
use crate::web::{Broken, Web};

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route(paths::ROLES, get(roles).post(assign))
        .route(paths::ROLES_REMOVE, get(ask_to_remove).post(remove))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Marks {
    done: String,
    assignment: String,
}

fn name(role: &str) -> String {
    let known = ROLES.iter().find(|(it, _)| it.eq_ignore_ascii_case(role));
    known.map_or_else(|| role.to_owned(), |(_, name)| (*name).to_owned())
}

/// What a role lets its holders change here, in words.
fn allows(role: &str) -> String {
    let role = role::ALL.iter().find(|it| it.id == role);
    let rights = role.into_iter().flat_map(role::Role::rights).filter(|it| it.is_to_write());
    rights.map(|right| right.words()).collect::<Vec<_>>().join(", ")
}

async fn page(admin: &Admin, reader: &mut Rows, done: &str) -> Result<Roles, Broken> {
    let snapshot = admin.visit.web.idp().snapshot().await?;
    let directory = &snapshot.tenant().directory;
    let mut direct: BTreeMap<(String, String), String> = BTreeMap::new();
    for object in reader.objects(ROLE_ASSIGNMENT).await? {
        let json = parsed(&object);
        let low = |at: &str| text(&json, at).to_ascii_lowercase();
        direct.insert((low("/principalId"), low("/roleDefinitionId")), object.id);
    }
    let mut holders: BTreeMap<String, Vec<Holder>> = BTreeMap::new();
    for person in directory.people() {
        let id = directory.id(person);
        let roles = directory.person(person).roles;
        if roles.is_empty() {
            continue;
        }
        let Some(row) = reader.person(id).await? else { continue };
        for role in roles {
            let key = (id.to_ascii_lowercase(), role.as_str().to_ascii_lowercase());
            holders.entry(role.as_str().to_owned()).or_default().push(Holder {
                id: id.to_owned(),
                name: row.display_name.clone(),
                assignment: direct.get(&key).cloned().unwrap_or_default(),
            });
        }
    }
    for role in &role::ALL {
        holders.entry(role.id.to_owned()).or_default();
    }
    let row = |(id, people): (String, Vec<Holder>)| RoleRow {
        role: name(&id),
        allows: allows(&id),
        people,
    };
    let mut rows: Vec<RoleRow> = holders.into_iter().map(row).collect();
    rows.sort_by(|left, right| {
        (left.people.is_empty(), &left.role).cmp(&(right.people.is_empty(), &right.role))
    });
    let mut offer: Vec<(String, String)> =
        ROLES.iter().map(|(id, name)| ((*id).to_owned(), (*name).to_owned())).collect();
    offer.sort_by(|left, right| left.1.cmp(&right.1));
    Ok(Roles {
        desk: admin.desk_after(done).await?,
        rows,
        offer,
        role: String::new(),
        person: String::new(),
        read_only: admin.read_only(Right::WriteRoles),
        wrong: Vec::new(),
    })
}

async fn roles(admin: Admin, Query(marks): Query<Marks>) -> Answer {
    let mut reader = or_answer!(admin.reader(Right::ReadDirectory).await?);
    Ok(admin.page(&page(&admin, &mut reader, &marks.done).await?))
}

async fn assign(Ordered { admin, form }: Ordered) -> Answer {
    let mut reader = or_answer!(admin.reader(Right::ReadDirectory).await?);
    let (role, typed) = (form.one("role"), form.one("person"));
    let person = person_of(&mut reader, typed).await?;
    let mut wrong = Vec::new();
    if !ROLES.iter().any(|(id, _)| *id == role) {
        wrong.push(("role", "Choose a role.".to_owned()));
    }
    if person.is_none() {
        let text = format!("There is nobody called {typed}. Use an address or an id.");
        wrong.push(("person", text));
    }
    let mut has = false;
    if let Some(person) = &person {
        for object in reader.objects(ROLE_ASSIGNMENT).await? {
            let json = parsed(&object);
            let is = |at: &str, id: &str| text(&json, at).eq_ignore_ascii_case(id);
            has |= is("/principalId", &person.id) && is("/roleDefinitionId", role);
        }
    }
    if has {
        wrong.push(("role", "This person has the role already.".to_owned()));
    }
    let (Some(person), true) = (person, wrong.is_empty()) else {
        let page = Roles {
            role: role.to_owned(),
            person: typed.to_owned(),
            wrong,
            ..page(&admin, &mut reader, "").await?
        };
        return Ok(admin.page_with(StatusCode::UNPROCESSABLE_ENTITY, &page));
    };
    drop(reader);
    let body = json!({
        "principalId": person.id, "roleDefinitionId": role, "directoryScopeId": "/",
    });
    let Value::Object(body) = body else { return Ok(admin.overtaken()) };
    let Ok(object) = shape::created(ROLE_ASSIGNMENT, body, admin.visit.now)? else {
        return admin.unknown("role that can be assigned", paths::ROLES).await;
    };
    let mut edits = Edits::one(Edit::Put(object), "Add member to role");
    edits.target.clone_from(&person.id);
    saved(&admin, &form, (&edits, "role-given")).await
}

/// An assignment: its id, the person's name and the role's.
async fn assignment(
    reader: &mut Rows,
    id: &str,
) -> Result<Option<(String, String, String)>, Broken> {
    let Some(object) = reader.object(ROLE_ASSIGNMENT, id).await? else { return Ok(None) };
    let json = parsed(&object);
    let principal = text(&json, "/principalId");
    let person = reader.person(principal).await?.map(|it| it.display_name);
    let person = person.unwrap_or_else(|| principal.to_owned());
    Ok(Some((principal.to_owned(), person, name(text(&json, "/roleDefinitionId")))))
}

async fn ask_to_remove(admin: Admin, Query(marks): Query<Marks>) -> Answer {
    let mut reader = or_answer!(admin.reader(Right::ReadDirectory).await?);
    let Some((_, person, role)) = assignment(&mut reader, &marks.assignment).await? else {
        return admin.unknown("assignment any more", paths::ROLES).await;
    };
    let page = Confirm {
        desk: admin.desk().await?,
        question: format!("Take the role {role} from {person}?"),
        consequence: "What it lets them do stops at once. It is proved first that somebody can \
                      still edit policies."
            .to_owned(),
        action: paths::ROLES_REMOVE.to_owned(),
        verb: "Take it away".to_owned(),
        posted: vec![("assignment".to_owned(), marks.assignment)],
        back: paths::ROLES.to_owned(),
    };
    Ok(admin.page(&page))
}

async fn remove(Ordered { admin, form }: Ordered) -> Answer {
    let mut reader = or_answer!(admin.reader(Right::ReadDirectory).await?);
    let id = form.one("assignment").to_owned();
    let Some((principal, ..)) = assignment(&mut reader, &id).await? else {
        return admin.unknown("assignment any more", paths::ROLES).await;
    };
    drop(reader);
    let edit = Edit::Delete { kind: ROLE_ASSIGNMENT.to_owned(), id };
    let mut edits = Edits::one(edit, "Remove member from role");
    edits.target = principal;
    saved(&admin, &form, (&edits, "role-taken")).await
}

async fn saved(admin: &Admin, form: &Form, (edits, done): (&Edits, &str)) -> Answer {
    let action = if done == "role-given" { paths::ROLES } else { paths::ROLES_REMOVE };
    let attempt =
        Attempt { what: "the role", action, form, fix_action: "", back: paths::ROLES, mine: "" };
    match make(admin, (edits, &attempt)).await? {
        Settled::Done => Ok(admin.after(paths::ROLES, done)),
        Settled::Not(response) => Ok(response),
    }
}
