//! The types of objects, and which path leads to which.

/// A type.
#[derive(Debug)]
pub(super) struct Type {
    pub name: &'static str,
    /// The type that it is one of.
    pub base: Option<&'static str>,
    /// Properties with their types.
    pub properties: &'static [(&'static str, &'static str)],
}

const TEXT: &str = "Edm.String";
const TEXTS: &str = "Collection(Edm.String)";
const TRUTH: &str = "Edm.Boolean";
const MOMENT: &str = "Edm.DateTimeOffset";
const NUMBER: &str = "Edm.Int32";
/// An object or a list of objects, as Graph documents it.
const PART: &str = "Edm.Untyped";

const ENTITY: Option<&str> = Some("entity");
const OBJECT: Option<&str> = Some("directoryObject");
const METHOD: Option<&str> = Some("authenticationMethod");

const fn of(
    name: &'static str,
    base: Option<&'static str>,
    properties: &'static [(&'static str, &'static str)],
) -> Type {
    Type { name, base, properties }
}

pub(super) const TYPES: &[Type] = &[
    of("entity", None, &[]),
    of("directoryObject", ENTITY, &[("deletedDateTime", MOMENT)]),
    of(
        "user",
        OBJECT,
        &[
            ("accountEnabled", TRUTH),
            ("businessPhones", TEXTS),
            ("createdDateTime", MOMENT),
            ("department", TEXT),
            ("displayName", TEXT),
            ("employeeId", TEXT),
            ("givenName", TEXT),
            ("jobTitle", TEXT),
            ("mail", TEXT),
            ("mobilePhone", TEXT),
            ("officeLocation", TEXT),
            ("preferredLanguage", TEXT),
            ("surname", TEXT),
            ("userPrincipalName", TEXT),
            ("userType", TEXT),
        ],
    ),
    of(
        "group",
        OBJECT,
        &[
            ("description", TEXT),
            ("displayName", TEXT),
            ("groupTypes", TEXTS),
            ("isAssignableToRole", TRUTH),
            ("mailEnabled", TRUTH),
            ("mailNickname", TEXT),
            ("securityEnabled", TRUTH),
        ],
    ),
    of(
        "application",
        OBJECT,
        &[
            ("appId", TEXT),
            ("displayName", TEXT),
            ("identifierUris", TEXTS),
            ("passwordCredentials", PART),
            ("publicClient", PART),
            ("requiredResourceAccess", PART),
            ("web", PART),
        ],
    ),
    of("servicePrincipal", OBJECT, &[("appId", TEXT), ("displayName", TEXT)]),
    of(
        "device",
        OBJECT,
        &[
            ("deviceId", TEXT),
            ("displayName", TEXT),
            ("isCompliant", TRUTH),
            ("operatingSystem", TEXT),
            ("trustType", TEXT),
        ],
    ),
    of(
        "directoryRole",
        OBJECT,
        &[("description", TEXT), ("displayName", TEXT), ("roleTemplateId", TEXT)],
    ),
    of("directoryRoleTemplate", OBJECT, &[("description", TEXT), ("displayName", TEXT)]),
    of(
        "organization",
        OBJECT,
        &[("displayName", TEXT), ("tenantType", TEXT), ("verifiedDomains", PART)],
    ),
    of("directory", ENTITY, &[]),
    of("attributeSet", ENTITY, &[("description", TEXT), ("maxAttributesPerSet", NUMBER)]),
    of(
        "customSecurityAttributeDefinition",
        ENTITY,
        &[("attributeSet", TEXT), ("name", TEXT), ("status", TEXT), ("type", TEXT)],
    ),
    of("roleManagement", ENTITY, &[]),
    of("rbacApplication", ENTITY, &[]),
    of(
        "unifiedRoleAssignment",
        ENTITY,
        &[("directoryScopeId", TEXT), ("principalId", TEXT), ("roleDefinitionId", TEXT)],
    ),
    of(
        "unifiedRoleDefinition",
        ENTITY,
        &[
            ("description", TEXT),
            ("displayName", TEXT),
            ("isBuiltIn", TRUTH),
            ("isEnabled", TRUTH),
            ("rolePermissions", PART),
            ("templateId", TEXT),
        ],
    ),
    of("identityContainer", ENTITY, &[]),
    of("conditionalAccessRoot", ENTITY, &[]),
    of("policyRoot", ENTITY, &[]),
    of(
        "conditionalAccessPolicy",
        ENTITY,
        &[
            ("conditions", PART),
            ("createdDateTime", MOMENT),
            ("description", TEXT),
            ("displayName", TEXT),
            ("grantControls", PART),
            ("modifiedDateTime", MOMENT),
            ("sessionControls", PART),
            ("state", TEXT),
            ("templateId", TEXT),
        ],
    ),
    of(
        "conditionalAccessTemplate",
        ENTITY,
        &[("description", TEXT), ("details", PART), ("name", TEXT), ("scenarios", TEXT)],
    ),
    of("namedLocation", ENTITY, &[("createdDateTime", MOMENT), ("displayName", TEXT)]),
    of("ipNamedLocation", Some("namedLocation"), &[("ipRanges", PART), ("isTrusted", TRUTH)]),
    of(
        "countryNamedLocation",
        Some("namedLocation"),
        &[
            ("countriesAndRegions", TEXTS),
            ("countryLookupMethod", TEXT),
            ("includeUnknownCountriesAndRegions", TRUTH),
        ],
    ),
    of("compliantNetworkNamedLocation", Some("namedLocation"), &[]),
    of(
        "authenticationContextClassReference",
        ENTITY,
        &[("description", TEXT), ("displayName", TEXT), ("isAvailable", TRUTH)],
    ),
    of("authenticationStrengthRoot", ENTITY, &[]),
    of(
        "authenticationStrengthPolicy",
        ENTITY,
        &[
            ("allowedCombinations", TEXTS),
            ("description", TEXT),
            ("displayName", TEXT),
            ("policyType", TEXT),
            ("requirementsSatisfied", TEXT),
        ],
    ),
    of("authenticationCombinationConfiguration", ENTITY, &[("appliesToCombinations", TEXTS)]),
    of(
        "authenticationMethodsPolicy",
        ENTITY,
        &[("displayName", TEXT), ("registrationEnforcement", PART)],
    ),
    of("authenticationMethodConfiguration", ENTITY, &[("excludeTargets", PART), ("state", TEXT)]),
    of("termsOfUseContainer", ENTITY, &[]),
    of("identityGovernance", ENTITY, &[]),
    of("agreement", ENTITY, &[("displayName", TEXT)]),
    of("authentication", ENTITY, &[]),
    of("authenticationMethod", ENTITY, &[("createdDateTime", MOMENT)]),
    of(
        "fido2AuthenticationMethod",
        METHOD,
        &[("aaGuid", TEXT), ("attestationLevel", TEXT), ("displayName", TEXT), ("model", TEXT)],
    ),
    of(
        "temporaryAccessPassAuthenticationMethod",
        METHOD,
        &[
            ("isUsable", TRUTH),
            ("isUsableOnce", TRUTH),
            ("lifetimeInMinutes", NUMBER),
            ("startDateTime", MOMENT),
            ("temporaryAccessPass", TEXT),
        ],
    ),
    of("passwordAuthenticationMethod", METHOD, &[("password", TEXT)]),
    of("softwareOathAuthenticationMethod", METHOD, &[("secretKey", TEXT)]),
    of(
        "longRunningOperation",
        ENTITY,
        &[
            ("createdDateTime", MOMENT),
            ("lastActionDateTime", MOMENT),
            ("resourceLocation", TEXT),
            ("status", TEXT),
            ("statusDetail", TEXT),
        ],
    ),
    of("reportRoot", ENTITY, &[]),
    of("authenticationMethodsRoot", ENTITY, &[]),
    of(
        "userRegistrationDetails",
        ENTITY,
        &[
            ("isAdmin", TRUTH),
            ("isMfaCapable", TRUTH),
            ("isMfaRegistered", TRUTH),
            ("isPasswordlessCapable", TRUTH),
            ("methodsRegistered", TEXTS),
            ("userPrincipalName", TEXT),
        ],
    ),
    of("auditLogRoot", ENTITY, &[]),
    of(
        "signIn",
        ENTITY,
        &[
            ("appDisplayName", TEXT),
            ("appliedConditionalAccessPolicies", PART),
            ("conditionalAccessStatus", TEXT),
            ("createdDateTime", MOMENT),
            ("ipAddress", TEXT),
            ("status", PART),
            ("userPrincipalName", TEXT),
        ],
    ),
    of(
        "directoryAudit",
        ENTITY,
        &[
            ("activityDateTime", MOMENT),
            ("activityDisplayName", TEXT),
            ("category", TEXT),
            ("initiatedBy", PART),
            ("result", TEXT),
            ("targetResources", PART),
        ],
    ),
];

