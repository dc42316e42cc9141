//! What is taken for granted where the documentation is silent or the input does not say.

use alloc::collections::BTreeSet;

/// A statement that is taken as true or false unless a run switches it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Assumption {
    /// Registering or joining a device falls under *all resources*.
    RegisterDeviceIsAResource,
    /// Policies on one of the apps behind registration apply to registering security info.
    RegistrationAppsCount,
    /// The `mfa` control on registering security info displaces strengths on all resources, as the
    /// equal built-in strength would.
    MfaOnRegistrationDisplaces,
    /// Whoever lacks a strength but could register a method that it lists is let into the wizard.
    ListedMeansLetIn,
    /// Somebody with nothing registered may add a phone or an authenticator app with the password
    /// alone.
    FirstMethodByPassword,
    /// In the wizard, an `mfa` control on all resources counts as met.
    MfaMetInWizard,
    /// The wizard can create any passkey that the demanded strength accepts, not only those in
    /// Authenticator.
    WizardMakesAnyPasskey,
    /// Where several policies demand authentication of a sign-in, the wizard offers only methods that
    /// all of them accept; otherwise, whatever any of them lists.
    WizardServesEveryDemand,
    /// The help desk can issue passes to everybody whom the methods policy allows to use them.
    HelpDeskIssuesPasses,
    /// People of the tenant can reach a trusted network, to sign in and to register. Guests cannot.
    TrustedNetworkInReach,
    /// New Windows computers set up Windows Hello for Business.
    WindowsHelloAtSetup,
    /// Computers and phones can talk over Bluetooth, so that passkeys work across devices.
    BluetoothOpen,
    /// Without a methods policy in the input, every method is enabled for everybody.
    MethodsEnabled,
    /// Multifactor authentication done in guests' home tenants is believed.
    GuestMfaTrusted,
}

impl Assumption {
    /// All of them.
    pub const ALL: [Self; 14] = [
        Self::RegisterDeviceIsAResource,
        Self::RegistrationAppsCount,
        Self::MfaOnRegistrationDisplaces,
        Self::ListedMeansLetIn,
        Self::FirstMethodByPassword,
        Self::MfaMetInWizard,
        Self::WizardMakesAnyPasskey,
        Self::WizardServesEveryDemand,
        Self::HelpDeskIssuesPasses,
        Self::TrustedNetworkInReach,
        Self::WindowsHelloAtSetup,
        Self::BluetoothOpen,
        Self::MethodsEnabled,
        Self::GuestMfaTrusted,
    ];

    /// The name in the settings and in output.
    pub fn name(self) -> &'static str {
        match self {
            Self::RegisterDeviceIsAResource => "register-device-is-a-resource",
            Self::RegistrationAppsCount => "registration-apps-count",
            Self::MfaOnRegistrationDisplaces => "mfa-on-registration-displaces",
            Self::ListedMeansLetIn => "listed-means-let-in",
            Self::FirstMethodByPassword => "first-method-by-password",
            Self::MfaMetInWizard => "mfa-met-in-wizard",
            Self::WizardMakesAnyPasskey => "wizard-makes-any-passkey",
            Self::WizardServesEveryDemand => "wizard-serves-every-demand",
            Self::HelpDeskIssuesPasses => "help-desk-issues-passes",
            Self::TrustedNetworkInReach => "trusted-network-in-reach",
            Self::WindowsHelloAtSetup => "windows-hello-at-setup",
            Self::BluetoothOpen => "bluetooth-open",
            Self::MethodsEnabled => "methods-enabled",
            Self::GuestMfaTrusted => "guest-mfa-trusted",
        }
    }

    /// The assumption with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|assumption| assumption.name() == name)
    }

    /// The statement, as it reads when it is taken as true.
    pub fn text(self) -> &'static str {
        match self {
            Self::RegisterDeviceIsAResource => {
                "registering or joining a device falls under all resources"
            }
            Self::RegistrationAppsCount => {
                "policies on an app behind registration apply to registering security info"
            }
            Self::MfaOnRegistrationDisplaces => {
                "the mfa control on registering security info displaces strengths on all resources"
            }
            Self::ListedMeansLetIn => {
                "people who could register a method that a strength lists are let into the wizard"
            }
            Self::FirstMethodByPassword => {
                "people with nothing registered may add a phone or an authenticator app with their \
                 password alone"
            }
            Self::MfaMetInWizard => "in the wizard, mfa on all resources counts as met",
            Self::WizardMakesAnyPasskey => {
                "the wizard creates any passkey that the demanded strength accepts"
            }
            Self::WizardServesEveryDemand => {
                "the wizard offers only methods that every demand of the sign-in accepts"
            }
            Self::HelpDeskIssuesPasses => {
                "the help desk can issue passes to everybody who is allowed to use one"
            }
            Self::TrustedNetworkInReach => {
                "people of the tenant can reach a trusted network, to sign in and to register; \
                 guests cannot"
            }
            Self::WindowsHelloAtSetup => {
                "work computers with Windows set up Windows Hello for Business"
            }
            Self::BluetoothOpen => "computers and phones can use Bluetooth for passkeys",
            Self::MethodsEnabled => "no methods policy in the input: every method is enabled",
            Self::GuestMfaTrusted => {
                "multifactor authentication in guests' home tenants is believed"
            }
        }
    }

    /// Whether it is taken as true unless switched.
    pub fn default(self) -> bool {
        match self {
            Self::RegisterDeviceIsAResource | Self::GuestMfaTrusted => false,
            Self::RegistrationAppsCount
            | Self::MfaOnRegistrationDisplaces
            | Self::ListedMeansLetIn
            | Self::FirstMethodByPassword
            | Self::MfaMetInWizard
            | Self::WizardMakesAnyPasskey
            | Self::WizardServesEveryDemand
            | Self::HelpDeskIssuesPasses
            | Self::TrustedNetworkInReach
            | Self::WindowsHelloAtSetup
            | Self::BluetoothOpen
            | Self::MethodsEnabled => true,
        }
    }
}

/// The assumptions of a run: the defaults, except for those that are switched.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Assumptions {
    /// Assumptions that are taken the other way round.
    pub switched: BTreeSet<Assumption>,
}

impl Assumptions {
    /// Whether the assumption is taken as true.
    pub fn hold(&self, assumption: Assumption) -> bool {
        assumption.default() != self.switched.contains(&assumption)
    }

    /// These assumptions with one of them switched.
    #[must_use]
    pub fn with_switched(mut self, assumption: Assumption) -> Self {
        if !self.switched.remove(&assumption) {
            self.switched.insert(assumption);
        }
        self
    }
}
