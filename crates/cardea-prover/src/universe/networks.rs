//! Networks: which named locations can contain one sign-in.
//!
//! * Address ranges that the input has are cut where they begin and end, so that locations occur
//!   together exactly where their ranges overlap.
//! * Country locations occur together where they share a country; a country by address and one by
//!   the position of Authenticator are two facts.
//! * The compliant network, and locations of which the input has no ranges, may occur with
//!   anything, at most two of them at once. One that the input does not define may be trusted or
//!   not.
//! * A network may be trusted although no location of the input contains it (trusted addresses of
//!   per-user multifactor authentication).

mod addresses;

use std::collections::BTreeSet;

use cardea_policy::conditions::location::{IncludedLocations, LocationList, Network, Trust};
use cardea_policy::filter::Coverage;
use cardea_policy::id::LocationId;
use cardea_policy::policy::Policy;
use cardea_tenant::location::{Area, CountryLookup, NamedLocation};

use super::axis::Facts;

/// How many networks are told apart at most.
const LIMIT: usize = 1 << 14;

/// One network for everything that policies can tell apart, those in fewer locations first, and
/// whether nothing is missing.
pub(super) fn networks(
    policies: &[&Policy],
    locations: &[NamedLocation],
) -> (Facts<Network>, Coverage) {
    let named = named(policies);
    let relevant: Vec<&NamedLocation> = locations
        .iter()
        .filter(|location| named.contains(&location.id) || location.trust() == Trust::Trusted)
        .collect();
    let mut found = BTreeSet::from([Network::default()]);
    let mut coverage = Coverage::Complete;
    for part in [
        addresses::parts(&relevant),
        countries(&relevant, CountryLookup::Address),
        countries(&relevant, CountryLookup::AuthenticatorGps),
        unbounded(&relevant, &named),
    ] {
        found = found
            .iter()
            .flat_map(|network| part.iter().map(|more| both(network, more, &named)))
            .collect();
        if found.len() > LIMIT {
            coverage = Coverage::Partial;
            found = plainest(found).into_iter().take(LIMIT).collect();
        }
    }
    found.insert(Network { trust: Trust::Trusted, ..Network::default() });
    found.remove(&Network::default());
    (Facts { ordinary: Network::default(), others: plainest(found) }, coverage)
}

/// Locations that policies name.
fn named(policies: &[&Policy]) -> BTreeSet<LocationId> {
    let lists = policies.iter().filter_map(|p| p.conditions.locations.as_ref()).flat_map(|it| {
        let included = match &it.include {
            IncludedLocations::All => None,
            IncludedLocations::Only(list) => Some(list),
        };
        included.into_iter().chain([&it.exclude])
    });
    lists.flat_map(|LocationList { trusted: _, named }| named).cloned().collect()
}

/// A network in the locations of both, as far as policies name them.
fn both(left: &Network, right: &Network, named: &BTreeSet<LocationId>) -> Network {
    let locations = left.named.union(&right.named).filter(|it| named.contains(it));
    Network { named: locations.cloned().collect(), trust: left.trust.min(right.trust) }
}

/// Networks in fewer locations first, untrusted ones before trusted ones.
fn plainest(networks: BTreeSet<Network>) -> Vec<Network> {
    let mut networks: Vec<Network> = networks.into_iter().collect();
    networks.sort_by_key(|it| (it.named.len(), it.trust == Trust::Trusted));
    networks
}

/// A network in these locations.
fn inside<'a>(locations: impl IntoIterator<Item = &'a NamedLocation>) -> Network {
    let mut network = Network::default();
    for location in locations {
        network.named.insert(location.id.clone());
        network.trust = network.trust.min(location.trust());
    }
    network
}

/// What country locations of one kind make of every country that they list, of any other and of
/// an unknown one.
fn countries(locations: &[&NamedLocation], kind: CountryLookup) -> BTreeSet<Network> {
    let of_kind = || {
        locations.iter().filter_map(|location| match &location.area {
            Area::Countries { countries, lookup, .. } if *lookup == kind => {
                Some((*location, countries))
            }
            Area::Countries { .. } | Area::Addresses { .. } | Area::CompliantNetwork { .. } => None,
        })
    };
    let listed = of_kind().flat_map(|(_, countries)| countries).map(|code| Some(code.as_str()));
    let unlisted = [Some("any other country"), None];
    listed
        .chain(unlisted)
        .map(|country| {
            inside(of_kind().map(|(location, _)| location).filter(|it| it.covers(None, country)))
        })
        .collect()
}

/// Locations that may occur with anything: none of them, one, or two.
fn unbounded(locations: &[&NamedLocation], named: &BTreeSet<LocationId>) -> BTreeSet<Network> {
    let mut alone: Vec<Network> = locations
        .iter()
        .filter(|location| match &location.area {
            Area::Addresses { ranges, .. } => ranges.is_empty(),
            Area::Countries { .. } => false,
            Area::CompliantNetwork { .. } => true,
        })
        .map(|location| inside([*location]))
        .collect();
    let defined: BTreeSet<&LocationId> = locations.iter().map(|location| &location.id).collect();
    for undefined in named.iter().filter(|id| !defined.contains(id)) {
        for trust in [Trust::Untrusted, Trust::Trusted] {
            alone.push(Network { named: BTreeSet::from([undefined.clone()]), trust });
        }
    }
    let mut networks = BTreeSet::from([Network::default()]);
    for (at, one) in alone.iter().enumerate() {
        networks.insert(one.clone());
        networks.extend(alone.iter().skip(at + 1).map(|other| both(one, other, named)));
    }
    networks
}
