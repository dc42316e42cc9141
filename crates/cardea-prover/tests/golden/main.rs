//! Journeys that Microsoft's documentation, or practice, describes: each test is named after what
//! happens to people.
//!
//! Three of the documented cases need the running tenant, and no test here stands for them: 22,
//! somebody with nothing registered whose sign-in is risky may not register (error 53004; journeys
//! are at no risk); 23, a sign-in frequency of *every time* without multifactor authentication asks
//! for ever (journeys do not read session controls); 30, a forced campaign whose passkey screen
//! fails lets people sign in all the same.

#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    clippy::default_trait_access,
    reason = "a test may panic"
)]

mod evaluation;
mod registration;
mod subtle;
mod world;
