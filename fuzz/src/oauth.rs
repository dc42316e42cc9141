//! What applications send: whatever the bytes are, a request is refused, or it means the same in whatever order its
//! parameters come, and no parameter of it may be there twice.

use std::sync::LazyLock;

use cardea_oidc::authorize::{Address, Request};
use cardea_oidc::client::{Client, ClientId, GrantType, Kind, Platform, RedirectUri};
use cardea_oidc::client_assertion::{AssertionAlgorithm, ClientKey, claimed, verify};
use cardea_oidc::keys::Algorithm;
use cardea_oidc::parameters::Parameters;
use cardea_oidc::token_request::{DeviceRequest, Form, TokenRequest};
use cardea_oidc::user_code::UserCode;
use jiff::Timestamp;
use url::form_urlencoded::{self, Serializer};

/// The application of the corpus.
const APP: &str = "11111111-1111-4111-8111-111111111111";

/// The key with which the good assertions of the corpus are signed. Nobody has its private half any more.
const KEY: &str = include_str!("../corpus/assertion.pem");

/// The good assertions: nothing else with that signature exists.
const GOOD: [&str; 2] = [
    include_str!("../corpus/client-assertion/good-one-audience.jwt"),
    include_str!("../corpus/client-assertion/good-list.jwt"),
];

static CLIENT: LazyLock<Client> = LazyLock::new(|| {
    let uris = [
        ("https://app.example/signin", Platform::Web),
        ("https://app.example/q?a=1", Platform::Web),
        ("https://spa.example/", Platform::Spa),
        ("http://localhost", Platform::Native),
        ("http://127.0.0.1:8400/back?x=1", Platform::Native),
        ("com.example.app://auth", Platform::Native),
    ];
    let register = |(uri, platform)| RedirectUri::register(uri, platform).expect("a good address");
    Client {
        id: ClientId::parse(APP).expect("an id"),
        name: "Timesheets".to_owned(),
        kind: Kind::Public,
        redirect_uris: uris.into_iter().map(register).collect(),
        post_logout_uris: Vec::new(),
        grants: [GrantType::AuthorizationCode, GrantType::RefreshToken].into(),
        identifier_uris: Vec::new(),
        exposed_scopes: Vec::new(),
        signing: Algorithm::Rs256,
        secrets: Vec::new(),
        keys: Vec::new(),
    }
});

fn pairs(form: &[u8]) -> Vec<(String, String)> {
    form_urlencoded::parse(form).into_owned().collect()
}

fn written<'a>(pairs: impl Iterator<Item = &'a (String, String)>) -> Vec<u8> {
    let mut text = Serializer::new(String::new());
    for (name, value) in pairs {
        text.append_pair(name, value);
    }
    text.finish().into_bytes()
}

/// Bytes as the query of an authorization request.
pub fn authorize_request(bytes: &[u8]) {
    asked(bytes);
}

pub(crate) fn asked(bytes: &[u8]) -> bool {
    let read = |form: &[u8]| {
        let parameters = Parameters::decode(form);
        let address = Address::parse(&parameters, &CLIENT).ok()?;
        assert!(is_registered(address.uri()), "{} is not registered", address.uri());
        Request::parse(&parameters, &CLIENT, address).ok()
    };
    let Some(request) = read(bytes) else { return false };
    let pairs = pairs(bytes);
    assert_eq!(read(&written(pairs.iter().rev())).as_ref(), Some(&request), "another order");
    for pair in &pairs {
        assert_eq!(read(&written(pairs.iter().chain([pair]))), None, "{pair:?} is there twice");
    }
    let sent = pairs.iter().find(|(name, value)| name == "state" && !value.is_empty());
    assert_eq!(request.address.state(), sent.map(|(_, value)| value.as_str()));
    let kept = serde_json::to_string(&request).expect("it can be kept");
    let again: Request = serde_json::from_str(&kept).expect("what is kept can be read");
    assert_eq!(again, request, "{kept}");
    true
}

/// Whether an answer may go there, told once more with a reader of addresses: it is an address of the list, or one of
/// this machine where nothing but the port is another.
fn is_registered(uri: &str) -> bool {
    let registered = &CLIENT.redirect_uris;
    if registered.iter().any(|known| known.uri() == uri) {
        return true;
    }
    let Ok(asked) = url::Url::parse(uri) else { return false };
    let native = registered.iter().filter(|known| known.platform() == Platform::Native);
    native.filter_map(|known| url::Url::parse(known.uri()).ok()).any(|known| {
        let local = matches!(asked.host_str(), Some("localhost" | "127.0.0.1"));
        let same = known.host_str() == asked.host_str()
            && known.path() == asked.path()
            && known.query() == asked.query();
        local && same && asked.scheme() == "http" && asked.username().is_empty()
    })
}

