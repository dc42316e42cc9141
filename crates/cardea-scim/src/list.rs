//! Lists: what they are asked for, and the answer (RFC 7644 sections 3.4.2 and 3.9).

use std::collections::BTreeSet;
use std::ops::Range;

use serde_json::{Map, Value, json};
use url::form_urlencoded;

use crate::error::{Error, Reason};
use crate::filter::Filter;
use crate::path::AttributePath;
use crate::schema::{ResourceKind, Returned, find};
use crate::text::quoted;

/// The schema of an answer.
pub const SCHEMA: &str = "urn:ietf:params:scim:api:messages:2.0:ListResponse";
/// The most resources of one answer.
pub const MOST: usize = 200;
/// The most attributes that are asked for, or asked not to be there.
const MAX_ATTRIBUTES: usize = 100;

/// What a list is asked for. Sorting is none of what is: the configuration says so, and who asks
/// nevertheless gets the order of the list.
#[derive(Clone, Debug, PartialEq)]
pub struct Query {
    /// Which resources; all if there is none.
    pub filter: Option<Filter>,
    /// Which attributes.
    pub selection: Selection,
    /// The place of the first one, counted from 1.
    pub start_index: usize,
    /// How many at most; 0 asks for the number only.
    pub count: usize,
}

impl Query {
    /// Reads the parameters behind the `?` of an address. Numbers below the least are taken for it,
    /// as the specification says.
    ///
    /// # Errors
    ///
    /// A parameter twice, no numbers, paths and filters that are not well written.
    pub fn parse(kind: ResourceKind, text: &str) -> Result<Self, Error> {
        let mut query =
            Self { filter: None, selection: Selection::Default, start_index: 1, count: MOST };
        let mut seen = BTreeSet::new();
        for (name, value) in form_urlencoded::parse(text.as_bytes()) {
            let name = name.to_ascii_lowercase();
            match name.as_str() {
                "filter" => query.filter = Some(Filter::parse(kind, &value)?),
                "startindex" => query.start_index = number(&name, &value)?.max(1),
                "count" => query.count = number(&name, &value)?.min(MOST),
                "attributes" => query.selection = Selection::Only(paths(kind, &value)?),
                "excludedattributes" => query.selection = Selection::Without(paths(kind, &value)?),
                _ => continue,
            }
            let is_selection = matches!(name.as_str(), "attributes" | "excludedattributes");
            // The two exclude each other (RFC 7644 section 3.9).
            let name = if is_selection { "attributes".to_owned() } else { name };
            if !seen.insert(name.clone()) {
                return Err(Error::new(
                    Reason::InvalidValue,
                    format!(
                        "The parameter {} is there twice, or with its opposite.",
                        quoted(&name)
                    ),
                ));
            }
        }
        Ok(query)
    }

    /// Which of the resources that match the answer has place for, counted from 0.
    pub fn places(&self) -> Range<usize> {
        let first = self.start_index.saturating_sub(1);
        first..first.saturating_add(self.count)
    }

    /// The answer: how many match, and those at its [`places`](Self::places).
    pub fn answer(&self, total: usize, page: &[Value]) -> Value {
        let mut answer = json!({
            "schemas": [SCHEMA],
            "totalResults": total,
            "startIndex": self.start_index,
            "itemsPerPage": page.len(),
        });
        if let Some(members) = answer.as_object_mut() {
            // Entra wants the list also where it is empty.
            members.insert("Resources".to_owned(), json!(page));
        }
        answer
    }
}

/// A whole number; below 0 it is 0.
fn number(name: &str, value: &str) -> Result<usize, Error> {
    let (sign, digits) = match value.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", value),
    };
    let is_number = !digits.is_empty() && digits.bytes().all(|it| it.is_ascii_digit());
    if !is_number {
        return Err(Error::new(
            Reason::InvalidValue,
            format!(
                "The parameter {} must be a whole number; found {}.",
                quoted(name),
                quoted(value)
            ),
        ));
    }
    // A number beyond the greatest is behind the last resource, as the greatest is.
    Ok(if sign.is_empty() { digits.parse().unwrap_or(usize::MAX) } else { 0 })
}

fn paths(kind: ResourceKind, text: &str) -> Result<Vec<AttributePath>, Error> {
    let paths = text.split(',').map(str::trim).filter(|it| !it.is_empty());
    let paths: Vec<&str> = paths.take(MAX_ATTRIBUTES + 1).collect();
    if paths.len() > MAX_ATTRIBUTES {
        return Err(Error::new(
            Reason::InvalidValue,
            format!("More than {MAX_ATTRIBUTES} attributes are asked for."),
        ));
    }
    paths.into_iter().map(|it| AttributePath::parse(kind, it)).collect()
}

