//! Groups and who is in them.

use std::collections::BTreeMap;

use axum::Router;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::routing::{get, post};
use cardea_idp::admin::edit::{Edit, Edits};
use cardea_idp::admin::right::Right;
use cardea_idp::{MemberKind, Membership as Row, Object, Rows};
use serde::Deserialize;
use serde_json::Value;

use super::desk::{Admin, Form, Ordered};
use super::drafted::{Attempt, Settled, make};
use super::known::{json, people};
use super::people::start;
use super::policies::or_answer;
use super::policy_form::{list, text};
use crate::fields::admin as fields;
use crate::pages::admin::confirm::Confirm;
use crate::pages::admin::directory::{Group, GroupRow, Groups, Member, Membership};
use crate::pages::admin::grouped;
use crate::pages::admin::table::Pager;
use crate::paths::admin as paths;
use crate::respond::Answer;
use crate::web::{Broken, Web};

/// The kind of groups.
const GROUP: &str = "group";
/// Groups on a page.
const PAGE: usize = 100;
/// Members on a page.
const MEMBERS: usize = 1_000;

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route(paths::GROUPS, get(groups))
        .route("/admin/groups/{id}", get(open))
        .route("/admin/groups/{id}/members", post(add))
        .route("/admin/groups/{id}/remove", get(ask_to_remove).post(remove))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Marks {
    name: String,
    after: String,
    done: String,
    member: String,
}

/// Names of policies by the groups that they name.
async fn named_by(reader: &mut Rows) -> Result<BTreeMap<String, Vec<String>>, Broken> {
    let mut named: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for object in reader.objects("conditionalAccessPolicy").await? {
        let policy = json(&object);
        for pointer in ["/conditions/users/includeGroups", "/conditions/users/excludeGroups"] {
            for group in list(&policy, pointer) {
                let names = named.entry(group.to_owned()).or_default();
                if !names.contains(&object.name) {
                    names.push(object.name.clone());
                }
            }
        }
    }
    Ok(named)
}

