//! Oracles.

#![expect(clippy::indexing_slicing, reason = "a test may panic")]

mod chance;
mod cheap;
mod draw;
mod ground;
mod journeys;
mod mix;
mod search;

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
    for at in 0..300 {
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
