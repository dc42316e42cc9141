//! Why people cannot get in: the one thing that would let them in if it were different, else the
//! kind of trap that they are in.

use std::collections::BTreeSet;

use cardea_policy::conditions::principal::Person;
use cardea_policy::control::{Control, Grant};
use cardea_policy::place::PolicyIndex;
use cardea_policy::policy_set::PolicySet;
use cardea_prover::liveness::{Stuck, Trap};
use cardea_tenant::assumption::Assumption;
use cardea_tenant::journey::actor::{Device, DeviceState, Form};
use cardea_tenant::journey::permission::Permissions;
use cardea_tenant::methods::{
    AuthenticatorMode, IncludeTarget, MethodConfiguration, MethodKind, MethodState, MethodsPolicy,
    PassUse, SelfService, TargetId,
};
use cardea_tenant::tenant::Tenant;

use crate::examine::case::{Barrier, Case};

/// Why people cannot get in.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cause {
    /// A method opens the goal, and is only made behind the same demand.
    Loop,
    /// Registering is shut to those who still have to.
    Registration(Shut),
    /// An app control stands between people and Authenticator.
    ProtectedApp,
    /// A device control stands between people and Authenticator.
    UnmanagedPhone,
    /// What the demanded strength accepts cannot be had.
    Strength(Lack),
    /// Several demands have no method in common.
    Disjoint,
    /// Attestation or key restrictions refuse the passkey.
    Attestation,
    /// A pass would open the way, and there is none.
    Pass(PassGap),
    /// A policy blocks.
    Blocked,
    /// A control that no method meets.
    Control,
    /// The journey that was found does not replay: a defect of this program.
    Defect(String),
}

/// What shuts registering.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Shut {
    /// A policy on registering security info.
    ByAction,
    /// Another policy that registering meets.
    ByResource,
    /// The methods policy forbids people to register passkeys themselves.
    BySelfService,
}

/// Why the methods of a strength cannot be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lack {
    /// The methods policy does not let these people use them.
    NotEnabled,
    /// There is no way to get them oneself, or it needs multifactor authentication first.
    NotRegistrable,
}

/// Why there is no pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PassGap {
    /// The methods policy disables passes.
    Disabled,
    /// These people are outside the scope of passes.
    OutOfScope,
    /// Every pass is one-time, and one that can be used again is needed.
    OnceOnly,
    /// The help desk gives none.
    NotGiven,
}

/// What a trouble is looked at with.
pub(super) struct Inquiry<'a, 'e> {
    pub(super) case: &'a Case<'e>,
    pub(super) goal: usize,
    pub(super) person: &'a Person,
    /// Whether the help desk gives passes to these people.
    pub(super) given: bool,
    pub(super) methods: Option<&'a MethodsPolicy>,
}

impl Inquiry<'_, '_> {
    /// The cause.
    pub(super) fn cause(&self, stuck: &Stuck, hard: &[Barrier], walls: &[Barrier]) -> Cause {
        if hard.iter().any(Barrier::blocks) {
            return Cause::Blocked;
        }
        if stuck.trap != Trap::DeadEnd
            && let Some(cause) = self.on_the_phone(walls)
        {
            return cause;
        }
        self.at_registration()
            .or_else(|| self.without_a_pass())
            .or_else(|| self.by_methods_policy())
            .unwrap_or_else(|| self.by_trap(stuck, hard, walls))
    }

    fn on_the_phone(&self, walls: &[Barrier]) -> Option<Cause> {
        let of = |holds: &dyn Fn(&Barrier) -> bool| {
            let mut set = PolicySet::none(self.case.book.index.policies().len());
            walls.iter().filter(|wall| holds(wall)).for_each(|wall| set.insert(wall.policy));
            set
        };
        let apps = of(&|wall| wall.is_about_device() && wall.is_about_app());
        if !apps.is_empty() && self.case.without(&apps).reaches(self.goal) {
            return Some(Cause::ProtectedApp);
        }
        let mut managed = self.case.clone();
        for phone in managed.actor.devices.iter_mut().filter(|d| d.form == Form::Phone) {
            phone.state = DeviceState::CompliantAndHybridJoined;
            phone.facts = phone.facts.take().or(Device::work_computer().facts);
        }
        managed.reaches(self.goal).then_some(Cause::UnmanagedPhone)
    }

