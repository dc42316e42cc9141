use super::*;
use crate::client_authentication::Credential::{Assertion, None as Nothing, Secret as ASecret};
use crate::code::OAuthError;
use crate::samples::{NATIVE, VERIFIER, WEB, native};

const FORM: &str = "application/x-www-form-urlencoded";

fn parse(authorization: Option<&str>, body: &str) -> Result<TokenRequest, Error> {
    let form = Form { content_type: Some(FORM), authorization, body: body.as_bytes() };
    TokenRequest::parse(form)
}

#[track_caller]
fn check(body: &str, expected: Result<GrantType, Code>) {
    let grant = parse(None, body).map(|it| it.grant.kind()).map_err(|it| it.code());
    assert_eq!(grant, expected, "{body}");
}

/// Credentials of a good request, with this header and these parameters added.
#[track_caller]
fn check_client(
    authorization: Option<&str>,
    more: &str,
    expected: Result<(&str, Credential), Code>,
) {
    let body = format!("grant_type=refresh_token&refresh_token=r{more}");
    let client = parse(authorization, &body).map(|it| it.client).map_err(|it| it.code());
    let client = client.map(|it| (it.id.as_str().to_owned(), it.credential));
    assert_eq!(client, expected.map(|(id, it)| (id.to_owned(), it)), "{authorization:?} {more}");
}

fn basic(text: &str) -> String {
    format!("Basic {}", STANDARD.encode(text))
}

#[test]
fn each_grant_is_read() {
    let body = format!(
        "grant_type=authorization_code&client_id={WEB}&code=c&redirect_uri=https%3A%2F%2Fa%2F\
         &code_verifier={VERIFIER}&scope=openid&client_info=1"
    );
    let request = parse(None, &body).unwrap();
    assert_eq!(
        request.grant,
        Grant::AuthorizationCode {
            code: Secret::presented("c"),
            redirect_uri: Some("https://a/".into()),
            verifier: Some(Verifier::parse(VERIFIER).unwrap()),
            scopes: Some(Scopes::parse("openid").unwrap()),
        }
    );
    assert_eq!(request.client_info, ClientInfo::Wanted);
    check(
        &format!("grant_type=refresh_token&refresh_token=r&client_id={WEB}"),
        Ok(GrantType::RefreshToken),
    );
    check(
        &format!("grant_type=client_credentials&scope=api%3A%2F%2Fx%2F.default&client_id={WEB}"),
        Ok(GrantType::ClientCredentials),
    );
}

#[test]
fn a_device_code_is_read_from_every_client_that_there_is() {
    for body in [
        "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code&device_code=d",
        "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code&device_code=d&code=d",
        "grant_type=device_code&device_code=d&claims=%7B%7D",
        "grant_type=device_code&code=d",
    ] {
        let request = parse(None, &format!("{body}&client_id={NATIVE}")).unwrap();
        assert_eq!(request.grant, Grant::DeviceCode { code: Secret::presented("d") }, "{body}");
    }
    check("grant_type=device_code&code=a&device_code=b&client_id=x", Err(Code::MALFORMED_REQUEST));
    check("grant_type=device_code&client_id=x", Err(Code::MISSING_PARAMETER));
}

// OA-21
#[test]
fn passwords_and_implicit_grants_are_unsupported() {
    for grant in [
        "password",
        "implicit",
        "urn:ietf:params:oauth:grant-type:jwt-bearer",
        "x",
        "Refresh_Token",
    ] {
        let body = format!("grant_type={grant}&client_id={WEB}&username=u&password=p");
        check(&body, Err(Code::UNSUPPORTED_GRANT_TYPE));
    }
    assert_eq!(Code::UNSUPPORTED_GRANT_TYPE.oauth(), OAuthError::UnsupportedGrantType);
    check(&format!("client_id={WEB}"), Err(Code::MISSING_PARAMETER));
}

// OA-21
#[test]
fn a_grant_that_is_not_registered_is_not_for_this_client() {
    let grant = Grant::DeviceCode { code: Secret::presented("d") };
    assert_eq!(
        grant.allowed(&native()).map_err(|it| it.oauth()),
        Err(OAuthError::UnauthorizedClient)
    );
    let grant = Grant::RefreshToken { token: Secret::presented("r"), scopes: None };
    assert_eq!(grant.allowed(&native()), Ok(()));
}

