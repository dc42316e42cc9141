//! Graph's permissions: what an application may ask for, for a person or for itself.
//!
//! Names and ids are those of Microsoft Graph's permissions reference. A permission lets an
//! application do what it says; where it acts for a person, that person's roles must let them do it
//! as well. Who registers applications declares in `requiredResourceAccess` what each may ask for,
//! and nothing else is given: there is no asking people for consent.

use super::right::Right;

/// A permission of Graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Permission {
    /// Its name, as in `scp` and `roles` of tokens.
    pub name: &'static str,
    /// Its id where an application acts for a person.
    pub delegated: Option<&'static str>,
    /// Its id where an application acts for itself.
    pub application: Option<&'static str>,
    rights: &'static [Right],
}

use Right::{
    AssignAttributes, DefineAttributes, ReadAttributeDefinitions, ReadAttributes, ReadDirectory,
    ReadLogs, ReadMethods, ReadPolicies, ReadSelf, WriteApps, WriteDevices, WriteGroups,
    WriteMethods, WriteMethodsPolicy, WritePolicies, WriteRoles, WriteStrengths, WriteUsers,
};

/// All permissions that let somebody do something here.
pub const ALL: [Permission; 33] = [
    both(
        "Application.Read.All",
        ("c79f8feb-a9db-4090-85f9-90d820caa0eb", "9a5d68dd-52b0-4cc2-bd40-abcf44ac3a30"),
        &[ReadDirectory],
    ),
    both(
        "Application.ReadWrite.All",
        ("bdfbf15f-ee85-4955-8675-146e8e5296b5", "1bfefb4e-e0b5-418b-a88f-73c46d2cc8e9"),
        &[ReadDirectory, WriteApps],
    ),
    both(
        "AuditLog.Read.All",
        ("e4c9e354-4dc5-45b8-9e7c-e1393b0b1a20", "b0afded3-3588-46d8-8b3d-9842eff778da"),
        &[ReadLogs],
    ),
    both(
        "Agreement.Read.All",
        ("af2819c9-df71-4dd3-ade7-4d7c9dc653b7", "2f3e6f8c-093b-4c57-a58b-ba5ce494a169"),
        &[ReadPolicies],
    ),
    both(
        "Agreement.ReadWrite.All",
        ("ef4b5d93-3104-4664-9053-a5c49ab44218", "c9090d00-6101-42f0-a729-c41074260d47"),
        &[ReadPolicies, WritePolicies],
    ),
    both(
        "CustomSecAttributeAssignment.Read.All",
        ("b46ffa80-fe3d-4822-9a1a-c200932d54d0", "3b37c5a4-1226-493d-bec3-5d6c6b866f3f"),
        &[ReadAttributes],
    ),
    both(
        "CustomSecAttributeAssignment.ReadWrite.All",
        ("ca46335e-8453-47cd-a001-8459884efeae", "de89b5e4-5b8f-48eb-8925-29c2b33bd8bd"),
        &[ReadAttributes, AssignAttributes],
    ),
    both(
        "CustomSecAttributeDefinition.Read.All",
        ("ce026878-a0ff-4745-a728-d4fedd086c07", "b185aa14-d8d2-42c1-a685-0f5596613624"),
        &[ReadAttributeDefinitions],
    ),
    both(
        "CustomSecAttributeDefinition.ReadWrite.All",
        ("8b0160d4-5743-482b-bb27-efc0a485ca4a", "12338004-21f4-4896-bf5e-b75dfaf1016d"),
        &[ReadAttributeDefinitions, DefineAttributes],
    ),
    both(
        "Device.Read.All",
        ("951183d1-1a61-466f-a6d1-1fde911bfd95", "7438b122-aefc-4978-80ed-43db9fcc7715"),
        &[ReadDirectory],
    ),
    for_itself(
        "Device.ReadWrite.All",
        "1138cb37-bd11-4084-a2b7-9f71582aeddb",
        &[ReadDirectory, WriteDevices],
    ),
    both(
        "Directory.Read.All",
        ("06da0dbc-49e2-44d2-8312-53f166ab848a", "7ab1d382-f21e-4acd-a863-ba3e13f7da61"),
        &[ReadDirectory],
    ),
    both(
        "Directory.ReadWrite.All",
        ("c5366453-9fb0-48a5-a156-24f0c49a4b84", "19dbc75e-c2e2-444c-a770-ec69d8559fc7"),
        &[ReadDirectory, WriteUsers, WriteGroups, WriteApps],
    ),
    both(
        "Group.Read.All",
        ("5f8c59db-677d-491f-a6b8-5f174b11ec1d", "5b567255-7703-4780-807c-7be8301ae99b"),
        &[ReadDirectory],
    ),
    both(
        "Group.ReadWrite.All",
        ("4e46008b-f24c-477d-8fff-7bb4ec7aafe0", "62a82d76-70ea-41e2-9197-370581804d09"),
        &[ReadDirectory, WriteGroups],
    ),
    both(
        "GroupMember.Read.All",
        ("bc024368-1153-4739-b217-4326f2e966d0", "98830695-27a2-44f7-8c18-0c3ebc9698f6"),
        &[ReadDirectory],
    ),
    both(
        "GroupMember.ReadWrite.All",
        ("f81125ac-d3b7-4573-a3b2-7099cc39df9e", "dbaae8cf-10b5-4b86-a4a1-f871c94c6695"),
        &[ReadDirectory, WriteGroups],
    ),
    both(
        "Policy.Read.All",
        ("572fea84-0151-49b2-9301-11cb16974376", "246dd0d5-5bd0-4def-940b-0421030a5b68"),
        &[ReadPolicies],
    ),
    both(
        "Policy.Read.ConditionalAccess",
        ("633e0fce-8c58-4cfb-9495-12bbd5a24f7c", "37730810-e9ba-4e46-b07e-8ca78d182097"),
        &[ReadPolicies],
    ),
    both(
        "Policy.ReadWrite.AuthenticationMethod",
        ("7e823077-d88e-468f-a337-e18f1f0e6c7c", "29c18626-4985-4dcd-85c0-193eef327366"),
        &[ReadPolicies, WriteMethodsPolicy, WriteStrengths],
    ),
    both(
        "Policy.ReadWrite.ConditionalAccess",
        ("ad902697-1014-4ef5-81ef-2b4301988e8c", "01c0a623-fc9b-48e9-b794-0756f8e8f067"),
        &[ReadPolicies, WritePolicies, WriteStrengths],
    ),
    both(
        "Reports.Read.All",
        ("02e97553-ed7b-43d0-ab3c-f8bace0d040c", "230c1aed-a721-4c5d-9cb4-a90514e508ef"),
        &[ReadLogs],
    ),
    both(
        "RoleManagement.Read.Directory",
        ("741c54c3-0c1e-44a1-818b-3f97ab4e8c83", "483bed4a-2ad3-4361-a73b-c83ccdbdc53c"),
        &[ReadDirectory],
    ),
    both(
        "RoleManagement.ReadWrite.Directory",
        ("d01b97e9-cbc0-49fe-810a-750afd5527a3", "9e3f62cf-ca93-4989-b6ce-bf83c28f9fe8"),
        &[ReadDirectory, WriteRoles],
    ),
    for_person("User.Read", "e1fe6dd8-ba31-4d61-89e7-88639da4683d", &[ReadSelf]),
    both(
        "User.Read.All",
        ("a154be20-db9c-4678-8ab7-66f6cc099a59", "df021288-bdef-4463-88db-98f22de89214"),
        &[ReadSelf, ReadDirectory],
    ),
    both(
        "User.ReadBasic.All",
        ("b340eb25-3456-403f-be2f-af7a0d370277", "97235f07-e226-4f63-ace3-39588e11d3a1"),
        &[ReadSelf, ReadDirectory],
    ),
    both(
        "User.ReadWrite.All",
        ("204e0828-b5ca-4ad8-b9f3-f32a958e7cc4", "741f803b-c850-494e-b5df-cde7c675a1ca"),
        &[ReadSelf, ReadDirectory, WriteUsers],
    ),
    both(
        "UserAuthenticationMethod.Read.All",
        ("aec28ec7-4d02-4e8c-b864-50163aea77eb", "38d9df27-64da-44fd-b7c5-a6fbac20248f"),
        &[ReadMethods],
    ),
    both(
        "UserAuthenticationMethod.ReadWrite.All",
        ("b7887744-6746-4312-813d-72daeaee7e2d", "50483e42-d915-4231-9639-7fdb7fd190e5"),
        &[ReadMethods, WriteMethods],
    ),
    both(
        "User.ManageIdentities.All",
        ("637d7bec-b31e-4deb-acc9-24275642a2c9", "c529cfca-c91b-489c-af2b-d92990b66ce6"),
        &[ReadDirectory],
    ),
    for_person("People.Read", "ba47897c-39ec-4d83-8086-ee8256fa737d", &[]),
    for_person(
        "Directory.AccessAsUser.All",
        "0e263e50-5827-48a4-b97c-d940288653c7",
        &[ReadSelf, ReadDirectory, WriteUsers, WriteGroups, WriteApps, WriteRoles, WriteDevices],
    ),
];

