//! What administrators must open to change policies, and trying it.

use cardea_policy::conditions::location::Network;
use cardea_policy::conditions::platform::Platform;
use cardea_policy::conditions::principal::{Membership, Person};
use cardea_policy::conditions::target::Request;
use cardea_policy::id::{AppId, RoleId};
use cardea_policy::lattice::Plain;
use cardea_policy::place::PolicyIndex;
use cardea_policy::policy_set::PolicySet;
use cardea_policy::strength::Mode;
use cardea_policy::well_known;
use cardea_prover::reach::fixpoint::{Fixpoint, OneTime, Start};
use cardea_prover::reach::terrain::{Goal, Ground, Reachable, Targets, Terrain};
use cardea_tenant::directory::{PersonIndex, Registered, RegisteredPasskey};
use cardea_tenant::journey::actor::{Actor, Device, DeviceState, Form, Intent};
use cardea_tenant::journey::means::{MeansIndex, Method, PasskeyHome};
use cardea_tenant::journey::permission::Permissions;
use cardea_tenant::journey::step::Account;

use crate::config::{Held, Population};
use crate::examine::Examination;

/// The door: the admin portals, or Microsoft Graph behind them. Either is enough.
pub(super) struct Door<'e, 'a> {
    pub(super) examination: &'e Examination<'a>,
    targets: Targets,
}

/// Somebody before the door, as far as policies can tell.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Somebody {
    who: PolicySet,
    permissions: Permissions,
    hands: Hands,
}

/// What somebody holds.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Hands {
    /// A password, and perhaps more that the input does not show.
    Unknown,
    /// Exactly these.
    Known(Vec<MeansIndex>),
    /// Everything but passes.
    Everything,
}

/// Whether passes are to be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Passes {
    /// They are not.
    None,
    /// From another administrator.
    FromHelpDesk,
}

/// Devices and networks at hand.
pub(super) struct Equipment(pub(super) Actor);

impl Equipment {
    /// A computer and phones that nobody manages.
    pub(super) fn bare(examination: &Examination<'_>) -> Self {
        let devices = vec![
            unmanaged_computer(),
            Device::phone(Platform::Ios),
            Device::phone(Platform::Android),
        ];
        Self::of(examination, devices, examination.networks())
    }

    /// Also managed ones, in this state.
    pub(super) fn managed(examination: &Examination<'_>, form: Form, state: DeviceState) -> Self {
        let mut equipment = Self::bare(examination);
        let facts = Device::work_computer().facts;
        let named = named_devices(examination).is_some();
        let devices = equipment.0.devices.iter_mut().filter(|device| device.form == form);
        for device in devices.filter(|_| !named) {
            device.state = state;
            device.facts.clone_from(&facts);
        }
        equipment
    }

    /// Any device that policies can tell apart.
    pub(super) fn any_device(examination: &Examination<'_>) -> Self {
        let mut devices = Vec::new();
        for case in examination.universe.devices.iter().map(|atom| &atom.fact) {
            for form in [Form::Computer, Form::Phone] {
                let claims = Vec::from(Platform::ALL);
                let claims = claims.into_iter().filter(|it| it.is_phone() == (form == Form::Phone));
                let (facts, state) = (case.facts.clone(), case.state);
                let claims = claims.collect();
                devices.push(Device { claims, facts, state, ..Device::attacker(form) });
            }
        }
        Self::of(examination, devices, examination.networks())
    }

    /// Any device, anywhere.
    pub(super) fn everything(examination: &Examination<'_>) -> Self {
        let mut equipment = Self::any_device(examination);
        let anywhere = examination.universe.networks.iter().map(|atom| atom.fact.clone());
        equipment.0.networks.extend(anywhere);
        equipment
    }

    /// Devices that the settings name for everybody are the ones that there are.
    fn of(examination: &Examination<'_>, devices: Vec<Device>, networks: Vec<Network>) -> Self {
        let devices = named_devices(examination).unwrap_or_else(|| examination.reached(devices));
        Self(Actor { devices, networks, intent: Intent::Person })
    }
}

