//! The endpoints of the protocol.

use axum::extract::{Path, RawQuery, State};
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, ORIGIN, VARY, WWW_AUTHENTICATE,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use cardea_idp::authorize::Authorized;
use cardea_idp::snapshot::Snapshot;
use cardea_oidc::bearer;
use cardea_oidc::client::Platform;
use cardea_oidc::code::Code;
use cardea_oidc::error::Error;
use cardea_oidc::parameters::Parameters;
use cardea_oidc::token_request::Form;

use crate::body::Received;
use crate::paths;
use crate::respond::{Answer, set_cookie};
use crate::visit::{SIGN_IN, Visit};
use crate::web::Web;

/// How long clients may keep what changes seldom.
const PUBLIC: &str = "public, max-age=300";

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/{tenant}/v2.0/.well-known/openid-configuration", get(metadata))
        .route("/{tenant}/discovery/v2.0/keys", get(keys))
        .route("/{tenant}/oauth2/v2.0/authorize", get(authorize).post(authorize_posted))
        .route("/{tenant}/oauth2/v2.0/token", post(token).options(preflight).fallback(post_only))
        .route(
            "/{tenant}/oauth2/v2.0/devicecode",
            post(device_code).options(preflight).fallback(post_only),
        )
        .route("/oidc/userinfo", get(userinfo).post(userinfo))
}

/// Whether an address names this tenant: by its id, its domain, or a word for "whichever it is".
fn is_ours(snapshot: &Snapshot, segment: &str) -> bool {
    let row = &snapshot.row;
    segment.eq_ignore_ascii_case(&row.id)
        || segment.eq_ignore_ascii_case(&row.default_domain)
        || matches!(segment, "organizations" | "common")
}

async fn metadata(visit: Visit, Path(segment): Path<String>) -> Answer {
    let snapshot = visit.web.idp().last_snapshot();
    if !is_ours(&snapshot, &segment) {
        return visit.json_error(&Error::new(Code::UNKNOWN_TENANT));
    }
    let mut response = Json(snapshot.issuer.metadata(&segment)).into_response();
    open_to_all(&mut response);
    Ok(response)
}

async fn keys(State(web): State<Web>) -> Response {
    let document = web.idp().last_snapshot().keys.document().to_vec();
    let mut response = document.into_response();
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    open_to_all(&mut response);
    response
}

fn open_to_all(response: &mut Response) {
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(PUBLIC));
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(
        axum::http::HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("cross-origin"),
    );
}

async fn authorize(visit: Visit, Path(segment): Path<String>, RawQuery(query): RawQuery) -> Answer {
    authorized(visit, &segment, query.unwrap_or_default().as_bytes()).await
}

/// OpenID Connect Core section 3.1.2.1 asks for POST too. Cookies of ours do not come with one from
/// another site, so it begins a new sign-in.
async fn authorize_posted(
    visit: Visit,
    Path(segment): Path<String>,
    Received(body): Received,
) -> Answer {
    authorized(visit, &segment, &body).await
}

async fn authorized(visit: Visit, segment: &str, form: &[u8]) -> Answer {
    let idp = visit.web.idp();
    if !is_ours(&*idp.snapshot().await?, segment) {
        let trace = idp.trace(visit.correlation.as_deref(), visit.now)?;
        return Ok(visit.error(&Error::new(Code::UNKNOWN_TENANT), &trace));
    }
    let parameters = Parameters::decode(form);
    let (handle, page) = match idp.authorize(&parameters, &visit.browser(), visit.now).await? {
        Authorized::Shown(error, trace) => return Ok(visit.error(&error, &trace)),
        Authorized::Answered(carried) => return Ok(visit.carried(carried, "")),
        Authorized::Ready(handle) => return super::sign_in::finished(&visit, &handle).await,
        Authorized::Begun(handle) => (handle, paths::SIGN_IN),
    };
    let mut response = visit.see(page);
    set_cookie(&mut response, &visit.cookie(SIGN_IN, handle.expose(), None));
    Ok(response)
}

async fn token(
    visit: Visit,
    Path(segment): Path<String>,
    headers: HeaderMap,
    Received(body): Received,
) -> Answer {
    let idp = visit.web.idp();
    let snapshot = idp.snapshot().await?;
    if !is_ours(&snapshot, &segment) {
        return visit.json_error(&Error::new(Code::UNKNOWN_TENANT));
    }
    let answer = idp.token(form(&headers, &body), &visit.visitor, visit.now).await?;
    let mut response = match answer {
        Ok(answer) => Json(answer).into_response(),
        Err(error) => visit.json_error(&error)?,
    };
    allow_single_page_app(&snapshot, &headers, &mut response);
    Ok(response)
}

async fn device_code(
    visit: Visit,
    Path(segment): Path<String>,
    headers: HeaderMap,
    Received(body): Received,
) -> Answer {
    let idp = visit.web.idp();
    if !is_ours(&*idp.snapshot().await?, &segment) {
        return visit.json_error(&Error::new(Code::UNKNOWN_TENANT));
    }
    match idp.device_code(form(&headers, &body), &visit.visitor, visit.now).await? {
        Ok(answer) => Ok(Json(answer).into_response()),
        Err(error) => visit.json_error(&error),
    }
}

async fn userinfo(visit: Visit, headers: HeaderMap) -> Answer {
    let authorization = text(&headers, &AUTHORIZATION);
    match visit.web.idp().userinfo(authorization, visit.now).await? {
        Ok(person) => Ok(Json(person).into_response()),
        Err(error) => {
            let mut response = visit.json_error(&error)?;
            let issuer = &visit.web.idp().last_snapshot().issuer;
            let challenge = bearer::www_authenticate(issuer, &error);
            if let Ok(challenge) = HeaderValue::from_str(&challenge) {
                response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
            }
            Ok(response)
        }
    }
}

async fn post_only(visit: Visit) -> Answer {
    let mut response = visit.json_error(&Error::new(Code::WRONG_VERB))?;
    *response.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
    Ok(response)
}

/// Single-page apps ask before they post.
async fn preflight(visit: Visit, headers: HeaderMap) -> Answer {
    let mut response = StatusCode::NO_CONTENT.into_response();
    let snapshot = visit.web.idp().snapshot().await?;
    allow_single_page_app(&snapshot, &headers, &mut response);
    Ok(response)
}

/// Only origins at which some application's single-page addresses are may read an answer, and none
/// may send cookies.
fn allow_single_page_app(snapshot: &Snapshot, headers: &HeaderMap, response: &mut Response) {
    response.headers_mut().insert(VARY, HeaderValue::from_static("Origin"));
    let Some(origin) = text(headers, &ORIGIN) else { return };
    let uris = snapshot.clients.values().flat_map(|client| &client.redirect_uris);
    let known = uris.filter(|uri| uri.platform() == Platform::Spa).any(|uri| {
        url::Url::parse(uri.uri()).is_ok_and(|url| url.origin().ascii_serialization() == origin)
    });
    if let (true, Ok(origin)) = (known, HeaderValue::from_str(origin)) {
        let headers = response.headers_mut();
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.insert(ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("POST"));
        let allowed = HeaderValue::from_static("content-type, client-request-id");
        headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, allowed);
    }
}

fn form<'a>(headers: &'a HeaderMap, body: &'a [u8]) -> Form<'a> {
    Form {
        content_type: text(headers, &CONTENT_TYPE),
        authorization: text(headers, &AUTHORIZATION),
        body,
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &axum::http::HeaderName) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}
