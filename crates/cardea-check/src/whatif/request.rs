//! A sign-in from the request of Graph's `conditionalAccess/evaluate`.

use std::net::IpAddr;

use cardea_graph::lower::Lowered;
use cardea_policy::conditions::location::Network;
use cardea_policy::conditions::platform::Platform;
use cardea_policy::conditions::principal::{Agent, Guest};
use cardea_policy::conditions::risk::{InsiderRisk, RiskLevel, Risks};
use cardea_policy::conditions::target::{Request, Scopes};
use cardea_policy::evaluate::Principal;
use cardea_policy::filter::DeviceFacts;
use cardea_policy::id::{AppId, ContextId, ServicePrincipalId, TenantId, UserId};
use cardea_tenant::journey::channel::Leg;
use cardea_tenant::journey::gate::Passage;
use cardea_tenant::location::network;
use serde_json::{Map, Value};

use super::question::{Question, action, places};
use super::{Unclear, words};
use crate::config::Config;

type Result<T> = std::result::Result<T, Unclear>;

/// Which policies the answer shall hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// All that are evaluated.
    All,
    /// Those that apply.
    Applied,
}

/// Reads a request.
///
/// # Errors
/// The text is no such request, or has something that is not known.
pub fn read(text: &str, lowered: &Lowered, config: &Config) -> Result<(Question, Wanted)> {
    let value = serde_json::from_str(text).map_err(Unclear::Json)?;
    question(&value, lowered, config)
}

/// The sign-in that a request asks about.
///
/// # Errors
/// The value is no such request, or has something that is not known.
pub fn question(value: &Value, lowered: &Lowered, config: &Config) -> Result<(Question, Wanted)> {
    let request = Part::of("the request", value)?;
    request.knows(&[
        "signInIdentity",
        "signInContext",
        "signInConditions",
        "appliedPoliciesOnly",
    ])?;
    let (principal, who) = identity(&request.part("signInIdentity")?, lowered)?;
    let (leg, what) = context(&request.part("signInContext")?, lowered, config)?;
    let empty = Value::Object(Map::new());
    let conditions = match request.members.get("signInConditions") {
        None | Some(Value::Null) => Part::of("signInConditions", &empty)?,
        Some(_) => request.part("signInConditions")?,
    };
    let wanted = match request.members.get("appliedPoliciesOnly") {
        Some(Value::Bool(true)) => Wanted::Applied,
        None | Some(Value::Bool(false) | Value::Null) => Wanted::All,
        Some(other) => {
            return Err(Unclear::Value {
                place: "appliedPoliciesOnly".to_owned(),
                found: other.clone(),
                wanted: "true or false",
            });
        }
    };
    let question = conditioned(
        &conditions,
        lowered,
        Question {
            principal,
            leg,
            client: None,
            app: None,
            platform: Platform::Unknown,
            network: Network::default(),
            places: Vec::new(),
            device: None,
            risks: Risks::default(),
            flow: cardea_policy::conditions::flow::Flow::Ordinary,
            who,
            what,
        },
    )?;
    Ok((question, wanted))
}

