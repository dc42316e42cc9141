//! The filter for applications: custom security attributes of a resource's service principal.

use super::error::Problem;
use super::operator::Value;
use super::{Filter, Kind, Property, text};
use alloc::borrow::ToOwned as _;
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use core::cmp::Ordering;
use core::fmt;

/// The filter for applications of a policy.
pub type AppFilter = Filter<AttributeId>;

impl AppFilter {
    /// Whether the rule is true of a resource with these attributes. A resource without a service
    /// principal has none, and every attribute it lacks is null.
    ///
    /// The documentation shows only "contains"; the other operators occur in published policies
    /// and are taken to mean what they mean in the filter for devices.
    pub fn matches(&self, attributes: &AppAttributes) -> bool {
        self.expression().holds(&|atom| atom.holds(attributes.value(atom.property())))
    }
}

const PREFIX: &str = "CustomSecurityAttribute.";

/// The id of a custom security attribute, as Graph writes it: set and name joined by `_`.
///
/// Two ids that differ only in case are the same one. Entra documents this of the set's name only.
#[derive(Clone, Debug)]
pub struct AttributeId(String);

impl AttributeId {
    /// The attribute `name` of `set`.
    pub fn new(set: &str, name: &str) -> Self {
        Self(format!("{set}_{name}"))
    }

    /// The id, such as `Engineering_Project`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Ord for AttributeId {
    fn cmp(&self, other: &Self) -> Ordering {
        text::compare(&self.0, &other.0)
    }
}

impl PartialOrd for AttributeId {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for AttributeId {
    fn eq(&self, other: &Self) -> bool {
        text::equal(&self.0, &other.0)
    }
}

impl Eq for AttributeId {}

impl Property for AttributeId {
    const EXPECTED: &'static str = "an attribute such as `CustomSecurityAttribute.Set_Name`";

    fn named(word: &str) -> Result<Self, Problem> {
        let unknown = |hint: &str| Problem::UnknownProperty {
            noun: "application attribute",
            found: word.to_owned(),
            hint: hint.to_owned(),
        };
        let (prefix, id) = word.split_at_checked(PREFIX.len()).unwrap_or((word, ""));
        if !prefix.eq_ignore_ascii_case(PREFIX) {
            return Err(unknown("attributes look like `CustomSecurityAttribute.Set_Name`"));
        }
        match id.split_once('_') {
            Some((set, name)) if !set.is_empty() && !name.is_empty() && !id.contains('.') => {
                Ok(Self(id.to_owned()))
            }
            _ => Err(unknown("join the set and the name with `_`")),
        }
    }

    fn kind(&self) -> Kind {
        Kind::Text
    }
}

impl fmt::Display for AttributeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{PREFIX}{}", self.0)
    }
}

/// The value of a custom security attribute. Only string attributes count in a filter.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AttributeValue {
    /// An attribute that takes one value; `-contains` looks for a part of it.
    Text(String),
    /// An attribute that takes several; an operator matches if it matches one of them, and
    /// `-contains` compares whole values, as Entra documents for collections of a device.
    Collection(Vec<String>),
}

impl AttributeValue {
    pub(super) fn into_elements(self) -> Vec<String> {
        match self {
            Self::Text(text) => vec![text],
            Self::Collection(elements) => elements,
        }
    }

    pub(super) fn as_value(&self) -> Value<'_> {
        match self {
            Self::Text(text) => Value::Text(text),
            Self::Collection(elements) => Value::Collection(elements),
        }
    }
}

/// The custom security attributes assigned to a resource's service principal.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct AppAttributes {
    values: BTreeMap<AttributeId, AttributeValue>,
}

impl AppAttributes {
    /// Assigns `value`, in place of what was assigned before.
    pub fn assign(&mut self, attribute: AttributeId, value: AttributeValue) {
        self.values.insert(attribute, value);
    }

    /// The assigned attributes in order.
    pub fn iter(&self) -> impl Iterator<Item = (&AttributeId, &AttributeValue)> {
        self.values.iter()
    }

    pub(super) fn value(&self, attribute: &AttributeId) -> Value<'_> {
        self.values.get(attribute).map_or(Value::Null, AttributeValue::as_value)
    }

    pub(super) fn set(&mut self, attribute: &AttributeId, value: Option<AttributeValue>) {
        match value {
            Some(value) => self.assign(attribute.clone(), value),
            None => {
                self.values.remove(attribute);
            }
        }
    }
}

impl FromIterator<(AttributeId, AttributeValue)> for AppAttributes {
    fn from_iter<I: IntoIterator<Item = (AttributeId, AttributeValue)>>(values: I) -> Self {
        Self { values: values.into_iter().collect() }
    }
}
