//! The request to the authorize endpoint (RFC 6749 §4.1.1, OpenID Connect Core §3.1.2.1).
//!
//! It is read in two stages. Until it is known that the address for the answer belongs to the
//! application, an error can only be shown to the person; afterwards it is sent to the application.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::claims_request::ClaimsRequest;
use crate::client::{Client, ClientId, GrantType, Kind, Platform, RedirectUri};
use crate::code::Code;
use crate::error::Error;
use crate::parameters::Parameters;
use crate::pkce::Challenge;
use crate::redirect;
use crate::scope::{OpenIdScope, Scopes};

/// The longest `state` and `nonce` that are carried around, in bytes.
const LONGEST_STATE: usize = 2048;
/// The longest hint, in bytes.
const LONGEST_HINT: usize = 1024;

/// How the answer travels (OAuth 2.0 Multiple Response Types §2.1, Form Post Response Mode).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResponseMode {
    /// In the query of the address.
    Query,
    /// In its fragment.
    Fragment,
    /// In a form that the browser posts there.
    FormPost,
}

impl ResponseMode {
    fn parse(text: &str) -> Option<Self> {
        match text {
            "query" => Some(Self::Query),
            "fragment" => Some(Self::Fragment),
            "form_post" => Some(Self::FormPost),
            _ => None,
        }
    }
}

/// The client that a request is about; it may not exist.
///
/// # Errors
///
/// Errors to be shown: `client_id` is missing, repeated, or no id.
pub fn client_id(parameters: &Parameters) -> Result<ClientId, Error> {
    let text = parameters.required("client_id")?;
    ClientId::parse(text).ok_or_else(|| Error::new(Code::UNKNOWN_CLIENT))
}

/// Where the answer goes, and how. Only [`Address::parse`] makes one, after it found the address
/// among those that are registered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Address {
    client: ClientId,
    uri: String,
    platform: Platform,
    mode: ResponseMode,
    state: Option<String>,
}

impl Address {
    /// The first stage: client and redirect URI, of which every error must be shown and none be
    /// redirected. A response mode or state that is no good is passed over here and refused by the
    /// second stage, which then can tell the application.
    ///
    /// # Errors
    ///
    /// [`Code::UNKNOWN_CLIENT`] if the request is for another client, [`Code::NO_REDIRECT_URI`],
    /// [`Code::REDIRECT_URI_MISMATCH`], [`Code::MALFORMED_REQUEST`] if either is there twice.
    pub fn parse(parameters: &Parameters, client: &Client) -> Result<Self, Error> {
        if client_id(parameters)? != client.id {
            return Err(Error::new(Code::UNKNOWN_CLIENT));
        }
        let asked =
            parameters.one("redirect_uri")?.ok_or_else(|| Error::new(Code::NO_REDIRECT_URI))?;
        let platform = redirect::registered(&client.redirect_uris, asked)
            .map(RedirectUri::platform)
            .ok_or_else(|| Error::new(Code::REDIRECT_URI_MISMATCH))?;
        let mode = parameters.one("response_mode").ok().flatten().and_then(ResponseMode::parse);
        let state = parameters.one("state").ok().flatten();
        Ok(Self {
            client: client.id.clone(),
            uri: asked.to_owned(),
            platform,
            mode: mode.unwrap_or(ResponseMode::Query),
            state: state.filter(|it| it.len() <= LONGEST_STATE).map(str::to_owned),
        })
    }

    /// The application that gets the answer.
    pub fn client(&self) -> &ClientId {
        &self.client
    }

    /// The address as the request has it, which differs from the registered one at most in the port.
    pub fn uri(&self) -> &str {
        &self.uri
    }

    /// What kind of app is there.
    pub fn platform(&self) -> Platform {
        self.platform
    }

    /// How the answer travels.
    pub fn mode(&self) -> ResponseMode {
        self.mode
    }

    /// What the application wants back unchanged.
    pub fn state(&self) -> Option<&str> {
        self.state.as_deref()
    }
}

/// What the application wants the person to be asked for (OpenID Connect Core §3.1.2.1; `create`
/// from Initiating User Registration 1.0).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Prompt {
    /// Nothing: the answer is there at once, or an error.
    None,
    /// To prove again who they are.
    Login,
    /// Which account.
    SelectAccount,
    /// For consent.
    Consent,
    /// To register.
    Create,
}

