//! The cases that a set of filters tells apart.
//!
//! Properties are given their values one after another. What is left of every filter once a
//! property has its value is simplified, and of two cases that leave the same remains only the
//! plainer one is kept: whatever the other properties turn out to be, the filters cannot tell the
//! two apart. So the number of cases follows the combinations of truth values that the filters can
//! take, and not the product of all values.
//!
//! The values of one property are exact: [`candidates`] makes one of each kind that its
//! comparisons can tell apart. Three things bound the work, and each is reported as
//! [`Coverage::Partial`]: the caller's limit, on cases and on values of one property; four thousand
//! combined texts for one property; and, where more than six values of a collection (or six
//! `-contains` texts of one property) are mentioned, combinations of three and more of them short
//! of all. Memory follows the limit, time at most its square.
//!
//! On the other side, properties are taken to be independent of each other. A representative may
//! be a device that nobody builds (an operating system from one maker with a model from another)
//! or a resource nobody would tag so, which makes a set of cases larger than reality, never smaller.

mod candidates;
mod formula;
mod sweep;

use super::device::DeviceProperty;
use super::expression::Atom;
use super::operator::Value;
use super::{
    AppAttributes, AppFilter, AttributeId, AttributeValue, DeviceFacts, DeviceFilter, Property,
};
use alloc::vec::Vec;
use candidates::Candidates;
use sweep::sweep;

/// Whether representatives stand for every case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Coverage {
    /// Every combination of truth values that the filters can take is among them.
    Complete,
    /// Some combinations may be missing. Those that differ from a plain case in few properties
    /// are kept first.
    Partial,
}

/// Cases such that the filters they were made for tell no other case apart from all of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Representatives<T> {
    /// The cases, at least one, the plainest first.
    pub cases: Vec<T>,
    /// Whether these are all.
    pub coverage: Coverage,
}

/// Registered devices for every combination of truth values that `filters` can take. A device
/// that is not registered is one more case, which the caller adds.
///
/// Properties in `distinguish` are told apart although no filter may mention them: those that
/// something else reads, as grant controls read compliance and trust type. Of a text, that means
/// no value, the mentioned ones and another one.
///
/// Values follow what registered devices have: a trust type and a profile type always, the
/// other properties maybe. A device has a management application if extension attributes would
/// not be seen without one. At most `limit` cases, and at least one, are returned.
pub fn representative_devices<'a>(
    filters: impl IntoIterator<Item = &'a DeviceFilter>,
    distinguish: &[DeviceProperty],
    limit: usize,
) -> Representatives<DeviceFacts> {
    sweep(filters, distinguish, limit)
}

/// Attributes of a resource for every combination of truth values that `filters` can take.
///
/// An attribute may take one value or several, since the rule does not say which. At most `limit`
/// cases, and at least one, are returned; the first has no attributes at all.
pub fn representative_attributes<'a>(
    filters: impl IntoIterator<Item = &'a AppFilter>,
    limit: usize,
) -> Representatives<AppAttributes> {
    sweep(filters, &[], limit)
}

/// What the properties of a vocabulary are read from.
trait Subject: Clone + Default {
    type Property: Property;

    fn value(&self, property: &Self::Property) -> Value<'_>;
    fn set(&mut self, property: &Self::Property, value: Option<AttributeValue>);

    /// A property that can make `property` visible, if not every subject shows it.
    fn needed_to_see(property: &Self::Property) -> Option<Self::Property>;
    /// Whether properties that not every subject shows can be seen.
    fn shows_hidden(&self) -> bool;

    /// One value of each kind that `atoms`, which all read `property`, tell apart, the plainest
    /// first.
    fn candidates(property: &Self::Property, atoms: &[&Atom<Self::Property>]) -> Candidates;
}

impl Subject for DeviceFacts {
    type Property = DeviceProperty;

    fn value(&self, property: &DeviceProperty) -> Value<'_> {
        self.value(*property)
    }

    fn set(&mut self, property: &DeviceProperty, value: Option<AttributeValue>) {
        self.set(*property, value);
    }

    fn needed_to_see(property: &DeviceProperty) -> Option<DeviceProperty> {
        property.is_extension_attribute().then_some(DeviceProperty::MdmAppId)
    }

    fn shows_hidden(&self) -> bool {
        self.shows_extension_attributes()
    }

    fn candidates(property: &DeviceProperty, atoms: &[&Atom<DeviceProperty>]) -> Candidates {
        candidates::of_device(*property, atoms)
    }
}

impl Subject for AppAttributes {
    type Property = AttributeId;

    fn value(&self, property: &AttributeId) -> Value<'_> {
        self.value(property)
    }

    fn set(&mut self, property: &AttributeId, value: Option<AttributeValue>) {
        self.set(property, value);
    }

    fn needed_to_see(_property: &AttributeId) -> Option<AttributeId> {
        None
    }

    fn shows_hidden(&self) -> bool {
        true
    }

    fn candidates(_property: &AttributeId, atoms: &[&Atom<AttributeId>]) -> Candidates {
        candidates::of_attribute(atoms)
    }
}
