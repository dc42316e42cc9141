//! Changes of generated policies in generated files, against another implementation of JSON.
#![expect(clippy::string_slice, reason = "names are ASCII")]

use super::{policies, read};
use crate::edit::{Change, Edits, Json};
use proptest::prelude::*;
use serde_json::Value as Plain;

/// How a generated file is written.
#[derive(Clone, Copy, Debug)]
struct Writing {
    newline: &'static str,
    indent: &'static str,
    pascal: bool,
    wrapping: Wrapping,
}

#[derive(Clone, Copy, Debug)]
enum Wrapping {
    Bare,
    List,
    Page,
    Details,
    Text,
}

fn writing() -> impl Strategy<Value = Writing> {
    let wrapping = prop_oneof![
        Just(Wrapping::Bare),
        Just(Wrapping::List),
        Just(Wrapping::Page),
        Just(Wrapping::Details),
        Just(Wrapping::Text),
    ];
    let newline = prop_oneof![Just("\n"), Just("\r\n")];
    let indent = prop_oneof![Just("  "), Just("\t"), Just("    "), Just("compact")];
    (newline, indent, any::<bool>(), wrapping).prop_map(|(newline, indent, pascal, wrapping)| {
        Writing { newline, indent, pascal, wrapping }
    })
}

impl Writing {
    fn plain(self, value: &Plain) -> String {
        if self.indent == "compact" {
            return value.to_string();
        }
        let mut out = Vec::new();
        let formatter = serde_json::ser::PrettyFormatter::with_indent(self.indent.as_bytes());
        let mut serializer = serde_json::Serializer::with_formatter(&mut out, formatter);
        serde::Serialize::serialize(value, &mut serializer).unwrap();
        String::from_utf8(out).unwrap().replace('\n', self.newline)
    }

    fn cased(self, value: &Plain) -> Plain {
        let name = |name: &str| {
            if self.pascal { name[..1].to_uppercase() + &name[1..] } else { name.to_owned() }
        };
        match value {
            Plain::Object(members) => {
                members.iter().map(|(key, value)| (name(key), self.cased(value))).collect()
            }
            Plain::Array(items) => items.iter().map(|item| self.cased(item)).collect(),
            Plain::Null | Plain::Bool(_) | Plain::Number(_) | Plain::String(_) => value.clone(),
        }
    }

    /// The file, with other policies around the one.
    fn file(self, policy: &Plain) -> String {
        let policy = self.cased(policy);
        let other = self.cased(&other());
        match self.wrapping {
            Wrapping::Bare => self.plain(&policy),
            Wrapping::List => self.plain(&serde_json::json!([other, policy, other])),
            Wrapping::Page => self.plain(&serde_json::json!({"value": [other, policy]})),
            Wrapping::Details => self.plain(&serde_json::json!({"id": "t", "details": policy})),
            Wrapping::Text => {
                let text = self.plain(&policy);
                self.plain(&serde_json::json!([{"id": "t", "body": text}, other]))
            }
        }
    }

    fn place(self) -> usize {
        match self.wrapping {
            Wrapping::List | Wrapping::Page => 1,
            Wrapping::Bare | Wrapping::Details | Wrapping::Text => 0,
        }
    }
}

fn other() -> Plain {
    serde_json::json!({"state": "disabled", "conditions": {"users": {"includeUsers": ["ü\\\n"]}}})
}

fn list() -> impl Strategy<Value = Plain> {
    let text = prop_oneof![Just("All"), Just("ä\"\\"), Just("g1"), Just("\u{1F600}\n")];
    let list = proptest::collection::vec(text, 0..4);
    prop_oneof![3 => list.prop_map(Plain::from), 1 => Just(Plain::Null)]
}

fn policy() -> impl Strategy<Value = Plain> {
    let member = |value: BoxedStrategy<Plain>| proptest::option::of(value);
    let lists = || {
        (member(list().boxed()), member(list().boxed())).prop_map(|(a, b)| {
            let pairs = [("includeUsers", a), ("excludeGroups", b)];
            let pairs = pairs.into_iter().filter_map(|(k, v)| Some((k.to_owned(), v?)));
            Plain::Object(pairs.collect())
        })
    };
    let users = prop_oneof![3 => lists().boxed(), 1 => Just(Plain::Null).boxed()];
    let platforms = member(lists().boxed());
    (users, platforms, any::<bool>()).prop_map(|(users, platforms, name)| {
        let mut conditions = serde_json::json!({"users": users});
        if let Some(platforms) = platforms {
            conditions["platforms"] = platforms;
        }
        let mut policy = serde_json::json!({"conditions": conditions, "state": "enabled"});
        if name {
            policy["displayName"] = "x".into();
        }
        policy
    })
}

