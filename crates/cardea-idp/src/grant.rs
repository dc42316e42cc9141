//! What a person granted to an application: what codes, refresh tokens and device codes stand for.

use std::net::IpAddr;

use cardea_oidc::authorize;
use cardea_oidc::claims::{Acr, Amr, Proof};
use cardea_oidc::claims_request::ClaimsRequest;
use cardea_oidc::client::{ClientId, Platform};
use cardea_oidc::pkce::Challenge;
use cardea_oidc::scope::Scopes;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::shown::{Method, Shown};
use crate::visitor::Visitor;

/// What a person granted, and how they proved who they are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Grant {
    /// Names this grant and all tokens that come of it.
    pub family: String,
    /// To whom.
    pub client: ClientId,
    /// What kind of app the answer went to.
    pub platform: Platform,
    /// What.
    pub scopes: Scopes,
    /// By whom: an object id.
    pub person: String,
    /// What was shown.
    pub shown: Vec<Shown>,
    /// The name of the browser's session in tokens.
    pub sid: String,
    /// The hash of the browser's session, as text; empty where there is none.
    pub session: String,
    /// Ties everything that belongs together in the logs.
    pub correlation: String,
    /// How it came about.
    pub flow: Flow,
    /// Where the person was.
    pub from: From,
    /// What binds the code to whoever asked for it.
    pub challenge: Option<Challenge>,
    /// Where the code was sent.
    pub redirect_uri: String,
    /// What the ID token repeats.
    pub nonce: Option<String>,
    /// What the access token is to have.
    pub claims: ClaimsRequest,
    /// Whether answers carry `client_info`.
    pub client_info: authorize::ClientInfo,
}

/// How a grant came about. Everything that comes of it counts as that flow (protocol tracking).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Flow {
    /// In the browser of the person.
    Ordinary,
    /// By a code on another device.
    DeviceCode,
}

impl Flow {
    /// The flow as policies see it.
    pub fn in_policies(self) -> cardea_policy::conditions::flow::Flow {
        match self {
            Self::Ordinary => cardea_policy::conditions::flow::Flow::Ordinary,
            Self::DeviceCode => cardea_policy::conditions::flow::Flow::DeviceCode,
        }
    }
}

/// Where a person was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct From {
    /// The address, where it could be told.
    pub address: Option<IpAddr>,
    /// What the browser said of itself.
    pub user_agent: String,
}

impl From {
    /// Where a request came from.
    pub fn of(visitor: &Visitor) -> Self {
        Self { address: visitor.address, user_agent: visitor.user_agent.clone() }
    }

    /// The request's sender again.
    pub fn visitor(&self) -> Visitor {
        Visitor { address: self.address, user_agent: self.user_agent.clone() }
    }
}

impl Grant {
    /// Where the person is, when this application asks for tokens: an app on a device or in a
    /// browser is where the person is; a server is not, so its address and name say nothing, and
    /// what counts is where the person was when they signed in.
    pub fn whereabouts(&self, sender: &Visitor) -> Visitor {
        match self.platform {
            Platform::Web => self.from.visitor(),
            Platform::Spa | Platform::Native => sender.clone(),
        }
    }

    /// What tokens say of how the person proved who they are.
    pub fn proof(&self) -> Proof {
        Proof {
            amr: amr(&self.shown),
            acr: Acr::Authenticated,
            contexts: self.claims.contexts.iter().map(|(context, _)| *context).collect(),
            auth_time: self.shown.iter().map(|it| it.at).max().unwrap_or(Timestamp::UNIX_EPOCH),
            sid: self.sid.clone(),
        }
    }

    /// When what was shown ends: with the pass that was shown, if one was.
    pub fn ends(&self) -> Option<Timestamp> {
        ends(&self.shown)
    }
}

/// When a session ends that these opened: with a pass, if one is among them.
pub(crate) fn ends(shown: &[Shown]) -> Option<Timestamp> {
    let passes = shown.iter().filter_map(|shown| match shown.method {
        Method::Pass { ends, .. } => Some(ends),
        Method::Password | Method::Code { .. } | Method::Passkey { .. } => None,
    });
    passes.min()
}

/// Authentication method references (RFC 8176). A pass never claims more than one code.
fn amr(shown: &[Shown]) -> Vec<Amr> {
    let mut amr = Vec::new();
    for shown in shown {
        match shown.method {
            Method::Password => amr.push(Amr::Pwd),
            Method::Code { .. } | Method::Pass { .. } => amr.push(Amr::Otp),
            Method::Passkey { .. } => amr.extend([Amr::Fido, Amr::Mfa]),
        }
    }
    let has = |wanted: fn(&Method) -> bool| shown.iter().any(|shown| wanted(&shown.method));
    if has(|it| *it == Method::Password) && has(|it| matches!(it, Method::Code { .. })) {
        amr.push(Amr::Mfa);
    }
    amr.sort_unstable();
    amr.dedup();
    amr
}
