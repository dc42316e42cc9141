//! Named locations. Source: Graph's `namedLocation` and Entra, *Network assignment*.

use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::vec::Vec;
use core::net::IpAddr;

use cardea_policy::conditions::location::{Network, Trust};
use cardea_policy::id::LocationId;
use ipnet::IpNet;

/// A named location.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedLocation {
    /// Its id.
    pub id: LocationId,
    /// Its display name.
    pub name: String,
    /// What it covers.
    pub area: Area,
}

/// What a named location covers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Area {
    /// Address ranges.
    Addresses {
        /// The ranges.
        ranges: Vec<IpNet>,
        /// Whether they are trusted.
        trust: Trust,
    },
    /// Countries and regions; never trusted.
    Countries {
        /// ISO 3166-1 alpha-2 codes, upper case.
        countries: BTreeSet<String>,
        /// Whether networks of unknown country are included.
        unknown: UnknownCountry,
        /// How the country is found.
        lookup: CountryLookup,
    },
    /// All compliant networks of Global Secure Access.
    CompliantNetwork {
        /// Whether it is trusted.
        trust: Trust,
    },
}

/// Whether networks of unknown country are in a country location.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum UnknownCountry {
    /// They are.
    Included,
    /// They are not.
    #[default]
    NotIncluded,
}

/// How a country is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum CountryLookup {
    /// By the client's address.
    #[default]
    Address,
    /// By the position that Authenticator reports.
    AuthenticatorGps,
}

impl NamedLocation {
    /// Whether it counts as trusted.
    pub fn trust(&self) -> Trust {
        match self.area {
            Area::Addresses { trust, .. } | Area::CompliantNetwork { trust } => trust,
            Area::Countries { .. } => Trust::Untrusted,
        }
    }

    /// Whether it covers an address, or a country (upper case code; `None` where it is unknown).
    /// Compliant networks are never recognised by address.
    pub fn covers(&self, address: Option<IpAddr>, country: Option<&str>) -> bool {
        match &self.area {
            Area::Addresses { ranges, .. } => {
                address.is_some_and(|address| ranges.iter().any(|range| range.contains(&address)))
            }
            Area::Countries { countries, unknown, .. } => match country {
                Some(country) => countries.contains(country),
                None => *unknown == UnknownCountry::Included,
            },
            Area::CompliantNetwork { .. } => false,
        }
    }
}

/// The network that an address and a country make, among these locations.
pub fn network(
    locations: &[NamedLocation],
    address: Option<IpAddr>,
    country: Option<&str>,
) -> Network {
    let mut network = Network::default();
    for location in locations.iter().filter(|location| location.covers(address, country)) {
        network.named.insert(location.id.clone());
        if location.trust() == Trust::Trusted {
            network.trust = Trust::Trusted;
        }
    }
    network
}
