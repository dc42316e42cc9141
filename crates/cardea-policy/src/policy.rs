//! A Conditional Access policy: if these conditions, then these controls.

use alloc::string::String;
use alloc::vec::Vec;

use crate::conditions::client::ClientApps;
use crate::conditions::device::Devices;
use crate::conditions::flow::Flows;
use crate::conditions::location::Locations;
use crate::conditions::platform::Platforms;
use crate::conditions::principal::Principals;
use crate::conditions::risk::RiskLevels;
use crate::conditions::target::{BaselineScopes, Target};
use crate::control::{Control, Grant, Operator, Session};
use crate::id::PolicyId;
use crate::place::Field;

/// A policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Its id; absent in templates and hand-written files.
    pub id: Option<PolicyId>,
    /// Its display name; what people call it.
    pub name: String,
    /// Whether it is in force.
    pub state: State,
    /// When it applies: all of them together.
    pub conditions: Conditions,
    /// What it demands; `None` for policies with session controls only.
    pub grant: Option<Grant>,
    /// What it does to the session.
    pub session: Session,
    /// Fields that say something this rulebook has no meaning for. What depends on them is not
    /// decided.
    pub unmodelled: Vec<Field>,
}

/// Whether a policy is in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// `enabled`
    Enabled,
    /// `enabledForReportingButNotEnforced`
    ReportOnly,
    /// `disabled`
    Disabled,
}

impl State {
    /// Graph's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Enabled => "enabled",
            Self::ReportOnly => "enabledForReportingButNotEnforced",
            Self::Disabled => "disabled",
        }
    }
}

/// All conditions of a policy. An absent condition matches everything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conditions {
    /// Who signs in.
    pub principals: Principals,
    /// What is asked for.
    pub target: Target,
    /// With what kind of client.
    pub client_apps: ClientApps,
    /// On what platform.
    pub platforms: Option<Platforms>,
    /// From where.
    pub locations: Option<Locations>,
    /// On what device.
    pub devices: Option<Devices>,
    /// At what risk.
    pub risks: RiskLevels,
    /// By what flow.
    pub flows: Flows,
}

/// Settings of a tenant that change what policies mean.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Settings {
    /// Whether the approved client app control still counts.
    pub approved_application: ApprovedApplication,
    /// What baseline scopes count as.
    pub baseline_scopes: BaselineScopes,
}

/// Whether the approved client app control still counts. Entra: after its retirement it behaves as
/// if it were not selected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum ApprovedApplication {
    /// As before March 2026.
    Enforced,
    /// Dropped from every policy.
    #[default]
    Retired,
}

impl Policy {
    /// What the policy demands under the settings, with retired controls dropped; `None` where it
    /// demands nothing.
    pub fn effective_grant(&self, settings: &Settings) -> Option<Grant> {
        match self.grant.as_ref()? {
            Grant::Block => Some(Grant::Block),
            Grant::Require { operator, controls } => {
                let retired = settings.approved_application == ApprovedApplication::Retired;
                let mut controls: Vec<Control> = controls
                    .iter()
                    .filter(|control| !(retired && **control == Control::ApprovedApplication))
                    .cloned()
                    .collect();
                controls.sort_unstable();
                controls.dedup();
                let operator = if controls.len() == 1 { Operator::And } else { *operator };
                (!controls.is_empty()).then_some(Grant::Require { operator, controls })
            }
        }
    }
}
