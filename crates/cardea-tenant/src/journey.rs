//! The journey: how people get in, and how they register what they need for it.
//!
//! [`means`] is what people can hold, [`permission`] what the methods policy lets them use and
//! register, [`actor`] the devices and networks at hand, [`app`] the app that people sign in with. [`channel`] says which requests a way of
//! registering makes and what it produces, [`wizard`] what is registered in the middle of a sign-in,
//! [`gate`] what those requests demand, over any lattice of truth values. [`step`] is the same for
//! one concrete journey with clocks and one-time passes, and [`prompt`] looks ahead: what to ask a
//! person next, so that it leads on. Where nothing does, [`exit`] finds what else would.

pub mod actor;
pub mod app;
pub mod channel;
pub mod exit;
pub mod gate;
pub mod means;
pub mod permission;
pub mod prompt;
pub mod step;
pub mod wizard;
