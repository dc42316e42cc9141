//! Who signs in: users, workload identities, agents.

use super::ledger::{Fields, Item, Texts};
use super::names::Names;
use super::positions::OTHER_NAMES;
use cardea_policy::conditions::principal::{
    Agents, ExternalTenants, GuestKind, Guests, Include, IncludedWorkloads, People, Principals,
    Users, Workloads,
};
use cardea_policy::id::{Id, ServicePrincipalId, TenantId};
use cardea_policy::place::Field;
use std::collections::BTreeSet;

/// The texts of a list, under Graph's name and under that which tools for people write.
pub(super) fn named<'a>(fields: &mut Fields<'a, '_>, name: &'static str) -> Texts<'a> {
    let items = fields.texts(name);
    match OTHER_NAMES.iter().find(|(graph, _)| *graph == name) {
        Some((_, other)) => items.and(fields.texts(other)),
        None => items,
    }
}

/// The principals of `conditions`.
pub(super) fn principals(fields: &mut Fields<'_, '_>, names: &Names) -> Principals {
    let has_users = fields.value().get("users").is_some_and(|users| !users.is_absent());
    let users = fields.object("users", Field::Users, |users| read_users(users, names));
    let mut workloads = Workloads::default();
    let mut agents = Agents::default();
    fields.object("clientApplications", Field::ClientApplications, |fields| {
        workloads.include = included(fields.texts("includeServicePrincipals"), names);
        workloads.exclude = ids(fields.texts("excludeServicePrincipals"), names);
        agents.identities = included(fields.texts("includeAgentIdServicePrincipals"), names);
        agents.exclude_identities = ids(fields.texts("excludeAgentIdServicePrincipals"), names);
    });
    fields.object("agents", Field::Agents, |fields| {
        agents.users = included(fields.texts("includeAgentUsers"), names);
        agents.exclude_users = ids(fields.texts("excludeAgentUsers"), names);
    });
    if workloads != Workloads::default() {
        return Principals::Workloads(workloads);
    }
    if agents != Agents::default() {
        return Principals::Agents(agents);
    }
    if !has_users {
        let head = fields.value().head();
        fields.ledger().remark(head, "the policy names nobody".to_owned(), None);
    }
    Principals::Users(users.unwrap_or_default())
}

fn included(items: Texts<'_>, names: &Names) -> IncludedWorkloads {
    let is_all = |item: Item<'_>| {
        ["All", "ServicePrincipalsInMyTenant"]
            .iter()
            .any(|all| all.eq_ignore_ascii_case(&item.text))
    };
    if items.iter().any(is_all) {
        return IncludedWorkloads::AllOwned;
    }
    let only = ids(items, names);
    if only.is_empty() { IncludedWorkloads::Nobody } else { IncludedWorkloads::Only(only) }
}

fn ids(items: Texts<'_>, names: &Names) -> BTreeSet<ServicePrincipalId> {
    let listed = items.iter().filter(|item| !item.text.eq_ignore_ascii_case("None"));
    listed.map(|item| names.service_principals.resolve(&item.text)).collect()
}

fn read_users(fields: &mut Fields<'_, '_>, names: &Names) -> Users {
    let (all, include) = side(fields, names, &INCLUDE);
    let (_, exclude) = side(fields, names, &EXCLUDE);
    let include = match all {
        Everyone::Listed => Include::Everyone,
        Everyone::NotListed if include.is_empty() => Include::Nobody,
        Everyone::NotListed => Include::Only(include),
    };
    Users { include, exclude }
}

/// The names of the lists of one side.
struct Side {
    users: &'static str,
    users_field: Field,
    groups: &'static str,
    roles: &'static str,
    guests: &'static str,
    guests_field: Field,
}

const INCLUDE: Side = Side {
    users: "includeUsers",
    users_field: Field::IncludeUsers,
    groups: "includeGroups",
    roles: "includeRoles",
    guests: "includeGuestsOrExternalUsers",
    guests_field: Field::IncludeGuests,
};

const EXCLUDE: Side = Side {
    users: "excludeUsers",
    users_field: Field::ExcludeUsers,
    groups: "excludeGroups",
    roles: "excludeRoles",
    guests: "excludeGuestsOrExternalUsers",
    guests_field: Field::ExcludeGuests,
};

/// Whether `All` is in a list of users.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Everyone {
    Listed,
    NotListed,
}

fn side(fields: &mut Fields<'_, '_>, names: &Names, side: &Side) -> (Everyone, People) {
    let mut people = People {
        groups: resolved(named(fields, side.groups), |text| names.groups.resolve(text)),
        roles: resolved(named(fields, side.roles), |text| names.roles.resolve(text)),
        guests: fields.object(side.guests, side.guests_field, guests),
        ..People::default()
    };
    let mut all = Everyone::NotListed;
    for item in named(fields, side.users).iter() {
        match item.text.to_ascii_lowercase().as_str() {
            "all" => {
                all = Everyone::Listed;
                if side.users == EXCLUDE.users {
                    fields.ledger().unknown_value(
                        &item,
                        side.users_field,
                        &["GuestsOrExternalUsers"],
                    );
                }
            }
            "none" => {}
            // The older way to say all guests; it has no kinds and no tenants.
            "guestsorexternalusers" => people.guests = Some(all_guests()),
            _ => {
                misspelled_word(fields, &item, side.users_field);
                people.users.insert(names.users.resolve(&item.text));
            }
        }
    }
    (all, people)
}

/// A word that is no id and nearly one of those with a meaning would silently be nobody.
fn misspelled_word(fields: &mut Fields<'_, '_>, item: &Item<'_>, field: Field) {
    const WORDS: [&str; 3] = ["All", "None", "GuestsOrExternalUsers"];
    if item.text.len() > 4 && super::suggest::nearest(&item.text, &WORDS).is_some() {
        fields.ledger().unknown_value(item, field, &WORDS);
    }
}

fn resolved<K: Ord>(items: Texts<'_>, resolve: impl Fn(&str) -> Id<K>) -> BTreeSet<Id<K>> {
    items.iter().map(|item| resolve(&item.text)).collect()
}

fn all_guests() -> Guests {
    Guests { kinds: GuestKind::ALL.into_iter().collect(), tenants: ExternalTenants::All }
}

fn guests(fields: &mut Fields<'_, '_>) -> Guests {
    let known = GuestKind::ALL.map(|kind| (kind.name(), Some(kind)));
    let known: Vec<_> = known.into_iter().chain([("none", None)]).collect();
    let mut kinds = BTreeSet::new();
    for item in fields.flags("guestOrExternalUserTypes") {
        kinds.extend(fields.choose(&item, fields.field(), &known).flatten());
    }
    let tenants = fields.object("externalTenants", fields.field(), |fields| {
        let members = fields.texts("members");
        let is_enumerated =
            fields.choice("membershipKind", &[("all", false), ("enumerated", true)]);
        if is_enumerated.unwrap_or(members.iter().next().is_some()) {
            return ExternalTenants::Only(
                members.iter().map(|item| TenantId::new(&item.text)).collect(),
            );
        }
        ExternalTenants::All
    });
    Guests { kinds, tenants: tenants.unwrap_or(ExternalTenants::All) }
}
