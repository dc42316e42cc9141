//! The commands from outside, as a client sends them.

mod authentication;
mod hostile;
mod large_blobs;
mod ledger;
mod management;
mod pin;
mod registration;
mod relying_party;
mod rig;
mod vectors;
