//! Graph's addresses as routes of the server: who sends a request, its body, and batches.

use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, IF_MATCH, WWW_AUTHENTICATE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{any, get};
use cardea_idp::admin::caller::Caller;
use cardea_odata::batch::{self, Batch};
use cardea_odata::problem::{Code, Trace};
use cardea_oidc::bearer;
use serde_json::Value;
use tokio::time::timeout;

use crate::api::{Api, Version};
use crate::document::{metadata, openapi};
use crate::problem::{Problem, Result};
use crate::reply::{Reply, json};
use crate::route::SCIM;
use crate::scim;
use crate::service::{self, Incoming};

/// The largest body, in bytes.
const LARGEST: usize = 4 * 1024 * 1024;
/// How long a body may take to come.
const PATIENCE: Duration = Duration::from_secs(30);
const REQUEST_ID: HeaderName = HeaderName::from_static("request-id");
const CLIENT_REQUEST_ID: HeaderName = HeaderName::from_static("client-request-id");
const PREFER: HeaderName = HeaderName::from_static("prefer");

/// The routes of the API.
pub fn routes(api: Api) -> Router {
    Router::new()
        .route("/v1.0/{*path}", any(v1))
        .route("/beta/{*path}", any(beta))
        .route("/v1.0/$metadata", get(metadata))
        .route("/beta/$metadata", get(metadata))
        .route("/openapi.json", get(openapi))
        .route(&format!("/{SCIM}/{{*path}}"), any(scim))
        .with_state(api)
}

async fn v1(State(api): State<Api>, request: Request) -> Response {
    Box::pin(respond(&api, Version::V1, request)).await
}

async fn beta(State(api): State<Api>, request: Request) -> Response {
    Box::pin(respond(&api, Version::Beta, request)).await
}

async fn metadata() -> Response {
    ([(CONTENT_TYPE, "application/xml")], metadata::DOCUMENT.as_str()).into_response()
}

async fn openapi(State(api): State<Api>) -> Response {
    let issuer = &api.idp().last_snapshot().issuer;
    axum::Json(openapi::document(&api.origin(), &issuer.issuer())).into_response()
}

async fn scim(State(api): State<Api>, request: Request) -> Response {
    Box::pin(scim::respond(&api, request)).await
}

async fn respond(api: &Api, version: Version, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let trace = trace(api, &parts.headers);
    let mut response = match handled(api, version, (&parts, body), &trace).await {
        Ok(reply) => reply.into_response(),
        Err(problem) => refused(&problem, &trace),
    };
    let headers = response.headers_mut();
    for (name, value) in
        [(REQUEST_ID, &trace.request_id), (CLIENT_REQUEST_ID, &trace.client_request_id)]
    {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    }
    response
}

fn refused(problem: &Problem, trace: &Trace) -> Response {
    let status =
        StatusCode::from_u16(problem.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = json(status, &problem.body(trace));
    if let Some(challenge) = problem.challenge().and_then(|it| HeaderValue::from_str(it).ok()) {
        response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
    }
    response
}

/// What ties an answer to the log. What a client sends is repeated where it looks like an id.
fn trace(api: &Api, headers: &HeaderMap) -> Trace {
    let request_id = uuid::Uuid::new_v4().to_string();
    let given = headers.get(CLIENT_REQUEST_ID).and_then(|it| it.to_str().ok());
    let is_id =
        |it: &&str| it.len() <= 64 && it.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'-');
    let client_request_id = given.filter(is_id).unwrap_or(&request_id).to_owned();
    Trace { client_request_id, request_id, at: api.now() }
}

