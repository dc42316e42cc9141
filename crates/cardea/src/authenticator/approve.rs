//! `cardea authenticator approve`: the app that browsers ask. It opens a profile, waits, and asks its owner about
//! each request.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Result, bail};
use cardea_authenticator::client::{Account, ClientError, Page, RequestOptions};
use cardea_authenticator::{Action, Platform, Prompt, Refusal};
use jiff::Timestamp;
use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::ceremony::{Asked, Open};
use super::desk::{Desk, Visit};
use super::message::{self, Answer, Wanted};
use super::place::Where;
use super::profiles;
use super::secrets::{PinFrom, Source, typed};
use super::terminal;
use crate::arguments::HELP;
use crate::clock;
use crate::exit::Exit;
use crate::output::Output;

const EXAMPLES: &str = "\
Examples:
  cardea authenticator approve                    asks about each request, on this terminal
  cardea authenticator approve --profile personal
  cardea authenticator approve --profile work --json | jq .origin
  cardea authenticator approve --pin-file pin --approve-all-without-asking
                                                  for tests: whatever page asks gets a passkey";

/// Lets browsers use the passkeys of a profile, and asks about each request
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES, help_template = HELP)]
pub(super) struct Arguments {
    /// The profile, where there are several
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,
    #[command(flatten)]
    pin: PinFrom,
    /// Approve whatever any page asks, with the PIN that was given and without a word: for tests only
    #[arg(long)]
    approve_all_without_asking: bool,
    /// Print a line of JSON when it waits and after each request
    #[arg(long)]
    json: bool,
}

/// Waits for browsers until it is interrupted.
///
/// # Errors
/// The profile cannot be opened, or its PIN was wrong too often.
pub(super) fn run(arguments: &Arguments, place: &Where, output: &Output) -> Result<Exit> {
    let source = arguments.pin.source();
    if arguments.approve_all_without_asking && source == Source::Keyboard {
        bail!(
            "--approve-all-without-asking needs the PIN of the profile\n\
             help: give it with --pin-file or --pin-fd"
        );
    }
    let mut vault = place.open()?;
    let name = profiles::meant(&vault, arguments.profile.as_deref())?;
    let pin = source.read(&format!("PIN of profile {name}: "), "--pin-file or --pin-fd")?;
    let unlocked = vault.unlock(&name, Some(&pin))?;
    let mut open = Open::new(unlocked, Platform::Desktop)?.waiting();
    let mut owner =
        if arguments.approve_all_without_asking { Owner::Agreeing(pin) } else { Owner::AtTerminal };
    let desk = Desk::open(&place.beside("socket")?)?;
    let log = Log { output, json: arguments.json };
    log.waits(&name)?;
    let mut turned_down = TurnedDown::default();
    loop {
        let Some(visit) = desk.next(Duration::from_hours(1)) else { continue };
        if attend(visit, &mut open, (&mut owner, &mut turned_down), &log)? == Next::Stop {
            bail!("the PIN was wrong too often\nhelp: start `cardea authenticator approve` anew");
        }
    }
}

/// Who answers.
enum Owner {
    /// Whoever sits at the terminal.
    AtTerminal,
    /// Nobody: everything is approved with this PIN.
    Agreeing(Zeroizing<String>),
}

/// Whether there is more to wait for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    Wait,
    Stop,
}

