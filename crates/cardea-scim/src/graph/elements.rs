//! Elements of lists of which Graph keeps the values.

use serde_json::{Map, Value, json};

/// Elements of a list that are properties in Graph: those of a type, one of each.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part {
    /// The list.
    pub(super) list: &'static str,
    /// The type of the element.
    pub(super) of_type: &'static str,
    /// What of the element is which property.
    pub(super) properties: &'static [(&'static str, &'static str)],
}

impl Part {
    /// Takes the values of the first element of this type out of the list. The element stays, so that
    /// the rest of it comes back at its place.
    pub(super) fn take(
        &self,
        attributes: &mut Map<String, Value>,
    ) -> Vec<(&'static str, Option<Value>)> {
        let mut element = self.place(attributes);
        let values = self.properties.iter().map(|(inner, property)| {
            (*property, element.as_mut().and_then(|it| it.remove(*inner)))
        });
        values.collect()
    }

    /// Puts the values of properties into the first element of this type, or into a new one. Without
    /// values there is no element, unless the client had given one without them.
    pub(super) fn put(&self, object: &Map<String, Value>, attributes: &mut Map<String, Value>) {
        let values = self.properties.iter().filter_map(|(inner, property)| {
            let value = object.get(*property).filter(|it| !it.is_null())?;
            // Of Graph's lists, such as `businessPhones`, the first is the one.
            let first = value.as_array().map_or(Some(value), |it| it.first())?;
            Some(((*inner).to_owned(), first.clone()))
        });
        let values: Map<String, Value> = values.collect();
        if let Some(element) = self.place(attributes) {
            element.extend(values);
            return;
        }
        if values.is_empty() {
            return;
        }
        let list = attributes.entry(self.list).or_insert_with(|| json!([]));
        let Some(list) = list.as_array_mut() else { return };
        let mut element = values;
        element.insert("type".to_owned(), json!(self.of_type));
        list.push(Value::Object(element));
    }

    fn place<'a>(
        &self,
        attributes: &'a mut Map<String, Value>,
    ) -> Option<&'a mut Map<String, Value>> {
        let list = attributes.get_mut(self.list)?.as_array_mut()?;
        let elements = list.iter_mut().filter_map(Value::as_object_mut);
        let is_of_type = |it: &Map<String, Value>| {
            it.get("type")
                .and_then(Value::as_str)
                .is_some_and(|it| it.eq_ignore_ascii_case(self.of_type))
        };
        elements.into_iter().find(|it| is_of_type(it))
    }
}

/// Takes out what is left of elements whose values Graph does not have any more: only what describes a
/// value.
pub(super) fn without_hollow(attributes: &mut Map<String, Value>, list: &str) {
    let Some(Value::Array(values)) = attributes.get_mut(list) else { return };
    let describes = |name: &String| matches!(name.as_str(), "type" | "primary" | "display");
    values.retain(|it| it.as_object().is_none_or(|it| !it.keys().all(describes)));
    if values.is_empty() {
        attributes.remove(list);
    }
}
