//! `$select`: which properties.
//!
//! What belongs to the object as a whole stays whatever is selected: its annotations
//! (`@odata.type`, `@odata.etag`), and where the service gives it anyway, its `id`. An annotation of
//! a property stays with the property.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::path::member;
use crate::problem::{Problem, quoted};

/// The most properties.
pub const MAX_PROPERTIES: usize = 200;
/// The most names of one property's path.
const MAX_NAMES: usize = 8;

/// The properties that an answer has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Selection {
    /// All that the object has.
    #[default]
    All,
    /// These, each with the properties inside of it.
    Only(BTreeMap<String, Self>),
}

/// Whether an answer has the `id` that was not asked for. Most services of Graph give it, the
/// directory does not; who did not ask for it passes it over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Id {
    /// Always.
    #[default]
    Always,
    /// Only if it is selected.
    IfSelected,
}

/// What an answer says of a selected property that the object does not have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Absent {
    /// Nothing: nobody knows whether there is such a property.
    #[default]
    Omitted,
    /// `null`: it was made sure that there is such a property.
    Null,
}

impl Selection {
    /// Reads the value of `$select`, already percent-decoded.
    ///
    /// # Errors
    ///
    /// What is no list of names, or names too many.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let mut properties = BTreeMap::new();
        let mut all = false;
        for (count, item) in text.split(',').map(str::trim).enumerate() {
            if count == MAX_PROPERTIES {
                return Err(Problem::bad(format!(
                    "$select names more than {MAX_PROPERTIES} properties."
                )));
            }
            if item == "*" {
                all = true;
                continue;
            }
            let names: Vec<&str> = item.split('/').take(MAX_NAMES + 1).collect();
            if names.len() > MAX_NAMES || !names.iter().all(|it| is_name(it)) {
                return Err(Problem::bad(format!(
                    "$select: {} is not the name of a property. Names are separated by commas.",
                    quoted(item)
                )));
            }
            add(&mut properties, &names);
        }
        Ok(if all { Self::All } else { Self::Only(properties) })
    }

    /// The selected properties; none if all are.
    pub fn properties(&self) -> impl Iterator<Item = &str> {
        let Self::Only(properties) = self else { return None.into_iter().flatten() };
        Some(properties.keys().map(String::as_str)).into_iter().flatten()
    }

    /// The selected part of an object.
    pub fn of(&self, object: &Value, id: Id, absent: Absent) -> Value {
        let (Self::Only(properties), Value::Object(members)) = (self, object) else {
            return object.clone();
        };
        let mut chosen: Map<String, Value> = members
            .iter()
            .filter(|(name, _)| name.starts_with("@odata.") || (*name == "id" && id == Id::Always))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        for (wanted, inner) in properties {
            match member(members, wanted) {
                Some((name, value)) => {
                    chosen.insert(name.to_owned(), inner.inside(value));
                    chosen.extend(annotations(members, name));
                }
                None if absent == Absent::Null => drop(chosen.insert(wanted.clone(), Value::Null)),
                None => {}
            }
        }
        Value::Object(chosen)
    }

    /// The selected part of a property, or of each element of a list.
    fn inside(&self, value: &Value) -> Value {
        match value {
            Value::Array(values) => values.iter().map(|it| self.inside(it)).collect(),
            Value::Object(_) => self.of(value, Id::IfSelected, Absent::Omitted),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
        }
    }

    /// How it is written, in one way.
    pub(crate) fn written(&self) -> String {
        let Self::Only(properties) = self else { return "*".to_owned() };
        let one = |(name, inner): (&String, &Self)| match inner {
            Self::All => name.clone(),
            Self::Only(_) => format!("{name}({})", inner.written()),
        };
        properties.iter().map(one).collect::<Vec<_>>().join(",")
    }
}

/// Adds a path; who selects the whole of a property has its parts.
fn add(properties: &mut BTreeMap<String, Selection>, names: &[&str]) {
    let Some((first, rest)) = names.split_first() else { return };
    if rest.is_empty() {
        properties.insert((*first).to_owned(), Selection::All);
        return;
    }
    let inner =
        properties.entry((*first).to_owned()).or_insert_with(|| Selection::Only(BTreeMap::new()));
    if let Selection::Only(inner) = inner {
        add(inner, rest);
    }
}

/// The annotations of a property: `name@odata.type` and its kind.
fn annotations(members: &Map<String, Value>, name: &str) -> Vec<(String, Value)> {
    let of = |it: &str| it.strip_prefix(name).is_some_and(|it| it.starts_with('@'));
    members.iter().filter(|(it, _)| of(it)).map(|(it, value)| (it.clone(), value.clone())).collect()
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|it| it.is_alphanumeric() || it == '_')
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(select: &str, expected: &Value) {
        let object = json!({
            "@odata.type": "#microsoft.graph.user",
            "#microsoft.graph.restore": {},
            "@other.annotation": 1,
            "id": "1",
            "displayName": "Kim",
            "mail": null,
            "mail@odata.type": "#String",
            "name": { "first": "Kim", "last": "B", "@odata.type": "#n" },
            "roles": [{ "id": "2", "a": 1 }, { "b": 2 }, 3],
        });
        let chosen = Selection::parse(select).unwrap().of(&object, Id::IfSelected, Absent::Omitted);
        assert_eq!(&chosen, expected, "{select}");
    }

    #[test]
    fn what_is_selected_stays_and_so_do_annotations() {
        check(
            "displayName",
            &json!({"@odata.type": "#microsoft.graph.user", "displayName": "Kim"}),
        );
        check(
            "MAIL, nothing",
            &json!({"@odata.type": "#microsoft.graph.user", "mail": null, "mail@odata.type": "#String"}),
        );
        check(
            "name/last,roles/a",
            &json!({
                "@odata.type": "#microsoft.graph.user",
                "name": { "last": "B", "@odata.type": "#n" },
                "roles": [{ "a": 1 }, {}, 3],
            }),
        );
        let whole = Selection::parse("name,name/last").unwrap();
        assert_eq!(whole, Selection::parse("name/last,name").unwrap());
        assert_eq!(Selection::parse("id,*"), Ok(Selection::All));
    }

    #[test]
    fn an_id_and_nulls_are_given_where_that_is_wanted() {
        let object = json!({"id": "1", "a": 2});
        let selection = Selection::parse("b").unwrap();
        assert_eq!(selection.of(&object, Id::Always, Absent::Null), json!({"id": "1", "b": null}));
        assert_eq!(selection.of(&object, Id::IfSelected, Absent::Omitted), json!({}));
    }

    #[test]
    fn what_is_no_list_of_names_is_refused() {
        for select in ["", "a,", "a b", "a//b", "/a", "a(b)", "$count", "@odata.type", "'a'", "a;b"]
        {
            let problem = Selection::parse(select).expect_err(select);
            assert!(problem.message().contains("$select"), "{select}: {problem}");
        }
        assert!(Selection::parse(&"a,".repeat(100_000)).is_err());
        assert!(Selection::parse(&"a/".repeat(100_000)).is_err());
    }
}
