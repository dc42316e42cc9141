//! User principal names, and when two of them are the same.

use thiserror::Error;
use unicode_normalization::UnicodeNormalization as _;

/// A user principal name: the name to sign in with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upn {
    text: String,
    key: String,
}

/// Why a text is no user principal name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum UpnProblem {
    /// There is nothing before or after the `@`, or not exactly one `@`.
    #[error("a user principal name is `name@domain`")]
    Form,
    /// It is longer than 113 characters, Entra's limit.
    #[error("a user principal name has at most 113 characters")]
    Length,
    /// It has a character that is not seen, as a zero-width space, or a control character.
    #[error("a user principal name has no white space and no invisible characters")]
    Invisible,
    /// It has letters of different scripts, so it could look like another name.
    #[error("a user principal name has letters of one script only")]
    Scripts,
    /// Its name or domain begins or ends with a dot, or has two in a row.
    #[error("a user principal name has no dot at the beginning or end of its parts, and never two in a row")]
    Dot,
}

impl Upn {
    /// Reads a user principal name, as typed or as kept.
    ///
    /// # Errors
    ///
    /// The text is no such name, or could be taken for another one.
    pub fn parse(text: &str) -> Result<Self, UpnProblem> {
        let text = text.trim_matches(' ');
        let key: String = text.nfkc().flat_map(char::to_lowercase).nfkc().collect();
        let (name, domain) = key.split_once('@').ok_or(UpnProblem::Form)?;
        if name.is_empty() || domain.is_empty() || domain.contains('@') {
            return Err(UpnProblem::Form);
        }
        if key.chars().count() > 113 {
            return Err(UpnProblem::Length);
        }
        if [name, domain].iter().any(|part| badly_dotted(part)) {
            return Err(UpnProblem::Dot);
        }
        Ok(Self { text: text.to_owned(), key })
    }

    /// The name as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The canonical form: two names are the same if their keys are.
    pub fn key(&self) -> &str {
        &self.key
    }
}

fn badly_dotted(part: &str) -> bool {
    part.starts_with('.') || part.ends_with('.') || part.contains("..")
}
