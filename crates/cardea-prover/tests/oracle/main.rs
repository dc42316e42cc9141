//! Oracles.

#![expect(clippy::indexing_slicing, reason = "a test may panic")]

mod chance;
mod cheap;
mod draw;
mod ground;
mod journeys;
mod mix;
mod restated;
mod rules;
mod search;
mod sign_ins;

use chance::Chance;

#[test]
fn journeys_agree() {
    let mut mix = mix::Mix::default();
    let mut failures = 0;
    for at in 0..4000 {
        let case = draw::case(&mut Chance::new(1, at));
        if let Err(why) = journeys::agree(&case, &mut mix) {
            println!("case {at}: {why}");
            failures += 1;
        }
    }
    println!("{mix}");
    assert_eq!(failures, 0);
}

#[test]
fn cheap() {
    let mut failures = 0;
    let mut checked = 0;
    for at in 0..100 {
        let mut chance = Chance::new(2, at);
        let case = cheap::attacked(draw::case(&mut chance));
        match cheap::agree(&case, &mut chance) {
            Ok(n) => checked += n,
            Err(why) => {
                println!("case {at}: {why}");
                failures += 1;
            }
        }
    }
    println!("{checked}");
    assert_eq!(failures, 0);
}

#[test]
fn gates() {
    let (mut failures, mut open) = (0, 0);
    for at in 0..10_000 {
        let mut chance = Chance::new(3, at);
        let case = draw::case(&mut chance);
        match rules::gate_agrees(&case, &mut chance) {
            Ok(opens) => open += usize::from(opens),
            Err(why) => {
                println!("case {at}: {why}");
                failures += 1;
            }
        }
    }
    println!("{open} open, {failures} failures");
    assert_eq!(failures, 0);
}

#[test]
fn walks() {
    let (mut failures, mut done) = (0, 0);
    for at in 0..3000 {
        let mut chance = Chance::new(4, at);
        let case = draw::case(&mut chance);
        match rules::walk_agrees(&case, &mut chance) {
            Ok(registered) => done += registered,
            Err(why) => {
                println!("case {at}: {why}");
                failures += 1;
            }
        }
    }
    println!("{done} registered, {failures} failures");
    assert_eq!(failures, 0);
}

#[test]
fn sign_ins() {
    let (mut failures, mut applied, mut gates) = (0, 0, 0);
    for at in 0..2500 {
        let mut chance = Chance::new(5, at);
        let case = draw::case(&mut chance);
        match sign_ins::agree(&case, &mut chance, 4) {
            Ok(found) => applied += found,
            Err(why) => {
                println!("case {at}: {why}");
                failures += 1;
            }
        }
        match sign_ins::gates_agree(&case) {
            Ok(found) => gates += found,
            Err(why) => {
                println!("case {at}: {why}");
                failures += 1;
            }
        }
    }
    println!("{applied} applied, {gates} gates, {failures} failures");
    assert_eq!(failures, 0);
}
