//! The names that cases are made of, and filters with their meaning spelled out.

use cardea_policy::filter::{
    AppAttributes, AttributeId, AttributeValue, Compliance, DeviceFacts, DeviceOwnership, TrustType,
};
use cardea_policy::id::{Aaguid, AppId};
use cardea_policy::well_known;
use cardea_tenant::tenant::App;

/// An app that nothing knows.
pub(crate) const ORDINARY_APP: &str = "11111111-2222-3333-4444-555555555555";
/// An app with the tag `high`.
pub(crate) const TAGGED_APP: &str = "22222222-2222-3333-4444-555555555555";
/// The service that devices are registered with.
pub(crate) const DEVICE_REGISTRATION: &str = "01cb2876-7ebd-4aa4-9cc9-d28bd4d359a9";

/// Apps that goals ask for.
pub(crate) const GOAL_APPS: [&str; 4] =
    [ORDINARY_APP, TAGGED_APP, well_known::EXCHANGE_ONLINE, well_known::AZURE_PORTAL];

/// Apps that policies name.
pub(crate) const APPS: [&str; 10] = [
    ORDINARY_APP,
    TAGGED_APP,
    well_known::EXCHANGE_ONLINE,
    well_known::AZURE_PORTAL,
    well_known::CREDENTIAL_CONFIGURATION,
    well_known::AUTHENTICATOR_SERVICE,
    well_known::MY_SIGN_INS,
    well_known::MICROSOFT_GRAPH,
    well_known::WINDOWS_AZURE_AD,
    DEVICE_REGISTRATION,
];

pub(crate) const USERS: [&str; 2] = ["ada", "bob"];
pub(crate) const GROUPS: [&str; 3] = ["sales", "newcomers", "break glass"];
pub(crate) const ROLES: [&str; 2] =
    ["62e90394-69f5-4237-9190-012177145e10", "b1be1c3e-b65d-4f19-8427-f6fa0d97feb9"];
pub(crate) const TENANTS: [&str; 2] = ["contoso", "fabrikam"];
pub(crate) const LOCATIONS: [&str; 2] = ["office", "abroad"];
pub(crate) const CONTEXTS: [&str; 2] = ["c1", "c2"];

/// A model of security keys.
pub(crate) const KEY_MODEL: Aaguid = Aaguid(0x1111_1111_1111_1111_1111_1111_1111_1111);
/// A model that its provider syncs.
pub(crate) const SYNCED_MODEL: Aaguid = Aaguid(0x2222_2222_2222_2222_2222_2222_2222_2222);

/// The id of an app.
pub(crate) fn app_id(text: &str) -> AppId {
    AppId::new(text)
}

/// The apps that have attributes.
pub(crate) fn tagged_apps() -> Vec<App> {
    let app = |id: &str, tier: &str| App {
        id: AppId::new(id),
        name: id.to_owned(),
        attributes: AppAttributes::from_iter([(
            AttributeId::new("Access", "Tier"),
            AttributeValue::Text(tier.to_owned()),
        )]),
    };
    vec![app(TAGGED_APP, "high"), app(well_known::AUTHENTICATOR_SERVICE, "registration")]
}

/// A rule for apps, and when it is true of the tier of an app.
pub(crate) type AppRule = (&'static str, fn(Option<&str>) -> bool);

/// Rules for apps.
pub(crate) const APP_RULES: [AppRule; 4] = [
    ("CustomSecurityAttribute.Access_Tier -eq \"high\"", |tier| tier == Some("high")),
    ("CustomSecurityAttribute.Access_Tier -ne \"high\"", |tier| tier != Some("high")),
    ("CustomSecurityAttribute.Access_Tier -in [\"registration\", \"high\"]", |tier| tier.is_some()),
    ("CustomSecurityAttribute.Access_Tier -contains \"regist\"", |tier| {
        tier == Some("registration")
    }),
];

/// A rule for devices, and when it is true; `None` is an unregistered device.
pub(crate) type DeviceRule = (&'static str, fn(Option<&DeviceFacts>) -> bool);

/// Rules for devices.
pub(crate) const DEVICE_RULES: [DeviceRule; 6] = [
    ("device.isCompliant -eq True", |device| {
        device.is_some_and(|d| d.compliance == Some(Compliance::Compliant))
    }),
    ("device.isCompliant -ne True", |device| {
        device.is_none_or(|d| d.compliance != Some(Compliance::Compliant))
    }),
    ("device.trustType -eq \"ServerAD\"", |device| {
        device.is_some_and(|d| d.trust_type == Some(TrustType::ServerAd))
    }),
    ("device.deviceOwnership -eq \"Company\" -or device.model -startsWith \"Surf\"", |device| {
        device.is_some_and(|d| {
            d.ownership == Some(DeviceOwnership::Company)
                || d.model.as_ref().is_some_and(|model| model.starts_with("Surf"))
        })
    }),
    // Extension attributes are visible on managed devices only; elsewhere they are null.
    ("device.extensionAttribute1 -ne \"SAW\"", |device| {
        device.is_none_or(|d| !visible_extension(d).is_some_and(|value| value == "SAW"))
    }),
    ("device.extensionAttribute1 -eq \"SAW\"", |device| {
        device.is_some_and(|d| visible_extension(d).is_some_and(|value| value == "SAW"))
    }),
];

fn visible_extension(device: &DeviceFacts) -> Option<&str> {
    let managed = device.compliance == Some(Compliance::Compliant)
        || device.trust_type == Some(TrustType::ServerAd)
        || device.mdm_app_id.is_some();
    device.extension_attributes[0].as_deref().filter(|_| managed)
}
