//! What an attribute is.

/// What values are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Text.
    Text,
    /// A truth value.
    Boolean,
    /// A moment, as text in the form of ISO 8601.
    DateTime,
    /// An address, as text.
    Reference,
    /// Bytes, as text in base64.
    Binary,
    /// Attributes of its own.
    Complex,
}

/// How many values there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plurality {
    /// At most one.
    One,
    /// A list.
    Many,
}

/// How texts are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Case {
    /// Without regard to case.
    Ignored,
    /// As they are written.
    Exact,
}

/// Whether a client may write it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mutability {
    /// At any time.
    ReadWrite,
    /// Never: the service does.
    ReadOnly,
    /// Once, with what it belongs to.
    Immutable,
    /// At any time, and nobody reads it.
    WriteOnly,
}

/// When an answer has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Returned {
    /// Whatever is asked for.
    Always,
    /// Unless something else is asked for.
    Default,
    /// Never.
    Never,
}

/// Whether a resource must have it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Required {
    /// It may lack it.
    No,
    /// It must have it.
    Yes,
}

/// Among what a value is the only one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Uniqueness {
    /// Others may have it too.
    None,
    /// Nobody else in the tenant has it.
    Server,
}

/// An attribute of a schema.
#[derive(Clone, Copy, Debug)]
pub struct Attribute {
    /// The name, in the spelling that answers have.
    pub name: &'static str,
    /// What it is, in a sentence.
    pub description: &'static str,
    /// What values are.
    pub kind: Kind,
    /// How many values there are.
    pub plurality: Plurality,
    /// How texts are compared.
    pub case: Case,
    /// Whether a client may write it.
    pub mutability: Mutability,
    /// When an answer has it.
    pub returned: Returned,
    /// Whether a resource must have it.
    pub required: Required,
    /// Among what a value is the only one.
    pub uniqueness: Uniqueness,
    /// The attributes of a complex one.
    pub inner: &'static [Self],
    /// Values that are meant to be used.
    pub canonical: &'static [&'static str],
}

/// The attribute of this name, in any case.
pub fn find(attributes: &'static [Attribute], name: &str) -> Option<&'static Attribute> {
    attributes.iter().find(|it| it.name.eq_ignore_ascii_case(name))
}

impl Attribute {
    /// One value that may be written, and that nothing else is known of.
    pub(super) const fn new(name: &'static str, kind: Kind, description: &'static str) -> Self {
        Self {
            name,
            description,
            kind,
            plurality: Plurality::One,
            case: Case::Ignored,
            mutability: Mutability::ReadWrite,
            returned: Returned::Default,
            required: Required::No,
            uniqueness: Uniqueness::None,
            inner: &[],
            canonical: &[],
        }
    }

    pub(super) const fn text(name: &'static str, description: &'static str) -> Self {
        Self::new(name, Kind::Text, description)
    }

    /// An attribute with attributes of its own.
    pub(super) const fn complex(
        name: &'static str,
        inner: &'static [Self],
        description: &'static str,
    ) -> Self {
        Self { inner, ..Self::new(name, Kind::Complex, description) }
    }

    pub(super) const fn many(self) -> Self {
        Self { plurality: Plurality::Many, ..self }
    }

    pub(super) const fn exact(self) -> Self {
        Self { case: Case::Exact, ..self }
    }

    pub(super) const fn required(self) -> Self {
        Self { required: Required::Yes, ..self }
    }

    pub(super) const fn unique(self) -> Self {
        Self { uniqueness: Uniqueness::Server, ..self }
    }

    pub(super) const fn mutability(self, mutability: Mutability) -> Self {
        Self { mutability, ..self }
    }

    pub(super) const fn returned(self, returned: Returned) -> Self {
        Self { returned, ..self }
    }

    pub(super) const fn canonical(self, canonical: &'static [&'static str]) -> Self {
        Self { canonical, ..self }
    }
}

/// The `id` that the service gives (RFC 7643 section 3.1).
pub(super) const ID: Attribute = Attribute::text("id", "The identifier that this service gave.")
    .exact()
    .unique()
    .mutability(Mutability::ReadOnly)
    .returned(Returned::Always);

/// The identifier that the client gives (RFC 7643 section 3.1).
pub(super) const EXTERNAL_ID: Attribute =
    Attribute::text("externalId", "The identifier that the provisioning client gave.").exact();

/// What the service says of the resource (RFC 7643 section 3.1).
pub(super) const META: Attribute = Attribute::complex(
    "meta",
    &[
        Attribute::text("resourceType", "The kind of the resource.")
            .exact()
            .mutability(Mutability::ReadOnly),
        Attribute::new("created", Kind::DateTime, "When it was made.")
            .mutability(Mutability::ReadOnly),
        Attribute::new("lastModified", Kind::DateTime, "When it was changed last.")
            .mutability(Mutability::ReadOnly),
        Attribute::new("location", Kind::Reference, "Where it is.")
            .exact()
            .mutability(Mutability::ReadOnly),
        Attribute::text("version", "Which version it is; the value for 'If-Match'.")
            .exact()
            .mutability(Mutability::ReadOnly),
    ],
    "What the service says of the resource.",
)
.mutability(Mutability::ReadOnly);