/// What a path leads to, `{}` in place of keys.
pub(super) fn type_of(path: &str) -> &'static str {
    let names: Vec<&str> = path.split('/').filter(|it| *it != "{}").collect();
    let found = PATHS.iter().find(|(path, _)| path.split('/').eq(names.iter().copied()));
    let found = found.map(|(_, name)| *name);
    // Whatever is below a list of the same sort elsewhere is the same.
    found.unwrap_or_else(|| match names.last().copied().unwrap_or_default() {
        "memberOf" | "members" | "transitiveMemberOf" | "transitiveMembers" => "directoryObject",
        "combinationConfigurations" => "authenticationCombinationConfiguration",
        "authenticationMethodConfigurations" => "authenticationMethodConfiguration",
        _ => "entity",
    })
}

const PATHS: [(&str, &str); 48] = [
    ("agreements", "agreement"),
    ("applications", "application"),
    ("auditLogs", "auditLogRoot"),
    ("auditLogs/directoryAudits", "directoryAudit"),
    ("auditLogs/signIns", "signIn"),
    ("authenticationMethodsPolicy", "authenticationMethodsPolicy"),
    ("devices", "device"),
    ("directory", "directory"),
    ("directory/attributeSets", "attributeSet"),
    ("directory/customSecurityAttributeDefinitions", "customSecurityAttributeDefinition"),
    ("directoryObjects", "directoryObject"),
    ("directoryRoleTemplates", "directoryRoleTemplate"),
    ("directoryRoles", "directoryRole"),
    ("groups", "group"),
    ("identity", "identityContainer"),
    ("identity/conditionalAccess", "conditionalAccessRoot"),
    (
        "identity/conditionalAccess/authenticationContextClassReferences",
        "authenticationContextClassReference",
    ),
    ("identity/conditionalAccess/authenticationStrength", "authenticationStrengthRoot"),
    ("identity/conditionalAccess/authenticationStrength/policies", "authenticationStrengthPolicy"),
    ("identity/conditionalAccess/namedLocations", "namedLocation"),
    ("identity/conditionalAccess/policies", "conditionalAccessPolicy"),
    ("identity/conditionalAccess/templates", "conditionalAccessTemplate"),
    ("identityGovernance", "identityGovernance"),
    ("identityGovernance/termsOfUse", "termsOfUseContainer"),
    ("identityGovernance/termsOfUse/agreements", "agreement"),
    ("me", "user"),
    ("organization", "organization"),
    ("policies", "policyRoot"),
    ("policies/authenticationMethodsPolicy", "authenticationMethodsPolicy"),
    ("policies/authenticationStrengthPolicies", "authenticationStrengthPolicy"),
    ("policies/conditionalAccessPolicies", "conditionalAccessPolicy"),
    ("reports", "reportRoot"),
    ("reports/authenticationMethods", "authenticationMethodsRoot"),
    ("reports/authenticationMethods/userRegistrationDetails", "userRegistrationDetails"),
    ("roleManagement", "roleManagement"),
    ("roleManagement/directory", "rbacApplication"),
    ("roleManagement/directory/roleAssignments", "unifiedRoleAssignment"),
    ("roleManagement/directory/roleDefinitions", "unifiedRoleDefinition"),
    ("servicePrincipals", "servicePrincipal"),
    ("users", "user"),
    ("users/authentication", "authentication"),
    ("users/authentication/fido2Methods", "fido2AuthenticationMethod"),
    ("users/authentication/methods", "authenticationMethod"),
    ("users/authentication/operations", "longRunningOperation"),
    ("users/authentication/passwordMethods", "passwordAuthenticationMethod"),
    ("users/authentication/softwareOathMethods", "softwareOathAuthenticationMethod"),
    ("users/authentication/temporaryAccessPassMethods", "temporaryAccessPassAuthenticationMethod"),
    ("users/memberOf", "directoryObject"),
];
