//! What sign-ins ask for.

use std::collections::BTreeSet;

use cardea_policy::conditions::target::{
    AppGroup, AppList, BaselineScopes, IncludedResources, Request, Resource, Resources, Scopes,
    Target, UserAction,
};
use cardea_policy::filter::{AppAttributes, AppFilter, Coverage, representative_attributes};
use cardea_policy::id::{AppId, ContextId};
use cardea_policy::policy::Policy;
use cardea_policy::well_known::{groups_of, registration_resources, windows_azure_ad};
use cardea_tenant::tenant::Tenant;

use super::axis::Facts;

/// How many assignments of attributes are told apart at most.
const LIMIT: usize = 64;

/// An app in both groups that policies name by a word: Microsoft 365 admin center.
const ADMIN_CENTER: &str = "00000006-0000-0ff1-ce00-000000000000";

/// Something that a sign-in asks for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Destination {
    /// What it is, for wording.
    pub what: What,
    /// The request, for evaluation.
    pub request: Request,
}

/// What a sign-in asks for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum What {
    /// An app that no policy names. Its attributes, if any, are those of the request.
    OtherApp,
    /// An app of these groups that no policy names by itself.
    AppOf(BTreeSet<AppGroup>),
    /// This app.
    App(AppId),
    /// Another app that demands an authentication context.
    Context(ContextId),
    /// A user action.
    Action(UserAction),
}

impl What {
    /// Whether it is a resource, with or without an authentication context, and not a user action.
    pub fn is_resource(&self) -> bool {
        match self {
            Self::OtherApp | Self::AppOf(_) | Self::App(_) | Self::Context(_) => true,
            Self::Action(_) => false,
        }
    }
}

/// Everything that policies can tell apart among requests, and whether nothing is missing.
///
/// With apps in the input, only their attributes occur, and any other app has none. Without,
/// every app may have any attributes. Requests for baseline scopes only are told apart where they
/// are treated as before 2026, or differently by two versions of a tenant; otherwise they count as
/// access to one app, which is among the destinations.
pub(super) fn destinations(
    policies: &[&Policy],
    baselines: &[&BaselineScopes],
    tenant: &Tenant,
) -> (Facts<Destination>, Coverage) {
    let mut named = Named::by(policies);
    let counted_as: Vec<AppId> = baselines.iter().filter_map(|it| counted_as(it)).collect();
    named.apps.extend(counted_as.iter().cloned());
    let (mut resources, coverage) = if tenant.apps.is_empty() {
        any_attributes(&named)
    } else {
        let apps = named.apps.iter().map(|app| (What::App(app.clone()), tenant.resource(app)));
        let listed = named.unnamed().into_iter().chain(tenant_apps(&named, tenant)).chain(apps);
        (listed.collect(), Coverage::Complete)
    };
    // What baseline scopes count as is evaluated without the attributes of its service principal.
    resources.extend(counted_as.into_iter().map(|it| (What::App(it.clone()), Resource::new(it))));
    (requests(resources, &named, baselines, tenant), coverage)
}

/// Apps with any attributes that filters tell apart.
fn any_attributes(named: &Named<'_>) -> (Vec<(What, Resource)>, Coverage) {
    let apps = named.apps.iter().map(|app| (What::App(app.clone()), Resource::new(app.clone())));
    let resources: Vec<(What, Resource)> = named.unnamed().into_iter().chain(apps).collect();
    let attributes = representative_attributes(named.filters.iter().copied(), LIMIT);
    let with = |assigned: &AppAttributes| {
        let assign = |(what, resource): &(What, Resource)| {
            (what.clone(), Resource { attributes: assigned.clone(), ..resource.clone() })
        };
        resources.iter().map(assign).collect::<Vec<_>>()
    };
    (attributes.cases.iter().flat_map(with).collect(), attributes.coverage)
}

