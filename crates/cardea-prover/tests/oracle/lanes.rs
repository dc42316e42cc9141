//! 64 starts at once against each of them alone.

use cardea_policy::lattice::{Lanes, Plain};
use cardea_prover::reach::fixpoint::{Fixpoint, OneTime, Start};

use crate::chance::Chance;
use crate::draw::Case;
use crate::ground::Ground;

const LANES: usize = 64;

/// Whether the fixpoint over lanes is in each lane the fixpoint of its start. Returns in how many
/// lanes a goal is reached.
pub(crate) fn agree(case: &Case, chance: &mut Chance) -> Result<usize, String> {
    let ground = Ground::new(case);
    let terrain = ground.terrain();
    let means = ground.book.means.len();
    let starts: Vec<Start<bool>> = (0..LANES).map(|_| start(chance, &ground)).collect();
    let start = Start {
        held: (0..means).map(|at| lanes(&starts, |start| start.held[at])).collect(),
        unregistered: lanes(&starts, |start| start.unregistered),
        one_time: terrain.seats().into_iter().fold(OneTime::everywhere(&0), |passes, seat| {
            passes.but(seat, lanes(&starts, |start| *start.one_time.at(seat)))
        }),
    };
    let together = Fixpoint { lattice: &Lanes, terrain: &terrain, start: &start }.reach();
    let mut reaching = 0;
    for (lane, start) in starts.iter().enumerate() {
        let alone = Fixpoint { lattice: &Plain, terrain: &terrain, start }.reach();
        let of_lane = |truth: &u64| truth >> lane & 1 == 1;
        let held: Vec<bool> = together.held.iter().map(of_lane).collect();
        let goals: Vec<bool> = together.goals.iter().map(of_lane).collect();
        if (&held, &goals) != (&alone.held, &alone.goals) {
            return Err(format!("lane {lane} of {start:?}: {held:?} {goals:?}, alone {alone:?}"));
        }
        reaching += usize::from(goals.contains(&true));
    }
    Ok(reaching)
}

fn start(chance: &mut Chance, ground: &Ground<'_>) -> Start<bool> {
    let mut start = ground.start();
    for held in &mut start.held {
        *held ^= chance.percent(6);
    }
    start.unregistered = chance.percent(50);
    start.one_time = OneTime::everywhere(&chance.percent(25));
    start
}

fn lanes(starts: &[Start<bool>], truth: impl Fn(&Start<bool>) -> bool) -> u64 {
    let set = starts.iter().enumerate().filter(|(_, start)| truth(start));
    set.fold(0, |lanes, (lane, _)| lanes | 1 << lane)
}
