//! Who of the tenant gets in and who can register. Both are asked about the same people, and what
//! people can try is laid out once for all populations that act with the same things.

use cardea_prover::reach::terrain::{Ground, Outline, Terrain};

use super::Examination;
use super::registering::{self, Registering};
use super::trouble::{self, Alike, Search, Trouble};
use crate::config::Population;

/// Members whom the same policies can hit, and what they can try.
pub(super) struct Tried<'t> {
    pub(super) alike: &'t Alike,
    /// Their classes, by position.
    pub(super) classes: &'t [usize],
    pub(super) terrain: Terrain<'t>,
    pub(super) outline: Outline,
}

impl<'t> Tried<'t> {
    fn new(ground: &Ground<'t>, alike: &'t Alike, classes: &'t [usize]) -> Self {
        let terrain = Terrain::new(ground, &alike.who, &alike.permissions);
        let outline = terrain.outline();
        Self { alike, classes, terrain, outline }
    }
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
        let tried: Vec<Tried<'_>> =
            cases.iter().map(|(alike, classes)| Tried::new(&ground, alike, classes)).collect();
        for population in populations {
            let search = Search::new(examination, population, &targets);
            troubles.add(search.run(&tried));
            registering.add(&search, &tried);
        }
    }
    (troubles.done(), registering.done(examination))
}

/// Whether the same people act with the same devices.
fn acts_like(one: &Population, other: &Population) -> bool {
    one.groups == other.groups && one.devices == other.devices
}