fn attend(
    visit: Visit,
    open: &mut Open<'_>,
    (owner, turned_down): (&mut Owner, &mut TurnedDown),
    log: &Log<'_>,
) -> Result<Next> {
    let (page, wanted) = match message::read(&visit.request) {
        Ok(read) => read,
        Err(answer) => {
            log.came(None, Err(told(&answer)))?;
            visit.answer(&answer);
            return Ok(Next::Wait);
        }
    };
    let origin = page.origin.to_string();
    if !visit.is_awaited() || turned_down.is_to_wait(&origin, clock::timestamp()) {
        visit.answer(&Answer::not_allowed("No passkey was used."));
        return Ok(Next::Wait);
    }
    let mut asked =
        Asking { owner, visit: &visit, question: question(&page, &wanted, Some(open)), tries: 0 };
    let outcome = ceremony(open, &page, &wanted, &mut asked);
    let (answer, next) = match outcome {
        Ok(response) => {
            log.came(Some(&origin), Ok(()))?;
            turned_down.forget(&origin);
            (Answer::Response(response), Next::Wait)
        }
        Err(error) => {
            log.came(Some(&origin), Err(&error.to_string()))?;
            if error == ClientError::GivenUp {
                turned_down.note(&origin, clock::timestamp());
            }
            let next = if error == ClientError::PinBlocked { Next::Stop } else { Next::Wait };
            (Answer::refused(&error), next)
        }
    };
    visit.answer(&answer);
    Ok(next)
}

/// What is said of requests: on the terminal, or for a program on standard output.
struct Log<'a> {
    output: &'a Output,
    json: bool,
}

impl Log<'_> {
    fn waits(&self, profile: &str) -> Result<()> {
        if self.json {
            return self.line(&json!({ "waiting": true, "profile": profile }));
        }
        self.output.say(&format!("Waiting for browsers, with profile {profile}. Ctrl-C ends it."));
        Ok(())
    }

    /// What came of a request of a page, or why not.
    fn came(&self, origin: Option<&str>, outcome: Result<(), &str>) -> Result<()> {
        if self.json {
            let done = outcome.is_ok();
            return self.line(&json!({ "origin": origin, "done": done, "error": outcome.err() }));
        }
        let text = match (origin, outcome.map_err(terminal::lines)) {
            (Some(origin), Ok(())) => format!("ok  {origin}: done"),
            (Some(origin), Err(why)) => format!("{origin}: {why}"),
            (None, Ok(())) => "ok  done".to_owned(),
            (None, Err(why)) => format!("A page was refused: {why}"),
        };
        self.output.say(&text);
        Ok(())
    }

    fn line(&self, value: &Value) -> Result<()> {
        self.output.write(&format!("{value}\n"), None)
    }
}

fn told(answer: &Answer) -> &str {
    match answer {
        Answer::Error { message, .. } => message,
        Answer::Response(_) | Answer::Available(_) => "",
    }
}

/// Does what a page asks for.
///
/// # Errors
/// Those of the ceremony.
pub(super) fn ceremony(
    open: &mut Open<'_>,
    page: &Page,
    wanted: &Wanted,
    asked: &mut dyn Asked,
) -> Result<Value, ClientError> {
    let written = |it: serde_json::Result<Value>| it.map_err(|_| ClientError::Answer);
    match wanted {
        Wanted::Create(options) => {
            written(serde_json::to_value(open.create(options, page, asked)?))
        }
        Wanted::Get(options) => written(serde_json::to_value(open.get(options, page, asked)?)),
    }
}

/// What the owner is asked: who wants what.
pub(super) fn question(page: &Page, wanted: &Wanted, open: Option<&Open<'_>>) -> String {
    let origin = &page.origin;
    match wanted {
        Wanted::Create(options) => {
            let name = terminal::plain(&options.user.name);
            format!("{origin} wants to make a passkey for {name}.")
        }
        Wanted::Get(options) => match open.and_then(|open| account(page, options, open)) {
            Some(name) => format!("{origin} wants to sign you in as {name}."),
            None => format!("{origin} wants to sign you in."),
        },
    }
}

/// The account, where only one is possible.
fn account(page: &Page, options: &RequestOptions, open: &Open<'_>) -> Option<String> {
    let rp_id = page.origin.rp_id(options.rp_id.as_deref()).ok()?;
    let allowed = &options.allow_credentials;
    let mut possible = open.passkeys().iter().filter(|it| {
        it.rp().id == rp_id.as_str()
            && (allowed.is_empty() || allowed.iter().any(|some| some.id.0 == it.id()))
    });
    match (possible.next(), possible.next()) {
        (Some(only), None) => only.user().label().map(terminal::plain),
        (Some(_) | None, _) => None,
    }
}

