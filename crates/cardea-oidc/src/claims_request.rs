//! What a client asks to stand in its tokens: the `claims` parameter and `acr_values`.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::error::Error;

/// Longer `claims` than any client sends, in bytes.
const LONGEST: usize = 8 * 1024;

/// An authentication context, `c1` to `c99`: a name that policies target and resources ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AuthenticationContext(u8);

impl AuthenticationContext {
    /// Reads `c1` to `c99`, written exactly so.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('c')?;
        let plain = digits.bytes().all(|it| it.is_ascii_digit()) && !digits.starts_with('0');
        let number: u8 = digits.parse().ok().filter(|_| plain)?;
        (1..=99).contains(&number).then_some(Self(number))
    }

    /// 1 to 99.
    pub fn number(self) -> u8 {
        self.0
    }
}

impl fmt::Display for AuthenticationContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "c{}", self.0)
    }
}

impl TryFrom<String> for AuthenticationContext {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or("an authentication context is `c1` to `c99`")
    }
}

impl From<AuthenticationContext> for String {
    fn from(context: AuthenticationContext) -> Self {
        context.to_string()
    }
}

/// How much a client needs a claim (OpenID Connect Core §5.5.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Weight {
    /// Nice to have.
    Voluntary,
    /// The client cannot go on without it.
    Essential,
}

/// What a client asks for beyond scopes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimsRequest {
    /// Authentication contexts that the tokens are to have, each once.
    pub contexts: Vec<(AuthenticationContext, Weight)>,
    /// What the client says that it can do (`xms_cc`); `CP1` means that it understands challenges.
    pub capabilities: Vec<String>,
    /// The access token must be issued at this second since 1970 or later (`nbf`).
    pub not_before: Option<i64>,
}

#[derive(Deserialize)]
struct Document {
    #[serde(default)]
    access_token: Option<AccessToken>,
    #[serde(default)]
    id_token: Option<IdToken>,
}

#[derive(Deserialize)]
struct IdToken {
    #[serde(default)]
    acrs: Option<Wanted>,
}

#[derive(Default, Deserialize)]
struct AccessToken {
    #[serde(default)]
    acrs: Option<Wanted>,
    #[serde(default)]
    xms_cc: Option<Wanted>,
    #[serde(default)]
    nbf: Option<Wanted>,
}

#[derive(Deserialize)]
struct Wanted {
    #[serde(default)]
    essential: bool,
    #[serde(default)]
    value: Option<Scalar>,
    #[serde(default)]
    values: Vec<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Scalar {
    Text(String),
    Number(i64),
}

impl Wanted {
    /// `value` and `values` together.
    fn texts(&self) -> impl Iterator<Item = String> {
        let one = self.value.iter().map(|it| match it {
            Scalar::Text(text) => text.clone(),
            Scalar::Number(number) => number.to_string(),
        });
        one.chain(self.values.iter().cloned())
    }

    fn weight(&self) -> Weight {
        if self.essential { Weight::Essential } else { Weight::Voluntary }
    }
}

impl ClaimsRequest {
    /// Reads the JSON of the `claims` parameter. An API asks for authentication contexts in the access
    /// token, a website in the ID token (Entra, *Developer guide to authentication context*), and both
    /// tokens say which were met. Of ID token and userinfo nothing else is read: everything there comes
    /// from scopes.
    ///
    /// # Errors
    ///
    /// [`crate::code::Code::INVALID_PARAMETER`] if it is no such JSON or has a name twice, is longer
    /// than 8 KiB, or asks for an authentication context that does not exist as essential.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let invalid = || Error::invalid("claims", "a JSON object as in OpenID Connect Core 5.5");
        if text.len() > LONGEST {
            return Err(Error::invalid("claims", "at most 8192 bytes long"));
        }
        // A list would pass for an object with its members in order.
        if !text.trim_start().starts_with('{') {
            return Err(invalid());
        }
        let document: Document = serde_json::from_str(text).map_err(|_| invalid())?;
        let asked = document.access_token.unwrap_or_default();
        let mut request = Self::default();
        let of_website = document.id_token.and_then(|it| it.acrs);
        for acrs in asked.acrs.iter().chain(&of_website) {
            for text in acrs.texts() {
                request.demand(&text, acrs.weight())?;
            }
        }
        if let Some(capabilities) = &asked.xms_cc {
            request.capabilities = capabilities.texts().map(|it| it.to_uppercase()).collect();
        }
        if let Some(nbf) = &asked.nbf {
            let second = nbf.texts().next().ok_or_else(invalid)?;
            request.not_before = Some(second.parse().map_err(|_| invalid())?);
        }
        Ok(request)
    }

    /// Adds the contexts of `acr_values` (OpenID Connect Core §3.1.2.1), which are voluntary by
    /// definition. Names that are no context of ours are ignored, as the section demands.
    pub fn add_acr_values(&mut self, acr_values: &str) {
        let contexts = acr_values.split(' ').filter_map(AuthenticationContext::parse);
        contexts.for_each(|context| self.add(context, Weight::Voluntary));
    }

