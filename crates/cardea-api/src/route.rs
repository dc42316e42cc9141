//! Every address there is: what may be done there, and what somebody must be allowed to do for it.
//!
//! The table is the whole truth about who gets in where: a request whose address is not in it does
//! not exist, and a handler is reached through its row only.

mod action;
mod answers;
mod collection;
mod methods;
mod provisioning;

use std::sync::LazyLock;

use cardea_idp::admin::right::Right;
use cardea_odata::resource::Resource;

pub(crate) use action::{
    Action, Applications, Lifetime, Logs, Members, Methods, MethodsPolicy, Objects, Reach, Roles,
    Strengths, Templates, Users,
};
pub(crate) use answers::Answers;
use collection::COLLECTIONS;
pub(crate) use collection::{
    APPLICATIONS, Collection, GROUPS, POLICIES, ROLE_ASSIGNMENTS, STRENGTHS,
};
pub(crate) use provisioning::{Deed, Document, Provisioning, SCIM};

/// What is done to a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Method {
    /// `GET`.
    Get,
    /// `POST`.
    Post,
    /// `PATCH`.
    Patch,
    /// `PUT`.
    Put,
    /// `DELETE`.
    Delete,
}

impl Method {
    /// The method of a request; `None` for one that no resource has.
    pub fn of(text: &str) -> Option<Self> {
        Some(match text {
            "GET" => Self::Get,
            "POST" => Self::Post,
            "PATCH" => Self::Patch,
            "PUT" => Self::Put,
            "DELETE" => Self::Delete,
            _ => return None,
        })
    }
}

/// A row of the table.
#[derive(Clone, Copy, Debug)]
pub struct Route {
    /// What is done.
    pub method: Method,
    /// To what: names, and `{}` for keys.
    pub shape: &'static str,
    /// What somebody must be allowed to do.
    pub right: Right,
    to: To,
}

impl Route {
    /// The path as clients write it.
    pub fn path(&self) -> String {
        match self.to {
            // An argument stands behind the name of its function.
            To::Graph(Action::Methods(Methods::PasskeyOptions(Lifetime::Asked))) => {
                format!("/beta/{}", self.shape.replace("/(", "("))
            }
            To::Graph(_) => format!("/v1.0/{}", self.shape),
            To::Scim(_) => format!("/{SCIM}/{}", self.shape),
        }
    }

    pub(crate) fn protocol(&self) -> Protocol {
        match self.to {
            To::Graph(_) => Protocol::Graph,
            To::Scim(_) => Protocol::Scim,
        }
    }

    /// What is answered to a request that is not refused.
    pub(crate) fn answers(&self) -> Answers {
        match self.to {
            To::Graph(action) => answers::of_graph(action),
            To::Scim(to) => answers::of_scim(to),
        }
    }
}

/// By which protocol somebody comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Protocol {
    Graph,
    Scim,
}

/// By which protocol somebody comes, and to what.
#[derive(Clone, Copy, Debug)]
enum To {
    Graph(Action),
    Scim(Provisioning),
}

/// A row that a request leads to.
#[derive(Debug)]
pub(crate) struct Row<'a, A> {
    pub route: &'static Route,
    /// What its handler does.
    pub to: A,
    /// The keys of the address, in its order.
    pub keys: Vec<&'a str>,
}

static ROUTES: LazyLock<Vec<Route>> = LazyLock::new(|| {
    let mut routes = special();
    routes.extend(provisioning::ROUTES);
    for collection in COLLECTIONS {
        for base in collection.bases {
            routes.extend(of_collection(collection, base));
        }
    }
    routes
});

/// All rows of the table; of two that fit one address the first counts.
pub fn all() -> &'static [Route] {
    &ROUTES
}

/// The rows of Graph whose address this is, with the keys in it.
pub(crate) fn of_graph(resource: &Resource) -> Vec<Row<'_, Action>> {
    let row = |route: &'static Route| match route.to {
        To::Graph(to) => Some(Row { route, to, keys: resource.keys(route.shape)? }),
        To::Scim(_) => None,
    };
    ROUTES.iter().filter_map(row).collect()
}

/// The rows of SCIM whose address this is, with the keys in it.
pub(crate) fn of_scim(resource: &Resource) -> Vec<Row<'_, Provisioning>> {
    let row = |route: &'static Route| match route.to {
        To::Scim(to) => Some(Row { route, to, keys: resource.keys(route.shape)? }),
        To::Graph(_) => None,
    };
    ROUTES.iter().filter_map(row).collect()
}

