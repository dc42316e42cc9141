//! What a diagnosis means: what stands in the way at the goal and on every way to a method, why,
//! and which policies are to blame.

use std::collections::BTreeSet;

use cardea_policy::conditions::principal::Person;
use cardea_policy::lattice::Plain;
use cardea_policy::place::PolicyIndex;
use cardea_prover::liveness::{Creation, Guard, Stuck, Trap, later};
use cardea_prover::reach::fixpoint::Fixpoint;
use cardea_prover::reach::terrain::{Approach, Try};
use cardea_tenant::journey::channel::Channel;
use cardea_tenant::journey::means::{MeansIndex, Method};

use super::cause::{Cause, Inquiry, Shut};
use super::search::{Search, Stop, gives_passes};
use super::{Kind, Missing, ShutWay, Trouble, Usable, Where};
use crate::examine::case::{Barrier, Case, barriers};

/// People who are stuck, to be described.
pub(super) struct Description<'d> {
    pub(super) search: &'d Search<'d, 'd>,
    pub(super) case: &'d Case<'d>,
    pub(super) person: &'d Person,
}

/// What people can do at last, and what they keep when passes have ended.
struct Ground<'f, 't> {
    fixpoint: &'f Fixpoint<'f, 't, Plain>,
    held: Vec<bool>,
    kept: Vec<bool>,
}

impl Description<'_> {
    pub(super) fn trouble(&self, goal: usize, stop: &Stop) -> Trouble {
        let mut trouble = self.blank(goal);
        match stop {
            Stop::Defect(text) => trouble.cause = Cause::Defect(text.clone()),
            Stop::Stuck { stuck, near, hard } => {
                self.fill(&mut trouble, (goal, stuck), (*near, hard));
            }
        }
        trouble
    }

    fn blank(&self, goal: usize) -> Trouble {
        let goal = self.search.targets.goals().nth(goal).map(|goal| goal.name.clone());
        Trouble {
            classes: Vec::new(),
            populations: BTreeSet::from([self.search.population.name.clone()]),
            trap: Trap::DeadEnd,
            cause: Cause::Control,
            intent: None,
            blamed: Vec::new(),
            spot: Where::nowhere(),
            goal: goal.unwrap_or_default(),
            unmet: Vec::new(),
            barriers: Vec::new(),
            held: Vec::new(),
            sought: Vec::new(),
            people: Kind::Members,
        }
    }

    fn fill(
        &self,
        trouble: &mut Trouble,
        (goal, stuck): (usize, &Stuck),
        (near, hard): (usize, &[Barrier]),
    ) {
        let terrain = self.case.terrain();
        let fixpoint = Fixpoint { lattice: &Plain, terrain: &terrain, start: &self.case.start };
        let reached = fixpoint.reach();
        let kept = later(&terrain, &self.case.start, &reached).held;
        let ground = Ground { fixpoint: &fixpoint, held: reached.held, kept };
        let dead = stuck.trap == Trap::DeadEnd;
        let approaches = terrain.goals.get(goal).map_or(&[][..], Vec::as_slice);
        if let Some(approach) = approaches.get(if dead { near } else { stuck.approach }) {
            trouble.spot = Where::of(&approach.situation);
            trouble.barriers = if dead { hard.to_vec() } else { ground.soft(approach) };
            trouble.unmet = trouble.barriers.iter().map(|barrier| barrier.policy).collect();
        }
        let means = &self.case.book.means;
        trouble.trap = stuck.trap;
        trouble.held = stuck.held.iter().filter_map(|held| means.method(*held)).collect();
        let ways: Vec<Vec<ShutWay>> =
            stuck.sought.iter().map(|it| ground.ways(it.method)).collect();
        let mut walls: Vec<Barrier> =
            ways.iter().flatten().flat_map(|way| way.barriers.clone()).collect();
        walls.sort();
        walls.dedup();
        let methods = self.search.examination.tenant.methods.as_ref();
        let given = gives_passes(self.case.book, self.search.population);
        let inquiry = Inquiry { case: self.case, goal, person: self.person, given, methods };
        trouble.cause = inquiry.cause(stuck, hard, &walls);
        trouble.blamed = self.blamed(trouble, goal, &walls);
        let usable = |index| {
            if self.case.permissions.usable(index) { Usable::Yes } else { Usable::No }
        };
        for (sought, ways) in stuck.sought.iter().zip(ways) {
            let Some(method) = means.method(sought.method) else { continue };
            let way = ways.into_iter().min_by_key(|way| rank(&trouble.cause, method, way));
            trouble.sought.push(Missing { method, usable: usable(sought.method), way });
        }
    }

    /// The policies to blame: those that go with the cause are kept to the last.
    fn blamed(&self, trouble: &Trouble, goal: usize, walls: &[Barrier]) -> Vec<PolicyIndex> {
        let index = &self.case.book.index;
        let goes_along = |barrier: &Barrier| match trouble.cause {
            Cause::ProtectedApp => barrier.is_about_app(),
            Cause::UnmanagedPhone => barrier.is_about_device(),
            Cause::Registration(_) => index.on_registration().contains(barrier.policy),
            Cause::Blocked => barrier.blocks(),
            Cause::Control => !barrier.is_about_methods(),
            Cause::Loop
            | Cause::Strength(_)
            | Cause::Disjoint
            | Cause::Attestation
            | Cause::Pass(_)
            | Cause::Defect(_) => trouble.unmet.contains(&barrier.policy),
        };
        let mut suspects: Vec<(bool, PolicyIndex)> = trouble
            .barriers
            .iter()
            .chain(walls)
            .map(|barrier| (goes_along(barrier), barrier.policy))
            .collect();
        suspects.sort_unstable();
        suspects.reverse();
        let mut seen = BTreeSet::new();
        suspects.retain(|(_, policy)| seen.insert(*policy));
        suspects.reverse();
        let suspects: Vec<PolicyIndex> = suspects.into_iter().map(|(_, policy)| policy).collect();
        let mut blamed = self.case.blamed(goal, &suspects);
        blamed.sort_unstable();
        blamed
    }
}

