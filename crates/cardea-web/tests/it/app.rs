//! Applications, and what they send to the endpoints of the protocol.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::authenticator::sha256;
use crate::tenant::TENANT;

/// The proof that whoever has a code asked for it.
pub(crate) const VERIFIER: &str = "a-verifier-of-forty-three-characters-0123456";

/// The applications of every tenant here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum App {
    /// On a server, with a secret.
    Web,
    /// In a browser.
    Spa,
    /// On a device.
    Native,
    /// Exposes permissions.
    Api,
    /// A program that signs assertions.
    Daemon,
}

impl App {
    pub(crate) const ALL: [Self; 5] = [Self::Web, Self::Spa, Self::Native, Self::Api, Self::Daemon];

    pub(crate) fn id(self) -> &'static str {
        match self {
            Self::Web => "a0000000-0000-4000-8000-000000000001",
            Self::Spa => "a0000000-0000-4000-8000-000000000002",
            Self::Native => "a0000000-0000-4000-8000-000000000003",
            Self::Api => "a0000000-0000-4000-8000-000000000004",
            Self::Daemon => "a0000000-0000-4000-8000-000000000005",
        }
    }

    pub(crate) fn redirect(self) -> &'static str {
        match self {
            Self::Web => "https://app.contoso.example/callback",
            Self::Spa => "https://spa.contoso.example/done",
            Self::Native => "http://localhost",
            Self::Api | Self::Daemon => "https://none.contoso.example/",
        }
    }

    pub(crate) fn secret(self) -> Option<&'static str> {
        match self {
            Self::Web => Some("web-secret-that-nobody-guesses-0123456789"),
            Self::Spa | Self::Native | Self::Api | Self::Daemon => None,
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Web => "Hours",
            Self::Spa => "Board",
            Self::Native => "Terminal",
            Self::Api => "Orders",
            Self::Daemon => "Nightly",
        }
    }

    pub(crate) fn json(self) -> Value {
        let mut app = json!({
            "@odata.type": "#microsoft.graph.application",
            "id": crate::tenant::id("application", self.name()),
            "appId": self.id(), "displayName": self.name(), "identifierUris": [],
        });
        let addresses = json!({ "redirectUris": [self.redirect()] });
        match self {
            Self::Web => {
                app["web"] = addresses;
                app["passwordCredentials"] = json!([{ "displayName": "test" }]);
            }
            Self::Spa => app["spa"] = addresses,
            Self::Native => {
                app["publicClient"] = addresses;
                app["isFallbackPublicClient"] = json!(true);
            }
            Self::Api => {
                app["identifierUris"] = json!(["api://orders"]);
                app["api"] = json!({ "oauth2PermissionScopes": [
                    { "value": "Orders.Read", "isEnabled": true },
                    { "value": "Orders.Write", "isEnabled": true },
                ] });
            }
            Self::Daemon => {
                app["keyCredentials"] =
                    json!([{ "usage": "Verify", "key": crate::assertion::public_key() }]);
            }
        }
        app
    }

    /// The path of an authorize request. `changes` replace parameters or add some; an empty value
    /// takes one away.
    pub(crate) fn request(self, changes: &[(&str, &str)]) -> String {
        let challenge = URL_SAFE_NO_PAD.encode(sha256(VERIFIER.as_bytes()));
        let mut parameters = vec![
            ("client_id", self.id()),
            ("redirect_uri", self.redirect()),
            ("response_type", "code"),
            ("scope", "openid profile offline_access User.Read"),
            ("state", "state-1"),
            ("nonce", "nonce-1"),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ];
        for (name, value) in changes {
            parameters.retain(|(known, _)| known != name);
            if !value.is_empty() {
                parameters.push((name, value));
            }
        }
        format!("/{TENANT}/oauth2/v2.0/authorize?{}", encoded(&parameters))
    }

    /// What the application posts to redeem a code.
    pub(crate) fn redemption(self, code: &str) -> Vec<(&str, &str)> {
        let mut form = vec![
            ("grant_type", "authorization_code"),
            ("client_id", self.id()),
            ("code", code),
            ("redirect_uri", self.redirect()),
            ("code_verifier", VERIFIER),
        ];
        form.extend(self.secret().map(|secret| ("client_secret", secret)));
        form
    }

    /// What it posts to get new tokens.
    pub(crate) fn refresh(self, token: &str) -> Vec<(&str, &str)> {
        let mut form = vec![
            ("grant_type", "refresh_token"),
            ("client_id", self.id()),
            ("refresh_token", token),
        ];
        form.extend(self.secret().map(|secret| ("client_secret", secret)));
        form
    }
}

pub(crate) fn encoded(parameters: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish()
}

/// The claims of a token, unverified: it came from the tenant itself.
pub(crate) fn claims(token: &str) -> Value {
    let body = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(body).unwrap()).unwrap()
}
