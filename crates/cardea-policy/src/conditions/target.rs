//! What is asked for: resources, user actions, authentication contexts.
//!
//! Source: Entra, *Targeting resources in Conditional Access policies*. A policy targets one of
//! the three kinds. That policies on all resources also cover the registration of security info is
//! observed in Graph's documented `evaluate` example.

use alloc::collections::BTreeSet;
use alloc::vec::Vec;

use super::device::FilterMode;
use crate::filter::{AppAttributes, AppFilter};
use crate::id::{AppId, ContextId};

/// What a policy is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// Resources (cloud apps).
    Resources(Resources),
    /// User actions.
    UserActions(BTreeSet<UserAction>),
    /// Authentication contexts.
    Contexts(BTreeSet<ContextId>),
}

/// The resource condition.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Resources {
    /// Included resources.
    pub include: IncludedResources,
    /// Excluded resources; beats the inclusion.
    pub exclude: AppList,
    /// Filter for applications, on custom security attributes of the service principal.
    pub filter: Option<ResourceFilter>,
}

/// Included resources.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub enum IncludedResources {
    /// `None`, or nothing listed.
    #[default]
    Nothing,
    /// `All`.
    All,
    /// The listed ones.
    Only(AppList),
}

/// A list of apps and groups of apps.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct AppList {
    /// Apps by appId.
    pub apps: BTreeSet<AppId>,
    /// Groups of apps.
    pub groups: BTreeSet<AppGroup>,
}

/// A group of apps that policies name by a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AppGroup {
    /// `Office365`.
    Office365,
    /// `MicrosoftAdminPortals`.
    MicrosoftAdminPortals,
    /// `AllAgentIdResources`.
    AllAgentIdResources,
}

/// A filter for applications with its mode.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResourceFilter {
    /// Whether matching apps are added or removed.
    pub mode: FilterMode,
    /// The rule.
    pub rule: AppFilter,
}

/// A user action that policies target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UserAction {
    /// `urn:user:registersecurityinfo`
    RegisterSecurityInfo,
    /// `urn:user:registerdevice`
    RegisterDevice,
}

/// A resource that a token is asked for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Resource {
    /// Its appId.
    pub app: AppId,
    /// The groups of apps that it belongs to.
    pub groups: BTreeSet<AppGroup>,
    /// Custom security attributes of its service principal; empty where there is none.
    pub attributes: AppAttributes,
}

/// What scopes a request asks for. Only requests for nothing but sign-in and basic profile scopes
/// are special, and only under policies on all resources that exclude a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Scopes {
    /// Anything more than the baseline scopes.
    #[default]
    Beyond,
    /// Only baseline scopes (`openid`, `profile`, `email`, `offline_access`, `User.Read`, …).
    Baseline,
}

/// How baseline scopes are enforced in the tenant.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub enum BaselineScopes {
    /// As before 2026: policies on all resources that exclude a resource do not see them.
    Legacy,
    /// They count as access to Windows Azure Active Directory.
    #[default]
    Directory,
    /// They count as access to an app that the tenant chose.
    App(AppId),
}

/// What one token request asks for. A policy matches where it matches any audience, the action or
/// any context.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Request {
    /// Resources (audiences) of the request.
    pub audiences: Vec<Resource>,
    /// The user action, if it is one.
    pub action: Option<UserAction>,
    /// Authentication contexts that the resource demands.
    pub contexts: BTreeSet<ContextId>,
    /// What scopes it asks for.
    pub scopes: Scopes,
}

impl Resource {
    /// A resource without attributes whose groups follow from its well-known appId.
    pub fn new(app: AppId) -> Self {
        let groups = crate::well_known::groups_of(&app);
        Self { app, groups, attributes: AppAttributes::default() }
    }
}

impl Request {
    /// Access to one resource.
    pub fn resource(resource: Resource) -> Self {
        Self { audiences: Vec::from([resource]), ..Self::default() }
    }
}

impl AppList {
    /// Whether the list contains the resource.
    pub fn contains(&self, resource: &Resource) -> bool {
        self.apps.contains(&resource.app)
            || resource.groups.iter().any(|group| self.groups.contains(group))
    }

    /// Whether nothing is listed.
    pub fn is_empty(&self) -> bool {
        self.apps.is_empty() && self.groups.is_empty()
    }
}

impl Resources {
    /// Whether the condition matches the resource. An include filter adds to the list; an exclude
    /// list or filter removes.
    pub fn matches(&self, resource: &Resource) -> bool {
        let filtered = |mode| {
            self.filter.as_ref().is_some_and(|filter| {
                filter.mode == mode && filter.rule.matches(&resource.attributes)
            })
        };
        let listed = match &self.include {
            IncludedResources::Nothing => false,
            IncludedResources::All => true,
            IncludedResources::Only(list) => list.contains(resource),
        };
        (listed || filtered(FilterMode::Include))
            && !self.exclude.contains(resource)
            && !filtered(FilterMode::Exclude)
    }

    /// Whether this is *all resources*, with or without exclusions.
    pub fn is_all(&self) -> bool {
        self.include == IncludedResources::All
    }

    fn has_exclusions(&self) -> bool {
        let filter = self.filter.as_ref().is_some_and(|f| f.mode == FilterMode::Exclude);
        filter || !self.exclude.is_empty()
    }
}

impl Target {
    /// Whether the condition matches the request under the tenant's setting for baseline scopes.
    pub fn matches(&self, request: &Request, baseline: &BaselineScopes) -> bool {
        match self {
            Self::Resources(resources) => match (request.scopes, baseline) {
                (Scopes::Beyond, _) => request.audiences.iter().any(|a| resources.matches(a)),
                (Scopes::Baseline, BaselineScopes::Legacy) => {
                    !(resources.is_all() && resources.has_exclusions())
                        && request.audiences.iter().any(|a| resources.matches(a))
                }
                (Scopes::Baseline, BaselineScopes::Directory) => {
                    let directory = Resource::new(crate::well_known::windows_azure_ad());
                    resources.matches(&directory)
                }
                (Scopes::Baseline, BaselineScopes::App(app)) => {
                    resources.matches(&Resource::new(app.clone()))
                }
            },
            Self::UserActions(actions) => {
                request.action.is_some_and(|action| actions.contains(&action))
            }
            Self::Contexts(contexts) => request.contexts.iter().any(|c| contexts.contains(c)),
        }
    }

    /// Whether the policy is on *all resources*.
    pub fn is_all_resources(&self) -> bool {
        matches!(self, Self::Resources(resources) if resources.is_all())
    }

    /// Whether the policy is on the user action.
    pub fn is_action(&self, action: UserAction) -> bool {
        matches!(self, Self::UserActions(actions) if actions.contains(&action))
    }
}
