//! The rulebook: what a Conditional Access policy, an authentication strength and the facts of a
//! sign-in mean, and the one evaluation that everything else calls.
//!
//! *Knows* policies, strengths, targets, conditions, controls, and the reasons of a decision.
//! *Never* knows JSON, the clock, input or output, or how a method is proved: the crate is
//! `no_std`, so the compiler holds it to that.
//!
//! A sign-in is a list of facts, one for each dimension ([`conditions`]). Each policy is compiled
//! once into an [`index::Index`], which answers, for any fact, with the set of policies whose
//! condition it matches. [`evaluate`] intersects those sets. What the remaining policies demand is
//! decided in [`satisfy`], over any truth values that form a [`lattice`].
#![no_std]

extern crate alloc;
#[cfg(test)]
extern crate std;

pub mod conditions;
pub mod control;
pub mod evaluate;
pub mod filter;
pub mod id;
pub mod index;
pub mod lattice;
pub mod place;
pub mod policy;
pub mod policy_set;
pub mod satisfy;
pub mod strength;
pub mod well_known;
