//! Random sign-ins as arguments, as a request to Graph, and as the values that they stand for.

use std::collections::BTreeSet;

use cardea_policy::conditions::client::ClientApp;
use cardea_policy::conditions::flow::Flow;
use cardea_policy::conditions::location::{Network, Trust};
use cardea_policy::conditions::platform::Platform;
use cardea_policy::conditions::principal::{Guest, GuestKind, Person};
use cardea_policy::conditions::risk::{InsiderRisk, RiskLevel, Risks};
use cardea_policy::conditions::target::Request;
use cardea_policy::evaluate::{Principal, SignIn};
use cardea_policy::filter::{Compliance, DeviceFacts, TrustType};
use cardea_policy::id::{
    AppId, ContextId, GroupId, LocationId, RoleId, ServicePrincipalId, TenantId, UserId,
};
use cardea_policy::well_known;
use cardea_tenant::assumption::Assumptions;
use cardea_tenant::journey::actor::{Across, Device, DeviceState, Form as Shape};
use cardea_tenant::journey::channel::Channel;
use cardea_tenant::journey::gate::Passage;
use cardea_tenant::tenant::Tenant;
use serde_json::{Value, json};

use super::chance::Chance;

pub(super) const ADA: &str = "aaaaaaaa-0000-4000-8000-000000000001";
pub(super) const BOB: &str = "aaaaaaaa-0000-4000-8000-000000000002";
pub(super) const SALES: &str = "bbbbbbbb-0000-4000-8000-000000000001";
pub(super) const PILOT: &str = "bbbbbbbb-0000-4000-8000-000000000002";
pub(super) const EXEMPT: &str = "bbbbbbbb-0000-4000-8000-000000000003";
const ADMINS: &str = "62e90394-69f5-4237-9190-012177145e10";
const READERS: &str = "f2ef992c-3afb-46b9-b7cf-a126ee74c451";
pub(super) const BACKUP: &str = "cccccccc-0000-4000-8000-000000000001";
pub(super) const CONTOSO: &str = "dddddddd-0000-4000-8000-000000000001";
const ORDINARY: &str = "eeeeeeee-0000-4000-8000-000000000001";
pub(super) const OFFICE: &str = "99999999-0000-4000-8000-000000000001";
pub(super) const LAB: &str = "99999999-0000-4000-8000-000000000002";
pub(super) const FRANCE: &str = "99999999-0000-4000-8000-000000000003";
pub(super) const NOWHERE: &str = "99999999-0000-4000-8000-000000000004";

pub(super) const USERS: [&str; 2] = [ADA, BOB];
pub(super) const GROUPS: [&str; 3] = [SALES, PILOT, EXEMPT];
pub(super) const ROLES: [&str; 2] = [ADMINS, READERS];
pub(super) const APPS: [&str; 4] =
    [ORDINARY, well_known::EXCHANGE_ONLINE, well_known::AZURE_PORTAL, well_known::MY_SIGN_INS];
pub(super) const CONTEXTS: [&str; 2] = ["c1", "c2"];
pub(super) const GUESTS: [(&str, GuestKind); 2] = [
    ("b2bCollaborationGuest", GuestKind::B2bCollaborationGuest),
    ("internalGuest", GuestKind::InternalGuest),
];
pub(super) const CLIENTS: [(&str, ClientApp); 4] = [
    ("browser", ClientApp::Browser),
    ("mobileAppsAndDesktopClients", ClientApp::MobileAppsAndDesktopClients),
    ("exchangeActiveSync", ClientApp::EasSupported),
    ("other", ClientApp::Other),
];
pub(super) const PLATFORMS: [(&str, Platform); 6] = [
    ("android", Platform::Android),
    ("iOS", Platform::Ios),
    ("windows", Platform::Windows),
    ("windowsPhone", Platform::WindowsPhone),
    ("macOS", Platform::MacOs),
    ("linux", Platform::Linux),
];
pub(super) const LEVELS: [(&str, RiskLevel); 3] =
    [("low", RiskLevel::Low), ("medium", RiskLevel::Medium), ("high", RiskLevel::High)];
pub(super) const INSIDER: [(&str, InsiderRisk); 2] =
    [("minor", InsiderRisk::Minor), ("elevated", InsiderRisk::Elevated)];
