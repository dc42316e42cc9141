//! Who is in a group.

use std::collections::BTreeSet;

use cardea_idp::admin::edit::{Edit, Edits};
use cardea_idp::admin::person;
use cardea_idp::admin::right::Right;
use cardea_idp::admin::shape::Json;
use cardea_odata::problem::Code;
use cardea_odata::reference;
use cardea_store::{MemberKind, Membership, Snapshot};
use serde_json::{Value, json};

use super::objects::{concealed, json_of};
use super::users::typed;
use crate::call::Call;
use crate::problem::{Problem, Result};
use crate::reply::Reply;
use crate::route::{Members, Reach};

const ADD: &str = "Add member to group";
const REMOVE: &str = "Remove member from group";

pub(super) async fn answer(call: &Call<'_>, action: Members, keys: &[&str]) -> Result<Reply> {
    let group = keys.first().copied().unwrap_or_default();
    let mut reader = call.reader(Right::ReadDirectory).await?;
    let known = reader.object("group", group).await?;
    let group = known.ok_or_else(|| Problem::absent("group", group))?.id;
    match action {
        Members::List(reach) => {
            let query = call.list()?;
            call.page("directoryObjects", &query, of(&mut reader, (&group, reach)).await?)
        }
        Members::Of(reach) => {
            let query = call.list()?;
            let mut found = Vec::new();
            for id in groups_of(&mut reader, (&group, reach)).await? {
                found.extend(self::group(&mut reader, &id).await?);
            }
            call.page("directoryObjects", &query, found)
        }
        Members::Add => {
            let member = referred(call)?;
            let kind = kind_of(&mut reader, &member).await?;
            let known = reader.members(&group).await?;
            if known.iter().any(|it| it.member == member) {
                let message = "One or more added object references already exist for the following \
                               modified properties: 'members'.";
                return Err(Problem::new(Code::RequestBadRequest, message));
            }
            drop(reader);
            let membership = Membership { group, member, kind };
            call.change(&Edits::one(Edit::AddMember(membership), ADD)).await?;
            Ok(Reply::done())
        }
        Members::Remove => {
            let member = keys.get(1).copied().unwrap_or_default().to_owned();
            drop(reader);
            call.change(&Edits::one(Edit::RemoveMember { group, member }, REMOVE)).await?;
            Ok(Reply::done())
        }
    }
}

/// Any object of the directory, by its id, with what it is.
pub(super) async fn directory_object(call: &Call<'_>, id: &str) -> Result<Reply> {
    let mut reader = call.reader(Right::ReadDirectory).await?;
    let id = id.to_ascii_lowercase();
    let found = if let Some(application) = reader.object("application", &id).await? {
        Some(typed("application", concealed(&application)?))
    } else {
        let kind = kind_of(&mut reader, &id).await?;
        object(&mut reader, (&id, kind)).await?
    };
    match found {
        Some(Value::Object(mut body)) => {
            body.insert("@odata.context".to_owned(), call.context("directoryObjects/$entity"));
            Ok(Reply::ok(call.one()?.project(&Value::Object(body))))
        }
        Some(_) | None => Err(Problem::absent("directoryObject", &id)),
    }
}

/// The object that the body refers to.
fn referred(call: &Call<'_>) -> Result<String> {
    id_of(call, &Value::Object(call.object()?))
}

/// The id of the object that a reference leads to.
fn id_of(call: &Call<'_>, reference: &Value) -> Result<String> {
    let resource = reference::target(reference, &call.api.bases())?;
    for shape in
        ["directoryObjects/{}", "users/{}", "groups/{}", "devices/{}", "servicePrincipals/{}"]
    {
        if let Some([id]) = resource.keys(shape).as_deref() {
            return Ok((*id).to_owned());
        }
    }
    Err(Problem::new(
        Code::BadRequest,
        "'@odata.id' has to lead to an object, such as '…/directoryObjects/{id}'.",
    ))
}

/// Somebody or something that comes into a group together with a change of it.
#[derive(Debug)]
pub(super) struct Bound {
    member: String,
    kind: MemberKind,
}

