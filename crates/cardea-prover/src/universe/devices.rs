//! Devices, as far as filters and device controls tell them apart.

use cardea_policy::conditions::device::Devices;
use cardea_policy::control::{Control, Grant};
use cardea_policy::filter::{
    Compliance, Coverage, DeviceFacts, DeviceProperty, TrustType, representative_devices,
};
use cardea_policy::index::Index;
use cardea_policy::policy::Policy;
use cardea_policy::policy_set::PolicySet;
use cardea_tenant::journey::actor::DeviceState;

use super::axis::Facts;

/// How many registered devices are told apart at most.
const LIMIT: usize = 512;

/// A device, as policies see devices.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DeviceCase {
    /// What filters read; `None` where the device is not registered.
    pub facts: Option<DeviceFacts>,
    /// What device controls read. Follows from the facts.
    pub state: DeviceState,
}

impl DeviceCase {
    /// A device that is not registered.
    pub fn unregistered() -> Self {
        Self { facts: None, state: DeviceState::Unmanaged }
    }

    /// A registered device.
    pub fn registered(facts: DeviceFacts) -> Self {
        let compliant = facts.compliance == Some(Compliance::Compliant);
        let state = match (compliant, facts.trust_type == Some(TrustType::ServerAd)) {
            (false, false) => DeviceState::Unmanaged,
            (true, false) => DeviceState::Compliant,
            (false, true) => DeviceState::HybridJoined,
            (true, true) => DeviceState::CompliantAndHybridJoined,
        };
        Self { facts: Some(facts), state }
    }
}

/// Which device controls some counted policy demands.
#[derive(Clone, Copy)]
pub(super) struct ToldApart {
    compliant: bool,
    hybrid_joined: bool,
}

impl ToldApart {
    fn by(index: &Index, counted: &PolicySet) -> Self {
        let demanded = |control: &Control| {
            counted.iter().any(|policy| match index.grant(policy) {
                Some(Grant::Require { controls, .. }) => controls.contains(control),
                Some(Grant::Block) | None => false,
            })
        };
        Self {
            compliant: demanded(&Control::CompliantDevice),
            hybrid_joined: demanded(&Control::DomainJoinedDevice),
        }
    }

    fn properties(self) -> Vec<DeviceProperty> {
        let compliant = self.compliant.then_some(DeviceProperty::IsCompliant);
        let hybrid_joined = self.hybrid_joined.then_some(DeviceProperty::TrustType);
        compliant.into_iter().chain(hybrid_joined).collect()
    }

    /// What device controls in use say of the state; devices with different marks are different
    /// atoms.
    pub(super) fn mark(self, state: DeviceState) -> (bool, bool) {
        (self.compliant && state.is_compliant(), self.hybrid_joined && state.is_hybrid_joined())
    }
}

/// An unregistered device, and registered ones for everything that filters and device controls
/// can tell.
pub(super) fn cases(
    policies: &[&Policy],
    index: &Index,
    counted: &PolicySet,
) -> (Facts<DeviceCase>, ToldApart, Coverage) {
    let told_apart = ToldApart::by(index, counted);
    let filters = policies
        .iter()
        .filter_map(|policy| policy.conditions.devices.as_ref())
        .map(|Devices { mode: _, rule }| rule);
    let devices = representative_devices(filters, &told_apart.properties(), LIMIT);
    let facts = Facts {
        ordinary: DeviceCase::unregistered(),
        others: devices.cases.into_iter().map(DeviceCase::registered).collect(),
    };
    (facts, told_apart, devices.coverage)
}
