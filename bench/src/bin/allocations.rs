//! Counts the allocations of one evaluation. A program of its own, because counting takes time.

use std::alloc::System;

use cardea_bench::evaluate::{Engines, LINES};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const CALLS: usize = 1024;

fn main() {
    let mut engines = Engines::new();
    for (line, mut work) in LINES.iter().zip(engines.works()) {
        (0..CALLS).for_each(&mut work);
        let region = Region::new(ALLOCATOR);
        (0..CALLS).for_each(&mut work);
        let made = region.change().allocations;
        println!("{} {}", line.key, made as f64 / CALLS as f64);
    }
}
