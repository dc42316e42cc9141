//! A small tenant in Rust, and the questions that golden tests ask of it.

use std::collections::BTreeSet;

use cardea_policy::conditions::client::{ClientApp, ClientApps};
use cardea_policy::conditions::flow::{Flow, Flows};
use cardea_policy::conditions::location::{
    IncludedLocations, LocationList, Locations, Network, Trust, TrustedLocations,
};
use cardea_policy::conditions::platform::{IncludedPlatforms, Platform, Platforms};
use cardea_policy::conditions::principal::{Include, People, Person, Principals, Users};
use cardea_policy::conditions::risk::{RiskLevels, Risks};
use cardea_policy::conditions::target::{
    AppList, IncludedResources, Request, Resources, Target, UserAction,
};
use cardea_policy::control::{Control, Grant, Operator, Session};
use cardea_policy::id::{Aaguid, AppId, StrengthId};
use cardea_policy::index::Index;
use cardea_policy::place::StrengthIndex;
use cardea_policy::policy::{Conditions, Policy, State};
use cardea_policy::satisfy::Strengths;
use cardea_policy::strength::{Combination, Mode, Origin, PasskeyRule, Strength};
use cardea_prover::reach::fixpoint::{Account, OneTime, Start};
use cardea_prover::reach::journey::{Journey, Replay};
use cardea_prover::reach::terrain::{Goal, Ground, Reachable, Targets, Terrain};
use cardea_tenant::assumption::Assumptions;
use cardea_tenant::journey::actor::{Actor, Device, Intent, Situation};
use cardea_tenant::journey::channel::{Channel, Leg};
use cardea_tenant::journey::gate::{Book, Passage};
use cardea_tenant::journey::means::{Means, MeansIndex, Method, PasskeyHome};
use cardea_tenant::journey::permission::Permissions;
use cardea_tenant::journey::step::{self, Event, Spot, Step, Traveller};
use cardea_tenant::methods::{
    Attestation, IncludeTarget, KeyRestrictions, MethodConfiguration, MethodKind, MethodState,
    MethodsPolicy, PasskeyProfile, PasskeySettings, PasskeyType, TargetId,
};
use cardea_tenant::tenant::Tenant;

pub(crate) const ORDINARY_APP: &str = "11111111-2222-3333-4444-555555555555";

/// A policy on everybody and all resources, demanding the grant.
pub(crate) fn all_resources(grant: Grant) -> Policy {
    Policy {
        id: None,
        name: "all resources".into(),
        state: State::Enabled,
        conditions: Conditions {
            principals: Principals::Users(Users {
                include: Include::Everyone,
                exclude: People::default(),
            }),
            target: Target::Resources(Resources {
                include: IncludedResources::All,
                exclude: AppList::default(),
                filter: None,
            }),
            client_apps: ClientApps::All,
            platforms: None,
            locations: None,
            devices: None,
            risks: RiskLevels::default(),
            flows: Flows::default(),
        },
        grant: Some(grant),
        session: Session::default(),
        unmodelled: Vec::new(),
    }
}

/// The same on registering security info.
pub(crate) fn registration(grant: Grant) -> Policy {
    let mut policy = all_resources(grant);
    policy.name = "register security info".into();
    policy.conditions.target =
        Target::UserActions(BTreeSet::from([UserAction::RegisterSecurityInfo]));
    policy
}

/// The same on registering or joining a device.
pub(crate) fn joining(grant: Grant) -> Policy {
    let mut policy = all_resources(grant);
    policy.name = "register device".into();
    policy.conditions.target = Target::UserActions(BTreeSet::from([UserAction::RegisterDevice]));
    policy
}

pub(crate) fn one(control: Control) -> Grant {
    Grant::Require { operator: Operator::And, controls: vec![control] }
}

pub(crate) fn any(controls: &[Control]) -> Grant {
    Grant::Require { operator: Operator::Or, controls: controls.to_vec() }
}

pub(crate) fn both(controls: &[Control]) -> Grant {
    Grant::Require { operator: Operator::And, controls: controls.to_vec() }
}

pub(crate) fn on(mut policy: Policy, platforms: &[Platform]) -> Policy {
    policy.conditions.platforms = Some(Platforms {
        include: IncludedPlatforms::Only(platforms.iter().copied().collect()),
        exclude: BTreeSet::new(),
    });
    policy
}

pub(crate) fn except(mut policy: Policy, platforms: &[Platform]) -> Policy {
    policy.conditions.platforms = Some(Platforms {
        include: IncludedPlatforms::All,
        exclude: platforms.iter().copied().collect(),
    });
    policy
}

/// Applies outside trusted locations only.
pub(crate) fn untrusted(mut policy: Policy) -> Policy {
    policy.conditions.locations = Some(Locations {
        include: IncludedLocations::All,
        exclude: LocationList { trusted: TrustedLocations::Listed, named: BTreeSet::new() },
    });
    policy
}

