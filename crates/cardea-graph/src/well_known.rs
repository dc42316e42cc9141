//! Ids that are the same in every tenant, with the names that people write in their place: built-in
//! roles, Microsoft's applications, and locations that always exist.
//!
//! Sources: Entra, *Built-in roles* and *Verify first-party Microsoft applications*; ids that are
//! not published there are widely observed in sign-in logs.

/// An id and its name.
pub type WellKnown = (&'static str, &'static str);

/// Template ids of built-in roles by display name.
pub const ROLES: &[WellKnown] = &[
    ("62e90394-69f5-4237-9190-012177145e10", "Global Administrator"),
    ("f2ef992c-3afb-46b9-b7cf-a126ee74c451", "Global Reader"),
    ("db506228-d27e-4b7d-95e5-295956d6615f", "Agent ID Administrator"),
    ("adb2368d-a9be-41b5-8667-d96778e081b0", "Agent ID Developer"),
    ("6b942400-691f-4bf0-9d12-d8a254a2baf5", "Agent Registry Administrator"),
    ("d2562ede-74db-457e-a7b6-544e236ebb61", "AI Administrator"),
    ("1fe13547-53f6-408d-ac04-7f8eed167b38", "AI Reader"),
    ("9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3", "Application Administrator"),
    ("cf1c38e5-3621-4004-a7cb-879624dced7c", "Application Developer"),
    ("9c6df0f2-1e7c-4dc3-b195-66dfbd24aa8f", "Attack Payload Author"),
    ("c430b396-e693-46cc-96f3-db01bf8bb62a", "Attack Simulation Administrator"),
    ("58a13ea3-c632-46ae-9ee0-9c0d43cd7f3d", "Attribute Assignment Administrator"),
    ("ffd52fa5-98dc-465c-991d-fc073eb59f8f", "Attribute Assignment Reader"),
    ("8424c6f0-a189-499e-bbd0-26c1753c96d4", "Attribute Definition Administrator"),
    ("1d336d2c-4ae8-42ef-9711-b3604ce3fc2c", "Attribute Definition Reader"),
    ("5b784334-f94b-471a-a387-e7219fc49ca2", "Attribute Log Administrator"),
    ("9c99539d-8186-4804-835f-fd51ef9e2dcd", "Attribute Log Reader"),
    ("ecb2c6bf-0ab6-418e-bd87-7986f8d63bbe", "Attribute Provisioning Administrator"),
    ("422218e4-db15-4ef9-bbe0-8afb41546d79", "Attribute Provisioning Reader"),
    ("c4e39bd9-1100-46d3-8c65-fb160da0071f", "Authentication Administrator"),
    ("25a516ed-2fa0-40ea-a2d0-12923a21473a", "Authentication Extensibility Administrator"),
    ("0526716b-113d-4c15-b2c8-68e3c22b9f80", "Authentication Policy Administrator"),
    ("e3973bdf-4987-49ae-837a-ba8e231c7286", "Azure DevOps Administrator"),
    ("7495fdc4-34c4-4d15-a289-98788ce399fd", "Azure Information Protection Administrator"),
    ("aaf43236-0c0d-4d5f-883a-6955382ac081", "B2C IEF Keyset Administrator"),
    ("3edaf663-341e-4475-9f94-5c398ef6c070", "B2C IEF Policy Administrator"),
    ("b0f54661-2d74-4c50-afa3-1ec803f12efe", "Billing Administrator"),
    ("892c5842-a9a6-463a-8041-72aa08ca3cf6", "Cloud App Security Administrator"),
    ("158c047a-c907-4556-b7ef-446551a6b5f7", "Cloud Application Administrator"),
    ("7698a772-787b-4ac8-901f-60d6b08affd2", "Cloud Device Administrator"),
    ("17315797-102d-40b4-93e0-432062caca18", "Compliance Administrator"),
    ("e6d1a23a-da11-4be4-9570-befc86d067a7", "Compliance Data Administrator"),
    ("b1be1c3e-b65d-4f19-8427-f6fa0d97feb9", "Conditional Access Administrator"),
    ("5c4f9dcd-47dc-4cf7-8c9a-9e4207cbfc91", "Customer LockBox Access Approver"),
    ("38a96431-2bdf-4b4c-8b6e-5d3d8abac1a4", "Desktop Analytics Administrator"),
    ("88d8e3e3-8f55-4a1e-953a-9b9898b8876b", "Directory Readers"),
    ("d29b2b05-8046-44ba-8758-1e26182fcf32", "Directory Synchronization Accounts"),
    ("9360feb5-f418-4baa-8175-e2a00bac4301", "Directory Writers"),
    ("8329153b-31d0-4727-b945-745eb3bc5f31", "Domain Name Administrator"),
    ("e93e3737-fa85-474a-aee4-7d3fb86510f3", "Dragon Administrator"),
    ("44367163-eba1-44c3-98af-f5787879f96a", "Dynamics 365 Administrator"),
    ("963797fb-eb3b-4cde-8ce3-5878b3f32a3f", "Dynamics 365 Business Central Administrator"),
    ("3f1acade-1e04-4fbc-9b69-f0302cd84aef", "Edge Administrator"),
    ("29232cdf-9323-42fd-ade2-1d097af3e4de", "Exchange Administrator"),
    ("b6a27b2b-f905-4b2e-81b5-0d90e0ef1fdb", "Entra Backup Administrator"),
    ("31392ffb-586c-42d1-9346-e59415a2cc4e", "Exchange Recipient Administrator"),
    ("dd13091a-6207-4fc0-82ba-3641e056ab95", "Extended Directory User Administrator"),
    ("6e591065-9bad-43ed-90f3-e9424366d2f0", "External ID User Flow Administrator"),
    ("0f971eea-41eb-4569-a71e-57bb8a3eff1e", "External ID User Flow Attribute Administrator"),
    ("be2f45a1-457d-42af-a067-6ec1fa63bc45", "External Identity Provider Administrator"),
    ("a9ea8996-122f-4c74-9520-8edcd192826c", "Fabric Administrator"),
    ("ac434307-12b9-4fa1-a708-88bf58caabc1", "Global Secure Access Administrator"),
    ("843318fb-79a6-4168-9e6f-aa9a07481cc4", "Global Secure Access Log Reader"),
    ("fdd7a751-b60b-444a-984c-02652fe8fa1c", "Groups Administrator"),
    ("95e79109-95c0-4d8e-aee3-d01accf2d47b", "Guest Inviter"),
    ("729827e3-9c14-49f7-bb1b-9608f156bbb8", "Helpdesk Administrator"),
    ("8ac3fc64-6eca-42ea-9e69-59f4c7b60eb2", "Hybrid Identity Administrator"),
    ("45d8d3c5-c802-45c6-b32a-1d70b5e1e86e", "Identity Governance Administrator"),
    ("eb1f4a8d-243a-41f0-9fbd-c7cdf6c5ef7c", "Insights Administrator"),
    ("25df335f-86eb-4119-b717-0ff02de207e9", "Insights Analyst"),
    ("31e939ad-9672-4796-9c2e-873181342d2d", "Insights Business Leader"),
    ("3a2c62db-5318-420d-8d74-23affee5d9d5", "Intune Administrator"),
    ("2ea5ce4c-b2d8-4668-bd81-3680bd2d227a", "IoT Device Administrator"),
    ("74ef975b-6605-40af-a5d2-b9539d836353", "Kaizala Administrator"),
    ("b5a8dcf3-09d5-43a9-a639-8e29ef291470", "Knowledge Administrator"),
    ("744ec460-397e-42ad-a462-8b3f9747a02c", "Knowledge Manager"),
    ("4d6ac14f-3453-41d0-bef9-a3e0c569773a", "License Administrator"),
    ("59d46f88-662b-457b-bceb-5c3809e5908f", "Lifecycle Workflows Administrator"),
    ("ac16e43d-7b2d-40e0-ac05-243ff356ab5b", "Message Center Privacy Reader"),
    ("790c1fb9-7f7d-4f88-86a1-ef1f95c05c1b", "Message Center Reader"),
    ("1707125e-0aa2-4d4d-8655-a7c786c76a25", "Microsoft 365 Backup Administrator"),
    ("8c8b803f-96e1-4129-9349-20738d9f9652", "Microsoft 365 Migration Administrator"),
    ("9f06204d-73c1-4d4c-880a-6edb90606fd8", "Microsoft Entra Joined Device Local Administrator"),
    ("1501b917-7653-4ff9-a4b5-203eaf33784f", "Microsoft Hardware Warranty Administrator"),
    ("281fe777-fb20-4fbb-b7a3-ccebce5b0d96", "Microsoft Hardware Warranty Specialist"),
    ("d37c8bed-0711-4417-ba38-b4abe66ce4c2", "Network Administrator"),
    ("2b745bdf-0803-4d80-aa65-822c4493daac", "Office Apps Administrator"),
    ("a92aed5d-d78a-4d16-b381-09adb37eb3b0", "On Premises Directory Sync Account"),
    ("92ed04bf-c94a-4b82-9729-b799a7a4c178", "Organizational Branding Administrator"),
    ("e48398e2-f4bb-4074-8f31-4586725e205b", "Organizational Messages Approver"),
    ("507f53e4-4e52-4077-abd3-d2e1558b6ea2", "Organizational Messages Writer"),
    ("4ba39ca4-527c-499a-b93d-d9b492c50246", "Partner Tier1 Support"),
    ("e00e864a-17c5-4a4b-9c06-f5b95a8d5bd8", "Partner Tier2 Support"),
    ("966707d0-3269-4727-9be2-8c3a10f19b9d", "Password Administrator"),
    ("024906de-61e5-49c8-8572-40335f1e0e10", "People Administrator"),
    ("af78dc32-cf4d-46f9-ba4e-4428526346b5", "Permissions Management Administrator"),
    ("11648597-926c-4cf3-9c36-bcebb0ba8dcc", "Power Platform Administrator"),
    ("644ef478-e28f-4e28-b9dc-3fdde9aa0b1f", "Printer Administrator"),
    ("e8cef6f1-e4bd-4ea8-bc07-4b8d950f4477", "Printer Technician"),
    ("7be44c8a-adaf-4e2a-84d6-ab2649e08a13", "Privileged Authentication Administrator"),
    ("e8611ab8-c189-46e8-94e1-60213ab1f814", "Privileged Role Administrator"),
    ("4a5d8f65-41da-4de4-8968-e035b65339cf", "Reports Reader"),
    ("0964bb5e-9bdb-4d7b-ac29-58e794862a40", "Search Administrator"),
    ("8835291a-918c-4fd7-a9ce-faa49f0cf7d9", "Search Editor"),
    ("194ae4cb-b126-40b2-bd5b-6091b380977d", "Security Administrator"),
    ("5f2222b1-57c3-48ba-8ad5-d4759f1fde6f", "Security Operator"),
    ("5d6b6bb7-de71-4623-b4af-96380a352509", "Security Reader"),
    ("f023fd81-a637-4b56-95fd-791ac0226033", "Service Support Administrator"),
    ("f28a1f50-f6e7-4571-818b-6a12f2af6b6c", "SharePoint Administrator"),
    ("1a7d78b6-429f-476b-b8eb-35fb715fffd4", "SharePoint Embedded Administrator"),
    ("75941009-915a-4869-abe7-691bff18279e", "Skype for Business Administrator"),
    ("69091246-20e8-4a56-aa4d-066075b2a7a8", "Teams Administrator"),
    ("baf37b3a-610e-45da-9e62-d9d1e5e8914b", "Teams Communications Administrator"),
    ("f70938a0-fc10-4177-9e90-2178f8765737", "Teams Communications Support Engineer"),
    ("fcf91098-03e3-41a9-b5ba-6f0ec8188a12", "Teams Communications Support Specialist"),
    ("3d762c5a-1b6c-493f-843e-55a3b42923d4", "Teams Devices Administrator"),
    ("aa38014f-0993-46e9-9b45-30501a20909d", "Teams Telephony Administrator"),
    ("112ca1a2-15ad-4102-995e-45b0bc479a6a", "Tenant Creator"),
    ("75934031-6c7e-415a-99d7-48dbd49e875e", "Usage Summary Reports Reader"),
    ("fe930be7-5e62-47db-91af-98c3a49a38b1", "User Administrator"),
    ("27460883-1df1-4691-b032-3b79643e5e63", "User Experience Success Manager"),
    ("e300d9e7-4a2b-4295-9eff-f1c78b36cc98", "Virtual Visits Administrator"),
    ("92b086b3-e367-4ef2-b869-1de128fb986e", "Viva Goals Administrator"),
    ("87761b17-1ed2-4af3-9acd-92a150038160", "Viva Pulse Administrator"),
    ("11451d60-acb2-45eb-a7d6-43d0f0125c13", "Windows 365 Administrator"),
    ("32696413-001a-46ae-978c-ce0f6b3620d2", "Windows Update Deployment Administrator"),
    ("810a2642-a034-447f-a5e8-41beaa378541", "Yammer Administrator"),
    // Deprecated, and still listed by older policies.
    ("9c094953-4995-41c8-84c8-3ebb9b32c93f", "Device Join"),
    ("2b499bcd-da44-4968-8aec-78e1674fa64d", "Device Managers"),
    ("d405c6df-0af8-4e3b-95e4-4d06e542189e", "Device Users"),
    ("10dae51f-b6af-4016-8d66-8c2a99b929b3", "Guest User"),
    ("2af84b1e-32c8-42b7-82bc-daa82404023b", "Restricted Guest User"),
    ("c34f683f-4d5a-4403-affd-6615e00e3a7f", "Workplace Device Join"),
];