pub(super) const FLOWS: [(&str, Flow); 2] = [
    ("deviceCodeFlow", Flow::DeviceCode),
    ("authenticationTransfer", Flow::AuthenticationTransfer),
];
const METHODS: [&str; 7] = [
    "password",
    "sms",
    "microsoftAuthenticatorPush",
    "fido2",
    "temporaryAccessPassOneTime",
    "temporaryAccessPassMultiUse",
    "windowsHelloForBusiness",
];

/// An address, a country, the named locations that they are in, and whether one is trusted.
type Area = (Option<&'static str>, Option<&'static str>, &'static [&'static str], Trust);
const PLACES: [Area; 6] = [
    (None, None, &[], Trust::Untrusted),
    (Some("10.1.2.3"), None, &[OFFICE, NOWHERE], Trust::Trusted),
    (Some("10.2.3.4"), Some("FR"), &[LAB, FRANCE], Trust::Untrusted),
    (None, Some("fr"), &[FRANCE], Trust::Untrusted),
    (Some("203.0.113.9"), Some("DE"), &[], Trust::Untrusted),
    (Some("2001:db8::9"), Some("FR"), &[OFFICE, FRANCE], Trust::Trusted),
];

/// Graph's names and values of some properties of a device.
const DEVICES: [&[(&str, &str)]; 5] = [
    &[],
    &[("isCompliant", "true")],
    &[("isCompliant", "false"), ("model", "Kiosk 7")],
    &[("trustType", "ServerAD")],
    &[("trustType", "AzureAD"), ("isCompliant", "true")],
];

/// How a sign-in is told to the command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// With arguments.
    Arguments,
    /// With a request of Graph's `evaluate`.
    Request,
}

/// Whether the export holds people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum People {
    /// Ada and Bob, and their groups.
    InTheExport,
    /// Nobody.
    Unknown,
}

