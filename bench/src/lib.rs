//! Measurements of Cardea, side by side with others. See the README beside this crate.

pub mod dice;
pub mod evaluate;
pub mod measure;
pub mod sketch;
