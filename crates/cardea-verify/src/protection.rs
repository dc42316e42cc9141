//! Whether every sign-in to a resource meets a policy that blocks it or demands something.
//!
//! The covering begins with all sign-ins. Each policy of the certificate is taken out of the part
//! that was left over last; what it does not apply to is left over again. In the end nothing may
//! be left.

use std::collections::BTreeSet;

use cardea_policy::conditions::principal::{Include, Membership, Principals, Users};
use cardea_policy::evaluate::SignIn;
use cardea_policy::filter::Coverage;
use cardea_policy::index::Index;
use cardea_policy::place::PolicyIndex;
use cardea_policy::policy_set::PolicySet;
use cardea_tenant::tenant::Tenant;

use crate::certificate::{Cover, Open, Protection, Verdict, Who};
use crate::check::Refusal;
use crate::claim::Claim;
use crate::facts::{AXES, Space};
use crate::people::{Everybody, Kind};

/// What was verified about protection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Protected {
    /// Every sign-in to a resource meets a policy that blocks it or demands something.
    Everything {
        /// Where people combine memberships: how many at most; `None` for any number.
        memberships: Option<usize>,
        /// Whether facts were left out because there were too many.
        coverage: Coverage,
    },
    /// These sign-ins do not.
    Not(Vec<SignIn>),
}

/// A part of all sign-ins: facts of every dimension, and people.
#[derive(Clone, Debug)]
pub struct Region<'s> {
    space: &'s Space<'s>,
    facts: [Vec<usize>; AXES],
    people: People,
}

/// The people of a region.
#[derive(Clone, Debug)]
pub enum People {
    /// Those whom exactly these policies can hit.
    Hit(PolicySet),
    /// Anybody with these memberships and without those.
    Anybody {
        /// Memberships that they have.
        with: BTreeSet<Membership>,
        /// Memberships that they do not have.
        without: BTreeSet<Membership>,
        /// What guests they are, by number in the space.
        guests: Vec<usize>,
    },
}

impl<'s> Region<'s> {
    /// All sign-ins of anybody.
    pub fn of_anybody(space: &'s Space<'s>) -> Self {
        let guests = (0..space.guests.len()).collect();
        let people = People::Anybody { with: BTreeSet::new(), without: BTreeSet::new(), guests };
        Self { space, facts: space.sets().map(|sets| (0..sets.len()).collect()), people }
    }

    /// All sign-ins of such people.
    pub fn of(space: &'s Space<'s>, kind: &Kind) -> Self {
        Self { people: People::Hit(space.hitting(kind)), ..Self::of_anybody(space) }
    }

    /// How many memberships it takes to be in the region; being a guest is one.
    pub fn personal(&self) -> usize {
        match &self.people {
            People::Hit(_) => 0,
            People::Anybody { with, guests, .. } => {
                let guest = guests.iter().all(|at| self.guest(*at).is_some());
                with.len() + usize::from(guest)
            }
        }
    }

    /// Whether the policy applies to something of the region, as far as one can see without
    /// looking which memberships go together.
    pub fn meets(&self, policy: PolicyIndex) -> bool {
        let sets = self.space.sets();
        let hits = |(facts, sets): (&Vec<usize>, &Vec<&PolicySet>)| {
            facts.iter().any(|at| sets.get(*at).is_some_and(|set| set.contains(policy)))
        };
        let people = match &self.people {
            People::Hit(who) => who.contains(policy),
            People::Anybody { with, without, guests } => users(self.space.index, policy)
                .is_some_and(|Users { include, exclude }| {
                    let open = |it: &Membership| include.lists(it) && !without.contains(it);
                    let member = match include {
                        Include::Nobody => false,
                        Include::Everyone => true,
                        Include::Only(people) => people.memberships().any(|it| open(&it)),
                    };
                    let hit = |at: &usize| match self.guest(*at) {
                        None => member,
                        Some(guest) => {
                            (member || include.lists_guest(guest))
                                && !exclude.guests.as_ref().is_some_and(|it| it.matches(guest))
                        }
                    };
                    !with.iter().any(|it| exclude.lists(it)) && guests.iter().any(hit)
                }),
        };
        people && self.facts.iter().zip(&sets).all(hits)
    }