    fn at_registration(&self) -> Option<Cause> {
        let action = self.case.book.index.on_registration();
        if self.case.who.meets(action) && self.case.without(action).reaches(self.goal) {
            return Some(Cause::Registration(Shut::ByAction));
        }
        let forbidden = |m: &&MethodsPolicy| m.passkeys.self_service == SelfService::Forbidden;
        let mut methods = self.methods.filter(forbidden)?.clone();
        methods.passkeys.self_service = SelfService::Allowed;
        self.helps(Some(methods)).then_some(Cause::Registration(Shut::BySelfService))
    }

    fn without_a_pass(&self) -> Option<Cause> {
        if self.case.with_passes().reaches(self.goal) {
            return Some(Cause::Pass(PassGap::NotGiven));
        }
        let mut methods = self.methods?.clone();
        let gap = match methods.configurations.get(&MethodKind::TemporaryAccessPass) {
            Some(it) if it.state == MethodState::Disabled => PassGap::Disabled,
            Some(it) if it.targets(self.person).is_empty() => PassGap::OutOfScope,
            Some(_) if methods.pass.usable == PassUse::OnceOnly => PassGap::OnceOnly,
            Some(_) => return None,
            None if self.case.book.assumptions.hold(Assumption::MethodsEnabled) => return None,
            None => PassGap::Disabled,
        };
        methods.configurations.insert(MethodKind::TemporaryAccessPass, for_everybody());
        methods.pass.usable = PassUse::Either;
        self.helps(Some(methods)).then_some(Cause::Pass(gap))
    }

    fn by_methods_policy(&self) -> Option<Cause> {
        let methods = self.methods?;
        let mut unrestricted = methods.clone();
        unrestricted.passkeys.profiles = Vec::new();
        if self.helps(Some(unrestricted)) {
            return Some(Cause::Attestation);
        }
        self.helps(Some(everything_enabled(methods))).then_some(Cause::Strength(Lack::NotEnabled))
    }

    /// Whether these people would get in under another methods policy, with the passes that it
    /// allows if passes are given out.
    fn helps(&self, methods: Option<MethodsPolicy>) -> bool {
        let tenant = Tenant { methods, ..Tenant::default() };
        let book = self.case.book;
        let permissions = Permissions::of(&tenant, &book.means, self.person, &book.assumptions);
        let mut case = Case { permissions, ..self.case.clone() };
        if self.given {
            case = case.with_passes();
        }
        case.reaches(self.goal)
    }

    fn by_trap(&self, stuck: &Stuck, hard: &[Barrier], walls: &[Barrier]) -> Cause {
        match stuck.trap {
            Trap::Loop => Cause::Loop,
            Trap::SeveralMethods if self.demands(stuck) > 1 => Cause::Disjoint,
            Trap::DeadEnd if !hard.iter().all(Barrier::is_about_methods) => Cause::Control,
            Trap::ShutWay if walls.iter().any(|wall| !wall.is_about_methods()) => {
                Cause::Registration(Shut::ByResource)
            }
            Trap::SeveralMethods | Trap::DeadEnd | Trap::ShutWay | Trap::NoWay => {
                Cause::Strength(Lack::NotRegistrable)
            }
        }
    }

    /// How many unmet policies demand methods.
    fn demands(&self, stuck: &Stuck) -> usize {
        let index = &self.case.book.index;
        let asks = |policy: &&PolicyIndex| match index.grant(**policy) {
            Some(Grant::Require { controls, .. }) => {
                controls.iter().any(|c| matches!(c, Control::Mfa | Control::Strength(_)))
            }
            Some(Grant::Block) | None => false,
        };
        stuck.unmet.iter().filter(asks).count()
    }
}

fn for_everybody() -> MethodConfiguration {
    let everybody = IncludeTarget {
        id: TargetId::AllUsers,
        profiles: BTreeSet::new(),
        authenticator: AuthenticatorMode::Any,
    };
    MethodConfiguration {
        state: MethodState::Enabled,
        include: vec![everybody],
        ..MethodConfiguration::default()
    }
}

/// The methods policy with every method but passes enabled for everybody.
fn everything_enabled(methods: &MethodsPolicy) -> MethodsPolicy {
    let mut enabled = methods.clone();
    enabled.passkeys.profiles = Vec::new();
    enabled.passkeys.self_service = SelfService::Allowed;
    for kind in MethodKind::ALL {
        if kind != MethodKind::TemporaryAccessPass {
            enabled.configurations.insert(kind, for_everybody());
        }
    }
    enabled
}
