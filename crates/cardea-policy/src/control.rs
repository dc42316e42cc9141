//! Grant and session controls. Source: Entra, *Conditional Access: Grant* and *Session*.

use alloc::vec::Vec;

use crate::id::{CustomFactorId, TermsId};
use crate::lattice::Lattice;
use crate::place::{Field, StrengthIndex};

/// What a policy demands before access is granted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Grant {
    /// Nobody whom the policy applies to gets in.
    Block,
    /// The controls, joined by the operator. Empty controls demand nothing.
    Require {
        /// How the controls are joined.
        operator: Operator,
        /// The controls, in the order in which they are offered.
        controls: Vec<Control>,
    },
}

impl Grant {
    /// What is demanded: of each list, any one control. Whoever decides by the operator reads it
    /// here. A block is one empty list, which nothing meets; empty controls are no list at all.
    /// Source: Entra, *Conditional Access: Grant* (multiple controls).
    pub fn choices(&self) -> impl Iterator<Item = &[Control]> {
        const NOTHING: &[Control] = &[];
        let (blocked, controls, size) = match self {
            Self::Block => (Some(NOTHING), NOTHING, 1),
            Self::Require { operator: Operator::And, controls } => (None, controls.as_slice(), 1),
            Self::Require { operator: Operator::Or, controls } => {
                (None, controls.as_slice(), controls.len().max(1))
            }
        };
        blocked.into_iter().chain(controls.chunks(size))
    }

    /// Whether the grant is satisfied, given the truth of each control.
    pub fn met<L: Lattice>(
        &self,
        lattice: &L,
        mut truth: impl FnMut(&Control) -> L::Truth,
    ) -> L::Truth {
        lattice.all(self.choices().map(|any| lattice.any(any.iter().map(&mut truth))))
    }
}

/// How controls are joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum Operator {
    /// All of them (the default).
    #[default]
    And,
    /// Any one of them.
    Or,
}

/// A grant control other than block. The order of the variants is the order in which Entra
/// validates and offers them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Control {
    /// `mfa`: what the built-in multifactor strength accepts.
    Mfa,
    /// An authentication strength.
    Strength(StrengthIndex),
    /// `compliantDevice`
    CompliantDevice,
    /// `domainJoinedDevice`
    DomainJoinedDevice,
    /// `approvedApplication`, retired in March 2026.
    ApprovedApplication,
    /// `compliantApplication`, app protection.
    CompliantApplication,
    /// `passwordChange`
    PasswordChange,
    /// `riskRemediation`
    RiskRemediation,
    /// Terms of use.
    Terms(TermsId),
    /// A custom control of another provider.
    Custom(CustomFactorId),
}

impl Control {
    /// Graph's name of the control, for built-in ones.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Mfa => "mfa",
            Self::Strength(_) => "authenticationStrength",
            Self::CompliantDevice => "compliantDevice",
            Self::DomainJoinedDevice => "domainJoinedDevice",
            Self::ApprovedApplication => "approvedApplication",
            Self::CompliantApplication => "compliantApplication",
            Self::PasswordChange => "passwordChange",
            Self::RiskRemediation => "riskRemediation",
            Self::Terms(_) => "termsOfUse",
            Self::Custom(_) => "customAuthenticationFactors",
        }
    }

    /// What people call it.
    pub fn text(&self) -> &'static str {
        match self {
            Self::Mfa => "multifactor authentication",
            Self::Strength(_) => "an authentication strength",
            Self::CompliantDevice => "a compliant device",
            Self::DomainJoinedDevice => "a hybrid joined device",
            Self::ApprovedApplication => "an approved client app",
            Self::CompliantApplication => "an app protection policy",
            Self::PasswordChange => "a password change",
            Self::RiskRemediation => "risk remediation",
            Self::Terms(_) => "terms of use",
            Self::Custom(_) => "a custom control",
        }
    }

    /// The field that holds the control.
    pub fn field(&self) -> Field {
        match self {
            Self::Strength(_) => Field::AuthenticationStrength,
            Self::Terms(_) => Field::TermsOfUse,
            Self::Custom(_) => Field::CustomFactors,
            Self::Mfa
            | Self::CompliantDevice
            | Self::DomainJoinedDevice
            | Self::ApprovedApplication
            | Self::CompliantApplication
            | Self::PasswordChange
            | Self::RiskRemediation => Field::BuiltInControls,
        }
    }

    /// Whether the control looks at the device or the app on it.
    pub fn is_about_device(&self) -> bool {
        match self {
            Self::CompliantDevice
            | Self::DomainJoinedDevice
            | Self::ApprovedApplication
            | Self::CompliantApplication => true,
            Self::Mfa
            | Self::Strength(_)
            | Self::PasswordChange
            | Self::RiskRemediation
            | Self::Terms(_)
            | Self::Custom(_) => false,
        }
    }
}

/// Session controls, as far as they bear on who gets in and for how long.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Session {
    /// How often people sign in again.
    pub sign_in_frequency: Option<SignInFrequency>,
    /// Whether browser sessions persist.
    pub persistent_browser: Option<PersistentBrowser>,
    /// Controls that change nothing about who gets in, kept by name.
    pub other: Vec<OtherSessionControl>,
}

/// How often people sign in again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignInFrequency {
    /// The interval.
    pub interval: Interval,
    /// What is asked again.
    pub factors: Factors,
}

/// The interval of a sign-in frequency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Interval {
    /// Every time, with five minutes of tolerance.
    EveryTime,
    /// After this many hours.
    Hours(u32),
}

/// What a sign-in frequency asks again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Factors {
    /// Both factors.
    #[default]
    PrimaryAndSecondary,
    /// The second one only.
    Secondary,
}

/// Whether browser sessions persist.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PersistentBrowser {
    /// Always.
    Always,
    /// Never. Wins over *always*.
    Never,
}

/// Session controls without bearing on who gets in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "each variant is the Graph property of that name")]
pub enum OtherSessionControl {
    ApplicationEnforcedRestrictions,
    CloudAppSecurity,
    DisableResilienceDefaults,
    SecureSignInSession,
    ContinuousAccessEvaluation,
    GlobalSecureAccessFilteringProfile,
    NetworkAccessSecurity,
}

impl Session {
    /// Whether no session control is set.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
