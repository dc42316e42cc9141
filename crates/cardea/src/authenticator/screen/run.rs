//! The screen on a real terminal: keys, browsers and the vault.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Result, anyhow};
use cardea_authenticator::client::{Account, ClientError};
use cardea_authenticator::vault::Vault;
use cardea_authenticator::{Platform, Prompt, Refusal};
use cardea_web::authenticator::Hidden;
use ratatui::DefaultTerminal;
use ratatui::crossterm::event::{self, Event};
use serde_json::Value;
use zeroize::Zeroizing;

use super::draw::{Colors, draw};
use super::{Adding, Effect, Screen, Shelf};
use crate::authenticator::add::{Came, Wanted as WantedPasskey};
use crate::authenticator::approve::{TurnedDown, ceremony, question};
use crate::authenticator::ceremony::{Asked, Open};
use crate::authenticator::desk::{Desk, Visit};
use crate::authenticator::manage::{self, Changed, Removal};
use crate::authenticator::message::{self, Answer};
use crate::authenticator::passkeys::{self, Chosen, Kept};
use crate::authenticator::place::Where;
use crate::authenticator::profiles;
use crate::authenticator::secrets::Source;
use crate::authenticator::sign_in::Showing;
use crate::authenticator::tenant::Reach;
use crate::authenticator::terminal;
use crate::clock;
use crate::exit::Exit;

/// How long the screen waits for a key before it looks for browsers again.
const TURN: Duration = Duration::from_millis(200);
/// After how many seconds without a key everything is locked.
const IDLE: i64 = 300;

/// Shows the screen until its user leaves.
///
/// # Errors
/// The vault cannot be opened, or the terminal fails.
pub(in crate::authenticator) fn run(place: &Where) -> Result<Exit> {
    let vault = place.open()?;
    let desk = Desk::open(&place.beside("socket")?)?;
    let plain = std::env::var_os("NO_COLOR").is_some_and(|it| !it.is_empty());
    let colors = if plain { Colors::Off } else { Colors::On };
    let mut shown = Shown {
        place,
        vault,
        desk,
        colors,
        screen: Screen::default(),
        open: Vec::new(),
        visit: None,
        turned_down: TurnedDown::default(),
    };
    let mut terminal = ratatui::try_init()?;
    let outcome = shown.until_quit(&mut terminal);
    ratatui::restore();
    outcome?;
    Ok(Exit::Proved)
}

struct Shown<'a> {
    place: &'a Where,
    vault: Vault,
    desk: Desk,
    colors: Colors,
    screen: Screen,
    /// Profiles that are open, with their PINs; forgotten when they are locked.
    open: Vec<Chosen>,
    visit: Option<Visit>,
    turned_down: TurnedDown,
}

