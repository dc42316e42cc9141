//! Answers.

use axum::http::header::{CONTENT_TYPE, ETAG, LOCATION};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::Value;

/// The type of bodies; the parameter is how Graph says which annotations there are.
const JSON: &str =
    "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false";

/// An answer that is no refusal.
#[derive(Debug)]
pub(crate) struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Option<Value>,
}

impl Reply {
    pub(crate) fn ok(body: Value) -> Self {
        Self { status: StatusCode::OK, headers: HeaderMap::new(), body: Some(body) }
    }

    /// How many there are, as a text.
    pub(crate) fn number(count: usize) -> Self {
        let text = [(CONTENT_TYPE, HeaderValue::from_static("text/plain"))];
        let body = Some(Value::from(count));
        Self { status: StatusCode::OK, headers: HeaderMap::from_iter(text), body }
    }

    /// The same for something that was created; `at` is its address.
    #[must_use]
    pub(crate) fn created_at(mut self, at: &str) -> Self {
        if let Ok(at) = HeaderValue::from_str(at) {
            self.headers.insert(LOCATION, at);
        }
        Self { status: StatusCode::CREATED, ..self }
    }

    /// The same for something that was begun; `at` tells what became of it.
    #[must_use]
    pub(crate) fn accepted_at(self, at: &str) -> Self {
        Self { status: StatusCode::ACCEPTED, ..self.created_at(at) }
    }

    /// It is done, and there is nothing to say about it.
    pub(crate) fn done() -> Self {
        Self { status: StatusCode::NO_CONTENT, headers: HeaderMap::new(), body: None }
    }

    /// The same, with the version of the object.
    #[must_use]
    pub(crate) fn tagged(mut self, tag: &str) -> Self {
        if let Ok(tag) = HeaderValue::from_str(tag) {
            self.headers.insert(ETAG, tag);
        }
        self
    }
}

impl IntoResponse for Reply {
    fn into_response(self) -> Response {
        let mut response = match self.body {
            Some(body) => json(self.status, &body),
            None => self.status.into_response(),
        };
        response.headers_mut().extend(self.headers);
        response
    }
}

/// A JSON answer.
pub(crate) fn json(status: StatusCode, body: &Value) -> Response {
    let mut response = (status, body.to_string()).into_response();
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(JSON));
    response
}