fn of_collection(collection: &'static Collection, base: &'static str) -> [Route; 5] {
    // Made once and kept for as long as the program runs.
    let item: &'static str = Box::leak(format!("{base}/{{}}").into_boxed_str());
    let Collection { read, write, .. } = collection;
    let (list, get) = if std::ptr::eq(collection, &raw const STRENGTHS) {
        (Action::Strengths(Strengths::List), Action::Strengths(Strengths::Get))
    } else {
        (Action::Objects(Objects::List, collection), Action::Objects(Objects::Get, collection))
    };
    [
        route(Method::Get, base, *read, list),
        route(Method::Post, base, *write, Action::Objects(Objects::Create, collection)),
        route(Method::Get, item, *read, get),
        route(Method::Patch, item, *write, Action::Objects(Objects::Change, collection)),
        route(Method::Delete, item, *write, Action::Objects(Objects::Delete, collection)),
    ]
}

const fn route(method: Method, shape: &'static str, right: Right, action: Action) -> Route {
    Route { method, shape, right, to: To::Graph(action) }
}

fn special() -> Vec<Route> {
    let mut routes = users();
    routes.extend(methods::rows());
    routes.extend(policies());
    routes.extend(directory());
    routes
}

fn users() -> Vec<Route> {
    use Method::{Delete, Get, Patch, Post};
    use Right::{ReadDirectory, ReadSelf, WriteUsers};
    vec![
        route(Get, "me", ReadSelf, Action::Users(Users::Me)),
        route(Get, "me/memberOf", ReadSelf, Action::Users(Users::MyMemberOf(Reach::Direct))),
        route(
            Get,
            "me/transitiveMemberOf",
            ReadSelf,
            Action::Users(Users::MyMemberOf(Reach::Transitive)),
        ),
        route(Get, "users", ReadDirectory, Action::Users(Users::List)),
        route(Post, "users", WriteUsers, Action::Users(Users::Create)),
        route(Get, "users/{}", ReadDirectory, Action::Users(Users::Get)),
        route(Patch, "users/{}", WriteUsers, Action::Users(Users::Change)),
        route(Delete, "users/{}", WriteUsers, Action::Users(Users::Delete)),
        route(
            Post,
            "users/{}/revokeSignInSessions",
            WriteUsers,
            Action::Users(Users::RevokeSessions),
        ),
        route(
            Get,
            "users/{}/memberOf",
            ReadDirectory,
            Action::Users(Users::MemberOf(Reach::Direct)),
        ),
        route(
            Get,
            "users/{}/transitiveMemberOf",
            ReadDirectory,
            Action::Users(Users::MemberOf(Reach::Transitive)),
        ),
    ]
}

/// A question, although it is posted.
const EVALUATE: &str = "identity/conditionalAccess/evaluate";

fn conditional_access() -> Vec<Route> {
    use Method::{Get, Post};
    use Right::ReadPolicies;
    let templates = Action::Templates;
    vec![
        route(Post, EVALUATE, ReadPolicies, Action::WhatIf),
        route(
            Get,
            "identity/conditionalAccess/templates",
            ReadPolicies,
            templates(Templates::List),
        ),
        route(
            Get,
            "identity/conditionalAccess/templates/{}",
            ReadPolicies,
            templates(Templates::Get),
        ),
    ]
}

fn policies() -> Vec<Route> {
    use Method::{Get, Patch};
    use Right::{ReadPolicies, WriteMethodsPolicy};
    let mut routes = conditional_access();
    for (policy, list, item) in [
        (
            "policies/authenticationMethodsPolicy",
            "policies/authenticationMethodsPolicy/authenticationMethodConfigurations",
            "policies/authenticationMethodsPolicy/authenticationMethodConfigurations/{}",
        ),
        (
            "authenticationMethodsPolicy",
            "authenticationMethodsPolicy/authenticationMethodConfigurations",
            "authenticationMethodsPolicy/authenticationMethodConfigurations/{}",
        ),
    ] {
        let action = Action::MethodsPolicy;
        routes.extend([
            route(Get, policy, ReadPolicies, action(MethodsPolicy::Get)),
            route(Patch, policy, WriteMethodsPolicy, action(MethodsPolicy::Change)),
            route(Get, list, ReadPolicies, action(MethodsPolicy::Configurations)),
            route(Get, item, ReadPolicies, action(MethodsPolicy::Configuration)),
            route(Patch, item, WriteMethodsPolicy, action(MethodsPolicy::ChangeConfiguration)),
        ]);
    }
    routes.extend(strengths());
    routes
}

