//! The fixpoint against brute force, both ways.

use cardea_policy::lattice::Plain;
use cardea_prover::reach::fixpoint::Fixpoint;
use cardea_prover::reach::journey::{Journey, Replay};

use crate::draw::Case;
use crate::ground::Ground;
use crate::mix::Mix;
use crate::search::{Search, Shows};

/// Whether everything agrees; else what does not.
pub(crate) fn agree(case: &Case, mix: &mut Mix) -> Result<(), String> {
    let ground = Ground::new(case);
    let terrain = ground.terrain();
    let start = ground.start();
    let reached = Fixpoint { lattice: &Plain, terrain: &terrain, start: &start }.reach();
    let mut search =
        Search::new(ground.traveller(), &ground.targets, &case.actor, case.desk, Shows::Everything);
    let found = search.run(ground.state());
    mix.add(&ground, &found);
    for (index, method) in ground.book.means.iter() {
        let (proved, done) = (reached.held[index.0], found.held.contains(&index));
        if proved != done {
            return Err(format!("{}: held {proved} by proof, {done} by search", method.text()));
        }
    }
    if reached.goals != found.goals {
        return Err(format!("goals {:?} by proof, {:?} by search", reached.goals, found.goals));
    }
    for (goal, reachable) in reached.goals.iter().enumerate() {
        let journey = Journey::to_goal(&terrain, &ground.targets, &start, goal);
        match journey {
            None if !reachable => {}
            None => return Err(format!("no journey to goal {goal}, which is reached")),
            Some(journey) => match journey.replay(&terrain) {
                Replay::Arrives => {}
                failed @ Replay::Fails { .. } => {
                    return Err(format!("the journey to goal {goal} does not replay: {failed:?}"));
                }
            },
        }
    }
    Ok(())
}
