//! `cardea authenticator bridge`: what the browser starts to reach the app that runs. One process carries one
//! question and ends; where the browser closes its end, the question is taken back.

use std::io::{self, Read as _};
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};

use super::extension;
use super::frame;
use super::message::{Answer, Request};
use super::place::Where;
use crate::arguments::HELP;
use crate::exit::Exit;

const EXAMPLES: &str = "\
Examples:
  cardea authenticator install-extension   writes what makes the browser start it";

/// What is told where no app runs.
const NOBODY: &str = "Open Authenticator (cardea authenticator approve) and try again.";

/// Carries one request of the browser's extension to `approve`; the browser starts it
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES, help_template = HELP)]
pub(super) struct Arguments {
    /// The extension that asks, as the browser says
    #[arg(value_name = "ORIGIN")]
    caller: String,
    /// What else browsers say
    #[arg(hide = true, trailing_var_arg = true, allow_hyphen_values = true)]
    more: Vec<String>,
}

/// Carries one request.
///
/// # Errors
/// Somebody else than the extension asks, or does not speak as it does.
pub(super) fn run(arguments: &Arguments, place: &Where) -> Result<Exit> {
    let ours = extension::origin();
    if arguments.caller != ours {
        bail!("this is for the browser's extension `{ours}`, not for `{}`", arguments.caller);
    }
    let request: Option<Request> =
        frame::read(&mut io::stdin().lock()).context("the browser's message cannot be read")?;
    let Some(request) = request else { return Ok(Exit::Proved) };
    let answer = carried(&request, &place.beside("socket")?);
    frame::write(&mut io::stdout().lock(), &answer).context("the browser takes no answer")?;
    Ok(Exit::Proved)
}

fn carried(request: &Request, socket: &Path) -> Answer {
    let answer = UnixStream::connect(socket).and_then(|mut stream| {
        stream.set_write_timeout(Some(Duration::from_secs(10)))?;
        frame::write(&mut stream, request)?;
        let ending = stream.try_clone()?;
        thread::Builder::new().spawn(move || until_closed(&ending))?;
        frame::read(&mut stream)
    });
    match (answer, request) {
        (Ok(Some(answer)), _) => answer,
        (Ok(None) | Err(_), Request::Available) => Answer::Available(false),
        (Ok(None) | Err(_), Request::Create { .. } | Request::Get { .. }) => {
            Answer::not_allowed(NOBODY)
        }
    }
}

/// Ends the connection when the browser ends its own.
fn until_closed(stream: &UnixStream) {
    let mut byte = [0];
    while io::stdin().lock().read(&mut byte).is_ok_and(|count| count > 0) {}
    let _ = stream.shutdown(Shutdown::Both);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_no_app_runs_pages_are_told_what_to_do() {
        let folder = tempfile::tempdir().unwrap();
        let socket = folder.path().join("socket");
        let asked = Request::Get { request: String::new() };
        assert_eq!(carried(&asked, &socket), Answer::not_allowed(NOBODY));
        assert_eq!(carried(&Request::Available, &socket), Answer::Available(false));
    }
}
