//! What kinds of objects are called in the database: by the names of their types in Graph.

use cardea_graph::document::Value;
use cardea_graph::recognise::ObjectKind;

/// The name of a kind.
pub(super) fn name(kind: ObjectKind) -> &'static str {
    match kind {
        ObjectKind::Policy => "conditionalAccessPolicy",
        ObjectKind::IpLocation => "ipNamedLocation",
        ObjectKind::CountryLocation => "countryNamedLocation",
        ObjectKind::CompliantNetwork => "compliantNetworkNamedLocation",
        ObjectKind::Strength => "authenticationStrengthPolicy",
        ObjectKind::Group => super::GROUP,
        ObjectKind::User => super::USER,
        ObjectKind::ServicePrincipal => "servicePrincipal",
        ObjectKind::Application => "application",
        ObjectKind::MethodsPolicy => "authenticationMethodsPolicy",
        ObjectKind::MethodConfiguration => "authenticationMethodConfiguration",
        ObjectKind::RegisteredMethod => "authenticationMethod",
        ObjectKind::RegistrationDetails => "userRegistrationDetails",
        ObjectKind::Device => "device",
        ObjectKind::Role => "directoryRole",
        ObjectKind::RoleDefinition => "unifiedRoleDefinition",
        ObjectKind::RoleAssignment => "unifiedRoleAssignment",
        ObjectKind::TermsOfUse => "agreement",
        ObjectKind::AuthenticationContext => "authenticationContextClassReference",
        ObjectKind::MigrationTable => "migrationTable",
        ObjectKind::CrossTenantAccess => "crossTenantAccessPolicyConfiguration",
        ObjectKind::DeviceRegistration => "deviceRegistrationPolicy",
    }
}

/// Whether Graph gives such objects an id; what has none gets one then.
pub(super) fn has_id(kind: ObjectKind) -> bool {
    match kind {
        ObjectKind::MigrationTable
        | ObjectKind::CrossTenantAccess
        | ObjectKind::DeviceRegistration
        | ObjectKind::MethodsPolicy => false,
        ObjectKind::Policy
        | ObjectKind::IpLocation
        | ObjectKind::CountryLocation
        | ObjectKind::CompliantNetwork
        | ObjectKind::Strength
        | ObjectKind::Group
        | ObjectKind::User
        | ObjectKind::ServicePrincipal
        | ObjectKind::Application
        | ObjectKind::MethodConfiguration
        | ObjectKind::RegisteredMethod
        | ObjectKind::RegistrationDetails
        | ObjectKind::Device
        | ObjectKind::Role
        | ObjectKind::RoleDefinition
        | ObjectKind::RoleAssignment
        | ObjectKind::TermsOfUse
        | ObjectKind::AuthenticationContext => true,
    }
}

/// What tells an object without id from others of its kind: of some there is one in a tenant.
pub(super) fn own_id(kind: ObjectKind, value: Value<'_>) -> Option<String> {
    match kind {
        ObjectKind::MethodsPolicy | ObjectKind::DeviceRegistration => Some(name(kind).to_owned()),
        ObjectKind::CrossTenantAccess => {
            let partner = value.get("tenantId").and_then(Value::as_text);
            Some(partner.map_or_else(|| String::from("default"), std::borrow::Cow::into_owned))
        }
        ObjectKind::Policy
        | ObjectKind::IpLocation
        | ObjectKind::CountryLocation
        | ObjectKind::CompliantNetwork
        | ObjectKind::Strength
        | ObjectKind::Group
        | ObjectKind::User
        | ObjectKind::ServicePrincipal
        | ObjectKind::Application
        | ObjectKind::MethodConfiguration
        | ObjectKind::RegisteredMethod
        | ObjectKind::RegistrationDetails
        | ObjectKind::Device
        | ObjectKind::Role
        | ObjectKind::RoleDefinition
        | ObjectKind::RoleAssignment
        | ObjectKind::TermsOfUse
        | ObjectKind::AuthenticationContext
        | ObjectKind::MigrationTable => None,
    }
}
