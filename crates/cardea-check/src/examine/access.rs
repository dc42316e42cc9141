//! Who of the tenant gets in and who can register. Both are asked about the same people, and what
//! people can try is laid out once for all populations that act with the same things.

use std::collections::BTreeMap;

use cardea_prover::reach::footprint::Footprint;
use cardea_prover::reach::terrain::{Ground, Outline, Terrain};
use cardea_tenant::journey::permission::Permissions;

use super::Examination;
use super::registering::{self, Registering};
use super::trouble::{self, Alike, Search, Trouble};
use crate::config::Population;

/// Members who fare alike, and what they can try.
pub(super) struct Tried<'t> {
    /// By the policies that can hit them, with their classes by position.
    pub(super) people: Vec<(&'t Alike, &'t [usize])>,
    /// What the first of them can try. What others can try demands the same, by other policies.
    pub(super) terrain: Terrain<'t>,
    pub(super) outline: Outline,
}

/// Finds every member who cannot get in, and everybody who cannot register. Guests are looked at by
/// [`super::guests`], because what they can show depends on their home tenants.
pub(super) fn find(examination: &Examination<'_>) -> (Vec<Trouble>, Vec<Registering>) {
    let targets = examination.targets(examination.goals());
    let mut troubles = trouble::Folding::default();
    let mut registering = registering::Folding::default();
    for populations in examination.config.populations.chunk_by(acts_like) {
        let Some(first) = populations.first() else { continue };
        let first = Search::new(examination, first, &targets);
        let ground = first.ground();
        let cases = first.cases(&ground);
        let tried = tried(&ground, &cases);
        for population in populations {
            let search = Search::new(examination, population, &targets);
            troubles.add(search.run(&ground, &tried));
            registering.add(&search, &ground, &tried);
        }
    }
    (troubles.done(), registering.done(examination))
}

fn tried<'t>(ground: &Ground<'t>, cases: &'t BTreeMap<Alike, Vec<usize>>) -> Vec<Tried<'t>> {
    type People<'t> = Vec<(&'t Alike, &'t [usize])>;
    let mut alike: BTreeMap<(Footprint, &Permissions), People<'t>> = BTreeMap::new();
    for (people, classes) in cases {
        let key = (ground.footprint(&people.who), &people.permissions);
        alike.entry(key).or_default().push((people, classes));
    }
    let tried = alike.into_values().filter_map(|people| {
        let (first, _) = people.first()?;
        let terrain = Terrain::new(ground, &first.who, &first.permissions);
        Some(Tried { outline: terrain.outline(), terrain, people })
    });
    tried.collect()
}

/// Whether the same people act with the same devices.
fn acts_like(one: &Population, other: &Population) -> bool {
    one.groups == other.groups && one.devices == other.devices
}
