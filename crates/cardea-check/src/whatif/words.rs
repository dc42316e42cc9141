//! The words for the facts of a sign-in, as arguments and Graph's requests spell them.

use cardea_policy::conditions::client::ClientApp;
use cardea_policy::conditions::flow::Flow;
use cardea_policy::conditions::platform::Platform;
use cardea_policy::conditions::principal::GuestKind;
use cardea_policy::conditions::risk::{InsiderRisk, RiskLevel};
use cardea_policy::conditions::target::UserAction;
use cardea_policy::filter::{Compliance, DeviceFacts, DeviceOwnership, ProfileType, TrustType};

use super::Unclear;

type Result<T> = std::result::Result<T, Unclear>;

/// Graph's `conditionalAccessDevicePlatform`.
pub const PLATFORMS: [(&str, Platform); 7] = [
    ("android", Platform::Android),
    ("iOS", Platform::Ios),
    ("windows", Platform::Windows),
    ("macOS", Platform::MacOs),
    ("linux", Platform::Linux),
    ("windowsPhone", Platform::WindowsPhone),
    ("unknown", Platform::Unknown),
];

/// Graph's `conditionalAccessClientApp`.
pub const CLIENTS: [(&str, ClientApp); 6] = [
    ("browser", ClientApp::Browser),
    ("mobileAppsAndDesktopClients", ClientApp::MobileAppsAndDesktopClients),
    ("exchangeActiveSync", ClientApp::EasSupported),
    ("easSupported", ClientApp::EasSupported),
    ("easUnsupported", ClientApp::EasUnsupported),
    ("other", ClientApp::Other),
];

/// Graph's `conditionalAccessTransferMethods`.
pub const FLOWS: [(&str, Flow); 3] = [
    ("none", Flow::Ordinary),
    ("deviceCodeFlow", Flow::DeviceCode),
    ("authenticationTransfer", Flow::AuthenticationTransfer),
];

/// Graph's `userAction`.
pub const ACTIONS: [(&str, UserAction); 2] = [
    ("registerSecurityInformation", UserAction::RegisterSecurityInfo),
    ("registerOrJoinDevices", UserAction::RegisterDevice),
];

/// What a word stands for, without regard to case.
///
/// # Errors
/// The word stands for nothing.
pub fn meant<T: Copy>(what: &str, word: &str, known: &[(&str, T)]) -> Result<T> {
    let found = known.iter().find(|(name, _)| name.eq_ignore_ascii_case(word.trim()));
    let Some((_, meaning)) = found else {
        let names: Vec<String> = known.iter().map(|(name, _)| format!("`{name}`")).collect();
        let (word, what) = (word.to_owned(), what.to_owned());
        return Err(Unclear::Word { word, what, known: names.join(", ") });
    };
    Ok(*meaning)
}

/// The first word for something.
pub fn of<T: Copy + PartialEq>(meaning: T, known: &[(&'static str, T)]) -> &'static str {
    known.iter().find(|(_, other)| *other == meaning).map_or("", |(word, _)| word)
}

/// A risk level.
///
/// # Errors
/// The word stands for none.
pub fn level(word: &str) -> Result<RiskLevel> {
    meant("risk level", word, &RiskLevel::ALL.map(|level| (level.name(), level)))
}

/// An insider-risk level.
///
/// # Errors
/// The word stands for none.
pub fn insider(word: &str) -> Result<InsiderRisk> {
    meant("insider-risk level", word, &InsiderRisk::ALL.map(|level| (level.name(), level)))
}

/// A kind of guest.
///
/// # Errors
/// The word stands for none.
pub fn guest(word: &str) -> Result<GuestKind> {
    meant("kind of guest", word, &GuestKind::ALL.map(|kind| (kind.name(), kind)))
}

/// Notes one property of a device under Graph's name for it; lists take one entry at a time.
///
/// # Errors
/// There is no such property, or it cannot have that value.
pub fn note(facts: &mut DeviceFacts, property: &str, value: &str) -> Result<()> {
    let text = Some(value.to_owned());
    match property.to_ascii_lowercase().as_str() {
        "deviceid" => facts.device_id = text,
        "displayname" => facts.display_name = text,
        "enrollmentprofilename" => facts.enrollment_profile_name = text,
        "manufacturer" => facts.manufacturer = text,
        "mdmappid" => facts.mdm_app_id = text,
        "model" => facts.model = text,
        "operatingsystem" => facts.operating_system = text,
        "operatingsystemversion" => facts.operating_system_version = text,
        "physicalids" => facts.physical_ids.extend(text),
        "systemlabels" => facts.system_labels.extend(text),
        "iscompliant" => facts.compliance = Some(compliance(value)?),
        "ownership" | "deviceownership" => {
            let known = DeviceOwnership::ALL.map(|it| (it.name(), it));
            facts.ownership = Some(meant("ownership", value, &known)?);
        }
        "profiletype" => {
            let known = ProfileType::ALL.map(|it| (it.name(), it));
            facts.profile_type = Some(meant("profile type", value, &known)?);
        }
        "trusttype" => {
            let known = TrustType::ALL.map(|it| (it.name(), it));
            facts.trust_type = Some(meant("trust type", value, &known)?);
        }
        other => match extension_attribute(facts, other) {
            Some(attribute) => *attribute = text,
            None => return Err(Unclear::Property(property.to_owned())),
        },
    }
    Ok(())
}

fn compliance(value: &str) -> Result<Compliance> {
    meant("truth value", value, &Compliance::ALL.map(|it| (it.name(), it)))
}

fn extension_attribute<'f>(
    facts: &'f mut DeviceFacts,
    name: &str,
) -> Option<&'f mut Option<String>> {
    let number: usize = name.strip_prefix("extensionattribute")?.parse().ok()?;
    facts.extension_attributes.get_mut(number.checked_sub(1)?)
}
