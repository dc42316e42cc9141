//! What must hold for every input, hostile ones included. Each target is a function from bytes that
//! panics where something does not hold; `targets/` makes a fuzzer of each, and `tests/replay.rs`
//! replays the saved corpora, bent a little.
//!
//! *Knows* the readers of Cardea: exports, filters, certificates, requests of applications, ceremonies,
//! requests to the Authenticator and the packets that they come in, and what programs of administrators ask.
//! *Never* decides what an input should mean; that is for the tests of the crates.

mod administration;
mod authenticator;
mod ceremony;
mod certificate;
mod filter;
pub mod hostile;
mod import;
mod oauth;
mod transport;

pub use administration::{odata_path, odata_query, roster, scim_filter, scim_patch};
pub use authenticator::ctap_requests;
pub use ceremony::{attestation_object, authenticator_data, client_data, registration};
pub use certificate::{INPUT, KNOWN, Known, certificate};
pub use filter::{application_filter, device_filter};
pub use import::{import_json, import_utf16, import_yaml};
pub use oauth::{authorize_request, client_assertion, token_request, user_code};
pub use transport::ctaphid_packets;

/// A target: takes bytes, and panics where something does not hold.
pub type Target = fn(&[u8]);

/// All targets, by the name of their binary and of their corpus.
pub const TARGETS: [(&str, Target); 21] = [
    ("import-json", import_json),
    ("import-utf16", import_utf16),
    ("import-yaml", import_yaml),
    ("device-filter", device_filter),
    ("application-filter", application_filter),
    ("certificate", certificate),
    ("authorize-request", authorize_request),
    ("token-request", token_request),
    ("client-assertion", client_assertion),
    ("user-code", user_code),
    ("client-data", client_data),
    ("authenticator-data", authenticator_data),
    ("attestation-object", attestation_object),
    ("registration", registration),
    ("ctap-requests", ctap_requests),
    ("odata-query", odata_query),
    ("odata-path", odata_path),
    ("scim-filter", scim_filter),
    ("scim-patch", scim_patch),
    ("roster", roster),
    ("ctaphid-packets", ctaphid_packets),
];

/// Whether a target takes the bytes for what they pretend to be.
pub type Accepts = fn(&[u8]) -> bool;

/// Targets that accept something, each with whether it does. A corpus of which nothing is accepted would try little.
pub const ACCEPTING: [(&str, Accepts); 15] = [
    ("authorize-request", oauth::asked),
    ("token-request", oauth::wanted),
    ("client-assertion", oauth::believed),
    ("user-code", oauth::typed),
    ("client-data", ceremony::told),
    ("authenticator-data", ceremony::attested),
    ("attestation-object", ceremony::wrapped),
    ("registration", ceremony::registered),
    ("ctap-requests", authenticator::answered),
    ("odata-query", administration::queried),
    ("odata-path", administration::reached),
    ("scim-filter", administration::filtered),
    ("scim-patch", administration::changed),
    ("roster", administration::listed),
    ("ctaphid-packets", transport::reached),
];

/// Runs a target over the files that the command line names, for looking at one that broke.
pub fn replay(target: Target) {
    for path in std::env::args_os().skip(1) {
        let bytes = std::fs::read(&path).unwrap_or_else(|error| panic!("{path:?}: {error}"));
        target(&bytes);
    }
}
