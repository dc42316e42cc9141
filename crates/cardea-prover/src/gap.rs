//! Sign-ins that no policy asks anything of, and what stands alone between them and the rest.
//!
//! An answer is a list of [`Witness`]es that differ from an ordinary sign-in in as little as
//! possible: whatever differs in more than one of them is not listed again. "None" is a proof as
//! far as [`Gaps::completeness`] says, because the search looks at every sign-in that policies can
//! tell apart, whoever signs in and whatever memberships that person combines.

mod among;
mod breadth;
mod choices;
mod lenient;
mod powerless;
mod question;
mod region;
mod search;
mod space;
mod witness;

use std::collections::BTreeSet;

use cardea_policy::evaluate::Dimension;
use cardea_policy::index::Index;
use cardea_policy::place::PolicyIndex;
use cardea_policy::policy_set::PolicySet;

use crate::people::{Crowd, Headcount};
use crate::universe::Universe;
use search::Search;

pub(crate) use question::Question;

pub use breadth::{Breadth, Range};
pub use lenient::{Ease, lenient};
pub use powerless::{Powerless, never, powerless, unassigned};
pub use witness::{Deviation, Like, Witness};

/// How far to search.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// What is asked about.
    pub scope: Scope,
    /// How many memberships (being a guest is one) are combined so that every minimal escape is
    /// listed.
    pub memberships: usize,
    /// How many points of the search are visited at most to list them.
    pub points: usize,
    /// How many more points are visited at most to find one escape that takes more memberships,
    /// or to prove that there is none.
    pub beyond: usize,
    /// How many escapes are listed at most.
    pub escapes: usize,
}

impl Limits {
    /// One escape, and not much time for it: for questions asked of every policy.
    pub const FIRST: Self =
        Self { scope: Scope::Resources, memberships: 2, points: 2_000, beyond: 0, escapes: 1 };
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            scope: Scope::Resources,
            memberships: 2,
            points: 20_000,
            beyond: 20_000,
            escapes: 256,
        }
    }
}

/// What is known of escapes that are not listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Completeness {
    /// There are none: every other escape contains a listed one.
    Exact,
    /// There are none of people who combine at most this many memberships.
    Bounded {
        /// How many memberships were combined; being a guest is one.
        memberships: usize,
    },
    /// The search ended early and knows nothing.
    OutOfBudget,
}

/// What a question is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Access to resources.
    Resources,
    /// User actions as well: registering security info, registering a device.
    Everything,
}

/// Sign-ins that escape.
#[derive(Clone, Debug)]
pub struct Gaps {
    /// The minimal escapes; those that take less of a person first.
    pub list: Vec<Gap>,
    /// An escape that takes more memberships than [`Completeness::Bounded`] says, if one was
    /// found. It may not be the smallest.
    pub beyond: Option<Witness>,
    /// What is known of escapes that are not listed.
    pub completeness: Completeness,
    /// Dimensions of which some facts were left out because there were too many.
    pub partial: BTreeSet<Dimension>,
    /// Witnesses that do not hold when they are evaluated. Always empty, unless Cardea has a bug.
    pub defects: Vec<Witness>,
}

/// One way of escaping.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    /// The escape.
    pub witness: Witness,
    /// The asked policies that are assigned to these people. None of them applies.
    pub hitting: PolicySet,
    /// The people of the directory to whom it is open; `None` where nobody is counted.
    pub people: Option<Headcount>,
    /// Their classes, by position in [`Classes::list`](crate::people::Classes::list), each once;
    /// nothing where nobody is counted.
    pub classes: Vec<usize>,
    /// What it takes beside a password.
    pub ease: Ease,
}

impl Gaps {
    /// Whether it is proved that there are none.
    pub fn is_none(&self) -> bool {
        self.list.is_empty()
            && self.beyond.is_none()
            && self.completeness == Completeness::Exact
            && self.partial.is_empty()
            && self.defects.is_empty()
    }

    /// Escapes that only people in several excluded groups at once have. Listed escapes contain
    /// no smaller one, so each of the memberships alone leaves something to satisfy.
    pub fn overlaps(&self) -> impl Iterator<Item = &Witness> {
        let listed = self.list.iter().map(|gap| &gap.witness);
        listed.chain(&self.beyond).filter(|witness| witness.personal() > 1)
    }
}

/// Sign-ins that no counted policy blocks or demands a control of, by anybody: what the input
/// knows about people is left aside, and memberships combine freely.
pub fn unprotected(index: &Index, universe: &Universe, limits: Limits) -> Gaps {
    let Some(universe) = within(universe, limits.scope) else { return nothing(universe) };
    let closing = index.demanding().and(&universe.counted);
    let question = Question::of(index, &universe);
    let space = question.space(&closing);
    let search = Search { space: &space, closing: &closing, hit: None, limits };
    question.answer(search).unwrap_or_else(|_| nothing(&universe))
}

/// Sign-ins of the people of these classes that no counted policy blocks or demands a control of.
/// For each class the minimal situations are found; classes with the same are listed together.
pub fn unprotected_people(
    index: &Index,
    universe: &Universe,
    people: &Crowd<'_>,
    limits: Limits,
) -> Gaps {
    let Some(universe) = within(universe, limits.scope) else { return nothing(universe) };
    let closing = index.demanding().and(&universe.counted);
    among::gaps(index, &universe, people, &closing, limits)
}

/// Legacy clients that get through: as [`unprotected`], with clients that cannot do modern
/// authentication. Any control keeps them out, since they can satisfy none.
pub fn legacy(index: &Index, universe: &Universe, limits: Limits) -> Gaps {
    let legacy = universe.clients.only(|client| !client.is_modern());
    let Some(clients) = legacy else { return nothing(universe) };
    unprotected(index, &Universe { clients, ..universe.clone() }, limits)
}

/// What removing a policy would open: the sign-ins that it alone blocks or demands a control of.
///
/// # Errors
/// The first dimension in which its conditions never match.
pub fn protected_by_alone(
    index: &Index,
    universe: &Universe,
    policy: PolicyIndex,
    limits: Limits,
) -> Result<Gaps, Dimension> {
    let mut closing = index.demanding().and(&universe.counted);
    closing.remove(policy);
    Question::of(index, universe).reached(policy, &closing, limits)
}

/// For every counted policy that blocks or demands a control, the sign-ins that it protects alone;
/// policies that protect none alone are left out.
pub fn sole_protection(
    index: &Index,
    universe: &Universe,
    limits: Limits,
) -> Vec<(PolicyIndex, Gaps)> {
    let demanding = index.demanding().and(&universe.counted);
    let question = Question::of(index, universe);
    let space = question.space(&demanding);
    let alone = |policy| {
        let mut closing = demanding.clone();
        closing.remove(policy);
        let search = Search { space: &space, closing: &closing, hit: Some(policy), limits };
        Some((policy, question.answer(search).ok()?))
    };
    demanding.iter().filter_map(alone).filter(|(_, gaps)| !gaps.is_none()).collect()
}

/// The part of the universe that the scope is about, if there is any.
fn within(universe: &Universe, scope: Scope) -> Option<Universe> {
    let targets = match scope {
        Scope::Everything => universe.targets.clone(),
        Scope::Resources => universe.targets.only(|target| target.what.is_resource())?,
    };
    Some(Universe { targets, ..universe.clone() })
}

/// The answer where there is nothing to ask about.
fn nothing(universe: &Universe) -> Gaps {
    Gaps {
        list: Vec::new(),
        beyond: None,
        completeness: Completeness::Exact,
        partial: universe.partial.clone(),
        defects: Vec::new(),
    }
}
