//! The network location. Source: Entra, *Conditions: network assignment*.

use alloc::collections::BTreeSet;

use crate::id::LocationId;

/// Where a sign-in comes from, as far as policies can tell.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Network {
    /// The named locations that contain it.
    pub named: BTreeSet<LocationId>,
    /// Whether one of them is trusted, or it is one of the trusted addresses of per-user MFA.
    pub trust: Trust,
}

/// Whether a network counts as trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Trust {
    /// Matches `AllTrusted`.
    Trusted,
    /// Does not.
    #[default]
    Untrusted,
}

/// The location condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Locations {
    /// Included locations.
    pub include: IncludedLocations,
    /// Excluded locations; beats [`Self::include`].
    pub exclude: LocationList,
}

/// Included locations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IncludedLocations {
    /// `All`, also networks that nothing is known about.
    All,
    /// The listed ones.
    Only(LocationList),
}

/// A list of locations.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct LocationList {
    /// Whether `AllTrusted` is listed.
    pub trusted: TrustedLocations,
    /// Named locations.
    pub named: BTreeSet<LocationId>,
}

/// Whether a list names all trusted locations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum TrustedLocations {
    /// `AllTrusted` is in the list.
    Listed,
    /// It is not.
    #[default]
    NotListed,
}

impl LocationList {
    /// Whether the list contains the network.
    pub fn contains(&self, network: &Network) -> bool {
        (self.trusted == TrustedLocations::Listed && network.trust == Trust::Trusted)
            || network.named.iter().any(|location| self.named.contains(location))
    }

    /// Whether the list names nothing.
    pub fn is_empty(&self) -> bool {
        self.trusted == TrustedLocations::NotListed && self.named.is_empty()
    }
}

impl Locations {
    /// Whether the condition matches the network.
    pub fn matches(&self, network: &Network) -> bool {
        let included = match &self.include {
            IncludedLocations::All => true,
            IncludedLocations::Only(list) => list.contains(network),
        };
        included && !self.exclude.contains(network)
    }
}
