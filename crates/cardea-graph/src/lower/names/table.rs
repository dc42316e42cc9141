//! Objects by id and by name, compact enough for millions of people.

use cardea_policy::id::Id;
use cardea_tenant::texts::{Text, Texts};
use foldhash::fast::RandomState;
use hashbrown::HashTable;
use std::borrow::Cow;
use std::hash::BuildHasher as _;
use std::marker::PhantomData;
use std::sync::{Arc, OnceLock};

/// Objects of one kind.
#[derive(Clone, Debug)]
pub struct Table<K> {
    texts: Arc<Texts>,
    rows: Vec<Row>,
    /// Rows by id.
    by_id: HashTable<u32>,
    /// Other names.
    aliases: Vec<Alias>,
    /// All names in lower case, once somebody asks for one: most inputs refer to people by id.
    by_name: OnceLock<HashTable<Alias>>,
    hasher: RandomState,
    kind: PhantomData<K>,
}

/// An object. The text behind the last one is no text, which reads as an empty one.
#[derive(Clone, Copy, Debug)]
struct Row {
    id: Text,
    name: Text,
}

/// The id that a name stands for; nothing where several objects have it.
#[derive(Clone, Copy, Debug)]
struct Alias {
    name: Text,
    id: Text,
}

/// No text.
pub(in crate::lower) const NOTHING: Text = Text(u32::MAX);

impl<K> Default for Table<K> {
    fn default() -> Self {
        Self::over(Arc::default(), 0)
    }
}

impl<K> Table<K> {
    /// Objects whose ids and names are among these texts, with room for so many.
    pub(in crate::lower) fn over(texts: Arc<Texts>, count: usize) -> Self {
        Self {
            texts,
            rows: Vec::with_capacity(count),
            by_id: HashTable::with_capacity(count),
            aliases: Vec::new(),
            by_name: OnceLock::new(),
            hasher: RandomState::default(),
            kind: PhantomData,
        }
    }

    /// Whether an object with this id exists.
    pub fn defines(&self, id: &Id<K>) -> bool {
        self.row(id.as_str()).is_some()
    }

    /// The display name of an object; `None` where none with this id exists.
    pub fn name(&self, id: &Id<K>) -> Option<&str> {
        Some(self.texts.at(self.at(self.row(id.as_str())?).name))
    }

