//! Where a request comes from, as policies look at it.

use std::net::IpAddr;

use cardea_check::whatif::question::Question;
use cardea_policy::conditions::client::ClientApp;
use cardea_policy::conditions::flow::Flow;
use cardea_policy::conditions::location::Network;
use cardea_policy::conditions::platform::Platform;
use cardea_policy::conditions::risk::Risks;
use cardea_policy::filter::DeviceFacts;
use cardea_tenant::journey::actor::{Across, Device, DeviceState, Situation};
use cardea_tenant::journey::step::Spot;
use cardea_tenant::location::network;

use crate::countries::Country;
use crate::platform;
use crate::snapshot::Snapshot;

/// What is known of whoever sent a request, before anything is proved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visitor {
    /// The address of the last hop that nobody vouches for; `None` where it cannot be told.
    pub address: Option<IpAddr>,
    /// What the client says of itself.
    pub user_agent: String,
}

/// The place of a request in the space that policies divide.
///
/// No device is known: none has shown a certificate, so it is unregistered and unmanaged, whatever
/// it says (Entra: missing device identity counts as unregistered). No risk is known either: this
/// tenant assesses none.
#[derive(Clone, Debug)]
pub struct Place {
    device: Device,
    platform: Platform,
    network: Network,
    country: Option<Country>,
    client: ClientApp,
    risks: Risks,
    /// How the session came about.
    pub flow: Flow,
}

impl Visitor {
    /// The place from which such a client asks.
    pub fn at(&self, snapshot: &Snapshot, client: ClientApp, flow: Flow) -> Place {
        let platform = platform::claimed(&self.user_agent);
        let device = Device {
            name: String::from("this device"),
            form: platform::form(platform),
            claims: Vec::from([platform]),
            facts: None,
            state: DeviceState::Unmanaged,
            across: Across::Open,
        };
        let country = self.address.and_then(|address| snapshot.countries.of(address));
        let code = country.as_ref().map(|country| country.code.as_str());
        let network = network(&snapshot.tenant().locations, self.address, code);
        let risks = Risks::default();
        Place { device, platform, network, country, client, risks, flow }
    }
}

impl Place {
    /// The place of a sign-in that nobody makes, with all that is supposed of it.
    pub fn supposed(question: &Question) -> Self {
        Self {
            device: question.at(),
            platform: question.platform,
            network: question.network.clone(),
            country: None,
            client: question.client.unwrap_or(ClientApp::Browser),
            risks: question.risks,
            flow: question.flow,
        }
    }

    /// The place as a spot of the journey. There is one device: the one that the request is from.
    pub fn spot(&self) -> Spot<'_> {
        let Self { device, platform, network, client, .. } = self;
        Spot {
            device: 0,
            situation: Situation { device, platform: *platform, client: *client, network },
        }
    }

    /// The same place, as a page in a browser there is.
    #[must_use]
    pub fn in_browser(&self) -> Self {
        Self { client: ClientApp::Browser, ..self.clone() }
    }

    /// The claimed platform.
    pub fn platform(&self) -> Platform {
        self.platform
    }

    /// What the directory knows of the device; `None` where it is not registered.
    pub fn registered(&self) -> Option<&DeviceFacts> {
        self.device.facts.as_ref()
    }

    /// The risks.
    pub fn risks(&self) -> Risks {
        self.risks
    }

    /// The network.
    pub fn network(&self) -> &Network {
        &self.network
    }

    /// The country, where it is known.
    pub fn country(&self) -> Option<&Country> {
        self.country.as_ref()
    }

    /// The kind of client.
    pub fn client(&self) -> ClientApp {
        self.client
    }
}
