//! What belongs to no part: the root, files of pages, the meaning of codes, addresses that nobody
//! has.

use axum::Router;
use axum::extract::{Query, Request};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use serde::Deserialize;

use crate::assets;
use crate::pages::error::{ErrorPage, Status};
use crate::paths;
use crate::respond::Answer;
use crate::visit::Visit;
use crate::web::Web;

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/", get(root))
        .route(paths::ERROR, get(meaning))
        .route("/assets/{hash}/{name}", get(asset))
        .route("/favicon.ico", get(icon))
}

async fn root(visit: Visit) -> Answer {
    Ok(visit.see(paths::SECURITY_INFO))
}

async fn asset(visit: Visit, request: Request) -> Response {
    match assets::at(request.uri().path()) {
        Some(asset) => file(asset),
        None => visit.refusal(Status::NotFound, StatusCode::NOT_FOUND),
    }
}

async fn icon() -> Response {
    file(assets::ICON)
}

fn file(asset: assets::Asset) -> Response {
    let mut response = asset.bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(asset.content_type));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(assets::CACHE_CONTROL));
    response
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Marks {
    code: String,
}

/// What a code means. Apps link here from their errors.
async fn meaning(visit: Visit, Query(marks): Query<Marks>) -> Answer {
    let page = ErrorPage {
        frame: visit.frame(),
        code: marks.code.chars().take(32).collect(),
        detail: String::new(),
        event: None,
    };
    Ok(visit.page(&page))
}

pub(super) async fn not_found(visit: Visit) -> Response {
    visit.refusal(Status::NotFound, StatusCode::NOT_FOUND)
}

pub(super) async fn method_not_allowed(visit: Visit) -> Response {
    visit.refusal(Status::MethodNotAllowed, StatusCode::METHOD_NOT_ALLOWED)
}