/// The devices of everybody, where the settings name some.
fn named_devices(examination: &Examination<'_>) -> Option<Vec<Device>> {
    let populations = &examination.config.populations;
    if *populations == Population::usual() {
        return None;
    }
    let everybody = populations.iter().filter(|population| population.groups.is_empty());
    let devices: Vec<Device> =
        everybody.flat_map(|population| examination.actor(population).devices).collect();
    (!devices.is_empty()).then_some(devices)
}

/// A computer that nobody manages, which may be of any kind.
pub(super) fn unmanaged_computer() -> Device {
    Device {
        claims: vec![Platform::Windows, Platform::MacOs, Platform::Linux],
        facts: None,
        state: DeviceState::Unmanaged,
        ..Device::work_computer()
    }
}

/// The admin portals, which need Azure's management as well.
pub(super) fn portals(examination: &Examination<'_>) -> Goal {
    let apps = [well_known::AZURE_PORTAL, well_known::AZURE_MANAGEMENT];
    let audiences = apps.map(|app| examination.tenant.resource(&AppId::new(app)));
    Goal {
        name: "the admin portals".to_owned(),
        request: Request { audiences: Vec::from(audiences), ..Request::default() },
        from: Reachable::AnyDevice,
    }
}

fn graph(examination: &Examination<'_>) -> Goal {
    let app = AppId::new(well_known::MICROSOFT_GRAPH);
    Goal {
        name: "Microsoft Graph".to_owned(),
        request: Request::resource(examination.tenant.resource(&app)),
        from: Reachable::AnyDevice,
    }
}

impl Somebody {
    /// The same person with everything but passes.
    pub(super) fn with_everything(&self) -> Self {
        let hands = match &self.hands {
            Hands::Unknown | Hands::Everything => Hands::Everything,
            Hands::Known(held) => Hands::Known(held.clone()),
        };
        Self { hands, ..self.clone() }
    }
}

impl<'e, 'a> Door<'e, 'a> {
    pub(super) fn new(examination: &'e Examination<'a>) -> Self {
        let goals = vec![portals(examination), graph(examination)];
        Self { examination, targets: examination.targets(goals) }
    }

    /// A person of the directory.
    pub(super) fn of_directory(&self, index: PersonIndex) -> Somebody {
        let directory = &self.examination.tenant.directory;
        let hands = directory.registered(index).map_or(Hands::Unknown, |registered| {
            Hands::Known(registered_means(self.examination, registered))
        });
        Somebody { hands, ..self.somebody(&directory.person(index)) }
    }

    /// Whoever has these memberships.
    pub(super) fn anybody(&self, memberships: impl IntoIterator<Item = Membership>) -> Somebody {
        self.somebody(&person(memberships))
    }

    fn somebody(&self, person: &Person) -> Somebody {
        let Examination { tenant, book, .. } = self.examination;
        let index = self.examination.index();
        let demanding = index.enabled().and(index.demanding());
        Somebody {
            who: index.who(&index.member(person)).and(&demanding),
            permissions: Permissions::of(tenant, &book.means, person, &book.assumptions),
            hands: Hands::Unknown,
        }
    }

    /// Whether the person gets through, registering on the way where that is possible.
    pub(super) fn opens(&self, person: &Somebody, with: &Equipment, passes: Passes) -> bool {
        let ground = Ground::new(&self.examination.book, &self.targets, &with.0);
        let terrain = Terrain::new(&ground, &person.who, &person.permissions);
        let start = self.start(person, passes);
        let fixpoint = Fixpoint { lattice: &Plain, terrain: &terrain, start: &start };
        fixpoint.reach().goals.contains(&true)
    }

    /// Whether somebody gets through who holds a role and everything, and is excluded wherever
    /// some membership excludes. Fewer policies can never hit such a person than these, and who
    /// holds everything has nothing to register.
    pub(super) fn opens_outside_of_everything(&self, role: &RoleId) -> bool {
        let index = self.examination.index();
        let mut outside = self.anybody([Membership::Role(role.clone())]).with_everything();
        for row in index.memberships() {
            outside.who.subtract(&row.exclude);
        }
        self.opens(&outside, &Equipment::everything(self.examination), Passes::None)
    }

