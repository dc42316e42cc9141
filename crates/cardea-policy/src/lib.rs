//! The rulebook: what a Conditional Access policy, an authentication strength and the facts of a
//! sign-in mean, and the one evaluation that everything else calls.
//!
//! *Knows* policies, strengths, targets, conditions, controls, and the reasons of a decision.
//! *Never* knows JSON, the clock, input or output, or how a method is proved: the crate is
//! `no_std`, so the compiler holds it to that.
#![no_std]

extern crate alloc;
#[cfg(test)]
extern crate std;

pub mod filter;
pub mod place;
