//! The request to the token endpoint (RFC 6749 §3.2), and the one to the device authorization
//! endpoint (RFC 8628 §3.1), which carries the same credentials.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::percent_decode_str;
use zeroize::Zeroizing;

use crate::authorize::ClientInfo;
use crate::claims_request::ClaimsRequest;
use crate::client::{Client, ClientId, GrantType};
use crate::client_assertion;
use crate::client_authentication::{Credential, Presented};
use crate::code::Code;
use crate::error::Error;
use crate::parameters::Parameters;
use crate::pkce::Verifier;
use crate::scope::Scopes;
use crate::secret::Secret;

/// The parts of an HTTP request that matter here. Its method was POST.
#[derive(Clone, Copy)]
pub struct Form<'a> {
    /// The header `Content-Type`.
    pub content_type: Option<&'a str>,
    /// The header `Authorization`.
    pub authorization: Option<&'a str>,
    /// The body.
    pub body: &'a [u8],
}

impl std::fmt::Debug for Form<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Form").field("content_type", &self.content_type).finish_non_exhaustive()
    }
}

/// What a client wants tokens for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Grant {
    /// A code from the authorize endpoint (RFC 6749 §4.1.3).
    AuthorizationCode {
        /// The code.
        code: Secret,
        /// The address that the code was sent to, to be compared with what the code was issued for.
        redirect_uri: Option<String>,
        /// The proof that the client asked for the code.
        verifier: Option<Verifier>,
        /// The scopes that the token is for, if fewer than the code's.
        scopes: Option<Scopes>,
    },
    /// A refresh token (RFC 6749 §6).
    RefreshToken {
        /// The token.
        token: Secret,
        /// The scopes that the new token is for.
        scopes: Option<Scopes>,
    },
    /// The client itself (RFC 6749 §4.4).
    ClientCredentials {
        /// What it wants to do.
        scopes: Scopes,
    },
    /// A person at another device (RFC 8628 §3.4).
    DeviceCode {
        /// The device code.
        code: Secret,
    },
}

impl Grant {
    /// Which one it is.
    pub fn kind(&self) -> GrantType {
        match self {
            Self::AuthorizationCode { .. } => GrantType::AuthorizationCode,
            Self::RefreshToken { .. } => GrantType::RefreshToken,
            Self::ClientCredentials { .. } => GrantType::ClientCredentials,
            Self::DeviceCode { .. } => GrantType::DeviceCode,
        }
    }

    /// Whether the client is registered for it.
    ///
    /// # Errors
    ///
    /// [`Code::GRANT_NOT_ALLOWED`].
    pub fn allowed(&self, client: &Client) -> Result<(), Error> {
        if client.grants.contains(&self.kind()) {
            Ok(())
        } else {
            Err(Error::new(Code::GRANT_NOT_ALLOWED))
        }
    }
}

/// A request for tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenRequest {
    /// Who asks, and what it shows.
    pub client: Presented,
    /// What for.
    pub grant: Grant,
    /// What the token is to have.
    pub claims: ClaimsRequest,
    /// Whether the answer is to carry `client_info`.
    pub client_info: ClientInfo,
}

impl TokenRequest {
    /// Reads a request.
    ///
    /// # Errors
    ///
    /// [`Code::MALFORMED_REQUEST`] for another body than a form, a repeated parameter, or credentials
    /// in both header and body; [`Code::MISSING_PARAMETER`]; [`Code::UNSUPPORTED_GRANT_TYPE`] for any
    /// other grant, passwords and implicit ones included; those of scopes, claims and verifiers.
    pub fn parse(form: Form<'_>) -> Result<Self, Error> {
        let parameters = decode(form)?;
        let grant = grant(&parameters)?;
        let claims = match parameters.one("claims")? {
            None => ClaimsRequest::default(),
            Some(text) => ClaimsRequest::parse(text)?,
        };
        Ok(Self {
            client: presented(&parameters, form.authorization)?,
            grant,
            claims,
            client_info: ClientInfo::parse(&parameters)?,
        })
    }
}

/// A request for a device code (RFC 8628 §3.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceRequest {
    /// Who asks, and what it shows.
    pub client: Presented,
    /// What for.
    pub scopes: Scopes,
    /// What the token is to have.
    pub claims: ClaimsRequest,
}

impl DeviceRequest {
    /// Reads a request.
    ///
    /// # Errors
    ///
    /// As [`TokenRequest::parse`].
    pub fn parse(form: Form<'_>) -> Result<Self, Error> {
        let parameters = decode(form)?;
        let claims = match parameters.one("claims")? {
            None => ClaimsRequest::default(),
            Some(text) => ClaimsRequest::parse(text)?,
        };
        Ok(Self {
            client: presented(&parameters, form.authorization)?,
            scopes: Scopes::parse(parameters.required("scope")?)?,
            claims,
        })
    }
}

fn decode(form: Form<'_>) -> Result<Parameters, Error> {
    let media_type = form.content_type.and_then(|it| it.split(';').next()).map(str::trim);
    let is_form =
        media_type.is_some_and(|it| it.eq_ignore_ascii_case("application/x-www-form-urlencoded"));
    if !is_form {
        return Err(Error::new(Code::MALFORMED_REQUEST)
            .saying("The body must be 'application/x-www-form-urlencoded'."));
    }
    let parameters = Parameters::decode(form.body);
    parameters.each_once()?;
    Ok(parameters)
}

