//! The routes: one module for each part of the site.

mod admin;
mod authenticator;
mod device;
mod flow;
mod health;
mod my;
mod oauth;
mod register;
mod security_info;
mod set_up;
mod sign_in;
mod sign_out;
mod site;

use axum::Router;
use axum::extract::Request;
use axum::http::header::{
    CACHE_CONTROL, HOST, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse as _, Response};

use crate::observed::observed;
use crate::web::Web;

const STRICT_TRANSPORT: HeaderName = HeaderName::from_static("strict-transport-security");
const PERMISSIONS: HeaderName = HeaderName::from_static("permissions-policy");
const CROSS_ORIGIN: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// All routes of the tenant. `others` are routes of another face, as Graph's API: they are marked and
/// watched like these.
pub fn router(web: Web, others: Router) -> Router {
    Router::new()
        .merge(oauth::routes())
        .merge(sign_in::routes())
        .merge(register::routes())
        .merge(security_info::routes())
        .merge(authenticator::routes())
        .merge(device::routes())
        .merge(my::routes())
        .merge(admin::routes())
        .merge(sign_out::routes())
        .merge(set_up::routes())
        .merge(site::routes())
        .merge(health::routes())
        .merge(others.with_state(()))
        .fallback(site::not_found)
        .method_not_allowed_fallback(site::method_not_allowed)
        .layer(middleware::from_fn_with_state(web.clone(), marked))
        .layer(middleware::from_fn(observed))
        .with_state(web)
}

/// Marks every answer, errors included, and turns away who asks for another host: links and tokens
/// are made for one.
async fn marked(
    axum::extract::State(web): axum::extract::State<Web>,
    request: Request,
    next: Next,
) -> Response {
    let mut response = if asks_for_us(&web, &request) {
        next.run(request).await
    } else {
        StatusCode::MISDIRECTED_REQUEST.into_response()
    };
    let headers = response.headers_mut();
    let mut mark = |name: HeaderName, value: &'static str| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    mark(CACHE_CONTROL, "no-store");
    mark(X_CONTENT_TYPE_OPTIONS, "nosniff");
    mark(X_FRAME_OPTIONS, "DENY");
    mark(REFERRER_POLICY, "no-referrer");
    mark(CROSS_ORIGIN, "same-origin");
    mark(PERMISSIONS, "publickey-credentials-get=(self), publickey-credentials-create=(self)");
    mark(
        axum::http::header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    );
    if web.is_encrypted() {
        mark(STRICT_TRANSPORT, "max-age=31536000");
    }
    response
}

fn asks_for_us(web: &Web, request: &Request) -> bool {
    let url = &web.settings().public_url;
    let Some(host) = url.host_str() else { return false };
    let expected = url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
    let asked = request.headers().get(HOST).and_then(|it| it.to_str().ok());
    let asked = asked.or_else(|| request.uri().authority().map(axum::http::uri::Authority::as_str));
    // Health is asked for by machines that know an address and no name.
    matches!(request.uri().path(), "/healthz" | "/readyz" | "/metrics")
        || asked.is_some_and(|asked| asked.eq_ignore_ascii_case(&expected))
}
