//! Random people, devices and networks.

use cardea_policy::conditions::location::{Network, Trust};
use cardea_policy::conditions::platform::Platform;
use cardea_policy::conditions::principal::{Guest, GuestKind, Person};
use cardea_policy::filter::{Compliance, DeviceFacts, DeviceOwnership, TrustType};
use cardea_policy::id::{GroupId, LocationId, RoleId, TenantId, UserId};
use cardea_tenant::journey::actor::{Across, Actor, Device, DeviceState, Form, Intent};

use super::pools::{GROUPS, LOCATIONS, ROLES, TENANTS, USERS};
use crate::chance::Chance;

/// Somebody.
pub(crate) fn person(chance: &mut Chance) -> Person {
    Person {
        user: chance.percent(40).then(|| UserId::new(chance.one(&USERS))),
        groups: chance.some(&GROUPS.map(GroupId::new), 30),
        roles: chance.some(&ROLES.map(RoleId::new), 15),
        guest: chance.percent(15).then(|| Guest {
            kind: chance.one(&GuestKind::ALL),
            tenant: chance.percent(60).then(|| TenantId::new(chance.one(&TENANTS))),
        }),
    }
}

/// Somebody's devices and networks.
pub(crate) fn actor(chance: &mut Chance) -> Actor {
    let devices = chance.weighted(&[(30, 1), (55, 2), (15, 3)]);
    let networks = chance.weighted(&[(65, 1), (35, 2)]);
    Actor {
        devices: (0..devices).map(|_| device(chance)).collect(),
        networks: (0..networks).map(|_| network(chance)).collect(),
        intent: chance.weighted(&[(75, Intent::Person), (25, Intent::Attacker)]),
    }
}

/// Some network.
pub(crate) fn network(chance: &mut Chance) -> Network {
    if chance.percent(50) {
        return Network::default();
    }
    Network {
        named: chance.some(&LOCATIONS.map(LocationId::new), 40),
        trust: chance.one(&[Trust::Trusted, Trust::Untrusted]),
    }
}

fn device(chance: &mut Chance) -> Device {
    let mut device = match chance.below(10) {
        0..=2 => Device::work_computer(),
        3 => computer(chance),
        4..=5 => Device::phone(Platform::Ios),
        6..=7 => Device::phone(Platform::Android),
        8 => managed_phone(chance),
        _ => liar(chance),
    };
    if chance.percent(15) {
        device.state = chance.one(&STATES);
    }
    device.across = chance.weighted(&[(70, Across::Open), (30, Across::Shut)]);
    device
}

const STATES: [DeviceState; 4] = [
    DeviceState::Unmanaged,
    DeviceState::Compliant,
    DeviceState::HybridJoined,
    DeviceState::CompliantAndHybridJoined,
];

fn computer(chance: &mut Chance) -> Device {
    const SYSTEMS: [Platform; 4] =
        [Platform::Windows, Platform::MacOs, Platform::Linux, Platform::Unknown];
    Device {
        name: "computer".into(),
        claims: vec![chance.one(&SYSTEMS)],
        facts: facts(chance),
        state: chance.one(&STATES),
        ..Device::work_computer()
    }
}

fn managed_phone(chance: &mut Chance) -> Device {
    Device {
        facts: facts(chance),
        state: DeviceState::Compliant,
        ..Device::phone(chance.one(&[Platform::Android, Platform::Ios]))
    }
}

/// A device that claims more than one platform, or not the one it has.
fn liar(chance: &mut Chance) -> Device {
    let form = chance.one(&[Form::Computer, Form::Phone]);
    let mut claims = vec![chance.one(&Platform::ALL), chance.one(&Platform::ALL)];
    claims.sort_unstable();
    claims.dedup();
    Device { claims, ..Device::attacker(form) }
}

/// What the directory knows of some device; `None` where it is not registered.
pub(crate) fn facts(chance: &mut Chance) -> Option<DeviceFacts> {
    chance.percent(65).then(|| DeviceFacts {
        compliance: chance.one(&[
            None,
            Some(Compliance::Compliant),
            Some(Compliance::NonCompliant),
        ]),
        ownership: chance.one(&[
            None,
            Some(DeviceOwnership::Company),
            Some(DeviceOwnership::Personal),
        ]),
        trust_type: chance.one(&[
            Some(TrustType::AzureAd),
            Some(TrustType::ServerAd),
            Some(TrustType::Workplace),
        ]),
        model: chance.one(&[None, Some("Surface".into()), Some("Other".into())]),
        extension_attributes: {
            let mut values = <[Option<String>; 15]>::default();
            values[0] = chance.one(&[None, Some("SAW".into()), Some("other".into())]);
            values
        },
        ..DeviceFacts::default()
    })
}
