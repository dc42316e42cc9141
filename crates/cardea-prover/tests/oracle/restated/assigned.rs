//! Which policies apply. Entra, *Conditional Access: users, target resources, conditions*.

use cardea_policy::conditions::client::{ClientApp, ClientApps};
use cardea_policy::conditions::device::FilterMode;
use cardea_policy::conditions::flow::Flow;
use cardea_policy::conditions::location::{
    IncludedLocations, LocationList, Network, Trust, TrustedLocations,
};
use cardea_policy::conditions::platform::{IncludedPlatforms, Platform};
use cardea_policy::conditions::principal::{
    ExternalTenants, Include, People, Person, Principals, Users,
};
use cardea_policy::conditions::risk::Risks;
use cardea_policy::conditions::target::{
    AppList, BaselineScopes, IncludedResources, Request, Resource, Resources, Scopes, Target,
};
use cardea_policy::filter::{AttributeValue, DeviceFacts};
use cardea_policy::id::AppId;
use cardea_policy::policy::{Policy, Settings, State};
use cardea_policy::well_known;

use crate::draw::pools::{APP_RULES, DEVICE_RULES};

/// A sign-in of a person.
pub(crate) struct Facts<'a> {
    pub(crate) person: &'a Person,
    pub(crate) request: &'a Request,
    pub(crate) client: ClientApp,
    pub(crate) platform: Platform,
    pub(crate) network: &'a Network,
    pub(crate) device: Option<&'a DeviceFacts>,
    pub(crate) risks: Risks,
    pub(crate) flow: Flow,
}

/// Whether the policy is enforced on the sign-in.
pub(crate) fn applies(policy: &Policy, settings: &Settings, facts: &Facts<'_>) -> bool {
    policy.state == State::Enabled && matches(policy, settings, facts)
}

/// Whether all conditions of the policy match, whatever its state.
pub(crate) fn matches(policy: &Policy, settings: &Settings, facts: &Facts<'_>) -> bool {
    let conditions = &policy.conditions;
    let Principals::Users(assigned) = &conditions.principals else { return false };
    users(assigned, facts.person)
        && target(&conditions.target, settings, facts.request)
        && match &conditions.client_apps {
            ClientApps::All => true,
            ClientApps::Only(only) => only.contains(&facts.client),
        }
        && conditions.platforms.as_ref().is_none_or(|platforms| {
            let included = match &platforms.include {
                IncludedPlatforms::All => true,
                IncludedPlatforms::Only(only) => only.contains(&facts.platform),
            };
            included && !platforms.exclude.contains(&facts.platform)
        })
        && conditions.locations.as_ref().is_none_or(|locations| {
            let included = match &locations.include {
                IncludedLocations::All => true,
                IncludedLocations::Only(list) => is_in(list, facts.network),
            };
            included && !is_in(&locations.exclude, facts.network)
        })
        && conditions.devices.as_ref().is_none_or(|devices| {
            let text = devices.rule.to_string();
            let (_, rule) = DEVICE_RULES.iter().find(|(rule, _)| *rule == text).unwrap();
            rule(facts.device) == (devices.mode == FilterMode::Include)
        })
        && listed(&conditions.risks.sign_in.0, &facts.risks.sign_in)
        && listed(&conditions.risks.user.0, &facts.risks.user)
        && listed(&conditions.risks.insider.0, &facts.risks.insider)
        && listed(&conditions.flows.0, &facts.flow)
}

/// A list that is not configured lists everything.
fn listed<T: Ord>(list: &std::collections::BTreeSet<T>, value: &T) -> bool {
    list.is_empty() || list.contains(value)
}

fn users(assigned: &Users, person: &Person) -> bool {
    let included = match &assigned.include {
        Include::Nobody => false,
        Include::Everyone => true,
        Include::Only(people) => is_one_of(people, person),
    };
    included && !is_one_of(&assigned.exclude, person)
}

fn is_one_of(people: &People, person: &Person) -> bool {
    let by_guest = match (&people.guests, &person.guest) {
        (Some(guests), Some(guest)) => {
            guests.kinds.contains(&guest.kind)
                && match (&guests.tenants, &guest.tenant) {
                    (ExternalTenants::All, _) => true,
                    (ExternalTenants::Only(only), Some(tenant)) => only.contains(tenant),
                    (ExternalTenants::Only(_), None) => false,
                }
        }
        (None, _) | (_, None) => false,
    };
    by_guest
        || person.user.iter().any(|user| people.users.contains(user))
        || person.groups.intersection(&people.groups).next().is_some()
        || person.roles.intersection(&people.roles).next().is_some()
}

fn is_in(list: &LocationList, network: &Network) -> bool {
    let trusted = list.trusted == TrustedLocations::Listed && network.trust == Trust::Trusted;
    trusted || list.named.intersection(&network.named).next().is_some()
}

fn target(target: &Target, settings: &Settings, request: &Request) -> bool {
    match target {
        Target::UserActions(actions) => request.action.iter().any(|a| actions.contains(a)),
        Target::Contexts(contexts) => contexts.intersection(&request.contexts).next().is_some(),
        Target::Resources(resources) => {
            let asked: Vec<Resource> = match (request.scopes, &settings.baseline_scopes) {
                (Scopes::Beyond, _) => request.audiences.clone(),
                (Scopes::Baseline, BaselineScopes::Legacy) if escapes(resources) => Vec::new(),
                (Scopes::Baseline, BaselineScopes::Legacy) => request.audiences.clone(),
                (Scopes::Baseline, BaselineScopes::Directory) => {
                    vec![Resource::new(AppId::new(well_known::WINDOWS_AZURE_AD))]
                }
                (Scopes::Baseline, BaselineScopes::App(app)) => vec![Resource::new(app.clone())],
            };
            asked.iter().any(|resource| covers(resources, resource))
        }
    }
}

/// Under the old behaviour, policies on all resources with exclusions do not see baseline scopes.
fn escapes(resources: &Resources) -> bool {
    let filtered = resources.filter.as_ref().is_some_and(|f| f.mode == FilterMode::Exclude);
    let exclude = &resources.exclude;
    resources.include == IncludedResources::All
        && (filtered || !exclude.apps.is_empty() || !exclude.groups.is_empty())
}

fn covers(resources: &Resources, resource: &Resource) -> bool {
    let names = |list: &AppList| {
        list.apps.contains(&resource.app)
            || list.groups.intersection(&resource.groups).next().is_some()
    };
    let filter = resources.filter.as_ref().map(|filter| {
        (filter.mode, {
            let text = filter.rule.to_string();
            let (_, rule) = APP_RULES.iter().find(|(rule, _)| *rule == text).unwrap();
            rule(tier(resource))
        })
    });
    let included = match &resources.include {
        IncludedResources::Nothing => false,
        IncludedResources::All => true,
        IncludedResources::Only(list) => names(list),
    };
    (included || filter == Some((FilterMode::Include, true)))
        && !names(&resources.exclude)
        && filter != Some((FilterMode::Exclude, true))
}

fn tier(resource: &Resource) -> Option<&str> {
    resource.attributes.iter().find(|(id, _)| id.as_str() == "Access_Tier").map(|(_, value)| {
        match value {
            AttributeValue::Text(text) => text.as_str(),
            AttributeValue::Collection(_) => unreachable!("tiers are single texts"),
        }
    })
}
