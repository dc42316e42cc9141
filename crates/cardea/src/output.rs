//! Where text goes, and what the reader's terminal can show of it.

use std::env;
use std::io::{self, ErrorKind, IsTerminal as _, Write as _};
use std::path::Path;

use anstream::{AutoStream, ColorChoice};
use anyhow::{Context as _, Result};
use cardea_check::render::{Charset, Color, Terminal};

use crate::arguments::ColorWhen;
use crate::interrupts::Interrupts;
use crate::write::{Target, replace};

/// Columns of a terminal that does not say how wide it is.
const USUAL_WIDTH: usize = 80;

/// Data goes to standard output or a file, everything else to standard error.
#[derive(Debug)]
pub(crate) struct Output {
    when: ColorWhen,
    interrupts: Interrupts,
}

impl Output {
    pub(crate) fn new(when: ColorWhen, interrupts: Interrupts) -> Self {
        Self { when, interrupts }
    }

    /// What holds interrupts back.
    pub(crate) fn interrupts(&self) -> &Interrupts {
        &self.interrupts
    }

    /// What standard output can show.
    pub(crate) fn terminal(&self) -> Terminal {
        let color = match self.choice() {
            ColorChoice::Always | ColorChoice::AlwaysAnsi => Color::Always,
            ColorChoice::Never | ColorChoice::Auto => Color::Never,
        };
        let width = terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
        Terminal { width: width.unwrap_or(USUAL_WIDTH), color, charset: charset() }
    }

    /// What a file can show that somebody will read: no colours, every character.
    pub(crate) fn file(&self) -> Terminal {
        let color = match self.when {
            ColorWhen::Always => Color::Always,
            ColorWhen::Auto | ColorWhen::Never => Color::Never,
        };
        Terminal { width: USUAL_WIDTH, color, charset: Charset::Unicode }
    }

    /// Writes data: into the file, or else to standard output. A reader that has seen enough is no
    /// error.
    ///
    /// # Errors
    /// It cannot be written.
    pub(crate) fn write(&self, text: &str, file: Option<&Path>) -> Result<()> {
        if let Some(path) = file {
            let _guard = self.interrupts.held_back();
            return replace(&[Target::any(path, text.as_bytes().to_vec())]);
        }
        let mut stdout = AutoStream::new(io::stdout().lock(), self.choice());
        match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
            Err(error) if error.kind() != ErrorKind::BrokenPipe => {
                Err(error).context("cannot write to standard output")
            }
            Ok(()) | Err(_) => Ok(()),
        }
    }

    /// Says something beside the data. Nobody can be told where that fails.
    pub(crate) fn complain(&self, text: &str) {
        let choice = match self.when {
            ColorWhen::Auto => AutoStream::choice(&io::stderr()),
            ColorWhen::Always => ColorChoice::Always,
            ColorWhen::Never => ColorChoice::Never,
        };
        let text = painted(text, choice);
        drop(writeln!(AutoStream::new(io::stderr().lock(), choice), "{text}"));
    }

    /// As [`Self::complain`], for what nothing is wrong with.
    #[expect(clippy::unused_self, reason = "what is said goes through here")]
    pub(crate) fn say(&self, text: &str) {
        drop(writeln!(io::stderr().lock(), "{text}"));
    }

    fn choice(&self) -> ColorChoice {
        match self.when {
            ColorWhen::Auto => AutoStream::choice(&io::stdout()),
            ColorWhen::Always => ColorChoice::Always,
            ColorWhen::Never => ColorChoice::Never,
        }
    }
}

/// A message with its first word in bold red, or bold where it is not an error.
fn painted(text: &str, choice: ColorChoice) -> String {
    let Some((word, rest)) = text.split_once(':') else { return text.to_owned() };
    match choice {
        ColorChoice::Never => text.to_owned(),
        ColorChoice::Auto | ColorChoice::Always | ColorChoice::AlwaysAnsi => {
            let color = if word == "error" { "31;" } else { "" };
            format!("\u{1b}[{color}1m{word}:\u{1b}[0m{rest}")
        }
    }
}

/// Whether somebody watches standard error.
pub(crate) fn is_watched() -> bool {
    io::stderr().is_terminal()
}

/// The characters of the locale. The console of Windows takes any, whatever the locale is.
fn charset() -> Charset {
    let set = |name| env::var(name).ok().filter(|value| !value.is_empty());
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(set);
    if cfg!(windows) { Charset::Unicode } else { charset_of(locale.as_deref()) }
}

fn charset_of(locale: Option<&str>) -> Charset {
    let codeset = locale.unwrap_or("C").to_ascii_lowercase().replace('-', "");
    if codeset.contains("utf8") { Charset::Unicode } else { Charset::Ascii }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_utf_8_locale_gets_other_characters_than_ascii() {
        for locale in ["en_GB.UTF-8", "C.utf8", "de_DE.utf-8@euro"] {
            assert_eq!(charset_of(Some(locale)), Charset::Unicode, "{locale}");
        }
        for locale in [None, Some("C"), Some("POSIX"), Some("de_DE.ISO-8859-1")] {
            assert_eq!(charset_of(locale), Charset::Ascii, "{locale:?}");
        }
    }
}
