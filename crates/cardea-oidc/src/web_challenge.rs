//! The claims challenge: what a resource or a policy asks a client to ask for next time.
//!
//! It is the `claims` parameter of OpenID Connect Core §5.5 the other way round:
//! `{"access_token":{"acrs":{"essential":true,"value":"c1"}}}`. The client sends it to the authorize
//! endpoint as it is. Resources put it into `WWW-Authenticate` in base64.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use crate::claims_request::{AuthenticationContext, ClaimsRequest};
use crate::error::Error;

/// What the next token must have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Challenge {
    /// An authentication context.
    Context(AuthenticationContext),
    /// To be issued not before this second since 1970, because something changed.
    NotBefore(i64),
}

impl Challenge {
    /// The value of the `claims` parameter.
    pub fn to_json(&self) -> String {
        let (name, value) = match self {
            Self::Context(context) => ("acrs", context.to_string()),
            Self::NotBefore(second) => ("nbf", second.to_string()),
        };
        let mut claims = Map::new();
        claims.insert(name.to_owned(), json!({ "essential": true, "value": value }));
        let mut document = Map::new();
        document.insert("access_token".to_owned(), Value::Object(claims));
        Value::Object(document).to_string()
    }

    /// The same in base64, as in the `claims` of `WWW-Authenticate`.
    pub fn to_base64(&self) -> String {
        STANDARD.encode(self.to_json())
    }

    /// Reads what a client sends back, which may have been merged with its capabilities.
    ///
    /// # Errors
    ///
    /// As [`ClaimsRequest::parse`].
    pub fn answered(claims: &str) -> Result<ClaimsRequest, Error> {
        ClaimsRequest::parse(claims)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::claims_request::Weight;

    // CA-18
    #[test]
    fn a_challenge_is_what_clients_send_back() {
        let context = AuthenticationContext::parse("c1").unwrap();
        let challenge = Challenge::Context(context);
        let json = r#"{"access_token":{"acrs":{"essential":true,"value":"c1"}}}"#;
        assert_eq!(challenge.to_json(), json);
        assert_eq!(challenge.to_base64(), STANDARD.encode(json));
        let answered = Challenge::answered(json).unwrap();
        assert_eq!(answered.contexts, [(context, Weight::Essential)]);
    }

    #[test]
    fn a_time_is_a_challenge_too() {
        let challenge = Challenge::NotBefore(1_604_106_651);
        let json = r#"{"access_token":{"nbf":{"essential":true,"value":"1604106651"}}}"#;
        assert_eq!(challenge.to_json(), json);
        assert_eq!(Challenge::answered(json).unwrap().not_before, Some(1_604_106_651));
    }
}