/// The owner, asked about one request.
struct Asking<'a> {
    owner: &'a Owner,
    visit: &'a Visit,
    question: String,
    /// How often they were asked for the PIN.
    tries: u8,
}

impl Asked for Asking<'_> {
    fn pin(&mut self, retries: u8) -> Option<Zeroizing<String>> {
        self.tries = self.tries.saturating_add(1);
        match self.owner {
            Owner::Agreeing(pin) => (self.tries == 1).then(|| pin.clone()),
            Owner::AtTerminal => {
                let question = match self.tries {
                    1 => format!("{}\nPIN to approve, or nothing to refuse: ", self.question),
                    _ => format!("That PIN is wrong; {retries} tries are left. PIN: "),
                };
                let pin = typed(&question, "a terminal").ok()?;
                Some(pin).filter(|it| !it.is_empty())
            }
        }
    }

    fn agree(&mut self, prompt: &Prompt<'_>) -> Result<(), Refusal> {
        let question = match prompt.action {
            Action::TellExcluded => {
                format!("{} There is one already, and the page would learn that.", self.question)
            }
            Action::Register
            | Action::RegisterIdentified
            | Action::SignIn
            | Action::Select
            | Action::Authorize
            | Action::Reset => self.question.clone(),
        };
        match self.owner {
            Owner::Agreeing(_) => Ok(()),
            Owner::AtTerminal => terminal::agrees(&question),
        }
    }

    fn choose(&mut self, accounts: &[Account]) -> Option<usize> {
        match self.owner {
            Owner::Agreeing(_) => Some(0),
            Owner::AtTerminal => terminal::choice(accounts),
        }
    }

    fn is_awaited(&self) -> bool {
        self.visit.is_awaited()
    }
}

/// Pages that were turned down. One that asks on and on is not shown for a while, so that nobody approves out of
/// weariness.
#[derive(Debug, Default)]
pub(super) struct TurnedDown(BTreeMap<String, (u8, Timestamp)>);

/// How often in a row a page may be turned down before it has to wait.
const PATIENCE: u8 = 3;
/// How long it has to wait, in seconds.
const PAUSE: i64 = 60;

impl TurnedDown {
    pub(super) fn note(&mut self, origin: &str, now: Timestamp) {
        self.0.retain(|_, (_, last)| age(*last, now) < PAUSE);
        let (times, last) = self.0.entry(origin.to_owned()).or_insert((0, now));
        *times = times.saturating_add(1);
        *last = now;
    }

    pub(super) fn forget(&mut self, origin: &str) {
        self.0.remove(origin);
    }

    pub(super) fn is_to_wait(&self, origin: &str, now: Timestamp) -> bool {
        self.0
            .get(origin)
            .is_some_and(|(times, last)| *times >= PATIENCE && age(*last, now) < PAUSE)
    }
}

/// Seconds since then; none where the clock was set back.
fn age(then: Timestamp, now: Timestamp) -> i64 {
    now.as_second().saturating_sub(then.as_second()).max(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_that_was_turned_down_three_times_has_to_wait_a_minute() {
        let at = |second| Timestamp::from_second(second).unwrap();
        let mut turned_down = TurnedDown::default();
        for second in 0..3 {
            assert!(!turned_down.is_to_wait("https://a.example", at(second)));
            turned_down.note("https://a.example", at(second));
        }
        assert!(turned_down.is_to_wait("https://a.example", at(3)));
        assert!(!turned_down.is_to_wait("https://b.example", at(3)));
        assert!(!turned_down.is_to_wait("https://a.example", at(62)));
        turned_down.note("https://a.example", at(100));
        assert!(!turned_down.is_to_wait("https://a.example", at(101)), "it counts anew");
        turned_down.note("https://a.example", at(102));
        turned_down.note("https://a.example", at(103));
        turned_down.forget("https://a.example");
        assert!(!turned_down.is_to_wait("https://a.example", at(104)));
    }
}
