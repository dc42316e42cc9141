//! Certificates of proofs, and a checker small enough to read in one sitting.
//!
//! A certificate says what the prover found and how to see that it is so: journeys that can be
//! walked again, sets of methods that nobody can get out of, policies that together cover every
//! sign-in. The checker believes none of it. It walks, tries and covers by itself, and it counts
//! the people itself, so that nobody is left out.
//!
//! It stands on the rulebook and on the journey's `step`, as every other reader of them does, and
//! on nothing of the prover: no fixpoint, no atoms, no folding of situations. What policies mean is
//! therefore taken from the rulebook, and a mistake there is not found here; a mistake of the
//! search is.
//!
//! *Knows* certificates, people, situations, and the rules of the crates below.
//! *Never* knows how an answer was found, exports, JSON, files or colours.

pub mod certificate;
pub mod check;
pub mod claim;
pub mod facts;
pub mod people;
pub mod protection;
pub mod sign_in;
