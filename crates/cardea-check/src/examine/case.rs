//! One class of people with everything it acts with, as a value: what would be, if one thing about
//! it were different, is asked by changing that thing.

use cardea_policy::conditions::client::ClientApp;
use cardea_policy::conditions::target::Target;
use cardea_policy::control::{Control, Grant};
use cardea_policy::index::Index;
use cardea_policy::lattice::Plain;
use cardea_policy::place::PolicyIndex;
use cardea_policy::policy::Policy;
use cardea_policy::policy_set::PolicySet;
use cardea_policy::strength::Mode;
use cardea_prover::liveness::later;
use cardea_prover::reach::fixpoint::{Account, Fixpoint, OneTime, Reached, Start};
use cardea_prover::reach::terrain::{Approach, Ground, Targets, Terrain};
use cardea_tenant::journey::actor::{Actor, Form};
use cardea_tenant::journey::gate::{Book, Gate, Session};
use cardea_tenant::journey::permission::Permissions;
use cardea_tenant::journey::step::Seat;

use super::trouble::Where;

/// A class of people with what it acts with.
#[derive(Clone, Debug)]
pub struct Case<'e> {
    /// The rules.
    pub book: &'e Book,
    /// What can be asked for.
    pub targets: &'e Targets,
    /// The policies that can hit the people.
    pub who: PolicySet,
    /// What the methods policy allows them.
    pub permissions: Permissions,
    /// Devices and networks.
    pub actor: Actor,
    /// What they start with.
    pub start: Start<bool>,
}

/// A start with every method at hand.
pub fn everything(means: usize) -> Start<bool> {
    let mut start = Start::with(means, &[], Account::Registered);
    start.held.fill(true);
    start.one_time = OneTime::everywhere(&true);
    start
}

/// What of a policy is not met.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Barrier {
    /// The policy.
    pub policy: PolicyIndex,
    /// The controls that are not met; none where the policy blocks.
    pub controls: Vec<Control>,
}

impl Barrier {
    /// Whether the policy blocks.
    pub fn blocks(&self) -> bool {
        self.controls.is_empty()
    }

    /// Whether the policy blocks some apps only: all but a list, or a list. That keeps people to
    /// other apps, which is a statement about them.
    pub fn spares_apps(&self, index: &Index) -> bool {
        let spares = |policy: &Policy| match &policy.conditions.target {
            Target::Resources(resources) => {
                !resources.is_all() || !resources.exclude.is_empty() || resources.filter.is_some()
            }
            Target::UserActions(_) | Target::Contexts(_) => true,
        };
        self.blocks() && index.policy(self.policy).is_some_and(spares)
    }

    /// Whether one of the controls that are not met looks at the app.
    pub fn is_about_app(&self) -> bool {
        self.controls
            .iter()
            .any(|c| matches!(c, Control::ApprovedApplication | Control::CompliantApplication))
    }

    /// Whether all that is not met looks at the device or the app on it.
    pub fn is_about_device(&self) -> bool {
        !self.blocks() && self.controls.iter().all(Control::is_about_device)
    }

    /// Whether some method, shown at the right moment, would meet it.
    pub fn is_about_methods(&self) -> bool {
        self.controls.iter().any(|control| match control {
            Control::Mfa
            | Control::Strength(_)
            | Control::PasswordChange
            | Control::RiskRemediation => true,
            Control::CompliantDevice
            | Control::DomainJoinedDevice
            | Control::ApprovedApplication
            | Control::CompliantApplication
            | Control::Terms(_)
            | Control::Custom(_) => false,
        })
    }
}

/// What the policies of a gate demand that the session cannot meet.
pub fn barriers(gate: &Gate, session: &Session<'_, Plain>) -> Vec<Barrier> {
    let index = &session.book.index;
    let barrier = |policy: PolicyIndex| {
        let grant = index.grant(policy)?;
        if gate.demand(session, policy, grant) {
            return None;
        }
        let controls = match grant {
            Grant::Block => Vec::new(),
            Grant::Require { controls, .. } => {
                let met = |control: &&Control| gate.control(session, policy, control);
                controls.iter().filter(|control| !met(control)).cloned().collect()
            }
        };
        Some(Barrier { policy, controls })
    };
    gate.applied.iter().filter_map(barrier).collect()
}

