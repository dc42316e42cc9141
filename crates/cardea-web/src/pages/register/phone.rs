//! The computer waits while the phone adds a passkey.

use askama::Template;

use super::super::words::counted;
use super::super::{Frame, Moment, Page};
use crate::{fields, paths};

/// `/register/phone`: the computer waits while the phone adds a passkey.
#[derive(Debug, Clone, Template)]
#[template(path = "register_phone.html")]
pub struct RegisterPhone {
    /// What surrounds the page.
    pub frame: Frame,
    /// Which phone the steps are for.
    pub phone: Phone,
    /// How far it is.
    pub progress: PhoneProgress,
    /// Where the passkey is that was added, such as "Kim's Pixel · Work"; empty where no app said so.
    pub at: String,
    /// Since when it waits: what was added before is not what it waits for.
    pub since: Moment,
    /// When waiting ends.
    pub ends: Moment,
    /// Whole minutes until then.
    pub minutes_left: u32,
    /// Whether the person holds a pass to type on the phone.
    pub pass: PassAtHand,
}

/// Which phone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phone {
    /// Not said yet; both ways are shown.
    Either,
    /// An iPhone.
    Iphone,
    /// An Android phone.
    Android,
}

/// How far the phone is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PhoneProgress {
    /// Nothing has been seen yet.
    Waiting,
    /// The person signed in on the phone.
    Opened,
    /// The passkey is there; links to [`paths::REGISTER_DONE`].
    Added,
    /// Time is up; the person starts again.
    Ended,
}

/// Whether the person holds a pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PassAtHand {
    /// Yes: type it on the phone.
    Yes,
    /// No, or not known: the phone may ask for one, and the help desk has them.
    Unknown,
}

impl Page for RegisterPhone {
    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn heading(&self) -> String {
        "Add a passkey on your phone".to_owned()
    }
}

impl RegisterPhone {
    fn left(&self) -> String {
        counted(self.minutes_left, "minute")
    }

    fn steps(&self) -> Vec<String> {
        let store = match self.phone {
            Phone::Either => "Open Authenticator.",
            Phone::Iphone => "Open Authenticator. In Settings, Passwords, let it fill in passkeys.",
            Phone::Android => {
                "Open Authenticator in the profile that you work in: a passkey of the work profile is not seen in the personal one."
            }
        };
        let prove = match self.pass {
            PassAtHand::Yes => "Enter your pass there, not here.",
            PassAtHand::Unknown => {
                "If it asks for a Temporary Access Pass, the help desk has one for you."
            }
        };
        let account = if self.frame.account.is_empty() {
            "Choose Add, then Work account.".to_owned()
        } else {
            format!("Choose Add, then Work account, and enter {}.", self.frame.account)
        };
        vec![store.to_owned(), account, prove.to_owned(), "Choose Create passkey.".to_owned()]
    }

    /// An address that knows since when this page waits.
    fn since_then(&self, path: &str) -> String {
        waiting_since(path, self.since)
    }

    fn phone_link(&self, phone: &str) -> String {
        let page = self.since_then(paths::REGISTER_PHONE);
        self.frame.link(&format!("{page}&{}={phone}", fields::PHONE))
    }

    fn refresh_link(&self) -> String {
        match self.phone {
            Phone::Either => self.frame.link(&self.since_then(paths::REGISTER_PHONE)),
            Phone::Iphone => self.phone_link("iphone"),
            Phone::Android => self.phone_link("android"),
        }
    }

    fn status_link(&self) -> String {
        self.frame.link(&self.since_then(paths::REGISTER_PHONE_STATUS))
    }

    fn done_link(&self) -> String {
        self.frame.link(&self.since_then(paths::REGISTER_DONE))
    }

    /// What `wait.js` gets from [`paths::REGISTER_PHONE_STATUS`]: `{"text": …, "next": …}`. `text`
    /// is announced where it changed; `next` is opened unless it is null.
    pub fn status_json(&self) -> String {
        let next = match self.progress {
            PhoneProgress::Waiting | PhoneProgress::Opened => None,
            PhoneProgress::Added => Some(self.done_link()),
            PhoneProgress::Ended => Some(self.refresh_link()),
        };
        serde_json::json!({ "text": self.status(), "next": next }).to_string()
    }

    fn status(&self) -> String {
        match self.progress {
            PhoneProgress::Added if !self.at.is_empty() => {
                format!("Your passkey is there: {}.", self.at)
            }
            PhoneProgress::Added
            | PhoneProgress::Waiting
            | PhoneProgress::Opened
            | PhoneProgress::Ended => self.progress.text().to_owned(),
        }
    }
}

/// An address of a page that waits for a passkey on a phone, or of what comes after it.
pub fn waiting_since(path: &str, since: Moment) -> String {
    format!("{path}?{}={}", fields::SINCE, since.0.as_microsecond())
}

impl PhoneProgress {
    fn text(self) -> &'static str {
        match self {
            Self::Waiting => "Waiting for your phone…",
            Self::Opened => "Your phone is signed in. Create the passkey there now.",
            Self::Added => "Your passkey is there.",
            Self::Ended => "The time is up. Nothing was added.",
        }
    }

    fn goes_on(self) -> bool {
        match self {
            Self::Waiting | Self::Opened => true,
            Self::Added | Self::Ended => false,
        }
    }
}
