//! Authentication strengths: sets of method combinations.
//!
//! Source: Entra, *Authentication strengths* and Graph's `authenticationStrengthPolicy`.

use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::vec::Vec;

use crate::id::{Aaguid, StrengthId};

/// A method mode, as Graph's `authenticationMethodModes`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "each variant is the Graph value that `name` spells out")]
pub enum Mode {
    Password,
    Voice,
    HardwareOath,
    SoftwareOath,
    Sms,
    Fido2,
    WindowsHelloForBusiness,
    MicrosoftAuthenticatorPush,
    DeviceBasedPush,
    TemporaryAccessPassOneTime,
    TemporaryAccessPassMultiUse,
    Email,
    X509CertificateSingleFactor,
    X509CertificateMultiFactor,
    FederatedSingleFactor,
    FederatedMultiFactor,
    QrCodePin,
}

impl Mode {
    /// All modes.
    pub const ALL: [Self; 17] = [
        Self::Password,
        Self::Voice,
        Self::HardwareOath,
        Self::SoftwareOath,
        Self::Sms,
        Self::Fido2,
        Self::WindowsHelloForBusiness,
        Self::MicrosoftAuthenticatorPush,
        Self::DeviceBasedPush,
        Self::TemporaryAccessPassOneTime,
        Self::TemporaryAccessPassMultiUse,
        Self::Email,
        Self::X509CertificateSingleFactor,
        Self::X509CertificateMultiFactor,
        Self::FederatedSingleFactor,
        Self::FederatedMultiFactor,
        Self::QrCodePin,
    ];

    /// Graph's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Voice => "voice",
            Self::HardwareOath => "hardwareOath",
            Self::SoftwareOath => "softwareOath",
            Self::Sms => "sms",
            Self::Fido2 => "fido2",
            Self::WindowsHelloForBusiness => "windowsHelloForBusiness",
            Self::MicrosoftAuthenticatorPush => "microsoftAuthenticatorPush",
            Self::DeviceBasedPush => "deviceBasedPush",
            Self::TemporaryAccessPassOneTime => "temporaryAccessPassOneTime",
            Self::TemporaryAccessPassMultiUse => "temporaryAccessPassMultiUse",
            Self::Email => "email",
            Self::X509CertificateSingleFactor => "x509CertificateSingleFactor",
            Self::X509CertificateMultiFactor => "x509CertificateMultiFactor",
            Self::FederatedSingleFactor => "federatedSingleFactor",
            Self::FederatedMultiFactor => "federatedMultiFactor",
            Self::QrCodePin => "qrCodePin",
        }
    }

    /// The mode with this name, without regard to case.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.name().eq_ignore_ascii_case(name.trim()))
    }

    /// What people call it.
    pub fn text(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Voice => "phone call",
            Self::HardwareOath => "hardware token",
            Self::SoftwareOath => "authenticator code",
            Self::Sms => "text message",
            Self::Fido2 => "passkey",
            Self::WindowsHelloForBusiness => "Windows Hello for Business",
            Self::MicrosoftAuthenticatorPush => "Authenticator notification",
            Self::DeviceBasedPush => "Authenticator phone sign-in",
            Self::TemporaryAccessPassOneTime => "one-time Temporary Access Pass",
            Self::TemporaryAccessPassMultiUse => "Temporary Access Pass",
            Self::Email => "email code",
            Self::X509CertificateSingleFactor => "certificate (single factor)",
            Self::X509CertificateMultiFactor => "certificate",
            Self::FederatedSingleFactor => "federated sign-in",
            Self::FederatedMultiFactor => "federated multifactor sign-in",
            Self::QrCodePin => "QR code and PIN",
        }
    }
}

/// Methods that must be shown together, and what kinds of them are accepted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Combination {
    /// All of these.
    pub modes: BTreeSet<Mode>,
    /// Which passkeys count, where `fido2` is one of the modes.
    pub passkeys: PasskeyRule,
    /// Which certificates count, where a certificate is one of the modes.
    pub certificates: CertificateRule,
}

/// Which passkeys satisfy a combination (Graph's `fido2CombinationConfiguration`).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum PasskeyRule {
    /// Any.
    #[default]
    Any,
    /// Only these models.
    Only(BTreeSet<Aaguid>),
}

impl PasskeyRule {
    /// Whether a passkey of this model satisfies the rule; `None` stands for a model that no rule
    /// of the tenant names.
    pub fn accepts(&self, model: Option<Aaguid>) -> bool {
        match self {
            Self::Any => true,
            Self::Only(models) => model.is_some_and(|model| models.contains(&model)),
        }
    }
}

