//! The built-in roles of a directory, and what each lets its holders do.
//!
//! Source: Entra, *Microsoft Entra built-in roles*, as far as its actions exist here. A role that
//! is not in the table can be assigned and targeted by policies, and lets its holders do nothing.

use cardea_policy::id::RoleId;

use super::right::Right;

/// A built-in role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Role {
    /// The id of its template, which is the same in every tenant.
    pub id: &'static str,
    /// Its display name.
    pub name: &'static str,
    /// What it is for, in a sentence.
    pub description: &'static str,
    rights: &'static [Right],
}

use Right::{
    AssignAttributes, DefineAttributes, ReadAttributeDefinitions, ReadAttributes, ReadDirectory,
    ReadLogs, ReadMethods, ReadPolicies, WriteApps, WriteDevices, WriteGroups, WriteMethods,
    WriteMethodsPolicy, WritePolicies, WriteRoles, WriteSettings, WriteStrengths, WriteUsers,
};

/// The role that may do everything.
pub const GLOBAL_ADMINISTRATOR: &str = "62e90394-69f5-4237-9190-012177145e10";
/// The role that serves everybody's methods.
pub const PRIVILEGED_AUTHENTICATION_ADMINISTRATOR: &str = "7be44c8a-adaf-4e2a-84d6-ab2649e08a13";
/// The role that assigns roles.
pub const PRIVILEGED_ROLE_ADMINISTRATOR: &str = "e8611ab8-c189-46e8-94e1-60213ab1f814";

/// All roles that let their holders do something, by name.
pub const ALL: [Role; 23] = [
    role(
        "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3",
        ("Application Administrator", "Manages all applications."),
        &[ReadDirectory, ReadPolicies, ReadLogs, WriteApps],
    ),
    role(
        "58a13ea3-c632-46ae-9ee0-9c0d43cd7f3d",
        ("Attribute Assignment Administrator", "Assigns custom security attributes."),
        &[ReadDirectory, ReadAttributes, ReadAttributeDefinitions, AssignAttributes],
    ),
    role(
        "ffd52fa5-98dc-465c-991d-fc073eb59f8f",
        ("Attribute Assignment Reader", "Reads custom security attributes."),
        &[ReadDirectory, ReadAttributes, ReadAttributeDefinitions],
    ),
    role(
        "8424c6f0-a189-499e-bbd0-26c1753c96d4",
        ("Attribute Definition Administrator", "Defines custom security attributes."),
        &[ReadDirectory, ReadAttributeDefinitions, DefineAttributes],
    ),
    role(
        "c4e39bd9-1100-46d3-8c65-fb160da0071f",
        ("Authentication Administrator", "Manages the methods of people without a role."),
        &[ReadDirectory, ReadMethods, WriteMethods],
    ),
    role(
        "0526716b-113d-4c15-b2c8-68e3c22b9f80",
        ("Authentication Policy Administrator", "Manages the methods policy and strengths."),
        &[ReadDirectory, ReadPolicies, WriteMethodsPolicy, WriteStrengths],
    ),
    role(
        "158c047a-c907-4556-b7ef-446551a6b5f7",
        ("Cloud Application Administrator", "Manages all applications."),
        &[ReadDirectory, ReadPolicies, ReadLogs, WriteApps],
    ),
    role(
        "7698a772-787b-4ac8-901f-60d6b08affd2",
        ("Cloud Device Administrator", "Manages devices."),
        &[ReadDirectory, WriteDevices, ReadLogs],
    ),
    role(
        "b1be1c3e-b65d-4f19-8427-f6fa0d97feb9",
        ("Conditional Access Administrator", "Manages Conditional Access and strengths."),
        &[ReadDirectory, ReadPolicies, ReadLogs, WritePolicies, WriteStrengths],
    ),
    role(
        "88d8e3e3-8f55-4a1e-953a-9b9898b8876b",
        ("Directory Readers", "Reads people, groups and applications."),
        &[ReadDirectory],
    ),
    role(
        "9360feb5-f418-4baa-8175-e2a00bac4301",
        ("Directory Writers", "Changes people and groups."),
        &[ReadDirectory, WriteUsers, WriteGroups],
    ),
    role(
        GLOBAL_ADMINISTRATOR,
        ("Global Administrator", "Manages everything."),
        &[
            ReadDirectory,
            ReadPolicies,
            ReadLogs,
            ReadMethods,
            WriteUsers,
            WriteGroups,
            WriteRoles,
            WriteDevices,
            WriteApps,
            WritePolicies,
            WriteStrengths,
            WriteMethodsPolicy,
            WriteMethods,
            WriteSettings,
        ],
    ),
    role(
        "f2ef992c-3afb-46b9-b7cf-a126ee74c451",
        ("Global Reader", "Reads everything that a Global Administrator manages."),
        &[ReadDirectory, ReadPolicies, ReadLogs, ReadMethods],
    ),
    role(
        "fdd7a751-b60b-444a-984c-02652fe8fa1c",
        ("Groups Administrator", "Manages groups."),
        &[ReadDirectory, WriteGroups],
    ),
    role(
        "729827e3-9c14-49f7-bb1b-9608f156bbb8",
        ("Helpdesk Administrator", "Resets passwords of people without a role."),
        &[ReadDirectory, ReadMethods],
    ),
    role(
        PRIVILEGED_AUTHENTICATION_ADMINISTRATOR,
        ("Privileged Authentication Administrator", "Manages everybody's methods."),
        &[ReadDirectory, ReadMethods, WriteMethods],
    ),
    role(
        PRIVILEGED_ROLE_ADMINISTRATOR,
        ("Privileged Role Administrator", "Assigns roles."),
        &[ReadDirectory, WriteRoles],
    ),
    role(
        "4a5d8f65-41da-4de4-8968-e035b65339cf",
        ("Reports Reader", "Reads sign-in logs and reports."),
        &[ReadLogs],
    ),
    role(
        "194ae4cb-b126-40b2-bd5b-6091b380977d",
        ("Security Administrator", "Manages policies and reads logs."),
        &[ReadDirectory, ReadPolicies, ReadLogs, WritePolicies, WriteStrengths, WriteMethodsPolicy],
    ),
    role(
        "5f2222b1-57c3-48ba-8ad5-d4759f1fde6f",
        ("Security Operator", "Reads policies and logs."),
        &[ReadDirectory, ReadPolicies, ReadLogs],
    ),
    role(
        "5d6b6bb7-de71-4623-b4af-96380a352509",
        ("Security Reader", "Reads policies and logs."),
        &[ReadDirectory, ReadPolicies, ReadLogs],
    ),
    role(
        "fe930be7-5e62-47db-91af-98c3a49a38b1",
        ("User Administrator", "Manages people without a role, and groups."),
        &[ReadDirectory, WriteUsers, WriteGroups],
    ),
    role(
        "966707d0-3269-4727-9be2-8c3a10f19b9d",
        ("Password Administrator", "Resets passwords of people without a role."),
        &[ReadDirectory],
    ),
];