impl Case<'_> {
    /// What these people can try.
    pub fn terrain(&self) -> Terrain<'_> {
        let ground = Ground::new(self.book, self.targets, &self.actor);
        Terrain::new(&ground, &self.who, &self.permissions)
    }

    /// Whether they reach a goal, and still do when their passes have ended.
    pub fn reaches(&self, goal: usize) -> bool {
        self.reached(&self.terrain()).get(goal) == Some(&true)
    }

    /// For each goal, whether they reach it, and still do when their passes have ended.
    pub fn reached(&self, terrain: &Terrain<'_>) -> Vec<bool> {
        let start = self.later(terrain);
        Fixpoint { lattice: &Plain, terrain, start: &start }.reach().goals
    }

    /// What they have when they have registered what they can and their passes have ended.
    fn later(&self, terrain: &Terrain<'_>) -> Start<bool> {
        let reached = Fixpoint { lattice: &Plain, terrain, start: &self.start }.reach();
        later(terrain, &self.start, &reached)
    }

    /// The same people, if these policies did not exist.
    #[must_use]
    pub fn without(&self, policies: &PolicySet) -> Self {
        Self { who: self.who.minus(policies), ..self.clone() }
    }

    /// The same people with a pass of either kind at hand whenever the methods policy allows it.
    #[must_use]
    pub fn with_passes(&self) -> Self {
        let mut case = self.clone();
        let usable = |mode| self.book.means.mode(mode).filter(|it| self.permissions.usable(*it));
        if let Some(pass) = usable(Mode::TemporaryAccessPassMultiUse)
            && let Some(truth) = case.start.held.get_mut(pass.0)
        {
            *truth = true;
        }
        let one_time = usable(Mode::TemporaryAccessPassOneTime).is_some();
        case.start.one_time = OneTime::everywhere(&one_time);
        case
    }

    /// Takes passes away.
    pub fn lose_passes(&mut self) {
        for mode in [Mode::TemporaryAccessPassMultiUse, Mode::TemporaryAccessPassOneTime] {
            let index = self.book.means.mode(mode);
            if let Some(truth) = index.and_then(|index| self.start.held.get_mut(index.0)) {
                *truth = false;
            }
        }
        self.start.one_time = OneTime::everywhere(&false);
    }

    /// Leaves no one-time pass for phones: it was used on the computer.
    pub fn spend_on_the_computer(&mut self) {
        for (device, _) in
            self.actor.devices.iter().enumerate().filter(|(_, d)| d.form == Form::Phone)
        {
            for client in [ClientApp::Browser, ClientApp::MobileAppsAndDesktopClients] {
                let one_time = self.start.one_time.clone();
                self.start.one_time = one_time.but(Seat { device, client }, false);
            }
        }
    }

    /// What shuts each approach to a goal with every method at hand that lasts.
    pub fn walls(terrain: &Terrain<'_>, goal: usize) -> Vec<Vec<Barrier>> {
        let everything = everything(terrain.traveller.book.means.len());
        let made = Reached { held: everything.held.clone(), goals: Vec::new(), order: Vec::new() };
        let start = later(terrain, &everything, &made);
        let fixpoint = Fixpoint { lattice: &Plain, terrain, start: &start };
        let shut = |approach: &Approach<'_>| {
            barriers(&approach.gate, &fixpoint.at_resource(&start.held, approach))
        };
        terrain.goals.get(goal).into_iter().flatten().map(shut).collect()
    }

    /// The approach to a goal that comes nearest with what these people come by, and what shuts it.
    pub fn wall(&self, goal: usize) -> Option<(Where, Vec<Barrier>)> {
        Self::wall_from(&self.start, &self.terrain(), goal)
    }

    fn wall_from(
        start: &Start<bool>,
        terrain: &Terrain<'_>,
        goal: usize,
    ) -> Option<(Where, Vec<Barrier>)> {
        let fixpoint = Fixpoint { lattice: &Plain, terrain, start };
        let held = fixpoint.reach().held;
        let walls = terrain.goals.get(goal)?.iter().map(|approach| {
            let session = fixpoint.at_resource(&held, approach);
            (Where::of(&approach.situation), barriers(&approach.gate, &session))
        });
        walls.min_by_key(|(_, barriers)| (barriers.iter().any(Barrier::blocks), barriers.len()))
    }

    /// What shuts the approach to a goal that comes nearest when passes have ended.
    pub fn lasting_wall(&self, terrain: &Terrain<'_>, goal: usize) -> Vec<Barrier> {
        let start = self.later(terrain);
        Self::wall_from(&start, terrain, goal).map(|(_, it)| it).unwrap_or_default()
    }

    /// The approach to a goal that comes nearest with every method at hand that lasts, by
    /// position: one that opens, else one that no policy blocks.
    pub fn nearest(terrain: &Terrain<'_>, goal: usize) -> Option<(usize, Vec<Barrier>)> {
        let key = |shut: &[Barrier]| (shut.iter().any(Barrier::blocks), shut.len());
        Self::walls(terrain, goal).into_iter().enumerate().min_by_key(|(_, shut)| key(shut))
    }

    /// Whether these people would reach the goal, if these policies did not exist.
    pub fn opens_without(&self, goal: usize, policies: &[PolicyIndex]) -> bool {
        let mut set = PolicySet::none(self.book.index.policies().len());
        for policy in policies {
            set.insert(*policy);
        }
        self.without(&set).reaches(goal)
    }

    /// A smallest set of policies without which these people would reach the goal; all suspects
    /// where even that does not help.
    pub fn blamed(&self, goal: usize, suspects: &[PolicyIndex]) -> Vec<PolicyIndex> {
        let opens = |suspects: &[PolicyIndex]| self.opens_without(goal, suspects);
        let mut blamed = suspects.to_vec();
        if !opens(&blamed) {
            return blamed;
        }
        for suspect in suspects {
            let fewer: Vec<_> = blamed.iter().copied().filter(|other| other != suspect).collect();
            if !fewer.is_empty() && opens(&fewer) {
                blamed = fewer;
            }
        }
        blamed
    }
}
