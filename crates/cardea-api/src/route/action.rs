//! What can be done to Graph's resources.

use cardea_idp::admin::methods::Kind;

use super::Collection;

/// What a handler does.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Action {
    Objects(Objects, &'static Collection),
    Users(Users),
    Members(Members),
    Methods(Methods),
    MethodsPolicy(MethodsPolicy),
    Strengths(Strengths),
    Roles(Roles),
    Logs(Logs),
    Applications(Applications),
    Organization,
    Templates(Templates),
    /// Any object of the directory, by its id.
    DirectoryObject,
    /// Which policies apply to one sign-in.
    WhatIf,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Objects {
    List,
    Create,
    Get,
    Change,
    Delete,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Templates {
    List,
    Get,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Users {
    List,
    Create,
    Get,
    Me,
    Change,
    Delete,
    RevokeSessions,
    /// Groups and roles that a person is in.
    MemberOf(Reach),
    MyMemberOf(Reach),
}

/// Whether groups in groups are followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    Direct,
    Transitive,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Members {
    List(Reach),
    /// Groups that a group is in.
    Of(Reach),
    Add,
    Remove,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Methods {
    List(Option<Kind>),
    Get(Option<Kind>),
    Remove(Kind),
    IssuePass,
    /// What to make a passkey for somebody with.
    PasskeyOptions(Lifetime),
    AddPasskey,
    ResetPassword,
    /// What became of something that could have taken long.
    Operation,
    RegistrationDetails,
    RegistrationDetail,
}

/// Who says how long a challenge can be answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lifetime {
    /// Nobody: five minutes.
    Usual,
    /// The client, which only the beta lets it.
    Asked,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum MethodsPolicy {
    Get,
    Change,
    Configurations,
    Configuration,
    ChangeConfiguration,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Strengths {
    List,
    Get,
    Usage,
    UpdateCombinations,
    Configurations,
    Configuration,
    AddConfiguration,
    ChangeConfiguration,
    RemoveConfiguration,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Roles {
    Definitions,
    Definition,
    /// The roles of the directory that somebody holds.
    Directory,
    DirectoryRole,
    DirectoryMembers,
    Templates,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Logs {
    SignIns,
    SignIn,
    Audits,
    Audit,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Applications {
    AddPassword,
    RemovePassword,
}
