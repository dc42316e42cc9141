//! One sign-in in words.

use cardea_policy::conditions::client::ClientApp;
use cardea_policy::conditions::flow::Flow;
use cardea_policy::conditions::location::{Network, Trust};
use cardea_policy::conditions::platform::Platform;
use cardea_policy::conditions::principal::{Agent, Guest, GuestKind, Person};
use cardea_policy::conditions::risk::{InsiderRisk, RiskLevel, Risks};
use cardea_policy::conditions::target::{Request, Resource, Scopes};
use cardea_policy::evaluate::{Principal, SignIn};
use cardea_policy::filter::{
    AppAttributes, AttributeId, AttributeValue, Compliance, DeviceFacts, TrustType,
};
use cardea_policy::id::{AppId, Id};

use super::{ACTIONS, Words, one_of};

/// One sign-in.
pub(crate) fn sign_in(line: &str) -> SignIn {
    let mut words = Words::of(line);
    let sign_in = SignIn {
        principal: principal(&mut words),
        request: request(&mut words),
        client: words.take("client").map_or(ClientApp::Browser, |it| one_of(&ClientApp::ALL, it)),
        platform: words.take("on").map_or(Platform::Windows, |it| one_of(&Platform::ALL, it)),
        network: network(&mut words),
        device: words.take("device").map(device),
        risks: risks(&mut words),
        flow: words.take("flow").map_or(Flow::Ordinary, |it| one_of(&Flow::ALL, it)),
    };
    words.done();
    sign_in
}

fn principal(words: &mut Words<'_>) -> Principal {
    if let Some(id) = words.take("workload") {
        return Principal::Workload(Id::new(id));
    }
    if let Some(id) = words.take("agent") {
        return Principal::Agent(Agent::Identity(Id::new(id)));
    }
    if let Some(id) = words.take("agent-user") {
        return Principal::Agent(Agent::User(Id::new(id)));
    }
    Principal::Person(Person {
        user: words.take("user").map(Id::new),
        groups: words.ids("groups"),
        roles: words.ids("roles"),
        guest: words.take("guest").map(|text| {
            let (kind, tenant) = text.split_once('@').map_or((text, None), |(k, t)| (k, Some(t)));
            Guest { kind: one_of(&GuestKind::ALL, kind), tenant: tenant.map(Id::new) }
        }),
    })
}

/// `app=mail`, `app=mail:Tags_Kind:Payroll` with an attribute; `app=none` for no audience at all.
fn request(words: &mut Words<'_>) -> Request {
    let action = words.take("action").map(|it| one_of(&ACTIONS, it));
    let contexts = words.ids("context");
    let apps = words.list("app");
    let unnamed: &[&str] = if action.is_some() { &[] } else { &["mail"] };
    let apps = if apps.is_empty() { unnamed } else { apps.as_slice() };
    let resource = |text: &&str| {
        let (app, tag) = text.split_once(':').map_or((*text, None), |(a, t)| (a, Some(t)));
        let mut resource = Resource::new(AppId::new(app));
        resource.attributes = tag.into_iter().map(attribute).collect::<AppAttributes>();
        resource
    };
    Request {
        audiences: apps.iter().filter(|it| **it != "none").map(resource).collect(),
        action,
        contexts,
        scopes: words.take("baseline-scopes").map_or(Scopes::Beyond, |_| Scopes::Baseline),
    }
}

fn attribute(text: &str) -> (AttributeId, AttributeValue) {
    let (id, value) = text.split_once(':').expect("Set_Name:value");
    let (set, name) = id.split_once('_').expect("Set_Name");
    (AttributeId::new(set, name), AttributeValue::Text(value.to_owned()))
}

/// `at=office` is a named location, `at=trusted:office` one that is trusted.
fn network(words: &mut Words<'_>) -> Network {
    let Some(text) = words.take("at") else { return Network::default() };
    let (trust, names) = match text.split_once(':') {
        Some(("trusted", names)) => (Trust::Trusted, names),
        _ => (Trust::Untrusted, text),
    };
    Network { named: names.split(',').filter(|it| !it.is_empty()).map(Id::new).collect(), trust }
}

fn device(text: &str) -> DeviceFacts {
    let mut facts = DeviceFacts::default();
    for word in text.split(',') {
        match word {
            "registered" => facts.trust_type = Some(TrustType::Workplace),
            "compliant" => facts.compliance = Some(Compliance::Compliant),
            "hybrid" => facts.trust_type = Some(TrustType::ServerAd),
            model => facts.model = Some(model.to_owned()),
        }
    }
    facts
}

fn risks(words: &mut Words<'_>) -> Risks {
    let mut level = |key| words.take(key).map_or(RiskLevel::None, |it| one_of(&RiskLevel::ALL, it));
    Risks {
        sign_in: level("risk"),
        user: level("user-risk"),
        service_principal: level("workload-risk"),
        agent: level("agent-risk"),
        insider: words
            .take("insider-risk")
            .map_or(InsiderRisk::None, |it| one_of(&InsiderRisk::ALL, it)),
    }
}
