//! JSON as it is kept and given back: every field in its order and every number as it was spelled,
//! whatever spelled it. White space is ours, so that the same object is always the same bytes.

use std::collections::BTreeMap;

use cardea_graph::document::{Document, Shape, Value, is_annotation};
use cardea_graph::source::FileId;

use crate::failure::Failure;

/// Where lines break.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Spacing {
    /// Nowhere, as objects are kept.
    Compact,
    /// Behind every member, two spaces a level, as people read them.
    Indented,
}

/// What becomes of a field of the outermost object.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Field<'a> {
    /// It is left out.
    Without(&'a str),
    /// It has this value, in JSON; a new one comes last.
    With(&'a str, &'a str),
}

impl<'a> Field<'a> {
    fn name(self) -> &'a str {
        match self {
            Self::Without(name) | Self::With(name, _) => name,
        }
    }
}

/// A value as JSON. Of keys that an object has twice the last counts, here as everywhere.
pub(crate) fn text(value: Value<'_>, fields: &[Field<'_>], spacing: Spacing) -> String {
    let mut writer = Writer { out: String::new(), spacing };
    writer.object(value, fields, 0);
    writer.out
}

/// An object that is kept, with other fields or other white space.
///
/// # Errors
/// The text is no JSON.
pub(crate) fn rewritten(
    json: &str,
    fields: &[Field<'_>],
    spacing: Spacing,
) -> Result<String, Failure> {
    let unreadable =
        |reason: String| Failure::Unreadable { what: "an object in the database", reason };
    let parsed = Document::json(FileId(0), json).map_err(|error| unreadable(error.message))?;
    let root = parsed.document.roots(json).next();
    let root = root.ok_or_else(|| unreadable(String::from("it is empty")))?;
    Ok(text(root, fields, spacing))
}

/// A text as JSON.
pub(crate) fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

struct Writer {
    out: String,
    spacing: Spacing,
}

impl Writer {
    fn value(&mut self, value: Value<'_>, level: usize) {
        match value.shape() {
            Shape::Null => self.out.push_str("null"),
            Shape::Bool(true) => self.out.push_str("true"),
            Shape::Bool(false) => self.out.push_str("false"),
            // YAML spells numbers in ways that JSON does not have.
            Shape::Number(number) if serde_json::from_str::<serde_json::Number>(number).is_ok() => {
                self.out.push_str(number);
            }
            Shape::Number(text) => self.out.push_str(&quoted(text)),
            Shape::Text(text) => self.out.push_str(&quoted(&text)),
            Shape::Array => self.array(value, level),
            Shape::Object => self.object(value, &[], level),
        }
    }

    fn array(&mut self, array: Value<'_>, level: usize) {
        self.out.push('[');
        let mut any = false;
        for item in array.items() {
            self.separate(any, level + 1);
            any = true;
            self.value(item, level + 1);
        }
        self.close(any, level, ']');
    }

    fn object(&mut self, object: Value<'_>, fields: &[Field<'_>], level: usize) {
        self.out.push('{');
        let mut any = false;
        let entries: Vec<_> = object.entries().collect();
        let last: BTreeMap<String, usize> =
            entries.iter().enumerate().map(|(at, entry)| (folded(&entry.name()), at)).collect();
        for (at, entry) in entries.iter().enumerate() {
            let name = entry.name();
            let key = folded(&name);
            if last.get(&key) != Some(&at) {
                continue;
            }
            let field = fields.iter().find(|field| folded(field.name()) == key);
            if let Some(Field::Without(_)) = field {
                continue;
            }
            self.key(&name, any, level + 1);
            any = true;
            match field {
                Some(Field::With(_, json)) => self.fragment(json, level + 1),
                Some(Field::Without(_)) | None => self.value(entry.value, level + 1),
            }
        }
        for field in fields {
            if let Field::With(name, json) = field
                && !last.contains_key(&folded(name))
            {
                self.key(name, any, level + 1);
                any = true;
                self.fragment(json, level + 1);
            }
        }
        self.close(any, level, '}');
    }

    fn key(&mut self, name: &str, any: bool, level: usize) {
        self.separate(any, level);
        self.out.push_str(&quoted(name));
        self.out.push(':');
        if self.spacing == Spacing::Indented {
            self.out.push(' ');
        }
    }

    fn fragment(&mut self, json: &str, level: usize) {
        if let Ok(parsed) = Document::json(FileId(0), json)
            && let Some(root) = parsed.document.roots(json).next()
        {
            self.value(root, level);
        } else {
            self.out.push_str("null");
        }
    }

    fn separate(&mut self, any: bool, level: usize) {
        if any {
            self.out.push(',');
        }
        self.line(level);
    }

    fn close(&mut self, any: bool, level: usize, bracket: char) {
        if any {
            self.line(level);
        }
        self.out.push(bracket);
    }

    fn line(&mut self, level: usize) {
        if self.spacing == Spacing::Indented {
            self.out.push('\n');
            self.out.extend(std::iter::repeat_n("  ", level));
        }
    }
}

/// A key with its first letter in lower case, by which keys are the same; annotations stay apart.
fn folded(name: &str) -> String {
    let mut letters = name.chars();
    match letters.next() {
        Some(first) if !is_annotation(name) => {
            first.to_ascii_lowercase().to_string() + letters.as_str()
        }
        Some(_) | None => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compact(json: &str, fields: &[Field<'_>]) -> String {
        rewritten(json, fields, Spacing::Compact).unwrap()
    }

    #[test]
    fn fields_keep_their_order_and_numbers_their_spelling() {
        let json = r#"{ "b" : 1.50e2, "a": [ {"x":null}, [] , {} ], "z": "ä\n\"" }"#;
        assert_eq!(compact(json, &[]), r#"{"b":1.50e2,"a":[{"x":null},[],{}],"z":"ä\n\""}"#);
    }

    #[test]
    fn white_space_is_the_only_thing_that_changes() {
        let json = r#"{"a":[1,{"b":true}],"c":{}}"#;
        let indented = rewritten(json, &[], Spacing::Indented).unwrap();
        assert_eq!(
            indented,
            "{\n  \"a\": [\n    1,\n    {\n      \"b\": true\n    }\n  ],\n  \"c\": {}\n}"
        );
        assert_eq!(compact(&indented, &[]), json);
        assert_eq!(rewritten(&indented, &[], Spacing::Indented).unwrap(), indented);
    }

    #[test]
    fn fields_are_replaced_where_they_stand_and_new_ones_come_last() {
        let json = r#"{"State":"enabled","members":[1],"id":"x"}"#;
        let fields = [
            Field::With("state", r#""disabled""#),
            Field::Without("members"),
            Field::With("new", "[1, 2]"),
        ];
        assert_eq!(compact(json, &fields), r#"{"State":"disabled","id":"x","new":[1,2]}"#);
    }

    #[test]
    fn of_a_key_that_comes_twice_the_last_counts() {
        assert_eq!(compact(r#"{"a":1,"b":2,"A":3}"#, &[]), r#"{"b":2,"A":3}"#);
    }
}
