//! A sign-in from arguments.

use std::collections::BTreeSet;
use std::net::IpAddr;

use anyhow::{Context as _, Result, bail};
use cardea_check::config::{Config, Held};
use cardea_check::whatif::question::{Question, action, enter, places};
use cardea_check::whatif::words;
use cardea_graph::lower::Lowered;
use cardea_policy::conditions::location::Network;
use cardea_policy::conditions::platform::Platform;
use cardea_policy::conditions::principal::{Guest, Membership, Person};
use cardea_policy::conditions::risk::Risks;
use cardea_policy::conditions::target::{AppGroup, Request, UserAction};
use cardea_policy::evaluate::Principal;
use cardea_policy::filter::DeviceFacts;
use cardea_policy::id::{AppId, ContextId, GroupId, UserId};
use cardea_policy::index::Index;
use cardea_policy::strength::Mode;
use cardea_policy::well_known;
use cardea_tenant::directory::{Registered, RegisteredPasskey};
use cardea_tenant::journey::channel::Leg;
use cardea_tenant::journey::gate::Passage;
use cardea_tenant::journey::means::PasskeyHome;
use cardea_tenant::location::network;
use cardea_tenant::methods::PassUse;

use super::lookup::lookup;

/// The app that stands for every app that no policy names.
const ANY_APP: &str = "any other app";

/// The facts of a sign-in.
#[derive(Debug, Default, clap::Args)]
#[command(next_help_heading = "The sign-in")]
pub(super) struct Flags {
    /// Who signs in: name, user principal name or id; nobody in particular without
    #[arg(long, value_name = "NAME")]
    user: Option<String>,
    /// A service principal instead of a person
    #[arg(long, value_name = "NAME", conflicts_with_all = ["user", "group", "role", "guest"])]
    workload: Option<String>,
    /// A group that they are in, beside those of the export
    #[arg(long, value_name = "NAME")]
    group: Vec<String>,
    /// A role that they hold, beside those of the export
    #[arg(long, value_name = "NAME")]
    role: Vec<String>,
    /// What kind of guest they are, such as b2bCollaborationGuest
    #[arg(long, value_name = "KIND")]
    guest: Option<String>,
    /// The app that they open; an app that no policy names without
    #[arg(long, value_name = "NAME")]
    app: Option<String>,
    /// What they do instead: registerSecurityInformation or registerOrJoinDevices
    #[arg(long, value_name = "ACTION", conflicts_with = "app")]
    action: Option<String>,
    /// An authentication context that the app asks for
    #[arg(long, value_name = "ID")]
    context: Vec<String>,
    /// android, iOS, windows, macOS, linux, windowsPhone or unknown [default: windows]
    #[arg(long, value_name = "PLATFORM")]
    platform: Option<String>,
    /// browser, mobileAppsAndDesktopClients, exchangeActiveSync or other [default: browser]
    #[arg(long, value_name = "CLIENT")]
    client: Option<String>,
    /// The app that they use, such as Outlook or Edge; without, any that app protection covers
    #[arg(long, value_name = "NAME")]
    client_app: Option<String>,
    /// A named location that they are in
    #[arg(long, value_name = "NAME")]
    location: Vec<String>,
    /// Their address
    #[arg(long, value_name = "ADDRESS")]
    ip: Option<IpAddr>,
    /// The country of their address, by its two letters
    #[arg(long, value_name = "CODE")]
    country: Option<String>,
    /// What the directory knows of the device: isCompliant=true,trustType=AzureAD,...
    #[arg(long, value_name = "FACT=VALUE", value_delimiter = ',')]
    device: Vec<String>,
    /// Risks: high, or user=high,insider=elevated,...
    #[arg(long, value_name = "LEVEL", value_delimiter = ',')]
    risk: Vec<String>,
    /// deviceCodeFlow or authenticationTransfer
    #[arg(long, value_name = "FLOW")]
    flow: Option<String>,
    /// What they sign in with: password,pass,passkey,... [default: what is registered, or a password]
    #[arg(long, value_name = "METHOD", value_delimiter = ',')]
    has: Vec<String>,
}

impl Flags {
    /// The sign-in.
    ///
    /// # Errors
    /// Something that is named does not exist.
    pub(super) fn question(
        &self,
        lowered: &Lowered,
        config: &Config,
        index: &Index,
    ) -> Result<Question> {
        let (principal, who) = self.principal(lowered, index)?;
        let (leg, what) = self.request(lowered, config)?;
        let network = self.network(lowered)?;
        let client = self.client.as_deref().unwrap_or("browser");
        let flow = self.flow.as_deref().unwrap_or("none");
        Ok(Question {
            principal,
            leg,
            client: Some(words::meant("client", client, &words::CLIENTS)?),
            app: self.client_app.clone(),
            platform: self.platform()?,
            places: places(&network, lowered),
            network,
            device: self.device()?,
            risks: self.risks()?,
            flow: words::meant("flow", flow, &words::FLOWS)?,
            who,
            what,
        })
    }

