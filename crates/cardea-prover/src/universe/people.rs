//! Guests, as far as policies tell them apart.

use std::collections::{BTreeSet, HashMap};

use cardea_policy::conditions::principal::{
    ExternalTenants, Guest, GuestKind, Guests, Include, Principals,
};
use cardea_policy::id::TenantId;
use cardea_policy::index::Index;
use cardea_policy::policy::Policy;
use cardea_policy::policy_set::PolicySet;

/// Guests that no counted policy tells apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GuestAtom {
    /// The most ordinary of the guests; stands for all.
    pub guest: Guest,
    /// Counted policies that being such a guest brings on, those on everyone included.
    pub include: PolicySet,
    /// Counted policies that being such a guest keeps away.
    pub exclude: PolicySet,
    /// The other guests, the more ordinary first.
    pub alternatives: Vec<Guest>,
}

/// Guests of every kind, from every tenant that a policy names and from another one. Internal
/// guests come from no tenant. Empty where no policy speaks of guests: they are like everybody
/// else then.
pub(super) fn guests(policies: &[&Policy], index: &Index, counted: &PolicySet) -> Vec<GuestAtom> {
    let lists: Vec<&Guests> = policies.iter().flat_map(|policy| guest_lists(policy)).collect();
    if lists.is_empty() {
        return Vec::new();
    }
    let tenants: BTreeSet<&TenantId> = lists.iter().flat_map(|list| tenants(list)).collect();
    let from: Vec<Option<&TenantId>> =
        std::iter::once(None).chain(tenants.into_iter().map(Some)).collect();
    let atoms = KINDS.into_iter().flat_map(|kind| {
        let from = if kind == GuestKind::InternalGuest { from.get(..1) } else { from.get(..) };
        from.unwrap_or(&[]).iter().map(move |tenant| {
            let guest = Guest { kind, tenant: tenant.cloned() };
            let (include, exclude) = index.guest_rows(&guest);
            let (include, exclude) = (include.and(counted), exclude.and(counted));
            GuestAtom { guest, include, exclude, alternatives: Vec::new() }
        })
    });
    join(atoms)
}

/// The guests as these policies see them.
pub(super) fn seen_by(guests: &[GuestAtom], policies: &PolicySet) -> Vec<GuestAtom> {
    join(guests.iter().map(|atom| GuestAtom {
        include: atom.include.and(policies),
        exclude: atom.exclude.and(policies),
        ..atom.clone()
    }))
}

/// The kinds, the most ordinary first.
const KINDS: [GuestKind; 6] = [
    GuestKind::B2bCollaborationGuest,
    GuestKind::B2bCollaborationMember,
    GuestKind::InternalGuest,
    GuestKind::B2bDirectConnectUser,
    GuestKind::OtherExternalUser,
    GuestKind::ServiceProvider,
];

fn guest_lists(policy: &Policy) -> Vec<&Guests> {
    let Principals::Users(users) = &policy.conditions.principals else { return Vec::new() };
    let included = match &users.include {
        Include::Only(people) => people.guests.as_ref(),
        Include::Everyone | Include::Nobody => None,
    };
    included.into_iter().chain(users.exclude.guests.as_ref()).collect()
}

fn tenants(guests: &Guests) -> impl Iterator<Item = &TenantId> {
    let tenants = match &guests.tenants {
        ExternalTenants::All => None,
        ExternalTenants::Only(tenants) => Some(tenants),
    };
    tenants.into_iter().flatten()
}

fn join(atoms: impl Iterator<Item = GuestAtom>) -> Vec<GuestAtom> {
    let mut known: HashMap<(PolicySet, PolicySet), usize> = HashMap::new();
    let mut joined: Vec<GuestAtom> = Vec::new();
    for atom in atoms {
        let next = joined.len();
        let position = *known.entry((atom.include.clone(), atom.exclude.clone())).or_insert(next);
        match joined.get_mut(position) {
            Some(same) => {
                same.alternatives.push(atom.guest);
                same.alternatives.extend(atom.alternatives);
            }
            None => joined.push(atom),
        }
    }
    joined
}