fn identity(part: &Part<'_>, lowered: &Lowered) -> Result<(Principal, String)> {
    match part.kind()? {
        "userSignIn" => {
            part.knows(&["userId", "externalTenantId", "externalUserType"])?;
            let user = part.text("userId")?.map(UserId::new);
            let directory = &lowered.tenant.directory;
            let known = user
                .as_ref()
                .and_then(|id| directory.people().find(|it| directory.id(*it) == id.as_str()));
            let mut person = known.map(|it| directory.person(it)).unwrap_or_default();
            person.user.clone_from(&user);
            if let Some(kind) = part.text("externalUserType")? {
                let tenant = part.text("externalTenantId")?.map(TenantId::new);
                person.guest = Some(Guest { kind: words::guest(kind)?, tenant });
            }
            let name = user.as_ref().and_then(|id| lowered.names.users.name(id));
            let id = user.as_ref().map_or("somebody", |id| id.as_str());
            let who = name.unwrap_or(id).to_owned();
            Ok((Principal::Person(person), who))
        }
        "servicePrincipalSignIn" => {
            part.knows(&["servicePrincipalId"])?;
            let id = part.required("servicePrincipalId")?;
            Ok((Principal::Workload(ServicePrincipalId::new(id)), id.to_owned()))
        }
        "agentSignIn" => {
            part.knows(&["agentServicePrincipalId"])?;
            let id = part.required("agentServicePrincipalId")?;
            Ok((Principal::Agent(Agent::Identity(ServicePrincipalId::new(id))), id.to_owned()))
        }
        other => Err(Unclear::Kind {
            part: "signInIdentity",
            kind: other.to_owned(),
            known: "`userSignIn`, `servicePrincipalSignIn`, `agentSignIn`",
        }),
    }
}

fn context(part: &Part<'_>, lowered: &Lowered, config: &Config) -> Result<(Leg, String)> {
    let tenant = &lowered.tenant;
    let plain = |request| Leg { passage: Passage::Plain, request };
    match part.kind()? {
        "applicationContext" => {
            part.knows(&["includeApplications"])?;
            let apps = part.texts("includeApplications")?;
            let audiences = apps.iter().map(|app| tenant.resource(&AppId::new(app))).collect();
            let request = Request { audiences, scopes: Scopes::Beyond, ..Request::default() };
            Ok((plain(request), apps.join(", ")))
        }
        "authContext" => {
            part.knows(&["authenticationContextValue"])?;
            let context = part.required("authenticationContextValue")?;
            let contexts = [ContextId::new(context)].into();
            Ok((plain(Request { contexts, ..Request::default() }), context.to_owned()))
        }
        "userActionContext" => {
            part.knows(&["userAction"])?;
            let word = part.required("userAction")?;
            let meant = words::meant("action", word, &words::ACTIONS)?;
            Ok((action(meant, tenant, &config.assumptions), word.to_owned()))
        }
        other => Err(Unclear::Kind {
            part: "signInContext",
            kind: other.to_owned(),
            known: "`applicationContext`, `authContext`, `userActionContext`",
        }),
    }
}

/// The question under its conditions.
fn conditioned(part: &Part<'_>, lowered: &Lowered, question: Question) -> Result<Question> {
    part.knows(&[
        "devicePlatform",
        "clientAppType",
        "signInRiskLevel",
        "userRiskLevel",
        "servicePrincipalRiskLevel",
        "agentIdRiskLevel",
        "insiderRiskLevel",
        "country",
        "ipAddress",
        "authenticationFlow",
        "deviceInfo",
    ])?;
    let level = |name: &str| part.text(name)?.map_or(Ok(RiskLevel::default()), words::level);
    let address = part.text("ipAddress")?.map(|text| {
        let parsed = text.parse::<IpAddr>();
        parsed.map_err(|source| Unclear::Address { text: text.to_owned(), source })
    });
    let country = part.text("country")?.map(str::to_uppercase);
    let address = address.transpose()?;
    let network = if address.is_some() || country.is_some() {
        network(&lowered.tenant.locations, address, country.as_deref())
    } else {
        Network::default()
    };
    let flow = match part.members.get("authenticationFlow") {
        None | Some(Value::Null) => "none",
        Some(_) => part.part("authenticationFlow")?.required("transferMethod")?,
    };
    Ok(Question {
        client: part
            .text("clientAppType")?
            .map(|word| words::meant("client", word, &words::CLIENTS))
            .transpose()?,
        platform: part.text("devicePlatform")?.map_or(Ok(Platform::Unknown), |word| {
            words::meant("platform", word, &words::PLATFORMS)
        })?,
        places: places(&network, lowered),
        network,
        device: match part.members.get("deviceInfo") {
            None | Some(Value::Null) => None,
            Some(_) => device(&part.part("deviceInfo")?)?,
        },
        risks: Risks {
            sign_in: level("signInRiskLevel")?,
            user: level("userRiskLevel")?,
            service_principal: level("servicePrincipalRiskLevel")?,
            agent: level("agentIdRiskLevel")?,
            insider: part
                .text("insiderRiskLevel")?
                .map_or(Ok(InsiderRisk::default()), words::insider)?,
        },
        flow: words::meant("flow", flow, &words::FLOWS)?,
        ..question
    })
}

