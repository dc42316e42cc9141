use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{DecodingKey, Validation, decode};
use serde_json::{Value, json};

use super::*;
use crate::keys::{Algorithm, Stage};
use crate::samples::keys;

fn token(algorithm: Algorithm, typ: Typ) -> String {
    sign(keys().signing(algorithm).unwrap(), typ, &json!({"sub": "kim", "exp": 4_000_000_000_u64}))
        .unwrap()
}

/// The same claims and signature under another header.
fn with_header(token: &str, header: &Value) -> String {
    let (_, rest) = token.split_once('.').unwrap();
    format!("{}.{rest}", URL_SAFE_NO_PAD.encode(header.to_string()))
}

/// What the library for JWTs is to check, times left out.
fn without_clock(algorithm: jsonwebtoken::Algorithm) -> Validation {
    let mut validation = Validation::new(algorithm);
    validation.validate_exp = false;
    validation.required_spec_claims.clear();
    validation
}

#[track_caller]
fn check(token: &str, expected: Result<&str, Refusal>) {
    let claims: Result<Value, Refusal> = verify(keys(), Typ::IdToken, token);
    let sub = claims.as_ref().map(|it| it["sub"].as_str().unwrap()).map_err(|it| *it);
    assert_eq!(sub, expected);
}

#[test]
fn a_token_that_we_signed_is_believed() {
    for algorithm in Algorithm::ALL {
        check(&token(algorithm, Typ::IdToken), Ok("kim"));
    }
}

#[test]
fn the_library_for_jwts_agrees_with_our_signatures_and_our_set_of_keys() {
    let set: Value = serde_json::from_slice(keys().document()).unwrap();
    for (algorithm, theirs) in [
        (Algorithm::Rs256, jsonwebtoken::Algorithm::RS256),
        (Algorithm::Es256, jsonwebtoken::Algorithm::ES256),
    ] {
        let token = token(algorithm, Typ::AccessToken);
        let kid = jsonwebtoken::decode_header(&token).unwrap().kid.unwrap();
        let jwk =
            set["keys"].as_array().unwrap().iter().find(|it| it["kid"] == kid.as_str()).unwrap();
        let jwk: Jwk = serde_json::from_value(jwk.clone()).unwrap();
        let key = DecodingKey::from_jwk(&jwk).unwrap();
        let claims = decode::<Value>(&token, &key, &without_clock(theirs)).unwrap().claims;
        assert_eq!(claims["sub"], "kim");
        let thumbprint = jwk.thumbprint(jsonwebtoken::jwk::ThumbprintHash::SHA256).unwrap();
        assert_eq!(thumbprint, kid);
    }
}

// OA-09
#[test]
fn the_algorithm_is_that_of_the_key() {
    let token = token(Algorithm::Rs256, Typ::IdToken);
    let kid = keys().signing(Algorithm::Rs256).unwrap().jwk().kid();
    for alg in ["none", "nOnE", "HS256", "ES256", "PS256", "rs256", ""] {
        let changed = with_header(&token, &json!({"alg": alg, "typ": "JWT", "kid": kid}));
        check(&changed, Err(Refusal::WrongAlgorithm));
    }
    let (message, _) = token.rsplit_once('.').unwrap();
    check(&format!("{message}."), Err(Refusal::BadSignature));
}

// OA-10
#[test]
fn the_key_is_one_of_ours_and_never_from_the_header() {
    let token = token(Algorithm::Es256, Typ::IdToken);
    let kid = keys().signing(Algorithm::Es256).unwrap().jwk().kid();
    for name in ["jwk", "jku", "x5u", "x5c"] {
        let header = json!({"alg": "ES256", "typ": "JWT", "kid": kid, name: "https://evil.test/"});
        check(&with_header(&token, &header), Err(Refusal::KeyInHeader));
    }
    for name in ["crit", "b64", "zip", "enc"] {
        let header = json!({"alg": "ES256", "typ": "JWT", "kid": kid, name: ["exp"]});
        check(&with_header(&token, &header), Err(Refusal::Extension));
    }
    for kid in ["../../dev/null", "' OR 1=1 --", "", &kid.to_lowercase()] {
        let header = json!({"alg": "ES256", "typ": "JWT", "kid": kid});
        check(&with_header(&token, &header), Err(Refusal::UnknownKey));
    }
    check(&with_header(&token, &json!({"alg": "ES256", "typ": "JWT"})), Err(Refusal::UnknownKey));
    let long = json!({"alg": "ES256", "kid": "x".repeat(65536)});
    check(&with_header(&token, &long), Err(Refusal::TooLong));
}

#[test]
fn a_token_of_one_kind_does_not_pass_for_another() {
    let access = token(Algorithm::Es256, Typ::AccessToken);
    check(&access, Err(Refusal::WrongKind));
    assert!(verify::<Value>(keys(), Typ::AccessToken, &access).is_ok());
    let kid = keys().signing(Algorithm::Es256).unwrap().jwk().kid();
    let header = json!({"alg": "ES256", "typ": "JWT", "kid": kid});
    check(&with_header(&access, &header), Err(Refusal::BadSignature));
}

#[test]
fn a_changed_claim_or_signature_is_refused() {
    let token = token(Algorithm::Es256, Typ::IdToken);
    let parts: Vec<&str> = token.split('.').collect();
    let claims = URL_SAFE_NO_PAD.encode(r#"{"sub":"admin"}"#);
    check(&format!("{}.{claims}.{}", parts[0], parts[2]), Err(Refusal::BadSignature));
    for text in ["", ".", "..", "a.b.c", &format!("{token}="), &format!("{token}.x"), parts[0]] {
        check(text, Err(Refusal::Malformed));
    }
}

// OA-24
#[test]
fn a_retired_key_counts_until_it_is_taken_out() {
    let (old, pkcs8) = SigningKey::generate(Algorithm::Es256).unwrap();
    let token = sign(&old, Typ::IdToken, &json!({"sub": "kim"})).unwrap();
    let set = |old: Vec<(Stage, SigningKey)>| {
        let mut all = old;
        for algorithm in Algorithm::ALL {
            all.push((Stage::Current, SigningKey::generate(algorithm).unwrap().0));
        }
        KeySet::new(all).unwrap()
    };
    let kept = SigningKey::parse(Algorithm::Es256, pkcs8.as_bytes()).unwrap();
    assert_eq!(kept.jwk(), old.jwk());
    assert!(verify::<Value>(&set(vec![(Stage::Retiring, kept)]), Typ::IdToken, &token).is_ok());
    let refused = verify::<Value>(&set(Vec::new()), Typ::IdToken, &token);
    assert_eq!(refused.map(|_| ()), Err(Refusal::UnknownKey));
}
