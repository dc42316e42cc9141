//! What no policy asks anything of, which policies do nothing, and what a change changes.

mod gap;
mod oracle;
mod people;
mod random;
mod text;
mod universe;