fn grant(parameters: &Parameters) -> Result<Grant, Error> {
    let scopes = || parameters.one("scope")?.map(Scopes::parse).transpose();
    match parameters.required("grant_type")? {
        "authorization_code" => Ok(Grant::AuthorizationCode {
            code: Secret::presented(parameters.required("code")?),
            redirect_uri: parameters.one("redirect_uri")?.map(str::to_owned),
            verifier: parameters.one("code_verifier")?.map(Verifier::parse).transpose()?,
            scopes: scopes()?,
        }),
        "refresh_token" => Ok(Grant::RefreshToken {
            token: Secret::presented(parameters.required("refresh_token")?),
            scopes: scopes()?,
        }),
        "client_credentials" => {
            Ok(Grant::ClientCredentials { scopes: Scopes::parse(parameters.required("scope")?)? })
        }
        // The second name is from before RFC 8628 and still what MSAL for node sends.
        "urn:ietf:params:oauth:grant-type:device_code" | "device_code" => {
            Ok(Grant::DeviceCode { code: device_code(parameters)? })
        }
        _ => Err(Error::new(Code::UNSUPPORTED_GRANT_TYPE)),
    }
}

/// RFC 8628 calls it `device_code`, older clients `code`, and MSAL for Python sends both.
fn device_code(parameters: &Parameters) -> Result<Secret, Error> {
    match (parameters.one("device_code")?, parameters.one("code")?) {
        (Some(new), Some(old)) if new != old => Err(Error::new(Code::MALFORMED_REQUEST)
            .saying("The parameters 'device_code' and 'code' differ.")),
        (Some(code), _) | (None, Some(code)) => Ok(Secret::presented(code)),
        (None, None) => Err(Error::missing("device_code")),
    }
}

fn presented(parameters: &Parameters, authorization: Option<&str>) -> Result<Presented, Error> {
    let id = parameters.one("client_id")?.map(parse_id).transpose()?;
    let body = in_body(parameters)?;
    let header = authorization.map(in_header).transpose()?;
    match (header, body) {
        (Some(_), Some(_)) => Err(Error::new(Code::MALFORMED_REQUEST)
            .saying("The client must authenticate in the header or in the body, not in both.")),
        (Some((user, secret)), None) => match id {
            Some(id) if id != user => Err(Error::new(Code::MALFORMED_REQUEST)
                .saying("The client IDs of header and body differ.")),
            Some(_) | None => Ok(Presented { id: user, credential: Credential::Secret(secret) }),
        },
        (None, Some(credential)) => {
            let id = match (id, &credential) {
                (Some(id), _) => id,
                (None, Credential::Assertion(jwt)) => client_assertion::claimed(jwt.expose())?,
                (None, Credential::None | Credential::Secret(_)) => {
                    return Err(Error::missing("client_id"));
                }
            };
            Ok(Presented { id, credential })
        }
        (None, None) => {
            let id = id.ok_or_else(|| Error::missing("client_id"))?;
            Ok(Presented { id, credential: Credential::None })
        }
    }
}

fn parse_id(text: &str) -> Result<ClientId, Error> {
    ClientId::parse(text).ok_or_else(|| Error::new(Code::UNKNOWN_CLIENT))
}

/// `client_secret_post` or `private_key_jwt`.
fn in_body(parameters: &Parameters) -> Result<Option<Credential>, Error> {
    let secret = parameters.one("client_secret")?;
    let assertion = parameters.one("client_assertion")?;
    let kind = parameters.one("client_assertion_type")?;
    match (secret, assertion, kind) {
        (None, None, None) => Ok(None),
        (Some(secret), None, None) => Ok(Some(Credential::Secret(Secret::presented(secret)))),
        (None, Some(jwt), Some(client_assertion::TYPE)) => {
            Ok(Some(Credential::Assertion(Secret::presented(jwt))))
        }
        (None, Some(_), Some(_)) => Err(Error::invalid("client_assertion_type", "that of a JWT")),
        (None, Some(_), None) => Err(Error::missing("client_assertion_type")),
        (None, None, Some(_)) => Err(Error::missing("client_assertion")),
        (Some(_), _, _) => Err(Error::new(Code::MALFORMED_REQUEST)
            .saying("The client must send a secret or an assertion, not both.")),
    }
}

/// `client_secret_basic`: id and secret are form-encoded before they are joined (RFC 6749 §2.3.1).
fn in_header(authorization: &str) -> Result<(ClientId, Secret), Error> {
    let bad = || {
        Error::new(Code::WRONG_CLIENT_SECRET)
            .saying("The header 'Authorization' must be 'Basic' with client ID and secret.")
    };
    let (scheme, credentials) = authorization.split_once(' ').ok_or_else(bad)?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return Err(bad());
    }
    let bytes = Zeroizing::new(STANDARD.decode(credentials.trim()).map_err(|_| bad())?);
    let text = std::str::from_utf8(&bytes).map_err(|_| bad())?;
    let (id, secret) = text.split_once(':').ok_or_else(bad)?;
    let secret = form_decoded(secret).ok_or_else(bad)?;
    let id = form_decoded(id).ok_or_else(bad)?;
    if secret.is_empty() {
        return Err(bad());
    }
    Ok((ClientId::parse(&id).ok_or_else(bad)?, Secret::presented(&secret)))
}

fn form_decoded(text: &str) -> Option<Zeroizing<String>> {
    let spaced = Zeroizing::new(text.replace('+', " "));
    percent_decode_str(&spaced).decode_utf8().ok().map(|it| Zeroizing::new(it.into_owned()))
}

#[cfg(test)]
mod tests;
