//! What may be around somebody who is kept out, as the tenant's data tell.

use cardea_policy::conditions::location::{Network, Trust};
use cardea_policy::conditions::platform::Platform;
use cardea_tenant::journey::actor::Device;
use cardea_tenant::journey::exit::Surroundings;
use cardea_tenant::methods::{MethodKind, MethodState, PassUse};

use crate::snapshot::Snapshot;

/// What people of the tenant may have at hand. Whether it helps is tried out; whether they have it
/// only they know.
pub(crate) fn of(snapshot: &Snapshot) -> Surroundings {
    Surroundings {
        phones: [Platform::Android, Platform::Ios].map(Device::phone).into(),
        managed: Device::work_computer(),
        trusted: trusted(snapshot),
        authenticator: snapshot.channels.authenticator.clone(),
        pass: pass(snapshot),
    }
}

/// A network in all trusted locations: if it does not help, no single one does, where policies look
/// at trust; where they name locations, each of these is named.
fn trusted(snapshot: &Snapshot) -> Option<Network> {
    let locations = snapshot.tenant().locations.iter();
    let named = locations.filter(|location| location.trust() == Trust::Trusted);
    let named = named.map(|location| location.id.clone()).collect();
    let network = Network { named, trust: Trust::Trusted };
    (!network.named.is_empty()).then_some(network)
}

/// The pass that the help desk would issue: one that lasts, where the methods policy has those.
fn pass(snapshot: &Snapshot) -> Option<PassUse> {
    let methods = snapshot.tenant().methods.as_ref()?;
    let configuration = methods.configurations.get(&MethodKind::TemporaryAccessPass)?;
    (configuration.state == MethodState::Enabled).then_some(methods.pass.usable)
}
