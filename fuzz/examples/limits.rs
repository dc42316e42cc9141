//! What hostile files of a megabyte cost to read: time, and memory as a multiple of the file.
//! `cargo run --release --manifest-path fuzz/Cargo.toml --example limits`

use std::time::Instant;

use cardea_fuzz::hostile;
use cardea_graph::export::Reader;
use cardea_graph::lower::lower;
use peak_alloc::PeakAlloc;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

#[expect(clippy::disallowed_methods, reason = "this measures time and decides nothing by it")]
fn main() {
    println!("| file | ms, of which parsing | MiB at most, for each MiB |\n|---|---:|---:|");
    for file in hostile::files() {
        let size = file.bytes.len();
        let before = MEMORY.current_usage();
        MEMORY.reset_peak_usage();
        let start = Instant::now();
        let mut reader = Reader::default();
        reader.add(file.path, file.bytes.clone());
        let parsed = start.elapsed();
        let lowered = lower(reader.finish());
        let took = start.elapsed();
        let peak = (MEMORY.peak_usage() - before) as f64 / size as f64;
        drop(lowered);
        let (took, parsed) = (took.as_secs_f64() * 1e3, parsed.as_secs_f64() * 1e3);
        println!("| {} | {took:.0}, {parsed:.0} | {peak:.1} |", file.name);
    }
}