/// The device; `None` where nothing is said of it. Graph's own examples have values that its filters
/// do not know (`EntraID`, `Standard`): the first is `AzureAD` by its new name, and the second says
/// as much as nothing.
fn device(part: &Part<'_>) -> Result<Option<DeviceFacts>> {
    let mut facts = DeviceFacts::default();
    for (name, value) in part.members {
        let values = match value {
            _ if name.contains("@odata.") => continue,
            Value::Null => continue,
            Value::Array(list) => list.clone(),
            Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_) => {
                vec![value.clone()]
            }
        };
        for value in values {
            let text = match &value {
                Value::String(text) => text.clone(),
                Value::Bool(truth) => truth.to_string(),
                Value::Null | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
                    return Err(Unclear::Fact { property: name.clone(), found: value });
                }
            };
            match (name.as_str(), text.as_str()) {
                ("trustType", "EntraID") => words::note(&mut facts, name, "AzureAD")?,
                ("profileType", "Standard") => {}
                (name, text) => words::note(&mut facts, name, text)?,
            }
        }
    }
    Ok((facts != DeviceFacts::default()).then_some(facts))
}

/// An object of the request.
struct Part<'v> {
    name: &'v str,
    members: &'v Map<String, Value>,
}

impl<'v> Part<'v> {
    fn of(name: &'v str, value: &'v Value) -> Result<Self> {
        let members = value.as_object().ok_or_else(|| Unclear::Object(name.to_owned()))?;
        Ok(Self { name, members })
    }

    fn part(&self, name: &'v str) -> Result<Self> {
        let value = self.members.get(name);
        Self::of(name, value.ok_or_else(|| self.lacks(name))?)
    }

    /// Refuses members that nothing here reads.
    fn knows(&self, known: &[&str]) -> Result<()> {
        let foreign = |name: &&String| {
            !known.contains(&name.as_str()) && !name.contains("@odata.") && !name.starts_with('@')
        };
        match self.members.keys().find(foreign) {
            None => Ok(()),
            Some(name) => Err(Unclear::Foreign {
                part: self.name.to_owned(),
                member: name.clone(),
                known: known.join(", "),
            }),
        }
    }

    /// The type, without its namespace.
    fn kind(&self) -> Result<&'v str> {
        let kind = self.required("@odata.type")?;
        Ok(kind.rsplit('.').next().unwrap_or(kind))
    }

    fn text(&self, name: &str) -> Result<Option<&'v str>> {
        match self.members.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(other) => Err(Unclear::Value {
                place: format!("{}.{name}", self.name),
                found: other.clone(),
                wanted: "a text",
            }),
        }
    }

    fn required(&self, name: &str) -> Result<&'v str> {
        self.text(name)?.ok_or_else(|| self.lacks(name))
    }

    fn texts(&self, name: &str) -> Result<Vec<&'v str>> {
        let list = self.members.get(name).and_then(Value::as_array);
        let list = list.ok_or_else(|| self.lacks(&format!("list {name}")))?;
        let text = |item: &'v Value| {
            item.as_str().ok_or_else(|| Unclear::Value {
                place: format!("an entry of {name}"),
                found: item.clone(),
                wanted: "a text",
            })
        };
        list.iter().map(text).collect()
    }

    fn lacks(&self, member: &str) -> Unclear {
        Unclear::Missing { part: self.name.to_owned(), member: member.to_owned() }
    }
}
