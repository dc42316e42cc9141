//! What kind of Graph object a value is, told by its content: exports come from many tools, and
//! most of them leave the type out.

use crate::document::{Value, is_annotation, same_name};
use std::borrow::Cow;

/// The kinds of objects that mean something for sign-ins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ObjectKind {
    /// `conditionalAccessPolicy`, or the `details` of a template.
    Policy,
    /// `ipNamedLocation`.
    IpLocation,
    /// `countryNamedLocation`.
    CountryLocation,
    /// `compliantNetworkNamedLocation`.
    CompliantNetwork,
    /// `authenticationStrengthPolicy`.
    Strength,
    /// `group`.
    Group,
    /// `user`.
    User,
    /// `servicePrincipal`.
    ServicePrincipal,
    /// `application`: how an app of the tenant signs people in. No policy looks at it.
    Application,
    /// `authenticationMethodsPolicy`.
    MethodsPolicy,
    /// One of the `authenticationMethodConfiguration`s.
    MethodConfiguration,
    /// One of a user's `authenticationMethod`s.
    RegisteredMethod,
    /// `userRegistrationDetails`.
    RegistrationDetails,
    /// `device`.
    Device,
    /// `directoryRole`.
    Role,
    /// `unifiedRoleDefinition`.
    RoleDefinition,
    /// `unifiedRoleAssignment`.
    RoleAssignment,
    /// `agreement`.
    TermsOfUse,
    /// `authenticationContextClassReference`.
    AuthenticationContext,
    /// The list of ids and names that policy export tools write beside their files.
    MigrationTable,
    /// `crossTenantAccessPolicyConfigurationDefault`, or that of a partner.
    CrossTenantAccess,
    /// `deviceRegistrationPolicy`.
    DeviceRegistration,
}

impl ObjectKind {
    /// All kinds, in the order of the list.
    pub const ALL: [Self; 22] = [
        Self::Policy,
        Self::IpLocation,
        Self::CountryLocation,
        Self::CompliantNetwork,
        Self::Strength,
        Self::Group,
        Self::User,
        Self::ServicePrincipal,
        Self::Application,
        Self::MethodsPolicy,
        Self::MethodConfiguration,
        Self::RegisteredMethod,
        Self::RegistrationDetails,
        Self::Device,
        Self::Role,
        Self::RoleDefinition,
        Self::RoleAssignment,
        Self::TermsOfUse,
        Self::AuthenticationContext,
        Self::MigrationTable,
        Self::CrossTenantAccess,
        Self::DeviceRegistration,
    ];

    /// The kind in words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Policy => "policy",
            Self::IpLocation => "IP location",
            Self::CountryLocation => "country location",
            Self::CompliantNetwork => "compliant network",
            Self::Strength => "authentication strength",
            Self::Group => "group",
            Self::User => "user",
            Self::ServicePrincipal => "service principal",
            Self::Application => "application",
            Self::MethodsPolicy => "authentication methods policy",
            Self::MethodConfiguration => "authentication method configuration",
            Self::RegisteredMethod => "registered method",
            Self::RegistrationDetails => "registration details",
            Self::Device => "device",
            Self::Role => "directory role",
            Self::RoleDefinition => "role definition",
            Self::RoleAssignment => "role assignment",
            Self::TermsOfUse => "terms of use",
            Self::AuthenticationContext => "authentication context",
            Self::MigrationTable => "migration table",
            Self::CrossTenantAccess => "cross-tenant access settings",
            Self::DeviceRegistration => "device registration policy",
        }
    }
}

/// No object of Graph has a tenth of these; what has more is not looked through field by field.
const MAX_FIELDS: usize = 1000;

/// The kind of an object, if it is a known one.
pub fn recognise(value: Value<'_>) -> Option<ObjectKind> {
    if !value.is_object() {
        return None;
    }
    if let Some(kind) =
        value.get("@odata.type").and_then(Value::as_text).and_then(|name| by_type(&name))
    {
        return Some(kind);
    }
    let keys: Vec<_> = value.entries().take(MAX_FIELDS + 1).map(|entry| entry.name()).collect();
    if keys.len() > MAX_FIELDS {
        return None;
    }
    let found = SIGNATURES.iter().find(|signature| signature.matches(&keys)).map(|it| it.kind);
    match found {
        Some(ObjectKind::Policy) if !has_conditions(value) => None,
        Some(ObjectKind::MethodConfiguration) if !has_method_id(value) => None,
        _ => found,
    }
}

fn by_type(name: &str) -> Option<ObjectKind> {
    let name = name.trim_start_matches('#').strip_prefix("microsoft.graph.")?;
    Some(match name {
        "conditionalAccessPolicy" | "whatIfAnalysisResult" => ObjectKind::Policy,
        "ipNamedLocation" => ObjectKind::IpLocation,
        "countryNamedLocation" => ObjectKind::CountryLocation,
        "compliantNetworkNamedLocation" => ObjectKind::CompliantNetwork,
        "authenticationStrengthPolicy" => ObjectKind::Strength,
        "group" => ObjectKind::Group,
        "user" => ObjectKind::User,
        "servicePrincipal" => ObjectKind::ServicePrincipal,
        "application" => ObjectKind::Application,
        "authenticationMethodsPolicy" => ObjectKind::MethodsPolicy,
        "userRegistrationDetails" => ObjectKind::RegistrationDetails,
        "device" => ObjectKind::Device,
        "directoryRole" => ObjectKind::Role,
        "unifiedRoleDefinition" => ObjectKind::RoleDefinition,
        "unifiedRoleAssignment" => ObjectKind::RoleAssignment,
        "crossTenantAccessPolicyConfigurationDefault"
        | "crossTenantAccessPolicyConfigurationPartner" => ObjectKind::CrossTenantAccess,
        "deviceRegistrationPolicy" => ObjectKind::DeviceRegistration,
        "agreement" => ObjectKind::TermsOfUse,
        "authenticationContextClassReference" => ObjectKind::AuthenticationContext,
        _ if name.ends_with("AuthenticationMethodConfiguration") => ObjectKind::MethodConfiguration,
        _ if name.ends_with("AuthenticationMethod") => ObjectKind::RegisteredMethod,
        _ => return None,
    })
}