    /// The parts of the region that the policy does not apply to.
    pub fn without(mut self, policy: PolicyIndex) -> Vec<Self> {
        let mut left = Vec::new();
        for (axis, sets) in self.space.sets().iter().enumerate() {
            let Some(facts) = self.facts.get_mut(axis) else { continue };
            let hit = |at: &usize| sets.get(*at).is_some_and(|set| set.contains(policy));
            let (matched, missed): (Vec<usize>, Vec<usize>) = facts.drain(..).partition(hit);
            let mut rest = self.clone();
            if let (Some(rest), Some(facts)) = (rest.facts.get_mut(axis), self.facts.get_mut(axis))
            {
                (*rest, *facts) = (missed, matched);
            }
            left.push(rest);
        }
        let people = match &self.people {
            People::Hit(who) if who.contains(policy) => Vec::new(),
            People::Hit(_) => Vec::from([self.people.clone()]),
            People::Anybody { .. } => self.whom_it_spares(policy),
        };
        left.extend(people.into_iter().map(|people| Self { people, ..self.clone() }));
        left.retain(|region| !region.is_empty());
        left
    }

    fn is_empty(&self) -> bool {
        let nobody = match &self.people {
            People::Hit(_) => false,
            People::Anybody { with, without, guests } => {
                let users = with.iter().filter(|it| matches!(it, Membership::User(_)));
                guests.is_empty() || !with.is_disjoint(without) || users.count() > 1
            }
        };
        nobody || self.facts.iter().any(Vec::is_empty)
    }

    fn guest(&self, at: usize) -> Option<&cardea_policy::conditions::principal::Guest> {
        self.space.guests.get(at).and_then(Option::as_ref)
    }

    /// The people of the region whom the policy is not assigned to: those who are excluded by
    /// being such a guest, those who are by each membership, and those who are not included.
    fn whom_it_spares(&self, policy: PolicyIndex) -> Vec<People> {
        let People::Anybody { with, without, guests } = self.people.clone() else {
            return Vec::new();
        };
        let Some(Users { include, exclude }) = users(self.space.index, policy) else {
            return Vec::from([self.people.clone()]);
        };
        let excluded = |at: &usize| {
            let matches = |guest| exclude.guests.as_ref().is_some_and(|it| it.matches(guest));
            self.guest(*at).is_some_and(matches)
        };
        let (gone, guests): (Vec<usize>, Vec<usize>) = guests.into_iter().partition(excluded);
        let mut spared = Vec::from([People::Anybody {
            with: with.clone(),
            without: without.clone(),
            guests: gone,
        }]);
        let mut without = without;
        for membership in exclude.memberships() {
            let mut excluded = with.clone();
            excluded.insert(membership.clone());
            spared.push(People::Anybody {
                with: excluded,
                without: without.clone(),
                guests: guests.clone(),
            });
            without.insert(membership);
        }
        let included: BTreeSet<Membership> = match include {
            Include::Everyone => return spared,
            Include::Nobody => BTreeSet::new(),
            Include::Only(people) => people.memberships().collect(),
        };
        let missed = |at: &usize| !self.guest(*at).is_some_and(|guest| include.lists_guest(guest));
        without.extend(included);
        spared.push(People::Anybody {
            with,
            without,
            guests: guests.into_iter().filter(missed).collect(),
        });
        spared
    }
}

fn users(index: &Index, policy: PolicyIndex) -> Option<&Users> {
    match &index.policy(policy)?.conditions.principals {
        Principals::Users(users) => Some(users),
        Principals::Workloads(_) | Principals::Agents(_) => None,
    }
}

/// The memberships that policies which ask something name.
pub fn memberships(space: &Space<'_>) -> BTreeSet<Membership> {
    let rows = space.index.memberships().iter();
    let rows = rows.filter(|row| row.include.or(&row.exclude).meets(&space.closing));
    rows.map(|row| row.membership.clone()).collect()
}

