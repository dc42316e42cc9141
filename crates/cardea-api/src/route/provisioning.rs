//! The addresses of SCIM (RFC 7644 section 3.2).

use cardea_idp::admin::right::Right;
use cardea_scim::schema::ResourceKind;

use super::{Method, Route, To};

/// Where the service is, behind the tenant's address.
pub(crate) const SCIM: &str = "scim/v2";

/// What a handler of SCIM does.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Provisioning {
    /// Something with people or groups.
    Resource(ResourceKind, Deed),
    /// Says something of the service itself.
    Document(Document),
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Deed {
    List,
    Create,
    Get,
    /// Everything that a client may write is replaced.
    Replace,
    Change,
    Delete,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Document {
    Configuration,
    ResourceTypes,
    ResourceType,
    Schemas,
    Schema,
}

/// The rows.
pub(super) static ROUTES: [Route; 17] = [
    document("ServiceProviderConfig", Document::Configuration),
    document("ResourceTypes", Document::ResourceTypes),
    document("ResourceTypes/{}", Document::ResourceType),
    document("Schemas", Document::Schemas),
    document("Schemas/{}", Document::Schema),
    user(Method::Get, "Users", Deed::List),
    user(Method::Post, "Users", Deed::Create),
    user(Method::Get, "Users/{}", Deed::Get),
    user(Method::Put, "Users/{}", Deed::Replace),
    user(Method::Patch, "Users/{}", Deed::Change),
    user(Method::Delete, "Users/{}", Deed::Delete),
    group(Method::Get, "Groups", Deed::List),
    group(Method::Post, "Groups", Deed::Create),
    group(Method::Get, "Groups/{}", Deed::Get),
    group(Method::Put, "Groups/{}", Deed::Replace),
    group(Method::Patch, "Groups/{}", Deed::Change),
    group(Method::Delete, "Groups/{}", Deed::Delete),
];

const fn document(shape: &'static str, document: Document) -> Route {
    let to = To::Scim(Provisioning::Document(document));
    Route { method: Method::Get, shape, right: Right::ReadDirectory, to }
}

const fn user(method: Method, shape: &'static str, deed: Deed) -> Route {
    let right =
        if matches!(method, Method::Get) { Right::ReadDirectory } else { Right::WriteUsers };
    Route { method, shape, right, to: To::Scim(Provisioning::Resource(ResourceKind::User, deed)) }
}

const fn group(method: Method, shape: &'static str, deed: Deed) -> Route {
    let right =
        if matches!(method, Method::Get) { Right::ReadDirectory } else { Right::WriteGroups };
    Route { method, shape, right, to: To::Scim(Provisioning::Resource(ResourceKind::Group, deed)) }
}
