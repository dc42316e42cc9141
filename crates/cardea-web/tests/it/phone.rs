//! The Authenticator app on a phone: JSON, a handle, and no cookies.

use axum::http::{Method, StatusCode};
use cardea_web::authenticator::{self as api, Begun, Register, State};
use serde_json::{Value, json};

use crate::browser::{Answer, Browser};
use crate::passkey::Passkey;
use crate::site::Site;

pub(crate) const ANDROID_APP: &str = "Cardea Authenticator/0.1.0 (Android)";
pub(crate) const IPHONE_APP: &str = "Cardea Authenticator/0.1.0 (iPhone)";
pub(crate) const LINUX_APP: &str = "Cardea Authenticator/0.1.0 (Linux)";

/// The app, and the sign-in that it is in.
pub(crate) struct Phone<'s> {
    pub(crate) browser: Browser<'s>,
    pub(crate) handle: String,
}

impl<'s> Phone<'s> {
    pub(crate) fn calling_itself(site: &'s Site, agent: &str) -> Self {
        let browser = Browser { agent: agent.to_owned(), ..Browser::new(site) };
        Self { browser, handle: String::new() }
    }

    /// The app on Android, where somebody has typed a name.
    pub(crate) async fn begin(site: &'s Site, name: &str) -> Self {
        Self::begin_as(site, ANDROID_APP, name).await
    }

    pub(crate) async fn begin_as(site: &'s Site, agent: &str, name: &str) -> Self {
        let mut phone = Self::calling_itself(site, agent);
        let username = format!("{name}@contoso.example");
        let answer = phone.post(api::SIGN_INS, &json!({ "username": username })).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.body);
        let begun: Begun = serde_json::from_str(&answer.body).unwrap();
        assert!(matches!(begun.state, State::Show { .. }), "{:?}", begun.state);
        begun.handle.expose().clone_into(&mut phone.handle);
        phone
    }

    pub(crate) async fn send(&self, method: Method, path: &str, body: &Value) -> Answer {
        let bearer = format!("Bearer {}", self.handle);
        let mut headers = vec![("content-type", "application/json")];
        if !self.handle.is_empty() {
            headers.push(("authorization", bearer.as_str()));
        }
        let answer = self.browser.craft((method, path), &headers, body.to_string()).await;
        assert_eq!(answer.cookies(), [""; 0], "{path} sets cookies");
        assert_eq!(answer.header("cache-control"), "no-store", "{path}");
        assert_eq!(answer.header("access-control-allow-origin"), "", "{path}");
        answer
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(Method::POST, path, body).await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, &Value::Null).await
    }

    pub(crate) async fn with_pass(&self, pass: &str) -> State {
        state(&self.post(api::SHOW_PASS, &json!({ "pass": pass })).await)
    }

    /// Answers the options for a passkey.
    pub(crate) async fn with_passkey(&self, passkey: &Passkey) -> Answer {
        let options = self.post(api::PASSKEY_OPTIONS, &json!({})).await;
        assert_eq!(options.status, StatusCode::OK, "{}", options.body);
        let credential: Value = serde_json::from_str(&passkey.answer(&options.body)).unwrap();
        self.post(api::SHOW_PASSKEY, &json!({ "credential": credential })).await
    }

    /// The options for a new passkey.
    pub(crate) async fn options(&self) -> String {
        let options = self.post(api::NEW_PASSKEY_OPTIONS, &json!({})).await;
        assert_eq!(options.status, StatusCode::OK, "{}", options.body);
        options.body
    }

    /// Makes a passkey as its maker does.
    pub(crate) async fn register(&self, make: impl FnOnce(&str) -> String) -> Answer {
        self.register_in("Work", make).await
    }

    pub(crate) async fn register_in(
        &self,
        profile: &str,
        make: impl FnOnce(&str) -> String,
    ) -> Answer {
        let credential: Value = serde_json::from_str(&make(&self.options().await)).unwrap();
        let device = json!({ "name": "Kim's Pixel", "profile": profile });
        let body = json!({ "credential": credential, "name": "", "device": device });
        self.post(api::PASSKEYS, &body).await
    }

    pub(crate) async fn passkeys(&self) -> Vec<api::Passkey> {
        let answer = self.get(api::PASSKEYS).await;
        let list: Result<api::Passkeys, _> = serde_json::from_str(&answer.body);
        list.unwrap_or_else(|_| panic!("{answer:?}")).value
    }
}

/// The state in an answer.
#[track_caller]
pub(crate) fn state(answer: &Answer) -> State {
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    serde_json::from_str(&answer.body).unwrap()
}

/// Whether the state is "signed in", and what can be registered then.
#[track_caller]
pub(crate) fn granted(state: &State) -> Register {
    let State::Granted { register, .. } = state else { panic!("{state:?}") };
    *register
}

/// Status and code of a refusal, which has words too.
#[track_caller]
pub(crate) fn refusal(answer: &Answer) -> (u16, String) {
    let refusal: Result<api::Refusal, _> = serde_json::from_str(&answer.body);
    let error = refusal.unwrap_or_else(|_| panic!("{answer:?}")).error;
    assert!(error.message.ends_with('.') || error.message.contains(". "), "{}", error.message);
    let code = serde_json::to_value(error.code).unwrap().as_str().unwrap().to_owned();
    (answer.status.as_u16(), code)
}