pub(crate) fn excluding(mut policy: Policy, app: &str) -> Policy {
    if let Target::Resources(resources) = &mut policy.conditions.target {
        resources.exclude.apps.insert(AppId::new(app));
    }
    policy
}

/// Only on this app.
pub(crate) fn on_app(mut policy: Policy, app: &str) -> Policy {
    if let Target::Resources(resources) = &mut policy.conditions.target {
        let apps = BTreeSet::from([AppId::new(app)]);
        resources.include = IncludedResources::Only(AppList { apps, groups: BTreeSet::new() });
    }
    policy
}

pub(crate) fn for_people(mut policy: Policy, include: Include) -> Policy {
    if let Principals::Users(users) = &mut policy.conditions.principals {
        users.include = include;
    }
    policy
}

/// A tenant under construction.
pub(crate) struct World {
    pub(crate) tenant: Tenant,
    pub(crate) actor: Actor,
    pub(crate) person: Person,
    pub(crate) start: Vec<Mode>,
    pub(crate) account: Account,
    pub(crate) one_time: bool,
    pub(crate) assumptions: Assumptions,
    pub(crate) goal: Reachable,
}

impl Default for World {
    fn default() -> Self {
        Self {
            tenant: Tenant::default(),
            actor: Actor {
                devices: vec![Device::work_computer(), Device::phone(Platform::Ios)],
                networks: vec![Network::default()],
                intent: Intent::Person,
            },
            person: Person::default(),
            start: vec![Mode::Password, Mode::TemporaryAccessPassMultiUse],
            account: Account::Unregistered,
            one_time: false,
            assumptions: Assumptions::default(),
            goal: Reachable::AnyDevice,
        }
    }
}

/// Something to do, step by step.
pub(crate) enum Deed {
    Wait(u32),
    Open { device: usize, client: ClientApp, show: Vec<Mode> },
    Register { device: usize, channel: Channel, show: Vec<Mode>, method: fn(Method) -> bool },
}

/// The method of a mode; for passkeys the one in Authenticator on iOS.
fn at_hand(means: &Means, mode: Mode) -> Option<MeansIndex> {
    means.mode(mode).or_else(|| means.iter().find(|(_, m)| authenticator_on_ios(*m)).map(|m| m.0))
}

/// Whether it is the passkey of Authenticator on iOS.
pub(crate) fn authenticator_on_ios(method: Method) -> bool {
    matches!(method, Method::Passkey(passkey) if passkey.home == PasskeyHome::AuthenticatorIos)
}

impl World {
    pub(crate) fn policies(mut self, policies: impl IntoIterator<Item = Policy>) -> Self {
        self.tenant.policies.extend(policies);
        self
    }

    /// Defines a strength and returns the control that demands it.
    pub(crate) fn strength(&mut self, combinations: Vec<Combination>) -> Control {
        let at = self.tenant.strengths.len();
        self.tenant.strengths.push(Strength {
            id: StrengthId::new(&format!("strength-{at}")),
            name: format!("strength {at}"),
            origin: Origin::Custom,
            combinations,
        });
        Control::Strength(StrengthIndex::at(at))
    }

    pub(crate) fn trusted_network() -> Network {
        Network { named: BTreeSet::new(), trust: Trust::Trusted }
    }

    /// Whether an ordinary app can be reached; every positive answer is replayed.
    pub(crate) fn gets_in(&self) -> bool {
        self.outcome().0
    }

    /// Whether a method of this mode can be registered along the way or was there at the start.
    pub(crate) fn obtains(&self, mode: Mode) -> bool {
        self.outcome().1.contains(&mode)
    }

    /// Whether a passkey in Authenticator can be registered.
    pub(crate) fn obtains_in_authenticator(&self) -> bool {
        self.outcome().2
    }

    fn book(&self) -> Book {
        Book {
            index: Index::new(self.tenant.policies.clone(), self.tenant.settings.clone()),
            strengths: Strengths::new(self.tenant.strengths.clone()),
            means: Means::of(&self.tenant),
            assumptions: self.assumptions.clone(),
        }
    }

    pub(crate) fn ordinary_app(&self) -> Request {
        Request::resource(self.tenant.resource(&AppId::new(ORDINARY_APP)))
    }

    /// Takes steps one after the other, with what `state` makes of the means at hand.
    pub(crate) fn walk(
        &self,
        state: impl FnOnce(&Means) -> step::State,
        deeds: &[Deed],
    ) -> Vec<Step> {
        let book = self.book();
        let who = book.index.who(&book.index.member(&self.person));
        let permissions =
            Permissions::of(&self.tenant, &book.means, &self.person, &self.assumptions);
        let actor = &self.actor;
        let traveller = Traveller {
            book: &book,
            who: &who,
            permissions: &permissions,
            intent: actor.intent,
            flow: Flow::Ordinary,
            risks: Risks::default(),
        };
        let mut state = state(&book.means);
        let mut steps = Vec::new();
        for deed in deeds {
            let (next, step) = traveller.step(state, &self.event(&book, deed));
            state = next;
            steps.push(step);
        }
        steps
    }

