//! One examination of a tenant: everything that rules look at, proved once.

mod access;
pub mod admins;
pub mod case;
pub mod cheap;
pub mod compare;
mod element;
pub mod guests;
mod memory;
pub mod minimal;
pub mod premises;
pub mod registering;
pub mod trouble;

use std::collections::BTreeSet;
use std::rc::Rc;

use cardea_graph::lower::Lowered;
use cardea_graph::well_known::{APPS, ROLES};
use cardea_policy::conditions::location::Network;
use cardea_policy::conditions::principal::{Membership, Person};
use cardea_policy::evaluate::Dimension;
use cardea_policy::id::{AppId, GroupId};
use cardea_policy::index::Index;
use cardea_policy::place::PolicyIndex;
use cardea_policy::policy::Policy;
use cardea_policy::satisfy::Strengths;
use cardea_prover::gap::{Deviation, Gap, Gaps, Limits, lenient, unprotected, unprotected_people};
use cardea_prover::people::{Classes, Folding, classes};
use cardea_prover::reach::terrain::{Goal, Targets};
use cardea_prover::universe::Universe;
use cardea_tenant::journey::actor::{Actor, Device};
use cardea_tenant::journey::gate::Book;
use cardea_tenant::journey::means::Means;
use cardea_tenant::methods::MethodsPolicy;
use cardea_tenant::tenant::Tenant;

use crate::config::{Config, Population};
use cheap::Cheap;
use guests::Stranded;
use memory::Memory;
use premises::Premises;
use registering::Registering;
use trouble::Trouble;

/// The app that stands for every app that no policy names.
pub const ORDINARY_APP: &str = "any other app";
/// What that app is called as a goal.
pub const ANY_APP: &str = "any app";

/// Whether the same people get to the same app from the same place with a password alone anyway: they
/// only have to claim another platform, or take another client.
fn is_open_anyway(gap: &Gap, wider: &Gap) -> bool {
    let claimed = |it: &&Deviation| {
        matches!(it.dimension(), Dimension::Platform | Dimension::Client | Dimension::Risk)
    };
    let mut others = wider.witness.deviations.iter().filter(|it| !claimed(it));
    wider.witness.sign_in.client.is_modern()
        && wider.people == gap.people
        && others.all(|it| gap.witness.deviations.contains(it))
}

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
    /// Sign-ins of which policies ask what takes no more than a password.
    pub lenient: Vec<Gap>,
    memory: Rc<Memory>,
}

fn limits(config: &Config) -> Limits {
    Limits { memberships: config.memberships, ..Limits::default() }
}

impl<'a> Examination<'a> {
    /// Examines the tenant of an export.
    pub fn of(lowered: &'a Lowered, config: &'a Config) -> Self {
        let bare = Self::bare(&lowered.tenant, config, limits(config));
        Self { lowered: Some(lowered), ..bare }.whole()
    }

    /// Examines a changed tenant. What is known already of people who try the same is not worked
    /// out again.
    pub fn changed<'b>(&self, tenant: &'b Tenant, config: &'b Config) -> Examination<'b> {
        let memory = Rc::clone(&self.memory);
        Examination { memory, ..Examination::bare(tenant, config, limits(config)) }.whole()
    }

    /// Examines only who of the tenant gets in and who can register, for asking what would be if
    /// something were different. What anybody else could do is left out.
    pub fn of_access(tenant: &'a Tenant, config: &'a Config) -> Self {
        Self::bare(tenant, config, Limits { points: 0, ..Limits::default() }).with_access()
    }

    /// The same of a changed tenant.
    pub fn changed_access<'b>(&self, tenant: &'b Tenant, config: &'b Config) -> Examination<'b> {
        let none = Limits { points: 0, ..Limits::default() };
        let memory = Rc::clone(&self.memory);
        Examination { memory, ..Examination::bare(tenant, config, none) }.with_access()
    }

    /// Only folds the people of the tenant into classes; nobody is looked at.
    pub fn folded(tenant: &'a Tenant, config: &'a Config) -> Self {
        Self::bare(tenant, config, Limits { points: 0, ..Limits::default() })
    }

    fn with_access(mut self) -> Self {
        (self.troubles, self.registering) = access::find(&self);
        self
    }

    fn whole(self) -> Self {
        let mut examination = self.with_access();
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
        let by = Folding::by_policies(config.memberships).and_marks(marks(tenant, config));
        let classes = classes(&book.index, tenant, &universe, &by);
        let (mut gaps, mut lenient) = if tenant.directory.is_empty() {
            let gaps = unprotected(&book.index, &universe, limits);
            (gaps, lenient(&book.index, &universe, None, limits))
        } else {
            let directory = &tenant.directory;
            // Declaring somebody is a mark.
            let others = classes.but(directory, |class| {
                !class.marked.is_empty() && config.break_glass.covers(&class.person(directory))
            });
            let gaps = unprotected_people(&book.index, &universe, &others, limits);
            (gaps, lenient(&book.index, &universe, Some(&others), limits))
        };
        // Declared break-glass accounts are meant to be outside; a rule of their own proves them.
        let declared = |gap: &Gap| {
            gap.witness.person().is_some_and(|person| config.break_glass.covers(person))
        };
        gaps.list.retain(|gap| !declared(gap));
        let open = |gap: &Gap| gaps.list.iter().any(|wider| is_open_anyway(gap, wider));
        lenient.retain(|gap| !declared(gap) && !open(gap));
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
            lenient,
            memory: Rc::default(),
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

    /// Whether a class is of guests.
    pub fn is_of_guests(&self, class: usize) -> bool {
        let class = self.classes.list.get(class);
        class.is_some_and(|class| class.guest(&self.tenant.directory).is_some())
    }

    /// What is asked of the tenant, as the settings and the policies say.
    pub fn premises(&self) -> Premises<'_> {
        Premises { tenant: self.tenant, config: self.config, index: self.index() }
    }

