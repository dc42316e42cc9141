//! The tenant as a value: people, groups, apps, locations, methods, passes, devices, and the
//! journey of a sign-in through its policies.
//!
//! *Knows* who is in which group, which method may be registered where and by whom, and what a
//! person meets step by step.
//! *Never* knows bytes, cryptography, HTML, SQL or the clock; it is `no_std`, so the compiler holds
//! it to that.
#![no_std]

extern crate alloc;
#[cfg(test)]
extern crate std;

pub mod assumption;
pub mod directory;
pub mod journey;
pub mod location;
pub mod methods;
pub mod tenant;
pub mod texts;
