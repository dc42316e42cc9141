//! The search for known objects: through lists, pages, wrappers with any keys, and JSON as text.

use super::{Found, ValueRef};
use crate::document::{Document, Entry, Parsed, Shape, Value, is_annotation, same_name};
use crate::problem::{ProblemKind, Problems};
use crate::recognise::recognise;
use crate::source::Span;

/// How many strings with JSON inside may stand inside each other.
const MAX_NESTED_TEXTS: usize = 4;

/// What a wrapper may say about itself. The name and the id go to the object that it wraps.
const WRAPPER_FIELDS: [&str; 5] = ["id", "name", "displayName", "description", "scenarios"];

/// The search in one file.
pub(super) struct Walk<'a> {
    /// The text of the file.
    pub(super) text: &'a str,
    /// The documents of all files; a place is kept free for the one that is being searched.
    pub(super) documents: &'a mut Vec<Option<Document>>,
    /// The objects of all files.
    pub(super) objects: &'a mut Vec<Found>,
    pub(super) problems: &'a mut Problems,
    /// Where known objects were lifted out of the text, ascending.
    pub(super) lifted: &'a [usize],
}

/// Where the search is.
#[derive(Clone, Copy)]
struct Scope {
    document: u32,
    /// Strings with JSON inside around it.
    texts: usize,
}

impl Scope {
    fn at(self, value: Value<'_>) -> ValueRef {
        ValueRef { document: self.document, node: value.id() }
    }
}

/// What a search came to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Seen {
    /// A known object; whatever else was there has been reported.
    Known,
    /// Nothing that would have to be read: null, an empty list.
    Nothing,
    /// Something, and nothing known in it. Not reported yet.
    Unknown,
}

