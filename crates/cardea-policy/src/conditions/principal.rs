//! Who signs in: people, workload identities, agents.
//!
//! Source: Entra, *Users, groups, agents and workload identities* of Conditional Access.
//! An exclusion always beats an inclusion.

use alloc::collections::BTreeSet;

use crate::id::{GroupId, RoleId, ServicePrincipalId, TenantId, UserId};
use crate::place::Field;

/// Whom a policy is assigned to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Principals {
    /// People of the directory, guests included.
    Users(Users),
    /// Service principals.
    Workloads(Workloads),
    /// Agent identities and their users (preview).
    Agents(Agents),
}

/// The user condition.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Users {
    /// Who is included.
    pub include: Include,
    /// Who is excluded; beats [`Self::include`].
    pub exclude: People,
}

/// The included side of the user condition.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub enum Include {
    /// `None`: nobody.
    #[default]
    Nobody,
    /// `All`: everybody, guests included.
    Everyone,
    /// The listed ones.
    Only(People),
}

/// Lists of people.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct People {
    /// Named users.
    pub users: BTreeSet<UserId>,
    /// Groups; nested membership counts.
    pub groups: BTreeSet<GroupId>,
    /// Built-in roles by template id, actively assigned at directory scope.
    pub roles: BTreeSet<RoleId>,
    /// Guests and external users.
    pub guests: Option<Guests>,
}

/// Guests of some kinds from some tenants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guests {
    /// The kinds.
    pub kinds: BTreeSet<GuestKind>,
    /// Where they come from.
    pub tenants: ExternalTenants,
}

/// The tenants that guests come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExternalTenants {
    /// Any.
    All,
    /// The listed ones.
    Only(BTreeSet<TenantId>),
}

/// Kinds of guests and external users.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GuestKind {
    /// Home credentials and user type Guest.
    InternalGuest,
    /// External credentials and user type Guest.
    B2bCollaborationGuest,
    /// External credentials and user type Member.
    B2bCollaborationMember,
    /// No user object; shared channels.
    B2bDirectConnectUser,
    /// Another external user.
    OtherExternalUser,
    /// A technician of a service provider.
    ServiceProvider,
}

impl GuestKind {
    /// All kinds.
    pub const ALL: [Self; 6] = [
        Self::InternalGuest,
        Self::B2bCollaborationGuest,
        Self::B2bCollaborationMember,
        Self::B2bDirectConnectUser,
        Self::OtherExternalUser,
        Self::ServiceProvider,
    ];

    /// Graph's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::InternalGuest => "internalGuest",
            Self::B2bCollaborationGuest => "b2bCollaborationGuest",
            Self::B2bCollaborationMember => "b2bCollaborationMember",
            Self::B2bDirectConnectUser => "b2bDirectConnectUser",
            Self::OtherExternalUser => "otherExternalUser",
            Self::ServiceProvider => "serviceProvider",
        }
    }
}

/// A guest: what kind, and from where.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Guest {
    /// The kind.
    pub kind: GuestKind,
    /// The home tenant; `None` for one that no policy names, and for internal guests.
    pub tenant: Option<TenantId>,
}

/// A person, as far as policies can tell people apart.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Person {
    /// The user object; `None` for somebody whom no policy names.
    pub user: Option<UserId>,
    /// All groups, nested ones included.
    pub groups: BTreeSet<GroupId>,
    /// Active directory-scope roles, those assigned through groups included.
    pub roles: BTreeSet<RoleId>,
    /// Set for guests and external users.
    pub guest: Option<Guest>,
}

/// One membership that a policy can name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Membership {
    /// Being this user.
    User(UserId),
    /// Being in this group.
    Group(GroupId),
    /// Holding this role.
    Role(RoleId),
}

impl Person {
    /// All memberships of the person.
    pub fn memberships(&self) -> impl Iterator<Item = Membership> + '_ {
        let user = self.user.iter().cloned().map(Membership::User);
        let groups = self.groups.iter().cloned().map(Membership::Group);
        user.chain(groups).chain(self.roles.iter().cloned().map(Membership::Role))
    }
}

impl Guests {
    /// Whether the guest belongs to these.
    pub fn matches(&self, guest: &Guest) -> bool {
        let from = match &self.tenants {
            ExternalTenants::All => true,
            ExternalTenants::Only(tenants) => {
                guest.tenant.as_ref().is_some_and(|tenant| tenants.contains(tenant))
            }
        };
        from && self.kinds.contains(&guest.kind)
    }
}

impl People {
    /// Whether one of the lists contains the membership.
    pub fn lists(&self, membership: &Membership) -> bool {
        match membership {
            Membership::User(user) => self.users.contains(user),
            Membership::Group(group) => self.groups.contains(group),
            Membership::Role(role) => self.roles.contains(role),
        }
    }

    /// Whether one of the lists contains the person: the disjunction of [`Self::lists`] over all
    /// memberships, and of the guest list.
    pub fn contain(&self, person: &Person) -> bool {
        self.matched(person).is_some()
    }

