//! Many passwords at once: hashing is bounded, and nobody else notices.

use std::time::Duration;

use crate::small::Place;
use crate::together::together;
use crate::visitor::{Tokens, Visitor};

/// How many guesses there are at the same time.
const GUESSES: usize = 200;
/// What one Argon2id costs in memory, with its default parameters.
const HASH: u64 = 19 << 20;
/// What the server may take besides, for connections, pages and rows.
const REST: u64 = 64 << 20;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_passwords_at_once_are_checked_or_turned_away_and_nobody_else_waits() {
    let place = Place::new(&[("kim".to_owned(), None)]).await;
    // One hasher, so that they come faster than they are checked.
    let server = place.start_with(&["--hashers", "1", "--log-level", "warn"]).await;
    let mut kim = Visitor::new(&place);
    let code = kim.sign_in("kim").await.expect("an answer");
    let mut guessers = Vec::new();
    for at in 0..GUESSES {
        // Nobody has these names, so each guess costs what a real password costs.
        let mut guesser = Visitor::new(&place);
        guesser.begin(&format!("nobody{at}")).await.expect("an answer");
        let page = guesser.get("/signin/password").await.expect("an answer");
        guessers.push((guesser, page));
    }
    let before = server.peak_memory();
    let (flood, bystander) = tokio::join!(
        together(guessers.iter_mut().map(async |(guesser, page)| {
            guesser.submit(page, "/signin/password", &[("password", "wrong")]).await
        })),
        exchanges(&kim, code),
    );
    let more = server.peak_memory() - before;
    let statuses: Vec<_> = flood.iter().map(|it| it.as_ref().expect("an answer").status).collect();
    let of = |status| statuses.iter().filter(|it| **it == status).count();
    let (checked, turned_away) = (of(200), of(429));
    let slowest = bystander.iter().max().expect("some");
    eprintln!(
        "{checked} of {GUESSES} were checked and {turned_away} turned away; {} exchanges of tokens meanwhile took \
         {slowest:?} at most; {} MiB more",
        bystander.len(),
        more >> 20
    );
    assert_eq!(checked + turned_away, GUESSES, "{statuses:?}");
    assert!(checked > 0 && turned_away > 0, "the flood was none: {checked} and {turned_away}");
    assert!(more <= HASH + REST, "{more} bytes more");
    assert!(*slowest < Duration::from_secs(10), "{slowest:?}");
    // It is over, and a password is checked as before.
    Visitor::new(&place).sign_in("kim").await.expect("an answer");
}

/// Exchanges refresh tokens one after the other; how long each took.
async fn exchanges(app: &Visitor, code: String) -> Vec<Duration> {
    let mut took = Vec::new();
    let Ok(Tokens::Refresh(mut token)) = app.redeem(&code).await else { panic!("no token") };
    for _ in 0..20 {
        let begin = tokio::time::Instant::now();
        match app.refresh(&token).await {
            Ok(Tokens::Refresh(next)) => token = next,
            other => panic!("{other:?}"),
        }
        took.push(begin.elapsed());
    }
    took
}
