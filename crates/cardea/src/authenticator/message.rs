//! What the browser's extension asks, and what it gets.

use cardea_authenticator::client::{
    ClientError, CreationOptions, Framing, Origin, Page, RequestOptions,
};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A question of the extension.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase", deny_unknown_fields)]
pub(super) enum Request {
    /// A page wants a passkey made.
    Create {
        /// The options, as the browser hands them on.
        request: String,
    },
    /// A page wants a passkey used.
    Get {
        /// The options, as the browser hands them on.
        request: String,
    },
    /// Whether passkeys could be used.
    Available,
}

/// What the extension gets.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Answer {
    /// For the page: a `RegistrationResponseJSON` or an `AuthenticationResponseJSON`.
    Response(Value),
    /// For the page: a `DOMException`.
    Error {
        /// Its name.
        name: String,
        /// Its message, which the page can read.
        message: String,
    },
    /// Whether passkeys could be used.
    Available(bool),
}

impl Answer {
    pub(super) fn not_allowed(message: &str) -> Self {
        Self::Error { name: "NotAllowedError".to_owned(), message: message.to_owned() }
    }

    /// What a page is told of a ceremony that gave nothing. Whether there is a passkey and why it was not used
    /// is not its business.
    pub(super) fn refused(error: &ClientError) -> Self {
        match error.dom_name() {
            "NotAllowedError" => Self::not_allowed("No passkey was used."),
            name => Self::Error { name: name.to_owned(), message: error.to_string() },
        }
    }
}

/// What a page wants, and which page it is.
#[derive(Debug)]
pub(super) enum Wanted {
    Create(Box<CreationOptions>),
    Get(RequestOptions),
}

/// What Chromium writes into the options of a page before it hands them on. A page that writes it itself
/// is refused by Chromium.
#[derive(Deserialize)]
struct Details {
    extensions: Caller,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Caller {
    remote_desktop_client_override: ClientOverride,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ClientOverride {
    origin: String,
    same_origin_with_ancestors: bool,
}

/// Reads a request for a ceremony.
///
/// # Errors
/// What the page is told where it cannot be read, or where a page that may not use passkeys asks.
pub(super) fn read(request: &Request) -> Result<(Page, Wanted), Answer> {
    let (text, wanted) = match request {
        Request::Create { request } => (request, options(request).map(Wanted::Create)),
        Request::Get { request } => (request, options(request).map(Wanted::Get)),
        Request::Available => return Err(Answer::Available(true)),
    };
    Ok((page(text)?, wanted?))
}

fn options<T: DeserializeOwned>(text: &str) -> Result<T, Answer> {
    serde_json::from_str(text).map_err(|error| Answer::Error {
        name: "NotSupportedError".to_owned(),
        message: format!("the options cannot be read: {error}"),
    })
}

fn page(text: &str) -> Result<Page, Answer> {
    let caller = serde_json::from_str::<Details>(text)
        .map_err(|_| Answer::not_allowed("The browser does not say which page asks."))?
        .extensions
        .remote_desktop_client_override;
    if !caller.same_origin_with_ancestors {
        return Err(Answer::not_allowed(
            "The page is shown inside another website's. Open it in a window of its own.",
        ));
    }
    let origin = Origin::parse(&caller.origin);
    let origin = origin.map_err(|error| Answer::refused(&error.into()))?;
    Ok(Page { origin, framing: Framing::Own })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn get(origin: &str, same: bool) -> Result<String, Answer> {
        let request = serde_json::json!({
            "challenge": "AAAA",
            "rpId": "example.org",
            "extensions": { "remoteDesktopClientOverride": {
                "origin": origin, "sameOriginWithAncestors": same,
            } },
        });
        let (page, wanted) = read(&Request::Get { request: request.to_string() })?;
        assert!(matches!(wanted, Wanted::Get(_)));
        Ok(page.origin.to_string())
    }

    fn name(answer: &Answer) -> &str {
        match answer {
            Answer::Error { name, .. } => name,
            Answer::Response(_) | Answer::Available(_) => panic!("no error: {answer:?}"),
        }
    }

    #[test]
    fn the_page_is_the_one_that_the_browser_names() {
        assert_eq!(get("https://login.example.org", true), Ok("https://login.example.org".into()));
    }

    #[test]
    fn frames_insecure_pages_and_other_extensions_are_refused() {
        assert_eq!(name(&get("https://login.example.org", false).unwrap_err()), "NotAllowedError");
        for origin in ["http://example.org", "chrome-extension://abc", "https://192.0.2.1", "null"]
        {
            assert_eq!(name(&get(origin, true).unwrap_err()), "SecurityError", "{origin}");
        }
    }

    #[test]
    fn a_request_that_does_not_say_who_asks_is_refused() {
        let request = r#"{"challenge":"AAAA","rpId":"example.org"}"#.to_owned();
        let refused = read(&Request::Get { request }).unwrap_err();
        assert_eq!(name(&refused), "NotAllowedError");
        let refused = read(&Request::Create { request: "{".into() }).unwrap_err();
        assert_eq!(name(&refused), "NotAllowedError");
    }

    #[test]
    fn messages_have_the_form_that_the_extension_has() {
        let asked: Request = serde_json::from_str(r#"{"kind":"available"}"#).unwrap();
        assert!(matches!(asked, Request::Available));
        let strange = serde_json::from_str::<Request>(r#"{"kind":"get","request":"","x":1}"#);
        assert!(strange.is_err());
        let told = serde_json::to_string(&Answer::not_allowed("why")).unwrap();
        assert_eq!(told, r#"{"error":{"name":"NotAllowedError","message":"why"}}"#);
        assert_eq!(
            serde_json::to_string(&Answer::Available(true)).unwrap(),
            r#"{"available":true}"#
        );
    }
}