async fn handled(
    api: &Api,
    version: Version,
    (parts, body): (&Parts, Body),
    trace: &Trace,
) -> Result<Reply> {
    let caller = caller(api, &parts.headers).await?;
    let body = read(&parts.headers, body, &["application/json"]).await?;
    let prefix = version.as_str().len() + 2;
    let path = parts.uri.path().get(prefix..).unwrap_or_default();
    let query = parts.uri.query().unwrap_or_default();
    if path == "$batch" && parts.method == "POST" {
        return many(api, &caller, (version, body), trace).await;
    }
    let text = |name: &HeaderName| parts.headers.get(name).and_then(|it| it.to_str().ok());
    let prefer = parts.headers.get_all(PREFER).iter().filter_map(|it| it.to_str().ok());
    let request = Incoming {
        version,
        method: parts.method.as_str(),
        path,
        query,
        if_match: text(&IF_MATCH),
        prefer: prefer.collect(),
        body,
    };
    service::answer(api, &caller, request).await
}

/// Who sends a request.
///
/// # Errors
/// Nobody that the tenant knows.
pub(crate) async fn caller(api: &Api, headers: &HeaderMap) -> Result<Caller> {
    let authorization = headers.get(AUTHORIZATION).and_then(|it| it.to_str().ok());
    match api.idp().caller(authorization, api.now()).await? {
        Ok(caller) => Ok(caller),
        Err(error) => {
            let issuer = &api.idp().last_snapshot().issuer;
            let challenge = bearer::www_authenticate(issuer, &error);
            Err(Problem::new(Code::InvalidToken, error.text()).challenging(challenge))
        }
    }
}

/// The body of a request that is of one of these types; `None` if it has none.
///
/// # Errors
/// It is of another type, no JSON, too large or too slow.
pub(crate) async fn read(headers: &HeaderMap, body: Body, types: &[&str]) -> Result<Option<Value>> {
    let too_large =
        || Problem::new(Code::BadRequest, "The body is larger than 4 MiB, or broke off.");
    let slow = || Problem::new(Code::BadRequest, "The body did not come in 30 seconds.");
    let bytes = timeout(PATIENCE, to_bytes(body, LARGEST)).await;
    let bytes = bytes.map_err(|_| slow())?.map_err(|_| too_large())?;
    if bytes.is_empty() {
        return Ok(None);
    }
    let kind = headers.get(CONTENT_TYPE).and_then(|it| it.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    if !types.iter().any(|it| it.eq_ignore_ascii_case(kind)) {
        let message = format!(
            "The body has to be JSON, and 'Content-Type' has to say so: {}.",
            types.join(" or ")
        );
        return Err(Problem::new(Code::UnsupportedMediaType, message));
    }
    serde_json::from_slice(&bytes)
        .map(Some)
        .map_err(|error| Problem::new(Code::BadRequest, format!("The body is not JSON: {error}.")))
}

/// Answers a batch: each request as if it had come alone, by the same sender.
async fn many(
    api: &Api,
    caller: &Caller,
    (version, body): (Version, Option<Value>),
    trace: &Trace,
) -> Result<Reply> {
    let batch = Batch::parse(&body.unwrap_or_default())?;
    let mut run = batch.run();
    while let Some(request) = run.next(trace) {
        let header = |name: &str| request.headers.get(name).map(String::as_str);
        let incoming = Incoming {
            version,
            method: request.method.as_str(),
            path: &request.path,
            query: &request.query,
            if_match: header("if-match"),
            prefer: header("prefer").into_iter().collect(),
            body: request.body.clone(),
        };
        run.answer(match Box::pin(service::answer(api, caller, incoming)).await {
            Ok(reply) => part(reply),
            Err(problem) => batch::Response {
                status: problem.status(),
                headers: [content_type()].into(),
                body: Some(problem.body(trace)),
            },
        });
    }
    Ok(Reply::ok(run.finish()))
}

fn part(reply: Reply) -> batch::Response {
    let headers = reply.headers.iter().filter_map(|(name, value)| {
        Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned()))
    });
    let is_json = reply.body.is_some() && !reply.headers.contains_key(CONTENT_TYPE);
    let kind = is_json.then(content_type);
    batch::Response {
        status: reply.status.as_u16(),
        headers: headers.chain(kind).collect(),
        body: reply.body,
    }
}

fn content_type() -> (String, String) {
    ("Content-Type".to_owned(), "application/json".to_owned())
}
