//! Timing: several pieces of work in turns, so that a busy moment hits them all alike.

use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};

/// How many turns everything gets.
const TURNS: usize = 21;
/// How long one turn lasts.
const TURN: Duration = Duration::from_millis(10);

/// Several times of the same work, in one unit.
#[derive(Clone, Debug)]
pub struct Times(Vec<f64>);

impl Times {
    /// The times; at least one.
    pub fn new(mut times: Vec<f64>) -> Self {
        assert!(!times.is_empty(), "nothing was measured");
        times.sort_by(f64::total_cmp);
        Self(times)
    }

    /// The fastest.
    pub fn least(&self) -> f64 {
        self.0[0]
    }

    /// The one in the middle.
    pub fn median(&self) -> f64 {
        self.0[self.0.len() / 2]
    }
}

/// One piece of work; the argument counts its calls.
pub type Work<'a> = Box<dyn FnMut(usize) + 'a>;

/// The nanoseconds that one call takes of each, measured in turns.
pub fn in_turns(works: &mut [Work<'_>]) -> Vec<Times> {
    let calls: Vec<usize> = works.iter_mut().map(calls).collect();
    let mut times = vec![Vec::new(); works.len()];
    for _ in 0..TURNS {
        for ((work, calls), times) in works.iter_mut().zip(&calls).zip(&mut times) {
            times.push(once(work, *calls).as_nanos() as f64 / *calls as f64);
        }
    }
    times.into_iter().map(Times::new).collect()
}

/// How many calls fill a turn.
fn calls(work: &mut Work<'_>) -> usize {
    let mut calls = 1;
    while once(work, calls) < TURN {
        calls *= 2;
    }
    calls
}

fn once(work: &mut Work<'_>, calls: usize) -> Duration {
    let start = Instant::now();
    (0..calls).for_each(work);
    start.elapsed()
}

/// Milliseconds of processor time that the work took, and its result. For work that waits for
/// nothing this is the time by the clock of a machine that does nothing else.
pub fn timed<T>(work: impl FnOnce() -> T) -> (f64, T) {
    let start = processor();
    let result = work();
    (processor() - start, result)
}

/// Milliseconds of processor time that this process has used.
fn processor() -> f64 {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    time.tv_sec as f64 * 1e3 + time.tv_nsec as f64 / 1e6
}
