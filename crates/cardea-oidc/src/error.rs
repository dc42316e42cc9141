//! The one error of the protocol, and how it looks on the wire.

use jiff::Timestamp;
use serde::Serialize;

use crate::code::{Code, OAuthError};
use crate::web_challenge::Challenge;

/// The hint about what an app can do about `interaction_required` and `invalid_grant`, as MSAL
/// reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Suberror {
    /// Signing in again with interaction can solve it.
    BasicAction,
    /// Signing in again may solve it if something else is done too.
    AdditionalAction,
    /// Nothing that the person does now will solve it.
    MessageOnly,
    /// Consent is needed.
    ConsentRequired,
    /// The token is no good any more.
    BadToken,
}

impl Suberror {
    /// The text on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::BasicAction => "basic_action",
            Self::AdditionalAction => "additional_action",
            Self::MessageOnly => "message_only",
            Self::ConsentRequired => "consent_required",
            Self::BadToken => "bad_token",
        }
    }
}

/// A request that is refused, and why.
///
/// It never holds a secret: values of parameters are left out of texts.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {text}")]
pub struct Error {
    code: Code,
    oauth: OAuthError,
    text: String,
    suberror: Option<Suberror>,
    challenge: Option<Challenge>,
}

/// What ties an answer to the log: ids of the request and of the journey it is part of, and when it
/// was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trace {
    /// The id of this request, a GUID.
    pub trace_id: String,
    /// The id that the client gave or got for everything that belongs together, a GUID.
    pub correlation_id: String,
    /// When it was refused.
    pub at: Timestamp,
}

impl Trace {
    /// The time as `2026-11-30 09:15:00Z`.
    pub fn timestamp(&self) -> String {
        self.at.strftime("%Y-%m-%d %H:%M:%SZ").to_string()
    }
}

impl Error {
    /// An error of the catalogue with its own text.
    pub fn new(code: Code) -> Self {
        Self {
            code,
            oauth: code.oauth(),
            text: code.text().to_owned(),
            suberror: None,
            challenge: None,
        }
    }

    /// A parameter that is not there.
    pub fn missing(name: &str) -> Self {
        Self::new(Code::MISSING_PARAMETER)
            .saying(format!("The request must contain the parameter '{name}'."))
    }

    /// A parameter with a value that it cannot have.
    pub fn invalid(name: &str, must: &str) -> Self {
        Self::new(Code::INVALID_PARAMETER).saying(format!("The parameter '{name}' must be {must}."))
    }

    /// The same with a text that says more. Line breaks and quotes, which would break out of headers
    /// and of the description's shape, become spaces.
    #[must_use]
    pub fn saying(mut self, text: impl Into<String>) -> Self {
        self.text = text.into().replace(|c: char| c.is_control() || c == '"' || c == '\\', " ");
        self
    }

    /// The same with another `error`, where one situation has several by the place it happens in.
    #[must_use]
    pub fn with_oauth(mut self, oauth: OAuthError) -> Self {
        self.oauth = oauth;
        self
    }

    /// The same with a hint about what helps.
    #[must_use]
    pub fn with_suberror(mut self, suberror: Suberror) -> Self {
        self.suberror = Some(suberror);
        self
    }

    /// The same with claims that the client is to ask for next time.
    #[must_use]
    pub fn with_challenge(mut self, challenge: Challenge) -> Self {
        self.challenge = Some(challenge);
        self
    }

