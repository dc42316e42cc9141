use serde_json::json;
use url::Url;

use super::*;
use crate::code::Code;
use crate::parameters::Parameters;
use crate::samples::{WEB, person, tenant, trace, web};

fn address(uri: &str, mode: &str) -> Address {
    let pairs =
        [("client_id", WEB), ("redirect_uri", uri), ("response_mode", mode), ("state", STATE)];
    let pairs = pairs.map(|(name, value)| (name.to_owned(), value.to_owned()));
    Address::parse(&Parameters::new(pairs.into()), &web()).unwrap()
}

const STATE: &str = "s&iss=evil#\"><script>é\r\n";

fn code(address: &Address, account: Option<&str>) -> Carried {
    let granted = Granted {
        code: &Secret::presented("c+d"),
        session_state: "ss",
        client_info: account.map(str::to_owned),
    };
    super::granted(address, &tenant(), granted)
}

/// The fields of a query, read by another reader than ours.
fn fields(query: &str) -> Vec<(String, String)> {
    Url::parse(&format!("x:?{query}")).unwrap().query_pairs().into_owned().collect()
}

#[track_caller]
fn check(found: &[(String, String)], expected: &[(&str, &str)]) {
    let found: Vec<(&str, &str)> = found.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    assert_eq!(found, expected);
}

#[track_caller]
fn redirect(carried: Carried) -> String {
    match carried {
        Carried::Redirect(location) => location,
        Carried::FormPost { .. } => panic!("a form"),
    }
}

// OA-07
#[test]
fn a_code_comes_with_issuer_and_state_in_each_way() {
    let issuer = tenant().issuer();
    let expected = [
        ("code", "c+d"),
        ("client_info", "ci"),
        ("session_state", "ss"),
        ("state", STATE),
        ("iss", issuer.as_str()),
    ];
    let query = redirect(code(&address("https://app.example/signin", "query"), Some("ci")));
    check(&fields(query.strip_prefix("https://app.example/signin?").unwrap()), &expected);
    let fragment = redirect(code(&address("https://app.example/signin", "fragment"), Some("ci")));
    check(&fields(fragment.strip_prefix("https://app.example/signin#").unwrap()), &expected);
    match code(&address("https://app.example/signin", "form_post"), Some("ci")) {
        Carried::FormPost { action, fields } => {
            assert_eq!(action, "https://app.example/signin");
            let fields: Vec<(&str, &str)> =
                fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
            assert_eq!(fields, expected);
        }
        Carried::Redirect(_) => panic!("a redirect"),
    }
}

#[test]
fn the_query_of_the_address_stays_as_it_is() {
    let location = redirect(code(&address("https://app.example/q?a=1", "query"), None));
    assert!(location.starts_with("https://app.example/q?a=1&code=c%2Bd&session_state=ss&state="));
    assert_eq!(with_query("https://a/?", &[("x", "1".into())]), "https://a/?x=1");
    assert_eq!(with_query("https://a/?b&", &[("x", "1".into())]), "https://a/?b&x=1");
}

// OA-07
#[test]
fn an_error_comes_with_issuer_and_state_and_its_description() {
    let error = Error::new(Code::NOT_SIGNED_IN);
    let address = address("https://app.example/signin", "query");
    let location = redirect(refused(&address, &tenant(), &error, &trace()));
    assert!(!location.contains(['\r', '\n', '<', '"']), "{location}");
    let found = fields(location.split_once('?').unwrap().1);
    let (issuer, description) = (tenant().issuer(), error.description(&trace()));
    check(
        &found,
        &[
            ("error", "login_required"),
            ("error_description", description.as_str()),
            ("error_uri", "https://login.example/error?code=50058"),
            ("state", STATE),
            ("iss", issuer.as_str()),
        ],
    );
}

#[test]
fn the_account_is_as_msal_reads_it() {
    let json = URL_SAFE_NO_PAD.decode(client_info("oid-kim", &tenant())).unwrap();
    let account: serde_json::Value = serde_json::from_slice(&json).unwrap();
    assert_eq!(account, json!({"uid": "oid-kim", "utid": tenant().id()}));
}

#[test]
fn a_token_answer_has_only_what_was_given() {
    let scopes = Scopes::parse("openid User.Read").unwrap();
    let answer = TokenAnswer::new("at".into(), 3600, &scopes);
    assert_eq!(
        serde_json::to_value(&answer).unwrap(),
        json!({
            "token_type": "Bearer", "scope": "openid User.Read",
            "expires_in": 3600, "ext_expires_in": 3600, "access_token": "at",
        })
    );
    let answer = answer
        .with_refresh_token(&Secret::presented("rt"))
        .with_id_token("it".into())
        .with_client_info("ci".into())
        .with_refresh_in(1800);
    let json = serde_json::to_value(&answer).unwrap();
    assert_eq!(json["refresh_token"], "rt");
    assert_eq!(json["id_token"], "it");
    assert_eq!(json["client_info"], "ci");
    assert_eq!(json["refresh_in"], 1800);
    let shown = format!("{answer:?}");
    assert!(!shown.contains("rt\"") && !shown.contains("at\""), "{shown}");
}

#[test]
fn a_device_is_told_where_to_go_and_what_to_type() {
    let user_code = UserCode::typed("BCDFGHJKL").unwrap();
    let answer = DeviceAnswer::new(&tenant(), &user_code, &Secret::presented("dc"), 900, 5);
    assert_eq!(
        serde_json::to_value(&answer).unwrap(),
        json!({
            "user_code": "BCD-FGH-JKL", "device_code": "dc", "expires_in": 900, "interval": 5,
            "verification_uri": "https://login.example/devicelogin",
            "message": "To sign in, open https://login.example/devicelogin in a browser and enter \
                the code BCD-FGH-JKL.",
        })
    );
    assert_eq!(format!("{answer:?}"), "DeviceAnswer(…)");
}

#[test]
fn userinfo_says_what_the_scopes_allow() {
    let says = |scopes: &[OpenIdScope]| {
        serde_json::to_value(UserInfo::new("sub", &person(), scopes)).unwrap()
    };
    assert_eq!(says(&[OpenIdScope::Openid]), json!({"sub": "sub"}));
    assert_eq!(
        says(&[OpenIdScope::Profile]),
        json!({"sub": "sub", "name": "Kim", "given_name": "Kim", "preferred_username": "kim@example.com"})
    );
    assert_eq!(says(&[OpenIdScope::Email]), json!({"sub": "sub", "email": "kim@mail.example"}));
}
