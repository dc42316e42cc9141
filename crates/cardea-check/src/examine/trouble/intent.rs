//! Whether the people whom blocks keep out of a goal are those who were meant.

use std::collections::BTreeSet;

use cardea_policy::conditions::principal::{
    Include, Membership, People, Person, Principals, Users,
};
use cardea_policy::place::PolicyIndex;
use cardea_policy::policy_set::PolicySet;
use cardea_prover::reach::terrain::Terrain;

use crate::config::Config;
use crate::examine::case::{Barrier, Case};

/// Whether the people whom blocks keep out of a goal are those who were meant.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Intent {
    /// They are: blocks that name them are enough to keep them out.
    Named,
    /// Perhaps: they are kept to the apps that the blocks leave out.
    OtherApps,
    /// Perhaps: they would get in from a network of the tenant's own.
    OnSite,
    /// Perhaps: whoever is on no list of people is kept out, and nothing is for them.
    Unlisted,
    /// Hardly: these policies are for them, and say what opens the goal.
    Despite(Vec<PolicyIndex>),
    /// Hardly: everybody is kept out.
    Everybody,
}

impl Intent {
    /// The same without saying what others are for.
    #[must_use]
    pub(in crate::examine) fn kind(&self) -> Self {
        match self {
            Self::Named | Self::OtherApps | Self::OnSite | Self::Unlisted | Self::Everybody => {
                self.clone()
            }
            Self::Despite(_) => Self::Despite(Vec::new()),
        }
    }
}

impl Intent {
    /// What others of the same kind are for, as well.
    pub(in crate::examine) fn add(&mut self, more: &Self) {
        if let (Self::Despite(known), Self::Despite(more)) = (self, more) {
            known.extend(more);
            known.sort_unstable();
            known.dedup();
        }
    }
}

/// What else people reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::examine) enum Elsewhere {
    /// Another of the goals.
    Something,
    /// None of the goals.
    Nothing,
}

impl Elsewhere {
    /// What is left of so many goals where so many are shut.
    pub(in crate::examine) fn of(goals: usize, shut: usize) -> Self {
        if shut < goals { Self::Something } else { Self::Nothing }
    }
}

/// People whom blocks keep out of a goal.
pub(in crate::examine) struct KeptOut<'k> {
    config: &'k Config,
    case: &'k Case<'k>,
    goal: usize,
    elsewhere: Elsewhere,
    /// The blocks at the nearest approach.
    blocks: Vec<Barrier>,
    /// Blocks for everybody that stand where no other block does; none where blocks that name
    /// people stand everywhere.
    sweeping: Vec<Barrier>,
}

impl<'k> KeptOut<'k> {
    /// `None` where something else than blocks keeps people out.
    pub(in crate::examine) fn of(
        config: &'k Config,
        case: &'k Case<'k>,
        terrain: &Terrain<'_>,
        (goal, elsewhere): (usize, Elsewhere),
    ) -> Option<Self> {
        let everyone = case.book.index.everyone();
        let blocks = |wall: Vec<Barrier>| -> Vec<Barrier> {
            wall.into_iter().filter(Barrier::blocks).collect()
        };
        let (_, nearest) = Case::nearest(terrain, goal)?;
        let nearest = blocks(nearest);
        let walls = Case::walls(terrain, goal).into_iter().map(blocks);
        let sweeping = walls.filter(|wall| wall.iter().all(|it| everyone.contains(it.policy)));
        let sweeping = sweeping.min_by_key(Vec::len).unwrap_or_default();
        let kept = Self { config, case, goal, elsewhere, blocks: nearest, sweeping };
        (!kept.blocks.is_empty()).then_some(kept)
    }

    /// The policies to blame: blocks without which no block keeps them out.
    pub(in crate::examine) fn blamed(&self) -> Vec<PolicyIndex> {
        let blocks = if self.sweeping.is_empty() { &self.blocks } else { &self.sweeping };
        let mut blamed: Vec<PolicyIndex> = blocks.iter().map(|block| block.policy).collect();
        blamed.sort_unstable();
        blamed
    }

