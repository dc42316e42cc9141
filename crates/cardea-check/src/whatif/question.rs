//! One sign-in to ask about.

use cardea_graph::lower::Lowered;
use cardea_policy::conditions::client::ClientApp;
use cardea_policy::conditions::flow::Flow;
use cardea_policy::conditions::location::{Network, Trust};
use cardea_policy::conditions::platform::Platform;
use cardea_policy::conditions::risk::Risks;
use cardea_policy::conditions::target::{Request, UserAction};
use cardea_policy::evaluate::{Principal, SignIn};
use cardea_policy::filter::{Compliance, DeviceFacts, TrustType};
use cardea_policy::id::LocationId;
use cardea_tenant::assumption::Assumptions;
use cardea_tenant::journey::actor::{Across, Device, DeviceState, Form};
use cardea_tenant::journey::channel::{Channel, Leg};
use cardea_tenant::journey::gate::Passage;
use cardea_tenant::location::NamedLocation;
use cardea_tenant::tenant::Tenant;

/// A sign-in, and how it is called.
#[derive(Clone, Debug)]
pub struct Question {
    /// Who signs in.
    pub principal: Principal,
    /// What is asked for.
    pub leg: Leg,
    /// With what client, where that is said.
    pub client: Option<ClientApp>,
    /// In what app, where that is said.
    pub app: Option<String>,
    /// On what platform.
    pub platform: Platform,
    /// From where.
    pub network: Network,
    /// On what device; `None` for one that is not registered.
    pub device: Option<DeviceFacts>,
    /// At what risk.
    pub risks: Risks,
    /// By what flow.
    pub flow: Flow,
    /// What the named locations are called that it is from.
    pub places: Vec<String>,
    /// What the one who signs in is called.
    pub who: String,
    /// What is asked for, in words.
    pub what: String,
}

impl Question {
    /// The facts as policies see them. Without a client it is a browser.
    pub fn sign_in(&self) -> SignIn {
        SignIn {
            principal: self.principal.clone(),
            request: self.leg.request.clone(),
            client: self.client.unwrap_or(ClientApp::Browser),
            platform: self.platform,
            network: self.network.clone(),
            device: self.device.clone(),
            risks: self.risks,
            flow: self.flow,
        }
    }

    /// The same sign-in from inside a named location, whatever its addresses are.
    #[must_use]
    pub fn within(mut self, location: LocationId, lowered: &Lowered) -> Self {
        enter(&mut self.network, location, &lowered.tenant);
        self.places = places(&self.network, lowered);
        self
    }

    /// The device at which it happens.
    pub fn at(&self) -> Device {
        let form = if self.platform.is_phone() { Form::Phone } else { Form::Computer };
        let compliant =
            self.device.as_ref().and_then(|it| it.compliance) == Some(Compliance::Compliant);
        let hybrid = self.device.as_ref().and_then(|it| it.trust_type) == Some(TrustType::ServerAd);
        let state = match (compliant, hybrid) {
            (false, false) => DeviceState::Unmanaged,
            (true, false) => DeviceState::Compliant,
            (false, true) => DeviceState::HybridJoined,
            (true, true) => DeviceState::CompliantAndHybridJoined,
        };
        Device {
            name: "the device".to_owned(),
            form,
            claims: vec![self.platform],
            facts: self.device.clone(),
            state,
            across: Across::Open,
        }
    }
}

/// What a user action asks for, as its channel of registration does.
pub fn action(action: UserAction, tenant: &Tenant, assumptions: &Assumptions) -> Leg {
    let channel = match action {
        UserAction::RegisterSecurityInfo => Channel::SecurityInfo,
        UserAction::RegisterDevice => Channel::WindowsSetup,
    };
    let request = Request { action: Some(action), ..Request::default() };
    let alone = Leg { passage: Passage::Plain, request };
    channel.legs(tenant, assumptions).pop().unwrap_or(alone)
}

/// Puts a network into a named location, trusted if the location is.
pub fn enter(network: &mut Network, location: LocationId, tenant: &Tenant) {
    let trusts = |it: &NamedLocation| it.id == location && it.trust() == Trust::Trusted;
    if tenant.locations.iter().any(trusts) {
        network.trust = Trust::Trusted;
    }
    network.named.insert(location);
}

/// What the named locations of a network are called.
pub fn places(network: &Network, lowered: &Lowered) -> Vec<String> {
    let named = network.named.iter();
    named.map(|id| lowered.names.locations.name(id).unwrap_or(id.as_str()).to_owned()).collect()
}
