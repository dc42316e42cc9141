//! Races between 64 tasks in each of two processes.

use std::sync::Arc;

use cardea_store::{
    Change, Decision, Interaction, OneTime, OneTimeKind, PassCode, Poll, Put, Redemption, Replaced,
    Rotation, StepUse, Store, Taken, Totp, Usable, Verdict,
};
use tokio::sync::Barrier;
use zeroize::Zeroizing;

use crate::beside::{Beside, answer, orders};
use crate::both::{Fixture, at, audited};
use crate::directory::put_people;
use crate::methods::{issue, pass};
use crate::once::{code, device, hash, token};
use crate::throttle::LIMIT;

const ROUNDS: usize = 50;
const TASKS: usize = 64;

/// Things that work once. Challenges, links of the set-up and nonces are taken by the same statement as codes.
const KINDS: [&str; 7] =
    ["one-time", "pass", "refresh", "device", "assertion", "app-code", "sign-in"];

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
        // Whoever writes an assertion down first has used it.
        "assertion" => {}
        "app-code" => {
            let audited = audited(&mut transaction).await;
            let app = Totp {
                id: name,
                person: "1".to_owned(),
                name: "app".to_owned(),
                seed: Zeroizing::new(b"seed of twenty bytes".to_vec()),
                created: at(0),
                last_step: Some(10),
            };
            transaction.add_totp(&audited, &app).await.unwrap();
        }
        "sign-in" => {
            let interaction = Interaction {
                hash: hash(&name),
                version: 0,
                state: "granted".to_owned(),
                created: at(0),
                ends: at(600),
            };
            transaction.create_interaction(&interaction).await.unwrap();
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
        "assertion" => {
            let kind = OneTimeKind::Assertion;
            let value = OneTime { kind, ..code(&name) };
            transaction.put_one_time(&value).await.unwrap() == Put::Stored
        }
        "app-code" => transaction.spend_totp_step(&name, 11).await.unwrap() == StepUse::Spent,
        // Every other one wants to take it on, the others to end it.
        "sign-in" if by.ends_with(['0', '2', '4', '6', '8']) => {
            let replaced = transaction.replace_interaction(&hash(&name), 0, by).await.unwrap();
            replaced != Replaced::Stale
        }
        "sign-in" => transaction.end_interaction(&hash(&name), 0).await.unwrap() == Change::Done,
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