    /// The contexts without which the client cannot go on.
    pub fn essential(&self) -> impl Iterator<Item = AuthenticationContext> {
        self.contexts
            .iter()
            .filter(|(_, weight)| *weight == Weight::Essential)
            .map(|(context, _)| *context)
    }

    fn demand(&mut self, text: &str, weight: Weight) -> Result<(), Error> {
        match (AuthenticationContext::parse(text), weight) {
            (Some(context), _) => self.add(context, weight),
            (None, Weight::Voluntary) => {}
            (None, Weight::Essential) => {
                return Err(Error::invalid("claims", "about authentication contexts c1 to c99"));
            }
        }
        Ok(())
    }

    fn add(&mut self, context: AuthenticationContext, weight: Weight) {
        match self.contexts.iter_mut().find(|(it, _)| *it == context) {
            Some((_, known)) => *known = weight.max(*known),
            None => self.contexts.push((context, weight)),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::code::Code;

    /// Contexts, capabilities and time in a compact form; `!` marks what is essential.
    #[track_caller]
    fn check(claims: &str, expected: Result<&str, Code>) {
        let shown = ClaimsRequest::parse(claims).map_err(|it| it.code()).map(|it| {
            let mark = |weight| if weight == Weight::Essential { "!" } else { "" };
            let contexts = it.contexts.iter().map(|(it, weight)| format!("{it}{}", mark(*weight)));
            let time = it.not_before.map(|it| format!("nbf={it}"));
            contexts.chain(it.capabilities).chain(time).collect::<Vec<_>>().join(" ")
        });
        assert_eq!(shown.as_deref().map_err(|it| *it), expected, "{claims}");
    }

    #[test]
    fn what_clients_send_is_read() {
        check("{}", Ok(""));
        check(r#"{"access_token":{"acrs":{"essential":true,"value":"c1"}}}"#, Ok("c1!"));
        check(r#"{"access_token":{"acrs":{"values":["c1","c99"]}}}"#, Ok("c1 c99"));
        check(r#"{"id_token":{"acrs":{"essential":true,"value":"c1"},"x":1}}"#, Ok("c1!"));
        check(
            r#"{"id_token":{"acrs":{"essential":true,"value":"c2"}},"access_token":{"acrs":{"values":["c1","c2"]}}}"#,
            Ok("c1 c2!"),
        );
        check(r#"{"access_token":{"xms_cc":{"values":["cp1"]}}}"#, Ok("CP1"));
        check(
            r#"{"access_token":{"nbf":{"essential":true,"value":"1604106651"}}}"#,
            Ok("nbf=1604106651"),
        );
        check(
            r#"{"access_token":{"acrs":null,"other":{"x":1}},"id_token":{"auth_time":null}}"#,
            Ok(""),
        );
        check(
            r#"{"access_token":{"acrs":{"values":["urn:x","c0","c100","C1","c01","c+1","1"]}}}"#,
            Ok(""),
        );
    }

    // CA-18
    #[test]
    fn what_cannot_be_met_or_understood_is_refused() {
        for claims in [
            "",
            "[]",
            "1",
            "{",
            r#"{"access_token":1}"#,
            r#"{"id_token":1}"#,
            r#"{"id_token":{"acrs":{"essential":true,"value":"c100"}}}"#,
            r#"{"access_token":{"acrs":true}}"#,
            r#"{"access_token":{"acrs":{"essential":"yes","value":"c1"}}}"#,
            r#"{"access_token":{"acrs":{"essential":true,"value":"c100"}}}"#,
            r#"{"access_token":{"acrs":{"essential":true,"values":["c1","admin"]}}}"#,
            r#"{"access_token":{"nbf":{"value":"soon"}}}"#,
            r#"{"access_token":{"nbf":{}}}"#,
            r#"{"access_token":{"acrs":{"value":"c1"},"acrs":{"value":"c2"}}}"#,
            r#"{"access_token":{},"access_token":{}}"#,
        ] {
            check(claims, Err(Code::INVALID_PARAMETER));
        }
        check(&format!("{{\"x\":\"{}\"}}", "x".repeat(8192)), Err(Code::INVALID_PARAMETER));
        check(&"[".repeat(8000), Err(Code::INVALID_PARAMETER));
    }

    #[test]
    fn a_context_that_is_asked_for_twice_is_as_essential_as_the_stronger_of_both() {
        let claims = r#"{"access_token":{"acrs":{"essential":true,"values":["c1","c1"]}}}"#;
        let mut request = ClaimsRequest::parse(claims).unwrap();
        request.add_acr_values("c1 c2");
        assert_eq!(request.contexts.len(), 2);
        let essential: Vec<u8> = request.essential().map(AuthenticationContext::number).collect();
        assert_eq!(essential, [1]);
    }

    proptest! {
        #[test]
        fn contexts_are_c1_to_c99_and_written_back_as_they_are_read(text in "[cC]?[+0-9]{0,4}") {
            let valid = (1..=99).any(|number| format!("c{number}") == text);
            let context = AuthenticationContext::parse(&text);
            prop_assert_eq!(context.map(|it| it.to_string()), valid.then_some(text));
        }

        #[test]
        fn no_text_breaks_the_reader(text in ".{0,60}") {
            let _ = ClaimsRequest::parse(&text);
        }
    }
}
