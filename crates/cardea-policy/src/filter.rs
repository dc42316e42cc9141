//! Filters for devices and applications.
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::String;

/// Device facts.
#[derive(Clone, Debug, PartialEq, Eq, Default, PartialOrd, Ord)]
pub struct DeviceFacts {
    /// Compliance.
    pub is_compliant: Option<bool>,
}
/// A device filter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceFilter(pub String);
impl DeviceFilter {
    /// Whether it matches.
    pub fn matches(&self, _device: Option<&DeviceFacts>) -> bool {
        false
    }
}
/// An app filter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppFilter(pub String);
impl AppFilter {
    /// Whether it matches.
    pub fn matches(&self, _attributes: &AppAttributes) -> bool {
        false
    }
}
/// Custom security attributes by `Set_Attribute`.
#[derive(Clone, Debug, PartialEq, Eq, Default, PartialOrd, Ord)]
pub struct AppAttributes(pub BTreeMap<String, BTreeSet<String>>);
