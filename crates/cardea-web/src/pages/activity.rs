//! A person's own sign-ins.

use askama::Template;

use super::{Frame, Moment, Page};
use crate::paths;

/// `/my/activity`.
#[derive(Debug, Clone, Template)]
#[template(path = "activity.html")]
pub struct Activity {
    /// What surrounds the page.
    pub frame: Frame,
    /// Sign-ins, latest first.
    pub sign_ins: Vec<SignIn>,
    /// Address of the next page of older sign-ins; empty on the last page.
    pub older: String,
    /// Address of the page of newer sign-ins; empty on the first page.
    pub newer: String,
}

/// One sign-in of the reader.
#[derive(Debug, Clone)]
pub struct SignIn {
    /// When it began.
    pub at: Moment,
    /// The app that it was for.
    pub app: String,
    /// How it ended.
    pub outcome: Outcome,
    /// Browser and system as they say themselves.
    pub device: String,
    /// Network address, with the country where it is known.
    pub place: String,
    /// Correlation id.
    pub correlation_id: String,
}

/// How a sign-in ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The app got its answer.
    SignedIn {
        /// What was used, in words: "passkey".
        with: String,
    },
    /// It was stopped.
    Stopped {
        /// The code, such as `AADSTS53003`.
        code: String,
    },
    /// The person went away, or was sent to do something first.
    Interrupted {
        /// The code, such as `AADSTS50072`.
        code: String,
    },
}

impl Page for Activity {
    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn heading(&self) -> String {
        "My sign-ins".to_owned()
    }
}

impl Outcome {
    fn text(&self) -> String {
        match self {
            Self::SignedIn { with } => format!("✓ Signed in with {with}"),
            Self::Stopped { .. } => "✕ Stopped".to_owned(),
            Self::Interrupted { .. } => "? Not finished".to_owned(),
        }
    }

    fn tone(&self) -> &'static str {
        match self {
            Self::SignedIn { .. } => "ok",
            Self::Stopped { .. } => "bad",
            Self::Interrupted { .. } => "warn",
        }
    }

    fn code(&self) -> Option<&str> {
        match self {
            Self::SignedIn { .. } => None,
            Self::Stopped { code } | Self::Interrupted { code } => Some(code),
        }
    }

    /// Where the code is explained; the list of codes where there is none.
    fn meaning_link(&self) -> String {
        let code = self.code().unwrap_or_default();
        let code = percent_encoding::utf8_percent_encode(code, percent_encoding::NON_ALPHANUMERIC);
        format!("{}?code={code}", paths::ERROR)
    }
}
