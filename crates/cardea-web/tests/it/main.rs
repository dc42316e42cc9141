//! The tenant end to end: requests go to the router as a server would hand them over, and come from
//! a browser, an authenticator and applications that are made of a few lines each.
//!
//! Every test has a tenant of its own. Time stands still until a test moves it; the clock belongs to
//! the thread, and each test runs on one, so tests may run beside each other in one process.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests may fail"
)]

mod app;
mod assertion;
mod browser;
mod clock;
mod html;
mod passkey;
mod site;
mod tenant;

mod newcomer;

/// An authenticator made of software, as the ceremonies' own tests have it.
#[allow(dead_code, reason = "its own tests need more of it")]
#[path = "../../../cardea-webauthn/tests/ceremonies/authenticator.rs"]
mod authenticator;
#[allow(dead_code, reason = "its own tests need more of it")]
#[path = "../../../cardea-webauthn/tests/ceremonies/certificates.rs"]
mod certificates;
#[allow(dead_code, reason = "its own tests need more of it")]
#[path = "../../../cardea-webauthn/tests/ceremonies/wire.rs"]
mod wire;

/// What the authenticator takes for granted.
mod rig {
    pub(crate) const ORIGIN: &str = crate::tenant::ORIGIN;
    pub(crate) const HANDLE: &[u8] = b"nobody";
}
