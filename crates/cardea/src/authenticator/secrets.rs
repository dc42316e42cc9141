//! Secrets that people type: without an echo on a terminal, or for scripts from a file or a descriptor. Never
//! from arguments, which every program on the computer can read.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, ErrorKind, IsTerminal as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use zeroize::{Zeroize as _, Zeroizing};

/// The longest line that is read as a secret.
const LONGEST: u64 = 4096;

/// Where the PIN of a profile comes from, if not from the keyboard.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct PinFrom {
    /// Read the PIN from the first line of a file; `-` is standard input, a line for each
    #[arg(long, value_name = "FILE", conflicts_with = "pin_fd")]
    pub(super) pin_file: Option<PathBuf>,
    /// Read the PIN from an open file descriptor
    #[arg(long, value_name = "N")]
    pub(super) pin_fd: Option<u32>,
}

/// Where a pass comes from, if not from the keyboard.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct PassFrom {
    /// Read the Temporary Access Pass from the first line of a file, as --pin-file does
    #[arg(long, value_name = "FILE", conflicts_with = "pass_fd")]
    pub(super) pass_file: Option<PathBuf>,
    /// Read the Temporary Access Pass from an open file descriptor
    #[arg(long, value_name = "N")]
    pub(super) pass_fd: Option<u32>,
}

/// Where a secret comes from.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Source<'a> {
    /// The keyboard, without an echo.
    Keyboard,
    /// The first line of a file.
    File(&'a Path),
    /// The first line of what a descriptor gives.
    Descriptor(u32),
    /// The next line of standard input.
    Input,
    /// What was typed before.
    Given(&'a str),
}

impl std::fmt::Debug for Source<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Keyboard => f.write_str("Keyboard"),
            Self::File(path) => write!(f, "File({})", path.display()),
            Self::Descriptor(number) => write!(f, "Descriptor({number})"),
            Self::Input => f.write_str("Input"),
            Self::Given(_) => f.write_str("Given(…)"),
        }
    }
}

impl PinFrom {
    pub(super) fn source(&self) -> Source<'_> {
        source(self.pin_file.as_deref(), self.pin_fd)
    }
}

impl PassFrom {
    pub(super) fn source(&self) -> Source<'_> {
        source(self.pass_file.as_deref(), self.pass_fd)
    }
}

/// Where a secret comes from that an option may name a file for.
pub(super) fn in_file(path: Option<&PathBuf>) -> Source<'_> {
    source(path.map(PathBuf::as_path), None)
}

fn source(file: Option<&Path>, descriptor: Option<u32>) -> Source<'_> {
    match (file, descriptor) {
        (Some(path), _) if path == Path::new("-") => Source::Input,
        (Some(path), _) => Source::File(path),
        (None, Some(number)) => Source::Descriptor(number),
        (None, None) => Source::Keyboard,
    }
}

impl Source<'_> {
    /// The secret. `question` is what the person is asked, and `option` what a script gives instead of an answer.
    ///
    /// # Errors
    /// There is no terminal and nothing was given instead; it cannot be read; it is empty.
    pub(super) fn read(self, question: &str, option: &str) -> Result<Zeroizing<String>> {
        let secret = match self {
            Self::Keyboard => typed(question, option)?,
            Self::Given(secret) => Zeroizing::new(secret.to_owned()),
            Self::Input => line(io::stdin().lock()).context("standard input cannot be read")?,
            Self::File(path) => {
                let cannot = || format!("cannot read `{}`", path.display());
                line(BufReader::new(File::open(path).with_context(cannot)?)).with_context(cannot)?
            }
            Self::Descriptor(number) => {
                let cannot = || format!("cannot read from descriptor {number}");
                let file = File::open(format!("/dev/fd/{number}")).with_context(cannot)?;
                line(BufReader::new(file)).with_context(cannot)?
            }
        };
        if secret.is_empty() {
            bail!("nothing was entered, and nothing was done");
        }
        Ok(secret)
    }
}

/// Asks on the terminal; an empty answer is one.
///
/// # Errors
/// There is no terminal.
pub(super) fn typed(question: &str, option: &str) -> Result<Zeroizing<String>> {
    // Whoever redirects the input is a script, and would wait for a terminal that nobody looks at.
    if io::stdin().is_terminal() {
        match rpassword::prompt_password(question) {
            Ok(secret) => return Ok(Zeroizing::new(secret)),
            Err(error) if error.kind() == ErrorKind::Interrupted => return Err(error.into()),
            Err(_) => {}
        }
    }
    bail!(
        "there is no terminal to ask \"{}\" on\nhelp: give it with {option}",
        question.trim_end_matches([':', ' '])
    )
}

/// One line, without what ends it.
fn line(reader: impl io::BufRead) -> io::Result<Zeroizing<String>> {
    let mut bytes = Zeroizing::new(Vec::new());
    reader.take(LONGEST).read_until(b'\n', &mut bytes)?;
    let mut text = String::from_utf8(std::mem::take(&mut *bytes)).map_err(|error| {
        error.into_bytes().zeroize();
        io::Error::new(ErrorKind::InvalidData, "it is no text")
    })?;
    text.truncate(text.trim_end_matches(['\n', '\r']).len());
    Ok(Zeroizing::new(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_the_first_line_of_a_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pin");
        let read = |text: &[u8]| {
            std::fs::write(&path, text).unwrap();
            Source::File(&path).read("PIN: ", "--pin-file").map(|it| it.to_string())
        };
        assert_eq!(read(b"2468\r\nrest").unwrap(), "2468");
        assert_eq!(read(b" 2468 ").unwrap(), " 2468 ", "spaces are part of it");
        assert!(read(b"\n").unwrap_err().to_string().contains("nothing was entered"));
        assert!(read(b"\xff\xfe").is_err());
    }

    #[test]
    fn the_options_say_where_a_secret_comes_from() {
        let from = |file: Option<&'static str>, number| source(file.map(Path::new), number);
        assert_eq!(from(None, None), Source::Keyboard);
        assert_eq!(from(Some("-"), None), Source::Input);
        assert_eq!(from(Some("a"), None), Source::File(Path::new("a")));
        assert_eq!(from(None, Some(3)), Source::Descriptor(3));
    }
}