impl Shown<'_> {
    fn until_quit(&mut self, terminal: &mut DefaultTerminal) -> Result<()> {
        self.refresh()?;
        let (mut touched, mut is_new) = (clock::timestamp(), true);
        loop {
            let now = clock::timestamp();
            is_new |= self.browsers();
            if now.as_second() - touched.as_second() > IDLE && !self.open.is_empty() {
                self.screen.lock();
                is_new = true;
            }
            if is_new {
                terminal.draw(|frame| draw(frame, &self.screen, now, self.colors))?;
            }
            if self.screen.shelves.iter().all(|it| it.passkeys.is_none()) {
                self.open.clear();
            }
            is_new = event::poll(TURN)?;
            if !is_new {
                continue;
            }
            // A window of another size is drawn anew, too.
            let Event::Key(key) = event::read()? else { continue };
            touched = now;
            match self.screen.key(key) {
                Some(Effect::Quit) => return Ok(()),
                Some(effect) => {
                    let said = self.doing(terminal, effect);
                    self.screen.said = said.unwrap_or_else(|error| format!("error: {error:#}"));
                    self.refresh()?;
                }
                None => {}
            }
        }
    }

    /// Reads the profiles, and the passkeys of those that are open.
    fn refresh(&mut self) -> Result<()> {
        let mut shelves = Vec::new();
        for summary in self.vault.profiles() {
            let chosen = self.open.iter().find(|it| it.profile == summary.name);
            let passkeys = match chosen {
                Some(chosen) => Some(passkeys::kept(&chosen.open(&mut self.vault)?)),
                None => None,
            };
            let kind = profiles::kind(summary.binding);
            shelves.push(Shelf { name: summary.name, kind, passkeys });
        }
        self.screen.shelves = shelves;
        self.screen.marked = self.screen.marked.min(self.screen.lines().len().saturating_sub(1));
        Ok(())
    }

    /// Takes the next request of a browser, and gives up one that was taken back. Says whether there is anything
    /// new to show.
    fn browsers(&mut self) -> bool {
        if let Some(visit) = &self.visit {
            let is_gone = !visit.is_awaited();
            if is_gone {
                self.visit = None;
                self.screen.taken_back();
            }
            return is_gone;
        }
        let Some(visit) = self.desk.next(Duration::ZERO) else { return false };
        match message::read(&visit.request) {
            Err(answer) => visit.answer(&answer),
            Ok((page, _))
                if self.turned_down.is_to_wait(page.origin.as_str(), clock::timestamp()) =>
            {
                visit.answer(&Answer::not_allowed("No passkey was used."));
            }
            Ok((page, wanted)) => {
                self.screen.ask(&question(&page, &wanted, None));
                self.visit = Some(visit);
            }
        }
        true
    }

    fn doing(&mut self, terminal: &mut DefaultTerminal, effect: Effect) -> Result<String> {
        "Working.".clone_into(&mut self.screen.said);
        let (screen, colors) = (&self.screen, self.colors);
        terminal.draw(|frame| draw(frame, screen, clock::timestamp(), colors))?;
        match effect {
            Effect::Quit => Ok(String::new()),
            Effect::Unlock { profile, pin } => {
                let chosen =
                    Chosen::new(&mut self.vault, Some(&profile), Source::Given(pin.expose()))?;
                self.open.push(chosen);
                Ok(format!("Profile {profile} is open."))
            }
            Effect::Add(adding) => self.add(&adding),
            Effect::Rename { profile, passkey, name } => {
                let vault = &mut self.vault;
                let chosen = opened(&self.open, &profile)?;
                Ok(told(manage::rename(vault, (chosen, &passkey), &name, &Reach::default())?))
            }
            Effect::Remove { profile, passkey } => {
                let how = removal(&passkey);
                let vault = &mut self.vault;
                let chosen = opened(&self.open, &profile)?;
                Ok(told(manage::remove(vault, (chosen, &passkey), how, &Reach::default())?))
            }
            Effect::Approve { profile, pin } => self.approve(terminal, &profile, &pin),
            Effect::Refuse => {
                if let Some(visit) = self.visit.take() {
                    if let Ok((page, _)) = message::read(&visit.request) {
                        self.turned_down.note(page.origin.as_str(), clock::timestamp());
                    }
                    visit.answer(&Answer::not_allowed("No passkey was used."));
                }
                Ok("The browser's request was refused.".to_owned())
            }
        }
    }

    fn add(&mut self, adding: &Adding) -> Result<String> {
        let ca = Some(&adding.ca).filter(|it| !it.is_empty()).map(PathBuf::from);
        let roots = Reach { ca }.roots(None)?;
        let apple = adding.device.to_lowercase().contains("iphone");
        let wanted = WantedPasskey {
            user: &adding.user,
            tenant: &adding.tenant,
            profile: &adding.profile,
            platform: if apple { Platform::Ios } else { Platform::Android },
            device_name: Some(&adding.device),
            from: None,
            beside: None,
            showing: Showing::Pass(&adding.pass),
            pin: Source::Given(adding.pin.expose()),
            roots: roots.as_deref(),
        };
        match wanted.add(&mut self.vault, self.place)? {
            Came::Added(added) => Ok(added.told()),
            Came::Wall(wall) => Ok(wall.told()),
        }
    }

    /// Opens the profile with the PIN, which is the gesture as well, and does what the browser asks.
    fn approve(
        &mut self,
        terminal: &mut DefaultTerminal,
        profile: &str,
        pin: &Hidden,
    ) -> Result<String> {
        let Some(visit) = self.visit.take() else { return Ok(String::new()) };
        let outcome = self.vault.unlock(profile, Some(pin.expose())).map_err(anyhow::Error::from);
        let done = outcome.and_then(|unlocked| {
            let mut open = Open::new(unlocked, Platform::Desktop)?;
            let (page, wanted) = message::read(&visit.request).map_err(|_| ClientError::Answer)?;
            let mut asked = AtScreen {
                terminal,
                visit: &visit,
                pin: Some(Zeroizing::new(pin.expose().to_owned())),
            };
            let response: Value = ceremony(&mut open, &page, &wanted, &mut asked)?;
            Ok((page.origin.to_string(), response))
        });
        match done {
            Ok((origin, response)) => {
                visit.answer(&Answer::Response(response));
                self.turned_down.forget(&origin);
                Ok(format!("{origin}: done, with profile {profile}."))
            }
            Err(error) => {
                let answer = match error.downcast_ref::<ClientError>() {
                    Some(client) => Answer::refused(client),
                    None => Answer::not_allowed("No passkey was used."),
                };
                visit.answer(&answer);
                Err(error)
            }
        }
    }
}

fn opened<'o>(open: &'o [Chosen], profile: &str) -> Result<&'o Chosen> {
    let found = open.iter().find(|it| it.profile == profile);
    found.ok_or_else(|| anyhow!("profile {profile} is locked; open it first"))
}

/// A website's passkey can be removed only here.
fn removal(passkey: &Kept) -> Removal {
    match passkey.address {
        Some(_) => Removal::Everywhere,
        None => Removal::OnlyHere,
    }
}

fn told(changed: Changed) -> String {
    match changed {
        Changed::Made(text) => format!("ok  {text}"),
        Changed::Wall(wall) => wall.told(),
    }
}

/// Whoever has approved on the screen.
struct AtScreen<'a> {
    terminal: &'a mut DefaultTerminal,
    visit: &'a Visit,
    pin: Option<Zeroizing<String>>,
}

impl Asked for AtScreen<'_> {
    fn pin(&mut self, _: u8) -> Option<Zeroizing<String>> {
        self.pin.take()
    }

    fn agree(&mut self, _: &Prompt<'_>) -> Result<(), Refusal> {
        Ok(())
    }

    /// Asks by number, on an otherwise empty screen.
    fn choose(&mut self, accounts: &[Account]) -> Option<usize> {
        let list = terminal::names(accounts);
        let text = format!("Which account? Esc refuses.\n\n{list}");
        loop {
            let drawn = self.terminal.draw(|frame| {
                frame.render_widget(ratatui::widgets::Paragraph::new(text.as_str()), frame.area());
            });
            drawn.ok()?;
            let Event::Key(key) = event::read().ok()? else { continue };
            let event::KeyCode::Char(digit) = key.code else { return None };
            let number = digit.to_digit(10)?;
            let index = usize::try_from(number).ok()?.checked_sub(1)?;
            return Some(index).filter(|index| *index < accounts.len());
        }
    }

    fn is_awaited(&self) -> bool {
        self.visit.is_awaited()
    }
}
