//! What is going on, for whoever waits.

use std::env;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use crate::output::is_watched;

/// Before this nobody is told anything.
const PATIENCE: Duration = Duration::from_millis(400);
/// How often a log gets a line.
const LOG: Duration = Duration::from_mins(1);
/// How often the picture moves.
const TICK: Duration = Duration::from_millis(100);

/// Tells standard error what is being done, until it is dropped: a terminal after 400 milliseconds,
/// the log of a build once a minute, nobody else.
#[derive(Debug)]
pub(crate) struct Progress {
    doing: Option<Sender<String>>,
    teller: Option<JoinHandle<()>>,
}

impl Progress {
    /// Begins to tell.
    pub(crate) fn start(doing: &str) -> Self {
        let tell: fn(&Receiver<String>, String) = if is_watched() {
            on_terminal
        } else if env::var_os("CI").is_some() {
            in_log
        } else {
            return Self { doing: None, teller: None };
        };
        let (sender, receiver) = mpsc::channel();
        let doing = doing.to_owned();
        let teller = thread::spawn(move || tell(&receiver, doing));
        Self { doing: Some(sender), teller: Some(teller) }
    }

    /// Goes on to something else.
    pub(crate) fn turn_to(&self, doing: impl Into<String>) {
        if let Some(sender) = &self.doing {
            // Nobody to tell: the teller has gone.
            drop(sender.send(doing.into()));
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.doing = None;
        if let Some(teller) = self.teller.take() {
            drop(teller.join());
        }
    }
}

/// Waits so long for the end; tells what is being done by then, or nothing where all is done.
fn still_doing(receiver: &Receiver<String>, mut doing: String, wait: Duration) -> Option<String> {
    loop {
        match receiver.recv_timeout(wait) {
            Ok(next) => doing = next,
            Err(RecvTimeoutError::Timeout) => return Some(doing),
            Err(RecvTimeoutError::Disconnected) => return None,
        }
    }
}

fn on_terminal(receiver: &Receiver<String>, doing: String) {
    let Some(doing) = still_doing(receiver, doing, PATIENCE) else { return };
    let bar = ProgressBar::new_spinner();
    if let Ok(style) = ProgressStyle::with_template("{spinner} {msg}  {elapsed}") {
        bar.set_style(style.tick_chars("|/-\\ "));
    }
    bar.set_message(doing);
    bar.enable_steady_tick(TICK);
    while let Ok(next) = receiver.recv() {
        bar.set_message(next);
    }
    bar.finish_and_clear();
}

fn in_log(receiver: &Receiver<String>, mut doing: String) {
    for minutes in 1_u32.. {
        let Some(still) = still_doing(receiver, doing, LOG) else { return };
        let minute = if minutes == 1 { "minute" } else { "minutes" };
        #[expect(clippy::print_stderr, reason = "this is the log")]
        {
            eprintln!("cardea: {still}, {minutes} {minute}");
        }
        doing = still;
    }
}