    /// The same as the token endpoint says it. There, what a person has to do is `invalid_grant`
    /// (RFC 6749 §5.2), and the suberror says what: MSAL then asks them, or shows the text.
    #[must_use]
    pub fn for_token_endpoint(mut self) -> Self {
        let suberror = match self.oauth {
            OAuthError::InteractionRequired
            | OAuthError::LoginRequired
            | OAuthError::AccountSelectionRequired => Suberror::BasicAction,
            OAuthError::ConsentRequired => Suberror::ConsentRequired,
            OAuthError::AccessDenied => Suberror::MessageOnly,
            OAuthError::InvalidRequest
            | OAuthError::InvalidClient
            | OAuthError::InvalidGrant
            | OAuthError::UnauthorizedClient
            | OAuthError::UnsupportedGrantType
            | OAuthError::UnsupportedResponseType
            | OAuthError::InvalidScope
            | OAuthError::InvalidResource
            | OAuthError::ServerError
            | OAuthError::TemporarilyUnavailable
            | OAuthError::RequestNotSupported
            | OAuthError::RequestUriNotSupported
            | OAuthError::AuthorizationPending
            | OAuthError::SlowDown
            | OAuthError::ExpiredToken
            | OAuthError::AuthorizationDeclined
            | OAuthError::BadVerificationCode
            | OAuthError::InvalidToken
            | OAuthError::InsufficientScope
            | OAuthError::InsufficientClaims => return self,
        };
        self.oauth = OAuthError::InvalidGrant;
        self.suberror = self.suberror.or(Some(suberror));
        self
    }

    /// The error of the catalogue.
    pub fn code(&self) -> Code {
        self.code
    }

    /// The `error` of the answer.
    pub fn oauth(&self) -> OAuthError {
        self.oauth
    }

    /// What it says, one or two sentences.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The hint about what helps.
    pub fn suberror(&self) -> Option<Suberror> {
        self.suberror
    }

    /// The claims to ask for next time.
    pub fn challenge(&self) -> Option<&Challenge> {
        self.challenge.as_ref()
    }

    /// The status of an HTTP answer that carries the error as its body: 401 for a client that could
    /// not be authenticated (RFC 6749 §5.2) and for a bad access token (RFC 6750 §3.1), 403 for one
    /// that lacks a scope, 5xx for our own failures, else 400.
    pub fn status(&self) -> u16 {
        match self.oauth {
            OAuthError::InvalidClient
            | OAuthError::InvalidToken
            | OAuthError::InsufficientClaims => 401,
            OAuthError::InsufficientScope => 403,
            OAuthError::ServerError => 500,
            OAuthError::TemporarilyUnavailable => 503,
            OAuthError::InvalidRequest
            | OAuthError::InvalidGrant
            | OAuthError::UnauthorizedClient
            | OAuthError::UnsupportedGrantType
            | OAuthError::UnsupportedResponseType
            | OAuthError::InvalidScope
            | OAuthError::InvalidResource
            | OAuthError::AccessDenied
            | OAuthError::LoginRequired
            | OAuthError::InteractionRequired
            | OAuthError::ConsentRequired
            | OAuthError::AccountSelectionRequired
            | OAuthError::RequestNotSupported
            | OAuthError::RequestUriNotSupported
            | OAuthError::AuthorizationPending
            | OAuthError::SlowDown
            | OAuthError::ExpiredToken
            | OAuthError::AuthorizationDeclined
            | OAuthError::BadVerificationCode => 400,
        }
    }

    /// The `error_description`: number, text, and what ties it to the log, in lines that end with
    /// CR LF as Microsoft's do.
    pub fn description(&self, trace: &Trace) -> String {
        format!(
            "{}: {}\r\nTrace ID: {}\r\nCorrelation ID: {}\r\nTimestamp: {}",
            self.code,
            self.text,
            trace.trace_id,
            trace.correlation_id,
            trace.timestamp()
        )
    }

    /// The body of the answer. `base` is the address of the server without a slash at its end.
    pub fn body(&self, trace: &Trace, base: &str) -> Body {
        Body {
            error: self.oauth.as_str(),
            error_description: self.description(trace),
            error_codes: [self.code.number()],
            timestamp: trace.timestamp(),
            trace_id: trace.trace_id.clone(),
            correlation_id: trace.correlation_id.clone(),
            error_uri: format!("{base}/error?code={}", self.code.number()),
            suberror: self.suberror.map(Suberror::as_str),
            claims: self.challenge.as_ref().map(Challenge::to_json),
        }
    }
}

