//! One examination of a tenant: everything that rules look at, proved once.

pub mod admins;
pub mod case;
pub mod cheap;
pub mod compare;
pub mod guests;
pub mod registering;
pub mod trouble;

use std::collections::BTreeSet;

use cardea_graph::lower::Lowered;
use cardea_graph::well_known::ROLES;
use cardea_policy::conditions::location::{IncludedLocations, Network, Trust};
use cardea_policy::conditions::principal::{Membership, Person};
use cardea_policy::conditions::target::Request;
use cardea_policy::id::AppId;
use cardea_policy::index::Index;
use cardea_policy::place::PolicyIndex;
use cardea_policy::policy::Policy;
use cardea_policy::satisfy::Strengths;
use cardea_policy::well_known;
use cardea_prover::gap::{Gaps, Limits, unprotected, unprotected_people};
use cardea_prover::people::{Classes, classes};
use cardea_prover::reach::terrain::{Goal, Reachable, Targets};
use cardea_prover::universe::Universe;
use cardea_tenant::assumption::Assumption;
use cardea_tenant::journey::actor::{Across, Actor, Device, Form, Intent};
use cardea_tenant::journey::gate::Book;
use cardea_tenant::journey::means::Means;
use cardea_tenant::tenant::Tenant;

use crate::config::{Config, DeviceSetting, Population};
use cheap::Cheap;
use guests::Stranded;
use registering::Registering;
use trouble::Trouble;

/// The app that stands for every app that no policy names.
pub const ORDINARY_APP: &str = "any other app";
/// What that app is called as a goal.
pub const ANY_APP: &str = "any app";

/// Everything that rules look at.
#[derive(Debug)]
pub struct Examination<'a> {
    /// The tenant.
    pub tenant: &'a Tenant,
    /// What the run was told.
    pub config: &'a Config,
    /// The export that the tenant was made of; `None` for tenants that were made otherwise.
    pub lowered: Option<&'a Lowered>,
    /// The rules, compiled.
    pub book: Book,
    /// What policies can tell apart.
    pub universe: Universe,
    /// The people.
    pub classes: Classes,
    /// People of the tenant who cannot get in, and why.
    pub troubles: Vec<Trouble>,
    /// People of the tenant who cannot register.
    pub registering: Vec<Registering>,
    /// Guests who cannot get in.
    pub stranded: Vec<Stranded>,
    /// How cheaply anybody gets in.
    pub cheap: Vec<Cheap>,
    /// Sign-ins that no policy asks anything of.
    pub gaps: Gaps,
}

impl<'a> Examination<'a> {
    /// Examines a tenant that was not read from files.
    pub fn new(tenant: &'a Tenant, config: &'a Config) -> Self {
        Self::with(tenant, config, None)
    }

    /// Examines the tenant of an export.
    pub fn of(lowered: &'a Lowered, config: &'a Config) -> Self {
        Self::with(&lowered.tenant, config, Some(lowered))
    }

    /// Examines only who gets in and who can register, for asking what would be if something were
    /// different. What anybody else could do is left out.
    pub fn of_access(tenant: &'a Tenant, config: &'a Config) -> Self {
        let none = Limits { points: 0, ..Limits::default() };
        let mut examination = Self::bare(tenant, config, none);
        examination.troubles = trouble::find(&examination);
        examination.registering = registering::find(&examination);
        examination
    }

    fn with(tenant: &'a Tenant, config: &'a Config, lowered: Option<&'a Lowered>) -> Self {
        let limits = Limits { memberships: config.memberships, ..Limits::default() };
        let mut examination = Self { lowered, ..Self::bare(tenant, config, limits) };
        examination.troubles = trouble::find(&examination);
        examination.registering = registering::find(&examination);
        examination.stranded = guests::find(&examination);
        examination.cheap = cheap::find(&examination);
        examination
    }

    fn bare(tenant: &'a Tenant, config: &'a Config, limits: Limits) -> Self {
        let book = Book {
            index: Index::new(tenant.policies.clone(), tenant.settings.clone()),
            strengths: Strengths::new(tenant.strengths.clone()),
            means: Means::of(tenant),
            assumptions: config.assumptions.clone(),
        };
        let universe = Universe::new(&book.index, tenant);
        let classes = classes(&book.index, tenant, &universe, config.memberships);
        let gaps = if tenant.directory.is_empty() {
            unprotected(&book.index, &universe, limits)
        } else {
            unprotected_people(&book.index, &universe, &tenant.directory, &classes, limits)
        };
        Self {
            tenant,
            config,
            lowered: None,
            book,
            universe,
            classes,
            troubles: Vec::new(),
            registering: Vec::new(),
            stranded: Vec::new(),
            cheap: Vec::new(),
            gaps,
        }
    }

    /// The compiled policies.
    pub fn index(&self) -> &Index {
        &self.book.index
    }

    /// The policy with this index.
    pub fn policy(&self, policy: PolicyIndex) -> Option<&Policy> {
        self.book.index.policy(policy)
    }

