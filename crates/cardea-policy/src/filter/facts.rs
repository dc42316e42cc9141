//! A registered device as the directory knows it.

use super::AttributeValue;
use super::device::DeviceProperty;
use super::operator::Value;
use alloc::string::String;
use alloc::vec::Vec;

/// How a device is registered. Entra: every registered device has a trust type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TrustType {
    /// `Workplace`: registered only, as personal devices are.
    Workplace,
    /// `AzureAD`: joined.
    AzureAd,
    /// `ServerAD`: hybrid joined.
    ServerAd,
}

/// Who owns a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DeviceOwnership {
    /// `Personal`.
    Personal,
    /// `Company`.
    Company,
}

/// The kind of profile a device is registered with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProfileType {
    /// `RegisteredDevice`, the default.
    RegisteredDevice,
    /// `SecureVM`: a virtual machine in Azure.
    SecureVm,
    /// `Printer`.
    Printer,
    /// `Shared`.
    Shared,
    /// `IoT`.
    Iot,
}

/// What the management service says of a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Compliance {
    /// `False`.
    NonCompliant,
    /// `True`.
    Compliant,
}

impl TrustType {
    /// Every trust type.
    pub const ALL: [Self; 3] = [Self::Workplace, Self::AzureAd, Self::ServerAd];
    pub(super) const NAMES: [&str; 3] = ["AzureAD", "ServerAD", "Workplace"];

    /// Its name in a filter.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Workplace => "Workplace",
            Self::AzureAd => "AzureAD",
            Self::ServerAd => "ServerAD",
        }
    }

    /// The trust type called `name`, without regard to case.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.name().eq_ignore_ascii_case(name))
    }
}

impl DeviceOwnership {
    /// Every ownership.
    pub const ALL: [Self; 2] = [Self::Personal, Self::Company];
    pub(super) const NAMES: [&str; 2] = ["Company", "Personal"];

    /// Its name in a filter.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Personal => "Personal",
            Self::Company => "Company",
        }
    }

    /// The ownership called `name`, without regard to case.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.name().eq_ignore_ascii_case(name))
    }
}

impl ProfileType {
    /// Every profile type.
    pub const ALL: [Self; 5] =
        [Self::RegisteredDevice, Self::SecureVm, Self::Printer, Self::Shared, Self::Iot];
    pub(super) const NAMES: [&str; 5] =
        ["RegisteredDevice", "SecureVM", "Printer", "Shared", "IoT"];

    /// Its name in a filter.
    pub const fn name(self) -> &'static str {
        match self {
            Self::RegisteredDevice => "RegisteredDevice",
            Self::SecureVm => "SecureVM",
            Self::Printer => "Printer",
            Self::Shared => "Shared",
            Self::Iot => "IoT",
        }
    }

    /// The profile type called `name`, without regard to case.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.name().eq_ignore_ascii_case(name))
    }
}

impl Compliance {
    /// Both.
    pub const ALL: [Self; 2] = [Self::NonCompliant, Self::Compliant];

    /// Its name in a filter.
    pub const fn name(self) -> &'static str {
        match self {
            Self::NonCompliant => "False",
            Self::Compliant => "True",
        }
    }

    /// The compliance called `name`, without regard to case.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.name().eq_ignore_ascii_case(name))
    }
}

/// What Entra knows of a registered device. `None` is null.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DeviceFacts {
    /// `deviceId`.
    pub device_id: Option<String>,
    /// `mdmAppId`. A device that has one counts as managed.
    pub mdm_app_id: Option<String>,
    /// `displayName`.
    pub display_name: Option<String>,
    /// `deviceOwnership`.
    pub ownership: Option<DeviceOwnership>,
    /// `enrollmentProfileName`.
    pub enrollment_profile_name: Option<String>,
    /// `isCompliant`; null for a device that nothing manages.
    pub compliance: Option<Compliance>,
    /// `manufacturer`.
    pub manufacturer: Option<String>,
    /// `model`.
    pub model: Option<String>,
    /// `operatingSystem`.
    pub operating_system: Option<String>,
    /// `operatingSystemVersion`.
    pub operating_system_version: Option<String>,
    /// `physicalIds`.
    pub physical_ids: Vec<String>,
    /// `profileType`.
    pub profile_type: Option<ProfileType>,
    /// `systemLabels`.
    pub system_labels: Vec<String>,
    /// `trustType`.
    pub trust_type: Option<TrustType>,
    /// `extensionAttribute1` to `extensionAttribute15`, as they are stored: whether a policy sees
    /// them is decided when they are read.
    pub extension_attributes: [Option<String>; 15],
}

