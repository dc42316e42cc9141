//! The elements of a list that a change is about.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::error::{Error, Reason};
use crate::filter::{Comparison, Filter, Operator};
use crate::resource::{MAX_ELEMENTS, MAX_MEMBERS};
use crate::schema::Attribute;

/// Takes the list of this name out, to be put back when it has changed. A single value is a list of
/// one.
pub(super) fn taken(container: &mut Map<String, Value>, name: &str) -> Vec<Value> {
    match container.remove(name) {
        None => Vec::new(),
        Some(Value::Array(list)) => list,
        Some(other) => vec![other],
    }
}

/// Puts a list back; an empty one is none.
pub(super) fn put_back(container: &mut Map<String, Value>, name: &str, list: Vec<Value>) {
    if !list.is_empty() {
        container.insert(name.to_owned(), Value::Array(list));
    }
}

/// The elements of a value that is a list, or the value alone.
pub(super) fn listed(value: &Value) -> Vec<Value> {
    value.as_array().cloned().unwrap_or_else(|| vec![value.clone()])
}

/// What tells an element from others: members of groups their id, other values all that they are,
/// in whatever order it is written.
fn identity(attribute: Option<&Attribute>, element: &Value) -> String {
    let is_member = attribute.is_some_and(|it| it.name == "members");
    let id = element.get("value").and_then(Value::as_str).filter(|_| is_member);
    id.map_or_else(|| sorted(element).to_string(), str::to_owned)
}

/// A value with the members of its objects in order. Whether JSON keeps their order is decided for
/// the whole program.
fn sorted(value: &Value) -> Value {
    let mut value = value.clone();
    value.sort_all_objects();
    value
}

/// Adds elements that are not there yet.
pub(super) fn append(
    attribute: Option<&Attribute>,
    list: &mut Vec<Value>,
    new: Vec<Value>,
) -> Result<(), Error> {
    let mut known: BTreeSet<String> = list.iter().map(|it| identity(attribute, it)).collect();
    list.extend(new.into_iter().filter(|it| known.insert(identity(attribute, it))));
    let is_member = attribute.is_some_and(|it| it.name == "members");
    let most = if is_member { MAX_MEMBERS } else { MAX_ELEMENTS };
    if list.len() > most {
        return Err(Error::new(
            Reason::InvalidValue,
            format!("A list has more than {most} values."),
        ));
    }
    Ok(())
}

/// Takes elements out that have one of these values.
pub(super) fn take_out(list: &mut Vec<Value>, values: &Value) {
    let key = |it: &Value| sorted(it.get("value").unwrap_or(it)).to_string();
    let gone: BTreeSet<String> = crate::path::elements(values).iter().map(key).collect();
    list.retain(|it| !gone.contains(&key(it)));
}

/// The places of the elements that a filter is true of.
pub(super) fn matching(list: &[Value], filter: &Filter) -> Vec<usize> {
    let matches = list.iter().enumerate().filter(|(_, it)| filter.matches_element(it));
    matches.map(|(place, _)| place).collect()
}

/// The elements at these places, which are in order.
pub(super) fn at_places<'a>(
    list: &'a mut [Value],
    places: &'a [usize],
) -> impl Iterator<Item = &'a mut Value> {
    let places: BTreeSet<usize> = places.iter().copied().collect();
    list.iter_mut().enumerate().filter(move |(it, _)| places.contains(it)).map(|(_, it)| it)
}

/// The element of which a filter is true, if it only says what is equal.
pub(super) fn like(filter: &Filter) -> Option<Map<String, Value>> {
    match filter {
        Filter::Compare(Comparison { path, operator: Operator::Equal, value, .. })
            if !value.is_null() =>
        {
            Some(Map::from_iter([(path.name.clone(), value.clone())]))
        }
        Filter::And(parts) => {
            let parts: Option<Vec<_>> = parts.iter().map(like).collect();
            Some(parts?.into_iter().flatten().collect())
        }
        Filter::Compare(_)
        | Filter::Or(_)
        | Filter::Not(_)
        | Filter::Present(_)
        | Filter::Element(..) => None,
    }
}

/// Lays a value over an element, or puts it in its place.
pub(super) fn lay_over(element: &mut Value, value: &Value, is_added: bool) {
    match (element.as_object_mut(), value.as_object()) {
        (Some(old), Some(new)) if is_added => old.extend(new.clone()),
        _ => *element = value.clone(),
    }
}

/// Sees to it that one element is the primary one at most: that of the changed ones, if one of them is
/// (RFC 7644 section 3.5.2).
pub(super) fn settle_primary(list: &mut [Value], changed: &[usize]) -> Result<(), Error> {
    let is_primary = |it: &Value| it.get("primary").and_then(Value::as_bool) == Some(true);
    let changed: BTreeSet<usize> = changed.iter().copied().collect();
    let primary =
        list.iter().enumerate().filter(|(place, it)| changed.contains(place) && is_primary(it));
    match primary.count() {
        0 => return Ok(()),
        1 => {}
        _ => {
            let detail = "Only one value of a list can be the primary one.";
            return Err(Error::new(Reason::InvalidValue, detail));
        }
    }
    for (place, element) in list.iter_mut().enumerate() {
        if !changed.contains(&place) && is_primary(element) {
            element.as_object_mut().map(|it| it.insert("primary".to_owned(), json!(false)));
        }
    }
    Ok(())
}
