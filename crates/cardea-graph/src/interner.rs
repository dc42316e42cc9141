//! Texts that are kept once, however often they are met: an id is in the list of people, in that of
//! every group, and in the report of what is registered.

use cardea_policy::id::UserId;
use cardea_tenant::texts::{Text, Texts};
use foldhash::fast::RandomState;
use hashbrown::HashTable;
use std::hash::BuildHasher as _;

/// Texts, each of them once.
#[derive(Clone, Debug, Default)]
pub(crate) struct Interner {
    texts: Texts,
    known: HashTable<Text>,
    hasher: RandomState,
}

impl Interner {
    /// The position of a text, which is added where it is new; `None` where it does not fit.
    pub(crate) fn intern(&mut self, text: &str) -> Option<Text> {
        let Self { texts, known, hasher } = self;
        let hash = hasher.hash_one(text);
        if let Some(found) = known.find(hash, |it| texts.at(*it) == text) {
            return Some(*found);
        }
        let new = texts.push(text)?;
        known.insert_unique(hash, new, |it| hasher.hash_one(texts.at(*it)));
        Some(new)
    }

    /// As [`Self::intern`], for ids: GUIDs are folded as they are everywhere.
    pub(crate) fn intern_id(&mut self, id: &str) -> Option<Text> {
        if id.len() == 36 && id.bytes().any(|byte| byte.is_ascii_uppercase()) {
            return self.intern(UserId::new(id).as_str());
        }
        self.intern(id)
    }

    /// Adds a text, also one that is there.
    pub(crate) fn push(&mut self, text: &str) -> Option<Text> {
        self.texts.push(text)
    }

    /// The text at a position; empty where there is none.
    pub(crate) fn at(&self, text: Text) -> &str {
        self.texts.at(text)
    }

    /// The texts, when there will be no more.
    pub(crate) fn finish(self) -> Texts {
        let mut texts = self.texts;
        texts.shrink_to_fit();
        texts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_kept_once_and_a_guid_in_one_spelling() {
        let mut interner = Interner::default();
        let upper = "0B7A5C1E-77F0-4B39-8F0A-1D2F3C4B5A60";
        let first = interner.intern_id(upper).expect("fits");
        assert_eq!(interner.intern_id(&upper.to_lowercase()), Some(first));
        assert_ne!(interner.intern("b"), interner.intern("B"));
        assert_eq!(interner.intern("b"), interner.intern("b"));
        assert_eq!(interner.finish().len(), 3);
    }
}
