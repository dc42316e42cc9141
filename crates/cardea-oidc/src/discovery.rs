//! Where everything is: the addresses of a tenant, and the document that lists them
//! (OpenID Connect Discovery 1.0 §3, RFC 8414).

use serde::Serialize;

use crate::client_assertion::AssertionAlgorithm;
use crate::keys::Algorithm;
use crate::scope::OpenIdScope;

/// A tenant's addresses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tenant {
    base: String,
    id: String,
}

impl Tenant {
    /// A tenant with its id, a GUID, at the public address of the server.
    pub fn new(base: &str, id: &str) -> Self {
        Self { base: base.trim_end_matches('/').to_owned(), id: id.to_ascii_lowercase() }
    }

    /// The public address of the server, without a slash at the end.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// The id, a GUID.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Who issues its tokens. It has the id, whatever name the client used in its addresses.
    pub fn issuer(&self) -> String {
        format!("{}/{}/v2.0", self.base, self.id)
    }

    /// The token endpoint by the tenant's id.
    pub fn token_endpoint(&self) -> String {
        self.endpoint(&self.id, "oauth2/v2.0/token")
    }

    /// What a client assertion may be for: the token endpoint, by the id or by the name that the
    /// client used in its address, or the issuer.
    pub fn assertion_audiences(&self, segment: &str) -> Vec<String> {
        let mut audiences =
            vec![self.token_endpoint(), self.endpoint(segment, "oauth2/v2.0/token")];
        audiences.push(self.issuer());
        audiences.dedup();
        audiences
    }

    /// The page on which people type user codes (RFC 8628 §3.3).
    pub fn verification_uri(&self) -> String {
        format!("{}/devicelogin", self.base)
    }

    /// An address under the tenant's name. The name was checked by whoever calls: it is the id or
    /// a domain of the tenant.
    fn endpoint(&self, segment: &str, path: &str) -> String {
        format!("{}/{segment}/{path}", self.base)
    }

    /// The document for a client that calls the tenant by this name.
    pub fn metadata(&self, segment: &str) -> Metadata {
        Metadata {
            issuer: self.issuer(),
            authorization_endpoint: self.endpoint(segment, "oauth2/v2.0/authorize"),
            token_endpoint: self.endpoint(segment, "oauth2/v2.0/token"),
            device_authorization_endpoint: self.endpoint(segment, "oauth2/v2.0/devicecode"),
            userinfo_endpoint: format!("{}/oidc/userinfo", self.base),
            end_session_endpoint: self.endpoint(segment, "oauth2/v2.0/logout"),
            jwks_uri: self.endpoint(segment, "discovery/v2.0/keys"),
            response_types_supported: &["code"],
            response_modes_supported: &["query", "fragment", "form_post"],
            grant_types_supported: &[
                "authorization_code",
                "refresh_token",
                "client_credentials",
                "urn:ietf:params:oauth:grant-type:device_code",
            ],
            scopes_supported: OpenIdScope::ALL.map(OpenIdScope::as_str),
            subject_types_supported: &["pairwise"],
            id_token_signing_alg_values_supported: Algorithm::ALL.map(Algorithm::as_str),
            token_endpoint_auth_methods_supported: &[
                "client_secret_post",
                "client_secret_basic",
                "private_key_jwt",
                "none",
            ],
            token_endpoint_auth_signing_alg_values_supported: AssertionAlgorithm::ALL
                .map(AssertionAlgorithm::as_str),
            code_challenge_methods_supported: &["S256"],
            prompt_values_supported: &["none", "login", "select_account", "consent", "create"],
            claims_supported: CLAIMS,
            claims_parameter_supported: Feature::Yes,
            request_parameter_supported: Feature::No,
            request_uri_parameter_supported: Feature::No,
            authorization_response_iss_parameter_supported: Feature::Yes,
            http_logout_supported: Feature::Yes,
            frontchannel_logout_supported: Feature::No,
        }
    }
}

