use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::EncodingKey;
use serde_json::{Value, json};

use super::*;
use crate::keys::{Algorithm, SigningKey};
use crate::samples::{WEB, now, tenant};

/// A client's key: it signs with the library for JWTs, which has nothing of ours in it.
struct Pair {
    private: EncodingKey,
    public: String,
    alg: Jwa,
}

fn pair(algorithm: Algorithm) -> Pair {
    let (key, pkcs8) = SigningKey::generate(algorithm).unwrap();
    let (private, alg) = match algorithm {
        Algorithm::Es256 => (EncodingKey::from_ec_der(pkcs8.as_bytes()), Jwa::ES256),
        Algorithm::Rs256 => {
            let body = STANDARD.encode(pkcs8.as_bytes());
            let lines: Vec<&str> =
                body.as_bytes().chunks(64).map(|it| std::str::from_utf8(it).unwrap()).collect();
            let pem = format!(
                "-----BEGIN PRIVATE {0}-----\n{1}\n-----END PRIVATE {0}-----\n",
                "KEY",
                lines.join("\n")
            );
            (EncodingKey::from_rsa_pem(pem.as_bytes()).unwrap(), Jwa::RS256)
        }
    };
    Pair { private, public: serde_json::to_string(key.jwk()).unwrap(), alg }
}

static EC: LazyLock<Pair> = LazyLock::new(|| pair(Algorithm::Es256));
static OTHER: LazyLock<Pair> = LazyLock::new(|| pair(Algorithm::Es256));
static RSA: LazyLock<Pair> = LazyLock::new(|| pair(Algorithm::Rs256));

fn good() -> Value {
    json!({
        "iss": WEB, "sub": WEB, "jti": "once",
        "aud": "https://login.example/99999999-9999-4999-8999-999999999999/oauth2/v2.0/token",
        "iat": now().as_second(), "nbf": now().as_second(), "exp": now().as_second() + 300,
    })
}

fn signed(pair: &Pair, alg: Jwa, header: &Value, claims: &Value) -> String {
    let part = |it: &Value| URL_SAFE_NO_PAD.encode(it.to_string());
    let message = format!("{}.{}", part(header), part(claims));
    let signature = crypto::sign(message.as_bytes(), &pair.private, alg).unwrap();
    format!("{message}.{signature}")
}

fn verified(keys: &[ClientKey], jwt: &str) -> Result<OneUse, Code> {
    let client = ClientId::parse(WEB).unwrap();
    verify(&client, keys, jwt, &tenant().assertion_audiences("example.com"), now())
        .map_err(|it| it.code())
}

fn es256() -> Vec<ClientKey> {
    vec![ClientKey::register(AssertionAlgorithm::Es256, &EC.public).unwrap()]
}

/// The good claims with one changed, or removed by null.
#[track_caller]
fn check(name: &str, value: &Value, expected: Result<(), Code>) {
    let mut claims = good();
    let members = claims.as_object_mut().unwrap();
    if value.is_null() {
        members.remove(name);
    } else {
        members.insert(name.to_owned(), value.clone());
    }
    let jwt = signed(&EC, EC.alg, &json!({"alg": "ES256", "typ": "JWT"}), &claims);
    assert_eq!(verified(&es256(), &jwt).map(|_| ()), expected, "{name}: {value}");
}

#[track_caller]
fn check_header(header: &Value, expected: Result<(), Code>) {
    let jwt = signed(&EC, EC.alg, header, &good());
    assert_eq!(verified(&es256(), &jwt).map(|_| ()), expected, "{header}");
}

#[test]
fn an_assertion_of_each_algorithm_is_believed() {
    for (pair, algorithm, alg) in [
        (&*EC, AssertionAlgorithm::Es256, Jwa::ES256),
        (&*RSA, AssertionAlgorithm::Rs256, Jwa::RS256),
        (&*RSA, AssertionAlgorithm::Ps256, Jwa::PS256),
    ] {
        let keys = [ClientKey::register(algorithm, &pair.public).unwrap()];
        let header = json!({"alg": algorithm.as_str(), "x5t": "abc", "kid": "../../dev/null"});
        let jwt = signed(pair, alg, &header, &good());
        let used = verified(&keys, &jwt).unwrap();
        assert_eq!(used.until.as_second(), now().as_second() + 300);
        assert_eq!(claimed(&jwt).unwrap().as_str(), WEB);
    }
}

// OA-12
#[test]
fn issuer_and_subject_are_the_client_and_the_audience_is_this_tenant() {
    check("iss", &json!("someone"), Err(Code::ASSERTION_OF_ANOTHER));
    check("sub", &json!("someone"), Err(Code::ASSERTION_OF_ANOTHER));
    check("iss", &Value::Null, Err(Code::BAD_ASSERTION));
    check("aud", &json!(tenant().issuer()), Ok(()));
    check("aud", &json!([tenant().issuer()]), Ok(()));
    check("aud", &json!("https://login.example/example.com/oauth2/v2.0/token"), Ok(()));
    check("aud", &json!([tenant().issuer(), "https://evil.test"]), Err(Code::BAD_ASSERTION));
    check("aud", &json!([]), Err(Code::BAD_ASSERTION));
    check("aud", &json!("https://login.example"), Err(Code::BAD_ASSERTION));
    check("aud", &json!(format!("{}/", tenant().issuer())), Err(Code::BAD_ASSERTION));
    check("aud", &Value::Null, Err(Code::BAD_ASSERTION));
}

