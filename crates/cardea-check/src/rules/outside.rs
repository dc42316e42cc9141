//! Accounts that policies leave alone, as those for emergencies are.

use cardea_policy::conditions::principal::{Membership, Person, Principals};
use cardea_policy::id::RoleId;
use cardea_policy::place::PolicyIndex;
use cardea_policy::policy_set::PolicySet;
use cardea_prover::gap::never;

use crate::examine::Examination;
use crate::examine::admins::GLOBAL_ADMINISTRATOR;

/// The policies in force that demand something of people and can apply.
#[derive(Debug)]
pub(super) struct Demanding {
    pub(super) policies: PolicySet,
}

impl Demanding {
    pub(super) fn of(examination: &Examination<'_>) -> Self {
        let (index, universe) = (examination.index(), &examination.universe);
        let demanding = index.demanding().and(&universe.counted);
        Self { policies: demanding.minus(&never(index, universe)) }
    }

    /// Those that are assigned to somebody.
    pub(super) fn on(&self, examination: &Examination<'_>, person: &Person) -> PolicySet {
        let index = examination.index();
        index.who(&index.member(person)).and(&self.policies)
    }

    /// Whether somebody looks like an account for emergencies: no policy asks anything of such an
    /// administrator, and most policies leave the account out by name.
    pub(super) fn spare(&self, examination: &Examination<'_>, person: &Person) -> bool {
        let administrator = administrator(person.clone());
        self.on(examination, &administrator).is_empty() && self.leave_out(examination, person)
    }

    /// Whether most of them leave somebody out by name.
    pub(super) fn leave_out(&self, examination: &Examination<'_>, person: &Person) -> bool {
        let leaves_out = |policy: &PolicyIndex| {
            let found = examination.policy(*policy);
            found.is_some_and(|policy| match &policy.conditions.principals {
                Principals::Users(users) => users.exclude.contain(person),
                Principals::Workloads(_) | Principals::Agents(_) => false,
            })
        };
        2 * self.policies.iter().filter(leaves_out).count() >= self.policies.len()
    }
}

/// A Global Administrator, as emergency accounts are.
pub(super) fn administrator(mut person: Person) -> Person {
    person.roles.insert(RoleId::new(GLOBAL_ADMINISTRATOR));
    person
}

/// Somebody with one membership.
pub(super) fn member(membership: Membership) -> Person {
    let mut person = Person::default();
    match membership {
        Membership::User(user) => person.user = Some(user),
        Membership::Group(group) => drop(person.groups.insert(group)),
        Membership::Role(role) => drop(person.roles.insert(role)),
    }
    person
}

/// How these accounts are declared in `cardea.toml`.
pub(super) fn declaration(memberships: &[Membership]) -> String {
    let ids = |wanted: fn(&Membership) -> Option<&str>| {
        let ids: Vec<String> =
            memberships.iter().filter_map(wanted).map(|id| format!("\"{id}\"")).collect();
        ids.join(", ")
    };
    let groups = ids(|membership| match membership {
        Membership::Group(group) => Some(group.as_str()),
        Membership::User(_) | Membership::Role(_) => None,
    });
    let users = ids(|membership| match membership {
        Membership::User(user) => Some(user.as_str()),
        Membership::Group(_) | Membership::Role(_) => None,
    });
    match (groups.as_str(), users.as_str()) {
        ("", "") => "[breakglass] groups = [\"…\"]".to_owned(),
        ("", users) => format!("[breakglass] users = [{users}]"),
        (groups, "") => format!("[breakglass] groups = [{groups}]"),
        (groups, users) => format!("[breakglass] groups = [{groups}], users = [{users}]"),
    }
}