/// Which of several shut ways to show: the one that the cause is about, then the app on the phone,
/// where passkeys in Authenticator are made, then the nearest.
fn rank(cause: &Cause, method: Method, way: &ShutWay) -> (bool, bool, bool, usize) {
    let about = match cause {
        Cause::ProtectedApp => way.barriers.iter().any(Barrier::is_about_app),
        Cause::UnmanagedPhone => way.barriers.iter().any(Barrier::is_about_device),
        Cause::Registration(Shut::ByAction) => !way.barriers.is_empty(),
        Cause::Pass(_) => way.barriers.is_empty(),
        Cause::Loop => way.guard == Guard::Itself,
        Cause::Registration(_)
        | Cause::Strength(_)
        | Cause::Disjoint
        | Cause::Attestation
        | Cause::Blocked
        | Cause::Control
        | Cause::Defect(_) => true,
    };
    let in_app = match method {
        Method::Passkey(passkey) => passkey.home.authenticator().is_some(),
        Method::Mode(_) => false,
    };
    let here = !in_app || way.channel == Channel::Authenticator;
    (!about, !here, way.guard == Guard::SomethingElse, way.barriers.len())
}

impl Ground<'_, '_> {
    /// What is not met at an approach when passes have ended.
    fn soft(&self, approach: &Approach<'_>) -> Vec<Barrier> {
        let mut session = self.fixpoint.at_resource(&self.kept, approach);
        session.one_time = false;
        barriers(&approach.gate, &session)
    }

    /// The nearest way through each channel.
    fn ways(&self, method: MeansIndex) -> Vec<ShutWay> {
        let makes = |attempt: &&Try<'_>| attempt.makes.contains(&method);
        let tries = self.fixpoint.terrain.tries.iter().filter(makes);
        let ways: Vec<ShutWay> = tries.map(|attempt| self.way(attempt, method)).collect();
        let nearest = |channel| {
            let through = ways.iter().filter(|way| way.channel == channel);
            through.min_by_key(|way| (way.guard == Guard::SomethingElse, way.barriers.len()))
        };
        Channel::ALL.into_iter().filter_map(nearest).cloned().collect()
    }

    fn way(&self, attempt: &Try<'_>, method: MeansIndex) -> ShutWay {
        let mut shut: Vec<Barrier> = attempt
            .gates
            .iter()
            .flat_map(|gate| {
                barriers(gate, &self.fixpoint.session(&self.held, attempt, gate.passage))
            })
            .collect();
        shut.sort();
        shut.dedup();
        let mut had = self.held.clone();
        if let Some(truth) = had.get_mut(method.0) {
            *truth = true;
        }
        let strong = self.fixpoint.creates(&self.held, attempt, method);
        ShutWay {
            channel: attempt.channel,
            spot: Where::of(&attempt.situation),
            unmet: shut.iter().map(|barrier| barrier.policy).collect(),
            barriers: shut,
            creation: if strong { Creation::Strong } else { Creation::TooWeak },
            guard: if self.fixpoint.opens(&had, attempt) {
                Guard::Itself
            } else {
                Guard::SomethingElse
            },
        }
    }
}
