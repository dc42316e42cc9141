use super::*;
use crate::claims_request::{AuthenticationContext, Weight};
use crate::code::OAuthError;
use crate::samples::{CHALLENGE, NATIVE, WEB, native, web};

const BASE: [(&str, &str); 4] = [
    ("client_id", WEB),
    ("redirect_uri", "https://app.example/signin"),
    ("response_type", "code"),
    ("scope", "openid"),
];

/// The request above with parameters changed, removed (by an empty value) or added.
fn changed(changes: &[(&str, &str)]) -> Parameters {
    let mut pairs: Vec<(String, String)> = BASE
        .iter()
        .filter(|(name, _)| !changes.iter().any(|(it, _)| it == name))
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    pairs.extend(changes.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    Parameters::new(pairs)
}

fn parse(client: &Client, changes: &[(&str, &str)]) -> Result<Request, Error> {
    let parameters = changed(changes);
    let address = Address::parse(&parameters, client)?;
    Request::parse(&parameters, client, address)
}

#[track_caller]
fn request(changes: &[(&str, &str)]) -> Request {
    parse(&web(), changes).unwrap()
}

/// The second stage refuses, so the first must have found an address.
#[track_caller]
fn check(changes: &[(&str, &str)], code: Code) {
    let parameters = changed(changes);
    let address = Address::parse(&parameters, &web()).unwrap();
    let refused = Request::parse(&parameters, &web(), address).map_err(|it| it.code());
    assert_eq!(refused, Err(code), "{changes:?}");
}

#[track_caller]
fn check_shown(changes: &[(&str, &str)], code: Code) {
    let refused = Address::parse(&changed(changes), &web()).map_err(|it| it.code());
    assert_eq!(refused, Err(code), "{changes:?}");
}

#[test]
fn a_plain_request_is_read() {
    let request = request(&[("state", "s"), ("nonce", "n"), ("client_info", "1")]);
    assert_eq!(request.address.uri(), "https://app.example/signin");
    assert_eq!(request.address.mode(), ResponseMode::Query);
    assert_eq!(request.address.state(), Some("s"));
    assert_eq!(request.nonce.as_deref(), Some("n"));
    assert_eq!(request.client_info, ClientInfo::Wanted);
    assert_eq!(request.challenge, None);
    assert!(request.wants_id_token() && request.prompts.is_empty());
}

// OA-01
#[test]
fn an_address_that_is_not_registered_is_shown_and_never_followed() {
    check_shown(&[("redirect_uri", "https://evil.example/")], Code::REDIRECT_URI_MISMATCH);
    check_shown(&[("redirect_uri", "")], Code::NO_REDIRECT_URI);
    check_shown(
        &[("redirect_uri", "https://app.example/signin"), ("redirect_uri", "https://evil/")],
        Code::MALFORMED_REQUEST,
    );
    check_shown(&[("client_id", "")], Code::MISSING_PARAMETER);
    check_shown(&[("client_id", "<script>")], Code::UNKNOWN_CLIENT);
    check_shown(&[("client_id", NATIVE)], Code::UNKNOWN_CLIENT);
    check_shown(&[("client_id", WEB), ("client_id", WEB)], Code::MALFORMED_REQUEST);
}

// OA-22
#[test]
fn a_repeated_parameter_is_told_to_the_application() {
    check(&[("nonce", "1"), ("nonce", "1")], Code::MALFORMED_REQUEST);
    check(&[("scope", "openid"), ("scope", "openid")], Code::MALFORMED_REQUEST);
    check(&[("state", "1"), ("state", "2")], Code::MALFORMED_REQUEST);
    check(&[("unknown", "1"), ("unknown", "2")], Code::MALFORMED_REQUEST);
    assert_eq!(parse(&web(), &[("unknown", "1")]).map(|_| ()), Ok(()));
}

#[test]
fn of_two_states_neither_comes_back() {
    let parameters = changed(&[("state", "1"), ("state", "2")]);
    assert_eq!(Address::parse(&parameters, &web()).unwrap().state(), None);
}

// OA-21
#[test]
fn no_token_is_given_from_the_authorize_endpoint() {
    for kind in ["token", "id_token", "code id_token", "code token", "none", "CODE"] {
        check(&[("response_type", kind)], Code::UNSUPPORTED_RESPONSE_TYPE);
    }
    check(&[("response_type", "")], Code::MISSING_PARAMETER);
    assert_eq!(Code::UNSUPPORTED_RESPONSE_TYPE.oauth(), OAuthError::UnsupportedResponseType);
}

#[test]
fn the_answer_travels_in_one_of_three_ways() {
    for (text, mode) in [
        ("query", ResponseMode::Query),
        ("fragment", ResponseMode::Fragment),
        ("form_post", ResponseMode::FormPost),
    ] {
        assert_eq!(request(&[("response_mode", text)]).address.mode(), mode);
    }
    check(&[("response_mode", "web_message")], Code::UNSUPPORTED_RESPONSE_MODE);
}

#[test]
fn signed_requests_are_refused() {
    check(&[("request", "e30.e30.")], Code::REQUEST_OBJECT);
    check(&[("request_uri", "https://app.example/r")], Code::REQUEST_ADDRESS);
}

// OA-03
#[test]
fn whoever_has_no_secret_must_send_a_challenge_by_s256() {
    let device = [("client_id", NATIVE), ("redirect_uri", "http://localhost:1234")];
    let page = [("client_id", NATIVE), ("redirect_uri", "https://spa.example/")];
    for address in [device, page] {
        let with = |more: &[(&str, &str)]| {
            parse(&native(), &[address.as_slice(), more].concat())
                .map(|_| ())
                .map_err(|it| it.code())
        };
        assert_eq!(with(&[]), Err(Code::BAD_CHALLENGE));
        assert_eq!(with(&[("code_challenge", CHALLENGE)]), Err(Code::PLAIN_CHALLENGE));
        let by = |method| with(&[("code_challenge", CHALLENGE), ("code_challenge_method", method)]);
        assert_eq!(by("plain"), Err(Code::PLAIN_CHALLENGE));
        assert_eq!(by("s256"), Err(Code::PLAIN_CHALLENGE));
        assert_eq!(by("S256"), Ok(()));
    }
    check(&[("code_challenge_method", "S256")], Code::BAD_CHALLENGE);
}

#[test]
fn state_and_nonce_of_two_kibibytes_come_back_and_longer_ones_are_refused() {
    let long = "ä".repeat(1024);
    let request = request(&[("state", &long), ("nonce", &long)]);
    assert_eq!(request.address.state(), Some(long.as_str()));
    assert_eq!(request.nonce.as_deref(), Some(long.as_str()));
    let longer = format!("{long}x");
    check(&[("state", &longer)], Code::INVALID_PARAMETER);
    check(&[("nonce", &longer)], Code::INVALID_PARAMETER);
}

#[test]
fn prompts_are_read_and_none_stands_alone() {
    let prompts = |text| request(&[("prompt", text)]).prompts;
    assert_eq!(prompts("none"), BTreeSet::from([Prompt::None]));
    assert_eq!(prompts("login consent"), BTreeSet::from([Prompt::Login, Prompt::Consent]));
    assert_eq!(prompts("select_account"), BTreeSet::from([Prompt::SelectAccount]));
    assert_eq!(prompts("create"), BTreeSet::from([Prompt::Create]));
    check(&[("prompt", "none login")], Code::INVALID_PARAMETER);
    check(&[("prompt", "attack")], Code::INVALID_PARAMETER);
}

// CA-19
#[test]
fn an_age_is_a_number_of_seconds_and_nothing_else() {
    assert_eq!(request(&[]).max_age, None);
    assert_eq!(request(&[("max_age", "0")]).max_age, Some(0));
    assert_eq!(request(&[("max_age", "4294967295")]).max_age, Some(u32::MAX));
    for bad in ["-1", "+1", "1e20", "abc", "4294967296", "1.5", " 1", "٣"] {
        check(&[("max_age", bad)], Code::INVALID_PARAMETER);
    }
}

// CA-18
#[test]
fn authentication_contexts_come_from_claims_and_from_acr_values() {
    let context = |text| AuthenticationContext::parse(text).unwrap();
    let step_up = r#"{"access_token":{"acrs":{"essential":true,"value":"c1"}}}"#;
    let request = request(&[("claims", step_up), ("acr_values", "c1 c7 urn:other 1")]);
    assert_eq!(
        request.claims.contexts,
        [(context("c1"), Weight::Essential), (context("c7"), Weight::Voluntary)]
    );
    check(&[("claims", "{")], Code::INVALID_PARAMETER);
}

#[test]
fn hints_and_languages_are_carried_along() {
    let request = request(&[
        ("login_hint", "kim@example.com"),
        ("domain_hint", "example.com"),
        ("ui_locales", "de-CH <b> fr"),
        ("id_token_hint", "a.b.c"),
    ]);
    assert_eq!(request.login_hint.as_deref(), Some("kim@example.com"));
    assert_eq!(request.domain_hint.as_deref(), Some("example.com"));
    assert_eq!(request.ui_locales, ["de-CH", "fr"]);
    assert_eq!(request.id_token_hint.as_deref(), Some("a.b.c"));
    check(&[("login_hint", &"x".repeat(1025))], Code::INVALID_PARAMETER);
}

#[test]
fn a_client_without_the_grant_gets_no_code() {
    let mut client = web();
    client.grants.clear();
    let refused = parse(&client, &[]).map_err(|it| it.code());
    assert_eq!(refused.map(|_| ()), Err(Code::GRANT_NOT_ALLOWED));
}

#[test]
fn a_request_without_scopes_is_refused() {
    check(&[("scope", "")], Code::MISSING_PARAMETER);
    check(&[("scope", "  ")], Code::MISSING_PARAMETER);
}

#[test]
fn a_request_survives_being_kept() {
    let request = request(&[("state", "s"), ("prompt", "login"), ("acr_values", "c3")]);
    let kept = serde_json::to_string(&request).unwrap();
    assert_eq!(serde_json::from_str::<Request>(&kept).unwrap(), request);
}
