//! Applications of the directory as clients of the protocol.
//!
//! Source: Graph's `application`: `web`, `spa` and `publicClient` with their redirect URIs,
//! `isFallbackPublicClient`, `api.oauth2PermissionScopes`, `identifierUris`, `keyCredentials`.

use std::collections::{BTreeMap, BTreeSet};

use cardea_oidc::client::{Client, ClientId, GrantType, Kind, Platform, RedirectUri, WebUri};
use cardea_oidc::client_assertion::{AssertionAlgorithm, ClientKey};
use cardea_oidc::keys::Algorithm;
use cardea_policy::conditions::platform::Platform as Claimed;
use cardea_policy::id::Aaguid;
use cardea_policy::well_known;
use serde::Deserialize;

use crate::admin::permission::{self, Permission};

/// The Authenticator app, a public client that every tenant has. It has no address and no secret, and
/// nothing but its own sign-in; an application with this id is none of the directory's.
pub(crate) const AUTHENTICATOR: &str = "0f3c1ba4-7c52-4c0f-9d3c-2a1d6f6b8e70";
/// What the log calls it.
pub(crate) const AUTHENTICATOR_NAME: &str = "Cardea Authenticator";

/// The model that it is on a platform.
pub(crate) fn authenticator_model(platform: Claimed) -> Aaguid {
    match platform {
        Claimed::Android => Aaguid::CARDEA_ANDROID,
        Claimed::Ios => Aaguid::CARDEA_IOS,
        Claimed::Windows
        | Claimed::WindowsPhone
        | Claimed::MacOs
        | Claimed::Linux
        | Claimed::Unknown => Aaguid::CARDEA_COMPUTER,
    }
}

/// What is read of an application. Whatever else it has stays in its object.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Application {
    app_id: String,
    display_name: String,
    identifier_uris: Vec<String>,
    is_fallback_public_client: Option<bool>,
    web: Option<Addresses>,
    spa: Option<Addresses>,
    public_client: Option<Addresses>,
    api: Option<Api>,
    key_credentials: Vec<KeyCredential>,
    password_credentials: Vec<serde_json::Value>,
    access_token_signing_algorithm: Option<String>,
    required_resource_access: Vec<RequiredAccess>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct RequiredAccess {
    resource_app_id: String,
    resource_access: Vec<Access>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Access {
    id: String,
    r#type: String,
}

/// The permissions of Graph that an application was registered with. What is not declared is not
/// given, but for the person's own account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Declared {
    for_person: Vec<&'static Permission>,
    for_itself: Vec<&'static Permission>,
}

impl Declared {
    /// No permission at all.
    pub const NONE: Self = Self { for_person: Vec::new(), for_itself: Vec::new() };

    /// Where it acts for a person.
    pub fn for_person(&self) -> impl Iterator<Item = &'static Permission> {
        let own = Permission::named("User.Read");
        let declared = self.for_person.iter().copied();
        declared.chain(own.filter(|own| !self.for_person.contains(own)))
    }

    /// Where it acts for itself.
    pub fn for_itself(&self) -> impl Iterator<Item = &'static Permission> {
        self.for_itself.iter().copied()
    }

    /// Those of an application object. What cannot be read declares nothing.
    pub fn of(json: &str) -> Self {
        let application: Application = serde_json::from_str(json).unwrap_or_default();
        application.declared()
    }
}