// OA-12
#[test]
fn an_assertion_lives_for_ten_minutes_at_most() {
    let at = |seconds: i64| json!(now().as_second() + seconds);
    check("exp", &at(600), Ok(()));
    check("exp", &at(661), Err(Code::BAD_ASSERTION));
    check("exp", &at(0), Err(Code::BAD_ASSERTION));
    check("exp", &at(-300), Err(Code::BAD_ASSERTION));
    check("exp", &json!(i64::MAX), Err(Code::BAD_ASSERTION));
    check("exp", &json!(1e20), Err(Code::BAD_ASSERTION));
    check("exp", &Value::Null, Err(Code::BAD_ASSERTION));
    check("nbf", &at(61), Err(Code::BAD_ASSERTION));
    check("nbf", &at(60), Ok(()));
    check("iat", &at(61), Err(Code::BAD_ASSERTION));
    check("iat", &Value::Null, Ok(()));
}

// OA-12
#[test]
fn the_same_assertion_is_the_same_use_and_another_is_not() {
    let used = |jti: &str| {
        let mut claims = good();
        claims["jti"] = json!(jti);
        verified(&es256(), &signed(&EC, EC.alg, &json!({"alg": "ES256"}), &claims)).unwrap().id
    };
    assert_eq!(used("a"), used("a"));
    assert_ne!(used("a"), used("b"));
    check("jti", &json!(""), Err(Code::BAD_ASSERTION));
    check("jti", &json!("x".repeat(513)), Err(Code::BAD_ASSERTION));
    check("jti", &Value::Null, Err(Code::BAD_ASSERTION));
}

// OA-09
#[test]
fn the_algorithm_is_the_registered_one_and_never_the_headers() {
    for alg in ["none", "nOnE", "HS256", "RS256", "PS256", "es256", "ES384", ""] {
        check_header(&json!({"alg": alg}), Err(Code::BAD_ASSERTION_SIGNATURE));
    }
    check_header(&json!({}), Err(Code::BAD_ASSERTION));
    check_header(&json!({"alg": "ES256"}), Ok(()));
    let rs256 = [ClientKey::register(AssertionAlgorithm::Rs256, &RSA.public).unwrap()];
    let ps256 = signed(&RSA, Jwa::PS256, &json!({"alg": "PS256"}), &good());
    assert_eq!(verified(&rs256, &ps256), Err(Code::BAD_ASSERTION_SIGNATURE));
}

// OA-09
#[test]
fn a_mac_with_the_public_key_and_an_empty_signature_are_refused() {
    let secret = EncodingKey::from_secret(EC.public.as_bytes()).unwrap();
    let mac = Pair { private: secret, public: String::new(), alg: Jwa::HS256 };
    let jwt = signed(&mac, Jwa::HS256, &json!({"alg": "HS256"}), &good());
    assert_eq!(verified(&es256(), &jwt), Err(Code::BAD_ASSERTION_SIGNATURE));
    let jwt = signed(&EC, EC.alg, &json!({"alg": "ES256"}), &good());
    let (message, _) = jwt.rsplit_once('.').unwrap();
    assert_eq!(verified(&es256(), &format!("{message}.")), Err(Code::BAD_ASSERTION_SIGNATURE));
    let other = signed(&OTHER, OTHER.alg, &json!({"alg": "ES256"}), &good());
    assert_eq!(verified(&es256(), &other), Err(Code::BAD_ASSERTION_SIGNATURE));
}

// OA-10
#[test]
fn a_header_that_brings_a_key_or_an_extension_is_refused() {
    for name in ["jwk", "jku", "x5u", "x5c", "crit", "b64", "zip", "enc"] {
        for value in [json!(null), json!("https://evil.test/"), json!({}), json!(["x"])] {
            check_header(&json!({"alg": "ES256", name: value}), Err(Code::BAD_ASSERTION));
        }
    }
    check_header(&json!({"alg": "ES256", "kid": "' OR 1=1 --"}), Ok(()));
    check_header(&json!({"alg": "ES256", "kid": "x".repeat(65536)}), Err(Code::BAD_ASSERTION));
}

#[test]
fn what_is_no_jwt_is_refused() {
    for jwt in ["", ".", "..", "a.b", "a.b.c", "e30.e30", "e30.e30.e30.e30", "ä.ä.ä"] {
        assert_eq!(verified(&es256(), jwt), Err(Code::BAD_ASSERTION), "{jwt}");
        assert!(claimed(jwt).is_err(), "{jwt}");
    }
}

#[test]
fn only_public_keys_of_the_right_kind_are_registered() {
    let register = |algorithm, text: &str| ClientKey::register(algorithm, text).map(|_| ());
    assert_eq!(register(AssertionAlgorithm::Es256, &EC.public), Ok(()));
    assert_eq!(register(AssertionAlgorithm::Rs256, &EC.public), Err(ClientKeyProblem::Unreadable));
    assert_eq!(register(AssertionAlgorithm::Es256, "{}"), Err(ClientKeyProblem::Unreadable));
    assert_eq!(register(AssertionAlgorithm::Rs256, "x"), Err(ClientKeyProblem::Unreadable));
    let mut private: Value = serde_json::from_str(&EC.public).unwrap();
    private["d"] = json!("abc");
    assert_eq!(
        register(AssertionAlgorithm::Es256, &private.to_string()),
        Err(ClientKeyProblem::Private)
    );
    let mac = r#"{"kty":"oct","k":"abc"}"#;
    assert_eq!(register(AssertionAlgorithm::Es256, mac), Err(ClientKeyProblem::Private));
    let pem = format!("-----BEGIN PRIVATE {}-----", "KEY");
    assert_eq!(register(AssertionAlgorithm::Rs256, &pem), Err(ClientKeyProblem::Private));
}
