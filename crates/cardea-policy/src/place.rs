//! Where in a tenant's configuration a statement points: an object and one of its fields.
//!
//! A place is semantic. Only the reader of the export knows which bytes of which file it is.

use core::fmt;

/// The position of a policy in the tenant's list of policies. Exports contain policies without an
/// id and several with the same one, so the position is what identifies a policy here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PolicyIndex(pub u32);

impl PolicyIndex {
    /// The index as a position in a slice.
    pub fn position(self) -> usize {
        usize::try_from(self.0).unwrap_or(usize::MAX)
    }

    /// The index of the policy at `position`; positions beyond `u32` cannot occur in a tenant.
    pub fn at(position: usize) -> Self {
        Self(u32::try_from(position).unwrap_or(u32::MAX))
    }
}

/// The position of an authentication strength in the tenant's list of strengths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StrengthIndex(pub u32);

impl StrengthIndex {
    /// The index as a position in a slice.
    pub fn position(self) -> usize {
        usize::try_from(self.0).unwrap_or(usize::MAX)
    }

    /// The index of the strength at `position`.
    pub fn at(position: usize) -> Self {
        Self(u32::try_from(position).unwrap_or(u32::MAX))
    }
}

/// An object of the configuration that a statement can point at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Object {
    /// A Conditional Access policy.
    Policy(PolicyIndex),
    /// An authentication strength.
    Strength(StrengthIndex),
    /// The authentication methods policy.
    MethodsPolicy,
    /// The settings file of the run (`cardea.toml`).
    Settings,
    /// The input as a whole: something that is missing from it.
    Input,
}

/// One place: an object, and the field of it that a statement is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The object.
    pub object: Object,
    /// The field in the object.
    pub field: Field,
}

impl Place {
    /// A field of a policy.
    pub fn policy(policy: PolicyIndex, field: Field) -> Self {
        Self { object: Object::Policy(policy), field }
    }
}

/// The fields that statements point at, named by their path in Microsoft Graph's JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "each variant is the Graph property that `path` spells out")]
pub enum Field {
    Whole,
    Id,
    DisplayName,
    State,
    Users,
    IncludeUsers,
    ExcludeUsers,
    IncludeGroups,
    ExcludeGroups,
    IncludeRoles,
    ExcludeRoles,
    IncludeGuests,
    ExcludeGuests,
    ClientApplications,
    Agents,
    Applications,
    IncludeApplications,
    ExcludeApplications,
    ApplicationFilter,
    IncludeUserActions,
    IncludeContexts,
    ClientAppTypes,
    Platforms,
    IncludePlatforms,
    ExcludePlatforms,
    Locations,
    IncludeLocations,
    ExcludeLocations,
    Devices,
    DeviceFilter,
    SignInRiskLevels,
    UserRiskLevels,
    ServicePrincipalRiskLevels,
    InsiderRiskLevels,
    AgentRiskLevels,
    AuthenticationFlows,
    GrantControls,
    Operator,
    BuiltInControls,
    AuthenticationStrength,
    TermsOfUse,
    CustomFactors,
    SessionControls,
    SignInFrequency,
    PersistentBrowser,
    AllowedCombinations,
    CombinationConfigurations,
    Fido2,
    PasskeyProfiles,
    TemporaryAccessPass,
    MethodConfigurations,
    RegistrationCampaign,
}

impl Field {
    /// The path of the field inside its object, in Graph's spelling; empty for the whole object.
    pub fn path(self) -> &'static str {
        match self {
            Self::Whole => "",
            Self::Id => "id",
            Self::DisplayName => "displayName",
            Self::State => "state",
            Self::Users => "conditions.users",
            Self::IncludeUsers => "conditions.users.includeUsers",
            Self::ExcludeUsers => "conditions.users.excludeUsers",
            Self::IncludeGroups => "conditions.users.includeGroups",
            Self::ExcludeGroups => "conditions.users.excludeGroups",
            Self::IncludeRoles => "conditions.users.includeRoles",
            Self::ExcludeRoles => "conditions.users.excludeRoles",
            Self::IncludeGuests => "conditions.users.includeGuestsOrExternalUsers",
            Self::ExcludeGuests => "conditions.users.excludeGuestsOrExternalUsers",
            Self::ClientApplications => "conditions.clientApplications",
            Self::Agents => "conditions.agents",
            Self::Applications => "conditions.applications",
            Self::IncludeApplications => "conditions.applications.includeApplications",
            Self::ExcludeApplications => "conditions.applications.excludeApplications",
            Self::ApplicationFilter => "conditions.applications.applicationFilter",
            Self::IncludeUserActions => "conditions.applications.includeUserActions",
            Self::IncludeContexts => {
                "conditions.applications.includeAuthenticationContextClassReferences"
            }
            Self::ClientAppTypes => "conditions.clientAppTypes",
            Self::Platforms => "conditions.platforms",
            Self::IncludePlatforms => "conditions.platforms.includePlatforms",
            Self::ExcludePlatforms => "conditions.platforms.excludePlatforms",
            Self::Locations => "conditions.locations",
            Self::IncludeLocations => "conditions.locations.includeLocations",
            Self::ExcludeLocations => "conditions.locations.excludeLocations",
            Self::Devices => "conditions.devices",
            Self::DeviceFilter => "conditions.devices.deviceFilter",
            Self::SignInRiskLevels => "conditions.signInRiskLevels",
            Self::UserRiskLevels => "conditions.userRiskLevels",
            Self::ServicePrincipalRiskLevels => "conditions.servicePrincipalRiskLevels",
            Self::InsiderRiskLevels => "conditions.insiderRiskLevels",
            Self::AgentRiskLevels => "conditions.agentIdRiskLevels",
            Self::AuthenticationFlows => "conditions.authenticationFlows",
            Self::GrantControls => "grantControls",
            Self::Operator => "grantControls.operator",
            Self::BuiltInControls => "grantControls.builtInControls",
            Self::AuthenticationStrength => "grantControls.authenticationStrength",
            Self::TermsOfUse => "grantControls.termsOfUse",
            Self::CustomFactors => "grantControls.customAuthenticationFactors",
            Self::SessionControls => "sessionControls",
            Self::SignInFrequency => "sessionControls.signInFrequency",
            Self::PersistentBrowser => "sessionControls.persistentBrowser",
            Self::AllowedCombinations => "allowedCombinations",
            Self::CombinationConfigurations => "combinationConfigurations",
            Self::Fido2 => "authenticationMethodConfigurations.Fido2",
            Self::PasskeyProfiles => "authenticationMethodConfigurations.Fido2.passkeyProfiles",
            Self::TemporaryAccessPass => "authenticationMethodConfigurations.TemporaryAccessPass",
            Self::MethodConfigurations => "authenticationMethodConfigurations",
            Self::RegistrationCampaign => "registrationEnforcement",
        }
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.path())
    }
}
