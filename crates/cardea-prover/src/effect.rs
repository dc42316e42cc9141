//! What policies demand, compared: of two grants ([`implication`]), and of two versions of a
//! tenant.

pub mod displacement;
pub mod implication;
