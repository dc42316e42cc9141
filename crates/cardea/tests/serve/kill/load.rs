//! People and applications that keep a server busy, and write down what it has acknowledged.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use tokio::sync::Notify;

use crate::small::Place;
use crate::visitor::{Gone, Tokens, Visitor};

/// How many people sign in and exchange tokens at the same time.
pub(super) const WORKERS: usize = 6;
/// How many passes there are for each round.
pub(super) const PASSES: usize = 3;
/// How many wrong guesses there are at most before the server is killed; one more would lock.
const GUESSES: u32 = 9;

/// A small generator of pseudo-random numbers (xorshift).
#[derive(Clone, Debug)]
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub(super) fn throw(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 16).unwrap_or(0) % sides
    }
}

/// Counts acknowledgements until it is time to kill.
#[derive(Debug)]
pub(super) struct Tally {
    until: usize,
    acknowledged: AtomicUsize,
    unanswered: AtomicUsize,
    is_killed: AtomicBool,
    pub(super) enough: Notify,
}

impl Tally {
    /// Counts up to `until`.
    pub(super) fn new(until: usize) -> Self {
        Self {
            until,
            acknowledged: AtomicUsize::new(0),
            unanswered: AtomicUsize::new(0),
            is_killed: AtomicBool::new(false),
            enough: Notify::new(),
        }
    }

    /// From now on an answer may fail to come.
    pub(super) fn kill(&self) {
        self.is_killed.store(true, Ordering::SeqCst);
    }

    /// How many requests have been acknowledged, and how many were cut off.
    pub(super) fn counts(&self) -> (usize, usize) {
        (self.acknowledged.load(Ordering::SeqCst), self.unanswered.load(Ordering::SeqCst))
    }

    /// Waits for an answer and counts it. None may fail to come while the server is not killed.
    async fn ask<T>(&self, question: impl Future<Output = Result<T, Gone>>) -> Result<T, Gone> {
        match question.await {
            Ok(answer) => {
                if self.acknowledged.fetch_add(1, Ordering::SeqCst) + 1 == self.until {
                    self.enough.notify_one();
                }
                Ok(answer)
            }
            Err(Gone(why)) => {
                assert!(self.is_killed.load(Ordering::SeqCst), "no answer without a kill: {why}");
                self.unanswered.fetch_add(1, Ordering::SeqCst);
                Err(Gone(why))
            }
        }
    }
}

/// A refresh token and those before it.
#[derive(Clone, Debug)]
pub(super) struct Family {
    /// The code that was redeemed for the first.
    pub(super) code: String,
    /// Those that were exchanged.
    pub(super) used: Vec<String>,
    /// The last that came back.
    pub(super) last: String,
    /// Whether it was sent in again, and no answer came.
    pub(super) is_unclear: bool,
}

/// Wrong guesses at one person's password.
#[derive(Clone, Debug, Default)]
pub(super) struct Guesses {
    pub(super) name: String,
    /// Those that were answered.
    pub(super) counted: u32,
    /// Those that may or may not have been counted.
    pub(super) unclear: u32,
}

/// What the server has acknowledged in a round.
#[derive(Clone, Debug, Default)]
pub(super) struct Acknowledged {
    pub(super) families: Vec<Family>,
    /// Codes that nobody redeemed.
    pub(super) codes: Vec<String>,
    /// Browsers that are signed in.
    pub(super) sessions: Vec<Visitor>,
    /// How many sign-ins and refreshes there were, by person.
    pub(super) sign_ins: Vec<(String, usize)>,
    /// Passes that let somebody in: the name and the text.
    pub(super) passes: Vec<(String, String)>,
    pub(super) guesses: Vec<Guesses>,
}

impl Acknowledged {
    pub(super) fn join(mut self, other: Self) -> Self {
        self.families.extend(other.families);
        self.codes.extend(other.codes);
        self.sessions.extend(other.sessions);
        self.sign_ins.extend(other.sign_ins);
        self.passes.extend(other.passes);
        self.guesses.extend(other.guesses);
        self
    }
}

/// Signs in again and again, and exchanges what comes of it, until the server is gone.
pub(super) async fn tokens(
    place: &Place,
    tally: &Tally,
    (name, mut dice): (String, Dice),
) -> Acknowledged {
    let mut done = Acknowledged::default();
    let mut count = 0;
    while grant(place, tally, (&name, &mut dice), (&mut done, &mut count)).await.is_ok() {}
    done.sign_ins.push((name, count));
    done
}

/// One sign-in, and what an application makes of it.
async fn grant(
    place: &Place,
    tally: &Tally,
    (name, dice): (&str, &mut Dice),
    (done, count): (&mut Acknowledged, &mut usize),
) -> Result<(), Gone> {
    let mut visitor = Visitor::new(place);
    let code = tally.ask(visitor.sign_in(name)).await?;
    *count += 1;
    done.sessions = vec![visitor.clone()];
    if dice.throw(4) == 0 {
        done.codes.push(code);
        return Ok(());
    }
    let last = granted(tally.ask(visitor.redeem(&code)).await?);
    done.families.push(Family { code, used: Vec::new(), last, is_unclear: false });
    let family = done.families.last_mut().expect("the one that was just added");
    for _ in 0..dice.throw(8) {
        family.is_unclear = true;
        let next = granted(tally.ask(visitor.refresh(&family.last)).await?);
        family.is_unclear = false;
        *count += 1;
        family.used.push(std::mem::replace(&mut family.last, next));
    }
    Ok(())
}

fn granted(tokens: Tokens) -> String {
    match tokens {
        Tokens::Refresh(token) => token,
        Tokens::Refused(error) => panic!("refused while nothing was wrong: {error}"),
    }
}

/// Guesses at somebody's password, and uses passes in between, until all are used or the server is gone.
pub(super) async fn guesses_and_passes(
    place: &Place,
    tally: &Tally,
    (name, passes): (String, Vec<(String, String)>),
) -> Acknowledged {
    let guesses = vec![Guesses { name, ..Guesses::default() }];
    let mut done = Acknowledged { guesses, ..Acknowledged::default() };
    // What went wrong is known by now: the server is gone.
    drop(guess_and_pass(place, tally, (&mut done, passes)).await);
    done
}

async fn guess_and_pass(
    place: &Place,
    tally: &Tally,
    (done, passes): (&mut Acknowledged, Vec<(String, String)>),
) -> Result<(), Gone> {
    let mut guesser = Visitor::new(place);
    let guesses = done.guesses.first_mut().expect("the one");
    tally.ask(guesser.begin(&guesses.name)).await?;
    let mut passes = passes.into_iter();
    for turn in 1..=GUESSES {
        guesses.unclear = 1;
        let page = tally.ask(guesser.with_password("wrong")).await?;
        assert!(!page.body.contains("Too many tries"), "locked after {turn}");
        guesses.unclear = 0;
        guesses.counted += 1;
        let due = if turn.is_multiple_of(3) { passes.next() } else { None };
        let Some((name, pass)) = due else { continue };
        let mut bearer = Visitor::new(place);
        tally.ask(bearer.begin(&name)).await?;
        let page = tally.ask(bearer.with_pass(&pass)).await?;
        assert_eq!(page.path, "/signin/stay", "{}", page.body);
        done.passes.push((name, pass));
    }
    Ok(())
}
