//! Oracles: random small tenants in which everything that the prover says is tried out.
//!
//! Three things are held against each other. The *prover* closes starts under registration over
//! lattices. The *search* tries every concrete journey through the step function of the product,
//! so it shares the rules and nothing else. The *restated rules* share nothing but data types; they
//! are held against the rulebook gate by gate and step by step, so that search and prover are not
//! wrong together.
//!
//! `CARDEA_LONG=1` runs a hundred times as many cases, for which `--release` is wise, and
//! `CARDEA_SEED=N` other ones.

#![expect(
    clippy::nonminimal_bool,
    clippy::same_functions_in_if_condition,
    clippy::field_reassign_with_default,
    clippy::match_same_arms,
    clippy::wildcard_enum_match_arm,
    clippy::single_match_else,
    clippy::items_after_statements,
    reason = "the restatement follows the wording of the documentation, and chance differs at every call"
)]
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test may panic, and says what it drew"
)]
#![expect(clippy::indexing_slicing, reason = "a test may panic")]

mod chance;
mod cheap;
mod draw;
mod footprints;
mod further;
mod ground;
mod journeys;
mod lanes;
mod mix;
mod prompts;
mod restated;
mod rules;
mod run;
mod search;
mod sign_ins;

use run::{Cases, check};

#[test]
fn the_prover_finds_what_a_search_of_all_journeys_finds() {
    let mut mix = mix::Mix::default();
    let cases = Cases { usually: 3000, long: 100_000 };
    check("journeys", &cases, journeys::agree, |case, found| mix.add(case, &found));
    println!("{mix}");
    assert!(mix.open_percent() >= 33, "too many cases shut everybody out");
}

#[test]
fn showing_everything_at_once_leads_as_far_as_any_order_and_subset() {
    let (mut tried, mut states) = (0, 0);
    let cases = Cases { usually: 200, long: 20_000 };
    check("subsets", &cases, journeys::subsets_agree, |_, explored| {
        tried += usize::from(explored.is_some());
        states += explored.unwrap_or(0);
    });
    println!("{tried} cases were small enough to try, with {states} states");
    assert!(tried > 20);
}

#[test]
fn what_people_who_are_stuck_are_told_is_true() {
    let mut stuck = 0;
    let cases = Cases { usually: 300, long: 20_000 };
    check("diagnosis", &cases, journeys::diagnosis_holds, |_, goals| stuck += goals);
    println!("{stuck} goals are not reached");
    assert!(stuck > 100);
}

#[test]
fn what_is_said_to_last_outlives_the_passes() {
    let mut lost = 0;
    let cases = Cases { usually: 300, long: 20_000 };
    check("lasting", &cases, journeys::lasting_agrees, |_, goals| lost += goals);
    println!("{lost} goals are lost with the passes");
    assert!(lost > 0);
}

#[test]
fn the_cheapest_ways_in_lead_in_and_nothing_cheaper_does() {
    let mut searched = 0;
    let cases = Cases { usually: 40, long: 5000 };
    check("cheapest ways", &cases, cheap::agree, |_, starts| searched += starts);
    println!("{searched} starts were searched");
}

#[test]
fn whatever_people_are_offered_leads_in_and_nothing_else_would() {
    let mut told = prompts::Told::default();
    let cases = Cases { usually: 200, long: 100_000 };
    check(
        "prompts",
        &cases,
        |case, _| prompts::agree(case),
        |_, more| {
            told.granted += more.granted;
            told.after_registering += more.after_registering;
            told.shut += more.shut;
        },
    );
    println!("{told:?}");
    assert!(told.granted > 100 && told.after_registering > 10 && told.shut > 100);
}

#[test]
fn a_further_policy_opens_nothing() {
    let mut shut = 0;
    let cases = Cases { usually: 3000, long: 100_000 };
    check("further policies", &cases, further::opens_nothing, |_, less| shut += usize::from(less));
    println!("{shut} policies take something away");
    assert!(shut > 150);
}

#[test]
fn whoever_has_the_same_footprint_fares_alike() {
    let mut alike = 0;
    let cases = Cases { usually: 300, long: 20_000 };
    check("footprints", &cases, footprints::agree, |_, pairs| alike += pairs);
    println!("{alike} sets of policies have the footprint of another one");
    assert!(alike > 500);
}

#[test]
fn sixty_four_starts_at_once_are_each_as_if_alone() {
    let mut reaching = 0;
    let cases = Cases { usually: 100, long: 20_000 };
    check("lanes", &cases, lanes::agree, |_, lanes| reaching += lanes);
    println!("{reaching} lanes reach a goal");
    assert!(reaching > 0);
}

#[test]
fn gates_open_as_the_restated_rules_say() {
    let mut open = 0;
    let cases = Cases { usually: 3000, long: 300_000 };
    check("gates", &cases, rules::gate_agrees, |_, opens| open += usize::from(opens));
    println!("{open} gates open");
    assert!(open > 500);
}

#[test]
fn random_walks_go_as_the_restated_rules_say() {
    let mut registered = 0;
    let cases = Cases { usually: 1500, long: 150_000 };
    check("walks", &cases, rules::walk_agrees, |_, made| registered += made);
    println!("{registered} methods are registered");
    assert!(registered > 500);
}

#[test]
fn a_sign_in_is_decided_alike_however_it_is_asked() {
    const EACH: usize = 5;
    let mut applied = 0;
    let cases = Cases { usually: 2000, long: 200_000 };
    let agree = |case: &_, chance: &mut _| sign_ins::agree(case, chance, EACH);
    check("sign-ins, by five", &cases, agree, |_, policies| applied += policies);
    println!("{applied} policies apply");
    assert!(applied > 1000);
}

#[test]
fn the_gates_of_the_prover_hold_the_policies_that_an_evaluation_finds() {
    let mut gates = 0;
    let cases = Cases { usually: 1000, long: 100_000 };
    check("gates of goals", &cases, |case, _| sign_ins::gates_agree(case), |_, n| gates += n);
    println!("{gates} gates");
}
