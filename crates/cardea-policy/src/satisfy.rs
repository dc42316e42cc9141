//! When controls and strengths are satisfied, by what a person shows.

use alloc::vec::Vec;

use crate::control::Control;
use crate::lattice::Lattice;
use crate::strength::{
    CertificateRule, Combination, Mode, Origin, PasskeyRule, Strength, multifactor,
};

/// What a person can show in one sign-in, as truth values of a lattice.
pub trait Evidence: Lattice {
    /// A method other than a passkey or a certificate.
    fn method(&self, mode: Mode) -> Self::Truth;
    /// A passkey that the rule accepts.
    fn passkey(&self, rule: &PasskeyRule) -> Self::Truth;
    /// A certificate of this mode that the rule accepts.
    fn certificate(&self, mode: Mode, rule: &CertificateRule) -> Self::Truth;
    /// A control other than multifactor authentication and strengths.
    fn control(&self, control: &Control) -> Self::Truth;
    /// A strength whose definition is not in the input.
    fn unknown_strength(&self, strength: &Strength) -> Self::Truth;
}

/// Strengths by index, with what the `mfa` control means.
#[derive(Clone, Debug)]
pub struct Strengths {
    list: Vec<Strength>,
    multifactor: Vec<Combination>,
}

impl Strengths {
    /// The strengths of a tenant.
    pub fn new(list: Vec<Strength>) -> Self {
        Self { list, multifactor: multifactor() }
    }

    /// All of them, in order.
    pub fn list(&self) -> &[Strength] {
        &self.list
    }

    /// The combinations of which a multifactor control or a strength demands one; `None` for other
    /// controls.
    pub fn combinations(&self, control: &Control) -> Option<&[Combination]> {
        match control {
            Control::Mfa => Some(&self.multifactor),
            Control::Strength(index) => {
                Some(self.list.get(index.position()).map_or(&[], |s| s.combinations.as_slice()))
            }
            Control::CompliantDevice
            | Control::DomainJoinedDevice
            | Control::ApprovedApplication
            | Control::CompliantApplication
            | Control::PasswordChange
            | Control::RiskRemediation
            | Control::Terms(_)
            | Control::Custom(_) => None,
        }
    }

    /// Whether the control is satisfied.
    pub fn control<E: Evidence>(&self, evidence: &E, control: &Control) -> E::Truth {
        if let Control::Strength(index) = control
            && let Some(strength) = self.list.get(index.position())
            && strength.origin == Origin::Unknown
        {
            return evidence.unknown_strength(strength);
        }
        match self.combinations(control) {
            Some(combinations) => any_of(evidence, combinations),
            None => evidence.control(control),
        }
    }

    /// Whether multifactor authentication of any kind was done.
    pub fn multifactor<E: Evidence>(&self, evidence: &E) -> E::Truth {
        any_of(evidence, &self.multifactor)
    }
}

/// Whether any one of the combinations is satisfied.
pub fn any_of<E: Evidence>(evidence: &E, combinations: &[Combination]) -> E::Truth {
    evidence.any(combinations.iter().map(|combination| together(evidence, combination)))
}

fn together<E: Evidence>(evidence: &E, combination: &Combination) -> E::Truth {
    evidence.all(combination.modes.iter().map(|mode| match mode {
        Mode::Fido2 => evidence.passkey(&combination.passkeys),
        Mode::X509CertificateSingleFactor | Mode::X509CertificateMultiFactor => {
            evidence.certificate(*mode, &combination.certificates)
        }
        Mode::Password
        | Mode::Voice
        | Mode::HardwareOath
        | Mode::SoftwareOath
        | Mode::Sms
        | Mode::WindowsHelloForBusiness
        | Mode::MicrosoftAuthenticatorPush
        | Mode::DeviceBasedPush
        | Mode::TemporaryAccessPassOneTime
        | Mode::TemporaryAccessPassMultiUse
        | Mode::Email
        | Mode::FederatedSingleFactor
        | Mode::FederatedMultiFactor
        | Mode::QrCodePin => evidence.method(*mode),
    }))
}
