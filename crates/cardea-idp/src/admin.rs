//! Administration: who may do what, and every change that an administrator can ask for.
//!
//! The admin center and Graph's API are two faces of this one module, so that a rule holds in both
//! of them. A [`caller::Caller`] says who asks and what they may do; an [`edit::Edit`] says what is
//! to become of an object; [`crate::gate`] proves it on the whole tenant before it is made.

pub mod bring;
pub mod caller;
pub mod change;
pub mod coverage;
pub mod edit;
pub mod exemption;
pub mod identity;
pub mod methods;
pub mod outlook;
pub mod password;
pub mod permission;
pub mod person;
pub mod provisioning;
pub mod read;
pub mod right;
pub mod role;
pub mod secret;
pub mod session;
pub mod settings;
pub mod shape;
pub mod standing;
pub mod strength;
pub mod table;
