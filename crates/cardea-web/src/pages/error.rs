//! Everything that went wrong: codes explained, lost sessions, and plain HTTP refusals.

use askama::Template;

use super::{Frame, Meaning, Moment, Page};
use crate::paths;

/// `/error?code=…`, and the answer to a request that cannot be redirected to its app.
#[derive(Debug, Clone, Template)]
#[template(path = "error.html")]
pub struct ErrorPage {
    /// What surrounds the page.
    pub frame: Frame,
    /// The code as asked for: `53003`, `AADSTS53003` or `CARDEA990001`. Any text is allowed.
    pub code: String,
    /// What a developer may want to know; empty on the pure explanation.
    pub detail: String,
    /// The request that failed; `None` on the pure explanation.
    pub event: Option<Event>,
}

/// A request that failed.
#[derive(Debug, Clone)]
pub struct Event {
    /// When.
    pub at: Moment,
    /// Correlation id.
    pub correlation_id: String,
}

/// The browser's session is gone or cannot be kept.
#[derive(Debug, Clone, Template)]
#[template(path = "session_problem.html")]
pub struct SessionProblem {
    /// What surrounds the page.
    pub frame: Frame,
    /// Which.
    pub kind: SessionTrouble,
    /// Where to go on, a path of this tenant; empty starts at [`paths::SIGN_IN`].
    pub again: String,
}

/// What is wrong with the browser's session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionTrouble {
    /// It ended.
    Ended,
    /// The browser keeps no cookies.
    NoCookies,
    /// The form is too old, or came from another site.
    StaleForm,
}

/// A plain HTTP refusal.
#[derive(Debug, Clone, Template)]
#[template(path = "refusal.html")]
pub struct Refusal {
    /// What surrounds the page.
    pub frame: Frame,
    /// Which.
    pub status: Status,
    /// Correlation id, to tell the help desk; empty where there is none.
    pub correlation_id: String,
}

/// The status of a [`Refusal`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// 400.
    BadRequest,
    /// 403.
    Forbidden,
    /// 404.
    NotFound,
    /// 405.
    MethodNotAllowed,
    /// 413.
    TooLarge,
    /// 429.
    TooMany {
        /// Seconds until the next try.
        seconds: u32,
    },
    /// 500.
    Internal,
    /// 503.
    Unavailable,
}

impl Page for ErrorPage {
    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn heading(&self) -> String {
        String::new()
    }
}

impl Page for SessionProblem {
    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn heading(&self) -> String {
        String::new()
    }
}

impl Page for Refusal {
    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn heading(&self) -> String {
        String::new()
    }
}