/// Bytes as a request for tokens, and as one for a device's code: the header `Authorization`, a line break, the form.
pub fn token_request(bytes: &[u8]) {
    wanted(bytes);
}

pub(crate) fn wanted(bytes: &[u8]) -> bool {
    let end = bytes.iter().position(|byte| *byte == b'\n').unwrap_or(bytes.len());
    let (header, body) = bytes.split_at(end);
    let body = body.get(1..).unwrap_or_default();
    let authorization = std::str::from_utf8(header).ok().filter(|text| !text.is_empty());
    let content_type = Some("application/x-www-form-urlencoded");
    let form = |body: &[u8]| TokenRequest::parse(Form { content_type, authorization, body }).ok();
    let device =
        |body: &[u8]| DeviceRequest::parse(Form { content_type, authorization, body }).ok();
    same_in_any_order(body, form) | same_in_any_order(body, device)
}

fn same_in_any_order<T: PartialEq + std::fmt::Debug>(
    body: &[u8],
    read: impl Fn(&[u8]) -> Option<T>,
) -> bool {
    let Some(request) = read(body) else { return false };
    let pairs = pairs(body);
    assert_eq!(read(&written(pairs.iter().rev())).as_ref(), Some(&request), "another order");
    for pair in &pairs {
        assert_eq!(read(&written(pairs.iter().chain([pair]))), None, "{pair:?} is there twice");
    }
    // As long as a verifier has to be.
    let canary = "canary-".repeat(7);
    let secrets = [
        "client_secret",
        "code",
        "code_verifier",
        "refresh_token",
        "device_code",
        "client_assertion",
    ];
    for secret in secrets {
        let planted: Vec<_> = pairs
            .iter()
            .map(|(name, value)| {
                let value = if name == secret { &canary } else { value };
                (name.clone(), value.clone())
            })
            .collect();
        if let Some(request) = read(&written(planted.iter())) {
            assert!(!format!("{request:?}").contains(&canary), "{secret} is in {request:?}");
        }
    }
    true
}

/// Bytes as a client's assertion. What is believed was signed: it is one of the good ones.
pub fn client_assertion(bytes: &[u8]) {
    believed(bytes);
}

pub(crate) fn believed(bytes: &[u8]) -> bool {
    static KEYS: LazyLock<[ClientKey; 1]> = LazyLock::new(|| {
        [ClientKey::register(AssertionAlgorithm::Es256, KEY).expect("a public key")]
    });
    let Ok(text) = std::str::from_utf8(bytes) else { return false };
    let said = claimed(text);
    let now: Timestamp = "2026-11-30T09:15:00Z".parse().expect("a time");
    let audiences = ["https://login.example/tenant/v2.0".to_owned()];
    let Ok(used) = verify(&CLIENT.id, &*KEYS, text, &audiences, now) else { return false };
    assert_eq!(said.ok().as_ref(), Some(&CLIENT.id), "it is of somebody else");
    assert!(used.until > now);
    let signed = |text: &str| text.rsplit_once('.').map(|(signed, _)| signed.to_owned());
    let is_good = GOOD.iter().any(|good| signed(good) == signed(text));
    assert!(is_good, "a forged assertion was believed: {text}");
    true
}

/// Bytes as a device's code that somebody typed, and as the chance that one is made of.
pub fn user_code(bytes: &[u8]) {
    typed(bytes);
}

pub(crate) fn typed(bytes: &[u8]) -> bool {
    if let Some(chance) = bytes.first_chunk::<16>() {
        let code = UserCode::from_random(*chance);
        assert_eq!(UserCode::typed(&code.to_string()).as_ref(), Some(&code));
    }
    let Some(code) = std::str::from_utf8(bytes).ok().and_then(UserCode::typed) else {
        return false;
    };
    let shown = code.to_string();
    assert_eq!(shown.len(), 11, "{shown}");
    for spelling in
        [shown.clone(), shown.to_lowercase(), shown.replace('-', ""), format!(" {shown}\n")]
    {
        let again = UserCode::typed(&spelling).unwrap_or_else(|| panic!("{spelling} is none"));
        assert_eq!((again.hash(), &again), (code.hash(), &code), "{spelling}");
    }
    true
}