const fn role(
    id: &'static str,
    (name, description): (&'static str, &'static str),
    rights: &'static [Right],
) -> Role {
    Role { id, name, description, rights }
}

impl Role {
    /// The role with the template id.
    pub fn named(id: &RoleId) -> Option<&'static Self> {
        ALL.iter().find(|role| RoleId::new(role.id) == *id)
    }

    /// What it lets its holders do.
    pub fn rights(&self) -> &'static [Right] {
        self.rights
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_id_and_no_name_comes_twice() {
        let ids: BTreeSet<&str> = ALL.iter().map(|role| role.id).collect();
        let names: BTreeSet<&str> = ALL.iter().map(|role| role.name).collect();
        assert_eq!((ids.len(), names.len()), (ALL.len(), ALL.len()));
    }

    #[test]
    fn readers_write_nothing() {
        let readers = ALL.iter().filter(|role| role.name.contains("Read"));
        for role in readers {
            let writes = role.rights().iter().find(|right| right.is_to_write());
            assert_eq!(writes, None, "{}", role.name);
        }
    }

    #[test]
    fn custom_security_attributes_are_for_attribute_roles_only() {
        // Entra: by default not even a Global Administrator reads, defines or assigns them.
        for role in ALL {
            let any = [ReadAttributes, AssignAttributes, DefineAttributes];
            let has = any.iter().any(|right| role.rights().contains(right));
            assert_eq!(has, role.name.starts_with("Attribute"), "{}", role.name);
        }
    }
}
