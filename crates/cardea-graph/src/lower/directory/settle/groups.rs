//! Groups in the making.

use super::{NOBODY, position, ranks};
use cardea_policy::id::{GroupId, RoleId, UserId};
use cardea_tenant::directory::{Group, GroupIndex, Members, RoleAssignable};
use std::collections::{BTreeMap, BTreeSet};

/// Groups, numbered as they are met.
#[derive(Default)]
pub(super) struct Groups {
    numbers: BTreeMap<GroupId, u32>,
    drafts: Vec<GroupDraft>,
}

/// What is known of a group.
#[derive(Default)]
pub(super) struct GroupDraft {
    pub(super) name: String,
    /// Numbers of groups that it is a member of.
    pub(super) parents: BTreeSet<u32>,
    pub(super) owners: Option<BTreeSet<UserId>>,
    pub(super) role_assignable: RoleAssignable,
    pub(super) roles: BTreeSet<RoleId>,
    pub(super) members: Members,
}

impl Groups {
    /// The number of the group with this id.
    pub(super) fn number(&mut self, id: GroupId) -> u32 {
        let next = u32::try_from(self.drafts.len()).unwrap_or(NOBODY);
        *self.numbers.entry(id).or_insert_with(|| {
            self.drafts.push(GroupDraft::default());
            next
        })
    }

    /// Notes something about a group.
    pub(super) fn change(&mut self, number: u32, change: impl FnOnce(&mut GroupDraft)) {
        if let Some(draft) = self.drafts.get_mut(position(number)) {
            change(draft);
        }
    }

    /// The groups in the order of their ids, and the position of each by number.
    pub(super) fn line_up(self) -> (Vec<Group>, Vec<u32>) {
        let Self { numbers, mut drafts } = self;
        let order: Vec<u32> = numbers.values().copied().collect();
        let ranks = ranks(&order, drafts.len());
        let index = |number: &u32| ranks.get(position(*number)).copied().map(GroupIndex);
        let groups = numbers.into_iter().map(|(id, number)| {
            let draft = drafts.get_mut(position(number)).map(std::mem::take).unwrap_or_default();
            let mut parents: Vec<GroupIndex> = draft.parents.iter().filter_map(index).collect();
            parents.sort_unstable();
            Group {
                id,
                name: draft.name,
                parents,
                owners: draft.owners.map(|owners| owners.into_iter().collect()),
                role_assignable: draft.role_assignable,
                roles: draft.roles,
                members: draft.members,
            }
        });
        (groups.collect(), ranks.clone())
    }
}
