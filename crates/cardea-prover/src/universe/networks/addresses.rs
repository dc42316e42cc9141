//! Which address ranges overlap.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use cardea_policy::conditions::location::Network;
use cardea_tenant::location::{Area, NamedLocation};
use ipnet::IpNet;

/// A family of addresses. Ranges of different families never overlap.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Family {
    V4,
    V6,
}

/// Where ranges begin and end, by address.
type Borders = BTreeMap<(Family, u128), Vec<(usize, Border)>>;

#[derive(Clone, Copy)]
enum Border {
    Begins,
    /// The range ended at the address before.
    Ended,
}

/// One network for every set of locations that contain a common address, and one outside all.
///
/// A sweep over the sorted borders, so that thousands of ranges cost no more than sorting them.
pub(super) fn parts(locations: &[&NamedLocation]) -> BTreeSet<Network> {
    let mut parts = BTreeSet::from([Network::default()]);
    let mut open: BTreeMap<usize, usize> = BTreeMap::new();
    let mut seen: BTreeSet<Vec<usize>> = BTreeSet::new();
    let mut family = Family::V4;
    for ((at, _), borders) in borders(locations) {
        if at != family {
            family = at;
            open.clear();
        }
        for (location, border) in borders {
            let ranges = open.entry(location).or_insert(0);
            match border {
                Border::Begins => *ranges += 1,
                Border::Ended => *ranges = ranges.saturating_sub(1),
            }
        }
        open.retain(|_, ranges| *ranges > 0);
        let together: Vec<usize> = open.keys().copied().collect();
        if seen.insert(together.clone()) {
            let inside = together.iter().filter_map(|at| locations.get(*at)).copied();
            parts.insert(super::inside(inside));
        }
    }
    parts
}

fn borders(locations: &[&NamedLocation]) -> Borders {
    let mut borders = Borders::new();
    for (location, it) in locations.iter().enumerate() {
        let Area::Addresses { ranges, .. } = &it.area else { continue };
        for range in ranges {
            let (family, first, last) = bounds(range);
            borders.entry((family, first)).or_default().push((location, Border::Begins));
            if let Some(after) = last.checked_add(1) {
                borders.entry((family, after)).or_default().push((location, Border::Ended));
            }
        }
    }
    borders
}

fn bounds(range: &IpNet) -> (Family, u128, u128) {
    let number = |address: IpAddr| match address {
        IpAddr::V4(address) => u128::from(u32::from(address)),
        IpAddr::V6(address) => u128::from(address),
    };
    let family = match range {
        IpNet::V4(_) => Family::V4,
        IpNet::V6(_) => Family::V6,
    };
    (family, number(range.network()), number(range.broadcast()))
}
