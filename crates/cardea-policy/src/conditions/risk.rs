//! Risk levels. Source: Entra, *Conditions: sign-in risk, user risk, insider risk*.

use alloc::collections::BTreeSet;

/// A risk level, as Graph's `riskLevel`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum RiskLevel {
    /// No risk.
    #[default]
    None,
    /// Low.
    Low,
    /// Medium.
    Medium,
    /// High.
    High,
    /// Hidden: not licensed to see it.
    Hidden,
}

impl RiskLevel {
    /// The levels that a sign-in can have.
    pub const ALL: [Self; 5] = [Self::None, Self::Low, Self::Medium, Self::High, Self::Hidden];

    /// Graph's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Hidden => "hidden",
        }
    }
}

/// An insider-risk level of Purview's Adaptive Protection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum InsiderRisk {
    /// None.
    #[default]
    None,
    /// Minor.
    Minor,
    /// Moderate.
    Moderate,
    /// Elevated.
    Elevated,
}

impl InsiderRisk {
    /// All levels.
    pub const ALL: [Self; 4] = [Self::None, Self::Minor, Self::Moderate, Self::Elevated];

    /// Graph's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Minor => "minor",
            Self::Moderate => "moderate",
            Self::Elevated => "elevated",
        }
    }
}

/// A condition on levels `L`; an empty list means that it is not configured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Levels<L>(pub BTreeSet<L>);

impl<L> Default for Levels<L> {
    fn default() -> Self {
        Self(BTreeSet::new())
    }
}

impl<L: Ord + Copy> Levels<L> {
    /// Whether the condition matches the level: not configured, or listed.
    pub fn matches(&self, level: L) -> bool {
        self.0.is_empty() || self.0.contains(&level)
    }

    /// Whether the condition is configured at all.
    pub fn is_configured(&self) -> bool {
        !self.0.is_empty()
    }
}

/// The risks of a sign-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Risks {
    /// Of the sign-in.
    pub sign_in: RiskLevel,
    /// Of the user.
    pub user: RiskLevel,
    /// Of the workload identity.
    pub service_principal: RiskLevel,
    /// Of the agent.
    pub agent: RiskLevel,
    /// Insider risk.
    pub insider: InsiderRisk,
}

/// All conditions on risk.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct RiskLevels {
    /// On sign-in risk.
    pub sign_in: Levels<RiskLevel>,
    /// On user risk.
    pub user: Levels<RiskLevel>,
    /// On the risk of a workload identity.
    pub service_principal: Levels<RiskLevel>,
    /// On the risk of an agent.
    pub agent: Levels<RiskLevel>,
    /// On insider risk.
    pub insider: Levels<InsiderRisk>,
}

impl RiskLevels {
    /// Whether all conditions match.
    pub fn matches(&self, risks: &Risks) -> bool {
        self.sign_in.matches(risks.sign_in)
            && self.user.matches(risks.user)
            && self.service_principal.matches(risks.service_principal)
            && self.agent.matches(risks.agent)
            && self.insider.matches(risks.insider)
    }

    /// Whether any of them is configured.
    pub fn is_configured(&self) -> bool {
        self.sign_in.is_configured()
            || self.user.is_configured()
            || self.service_principal.is_configured()
            || self.agent.is_configured()
            || self.insider.is_configured()
    }
}
