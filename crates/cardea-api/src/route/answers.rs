//! What is answered to a request that is not refused.

use super::{
    Action, Applications, Deed, Document, Logs, Members, Methods, MethodsPolicy, Objects,
    Provisioning, Roles, Strengths, Templates, Users,
};

/// The kind of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answers {
    /// A page of a list: 200.
    List,
    /// One object: 200.
    One,
    /// What was made: 201.
    Created,
    /// What was begun, with the address that tells what became of it: 202.
    Accepted,
    /// Nothing: 204.
    Done,
}

/// What an action of Graph answers.
pub(super) fn of_graph(action: Action) -> Answers {
    match action {
        Action::Objects(action, _) => match action {
            Objects::List => Answers::List,
            Objects::Create => Answers::Created,
            Objects::Get => Answers::One,
            Objects::Change | Objects::Delete => Answers::Done,
        },
        Action::Users(action) => match action {
            Users::List | Users::MemberOf(_) | Users::MyMemberOf(_) => Answers::List,
            Users::Create => Answers::Created,
            Users::Get | Users::Me | Users::RevokeSessions => Answers::One,
            Users::Change | Users::Delete => Answers::Done,
        },
        Action::Members(action) => match action {
            Members::List(_) | Members::Of(_) => Answers::List,
            Members::Add | Members::Remove => Answers::Done,
        },
        Action::Methods(action) => of_methods(action),
        Action::MethodsPolicy(action) => match action {
            MethodsPolicy::Configurations => Answers::List,
            MethodsPolicy::Get | MethodsPolicy::Configuration => Answers::One,
            MethodsPolicy::Change | MethodsPolicy::ChangeConfiguration => Answers::Done,
        },
        Action::Strengths(action) => match action {
            Strengths::List | Strengths::Configurations => Answers::List,
            Strengths::Get
            | Strengths::Usage
            | Strengths::UpdateCombinations
            | Strengths::Configuration => Answers::One,
            Strengths::AddConfiguration => Answers::Created,
            Strengths::ChangeConfiguration | Strengths::RemoveConfiguration => Answers::Done,
        },
        Action::Roles(action) => match action {
            Roles::Definitions | Roles::Directory | Roles::DirectoryMembers | Roles::Templates => {
                Answers::List
            }
            Roles::Definition | Roles::DirectoryRole => Answers::One,
        },
        Action::Logs(action) => match action {
            Logs::SignIns | Logs::Audits => Answers::List,
            Logs::SignIn | Logs::Audit => Answers::One,
        },
        Action::Applications(action) => match action {
            Applications::AddPassword => Answers::One,
            Applications::RemovePassword => Answers::Done,
        },
        Action::Templates(action) => match action {
            Templates::List => Answers::List,
            Templates::Get => Answers::One,
        },
        Action::Organization => Answers::List,
        Action::DirectoryObject | Action::WhatIf => Answers::One,
    }
}

fn of_methods(action: Methods) -> Answers {
    match action {
        Methods::List(_) | Methods::RegistrationDetails => Answers::List,
        Methods::Get(_)
        | Methods::PasskeyOptions(_)
        | Methods::Operation
        | Methods::RegistrationDetail => Answers::One,
        Methods::Remove(_) => Answers::Done,
        Methods::IssuePass | Methods::AddPasskey => Answers::Created,
        Methods::ResetPassword => Answers::Accepted,
    }
}

/// What SCIM answers.
pub(super) fn of_scim(to: Provisioning) -> Answers {
    match to {
        Provisioning::Document(Document::ResourceTypes | Document::Schemas)
        | Provisioning::Resource(_, Deed::List) => Answers::List,
        Provisioning::Document(
            Document::Configuration | Document::ResourceType | Document::Schema,
        )
        | Provisioning::Resource(_, Deed::Get | Deed::Replace) => Answers::One,
        Provisioning::Resource(cardea_scim::schema::ResourceKind::User, Deed::Change) => {
            Answers::One
        }
        Provisioning::Resource(_, Deed::Create) => Answers::Created,
        Provisioning::Resource(_, Deed::Change | Deed::Delete) => Answers::Done,
    }
}
