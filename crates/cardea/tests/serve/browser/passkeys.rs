//! Authenticators that exist in the browser only (WebAuthn Level 3, §11 "User Agent Automation").

use axum::http::Method;
use serde::Deserialize;
use serde_json::{Value, json};

use super::Browser;

/// How the authenticator is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Transport {
    /// Built into the device, as Windows Hello or a phone's own.
    Internal,
    /// A security key that is plugged in.
    Usb,
    /// A phone beside the computer.
    Hybrid,
}

/// What the person does when the authenticator asks for a face, a finger or a PIN.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum UserVerification {
    /// They pass.
    Succeeds,
    /// They do not.
    Fails,
}

/// An authenticator that is present. It keeps discoverable credentials and can verify its user.
#[derive(Debug)]
pub(crate) struct Authenticator {
    id: String,
}

/// A passkey inside a virtual authenticator. Binary values are base64url.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Credential {
    /// The id by which the tenant knows it.
    #[serde(rename = "credentialId")]
    pub(crate) id: String,
    /// Whether the authenticator finds it without being told its id.
    #[serde(rename = "isResidentCredential")]
    pub(crate) discoverable: bool,
    /// The relying party.
    pub(crate) rp_id: Option<String>,
    /// The tenant's handle of the person.
    pub(crate) user_handle: Option<String>,
    /// The signature counter.
    pub(crate) sign_count: u64,
}

impl Browser {
    /// Plugs an authenticator in, with a person beside it who touches it and passes.
    pub(crate) async fn plug_in(&self, transport: Transport) -> Authenticator {
        self.authenticator(transport, "isUserConsenting").await
    }

    /// Plugs an authenticator in that nobody touches, so that it waits.
    pub(crate) async fn plug_in_untouched(&self, transport: Transport) -> Authenticator {
        self.authenticator(transport, "").await
    }

    /// An authenticator; its user consents, if the name of that setting is given.
    async fn authenticator(&self, transport: Transport, consents: &str) -> Authenticator {
        let transport = match transport {
            Transport::Internal => "internal",
            Transport::Usb => "usb",
            Transport::Hybrid => "hybrid",
        };
        let model = json!({
            "protocol": "ctap2",
            "transport": transport,
            "hasResidentKey": true,
            "hasUserVerification": true,
            "isUserConsenting": !consents.is_empty(),
            "isUserVerified": true,
        });
        let id = self.wire(Method::POST, "webauthn/authenticator", Some(model)).await;
        Authenticator { id: id.as_str().expect("an id").to_owned() }
    }

    /// Takes the authenticator away, with all its passkeys.
    pub(crate) async fn unplug(&self, authenticator: Authenticator) {
        self.of(&authenticator, Method::DELETE, "", None).await;
    }

    /// The passkeys that the authenticator keeps.
    pub(crate) async fn credentials(&self, authenticator: &Authenticator) -> Vec<Credential> {
        let list = self.of(authenticator, Method::GET, "/credentials", None).await;
        serde_json::from_value(list).expect("a list of credentials")
    }

    /// Puts the passkeys of an authenticator at another browser into this one: it is the same device, which the
    /// person has carried here.
    pub(crate) async fn carry(
        &self,
        here: &Authenticator,
        (there, device): (&Self, &Authenticator),
    ) {
        let list = there.of(device, Method::GET, "/credentials", None).await;
        for credential in list.as_array().expect("a list") {
            self.of(here, Method::POST, "/credential", Some(credential.clone())).await;
        }
    }

    /// Forgets one passkey, as a person does who deletes it on the device.
    pub(crate) async fn forget(&self, authenticator: &Authenticator, credential: &Credential) {
        let path = format!("/credentials/{}", credential.id);
        self.of(authenticator, Method::DELETE, &path, None).await;
    }

    /// Forgets every passkey.
    pub(crate) async fn forget_all(&self, authenticator: &Authenticator) {
        self.of(authenticator, Method::DELETE, "/credentials", None).await;
    }

    /// From now on the person passes, or fails, where they are asked for a face, a finger or a PIN.
    pub(crate) async fn verify(&self, authenticator: &Authenticator, user: UserVerification) {
        let verified = match user {
            UserVerification::Succeeds => true,
            UserVerification::Fails => false,
        };
        let body = json!({ "isUserVerified": verified });
        self.of(authenticator, Method::POST, "/uv", Some(body)).await;
    }

    async fn of(
        &self,
        authenticator: &Authenticator,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> Value {
        let path = format!("webauthn/authenticator/{}{path}", authenticator.id);
        self.wire(method, &path, body).await
    }
}