/// The JSON object of an error, in the shape that Microsoft's identity platform gives it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Body {
    error: &'static str,
    error_description: String,
    error_codes: [u32; 1],
    timestamp: String,
    trace_id: String,
    correlation_id: String,
    error_uri: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    suberror: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    claims: Option<String>,
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::claims_request::AuthenticationContext;
    use crate::samples::trace;

    fn body(error: &Error) -> Value {
        serde_json::to_value(error.body(&trace(), "https://login.example")).unwrap()
    }

    #[test]
    fn a_body_has_the_shape_of_microsofts() {
        assert_eq!(
            body(&Error::new(Code::INVALID_SCOPE)),
            json!({
                "error": "invalid_scope",
                "error_description": "AADSTS70011: The scope of the request is not valid.\r\n\
                    Trace ID: trace\r\nCorrelation ID: correlation\r\nTimestamp: 2026-11-30 09:15:00Z",
                "error_codes": [70011],
                "timestamp": "2026-11-30 09:15:00Z",
                "trace_id": "trace",
                "correlation_id": "correlation",
                "error_uri": "https://login.example/error?code=70011",
            })
        );
    }

    #[test]
    fn a_step_up_carries_its_claims_and_what_helps() {
        let context = AuthenticationContext::parse("c1").unwrap();
        let error = Error::new(Code::STRONG_AUTH_REQUIRED)
            .with_oauth(OAuthError::InvalidGrant)
            .with_suberror(Suberror::BasicAction)
            .with_challenge(Challenge::Context(context));
        let body = body(&error);
        assert_eq!(body["error"], "invalid_grant");
        assert_eq!(body["suberror"], "basic_action");
        assert_eq!(body["claims"], r#"{"access_token":{"acrs":{"essential":true,"value":"c1"}}}"#);
    }

    #[test]
    fn at_the_token_endpoint_what_a_person_has_to_do_is_an_invalid_grant() {
        let shown = |code| {
            let error = Error::new(code).for_token_endpoint();
            (error.oauth(), error.suberror())
        };
        let grant = |suberror| (OAuthError::InvalidGrant, Some(suberror));
        assert_eq!(shown(Code::STRONG_AUTH_REQUIRED), grant(Suberror::BasicAction));
        assert_eq!(shown(Code::CONSENT_MISSING), grant(Suberror::ConsentRequired));
        assert_eq!(shown(Code::BLOCKED_BY_POLICY), grant(Suberror::MessageOnly));
        assert_eq!(shown(Code::WRONG_CLIENT_SECRET), (OAuthError::InvalidClient, None));
        assert_eq!(shown(Code::EXPIRED_GRANT), (OAuthError::InvalidGrant, None));
    }

    #[test]
    fn a_text_cannot_break_out_of_its_line() {
        let error = Error::new(Code::INVALID_SCOPE).saying("a\r\nTrace ID: forged\" \\b");
        assert_eq!(error.text(), "a  Trace ID: forged   b");
        assert_eq!(error.description(&trace()).matches("\r\n").count(), 3);
    }

    #[test]
    fn our_own_numbers_do_not_look_like_microsofts() {
        let description = Error::new(Code::PLAIN_CHALLENGE).description(&trace());
        assert!(description.starts_with("CARDEA990003: "), "{description}");
    }

    #[test]
    fn the_status_says_whether_the_client_was_believed() {
        for (code, status) in [
            (Code::WRONG_CLIENT_SECRET, 401),
            (Code::NO_CLIENT_CREDENTIAL, 401),
            (Code::INVALID_TOKEN, 401),
            (Code::INSUFFICIENT_CLAIMS, 401),
            (Code::INSUFFICIENT_SCOPE, 403),
            (Code::CODE_REDEEMED, 400),
            (Code::AUTHORIZATION_PENDING, 400),
            (Code::SERVER_ERROR, 500),
            (Code::BUSY, 503),
        ] {
            assert_eq!(Error::new(code).status(), status, "{code}");
        }
    }
}
