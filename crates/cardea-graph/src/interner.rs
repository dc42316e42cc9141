//! Texts that are kept once, however often they are met: an id is in the list of people, in that of
//! every group, and in the report of what is registered.
//!
//! Millions of memberships are looked up here, and nearly all that takes is waiting for memory. So
//! the table is one array with a part of each hash beside the text's number, and texts are looked up
//! many at a time, which lets the processor wait for all of them at once.

use cardea_policy::id::UserId;
use cardea_tenant::texts::{Text, Texts};
use foldhash::fast::RandomState;
use std::borrow::Cow;
use std::hash::BuildHasher as _;

/// Texts, each of them once.
#[derive(Clone, Debug, Default)]
pub(crate) struct Interner {
    texts: Texts,
    /// A power of two of them, or none.
    slots: Vec<Slot>,
    used: usize,
    hasher: RandomState,
}

/// A text with its hash: one more than the number of the text, zero where there is none.
#[derive(Clone, Copy, Debug, Default)]
struct Slot {
    number: u32,
    hash: u32,
}

impl Slot {
    fn text(self) -> Option<Text> {
        self.number.checked_sub(1).map(Text)
    }
}

/// How many texts are looked up at a time.
const TOGETHER: usize = 32;

impl Interner {
    /// The position of a text, which is added where it is new; `None` where it does not fit.
    pub(crate) fn intern(&mut self, text: &str) -> Option<Text> {
        let hash = self.hash(text);
        self.find(text, hash).or_else(|| self.insert(text, hash))
    }

    /// As [`Self::intern`], for ids: GUIDs are folded as they are everywhere.
    pub(crate) fn intern_id(&mut self, id: &str) -> Option<Text> {
        self.intern(&folded(id))
    }

    /// As [`Self::intern_id`], for many ids.
    pub(crate) fn intern_ids<'t>(
        &mut self,
        ids: impl IntoIterator<Item = &'t str>,
        mut each: impl FnMut(Option<Text>),
    ) {
        let mut ids = ids.into_iter().map(folded);
        loop {
            let some = ids.by_ref().take(TOGETHER).map(|id| (self.hash(&id), id));
            let some: Vec<(u32, Cow<'_, str>)> = some.collect();
            if some.is_empty() {
                return;
            }
            // Each pass asks for what the next one needs, without waiting for any of it.
            let slots: Vec<Slot> = some.iter().map(|(hash, _)| self.slot(*hash)).collect();
            let texts = slots.iter().map(|slot| slot.text().map_or("", |it| self.texts.at(it)));
            let texts: Vec<&str> = texts.collect();
            let hits: Vec<bool> = some.iter().zip(texts).map(|((_, id), at)| id == at).collect();
            for (((hash, id), slot), is_hit) in some.iter().zip(slots).zip(hits) {
                let hit = slot.text().filter(|_| is_hit);
                let found = hit.or_else(|| self.find(id, *hash));
                each(found.or_else(|| self.insert(id, *hash)));
            }
        }
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
        drop(self.slots);
        let mut texts = self.texts;
        texts.shrink_to_fit();
        texts
    }

    fn find(&self, text: &str, hash: u32) -> Option<Text> {
        let probes = (0..).take(self.slots.len()).map(|step| self.slot(hash.wrapping_add(step)));
        let filled = probes.map_while(|slot| Some((slot.hash, slot.text()?)));
        let mut same = filled.filter(|(other, at)| *other == hash && self.texts.at(*at) == text);
        same.next().map(|(_, found)| found)
    }

    fn insert(&mut self, text: &str, hash: u32) -> Option<Text> {
        // At most three of four are used.
        if self.used >= self.slots.len() / 4 * 3 {
            let larger = vec![Slot::default(); (self.slots.len() * 2).max(16)];
            for slot in std::mem::replace(&mut self.slots, larger) {
                self.put(slot);
            }
        }
        let text = self.texts.push(text)?;
        self.put(Slot { number: text.0.checked_add(1)?, hash });
        self.used += 1;
        Some(text)
    }

    /// Puts a slot into the first free place from its hash on.
    fn put(&mut self, slot: Slot) {
        let mut places = (0..).take(self.slots.len()).map(|step| slot.hash.wrapping_add(step));
        let free = places.find(|at| self.slot(*at).number == 0).map(|at| self.place(at));
        if let Some(free) = free.and_then(|at| self.slots.get_mut(at)).filter(|_| slot.number > 0) {
            *free = slot;
        }
    }

    fn slot(&self, at: u32) -> Slot {
        self.slots.get(self.place(at)).copied().unwrap_or_default()
    }

    fn place(&self, at: u32) -> usize {
        usize::try_from(at).unwrap_or(usize::MAX) & self.slots.len().wrapping_sub(1)
    }

    fn hash(&self, text: &str) -> u32 {
        let hash = self.hasher.hash_one(text);
        u32::try_from(hash >> 32).unwrap_or(0)
    }
}

/// An id as it is compared.
fn folded(id: &str) -> Cow<'_, str> {
    if id.len() == 36 && id.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Cow::Owned(UserId::new(id).as_str().to_owned())
    } else {
        Cow::Borrowed(id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

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

    proptest! {
        #[test]
        fn texts_are_the_same_alone_and_together(texts in proptest::collection::vec("[a-c]{0,3}", 0..200)) {
            let (mut alone, mut together) = (Interner::default(), Interner::default());
            let mut found = Vec::new();
            together.intern_ids(texts.iter().map(String::as_str), |text| found.push(text));
            let expected: Vec<_> = texts.iter().map(|text| alone.intern(text)).collect();
            prop_assert_eq!(&found, &expected);
            for (text, at) in texts.iter().zip(expected) {
                prop_assert_eq!(together.at(at.expect("fits")), text);
            }
            let different: std::collections::BTreeSet<_> = texts.iter().collect();
            prop_assert_eq!(together.finish().len(), different.len());
        }
    }
}