/// Former and shortened names of built-in roles.
pub const OTHER_ROLE_NAMES: &[WellKnown] = &[
    ("62e90394-69f5-4237-9190-012177145e10", "Company Administrator"),
    ("62e90394-69f5-4237-9190-012177145e10", "Global Admin"),
    ("729827e3-9c14-49f7-bb1b-9608f156bbb8", "Helpdesk (Password) Administrator"),
    ("fe930be7-5e62-47db-91af-98c3a49a38b1", "User Account Administrator"),
    ("29232cdf-9323-42fd-ade2-1d097af3e4de", "Exchange Service Administrator"),
    ("f28a1f50-f6e7-4571-818b-6a12f2af6b6c", "SharePoint Service Administrator"),
    ("75941009-915a-4869-abe7-691bff18279e", "Lync Service Administrator"),
    ("a9ea8996-122f-4c74-9520-8edcd192826c", "Power BI Administrator"),
    ("a9ea8996-122f-4c74-9520-8edcd192826c", "Power BI Service Administrator"),
    ("3a2c62db-5318-420d-8d74-23affee5d9d5", "Intune Service Administrator"),
    ("69091246-20e8-4a56-aa4d-066075b2a7a8", "Teams Service Administrator"),
    ("44367163-eba1-44c3-98af-f5787879f96a", "CRM Service Administrator"),
    ("9f06204d-73c1-4d4c-880a-6edb90606fd8", "Azure AD Joined Device Local Administrator"),
    ("9f06204d-73c1-4d4c-880a-6edb90606fd8", "Device Administrators"),
    ("d29b2b05-8046-44ba-8758-1e26182fcf32", "Directory Synchronization Account"),
];

