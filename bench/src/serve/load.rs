//! Load: several workers that do the same over and over for a while, each waiting for its answer.

use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, anyhow};

/// What a worker does once. An error ends everything.
pub(crate) type Worker<'w> = Box<dyn FnMut() -> Result<()> + Send + 'w>;

/// What was done.
#[derive(Clone, Debug, Default)]
pub(crate) struct Load {
    /// Milliseconds that each took, by the clock.
    times: Vec<f64>,
    /// Seconds in which all of them were done.
    seconds: f64,
}

impl Load {
    /// How often it was done.
    pub(crate) fn count(&self) -> f64 {
        self.times.len() as f64
    }

    /// How often a second.
    pub(crate) fn rate(&self) -> f64 {
        self.count() / self.seconds
    }

    /// The milliseconds within which this share of them was done.
    pub(crate) fn within(&self, share: f64) -> Result<f64> {
        let mut times = self.times.clone();
        times.sort_by(f64::total_cmp);
        let before = times.iter().enumerate();
        let mut slower =
            before.skip_while(|(at, _)| ((at + 1) as f64) < share * times.len() as f64);
        Ok(*slower.next().context("nothing was measured")?.1)
    }

    /// This and another turn of the same.
    pub(crate) fn and(mut self, other: Self) -> Self {
        self.times.extend(other.times);
        self.seconds += other.seconds;
        self
    }
}

/// Lets workers work for so long; what is begun is done to its end.
pub(crate) fn load(workers: &mut [Worker<'_>], time: Duration) -> Result<Load> {
    let stop = AtomicBool::new(false);
    until_stopped(workers, &stop, |begin| {
        while begin.elapsed() < time && !stop.load(Ordering::Relaxed) {
            thread::sleep(Duration::from_millis(1));
        }
        Ok(())
    })
    .map(|(load, ())| load)
}

/// Lets workers work while something else is done, which is told when they began.
pub(crate) fn until_stopped<T>(
    workers: &mut [Worker<'_>],
    stop: &AtomicBool,
    meanwhile: impl FnOnce(Instant) -> Result<T>,
) -> Result<(Load, T)> {
    let ready = Barrier::new(workers.len() + 1);
    thread::scope(|scope| {
        let working: Vec<_> = workers
            .iter_mut()
            .map(|worker| {
                let ready = &ready;
                scope.spawn(move || {
                    ready.wait();
                    let done = work(worker, stop);
                    stop.fetch_or(done.is_err(), Ordering::Relaxed);
                    done
                })
            })
            .collect();
        ready.wait();
        let begin = Instant::now();
        let other = meanwhile(begin);
        stop.store(true, Ordering::Relaxed);
        let done: Vec<_> = working.into_iter().map(thread::ScopedJoinHandle::join).collect();
        let seconds = begin.elapsed().as_secs_f64();
        let mut times = Vec::new();
        for of_one in done {
            times.extend(of_one.map_err(|_| anyhow!("a worker broke"))??);
        }
        Ok((Load { times, seconds }, other?))
    })
}

fn work(worker: &mut Worker<'_>, stop: &AtomicBool) -> Result<Vec<f64>> {
    let mut times = Vec::new();
    while !stop.load(Ordering::Relaxed) {
        let begin = Instant::now();
        worker()?;
        times.push(begin.elapsed().as_secs_f64() * 1e3);
    }
    Ok(times)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_of_a_load_was_done_within_a_time() -> Result<()> {
        let times = (1..=200).rev().map(f64::from).collect();
        let load = Load { times, seconds: 2.0 };
        let shares = [load.within(0.5)?, load.within(0.99)?, load.within(1.0)?];
        assert_eq!(shares.map(f64::round).map(|it| it.to_string()), ["100", "198", "200"]);
        assert_eq!(load.rate().to_string(), "100");
        assert_eq!(load.clone().and(load).rate().to_string(), "100");
        Ok(())
    }

    #[test]
    fn an_error_of_a_worker_is_the_error_of_the_load() {
        let mut left = 3;
        let worker: Worker<'_> = Box::new(move || {
            left -= 1;
            anyhow::ensure!(left > 0, "no more");
            Ok(())
        });
        let error = load(&mut [worker], Duration::from_secs(5)).unwrap_err();
        assert_eq!(error.to_string(), "no more");
    }
}
