//! What the methods policy lets a person use and register.

use alloc::vec::Vec;

use cardea_policy::conditions::principal::{GuestKind, Person};
use cardea_policy::strength::Mode;

use super::means::{Means, MeansIndex, Method, Passkey, PasskeyHome};
use crate::assumption::{Assumption, Assumptions};
use crate::methods::{
    Attests, AuthenticatorMode, IncludeTarget, KeyRestrictions, MethodKind, MethodsPolicy, PassUse,
    PasskeyProfile, SelfService,
};
use crate::tenant::Tenant;

/// What one person may use and register, method by method.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Permissions {
    usable: Vec<bool>,
    attested: Vec<bool>,
    unattested: Vec<bool>,
}

impl Permissions {
    /// What the tenant allows the person.
    pub fn of(tenant: &Tenant, means: &Means, person: &Person, assumptions: &Assumptions) -> Self {
        let rule = Rule { methods: tenant.methods.as_ref(), person, assumptions };
        let list = |allowed: &dyn Fn(Method) -> bool| {
            means.iter().map(|(_, method)| allowed(method)).collect::<Vec<_>>()
        };
        Self {
            usable: list(&|method| rule.usable(method)),
            attested: list(&|method| rule.registrable(method, Attests::Yes)),
            unattested: list(&|method| rule.registrable(method, Attests::No)),
        }
    }

    /// Whether the person may sign in with the method, once it is registered.
    pub fn usable(&self, method: MeansIndex) -> bool {
        self.usable.get(method.0).copied().unwrap_or(false)
    }

    /// Whether the person may register the method in a way that can, or cannot, attest.
    pub fn registrable(&self, method: MeansIndex, attests: Attests) -> bool {
        let list = match attests {
            Attests::Yes => &self.attested,
            Attests::No => &self.unattested,
        };
        list.get(method.0).copied().unwrap_or(false)
    }
}

struct Rule<'a> {
    methods: Option<&'a MethodsPolicy>,
    person: &'a Person,
    assumptions: &'a Assumptions,
}

impl Rule<'_> {
    fn usable(&self, method: Method) -> bool {
        if self.is_external() && !works_for_guests(method.mode()) {
            return false;
        }
        let Some(methods) = self.methods else {
            return self.assumptions.hold(Assumption::MethodsEnabled)
                || kind(method.mode()).is_none();
        };
        let Some(kind) = kind(method.mode()) else { return true };
        let Some(configuration) = methods.configurations.get(&kind) else {
            return self.assumptions.hold(Assumption::MethodsEnabled);
        };
        let targets = configuration.targets(self.person);
        match method {
            Method::Passkey(passkey) => profiles_allow(methods, &targets, &|profile| {
                profile.accepts(passkey.model, passkey.home.kind()) && names(profile, passkey)
            }),
            Method::Mode(Mode::MicrosoftAuthenticatorPush) => targets
                .iter()
                .any(|target| target.authenticator != AuthenticatorMode::DeviceBasedPush),
            Method::Mode(Mode::DeviceBasedPush) => {
                targets.iter().any(|target| target.authenticator != AuthenticatorMode::Push)
            }
            Method::Mode(Mode::TemporaryAccessPassMultiUse) => {
                !targets.is_empty() && methods.pass.usable == PassUse::Either
            }
            Method::Mode(_) => !targets.is_empty(),
        }
    }

    fn registrable(&self, method: Method, attests: Attests) -> bool {
        let Method::Passkey(passkey) = method else { return self.usable(method) };
        self.usable(method) && self.person.guest.is_none() && self.passkey(passkey, attests)
    }

    fn passkey(&self, passkey: Passkey, attests: Attests) -> bool {
        let Some(methods) = self.methods else { return true };
        if methods.passkeys.self_service == SelfService::Forbidden {
            return false;
        }
        let Some(configuration) = methods.configurations.get(&MethodKind::Fido2) else {
            return true;
        };
        profiles_allow(methods, &configuration.targets(self.person), &|profile| {
            profile.registers(passkey.model, passkey.home.kind(), attests)
                && names(profile, passkey)
        })
    }

    fn is_external(&self) -> bool {
        self.person.guest.as_ref().is_some_and(|guest| guest.kind != GuestKind::InternalGuest)
    }
}

/// Whether the profile names the passkey's model where it must. Entra: passkeys in Windows count
/// only where the models of Windows Hello are allowed one by one.
fn names(profile: &PasskeyProfile, passkey: Passkey) -> bool {
    match (passkey.home, &profile.restrictions) {
        (PasskeyHome::Windows, KeyRestrictions::None | KeyRestrictions::Block(_)) => false,
        (PasskeyHome::Windows, KeyRestrictions::Allow(_))
        | (
            PasskeyHome::AuthenticatorAndroid
            | PasskeyHome::AuthenticatorIos
            | PasskeyHome::SecurityKey
            | PasskeyHome::SyncedProvider,
            _,
        ) => true,
    }
}

fn profiles_allow(
    methods: &MethodsPolicy,
    targets: &[&IncludeTarget],
    allows: &dyn Fn(&PasskeyProfile) -> bool,
) -> bool {
    targets.iter().any(|target| {
        let profiles = methods.passkeys.profiles_of(target);
        methods.passkeys.profiles.is_empty() || profiles.into_iter().any(allows)
    })
}

/// Methods that external people can use in the resource tenant. Entra: text message, voice,
/// Authenticator notifications and software tokens; everything else only at home.
fn works_for_guests(mode: Mode) -> bool {
    matches!(
        mode,
        Mode::Password
            | Mode::Voice
            | Mode::Sms
            | Mode::MicrosoftAuthenticatorPush
            | Mode::SoftwareOath
            | Mode::FederatedSingleFactor
            | Mode::FederatedMultiFactor
    )
}

/// The configuration that enables a mode; `None` for modes that no configuration governs.
pub fn kind(mode: Mode) -> Option<MethodKind> {
    match mode {
        Mode::Voice => Some(MethodKind::Voice),
        Mode::HardwareOath => Some(MethodKind::HardwareOath),
        Mode::SoftwareOath => Some(MethodKind::SoftwareOath),
        Mode::Sms => Some(MethodKind::Sms),
        Mode::Fido2 => Some(MethodKind::Fido2),
        Mode::MicrosoftAuthenticatorPush | Mode::DeviceBasedPush => {
            Some(MethodKind::MicrosoftAuthenticator)
        }
        Mode::TemporaryAccessPassOneTime | Mode::TemporaryAccessPassMultiUse => {
            Some(MethodKind::TemporaryAccessPass)
        }
        Mode::Email => Some(MethodKind::Email),
        Mode::X509CertificateSingleFactor | Mode::X509CertificateMultiFactor => {
            Some(MethodKind::X509Certificate)
        }
        Mode::QrCodePin => Some(MethodKind::QrCodePin),
        Mode::Password
        | Mode::WindowsHelloForBusiness
        | Mode::FederatedSingleFactor
        | Mode::FederatedMultiFactor => None,
    }
}
