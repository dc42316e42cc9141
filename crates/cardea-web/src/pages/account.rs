//! Around the proof and before the app gets its answer: which account, stay signed in, terms, and the
//! way back to the app.

use askama::Template;

use super::{Frame, Page, Problem, address};
use crate::{fields, paths};

/// `/signin/accounts`: after `prompt=select_account` or "Not you?". Posts the [`AccountState`]'s word
/// of the account, or [`OTHER`], as [`fields::CHOICE`].
#[derive(Debug, Clone, Template)]
#[template(path = "accounts.html")]
pub struct Accounts {
    /// What surrounds the page.
    pub frame: Frame,
    /// The accounts to go on with, of each state one at most.
    pub accounts: Vec<Account>,
}

/// The word of "Use another account".
pub const OTHER: &str = "other";

/// An account that the sign-in can go on with.
#[derive(Debug, Clone)]
pub struct Account {
    /// Display name; the name as it was typed where nobody has proved to have it.
    pub name: String,
    /// User principal name; empty where it is the name.
    pub upn: String,
    /// What the browser has to do with it.
    pub state: AccountState,
}

/// What a browser has to do with an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountState {
    /// It is signed in with it.
    SignedIn,
    /// The sign-in in progress is for it so far.
    Begun,
}

/// "Stay signed in?"; posts `yes` or `no` as [`fields::CHOICE`].
#[derive(Debug, Clone, Template)]
#[template(path = "stay.html")]
pub struct Stay {
    /// What surrounds the page.
    pub frame: Frame,
}

/// Terms of use; posts `yes` or `no` as [`fields::CHOICE`].
#[derive(Debug, Clone, Template)]
#[template(path = "terms.html")]
pub struct Terms {
    /// What surrounds the page.
    pub frame: Frame,
    /// What has to be mended.
    pub problems: Vec<Problem>,
    /// Title of the terms.
    pub name: String,
    /// What there is to read.
    pub text: TermsText,
}

/// What there is to read of terms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TermsText {
    /// Their paragraphs as plain text.
    Paragraphs(Vec<String>),
    /// A document, at [`paths::TERMS_DOCUMENT`].
    Document,
    /// Nothing; the page says so, and where to ask.
    Missing,
}

/// Terms were declined: the end of a sign-in.
#[derive(Debug, Clone, Template)]
#[template(path = "terms_declined.html")]
pub struct TermsDeclined {
    /// What surrounds the page.
    pub frame: Frame,
    /// Title of the terms.
    pub name: String,
    /// Display name of the app; empty where it is a page of ours.
    pub app: String,
}

/// Hands the answer to the app by a form that posts itself (OAuth 2.0 Form Post Response Mode).
#[derive(Debug, Clone, Template)]
#[template(path = "form_post.html")]
pub struct FormPost {
    /// What surrounds the page.
    pub frame: Frame,
    /// The registered redirect address.
    pub action: String,
    /// Names and values to post.
    pub answers: Vec<(String, String)>,
    /// Display name of the app.
    pub app: String,
}

impl Page for Accounts {
    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn heading(&self) -> String {
        "Choose an account".to_owned()
    }
}

impl Page for Stay {
    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn heading(&self) -> String {
        "Stay signed in?".to_owned()
    }
}

impl Page for Terms {
    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn heading(&self) -> String {
        "Terms of use".to_owned()
    }

    fn problems(&self) -> &[Problem] {
        &self.problems
    }
}

impl Page for TermsDeclined {
    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn heading(&self) -> String {
        "You declined the terms".to_owned()
    }
}

impl Page for FormPost {
    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn heading(&self) -> String {
        format!("Back to {}", self.app)
    }
}

impl AccountState {
    /// The word in [`fields::CHOICE`].
    pub fn word(self) -> &'static str {
        match self {
            Self::SignedIn => "signed-in",
            Self::Begun => "begun",
        }
    }

    fn hint(self) -> &'static str {
        match self {
            Self::SignedIn => "Signed in",
            Self::Begun => "Go on with this one",
        }
    }
}

impl FormPost {
    fn target(&self) -> &str {
        address::foreign(&self.action)
    }
}