    /// What they sign in with.
    ///
    /// # Errors
    /// A method is not known.
    pub(super) fn has(&self, lowered: &Lowered, question: &Question) -> Result<Vec<Held>> {
        if !self.has.is_empty() {
            let held = self.has.iter().map(|word| method(word, lowered, question.platform));
            return held.collect::<Result<Vec<Vec<Held>>>>().map(|lists| lists.concat());
        }
        let mut has = vec![Held::PASSWORD];
        if let Principal::Person(Person { user: Some(user), .. }) = &question.principal {
            let directory = &lowered.tenant.directory;
            let person = directory.people().find(|it| directory.id(*it) == user.as_str());
            if let Some(registered) = person.and_then(|it| directory.registered(it)) {
                has.extend(registered_methods(registered));
            }
        }
        Ok(has)
    }

    fn platform(&self) -> Result<Platform> {
        let platform = self.platform.as_deref().unwrap_or("windows");
        Ok(words::meant("platform", platform, &words::PLATFORMS)?)
    }

    fn principal(&self, lowered: &Lowered, index: &Index) -> Result<(Principal, String)> {
        let names = &lowered.names;
        if let Some(workload) = &self.workload {
            let id = lookup(&names.service_principals, workload, "service principal")?;
            let who = names.service_principals.name(&id).unwrap_or(id.as_str()).to_owned();
            return Ok((Principal::Workload(id), who));
        }
        let (mut person, mut who) = match &self.user {
            Some(user) => known_person(user, lowered)?,
            None => (Person::default(), "somebody".to_owned()),
        };
        for group in &self.group {
            person.groups.insert(known_group(group, lowered, index)?);
        }
        for role in &self.role {
            person.roles.insert(lookup(&names.roles, role, "role")?);
        }
        if let Some(kind) = &self.guest {
            person.guest = Some(Guest { kind: words::guest(kind)?, tenant: None });
        }
        if self.user.is_none() && !self.group.is_empty() {
            who = format!("somebody in {}", self.group.join(" and "));
        }
        Ok((Principal::Person(person), who))
    }

    fn request(&self, lowered: &Lowered, config: &Config) -> Result<(Leg, String)> {
        let tenant = &lowered.tenant;
        let (mut leg, what) = if let Some(word) = &self.action {
            let meant = words::meant("action", word, &words::ACTIONS)?;
            let what = match meant {
                UserAction::RegisterSecurityInfo => "registering security info",
                UserAction::RegisterDevice => "registering or joining a device",
            };
            (action(meant, tenant, &config.assumptions), what.to_owned())
        } else {
            let (app, what) = match &self.app {
                None => (AppId::new(ANY_APP), "an app that no policy names".to_owned()),
                Some(app) => {
                    let suite = suite(app).and_then(well_known::example_of);
                    let id = match suite {
                        Some(id) => id,
                        None => lookup(&lowered.names.apps, app, "app")?,
                    };
                    let what = lowered.names.apps.name(&id).unwrap_or(id.as_str()).to_owned();
                    (id, what)
                }
            };
            let request = Request::resource(tenant.resource(&app));
            (Leg { passage: Passage::Plain, request }, what)
        };
        leg.request.contexts = self.context.iter().map(|context| ContextId::new(context)).collect();
        Ok((leg, what))
    }

    fn network(&self, lowered: &Lowered) -> Result<Network> {
        let locations = &lowered.tenant.locations;
        let country = self.country.as_deref().map(str::to_uppercase);
        let mut found = network(locations, self.ip, country.as_deref());
        if self.ip.is_none() && country.is_none() {
            found = Network::default();
        }
        for name in &self.location {
            let id = lookup(&lowered.names.locations, name, "named location")?;
            enter(&mut found, id, &lowered.tenant);
        }
        Ok(found)
    }

    fn device(&self) -> Result<Option<DeviceFacts>> {
        let mut facts = DeviceFacts::default();
        for fact in &self.device {
            let (property, value) = fact
                .split_once('=')
                .with_context(|| format!("`{fact}` is no fact\nhelp: write FACT=VALUE"))?;
            words::note(&mut facts, property.trim(), value.trim())?;
        }
        Ok((!self.device.is_empty()).then_some(facts))
    }