const CLAIMS: &[&str] = &[
    "acr",
    "acrs",
    "amr",
    "aud",
    "auth_time",
    "email",
    "exp",
    "iat",
    "iss",
    "name",
    "nbf",
    "nonce",
    "oid",
    "preferred_username",
    "sid",
    "sub",
    "tid",
    "upn",
    "uti",
    "ver",
];

/// Whether a feature of the protocol is there; JSON's `true` and `false`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Feature {
    Yes,
    No,
}

impl Serialize for Feature {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_bool(*self == Self::Yes)
    }
}

/// The document, ready to be written as JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Metadata {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    device_authorization_endpoint: String,
    userinfo_endpoint: String,
    end_session_endpoint: String,
    jwks_uri: String,
    response_types_supported: &'static [&'static str],
    response_modes_supported: &'static [&'static str],
    grant_types_supported: &'static [&'static str],
    scopes_supported: [&'static str; 4],
    subject_types_supported: &'static [&'static str],
    id_token_signing_alg_values_supported: [&'static str; 2],
    token_endpoint_auth_methods_supported: &'static [&'static str],
    token_endpoint_auth_signing_alg_values_supported: [&'static str; 3],
    code_challenge_methods_supported: &'static [&'static str],
    prompt_values_supported: &'static [&'static str],
    claims_supported: &'static [&'static str],
    claims_parameter_supported: Feature,
    request_parameter_supported: Feature,
    request_uri_parameter_supported: Feature,
    authorization_response_iss_parameter_supported: Feature,
    http_logout_supported: Feature,
    frontchannel_logout_supported: Feature,
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::samples::TENANT;

    // OA-07
    #[test]
    fn the_issuer_is_the_same_whatever_name_the_client_uses() {
        let tenant = Tenant::new("https://login.example/", &TENANT.to_uppercase());
        for name in [TENANT, "example.com"] {
            let json: Value = serde_json::to_value(tenant.metadata(name)).unwrap();
            assert_eq!(json["issuer"], format!("https://login.example/{TENANT}/v2.0"));
            for (member, path) in [
                ("authorization_endpoint", "oauth2/v2.0/authorize"),
                ("token_endpoint", "oauth2/v2.0/token"),
                ("device_authorization_endpoint", "oauth2/v2.0/devicecode"),
                ("end_session_endpoint", "oauth2/v2.0/logout"),
                ("jwks_uri", "discovery/v2.0/keys"),
            ] {
                assert_eq!(json[member], format!("https://login.example/{name}/{path}"));
            }
        }
    }

    #[test]
    fn the_document_promises_what_there_is_and_nothing_else() {
        let tenant = Tenant::new("https://login.example", TENANT);
        let json = serde_json::to_value(tenant.metadata("example.com")).unwrap();
        for (member, value) in [
            ("userinfo_endpoint", json!("https://login.example/oidc/userinfo")),
            ("response_types_supported", json!(["code"])),
            ("response_modes_supported", json!(["query", "fragment", "form_post"])),
            ("subject_types_supported", json!(["pairwise"])),
            ("id_token_signing_alg_values_supported", json!(["RS256", "ES256"])),
            ("code_challenge_methods_supported", json!(["S256"])),
            ("claims_parameter_supported", json!(true)),
            ("request_parameter_supported", json!(false)),
            ("request_uri_parameter_supported", json!(false)),
            ("authorization_response_iss_parameter_supported", json!(true)),
        ] {
            assert_eq!(json[member], value, "{member}");
        }
        let text = json.to_string();
        for absent in ["implicit", "password", "plain", "HS256", "id_token\""] {
            assert!(!text.contains(absent), "{absent}");
        }
    }

    #[test]
    fn an_assertion_may_be_for_the_endpoint_by_either_name_or_for_the_issuer() {
        let tenant = Tenant::new("https://login.example", "t");
        assert_eq!(
            tenant.assertion_audiences("example.com"),
            [
                "https://login.example/t/oauth2/v2.0/token",
                "https://login.example/example.com/oauth2/v2.0/token",
                "https://login.example/t/v2.0",
            ]
        );
        assert_eq!(tenant.assertion_audiences("t").len(), 2);
    }
}
