//! Who acts, on what devices, from where.

use alloc::string::String;
use alloc::vec::Vec;

use cardea_policy::conditions::client::ClientApp;
use cardea_policy::conditions::location::Network;
use cardea_policy::conditions::platform::Platform;
use cardea_policy::filter::{Compliance, DeviceFacts, DeviceOwnership, TrustType};

use super::means::{Method, PasskeyHome};
use cardea_policy::strength::Mode;

/// A device at hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    /// What it is called in traces: "laptop", "phone".
    pub name: String,
    /// What it is.
    pub form: Form,
    /// The platforms that it may claim. An honest device claims one.
    pub claims: Vec<Platform>,
    /// What the directory knows of it; `None` where it is not registered.
    pub facts: Option<DeviceFacts>,
    /// What device controls see.
    pub state: DeviceState,
    /// Whether passkeys of phones reach it.
    pub across: Across,
}

/// What a device is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Form {
    /// A computer.
    Computer,
    /// A phone or tablet.
    Phone,
}

/// What device controls see of a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum DeviceState {
    /// Neither compliant nor joined.
    #[default]
    Unmanaged,
    /// Compliant, joined to the cloud or registered.
    Compliant,
    /// Hybrid joined, not compliant.
    HybridJoined,
    /// Both.
    CompliantAndHybridJoined,
}

impl DeviceState {
    /// Whether the compliant device control is met.
    pub fn is_compliant(self) -> bool {
        matches!(self, Self::Compliant | Self::CompliantAndHybridJoined)
    }

    /// Whether the hybrid joined device control is met.
    pub fn is_hybrid_joined(self) -> bool {
        matches!(self, Self::HybridJoined | Self::CompliantAndHybridJoined)
    }
}

impl Device {
    /// An unregistered phone.
    pub fn phone(platform: Platform) -> Self {
        Self {
            name: String::from("phone"),
            form: Form::Phone,
            claims: Vec::from([platform]),
            facts: None,
            state: DeviceState::Unmanaged,
            across: Across::Open,
        }
    }

    /// A compliant work computer with Windows, joined to the cloud.
    pub fn work_computer() -> Self {
        Self {
            name: String::from("laptop"),
            form: Form::Computer,
            claims: Vec::from([Platform::Windows]),
            facts: Some(DeviceFacts {
                compliance: Some(Compliance::Compliant),
                ownership: Some(DeviceOwnership::Company),
                trust_type: Some(TrustType::AzureAd),
                operating_system: Some(String::from("Windows")),
                ..DeviceFacts::default()
            }),
            state: DeviceState::Compliant,
            across: Across::Open,
        }
    }

    /// Any device that an attacker brings: unmanaged, claiming whatever it likes.
    pub fn attacker(form: Form) -> Self {
        Self {
            name: String::from("any device"),
            form,
            claims: Vec::from(Platform::ALL),
            facts: None,
            state: DeviceState::Unmanaged,
            across: Across::Open,
        }
    }

    /// Whether the method, once held, can be shown on this device.
    pub fn shows(&self, method: Method) -> bool {
        match method {
            Method::Mode(Mode::WindowsHelloForBusiness) => {
                self.form == Form::Computer && self.claims.contains(&Platform::Windows)
            }
            Method::Mode(_) => true,
            Method::Passkey(passkey) => match passkey.home {
                PasskeyHome::AuthenticatorAndroid => self.keeps(Platform::Android),
                PasskeyHome::AuthenticatorIos => self.keeps(Platform::Ios),
                PasskeyHome::SyncedProvider | PasskeyHome::SecurityKey => true,
                PasskeyHome::Windows => {
                    self.form == Form::Computer && self.claims.contains(&Platform::Windows)
                }
            },
        }
    }
}

impl Device {
    /// Whether a passkey in Authenticator on this platform is at hand: kept here, or on a phone
    /// that is in reach.
    fn keeps(&self, platform: Platform) -> bool {
        self.across == Across::Open || self.form == Form::Phone && self.claims.contains(&platform)
    }
}

/// Whether a passkey on a phone can be used on a device that is not that phone (hybrid transport over
/// Bluetooth).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Across {
    /// It can.
    Open,
    /// It cannot.
    Shut,
}

/// What an actor can bring about: devices, networks, clients.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// Devices at hand.
    pub devices: Vec<Device>,
    /// Networks in reach.
    pub networks: Vec<Network>,
    /// Why the actor acts.
    pub intent: Intent,
}

/// Why an actor acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Intent {
    /// A person of the tenant who means well.
    Person,
    /// Somebody who should not get in. Cannot pass custom controls.
    Attacker,
}

/// One situation that an actor can bring about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Situation<'a> {
    /// The device.
    pub device: &'a Device,
    /// What it claims.
    pub platform: Platform,
    /// The client.
    pub client: ClientApp,
    /// From where.
    pub network: &'a Network,
}

impl Actor {
    /// All situations with a modern client.
    pub fn situations(&self) -> impl Iterator<Item = Situation<'_>> + '_ {
        const CLIENTS: [ClientApp; 2] =
            [ClientApp::Browser, ClientApp::MobileAppsAndDesktopClients];
        self.devices.iter().flat_map(move |device| {
            device.claims.iter().flat_map(move |platform| {
                CLIENTS.into_iter().flat_map(move |client| {
                    self.networks.iter().map(move |network| Situation {
                        device,
                        platform: *platform,
                        client,
                        network,
                    })
                })
            })
        })
    }
}
