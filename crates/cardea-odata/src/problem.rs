//! Why a request is refused, with the codes and in the shape of Graph's errors.

use std::fmt;

use jiff::Timestamp;
use serde_json::{Value, json};

/// The `code` of an error, as Graph's clients match on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Code {
    /// The request is not understood.
    BadRequest,
    /// The request is understood, and says something that cannot be.
    RequestBadRequest,
    /// The query is understood, and is one that is not answered.
    UnsupportedQuery,
    /// There is no such resource, or it may not be seen.
    ResourceNotFound,
    /// The caller may not do that.
    RequestDenied,
    /// The access token is missing or not believed.
    InvalidToken,
    /// The page that the token stands for is not there any more.
    ExpiredPageToken,
    /// Something else has that name already.
    Conflict,
    /// The object has changed since the version that the request was written for.
    PreconditionFailed,
    /// A request of the batch that had to succeed first did not.
    FailedDependency,
    /// The method is not one of the resource's.
    MethodNotAllowed,
    /// The body is in a format that is not read.
    UnsupportedMediaType,
    /// Too many requests in too short a time.
    TooManyRequests,
    /// A failure of our own.
    InternalServerError,
}

impl Code {
    /// The text on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::BadRequest => "BadRequest",
            // Graph answers a method that a resource lacks with this code and the status 405.
            Self::RequestBadRequest | Self::MethodNotAllowed => "Request_BadRequest",
            Self::UnsupportedQuery => "Request_UnsupportedQuery",
            Self::ResourceNotFound => "Request_ResourceNotFound",
            Self::RequestDenied => "Authorization_RequestDenied",
            Self::InvalidToken => "InvalidAuthenticationToken",
            Self::ExpiredPageToken => "Directory_ExpiredPageToken",
            Self::Conflict => "Request_MultipleObjectsWithSameKeyValue",
            Self::PreconditionFailed => "PreconditionFailed",
            Self::FailedDependency => "FailedDependency",
            Self::UnsupportedMediaType => "UnsupportedMediaType",
            Self::TooManyRequests => "TooManyRequests",
            Self::InternalServerError => "InternalServerError",
        }
    }

    /// The status of the HTTP answer.
    pub const fn status(self) -> u16 {
        match self {
            Self::BadRequest
            | Self::RequestBadRequest
            | Self::UnsupportedQuery
            | Self::ExpiredPageToken => 400,
            Self::InvalidToken => 401,
            Self::RequestDenied => 403,
            Self::ResourceNotFound => 404,
            Self::MethodNotAllowed => 405,
            Self::Conflict => 409,
            Self::PreconditionFailed => 412,
            Self::UnsupportedMediaType => 415,
            Self::FailedDependency => 424,
            Self::TooManyRequests => 429,
            Self::InternalServerError => 500,
        }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A request that is refused: which kind of refusal, and what to do about it, in sentences.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {message}")]
pub struct Problem {
    code: Code,
    message: String,
}

/// What ties an error to the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trace {
    /// The id of this request, a GUID.
    pub request_id: String,
    /// The id that the client gave the request, or else the same.
    pub client_request_id: String,
    /// When it was refused.
    pub at: Timestamp,
}

impl Problem {
    /// A refusal with this code. Characters that are no text become spaces.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into().replace(char::is_control, " ") }
    }

    /// A request that is not understood.
    pub fn bad(message: impl Into<String>) -> Self {
        Self::new(Code::BadRequest, message)
    }

    /// A query that is understood and not answered.
    pub fn unsupported(message: impl Into<String>) -> Self {
        Self::new(Code::UnsupportedQuery, message)
    }

    /// The kind of refusal.
    pub fn code(&self) -> Code {
        self.code
    }

    /// What it says, in sentences.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The same, said of a part of the request: `place: message`.
    #[must_use]
    pub fn within(self, place: &str) -> Self {
        Self::new(self.code, format!("{place}: {}", self.message))
    }

    /// The body of the answer.
    pub fn body(&self, trace: &Trace) -> Value {
        json!({
            "error": {
                "code": self.code.as_str(),
                "message": self.message,
                "innerError": {
                    // Graph writes the date in UTC, to the second and without a zone.
                    "date": trace.at.strftime("%Y-%m-%dT%H:%M:%S").to_string(),
                    "request-id": trace.request_id,
                    "client-request-id": trace.client_request_id,
                },
            },
        })
    }
}

/// The most characters of the request that a message repeats.
const REPEATED: usize = 80;

/// Text of the request inside quotes, cut where it is long.
pub(crate) fn quoted(text: &str) -> String {
    let mut shown: String = text.chars().take(REPEATED).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    format!("'{shown}'")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_has_the_shape_of_graphs() {
        let trace = Trace {
            request_id: "a".into(),
            client_request_id: "b".into(),
            at: "2026-11-30T09:15:00.25Z".parse().unwrap(),
        };
        assert_eq!(
            Problem::unsupported("Not this one.").body(&trace),
            json!({"error": {
                "code": "Request_UnsupportedQuery",
                "message": "Not this one.",
                "innerError": {
                    "date": "2026-11-30T09:15:00", "request-id": "a", "client-request-id": "b",
                },
            }})
        );
    }

    #[test]
    fn what_a_message_repeats_is_short_and_stays_on_its_line() {
        let long = quoted(&"ü".repeat(100));
        assert_eq!(long.chars().count(), REPEATED + 3, "{long}");
        let problem = Problem::bad("a\r\nb\0c").within("request '1'");
        assert_eq!(problem.message(), "request '1': a  b c");
    }
}
