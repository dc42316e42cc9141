//! What administration consists of: the things that a role, or a permission of an application,
//! lets somebody do.

/// Something that somebody may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Right {
    /// See people, groups, devices, applications and role assignments.
    ReadDirectory,
    /// See one's own user object.
    ReadSelf,
    /// See policies, strengths, locations, the methods policy, and what is proved of them.
    ReadPolicies,
    /// See sign-ins and the audit log.
    ReadLogs,
    /// See which methods people have registered.
    ReadMethods,
    /// See custom security attributes.
    ReadAttributes,
    /// See which custom security attributes there are.
    ReadAttributeDefinitions,
    /// Create, change and delete people.
    WriteUsers,
    /// Create, change and delete groups, and say who is in them.
    WriteGroups,
    /// Assign roles.
    WriteRoles,
    /// Change and delete devices.
    WriteDevices,
    /// Register, change and delete applications.
    WriteApps,
    /// Change Conditional Access policies, named locations and authentication contexts.
    WritePolicies,
    /// Change authentication strengths.
    WriteStrengths,
    /// Change the methods policy.
    WriteMethodsPolicy,
    /// Give passes, and remove methods of people.
    WriteMethods,
    /// Assign custom security attributes.
    AssignAttributes,
    /// Define custom security attributes.
    DefineAttributes,
    /// Change what the tenant itself is set to: emergency accounts and what is accepted.
    WriteSettings,
}

impl Right {
    /// Whether it changes something.
    pub fn is_to_write(self) -> bool {
        match self {
            Self::ReadDirectory
            | Self::ReadSelf
            | Self::ReadPolicies
            | Self::ReadLogs
            | Self::ReadMethods
            | Self::ReadAttributes
            | Self::ReadAttributeDefinitions => false,
            Self::WriteUsers
            | Self::WriteGroups
            | Self::WriteRoles
            | Self::WriteDevices
            | Self::WriteApps
            | Self::WritePolicies
            | Self::WriteStrengths
            | Self::WriteMethodsPolicy
            | Self::WriteMethods
            | Self::AssignAttributes
            | Self::DefineAttributes
            | Self::WriteSettings => true,
        }
    }

    /// What it is, as the end of "may": "read policies".
    pub fn words(self) -> &'static str {
        match self {
            Self::ReadDirectory => "read the directory",
            Self::ReadSelf => "read their own account",
            Self::ReadPolicies => "read policies",
            Self::ReadLogs => "read logs",
            Self::ReadMethods => "read people's sign-in methods",
            Self::ReadAttributes => "read custom security attributes",
            Self::ReadAttributeDefinitions => "read definitions of custom security attributes",
            Self::WriteUsers => "change people",
            Self::WriteGroups => "change groups",
            Self::WriteRoles => "assign roles",
            Self::WriteDevices => "change devices",
            Self::WriteApps => "change applications",
            Self::WritePolicies => "change policies",
            Self::WriteStrengths => "change authentication strengths",
            Self::WriteMethodsPolicy => "change the methods policy",
            Self::WriteMethods => "change people's sign-in methods",
            Self::AssignAttributes => "assign custom security attributes",
            Self::DefineAttributes => "define custom security attributes",
            Self::WriteSettings => "change the tenant's settings",
        }
    }
}
