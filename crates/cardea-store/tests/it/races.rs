//! Races between 64 tasks in each of two processes.

use std::sync::Arc;

use cardea_store::{
    Decision, OneTimeKind, PassCode, Poll, Redemption, Rotation, Store, Taken, Usable, Verdict,
};
use tokio::sync::Barrier;

use crate::beside::{Beside, answer, orders};
use crate::both::{Fixture, at, audited};
use crate::directory::put_people;
use crate::methods::{issue, pass};
use crate::once::{code, device, hash, token};
use crate::throttle::LIMIT;

const ROUNDS: usize = 50;
const TASKS: usize = 64;

/// Things that work once, or, the last one, so often as its limit says.
const KINDS: [&str; 4] = ["one-time", "pass", "refresh", "device"];

/// Makes the thing that a round is about.
async fn prepare(store: &Store, kind: &str, round: usize) {
    let name = format!("{kind}{round}");
    let mut transaction = store.write().await.unwrap();
    match kind {
        "one-time" => drop(transaction.put_one_time(&code(&name)).await.unwrap()),
        "pass" => {
            drop(transaction);
            return issue(store, &pass(&name, Usable::Once), &name).await;
        }
        "refresh" => {
            let first = cardea_store::RefreshToken { family: name.clone(), ..token(&name, None) };
            crate::once::issue(&mut transaction, &first).await;
        }
        "device" => {
            let session = hash("session");
            transaction.put_device_code(&device(&name)).await.unwrap();
            transaction.claim_device_code(&format!("USER{name}"), &session, at(0)).await.unwrap();
            let approve = Decision::Approve { payload: "granted" };
            transaction.decide_device_code(&hash(&name), &session, approve, at(0)).await.unwrap();
        }
        other => panic!("no such kind: {other}"),
    }
    transaction.commit().await.unwrap();
}

/// Tries to have the thing; 1 for the winner.
async fn attempt(store: &Store, kind: &str, round: usize, by: &str) -> usize {
    let name = format!("{kind}{round}");
    let mut transaction = store.write().await.unwrap();
    let won = match kind {
        "one-time" => {
            let code = OneTimeKind::AuthorizationCode;
            matches!(
                transaction.take_one_time(code, &hash(&name), at(20)).await.unwrap(),
                Taken::Now(_)
            )
        }
        "pass" => {
            let typed = PassCode::typed(&name);
            let redemption = transaction.redeem_pass("1", &typed, at(20)).await.unwrap();
            matches!(redemption, Redemption::Accepted(_))
        }
        "refresh" => {
            let successor = token(&format!("{name} for {by}"), None);
            let rotation =
                transaction.rotate_refresh_token(&hash(&name), &successor, at(20)).await.unwrap();
            matches!(rotation, Rotation::Rotated(_))
        }
        "device" => {
            matches!(
                transaction.redeem_device_code(&hash(&name), at(20)).await.unwrap(),
                Poll::Approved(_)
            )
        }
        "guess" => {
            let verdict = transaction.count_attempt(&name, &LIMIT, at(20)).await.unwrap();
            matches!(verdict, Verdict::Go { .. })
        }
        other => panic!("no such kind: {other}"),
    };
    transaction.commit().await.unwrap();
    usize::from(won)
}

/// How many of this process's tasks won. All begin at once.
async fn race(store: &Store, kind: &str, round: usize, process: &str) -> usize {
    let barrier = Arc::new(Barrier::new(TASKS));
    let tasks: Vec<_> = (0..TASKS)
        .map(|task| {
            let (store, barrier, kind) = (store.clone(), barrier.clone(), kind.to_owned());
            let by = format!("{process} {task}");
            tokio::spawn(async move {
                barrier.wait().await;
                attempt(&store, &kind, round, &by).await
            })
        })
        .collect();
    let mut won = 0;
    for task in tasks {
        won += task.await.unwrap();
    }
    won
}

/// The other process: races when it is told to.
pub(crate) async fn race_beside(store: &Store) {
    answer("ready");
    for order in orders() {
        let (kind, round) = order.split_once(' ').unwrap();
        let won = race(store, kind, round.parse().unwrap(), "beside").await;
        answer(&won.to_string());
    }
}

/// Runs all rounds of a kind in both processes; how many won in each round, here and beside.
async fn rounds(store: &Store, beside: &mut Beside, kind: &str) -> Vec<(usize, usize)> {
    let mut won = Vec::new();
    for round in 0..ROUNDS {
        if kind != "guess" {
            prepare(store, kind, round).await;
        }
        beside.tell(&format!("{kind} {round}"));
        let here = race(store, kind, round, "here").await;
        won.push((here, beside.hear().unwrap().parse().unwrap()));
    }
    won
}

pub(crate) async fn one_of_many_wins_each_one_time_thing(fixture: &Fixture) {
    let store = fixture.open().await;
    let mut transaction = store.write().await.unwrap();
    put_people(&mut transaction, &["1", "2"]).await;
    audited(&mut transaction).await;
    transaction.commit().await.unwrap();
    let mut beside = Beside::start("race", &fixture.location);
    assert_eq!(beside.hear().as_deref(), Some("ready"));
    for kind in KINDS {
        for (round, (here, there)) in
            rounds(&store, &mut beside, kind).await.into_iter().enumerate()
        {
            assert_eq!(here + there, 1, "{kind}, round {round}");
        }
    }
}

pub(crate) async fn parallel_guesses_are_never_more_than_the_limit(fixture: &Fixture) {
    let store = fixture.open().await;
    let mut beside = Beside::start("race", &fixture.location);
    assert_eq!(beside.hear().as_deref(), Some("ready"));
    for (round, (here, there)) in rounds(&store, &mut beside, "guess").await.into_iter().enumerate()
    {
        assert_eq!(here + there, 3, "round {round}");
    }
}
