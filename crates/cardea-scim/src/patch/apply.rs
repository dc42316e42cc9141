//! One operation of a change.

use serde_json::{Map, Value, json};

use super::elements;
use super::{Operation, Verb};
use crate::error::{Error, Reason};
use crate::filter::{Filter, Target};
use crate::path::AttributePath;
use crate::resource::{at, is_read_only};
use crate::schema::{Attribute, Mutability, Plurality, ResourceKind, find};
use crate::text::quoted;

/// Applies an operation to the attributes of a resource.
pub(super) fn operation(
    kind: ResourceKind,
    operation: &Operation,
    attributes: &mut Map<String, Value>,
) -> Result<(), Error> {
    let Operation { verb, target, value } = operation;
    if let Some(target) = target {
        return change(kind, *verb, target, value, attributes);
    }
    let members = value.as_object().ok_or_else(|| {
        let detail = "Without a 'path', 'value' must be an object of attributes.";
        Error::new(Reason::InvalidValue, detail)
    })?;
    for (name, value) in members {
        let path = named(kind, name, value)?;
        // A client that sends back what it got changes nothing by it.
        let is_ours = path.extension.is_none() && is_read_only(kind, &path.name);
        if is_ours && attributes.get(&path.name).is_none_or(|it| it == value) {
            continue;
        }
        change(kind, *verb, &Target { path, filter: None }, value, attributes)?;
    }
    Ok(())
}

/// The path that the name of a member is. The address of an extension that nobody knows looks like that
/// of an attribute, and is told from it by its value.
fn named(kind: ResourceKind, name: &str, value: &Value) -> Result<AttributePath, Error> {
    let path = AttributePath::parse(kind, name)?;
    let is_unknown = path.extension.is_some() && path.outer(kind).is_none();
    let is_whole = is_unknown && path.inner.is_none() && value.is_object();
    Ok(if is_whole { AttributePath::whole(Some(name.to_owned())) } else { path })
}

/// Changes what a path leads to.
fn change(
    kind: ResourceKind,
    verb: Verb,
    target: &Target,
    value: &Value,
    attributes: &mut Map<String, Value>,
) -> Result<(), Error> {
    writable(kind, &target.path)?;
    let address = target.path.to_string();
    let is_extension = address.contains(':') && attributes.contains_key(&address);
    if target.path.name.is_empty() || is_extension {
        return extension(kind, verb, &address, value, attributes);
    }
    // A null says that there is no value (RFC 7643 section 2.5).
    let kept = match (verb, &target.filter, &target.path.inner) {
        (Verb::Remove, ..) => None,
        (Verb::Add | Verb::Replace, Some(_), None) => element(kind, &target.path, value)?,
        (Verb::Add | Verb::Replace, ..) => at(kind, &target.path, value)?,
    };
    let verb = if kept.is_none() { Verb::Remove } else { verb };
    let container = match &target.path.extension {
        None => &mut *attributes,
        Some(extension) => object(attributes, extension)?,
    };
    let change = Change {
        attribute: target.path.outer(kind),
        path: &target.path,
        verb,
        value: kept.unwrap_or_default(),
    };
    match &target.filter {
        Some(filter) => change.filtered(filter, container)?,
        None => change.whole(value, container)?,
    }
    if let Some(extension) = &target.path.extension
        && attributes.get(extension).is_some_and(is_empty)
    {
        attributes.remove(extension);
    }
    Ok(())
}

/// Changes an extension as a whole, attribute by attribute.
fn extension(
    kind: ResourceKind,
    verb: Verb,
    name: &str,
    value: &Value,
    attributes: &mut Map<String, Value>,
) -> Result<(), Error> {
    if verb == Verb::Remove || value.is_null() {
        attributes.remove(name);
        return Ok(());
    }
    let members = value.as_object().ok_or_else(|| {
        Error::new(Reason::InvalidValue, format!("{} must be an object.", quoted(name)))
    })?;
    for (member, value) in members {
        let path = AttributePath::parse(kind, &format!("{name}:{member}"))?;
        change(kind, verb, &Target { path, filter: None }, value, attributes)?;
    }
    Ok(())
}

/// Refuses to change what only the service writes.
fn writable(kind: ResourceKind, path: &AttributePath) -> Result<(), Error> {
    let outer = path.outer(kind);
    let inner = path.inner.as_deref().zip(outer).and_then(|(name, outer)| find(outer.inner, name));
    let is_fixed = |it: &Attribute| {
        it.mutability == Mutability::ReadOnly
            || (it.mutability == Mutability::Immutable && path.inner.is_some())
    };
    let is_schemas = path.extension.is_none() && path.name.eq_ignore_ascii_case("schemas");
    if is_schemas || outer.is_some_and(is_fixed) || inner.is_some_and(is_fixed) {
        let detail = format!("{} cannot be changed.", quoted(&path.to_string()));
        return Err(Error::new(Reason::Mutability, detail));
    }
    Ok(())
}

/// One element of a list as it is kept.
fn element(
    kind: ResourceKind,
    path: &AttributePath,
    value: &Value,
) -> Result<Option<Value>, Error> {
    let list = at(kind, path, &json!([value]))?;
    Ok(list.and_then(|it| it.as_array().and_then(|it| it.first()).cloned()))
}

