//! Collections of objects that are read and written in one way.

use cardea_idp::admin::right::Right;

/// Objects that are all of one sort, and are read and written in one way.
#[derive(Debug)]
pub(crate) struct Collection {
    /// Addresses; the first one is the name that answers give.
    pub bases: &'static [&'static str],
    /// The kinds of objects in it, as the tenant keeps them.
    pub kinds: &'static [&'static str],
    pub read: Right,
    pub write: Right,
    /// What is done, as the audit log says it: "policy" gives "Add policy".
    pub activities: [&'static str; 3],
    /// Properties that are in an answer only where they are selected.
    pub hidden: &'static [&'static str],
}

pub(crate) static POLICIES: Collection = Collection {
    bases: &["identity/conditionalAccess/policies", "policies/conditionalAccessPolicies"],
    kinds: &["conditionalAccessPolicy"],
    read: Right::ReadPolicies,
    write: Right::WritePolicies,
    activities: [
        "Add conditional access policy",
        "Update conditional access policy",
        "Delete conditional access policy",
    ],
    hidden: &[],
};

pub(crate) static LOCATIONS: Collection = Collection {
    bases: &["identity/conditionalAccess/namedLocations"],
    kinds: &["ipNamedLocation", "countryNamedLocation", "compliantNetworkNamedLocation"],
    read: Right::ReadPolicies,
    write: Right::WritePolicies,
    activities: ["Add named location", "Update named location", "Delete named location"],
    hidden: &[],
};

pub(crate) static CONTEXTS: Collection = Collection {
    bases: &["identity/conditionalAccess/authenticationContextClassReferences"],
    kinds: &["authenticationContextClassReference"],
    read: Right::ReadPolicies,
    write: Right::WritePolicies,
    activities: [
        "Add authentication context",
        "Update authentication context",
        "Delete authentication context",
    ],
    hidden: &[],
};

pub(crate) static AGREEMENTS: Collection = Collection {
    bases: &["identityGovernance/termsOfUse/agreements", "agreements"],
    kinds: &["agreement"],
    read: Right::ReadPolicies,
    write: Right::WritePolicies,
    activities: ["Create Terms Of Use", "Edit Terms Of Use", "Delete Terms Of Use"],
    hidden: &["file", "files"],
};

pub(crate) static STRENGTHS: Collection = Collection {
    bases: &[
        "identity/conditionalAccess/authenticationStrength/policies",
        "policies/authenticationStrengthPolicies",
    ],
    kinds: &["authenticationStrengthPolicy"],
    read: Right::ReadPolicies,
    write: Right::WriteStrengths,
    activities: [
        "Add authentication strength policy",
        "Update authentication strength policy",
        "Delete authentication strength policy",
    ],
    hidden: &[],
};

pub(crate) static GROUPS: Collection = Collection {
    bases: &["groups"],
    kinds: &["group"],
    read: Right::ReadDirectory,
    write: Right::WriteGroups,
    activities: ["Add group", "Update group", "Delete group"],
    hidden: &["members", "owners"],
};

pub(crate) static APPLICATIONS: Collection = Collection {
    bases: &["applications"],
    kinds: &["application"],
    read: Right::ReadDirectory,
    write: Right::WriteApps,
    activities: ["Add application", "Update application", "Delete application"],
    hidden: &["customSecurityAttributes"],
};

pub(crate) static SERVICE_PRINCIPALS: Collection = Collection {
    bases: &["servicePrincipals"],
    kinds: &["servicePrincipal"],
    read: Right::ReadDirectory,
    write: Right::WriteApps,
    activities: ["Add service principal", "Update service principal", "Remove service principal"],
    hidden: &["customSecurityAttributes"],
};

pub(crate) static DEVICES: Collection = Collection {
    bases: &["devices"],
    kinds: &["device"],
    read: Right::ReadDirectory,
    write: Right::WriteDevices,
    activities: ["Add device", "Update device", "Delete device"],
    hidden: &[],
};

pub(crate) static ROLE_ASSIGNMENTS: Collection = Collection {
    bases: &["roleManagement/directory/roleAssignments"],
    kinds: &["unifiedRoleAssignment"],
    read: Right::ReadDirectory,
    write: Right::WriteRoles,
    activities: ["Add member to role", "Update role assignment", "Remove member from role"],
    hidden: &[],
};

pub(crate) static ATTRIBUTE_SETS: Collection = Collection {
    bases: &["directory/attributeSets"],
    kinds: &["attributeSet"],
    read: Right::ReadAttributeDefinitions,
    write: Right::DefineAttributes,
    activities: ["Add attribute set", "Update attribute set", "Delete attribute set"],
    hidden: &[],
};

pub(crate) static ATTRIBUTES: Collection = Collection {
    bases: &["directory/customSecurityAttributeDefinitions"],
    kinds: &["customSecurityAttributeDefinition"],
    read: Right::ReadAttributeDefinitions,
    write: Right::DefineAttributes,
    activities: [
        "Add custom security attribute definition",
        "Update custom security attribute definition",
        "Delete custom security attribute definition",
    ],
    hidden: &[],
};

pub(crate) static COLLECTIONS: [&Collection; 12] = [
    &POLICIES,
    &LOCATIONS,
    &CONTEXTS,
    &AGREEMENTS,
    &STRENGTHS,
    &GROUPS,
    &APPLICATIONS,
    &SERVICE_PRINCIPALS,
    &DEVICES,
    &ROLE_ASSIGNMENTS,
    &ATTRIBUTE_SETS,
    &ATTRIBUTES,
];
