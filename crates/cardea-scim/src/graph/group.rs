//! Groups.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{Related, set};
use crate::resource::Resource;
use crate::schema::ResourceKind;

/// What is in a group, or what a person is related to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Member {
    /// The id.
    pub id: String,
    /// What it is.
    pub kind: MemberKind,
    /// The name as it is shown, if it is known.
    pub name: Option<String>,
}

/// What a member is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MemberKind {
    /// A person, or whatever the client did not say more of.
    User,
    /// A group.
    Group,
}

impl Member {
    /// A person.
    pub fn user(id: &str, name: Option<&str>) -> Self {
        Self { id: id.to_owned(), kind: MemberKind::User, name: name.map(str::to_owned) }
    }

    /// A group.
    pub fn group(id: &str, name: Option<&str>) -> Self {
        Self { kind: MemberKind::Group, ..Self::user(id, name) }
    }
}

/// Who comes into a group and who leaves it, by their ids.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Membership {
    /// Those who come.
    pub added: Vec<Member>,
    /// Those who leave.
    pub removed: Vec<String>,
}

/// Moves what Graph has properties for from the attributes to the object. A new group is one for
/// access: no mailbox, no rule.
pub(super) fn lay_over(attributes: &mut Map<String, Value>, object: &mut Map<String, Value>) {
    let name = attributes.remove("displayName");
    if !object.contains_key("mailNickname") {
        let nickname = nickname(name.as_ref().and_then(Value::as_str).unwrap_or_default());
        object.insert("mailNickname".to_owned(), json!(nickname));
    }
    for (property, value) in
        [("securityEnabled", json!(true)), ("mailEnabled", json!(false)), ("groupTypes", json!([]))]
    {
        object.entry(property).or_insert(value);
    }
    set(object, "displayName", name);
    attributes.remove("members");
}

/// A name for mail, of which Graph takes 64 characters of ASCII without some symbols.
fn nickname(name: &str) -> String {
    let plain = name.chars().filter(char::is_ascii_alphanumeric).take(64);
    let nickname: String = plain.collect();
    if nickname.is_empty() { "group".to_owned() } else { nickname }
}

/// Adds what the properties of an object say to the attributes that are kept beside.
pub(super) fn read(object: &Map<String, Value>, attributes: &mut Map<String, Value>) {
    if let Some(name) = object.get("displayName").filter(|it| !it.is_null()) {
        attributes.insert("displayName".to_owned(), name.clone());
    }
}

/// Adds the members.
pub(super) fn relate(related: &Related, attributes: &mut Map<String, Value>) {
    if related.members.is_empty() {
        return;
    }
    let one = |member: &Member| {
        let kind = match member.kind {
            MemberKind::User => ResourceKind::User,
            MemberKind::Group => ResourceKind::Group,
        };
        let mut value = json!({
            "value": member.id,
            "type": kind.name(),
            "$ref": related.address(kind, &member.id),
        });
        if let (Some(members), Some(name)) = (value.as_object_mut(), &member.name) {
            members.insert("display".to_owned(), json!(name));
        }
        value
    };
    attributes.insert("members".to_owned(), related.members.iter().map(one).collect());
}

/// The members of a group, each once. What says only where it is (`$ref`) is whose address ends so.
pub fn members(resource: &Resource) -> Vec<Member> {
    let list = resource.attributes().get("members").and_then(Value::as_array);
    let found = list.into_iter().flatten().filter_map(|it| {
        let address = it.get("$ref").and_then(Value::as_str).unwrap_or_default();
        let of_address = address.rsplit('/').next().filter(|it| !it.is_empty());
        let id =
            it.get("value").and_then(Value::as_str).filter(|it| !it.is_empty()).or(of_address)?;
        let of_type = it.get("type").and_then(Value::as_str).unwrap_or_default();
        let is_group = of_type.eq_ignore_ascii_case("Group") || address.contains("/Groups/");
        let member = if is_group { Member::group(id, None) } else { Member::user(id, None) };
        Some((id.to_owned(), member))
    });
    let once: BTreeMap<String, Member> = found.collect();
    once.into_values().collect()
}

/// What a change does to the members of a group.
pub fn membership(before: &Resource, after: &Resource) -> Membership {
    let ids = |it: &Resource| -> BTreeMap<String, Member> {
        members(it).into_iter().map(|it| (it.id.clone(), it)).collect()
    };
    let (before, after) = (ids(before), ids(after));
    let removed = before.keys().filter(|it| !after.contains_key(*it)).cloned().collect();
    let added = after.into_iter().filter(|(id, _)| !before.contains_key(id));
    Membership { added: added.map(|(_, member)| member).collect(), removed }
}
