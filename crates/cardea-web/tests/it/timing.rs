//! Whether the time of an answer tells who is here. Times are no test of every run, so what measures them runs only
//! with `CARDEA_LONG`: a thousand of each kind by turns, and how well a guess by time does; a half is no better than
//! dice.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use argon2::{Argon2, PasswordHasher as _};
use cardea_store::{Account, Usable};

use crate::app::App;
use crate::browser::{Answer, Browser};
use crate::clock;
use crate::site::Site;
use crate::tenant::mfa;

/// Somebody with a pass, somebody with everything else, somebody with nothing, somebody disabled, and nobody.
const NAMES: [&str; 5] = ["vince", "wanda", "xenia", "yusuf", "zahra"];

/// The chance that a guess by time is right: of a value of each kind, how often the one of the first is larger, ties
/// by half, turned so that it is a half at least (the area under the curve of a classifier with one threshold).
fn told_apart(one: &[Duration], other: &[Duration]) -> f64 {
    let mut sorted: Vec<_> = other.to_vec();
    sorted.sort_unstable();
    let wins = one.iter().map(|value| {
        let below = sorted.partition_point(|it| it < value);
        let same = sorted.partition_point(|it| it <= value) - below;
        2 * below + same
    });
    let pairs = 2 * one.len() * other.len();
    let number = |count: usize| f64::from(u32::try_from(count).unwrap());
    let share = number(wins.sum()) / number(pairs);
    share.max(1.0 - share)
}

#[test]
fn the_classifier_tells_apart_what_differs_and_nothing_else() {
    let milliseconds = |numbers: &[u64]| -> Vec<_> {
        numbers.iter().map(|number| Duration::from_millis(*number)).collect()
    };
    let near = |one: f64, other: f64| (one - other).abs() < 1e-9;
    let of = |one: &[u64], other: &[u64]| told_apart(&milliseconds(one), &milliseconds(other));
    assert!(near(of(&[1, 2, 3], &[4, 5, 6]), 1.0));
    assert!(near(of(&[4, 5, 6], &[1, 2, 3]), 1.0));
    assert!(near(of(&[1, 2, 3], &[1, 2, 3]), 0.5));
    assert!(near(of(&[1, 3], &[2, 2]), 0.5));
    assert!(near(of(&[1, 2], &[2, 3]), 0.875));
}

/// Whether times are measured in this run; says so where they are not.
#[expect(clippy::print_stderr, reason = "what is left out is said")]
fn is_asked_for() -> bool {
    let asked = std::env::var_os("CARDEA_LONG").is_some();
    if !asked {
        eprintln!("skipped: times are measured only with CARDEA_LONG");
    }
    asked
}

async fn timed(answer: impl Future<Output = Answer>) -> (Answer, Duration) {
    let begin = Instant::now();
    let answer = answer.await;
    (answer, begin.elapsed())
}

/// What a stranger can ask about a name, and how long each answer took.
async fn asked(site: &Site, name: &str) -> [(&'static str, Duration); 5] {
    // Nobody's guesses are locked, and no two are in one window.
    clock::minutes(16);
    let browser = Browser::new(site);
    let page = browser.open(&App::Spa.request(&[])).await;
    let upn = format!("{name}@contoso.example");
    let (_, named) = timed(browser.fill(&page, "/signin", &[("username", &upn)])).await;
    let (page, passkey) = timed(browser.get("/signin/passkey")).await;
    let stranger = crate::passkey::Passkey::new();
    let answer = stranger.answer(&page.options());
    let fields = [("credential", answer.as_str())];
    let (_, refused) = timed(browser.fill(&page, "/signin/passkey", &fields)).await;
    let page = browser.get("/signin/password").await;
    let (_, password) =
        timed(browser.fill(&page, "/signin/password", &[("password", "wrong")])).await;
    let page = browser.get("/signin/pass").await;
    let (_, pass) = timed(browser.fill(&page, "/signin/pass", &[("pass", "WRONGWRO")])).await;
    [
        ("the name", named),
        ("the page for a passkey", passkey),
        ("a stranger's passkey", refused),
        ("a wrong password", password),
        ("a wrong pass", pass),
    ]
}

async fn site() -> Site {
    let site = Site::new(&[mfa()]).await;
    site.person("vince").await;
    site.person("wanda").await;
    site.person("xenia").await;
    site.account("yusuf", Account::Disabled).await;
    // As expensive as the one that nobody's guesses are compared with.
    let phc = Argon2::default().hash_password(b"correct horse battery").unwrap().to_string();
    site.hashed_password("wanda", phc).await;
    site.passkey("wanda").await;
    site.app("wanda").await;
    site
}

#[expect(clippy::print_stderr, reason = "the figures are what it is for")]
#[tokio::test]
async fn the_time_of_an_answer_says_nothing_about_who_is_here() {
    // TI-01
    if !is_asked_for() {
        return;
    }
    let site = site().await;
    let mut took: BTreeMap<(&str, &str), Vec<Duration>> = BTreeMap::new();
    for round in 0..1000 {
        // By turns, and each begins as often as the others.
        for at in 0..NAMES.len() {
            let name = NAMES[(at + round) % NAMES.len()];
            if name == "vince" {
                // The one of the round before is over.
                site.pass(name, Usable::Many).await;
            }
            for (what, duration) in asked(&site, name).await {
                took.entry((what, name)).or_default().push(duration);
            }
        }
    }
    let mut told = Vec::new();
    for ((what, name), times) in took.iter().filter(|((_, name), _)| *name != "zahra") {
        let nobody = &took[&(*what, "zahra")];
        let share = told_apart(times, nobody);
        eprintln!("{what}: {name} and nobody, {} each: {share:.3}", times.len());
        if share >= 0.55 {
            told.push(format!("{what} tells {name} from nobody: {share:.3}"));
        }
    }
    assert_eq!(told, [""; 0]);
}

#[tokio::test]
async fn a_difference_that_there_is_is_measured() {
    // The control: a password that is too long is not hashed at all.
    if !is_asked_for() {
        return;
    }
    let site = site().await;
    let long = "x".repeat(300);
    let mut took = [Vec::new(), Vec::new()];
    for _ in 0..8 {
        for (guess, took) in ["wrong", &long].into_iter().zip(&mut took) {
            clock::minutes(16);
            let browser = Browser::new(&site);
            browser.start(App::Spa, "wanda").await;
            let page = browser.get("/signin/password").await;
            let fields = [("password", guess)];
            let guessed = browser.fill(&page, "/signin/password", &fields);
            took.push(timed(guessed).await.1);
        }
    }
    let share = told_apart(&took[0], &took[1]);
    assert!(share > 0.9, "{share:.3} {took:?}");
}
