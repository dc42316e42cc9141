//! Names of attributes (RFC 7644 section 3.10).

use std::fmt;

use serde_json::{Map, Value};

use crate::error::{Error, Reason};
use crate::schema::{Attribute, ResourceKind, find};
use crate::text::quoted;

/// The most bytes of a path.
pub const MAX_LENGTH: usize = 512;

/// The way to an attribute: `userName`, `name.familyName`, or with the address of an extension
/// before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttributePath {
    /// The extension, if it is not an attribute of the core schema.
    pub extension: Option<String>,
    /// The attribute; empty for the extension as a whole.
    pub name: String,
    /// The attribute inside of a complex one.
    pub inner: Option<String>,
}

impl AttributePath {
    /// Reads a path of a kind of resources. Names are in any case, known ones become the schema's.
    ///
    /// # Errors
    ///
    /// [`Reason::InvalidPath`] if it is not well written.
    pub fn parse(kind: ResourceKind, text: &str) -> Result<Self, Error> {
        if text.len() > MAX_LENGTH {
            return Err(Error::new(
                Reason::InvalidPath,
                format!("A path is longer than {MAX_LENGTH} bytes."),
            ));
        }
        let (extension, names) = split(kind, text);
        let Some(names) = names else { return Ok(Self::whole(extension)) };
        let (name, inner) = match names.split_once('.') {
            Some((name, inner)) => (name, Some(inner)),
            None => (names, None),
        };
        let is_address = |it: &str| it.get(..4).is_some_and(|it| it.eq_ignore_ascii_case("urn:"));
        let is_extension = extension.as_deref().is_none_or(is_address);
        if !is_extension || !is_name(name) || !inner.is_none_or(is_name) {
            return Err(Error::new(
                Reason::InvalidPath,
                format!(
                    "{} is not the path of an attribute, such as 'name.familyName'.",
                    quoted(text)
                ),
            ));
        }
        let attribute = attributes(kind, extension.as_deref()).and_then(|it| find(it, name));
        let inner = inner.map(|inner| {
            let known = attribute.and_then(|it| find(it.inner, inner));
            known.map_or(inner, |it| it.name).to_owned()
        });
        let name = attribute.map_or(name, |it| it.name).to_owned();
        Ok(Self { extension, name, inner })
    }

    /// The way to an extension as a whole.
    pub(crate) fn whole(extension: Option<String>) -> Self {
        Self { extension, name: String::new(), inner: None }
    }

    /// What the schema says of the attribute without what is inside of it.
    pub fn outer(&self, kind: ResourceKind) -> Option<&'static Attribute> {
        find(attributes(kind, self.extension.as_deref())?, &self.name)
    }

    /// What the schema says of the attribute itself. Who names a list of complex values means their
    /// `value`.
    pub fn attribute(&self, kind: ResourceKind) -> Option<&'static Attribute> {
        let outer = self.outer(kind)?;
        match &self.inner {
            Some(inner) => find(outer.inner, inner),
            None => find(outer.inner, "value").or(Some(outer)),
        }
    }

    /// The values in a resource. Those of lists come one by one.
    pub fn values<'a>(&self, resource: &'a Map<String, Value>) -> Vec<&'a Value> {
        let container = match &self.extension {
            Some(extension) => member(resource, extension).and_then(Value::as_object),
            None => Some(resource),
        };
        let Some(found) = container.and_then(|it| member(it, &self.name)) else {
            return Vec::new();
        };
        let inside = |value: &'a Value| match (&self.inner, value.as_object()) {
            (Some(inner), Some(object)) => member(object, inner),
            (Some(_), None) => None,
            (None, Some(object)) => member(object, "value").or(Some(value)),
            (None, None) => Some(value),
        };
        elements(found)
            .iter()
            .filter_map(inside)
            .flat_map(elements)
            .filter(|it| !it.is_null())
            .collect()
    }
}

/// The attributes of the core schema, or of a known extension.
pub(crate) fn attributes(
    kind: ResourceKind,
    extension: Option<&str>,
) -> Option<&'static [Attribute]> {
    let Some(extension) = extension else { return Some(kind.attributes()) };
    let mut known = kind.extensions().iter();
    known
        .find(|(schema, _)| schema.eq_ignore_ascii_case(extension))
        .map(|(_, attributes)| *attributes)
}

/// A value as a list: the elements of one, or the value alone.
pub(crate) fn elements(value: &Value) -> &[Value] {
    value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice)
}

/// A member by its name, in any case.
pub(crate) fn member<'a>(object: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    let found = object.get(name);
    found.or_else(|| object.iter().find(|(it, _)| it.eq_ignore_ascii_case(name)).map(|(_, it)| it))
}

/// The address of an extension, and the names behind it; without names it is the extension as a whole.
/// The core schema's address says nothing.
fn split(kind: ResourceKind, text: &str) -> (Option<String>, Option<&str>) {
    let known = kind.extensions().iter().map(|(schema, _)| *schema).chain([kind.schema()]);
    for schema in known {
        let Some((begin, rest)) = text.split_at_checked(schema.len()) else { continue };
        if !begin.eq_ignore_ascii_case(schema) {
            continue;
        }
        let extension = (schema != kind.schema()).then(|| schema.to_owned());
        match rest.strip_prefix(':') {
            Some(names) => return (extension, Some(names)),
            None if rest.is_empty() && extension.is_some() => return (extension, None),
            None => {}
        }
    }
    match text.rsplit_once(':') {
        Some((schema, names)) => (Some(schema.to_owned()), Some(names)),
        None => (None, Some(text)),
    }
}

fn is_name(name: &str) -> bool {
    let begins = name.starts_with(|it: char| it.is_ascii_alphabetic() || it == '$');
    begins && name.chars().all(|it| it.is_ascii_alphanumeric() || "$-_".contains(it))
}

impl fmt::Display for AttributePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.extension {
            Some(extension) if self.name.is_empty() => return f.write_str(extension),
            Some(extension) => write!(f, "{extension}:{}", self.name)?,
            None => f.write_str(&self.name)?,
        }
        self.inner.iter().try_for_each(|inner| write!(f, ".{inner}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let path = AttributePath::parse(ResourceKind::User, text).unwrap();
        assert_eq!(path.to_string(), expected, "{path:?}");
        assert_eq!(AttributePath::parse(ResourceKind::User, expected), Ok(path));
    }

    #[test]
    fn names_become_those_of_the_schema() {
        check("USERNAME", "userName");
        check("Name.FamilyName", "name.familyName");
        check("urn:ietf:params:scim:schemas:core:2.0:User:active", "active");
        check(
            "URN:ietf:params:scim:schemas:extension:enterprise:2.0:user:EmployeeNumber",
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber",
        );
        check(
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value",
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value",
        );
        check(crate::schema::ENTERPRISE, crate::schema::ENTERPRISE);
        check("urn:example:Own:2.0:User:Badge", "urn:example:Own:2.0:User:Badge");
        check("favouriteColour", "favouriteColour");
    }

    #[test]
    fn what_is_no_path_is_refused() {
        for text in [
            "",
            "a.b.c",
            "1a",
            "a b",
            ".a",
            "a.",
            "a[b]",
            "urn:x:",
            "name:familyName",
            "ur:a",
            "ä",
            "urn:ietf:params:scim:schemas:core:2.0:User:",
        ] {
            let error = AttributePath::parse(ResourceKind::User, text).expect_err(text);
            assert_eq!(error.reason(), Reason::InvalidPath, "{text}");
        }
        assert!(AttributePath::parse(ResourceKind::User, &"a".repeat(100_000)).is_err());
    }
}
