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
    /// It has a character that is not allowed: white space, something invisible, a letter of another script.
    #[error(
        "a user principal name has the letters `a` to `z`, digits, and `'`, `.`, `-`, `_`, `!`, `#`, `^`, `~`, `+`, `&` only"
    )]
    Character,
    /// Its name or domain begins or ends with a dot, or has two in a row.
    #[error(
        "a user principal name has no dot at the beginning or end of its parts, and never two in a row"
    )]
    Dot,
}

/// The most characters that Entra allows: 64 for the name, 48 for the domain, and the `@`.
const LONGEST: usize = 113;

impl Upn {
    /// Reads a user principal name, as typed or as kept.
    ///
    /// Other forms of a letter become that letter, and upper case lower case. What is then not one of the few
    /// characters that Entra allows is refused, so no name can look like another one: there are no letters of
    /// other scripts, and nothing that is not seen. A domain of another script is written as `xn--…`.
    ///
    /// # Errors
    ///
    /// The text is no such name, or could be taken for another one.
    pub fn parse(text: &str) -> Result<Self, UpnProblem> {
        let text = text.trim_matches(' ');
        // The first characters show already that a text is too long; a hostile one is not folded as a whole.
        if text.chars().take(LONGEST + 1).count() > LONGEST {
            return Err(UpnProblem::Length);
        }
        let key: String = text.nfkc().flat_map(char::to_lowercase).collect();
        let (name, domain) = key.split_once('@').ok_or(UpnProblem::Form)?;
        if name.is_empty() || domain.is_empty() || domain.contains('@') {
            return Err(UpnProblem::Form);
        }
        if key.chars().any(|letter| letter != '@' && !allowed(letter)) {
            return Err(UpnProblem::Character);
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

/// Entra's characters for user principal names, and `+` and `&`, which names of guests are made of.
fn allowed(letter: char) -> bool {
    letter.is_ascii_lowercase() || letter.is_ascii_digit() || "'.-_!#^~+&".contains(letter)
}
