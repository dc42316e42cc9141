//! The two programs, each a client and an authenticator on the same vault.

use core::pin::pin;
use core::task::{Context, Poll, Waker};

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cardea_authenticator::client::{
    self, Account, ClientError, Framing, Origin, Owner, Page, Parties,
};
use cardea_authenticator::{
    Authenticator, Host, Platform, PlatformCheck, PlatformVerified, Prompt, Refusal, SystemRandom,
    User,
};
use passkey::authenticator::extensions::HmacSecretConfig;
use passkey::authenticator::{UiHint, UserCheck, UserValidationMethod};
use passkey::client::{Client, DefaultClientData, WebauthnError};
use passkey::crypto::AvailableBackend;
use passkey::types::Passkey;
use passkey::types::ctap2::{Aaguid, Ctap2Error};
use serde_json::{Value, json};
use url::Url;
use zeroize::Zeroizing;

use crate::party::now;
use crate::store::{PROFILE, Shared};

pub(crate) const ORIGIN: &str = "https://login.example.org";

/// A page's `navigator.credentials`, in JSON. Errors are as the program names them.
pub(crate) trait Program {
    fn create(&mut self, options: &Value) -> Result<Value, String>;
    fn get(&mut self, options: &Value) -> Result<Value, String>;
}

/// Cardea's client and authenticator.
pub(crate) struct Cardea(Shared);

impl Cardea {
    pub(crate) fn on(shared: &Shared) -> Self {
        Self(shared.clone())
    }

    fn with<R: serde::Serialize>(
        &self,
        ceremony: impl FnOnce(&Page, &mut Parties<'_>) -> Result<R, ClientError>,
    ) -> Result<Value, String> {
        let mut vault = self.0.open();
        let profile = vault.unlock(PROFILE, None).unwrap().profile;
        let attestation = profile.attestation(Platform::Desktop);
        let mut host = Host { now: now(), random: &mut SystemRandom, user: &mut Agreeing };
        let mut authenticator = Authenticator::power_up(profile, attestation, &mut host).unwrap();
        let mut wire = |request: &[u8]| {
            let mut host = Host { now: now(), random: &mut SystemRandom, user: &mut Agreeing };
            authenticator.handle(request, &mut host)
        };
        let page = Page { origin: Origin::parse(ORIGIN).unwrap(), framing: Framing::Own };
        let mut parties =
            Parties { wire: &mut wire, owner: &mut Agreeing, random: &mut SystemRandom };
        let answer = ceremony(&page, &mut parties).map_err(|error| format!("{error:?}"))?;
        Ok(serde_json::to_value(answer).unwrap())
    }
}

impl Program for Cardea {
    fn create(&mut self, options: &Value) -> Result<Value, String> {
        let options = serde_json::from_value(options.clone()).unwrap();
        self.with(|page, parties| client::create(&options, page, parties))
    }

    fn get(&mut self, options: &Value) -> Result<Value, String> {
        let options = serde_json::from_value(options.clone()).unwrap();
        self.with(|page, parties| client::get(&options, page, parties))
    }
}

/// passkey-rs's client and authenticator, whose store is the vault.
pub(crate) struct PasskeyRs(Shared);

impl PasskeyRs {
    pub(crate) fn on(shared: &Shared) -> Self {
        Self(shared.clone())
    }

    fn authenticator(&self) -> Engine {
        let (aaguid, store) = (Aaguid::new_empty(), self.0.clone());
        let engine = Engine::new(aaguid, store, Agreeing, AvailableBackend);
        engine.hmac_secret(HmacSecretConfig::new_without_uv())
    }
}

type Engine = passkey::authenticator::Authenticator<Shared, Agreeing, AvailableBackend>;

impl Program for PasskeyRs {
    fn create(&mut self, options: &Value) -> Result<Value, String> {
        let request = serde_json::from_value(json!({"publicKey": options})).unwrap();
        let origin = Url::parse(ORIGIN).unwrap();
        let mut client = Client::new(self.authenticator());
        let made = ready(client.register(&origin, request, DefaultClientData));
        let made = made.map_err(|error| named(&error))?;
        let prf = made.client_extension_results.prf.unwrap();
        Ok(json!({
            "id": made.id,
            "response": {
                "clientDataJSON": text(&made.response.client_data_json),
                "attestationObject": text(&made.response.attestation_object),
            },
            "clientExtensionResults": {"prf": {"enabled": prf.enabled}},
        }))
    }

    fn get(&mut self, options: &Value) -> Result<Value, String> {
        let request = serde_json::from_value(json!({"publicKey": options})).unwrap();
        let origin = Url::parse(ORIGIN).unwrap();
        let mut client = Client::new(self.authenticator());
        let used = ready(client.authenticate(&origin, request, DefaultClientData));
        let used = used.map_err(|error| named(&error))?;
        let prf = used.client_extension_results.prf.unwrap().results.unwrap();
        Ok(json!({
            "id": used.id,
            "response": {
                "clientDataJSON": text(&used.response.client_data_json),
                "authenticatorData": text(&used.response.authenticator_data),
                "signature": text(&used.response.signature),
                "userHandle": text(&used.response.user_handle.unwrap()),
            },
            "clientExtensionResults": {"prf": {"results": {"first": text(&prf.first)}}},
        }))
    }
}

fn text(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn named(error: &WebauthnError) -> String {
    format!("{error:?}")
}

/// What comes of a future in which nothing waits.
fn ready<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("there is nothing to wait for"),
    }
}

/// Somebody whom the platform has verified, and who agrees to everything.
pub(crate) struct Agreeing;

impl User for Agreeing {
    fn confirm(&mut self, _: &Prompt<'_>) -> Result<(), Refusal> {
        Ok(())
    }

    fn platform_check(&self) -> PlatformCheck {
        PlatformCheck::Ready
    }

    fn verify(&mut self, _: &Prompt<'_>) -> Result<PlatformVerified, Refusal> {
        Ok(PlatformVerified::after_check_by_platform())
    }
}

impl Owner for Agreeing {
    fn pin(&mut self, _: u8) -> Option<Zeroizing<String>> {
        panic!("the platform verifies");
    }

    fn choose(&mut self, accounts: &[Account]) -> Option<usize> {
        panic!("there is one account: {accounts:?}");
    }
}

#[async_trait]
impl UserValidationMethod for Agreeing {
    type PasskeyItem = Passkey;

    async fn check_user<'a>(
        &self,
        _: UiHint<'a, Passkey>,
        presence: bool,
        verification: bool,
    ) -> Result<UserCheck, Ctap2Error> {
        Ok(UserCheck { presence, verification })
    }

    fn is_presence_enabled(&self) -> bool {
        true
    }

    fn is_verification_enabled(&self) -> Option<bool> {
        Some(true)
    }
}
