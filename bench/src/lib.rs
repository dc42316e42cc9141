//! Measurements of Cardea, side by side with others. See the README beside this crate.

pub mod crowd;
pub mod dice;
pub mod evaluate;
pub mod machine;
pub mod measure;
pub mod part;
pub mod plot;
pub mod prove;
pub mod report;
pub mod serve;
pub mod sketch;
pub mod table;
pub mod whole_run;
