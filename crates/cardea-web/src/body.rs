//! Bodies of requests: of bounded size, and complete within bounded time, however they come.

use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use tokio::time::timeout;

/// The largest form, in bytes: an answer of a ceremony with a long attestation fits.
pub(crate) const LARGEST: usize = 256 * 1024;

/// How long a form may take to come. The slowest line that counts as one brings a page's form in a second; whoever
/// trickles holds a connection and what it has sent, and no longer than this.
const PATIENCE: Duration = Duration::from_secs(30);

/// Why a body was not read to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unread {
    /// It is larger than it may be, or the connection broke.
    TooLarge,
    /// It did not end in time.
    TooSlow,
}

impl IntoResponse for Unread {
    fn into_response(self) -> Response {
        match self {
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE.into_response(),
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT.into_response(),
        }
    }
}

/// Reads a body to its end.
pub(crate) async fn read(body: Body) -> Result<Bytes, Unread> {
    read_at_most(body, LARGEST).await
}

/// Reads a body of at most so many bytes to its end.
pub(crate) async fn read_at_most(body: Body, largest: usize) -> Result<Bytes, Unread> {
    match timeout(PATIENCE, to_bytes(body, largest)).await {
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(_)) => Err(Unread::TooLarge),
        Err(_) => Err(Unread::TooSlow),
    }
}

/// The body of a request that a program sends.
#[derive(Debug)]
pub(crate) struct Received(pub(crate) Bytes);

impl<S: Send + Sync> FromRequest<S> for Received {
    type Rejection = Unread;

    async fn from_request(request: Request, _: &S) -> Result<Self, Unread> {
        read(request.into_body()).await.map(Self)
    }
}
