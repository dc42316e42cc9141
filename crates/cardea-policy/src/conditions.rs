//! The conditions of a policy, one module for each dimension.
//!
//! Every dimension has a type for the condition, a type for the fact, and one function that
//! decides whether the condition matches the fact. Everything else (index, evaluation, prover)
//! calls these functions and nothing decides twice.

pub mod client;
pub mod device;
pub mod flow;
pub mod location;
pub mod platform;
pub mod principal;
pub mod risk;
pub mod target;