const fn both(
    name: &'static str,
    (delegated, application): (&'static str, &'static str),
    rights: &'static [Right],
) -> Permission {
    Permission { name, delegated: Some(delegated), application: Some(application), rights }
}

const fn for_person(name: &'static str, id: &'static str, rights: &'static [Right]) -> Permission {
    Permission { name, delegated: Some(id), application: None, rights }
}

const fn for_itself(name: &'static str, id: &'static str, rights: &'static [Right]) -> Permission {
    Permission { name, delegated: None, application: Some(id), rights }
}

impl Permission {
    /// The permission with the name, in any case.
    pub fn named(name: &str) -> Option<&'static Self> {
        ALL.iter().find(|it| it.name.eq_ignore_ascii_case(name))
    }

    /// What it lets an application do.
    pub fn rights(&self) -> &'static [Right] {
        self.rights
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_id_is_a_guid_and_comes_once() {
        let ids: Vec<&str> =
            ALL.iter().flat_map(|it| it.delegated.into_iter().chain(it.application)).collect();
        assert!(ids.iter().all(|id| uuid::Uuid::parse_str(id).is_ok()));
        assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len());
    }

    #[test]
    fn a_permission_to_read_lets_nobody_write() {
        for it in ALL.iter().filter(|it| it.name.contains(".Read.") || it.name.ends_with(".Read")) {
            assert!(it.rights().iter().all(|right| !right.is_to_write()), "{}", it.name);
        }
    }
}