fn strengths() -> Vec<Route> {
    use Method::{Delete, Get, Patch, Post};
    use Right::{ReadPolicies, WriteStrengths};
    let mut routes = Vec::new();
    for [usage, update, list, item] in [
        [
            "identity/conditionalAccess/authenticationStrength/policies/{}/usage",
            "identity/conditionalAccess/authenticationStrength/policies/{}/updateAllowedCombinations",
            "identity/conditionalAccess/authenticationStrength/policies/{}/combinationConfigurations",
            "identity/conditionalAccess/authenticationStrength/policies/{}/combinationConfigurations/{}",
        ],
        [
            "policies/authenticationStrengthPolicies/{}/usage",
            "policies/authenticationStrengthPolicies/{}/updateAllowedCombinations",
            "policies/authenticationStrengthPolicies/{}/combinationConfigurations",
            "policies/authenticationStrengthPolicies/{}/combinationConfigurations/{}",
        ],
    ] {
        let action = Action::Strengths;
        routes.extend([
            route(Get, usage, ReadPolicies, action(Strengths::Usage)),
            route(Post, update, WriteStrengths, action(Strengths::UpdateCombinations)),
            route(Get, list, ReadPolicies, action(Strengths::Configurations)),
            route(Post, list, WriteStrengths, action(Strengths::AddConfiguration)),
            route(Get, item, ReadPolicies, action(Strengths::Configuration)),
            route(Patch, item, WriteStrengths, action(Strengths::ChangeConfiguration)),
            route(Delete, item, WriteStrengths, action(Strengths::RemoveConfiguration)),
        ]);
    }
    routes
}

fn directory() -> Vec<Route> {
    use Method::{Delete, Get, Post};
    use Right::{ReadDirectory, ReadLogs, ReadSelf, WriteApps, WriteGroups};
    let (members, roles) = (Action::Members, Action::Roles);
    let (logs, apps) = (Action::Logs, Action::Applications);
    vec![
        route(Get, "directoryObjects/{}", ReadDirectory, Action::DirectoryObject),
        route(Get, "groups/{}/members", ReadDirectory, members(Members::List(Reach::Direct))),
        route(
            Get,
            "groups/{}/transitiveMembers",
            ReadDirectory,
            members(Members::List(Reach::Transitive)),
        ),
        route(Get, "groups/{}/memberOf", ReadDirectory, members(Members::Of(Reach::Direct))),
        route(
            Get,
            "groups/{}/transitiveMemberOf",
            ReadDirectory,
            members(Members::Of(Reach::Transitive)),
        ),
        route(Post, "groups/{}/members/$ref", WriteGroups, members(Members::Add)),
        route(Delete, "groups/{}/members/{}/$ref", WriteGroups, members(Members::Remove)),
        route(
            Get,
            "roleManagement/directory/roleDefinitions",
            ReadDirectory,
            roles(Roles::Definitions),
        ),
        route(
            Get,
            "roleManagement/directory/roleDefinitions/{}",
            ReadDirectory,
            roles(Roles::Definition),
        ),
        route(Get, "directoryRoles", ReadDirectory, roles(Roles::Directory)),
        route(Get, "directoryRoles/{}", ReadDirectory, roles(Roles::DirectoryRole)),
        route(Get, "directoryRoles/{}/members", ReadDirectory, roles(Roles::DirectoryMembers)),
        route(Get, "directoryRoleTemplates", ReadDirectory, roles(Roles::Templates)),
        route(Get, "auditLogs/signIns", ReadLogs, logs(Logs::SignIns)),
        route(Get, "auditLogs/signIns/{}", ReadLogs, logs(Logs::SignIn)),
        route(Get, "auditLogs/directoryAudits", ReadLogs, logs(Logs::Audits)),
        route(Get, "auditLogs/directoryAudits/{}", ReadLogs, logs(Logs::Audit)),
        route(Post, "applications/{}/addPassword", WriteApps, apps(Applications::AddPassword)),
        route(
            Post,
            "applications/{}/removePassword",
            WriteApps,
            apps(Applications::RemovePassword),
        ),
        route(Get, "organization", ReadSelf, Action::Organization),
    ]
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_address_has_two_rows_for_one_method() {
        let mut seen = BTreeSet::new();
        for route in all() {
            assert!(seen.insert((route.method, route.path())), "{route:?}");
        }
    }

    #[test]
    fn what_changes_something_takes_a_right_to_write() {
        for route in all() {
            let asks = methods::OPTIONS.iter().any(|(shape, _)| *shape == route.shape);
            let writes = asks || route.method != Method::Get && route.shape != EVALUATE;
            assert_eq!(writes, route.right.is_to_write(), "{route:?}");
        }
    }

    // GR-12
    #[test]
    fn every_spelling_of_an_address_is_the_same_row() {
        let row = |path: &str| {
            let resource = Resource::parse(path).unwrap();
            of_graph(&resource).iter().map(|row| row.route.shape).collect::<BTreeSet<_>>()
        };
        let plain = row("identity/conditionalAccess/policies/7");
        assert_eq!(plain, BTreeSet::from(["identity/conditionalAccess/policies/{}"]));
        for other in
            ["identity/conditionalAccess/policies('7')", "identity/conditionalAccess/policies/%37/"]
        {
            assert_eq!(row(other), plain, "{other}");
        }
        assert!(row("Identity/conditionalAccess/policies/7/x").is_empty());
    }
}
