//! Journeys: what people can register and reach from what they start with.
//!
//! [`terrain`] lays out, for one class of people and one actor, every try that the actor can make:
//! the gates of each channel and goal in each situation that differs. [`fixpoint`] closes a start
//! under the channels, over any lattice; [`footprint`] tells which people need not be laid out apart;
//! [`ways`] is the lattice of cheapest ways in;
//! [`stance`] sets sessions side by side that differ in the claimed platform only.
//! [`journey`] turns an answer into concrete steps and replays them.

pub mod fixpoint;
pub mod footprint;
pub mod journey;
pub mod stance;
pub mod terrain;
pub mod ways;
