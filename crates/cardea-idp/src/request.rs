//! What a request of the protocol asks of policies.
//!
//! Source: Entra, *Targeting resources*: policies look at the resource of each token. A
//! confidential client is itself a target where it asks for an ID token. Baseline scopes of Graph
//! count as the directory, or as the tenant says.

use std::collections::BTreeSet;

use cardea_oidc::claims_request::ClaimsRequest;
use cardea_oidc::client::{Client, Kind};
use cardea_oidc::code::Code;
use cardea_oidc::error::Error;
use cardea_oidc::scope::{GRAPH, OpenIdScope, Permissions, Scopes};
use cardea_policy::conditions::target::{BaselineScopes, Request, Scopes as Extent};
use cardea_policy::id::{AppId, ContextId};
use cardea_policy::well_known;

use crate::snapshot::Snapshot;

/// Permissions of Graph that count as baseline scopes.
const BASELINE: [&str; 2] = ["User.Read", "People.Read"];

/// The resource that a token is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Resource {
    /// Nothing but who the person is: the token opens the userinfo endpoint.
    UserInfo,
    /// Graph, also by its client id.
    Graph,
    /// A registered application.
    App(AppId),
}

impl Resource {
    /// The resource that the scopes name.
    ///
    /// # Errors
    /// [`Code::UNKNOWN_RESOURCE`].
    pub(crate) fn of(snapshot: &Snapshot, scopes: &Scopes) -> Result<Self, Error> {
        let Some(asked) = &scopes.resource else { return Ok(Self::UserInfo) };
        let name = asked.resource.as_str();
        if name == GRAPH || name.eq_ignore_ascii_case(well_known::MICROSOFT_GRAPH) {
            return Ok(Self::Graph);
        }
        let known = snapshot.clients.values().find(|client| client.is_resource(name));
        if let Some(client) = known {
            return Ok(Self::App(AppId::new(client.id.as_str())));
        }
        let named = AppId::new(name);
        let known = snapshot.tenant().apps.iter().any(|app| app.id == named);
        known.then_some(Self::App(named)).ok_or_else(|| Error::new(Code::UNKNOWN_RESOURCE))
    }

    /// The audience of its tokens.
    pub(crate) fn audience(&self) -> &str {
        match self {
            Self::UserInfo | Self::Graph => GRAPH,
            Self::App(app) => app.as_str(),
        }
    }
}

/// What policies are asked about a token for the client with these scopes.
///
/// # Errors
/// The resource is not known.
pub(crate) fn of(
    snapshot: &Snapshot,
    client: &Client,
    scopes: &Scopes,
    claims: &ClaimsRequest,
) -> Result<Request, Error> {
    let tenant = snapshot.tenant();
    let mut apps: BTreeSet<AppId> = BTreeSet::new();
    if client.kind == Kind::Confidential && scopes.has(OpenIdScope::Openid) {
        apps.insert(AppId::new(client.id.as_str()));
    }
    let mut extent = Extent::Beyond;
    match Resource::of(snapshot, scopes)? {
        Resource::App(app) => {
            apps.insert(app);
        }
        Resource::Graph if !is_baseline(scopes) => {
            apps.insert(AppId::new(well_known::MICROSOFT_GRAPH));
        }
        Resource::Graph | Resource::UserInfo => match &tenant.settings.baseline_scopes {
            BaselineScopes::Directory => {
                apps.insert(well_known::windows_azure_ad());
            }
            BaselineScopes::App(app) => {
                apps.insert(app.clone());
            }
            BaselineScopes::Legacy if apps.is_empty() => {
                extent = Extent::Baseline;
                apps.insert(AppId::new(well_known::MICROSOFT_GRAPH));
            }
            BaselineScopes::Legacy => {}
        },
    }
    let contexts = claims.contexts.iter().map(|(context, _)| ContextId::new(&context.to_string()));
    Ok(Request {
        audiences: apps.iter().map(|app| tenant.resource(app)).collect(),
        action: None,
        contexts: contexts.collect(),
        scopes: extent,
    })
}

fn is_baseline(scopes: &Scopes) -> bool {
    scopes.resource.as_ref().is_none_or(|asked| match &asked.permissions {
        Permissions::Default => false,
        Permissions::Named(names) => names.iter().all(|name| BASELINE.contains(&name.as_str())),
    })
}
