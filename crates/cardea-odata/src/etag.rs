//! Entity tags: which version of an object a change was written for.
//!
//! Graph's tags are weak, and are compared weakly in `If-Match` too (OData 4.0, part 1, section
//! 8.2.4), although RFC 9110 section 13.1.1 wants the strong comparison there.

use std::fmt;

use crate::problem::{Code, Problem};

/// The most bytes of an `If-Match`.
const MAX_LENGTH: usize = 4096;

/// The version of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ETag(String);

impl ETag {
    /// A tag for a version. What cannot stand in a tag is left out of it, so a version is made of
    /// printable characters of ASCII other than `"`.
    pub fn new(version: &str) -> Self {
        Self(version.chars().filter(|it| is_tag(*it)).collect())
    }
}

impl fmt::Display for ETag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "W/\"{}\"", self.0)
    }
}

/// Which versions a change may be applied to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IfMatch {
    /// Any that exists.
    Any,
    /// One of these.
    Versions(Vec<ETag>),
}

impl IfMatch {
    /// Reads the header.
    ///
    /// # Errors
    ///
    /// [`Code::BadRequest`] if it is neither `*` nor a list of tags.
    pub fn parse(header: &str) -> Result<Self, Problem> {
        let header = header.trim();
        if header == "*" {
            return Ok(Self::Any);
        }
        let wrong = || {
            Problem::bad(
                "'If-Match' must be '*' or the '@odata.etag' of the object, quotes included.",
            )
        };
        if header.len() > MAX_LENGTH {
            return Err(wrong());
        }
        let mut tags = Vec::new();
        let mut rest = header;
        loop {
            let (tag, after) = tag(rest).ok_or_else(wrong)?;
            tags.push(tag);
            rest = after.trim_start();
            if rest.is_empty() {
                return Ok(Self::Versions(tags));
            }
            rest = rest.strip_prefix(',').ok_or_else(wrong)?.trim_start();
        }
    }

    /// Whether a change may be applied to this version.
    ///
    /// # Errors
    ///
    /// [`Code::PreconditionFailed`] if somebody else has changed the object since.
    pub fn permits(&self, current: &ETag) -> Result<(), Problem> {
        match self {
            Self::Any => Ok(()),
            Self::Versions(tags) if tags.contains(current) => Ok(()),
            Self::Versions(_) => Err(Problem::new(
                Code::PreconditionFailed,
                "The object has changed since you read it. Read it again, and send the change with its new '@odata.etag'.",
            )),
        }
    }
}

/// The tag that a text begins with, and what comes after it.
fn tag(text: &str) -> Option<(ETag, &str)> {
    let text = text.strip_prefix("W/").unwrap_or(text).strip_prefix('"')?;
    let (tag, rest) = text.split_once('"')?;
    tag.chars().all(is_tag).then(|| (ETag(tag.to_owned()), rest))
}

/// What a tag is made of (RFC 9110 section 8.8.3), bytes beyond ASCII left out.
fn is_tag(character: char) -> bool {
    character.is_ascii_graphic() && character != '"'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(header: &str, expected: Option<&[&str]>) {
        let tags = match IfMatch::parse(header) {
            Ok(IfMatch::Versions(tags)) => Some(tags),
            Ok(IfMatch::Any) | Err(_) => None,
        };
        let expected = expected.map(|it| it.iter().map(|it| ETag::new(it)).collect::<Vec<_>>());
        assert_eq!(tags, expected, "{header}");
    }

    #[test]
    fn a_header_is_a_list_of_tags() {
        check("W/\"1\"", Some(&["1"]));
        check(" \"1\" , W/\"a,b\" ", Some(&["1", "a,b"]));
        check("\"\"", Some(&[""]));
        for header in
            ["", "1", "W/1", "\"1", "\"1\" \"2\"", "\"1\",", "w/\"1\"", "*, \"1\"", "\"a b\""]
        {
            check(header, None);
            assert!(IfMatch::parse(header).is_err(), "{header}");
        }
        assert!(IfMatch::parse(&"\"1\",".repeat(100_000)).is_err());
    }

    #[test]
    fn what_is_written_is_read() {
        let tag = ETag::new("7-a");
        assert_eq!(tag.to_string(), "W/\"7-a\"");
        assert_eq!(IfMatch::parse(&tag.to_string()), Ok(IfMatch::Versions(vec![tag])));
        assert_eq!(ETag::new("a\"\r\nb").to_string(), "W/\"ab\"");
    }

    // GR-13
    #[test]
    fn a_change_for_another_version_is_refused() {
        let current = ETag::new("2");
        assert_eq!(IfMatch::parse("*").unwrap().permits(&current), Ok(()));
        assert_eq!(IfMatch::parse("\"1\", \"2\"").unwrap().permits(&current), Ok(()));
        let stale = IfMatch::parse("W/\"1\"").unwrap().permits(&current).unwrap_err();
        assert_eq!(stale.code(), Code::PreconditionFailed);
    }
}