    /// Policies that are in the way of a person who has everything, at the nearest approach.
    pub(super) fn unmet(&self, person: &Somebody) -> Vec<PolicyIndex> {
        let equipment = Equipment::everything(self.examination);
        let person = person.with_everything();
        self.with_terrain(&person, &equipment, |fixpoint| {
            let approaches = fixpoint.terrain.goals.iter().flatten();
            let unmet = approaches.map(|approach| {
                let session = fixpoint.at_resource(&fixpoint.start.held, approach);
                approach.gate.unmet(&session)
            });
            unmet.min_by_key(Vec::len).unwrap_or_default()
        })
    }

    /// Lays out what a person can try without passes.
    pub(super) fn with_terrain<T>(
        &self,
        person: &Somebody,
        with: &Equipment,
        ask: impl FnOnce(&Fixpoint<'_, '_, Plain>) -> T,
    ) -> T {
        let ground = Ground::new(&self.examination.book, &self.targets, &with.0);
        let terrain = Terrain::new(&ground, &person.who, &person.permissions);
        let start = self.start(person, Passes::None);
        ask(&Fixpoint { lattice: &Plain, terrain: &terrain, start: &start })
    }

    fn start(&self, person: &Somebody, passes: Passes) -> Start<bool> {
        let means = &self.examination.book.means;
        let held: Vec<MeansIndex> = match &person.hands {
            Hands::Unknown => Held::PASSWORD.among(means),
            Hands::Known(held) => held.clone(),
            Hands::Everything => {
                means.iter().filter(|(_, method)| !is_pass(*method)).map(|(at, _)| at).collect()
            }
        };
        let account = match &person.hands {
            Hands::Known(held) if held.len() > 1 => Account::Registered,
            Hands::Known(_) | Hands::Unknown => Account::Unregistered,
            Hands::Everything => Account::Registered,
        };
        let mut start = Start::with(means.len(), &held, account);
        if passes == Passes::FromHelpDesk {
            let usable = |mode| means.mode(mode).filter(|at| person.permissions.usable(*at));
            if let Some(many) = usable(Mode::TemporaryAccessPassMultiUse)
                && let Some(truth) = start.held.get_mut(many.0)
            {
                *truth = true;
            }
            let one_time = usable(Mode::TemporaryAccessPassOneTime).is_some();
            start.one_time = OneTime::everywhere(&one_time);
        }
        start
    }
}

/// A person with these memberships and no others.
pub(super) fn person(memberships: impl IntoIterator<Item = Membership>) -> Person {
    let mut person = Person::default();
    for membership in memberships {
        match membership {
            Membership::User(user) => person.user = Some(user),
            Membership::Group(group) => drop(person.groups.insert(group)),
            Membership::Role(role) => drop(person.roles.insert(role)),
        }
    }
    person
}

pub(super) fn is_pass(method: Method) -> bool {
    matches!(method.mode(), Mode::TemporaryAccessPassOneTime | Mode::TemporaryAccessPassMultiUse)
}

/// A password and what is registered. Reports name neither the platform of a passkey in
/// Authenticator nor the model of a security key, so any that fits is taken to be there.
pub(super) fn registered_means(
    examination: &Examination<'_>,
    registered: &Registered,
) -> Vec<MeansIndex> {
    let homes = |passkey: &RegisteredPasskey| match passkey {
        RegisteredPasskey::Authenticator => {
            vec![PasskeyHome::AuthenticatorAndroid, PasskeyHome::AuthenticatorIos]
        }
        RegisteredPasskey::WindowsHello => vec![PasskeyHome::Windows],
        RegisteredPasskey::DeviceBound => vec![PasskeyHome::SecurityKey],
        RegisteredPasskey::Synced => vec![PasskeyHome::SyncedProvider],
    };
    let modes = registered.modes.iter().copied().map(Held::Mode);
    let passkeys = registered.passkeys.iter().flat_map(homes).map(Held::Passkey);
    let held = modes.chain(passkeys).chain([Held::PASSWORD]);
    let mut means: Vec<MeansIndex> =
        held.flat_map(|held| held.among(&examination.book.means)).collect();
    means.sort_unstable();
    means.dedup();
    means
}
