//! What is asked of a tenant: who is to reach what, with which devices, from where.

use std::collections::BTreeSet;

use cardea_policy::conditions::location::{IncludedLocations, Network, Trust};
use cardea_policy::conditions::target::Request;
use cardea_policy::id::{AppId, LocationId};
use cardea_policy::index::Index;
use cardea_policy::well_known;
use cardea_prover::reach::terrain::{Goal, Reachable};
use cardea_tenant::assumption::Assumption;
use cardea_tenant::journey::actor::{Across, Actor, Device, Form, Intent};
use cardea_tenant::location::Area;
use cardea_tenant::tenant::Tenant;

use super::{ANY_APP, ORDINARY_APP};
use crate::config::{Bluetooth, Config, DeviceSetting, Population};

/// A tenant and its settings, before anything is examined.
#[derive(Clone, Copy, Debug)]
pub struct Premises<'a> {
    /// The tenant.
    pub tenant: &'a Tenant,
    /// What the run was told.
    pub config: &'a Config,
    /// The policies, compiled.
    pub index: &'a Index,
}

impl Premises<'_> {
    /// What people are meant to reach: the goals of the settings, else any ordinary app or
    /// Office 365.
    pub fn goals(&self) -> Vec<Goal> {
        let goal = |name: &str, app: &str, from| Goal {
            name: name.to_owned(),
            request: Request::resource(self.tenant.resource(&AppId::new(app))),
            from,
        };
        if self.config.goals.is_empty() {
            return vec![
                goal(ANY_APP, ORDINARY_APP, Reachable::AnyDevice),
                goal("Office 365", well_known::EXCHANGE_ONLINE, Reachable::AnyDevice),
            ];
        }
        let settings = self.config.goals.iter();
        settings
            .map(|setting| {
                let from = setting.from.map_or(Reachable::AnyDevice, Reachable::Form);
                goal(&setting.name, setting.app.as_str(), from)
            })
            .collect()
    }

    /// What a population acts with.
    pub fn actor(&self, population: &Population) -> Actor {
        Actor {
            devices: population.devices.iter().map(|it| self.device(it)).collect(),
            networks: self.networks(),
            intent: Intent::Person,
        }
    }

    /// Whether passkeys of phones reach a device of which nothing is said.
    pub fn across(&self) -> Across {
        if self.config.assumptions.hold(Assumption::BluetoothOpen) {
            Across::Open
        } else {
            Across::Shut
        }
    }

    /// A device as the settings describe it.
    pub fn device(&self, setting: &DeviceSetting) -> Device {
        let across = match setting.bluetooth {
            Bluetooth::Assumed => self.across(),
            Bluetooth::Open => Across::Open,
            Bluetooth::Shut => Across::Shut,
        };
        Device { across, ..device(setting) }
    }

    /// The networks that people can reach: one that nothing is known about; one inside every
    /// location that some policy makes an exception for and none treats worse; and a trusted one.
    pub fn networks(&self) -> Vec<Network> {
        let mut favoured = self.favoured();
        let trusted = self.tenant.locations.iter().filter(|l| l.trust() == Trust::Trusted);
        let mut networks = abroad(favoured.clone());
        favoured.extend(trusted.map(|location| location.id.clone()));
        if self.config.assumptions.hold(Assumption::TrustedNetworkInReach) {
            networks.push(Network { named: favoured, trust: Trust::Trusted });
        }
        networks
    }

    /// The networks that guests can reach: the same without the tenant's own, which are those with
    /// addresses.
    pub fn networks_of_guests(&self) -> Vec<Network> {
        let own = self.tenant.locations.iter().filter(|location| match location.area {
            Area::Addresses { .. } | Area::CompliantNetwork { .. } => true,
            Area::Countries { .. } => false,
        });
        let own: BTreeSet<&LocationId> = own.map(|location| &location.id).collect();
        let mut favoured = self.favoured();
        favoured.retain(|location| !own.contains(location));
        abroad(favoured)
    }

    /// The locations that some policy makes an exception for and none treats worse.
    fn favoured(&self) -> BTreeSet<LocationId> {
        let mut favoured = BTreeSet::new();
        let mut included = BTreeSet::new();
        for conditions in self.index.policies().iter().map(|policy| &policy.conditions) {
            let Some(locations) = &conditions.locations else { continue };
            favoured.extend(locations.exclude.named.iter().cloned());
            if let IncludedLocations::Only(list) = &locations.include {
                included.extend(list.named.iter().cloned());
            }
        }
        favoured.retain(|location| !included.contains(location));
        favoured
    }
}

/// A network that nothing is known about, and one inside all of these locations.
fn abroad(locations: BTreeSet<LocationId>) -> Vec<Network> {
    let mut networks = vec![Network::default()];
    if !locations.is_empty() {
        networks.push(Network { named: locations, trust: Trust::Untrusted });
    }
    networks
}

fn device(setting: &DeviceSetting) -> Device {
    let base = match setting.form {
        Form::Computer => Device::work_computer(),
        Form::Phone => Device::phone(setting.platform),
    };
    let facts = if setting.state.is_compliant() || setting.state.is_hybrid_joined() {
        Device::work_computer().facts
    } else {
        None
    };
    Device { claims: vec![setting.platform], state: setting.state, facts, ..base }
}
