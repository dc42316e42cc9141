//! Rules as text in, meaning as text out.

use super::*;
use alloc::string::{String, ToString as _};
use core::fmt::Write as _;
use proptest::prelude::*;
use std::time::Instant;

mod corpus;
mod laws;
mod matching;
mod representing;
mod syntax;

/// The canonical form of a device rule, or the error with the place it points at.
fn canonical(rule: &str) -> String {
    shown(rule, DeviceFilter::parse(rule))
}

/// The same for applications.
fn canonical_app(rule: &str) -> String {
    shown(rule, AppFilter::parse(rule))
}

fn shown<P: Property>(rule: &str, parsed: Result<Filter<P>, FilterError>) -> String {
    match parsed {
        Ok(filter) => filter.to_string(),
        Err(error) => {
            let at = rule.get(error.span()).expect("a span of the rule");
            std::format!("{}: `{at}`: {error}", error.offset)
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "a time limit is measured, nothing is decided by it")]
fn now() -> Instant {
    Instant::now()
}