    fn event<'a>(&'a self, book: &Book, deed: &Deed) -> Event<'a> {
        let spot = |device: usize, client| {
            let found = &self.actor.devices[device];
            let network = &self.actor.networks[0];
            Spot {
                device,
                situation: Situation { device: found, platform: found.claims[0], client, network },
            }
        };
        let show = |modes: &[Mode]| modes.iter().filter_map(|m| at_hand(&book.means, *m)).collect();
        match deed {
            Deed::Wait(minutes) => Event::Wait(*minutes),
            Deed::Open { device, client, show: shown } => Event::Open {
                spot: spot(*device, *client),
                leg: Leg { passage: Passage::Plain, request: self.ordinary_app() },
                show: show(shown),
            },
            Deed::Register { device, channel, show: shown, method } => Event::Register {
                spot: spot(
                    *device,
                    match channel {
                        Channel::SecurityInfo | Channel::Wizard => ClientApp::Browser,
                        Channel::Authenticator | Channel::WindowsSetup => {
                            ClientApp::MobileAppsAndDesktopClients
                        }
                    },
                ),
                channel: *channel,
                legs: channel.legs(&self.tenant, &self.assumptions),
                interrupted: (*channel == Channel::Wizard).then(|| self.ordinary_app()),
                show: show(shown),
                method: book.means.iter().find(|(_, m)| method(*m)).unwrap().0,
            },
        }
    }

    fn outcome(&self) -> (bool, BTreeSet<Mode>, bool) {
        let book = self.book();
        let goal = Goal { name: "any app".into(), request: self.ordinary_app(), from: self.goal };
        let targets = Targets::new(&self.tenant, &book, vec![goal]);
        let who = book.index.who(&book.index.member(&self.person));
        let permissions =
            Permissions::of(&self.tenant, &book.means, &self.person, &self.assumptions);
        let ground = Ground::new(&book, &targets, &self.actor);
        let terrain = Terrain::new(&ground, &who, &permissions);
        let methods: Vec<_> =
            self.start.iter().filter_map(|mode| at_hand(&book.means, *mode)).collect();
        let mut start = Start::with(book.means.len(), &methods, self.account);
        start.one_time = OneTime::everywhere(&self.one_time);
        let fixpoint = cardea_prover::reach::fixpoint::Fixpoint {
            lattice: &cardea_policy::lattice::Plain,
            terrain: &terrain,
            start: &start,
        };
        let reached = fixpoint.reach();
        let journey = Journey::to_goal(&terrain, &targets, &start, 0);
        assert_eq!(journey.is_some(), reached.goals[0]);
        if let Some(journey) = journey {
            assert_eq!(journey.replay(&terrain), Replay::Arrives);
        }
        let modes = book
            .means
            .iter()
            .filter(|(index, _)| reached.held[index.0])
            .map(|(_, method)| method.mode())
            .collect();
        let in_authenticator = book.means.passkeys().any(|(index, passkey)| {
            passkey.home.authenticator().is_some() && reached.held[index.0]
        });
        (reached.goals[0], modes, in_authenticator)
    }
}

pub(crate) fn passkey_in_authenticator() -> Combination {
    let models = [Aaguid::AUTHENTICATOR_ANDROID, Aaguid::AUTHENTICATOR_IOS];
    Combination {
        passkeys: PasskeyRule::Only(models.into_iter().collect()),
        ..Combination::of(&[Mode::Fido2])
    }
}

pub(crate) fn passes() -> Vec<Combination> {
    vec![
        Combination::of(&[Mode::TemporaryAccessPassOneTime]),
        Combination::of(&[Mode::TemporaryAccessPassMultiUse]),
    ]
}

/// A methods policy that enables passkeys for everybody, under one profile.
pub(crate) fn passkeys_for_all(restrictions: KeyRestrictions) -> MethodsPolicy {
    let target = IncludeTarget {
        id: TargetId::AllUsers,
        profiles: BTreeSet::new(),
        authenticator: Default::default(),
    };
    let configuration = MethodConfiguration {
        state: MethodState::Enabled,
        include: vec![target],
        exclude: BTreeSet::new(),
    };
    let profile = PasskeyProfile {
        id: None,
        name: "default".into(),
        types: [PasskeyType::DeviceBound].into(),
        attestation: Attestation::Disabled,
        restrictions,
    };
    MethodsPolicy {
        configurations: [(MethodKind::Fido2, configuration)].into(),
        passkeys: PasskeySettings { profiles: vec![profile], ..PasskeySettings::default() },
        ..MethodsPolicy::default()
    }
}
