//! A report as text: for people, for tools, for pages.
//!
//! Every format shows the same values. Nothing here reads a file, a clock or the environment: what
//! the reader's terminal can do is an argument ([`Terminal`]).

mod concise;
mod excerpt;
mod fix;
mod github;
pub mod html;
mod human;
mod json;
mod patch;
mod places;
#[cfg(test)]
mod samples;
mod sarif;
mod screen;
#[cfg(test)]
mod tests;
mod text;
mod words;

pub use concise::concise;
pub use fix::{fix, fixes};
pub use github::{github, github_summary};
pub use html::html;
pub use human::human;
pub use json::json;
pub use patch::patch;
pub use sarif::sarif;
pub use screen::{Color, Terminal};
pub use text::{Charset, one_line};
