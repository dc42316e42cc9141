//! What was found out about terrains. A fix changes a policy or two, so most people of the changed
//! tenant try the same as before, and what came of it need not be worked out again.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use cardea_policy::strength::Strength;
use cardea_prover::reach::fixpoint::Start;
use cardea_prover::reach::terrain::{Outline, Terrain};
use cardea_prover::safety::{WaysIn, ways_in};
use cardea_tenant::assumption::Assumptions;
use cardea_tenant::journey::actor::{Actor, Device, Intent};
use cardea_tenant::journey::gate::Book;
use cardea_tenant::journey::means::Means;

/// What is known of terrains, scene by scene.
#[derive(Debug, Default)]
pub(super) struct Memory {
    scenes: RefCell<Vec<Rc<Scene>>>,
}

/// What is known of terrains that differ in their outlines only: everything else that decides what
/// comes of a terrain is the same.
#[derive(Debug)]
pub(in crate::examine) struct Scene {
    means: Means,
    strengths: Vec<Strength>,
    assumptions: Assumptions,
    devices: Vec<Device>,
    intent: Intent,
    ways: RefCell<BTreeMap<Outline, Rc<WaysIn>>>,
    clear: RefCell<Vec<Clear>>,
}

/// What is asked about people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::examine) enum Asked {
    /// Whether they reach every goal, also when passes have ended.
    Goals,
    /// Whether they can register what they are meant to.
    Registering,
}

impl Memory {
    /// What is known where somebody acts under these rules.
    pub(in crate::examine) fn scene(&self, book: &Book, actor: &Actor) -> Rc<Scene> {
        let mut scenes = self.scenes.borrow_mut();
        if let Some(known) = scenes.iter().find(|scene| scene.is_of(book, actor)) {
            return Rc::clone(known);
        }
        let scene = Rc::new(Scene {
            means: book.means.clone(),
            strengths: book.strengths.list().to_vec(),
            assumptions: book.assumptions.clone(),
            devices: actor.devices.clone(),
            intent: actor.intent,
            ways: RefCell::default(),
            clear: RefCell::default(),
        });
        scenes.push(Rc::clone(&scene));
        scene
    }
}

impl Scene {
    fn is_of(&self, book: &Book, actor: &Actor) -> bool {
        self.means == book.means
            && self.strengths == book.strengths.list()
            && self.assumptions == book.assumptions
            && (&self.devices, self.intent) == (&actor.devices, actor.intent)
    }

    /// The cheapest ways in.
    pub(in crate::examine) fn ways_in(&self, terrain: &Terrain<'_>) -> Rc<WaysIn> {
        let mut known = self.ways.borrow_mut();
        let ways = known.entry(terrain.outline()).or_insert_with(|| Rc::new(ways_in(terrain)));
        Rc::clone(ways)
    }

    /// Whether it is known that nothing stands in the way of people with this start.
    pub(in crate::examine) fn is_clear(
        &self,
        asked: Asked,
        start: &Start<bool>,
        outline: &Outline,
    ) -> bool {
        let clear = self.clear.borrow();
        let known = clear.iter().find(|it| it.is_about(asked, start));
        known.is_some_and(|it| it.outlines.contains(outline))
    }

    /// Remembers that nothing stands in the way of people with this start.
    pub(in crate::examine) fn remember(
        &self,
        asked: Asked,
        start: &Start<bool>,
        outline: &Outline,
    ) {
        let mut clear = self.clear.borrow_mut();
        if let Some(known) = clear.iter_mut().find(|it| it.is_about(asked, start)) {
            known.outlines.insert(outline.clone());
            return;
        }
        let outlines = BTreeSet::from([outline.clone()]);
        clear.push(Clear { asked, start: start.clone(), outlines });
    }
}

/// Outlines in which nothing stands in the way of people with one start.
#[derive(Debug)]
struct Clear {
    asked: Asked,
    start: Start<bool>,
    outlines: BTreeSet<Outline>,
}

impl Clear {
    fn is_about(&self, asked: Asked, start: &Start<bool>) -> bool {
        self.asked == asked && self.start == *start
    }
}
