//! What became of every field: read, ignored on purpose, or named as not understood. Nothing else
//! is possible, because whatever of an object has not been asked for is named when it is done.

use super::suggest::nearest;
use crate::document::{NodeId, Shape, Value, is_annotation, same_name};
use crate::problem::{Counts, Problem, ProblemKind, Problems};
use crate::source::Span;
use cardea_policy::place::Field;
use std::borrow::Cow;

/// How many leaves of the known objects went where. A leaf is a value that is not an array or
/// object, or an empty one of those; annotations of `OData` are not counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Tally {
    /// Looked at, null included. A value that was not understood has a problem.
    pub read: usize,
    /// Known to have no meaning for sign-ins.
    pub ignored: usize,
    /// Named in a problem as not understood.
    pub unmodelled: usize,
    /// Overridden by a later field of the same name, which is a problem of its own.
    pub overridden: usize,
}

impl Tally {
    /// All leaves.
    pub fn total(&self) -> usize {
        self.read + self.ignored + self.unmodelled + self.overridden
    }

    /// The leaves of both.
    pub(crate) fn plus(self, other: Self) -> Self {
        Self {
            read: self.read + other.read,
            ignored: self.ignored + other.ignored,
            unmodelled: self.unmodelled + other.unmodelled,
            overridden: self.overridden + other.overridden,
        }
    }
}

/// The leaves of a value.
pub fn leaves(value: Value<'_>) -> usize {
    let members: usize = value.items().map(leaves).sum::<usize>()
        + value
            .entries()
            .filter(|entry| !is_annotation(&entry.name()))
            .map(|entry| leaves(entry.value))
            .sum::<usize>();
    members.max(1)
}

/// Problems and counts of one run, and what a policy has to be doubted for.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    pub(crate) problems: Problems,
    pub(crate) tally: Tally,
    /// Fields of the present object that say something without a meaning here.
    pub(super) doubted: Vec<Field>,
}

/// What fields that nobody asked for mean.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Leftovers {
    /// They may decide something.
    Matter,
    /// They are remarks, unless they have a structure.
    MatterIfStructured,
    /// They are remarks.
    AreRemarks,
}

impl Ledger {
    /// Goes on from the problems of reading.
    pub(super) fn resume(problems: Vec<Problem>) -> Self {
        Self { problems: Problems::resume(problems), ..Self::default() }
    }

    /// Goes on from objects that are only counted.
    pub(crate) fn after(tally: Tally, counts: &Counts) -> Self {
        let mut ledger = Self { tally, ..Self::default() };
        ledger.problems.leave_out(counts);
        ledger
    }

    /// One that counts problems and keeps none.
    pub(crate) fn counting() -> Self {
        Self { problems: Problems::counting(), ..Self::default() }
    }

    /// Adds the problems and counts of another one.
    pub(crate) fn append(&mut self, other: Self) {
        self.problems.append(other.problems);
        self.tally = self.tally.plus(other.tally);
    }

    /// Reads an object with `read`; what it did not ask for is named.
    pub(super) fn object<'a, T>(
        &mut self,
        object: Value<'a>,
        field: Field,
        leftovers: Leftovers,
        read: impl FnOnce(&mut Fields<'a, '_>) -> T,
    ) -> T {
        let lengths = object.entries().fold(0, |set, entry| set | length(&entry.name()));
        let (taken, asked) = (Vec::new(), Vec::new());
        let mut fields = Fields { object, field, ledger: self, taken, asked, lengths };
        if fields.is_bare() {
            fields.ledger.tally.read += 1;
        }
        let result = read(&mut fields);
        fields.finish(leftovers);
        result
    }

    pub(super) fn doubt(&mut self, field: Field) {
        if !self.doubted.contains(&field) {
            self.doubted.push(field);
        }
    }

    pub(super) fn remark(&mut self, span: Span, message: String, help: Option<&str>) {
        self.problems.add(ProblemKind::Reading, span, || (message, help.map(str::to_owned)));
    }

    /// Names something that has no meaning as it is.
    pub(super) fn not_understood(
        &mut self,
        span: Span,
        field: Field,
        message: &str,
        help: Option<&str>,
    ) {
        self.doubt(field);
        self.problems.add(ProblemKind::UnmodelledValue, span, || {
            (message.to_owned(), help.map(str::to_owned))
        });
    }

    /// Names a value that is none of the known ones.
    pub(super) fn unknown_value(&mut self, value: &Item<'_>, field: Field, known: &[&'static str]) {
        self.doubt(field);
        let kind = ProblemKind::UnmodelledValue;
        self.problems.add(kind, value.at.span(), || {
            let message = match field.path() {
                "" => format!("`{}` is not a value that is known here", value.text),
                path => format!("`{}` is not a value that `{path}` is known to have", value.text),
            };
            (message, Some(suggestion(&value.text, known)))
        });
    }
}

