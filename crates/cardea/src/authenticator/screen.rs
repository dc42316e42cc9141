//! The screen of `cardea authenticator` on a terminal. This part is pure: keys go in, and what is to be done comes
//! out. [`mod@draw`] shows it, and [`mod@run`] does what it asks for.

mod draw;
mod form;
#[cfg(unix)]
mod run;
#[cfg(test)]
mod tests;

use cardea_web::authenticator::Hidden;
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
#[cfg(unix)]
pub(super) use run::run;

use super::passkeys::Kept;
use form::{Field, Form, Typed};

/// A profile as the screen shows it.
#[derive(Debug)]
struct Shelf {
    name: String,
    kind: &'static str,
    /// Nothing while it is locked.
    passkeys: Option<Vec<Kept>>,
}

/// What is shown.
#[derive(Debug, Default)]
struct Screen {
    shelves: Vec<Shelf>,
    /// Which line of the list is marked.
    marked: usize,
    /// The question of a browser that waits.
    waiting: Option<String>,
    /// What is being asked.
    form: Option<Form>,
    /// What came of the last thing that was done.
    said: String,
}

/// A line of the list.
#[derive(Debug, PartialEq, Eq)]
enum Line<'a> {
    Profile(&'a Shelf),
    Passkey(&'a Shelf, &'a Kept),
}

/// What is to be done.
#[derive(Debug, PartialEq, Eq)]
enum Effect {
    /// The screen ends.
    Quit,
    /// A profile is opened.
    Unlock { profile: String, pin: Hidden },
    /// A passkey is added, after signing in with a pass.
    Add(Box<Adding>),
    /// A passkey gets another name.
    Rename { profile: String, passkey: Kept, name: String },
    /// A passkey is removed.
    Remove { profile: String, passkey: Kept },
    /// What a browser asks for is done, with the passkeys of a profile.
    Approve { profile: String, pin: Hidden },
    /// It is refused.
    Refuse,
}

/// A passkey to be added.
#[derive(Debug, PartialEq, Eq)]
struct Adding {
    profile: String,
    user: String,
    tenant: String,
    ca: String,
    device: String,
    pass: Hidden,
    pin: Hidden,
}

/// What a form is for.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Purpose {
    Unlock(String),
    Add,
    Rename(String, Box<Kept>),
    Remove(String, Box<Kept>),
    Approve,
}

impl PartialEq for Shelf {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Shelf {}

impl Screen {
    /// The list from top to bottom.
    fn lines(&self) -> Vec<Line<'_>> {
        let mut lines = Vec::new();
        for shelf in &self.shelves {
            lines.push(Line::Profile(shelf));
            let passkeys = shelf.passkeys.iter().flatten();
            lines.extend(passkeys.map(|it| Line::Passkey(shelf, it)));
        }
        lines
    }

    /// The profile in which the mark is.
    fn profile(&self) -> Option<String> {
        match self.lines().get(self.marked)? {
            Line::Profile(shelf) | Line::Passkey(shelf, _) => Some(shelf.name.clone()),
        }
    }

    /// A browser asks. Whatever was being typed waits no longer: a question must not come under somebody's hands
    /// half answered.
    fn ask(&mut self, question: &str) {
        self.waiting = Some(question.to_owned());
        let profile = Field::text("Profile", self.profile().unwrap_or_default());
        self.form = Some(Form {
            title: question.to_owned(),
            help: "Enter approves, Esc refuses",
            fields: vec![profile, Field::secret("PIN")],
            focus: 1,
            purpose: Purpose::Approve,
        });
    }

    /// The browser does not wait any more.
    fn taken_back(&mut self) {
        self.waiting = None;
        if self.form.as_ref().is_some_and(|it| it.purpose == Purpose::Approve) {
            self.form = None;
        }
        "The browser has taken its request back.".clone_into(&mut self.said);
    }

    /// A key was pressed.
    fn key(&mut self, key: KeyEvent) -> Option<Effect> {
        if key.kind == KeyEventKind::Release {
            return None;
        }
        if key.modifiers.contains(KeyModifiers::CONTROL) && key.code == KeyCode::Char('c') {
            return Some(Effect::Quit);
        }
        match self.form.take() {
            Some(form) => self.typed(form, key.code),
            None => self.looked(key.code),
        }
    }

    fn typed(&mut self, mut form: Form, key: KeyCode) -> Option<Effect> {
        match form.key(key) {
            Typed::More => {
                self.form = Some(form);
                None
            }
            Typed::GivenUp if form.purpose == Purpose::Approve => {
                self.waiting = None;
                Some(Effect::Refuse)
            }
            Typed::GivenUp => None,
            Typed::Done => self.done(&form),
        }
    }