/// Which certificates satisfy a combination (Graph's `x509CertificateCombinationConfiguration`):
/// where both lists are set, one issuer and one policy must match.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct CertificateRule {
    /// Accepted issuers by subject key identifier; empty means any.
    pub issuers: BTreeSet<String>,
    /// Accepted policy OIDs; empty means any.
    pub policies: BTreeSet<String>,
}

/// An authentication strength.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Strength {
    /// Its id.
    pub id: StrengthId,
    /// Its display name.
    pub name: String,
    /// Whether Microsoft or the tenant defined it.
    pub origin: Origin,
    /// Any one of these combinations satisfies it.
    pub combinations: Vec<Combination>,
}

/// Where a strength comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Origin {
    /// Built in; always present.
    BuiltIn,
    /// Defined in the tenant.
    Custom,
    /// Referenced by id only: what it accepts is not in the input.
    Unknown,
}

/// Id of the built-in multifactor strength, which is also what the `mfa` control means.
pub const MULTIFACTOR: &str = "00000000-0000-0000-0000-000000000002";
/// Id of the built-in passwordless strength.
pub const PASSWORDLESS: &str = "00000000-0000-0000-0000-000000000003";
/// Id of the built-in phishing-resistant strength.
pub const PHISHING_RESISTANT: &str = "00000000-0000-0000-0000-000000000004";

impl Combination {
    /// A combination of modes without further restriction.
    pub fn of(modes: &[Mode]) -> Self {
        Self {
            modes: modes.iter().copied().collect(),
            passkeys: PasskeyRule::Any,
            certificates: CertificateRule::default(),
        }
    }
}

impl Strength {
    /// The three built-in strengths.
    pub fn built_in() -> [Self; 3] {
        let strength = |id: &str, name: &str, combinations| Self {
            id: StrengthId::new(id),
            name: String::from(name),
            origin: Origin::BuiltIn,
            combinations,
        };
        [
            strength(MULTIFACTOR, "Multifactor authentication", multifactor()),
            strength(PASSWORDLESS, "Passwordless MFA", passwordless()),
            strength(PHISHING_RESISTANT, "Phishing-resistant MFA", phishing_resistant()),
        ]
    }

    /// Whether some combination contains the mode.
    pub fn lists(&self, mode: Mode) -> bool {
        self.combinations.iter().any(|combination| combination.modes.contains(&mode))
    }

    /// Whether every combination is one of the multifactor strength's (Graph's
    /// `requirementsSatisfied: mfa`).
    pub fn is_multifactor(&self) -> bool {
        let multifactor = multifactor();
        self.combinations
            .iter()
            .all(|mine| multifactor.iter().any(|theirs| theirs.modes.is_subset(&mine.modes)))
    }
}

fn phishing_resistant() -> Vec<Combination> {
    [Mode::WindowsHelloForBusiness, Mode::Fido2, Mode::X509CertificateMultiFactor]
        .iter()
        .map(|mode| Combination::of(&[*mode]))
        .collect()
}

fn passwordless() -> Vec<Combination> {
    let mut combinations = phishing_resistant();
    combinations.push(Combination::of(&[Mode::DeviceBasedPush]));
    combinations
}

/// What the `mfa` control accepts.
pub fn multifactor() -> Vec<Combination> {
    let mut combinations = passwordless();
    let alone = [
        Mode::TemporaryAccessPassOneTime,
        Mode::TemporaryAccessPassMultiUse,
        Mode::FederatedMultiFactor,
    ];
    combinations.extend(alone.iter().map(|mode| Combination::of(&[*mode])));
    let with_password = [
        Mode::MicrosoftAuthenticatorPush,
        Mode::SoftwareOath,
        Mode::HardwareOath,
        Mode::X509CertificateSingleFactor,
        Mode::X509CertificateMultiFactor,
        Mode::Sms,
        Mode::Voice,
    ];
    combinations.extend(with_password.iter().map(|mode| Combination::of(&[Mode::Password, *mode])));
    let with_federation = [
        Mode::MicrosoftAuthenticatorPush,
        Mode::SoftwareOath,
        Mode::HardwareOath,
        Mode::Sms,
        Mode::Voice,
    ];
    combinations.extend(
        with_federation.iter().map(|mode| Combination::of(&[Mode::FederatedSingleFactor, *mode])),
    );
    combinations
}