/// What to write instead.
pub(crate) fn suggestion(text: &str, known: &[&'static str]) -> String {
    match nearest(text, known) {
        Some(name) => format!("maybe `{name}`?"),
        None => format!("known are `{}`", known.join("`, `")),
    }
}

/// A text and the value that it stands in; several where the value is a comma-joined list.
#[derive(Clone, Debug)]
pub(super) struct Item<'a> {
    pub(super) text: Cow<'a, str>,
    pub(super) at: Value<'a>,
}

/// The strings of one list or two. They are looked up when they are asked for: a list may be most of
/// a file.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Texts<'a>([Option<Value<'a>>; 2]);

impl<'a> Texts<'a> {
    /// The strings, each with its place.
    pub(super) fn iter(self) -> impl Iterator<Item = Item<'a>> {
        let values = self.0.into_iter().flatten().flat_map(members);
        values.filter_map(|at| Some(Item { text: at.as_text()?, at }))
    }

    /// These and those of another list.
    pub(super) fn and(self, other: Self) -> Self {
        let ([first, _], [second, _]) = (self.0, other.0);
        Self([first, second])
    }
}

/// The members of a list. What is no list is one of one.
fn members(list: Value<'_>) -> impl Iterator<Item = Value<'_>> {
    list.items().chain((!list.is_array()).then_some(list))
}

/// The fields of one object. Asking for a field takes it.
pub(super) struct Fields<'a, 'l> {
    object: Value<'a>,
    /// The field to doubt for what is not understood in here.
    field: Field,
    ledger: &'l mut Ledger,
    /// Keys that were asked for.
    taken: Vec<NodeId>,
    asked: Vec<&'static str>,
    /// The lengths of the keys, as bits: most of the many fields that are asked for are not there.
    lengths: u64,
}

/// A key of this length or more has the last bit.
const LONGEST: u32 = u64::BITS - 1;

fn length(name: &str) -> u64 {
    1 << u32::try_from(name.len()).map_or(LONGEST, |length| length.min(LONGEST))
}

impl<'a> Fields<'a, '_> {
    pub(super) fn value(&self) -> Value<'a> {
        self.object
    }

    /// Whether there is no field at all, which makes the object a leaf.
    fn is_bare(&self) -> bool {
        self.object.entries().all(|entry| is_annotation(&entry.name()))
    }

    pub(super) fn ledger(&mut self) -> &mut Ledger {
        self.ledger
    }

    pub(super) fn field(&self) -> Field {
        self.field
    }

    /// The value under a name, unless it is absent. Its leaves are still to be counted.
    pub(super) fn take(&mut self, name: &'static str) -> Option<Value<'a>> {
        self.asked.push(name);
        if self.lengths & length(name) == 0 {
            return None;
        }
        let mut last: Option<Value<'a>> = None;
        for entry in self.object.entries().filter(|entry| same_name(&entry.name(), name)) {
            self.taken.push(entry.key.id());
            if let Some(overridden) = last.replace(entry.value) {
                self.ledger.tally.overridden += leaves(overridden);
            }
        }
        let value = last?;
        if value.is_absent() {
            self.ledger.tally.read += leaves(value);
            return None;
        }
        Some(value)
    }

    /// A string.
    pub(super) fn text(&mut self, name: &'static str) -> Option<Item<'a>> {
        let value = self.take(name)?;
        match value.as_text() {
            Some(text) => {
                self.ledger.tally.read += 1;
                Some(Item { text, at: value })
            }
            None => self.misshapen(value, "a string"),
        }
    }

    /// A truth value. PowerShell's spelling as a string is accepted.
    pub(super) fn flag(&mut self, name: &'static str) -> Option<bool> {
        let value = self.take(name)?;
        let flag = match value.shape() {
            Shape::Bool(flag) => Some(flag),
            Shape::Text(text) if text.eq_ignore_ascii_case("true") => Some(true),
            Shape::Text(text) if text.eq_ignore_ascii_case("false") => Some(false),
            Shape::Text(_) | Shape::Null | Shape::Number(_) | Shape::Array | Shape::Object => None,
        };
        match flag {
            Some(flag) => {
                self.ledger.tally.read += 1;
                Some(flag)
            }
            None => self.misshapen(value, "`true` or `false`"),
        }
    }

    /// A number that is not negative.
    pub(super) fn number(&mut self, name: &'static str) -> Option<u32> {
        let value = self.take(name)?;
        match value.as_integer().and_then(|number| u32::try_from(number).ok()) {
            Some(number) => {
                self.ledger.tally.read += 1;
                Some(number)
            }
            None => self.misshapen(value, "a whole number"),
        }
    }

    /// The strings of a list. A single string is a list of one, as PowerShell writes it.
    pub(super) fn texts(&mut self, name: &'static str) -> Texts<'a> {
        let Some(list) = self.take(name) else { return Texts::default() };
        if list.is_array() && list.items().next().is_none() {
            self.ledger.tally.read += 1;
        }
        for value in members(list) {
            match value.shape() {
                Shape::Text(_) | Shape::Null => self.ledger.tally.read += 1,
                Shape::Bool(_) | Shape::Number(_) | Shape::Array | Shape::Object => {
                    self.misshapen::<()>(value, "a string");
                }
            }
        }
        Texts([Some(list), None])
    }

    /// The words of a set of flags, which Graph joins with commas and some tools list.
    pub(super) fn flags(&mut self, name: &'static str) -> Vec<Item<'a>> {
        let mut words = Vec::new();
        for Item { text, at } in self.texts(name).iter() {
            for word in text.split(',').map(str::trim).filter(|word| !word.is_empty()) {
                words.push(Item { text: Cow::Owned(word.to_owned()), at });
            }
        }
        words
    }

    /// One of a set of names, without regard to case.
    pub(super) fn choice<T: Copy>(
        &mut self,
        name: &'static str,
        known: &[(&'static str, T)],
    ) -> Option<T> {
        let item = self.text(name)?;
        self.choose(&item, self.field, known)
    }

    /// What a word means among the known ones; named where it means nothing.
    pub(super) fn choose<T: Copy>(
        &mut self,
        item: &Item<'a>,
        field: Field,
        known: &[(&'static str, T)],
    ) -> Option<T> {
        let found = known.iter().find(|(name, _)| name.eq_ignore_ascii_case(item.text.trim()));
        if found.is_none() {
            let names: Vec<_> = known.iter().map(|(name, _)| *name).collect();
            self.ledger.unknown_value(item, field, &names);
        }
        found.map(|(_, meaning)| *meaning)
    }

    /// An object, read by `read`.
    pub(super) fn object<T>(
        &mut self,
        name: &'static str,
        field: Field,
        read: impl FnOnce(&mut Fields<'a, '_>) -> T,
    ) -> Option<T> {
        let value = self.take(name)?;
        if value.is_object() {
            return Some(self.ledger.object(value, field, Leftovers::Matter, read));
        }
        if value.is_array() && value.items().next().is_none() {
            // PowerShell's empty list in place of null.
            self.ledger.tally.read += 1;
            return None;
        }
        self.misshapen(value, "an object")
    }

    /// The objects of a list, each read by `read`. A single object is a list of one.
    pub(super) fn objects<T>(
        &mut self,
        name: &'static str,
        mut read: impl FnMut(&mut Fields<'a, '_>) -> T,
    ) -> Vec<T> {
        let Some(list) = self.take(name) else { return Vec::new() };
        if list.is_array() && list.items().next().is_none() {
            self.ledger.tally.read += 1;
        }
        let mut results = Vec::new();
        for value in members(list) {
            if value.is_object() {
                results.push(self.ledger.object(value, self.field, Leftovers::Matter, &mut read));
            } else if value.is_absent() {
                self.ledger.tally.read += 1;
            } else {
                self.misshapen::<()>(value, "an object");
            }
        }
        results
    }

    /// Takes fields without meaning for sign-ins.
    pub(super) fn ignore(&mut self, names: &[&'static str]) {
        for name in names {
            if let Some(value) = self.take(name) {
                self.ledger.tally.ignored += leaves(value);
            }
        }
    }

    /// Takes a field that may decide something about `field` and has no meaning here.
    pub(super) fn unmodelled(&mut self, name: &'static str, field: Field) {
        self.left_out(name, field, "has no meaning here");
    }

    /// Takes a field that decides something about `field`, and says why that is left out.
    pub(super) fn left_out(&mut self, name: &'static str, field: Field, why: &str) {
        let Some(value) = self.take(name) else { return };
        let key = self.object.entry(name).map(|entry| entry.key.span());
        self.ledger.tally.unmodelled += leaves(value);
        self.ledger.doubt(field);
        let at = key.unwrap_or_else(|| value.span());
        let kind = ProblemKind::UnmodelledField;
        self.ledger.problems.add(kind, at, || (format!("the field `{name}` {why}"), None));
    }

    /// Names a value of another shape than the expected one.
    pub(super) fn misshapen<T>(&mut self, value: Value<'a>, expected: &str) -> Option<T> {
        self.ledger.tally.unmodelled += leaves(value);
        self.ledger.doubt(self.field);
        let name = value.shape().name();
        self.ledger.problems.add(ProblemKind::UnmodelledValue, value.span(), || {
            (format!("{name} where {expected} is expected"), None)
        });
        None
    }

    fn finish(self, leftovers: Leftovers) {
        let Self { object, field, ledger, taken, asked, .. } = self;
        for entry in object.entries() {
            let name = entry.name();
            if taken.contains(&entry.key.id()) || is_annotation(&name) {
                continue;
            }
            if entry.value.is_absent() {
                ledger.tally.ignored += leaves(entry.value);
                continue;
            }
            ledger.tally.unmodelled += leaves(entry.value);
            let structured = entry.value.is_object() || entry.value.is_array();
            let matters = leftovers == Leftovers::Matter
                || leftovers == Leftovers::MatterIfStructured && structured;
            let kind = if matters {
                ledger.doubt(field);
                ProblemKind::UnmodelledField
            } else {
                ProblemKind::ForeignField
            };
            ledger.problems.add(kind, entry.key.span(), || {
                let help = nearest(&name, &asked).map(|known| format!("maybe `{known}`?"));
                (format!("the field `{name}` has no meaning here"), help)
            });
        }
    }
}