pub(crate) fn check(
    protection: &Protection,
    tenant: &Tenant,
    index: &Index,
    claim: &Claim,
) -> Result<Protected, Refusal> {
    let space = Space::new(index, tenant);
    let everybody = (!tenant.directory.is_empty())
        .then(|| Everybody::of(&tenant.directory, &memberships(&space), claim.memberships));
    match protection.answer {
        Verdict::Refuted => open(&space, everybody.as_ref(), &protection.open),
        Verdict::Proved => {
            let Some(everybody) = everybody else {
                return anybody(&space, protection);
            };
            each(&space, &everybody, &protection.covered)?;
            let memberships = everybody.combined;
            Ok(Protected::Everything { memberships, coverage: space.coverage })
        }
    }
}

/// Checks that sign-ins of people who exist meet no policy that asks anything.
fn open(
    space: &Space<'_>,
    everybody: Option<&Everybody>,
    open: &[Open],
) -> Result<Protected, Refusal> {
    let mut sign_ins = Vec::new();
    for Open { person, facts } in open {
        let kind = person.kind().ok_or_else(|| Refusal::new("no such kind of guest"))?;
        if everybody.is_some_and(|it| !it.kinds.contains(&kind)) {
            return Err(Refusal::new(format!("nobody is {person:?}")));
        }
        let sign_in = space.sign_in(kind.person(), facts);
        let sign_in = sign_in.ok_or_else(|| Refusal::new("there is no such sign-in"))?;
        if space.index.evaluate(&sign_in).decision.applied.meets(&space.closing) {
            return Err(Refusal::new("a sign-in that is said to be open is not"));
        }
        sign_ins.push(sign_in);
    }
    if sign_ins.is_empty() {
        return Err(Refusal::new("there is no open sign-in to refute it"));
    }
    Ok(Protected::Not(sign_ins))
}

/// Checks a covering for anybody, whatever memberships people combine.
fn anybody(space: &Space<'_>, protection: &Protection) -> Result<Protected, Refusal> {
    let [Cover { people, policies }] = protection.covered.as_slice() else {
        return Err(Refusal::new("one covering for anybody is needed"));
    };
    if !people.is_empty() {
        return Err(Refusal::new("the input has no people"));
    }
    covers(Region::of_anybody(space), policies, protection.memberships)?;
    let (memberships, coverage) = (protection.memberships, space.coverage);
    Ok(Protected::Everything { memberships, coverage })
}

/// Checks the coverings of the people who exist, and that nobody is left out.
fn each(space: &Space<'_>, everybody: &Everybody, covered: &[Cover]) -> Result<(), Refusal> {
    let mut done: BTreeSet<PolicySet> = BTreeSet::new();
    for Cover { people, policies } in covered {
        for who in people {
            let kind = who.kind().ok_or_else(|| Refusal::new("no such kind of guest"))?;
            covers(Region::of(space, &kind), policies, None)?;
            done.insert(space.hitting(&kind));
        }
    }
    match everybody.kinds.iter().find(|kind| !done.contains(&space.hitting(kind))) {
        Some(kind) => Err(Refusal::new(format!("nothing is said about {:?}", Who::from(kind)))),
        None => Ok(()),
    }
}

/// Checks that the policies leave nothing of a region, but people with more memberships than
/// `bound`.
fn covers(region: Region<'_>, policies: &[usize], bound: Option<usize>) -> Result<(), Refusal> {
    let space = region.space;
    let mut left = Vec::from([region]);
    for policy in policies.iter().copied().map(PolicyIndex::at) {
        if !space.closing.contains(policy) {
            return Err(Refusal::new("a policy that asks nothing of anybody cannot cover"));
        }
        let Some(region) = left.pop() else {
            return Err(Refusal::new("a policy is left when everything is covered"));
        };
        let rest = region.without(policy).into_iter();
        left.extend(rest.filter(|it| bound.is_none_or(|bound| it.personal() <= bound)));
    }
    if left.is_empty() { Ok(()) } else { Err(Refusal::new("some sign-ins are left uncovered")) }
}
