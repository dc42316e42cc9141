//! Groups and who is in them: `/Groups`.

use cardea_idp::admin::edit::{self, Edit, Edits, Effect};
use cardea_idp::admin::right::Right;
use cardea_idp::admin::shape::{self, Json};
use cardea_scim::error::{Error, Reason};
use cardea_scim::filter::Filter;
use cardea_scim::graph::{self, Member, Related};
use cardea_scim::list::{Query, Selection};
use cardea_scim::resource::{Meta, Resource};
use cardea_scim::schema::ResourceKind;
use cardea_store::{MemberKind, Membership, Object, Snapshot};

use super::page::Page;
use super::refusal::Result;
use super::{Call, after, difference};
use crate::problem::Problem;
use crate::reply::Reply;
use crate::resource::members;
use crate::route::Deed;

const GROUP: &str = "group";
const MEMBERS: &str = "members";

pub(super) async fn answer(call: &Call<'_>, deed: Deed, key: &str) -> Result<Reply> {
    match deed {
        Deed::List => list(call).await,
        Deed::Create => create(call).await,
        Deed::Get => {
            let mut reader = call.reader(Right::ReadDirectory).await?;
            let group = find(&mut reader, key).await?;
            item(call, &mut reader, &group).await
        }
        Deed::Replace | Deed::Change => change(call, deed, key).await,
        Deed::Delete => {
            let mut reader = call.reader(Right::WriteGroups).await?;
            let group = find(&mut reader, key).await?;
            call.expects(&version(&group, &reader.members(&group.id).await?))?;
            let edit = Edit::Delete { kind: GROUP.to_owned(), id: group.id.clone() };
            let tag = call.tag(&group.json);
            let edits = Edits::one(edit, "Delete group");
            call.change(&edits.expecting(GROUP, &group.id, tag.as_deref())).await?;
            Ok(Reply::done())
        }
    }
}

async fn find(reader: &mut Snapshot, id: &str) -> Result<Object> {
    let found = match reader.object(GROUP, id).await? {
        None => reader.object(GROUP, &id.to_ascii_lowercase()).await?,
        found @ Some(_) => found,
    };
    found.ok_or_else(|| Error::new(Reason::NotFound, "There is no group with this id.").into())
}

/// A group without its members.
fn bare(call: &Call<'_>, group: &Object, version: &str) -> Result<(Json, Meta)> {
    let body = crate::resource::objects::json_of(group)?;
    let meta = call.meta(&body, group.changed, version);
    Ok((body, meta))
}

/// The version of a group: who is in it belongs to it.
fn version(group: &Object, members: &[Membership]) -> String {
    let mut ids: Vec<&str> = members.iter().map(|it| it.member.as_str()).collect();
    ids.sort_unstable();
    edit::tag(&format!("{}{}", group.json, ids.join(",")))
}

/// A group as SCIM has it. What is in it and is neither a person nor a group is Graph's alone.
async fn resource(
    call: &Call<'_>,
    reader: &mut Snapshot,
    group: &Object,
) -> Result<(Resource, Meta)> {
    let memberships = reader.members(&group.id).await?;
    let (body, meta) = bare(call, group, &version(group, &memberships))?;
    let mut members = Vec::new();
    for it in &memberships {
        match it.kind {
            MemberKind::Person => members.push(Member::user(&it.member, None)),
            // A group that was deleted is still named by those that it was in.
            MemberKind::Group => {
                let inner = reader.object(GROUP, &it.member).await?;
                members.extend(inner.map(|inner| Member::group(&inner.id, Some(&inner.name))));
            }
            MemberKind::Other => {}
        }
    }
    let related = Related { members, base: call.api.scim(), ..Related::default() };
    Ok((graph::resource(ResourceKind::Group, &body, related), meta))
}

/// One group as an answer.
async fn item(call: &Call<'_>, reader: &mut Snapshot, group: &Object) -> Result<Reply> {
    let (resource, meta) = resource(call, reader, group).await?;
    call.item(&resource, &meta)
}

async fn list(call: &Call<'_>) -> Result<Reply> {
    let query = call.query(ResourceKind::Group)?;
    let mut reader = call.reader(Right::ReadDirectory).await?;
    let mut page = Page::new(query.places());
    for group in reader.objects(GROUP).await? {
        if matches(call, &mut reader, (&query, &group)).await? {
            page.offer(group);
        }
    }
    let mut shown = Vec::new();
    for group in &page.kept {
        let (resource, meta) = if query.selection.has(MEMBERS) {
            resource(call, &mut reader, group).await?
        } else {
            // Without its members nobody knows its version.
            let (body, meta) = bare(call, group, "")?;
            let related = Related { base: call.api.scim(), ..Related::default() };
            (graph::resource(ResourceKind::Group, &body, related), meta)
        };
        shown.push(resource.rendered(&meta, &query.selection));
    }
    Ok(Reply::ok(query.answer(page.total, &shown)))
}

