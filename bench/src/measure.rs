//! Timing in batches, with allocations counted.

use std::alloc::System;
use std::time::Instant;

use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// What one call costs.
#[derive(Clone, Copy, Debug)]
pub struct Cost {
    /// Nanoseconds, the median over the batches.
    pub nanoseconds: f64,
    /// Allocations.
    pub allocations: f64,
}

/// Measures a function: batches of calls for about a second, the median batch counts.
pub fn measure(mut call: impl FnMut(usize)) -> Cost {
    let mut per_batch = 1;
    loop {
        let start = Instant::now();
        (0..per_batch).for_each(&mut call);
        if start.elapsed().as_millis() >= 20 || per_batch > 1 << 24 {
            break;
        }
        per_batch *= 2;
    }
    let region = Region::new(ALLOCATOR);
    let mut batches: Vec<f64> = (0..31)
        .map(|_| {
            let start = Instant::now();
            (0..per_batch).for_each(&mut call);
            start.elapsed().as_nanos() as f64 / per_batch as f64
        })
        .collect();
    let allocations = region.change().allocations as f64 / (31 * per_batch) as f64;
    batches.sort_by(f64::total_cmp);
    Cost { nanoseconds: batches.get(15).copied().unwrap_or(f64::NAN), allocations }
}
