//! The attributes of groups (RFC 7643 section 4.2).

use super::attribute::{Attribute, EXTERNAL_ID, ID, Kind, META, Mutability};

const MEMBER: &[Attribute] = &[
    Attribute::text("value", "The id of the member.").exact().mutability(Mutability::Immutable),
    Attribute::new("$ref", Kind::Reference, "Where the member is.")
        .exact()
        .mutability(Mutability::Immutable),
    Attribute::text("type", "What the member is.")
        .mutability(Mutability::Immutable)
        .canonical(&["User", "Group"]),
    Attribute::text("display", "The name of the member.").mutability(Mutability::ReadOnly),
];

/// The core attributes.
pub(super) const CORE: &[Attribute] = &[
    ID,
    EXTERNAL_ID,
    META,
    Attribute::text("displayName", "The name of the group. Graph's 'displayName'.").required(),
    Attribute::complex("members", MEMBER, "Who is in the group. Graph's 'members'.").many(),
];