/// Keys that tell a kind: all of the first, and one of the second where there are any.
struct Signature {
    kind: ObjectKind,
    all: &'static [&'static str],
    any: &'static [&'static str],
}

impl Signature {
    fn matches(&self, keys: &[Cow<'_, str>]) -> bool {
        let has = |name: &&str| keys.iter().any(|key| same_name(key, name));
        self.all.iter().all(has) && (self.any.is_empty() || self.any.iter().any(has))
    }
}

const fn signature(
    kind: ObjectKind,
    all: &'static [&'static str],
    any: &'static [&'static str],
) -> Signature {
    Signature { kind, all, any }
}

/// The first that matches tells the kind.
const SIGNATURES: &[Signature] = &[
    signature(ObjectKind::Policy, &["conditions"], &["grantControls", "sessionControls", "state"]),
    signature(ObjectKind::Strength, &["allowedCombinations"], &[]),
    signature(
        ObjectKind::MethodsPolicy,
        &[],
        &["authenticationMethodConfigurations", "registrationEnforcement"],
    ),
    signature(
        ObjectKind::MethodConfiguration,
        &["id", "state"],
        &["includeTargets", "excludeTargets"],
    ),
    signature(ObjectKind::CountryLocation, &["countriesAndRegions"], &[]),
    signature(
        ObjectKind::CountryLocation,
        &["countries", "includeUnknownCountriesAndRegions"],
        &[],
    ),
    signature(ObjectKind::IpLocation, &["ipRanges"], &["isTrusted", "displayName", "name", "id"]),
    signature(ObjectKind::CompliantNetwork, &["compliantNetworkType"], &[]),
    signature(
        ObjectKind::RegistrationDetails,
        &[],
        &["methodsRegistered", "isMfaRegistered", "isMfaCapable"],
    ),
    signature(ObjectKind::RoleAssignment, &["roleDefinitionId", "principalId"], &[]),
    signature(ObjectKind::RoleDefinition, &["rolePermissions"], &[]),
    signature(ObjectKind::Role, &["roleTemplateId"], &[]),
    signature(
        ObjectKind::TermsOfUse,
        &[],
        &[
            "isViewingBeforeAcceptanceRequired",
            "isPerDeviceAcceptanceRequired",
            "userReacceptRequiredFrequency",
        ],
    ),
    signature(
        ObjectKind::Device,
        &["deviceId"],
        &["trustType", "operatingSystem", "isCompliant", "profileType"],
    ),
    signature(
        ObjectKind::ServicePrincipal,
        &["appId"],
        &[
            "servicePrincipalType",
            "servicePrincipalNames",
            "appOwnerOrganizationId",
            "customSecurityAttributes",
        ],
    ),
    signature(
        ObjectKind::Application,
        &["appId"],
        &["web", "spa", "publicClient", "identifierUris", "requiredResourceAccess"],
    ),
    signature(
        ObjectKind::User,
        &["userPrincipalName"],
        &["id", "userType", "accountEnabled", "customSecurityAttributes"],
    ),
    signature(
        ObjectKind::Group,
        &["displayName"],
        &["groupTypes", "securityEnabled", "mailNickname", "membershipRule"],
    ),
    signature(ObjectKind::Group, &["members"], &["id", "displayName"]),
    signature(ObjectKind::AuthenticationContext, &["id", "isAvailable"], &[]),
    signature(ObjectKind::CrossTenantAccess, &["inboundTrust"], &[]),
    signature(ObjectKind::DeviceRegistration, &["multiFactorAuthConfiguration"], &[]),
    signature(ObjectKind::MigrationTable, &["objects"], &["tenantId", "organization"]),
];

/// Whether `conditions` are those of Conditional Access: other products have conditions too.
fn has_conditions(value: Value<'_>) -> bool {
    const NAMES: [&str; 16] = [
        "users",
        "applications",
        "clientApplications",
        "clientAppTypes",
        "platforms",
        "locations",
        "devices",
        "deviceStates",
        "signInRiskLevels",
        "userRiskLevels",
        "servicePrincipalRiskLevels",
        "insiderRiskLevels",
        "agentIdRiskLevels",
        "authenticationFlows",
        "agents",
        "times",
    ];
    let conditions = value.get("conditions").into_iter().flat_map(Value::entries);
    conditions
        .filter(|entry| !is_annotation(&entry.name()))
        .any(|entry| NAMES.iter().any(|name| same_name(&entry.name(), name)))
}

/// Ids of method configurations, which Graph gives by name; an external one has a GUID and is
/// told by its type.
pub const METHOD_IDS: [&str; 11] = [
    "Fido2",
    "MicrosoftAuthenticator",
    "TemporaryAccessPass",
    "SoftwareOath",
    "HardwareOath",
    "Sms",
    "Voice",
    "Email",
    "X509Certificate",
    "QRCodePin",
    "VerifiableCredentials",
];

fn has_method_id(value: Value<'_>) -> bool {
    let id = value.get("id").and_then(Value::as_text).unwrap_or_default();
    METHOD_IDS.iter().any(|known| known.eq_ignore_ascii_case(&id))
}
