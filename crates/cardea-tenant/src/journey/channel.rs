//! The ways of getting a method, what each asks for and what it makes.
//!
//! Source: Entra, *Combined registration*, *Register passkeys in Authenticator*, *Temporary Access
//! Pass*, *Plan Windows Hello for Business*.

use alloc::vec::Vec;

use cardea_policy::conditions::client::ClientApp;
use cardea_policy::conditions::platform::Platform;
use cardea_policy::conditions::target::{Request, Resource, UserAction};
use cardea_policy::id::AppId;
use cardea_policy::lattice::Lattice;
use cardea_policy::satisfy::Evidence as _;
use cardea_policy::strength::Mode;
use cardea_policy::well_known;

use super::actor::{Across, Form, Intent, Situation};
use super::gate::{Book, Passage, Session, attests};
use super::means::{MeansIndex, Method, Passkey, PasskeyHome};
use super::step::Traveller;
use super::wizard::{Errand, is_made_here};
use crate::assumption::{Assumption, Assumptions};
use crate::methods::Attests;
use crate::tenant::Tenant;

/// A way of getting a method.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Channel {
    /// Inside Authenticator on a phone.
    Authenticator,
    /// Security info, opened directly.
    SecurityInfo,
    /// The wizard in the middle of a sign-in.
    Wizard,
    /// Setting up a work computer with Windows.
    WindowsSetup,
}

/// One request of a channel, and how its demands are read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leg {
    /// How the demands are read.
    pub passage: Passage,
    /// What is asked for.
    pub request: Request,
}

impl Channel {
    /// All channels.
    pub const ALL: [Self; 4] =
        [Self::Authenticator, Self::SecurityInfo, Self::Wizard, Self::WindowsSetup];