/// appIds of Microsoft's own applications by display name.
pub const APPS: &[WellKnown] = &[
    ("4813382a-8fa7-425e-ab75-3b753aab3abb", "Microsoft Authenticator App"),
    ("ff9ebd75-fe62-434a-a6ce-b3f0a8592eaf", "Microsoft Authenticator service"),
    ("ea890292-c8c8-4433-b5ea-b09d0668e1a6", "Azure Credential Configuration Endpoint Service"),
    ("19db86c3-b2b9-44cc-b339-36da233a3be2", "My Signins"),
    ("0000000c-0000-0000-c000-000000000000", "Microsoft App Access Panel"),
    ("2793995e-0a7d-40d7-bd35-6968ba142197", "My Apps"),
    ("93625bc8-bfe2-437a-97e0-3d0060024faa", "Microsoft password reset service"),
    ("1b912ec3-a9dd-4c4d-a53e-76aa7adb28d7", "AADReporting"),
    ("89bee1f7-5e6e-4d8a-9f3d-ecd601259da7", "Office365 Shell WCSS-Client"),
    ("5f09333a-842c-47da-a157-57da27fcbca5", "Office365 Shell WCSS-Server"),
    ("00000002-0000-0000-c000-000000000000", "Windows Azure Active Directory"),
    ("00000003-0000-0000-c000-000000000000", "Microsoft Graph"),
    ("981f26a1-7f43-403b-a875-f8b09b8cd720", "Azure Multi-Factor Auth Client"),
    ("29d9ed98-a469-4536-ade2-f981bc1d605e", "Microsoft Authentication Broker"),
    ("01cb2876-7ebd-4aa4-9cc9-d28bd4d359a9", "Device Registration Service"),
    ("dd762716-544d-4aeb-a526-687b73838a22", "Microsoft Device Registration Client"),
    ("d4ebce55-015a-49b5-a083-c84d1797ae8c", "Microsoft Intune Enrollment"),
    ("0000000a-0000-0000-c000-000000000000", "Microsoft Intune"),
    ("9ba1a5c7-f17a-4de9-a1f1-6178c8d51223", "Microsoft Intune Company Portal"),
    ("74bcdadc-2fdc-4bb3-8459-76d06952a0e9", "Microsoft Intune Web Company Portal"),
    ("fc0f3af4-6835-4174-b806-f7db311fd2f3", "Microsoft Intune Windows Agent"),
    ("6c7e8096-f593-4d72-807f-a5f86dcc9c77", "Microsoft Mobile Application Management"),
    ("c44b4083-3bb0-49c1-b47d-974e53cbdf3c", "Azure Portal"),
    ("797f4846-ba00-4fd7-ba43-dac1f8f63013", "Windows Azure Service Management API"),
    ("04b07795-8ddb-461a-bbee-02f9e1bf7b46", "Microsoft Azure CLI"),
    ("1950a258-227b-4e31-a9cf-717495945fc2", "Microsoft Azure PowerShell"),
    ("14d82eec-204b-4c2f-b7e8-296a70dab67e", "Microsoft Graph Command Line Tools"),
    ("de8bc8b5-d9f9-48b1-a8ad-b748da725064", "Graph Explorer"),
    ("00000002-0000-0ff1-ce00-000000000000", "Office 365 Exchange Online"),
    ("00000003-0000-0ff1-ce00-000000000000", "Office 365 SharePoint Online"),
    ("cc15fd57-2c6c-4117-a88c-83b1d56b4bbe", "Microsoft Teams Services"),
    ("00000004-0000-0ff1-ce00-000000000000", "Skype for Business Online"),
    ("497effe9-df71-4043-a8bb-14cf78c4b63b", "Exchange Admin Center"),
    ("80ccca67-54bd-44ab-8625-4b79c4dc7775", "M365 Security & Compliance Center"),
    ("00000006-0000-0ff1-ce00-000000000000", "Microsoft Office 365 Portal"),
    ("d3590ed6-52b3-4102-aeff-aad2292ab01c", "Microsoft Office"),
    ("4765445b-32c6-49b0-83e6-1d93765276ca", "OfficeHome"),
    ("1fec8e78-bce4-4aaf-ab1b-5451cc387264", "Microsoft Teams"),
    ("27922004-5251-4030-b22d-91ecd9a37ea4", "Outlook Mobile"),
    ("ab9b8c07-8f02-4f72-87fa-80105867a763", "OneDrive SyncEngine"),
    ("dd47d17a-3194-4d86-bfd5-c6ae6f5651e3", "Microsoft Defender for Endpoint mobile"),
    ("45a330b1-b1ec-4cc1-9161-9f03992aa49f", "Windows Store for Business"),
    ("00000009-0000-0000-c000-000000000000", "Power BI Service"),
    ("c9a559d2-7aab-4f13-a6ed-e7e9c52aec87", "Microsoft Forms"),
    ("95de633a-083e-42f5-b444-a4295d8e9314", "Microsoft Whiteboard Services"),
    ("905fcf26-4eb7-48a0-9ff0-8dcc7194b5ba", "Sway"),
    ("00000005-0000-0ff1-ce00-000000000000", "Viva Engage"),
    ("09abbdfd-ed23-44ee-a2d9-a627aa1c90f3", "Microsoft Planner"),
];