async fn groups(admin: Admin, Query(marks): Query<Marks>) -> Answer {
    let mut reader = or_answer!(admin.reader(Right::ReadDirectory).await?);
    let mut named = named_by(&mut reader).await?;
    let words = marks.name.trim().to_lowercase();
    let mut all = reader.objects(GROUP).await?;
    all.retain(|it| words.is_empty() || it.name.to_lowercase().contains(&words));
    all.sort_by_cached_key(|it| it.name.to_lowercase());
    let total = all.len();
    let start = start(&marks.after);
    let mut rows = Vec::new();
    for group in all.into_iter().skip(start).take(PAGE) {
        rows.push(GroupRow {
            members: reader.members(&group.id).await?.len(),
            policies: named.remove(&group.id).unwrap_or_default(),
            id: group.id,
            name: group.name,
        });
    }
    let end = start.saturating_add(rows.len());
    let at = |after: usize| {
        paths::filtered(
            paths::GROUPS,
            &[("name", &marks.name), (fields::AFTER, &after.to_string())],
        )
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
    Ok(admin.page(&Groups { desk: admin.desk().await?, rows, words: marks.name.clone(), pager }))
}

async fn open(admin: Admin, Path(id): Path<String>, Query(marks): Query<Marks>) -> Answer {
    let mut reader = or_answer!(admin.reader(Right::ReadDirectory).await?);
    let Some(group) = reader.object(GROUP, &id).await? else {
        return admin.unknown("group", paths::GROUPS).await;
    };
    let mut page = group_page(&admin, &mut reader, &group).await?;
    page.desk = admin.desk_after(&marks.done).await?;
    Ok(admin.page(&page))
}

fn membership(group: &Value) -> Membership {
    let rule = text(group, "/membershipRule");
    if rule.is_empty() { Membership::Assigned } else { Membership::Dynamic(rule.to_owned()) }
}

async fn group_page(admin: &Admin, reader: &mut Rows, group: &Object) -> Result<Group, Broken> {
    let object = json(group);
    let mut members = Vec::new();
    for row in reader.members(&group.id).await?.into_iter().take(MEMBERS) {
        let (name, upn) = match row.kind {
            MemberKind::Person => reader.person(&row.member).await?.map_or_else(
                || (row.member.clone(), String::new()),
                |it| (it.display_name, it.upn.as_str().to_owned()),
            ),
            MemberKind::Group | MemberKind::Other => {
                let inner = reader.object(GROUP, &row.member).await?;
                (inner.map_or_else(|| row.member.clone(), |it| it.name), String::new())
            }
        };
        members.push(Member { id: row.member, name, upn });
    }
    members.sort_by(|left, right| left.name.cmp(&right.name));
    let mut owners = Vec::new();
    let list = object.get("owners").and_then(Value::as_array).into_iter().flatten();
    for owner in list.filter_map(|it| it.get("id")?.as_str()) {
        owners.extend(reader.person(owner).await?.map(|it| it.display_name));
    }
    Ok(Group {
        desk: admin.desk().await?,
        policies: named_by(reader).await?.remove(&group.id).unwrap_or_default(),
        membership: membership(&object),
        id: group.id.clone(),
        name: group.name.clone(),
        owners,
        members,
        typed: String::new(),
        fault: String::new(),
    })
}

async fn add(Path(id): Path<String>, Ordered { admin, form }: Ordered) -> Answer {
    let mut reader = or_answer!(admin.reader(Right::ReadDirectory).await?);
    let Some(group) = reader.object(GROUP, &id).await? else {
        return admin.unknown("group", paths::GROUPS).await;
    };
    let found = people(&mut reader, form.lines(fields::MEMBERS)).await?;
    let fault = match &found {
        Ok(ids) if ids.is_empty() => "Name somebody.".to_owned(),
        Ok(_) => String::new(),
        Err(why) => why.clone(),
    };
    let (Ok(ids), true) = (found, fault.is_empty()) else {
        let mut page = group_page(&admin, &mut reader, &group).await?;
        form.one(fields::MEMBERS).clone_into(&mut page.typed);
        page.fault = fault;
        return Ok(admin.page_with(StatusCode::UNPROCESSABLE_ENTITY, &page));
    };
    drop(reader);
    let row = |member| Row { group: id.clone(), member, kind: MemberKind::Person };
    let edits: Vec<Edit> = ids.into_iter().map(|member| Edit::AddMember(row(member))).collect();
    settle(&admin, &form, (&group, edits, "Add member to group", "added")).await
}

async fn settle(
    admin: &Admin,
    form: &Form,
    (group, list, activity, done): (&Object, Vec<Edit>, &'static str, &str),
) -> Answer {
    let back = paths::one(paths::GROUPS, &group.id);
    let mut list = list.into_iter();
    let Some(first) = list.next() else { return Ok(admin.after(&back, "")) };
    let mut edits = Edits::one(first, activity);
    edits.edits.extend(list);
    let action = if done == "added" { "members" } else { "remove" };
    let action = paths::of(paths::GROUPS, &group.id, action);
    let attempt =
        Attempt { what: &group.name, action: &action, form, fix_action: "", back: &back, mine: "" };
    match make(admin, (&edits, &attempt)).await? {
        Settled::Done => Ok(admin.after(&back, done)),
        Settled::Not(response) => Ok(response),
    }
}

async fn ask_to_remove(admin: Admin, Path(id): Path<String>, Query(marks): Query<Marks>) -> Answer {
    let mut reader = or_answer!(admin.reader(Right::ReadDirectory).await?);
    let Some(group) = reader.object(GROUP, &id).await? else {
        return admin.unknown("group", paths::GROUPS).await;
    };
    let member = reader.person(&marks.member).await?.map(|it| it.display_name);
    let page = Confirm {
        desk: admin.desk().await?,
        question: format!(
            "Remove {} from {}?",
            member.unwrap_or_else(|| marks.member.clone()),
            group.name
        ),
        consequence:
            "Policies that name the group look at this person anew. It is proved before it is done."
                .to_owned(),
        action: paths::of(paths::GROUPS, &id, "remove"),
        verb: "Remove from the group".to_owned(),
        posted: vec![("member".to_owned(), marks.member)],
        back: paths::one(paths::GROUPS, &id),
    };
    Ok(admin.page(&page))
}

async fn remove(Path(id): Path<String>, Ordered { admin, form }: Ordered) -> Answer {
    let mut reader = or_answer!(admin.reader(Right::ReadDirectory).await?);
    let Some(group) = reader.object(GROUP, &id).await? else {
        return admin.unknown("group", paths::GROUPS).await;
    };
    drop(reader);
    let edit = Edit::RemoveMember { group: id, member: form.one("member").to_owned() };
    settle(&admin, &form, (&group, vec![edit], "Remove member from group", "removed")).await
}
