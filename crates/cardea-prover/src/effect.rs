//! What policies demand, compared: of two grants ([`implication`]), and of two versions of a
//! tenant ([`difference`]); and what they do besides ([`displacement`], [`remediation`]).

pub mod difference;
pub mod displacement;
pub mod implication;
pub mod remediation;