fn requests(
    resources: Vec<(What, Resource)>,
    named: &Named<'_>,
    baselines: &[&BaselineScopes],
    tenant: &Tenant,
) -> Facts<Destination> {
    let of = |what, request| Destination { what, request };
    let mut others: Vec<Destination> = resources
        .into_iter()
        .map(|(what, resource)| of(what, Request::resource(resource)))
        .collect();
    if baselines.iter().any(|it| **it == BaselineScopes::Legacy || Some(it) != baselines.first()) {
        let baseline: Vec<Destination> = others
            .iter()
            .map(|it| {
                of(it.what.clone(), Request { scopes: Scopes::Baseline, ..it.request.clone() })
            })
            .collect();
        others.extend(baseline);
    }
    others.extend(named.contexts.iter().map(|context| {
        let contexts = BTreeSet::from([(*context).clone()]);
        let request = Request { contexts, ..Request::resource(other_app()) };
        of(What::Context((*context).clone()), request)
    }));
    let audiences = registration_resources().iter().map(|app| tenant.resource(app)).collect();
    for (action, audiences) in
        [(UserAction::RegisterSecurityInfo, audiences), (UserAction::RegisterDevice, Vec::new())]
    {
        let request = Request { audiences, action: Some(action), ..Request::default() };
        others.push(of(What::Action(action), request));
    }
    let ordinary = of(What::OtherApp, Request::resource(other_app()));
    let mut seen = BTreeSet::from([ordinary.clone()]);
    others.retain(|it| seen.insert(it.clone()));
    Facts { ordinary, others }
}

/// What policies name among targets.
#[derive(Default)]
struct Named<'a> {
    apps: BTreeSet<AppId>,
    groups: BTreeSet<AppGroup>,
    filters: Vec<&'a AppFilter>,
    contexts: BTreeSet<&'a ContextId>,
}

impl<'a> Named<'a> {
    fn by(policies: &[&'a Policy]) -> Self {
        let mut named = Self::default();
        for policy in policies {
            match &policy.conditions.target {
                Target::Resources(resources) => named.add(resources),
                Target::Contexts(contexts) => named.contexts.extend(contexts),
                Target::UserActions(_) => {}
            }
        }
        named
    }

    fn add(&mut self, resources: &'a Resources) {
        let included = match &resources.include {
            IncludedResources::Only(list) => Some(list),
            IncludedResources::All | IncludedResources::Nothing => None,
        };
        for AppList { apps, groups } in included.into_iter().chain([&resources.exclude]) {
            self.apps.extend(apps.iter().cloned());
            self.groups.extend(groups);
        }
        self.filters.extend(resources.filter.as_ref().map(|filter| &filter.rule));
    }

    /// Apps that no policy names by id: of no group, and of each group. Groups are open-ended, so
    /// a member is made up for each.
    fn unnamed(&self) -> Vec<(What, Resource)> {
        let mut unnamed = Vec::from([(What::OtherApp, other_app())]);
        for group in &self.groups {
            let groups = BTreeSet::from([*group]);
            let app = AppId::new(member_of(*group));
            let resource = Resource { groups: groups.clone(), ..Resource::new(app) };
            unnamed.push((What::AppOf(groups), resource));
        }
        let both = AppId::new(ADMIN_CENTER);
        if groups_of(&both).is_subset(&self.groups) {
            unnamed.push((What::App(both.clone()), Resource::new(both)));
        }
        unnamed
    }
}

/// Apps of the tenant, one for each assignment of attributes and groups.
fn tenant_apps(named: &Named<'_>, tenant: &Tenant) -> Vec<(What, Resource)> {
    let mut seen: BTreeSet<(BTreeSet<AppGroup>, AppAttributes)> = BTreeSet::new();
    tenant
        .apps
        .iter()
        .filter(|app| !named.apps.contains(&app.id))
        .map(|app| tenant.resource(&app.id))
        .filter(|resource| {
            let groups = resource.groups.intersection(&named.groups).copied().collect();
            let attributes = if named.filters.is_empty() {
                AppAttributes::default()
            } else {
                resource.attributes.clone()
            };
            seen.insert((groups, attributes))
        })
        .map(|resource| (What::App(resource.app.clone()), resource))
        .collect()
}

/// The app that baseline scopes count as.
fn counted_as(baseline: &BaselineScopes) -> Option<AppId> {
    match baseline {
        BaselineScopes::Legacy => None,
        BaselineScopes::Directory => Some(windows_azure_ad()),
        BaselineScopes::App(app) => Some(app.clone()),
    }
}

/// An app that no policy names. No app has an id with spaces.
fn other_app() -> Resource {
    Resource::new(AppId::new("any other app"))
}

fn member_of(group: AppGroup) -> &'static str {
    match group {
        AppGroup::Office365 => "any other app of Office 365",
        AppGroup::MicrosoftAdminPortals => "any other admin portal",
        AppGroup::AllAgentIdResources => "any agent resource",
    }
}
