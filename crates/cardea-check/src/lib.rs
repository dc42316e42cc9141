//! What `cardea check` finds: rules over the prover's answers, as findings with places, traces and
//! fixes, and their rendering.
//!
//! *Knows* rules, severities, messages, fixes, and the formats human, concise, JSON, SARIF, GitHub
//! and HTML.
//! *Never* reads a folder, sets an exit code or knows HTTP.

pub mod assemble;
pub mod bluetooth;
pub mod certificate;
pub mod config;
pub mod examine;
pub mod finding;
pub mod fix;
pub mod render;
pub mod report;
pub mod roll;
pub mod rules;
pub mod whatif;
