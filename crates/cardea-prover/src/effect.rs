//! What policies demand, compared: of two grants ([`implication`]), and of two versions of a
//! tenant ([`difference`]).

pub mod difference;
pub mod displacement;
pub mod implication;
