//! The path of a resource.
//!
//! One resource has many spellings: `users/1`, `users('1')`, `users/%31`, `users/1/`. Whatever is
//! decided about a resource must be decided about all of them, so a path becomes segments first, and
//! [`Resource::keys`] gives the same keys for all spellings. What could be read in two ways is refused:
//! slashes and controls that are encoded, empty segments, `.` and `..`, parameters behind `;`, and
//! what is encoded twice.

use std::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::percent;
use crate::problem::{Problem, quoted};

mod parenthesis;

/// The most bytes of a path.
pub const MAX_LENGTH: usize = 4096;
/// The most segments.
pub const MAX_SEGMENTS: usize = 16;

/// What stays as it is when a segment is written: what RFC 3986 calls unreserved, and what names of
/// people are full of.
const KEPT: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'@');

/// A resource, as the names and keys that lead to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resource {
    segments: Vec<Segment>,
}

/// A step on the way to a resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Segment {
    /// What stood between two slashes: a name, or a key. Which of the two the place tells.
    Plain(String),
    /// A key in parentheses, which is never a name: `('$count')` is somebody called `$count`.
    Key(String),
    /// A function's arguments or an alternate key, in parentheses and with names:
    /// `(appId='…')`. None for `()`.
    Named(Vec<(String, String)>),
}

impl Resource {
    /// Reads a path behind the version, still percent-encoded; with or without a slash at either end.
    ///
    /// # Errors
    ///
    /// [`Code::BadRequest`](crate::problem::Code) for what is not well written, could be read in two
    /// ways, or is beyond the bounds.
    pub fn parse(path: &str) -> Result<Self, Problem> {
        if path.len() > MAX_LENGTH {
            return Err(Problem::bad(format!("The path is longer than {MAX_LENGTH} bytes.")));
        }
        let inner = path.strip_prefix('/').unwrap_or(path);
        let inner = inner.strip_suffix('/').unwrap_or(inner);
        let mut segments = Vec::new();
        for part in parenthesis::split(inner) {
            parenthesis::read(&percent::decoded(part)?, &mut segments)?;
            if segments.len() > MAX_SEGMENTS {
                return Err(Problem::bad(format!(
                    "The path has more than {MAX_SEGMENTS} segments."
                )));
            }
        }
        Ok(Self { segments })
    }

    /// The segments.
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// The list whose length this is: `users` of `users/$count`.
    pub fn counted(&self) -> Option<Self> {
        match self.segments.as_slice() {
            [list @ .., Segment::Plain(last)] if last == "$count" && !list.is_empty() => {
                Some(Self { segments: list.to_vec() })
            }
            _ => None,
        }
    }

    /// The keys of this resource if it is of a shape such as `users/{}/memberOf`, where `{}` is a key
    /// in either spelling; `None` if it is another resource. Names count as they are written. A function
    /// with one argument is of a shape such as `users/{}/due/(days)`: its key is the argument.
    pub fn keys(&self, shape: &str) -> Option<Vec<&str>> {
        let shape: Vec<&str> = shape.split('/').collect();
        let segments = match self.segments.as_slice() {
            // A function that takes nothing is asked for with parentheses and without.
            [before @ .., Segment::Named(none)] if none.is_empty() => before,
            segments => segments,
        };
        if shape.len() != segments.len() {
            return None;
        }
        let mut keys = Vec::new();
        for (wanted, segment) in shape.into_iter().zip(segments) {
            match segment {
                Segment::Plain(text) | Segment::Key(text) if wanted == "{}" => {
                    keys.push(text.as_str());
                }
                Segment::Plain(text) if text == wanted => {}
                Segment::Named(arguments) => keys.push(argument(arguments, wanted)?),
                Segment::Plain(_) | Segment::Key(_) => return None,
            }
        }
        Some(keys)
    }
}

/// The argument of a function that takes this one, as `(days)`, and no other.
fn argument<'a>(arguments: &'a [(String, String)], wanted: &str) -> Option<&'a str> {
    let wanted = wanted.strip_prefix('(')?.strip_suffix(')')?;
    match arguments {
        [(name, value)] if name == wanted => Some(value.as_str()),
        _ => None,
    }
}

/// A path that is read as this very resource.
impl fmt::Display for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for segment in &self.segments {
            match segment {
                Segment::Plain(text) => {
                    // `$count`, `$ref` and `$batch` are names.
                    let (dollar, name) = match text.strip_prefix('$') {
                        Some(name) => ("$", name),
                        None => ("", text.as_str()),
                    };
                    write!(f, "/{dollar}{}", utf8_percent_encode(name, KEPT))?;
                }
                Segment::Key(text) => write!(f, "({})", quoted_key(text))?,
                Segment::Named(arguments) => {
                    let one =
                        |(name, value): &(String, String)| format!("{name}={}", quoted_key(value));
                    write!(f, "({})", arguments.iter().map(one).collect::<Vec<_>>().join(","))?;
                }
            }
        }
        Ok(())
    }
}

/// A text in the quotes of a path.
fn quoted_key(text: &str) -> String {
    format!(
        "'{}'",
        utf8_percent_encode(&text.replace('\'', "''"), KEPT).to_string().replace("%27", "'")
    )
}

/// Text that no segment may have, wherever it stands.
fn checked(text: &str, place: &str) -> Result<(), Problem> {
    let odd = |it: char| it == '/' || it == '\\' || it.is_control();
    if text.contains(odd) {
        return Err(Problem::bad(format!(
            "The segment {} of the path has a slash, a backslash or a control character in it.",
            quoted(place)
        )));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
