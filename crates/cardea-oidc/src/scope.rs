//! Scopes: what a client wants to know and to do.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::code::Code;
use crate::error::Error;

/// The resource that scopes without one belong to.
pub const GRAPH: &str = "https://graph.microsoft.com";

/// More text than any list of scopes, in bytes.
const LONGEST: usize = 4096;

/// A scope of OpenID Connect, which says something about the answer rather than about a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OpenIdScope {
    /// An ID token.
    Openid,
    /// The person's names.
    Profile,
    /// The person's address.
    Email,
    /// A refresh token.
    OfflineAccess,
}

impl OpenIdScope {
    /// All of them, in the order in which answers list them.
    pub const ALL: [Self; 4] = [Self::Openid, Self::Profile, Self::Email, Self::OfflineAccess];

    /// The text on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Openid => "openid",
            Self::Profile => "profile",
            Self::Email => "email",
            Self::OfflineAccess => "offline_access",
        }
    }
}

/// What is asked of a resource.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Permissions {
    /// Everything that was consented to before (`.default`).
    Default,
    /// These, each once.
    Named(Vec<String>),
}

/// The one resource of a token, and what is asked of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResourceScopes {
    /// Its identifier without a slash at the end, as `https://graph.microsoft.com` or `api://…`, or
    /// its client id.
    pub resource: String,
    /// What is asked of it.
    pub permissions: Permissions,
    /// How the request wrote it. Answers do the same: clients find their tokens again by it.
    #[serde(default)]
    pub spelling: Spelling,
}

/// How a request writes the permissions of a resource.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Spelling {
    /// With the resource in front, at least once: `api://orders/Read`.
    #[default]
    Full,
    /// Without it, which means Graph: `User.Read`.
    Bare,
}

/// The scopes of a request, sorted out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scopes {
    /// Those of OpenID Connect, each once, in the order of [`OpenIdScope::ALL`].
    pub openid: Vec<OpenIdScope>,
    /// The others.
    pub resource: Option<ResourceScopes>,
}

impl Scopes {
    /// Reads a list of scopes between spaces (RFC 6749 §3.3).
    ///
    /// `User.Read` means Graph's, `api://orders/Read` that of another resource, and
    /// `{resource}/.default` everything that was consented to there.
    ///
    /// # Errors
    ///
    /// [`Code::INVALID_SCOPE`] for a text that no scope can be, [`Code::SEVERAL_RESOURCES`].
    pub fn parse(text: &str) -> Result<Self, Error> {
        if text.len() > LONGEST {
            return Err(Error::new(Code::INVALID_SCOPE).saying("The scope is too long."));
        }
        let mut scopes = Self::default();
        for word in text.split(' ').filter(|it| !it.is_empty()) {
            scopes.add(word)?;
        }
        Ok(scopes)
    }

    /// Whether one of OpenID Connect is among them.
    pub fn has(&self, scope: OpenIdScope) -> bool {
        self.openid.contains(&scope)
    }

    /// Whether everything here is also in `granted`: a refresh may ask for less, never for more
    /// (RFC 6749 §6). What `granted` holds by `.default` is everything that was consented to, so it
    /// covers `.default` only; named permissions are for whoever knows the consent.
    pub fn within(&self, granted: &Self) -> bool {
        self.openid.iter().all(|it| granted.has(*it))
            && match (&self.resource, &granted.resource) {
                (None, _) => true,
                (Some(_), None) => false,
                (Some(asked), Some(granted)) => {
                    asked.resource == granted.resource
                        && asked.permissions.within(&granted.permissions)
                }
            }
    }

    fn add(&mut self, word: &str) -> Result<(), Error> {
        if !word.bytes().all(|it| it.is_ascii_graphic() && it != b'"' && it != b'\\') {
            return Err(Error::new(Code::INVALID_SCOPE));
        }
        if let Some(scope) = OpenIdScope::ALL.into_iter().find(|it| it.as_str() == word) {
            if !self.openid.contains(&scope) {
                self.openid.push(scope);
                self.openid.sort();
            }
            return Ok(());
        }
        let (resource, permission) = split(word).ok_or_else(|| Error::new(Code::INVALID_SCOPE))?;
        let kept = self.resource.get_or_insert_with(|| ResourceScopes {
            resource: resource.to_owned(),
            permissions: Permissions::Named(Vec::new()),
            spelling: Spelling::Bare,
        });
        if kept.resource != resource {
            return Err(Error::new(Code::SEVERAL_RESOURCES));
        }
        if word.contains('/') {
            kept.spelling = Spelling::Full;
        }
        kept.permissions.add(permission)
    }
}

impl Permissions {
    /// `.default` stands alone: it already is everything.
    fn add(&mut self, permission: &str) -> Result<(), Error> {
        let mixed = || {
            Error::new(Code::INVALID_SCOPE)
                .saying("The scope '.default' cannot be combined with other scopes of a resource.")
        };
        match (&mut *self, permission) {
            (Self::Default, ".default") => {}
            (Self::Named(names), ".default") if names.is_empty() => *self = Self::Default,
            (Self::Default, _) | (Self::Named(_), ".default") => return Err(mixed()),
            (Self::Named(names), _) => {
                if !names.iter().any(|it| it == permission) {
                    names.push(permission.to_owned());
                }
            }
        }
        Ok(())
    }