/// Who is to sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Who {
    Nobody,
    User(&'static str),
    Guest(&'static str, GuestKind),
    Program,
}

/// What is to be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    App(&'static str),
    Context(&'static str),
    SecurityInfo,
    RegisterDevice,
}

/// A sign-in to ask about.
#[derive(Debug)]
pub(super) struct Asked {
    who: Who,
    groups: Vec<&'static str>,
    roles: Vec<&'static str>,
    what: What,
    client: (&'static str, ClientApp),
    platform: (&'static str, Platform),
    place: Area,
    device: &'static [(&'static str, &'static str)],
    risk: Option<(&'static str, RiskLevel)>,
    user_risk: Option<(&'static str, RiskLevel)>,
    insider_risk: Option<(&'static str, InsiderRisk)>,
    flow: Option<(&'static str, Flow)>,
    /// What is shown.
    pub(super) has: Vec<&'static str>,
}

/// A random sign-in.
pub(super) fn asked(chance: &mut Chance) -> Asked {
    let guest = chance.one(&GUESTS);
    Asked {
        who: chance.weighted(&[
            (25, Who::Nobody),
            (30, Who::User(ADA)),
            (25, Who::User(BOB)),
            (12, Who::Guest(guest.0, guest.1)),
            (8, Who::Program),
        ]),
        groups: chance.some(&GROUPS, 20),
        roles: chance.some(&ROLES, 15),
        what: match chance.below(10) {
            0 => What::SecurityInfo,
            1 => What::RegisterDevice,
            2 => What::Context(chance.one(&CONTEXTS)),
            _ => What::App(chance.one(&APPS)),
        },
        client: chance.weighted(&[
            (5, CLIENTS[0]),
            (3, CLIENTS[1]),
            (1, CLIENTS[2]),
            (1, CLIENTS[3]),
        ]),
        platform: chance.one(&PLATFORMS),
        place: chance.one(&PLACES),
        device: chance.one(&DEVICES),
        risk: chance.percent(15).then(|| chance.one(&LEVELS)),
        user_risk: chance.percent(10).then(|| chance.one(&LEVELS)),
        insider_risk: chance.percent(10).then(|| chance.one(&INSIDER)),
        flow: chance.percent(12).then(|| chance.one(&FLOWS)),
        has: shown(chance),
    }
}

fn shown(chance: &mut Chance) -> Vec<&'static str> {
    let has: Vec<&'static str> = chance.some(&METHODS, 35);
    if has.is_empty() { vec!["password"] } else { has }
}

impl Asked {
    /// The sign-in as arguments of the command.
    pub(super) fn arguments(&self) -> Vec<String> {
        let mut words = vec!["whatif".to_owned()];
        let mut say = |flag: &str, value: &str| words.extend([flag.to_owned(), value.to_owned()]);
        match self.who {
            Who::Nobody => {}
            Who::User(user) => say("--user", user),
            Who::Guest(kind, _) => say("--guest", kind),
            Who::Program => say("--workload", BACKUP),
        }
        if self.who != Who::Program {
            self.groups.iter().for_each(|group| say("--group", group));
            self.roles.iter().for_each(|role| say("--role", role));
        }
        match self.what {
            What::App(app) => say("--app", app),
            What::Context(context) => say("--context", context),
            What::SecurityInfo => say("--action", "registerSecurityInformation"),
            What::RegisterDevice => say("--action", "registerOrJoinDevices"),
        }
        say("--client", self.client.0);
        say("--platform", self.platform.0);
        self.place.0.iter().for_each(|address| say("--ip", address));
        self.place.1.iter().for_each(|country| say("--country", country));
        self.device.iter().for_each(|(fact, value)| say("--device", &format!("{fact}={value}")));
        self.risk.iter().for_each(|(level, _)| say("--risk", level));
        self.user_risk.iter().for_each(|(level, _)| say("--risk", &format!("user={level}")));
        self.insider_risk.iter().for_each(|(level, _)| say("--risk", &format!("insider={level}")));
        self.flow.iter().for_each(|(flow, _)| say("--flow", flow));
        say("--has", &self.has.join(","));
        words
    }

    /// The sign-in as a request of Graph's `evaluate`, which knows no groups and no roles.
    pub(super) fn request(&self) -> Value {
        let typed = |name: &str| json!({"@odata.type": format!("#microsoft.graph.{name}")});
        let mut identity = typed("userSignIn");
        match self.who {
            Who::Nobody => {}
            Who::User(user) => identity["userId"] = json!(user),
            Who::Guest(kind, _) => {
                identity["externalUserType"] = json!(kind);
                identity["externalTenantId"] = json!(CONTOSO);
            }
            Who::Program => {
                identity = typed("servicePrincipalSignIn");
                identity["servicePrincipalId"] = json!(BACKUP);
            }
        }
        let mut context = typed(match self.what {
            What::App(_) => "applicationContext",
            What::Context(_) => "authContext",
            What::SecurityInfo | What::RegisterDevice => "userActionContext",
        });
        match self.what {
            What::App(app) => context["includeApplications"] = json!([app]),
            What::Context(id) => context["authenticationContextValue"] = json!(id),
            What::SecurityInfo => context["userAction"] = json!("registerSecurityInformation"),
            What::RegisterDevice => context["userAction"] = json!("registerOrJoinDevices"),
        }
        json!({
            "signInIdentity": identity,
            "signInContext": context,
            "signInConditions": self.conditions(),
        })
    }

    fn conditions(&self) -> Value {
        let mut conditions = json!({
            "clientAppType": self.client.0,
            "devicePlatform": self.platform.0,
            "ipAddress": self.place.0,
            "country": self.place.1,
            "signInRiskLevel": self.risk.map(|(level, _)| level),
            "userRiskLevel": self.user_risk.map(|(level, _)| level),
            "insiderRiskLevel": self.insider_risk.map(|(level, _)| level),
        });
        if let Some((flow, _)) = self.flow {
            conditions["authenticationFlow"] = json!({"transferMethod": flow});
        }
        for (fact, value) in self.device {
            let value = value.parse::<bool>().map_or(json!(value), |truth| json!(truth));
            conditions["deviceInfo"][fact] = value;
        }
        conditions
    }

    /// The sign-in as values, and how its demands are read.
    pub(super) fn sign_in(&self, form: Form, tenant: &Tenant, people: People) -> (Passage, SignIn) {
        let principal = match self.who {
            Who::Program => Principal::Workload(ServicePrincipalId::new(BACKUP)),
            Who::Nobody | Who::User(_) | Who::Guest(..) => {
                Principal::Person(self.person(form, people))
            }
        };
        let (passage, request) = self.leg(form, tenant);
        let (_, _, named, trust) = self.place;
        let sign_in = SignIn {
            principal,
            request,
            client: self.client.1,
            platform: self.platform.1,
            network: Network { named: named.iter().map(|it| LocationId::new(it)).collect(), trust },
            device: (!self.device.is_empty()).then(|| facts(self.device)),
            risks: Risks {
                sign_in: self.risk.map_or(RiskLevel::None, |(_, level)| level),
                user: self.user_risk.map_or(RiskLevel::None, |(_, level)| level),
                insider: self.insider_risk.map_or(InsiderRisk::None, |(_, level)| level),
                ..Risks::default()
            },
            flow: self.flow.map_or(Flow::Ordinary, |(_, flow)| flow),
        };
        (passage, sign_in)
    }

    fn person(&self, form: Form, people: People) -> Person {
        let mut person = Person::default();
        let groups: &[&str] = match (people, self.who) {
            (People::InTheExport, Who::User(ADA)) => &[SALES, PILOT],
            (People::InTheExport, Who::User(BOB)) => &[PILOT],
            _ => &[],
        };
        person.groups = groups.iter().map(|it| GroupId::new(it)).collect();
        match (self.who, form) {
            (Who::User(user), _) => person.user = Some(UserId::new(user)),
            (Who::Guest(_, kind), Form::Arguments) => {
                person.guest = Some(Guest { kind, tenant: None });
            }
            (Who::Guest(_, kind), Form::Request) => {
                person.guest = Some(Guest { kind, tenant: Some(TenantId::new(CONTOSO)) });
            }
            (Who::Nobody | Who::Program, _) => {}
        }
        if form == Form::Arguments {
            person.groups.extend(self.groups.iter().map(|it| GroupId::new(it)));
            person.roles = self.roles.iter().map(|it| RoleId::new(it)).collect();
        }
        person
    }

    fn leg(&self, form: Form, tenant: &Tenant) -> (Passage, Request) {
        let app = |app: &str| Request::resource(tenant.resource(&AppId::new(app)));
        let registering = |channel: Channel| {
            let leg = channel.legs(tenant, &Assumptions::default()).pop().unwrap();
            (leg.passage, leg.request)
        };
        match (self.what, form) {
            (What::App(id), _) => (Passage::Plain, app(id)),
            (What::Context(id), Form::Arguments) => {
                let contexts = BTreeSet::from([ContextId::new(id)]);
                (Passage::Plain, Request { contexts, ..app("any other app") })
            }
            (What::Context(id), Form::Request) => {
                let contexts = BTreeSet::from([ContextId::new(id)]);
                (Passage::Plain, Request { contexts, ..Request::default() })
            }
            (What::SecurityInfo, _) => registering(Channel::SecurityInfo),
            (What::RegisterDevice, _) => registering(Channel::WindowsSetup),
        }
    }
}

fn facts(told: &[(&str, &str)]) -> DeviceFacts {
    let mut facts = DeviceFacts::default();
    for told in told {
        match *told {
            ("isCompliant", "true") => facts.compliance = Some(Compliance::Compliant),
            ("isCompliant", _) => facts.compliance = Some(Compliance::NonCompliant),
            ("trustType", "ServerAD") => facts.trust_type = Some(TrustType::ServerAd),
            ("trustType", _) => facts.trust_type = Some(TrustType::AzureAd),
            (_, model) => facts.model = Some(model.to_owned()),
        }
    }
    facts
}

/// The device of a sign-in, as device controls and methods see it.
pub(super) fn device(sign_in: &SignIn) -> Device {
    let facts = sign_in.device.as_ref();
    let compliant = facts.and_then(|it| it.compliance) == Some(Compliance::Compliant);
    let hybrid = facts.and_then(|it| it.trust_type) == Some(TrustType::ServerAd);
    let phone = matches!(sign_in.platform, Platform::Android | Platform::Ios);
    Device {
        name: "a device".to_owned(),
        form: if phone { Shape::Phone } else { Shape::Computer },
        claims: vec![sign_in.platform],
        facts: facts.cloned(),
        state: if compliant {
            DeviceState::Compliant
        } else if hybrid {
            DeviceState::HybridJoined
        } else {
            DeviceState::Unmanaged
        },
        across: Across::Open,
    }
}
