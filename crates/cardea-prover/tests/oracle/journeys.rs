//! The fixpoint and what is told from it against brute force, both ways.

use std::collections::BTreeSet;

use cardea_policy::lattice::Plain;
use cardea_policy::strength::Mode;
use cardea_prover::liveness::{Outcome, Stuck, Trap, decide, decide_lasting};
use cardea_prover::reach::fixpoint::Fixpoint;
use cardea_prover::reach::journey::{Journey, Replay};
use cardea_tenant::journey::means::{MeansIndex, Method};
use cardea_tenant::journey::step::{Account, State};

use crate::chance::Chance;
use crate::draw::{Case, Desk};
use crate::ground::Ground;
use crate::search::{Found, Search, Shows};

/// Whether the fixpoint and the search find the same methods and goals, and whether the journey to
/// every goal replays.
pub(crate) fn agree(case: &Case, _: &mut Chance) -> Result<Found, String> {
    let ground = Ground::new(case);
    let terrain = ground.terrain();
    let start = ground.start();
    let reached = Fixpoint { lattice: &Plain, terrain: &terrain, start: &start }.reach();
    let found = search(&ground, Shows::Everything).run(ground.state());
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
        match (Journey::to_goal(&terrain, &ground.targets, &start, goal), reachable) {
            (None, false) => {}
            (Some(journey), true) => match journey.replay(&terrain) {
                Replay::Arrives => {}
                failed @ Replay::Fails { .. } => {
                    return Err(format!("the journey to goal {goal} does not replay: {failed:?}"));
                }
            },
            (journey, _) => return Err(format!("goal {goal}: {reachable}, but {journey:?}")),
        }
    }
    Ok(found)
}

/// Whether every subset of what can be shown, in any order and with pauses, leads no further than
/// showing everything at every step, on the first device. `None` where that is too much to try.
pub(crate) fn subsets_agree(case: &Case, _: &mut Chance) -> Result<Option<usize>, String> {
    const DEEDS: usize = 8;
    const METHODS: usize = 2;
    let mut case = case.clone();
    case.actor.devices.truncate(1);
    case.actor.networks.truncate(1);
    case.goals.truncate(1);
    let ground = Ground::new(&case);
    let mut everything = search(&ground, Shows::Everything);
    let found = everything.run(ground.state());
    let methods = found.held.len() + usize::from(case.desk.gives_one_time());
    if everything.deeds() > DEEDS || methods > METHODS {
        return Ok(None);
    }
    let exhaustive = search(&ground, Shows::EverySubset).run(ground.state());
    if (&exhaustive.held, &exhaustive.goals) == (&found.held, &found.goals) {
        return Ok(Some(exhaustive.states));
    }
    Err(format!("{found:?} with everything shown, {exhaustive:?} with every subset"))
}

/// Whether a goal is said to stay in reach exactly where it does without passes, whatever was
/// registered while there were some. Returns how many goals are lost with the passes.
pub(crate) fn lasting_agrees(case: &Case, _: &mut Chance) -> Result<usize, String> {
    let ground = Ground::new(case);
    let terrain = ground.terrain();
    let start = ground.start();
    let before = ground.state();
    let found = search(&ground, Shows::Everything).run(before.clone());
    let pass = |index: &MeansIndex| ground.book.means.method(*index).is_none_or(is_pass);
    let held: BTreeSet<MeansIndex> = found.held.iter().copied().filter(|i| !pass(i)).collect();
    let registered = !held.is_subset(&before.held);
    let account = if registered { Account::Registered } else { before.account };
    let traveller = ground.traveller();
    let actor = &case.actor;
    let mut search = Search::new(traveller, &ground.targets, actor, Desk::Shut, Shows::Everything);
    let later = search.run(State { held, account, ..State::default() });
    let mut lost = 0;
    for goal in 0..case.goals.len() {
        let lasts = found.goals[goal] && later.goals[goal];
        let outcome = decide_lasting(&terrain, &ground.targets, &start, goal);
        if matches!(outcome, Outcome::Reaches(_)) != lasts {
            return Err(format!("goal {goal}: {lasts} by search, but {outcome:?}"));
        }
        lost += usize::from(found.goals[goal] && !lasts);
    }
    Ok(lost)
}

/// Whether what is said about people who are stuck is true. Returns how many goals are not
/// reached.
pub(crate) fn diagnosis_holds(case: &Case, _: &mut Chance) -> Result<usize, String> {
    let ground = Ground::new(case);
    let terrain = ground.terrain();
    let start = ground.start();
    let mut search = search(&ground, Shows::Everything);
    let found = search.run(ground.state());
    let mut stuck_at = 0;
    for goal in 0..case.goals.len() {
        match (decide(&terrain, &ground.targets, &start, goal), found.goals[goal]) {
            (Outcome::Reaches(_), true) => {}
            (Outcome::Stuck(stuck), false) => {
                stuck_at += 1;
                let held: Vec<MeansIndex> = found.held.iter().copied().collect();
                if stuck.held != held {
                    return Err(format!("goal {goal}: {stuck:?} says what is held; {held:?} is"));
                }
                says_true(&ground, &mut search, goal, &stuck)?;
            }
            (outcome, reached) => {
                return Err(format!("goal {goal}: {outcome:?}, reached {reached} by search"));
            }
        }
    }
    Ok(stuck_at)
}

fn says_true(
    ground: &Ground<'_>,
    search: &mut Search<'_>,
    goal: usize,
    stuck: &Stuck,
) -> Result<(), String> {
    for sought in &stuck.sought {
        let mut state = ground.state();
        state.held.insert(sought.method);
        if !search.run(state).goals[goal] {
            let method = ground.book.means.method(sought.method);
            return Err(format!("goal {goal} is not reached with {method:?} either: {stuck:?}"));
        }
    }
    if stuck.trap == Trap::DeadEnd {
        let mut state = ground.state();
        let held = ground.book.means.iter().filter(|(_, method)| !is_pass(*method));
        state.held.extend(held.map(|(index, _)| index));
        if search.run(state).goals[goal] {
            return Err(format!("goal {goal} is no dead end: {stuck:?}"));
        }
    }
    Ok(())
}

fn is_pass(method: Method) -> bool {
    [Mode::TemporaryAccessPassOneTime, Mode::TemporaryAccessPassMultiUse].contains(&method.mode())
}

fn search<'g>(ground: &'g Ground<'_>, shows: Shows) -> Search<'g> {
    let case = ground.case;
    Search::new(ground.traveller(), &ground.targets, &case.actor, case.desk, shows)
}
