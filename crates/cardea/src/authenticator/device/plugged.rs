//! A security key that is plugged in: a profile that is open, a device of the kernel, and the owner at the terminal.

use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Write as _};

use anyhow::{Context as _, Result, anyhow};
use cardea_authenticator::{
    Action, Platform, PlatformCheck, PlatformVerified, Prompt, Refusal, User,
};

use super::line::Line;
use crate::authenticator::approve::TurnedDown;
use crate::authenticator::ceremony::Open;
use crate::authenticator::place::Where;
use crate::authenticator::secrets::Source;
use crate::authenticator::{profiles, terminal};
use crate::clock;
use crate::exit::Exit;
use crate::output::Output;

/// Where the kernel takes devices from programs.
const NODE: &str = "/dev/uhid";

/// Is a security key until it is interrupted.
///
/// # Errors
/// The profile or `/dev/uhid` cannot be opened, or the kernel ends the device.
pub(super) fn run(
    (profile, pin): (Option<&str>, Source<'_>),
    place: &Where,
    output: &Output,
) -> Result<Exit> {
    let mut vault = place.open()?;
    let name = profiles::meant(&vault, profile)?;
    let node = node()?;
    let pin = pin.read(&format!("PIN of profile {name}: "), "--pin-file or --pin-fd")?;
    let unlocked = vault.unlock(&name, Some(&pin))?;
    let mut open = Open::new(unlocked, Platform::Desktop)?.plugged_in();
    let line = Line::open(node, "Cardea Authenticator", say_taken_back);
    let line = line.with_context(|| format!("the kernel makes no device of `{NODE}`"))?;
    output.say(&format!("A security key with profile {name}. Ctrl-C pulls it out."));
    let mut turned_down = TurnedDown::default();
    loop {
        let request = line.next().context("the kernel has ended the device")?;
        let asks = |question: &str| terminal::agrees(question);
        let mut holder = Holder { line: &line, asks: &asks, turned_down: &mut turned_down };
        line.answer(&open.handle(&request, &mut holder));
    }
}

/// Opens the kernel's node.
fn node() -> Result<File> {
    OpenOptions::new().read(true).write(true).open(NODE).map_err(|error| {
        let help = if error.kind() == ErrorKind::NotFound {
            "the kernel's module makes it: `modprobe uhid`, as root"
        } else {
            "it is root's: let your user have it, as docs/authenticator.md says"
        };
        anyhow!("cannot open `{NODE}`: {error}\nhelp: {help}")
    })
}

/// The question stays on the terminal until somebody answers it, so they are told that it does not matter how.
fn say_taken_back() {
    let text = "\nThe program has taken its request back. Press Enter; nothing is done.";
    drop(writeln!(io::stderr().lock(), "{text}"));
}

/// Whoever has plugged the key in, during one request.
struct Holder<'a> {
    line: &'a Line,
    asks: &'a dyn Fn(&str) -> Result<(), Refusal>,
    turned_down: &'a mut TurnedDown,
}

impl User for Holder<'_> {
    fn confirm(&mut self, prompt: &Prompt<'_>) -> Result<(), Refusal> {
        let who = prompt.rp_id.unwrap_or_default();
        if self.turned_down.is_to_wait(who, clock::timestamp()) {
            return Err(Refusal::Declined);
        }
        let answer = self.line.asking(|| (self.asks)(&question(prompt)));
        let answer = answer.map_err(|_| Refusal::Cancelled)?;
        match answer {
            Ok(()) => self.turned_down.forget(who),
            Err(_) => self.turned_down.note(who, clock::timestamp()),
        }
        answer
    }

    /// Programs verify by the PIN, which they ask for themselves.
    fn platform_check(&self) -> PlatformCheck {
        PlatformCheck::NotSetUp
    }

    fn verify(&mut self, _: &Prompt<'_>) -> Result<PlatformVerified, Refusal> {
        Err(Refusal::Mismatch)
    }
}

/// What the owner is asked. A key sees no page: the relying party is who the program says it is.
fn question(prompt: &Prompt<'_>) -> String {
    let website = terminal::plain(prompt.rp_id.unwrap_or("a website"));
    let account = prompt.account.map(|it| format!(" as {}", terminal::plain(it)));
    let account = account.unwrap_or_default();
    match prompt.action {
        Action::Register => format!("A program wants to make a passkey for {website}{account}."),
        Action::RegisterIdentified => format!(
            "A program wants to make a passkey for {website}{account}, which would learn which \
             installation this is."
        ),
        Action::TellExcluded => format!(
            "A program wants to make a passkey for {website}. There is one already, and it would learn \
             that."
        ),
        Action::SignIn => format!("A program wants to sign you in to {website}{account}."),
        Action::Select => "A program asks which security key you mean.".to_owned(),
        Action::Authorize => "A program wants to use this security key for ten minutes.".to_owned(),
        Action::Reset => "A program wants to delete ALL passkeys of this profile.".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_programs_say_moves_nothing_on_the_terminal() {
        let asked = Prompt {
            action: Action::SignIn,
            rp_id: Some("example.org\u{1b}[2J"),
            account: Some("kim\u{202e}"),
        };
        assert_eq!(question(&asked), "A program wants to sign you in to example.org[2J as kim.");
        let asked = Prompt { action: Action::Register, account: None, ..asked };
        assert_eq!(question(&asked), "A program wants to make a passkey for example.org[2J.");
    }
}
