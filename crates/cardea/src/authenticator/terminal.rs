//! Questions on the terminal that are no secrets.

use std::fmt::{Display, Write as _};
use std::io::{self, BufRead as _, IsTerminal as _, Write as _};

use cardea_authenticator::Refusal;
use cardea_authenticator::client::Account;

/// Asks for a yes. Anything else, and nobody at all, is a no.
///
/// # Errors
/// They declined.
pub(super) fn agrees(question: &str) -> Result<(), Refusal> {
    let answer = asked(&format!("{question} Approve? [y/N] ")).ok_or(Refusal::Declined)?;
    match answer.trim() {
        "y" | "Y" | "yes" => Ok(()),
        _ => Err(Refusal::Declined),
    }
}

/// Lets them choose among accounts, by number.
pub(super) fn choice(accounts: &[Account]) -> Option<usize> {
    let list = names(accounts);
    let answer = asked(&format!("Which account?\n{list}Number, or nothing to refuse: "))?;
    let number: usize = answer.trim().parse().ok()?;
    number.checked_sub(1).filter(|index| *index < accounts.len())
}

/// The names of accounts, with numbers.
pub(super) fn names(accounts: &[Account]) -> String {
    let name = |it: &Account| {
        plain(it.name.as_deref().or(it.display_name.as_deref()).unwrap_or("no name"))
    };
    numbered(accounts.iter().map(name))
}

/// A list with numbers from one.
pub(super) fn numbered<T: Display>(items: impl IntoIterator<Item = T>) -> String {
    (1..).zip(items).fold(String::new(), |mut text, (number, item): (u32, T)| {
        let _ = writeln!(text, "  {number}  {item}");
        text
    })
}

/// One line of an answer; nothing where there is no terminal.
pub(super) fn asked(question: &str) -> Option<String> {
    if !io::stdin().is_terminal() {
        return None;
    }
    let mut error = io::stderr().lock();
    error.write_all(question.as_bytes()).ok()?;
    error.flush().ok()?;
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer).ok()?;
    Some(answer)
}

/// A text of strangers as it may be shown: without what moves a cursor or turns the direction of writing, and
/// not too long.
pub(super) fn plain(text: &str) -> String {
    text.chars().filter(|c| is_harmless(*c)).take(64).collect()
}

/// As [`plain`], but of any length, and its lines stay lines.
pub(super) fn lines(text: &str) -> String {
    let shown =
        |line: &str| line.chars().filter(|c| is_harmless(*c)).take(2000).collect::<String>();
    text.lines().take(50).map(shown).collect::<Vec<_>>().join("\n  ")
}

fn is_harmless(c: char) -> bool {
    !c.is_control()
        && !matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_strangers_write_moves_nothing_on_the_terminal() {
        assert_eq!(plain("kim\u{1b}[2J@contoso\r\n.example"), "kim[2J@contoso.example");
        assert_eq!(plain("abc\u{202e}fed"), "abcfed");
        assert_eq!(plain(&"x".repeat(1000)).len(), 64);
        assert_eq!(lines("one\u{1b}[2J\r\ntwo\u{7}"), "one[2J\n  two");
    }
}