/// Which attributes an answer has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selection {
    /// All.
    Default,
    /// These.
    Only(Vec<AttributePath>),
    /// All but these.
    Without(Vec<AttributePath>),
}

impl Selection {
    /// Whether an answer has something of this attribute of the core schema.
    pub fn has(&self, name: &str) -> bool {
        let is_it =
            |it: &AttributePath| it.extension.is_none() && it.name.eq_ignore_ascii_case(name);
        match self {
            Self::Default => true,
            Self::Only(paths) => paths.iter().any(is_it),
            Self::Without(paths) => !paths.iter().any(|it| is_it(it) && it.inner.is_none()),
        }
    }

    /// The selected part of a resource. Its `id` and its `schemas` always are.
    pub(crate) fn of(&self, kind: ResourceKind, whole: &Map<String, Value>) -> Value {
        let is_always = |name: &str| {
            let known = find(kind.attributes(), name);
            name == "schemas" || known.is_some_and(|it| it.returned == Returned::Always)
        };
        match self {
            Self::Default => Value::Object(whole.clone()),
            Self::Only(paths) => {
                let always = whole.iter().filter(|(name, _)| is_always(name));
                let mut chosen: Map<String, Value> =
                    always.map(|(name, value)| (name.clone(), value.clone())).collect();
                for path in paths {
                    choose(path, whole, &mut chosen);
                }
                Value::Object(chosen)
            }
            Self::Without(paths) => {
                let mut rest = whole.clone();
                for path in paths.iter().filter(|it| it.extension.is_some() || !is_always(&it.name))
                {
                    leave_out(path, &mut rest);
                }
                Value::Object(rest)
            }
        }
    }
}

/// The names from the outside to the inside.
fn names(path: &AttributePath) -> Vec<&str> {
    let names = [path.extension.as_deref(), Some(path.name.as_str()), path.inner.as_deref()];
    names.into_iter().flatten().filter(|it| !it.is_empty()).collect()
}

/// Copies what a path leads to, and no more of what is around it.
fn choose(path: &AttributePath, whole: &Map<String, Value>, chosen: &mut Map<String, Value>) {
    if let Some((first, rest)) = names(path).split_first() {
        choose_names(first, rest, whole, chosen);
    }
}

fn choose_names(
    first: &str,
    rest: &[&str],
    whole: &Map<String, Value>,
    chosen: &mut Map<String, Value>,
) {
    let found = whole.iter().find(|(name, _)| name.eq_ignore_ascii_case(first));
    let Some((name, value)) = found else { return };
    let Some((next, rest)) = rest.split_first() else {
        chosen.insert(name.clone(), value.clone());
        return;
    };
    match value {
        Value::Object(members) => {
            let entry = chosen.entry(name.clone()).or_insert_with(|| json!({}));
            if let Some(inside) = entry.as_object_mut() {
                choose_names(next, rest, members, inside);
            }
        }
        Value::Array(values) => {
            let empty = || Value::Array(vec![json!({}); values.len()]);
            let entry = chosen.entry(name.clone()).or_insert_with(empty);
            let places = entry.as_array_mut().map(|it| it.iter_mut()).into_iter().flatten();
            for (value, place) in values.iter().zip(places) {
                if let (Some(members), Some(inside)) = (value.as_object(), place.as_object_mut()) {
                    choose_names(next, rest, members, inside);
                }
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn leave_out(path: &AttributePath, rest: &mut Map<String, Value>) {
    if let Some((first, inner)) = names(path).split_first() {
        leave_out_names(first, inner, rest);
    }
}

fn leave_out_names(first: &str, inner: &[&str], rest: &mut Map<String, Value>) {
    let Some((next, inner)) = inner.split_first() else {
        rest.retain(|name, _| !name.eq_ignore_ascii_case(first));
        return;
    };
    let found = rest.iter_mut().find(|(name, _)| name.eq_ignore_ascii_case(first));
    match found.map(|(_, value)| value) {
        Some(Value::Object(members)) => leave_out_names(next, inner, members),
        Some(Value::Array(values)) => {
            for members in values.iter_mut().filter_map(Value::as_object_mut) {
                leave_out_names(next, inner, members);
            }
        }
        Some(Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_)) | None => {}
    }
}
