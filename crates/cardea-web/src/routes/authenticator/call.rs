//! One request of the app, and the shape of every answer.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts as _, Request};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, COOKIE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use cardea_idp::sign_in::{Progress, Purpose};
use cardea_idp::{Failure, Secret};
use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::authenticator::{Code, LARGEST, Problem, Refusal};
use crate::body::{self, Unread};
use crate::pages::Problem as Words;
use crate::routes::sign_in::problem;
use crate::visit::Visit;
use crate::web::Web;

/// What a route of the app gives.
pub(super) type Answer = Result<Response, Refused>;

/// One request of the app.
#[derive(Debug)]
pub(super) struct Call {
    pub(super) visit: Visit,
    handle: Option<Secret>,
    body: Bytes,
}

/// A request that came to nothing.
#[derive(Debug)]
pub(super) struct Refused {
    code: Code,
    message: String,
    /// Seconds.
    again_in: Option<i64>,
}

impl FromRequest<Web> for Call {
    type Rejection = Refused;

    async fn from_request(request: Request, web: &Web) -> Result<Self, Refused> {
        let (mut parts, body) = request.into_parts();
        // A browser that somebody led here would bring its cookies. They say nothing here.
        parts.headers.remove(COOKIE);
        let visit = match Visit::from_request_parts(&mut parts, web).await {
            Ok(visit) => visit,
            Err(never) => match never {},
        };
        let has_body = matches!(parts.method, Method::POST | Method::PATCH);
        if has_body && !is_json(&parts.headers) {
            let message = "The app sent something else than JSON. Update the app, then try again.";
            return Err(Refused::new(Code::UnsupportedMediaType, message));
        }
        let body = body::read_at_most(body, LARGEST).await.map_err(|unread| match unread {
            Unread::TooLarge => Refused::new(Code::TooLarge, "The app sent too much at once."),
            Unread::TooSlow => {
                Refused::new(Code::TooSlow, "The connection is too slow. Try again.")
            }
        })?;
        Ok(Self { handle: bearer(&parts.headers), visit, body })
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|it| it.to_str().ok()).unwrap_or_default();
    kind.split(';').next().is_some_and(|it| it.trim().eq_ignore_ascii_case("application/json"))
}

/// The handle of the sign-in (RFC 6750 section 2.1). Two of them are none.
fn bearer(headers: &HeaderMap) -> Option<Secret> {
    let mut all = headers.get_all(AUTHORIZATION).iter();
    let (first, None) = (all.next()?, all.next()) else { return None };
    let (scheme, handle) = first.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| Secret::presented(handle.trim()))
}

impl Call {
    /// What the body says.
    pub(super) fn body<T: DeserializeOwned>(&self) -> Result<T, Refused> {
        serde_json::from_slice(&self.body).map_err(|_| {
            let message = "The app sent something that is not understood here. Update the app, then \
                           try again.";
            Refused::new(Code::BadRequest, message)
        })
    }

    /// The sign-in that the request belongs to.
    pub(super) async fn progress(&self) -> Result<Progress, Refused> {
        match &self.handle {
            Some(handle) => self.progress_of(handle).await,
            None => Err(Refused::gone()),
        }
    }

    /// The sign-in with this handle. One that a browser began is none of the app's.
    pub(super) async fn progress_of(&self, handle: &Secret) -> Result<Progress, Refused> {
        let Visit { web, visitor, now, .. } = &self.visit;
        let progress = web.idp().progress(handle, visitor, *now).await?;
        let own = progress.filter(|it| matches!(it.sign_in.purpose, Purpose::Authenticator));
        own.ok_or_else(Refused::gone)
    }
}

impl Refused {
    pub(super) fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), again_in: None }
    }

    /// There is no such sign-in, or no more.
    pub(super) fn gone() -> Self {
        Self::new(Code::SignInGone, "This sign-in has ended. Sign in again.")
    }

    /// That is not asked for now.
    pub(super) fn stale() -> Self {
        Self::new(Code::Stale, "That isn't asked for now. Look at what is, and go on there.")
    }

    /// The challenge is used up or too old.
    pub(super) fn challenge_gone() -> Self {
        Self::new(Code::ChallengeGone, "That took too long. Try again.")
    }

    /// There were too many tries.
    pub(super) fn too_many_tries(visit: &Visit, until: Timestamp) -> Self {
        let locked = cardea_idp::sign_in::Attempt::Locked { until };
        let text = problem(visit, &locked, Words::NoMatch).unwrap_or(Words::NoMatch).text();
        let seconds = until.duration_since(visit.now).as_secs().max(0).saturating_add(1);
        Self::new(Code::TooManyTries, text).again_in(seconds)
    }

    /// When it may be tried again, in seconds.
    pub(super) fn again_in(self, seconds: i64) -> Self {
        Self { again_in: Some(seconds), ..self }
    }

    fn status(&self) -> StatusCode {
        match self.code {
            Code::BadRequest
            | Code::Wrong
            | Code::UnknownCredential
            | Code::ChallengeGone
            | Code::Refused
            | Code::Unproven
            | Code::Outdated
            | Code::BadCertificateRequest => StatusCode::BAD_REQUEST,
            Code::SignInGone => StatusCode::UNAUTHORIZED,
            Code::NotNow | Code::NotAllowed => StatusCode::FORBIDDEN,
            Code::NotFound => StatusCode::NOT_FOUND,
            Code::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Code::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Code::Stale | Code::TooMany | Code::AlreadyThere | Code::LastWayIn => {
                StatusCode::CONFLICT
            }
            Code::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Code::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Code::TooManyTries | Code::Busy => StatusCode::TOO_MANY_REQUESTS,
            Code::Unavailable | Code::Unknown => StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}

/// What broke here is logged, and the app is told nothing of it.
impl From<Failure> for Refused {
    fn from(failure: Failure) -> Self {
        tracing::error!(error = %failure, "a request failed");
        let message = "Something went wrong here, and nothing was changed. Try again in a minute.";
        Self::new(Code::Unavailable, message)
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let (status, again_in) = (self.status(), self.again_in);
        let refusal = Refusal { error: Problem { code: self.code, message: self.message } };
        let mut response = json(status, &refusal);
        if status == StatusCode::UNAUTHORIZED {
            // RFC 9110 section 11.6.1: what would open it has to be said.
            response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(seconds) = again_in {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

/// A method that a route of the app does not take.
pub(super) async fn method_not_allowed() -> Refused {
    Refused::new(
        Code::MethodNotAllowed,
        "The app asked in a way that doesn't exist here. Update it.",
    )
}

/// An answer. That it is not kept anywhere is said of every answer of this site.
pub(super) fn json(status: StatusCode, answer: &impl Serialize) -> Response {
    (status, Json(answer)).into_response()
}

/// An answer that is JSON already.
pub(super) fn ready(text: String) -> Response {
    ([(CONTENT_TYPE, HeaderValue::from_static("application/json"))], text).into_response()
}