    /// Whether blocks that name people keep them to other apps on purpose: a statement about them,
    /// and nothing to tell where nobody asked for the goal.
    pub(in crate::examine) fn is_statement(&self) -> bool {
        let index = &self.case.book.index;
        !self.is_asked_for()
            && self.sweeping.is_empty()
            && (self.elsewhere == Elsewhere::Something
                || self.blocks.iter().all(|it| it.spares_apps(index)))
    }

    /// What was probably meant for one of these people.
    pub(in crate::examine) fn intent(&self, person: &Person) -> Intent {
        if self.sweeping.is_empty() {
            return Intent::Named;
        }
        let openers = self.openers();
        let mut despite: Vec<PolicyIndex> =
            openers.iter().filter(|policy| self.is_for(*policy, person)).collect();
        // What asks for something shows better than another block that somebody is to get in.
        let blocking = self.case.book.index.blocking();
        if despite.iter().any(|policy| !blocking.contains(*policy)) {
            despite.retain(|policy| !blocking.contains(*policy));
        }
        if !despite.is_empty() && !self.may_be_listed(person) {
            Intent::Despite(despite)
        } else if !self.is_asked_for() && self.sweeping.iter().all(|it| self.sweeps_apps(it)) {
            Intent::OtherApps
        } else if self.sweeping.iter().all(|it| self.keeps_a_list(it.policy)) {
            Intent::Unlisted
        } else {
            Intent::Everybody
        }
    }

    fn is_asked_for(&self) -> bool {
        !self.config.goals.is_empty()
    }

    /// Whether the block is on all resources but some.
    fn sweeps_apps(&self, block: &Barrier) -> bool {
        let index = &self.case.book.index;
        block.spares_apps(index) && index.all_resources().contains(block.policy)
    }

    /// Policies that take it for granted that the goal is opened: demands, and blocks that leave a
    /// way. Where people reach something else, one on all resources does not say that it is meant
    /// for this goal, too.
    fn openers(&self) -> PolicySet {
        let index = &self.case.book.index;
        let mut openers = self.case.who.clone();
        if let Some(request) = self.case.targets.request(self.goal) {
            openers.retain(&index.target(request));
        }
        if self.elsewhere == Elsewhere::Something {
            openers.subtract(index.all_resources());
        }
        openers
    }

    /// Whether the policy names what the person is. A role only comes on top of that.
    fn is_for(&self, policy: PolicyIndex, person: &Person) -> bool {
        match self.users(policy).map(|users| &users.include) {
            Some(Include::Only(people)) => {
                People { roles: BTreeSet::new(), ..people.clone() }.contain(person)
            }
            Some(Include::Everyone | Include::Nobody) | None => false,
        }
    }

    /// Whether the block leaves out a list of people who are to get in: some that other policies
    /// are for, or, where it only keeps people from some apps, some that are not outside of
    /// everything.
    fn keeps_a_list(&self, policy: PolicyIndex) -> bool {
        let index = &self.case.book.index;
        let everyone = index.everyone().and(index.enabled());
        let is_listed = |membership: Membership| {
            let (is_group, declared) = match &membership {
                Membership::User(user) => (false, self.config.break_glass.users.contains(user)),
                Membership::Group(group) => (true, self.config.break_glass.groups.contains(group)),
                Membership::Role(_) => (true, false),
            };
            let Some(row) = index.named(&membership).filter(|_| !declared) else { return false };
            let partly = is_group && self.elsewhere == Elsewhere::Something;
            row.include.meets(index.enabled()) || partly && !everyone.is_subset(&row.exclude)
        };
        self.users(policy).is_some_and(|users| users.exclude.memberships().any(is_listed))
    }

    /// Whether nothing is known of somebody but the kind of guest, while the blocks leave out groups
    /// that policies are for: whoever invites guests may put them into one.
    fn may_be_listed(&self, person: &Person) -> bool {
        let bare = Person { guest: None, ..person.clone() } == Person::default();
        let listed = self.sweeping.iter().all(|it| self.keeps_a_list(it.policy));
        person.guest.is_some() && bare && listed
    }

    fn users(&self, policy: PolicyIndex) -> Option<&'k Users> {
        match &self.case.book.index.policy(policy)?.conditions.principals {
            Principals::Users(users) => Some(users),
            Principals::Workloads(_) | Principals::Agents(_) => None,
        }
    }
}
