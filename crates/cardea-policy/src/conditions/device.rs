//! The filter for devices. Source: Entra, *Conditions: filter for devices*.

use crate::filter::{DeviceFacts, DeviceFilter};

/// Whether a filter brings the policy on or keeps it away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FilterMode {
    /// The policy applies where the rule is true.
    Include,
    /// The policy applies where the rule is false.
    Exclude,
}

/// The device condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Devices {
    /// What the filter does.
    pub mode: FilterMode,
    /// The rule.
    pub rule: DeviceFilter,
}

impl Devices {
    /// Whether the condition matches the device; `None` is an unregistered device, all of whose
    /// properties are null.
    pub fn matches(&self, device: Option<&DeviceFacts>) -> bool {
        match self.mode {
            FilterMode::Include => self.rule.matches(device),
            FilterMode::Exclude => !self.rule.matches(device),
        }
    }
}
