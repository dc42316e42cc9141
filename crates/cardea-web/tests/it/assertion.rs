//! The key of a program, and the assertions that it signs (RFC 7523).

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use std::sync::LazyLock;

use crate::app::App;
use crate::clock;
use crate::tenant::{ORIGIN, TENANT};

static KEY: LazyLock<EcdsaKeyPair> =
    LazyLock::new(|| EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap());

/// Everything of a `SubjectPublicKeyInfo` on P-256 before the point (RFC 5480).
const SPKI: &[u8] = &[
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a,
    0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
];

/// The program's public key in PEM.
pub(crate) fn public_key() -> String {
    let der = [SPKI, KEY.public_key().as_ref()].concat();
    format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", STANDARD.encode(der))
}

/// An assertion of the program, with these claims changed.
pub(crate) fn assertion(jti: &str, changes: &[(&str, Value)]) -> String {
    let now = clock::now().as_second();
    let mut claims = json!({
        "iss": App::Daemon.id(), "sub": App::Daemon.id(), "jti": jti,
        "aud": format!("{ORIGIN}/{TENANT}/oauth2/v2.0/token"),
        "iat": now, "nbf": now, "exp": now + 300,
    });
    for (name, value) in changes {
        claims[*name] = value.clone();
    }
    let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let input = format!("{}.{}", encode(&json!({ "alg": "ES256", "typ": "JWT" })), encode(&claims));
    let signature = KEY.sign(&SystemRandom::new(), input.as_bytes()).unwrap();
    format!("{input}.{}", URL_SAFE_NO_PAD.encode(signature))
}