impl Application {
    fn declared(&self) -> Declared {
        let of_graph = self
            .required_resource_access
            .iter()
            .filter(|it| it.resource_app_id.eq_ignore_ascii_case(well_known::MICROSOFT_GRAPH))
            .flat_map(|it| &it.resource_access);
        let mut declared = Declared::default();
        for access in of_graph {
            let same = |id: Option<&str>| id.is_some_and(|id| id.eq_ignore_ascii_case(&access.id));
            let found = |id: fn(&Permission) -> Option<&'static str>| {
                permission::ALL.iter().find(|it| same(id(it)))
            };
            match access.r#type.as_str() {
                "Scope" => declared.for_person.extend(found(|it| it.delegated)),
                "Role" => declared.for_itself.extend(found(|it| it.application)),
                _ => {}
            }
        }
        declared
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Addresses {
    redirect_uris: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Api {
    oauth2_permission_scopes: Vec<PermissionScope>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct PermissionScope {
    value: Option<String>,
    is_enabled: Option<bool>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct KeyCredential {
    /// PEM of a public key or certificate, as this product keeps it; Graph has DER in Base64.
    key: Option<String>,
    usage: Option<String>,
}

/// An application that cannot be a client, or only in part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unusable {
    /// Its name or id.
    pub application: String,
    /// What of it, and why.
    pub reason: String,
}

/// The clients among application objects, with what could not be used of them. An address that
/// cannot be registered is left out, so that nobody is sent there.
pub(crate) fn clients<'a>(
    applications: impl Iterator<Item = &'a str>,
) -> (BTreeMap<ClientId, Client>, Vec<Unusable>) {
    let (mut clients, mut unusable) = (BTreeMap::new(), Vec::new());
    for json in applications {
        match serde_json::from_str::<Application>(json) {
            Ok(application) => match ClientId::parse(&application.app_id) {
                Some(id) if id.as_str() == AUTHENTICATOR => unusable.push(Unusable {
                    application: application.display_name,
                    reason: format!("its appId is that of {AUTHENTICATOR_NAME}"),
                }),
                Some(id) => {
                    let client = client(id.clone(), application, &mut unusable);
                    clients.insert(id, client);
                }
                None => unusable.push(Unusable {
                    application: application.display_name,
                    reason: String::from("it has no appId"),
                }),
            },
            Err(error) => unusable.push(Unusable {
                application: String::from("an application"),
                reason: error.to_string(),
            }),
        }
    }
    (clients, unusable)
}

fn client(id: ClientId, application: Application, unusable: &mut Vec<Unusable>) -> Client {
    let confidential =
        !application.password_credentials.is_empty() || !application.key_credentials.is_empty();
    let kind = if confidential { Kind::Confidential } else { Kind::Public };
    let mut redirect_uris = Vec::new();
    let mut refuse = |what: &str, reason: String| {
        unusable.push(Unusable {
            application: application.display_name.clone(),
            reason: format!("`{what}`: {reason}"),
        });
    };
    let lists = [
        (Platform::Web, &application.web),
        (Platform::Spa, &application.spa),
        (Platform::Native, &application.public_client),
    ];
    for (platform, addresses) in lists {
        for uri in addresses.iter().flat_map(|addresses| &addresses.redirect_uris) {
            match RedirectUri::register(uri, platform) {
                Ok(uri) => redirect_uris.push(uri),
                Err(problem) => refuse(uri, problem.to_string()),
            }
        }
    }
    let mut keys = Vec::new();
    for credential in &application.key_credentials {
        if credential.usage.as_deref().is_some_and(|usage| !usage.eq_ignore_ascii_case("verify")) {
            continue;
        }
        let text = credential.key.as_deref().unwrap_or_default();
        // Graph says no algorithm, and MSAL signs with either of those of RSA.
        let known = keys.len();
        let fitting = AssertionAlgorithm::ALL.into_iter();
        keys.extend(fitting.filter_map(|it| ClientKey::register(it, text).ok()));
        if keys.len() == known {
            refuse("keyCredentials", String::from("no public key that assertions can have"));
        }
    }
    let addresses = redirect_uris.iter().filter(|uri| uri.platform() == Platform::Web);
    let post_logout_uris = addresses.filter_map(|uri| WebUri::register(uri.uri()).ok()).collect();
    let scopes = application.api.into_iter().flat_map(|api| api.oauth2_permission_scopes);
    let scopes = scopes.filter(|scope| scope.is_enabled != Some(false));
    Client {
        grants: grants(kind, application.is_fallback_public_client, &redirect_uris),
        name: application.display_name,
        kind,
        post_logout_uris,
        redirect_uris,
        identifier_uris: application.identifier_uris,
        exposed_scopes: scopes.filter_map(|scope| scope.value).collect(),
        signing: match application.access_token_signing_algorithm.as_deref() {
            Some("ES256") => Algorithm::Es256,
            Some(_) | None => Algorithm::Rs256,
        },
        secrets: Vec::new(),
        keys,
        id,
    }
}

/// What a client may send to the token endpoint: codes where it has an address for them, its own
/// name where it has a credential, device codes where it says that it is a public client.
fn grants(kind: Kind, fallback: Option<bool>, uris: &[RedirectUri]) -> BTreeSet<GrantType> {
    let mut grants = BTreeSet::new();
    if !uris.is_empty() {
        grants.extend([GrantType::AuthorizationCode, GrantType::RefreshToken]);
    }
    if kind == Kind::Confidential {
        grants.insert(GrantType::ClientCredentials);
    }
    if fallback == Some(true) {
        grants.extend([GrantType::DeviceCode, GrantType::RefreshToken]);
    }
    grants
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_application_with_the_id_of_authenticator_is_no_client() {
        let application = |id: &str| {
            let addresses = r#""publicClient":{"redirectUris":["http://localhost"]}"#;
            format!(r#"{{"appId":"{id}","displayName":"Twin",{addresses}}}"#)
        };
        let twin = application(&AUTHENTICATOR.to_uppercase());
        let other = application("11111111-2222-4333-8444-555555555555");
        let (clients, unusable) = clients([twin.as_str(), other.as_str()].into_iter());
        assert_eq!(clients.len(), 1);
        let [refused] = &unusable[..] else { panic!("{unusable:?}") };
        assert_eq!(refused.application, "Twin");
        assert!(refused.reason.contains("Cardea Authenticator"), "{}", refused.reason);
    }
}