    /// The ids of all objects with their names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.rows.iter().map(|row| (self.texts.at(row.id), self.texts.at(row.name)))
    }

    /// Whether there is no object.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The id that a text stands for: that of the one object with this name, else the text itself.
    pub fn resolve(&self, text: &str) -> Id<K> {
        let id = Id::new(text);
        if self.defines(&id) {
            return id;
        }
        self.named(text).map_or(id, |found| Id::new(self.texts.at(found)))
    }

    /// The id of the one object with this name.
    pub(in crate::lower) fn named(&self, name: &str) -> Option<Text> {
        Some(self.alias_of(&folded(name.trim()))?.id).filter(|id| *id != NOTHING)
    }

    /// The id that a text of the list stands for, as for [`Self::resolve`].
    pub(in crate::lower) fn meant_by(&self, text: Text) -> Text {
        let written = self.texts.at(text);
        if self.row(written).is_some() { text } else { self.named(written).unwrap_or(text) }
    }

    /// Whether several objects have this name.
    pub(in crate::lower) fn is_ambiguous(&self, name: &str) -> bool {
        self.alias_of(&folded(name.trim())).is_some_and(|alias| alias.id == NOTHING)
    }

    /// Adds an object, or the name of one that has none yet.
    pub(in crate::lower) fn define(&mut self, id: &str, name: &str) -> Id<K> {
        let id = Id::new(id);
        let (place, name) = (self.place(&id), self.push(name));
        if self.row(id.as_str()).is_none_or(|row| self.at(row).name == NOTHING) {
            self.describe(place, name);
        } else {
            self.alias_text(place, name);
        }
        id
    }

    /// Adds an object whose id and name are among the texts; the id is folded as ids are. Of
    /// several names it goes by the first in the alphabet, and not by that which came first.
    pub(in crate::lower) fn describe(&mut self, id: Text, name: Text) {
        self.by_name.take();
        let row = self.row(self.texts.at(id)).unwrap_or_else(|| self.add(id));
        let (texts, mut other) = (&self.texts, name);
        let known = usize::try_from(row).ok().and_then(|row| self.rows.get_mut(row));
        if let Some(known) = known.filter(|known| {
            name != NOTHING && (known.name == NOTHING || texts.at(name) < texts.at(known.name))
        }) {
            other = std::mem::replace(&mut known.name, name);
        }
        self.alias_text(id, other);
    }

    /// Lets a name stand for an object.
    pub(in crate::lower) fn alias(&mut self, id: &Id<K>, name: &str) {
        let (place, name) = (self.place(id), self.push(name));
        self.alias_text(place, name);
    }

    /// As [`Self::alias`], with texts that are in the list.
    pub(in crate::lower) fn alias_text(&mut self, id: Text, name: Text) {
        if name != NOTHING {
            self.by_name.take();
            self.aliases.push(Alias { name, id });
        }
    }

    /// Where the id of an object stands among the texts.
    pub(in crate::lower) fn place(&mut self, id: &Id<K>) -> Text {
        match self.row(id.as_str()) {
            Some(row) => self.at(row).id,
            None => self.push(id.as_str()),
        }
    }

    pub(in crate::lower) fn push(&mut self, text: &str) -> Text {
        if text.is_empty() {
            return NOTHING;
        }
        Arc::make_mut(&mut self.texts).push(text).unwrap_or(NOTHING)
    }

    fn add(&mut self, id: Text) -> u32 {
        let row = u32::try_from(self.rows.len()).unwrap_or(u32::MAX);
        self.rows.push(Row { id, name: NOTHING });
        let Self { texts, rows, by_id, hasher, .. } = self;
        let hash_of = |row: &u32| {
            let id = usize::try_from(*row).ok().and_then(|row| rows.get(row));
            hasher.hash_one(id.map_or("", |row| texts.at(row.id)))
        };
        by_id.insert_unique(hasher.hash_one(texts.at(id)), row, hash_of);
        row
    }

    fn row(&self, id: &str) -> Option<u32> {
        let hash = self.hasher.hash_one(id);
        self.by_id.find(hash, |row| self.texts.at(self.at(*row).id) == id).copied()
    }

    fn at(&self, row: u32) -> Row {
        let row = usize::try_from(row).ok().and_then(|row| self.rows.get(row));
        row.copied().unwrap_or(Row { id: NOTHING, name: NOTHING })
    }

    fn alias_of(&self, folded_name: &str) -> Option<&Alias> {
        let hash = self.hasher.hash_one(folded_name);
        let by_name = self.by_name.get_or_init(|| self.all_names());
        by_name.find(hash, |it| folded(self.texts.at(it.name)) == folded_name)
    }

    fn all_names(&self) -> HashTable<Alias> {
        let mut all = HashTable::with_capacity(self.rows.len() + self.aliases.len());
        let of_rows = self.rows.iter().map(|row| Alias { name: row.name, id: row.id });
        for alias in of_rows.chain(self.aliases.iter().copied()) {
            let name = folded(self.texts.at(alias.name));
            let hash = self.hasher.hash_one(&*name);
            let known = all.find_mut(hash, |it: &Alias| folded(self.texts.at(it.name)) == name);
            match known {
                Some(known) if self.texts.at(known.id) == self.texts.at(alias.id) => {}
                Some(known) => known.id = NOTHING,
                None if name.is_empty() => {}
                None => {
                    let hash_of =
                        |it: &Alias| self.hasher.hash_one(&*folded(self.texts.at(it.name)));
                    all.insert_unique(hash, alias, hash_of);
                }
            }
        }
        all
    }
}

/// A name in lower case.
fn folded(name: &str) -> Cow<'_, str> {
    if name.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase()) {
        Cow::Borrowed(name)
    } else {
        Cow::Owned(name.to_lowercase())
    }
}
