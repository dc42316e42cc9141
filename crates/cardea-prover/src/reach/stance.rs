//! Sessions that are the same but for the platform that the client claims.
//!
//! The situations of a [`Terrain`] are folded where channels and goals do
//! not tell them apart, so two of them differ in anything. What a claim is worth shows only beside
//! the same client on the same device in the same network with another claim.

use std::collections::BTreeMap;

use cardea_policy::conditions::client::ClientApp;
use cardea_policy::conditions::platform::Platform;
use cardea_policy::policy_set::PolicySet;
use cardea_tenant::journey::actor::Situation;
use cardea_tenant::journey::gate::{Demands, Gate, Passage};
use cardea_tenant::journey::step::Seat;

use super::terrain::{Ground, Terrain};

/// One client on one device in one network.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stance {
    /// The session.
    pub seat: Seat,
    /// The platforms that it may claim, each with the policies whose conditions match.
    claims: Vec<(Platform, PolicySet)>,
}

/// The stances of these situations; those that no policy tells apart once.
pub(super) fn of<'s>(
    situations: impl Iterator<Item = (&'s Situation<'s>, usize, &'s PolicySet)>,
) -> Vec<Stance> {
    type Key = (usize, ClientApp, usize);
    let mut stances: BTreeMap<Key, Stance> = BTreeMap::new();
    for (situation, device, matched) in situations {
        let network = std::ptr::from_ref(situation.network).addr();
        let seat = Seat { device, client: situation.client };
        let stance = stances
            .entry((device, situation.client, network))
            .or_insert_with(|| Stance { seat, claims: Vec::new() });
        stance.claims.push((situation.platform, matched.clone()));
    }
    let mut stances: Vec<Stance> = stances.into_values().collect();
    stances.sort();
    stances.dedup();
    stances
}

impl Stance {
    /// The platforms that it may claim, each with the policies on a request that then apply to
    /// people whom these policies can hit.
    pub fn claims(
        &self,
        who: &PolicySet,
        on_request: &PolicySet,
    ) -> impl Iterator<Item = (Platform, PolicySet)> {
        let asked = who.and(on_request);
        self.claims.iter().map(move |(platform, matched)| (*platform, matched.and(&asked)))
    }
}

impl Terrain<'_> {
    /// What these policies demand of a session.
    pub fn demands(&self, ground: &Ground<'_>, seat: Seat, applied: PolicySet) -> Demands {
        let (book, permissions) = (self.traveller.book, self.traveller.permissions);
        let gate = Gate { passage: Passage::Plain, applied };
        ground.device(seat).map_or(Demands::Blocked, |it| gate.demands(book, permissions, it))
    }
}
