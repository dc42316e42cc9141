//! Exports as strangers wrote them.

use std::path::{Path, PathBuf};

use cardea_graph::document::{self, Shape};
use cardea_graph::edit::{Change, Edits, Json};
use cardea_graph::export::{Export, Found, Reader};
use cardea_graph::recognise::ObjectKind;
use serde_json::{Map, Value};

/// The folder of a repository, with a word about it where there is no corpus.
#[expect(clippy::print_stdout, reason = "says what was skipped")]
pub(super) fn folder(repository: &str) -> Option<PathBuf> {
    let usual = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/corpus");
    let root =
        std::env::var_os("CARDEA_CORPUS").map_or_else(|| PathBuf::from(usual), PathBuf::from);
    if root.join("policies").is_dir() {
        return Some(root.join("policies").join(repository));
    }
    println!("skipped: there is no corpus; set CARDEA_CORPUS to its folder");
    None
}

/// Every file below a folder, by its path in it.
pub(super) fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let (mut folders, mut files) = (vec![folder.to_owned()], Vec::new());
    while let Some(next) = folders.pop() {
        for path in next.read_dir().unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
            } else {
                let shown = path.strip_prefix(folder).unwrap().to_string_lossy().into_owned();
                files.push((shown, std::fs::read(&path).unwrap()));
            }
        }
    }
    files.sort();
    files
}

pub(super) fn read(files: &[(String, Vec<u8>)]) -> Export {
    let mut reader = Reader::default();
    for (path, bytes) in files {
        reader.add(path.clone(), bytes.clone());
    }
    reader.finish()
}

/// The files with policies that are on, with these in report-only, each still in its own encoding.
pub(super) fn in_report_only(export: &Export) -> Vec<(String, Vec<u8>)> {
    let mut edits = Edits::new(export);
    for found in export.objects.iter().filter(|it| it.kind == ObjectKind::Policy) {
        let state = export.value(found.at).unwrap().get("state");
        let is_on = state.and_then(document::Value::as_text).is_some_and(|it| it == "enabled");
        if let (true, Ok(policy)) = (is_on, edits.object(found.at)) {
            let state = Json::text("enabledForReportingButNotEnforced");
            edits.change(policy, &Change::set("state", state)).unwrap();
        }
    }
    let edited = edits.finish().unwrap();
    let bytes = edited.iter().map(|it| (it.path.clone(), it.bytes(&export.sources).unwrap()));
    bytes.collect()
}

/// An object as its file has it.
#[derive(Clone, Debug)]
pub(super) struct Original {
    pub(super) kind: ObjectKind,
    pub(super) json: Value,
    /// The object around it, which may have its name and its id.
    pub(super) wrapper: Option<Value>,
}

/// The objects of an export, each once: of two that are the same in all, or have one id, the last.
pub(super) fn originals(export: &Export) -> Vec<Original> {
    let original = |found: &Found| Original {
        kind: found.kind,
        json: json(export.value(found.at).unwrap()),
        wrapper: found.wrapper.map(|at| json(export.value(at).unwrap())),
    };
    let all: Vec<Original> = export.objects.iter().map(original).collect();
    let is_last = |(at, it): &(usize, &Original)| {
        let later = all.iter().skip(at + 1);
        !later.into_iter().any(|other| other.kind == it.kind && it.is_replaced_by(other))
    };
    all.iter().enumerate().filter(is_last).map(|(_, it)| it.clone()).collect()
}

impl Original {
    fn is_replaced_by(&self, other: &Self) -> bool {
        match (self.id(), other.id()) {
            (Some(one), Some(other)) => one == other,
            (None, None) => self.json == other.json,
            _ => false,
        }
    }

    /// A text of the object, or of the one around it.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        let own = field(&self.json, name).and_then(Value::as_str).filter(|it| !it.is_empty());
        let outer = || field(self.wrapper.as_ref()?, name)?.as_str();
        own.or_else(outer)
    }

    pub(super) fn id(&self) -> Option<&str> {
        self.text("id")
    }
}

/// A member of an object, whatever the case of its first letter.
pub(super) fn field<'a>(object: &'a Value, name: &str) -> Option<&'a Value> {
    let mut members = object.as_object()?.iter();
    members.find(|(key, _)| document::same_name(key, name)).map(|(_, value)| value)
}

/// A value as it was read.
fn json(value: document::Value<'_>) -> Value {
    match value.shape() {
        Shape::Null => Value::Null,
        Shape::Bool(truth) => Value::Bool(truth),
        Shape::Number(number) => {
            serde_json::from_str(number).unwrap_or_else(|_| Value::from(number))
        }
        Shape::Text(text) => Value::from(text.into_owned()),
        Shape::Array => value.items().map(json).collect(),
        Shape::Object => {
            let members = value.entries();
            let members = members.map(|it| (it.name().into_owned(), json(it.value)));
            Value::Object(members.collect::<Map<_, _>>())
        }
    }
}

/// Every object in the JSON files, at whatever depth, read by a library that knows nothing of Graph.
pub(super) fn all_objects(files: &[(String, Vec<u8>)]) -> Vec<Value> {
    let mut all = Vec::new();
    for (path, bytes) in files {
        if Path::new(path).extension().is_some_and(|it| it.eq_ignore_ascii_case("json")) {
            collect(&serde_json::from_str(&decoded(bytes)).unwrap(), &mut all);
        }
    }
    all
}

fn collect(value: &Value, all: &mut Vec<Value>) {
    match value {
        Value::Object(members) => {
            all.push(value.clone());
            members.values().for_each(|it| collect(it, all));
        }
        Value::Array(items) => items.iter().for_each(|it| collect(it, all)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn decoded(bytes: &[u8]) -> String {
    match bytes {
        [0xff, 0xfe, rest @ ..] => {
            let units = rest.chunks_exact(2).map(|it| u16::from_le_bytes([it[0], it[1]]));
            String::from_utf16(&units.collect::<Vec<_>>()).unwrap()
        }
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8(rest.to_vec()).unwrap(),
        _ => String::from_utf8(bytes.to_vec()).unwrap(),
    }
}
