//! Access tokens in requests to resources (RFC 6750).

use crate::code::Code;
use crate::discovery::Tenant;
use crate::error::Error;
use crate::jws::Refusal;

/// The access token of a request. Only the header is looked at: tokens in queries end up in logs
/// (RFC 9700 §4.3.2).
///
/// # Errors
///
/// [`Code::INVALID_TOKEN`] if there is none or it is not `Bearer`.
pub fn token(authorization: Option<&str>) -> Result<&str, Error> {
    let missing = || Error::new(Code::INVALID_TOKEN).saying("The request has no access token.");
    let (scheme, token) = authorization.and_then(|it| it.split_once(' ')).ok_or_else(missing)?;
    let token = token.trim_start_matches(' ');
    // The alphabet of `b64token`, RFC 6750 §2.1.
    let is_token = !token.is_empty()
        && token.bytes().all(|it| it.is_ascii_alphanumeric() || b"-._~+/=".contains(&it));
    if scheme.eq_ignore_ascii_case("bearer") && is_token { Ok(token) } else { Err(missing()) }
}

/// A refused token as an error.
pub fn refused(why: Refusal) -> Error {
    Error::new(Code::INVALID_TOKEN).saying(format!("The access token is not valid here: {why}."))
}

/// The value of `WWW-Authenticate` (RFC 6750 §3) for an error, with the claims challenge in base64
/// as Microsoft's clients read it.
pub fn www_authenticate(tenant: &Tenant, error: &Error) -> String {
    let claims = error.challenge().map(|it| format!(", claims=\"{}\"", it.to_base64()));
    format!(
        "Bearer realm=\"\", authorization_uri=\"{}/{}/oauth2/v2.0/authorize\", error=\"{}\", \
         error_description=\"{}\"{}",
        tenant.base(),
        tenant.id(),
        error.oauth().as_str(),
        error.text(),
        claims.unwrap_or_default()
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::claims_request::AuthenticationContext;
    use crate::samples::tenant;
    use crate::web_challenge::Challenge;

    #[track_caller]
    fn check(header: Option<&str>, expected: Result<&str, Code>) {
        assert_eq!(token(header).map_err(|it| it.code()), expected, "{header:?}");
    }

    #[test]
    fn a_token_is_read_from_the_header() {
        check(Some("Bearer a.b-c_d"), Ok("a.b-c_d"));
        check(Some("bearer  a"), Ok("a"));
        for bad in
            ["Bearer", "Bearer ", "Basic a", "Bearer a b", "Bearer \"a\"", "a", "", "Bearer a,b"]
        {
            check(Some(bad), Err(Code::INVALID_TOKEN));
        }
        check(None, Err(Code::INVALID_TOKEN));
    }

    // CA-18
    #[test]
    fn a_step_up_is_asked_for_in_the_header() {
        let context = AuthenticationContext::parse("c1").unwrap();
        let error =
            Error::new(Code::INSUFFICIENT_CLAIMS).with_challenge(Challenge::Context(context));
        assert_eq!(error.status(), 401);
        let value = www_authenticate(&tenant(), &error);
        let claims = Challenge::Context(context).to_base64();
        assert!(value.starts_with("Bearer realm=\"\", authorization_uri=\"https://login.example/"));
        assert!(value.contains("error=\"insufficient_claims\""), "{value}");
        assert!(value.ends_with(&format!("claims=\"{claims}\"")), "{value}");
    }

    // OA-09
    #[test]
    fn a_refused_token_says_why_and_shows_nothing_of_it() {
        let value = www_authenticate(&tenant(), &refused(Refusal::WrongAlgorithm));
        assert!(value.contains("error=\"invalid_token\""), "{value}");
        assert!(value.contains("algorithm"), "{value}");
    }
}