    fn within(&self, granted: &Self) -> bool {
        match (self, granted) {
            (Self::Default, Self::Default) => true,
            (Self::Named(asked), Self::Named(granted)) => {
                asked.iter().all(|it| granted.contains(it))
            }
            (Self::Default, Self::Named(_)) | (Self::Named(_), Self::Default) => false,
        }
    }
}

/// Resource and permission of a scope.
fn split(word: &str) -> Option<(&str, &str)> {
    let Some((resource, permission)) = word.rsplit_once('/') else {
        return Some((GRAPH, word));
    };
    let resource = resource.trim_end_matches('/');
    let name = resource.split_once("://").map_or(resource, |(_, name)| name);
    (!name.is_empty() && !permission.is_empty() && !resource.ends_with(':'))
        .then_some((resource, permission))
}

/// The list on the wire, written as the request did.
impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let openid = self.openid.iter().map(|it| it.as_str().to_owned());
        let resource = self.resource.iter().flat_map(|it| {
            let names = match &it.permissions {
                Permissions::Default => vec![".default".to_owned()],
                Permissions::Named(names) => names.clone(),
            };
            names.into_iter().map(|name| match it.spelling {
                Spelling::Full => format!("{}/{name}", it.resource),
                Spelling::Bare => name,
            })
        });
        f.write_str(&openid.chain(resource).collect::<Vec<_>>().join(" "))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// How the scopes are written back, or the error.
    #[track_caller]
    fn check(text: &str, expected: Result<&str, Code>) {
        let scopes = Scopes::parse(text).map(|it| it.to_string()).map_err(|it| it.code());
        assert_eq!(scopes.as_deref().map_err(|it| *it), expected, "{text}");
    }

    #[test]
    fn scopes_are_sorted_out() {
        check("", Ok(""));
        check("offline_access  openid openid", Ok("openid offline_access"));
        check("User.Read", Ok("User.Read"));
        check("openid User.Read Mail.Read User.Read", Ok("openid User.Read Mail.Read"));
        check(
            "User.Read https://graph.microsoft.com/Mail.Read",
            Ok("https://graph.microsoft.com/User.Read https://graph.microsoft.com/Mail.Read"),
        );
        check("api://orders/Read", Ok("api://orders/Read"));
        check("api://orders/v2/Read", Ok("api://orders/v2/Read"));
        check("https://graph.microsoft.com//.default", Ok("https://graph.microsoft.com/.default"));
        check(
            "11111111-1111-4111-8111-111111111111/.default",
            Ok("11111111-1111-4111-8111-111111111111/.default"),
        );
    }

    #[test]
    fn a_token_is_for_one_resource() {
        check("User.Read api://orders/Read", Err(Code::SEVERAL_RESOURCES));
        check("api://a/.default api://b/.default", Err(Code::SEVERAL_RESOURCES));
    }

    #[test]
    fn what_no_scope_can_be_is_refused() {
        for text in
            ["api://orders/", "/x", "https:///x", "api://", "a\"b", "a\\b", "ä", "a\tb", "https://"]
        {
            check(text, Err(Code::INVALID_SCOPE));
        }
        check("api://a/.default api://a/Read", Err(Code::INVALID_SCOPE));
        check("api://a/Read api://a/.default", Err(Code::INVALID_SCOPE));
        check(&"a ".repeat(4000), Err(Code::INVALID_SCOPE));
    }

    // OA-14
    #[test]
    fn a_refresh_asks_for_no_more_than_was_granted() {
        let within = |asked: &str, granted: &str| {
            Scopes::parse(asked).unwrap().within(&Scopes::parse(granted).unwrap())
        };
        assert!(within("", "openid User.Read"));
        assert!(within("User.Read", "openid User.Read Mail.Read"));
        assert!(within("openid", "openid User.Read"));
        assert!(!within("Mail.Read", "User.Read"));
        assert!(!within("profile", "openid"));
        assert!(!within("api://a/Read", "User.Read"));
        assert!(!within("User.Read", "openid"));
        assert!(!within(".default", "User.Read"));
        assert!(within("api://a/.default", "api://a/.default"));
    }

    proptest! {
        #[test]
        fn scopes_written_back_are_read_as_the_same(names in proptest::collection::vec("[A-Za-z.]{1,8}", 0..5)) {
            prop_assume!(!names.iter().any(|it| it == ".default"));
            let scopes = Scopes::parse(&names.join(" ")).unwrap();
            prop_assert_eq!(Scopes::parse(&scopes.to_string()).unwrap(), scopes);
        }

        #[test]
        fn no_text_breaks_the_reader(text in ".{0,40}") {
            let _ = Scopes::parse(&text);
        }
    }
}