    /// Words for people.
    pub fn text(self) -> &'static str {
        match self {
            Self::Authenticator => "Authenticator",
            Self::SecurityInfo => "Security info",
            Self::Wizard => "the registration wizard",
            Self::WindowsSetup => "Windows setup",
        }
    }

    /// The requests that the channel makes; the policies of all of them must be met.
    pub fn legs(self, tenant: &Tenant, assumptions: &Assumptions) -> Vec<Leg> {
        let resources = |apps: Vec<AppId>| -> Vec<Resource> {
            apps.iter().map(|app| tenant.resource(app)).collect()
        };
        let registering = |audiences| Request {
            audiences,
            action: Some(UserAction::RegisterSecurityInfo),
            ..Request::default()
        };
        match self {
            Self::Authenticator => Vec::from([
                Leg {
                    passage: Passage::AuthenticatorSignIn,
                    request: Request::resource(
                        tenant.resource(&AppId::new(well_known::AUTHENTICATOR_SERVICE)),
                    ),
                },
                Leg {
                    passage: Passage::AuthenticatorWrites,
                    request: registering(resources(Vec::from([AppId::new(
                        well_known::CREDENTIAL_CONFIGURATION,
                    )]))),
                },
            ]),
            Self::SecurityInfo => Vec::from([Leg {
                passage: Passage::Plain,
                request: registering(resources(audiences(assumptions))),
            }]),
            Self::Wizard => Vec::from([Leg {
                passage: Passage::Wizard,
                request: registering(resources(audiences(assumptions))),
            }]),
            Self::WindowsSetup => Vec::from([Leg {
                passage: Passage::DeviceRegistration,
                request: Request {
                    audiences: if assumptions.hold(Assumption::RegisterDeviceIsAResource) {
                        resources(Vec::from([AppId::new(DEVICE_REGISTRATION)]))
                    } else {
                        Vec::new()
                    },
                    action: Some(UserAction::RegisterDevice),
                    ..Request::default()
                },
            }]),
        }
    }

    /// Whether the channel exists in the situation.
    pub fn fits(self, traveller: &Traveller<'_>, situation: &Situation<'_>) -> bool {
        let Situation { device, platform, client, .. } = situation;
        match self {
            Self::Authenticator => {
                device.form == Form::Phone
                    && platform.is_phone()
                    && *client == ClientApp::MobileAppsAndDesktopClients
            }
            Self::SecurityInfo | Self::Wizard => *client == ClientApp::Browser,
            Self::WindowsSetup => {
                traveller.intent == Intent::Person
                    && device.form == Form::Computer
                    && device.facts.is_some()
                    && *platform == Platform::Windows
                    && *client == ClientApp::MobileAppsAndDesktopClients
                    && traveller.book.assumptions.hold(Assumption::WindowsHelloAtSetup)
            }
        }
    }

    /// What the channel can make in the situation. The wizard offers only what serves its errand;
    /// other channels have none.
    pub fn makes(
        self,
        traveller: &Traveller<'_>,
        situation: &Situation<'_>,
        errand: &Errand,
    ) -> Vec<MeansIndex> {
        let Traveller { book, permissions, .. } = *traveller;
        let registrable = |(index, method): &(MeansIndex, Method)| {
            self.reaches(*method, situation)
                && permissions.registrable(*index, self.attests(*method))
        };
        let offered = |candidate: &(MeansIndex, Method)| {
            self != Self::Wizard || errand.offers(traveller, situation.device, *candidate)
        };
        let candidates = book.means.iter().filter(registrable).filter(offered);
        candidates.map(|(index, _)| index).collect()
    }

    fn attests(self, method: Method) -> Attests {
        match method {
            Method::Mode(_) => Attests::Yes,
            Method::Passkey(passkey) => attests(
                passkey.home,
                match self {
                    Self::Authenticator => Passage::AuthenticatorWrites,
                    Self::SecurityInfo | Self::Wizard | Self::WindowsSetup => Passage::Plain,
                },
            ),
        }
    }

    fn reaches(self, method: Method, situation: &Situation<'_>) -> bool {
        match (self, method) {
            (Self::Authenticator, Method::Passkey(passkey)) => {
                passkey.home.authenticator() == Some(situation.platform)
            }
            (Self::Authenticator, Method::Mode(mode)) => {
                matches!(mode, Mode::MicrosoftAuthenticatorPush | Mode::DeviceBasedPush)
            }
            (Self::SecurityInfo, Method::Passkey(passkey)) => {
                // From a phone's own browser the way leads into the app instead.
                in_browser(passkey, situation)
                    || (passkey.home.authenticator().is_some()
                        && situation.device.form == Form::Computer
                        && situation.device.across == Across::Open)
            }
            (Self::SecurityInfo | Self::Wizard, Method::Mode(mode)) => is_made_here(mode),
            (Self::Wizard, Method::Passkey(passkey)) => in_browser(passkey, situation),
            (Self::WindowsSetup, Method::Mode(mode)) => mode == Mode::WindowsHelloForBusiness,
            (Self::WindowsSetup, Method::Passkey(_)) => false,
        }
    }

    /// Whether the session is strong enough to create the method: passkeys and whatever else is
    /// made in Authenticator or at Windows setup need multifactor authentication in that very
    /// session; the first phone or authenticator app may need the password only, here or with a
    /// federated provider. `unregistered` says whether the person has nothing registered yet.
    ///
    /// Password and new method together are multifactor authentication, so whoever used up "nothing
    /// registered yet" can do no less afterwards. Without that, the fixpoint would not be one.
    pub fn creates<L: Lattice>(
        self,
        session: &Session<'_, L>,
        method: Method,
        unregistered: &L::Truth,
    ) -> L::Truth {
        let strong = session.strong();
        if self.starts_by_password(session.book, method) {
            session.join(&strong, &session.meet(unregistered, &self.known_account(session)))
        } else {
            strong
        }
    }

    /// Whether the session shows what an account without registered methods has: its password,
    /// here or at the organisation that it is federated with.
    pub fn known_account<L: Lattice>(self, session: &Session<'_, L>) -> L::Truth {
        session.any([Mode::Password, Mode::FederatedSingleFactor].map(|mode| session.method(mode)))
    }

    /// Whether people with nothing registered may add the method with their password alone.
    pub fn starts_by_password(self, book: &Book, method: Method) -> bool {
        self != Self::Authenticator
            && matches!(method, Method::Mode(mode) if is_made_here(mode))
            && book.assumptions.hold(Assumption::FirstMethodByPassword)
    }
}

const DEVICE_REGISTRATION: &str = "01cb2876-7ebd-4aa4-9cc9-d28bd4d359a9";

fn audiences(assumptions: &Assumptions) -> Vec<AppId> {
    if assumptions.hold(Assumption::RegistrationAppsCount) {
        well_known::registration_resources()
    } else {
        Vec::from([AppId::new(well_known::CREDENTIAL_CONFIGURATION)])
    }
}

fn in_browser(passkey: Passkey, situation: &Situation<'_>) -> bool {
    match passkey.home {
        PasskeyHome::SecurityKey | PasskeyHome::SyncedProvider => true,
        PasskeyHome::Windows => {
            situation.device.form == Form::Computer && situation.platform == Platform::Windows
        }
        PasskeyHome::AuthenticatorAndroid | PasskeyHome::AuthenticatorIos => false,
    }
}
