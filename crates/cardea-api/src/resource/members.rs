//! Who is in a group.

use std::collections::BTreeSet;

use cardea_idp::admin::edit::{Edit, Edits};
use cardea_idp::admin::person;
use cardea_idp::admin::right::Right;
use cardea_odata::problem::Code;
use cardea_odata::reference;
use cardea_store::{MemberKind, Membership, Snapshot};
use serde_json::Value;

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
        Members::List(reach) => list(call, &mut reader, (&group, reach)).await,
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
            body.remove("members");
            body.remove("customSecurityAttributes");
            body.insert("@odata.context".to_owned(), call.context("directoryObjects/$entity"));
            Ok(Reply::ok(call.one()?.project(&Value::Object(body))))
        }
        Some(_) | None => Err(Problem::absent("directoryObject", &id)),
    }
}

/// The object that the body refers to.
fn referred(call: &Call<'_>) -> Result<String> {
    let body = Value::Object(call.object()?);
    let resource = reference::target(&body, &call.api.bases())?;
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

async fn list(
    call: &Call<'_>,
    reader: &mut Snapshot,
    (group, reach): (&str, Reach),
) -> Result<Reply> {
    let query = call.list()?;
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
    call.page("directoryObjects", &query, found)
}

async fn object(reader: &mut Snapshot, (id, kind): (&str, MemberKind)) -> Result<Option<Value>> {
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
