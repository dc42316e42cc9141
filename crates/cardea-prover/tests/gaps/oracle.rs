//! What can happen, by trying everything.
//!
//! Nothing here knows atoms: facts are listed by hand, finer than any policy of
//! [`random`](crate::random) tells them apart, and the rulebook evaluates all of them.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use cardea_policy::conditions::client::ClientApp;
use cardea_policy::conditions::flow::Flow;
use cardea_policy::conditions::location::{Network, Trust};
use cardea_policy::conditions::platform::Platform;
use cardea_policy::conditions::principal::{Guest, GuestKind, Person};
use cardea_policy::conditions::risk::{RiskLevel, Risks};
use cardea_policy::conditions::target::{Request, Resource, Scopes, UserAction};
use cardea_policy::filter::{
    AppAttributes, AttributeId, AttributeValue, Compliance, DeviceFacts, DeviceOwnership, TrustType,
};
use cardea_policy::id::{AppId, GroupId, LocationId, RoleId, UserId};
use cardea_policy::index::Index;
use cardea_policy::policy_set::PolicySet;
use cardea_policy::well_known;
use cardea_tenant::location::network;
use cardea_tenant::tenant::Tenant;

static PEOPLE: LazyLock<Vec<Person>> = LazyLock::new(people);
static DEVICES: LazyLock<Vec<Option<DeviceFacts>>> = LazyLock::new(devices);

/// Everybody: all memberships that random policies name, and guests.
pub(crate) fn everybody() -> &'static [Person] {
    &PEOPLE
}

/// Every set of enabled policies that applies to some sign-in of a person.
pub(crate) fn outcomes(tenant: &Tenant, index: &Index) -> BTreeSet<PolicySet> {
    let people = everybody().iter().map(|person| index.who(&index.member(person)));
    let mut outcomes: BTreeSet<PolicySet> = people.map(|who| who.and(index.enabled())).collect();
    let dimensions: [BTreeSet<PolicySet>; 7] = [
        requests(tenant).iter().map(|it| index.target(it)).collect(),
        ClientApp::ALL.into_iter().map(|it| index.client(it).clone()).collect(),
        Platform::ALL.into_iter().map(|it| index.platform(it).clone()).collect(),
        networks(tenant).iter().map(|it| index.network(it)).collect(),
        DEVICES.iter().map(|it| index.device(it.as_ref())).collect(),
        risks().iter().map(|it| index.risk(it)).collect(),
        Flow::ALL.into_iter().map(|it| index.flow(it).clone()).collect(),
    ];
    for sets in dimensions {
        outcomes = outcomes.iter().flat_map(|it| sets.iter().map(move |set| it.and(set))).collect();
    }
    outcomes
}

fn subsets<T: Clone + Ord>(items: &[T]) -> Vec<BTreeSet<T>> {
    let mut subsets = vec![BTreeSet::new()];
    for item in items {
        let with = subsets.iter().cloned().map(|mut subset: BTreeSet<T>| {
            subset.insert(item.clone());
            subset
        });
        subsets.extend(with.collect::<Vec<_>>());
    }
    subsets
}

fn people() -> Vec<Person> {
    let guest = |kind, tenant: Option<&str>| Some(Guest { kind, tenant: tenant.map(Into::into) });
    let guests = [
        None,
        guest(GuestKind::InternalGuest, None),
        guest(GuestKind::B2bCollaborationGuest, None),
        guest(GuestKind::B2bCollaborationGuest, Some("contoso")),
        guest(GuestKind::ServiceProvider, None),
    ];
    let mut people = Vec::new();
    for groups in subsets(&["G1", "G2", "G3"].map(GroupId::new)) {
        for roles in subsets(&["R1", "R2"].map(RoleId::new)) {
            for user in [None, Some(UserId::new("U1")), Some(UserId::new("U2"))] {
                for guest in &guests {
                    people.push(Person {
                        user: user.clone(),
                        groups: groups.clone(),
                        roles: roles.clone(),
                        guest: guest.clone(),
                    });
                }
            }
        }
    }
    people
}