impl Walk<'_> {
    /// Searches a file, and reports it where nothing known is in it.
    pub(super) fn file(&mut self, parsed: Parsed) {
        if parsed.document.roots(self.text).next().is_none() {
            let span = Span { file: parsed.document.file(), range: 0..0 };
            let message = || ("a file without a value".to_owned(), None);
            self.problems.add(ProblemKind::Unrecognised, span, message);
        }
        self.document(parsed, 0, None);
    }

    fn document(&mut self, parsed: Parsed, texts: usize, wrapper: Option<ValueRef>) -> Seen {
        let Parsed { document, duplicates } = parsed;
        let place = self.documents.len();
        let scope = Scope { document: u32::try_from(place).unwrap_or(u32::MAX), texts };
        self.documents.push(None);
        let mut all = Seen::Nothing;
        for root in document.roots(self.text) {
            match self.visit(root, scope, wrapper) {
                Seen::Known => all = Seen::Known,
                // Text that happens to be JSON stays text.
                Seen::Unknown if texts > 0 => {}
                Seen::Unknown => self.report(root),
                Seen::Nothing => {}
            }
        }
        if all != Seen::Known {
            self.documents.truncate(place);
            return if texts > 0 { Seen::Unknown } else { all };
        }
        for key in duplicates {
            let key = document.value(self.text, key);
            self.problems.add(ProblemKind::DuplicateKey, key.span(), || duplicate(key));
        }
        if let Some(slot) = self.documents.get_mut(place) {
            *slot = Some(document);
        }
        all
    }

    fn visit(&mut self, value: Value<'_>, scope: Scope, wrapper: Option<ValueRef>) -> Seen {
        match value.shape() {
            Shape::Null => Seen::Nothing,
            Shape::Bool(_) | Shape::Number(_) => Seen::Unknown,
            Shape::Text(_) if self.is_lifted(value, scope) => Seen::Known,
            Shape::Text(_) => match value.nested().filter(|_| scope.texts < MAX_NESTED_TEXTS) {
                Some(parsed) => self.document(parsed, scope.texts + 1, wrapper),
                None => Seen::Unknown,
            },
            Shape::Array => self.array(value, scope),
            Shape::Object => {
                if let Some(kind) = recognise(value) {
                    self.note_lifted_inside(value, scope);
                    self.objects.push(Found { kind, at: scope.at(value), wrapper });
                    return Seen::Known;
                }
                self.wrapper(value, scope)
            }
        }
    }

    /// Whether known objects were lifted out here.
    fn is_lifted(&self, value: Value<'_>, scope: Scope) -> bool {
        scope.texts == 0 && self.lifted.binary_search(&value.span().range.start).is_ok()
    }

    /// Names objects that were lifted out of a list that belongs to another object, which showed
    /// only when all of that was read.
    fn note_lifted_inside(&mut self, value: Value<'_>, scope: Scope) {
        let range = value.span().range;
        let first = self.lifted.partition_point(|at| *at < range.start);
        let is_inside = self.lifted.get(first).is_some_and(|at| *at < range.end);
        if scope.texts == 0 && is_inside {
            self.problems.add(ProblemKind::UnmodelledField, value.head(), || {
                let help = Some("put the lists into a file of their own".to_owned());
                (
                    "people and groups in the lists of this object were read on their own"
                        .to_owned(),
                    help,
                )
            });
        }
    }

    fn array(&mut self, array: Value<'_>, scope: Scope) -> Seen {
        let mut left = Vec::new();
        let mut all = Seen::Nothing;
        for item in array.items() {
            match self.visit(item, scope, None) {
                Seen::Known => all = Seen::Known,
                Seen::Unknown => left.push(item.id()),
                Seen::Nothing => {}
            }
        }
        if all != Seen::Known {
            return if left.is_empty() { Seen::Nothing } else { Seen::Unknown };
        }
        for item in array.items().filter(|item| left.binary_search(&item.id()).is_ok()) {
            self.report(item);
        }
        Seen::Known
    }

    fn wrapper(&mut self, object: Value<'_>, scope: Scope) -> Seen {
        let mut left = Vec::new();
        let mut all = Seen::Nothing;
        for Entry { key, value } in object.entries() {
            let name = key.as_text().unwrap_or_default();
            if name == "@odata.nextLink" {
                self.problems.add(ProblemKind::PartialExport, key.span(), more_pages);
            }
            if is_annotation(&name) {
                continue;
            }
            match self.visit(value, scope, Some(scope.at(object))) {
                Seen::Known => all = Seen::Known,
                Seen::Unknown => left.push(key.id()),
                Seen::Nothing => {}
            }
        }
        if all != Seen::Known {
            return if left.is_empty() { Seen::Nothing } else { Seen::Unknown };
        }
        for entry in object.entries().filter(|entry| left.binary_search(&entry.key.id()).is_ok()) {
            let is_scalar = !entry.value.is_object() && !entry.value.is_array();
            if !(is_scalar && WRAPPER_FIELDS.iter().any(|own| same_name(&entry.name(), own))) {
                self.problems.add(ProblemKind::Unrecognised, entry.key.span(), || stray(entry));
            }
        }
        Seen::Known
    }

    fn report(&mut self, value: Value<'_>) {
        self.problems.add(ProblemKind::Unrecognised, value.head(), || (unknown(value), None));
    }
}

fn duplicate(key: Value<'_>) -> (String, Option<String>) {
    let name = key.as_text().unwrap_or_default();
    let message = format!("the object has `{name}` twice, and only this one counts");
    (message, Some("remove one of them".to_owned()))
}

fn more_pages() -> (String, Option<String>) {
    let message = "this is one page of a longer list".to_owned();
    (message, Some("export the other pages too".to_owned()))
}

fn stray(entry: Entry<'_>) -> (String, Option<String>) {
    (format!("`{}` stands beside known objects and belongs to none of them", entry.name()), None)
}

/// Names a value of no known kind by what it has.
fn unknown(value: Value<'_>) -> String {
    const NAMED: usize = 4;
    let keys: Vec<_> =
        value.entries().map(|entry| format!("`{}`", entry.name())).take(NAMED).collect();
    let more = value.entries().count() - keys.len();
    match value.shape() {
        Shape::Object if more > 0 => {
            format!("an object of no known kind, with {} and {more} more fields", keys.join(", "))
        }
        Shape::Object if keys.is_empty() => "an empty object".to_owned(),
        Shape::Object => format!("an object of no known kind, with {}", keys.join(", ")),
        Shape::Array => format!("a list of {} without a known object", value.items().count()),
        Shape::Null | Shape::Bool(_) | Shape::Number(_) | Shape::Text(_) => {
            format!("{} where an object is expected", value.shape().name())
        }
    }
}
