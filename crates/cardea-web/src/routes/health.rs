//! What machines ask: whether the process lives, whether it can serve, and what it counts.

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;

use crate::web::Web;

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/healthz", get(lives))
        .route("/readyz", get(serves))
        .route("/metrics", get(metrics))
}

async fn lives() -> &'static str {
    "ok\n"
}

/// Ready is who can ask the database.
async fn serves(State(web): State<Web>) -> Response {
    match web.idp().snapshot().await {
        Ok(_) => "ok\n".into_response(),
        Err(error) => {
            tracing::warn!(error = %error, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, "the database cannot be reached\n").into_response()
        }
    }
}

async fn metrics(State(web): State<Web>) -> Response {
    match &web.settings().metrics {
        Some(metrics) => ([(CONTENT_TYPE, "text/plain; version=0.0.4")], metrics()).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