/// Whether a group matches. Its members are read only where everything else does.
async fn matches(
    call: &Call<'_>,
    reader: &mut Snapshot,
    (query, group): (&Query, &Object),
) -> Result<bool> {
    let Some(filter) = &query.filter else { return Ok(true) };
    let (of_members, others): (Vec<&Filter>, Vec<&Filter>) =
        filter.conjuncts().iter().partition(|it| it.is_about(MEMBERS));
    let (body, meta) = bare(call, group, "")?;
    let bare = graph::resource(ResourceKind::Group, &body, Related::default()).described(&meta);
    if !others.iter().all(|it| it.matches(&bare)) {
        return Ok(false);
    }
    if of_members.is_empty() {
        return Ok(true);
    }
    let (resource, meta) = resource(call, reader, group).await?;
    let whole = resource.described(&meta);
    Ok(of_members.iter().all(|it| it.matches(&whole)))
}

async fn create(call: &Call<'_>) -> Result<Reply> {
    let wished = Resource::parse(ResourceKind::Group, call.body()?)?;
    let mut body = graph::laid_over(&wished, &Json::new());
    body.retain(|_, value| !value.is_null());
    let group = shape::created(GROUP, body, call.now)??;
    let mut reader = call.reader(Right::WriteGroups).await?;
    let added = added(&mut reader, &group.id, graph::members(&wished)).await?;
    drop(reader);
    let mut edits = Edits::one(Edit::Put(group.clone()), "Add group");
    edits.edits.extend(added);
    call.change(&edits).await?;
    let mut reader = call.reader(Right::WriteGroups).await?;
    let (resource, meta) = resource(call, &mut reader, &group).await?;
    call.created(&resource, &meta)
}

async fn change(call: &Call<'_>, deed: Deed, key: &str) -> Result<Reply> {
    let mut reader = call.reader(Right::WriteGroups).await?;
    let before = find(&mut reader, key).await?;
    call.expects(&version(&before, &reader.members(&before.id).await?))?;
    let (known, meta) = resource(call, &mut reader, &before).await?;
    let wished = after(call, deed, &known)?;
    let (body, _) = bare(call, &before, &meta.version)?;
    let laid = graph::laid_over(&wished, &body);
    let mut edits = Vec::new();
    if !difference(&body, &laid).is_empty() {
        edits.push(Edit::Put(shape::replaced(&before, laid, call.now)?));
    }
    let membership = graph::membership(&known, &wished);
    edits.extend(added(&mut reader, &before.id, membership.added).await?);
    let group = before.id.clone();
    let left = membership.removed.into_iter();
    edits.extend(left.map(|member| Edit::RemoveMember { group: group.clone(), member }));
    drop(reader);
    if !edits.is_empty() {
        let (expected, target) = (Vec::new(), before.id.clone());
        let activity = "Update group";
        let edits = Edits { edits, expected, effect: Effect::Decides, activity, target };
        let tag = call.tag(&before.json);
        call.change(&edits.expecting(GROUP, &before.id, tag.as_deref())).await?;
    }
    // A group of many thousands is not told with every change of one of them (RFC 7644 section 3.5.2).
    let is_silent = call.query(ResourceKind::Group)?.selection == Selection::Default;
    if is_silent && matches!(deed, Deed::Change) {
        return Ok(Reply::done());
    }
    let mut reader = call.reader(Right::WriteGroups).await?;
    let group = find(&mut reader, &before.id).await?;
    item(call, &mut reader, &group).await
}

/// The changes that bring members into a group.
async fn added(reader: &mut Snapshot, group: &str, members: Vec<Member>) -> Result<Vec<Edit>> {
    let mut edits = Vec::new();
    for Member { id, .. } in members {
        let kind = members::kind_of(reader, &id).await.map_err(|problem| absent(problem, &id))?;
        let membership = Membership { group: group.to_owned(), member: id, kind };
        edits.push(Edit::AddMember(membership));
    }
    Ok(edits)
}

fn absent(problem: Problem, id: &str) -> super::Refused {
    if problem.status() != 404 {
        return problem.into();
    }
    let detail = format!("The member '{id}' is not here. Create them first.");
    Error::new(Reason::InvalidValue, detail).into()
}
