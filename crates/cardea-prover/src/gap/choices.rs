//! What can differ from an ordinary sign-in, numbered.

use std::collections::HashMap;

use cardea_policy::conditions::principal::Membership;
use cardea_policy::index::{Index, MembershipRow};
use cardea_policy::place::PolicyIndex;
use cardea_policy::policy_set::PolicySet;
use fixedbitset::FixedBitSet;
use foldhash::fast::RandomState;
use indexmap::IndexMap;

use super::region::{Cells, Region};

/// One thing that can differ from an ordinary sign-in by an ordinary person.
#[derive(Clone, Debug)]
pub(super) enum Choice {
    /// A cell of an axis of the region.
    Cell {
        /// The number of the axis.
        axis: usize,
        /// The position of the cell.
        cell: usize,
    },
    /// A membership, and others that do the same.
    Membership(Vec<Membership>, Reach),
    /// Being a guest, by position among the universe's.
    Guest(usize, Reach),
}

/// Policies that something about a person brings on, and those that it keeps away.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Reach {
    pub(super) include: PolicySet,
    pub(super) exclude: PolicySet,
}

impl Choice {
    /// Makes the choice.
    pub(super) fn apply(&self, cells: &mut Cells, who: &mut Reach) {
        match self {
            Self::Cell { axis, cell } => {
                if let Some(slot) = cells.get_mut(*axis) {
                    *slot = *cell;
                }
            }
            Self::Membership(_, reach) | Self::Guest(_, reach) => {
                who.include.unite(&reach.include);
                who.exclude.unite(&reach.exclude);
            }
        }
    }

    /// What the choice does to who is hit; `None` for those about the situation.
    pub(super) fn reach(&self) -> Option<&Reach> {
        match self {
            Self::Cell { .. } => None,
            Self::Membership(_, reach) | Self::Guest(_, reach) => Some(reach),
        }
    }
}

/// All choices, and which of them rule each other out.
#[derive(Debug)]
pub(super) struct Choices {
    pub(super) list: Vec<Choice>,
    /// For each choice, the number of the group that it belongs to.
    group: Vec<usize>,
    /// Choices of which only one can be made.
    groups: Vec<FixedBitSet>,
    /// The choices about people.
    pub(super) personal: FixedBitSet,
    /// For each policy by position, the choices that keep it away; empty unless it matters.
    escapes: Vec<FixedBitSet>,
}

impl Choices {
    /// The choices that matter to the policies.
    pub(super) fn new(index: &Index, region: &Region<'_>, policies: &PolicySet) -> Self {
        let mut list = Vec::new();
        for (axis, cells) in region.axes.iter().enumerate() {
            list.extend((0..cells.len()).map(|cell| Choice::Cell { axis, cell }));
        }
        list.extend(memberships(index, policies));
        for (at, guest) in region.universe.guests.iter().enumerate() {
            list.push(Choice::Guest(at, reach(&guest.include, &guest.exclude, policies)));
        }
        let (group, groups) = rivals(&list);
        let mut personal = FixedBitSet::with_capacity(list.len());
        for (at, choice) in list.iter().enumerate() {
            personal.set(at, choice.reach().is_some());
        }
        let escapes = escapes(&list, region, policies);
        Self { list, group, groups, personal, escapes }
    }

    /// Choices that cannot be made beside this one, itself included.
    pub(super) fn rivals(&self, choice: usize) -> Option<&FixedBitSet> {
        self.groups.get(*self.group.get(choice)?)
    }

    /// The choices that keep a policy away.
    pub(super) fn escapes(&self, policy: PolicyIndex) -> Option<&FixedBitSet> {
        self.escapes.get(policy.position())
    }
}

fn escapes(list: &[Choice], region: &Region<'_>, policies: &PolicySet) -> Vec<FixedBitSet> {
    let mut escapes = vec![FixedBitSet::new(); policies.words().len() * 64];
    for policy in policies.iter() {
        if let Some(escapes) = escapes.get_mut(policy.position()) {
            escapes.grow(list.len());
        }
    }
    for (at, choice) in list.iter().enumerate() {
        let kept_away = match choice {
            Choice::Cell { axis, cell } => {
                let cell = region.axes.get(*axis).and_then(|cells| cells.get(*cell));
                cell.map_or_else(|| policies.clone(), |cell| policies.minus(&cell.set))
            }
            Choice::Membership(_, reach) | Choice::Guest(_, reach) => reach.exclude.clone(),
        };
        for policy in kept_away.iter() {
            if let Some(escapes) = escapes.get_mut(policy.position()) {
                escapes.insert(at);
            }
        }
    }
    escapes
}

fn reach(include: &PolicySet, exclude: &PolicySet, policies: &PolicySet) -> Reach {
    Reach { include: include.and(policies), exclude: exclude.and(policies) }
}

/// Memberships that matter, those that do the same together. Users are kept apart from groups and
/// roles, because nobody can be two of them.
fn memberships(index: &Index, policies: &PolicySet) -> Vec<Choice> {
    let mut found: IndexMap<(bool, Reach), Vec<Membership>, RandomState> = IndexMap::default();
    for MembershipRow { membership, include, exclude } in index.memberships() {
        if include.meets(policies) || exclude.meets(policies) {
            let user = matches!(membership, Membership::User(_));
            let same = found.entry((user, reach(include, exclude, policies))).or_default();
            same.push(membership.clone());
        }
    }
    found.into_iter().map(|((_, reach), same)| Choice::Membership(same, reach)).collect()
}

/// Choices on the same axis rule each other out, and so do two users and two kinds of guest.
fn rivals(list: &[Choice]) -> (Vec<usize>, Vec<FixedBitSet>) {
    #[derive(PartialEq, Eq, Hash)]
    enum Slot {
        Axis(usize),
        User,
        Guest,
        Own(usize),
    }
    let mut slots: HashMap<Slot, usize> = HashMap::new();
    let mut groups: Vec<FixedBitSet> = Vec::new();
    let mut of = Vec::new();
    for (at, choice) in list.iter().enumerate() {
        let slot = match choice {
            Choice::Cell { axis, .. } => Slot::Axis(*axis),
            Choice::Guest(..) => Slot::Guest,
            Choice::Membership(same, _) => match same.first() {
                Some(Membership::User(_)) => Slot::User,
                Some(Membership::Group(_) | Membership::Role(_)) | None => Slot::Own(at),
            },
        };
        let group = *slots.entry(slot).or_insert(groups.len());
        if group == groups.len() {
            groups.push(FixedBitSet::with_capacity(list.len()));
        }
        if let Some(group) = groups.get_mut(group) {
            group.insert(at);
        }
        of.push(group);
    }
    (of, groups)
}
