//! What can differ from an ordinary sign-in, numbered.

use std::collections::HashMap;

use cardea_policy::conditions::principal::Membership;
use cardea_policy::index::{Index, MembershipRow};
use cardea_policy::place::PolicyIndex;
use cardea_policy::policy_set::PolicySet;
use fixedbitset::FixedBitSet;

use super::region::Region;

/// One thing that can differ from an ordinary sign-in by an ordinary person.
#[derive(Clone, Debug)]
pub(super) enum Choice {
    /// Another cell of an axis of the region.
    Cell {
        /// The number of the axis.
        axis: usize,
        /// The position of the cell; never 0.
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
    /// For each asked policy, the choices that keep it away.
    escapes: HashMap<PolicyIndex, FixedBitSet>,
}

/// The policies that a question is about.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    /// None of these applies.
    pub(super) closing: PolicySet,
    /// This one does.
    pub(super) hit: Option<PolicyIndex>,
}

impl Asked {
    /// All of them.
    pub(super) fn policies(&self) -> PolicySet {
        let mut policies = self.closing.clone();
        if let Some(hit) = self.hit {
            policies.insert(hit);
        }
        policies
    }
}

impl Choices {
    /// The choices that matter. Memberships do if they keep a closing policy away, or bring on the
    /// one that has to apply.
    pub(super) fn new(index: &Index, region: &Region<'_>, asked: &Asked) -> Self {
        let mut list = Vec::new();
        for (axis, cells) in region.axes.iter().enumerate() {
            list.extend((1..cells.len()).map(|cell| Choice::Cell { axis, cell }));
        }
        let policies = asked.policies();
        list.extend(memberships(index, asked, &policies));
        for (at, guest) in region.universe.guests.iter().enumerate() {
            if matters(asked, &guest.include, &guest.exclude) {
                list.push(Choice::Guest(at, reach(&guest.include, &guest.exclude, &policies)));
            }
        }
        let (group, groups) = rivals(&list);
        let mut personal = FixedBitSet::with_capacity(list.len());
        for (at, choice) in list.iter().enumerate() {
            personal.set(at, choice.reach().is_some());
        }
        let escapes = escapes(&list, region, asked);
        Self { list, group, groups, personal, escapes }
    }

    /// Choices that cannot be made beside this one, itself included.
    pub(super) fn rivals(&self, choice: usize) -> Option<&FixedBitSet> {
        self.groups.get(*self.group.get(choice)?)
    }

    /// The choices that keep a closing policy away.
    pub(super) fn escapes(&self, policy: PolicyIndex) -> Option<&FixedBitSet> {
        self.escapes.get(&policy)
    }
}

fn escapes(
    list: &[Choice],
    region: &Region<'_>,
    asked: &Asked,
) -> HashMap<PolicyIndex, FixedBitSet> {
    let none = FixedBitSet::with_capacity(list.len());
    let mut escapes: HashMap<PolicyIndex, FixedBitSet> =
        asked.closing.iter().map(|policy| (policy, none.clone())).collect();
    for (at, choice) in list.iter().enumerate() {
        let kept_away = match choice {
            Choice::Cell { axis, cell } => {
                let cell = region.axes.get(*axis).and_then(|cells| cells.get(*cell));
                cell.map_or_else(|| asked.closing.clone(), |cell| asked.closing.minus(&cell.set))
            }
            Choice::Membership(_, reach) | Choice::Guest(_, reach) => {
                asked.closing.and(&reach.exclude)
            }
        };
        for policy in kept_away.iter() {
            if let Some(escapes) = escapes.get_mut(&policy) {
                escapes.insert(at);
            }
        }
    }
    escapes
}

fn matters(asked: &Asked, include: &PolicySet, exclude: &PolicySet) -> bool {
    exclude.meets(&asked.closing) || asked.hit.is_some_and(|hit| include.contains(hit))
}

fn reach(include: &PolicySet, exclude: &PolicySet, policies: &PolicySet) -> Reach {
    Reach { include: include.and(policies), exclude: exclude.and(policies) }
}

/// Memberships that matter, those that do the same together. Users are kept apart from groups and
/// roles, because nobody can be two of them.
fn memberships(index: &Index, asked: &Asked, policies: &PolicySet) -> Vec<Choice> {
    let mut known: HashMap<(bool, Reach), usize> = HashMap::new();
    let mut found: Vec<Choice> = Vec::new();
    for MembershipRow { membership, include, exclude } in index.memberships() {
        if !matters(asked, include, exclude) {
            continue;
        }
        let reach = reach(include, exclude, policies);
        let user = matches!(membership, Membership::User(_));
        let at = *known.entry((user, reach.clone())).or_insert(found.len());
        match found.get_mut(at) {
            Some(Choice::Membership(same, _)) => same.push(membership.clone()),
            Some(Choice::Cell { .. } | Choice::Guest(..)) | None => {
                found.push(Choice::Membership(Vec::from([membership.clone()]), reach));
            }
        }
    }
    found
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