// OA-22
#[test]
fn only_forms_are_read_and_each_parameter_once() {
    let typed = |content_type| {
        let body = format!("grant_type=refresh_token&refresh_token=r&client_id={WEB}");
        let form = Form { content_type, authorization: None, body: body.as_bytes() };
        TokenRequest::parse(form).map(|_| ()).map_err(|it| it.code())
    };
    assert_eq!(typed(Some(FORM)), Ok(()));
    assert_eq!(typed(Some("Application/X-WWW-Form-URLEncoded; charset=UTF-8")), Ok(()));
    for other in [None, Some("application/json"), Some("multipart/form-data"), Some("text/plain")] {
        assert_eq!(typed(other), Err(Code::MALFORMED_REQUEST), "{other:?}");
    }
    let body = format!("grant_type=refresh_token&refresh_token=r&client_id={WEB}");
    check(&format!("{body}&refresh_token=r"), Err(Code::MALFORMED_REQUEST));
    check(&format!("{body}&x=1&x=1"), Err(Code::MALFORMED_REQUEST));
    check(&format!("{body}&x=1"), Ok(GrantType::RefreshToken));
}

#[test]
fn a_client_shows_its_credential_in_the_body_or_in_the_header() {
    let secret = |text: &str| ASecret(Secret::presented(text));
    check_client(None, "&client_id=A", Ok(("a", Nothing)));
    check_client(None, "&client_id=a&client_secret=s%2B", Ok(("a", secret("s+"))));
    check_client(Some(&basic("a:s%2Bx+y")), "", Ok(("a", secret("s+x y"))));
    check_client(Some(&basic("a:s:t")), "&client_id=A", Ok(("a", secret("s:t"))));
    let typed =
        format!("&client_id=a&client_assertion=j&client_assertion_type={}", client_assertion::TYPE);
    check_client(None, &typed, Ok(("a", Assertion(Secret::presented("j")))));
}

// OA-22
#[test]
fn two_credentials_are_one_too_many() {
    let header = basic("a:s");
    check_client(Some(&header), "&client_id=a&client_secret=s", Err(Code::MALFORMED_REQUEST));
    check_client(Some(&header), "&client_secret=s", Err(Code::MALFORMED_REQUEST));
    check_client(Some(&header), "&client_id=b", Err(Code::MALFORMED_REQUEST));
    let jwt =
        format!("&client_id=a&client_assertion=j&client_assertion_type={}", client_assertion::TYPE);
    check_client(Some(&header), &jwt, Err(Code::MALFORMED_REQUEST));
    check_client(None, &format!("{jwt}&client_secret=s"), Err(Code::MALFORMED_REQUEST));
}

#[test]
fn half_a_credential_is_none() {
    check_client(None, "", Err(Code::MISSING_PARAMETER));
    check_client(None, "&client_secret=s", Err(Code::MISSING_PARAMETER));
    check_client(None, "&client_id=a&client_assertion=j", Err(Code::MISSING_PARAMETER));
    check_client(
        None,
        "&client_id=a&client_assertion=j&client_assertion_type=x",
        Err(Code::INVALID_PARAMETER),
    );
    check_client(None, "&client_id=%3C", Err(Code::UNKNOWN_CLIENT));
    for header in [
        "",
        "Basic",
        "Basic !",
        "Bearer abc",
        &basic("a"),
        &basic("a:"),
        &basic(":s"),
        &basic("a b:s"),
    ] {
        check_client(Some(header), "", Err(Code::WRONG_CLIENT_SECRET));
    }
}

#[test]
fn an_assertion_alone_says_whose_it_is() {
    let jwt = format!(
        "{}.{}.{}",
        "eyJhbGciOiJFUzI1NiJ9",
        base64::engine::general_purpose::URL_SAFE_NO_PAD
            .encode(r#"{"iss":"a","sub":"a","aud":"x","exp":1,"jti":"1"}"#),
        "c2ln"
    );
    let more = format!("&client_assertion={jwt}&client_assertion_type={}", client_assertion::TYPE);
    check_client(None, &more, Ok(("a", Assertion(Secret::presented(&jwt)))));
}

#[test]
fn a_device_asks_for_a_code_with_scopes() {
    let parse = |body: &str| {
        let form = Form { content_type: Some(FORM), authorization: None, body: body.as_bytes() };
        DeviceRequest::parse(form).map_err(|it| it.code())
    };
    let request = parse(&format!("client_id={NATIVE}&scope=openid%20User.Read")).unwrap();
    assert_eq!(request.scopes, Scopes::parse("openid User.Read").unwrap());
    assert_eq!(parse(&format!("client_id={NATIVE}")), Err(Code::MISSING_PARAMETER));
}

#[test]
fn no_secret_of_a_request_is_shown() {
    let body = format!(
        "grant_type=refresh_token&refresh_token=hunter2&client_id={WEB}&client_secret=hunter2"
    );
    let shown = format!("{:?}", parse(None, &body).unwrap());
    assert!(!shown.contains("hunter2"), "{shown}");
    let form = Form { content_type: None, authorization: Some("hunter2"), body: b"hunter2" };
    assert!(!format!("{form:?}").contains("hunter2"));
}