fn change() -> impl Strategy<Value = Change> {
    let path = prop_oneof![
        Just("conditions.users.includeUsers"),
        Just("conditions.users.excludeGroups"),
        Just("conditions.platforms.includeUsers"),
        Just("conditions.locations.includeLocations"),
        Just("sessionControls.disableResilienceDefaults"),
    ];
    let texts = prop_oneof![Just(vec!["All"]), Just(vec!["g1", "n\"\r\n"]), Just(vec![])];
    (path, texts, 0..4).prop_map(|(path, texts, kind)| match kind {
        0 => Change::set(path, Json::texts(texts)),
        1 => Change::append(path, texts),
        2 => Change::remove(path, texts),
        _ => Change::drop(path),
    })
}

/// The change on another implementation's values.
fn meant(policy: &mut Plain, change: &Change) {
    let (path, is_removal) = match change {
        Change::Set { path, .. } | Change::Append { path, .. } => (path, false),
        Change::Remove { path, .. } | Change::Drop { path } => (path, true),
    };
    let pointer = |path: &str| format!("/{}", path.replace('.', "/"));
    if is_removal && policy.pointer(&pointer(path)).is_none() {
        return;
    }
    let mut at = policy;
    for name in path.split('.') {
        if let (Change::Drop { .. }, Some(members)) = (change, at.as_object_mut())
            && path.ends_with(name)
        {
            members.remove(name);
            return;
        }
        at = &mut at[name];
    }
    match change {
        Change::Set { value, .. } => *at = plain(value),
        Change::Append { items, .. } => {
            if at.is_null() {
                *at = Plain::Array(Vec::new());
            }
            at.as_array_mut().unwrap().extend(items.iter().map(plain));
        }
        Change::Remove { items, .. } => {
            if let Some(list) = at.as_array_mut() {
                list.retain(|item| !items.iter().any(|one| Some(one.as_str()) == item.as_str()));
            }
        }
        Change::Drop { .. } => {}
    }
}

fn plain(value: &Json) -> Plain {
    match value {
        Json::Null => Plain::Null,
        Json::Bool(truth) => (*truth).into(),
        Json::Number(number) => number.parse::<i64>().unwrap().into(),
        Json::Text(text) => text.as_str().into(),
        Json::Array(items) => items.iter().map(plain).collect(),
        Json::Object(members) => {
            members.iter().map(|(name, value)| (name.clone(), plain(value))).collect()
        }
    }
}

/// Strings that hold JSON as what they hold, and names in one casing.
fn normal(value: &Plain) -> Plain {
    match value {
        Plain::String(text) if text.starts_with('{') => {
            normal(&serde_json::from_str(text).unwrap())
        }
        Plain::Object(members) => members
            .iter()
            .map(|(key, value)| (key[..1].to_lowercase() + &key[1..], normal(value)))
            .collect(),
        Plain::Array(items) => items.iter().map(normal).collect(),
        Plain::Null | Plain::Bool(_) | Plain::Number(_) | Plain::String(_) => value.clone(),
    }
}

proptest! {
    #[test]
    fn a_changed_file_means_the_change_and_all_other_lines_stand(
        policy in policy(),
        writing in writing(),
        change in change(),
    ) {
        let before = writing.file(&policy);
        let export = read("p.json", &before);
        let mut edits = Edits::new(&export);
        let object = edits.object(policies(&export)[writing.place()]).unwrap();
        edits.change(object, &change).unwrap();
        let after = edits.finish().unwrap().pop().map_or_else(|| before.clone(), |e| e.after);

        let mut intended = policy;
        meant(&mut intended, &change);
        let read: Plain = serde_json::from_str(&after).unwrap();
        let wanted: Plain = serde_json::from_str(&writing.file(&intended)).unwrap();
        prop_assert_eq!(without_null(normal(&read)), without_null(normal(&wanted)), "{}", after);

        // Lines go only where the change takes something out.
        let old: Vec<_> = before.split_inclusive('\n').collect();
        let new: Vec<_> = after.split_inclusive('\n').collect();
        let front = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
        let back = old[front..].iter().rev().zip(new[front..].iter().rev());
        let back = back.take_while(|(a, b)| a == b).count();
        let gone = old.len() - front - back;
        let least = match change {
            Change::Append { .. } => 1,
            Change::Set { .. } | Change::Remove { .. } | Change::Drop { .. } => 7,
        };
        prop_assert!(gone <= least, "{} lines changed:\n{}\n{}", gone, before, after);
        if !before[..].contains("\r\n") || writing.newline == "\n" {
            prop_assert!(!after.contains("\r\n"));
        } else {
            prop_assert_eq!(after.matches('\n').count(), after.matches("\r\n").count());
        }
        if writing.pascal {
            prop_assert!(!after.contains("\"includeLocations") && !after.contains("\"users"));
        }
    }
}

/// A change that takes nothing out may leave the objects on its way empty; they say nothing.
fn without_null(value: Plain) -> Plain {
    match value {
        Plain::Object(members) => members
            .into_iter()
            .map(|(key, value)| (key, without_null(value)))
            .filter(|(_, value)| !value.is_null())
            .collect(),
        Plain::Array(items) => items.into_iter().map(without_null).collect(),
        Plain::Null | Plain::Bool(_) | Plain::Number(_) | Plain::String(_) => value,
    }
}
