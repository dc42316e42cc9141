//! Killing a server that is busy, again and again: what it acknowledged it must still know afterwards.

mod compare;
mod load;

use std::time::Duration;

use compare::{is_locked, lost};
use load::{Acknowledged, Dice, PASSES, Tally, WORKERS};

use crate::small::{Place, Server};
use crate::together::together;
use crate::visitor;

/// How often it is killed in the short form and, with `CARDEA_LONG`, in the long one.
const KILLS: [usize; 2] = [12, 250];

/// Who takes part in a round.
#[derive(Debug)]
struct Cast {
    workers: Vec<String>,
    /// Whose password is guessed at.
    guessed: String,
    /// Who uses a pass, and its text.
    bearers: Vec<(String, String)>,
}

impl Cast {
    /// Workers come again; whoever is guessed at and whoever uses a pass is new in each round.
    fn of(round: usize) -> Self {
        let bearer = |at| (format!("bearer{round}-{at}"), format!("PASS{round:04}{at}"));
        Self {
            workers: (0..WORKERS).map(|at| format!("worker{at}")).collect(),
            guessed: format!("guessed{round}"),
            bearers: (0..PASSES).map(bearer).collect(),
        }
    }

    /// Everybody of so many rounds.
    fn all(rounds: usize) -> Vec<(String, Option<String>)> {
        let mut people: Vec<_> = Self::of(0).workers.into_iter().map(|it| (it, None)).collect();
        for Self { guessed, bearers, .. } in (0..rounds).map(Self::of) {
            people.push((guessed, None));
            people.extend(bearers.into_iter().map(|(name, pass)| (name, Some(pass))));
        }
        people
    }
}

/// A server that was killed under load.
#[derive(Debug)]
struct Killed {
    done: Acknowledged,
    /// How many sign-ins of the workers there were before.
    before: Vec<(String, usize)>,
    acknowledged: usize,
    unanswered: usize,
}

/// Puts a server under load, and kills it after so many acknowledgements.
async fn killed(
    place: &Place,
    server: Server,
    (cast, dice): (Cast, &mut Dice),
    after: usize,
) -> Killed {
    let mut before = Vec::new();
    for name in &cast.workers {
        before.push((name.clone(), place.sign_ins(name).await));
    }
    let tally = Tally::new(after);
    let seeds: Vec<_> = cast.workers.iter().map(|_| dice.throw(1 << 20)).collect();
    let dice = seeds.into_iter().map(|seed| Dice::new(u64::try_from(seed).unwrap_or(1)));
    let workers = cast.workers.into_iter().zip(dice);
    let load = async {
        let tokens = workers.map(|worker| load::tokens(place, &tally, worker));
        let others = load::guesses_and_passes(place, &tally, (cast.guessed, cast.bearers));
        let (done, other) = tokio::join!(together(tokens), others);
        done.into_iter().fold(other, Acknowledged::join)
    };
    let end = async {
        let enough = tokio::time::timeout(Duration::from_mins(1), tally.enough.notified()).await;
        assert!(enough.is_ok(), "the load does not come to {after}: {}", place.said());
        tally.kill();
        tokio::task::block_in_place(|| server.kill());
    };
    let (done, ()) = tokio::join!(load, end);
    let (acknowledged, unanswered) = tally.counts();
    Killed { done, before, acknowledged, unanswered }
}

/// The seed of a run: `CARDEA_SEED`, or always the same.
fn seed() -> u64 {
    std::env::var("CARDEA_SEED").map_or(20_261_130, |it| it.parse().expect("a number"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_is_known_after_a_kill() {
    let [short, long] = KILLS;
    let kills = if std::env::var_os("CARDEA_LONG").is_some() { long } else { short };
    let mut dice = Dice::new(seed());
    let place = Place::new(&Cast::all(kills)).await;
    let (mut acknowledged, mut unanswered, mut slowest) = (0, 0, Duration::ZERO);
    let mut locked: Option<String> = None;
    for round in 0..kills {
        let server = place.start().await;
        let after = 20 + dice.throw(180);
        let killed = killed(&place, server, (Cast::of(round), &mut dice), after).await;
        acknowledged += killed.acknowledged;
        unanswered += killed.unanswered;
        let server = place.start().await;
        slowest = slowest.max(server.ready_after);
        if let Some(name) = &locked {
            assert!(is_locked(&place, name).await, "round {round}: {name} is not locked any more");
        }
        let lost = lost(&place, &killed.done, &killed.before).await;
        assert_eq!(lost, [""; 0], "round {round}, killed after {after}, seed {}", seed());
        locked = Some(Cast::of(round).guessed);
        tokio::task::block_in_place(|| server.kill());
    }
    eprintln!(
        "{kills} kills under load: {acknowledged} requests were acknowledged and {unanswered} cut off; \
         ready again after {slowest:?} at most; seed {}",
        seed()
    );
    assert!(unanswered >= kills, "the kills came between the requests and prove little");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_forgets_is_noticed() {
    let mut dice = Dice::new(seed());
    let place = Place::new(&Cast::all(1)).await;
    tokio::task::block_in_place(|| place.remember());
    let server = place.start().await;
    let killed = killed(&place, server, (Cast::of(0), &mut dice), 250).await;
    place.forget();
    let _server = place.start().await;
    let lost = lost(&place, &killed.done, &killed.before).await;
    for kind in ["log", "session", "code", "family", "pass", "guesses"] {
        let noticed = lost.iter().any(|line| line.split(':').next() == Some(kind));
        assert!(noticed, "nothing is noticed of the {kind}: {lost:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_acknowledgement_that_never_was_is_noticed() {
    let place = Place::new(&Cast::all(1)).await;
    let _server = place.start().await;
    let mut visitor = visitor::Visitor::new(&place);
    let code = visitor.sign_in("worker0").await.expect("an answer");
    let visitor::Tokens::Refresh(first) = visitor.redeem(&code).await.expect("an answer") else {
        panic!("no token")
    };
    let (name, pass) = Cast::of(0).bearers.remove(0);
    // The token was never exchanged, the pass never used, nobody guessed, and there was one sign-in.
    let invented = Acknowledged {
        families: vec![load::Family {
            code,
            used: vec!["never-issued".to_owned(), first.clone()],
            last: "never-issued".to_owned(),
            is_unclear: false,
        }],
        passes: vec![(name, pass)],
        guesses: vec![load::Guesses { name: Cast::of(0).guessed, counted: 2, unclear: 1 }],
        sign_ins: vec![("worker0".to_owned(), 2)],
        ..Acknowledged::default()
    };
    let lost = lost(&place, &invented, &[]).await;
    let kinds: Vec<_> = lost.iter().filter_map(|line| line.split(':').next()).collect();
    assert_eq!(kinds, ["log", "family", "pass", "guesses"], "{lost:?}");
}
