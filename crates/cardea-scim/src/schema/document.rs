//! The documents of `/Schemas` (RFC 7643 section 7).

use serde_json::{Value, json};

use super::attribute::{
    Attribute, Case, Kind, Mutability, Plurality, Required, Returned, Uniqueness,
};
use super::{ENTERPRISE, GROUP, ResourceKind, USER};

/// All schemas, of a service at this address.
pub fn schemas(base: &str) -> Vec<Value> {
    let extension = ResourceKind::User.extensions().iter().map(|(schema, attributes)| {
        document(base, (*schema, "EnterpriseUser", "People in enterprises."), attributes)
    });
    [
        document(base, (USER, "User", "People."), ResourceKind::User.attributes()),
        document(base, (GROUP, "Group", "Groups."), ResourceKind::Group.attributes()),
    ]
    .into_iter()
    .chain(extension)
    .collect()
}

fn document(base: &str, named: (&str, &str, &str), attributes: &[Attribute]) -> Value {
    let (id, name, description) = named;
    // What all resources have is no part of a schema (RFC 7643 section 3.1).
    let is_own =
        |it: &&Attribute| id == ENTERPRISE || !matches!(it.name, "id" | "externalId" | "meta");
    json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Schema"],
        "id": id,
        "name": name,
        "description": description,
        "attributes": attributes.iter().filter(is_own).map(attribute).collect::<Vec<_>>(),
        "meta": { "resourceType": "Schema", "location": format!("{base}/Schemas/{id}") },
    })
}

fn attribute(it: &Attribute) -> Value {
    let mut value = json!({
        "name": it.name,
        "type": kind(it.kind),
        "multiValued": it.plurality == Plurality::Many,
        "description": it.description,
        "required": it.required == Required::Yes,
        "caseExact": it.case == Case::Exact,
        "mutability": mutability(it.mutability),
        "returned": returned(it.returned),
        "uniqueness": uniqueness(it.uniqueness),
    });
    if let Some(members) = value.as_object_mut() {
        if !it.inner.is_empty() {
            members.insert("subAttributes".to_owned(), it.inner.iter().map(attribute).collect());
        }
        if !it.canonical.is_empty() {
            members.insert("canonicalValues".to_owned(), json!(it.canonical));
        }
        if it.kind == Kind::Reference {
            members.insert("referenceTypes".to_owned(), json!(["uri"]));
        }
    }
    value
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Text => "string",
        Kind::Boolean => "boolean",
        Kind::DateTime => "dateTime",
        Kind::Reference => "reference",
        Kind::Binary => "binary",
        Kind::Complex => "complex",
    }
}

fn mutability(mutability: Mutability) -> &'static str {
    match mutability {
        Mutability::ReadWrite => "readWrite",
        Mutability::ReadOnly => "readOnly",
        Mutability::Immutable => "immutable",
        Mutability::WriteOnly => "writeOnly",
    }
}

fn returned(returned: Returned) -> &'static str {
    match returned {
        Returned::Always => "always",
        Returned::Default => "default",
        Returned::Never => "never",
    }
}

fn uniqueness(uniqueness: Uniqueness) -> &'static str {
    match uniqueness {
        Uniqueness::None => "none",
        Uniqueness::Server => "server",
    }
}
