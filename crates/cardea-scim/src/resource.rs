//! People and groups, as clients write them and as they are rendered.

use serde_json::{Map, Value, json};

use crate::error::{Error, Reason};
use crate::list::Selection;
use crate::path::member;
use crate::schema::{Attribute, Mutability, Required, ResourceKind, Returned};
use crate::text::quoted;

mod normal;
#[cfg(test)]
mod tests;

pub(crate) use normal::{at, normal};

/// The most members of an object and elements of a list, but for those of groups.
pub const MAX_ELEMENTS: usize = 1000;
/// The most elements of `members`; more come in several changes.
pub const MAX_MEMBERS: usize = 100_000;

/// A person or a group: known attributes under the schema's names and of the schema's kinds, and
/// whatever else was written. What the service says of it (`meta`, `schemas`) is no part.
#[derive(Clone, Debug, PartialEq)]
pub struct Resource {
    kind: ResourceKind,
    attributes: Map<String, Value>,
}

/// What the service says of a resource.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Meta {
    /// When it was made, in the form of ISO 8601; empty if nobody knows.
    pub created: String,
    /// When it was changed last; empty if nobody knows.
    pub last_modified: String,
    /// The entity tag of this version, `W/` and quotes included.
    pub version: String,
    /// The address of the service, without a slash at its end.
    pub base: String,
}

impl Resource {
    /// Reads the body that makes a resource, or that stands in place of one. What only the service
    /// writes is passed over (RFC 7644 section 3.5.1).
    ///
    /// # Errors
    ///
    /// No object, without the schema, without what is required, or with values that an attribute
    /// cannot have.
    pub fn parse(kind: ResourceKind, body: &Value) -> Result<Self, Error> {
        let members = body.as_object().ok_or_else(|| {
            Error::new(Reason::InvalidSyntax, "The body must be an object of JSON.")
        })?;
        let schemas = member(members, "schemas").and_then(Value::as_array);
        let is_core =
            |it: &Value| it.as_str().is_some_and(|it| it.eq_ignore_ascii_case(kind.schema()));
        if !schemas.is_some_and(|it| it.iter().any(is_core)) {
            return Err(Error::new(
                Reason::InvalidSyntax,
                format!("'schemas' must name '{}'.", kind.schema()),
            ));
        }
        let mut attributes = normal(kind, members)?;
        attributes.retain(|name, _| !is_read_only(kind, name));
        Self { kind, attributes }.checked()
    }

    /// A resource of attributes that the tenant keeps.
    pub(crate) fn kept(kind: ResourceKind, attributes: Map<String, Value>) -> Self {
        Self { kind, attributes }
    }

    /// A resource after a change.
    pub(crate) fn checked(self) -> Result<Self, Error> {
        for attribute in self.kind.attributes().iter().filter(|it| it.required == Required::Yes) {
            let is_there = self.text(attribute.name).is_some_and(|it| !it.trim().is_empty());
            if !is_there {
                return Err(Error::new(
                    Reason::InvalidValue,
                    format!("{} must be there, and must not be empty.", quoted(attribute.name)),
                ));
            }
        }
        Ok(self)
    }

    /// What it is.
    pub fn kind(&self) -> ResourceKind {
        self.kind
    }

    /// All that is known of it.
    pub fn attributes(&self) -> &Map<String, Value> {
        &self.attributes
    }

    /// A text of the core schema.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.attributes.get(name)?.as_str()
    }

    /// The resource as an answer has it.
    pub fn rendered(&self, meta: &Meta, selection: &Selection) -> Value {
        let whole = self.described(meta);
        selection.of(self.kind, &whole)
    }

    /// The resource with what the service says of it, as filters see it. A password is no part.
    pub fn described(&self, meta: &Meta) -> Map<String, Value> {
        let is_returned = |name: &str| {
            let known = crate::schema::find(self.kind.attributes(), name);
            known.is_none_or(|it| it.returned != Returned::Never)
        };
        let attributes = self.attributes.iter().filter(|(name, _)| is_returned(name));
        let mut whole: Map<String, Value> =
            attributes.map(|(name, value)| (name.clone(), value.clone())).collect();
        let extensions = whole.keys().filter(|it| it.contains(':')).map(String::as_str);
        let schemas: Vec<&str> = [self.kind.schema()].into_iter().chain(extensions).collect();
        let schemas = json!(schemas);
        whole.insert("schemas".to_owned(), schemas);
        whole.insert("meta".to_owned(), self.meta(meta));
        whole
    }

    fn meta(&self, meta: &Meta) -> Value {
        let id = self.text("id").unwrap_or_default();
        let location = format!("{}{}/{id}", meta.base, self.kind.endpoint());
        let parts = [
            ("resourceType", self.kind.name()),
            ("created", &meta.created),
            ("lastModified", &meta.last_modified),
            ("version", &meta.version),
            ("location", &location),
        ];
        let parts = parts.into_iter().filter(|(_, value)| !value.is_empty());
        parts.map(|(name, value)| (name.to_owned(), json!(value))).collect()
    }
}

/// Whether only the service writes an attribute of the core schema.
pub(crate) fn is_read_only(kind: ResourceKind, name: &str) -> bool {
    let known: Option<&Attribute> = crate::schema::find(kind.attributes(), name);
    name.eq_ignore_ascii_case("schemas")
        || known.is_some_and(|it| it.mutability == Mutability::ReadOnly)
}
