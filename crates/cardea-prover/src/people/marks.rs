//! What tells people apart beside the policies that can hit them.

use std::collections::BTreeSet;

use cardea_policy::conditions::principal::{Guest, GuestKind, Membership};
use smallvec::SmallVec;

/// The kinds of marks. A mark is carried by whoever has one of its memberships; being a guest of
/// the tenant's own, and being somebody from elsewhere, are marks of their own.
#[derive(Clone, Debug, Default)]
pub(super) struct Marks {
    memberships: Vec<BTreeSet<Membership>>,
    guests: Guests,
}

/// Whether being a guest is a mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
enum Guests {
    #[default]
    LikeEverybody,
    Marked,
}

/// The marks that a person carries.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Default)]
pub struct Marked {
    words: SmallVec<[u64; 1]>,
}

impl Marks {
    /// These sets of memberships as marks, and being a guest.
    pub(super) fn new(memberships: Vec<BTreeSet<Membership>>) -> Self {
        Self { memberships, guests: Guests::Marked }
    }

    /// All memberships that carry a mark.
    pub(super) fn memberships(&self) -> BTreeSet<&Membership> {
        self.memberships.iter().flatten().collect()
    }

    /// The marks of a membership.
    pub(super) fn of(&self, membership: &Membership) -> Marked {
        let mut marked = Marked::default();
        for (at, memberships) in self.memberships.iter().enumerate() {
            if memberships.contains(membership) {
                marked.insert(at + GUEST_KINDS);
            }
        }
        marked
    }

    /// The mark of a guest.
    pub(super) fn of_guest(&self, guest: &Guest) -> Marked {
        let mut marked = Marked::default();
        if self.guests == Guests::Marked {
            marked.insert(usize::from(guest.kind == GuestKind::InternalGuest));
        }
        marked
    }
}

/// How many of the first marks are those of guests.
const GUEST_KINDS: usize = 2;

impl Marked {
    fn insert(&mut self, at: usize) {
        let word = at / 64;
        if self.words.len() <= word {
            self.words.resize(word + 1, 0);
        }
        if let Some(word) = self.words.get_mut(word) {
            *word |= 1 << (at % 64);
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    pub(super) fn clear(&mut self) {
        self.words.clear();
    }

    /// Adds the marks of another.
    pub(super) fn unite(&mut self, other: &Self) {
        if self.words.len() < other.words.len() {
            self.words.resize(other.words.len(), 0);
        }
        for (mine, theirs) in self.words.iter_mut().zip(&other.words) {
            *mine |= theirs;
        }
    }

    pub(super) fn or(&self, other: &Self) -> Self {
        let mut both = self.clone();
        both.unite(other);
        both
    }
}
