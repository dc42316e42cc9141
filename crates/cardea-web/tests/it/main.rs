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
    clippy::string_slice,
    clippy::disallowed_methods,
    clippy::too_many_lines,
    clippy::items_after_statements,
    clippy::format_collect,
    reason = "tests may fail, wait by the clock and tell long stories"
)]

mod app;
mod assertion;
mod browser;
mod clock;
mod html;
mod passkey;
mod phone;
mod site;
mod tenant;
mod totp;

mod access;
mod accounts;
mod admin;
mod app_attestation;
mod app_sign_in;
mod blocked;
mod building;
mod campaign;
mod catalogue;
mod clients;
mod device;
mod exemption;
mod forms;
mod headers;
mod input;
mod log;
mod names;
mod newcomer;
mod oauth;
mod once;
mod pass;
mod registration;
mod rollout;
mod security_info;
mod session;
mod set_up;
mod sign_in;
mod slow;
mod stay;
mod terms;
mod timing;
mod together;
mod webauthn;
mod what_if;

use together::together;

/// An authenticator made of software, as the ceremonies' own tests have it.
#[expect(dead_code, reason = "its own tests need more of it")]
#[path = "../../../cardea-webauthn/tests/ceremonies/authenticator.rs"]
mod authenticator;
#[expect(dead_code, reason = "its own tests need more of it")]
#[path = "../../../cardea-webauthn/tests/ceremonies/certificates.rs"]
mod certificates;
#[expect(dead_code, reason = "its own tests need more of it")]
#[path = "../../../cardea-webauthn/tests/ceremonies/wire.rs"]
mod wire;

/// What the authenticator takes for granted.
mod rig {
    pub(crate) const ORIGIN: &str = crate::tenant::ORIGIN;
    pub(crate) const HANDLE: &[u8] = b"nobody";
}

/// A page without what differs from one answer to the next: tokens, nonces, challenges.
fn bare(html: &str) -> String {
    let mut text = html.to_owned();
    for start in ["name=\"csrf\" value=\"", "nonce=\"", "data-options=\""] {
        let mut parts = text.split(start);
        let first = parts.next().unwrap().to_owned();
        text = parts.fold(first, |text, part| text + start + part.split_once('"').unwrap().1);
    }
    text
}