fn requests(tenant: &Tenant) -> Vec<Request> {
    let tier = AttributeId::new("Set", "Tier");
    let tagged = |value| AppAttributes::from_iter([(tier.clone(), value)]);
    let attributes = [
        AppAttributes::default(),
        tagged(AttributeValue::Text("low".into())),
        tagged(AttributeValue::Text("high".into())),
        tagged(AttributeValue::Collection(vec!["low".into(), "high".into()])),
    ];
    let ids = [
        "A1",
        "A2",
        "A3",
        "another",
        well_known::EXCHANGE_ONLINE,
        well_known::AZURE_PORTAL,
        well_known::WINDOWS_AZURE_AD,
        "00000006-0000-0ff1-ce00-000000000000",
    ];
    let mut resources: Vec<Resource> = Vec::new();
    for id in ids {
        if tenant.apps.is_empty() {
            resources.extend(attributes.iter().map(|attributes| Resource {
                attributes: attributes.clone(),
                ..Resource::new(AppId::new(id))
            }));
        } else {
            resources.push(tenant.resource(&AppId::new(id)));
        }
    }
    let mut requests: Vec<Request> = resources.into_iter().map(Request::resource).collect();
    let baseline = requests.iter().map(|it| Request { scopes: Scopes::Baseline, ..it.clone() });
    requests.extend(baseline.collect::<Vec<_>>());
    requests.push(Request {
        contexts: BTreeSet::from(["c1".into()]),
        ..Request::resource(Resource::new(AppId::new("another")))
    });
    let registration = well_known::registration_resources();
    requests.push(Request {
        audiences: registration.iter().map(|app| tenant.resource(app)).collect(),
        action: Some(UserAction::RegisterSecurityInfo),
        ..Request::default()
    });
    requests.push(Request { action: Some(UserAction::RegisterDevice), ..Request::default() });
    requests
}

fn networks(tenant: &Tenant) -> Vec<Network> {
    let mut networks = vec![Network { trust: Trust::Trusted, ..Network::default() }];
    if tenant.locations.is_empty() {
        let ids = ["L1", "L2", "L3"].map(LocationId::new);
        for named in subsets(&ids).into_iter().filter(|it| it.len() <= 2) {
            for trust in [Trust::Trusted, Trust::Untrusted] {
                networks.push(Network { named: named.clone(), trust });
            }
        }
    }
    for address in ["10.0.0.1", "10.1.0.1", "192.0.2.1", "2001:db8::1"] {
        for country in [None, Some("DE"), Some("FR"), Some("US")] {
            networks.push(network(&tenant.locations, address.parse().ok(), country));
        }
    }
    networks
}

fn devices() -> Vec<Option<DeviceFacts>> {
    let mut devices = vec![None];
    for compliance in [None, Some(Compliance::NonCompliant), Some(Compliance::Compliant)] {
        for trust_type in TrustType::ALL {
            for extension in [None, Some("SAW"), Some("PAW")] {
                for ownership in [DeviceOwnership::Personal, DeviceOwnership::Company] {
                    for manager in [None, Some("intune")] {
                        let mut facts = DeviceFacts {
                            mdm_app_id: manager.map(Into::into),
                            compliance,
                            trust_type: Some(trust_type),
                            ownership: Some(ownership),
                            ..DeviceFacts::default()
                        };
                        facts.extension_attributes[0] = extension.map(Into::into);
                        devices.push(Some(facts));
                    }
                }
            }
        }
    }
    devices
}

fn risks() -> Vec<Risks> {
    let mut risks = Vec::new();
    for sign_in in RiskLevel::ALL {
        for user in RiskLevel::ALL {
            risks.push(Risks { sign_in, user, ..Risks::default() });
        }
    }
    risks
}
