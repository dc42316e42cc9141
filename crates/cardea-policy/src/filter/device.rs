//! The filter for devices and the properties it can name.

use super::error::{Problem, nearest};
use super::operator::Value;
use super::{DeviceFacts, DeviceOwnership, Filter, Kind, ProfileType, Property, TrustType};
use alloc::borrow::ToOwned as _;
use alloc::format;
use alloc::string::ToString as _;
use core::fmt;

/// The filter for devices of a policy.
pub type DeviceFilter = Filter<DeviceProperty>;

impl DeviceFilter {
    /// Whether the rule is true of `device`; `None` is a device that is not registered with
    /// Entra, whose properties are all null. Matching never allocates while texts are short.
    ///
    /// Extension attributes can be read only if the device is managed, compliant or hybrid
    /// joined, and are null otherwise. The documentation leaves open what a negative operator on
    /// them says of a registered device that is none of these; here it is true, as for every null.
    pub fn matches(&self, device: Option<&DeviceFacts>) -> bool {
        self.expression().holds(&|atom| {
            atom.holds(device.map_or(Value::Null, |device| device.value(*atom.property())))
        })
    }
}

/// A property of the filter for devices.
///
/// The first three decide whether extension attributes can be read, so they come first in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DeviceProperty {
    /// `mdmAppId`: the application that manages the device.
    MdmAppId,
    /// `isCompliant`.
    IsCompliant,
    /// `trustType`.
    TrustType,
    /// `deviceId`.
    DeviceId,
    /// `displayName`.
    DisplayName,
    /// `deviceOwnership`.
    DeviceOwnership,
    /// `enrollmentProfileName`.
    EnrollmentProfileName,
    /// `manufacturer`.
    Manufacturer,
    /// `model`.
    Model,
    /// `operatingSystem`.
    OperatingSystem,
    /// `operatingSystemVersion`.
    OperatingSystemVersion,
    /// `physicalIds`.
    PhysicalIds,
    /// `profileType`.
    ProfileType,
    /// `systemLabels`.
    SystemLabels,
    /// `extensionAttribute1` to `extensionAttribute15`.
    ExtensionAttribute(ExtensionAttribute),
}

/// One of the fifteen extension attributes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ExtensionAttribute(u8);

impl ExtensionAttribute {
    /// How many there are.
    pub const COUNT: u8 = 15;

    /// Extension attribute `number`, counted from 1, if there is one.
    pub const fn numbered(number: u8) -> Option<Self> {
        if number >= 1 && number <= Self::COUNT { Some(Self(number)) } else { None }
    }

    /// Its number, from 1 to 15.
    pub const fn number(self) -> u8 {
        self.0
    }

    pub(super) fn position(self) -> usize {
        usize::from(self.0).saturating_sub(1)
    }
}

impl DeviceProperty {
    /// Every property, in order.
    pub fn all() -> impl Iterator<Item = Self> {
        let named = [
            Self::MdmAppId,
            Self::IsCompliant,
            Self::TrustType,
            Self::DeviceId,
            Self::DisplayName,
            Self::DeviceOwnership,
            Self::EnrollmentProfileName,
            Self::Manufacturer,
            Self::Model,
            Self::OperatingSystem,
            Self::OperatingSystemVersion,
            Self::PhysicalIds,
            Self::ProfileType,
            Self::SystemLabels,
        ];
        let extensions = (1..=ExtensionAttribute::COUNT).map(ExtensionAttribute);
        named.into_iter().chain(extensions.map(Self::ExtensionAttribute))
    }

    /// Whether it is one of the extension attributes, which not every device shows.
    pub const fn is_extension_attribute(self) -> bool {
        matches!(self, Self::ExtensionAttribute(_))
    }
}

impl Property for DeviceProperty {
    const EXPECTED: &'static str = "a device property such as `device.trustType`";

    fn named(word: &str) -> Result<Self, Problem> {
        // The first published examples called `physicalIds` by its name in group rules.
        if word.eq_ignore_ascii_case("device.devicePhysicalIds") {
            return Ok(Self::PhysicalIds);
        }
        Self::all().find(|it| it.to_string().eq_ignore_ascii_case(word)).ok_or_else(|| {
            let hint = nearest(word, Self::all().map(|it| it.to_string())).map_or_else(
                || "properties look like `device.trustType`".to_owned(),
                |it| format!("maybe `{it}`?"),
            );
            Problem::UnknownProperty { noun: "device property", found: word.to_owned(), hint }
        })
    }

    fn kind(&self) -> Kind {
        match self {
            Self::DeviceId | Self::MdmAppId => Kind::Identifier,
            Self::IsCompliant => Kind::Truth,
            Self::TrustType => Kind::Choice(&TrustType::NAMES),
            Self::DeviceOwnership => Kind::Choice(&DeviceOwnership::NAMES),
            Self::ProfileType => Kind::Choice(&ProfileType::NAMES),
            Self::PhysicalIds | Self::SystemLabels => Kind::Collection,
            Self::DisplayName
            | Self::EnrollmentProfileName
            | Self::Manufacturer
            | Self::Model
            | Self::OperatingSystem
            | Self::OperatingSystemVersion
            | Self::ExtensionAttribute(_) => Kind::Text,
        }
    }
}

impl fmt::Display for DeviceProperty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self {
            Self::MdmAppId => "mdmAppId",
            Self::IsCompliant => "isCompliant",
            Self::TrustType => "trustType",
            Self::DeviceId => "deviceId",
            Self::DisplayName => "displayName",
            Self::DeviceOwnership => "deviceOwnership",
            Self::EnrollmentProfileName => "enrollmentProfileName",
            Self::Manufacturer => "manufacturer",
            Self::Model => "model",
            Self::OperatingSystem => "operatingSystem",
            Self::OperatingSystemVersion => "operatingSystemVersion",
            Self::PhysicalIds => "physicalIds",
            Self::ProfileType => "profileType",
            Self::SystemLabels => "systemLabels",
            Self::ExtensionAttribute(it) => {
                return write!(f, "device.extensionAttribute{}", it.number());
            }
        };
        write!(f, "device.{name}")
    }
}
