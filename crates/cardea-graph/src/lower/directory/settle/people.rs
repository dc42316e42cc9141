//! People in the making, as columns.

use super::{NOBODY, position};
use crate::lower::directory::claims::{NOTHING, Traits};
use crate::lower::directory::members;
use cardea_policy::conditions::principal::{Guest, GuestKind};
use cardea_policy::id::RoleId;
use cardea_tenant::directory::{People, PersonIndex};
use cardea_tenant::texts::{Text, Texts};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// People, numbered as they are met.
#[derive(Default)]
pub(super) struct Drafts {
    ids: Vec<Text>,
    names: Vec<Text>,
    sources: Vec<Source>,
    traits: Vec<Traits>,
    /// Sets of registered methods; nothing behind the last person of whom that is known.
    methods: Vec<Option<u32>>,
    guests: BTreeMap<u32, Guest>,
    roles: BTreeMap<u32, BTreeSet<RoleId>>,
}

/// Where a name comes from, worse ones first.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Source {
    #[default]
    Nowhere,
    Reference,
    Registration,
    DisplayName,
    PrincipalName,
}

impl Drafts {
    /// Makes room for so many people.
    pub(super) fn reserve(&mut self, people: usize) {
        self.ids.reserve(people);
        self.names.reserve(people);
        self.sources.reserve(people);
        self.traits.reserve(people);
    }

    /// Adds somebody of whom nothing is known but the id, and returns the number.
    pub(super) fn add(&mut self, id: Text) -> u32 {
        let number = u32::try_from(self.ids.len()).unwrap_or(NOBODY);
        self.ids.push(id);
        self.names.push(NOTHING);
        self.sources.push(Source::default());
        self.traits.push(Traits::default());
        number
    }

    pub(super) fn len(&self) -> usize {
        self.ids.len()
    }

    /// Gives somebody a name, if it is a better one. Of equally good ones it is the first in the
    /// alphabet.
    pub(super) fn call(&mut self, number: u32, source: Source, name: Text, texts: &Texts) {
        let place = position(number);
        let (Some(known), Some(from)) = (self.names.get_mut(place), self.sources.get_mut(place))
        else {
            return;
        };
        let is_better = || source == *from && texts.at(name) < texts.at(*known);
        if name != NOTHING && (source > *from || is_better()) {
            *known = name;
            *from = source;
        }
    }

    pub(super) fn is_described(&self, number: u32) -> bool {
        self.traits_of(number).has(Traits::DESCRIBED)
    }

    pub(super) fn add_traits(&mut self, number: u32, more: Traits) {
        if let Some(traits) = self.traits.get_mut(position(number)) {
            *traits = traits.with(more);
        }
    }

    pub(super) fn add_methods(&mut self, number: u32, more: u32) {
        let place = position(number);
        if self.methods.len() <= place && place < self.ids.len() {
            self.methods.resize(place + 1, None);
        }
        if let Some(methods) = self.methods.get_mut(place) {
            *methods = Some(methods.unwrap_or(0) | more);
        }
    }

    pub(super) fn add_guest(&mut self, number: u32, guest: Guest) {
        self.guests.insert(number, guest);
    }

    pub(super) fn add_role(&mut self, number: u32, role: RoleId) {
        self.roles.entry(number).or_default().insert(role);
    }

    /// Those who can sign in, by number, in the order of their ids.
    pub(super) fn order(&self, texts: &Texts) -> Vec<u32> {
        let is_disabled =
            |traits: &Traits| traits.has(Traits::DISABLED) && !traits.has(Traits::ENABLED);
        let people = (0_u32..).zip(self.ids.iter().zip(&self.traits));
        let people = people.filter(|(_, (_, traits))| !is_disabled(traits));
        // Nearly all comparisons are decided by the first characters.
        let keyed = people.map(|(number, (id, _))| (beginning(texts.at(*id)), number, *id));
        let mut keyed: Vec<(u64, u32, Text)> = keyed.collect();
        keyed.sort_unstable_by(|(left, _, id), (right, _, other)| {
            left.cmp(right).then_with(|| texts.at(*id).cmp(texts.at(*other)))
        });
        keyed.into_iter().map(|(_, number, _)| number).collect()
    }

    /// The people in this order, as a directory has them, without their memberships.
    pub(super) fn columns(self, order: &[u32], texts: &Arc<Texts>) -> People {
        let text = |column: &[Text], number: &u32| {
            column.get(position(*number)).copied().unwrap_or(NOTHING)
        };
        let mut people = People {
            texts: Arc::clone(texts),
            ids: order.iter().map(|number| text(&self.ids, number)).collect(),
            names: order.iter().map(|number| text(&self.names, number)).collect(),
            ..People::default()
        };
        let Self { traits, methods, mut guests, mut roles, .. } = self;
        let mut registered: BTreeMap<u32, _> = BTreeMap::new();
        for (person, number) in (0..).map(PersonIndex).zip(order) {
            if let Some(roles) = roles.remove(number) {
                people.roles.insert(person, roles);
            }
            let traits = traits.get(position(*number)).copied().unwrap_or_default();
            if let Some(guest) = guests.remove(number).or_else(|| guest(traits)) {
                people.guests.insert(person, guest);
            }
            if let Some(Some(set)) = methods.get(position(*number)) {
                let value = registered.entry(*set).or_insert_with(|| members::methods(*set));
                people.registered.set(person, value);
            }
        }
        people
    }

    fn traits_of(&self, number: u32) -> Traits {
        self.traits.get(position(number)).copied().unwrap_or_default()
    }
}

/// The first eight bytes of a text, so that they compare as the text does.
fn beginning(text: &str) -> u64 {
    let mut bytes = [0; 8];
    for (place, byte) in bytes.iter_mut().zip(text.bytes()) {
        *place = byte;
    }
    u64::from_be_bytes(bytes)
}

/// Entra's kinds of guests, by user type and by where the credentials are.
fn guest(traits: Traits) -> Option<Guest> {
    let kind = match (traits.has(Traits::GUEST), traits.has(Traits::EXTERNAL)) {
        (true, true) => GuestKind::B2bCollaborationGuest,
        (true, false) => GuestKind::InternalGuest,
        (false, true) => GuestKind::B2bCollaborationMember,
        (false, false) => return None,
    };
    Some(Guest { kind, tenant: None })
}
