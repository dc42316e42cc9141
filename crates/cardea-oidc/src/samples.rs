//! Values that the tests of several modules start from.

use std::sync::LazyLock;

use jiff::{SignedDuration, Timestamp};

use crate::claims::{Acr, Amr, Azpacr, Caller, Person, Proof, Stamp};
use crate::claims_request::AuthenticationContext;
use crate::client::{
    Client, ClientId, ClientSecret, GrantType, Kind, Platform, RedirectUri, WebUri,
};
use crate::discovery::Tenant;
use crate::error::Trace;
use crate::keys::{Algorithm, KeySet, SigningKey, Stage};
use crate::secret::SecretHash;

pub(crate) const WEB: &str = "11111111-1111-4111-8111-111111111111";
pub(crate) const NATIVE: &str = "22222222-2222-4222-8222-222222222222";
pub(crate) const TENANT: &str = "99999999-9999-4999-8999-999999999999";
/// RFC 7636, appendix B.
pub(crate) const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
/// RFC 7636, appendix B.
pub(crate) const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

pub(crate) fn now() -> Timestamp {
    "2026-11-30T09:15:00Z".parse().unwrap()
}

pub(crate) fn tenant() -> Tenant {
    Tenant::new("https://login.example", TENANT)
}

pub(crate) fn trace() -> Trace {
    Trace { trace_id: "trace".into(), correlation_id: "correlation".into(), at: now() }
}

fn client(id: &str, kind: Kind, uris: &[(&str, Platform)]) -> Client {
    Client {
        id: ClientId::parse(id).unwrap(),
        name: "Timesheets".into(),
        kind,
        redirect_uris: uris
            .iter()
            .map(|(uri, platform)| RedirectUri::register(uri, *platform).unwrap())
            .collect(),
        post_logout_uris: vec![WebUri::register("https://app.example/bye").unwrap()],
        grants: [GrantType::AuthorizationCode, GrantType::RefreshToken].into(),
        identifier_uris: vec!["api://timesheets".into()],
        exposed_scopes: vec!["Read".into()],
        signing: Algorithm::Rs256,
        secrets: Vec::new(),
        keys: Vec::new(),
    }
}

/// A server with a secret, `s3cret`, and one that has ended, `0ld`.
pub(crate) fn web() -> Client {
    let mut client = client(
        WEB,
        Kind::Confidential,
        &[
            ("https://app.example/signin", Platform::Web),
            ("https://app.example/q?a=1", Platform::Web),
            ("http://localhost/dev", Platform::Web),
        ],
    );
    let secret = |text, hours| ClientSecret {
        hash: SecretHash::of(text),
        expires: now() + SignedDuration::from_hours(hours),
    };
    client.secrets = vec![secret("0ld", -1), secret("s3cret", 1)];
    client
}

/// An app on a device that also has a page.
pub(crate) fn native() -> Client {
    client(
        NATIVE,
        Kind::Public,
        &[
            ("http://localhost", Platform::Native),
            ("http://127.0.0.1:8400/back?x=1", Platform::Native),
            ("com.example.app://auth", Platform::Native),
            ("https://spa.example/", Platform::Spa),
        ],
    )
}

/// One set of keys for all tests, since making RSA keys takes a while.
pub(crate) fn keys() -> &'static KeySet {
    static KEYS: LazyLock<KeySet> = LazyLock::new(|| {
        KeySet::new(vec![
            (Stage::Current, SigningKey::generate(Algorithm::Rs256).unwrap().0),
            (Stage::Current, SigningKey::generate(Algorithm::Es256).unwrap().0),
            (Stage::Next, SigningKey::generate(Algorithm::Es256).unwrap().0),
        ])
        .unwrap()
    });
    &KEYS
}

pub(crate) fn stamp() -> Stamp {
    Stamp::new(&tenant(), now(), SignedDuration::from_hours(1), "uti")
}

pub(crate) fn person() -> Person {
    Person {
        oid: "oid-kim".into(),
        upn: "kim@example.com".into(),
        name: "Kim".into(),
        given_name: Some("Kim".into()),
        family_name: None,
        email: Some("kim@mail.example".into()),
    }
}

pub(crate) fn proof() -> Proof {
    Proof {
        amr: vec![Amr::Fido, Amr::Mfa],
        acr: Acr::Authenticated,
        contexts: vec![AuthenticationContext::parse("c1").unwrap()],
        auth_time: now() - SignedDuration::from_mins(5),
        sid: "sid".into(),
    }
}

pub(crate) fn caller() -> Caller {
    Caller {
        id: ClientId::parse(WEB).unwrap(),
        proof: Azpacr::Secret,
        capabilities: vec!["CP1".into()],
    }
}
