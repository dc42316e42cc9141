//! Names of properties, one inside the other.

use std::fmt;

use serde_json::{Map, Value};

/// Where a path begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Root {
    /// At the object that the query asks about.
    Object,
    /// At the element that a variable of `any` or `all` stands for.
    Variable {
        /// How many variables stand around this one's, so the outermost is 0.
        depth: usize,
        /// Its name.
        name: String,
    },
}

/// A property, by the names that lead to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
    /// Where it begins.
    pub root: Root,
    /// The names from there on; none for a variable itself.
    pub names: Vec<String>,
}

impl Path {
    /// The path from the object that the query asks about.
    pub fn new(names: Vec<String>) -> Self {
        Self { root: Root::Object, names }
    }

    /// The property of the object where the path begins; `None` for a variable's.
    pub fn property(&self) -> Option<&str> {
        match self.root {
            Root::Object => self.names.first().map(String::as_str),
            Root::Variable { .. } => None,
        }
    }

    /// The value at the end. What is not there, or is inside something that is no object, is null.
    pub fn value<'a>(&self, begin: &'a Value) -> &'a Value {
        self.names.iter().fold(begin, |value, name| {
            value.as_object().and_then(|it| member(it, name)).map_or(&Value::Null, |(_, it)| it)
        })
    }
}

/// A member by its name, as it is written in the object. Graph takes names in any case.
pub(crate) fn member<'a>(
    object: &'a Map<String, Value>,
    name: &str,
) -> Option<(&'a str, &'a Value)> {
    let exact = object.get_key_value(name);
    let member = exact.or_else(|| object.iter().find(|(it, _)| it.eq_ignore_ascii_case(name)));
    member.map(|(name, value)| (name.as_str(), value))
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut names = self.names.iter().map(String::as_str);
        match &self.root {
            Root::Object => f.write_str(names.next().unwrap_or_default())?,
            Root::Variable { name, .. } => f.write_str(name)?,
        }
        names.try_for_each(|name| write!(f, "/{name}"))
    }
}
