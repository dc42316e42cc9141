//! Applications that Conditional Access itself treats specially. Ids are Microsoft's published or
//! widely observed appIds.

use alloc::collections::BTreeSet;
use alloc::vec::Vec;

use crate::conditions::target::AppGroup;
use crate::id::AppId;

/// Azure Credential Configuration Endpoint Service: credentials are written through it.
pub const CREDENTIAL_CONFIGURATION: &str = "ea890292-c8c8-4433-b5ea-b09d0668e1a6";
/// The service behind Microsoft Authenticator's own sign-in.
pub const AUTHENTICATOR_SERVICE: &str = "ff9ebd75-fe62-434a-a6ce-b3f0a8592eaf";
/// My Sign-ins, where Security info lives.
pub const MY_SIGN_INS: &str = "19db86c3-b2b9-44cc-b339-36da233a3be2";
/// Microsoft App Access Panel.
pub const APP_ACCESS_PANEL: &str = "0000000c-0000-0000-c000-000000000000";
/// Windows Azure Active Directory (Azure AD Graph).
pub const WINDOWS_AZURE_AD: &str = "00000002-0000-0000-c000-000000000000";
/// Microsoft Graph.
pub const MICROSOFT_GRAPH: &str = "00000003-0000-0000-c000-000000000000";
/// Microsoft password reset service.
pub const PASSWORD_RESET: &str = "93625bc8-bfe2-437a-97e0-3d0060024faa";
/// Azure portal, which also opens the Entra and Intune admin centers.
pub const AZURE_PORTAL: &str = "c44b4083-3bb0-49c1-b47d-974e53cbdf3c";
/// Windows Azure Service Management API.
pub const AZURE_MANAGEMENT: &str = "797f4846-ba00-4fd7-ba43-dac1f8f63013";
/// Microsoft Intune Enrollment.
pub const INTUNE_ENROLLMENT: &str = "d4ebce55-015a-49b5-a083-c84d1797ae8c";
/// Office 365 Exchange Online.
pub const EXCHANGE_ONLINE: &str = "00000002-0000-0ff1-ce00-000000000000";
/// Office 365 SharePoint Online.
pub const SHAREPOINT_ONLINE: &str = "00000003-0000-0ff1-ce00-000000000000";
/// Windows Store for Business, used by Windows Subscription Activation.
pub const STORE_FOR_BUSINESS: &str = "45a330b1-b1ec-4cc1-9161-9f03992aa49f";

const OFFICE_365: [&str; 16] = [
    EXCHANGE_ONLINE,
    SHAREPOINT_ONLINE,
    "cc15fd57-2c6c-4117-a88c-83b1d56b4bbe",
    "00000004-0000-0ff1-ce00-000000000000",
    "00000006-0000-0ff1-ce00-000000000000",
    "d3590ed6-52b3-4102-aeff-aad2292ab01c",
    "4765445b-32c6-49b0-83e6-1d93765276ca",
    "89bee1f7-5e6e-4d8a-9f3d-ecd601259da7",
    "c9a559d2-7aab-4f13-a6ed-e7e9c52aec87",
    "95de633a-083e-42f5-b444-a4295d8e9314",
    "905fcf26-4eb7-48a0-9ff0-8dcc7194b5ba",
    "00000005-0000-0ff1-ce00-000000000000",
    "1fec8e78-bce4-4aaf-ab1b-5451cc387264",
    "27922004-5251-4030-b22d-91ecd9a37ea4",
    "ab9b8c07-8f02-4f72-87fa-80105867a763",
    "09abbdfd-ed23-44ee-a2d9-a627aa1c90f3",
];

const ADMIN_PORTALS: [&str; 4] = [
    AZURE_PORTAL,
    "497effe9-df71-4043-a8bb-14cf78c4b63b",
    "80ccca67-54bd-44ab-8625-4b79c4dc7775",
    "00000006-0000-0ff1-ce00-000000000000",
];

/// The resources that registering security info touches (community knowledge; the documentation
/// names none of them). Writing a credential goes through [`CREDENTIAL_CONFIGURATION`].
const REGISTRATION: [&str; 8] = [
    MY_SIGN_INS,
    APP_ACCESS_PANEL,
    WINDOWS_AZURE_AD,
    PASSWORD_RESET,
    MICROSOFT_GRAPH,
    "1b912ec3-a9dd-4c4d-a53e-76aa7adb28d7",
    CREDENTIAL_CONFIGURATION,
    "5f09333a-842c-47da-a157-57da27fcbca5",
];

/// The groups of apps that contain the app. Office 365 has well over a hundred services; the table
/// holds the ones whose ids are known.
pub fn groups_of(app: &AppId) -> BTreeSet<AppGroup> {
    let mut groups = BTreeSet::new();
    if OFFICE_365.contains(&app.as_str()) {
        groups.insert(AppGroup::Office365);
    }
    if ADMIN_PORTALS.contains(&app.as_str()) {
        groups.insert(AppGroup::MicrosoftAdminPortals);
    }
    groups
}

/// A member of the group that stands for it where one app is needed as an example.
pub fn example_of(group: AppGroup) -> Option<AppId> {
    match group {
        AppGroup::Office365 => Some(AppId::new(EXCHANGE_ONLINE)),
        AppGroup::MicrosoftAdminPortals => Some(AppId::new(AZURE_PORTAL)),
        AppGroup::AllAgentIdResources => None,
    }
}

/// Windows Azure Active Directory, the resource that baseline scopes count as.
pub fn windows_azure_ad() -> AppId {
    AppId::new(WINDOWS_AZURE_AD)
}

/// The resources that registering security info touches.
pub fn registration_resources() -> Vec<AppId> {
    REGISTRATION.iter().map(|id| AppId::new(id)).collect()
}
