//! Where escapes come from, in words.

use std::collections::BTreeSet;

use cardea_policy::conditions::location::{Network, Trust};
use cardea_policy::id::LocationId;
use cardea_prover::gap::Range;

use super::situation::either;
use crate::examine::Examination;
use crate::rules::stuck::joined;

/// How many networks a message has room for.
const BRIEF: usize = 3;

/// "inside Plants", "on a trusted network"; empty where a network that nothing is known about will
/// do.
pub(super) fn text(examination: &Examination<'_>, range: &Range<Network>) -> String {
    if range.inside.contains(&Network::default()) {
        return String::new();
    }
    let inside: Vec<Network> =
        plainest(&range.inside).into_iter().map(|network| shortest(network, range)).collect();
    let inside = plainest(&inside);
    let unless: Vec<&Network> = plainest(&range.outside)
        .into_iter()
        .filter(|network| inside.iter().any(|inside| contains(inside, network)))
        .collect();
    let more = inside.len().saturating_sub(BRIEF);
    let mut words: Vec<String> =
        inside.iter().take(BRIEF).map(|network| one(examination, network)).collect();
    if more > 0 {
        words.push(format!("{more} more networks"));
    }
    let within =
        if inside.iter().all(|network| network.named.is_empty()) { "on" } else { "inside" };
    let text = format!("{within} {}", either(&words));
    if unless.is_empty() || unless.len() > BRIEF {
        return text;
    }
    format!("{text} and outside {}", all(examination, &unless))
}

fn all(examination: &Examination<'_>, networks: &[&Network]) -> String {
    let words: Vec<String> = networks.iter().map(|network| one(examination, network)).collect();
    joined(&words)
}

/// Networks that are not part of another one of these.
fn plainest(networks: &[Network]) -> Vec<&Network> {
    let part = |network: &&Network| {
        networks.iter().any(|other| other != *network && contains(other, network))
    };
    networks.iter().filter(|network| !part(network)).collect()
}

/// The network by as few locations as it takes: where two locations always occur together, one of
/// them says it.
fn shortest(network: &Network, range: &Range<Network>) -> Network {
    let alone = |id: &LocationId| {
        let holds = |other: &&Network| other.named.contains(id) && other.trust == network.trust;
        !range.outside.iter().any(|other| holds(&other))
            && range.inside.iter().all(|other| !holds(&other) || contains(network, other))
    };
    let one = network.named.iter().find(|id| network.named.len() > 1 && alone(id));
    match one {
        Some(id) => Network { named: BTreeSet::from([id.clone()]), ..network.clone() },
        None => network.clone(),
    }
}

/// Whether what is said of one network is true of the other as well.
pub(super) fn contains(network: &Network, part: &Network) -> bool {
    network.named.is_subset(&part.named)
        && (network.trust == Trust::Untrusted || part.trust == Trust::Trusted)
}

/// A network: "Plants", "Plants and Countries at once", "Plants, if it is trusted".
fn one(examination: &Examination<'_>, network: &Network) -> String {
    let names: Vec<String> = network.named.iter().map(|id| name(examination, id)).collect();
    let trusted_by_name = network.named.iter().any(|id| {
        let found = examination.tenant.locations.iter().find(|location| location.id == *id);
        found.is_some_and(|location| location.trust() == Trust::Trusted)
    });
    match (names.len(), network.trust) {
        (0, Trust::Trusted) => "a trusted network".to_owned(),
        (0, Trust::Untrusted) => "an unknown network".to_owned(),
        (_, Trust::Trusted) if !trusted_by_name => {
            format!("{} (if it is trusted)", joined(&names))
        }
        (1, _) => joined(&names),
        (_, _) => format!("{} at once", joined(&names)),
    }
}

fn name(examination: &Examination<'_>, id: &LocationId) -> String {
    let found = examination.tenant.locations.iter().find(|location| location.id == *id);
    let name = found.map(|location| location.name.clone()).filter(|name| !name.is_empty());
    name.unwrap_or_else(|| format!("location {id}"))
}