    /// What people call a policy: its display name, else its id, else its number.
    pub fn name(&self, policy: PolicyIndex) -> String {
        let Some(found) = self.policy(policy) else { return String::new() };
        if !found.name.is_empty() {
            return found.name.clone();
        }
        found.id.as_ref().map_or_else(|| format!("policy {}", policy.0 + 1), ToString::to_string)
    }

    /// A representative of a class.
    pub fn person(&self, class: usize) -> Person {
        self.classes
            .list
            .get(class)
            .map(|class| class.person(&self.tenant.directory))
            .unwrap_or_default()
    }

    /// What people are meant to reach: the goals of the settings, else any ordinary app or
    /// Office 365.
    pub fn goals(&self) -> Vec<Goal> {
        let goal = |name: &str, app: &str, from| Goal {
            name: name.to_owned(),
            request: Request::resource(self.tenant.resource(&AppId::new(app))),
            from,
        };
        if self.config.goals.is_empty() {
            return vec![
                goal(ANY_APP, ORDINARY_APP, Reachable::AnyDevice),
                goal("Office 365", well_known::EXCHANGE_ONLINE, Reachable::AnyDevice),
            ];
        }
        let settings = self.config.goals.iter();
        settings
            .map(|setting| {
                let from = setting.from.map_or(Reachable::AnyDevice, Reachable::Form);
                goal(&setting.name, setting.app.as_str(), from)
            })
            .collect()
    }

    /// The requests of channels and of these goals, compiled.
    pub fn targets(&self, goals: Vec<Goal>) -> Targets {
        Targets::new(self.tenant, &self.book, goals)
    }

    /// What a population acts with.
    pub fn actor(&self, population: &Population) -> Actor {
        Actor {
            devices: population.devices.iter().map(device).collect(),
            networks: self.networks(),
            across: self.across(),
            intent: Intent::Person,
        }
    }

    /// Whether passkeys reach from phones to computers.
    pub fn across(&self) -> Across {
        if self.config.assumptions.hold(Assumption::BluetoothOpen) {
            Across::Open
        } else {
            Across::Shut
        }
    }

    /// The networks that people can reach: one that nothing is known about; one inside every
    /// location that some policy makes an exception for and none treats worse; and a trusted one.
    pub fn networks(&self) -> Vec<Network> {
        let mut favoured = BTreeSet::new();
        let mut included = BTreeSet::new();
        for conditions in self.index().policies().iter().map(|policy| &policy.conditions) {
            let Some(locations) = &conditions.locations else { continue };
            favoured.extend(locations.exclude.named.iter().cloned());
            if let IncludedLocations::Only(list) = &locations.include {
                included.extend(list.named.iter().cloned());
            }
        }
        favoured.retain(|location| !included.contains(location));
        let trusted = self.tenant.locations.iter().filter(|l| l.trust() == Trust::Trusted);
        let home = Network { named: favoured.clone(), trust: Trust::Untrusted };
        favoured.extend(trusted.map(|location| location.id.clone()));
        let office = Network { named: favoured, trust: Trust::Trusted };
        let mut networks = vec![Network::default()];
        if !home.named.is_empty() {
            networks.push(home);
        }
        if self.config.assumptions.hold(Assumption::TrustedNetworkInReach) {
            networks.push(office);
        }
        networks
    }
}

fn device(setting: &DeviceSetting) -> Device {
    let base = match setting.form {
        Form::Computer => Device::work_computer(),
        Form::Phone => Device::phone(setting.platform),
    };
    let facts = if setting.state.is_compliant() || setting.state.is_hybrid_joined() {
        Device::work_computer().facts
    } else {
        None
    };
    Device { claims: vec![setting.platform], state: setting.state, facts, ..base }
}

impl Examination<'_> {
    /// The memberships that make a class, as far as policies name them.
    pub fn memberships(&self, class: usize) -> Vec<Membership> {
        let found = self.classes.list.get(class);
        found.map(|c| c.memberships(self.index(), &self.tenant.directory)).unwrap_or_default()
    }

    /// What people call a membership: "group Sales".
    pub fn membership(&self, membership: &Membership) -> String {
        match membership {
            Membership::User(user) => format!("user {user}"),
            Membership::Group(group) => {
                let known = self.tenant.directory.groups.iter().find(|g| g.id == *group);
                let name = known.map(|group| group.name.as_str()).filter(|name| !name.is_empty());
                format!("group {}", name.unwrap_or(group.as_str()))
            }
            Membership::Role(role) => {
                let known = ROLES.iter().find(|(id, _)| *id == role.as_str());
                format!("role {}", known.map_or(role.as_str(), |(_, name)| name))
            }
        }
    }

    /// What people call an app; `None` where nobody has named it.
    pub fn app(&self, app: &AppId) -> Option<String> {
        let known = self.tenant.apps.iter().find(|known| known.id == *app);
        known.map(|app| app.name.clone()).filter(|name| !name.is_empty())
    }
}
