//! Answers: pages with their headers, redirects after posts, errors.

use axum::Json;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION, SET_COOKIE,
};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use cardea_oidc::answer::Carried;
use cardea_oidc::error::{Error, Trace};
use url::Url;

use crate::pages::account::FormPost;
use crate::pages::error::{ErrorPage, Event, Refusal, SessionProblem, SessionTrouble, Status};
use crate::pages::{Moment, Page};
use crate::paths;
use crate::visit::Visit;
use crate::web::Broken;

/// What a route gives: an answer, or a failure that lies here.
pub(crate) type Answer = Result<Response, Broken>;

impl Visit {
    /// A page.
    pub(crate) fn page(&self, page: &impl Page) -> Response {
        self.page_to(page, StatusCode::OK, None)
    }

    /// A page whose forms lead to another origin in the end, as an application's.
    pub(crate) fn page_to(
        &self,
        page: &impl Page,
        status: StatusCode,
        leads_to: Option<&str>,
    ) -> Response {
        let Ok(html) = page.show() else {
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        };
        let mut response = (status, html.text).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
        let policy = policy(&self.nonce, leads_to);
        if let Ok(policy) = HeaderValue::from_str(&policy) {
            headers.insert(CONTENT_SECURITY_POLICY, policy);
        }
        if self.is_new_browser {
            set_cookie(&mut response, &self.cookie(crate::visit::BROWSER, &self.browser, None));
        }
        response
    }

    /// A redirect after a post; always "see other", so that nothing is posted again.
    #[expect(clippy::unused_self, reason = "answers are made by the visit")]
    pub(crate) fn see(&self, path: &str) -> Response {
        see_other(path)
    }

    /// What goes back to an application.
    pub(crate) fn carried(&self, carried: Carried, app: &str) -> Response {
        match carried {
            Carried::Redirect(address) => see_other(&address),
            Carried::FormPost { action, fields } => {
                let answers = fields.into_iter().map(|(name, value)| (name.to_owned(), value));
                let page = FormPost {
                    frame: self.frame(),
                    answers: answers.collect(),
                    app: app.to_owned(),
                    action: action.clone(),
                };
                self.page_to(&page, StatusCode::OK, Some(&action))
            }
        }
    }

    /// An error that is shown to the person.
    pub(crate) fn error(&self, error: &Error, trace: &Trace) -> Response {
        let page = ErrorPage {
            frame: self.frame(),
            code: error.code().to_string(),
            detail: error.text().to_owned(),
            event: Some(Event {
                at: Moment(trace.at),
                correlation_id: trace.correlation_id.clone(),
            }),
        };
        self.page_to(&page, StatusCode::BAD_REQUEST, None)
    }

    /// An error in the shape of the protocol.
    pub(crate) fn json_error(&self, error: &Error) -> Answer {
        let trace = self.web.idp().trace(self.correlation.as_deref(), self.now)?;
        let base = self.web.origin();
        let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::BAD_REQUEST);
        Ok((status, Json(error.body(&trace, &base))).into_response())
    }

    /// The sign-in of a form is over, or another one took its place.
    pub(crate) fn start_again(&self, kind: SessionTrouble) -> Response {
        let page =
            SessionProblem { frame: self.frame(), kind, again: paths::SECURITY_INFO.to_owned() };
        self.page_to(&page, StatusCode::BAD_REQUEST, None)
    }

    /// A refusal without more words.
    pub(crate) fn refusal(&self, status: Status, code: StatusCode) -> Response {
        let trace = self.web.idp().trace(self.correlation.as_deref(), self.now);
        let page = Refusal {
            frame: self.frame(),
            status,
            correlation_id: trace.map(|trace| trace.correlation_id).unwrap_or_default(),
        };
        self.page_to(&page, code, None)
    }
}

/// Adds a cookie to an answer.
pub(crate) fn set_cookie(response: &mut Response, cookie: &str) {
    if let Ok(cookie) = HeaderValue::from_str(cookie) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
}

fn see_other(address: &str) -> Response {
    let mut response = StatusCode::SEE_OTHER.into_response();
    match HeaderValue::from_str(address) {
        Ok(address) => {
            response.headers_mut().insert(LOCATION, address);
            response
        }
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// The content security policy of a page (CSP level 3). Browsers hold redirects of a form to
/// `form-action` too, so it names where an application's answer goes.
fn policy(nonce: &str, leads_to: Option<&str>) -> String {
    let target = leads_to.and_then(|address| Url::parse(address).ok()).map(|url| {
        if url.has_host() && matches!(url.scheme(), "http" | "https") {
            url.origin().ascii_serialization()
        } else {
            format!("{}:", url.scheme())
        }
    });
    let target = target.map(|target| format!(" {target}")).unwrap_or_default();
    format!(
        "default-src 'none'; base-uri 'none'; connect-src 'self'; font-src 'none'; \
         form-action 'self'{target}; frame-ancestors 'none'; img-src 'self' data:; \
         script-src 'self' 'nonce-{nonce}'; style-src 'self'"
    )
}

impl IntoResponse for Broken {
    fn into_response(self) -> Response {
        tracing::error!(error = %self.0, "a request failed");
        let mut response = (
            StatusCode::SERVICE_UNAVAILABLE,
            "Something went wrong here, and nothing was changed. Try again in a minute.\n",
        )
            .into_response();
        response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        response
    }
}
