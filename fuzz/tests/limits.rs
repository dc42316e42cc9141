//! What reading hostile files may take of memory. Alone in its program, which counts every byte.

use cardea_fuzz::hostile;
use cardea_graph::export::Reader;
use cardea_graph::lower::lower;
use peak_alloc::PeakAlloc;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// How many times its own size a file may take at most, itself included.
const TIMES: usize = 20;

#[test]
fn no_hostile_megabyte_takes_twenty() {
    let mut wrong = Vec::new();
    for file in hostile::files() {
        let size = file.bytes.len();
        let before = MEMORY.current_usage();
        MEMORY.reset_peak_usage();
        let mut reader = Reader::default();
        reader.add(file.path, file.bytes.clone());
        drop(lower(reader.finish()));
        let peak = MEMORY.peak_usage() - before;
        if peak > TIMES * size {
            wrong.push(format!("{}: {peak} bytes for {size}", file.name));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
