//! The Authenticator app on a phone, made of the library: it speaks the tenant's JSON over TLS, and its passkeys are in
//! an authenticator of its own for each profile.

use std::collections::BTreeMap;
use std::fs;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cardea_authenticator::client::{self, Account, Framing, Origin, Owner, Page, Parties};
use cardea_authenticator::{
    Attestation, Authenticator, Binding, Enrolment, Host, MemoryStore, Platform, PlatformCheck,
    PlatformVerified, Prompt, Refusal, State as Kept, SystemRandom, User,
};
use cardea_web::authenticator::{self as api, Begun, Certificates, Code, State, user_agent};
use jiff::Timestamp;
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};
use zeroize::Zeroizing;

use crate::demo::Demo;

/// Somebody who agrees to everything, and whom the phone knows by their face.
struct Holder;

impl User for Holder {
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

impl Owner for Holder {
    fn pin(&mut self, _: u8) -> Option<Zeroizing<String>> {
        None
    }

    fn choose(&mut self, _: &[Account]) -> Option<usize> {
        Some(0)
    }
}

/// The app.
pub(crate) struct Phone {
    http: reqwest::Client,
    base_url: String,
    handle: String,
    attestation: Attestation,
    profiles: BTreeMap<String, MemoryStore>,
}

/// Status and JSON of an answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) json: Value,
}

impl Answer {
    #[track_caller]
    pub(crate) fn state(self) -> State {
        assert_eq!(self.status, StatusCode::OK, "{:?}", self.json);
        serde_json::from_value(self.json).unwrap()
    }

    #[track_caller]
    pub(crate) fn refusal(self) -> (u16, Code) {
        let refusal: api::Refusal =
            serde_json::from_value(self.json.clone()).unwrap_or_else(|_| panic!("{self:?}"));
        (self.status.as_u16(), refusal.error.code)
    }
}

fn now() -> Timestamp {
    Timestamp::now()
}

fn power_up(attestation: Attestation, store: MemoryStore) -> Authenticator<MemoryStore> {
    let (mut random, mut holder) = (SystemRandom, Holder);
    let mut host = Host { now: now(), random: &mut random, user: &mut holder };
    Authenticator::power_up(store, attestation, &mut host).unwrap().on(Platform::Android)
}

impl Phone {
    /// A new phone with Android.
    pub(crate) fn new(demo: &Demo) -> Self {
        let certificate = fs::read(&demo.ca_certificate).unwrap();
        let certificate = reqwest::Certificate::from_pem(&certificate).unwrap();
        let http = reqwest::Client::builder()
            .tls_certs_only([certificate])
            .user_agent(user_agent("0.1.0", "Android"))
            .build();
        Self {
            http: http.unwrap(),
            base_url: demo.base_url.clone(),
            handle: String::new(),
            attestation: Attestation::by_credentials(),
            profiles: BTreeMap::new(),
        }
    }

    /// A request as it is, without a body.
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.base_url)).bearer_auth(&self.handle)
    }

    pub(crate) async fn send(&self, request: RequestBuilder) -> Answer {
        let answer = request.send().await.unwrap();
        let cookies = answer.headers().get_all("set-cookie").iter().count();
        assert_eq!(cookies, 0, "the app has no cookies");
        assert_eq!(answer.headers()["cache-control"], "no-store");
        let status = answer.status();
        let text = answer.text().await.unwrap();
        let json = if text.is_empty() { Value::Null } else { serde_json::from_str(&text).unwrap() };
        Answer { status, json }
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(self.request(Method::POST, path).json(body)).await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path)).await
    }

    /// Types a name.
    pub(crate) async fn name(&mut self, upn: &str) -> State {
        let answer = self.post(api::SIGN_INS, &json!({ "username": upn })).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{answer:?}");
        let begun: Begun = serde_json::from_value(answer.json).unwrap();
        begun.handle.expose().clone_into(&mut self.handle);
        begun.state
    }

    /// Types a name and a pass.
    pub(crate) async fn sign_in(&mut self, upn: &str, pass: &str) -> State {
        self.name(upn).await;
        self.post(api::SHOW_PASS, &json!({ "pass": pass })).await.state()
    }

    /// Does a browser's half of a ceremony with the passkeys of a profile.
    fn ceremony<R>(
        &mut self,
        profile: &str,
        ceremony: impl FnOnce(&Page, &mut Parties<'_>) -> R,
    ) -> R {
        let origin = Origin::parse(&self.base_url).unwrap();
        let store = self.profiles.remove(profile);
        let store = store.unwrap_or_else(|| MemoryStore(Kept::new(Binding::DeviceBound)));
        let mut authenticator = power_up(self.attestation.clone(), store);
        let mut wire = |request: &[u8]| {
            let (mut random, mut holder) = (SystemRandom, Holder);
            let mut host = Host { now: now(), random: &mut random, user: &mut holder };
            authenticator.handle(request, &mut host)
        };
        let mut owner = Holder;
        let mut parties = Parties { wire: &mut wire, owner: &mut owner, random: &mut SystemRandom };
        let result = ceremony(&Page { origin, framing: Framing::Own }, &mut parties);
        self.profiles.insert(profile.to_owned(), authenticator.into_store());
        result
    }

    /// Types a name and shows a passkey of a profile.
    pub(crate) async fn sign_in_with_passkey(&mut self, upn: &str, profile: &str) -> Answer {
        self.name(upn).await;
        let options = self.post(api::PASSKEY_OPTIONS, &json!({})).await;
        assert_eq!(options.status, StatusCode::OK, "{options:?}");
        let options = serde_json::from_value(options.json).unwrap();
        let answer =
            self.ceremony(profile, |page, parties| client::get(&options, page, parties)).unwrap();
        self.post(api::SHOW_PASSKEY, &json!({ "credential": answer })).await
    }

    /// Makes a passkey in a profile and registers it.
    pub(crate) async fn register(&mut self, profile: &str) -> Answer {
        let options = self.post(api::NEW_PASSKEY_OPTIONS, &json!({})).await;
        if options.status != StatusCode::OK {
            return options;
        }
        let options = serde_json::from_value(options.json).unwrap();
        let answer = self
            .ceremony(profile, |page, parties| client::create(&options, page, parties))
            .unwrap();
        let device = json!({ "name": "Pixel", "profile": profile });
        let body = json!({ "credential": answer, "name": "", "device": device });
        self.post(api::PASSKEYS, &body).await
    }

    /// Gets a certificate for this installation and attests with its key from now on.
    pub(crate) async fn certify(&mut self) -> Answer {
        let enrolment = Enrolment::begin(&mut SystemRandom).unwrap();
        let request = URL_SAFE_NO_PAD.encode(enrolment.request().unwrap());
        let answer = self.post(api::ATTESTATION, &json!({ "request": request })).await;
        if answer.status == StatusCode::CREATED {
            let certificates: Certificates = serde_json::from_value(answer.json.clone()).unwrap();
            let chain = certificates.chain.iter().map(|it| URL_SAFE_NO_PAD.decode(it).unwrap());
            let key = enrolment.complete(chain.collect()).unwrap();
            self.attestation = Attestation::by_credentials().issued_by("localhost", key);
        }
        answer
    }
}