impl DeviceFacts {
    /// Whether policies see the extension attributes: Entra shows them of devices that are
    /// managed, compliant or hybrid joined.
    pub fn shows_extension_attributes(&self) -> bool {
        self.mdm_app_id.is_some()
            || self.compliance == Some(Compliance::Compliant)
            || self.trust_type == Some(TrustType::ServerAd)
    }

    /// What a filter reads when it names `property`.
    pub(super) fn value(&self, property: DeviceProperty) -> Value<'_> {
        let text = match property {
            DeviceProperty::PhysicalIds => return Value::Collection(&self.physical_ids),
            DeviceProperty::SystemLabels => return Value::Collection(&self.system_labels),
            DeviceProperty::MdmAppId => self.mdm_app_id.as_deref(),
            DeviceProperty::IsCompliant => self.compliance.map(Compliance::name),
            DeviceProperty::TrustType => self.trust_type.map(TrustType::name),
            DeviceProperty::DeviceId => self.device_id.as_deref(),
            DeviceProperty::DisplayName => self.display_name.as_deref(),
            DeviceProperty::DeviceOwnership => self.ownership.map(DeviceOwnership::name),
            DeviceProperty::EnrollmentProfileName => self.enrollment_profile_name.as_deref(),
            DeviceProperty::Manufacturer => self.manufacturer.as_deref(),
            DeviceProperty::Model => self.model.as_deref(),
            DeviceProperty::OperatingSystem => self.operating_system.as_deref(),
            DeviceProperty::OperatingSystemVersion => self.operating_system_version.as_deref(),
            DeviceProperty::ProfileType => self.profile_type.map(ProfileType::name),
            DeviceProperty::ExtensionAttribute(it) => self
                .extension_attributes
                .get(it.position())
                .filter(|_| self.shows_extension_attributes())
                .and_then(Option::as_deref),
        };
        text.map_or(Value::Null, Value::Text)
    }

    /// Gives `property` a value, or takes it away. A name that the property does not have takes
    /// it away too, and a text becomes the only element of a collection.
    pub(super) fn set(&mut self, property: DeviceProperty, value: Option<AttributeValue>) {
        let elements = value.map(AttributeValue::into_elements).unwrap_or_default();
        let name = elements.first().map(String::as_str);
        match property {
            DeviceProperty::IsCompliant => self.compliance = name.and_then(Compliance::named),
            DeviceProperty::TrustType => self.trust_type = name.and_then(TrustType::named),
            DeviceProperty::ProfileType => self.profile_type = name.and_then(ProfileType::named),
            DeviceProperty::DeviceOwnership => {
                self.ownership = name.and_then(DeviceOwnership::named);
            }
            DeviceProperty::PhysicalIds => self.physical_ids = elements,
            DeviceProperty::SystemLabels => self.system_labels = elements,
            DeviceProperty::MdmAppId => self.mdm_app_id = text(elements),
            DeviceProperty::DeviceId => self.device_id = text(elements),
            DeviceProperty::DisplayName => self.display_name = text(elements),
            DeviceProperty::EnrollmentProfileName => {
                self.enrollment_profile_name = text(elements);
            }
            DeviceProperty::Manufacturer => self.manufacturer = text(elements),
            DeviceProperty::Model => self.model = text(elements),
            DeviceProperty::OperatingSystem => self.operating_system = text(elements),
            DeviceProperty::OperatingSystemVersion => {
                self.operating_system_version = text(elements);
            }
            DeviceProperty::ExtensionAttribute(it) => {
                if let Some(slot) = self.extension_attributes.get_mut(it.position()) {
                    *slot = text(elements);
                }
            }
        }
    }
}

fn text(elements: Vec<String>) -> Option<String> {
    elements.into_iter().next()
}