impl Prompt {
    fn parse(text: &str) -> Option<Self> {
        match text {
            "none" => Some(Self::None),
            "login" => Some(Self::Login),
            "select_account" => Some(Self::SelectAccount),
            "consent" => Some(Self::Consent),
            "create" => Some(Self::Create),
            _ => None,
        }
    }
}

/// Whether an answer is to carry `client_info`, as MSAL asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClientInfo {
    /// Yes.
    Wanted,
    /// No.
    NotWanted,
}

impl ClientInfo {
    /// Reads `client_info`.
    pub(crate) fn parse(parameters: &Parameters) -> Result<Self, Error> {
        Ok(match parameters.one("client_info")? {
            Some("1" | "true") => Self::Wanted,
            Some(_) | None => Self::NotWanted,
        })
    }
}

/// A request that makes sense. Whether the person may have what it asks for is for others to say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// Where the answer goes.
    pub address: Address,
    /// What is asked for.
    pub scopes: Scopes,
    /// What binds the code to whoever asked.
    pub challenge: Option<Challenge>,
    /// What the ID token is to repeat.
    pub nonce: Option<String>,
    /// What the person is to be asked for; [`Prompt::None`] stands alone.
    pub prompts: BTreeSet<Prompt>,
    /// How old the person's last proof may be, in seconds.
    pub max_age: Option<u32>,
    /// The name that the person probably has.
    pub login_hint: Option<String>,
    /// The domain that the person probably is of.
    pub domain_hint: Option<String>,
    /// The session that the application means.
    pub sid: Option<String>,
    /// Authentication contexts, capabilities, and how new the token must be.
    pub claims: ClaimsRequest,
    /// An ID token of the person that the application means. It is not verified yet.
    pub id_token_hint: Option<String>,
    /// The languages of the pages, the best first.
    pub ui_locales: Vec<String>,
    /// Whether the answer is to carry `client_info`.
    pub client_info: ClientInfo,
}

impl Request {
    /// The second stage: everything else. Errors go to the address.
    ///
    /// # Errors
    ///
    /// [`Code::MALFORMED_REQUEST`] for a repeated parameter, [`Code::REQUEST_OBJECT`],
    /// [`Code::REQUEST_ADDRESS`], [`Code::UNSUPPORTED_RESPONSE_TYPE`],
    /// [`Code::UNSUPPORTED_RESPONSE_MODE`], [`Code::GRANT_NOT_ALLOWED`], [`Code::BAD_CHALLENGE`],
    /// [`Code::PLAIN_CHALLENGE`], those of [`Scopes`] and [`ClaimsRequest`], and
    /// [`Code::INVALID_PARAMETER`] for the rest.
    pub fn parse(
        parameters: &Parameters,
        client: &Client,
        address: Address,
    ) -> Result<Self, Error> {
        parameters.each_once()?;
        refuse_unsupported(parameters, client)?;
        let challenge = challenge(parameters, client, &address)?;
        let scopes = Scopes::parse(parameters.required("scope")?)?;
        if scopes.openid.is_empty() && scopes.resource.is_none() {
            return Err(Error::missing("scope"));
        }
        limited(parameters, "state", LONGEST_STATE)?;
        Ok(Self {
            scopes,
            challenge,
            nonce: limited(parameters, "nonce", LONGEST_STATE)?,
            prompts: prompts(parameters)?,
            max_age: max_age(parameters)?,
            login_hint: limited(parameters, "login_hint", LONGEST_HINT)?,
            domain_hint: limited(parameters, "domain_hint", LONGEST_HINT)?,
            sid: limited(parameters, "sid", LONGEST_HINT)?,
            claims: claims(parameters)?,
            id_token_hint: limited(parameters, "id_token_hint", 16 * 1024)?,
            ui_locales: ui_locales(parameters)?,
            client_info: ClientInfo::parse(parameters)?,
            address,
        })
    }

    /// Whether an ID token is asked for.
    pub fn wants_id_token(&self) -> bool {
        self.scopes.has(OpenIdScope::Openid)
    }
}

