//! Which attribute of SCIM is which property of Graph's `user` and `group`.
//!
//! What Graph has a property for is kept there, so that both protocols see one person. What it has
//! none for is kept beside, in one annotation of the object, and comes back as it was sent. An element
//! of a list of which Graph keeps the value (an e-mail address, a telephone number) is kept there
//! without it: if the address changes in Graph, SCIM tells the new one, with the type and the order
//! that the client gave it.

use serde_json::{Map, Value};

use crate::resource::Resource;
use crate::schema::ResourceKind;

mod elements;
mod group;
#[cfg(test)]
mod tests;
mod user;

pub use group::{Member, MemberKind, Membership, members, membership};
pub use user::superior;

/// The annotation of Graph's object that holds what Graph has no property for.
pub const KEPT: &str = "@cardea.scim";

/// Lays a resource over the object that the tenant keeps; over nothing for a new one. Properties that
/// no attribute is for stay, those of attributes that are not there become null.
///
/// Relations are no properties of the object: see [`members`], [`superior`]. A password goes into
/// `passwordProfile`, as Graph takes it.
pub fn laid_over(resource: &Resource, object: &Map<String, Value>) -> Map<String, Value> {
    let mut object = object.clone();
    let mut kept = resource.attributes().clone();
    match resource.kind() {
        ResourceKind::User => user::lay_over(&mut kept, &mut object),
        ResourceKind::Group => group::lay_over(&mut kept, &mut object),
    }
    kept.remove("id");
    if kept.is_empty() {
        object.remove(KEPT);
    } else {
        object.insert(KEPT.to_owned(), Value::Object(kept));
    }
    object
}

/// The resource that an object of Graph is.
///
/// Relations are no properties of the object and are given.
pub fn resource(kind: ResourceKind, object: &Map<String, Value>, related: Related) -> Resource {
    let mut attributes = object.get(KEPT).and_then(Value::as_object).cloned().unwrap_or_default();
    if let Some(id) = object.get("id").filter(|it| it.is_string()) {
        attributes.insert("id".to_owned(), id.clone());
    }
    match kind {
        ResourceKind::User => user::read(object, &mut attributes),
        ResourceKind::Group => group::read(object, &mut attributes),
    }
    related.into_attributes(kind, &mut attributes);
    Resource::kept(kind, attributes)
}

/// What a resource is related to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Related {
    /// The manager of a person.
    pub manager: Option<Member>,
    /// The groups of a person.
    pub groups: Vec<Member>,
    /// The members of a group.
    pub members: Vec<Member>,
    /// The address of the service, without a slash at its end, for `$ref`.
    pub base: String,
}

impl Related {
    /// Where a resource is.
    fn address(&self, kind: ResourceKind, id: &str) -> String {
        format!("{}{}/{id}", self.base, kind.endpoint())
    }

    fn into_attributes(self, kind: ResourceKind, attributes: &mut Map<String, Value>) {
        match kind {
            ResourceKind::User => user::relate(&self, attributes),
            ResourceKind::Group => group::relate(&self, attributes),
        }
    }
}

/// Puts a property into an object, or null in its place.
fn set(object: &mut Map<String, Value>, name: &str, value: Option<Value>) {
    object.insert(name.to_owned(), value.unwrap_or_default());
}

/// Takes an attribute out of a complex one, which goes when nothing is left in it.
fn take_inner(attributes: &mut Map<String, Value>, name: &str, inner: &str) -> Option<Value> {
    let members = attributes.get_mut(name)?.as_object_mut()?;
    let value = members.remove(inner);
    if members.is_empty() {
        attributes.remove(name);
    }
    value
}

/// Puts an attribute into a complex one, which is made if there is none.
fn put_inner(attributes: &mut Map<String, Value>, name: &str, inner: &str, value: Option<&Value>) {
    let Some(value) = value.filter(|it| !it.is_null()) else { return };
    let members = attributes.entry(name).or_insert_with(|| Value::Object(Map::new()));
    if let Some(members) = members.as_object_mut() {
        members.insert(inner.to_owned(), value.clone());
    }
}
