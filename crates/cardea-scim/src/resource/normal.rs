//! Values as the schema wants them.

use serde_json::{Map, Value, json};

use super::{MAX_ELEMENTS, MAX_MEMBERS};
use crate::error::{Error, Reason};
use crate::path::AttributePath;
use crate::schema::{Attribute, Kind, Plurality, ResourceKind, find};
use crate::text::{quoted, truth};

/// The attributes of a body under the schema's names and of the schema's kinds. Nulls and empty lists
/// are left out: they say that there is no value (RFC 7643 section 2.5).
pub(crate) fn normal(
    kind: ResourceKind,
    members: &Map<String, Value>,
) -> Result<Map<String, Value>, Error> {
    let mut attributes = Map::new();
    for (name, value) in members {
        let extension = kind.extensions().iter().find(|(it, _)| it.eq_ignore_ascii_case(name));
        let (name, value) = match (extension, find(kind.attributes(), name)) {
            (Some((schema, inner)), _) => (*schema, complex(schema, inner, value)?),
            (None, Some(attribute)) => (attribute.name, stored(attribute, value)?),
            (None, None) => (name.as_str(), Some(value.clone()).filter(|it| !it.is_null())),
        };
        let Some(value) = value else { continue };
        if attributes.insert(name.to_owned(), value).is_some() {
            return Err(Error::new(
                Reason::InvalidSyntax,
                format!("{} is there twice.", quoted(name)),
            ));
        }
    }
    if attributes.len() > MAX_ELEMENTS {
        return Err(Error::new(
            Reason::InvalidValue,
            format!("There are more than {MAX_ELEMENTS} attributes."),
        ));
    }
    Ok(attributes)
}

/// A value of an attribute as it is kept; `None` if it is none. A list may come as its only element,
/// and a complex value as the text of its `value`, as Entra writes a manager.
pub(crate) fn stored(attribute: &Attribute, value: &Value) -> Result<Option<Value>, Error> {
    match (attribute.plurality, value) {
        (_, Value::Null) => Ok(None),
        (Plurality::One, value) => single(attribute, value),
        (Plurality::Many, Value::Array(values)) => list(attribute, values),
        (Plurality::Many, value) => list(attribute, std::slice::from_ref(value)),
    }
}

fn list(attribute: &Attribute, values: &[Value]) -> Result<Option<Value>, Error> {
    let most = if attribute.name == "members" { MAX_MEMBERS } else { MAX_ELEMENTS };
    if values.len() > most {
        let detail = format!("{} has more than {most} values.", quoted(attribute.name));
        return Err(Error::new(Reason::InvalidValue, detail));
    }
    let mut kept = Vec::new();
    for value in values.iter().filter(|it| !it.is_null()) {
        kept.extend(single(attribute, value)?);
    }
    let is_primary = |it: &&Value| it.get("primary") == Some(&json!(true));
    if kept.iter().filter(is_primary).count() > 1 {
        let detail =
            format!("Only one value of {} can be the primary one.", quoted(attribute.name));
        return Err(Error::new(Reason::InvalidValue, detail));
    }
    Ok((!kept.is_empty()).then_some(Value::Array(kept)))
}

fn single(attribute: &Attribute, value: &Value) -> Result<Option<Value>, Error> {
    let wrong = |what: &str| {
        let detail = format!("{} must be {what}.", quoted(attribute.name));
        Error::new(Reason::InvalidValue, detail)
    };
    match (attribute.kind, value) {
        (Kind::Boolean, Value::Bool(_)) => Ok(Some(value.clone())),
        (Kind::Boolean, Value::String(text)) => {
            truth(text).map(|it| Some(json!(it))).ok_or_else(|| wrong("true or false"))
        }
        (Kind::Boolean, _) => Err(wrong("true or false")),
        (Kind::Complex, Value::Object(_)) => complex(attribute.name, attribute.inner, value),
        (Kind::Complex, Value::String(text)) if find_value(attribute) => {
            Ok((!text.is_empty()).then(|| json!({ "value": text })))
        }
        (Kind::Complex, _) => Err(wrong("an object")),
        (Kind::Text | Kind::DateTime | Kind::Reference | Kind::Binary, Value::String(_)) => {
            Ok(Some(value.clone()))
        }
        (Kind::Text | Kind::DateTime | Kind::Reference | Kind::Binary, _) => Err(wrong("a text")),
    }
}

fn find_value(attribute: &Attribute) -> bool {
    attribute.inner.iter().any(|it| it.name == "value")
}

/// A complex value, or the attributes of an extension.
fn complex(name: &str, inner: &'static [Attribute], value: &Value) -> Result<Option<Value>, Error> {
    let members = match value {
        Value::Object(members) => members,
        Value::Null => return Ok(None),
        Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            return Err(Error::new(
                Reason::InvalidValue,
                format!("{} must be an object.", quoted(name)),
            ));
        }
    };
    let mut kept = Map::new();
    for (member, value) in members {
        let (member, value) = match find(inner, member) {
            Some(attribute) => (attribute.name, stored(attribute, value)?),
            None => (member.as_str(), Some(value.clone()).filter(|it| !it.is_null())),
        };
        let Some(value) = value else { continue };
        if kept.insert(member.to_owned(), value).is_some() {
            return Err(Error::new(
                Reason::InvalidSyntax,
                format!("{} is there twice.", quoted(member)),
            ));
        }
    }
    if kept.len() > MAX_ELEMENTS {
        return Err(Error::new(
            Reason::InvalidValue,
            format!("{} has too many attributes.", quoted(name)),
        ));
    }
    Ok((!kept.is_empty()).then_some(Value::Object(kept)))
}

/// The value of the attribute at a path as it is kept. What no schema has is kept as it is.
pub(crate) fn at(
    kind: ResourceKind,
    path: &AttributePath,
    value: &Value,
) -> Result<Option<Value>, Error> {
    let outer = path.outer(kind);
    let attribute = match &path.inner {
        Some(inner) => outer.and_then(|it| find(it.inner, inner)),
        None => outer,
    };
    match attribute {
        Some(attribute) => stored(attribute, value),
        None => Ok(Some(value.clone()).filter(|it| !it.is_null())),
    }
}