/// Other names under which those applications are written.
pub const OTHER_APP_NAMES: &[WellKnown] = &[
    ("797f4846-ba00-4fd7-ba43-dac1f8f63013", "Microsoft Azure Management"),
    ("797f4846-ba00-4fd7-ba43-dac1f8f63013", "Azure Management"),
    ("00000002-0000-0ff1-ce00-000000000000", "Exchange Online"),
    ("00000003-0000-0ff1-ce00-000000000000", "SharePoint Online"),
    ("d4ebce55-015a-49b5-a083-c84d1797ae8c", "Intune Enrollment"),
    ("19db86c3-b2b9-44cc-b339-36da233a3be2", "My Sign-ins"),
    ("00000005-0000-0ff1-ce00-000000000000", "Yammer"),
];

/// The location of all compliant networks of Global Secure Access.
pub const COMPLIANT_NETWORK: WellKnown =
    ("3d46dbda-8382-466a-856d-eb00cbc6b910", "All Compliant Network locations");

/// The trusted addresses of per-user multifactor authentication, as exports name them.
pub const MFA_TRUSTED_IPS: WellKnown =
    ("00000000-0000-0000-0000-000000000000", "Multifactor authentication trusted IPs");

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn every_id_is_a_guid_and_no_name_means_two_ids() {
        for table in [[ROLES, OTHER_ROLE_NAMES], [APPS, OTHER_APP_NAMES]] {
            let mut by_name = BTreeMap::new();
            for (id, name) in table.concat() {
                assert!(id.len() == 36 && id.to_ascii_lowercase() == id, "{id}");
                assert_eq!(by_name.insert(name.to_lowercase(), id), None, "{name}");
            }
        }
    }
}