    fn done(&mut self, form: &Form) -> Option<Effect> {
        let [first, second] = [0, 1].map(|it| form.text(it).to_owned());
        let secret = |at| Hidden::new(form.text(at));
        match &form.purpose {
            Purpose::Unlock(profile) => {
                Some(Effect::Unlock { profile: profile.clone(), pin: secret(0) })
            }
            Purpose::Approve => {
                self.waiting = None;
                Some(Effect::Approve { profile: first, pin: secret(1) })
            }
            Purpose::Rename(profile, passkey) => Some(Effect::Rename {
                profile: profile.clone(),
                passkey: (**passkey).clone(),
                name: first,
            }),
            Purpose::Remove(profile, passkey) => {
                // Only the account's whole name says yes.
                if first != passkey.account {
                    "Nothing was removed.".clone_into(&mut self.said);
                    return None;
                }
                Some(Effect::Remove { profile: profile.clone(), passkey: (**passkey).clone() })
            }
            Purpose::Add => Some(Effect::Add(Box::new(Adding {
                user: first,
                tenant: second,
                ca: form.text(2).to_owned(),
                profile: form.text(3).to_owned(),
                device: form.text(4).to_owned(),
                pass: secret(5),
                pin: secret(6),
            }))),
        }
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "other keys do nothing")]
    fn looked(&mut self, key: KeyCode) -> Option<Effect> {
        let last = self.lines().len().saturating_sub(1);
        match key {
            KeyCode::Char('q') | KeyCode::Esc => return Some(Effect::Quit),
            KeyCode::Up | KeyCode::Char('k') => self.marked = self.marked.saturating_sub(1),
            KeyCode::Down | KeyCode::Char('j') => self.marked = (self.marked + 1).min(last),
            KeyCode::Home => self.marked = 0,
            KeyCode::End => self.marked = last,
            KeyCode::Enter => self.open(),
            KeyCode::Char('l') => self.lock(),
            KeyCode::Char('a') => self.form = Some(self.adding()),
            KeyCode::Char('r') => self.begin(Doing::Rename),
            KeyCode::Char('d') | KeyCode::Delete => self.begin(Doing::Remove),
            _ => {}
        }
        None
    }

    /// Asks for the PIN of the profile that is marked.
    fn open(&mut self) {
        let lines = self.lines();
        let Some(Line::Profile(shelf)) = lines.get(self.marked) else { return };
        if shelf.passkeys.is_none() {
            let name = shelf.name.clone();
            self.form = Some(Form {
                title: format!("Open profile {name}"),
                help: "Enter opens, Esc goes back",
                fields: vec![Field::secret("PIN")],
                focus: 0,
                purpose: Purpose::Unlock(name),
            });
        }
    }

    /// Locks every profile: what was read of them is forgotten.
    fn lock(&mut self) {
        for shelf in &mut self.shelves {
            shelf.passkeys = None;
        }
        self.marked = 0;
        "All profiles are locked.".clone_into(&mut self.said);
    }

    fn adding(&self) -> Form {
        Form {
            title: "Add a passkey of a tenant, with a Temporary Access Pass".to_owned(),
            help: "Tab moves, Enter adds, Esc goes back",
            fields: vec![
                Field::text("Account", String::new()),
                Field::text("Tenant", "https://".to_owned()),
                Field::optional("Its certificate (file)"),
                Field::text("Profile", self.profile().unwrap_or_default()),
                Field::text("Device", "Android phone".to_owned()),
                Field::secret("Pass"),
                Field::secret("PIN of the profile"),
            ],
            focus: 0,
            purpose: Purpose::Add,
        }
    }

    fn begin(&mut self, doing: Doing) {
        let lines = self.lines();
        let Some(Line::Passkey(shelf, passkey)) = lines.get(self.marked) else {
            "Mark a passkey first; Enter opens a profile.".clone_into(&mut self.said);
            return;
        };
        let (profile, passkey) = (shelf.name.clone(), Box::new((*passkey).clone()));
        self.form = Some(match doing {
            Doing::Rename => Form {
                title: format!("Rename the passkey of {}", passkey.account),
                help: "Enter renames, here and at the tenant; Esc goes back",
                fields: vec![Field::text("Name", passkey.name.clone().unwrap_or_default())],
                focus: 0,
                purpose: Purpose::Rename(profile, passkey),
            },
            Doing::Remove => Form {
                title: format!("Remove the passkey of {} at {}", passkey.account, passkey.place()),
                help: "Type the account to remove it; Esc goes back",
                fields: vec![Field::text("Account", String::new())],
                focus: 0,
                purpose: Purpose::Remove(profile, passkey),
            },
        });
    }
}

/// What is done with a passkey.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Doing {
    Rename,
    Remove,
}