    /// Whether nothing is listed.
    pub fn is_empty(&self) -> bool {
        self.users.is_empty()
            && self.groups.is_empty()
            && self.roles.is_empty()
            && self.guests.is_none()
    }

    /// All memberships that are listed.
    pub fn memberships(&self) -> impl Iterator<Item = Membership> + '_ {
        let users = self.users.iter().cloned().map(Membership::User);
        let groups = self.groups.iter().cloned().map(Membership::Group);
        users.chain(groups).chain(self.roles.iter().cloned().map(Membership::Role))
    }

    fn matched(&self, person: &Person) -> Option<Matched> {
        if person.user.as_ref().is_some_and(|user| self.users.contains(user)) {
            return Some(Matched::User);
        }
        if person.groups.iter().any(|group| self.groups.contains(group)) {
            return Some(Matched::Group);
        }
        if person.roles.iter().any(|role| self.roles.contains(role)) {
            return Some(Matched::Role);
        }
        let guest = person.guest.as_ref()?;
        self.guests.as_ref().filter(|guests| guests.matches(guest)).map(|_| Matched::Guest)
    }
}

#[derive(Clone, Copy)]
enum Matched {
    User,
    Group,
    Role,
    Guest,
}

impl Include {
    /// Whether the person is included.
    pub fn contains(&self, person: &Person) -> bool {
        match self {
            Self::Nobody => false,
            Self::Everyone => true,
            Self::Only(people) => people.contain(person),
        }
    }

    /// Whether the membership alone includes whoever has it.
    pub fn lists(&self, membership: &Membership) -> bool {
        match self {
            Self::Nobody => false,
            Self::Everyone => true,
            Self::Only(people) => people.lists(membership),
        }
    }

    /// Whether guests like this one are included by the guest list or by `All`.
    pub fn lists_guest(&self, guest: &Guest) -> bool {
        match self {
            Self::Nobody => false,
            Self::Everyone => true,
            Self::Only(people) => people.guests.as_ref().is_some_and(|g| g.matches(guest)),
        }
    }
}

impl Users {
    /// Whether the condition matches the person.
    pub fn matches(&self, person: &Person) -> bool {
        self.include.contains(person) && !self.exclude.contain(person)
    }

    /// The field that decides about the person: the exclusion that keeps the policy away, else the
    /// inclusion that brings it on; `None` where the person is simply not included.
    pub fn deciding_field(&self, person: &Person) -> Option<Field> {
        if let Some(matched) = self.exclude.matched(person) {
            return Some(match matched {
                Matched::User => Field::ExcludeUsers,
                Matched::Group => Field::ExcludeGroups,
                Matched::Role => Field::ExcludeRoles,
                Matched::Guest => Field::ExcludeGuests,
            });
        }
        match &self.include {
            Include::Nobody => None,
            Include::Everyone => Some(Field::IncludeUsers),
            Include::Only(people) => people.matched(person).map(|matched| match matched {
                Matched::User => Field::IncludeUsers,
                Matched::Group => Field::IncludeGroups,
                Matched::Role => Field::IncludeRoles,
                Matched::Guest => Field::IncludeGuests,
            }),
        }
    }
}

/// The condition on service principals.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Workloads {
    /// Whether `ServicePrincipalsInMyTenant` is included.
    pub include: IncludedWorkloads,
    /// Excluded service principals.
    pub exclude: BTreeSet<ServicePrincipalId>,
}

/// Included service principals.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub enum IncludedWorkloads {
    /// None.
    #[default]
    Nobody,
    /// All single-tenant service principals of the tenant.
    AllOwned,
    /// The listed ones.
    Only(BTreeSet<ServicePrincipalId>),
}

impl Workloads {
    /// Whether the condition matches the service principal.
    pub fn matches(&self, workload: &ServicePrincipalId) -> bool {
        let included = match &self.include {
            IncludedWorkloads::Nobody => false,
            IncludedWorkloads::AllOwned => true,
            IncludedWorkloads::Only(only) => only.contains(workload),
        };
        included && !self.exclude.contains(workload)
    }
}

/// The condition on agents (preview): agent identities, or the user accounts of agents.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Agents {
    /// Included agent identities (service principals).
    pub identities: IncludedWorkloads,
    /// Excluded agent identities.
    pub exclude_identities: BTreeSet<ServicePrincipalId>,
    /// Included user accounts of agents.
    pub users: IncludedWorkloads,
    /// Excluded user accounts of agents.
    pub exclude_users: BTreeSet<ServicePrincipalId>,
}

/// An agent that signs in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Agent {
    /// With its own identity.
    Identity(ServicePrincipalId),
    /// With the user account that belongs to it.
    User(ServicePrincipalId),
}

impl Agents {
    /// Whether the condition matches the agent.
    pub fn matches(&self, agent: &Agent) -> bool {
        let (include, exclude, id) = match agent {
            Agent::Identity(id) => (&self.identities, &self.exclude_identities, id),
            Agent::User(id) => (&self.users, &self.exclude_users, id),
        };
        Workloads { include: include.clone(), exclude: exclude.clone() }.matches(id)
    }
}