impl Bound {
    pub(super) fn into_group(self, group: &str) -> Edit {
        let Self { member, kind } = self;
        Edit::AddMember(Membership { group: group.to_owned(), member, kind })
    }
}

/// Who is to come into a group, taken out of the body of its change: `members@odata.bind` (Graph, *Add
/// members*: at most twenty).
///
/// # Errors
/// More than that, and what is no reference to something that can be in a group.
pub(super) async fn bound(call: &Call<'_>, body: &mut Json) -> Result<Vec<Bound>> {
    const NAME: &str = "members@odata.bind";
    let Some(list) = body.shift_remove(NAME) else { return Ok(Vec::new()) };
    let references = list.as_array().filter(|it| it.len() <= 20).ok_or_else(|| {
        Problem::new(Code::BadRequest, format!("'{NAME}' is a list of at most 20 references."))
    })?;
    let mut reader = call.reader(Right::ReadDirectory).await?;
    let mut bound: Vec<Bound> = Vec::new();
    for reference in references {
        let member = id_of(call, &json!({ "@odata.id": reference }))?;
        let kind = kind_of(&mut reader, &member).await?;
        bound.push(Bound { member, kind });
    }
    Ok(bound)
}

/// What something is that can be in a group.
pub(crate) async fn kind_of(reader: &mut Snapshot, id: &str) -> Result<MemberKind> {
    if reader.person(id).await?.is_some() {
        return Ok(MemberKind::Person);
    }
    if reader.object("group", id).await?.is_some() {
        return Ok(MemberKind::Group);
    }
    for kind in ["device", "servicePrincipal"] {
        if reader.object(kind, id).await?.is_some() {
            return Ok(MemberKind::Other);
        }
    }
    Err(Problem::absent("directoryObject", id))
}

/// Who is in a group.
pub(super) async fn of(reader: &mut Snapshot, (group, reach): (&str, Reach)) -> Result<Vec<Value>> {
    let mut found = Vec::new();
    let mut seen = BTreeSet::from([group.to_owned()]);
    let mut next = vec![group.to_owned()];
    while let Some(group) = next.pop() {
        for Membership { member, kind, .. } in reader.members(&group).await? {
            if !seen.insert(member.clone()) {
                continue;
            }
            if kind == MemberKind::Group && reach == Reach::Transitive {
                next.push(member.clone());
            }
            found.extend(object(reader, (&member, kind)).await?);
        }
    }
    Ok(found)
}

/// Ids of the groups that somebody or something is in.
pub(super) async fn groups_of(
    reader: &mut Snapshot,
    (member, reach): (&str, Reach),
) -> Result<BTreeSet<String>> {
    let mut groups = BTreeSet::new();
    let mut next = vec![member.to_owned()];
    while let Some(member) = next.pop() {
        for membership in reader.groups_of(&member).await? {
            if groups.insert(membership.group.clone()) && reach == Reach::Transitive {
                next.push(membership.group);
            }
        }
    }
    Ok(groups)
}

/// A group as one of several objects.
pub(super) async fn group(reader: &mut Snapshot, id: &str) -> Result<Option<Value>> {
    object(reader, (id, MemberKind::Group)).await
}

/// Something that can be in a group, as one of several objects.
pub(super) async fn object(
    reader: &mut Snapshot,
    (id, kind): (&str, MemberKind),
) -> Result<Option<Value>> {
    Ok(match kind {
        MemberKind::Person => match reader.person(id).await? {
            Some(row) => Some(typed("user", person::shown(&row)?)),
            None => None,
        },
        MemberKind::Group => match reader.object("group", id).await? {
            Some(group) => Some(typed("group", json_of(&group)?)),
            None => None,
        },
        MemberKind::Other => {
            let mut found = None;
            for kind in ["device", "servicePrincipal"] {
                if let Some(object) = reader.object(kind, id).await? {
                    found = Some(typed(kind, json_of(&object)?));
                }
            }
            found
        }
    })
}
