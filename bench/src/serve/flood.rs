//! Wrong passwords, many at once. Each guesser has an answer before it guesses again, and no name is
//! guessed at so often that the tenant stops looking at the guesses.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use anyhow::{Result, bail};

use super::browser::{App, Browser, filled, form};
use super::connection::{Address, Connection};

/// Guesses at a name; the tenant looks at ten in a quarter of an hour.
const GUESSES: usize = 9;
/// Names that each guesser has at hand before the flood begins.
const NAMES: usize = 8;
const PASSWORD: &str = "/signin/password";
/// How long the patient wait. The tenant asks them to wait a minute.
const PATIENCE: Duration = Duration::from_secs(1);

/// What a guesser does who was turned away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    /// It tries again at once.
    Rude,
    /// It waits a second.
    Patient,
}

impl Manner {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Rude, Self::Patient];

    /// The word for figures.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rude => "rude",
            Self::Patient => "patient",
        }
    }
}

/// What became of the guesses.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    /// They were checked, and found wrong.
    pub(crate) checked: AtomicUsize,
    /// They were turned away at once.
    pub(crate) turned_away: AtomicUsize,
}

/// Guesses at one name after the other.
pub(crate) struct Guesser<'f> {
    connection: Connection,
    app: &'f App,
    tally: &'f Tally,
    manner: Manner,
    number: usize,
    begun: usize,
    doors: Vec<Door>,
}

/// A page that asks for somebody's password.
struct Door {
    browser: Browser,
    /// The page's form with a wrong password in it.
    form: String,
    left: usize,
}

impl<'f> Guesser<'f> {
    /// A guesser with a number of its own, before some pages already.
    pub(crate) fn new(
        (address, app): (&Address, &'f App),
        tally: &'f Tally,
        (manner, number): (Manner, usize),
    ) -> Result<Self> {
        let connection = address.connect()?;
        let mut guesser =
            Self { connection, app, tally, manner, number, begun: 0, doors: Vec::new() };
        for _ in 0..NAMES {
            let door = guesser.door()?;
            guesser.doors.push(door);
        }
        Ok(guesser)
    }

    /// Nobody has these names, so that each guess costs what one at a real password costs.
    fn door(&mut self) -> Result<Door> {
        self.begun += 1;
        let name =
            format!("{}{}-{}@fernmoorwater.example", self.manner.name(), self.number, self.begun);
        let mut browser = Browser::default();
        let page = browser.begin(&mut self.connection, self.app)?;
        let name = [("username", name.as_str())];
        browser.submit(&mut self.connection, &page, ("/signin", &name))?.expect(200)?;
        let page = browser.open(&mut self.connection, PASSWORD)?.expect(200)?;
        let form = filled(&form(&page, PASSWORD)?, &[("password", "a wrong one")]);
        Ok(Door { browser, form, left: GUESSES })
    }

    /// Guesses once.
    pub(crate) fn guess(&mut self) -> Result<()> {
        let mut door = match self.doors.pop() {
            Some(door) => door,
            None => self.door()?,
        };
        let answer = door.browser.post(&mut self.connection, PASSWORD, &door.form)?;
        let counted = match answer.status {
            200 if answer.path == PASSWORD => &self.tally.checked,
            429 => &self.tally.turned_away,
            _ => bail!("a wrong password was answered with {answer:?}"),
        };
        counted.fetch_add(1, Ordering::Relaxed);
        if answer.status == 429 && self.manner == Manner::Patient {
            thread::sleep(PATIENCE);
        }
        door.left -= 1;
        if door.left > 0 {
            self.doors.push(door);
        }
        Ok(())
    }
}