    fn risks(&self) -> Result<Risks> {
        let mut risks = Risks::default();
        for risk in &self.risk {
            let (whose, level) = risk.split_once('=').unwrap_or(("sign-in", risk));
            match whose {
                "sign-in" => risks.sign_in = words::level(level)?,
                "user" => risks.user = words::level(level)?,
                "service-principal" => risks.service_principal = words::level(level)?,
                "agent" => risks.agent = words::level(level)?,
                "insider" => risks.insider = words::insider(level)?,
                other => bail!(
                    "`{other}` has no risk; known are `sign-in`, `user`, `service-principal`, \
                     `agent`, `insider`"
                ),
            }
        }
        Ok(risks)
    }
}

/// The person of the directory; without a directory, a person of whom nothing is known but the
/// name.
fn known_person(user: &str, lowered: &Lowered) -> Result<(Person, String)> {
    let directory = &lowered.tenant.directory;
    if directory.is_empty() && lowered.names.users.is_empty() {
        let person = Person { user: Some(UserId::new(user)), ..Person::default() };
        return Ok((person, user.to_owned()));
    }
    let id = lookup(&lowered.names.users, user, "person")?;
    let name = lowered.names.users.name(&id).unwrap_or(id.as_str()).to_owned();
    let known = directory.people().find(|it| directory.id(*it) == id.as_str());
    let unknown = || Person { user: Some(id.clone()), ..Person::default() };
    Ok((known.map_or_else(unknown, |it| directory.person(it)), name))
}

/// The group of apps that a text names, as policies do or with a space between.
fn suite(text: &str) -> Option<AppGroup> {
    match text.to_lowercase().replace(' ', "").as_str() {
        "office365" | "microsoft365" => Some(AppGroup::Office365),
        "microsoftadminportals" | "adminportals" => Some(AppGroup::MicrosoftAdminPortals),
        _ => None,
    }
}

/// A group of the input, or one that a policy names.
fn known_group(text: &str, lowered: &Lowered, index: &Index) -> Result<GroupId> {
    let id = lowered.names.groups.resolve(text);
    if index.row(&Membership::Group(id.clone())).is_some() {
        return Ok(id);
    }
    lookup(&lowered.names.groups, text, "group")
}

/// The methods that a word stands for: the names of the settings, and a few that people say.
fn method(word: &str, lowered: &Lowered, platform: Platform) -> Result<Vec<Held>> {
    let methods = lowered.tenant.methods.as_ref();
    let many = methods.is_none_or(|methods| methods.pass.usable == PassUse::Either);
    let phones = match platform {
        Platform::Android => vec![PasskeyHome::AuthenticatorAndroid],
        Platform::Ios => vec![PasskeyHome::AuthenticatorIos],
        Platform::Windows
        | Platform::WindowsPhone
        | Platform::MacOs
        | Platform::Linux
        | Platform::Unknown => {
            vec![PasskeyHome::AuthenticatorAndroid, PasskeyHome::AuthenticatorIos]
        }
    };
    Ok(match word.trim().to_ascii_lowercase().as_str() {
        "nothing" => Vec::new(),
        "pass" | "tap" if many => vec![Held::Mode(Mode::TemporaryAccessPassMultiUse)],
        "pass" | "tap" => vec![Held::Mode(Mode::TemporaryAccessPassOneTime)],
        "passkey" => phones.into_iter().map(Held::Passkey).collect(),
        "push" => vec![Held::Mode(Mode::MicrosoftAuthenticatorPush)],
        "hello" => vec![Held::Mode(Mode::WindowsHelloForBusiness)],
        "key" | "security-key" => vec![Held::Passkey(PasskeyHome::SecurityKey)],
        "certificate" => vec![Held::Mode(Mode::X509CertificateMultiFactor)],
        _ => vec![words::meant("method", word, &Held::NAMES)?],
    })
}

/// Registered methods, in the words of arguments. Where a passkey in Authenticator is registered,
/// the export does not say on which kind of phone.
fn registered_methods(registered: &Registered) -> BTreeSet<Held> {
    let passkeys = registered.passkeys.iter().flat_map(|passkey| match passkey {
        RegisteredPasskey::Authenticator => {
            vec![PasskeyHome::AuthenticatorAndroid, PasskeyHome::AuthenticatorIos]
        }
        RegisteredPasskey::WindowsHello => vec![PasskeyHome::Windows],
        RegisteredPasskey::DeviceBound => vec![PasskeyHome::SecurityKey],
        RegisteredPasskey::Synced => vec![PasskeyHome::SyncedProvider],
    });
    let modes = registered.modes.iter().copied().map(Held::Mode);
    modes.chain(passkeys.map(Held::Passkey)).collect()
}
