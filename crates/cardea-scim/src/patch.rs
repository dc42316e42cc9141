//! Changes in place (RFC 7644 section 3.5.2).
//!
//! A change is applied as a whole or not at all. Beyond the specification it does what Entra means:
//!
//! * `Add`, `Replace` and `Remove` are operations too, and truth values may be text;
//! * without a path, the names of members may be paths (`name.givenName`, `urn:…:User:department`);
//! * `remove` with a path and a value takes these values out of the list and leaves the others;
//! * what is said of the elements of a filter that only has equalities, where none is like that, makes
//!   one that is: `replace` of `emails[type eq "work"].value` adds the address.

use serde_json::{Map, Value};

use crate::error::{Error, Reason};
use crate::filter::{Target, target};
use crate::path::member;
use crate::resource::Resource;
use crate::schema::ResourceKind;
use crate::text::quoted;

mod apply;
mod elements;
#[cfg(test)]
mod tests;

/// The schema of a change.
pub const SCHEMA: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
/// The most operations of a change.
pub const MAX_OPERATIONS: usize = 1000;

/// A change of a resource.
#[derive(Clone, Debug, PartialEq)]
pub struct Patch {
    kind: ResourceKind,
    operations: Vec<Operation>,
}

#[derive(Clone, Debug, PartialEq)]
struct Operation {
    verb: Verb,
    target: Option<Target>,
    value: Value,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verb {
    Add,
    Replace,
    Remove,
}

impl Patch {
    /// Reads the body of a change.
    ///
    /// # Errors
    ///
    /// [`Reason::InvalidSyntax`] if it is none, [`Reason::InvalidPath`] for a path that is not well
    /// written, [`Reason::NoTarget`] for a `remove` of nothing.
    pub fn parse(kind: ResourceKind, body: &Value) -> Result<Self, Error> {
        let wrong = |detail: String| Error::new(Reason::InvalidSyntax, detail);
        let members =
            body.as_object().ok_or_else(|| wrong("The body must be an object of JSON.".into()))?;
        let schemas = member(members, "schemas").and_then(Value::as_array);
        let is_ours = |it: &Value| it.as_str().is_some_and(|it| it.eq_ignore_ascii_case(SCHEMA));
        if !schemas.is_some_and(|it| it.iter().any(is_ours)) {
            return Err(wrong(format!("'schemas' must name '{SCHEMA}'.")));
        }
        let operations = member(members, "Operations").and_then(Value::as_array);
        let operations = operations.ok_or_else(|| wrong("'Operations' must be a list.".into()))?;
        if operations.is_empty() || operations.len() > MAX_OPERATIONS {
            return Err(wrong(format!("A change has between 1 and {MAX_OPERATIONS} operations.")));
        }
        let one = |it: &Value| match it.as_object() {
            Some(members) => Operation::parse(kind, members),
            None => Err(wrong("Each of 'Operations' must be an object.".into())),
        };
        let operations = operations.iter().map(one).collect::<Result<_, _>>()?;
        Ok(Self { kind, operations })
    }

    /// The resource after the change.
    ///
    /// # Errors
    ///
    /// What an operation cannot do, or what must be there is not there afterwards.
    pub fn apply(&self, resource: &Resource) -> Result<Resource, Error> {
        let mut attributes = resource.attributes().clone();
        for operation in &self.operations {
            apply::operation(self.kind, operation, &mut attributes)?;
        }
        Resource::kept(self.kind, attributes).checked()
    }
}

impl Operation {
    fn parse(kind: ResourceKind, members: &Map<String, Value>) -> Result<Self, Error> {
        let verb = member(members, "op").and_then(Value::as_str).unwrap_or_default();
        let verbs = [("add", Verb::Add), ("replace", Verb::Replace), ("remove", Verb::Remove)];
        let known = verbs.into_iter().find(|(name, _)| name.eq_ignore_ascii_case(verb));
        let (_, verb) = known.ok_or_else(|| {
            let detail = format!("'op' must be add, replace or remove; found {}.", quoted(verb));
            Error::new(Reason::InvalidSyntax, detail)
        })?;
        let path = match member(members, "path") {
            None | Some(Value::Null) => None,
            Some(Value::String(path)) => Some(path.trim()).filter(|it| !it.is_empty()),
            Some(Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_)) => {
                return Err(Error::new(Reason::InvalidPath, "'path' must be a text."));
            }
        };
        let target = path.map(|it| target(kind, it)).transpose()?;
        let value = member(members, "value").cloned();
        match (verb, &target, &value) {
            (Verb::Remove, None, _) => {
                Err(Error::new(Reason::NoTarget, "A remove must say with 'path' what to remove."))
            }
            (Verb::Add | Verb::Replace, _, None) => {
                Err(Error::new(Reason::InvalidSyntax, "An add and a replace must have a 'value'."))
            }
            (Verb::Remove | Verb::Add | Verb::Replace, ..) => {
                Ok(Self { verb, target, value: value.unwrap_or_default() })
            }
        }
    }
}
