//! Ending a session because an application asks (OpenID Connect RP-Initiated Logout 1.0).

use crate::answer::with_query;
use crate::claims::IdToken;
use crate::client::{Client, ClientId};
use crate::error::Error;
use crate::jws::Refusal;
use crate::parameters::Parameters;

/// A request to end the session.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogoutRequest {
    /// An ID token of the session, not verified yet.
    pub id_token_hint: Option<String>,
    /// The application, if it says so.
    pub client_id: Option<ClientId>,
    /// Where the person is to go afterwards.
    pub post_logout_redirect_uri: Option<String>,
    /// What the application wants back there.
    pub state: Option<String>,
    /// Who is to be signed out, as the application knows them.
    pub logout_hint: Option<String>,
}

impl LogoutRequest {
    /// Reads a request. Everything in it is a wish, so what cannot be read is left out.
    ///
    /// # Errors
    ///
    /// [`crate::code::Code::MALFORMED_REQUEST`] for a repeated parameter. The person is still asked
    /// whether to sign out.
    pub fn parse(parameters: &Parameters) -> Result<Self, Error> {
        parameters.each_once()?;
        let text = |name| parameters.one(name).map(|it| it.map(str::to_owned));
        Ok(Self {
            id_token_hint: text("id_token_hint")?,
            client_id: parameters.one("client_id")?.and_then(ClientId::parse),
            post_logout_redirect_uri: text("post_logout_redirect_uri")?,
            state: text("state")?.filter(|it| it.len() <= 2048),
            logout_hint: text("logout_hint")?,
        })
    }
}

/// What became of the ID token of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hint {
    /// There was none.
    Absent,
    /// We issued it.
    Ours(Box<IdToken>),
    /// We did not, or it was changed.
    Refused(Refusal),
}

/// What to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Plan {
    /// Ask the person, on a page of ours, and send them nowhere.
    Confirm,
    /// End this session without asking, and show that it is done.
    End {
        /// The session of the ID token.
        sid: String,
    },
    /// End this session without asking, and go to an address that is registered.
    EndAndReturn {
        /// The session of the ID token.
        sid: String,
        /// The address.
        location: String,
    },
}

/// What to do about a request. `client` is the registered application that the ID token is for.
///
/// Without a good ID token the person is asked, so that no page can sign people out or send them
/// anywhere; with one, an address is followed only if exactly it is registered.
pub fn plan(request: &LogoutRequest, hint: &Hint, client: Option<&Client>) -> Plan {
    let Hint::Ours(token) = hint else {
        return Plan::Confirm;
    };
    let meant = client.filter(|it| {
        it.id.as_str() == token.aud && request.client_id.as_ref().is_none_or(|id| *id == it.id)
    });
    let Some(client) = meant else {
        return Plan::Confirm;
    };
    let sid = token.sid.clone();
    let Some(asked) = &request.post_logout_redirect_uri else {
        return Plan::End { sid };
    };
    if !client.post_logout_uris.iter().any(|it| it.as_str() == asked) {
        return Plan::Confirm;
    }
    let state: Vec<_> = request.state.iter().map(|it| ("state", it.clone())).collect();
    let location = if state.is_empty() { asked.clone() } else { with_query(asked, &state) };
    Plan::EndAndReturn { sid, location }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::claims::IdToken;
    use crate::code::Code;
    use crate::samples::{NATIVE, WEB, caller, proof, stamp, web};

    const BYE: &str = "https://app.example/bye";

    fn ours() -> Hint {
        Hint::Ours(Box::new(IdToken::new(&stamp(), &caller().id, "sub", "oid", &proof())))
    }

    fn parse(pairs: &[(&str, &str)]) -> LogoutRequest {
        let pairs = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        LogoutRequest::parse(&Parameters::new(pairs.collect())).unwrap()
    }

    #[track_caller]
    fn check(pairs: &[(&str, &str)], hint: &Hint, expected: &Plan) {
        assert_eq!(plan(&parse(pairs), hint, Some(&web())), *expected, "{pairs:?}");
    }

    fn and_return(location: &str) -> Plan {
        Plan::EndAndReturn { sid: "sid".into(), location: location.into() }
    }

    #[test]
    fn a_good_request_ends_the_session_and_goes_where_it_is_registered() {
        check(&[("post_logout_redirect_uri", BYE)], &ours(), &and_return(BYE));
        check(
            &[("post_logout_redirect_uri", BYE), ("state", "a&b"), ("client_id", WEB)],
            &ours(),
            &and_return("https://app.example/bye?state=a%26b"),
        );
        check(&[], &ours(), &Plan::End { sid: "sid".into() });
    }

    // OA-15
    #[test]
    fn an_address_that_is_not_exactly_registered_is_never_followed() {
        for uri in [
            "https://app.example/bye?x=1",
            "https://app.example/bye/",
            "https://evil.test/",
            "//evil",
            "https://app.example/signin",
        ] {
            check(&[("post_logout_redirect_uri", uri)], &ours(), &Plan::Confirm);
        }
    }

    // OA-15
    #[test]
    fn without_a_good_token_the_person_is_asked() {
        check(&[], &Hint::Absent, &Plan::Confirm);
        check(&[("post_logout_redirect_uri", BYE)], &Hint::Absent, &Plan::Confirm);
        let tampered = Hint::Refused(Refusal::BadSignature);
        check(&[("post_logout_redirect_uri", BYE)], &tampered, &Plan::Confirm);
        check(
            &[("client_id", WEB), ("post_logout_redirect_uri", BYE)],
            &Hint::Absent,
            &Plan::Confirm,
        );
    }

    // OA-15
    #[test]
    fn a_token_of_another_application_does_not_count() {
        check(&[("client_id", NATIVE), ("post_logout_redirect_uri", BYE)], &ours(), &Plan::Confirm);
        let request = parse(&[("post_logout_redirect_uri", BYE)]);
        assert_eq!(plan(&request, &ours(), None), Plan::Confirm);
        assert_eq!(plan(&request, &ours(), Some(&crate::samples::native())), Plan::Confirm);
    }

    // OA-22
    #[test]
    fn a_repeated_parameter_is_refused() {
        let twice = Parameters::decode(b"post_logout_redirect_uri=a&post_logout_redirect_uri=b");
        let refused = LogoutRequest::parse(&twice).map_err(|it| it.code());
        assert_eq!(refused, Err(Code::MALFORMED_REQUEST));
    }
}
