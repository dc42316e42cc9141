//! What is refused, in the shape of RFC 7644 section 3.12.

use serde_json::{Value, json};

/// The schema of an error.
pub const SCHEMA: &str = "urn:ietf:params:scim:api:messages:2.0:Error";

/// Why a request is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The filter is not well written, or compares what cannot be compared.
    InvalidFilter,
    /// Something else has that name already.
    Uniqueness,
    /// What the change would change cannot be changed.
    Mutability,
    /// The body is no message of SCIM.
    InvalidSyntax,
    /// The path is not well written, or leads nowhere that could be.
    InvalidPath,
    /// The path leads to nothing that is there.
    NoTarget,
    /// A value that the attribute cannot have.
    InvalidValue,
    /// More matches than are given out.
    TooMany,
    /// There is no such resource.
    NotFound,
    /// The caller is not known.
    Unauthorized,
    /// The caller may not do that.
    Forbidden,
    /// The resource has changed since the version that the change was written for.
    PreconditionFailed,
    /// Not one of the services that the configuration lists.
    NotImplemented,
    /// A failure of our own.
    Internal,
}

impl Reason {
    /// The `scimType`, which only some errors have.
    pub const fn scim_type(self) -> Option<&'static str> {
        match self {
            Self::InvalidFilter => Some("invalidFilter"),
            Self::Uniqueness => Some("uniqueness"),
            Self::Mutability => Some("mutability"),
            Self::InvalidSyntax => Some("invalidSyntax"),
            Self::InvalidPath => Some("invalidPath"),
            Self::NoTarget => Some("noTarget"),
            Self::InvalidValue => Some("invalidValue"),
            Self::TooMany => Some("tooMany"),
            Self::NotFound
            | Self::Unauthorized
            | Self::Forbidden
            | Self::PreconditionFailed
            | Self::NotImplemented
            | Self::Internal => None,
        }
    }

    /// The status of the HTTP answer.
    pub const fn status(self) -> u16 {
        match self {
            Self::InvalidFilter
            | Self::Mutability
            | Self::InvalidSyntax
            | Self::InvalidPath
            | Self::NoTarget
            | Self::InvalidValue
            | Self::TooMany => 400,
            Self::Unauthorized => 401,
            Self::Forbidden => 403,
            Self::NotFound => 404,
            Self::Uniqueness => 409,
            Self::PreconditionFailed => 412,
            Self::NotImplemented => 501,
            Self::Internal => 500,
        }
    }
}

/// A request that is refused: why, and what to do about it, in sentences.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct Error {
    reason: Reason,
    detail: String,
}

impl Error {
    /// A refusal. Characters that are no text become spaces.
    pub fn new(reason: Reason, detail: impl Into<String>) -> Self {
        Self { reason, detail: detail.into().replace(char::is_control, " ") }
    }

    /// Why.
    pub fn reason(&self) -> Reason {
        self.reason
    }

    /// What it says, in sentences.
    pub fn detail(&self) -> &str {
        &self.detail
    }

    /// The body of the answer.
    pub fn body(&self) -> Value {
        let mut body = json!({
            "schemas": [SCHEMA],
            "status": self.reason.status().to_string(),
            "detail": self.detail,
        });
        if let (Some(members), Some(kind)) = (body.as_object_mut(), self.reason.scim_type()) {
            members.insert("scimType".to_owned(), json!(kind));
        }
        body
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_has_the_shape_of_the_specification() {
        assert_eq!(
            Error::new(Reason::InvalidPath, "No\nsuch path.").body(),
            json!({
                "schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"],
                "status": "400",
                "scimType": "invalidPath",
                "detail": "No such path.",
            })
        );
        assert_eq!(Error::new(Reason::NotFound, "x").body().get("scimType"), None);
    }
}
