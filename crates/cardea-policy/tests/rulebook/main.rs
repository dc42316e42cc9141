//! What the rulebook says, as text in and text out ([`text`]), and laws that hold for every tenant
//! and every sign-in ([`laws`]).
#![cfg(test)]

mod conditions;
mod direct;
mod grants;
mod laws;
mod people;
mod random;
mod strengths;
mod targets;
mod text;
mod values;
