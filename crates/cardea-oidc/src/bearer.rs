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
    let mut value = format!(
        "Bearer realm=\"\", authorization_uri=\"{}/{}/oauth2/v2.0/authorize\", error=\"{}\", \
         error_description=\"{}\"",
        tenant.base(),
        tenant.id(),
        error.oauth().as_str(),
        error.text()
    );
    if let Some(challenge) = error.challenge() {
        value.push_str(&format!(", claims=\"{}\"", challenge.to_base64()));
    }
    value
}
