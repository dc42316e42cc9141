//! Everything that went wrong: codes explained, lost sessions, and plain HTTP refusals.

use askama::Template;

use super::words::counted;
use super::{Frame, Meaning, Moment, Page, address};
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
        if self.code.is_empty() || self.event.is_some() {
            "Something went wrong".to_owned()
        } else {
            format!("What {} means", self.shown_code())
        }
    }
}

impl Page for SessionProblem {
    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn heading(&self) -> String {
        match self.kind {
            SessionTrouble::Ended => "Your session has ended".to_owned(),
            SessionTrouble::NoCookies => "Your browser keeps no cookies".to_owned(),
            SessionTrouble::StaleForm => "This page was open too long".to_owned(),
        }
    }
}

impl Page for Refusal {
    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn heading(&self) -> String {
        self.status.heading().to_owned()
    }
}

impl ErrorPage {
    fn meaning(&self) -> Option<Meaning> {
        Meaning::of(&self.code, &self.frame.tenant)
    }

    /// The code as people read it: with its family in front, and never longer than a line.
    fn shown_code(&self) -> String {
        let code: String = self.code.trim().chars().take(40).collect();
        if !code.is_empty() && code.chars().all(|c| c.is_ascii_digit()) {
            return format!("AADSTS{code}");
        }
        code
    }

    fn copy_text(&self, event: &Event) -> String {
        format!("{}\n{}\n{}", self.shown_code(), event.at.machine(), event.correlation_id)
    }
}

impl SessionProblem {
    fn what(&self) -> &'static str {
        match self.kind {
            SessionTrouble::Ended => {
                "Nothing is lost: sign in again, and you'll come back to where you were."
            }
            SessionTrouble::NoCookies => {
                "Signing in needs cookies of this site. Allow them in your browser's settings, then try again."
            }
            SessionTrouble::StaleForm => {
                "For your safety, what you sent wasn't used. Open the page again and repeat the last step."
            }
        }
    }

    fn action(&self) -> &'static str {
        match self.kind {
            SessionTrouble::Ended => "Sign in again",
            SessionTrouble::NoCookies => "Try again",
            SessionTrouble::StaleForm => "Open the page again",
        }
    }

    fn onward(&self) -> &str {
        address::local(&self.again)
    }
}

impl Status {
    /// The status code of the response.
    pub fn number(self) -> u16 {
        match self {
            Self::BadRequest => 400,
            Self::Forbidden => 403,
            Self::NotFound => 404,
            Self::MethodNotAllowed => 405,
            Self::TooLarge => 413,
            Self::TooMany { .. } => 429,
            Self::Internal => 500,
            Self::Unavailable => 503,
        }
    }

    fn heading(self) -> &'static str {
        match self {
            Self::BadRequest => "That request can't be read",
            Self::Forbidden => "You can't open this",
            Self::NotFound => "There is no such page",
            Self::MethodNotAllowed => "This page can't be used that way",
            Self::TooLarge => "That was too large",
            Self::TooMany { .. } => "Too many tries",
            Self::Internal => "Something went wrong here",
            Self::Unavailable => "Sign-in is resting for a moment",
        }
    }

    fn what(self) -> String {
        match self {
            Self::BadRequest => "A part of it is missing or has the wrong form.".to_owned(),
            Self::Forbidden => "It belongs to somebody else, or to another sign-in.".to_owned(),
            Self::NotFound => "The address may be mistyped, or the page has moved.".to_owned(),
            Self::MethodNotAllowed => "It was opened in a way that it doesn't know.".to_owned(),
            Self::TooLarge => "More was sent than this page takes.".to_owned(),
            Self::TooMany { seconds } => {
                format!(
                    "So that nobody can guess, there is a pause of {}.",
                    counted(seconds, "second")
                )
            }
            Self::Internal => "It is our mistake, not yours. It has been written down.".to_owned(),
            Self::Unavailable => "The server is starting, stopping or very busy.".to_owned(),
        }
    }

    fn next(self) -> &'static str {
        match self {
            Self::BadRequest | Self::MethodNotAllowed | Self::TooLarge => {
                "Go back to the app or page that you came from, and start again there."
            }
            Self::Forbidden => "Sign in with the account that it belongs to.",
            Self::NotFound => "Check the address, or start at sign-in.",
            Self::TooMany { .. } => "Wait, then try again once.",
            Self::Internal => {
                "Try again. If it comes again, call the help desk and read the correlation ID out."
            }
            Self::Unavailable => "Wait a minute, then try again.",
        }
    }
}
