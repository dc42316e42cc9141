//! One sign-in: which policies apply to it, what they demand, and whether what the person has is
//! enough.
//!
//! A [`Question`](question::Question) comes of the request of Graph's `conditionalAccess/evaluate`
//! ([`request`]) or of whoever makes one. A [`Judge`](answer::Judge) answers it, with the reasons only
//! ([`graph`] tells them as Graph does) or with what would succeed instead.

pub mod answer;
pub mod demands;
pub mod graph;
pub mod question;
pub mod request;
mod unclear;
pub mod words;

pub use unclear::Unclear;
