//! Certificates hold for what they are about, and for nothing else.

#![expect(
    clippy::nonminimal_bool,
    clippy::same_functions_in_if_condition,
    clippy::field_reassign_with_default,
    clippy::match_same_arms,
    clippy::assigning_clones,
    reason = "chance differs at every call, and mutants are made field by field"
)]
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test may panic, and says what it drew"
)]
#![expect(clippy::indexing_slicing, reason = "a test may panic")]

mod examples;
mod mutation;
mod random;
mod report;
#[expect(dead_code, reason = "the generator of the oracle, of which a part is used")]
#[path = "../../../cardea-prover/tests/oracle"]
mod oracle {
    pub(crate) mod chance;
    pub(crate) mod draw;
}

use cardea_verify::check::Verified;
use cardea_verify::protection::Protected;
use oracle::{chance, draw};

/// The input of tests.
const INPUT: &str = "sha256:of the test";

/// Whether a mutant that was verified says what the original says, or less: the same people reach
/// the same goals, and sign-ins are protected alike unless nothing is said about them. Which
/// journeys and which open sign-ins show it may differ.
fn says_no_more(mutant: &Verified, original: &Verified) -> bool {
    let reach = |it: &Verified| {
        let each = it.sign_in.iter();
        each.map(|it| (it.reached.clone(), it.stuck.clone(), it.combined)).collect::<Vec<_>>()
    };
    let protection = match (&mutant.protection, &original.protection) {
        (None, _) => true,
        (Some(Protected::Not(_)), Some(Protected::Not(_))) => true,
        (left, right) => left == right,
    };
    reach(mutant) == reach(original) && protection
}
