//! Forms that people post: same site, this browser, small.

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts as _, Request};
use axum::http::header::{CONTENT_TYPE, ORIGIN};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use url::form_urlencoded;
use zeroize::Zeroizing;

use crate::body::{self, Unread};
use crate::fields;
use crate::pages::error::{SessionTrouble, Status};
use crate::visit::Visit;
use crate::web::Web;

/// The most fields of a form: those of a policy with all that can be chosen are fewer.
const MOST: usize = 512;

/// The largest form of the admin center, in bytes: a text of Graph's objects, each quote of which takes three.
const LARGEST_OF_CENTER: usize = 2 * 1024 * 1024;

/// A form that one of our pages sent from this browser. It cannot be had in another way, so a
/// route that changes something cannot forget to ask.
pub(crate) struct Posted {
    /// The request.
    pub visit: Visit,
    pub pairs: Vec<(String, Zeroizing<String>)>,
}

impl Posted {
    /// The value of a field; empty where there is none.
    pub(crate) fn text(&self, name: &str) -> &str {
        let found = self.pairs.iter().find(|(it, _)| it == name);
        found.map_or("", |(_, value)| value.as_str())
    }

    /// The same as a secret of its own.
    pub(crate) fn secret(&self, name: &str) -> Zeroizing<String> {
        Zeroizing::new(self.text(name).to_owned())
    }
}

impl std::fmt::Debug for Posted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Posted").finish_non_exhaustive()
    }
}

impl FromRequest<Web> for Posted {
    type Rejection = Response;

    async fn from_request(request: Request, web: &Web) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let visit = match Visit::from_request_parts(&mut parts, web).await {
            Ok(visit) => visit,
            Err(never) => match never {},
        };
        if !is_form(&parts.headers) || !is_same_site(web, &parts.headers) {
            return Err(visit.refusal(Status::Forbidden, StatusCode::FORBIDDEN));
        }
        // Whoever has no session there is sent away as soon as it is read.
        let of_center = parts.uri.path().starts_with(crate::paths::admin::HOME);
        let largest = if of_center { LARGEST_OF_CENTER } else { body::LARGEST };
        let body = match body::read_at_most(body, largest).await {
            Ok(body) => body,
            Err(Unread::TooLarge) => {
                return Err(visit.refusal(Status::TooLarge, StatusCode::PAYLOAD_TOO_LARGE));
            }
            Err(slow @ Unread::TooSlow) => return Err(slow.into_response()),
        };
        let pairs = decode(&body);
        let posted = Self { visit, pairs };
        let token = posted.text(fields::CSRF);
        if posted.visit.is_new_browser {
            return Err(posted.visit.page_forbidden(SessionTrouble::NoCookies));
        }
        if !web.is_csrf_token(&posted.visit.browser, token) {
            return Err(posted.visit.page_forbidden(SessionTrouble::StaleForm));
        }
        Ok(posted)
    }
}

impl Visit {
    fn page_forbidden(&self, trouble: SessionTrouble) -> Response {
        let mut response = self.start_again(trouble);
        *response.status_mut() = StatusCode::FORBIDDEN;
        response
    }
}

fn decode(body: &Bytes) -> Vec<(String, Zeroizing<String>)> {
    let pairs = form_urlencoded::parse(body).take(MOST);
    pairs.map(|(name, value)| (name.into_owned(), Zeroizing::new(value.into_owned()))).collect()
}

/// A form and nothing that a page of another site could send without asking first.
fn is_form(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|it| it.to_str().ok()).unwrap_or_default();
    kind.split(';').next().is_some_and(|it| it.trim() == "application/x-www-form-urlencoded")
}

/// Browsers say where a post comes from. What says that it is another site is refused; what says
/// nothing has the token still before it. Pages that send no referrer have posts with the origin
/// `null` (Fetch section 3.2), of which the fetch metadata say more.
fn is_same_site(web: &Web, headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).map(|it| it.to_str().unwrap_or("?"));
    let fetched = text("sec-fetch-site");
    let from_here = match text(ORIGIN.as_str()) {
        None => true,
        Some("null") => fetched == Some("same-origin"),
        Some(origin) => origin == web.origin(),
    };
    from_here && fetched.is_none_or(|it| matches!(it, "same-origin" | "none"))
}
