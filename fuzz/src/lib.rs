//! What must hold for every input, hostile ones included. Each target is a function from bytes that
//! panics where something does not hold; `targets/` makes a fuzzer of each, and `tests/replay.rs`
//! replays the saved corpora, bent a little.
//!
//! *Knows* the readers of Cardea: exports, filters, certificates.
//! *Never* decides what an input should mean; that is for the tests of the crates.

mod certificate;
mod filter;
pub mod hostile;
mod import;

pub use certificate::{INPUT, KNOWN, Known, certificate};
pub use filter::{application_filter, device_filter};
pub use import::{import_json, import_utf16, import_yaml};

/// A target: takes bytes, and panics where something does not hold.
pub type Target = fn(&[u8]);

/// All targets, by the name of their binary and of their corpus.
pub const TARGETS: [(&str, Target); 6] = [
    ("import-json", import_json),
    ("import-utf16", import_utf16),
    ("import-yaml", import_yaml),
    ("device-filter", device_filter),
    ("application-filter", application_filter),
    ("certificate", certificate),
];

/// Runs a target over the files that the command line names, for looking at one that broke.
pub fn replay(target: Target) {
    for path in std::env::args_os().skip(1) {
        let bytes = std::fs::read(&path).unwrap_or_else(|error| panic!("{path:?}: {error}"));
        target(&bytes);
    }
}