/// The object of this name, made if there is none.
fn object<'a>(
    attributes: &'a mut Map<String, Value>,
    name: &str,
) -> Result<&'a mut Map<String, Value>, Error> {
    let value = attributes.entry(name).or_insert_with(|| json!({}));
    value.as_object_mut().ok_or_else(|| {
        Error::new(Reason::InvalidPath, format!("{} has no attributes inside of it.", quoted(name)))
    })
}

pub(super) fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(values) => values.is_empty(),
        Value::Object(members) => members.is_empty(),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

/// A change of one attribute.
#[derive(Debug)]
pub(super) struct Change<'a> {
    /// What the schema says of it.
    pub(super) attribute: Option<&'static Attribute>,
    pub(super) path: &'a AttributePath,
    pub(super) verb: Verb,
    /// The new value, as it is kept.
    pub(super) value: Value,
}

impl Change<'_> {
    /// Changes the attribute as a whole, or what is inside of all of its values. `raw` is the value as
    /// it was sent.
    fn whole(&self, raw: &Value, container: &mut Map<String, Value>) -> Result<(), Error> {
        let name = &self.path.name;
        let is_list = self.attribute.is_some_and(|it| it.plurality == Plurality::Many)
            || container.get(name).is_some_and(Value::is_array);
        match (&self.path.inner, is_list) {
            (Some(inner), true) => self.inside_all(inner, container)?,
            (Some(inner), false) => self.inside(inner, container)?,
            (None, true) => self.list(raw, container)?,
            (None, false) => self.single(container),
        }
        if container.get(name).is_some_and(is_empty) {
            container.remove(name);
        }
        Ok(())
    }

    /// Changes a single value. Of a complex one, only what is named changes.
    fn single(&self, container: &mut Map<String, Value>) {
        let name = &self.path.name;
        if self.verb == Verb::Remove {
            container.remove(name);
            return;
        }
        match (container.get_mut(name), &self.value) {
            (Some(Value::Object(old)), Value::Object(new)) => old.extend(new.clone()),
            (Some(_) | None, value) => drop(container.insert(name.clone(), value.clone())),
        }
    }

    /// Changes what is inside of a complex value.
    fn inside(&self, inner: &str, container: &mut Map<String, Value>) -> Result<(), Error> {
        if self.verb == Verb::Remove {
            if let Some(Value::Object(members)) = container.get_mut(&self.path.name) {
                members.remove(inner);
            }
            return Ok(());
        }
        object(container, &self.path.name)?.insert(inner.to_owned(), self.value.clone());
        Ok(())
    }

    fn inside_all(&self, inner: &str, container: &mut Map<String, Value>) -> Result<(), Error> {
        let mut list = elements::taken(container, &self.path.name);
        if list.is_empty() && self.verb != Verb::Remove {
            list.push(json!({}));
        }
        let all: Vec<usize> = (0..list.len()).collect();
        self.elements(inner, &all, &mut list)?;
        elements::put_back(container, &self.path.name, list);
        Ok(())
    }

    fn list(&self, raw: &Value, container: &mut Map<String, Value>) -> Result<(), Error> {
        let mut list = elements::taken(container, &self.path.name);
        match self.verb {
            Verb::Remove if is_empty(raw) => list.clear(),
            Verb::Remove => elements::take_out(&mut list, raw),
            Verb::Replace => list = elements::listed(&self.value),
            Verb::Add => {
                let old = list.len();
                elements::append(self.attribute, &mut list, elements::listed(&self.value))?;
                let new: Vec<usize> = (old..list.len()).collect();
                elements::settle_primary(&mut list, &new)?;
            }
        }
        elements::put_back(container, &self.path.name, list);
        Ok(())
    }

    /// Changes the elements of a list that a filter is true of.
    fn filtered(&self, filter: &Filter, container: &mut Map<String, Value>) -> Result<(), Error> {
        let name = &self.path.name;
        let mut list = elements::taken(container, name);
        let mut matching = elements::matching(&list, filter);
        if matching.is_empty() && self.verb != Verb::Remove {
            let like = elements::like(filter).ok_or_else(|| {
                let detail =
                    format!("No value of {} matches the filter of the path.", quoted(name));
                Error::new(Reason::NoTarget, detail)
            })?;
            matching.push(list.len());
            list.push(Value::Object(like));
        }
        match (&self.path.inner, self.verb) {
            (Some(inner), _) => self.elements(inner, &matching, &mut list)?,
            (None, Verb::Remove) => {
                let mut place = 0..;
                list.retain(|_| place.next().is_none_or(|it| !matching.contains(&it)));
            }
            (None, Verb::Add | Verb::Replace) => {
                for element in elements::at_places(&mut list, &matching) {
                    elements::lay_over(element, &self.value, self.verb == Verb::Add);
                }
                elements::settle_primary(&mut list, &matching)?;
            }
        }
        elements::put_back(container, name, list);
        Ok(())
    }

    /// Changes what is inside of the elements at these places.
    fn elements(&self, inner: &str, places: &[usize], list: &mut Vec<Value>) -> Result<(), Error> {
        for element in elements::at_places(list, places) {
            let Some(members) = element.as_object_mut() else { continue };
            if self.verb == Verb::Remove {
                members.remove(inner);
            } else {
                members.insert(inner.to_owned(), self.value.clone());
            }
        }
        if self.verb == Verb::Remove {
            list.retain(|it| !is_empty(it));
            return Ok(());
        }
        elements::settle_primary(list, places)
    }
}
