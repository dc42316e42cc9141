//! Which attributes resources have, and of which kind they are (RFC 7643 sections 2, 4 and 7).
//!
//! One table serves everything: how values are read and compared, what a change may touch, and the
//! documents that clients ask for.

mod attribute;
mod document;
mod group;
mod user;

pub use attribute::{
    Attribute, Case, Kind, Mutability, Plurality, Required, Returned, Uniqueness, find,
};
pub use document::schemas;

/// The core schema of people.
pub const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
/// The extension of people in enterprises.
pub const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
/// The core schema of groups.
pub const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";

/// What a resource is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResourceKind {
    /// A person.
    User,
    /// A group.
    Group,
}

impl ResourceKind {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::User, Self::Group];

    /// The name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::User => "User",
            Self::Group => "Group",
        }
    }

    /// Where resources of this kind are, behind the address of the service.
    pub const fn endpoint(self) -> &'static str {
        match self {
            Self::User => "/Users",
            Self::Group => "/Groups",
        }
    }

    /// The core schema.
    pub const fn schema(self) -> &'static str {
        match self {
            Self::User => USER,
            Self::Group => GROUP,
        }
    }

    /// The attributes of the core schema, those that all resources have among them.
    pub const fn attributes(self) -> &'static [Attribute] {
        match self {
            Self::User => user::CORE,
            Self::Group => group::CORE,
        }
    }

    /// The known extensions with their attributes.
    pub const fn extensions(self) -> &'static [(&'static str, &'static [Attribute])] {
        match self {
            Self::User => &[(ENTERPRISE, user::ENTERPRISE)],
            Self::Group => &[],
        }
    }
}
