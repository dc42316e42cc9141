//! What can differ from an ordinary sign-in, numbered.

use std::collections::HashMap;

use cardea_policy::conditions::principal::Membership;
use cardea_policy::evaluate::Dimension;
use cardea_policy::index::{Index, MembershipRow};
use cardea_policy::place::PolicyIndex;
use cardea_policy::policy_set::PolicySet;
use fixedbitset::FixedBitSet;

use crate::universe::{SITUATION, Universe};

/// One thing that can differ from an ordinary sign-in by an ordinary person.
#[derive(Clone, Debug)]
pub(super) enum Choice {
    /// Another atom of a dimension, by position on its axis.
    Atom(Dimension, usize),
    /// A membership.
    Membership(Memberships),
    /// Being a guest, by position among the universe's.
    Guest(usize, Reach),
}

/// Memberships that do the same.
#[derive(Clone, Debug)]
pub(super) struct Memberships {
    /// One that stands for all.
    pub(super) one: Membership,
    /// The others.
    pub(super) alternatives: Vec<Membership>,
    /// What they do.
    pub(super) reach: Reach,
}

/// Policies that something about a person brings on, and those that it keeps away.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Reach {
    pub(super) include: PolicySet,
    pub(super) exclude: PolicySet,
}

impl Choice {
    /// What the choice does to who is hit; `None` for those about the situation.
    pub(super) fn reach(&self) -> Option<&Reach> {
        match self {
            Self::Atom(..) => None,
            Self::Membership(memberships) => Some(&memberships.reach),
            Self::Guest(_, reach) => Some(reach),
        }
    }
}

/// All choices, and which of them rule each other out.
#[derive(Debug)]
pub(super) struct Choices {
    pub(super) list: Vec<Choice>,
    /// For each choice, those that cannot be made beside it, itself included.
    rivals: Vec<usize>,
    groups: Vec<FixedBitSet>,
    /// The choices about people.
    pub(super) personal: FixedBitSet,
    /// For each policy, the choices that keep it away.
    pub(super) escapes: Vec<FixedBitSet>,
}

impl Choices {
    /// The choices that matter to `policies`. Memberships count if they keep one of them away, or
    /// if they bring on `hit`, a policy that has to apply.
    pub(super) fn new(
        index: &Index,
        universe: &Universe,
        policies: &PolicySet,
        hit: Option<PolicyIndex>,
    ) -> Self {
        let mut list = atoms(universe);
        list.extend(memberships(index, policies, hit).into_iter().map(Choice::Membership));
        list.extend(universe.guests.iter().enumerate().map(|(at, guest)| {
            Choice::Guest(at, reach(&guest.include, &guest.exclude, policies, hit))
        }));
        let size = list.len();
        let mut personal = FixedBitSet::with_capacity(size);
        let mut escapes = vec![FixedBitSet::with_capacity(size); index.policies().len()];
        for (at, choice) in list.iter().enumerate() {
            personal.set(at, choice.reach().is_some());
            let kept_away = match choice {
                Choice::Atom(dimension, position) => universe
                    .sets(*dimension)
                    .get(*position)
                    .map_or_else(|| policies.clone(), |set| policies.minus(set)),
                Choice::Membership(Memberships { reach, .. }) | Choice::Guest(_, reach) => {
                    reach.exclude.clone()
                }
            };
            for policy in kept_away.iter() {
                if let Some(escapes) = escapes.get_mut(policy.position()) {
                    escapes.insert(at);
                }
            }
        }
        let (rivals, groups) = rivals(&list);
        Self { list, rivals, groups, personal, escapes }
    }

    /// Choices that cannot be made beside this one, itself included.
    pub(super) fn rivals(&self, choice: usize) -> Option<&FixedBitSet> {
        self.groups.get(*self.rivals.get(choice)?)
    }
}

fn atoms(universe: &Universe) -> Vec<Choice> {
    SITUATION
        .into_iter()
        .flat_map(|dimension| {
            (1..universe.sets(dimension).len()).map(move |at| Choice::Atom(dimension, at))
        })
        .collect()
}

/// What a membership does to the policies, and to the one that has to apply.
fn reach(
    include: &PolicySet,
    exclude: &PolicySet,
    policies: &PolicySet,
    hit: Option<PolicyIndex>,
) -> Reach {
    let mut seen = policies.clone();
    if let Some(hit) = hit {
        seen.insert(hit);
    }
    Reach { include: include.and(&seen), exclude: exclude.and(&seen) }
}

/// Memberships that matter, those that do the same together. Users are kept apart from groups and
/// roles, because nobody can be two of them.
fn memberships(index: &Index, policies: &PolicySet, hit: Option<PolicyIndex>) -> Vec<Memberships> {
    let mut known: HashMap<(bool, Reach), usize> = HashMap::new();
    let mut found: Vec<Memberships> = Vec::new();
    for MembershipRow { membership, include, exclude } in index.memberships() {
        let reach = reach(include, exclude, policies, hit);
        let brings_on = hit.is_some_and(|hit| reach.include.contains(hit));
        if reach.exclude.is_empty() && !brings_on {
            continue;
        }
        let user = matches!(membership, Membership::User(_));
        let at = *known.entry((user, reach.clone())).or_insert(found.len());
        match found.get_mut(at) {
            Some(same) => same.alternatives.push(membership.clone()),
            None => {
                found.push(Memberships {
                    one: membership.clone(),
                    alternatives: Vec::new(),
                    reach,
                });
            }
        }
    }
    found
}

/// Choices in the same dimension rule each other out, and so do two users and two kinds of guest.
fn rivals(list: &[Choice]) -> (Vec<usize>, Vec<FixedBitSet>) {
    #[derive(PartialEq, Eq, Hash)]
    enum Slot {
        Dimension(Dimension),
        User,
        Guest,
        Own(usize),
    }
    let mut slots: HashMap<Slot, usize> = HashMap::new();
    let mut groups: Vec<FixedBitSet> = Vec::new();
    let mut rivals = Vec::new();
    for (at, choice) in list.iter().enumerate() {
        let slot = match choice {
            Choice::Atom(dimension, _) => Slot::Dimension(*dimension),
            Choice::Guest(..) => Slot::Guest,
            Choice::Membership(Memberships { one: Membership::User(_), .. }) => Slot::User,
            Choice::Membership(_) => Slot::Own(at),
        };
        let group = *slots.entry(slot).or_insert(groups.len());
        if group == groups.len() {
            groups.push(FixedBitSet::with_capacity(list.len()));
        }
        if let Some(group) = groups.get_mut(group) {
            group.insert(at);
        }
        rivals.push(group);
    }
    (rivals, groups)
}