fn refuse_unsupported(parameters: &Parameters, client: &Client) -> Result<(), Error> {
    if parameters.one("request")?.is_some() {
        return Err(Error::new(Code::REQUEST_OBJECT));
    }
    if parameters.one("request_uri")?.is_some() {
        return Err(Error::new(Code::REQUEST_ADDRESS));
    }
    if parameters.required("response_type")? != "code" {
        return Err(Error::new(Code::UNSUPPORTED_RESPONSE_TYPE));
    }
    if let Some(mode) = parameters.one("response_mode")?
        && ResponseMode::parse(mode).is_none()
    {
        return Err(Error::new(Code::UNSUPPORTED_RESPONSE_MODE));
    }
    if !client.grants.contains(&GrantType::AuthorizationCode) {
        return Err(Error::new(Code::GRANT_NOT_ALLOWED));
    }
    Ok(())
}

/// PKCE is a must for whoever has no credential at the token endpoint.
fn challenge(
    parameters: &Parameters,
    client: &Client,
    address: &Address,
) -> Result<Option<Challenge>, Error> {
    let method = parameters.one("code_challenge_method")?;
    let challenge = Challenge::parse(parameters.one("code_challenge")?, method)?;
    match (&challenge, client.kind, address.platform) {
        (Some(_), _, _) | (None, Kind::Confidential, Platform::Web) => Ok(challenge),
        (None, Kind::Public, _) | (None, Kind::Confidential, Platform::Spa | Platform::Native) => {
            Err(Error::new(Code::BAD_CHALLENGE).saying(
                "The application has no secret, so the request must have a code challenge.",
            ))
        }
    }
}

fn limited(parameters: &Parameters, name: &str, most: usize) -> Result<Option<String>, Error> {
    match parameters.one(name)? {
        Some(value) if value.len() > most => {
            Err(Error::invalid(name, &format!("at most {most} bytes long")))
        }
        value => Ok(value.map(str::to_owned)),
    }
}

fn prompts(parameters: &Parameters) -> Result<BTreeSet<Prompt>, Error> {
    let text = parameters.one("prompt")?.unwrap_or_default();
    let words = text.split(' ').filter(|it| !it.is_empty());
    let prompts: BTreeSet<Prompt> = words
        .map(|word| Prompt::parse(word).ok_or(word))
        .collect::<Result<_, _>>()
        .map_err(|_| {
            Error::invalid("prompt", "of 'none', 'login', 'select_account', 'consent', 'create'")
        })?;
    if prompts.contains(&Prompt::None) && prompts.len() > 1 {
        return Err(Error::invalid("prompt", "'none' alone, or without 'none'"));
    }
    Ok(prompts)
}

fn max_age(parameters: &Parameters) -> Result<Option<u32>, Error> {
    let digits = |text: &str| text.bytes().all(|it| it.is_ascii_digit());
    match parameters.one("max_age")? {
        None => Ok(None),
        Some(text) => {
            text.parse().ok().filter(|_| digits(text)).map(Some).ok_or_else(|| {
                Error::invalid("max_age", "a number of seconds from 0 to 4294967295")
            })
        }
    }
}

fn claims(parameters: &Parameters) -> Result<ClaimsRequest, Error> {
    let mut claims = match parameters.one("claims")? {
        None => ClaimsRequest::default(),
        Some(text) => ClaimsRequest::parse(text)?,
    };
    if let Some(values) = limited(parameters, "acr_values", LONGEST_HINT)? {
        claims.add_acr_values(&values);
    }
    Ok(claims)
}

/// Languages that are none are passed over: they are a wish (OpenID Connect Core §3.1.2.1).
fn ui_locales(parameters: &Parameters) -> Result<Vec<String>, Error> {
    let text = limited(parameters, "ui_locales", LONGEST_HINT)?.unwrap_or_default();
    let is_tag = |it: &&str| {
        (2..=35).contains(&it.len())
            && it.bytes().all(|letter| letter.is_ascii_alphanumeric() || letter == b'-')
    };
    Ok(text.split(' ').filter(is_tag).map(str::to_owned).collect())
}

#[cfg(test)]
mod tests;