    /// See [`Premises::goals`].
    pub fn goals(&self) -> Vec<Goal> {
        self.premises().goals()
    }

    /// The requests of channels and of these goals, compiled.
    pub fn targets(&self, goals: Vec<Goal>) -> Targets {
        Targets::new(self.tenant, &self.book, goals)
    }

    /// See [`Premises::actor`].
    pub fn actor(&self, population: &Population) -> Actor {
        self.premises().actor(population)
    }

    /// Devices of which the settings say nothing, which passkeys of phones reach as is assumed.
    pub fn reached(&self, devices: Vec<Device>) -> Vec<Device> {
        let across = self.premises().across();
        devices.into_iter().map(|device| Device { across, ..device }).collect()
    }

    /// See [`Premises::networks`].
    pub fn networks(&self) -> Vec<Network> {
        self.premises().networks()
    }
}

/// What tells people apart beside policies: what they are allowed to use and to register, which
/// population they belong to, and whether their account is for emergencies.
fn marks(tenant: &Tenant, config: &Config) -> Vec<BTreeSet<Membership>> {
    let methods = tenant.methods.iter().flat_map(MethodsPolicy::told_apart);
    let of_groups = |groups: &[GroupId]| groups.iter().cloned().map(Membership::Group).collect();
    let populations = config.populations.iter().map(|population| of_groups(&population.groups));
    let mut emergency: BTreeSet<Membership> = of_groups(&config.break_glass.groups);
    emergency.extend(config.break_glass.users.iter().cloned().map(Membership::User));
    let marks = methods.chain(populations).chain([emergency]);
    marks.filter(|memberships| !memberships.is_empty()).collect()
}

impl Examination<'_> {
    /// The memberships that make a class.
    pub fn memberships(&self, class: usize) -> Vec<Membership> {
        let found = self.classes.list.get(class);
        found.map(|c| c.memberships(self.index(), &self.tenant.directory)).unwrap_or_default()
    }

    /// The memberships that do the same as this one, which is among them.
    pub fn alike(&self, membership: &Membership) -> Vec<Membership> {
        let marks = marks(self.tenant, self.config);
        let counted = &self.universe.counted;
        let effect = |it: &Membership| {
            let row = self.index().named(it);
            let row = row.map(|row| (row.include.and(counted), row.exclude.and(counted)));
            let row = row.filter(|(include, exclude)| !include.is_empty() || !exclude.is_empty());
            let marked: Vec<bool> = marks.iter().map(|mark| mark.contains(it)).collect();
            (matches!(it, Membership::User(_)), row, marked)
        };
        let wanted = effect(membership);
        let all = self.classes.memberships(self.index());
        all.into_iter().filter(|it| it == membership || effect(it) == wanted).collect()
    }

    /// What people call a membership: "group Sales".
    pub fn membership(&self, membership: &Membership) -> String {
        let kind = match membership {
            Membership::User(_) => "user",
            Membership::Group(_) => "group",
            Membership::Role(_) => "role",
        };
        format!("{kind} {}", self.called(membership))
    }

    /// The name of a user, a group or a role; its id where nobody has named it.
    pub fn called(&self, membership: &Membership) -> String {
        match membership {
            Membership::User(user) => user.to_string(),
            Membership::Group(group) => {
                let known = self.tenant.directory.groups.iter().find(|g| g.id == *group);
                let name = known.map(|group| group.name.as_str()).filter(|name| !name.is_empty());
                name.unwrap_or(group.as_str()).to_owned()
            }
            Membership::Role(role) => {
                let known = ROLES.iter().find(|(id, _)| *id == role.as_str());
                known.map_or(role.as_str(), |(_, name)| name).to_owned()
            }
        }
    }

    /// What people call an app: its name in the tenant, else the one that Microsoft's own apps have
    /// everywhere; `None` where nobody has named it.
    pub fn app(&self, app: &AppId) -> Option<String> {
        let known = self.tenant.apps.iter().find(|known| known.id == *app);
        let named = known.map(|app| app.name.clone()).filter(|name| !name.is_empty());
        named.or_else(|| {
            let known = APPS.iter().find(|(id, _)| *id == app.as_str());
            known.map(|(_, name)| (*name).to_owned())
        })
    }
}
