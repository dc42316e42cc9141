//! The wizard: adding a way to sign in.

mod phone;
mod totp;

use askama::Template;

use super::signin::{NOT_FOUND, UNSUPPORTED, leftover};
use super::words::counted;
use super::{Ceremony, Frame, Page, Problem};
use crate::{fields, paths};

pub use phone::{PassAtHand, Phone, PhoneProgress, RegisterPhone, waiting_since};
pub use totp::RegisterTotp;

/// `/register`: why, and what can be added here.
#[derive(Debug, Clone, Template)]
#[template(path = "register.html")]
pub struct Register {
    /// What surrounds the page.
    pub frame: Frame,
    /// Why the wizard was opened.
    pub why: Why,
    /// What can be added from here, best first; empty where nothing can.
    pub choices: Vec<AddChoice>,
    /// Whether it can be put off.
    pub later: Later,
}

/// Why the wizard was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// A sign-in needs a passkey.
    PasskeyNeeded,
    /// A sign-in needs a second way.
    SecondWayNeeded,
    /// The tenant invites people to add one.
    Invited,
    /// The person came from Security info.
    Chosen,
}

/// A way that can be added here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AddChoice {
    /// A passkey on this device.
    PasskeyHere,
    /// A passkey in the Authenticator app on the phone, while this device waits.
    PasskeyOnPhone,
    /// A passkey on a security key.
    SecurityKey,
    /// Codes of an authenticator app.
    Totp,
}

impl AddChoice {
    /// The word in [`fields::KIND`].
    pub fn word(self) -> &'static str {
        match self {
            Self::PasskeyHere => "passkey-here",
            Self::PasskeyOnPhone => "passkey-phone",
            Self::SecurityKey => "security-key",
            Self::Totp => "totp",
        }
    }

    /// Reads [`fields::KIND`]; `None` for any other word.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::PasskeyHere, Self::PasskeyOnPhone, Self::SecurityKey, Self::Totp]
            .into_iter()
            .find(|choice| choice.word() == word)
    }
}

/// Whether the wizard can be put off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Later {
    /// No.
    Never,
    /// So many times more.
    Times(u32),
    /// As often as the person likes.
    Always,
    /// It can be skipped, because a try failed.
    Skip,
}

/// `/register/passkey`: creates a passkey.
#[derive(Debug, Clone, Template)]
#[template(path = "register_passkey.html")]
pub struct RegisterPasskey {
    /// What surrounds the page.
    pub frame: Frame,
    /// What has to be mended.
    pub problems: Vec<Problem>,
    /// How the try before this one ended.
    pub trouble: AddTrouble,
    /// Where the passkey goes.
    pub place: Place,
    /// Whether the sign-in can go on without one.
    pub skip: Skip,
    /// The creation ceremony.
    pub ceremony: Ceremony,
    /// The name that is proposed for it.
    pub nickname: String,
}

/// Whether a sign-in can go on without the passkey.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Skip {
    /// It cannot.
    Never,
    /// It can once something went wrong, so the page tells when that is so.
    AfterTrouble,
    /// It can.
    Offered,
}

/// Where a passkey is created.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// In this device.
    ThisDevice,
    /// On a security key.
    SecurityKey,
}

impl Place {
    /// The choice that leads there.
    pub fn choice(self) -> AddChoice {
        match self {
            Self::ThisDevice => AddChoice::PasskeyHere,
            Self::SecurityKey => AddChoice::SecurityKey,
        }
    }
}

/// How the try before ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AddTrouble {
    /// There was none.
    None,
    /// Nothing was made.
    Cancelled,
    /// The device already holds a passkey that the tenant knows.
    AlreadyThere,
    /// The device holds a passkey that the tenant does not know.
    Leftover,
    /// The tenant does not accept this model.
    ModelNotAccepted,
    /// The tenant asks for proof of the model, and there was none.
    Unproven,
    /// Phone and computer did not find each other.
    NotFound,
    /// The browser has no passkeys at this address.
    Unsupported,
    /// The person has as many passkeys as there can be.
    Full,
    /// The answer could not be verified.
    Refused,
}

/// `/register/done`.
#[derive(Debug, Clone, Template)]
#[template(path = "register_done.html")]
pub struct RegisterDone {
    /// What surrounds the page.
    pub frame: Frame,
    /// What was added.
    pub added: AddChoice,
    /// Its name.
    pub nickname: String,
    /// The Android profile that still lacks one.
    pub also: Also,
    /// Where to go on.
    pub onward: Onward,
    /// Told to the browser.
    pub signals: Vec<super::Signal>,
}

/// What is still worth adding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Also {
    /// Nothing.
    Nothing,
    /// The same in the personal profile of an Android phone.
    PersonalProfile,
    /// The same in the work profile of an Android phone.
    WorkProfile,
    /// A second passkey, in case this device is lost.
    SecondPasskey,
}

/// Where a person goes on after registering.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Onward {
    /// On with the sign-in that was interrupted.
    SignIn {
        /// Address that goes on with it.
        to: String,
        /// Display name of the app.
        app: String,
    },
    /// To Security info.
    SecurityInfo,
}

impl Page for Register {
    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn heading(&self) -> String {
        match self.why {
            Why::PasskeyNeeded => "Let's add a passkey".to_owned(),
            Why::SecondWayNeeded | Why::Invited | Why::Chosen => "Add a way to sign in".to_owned(),
        }
    }
}

impl Page for RegisterPasskey {
    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn heading(&self) -> String {
        match self.place {
            Place::ThisDevice => "Add a passkey on this device".to_owned(),
            Place::SecurityKey => "Add a security key".to_owned(),
        }
    }

    fn problems(&self) -> &[Problem] {
        &self.problems
    }
}

impl Page for RegisterDone {
    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn heading(&self) -> String {
        match self.added {
            AddChoice::PasskeyHere | AddChoice::PasskeyOnPhone => {
                "Your passkey is ready".to_owned()
            }
            AddChoice::SecurityKey => "Your security key is ready".to_owned(),
            AddChoice::Totp => "Your authenticator app is ready".to_owned(),
        }
    }
}

impl Register {
    fn times_left(&self) -> String {
        match self.later {
            Later::Never | Later::Always | Later::Skip => String::new(),
            Later::Times(left) => counted(left, "time"),
        }
    }

    /// What it takes beside time, where all choices take the same. This device is at hand.
    fn takes(&self) -> &'static str {
        match self.choices.as_slice() {
            [AddChoice::PasskeyOnPhone] => " and your phone",
            [AddChoice::SecurityKey] => " and your security key",
            _ => "",
        }
    }

    fn lead(&self) -> String {
        let tenant = &self.frame.tenant;
        match self.why {
            Why::PasskeyNeeded if self.choices.is_empty() => {
                format!("{tenant} asks for a passkey.")
            }
            Why::PasskeyNeeded => format!(
                "{tenant} asks for a passkey. Let's add one: it takes about 2 minutes{}.",
                self.takes()
            ),
            Why::SecondWayNeeded => {
                format!(
                    "{tenant} asks for one more way to know that it's you. It takes about 2 minutes."
                )
            }
            Why::Invited if self.later == Later::Never => format!(
                "{tenant} asks you to add a passkey now. You can go on without one if it doesn't work."
            ),
            Why::Invited => format!(
                "{tenant} invites you to add a passkey. Then you sign in with your face, fingerprint or PIN."
            ),
            Why::Chosen => "What do you have with you?".to_owned(),
        }
    }
}

impl AddChoice {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::PasskeyHere => "Passkey on this device",
            Self::PasskeyOnPhone => "Passkey on my phone",
            Self::SecurityKey => "Security key",
            Self::Totp => "Authenticator app with codes",
        }
    }

    pub(super) fn hint(self) -> &'static str {
        match self {
            Self::PasskeyHere => "Unlock it with your face, fingerprint or PIN.",
            Self::PasskeyOnPhone => "In the Authenticator app. We'll wait here while you do it.",
            Self::SecurityKey => "A small key for USB or NFC.",
            Self::Totp => "6 digits that change every 30 seconds.",
        }
    }
}

impl RegisterPasskey {
    fn lead(&self) -> &'static str {
        match self.place {
            Place::ThisDevice => {
                "Your device will ask for your face, fingerprint or PIN. They never leave it."
            }
            Place::SecurityKey => {
                "Have the key in your hand. Your browser will ask you to plug it in and touch it."
            }
        }
    }

    fn notice(&self) -> Option<String> {
        let tenant = &self.frame.tenant;
        match self.trouble {
            AddTrouble::None => None,
            AddTrouble::Cancelled => {
                Some("No passkey was made. Try again, or choose another way.".to_owned())
            }
            AddTrouble::AlreadyThere => Some(format!(
                "This device already has a passkey for {tenant}. You can sign in with it."
            )),
            AddTrouble::Leftover => Some(leftover(tenant)),
            AddTrouble::ModelNotAccepted => Some(format!(
                "{tenant} doesn't accept passkeys from this app or key. Use another one; the help desk knows which."
            )),
            AddTrouble::Unproven => Some(format!(
                "{tenant} needs to see which app or key made the passkey, and this one didn't say. Use another one; the help desk knows which."
            )),
            AddTrouble::NotFound => Some(NOT_FOUND.to_owned()),
            AddTrouble::Unsupported => Some(UNSUPPORTED.to_owned()),
            AddTrouble::Full => Some(
                "You have as many passkeys as there can be. Remove one in Security info first."
                    .to_owned(),
            ),
            AddTrouble::Refused => Some(
                "The passkey that was made can't be used. Nothing was saved. Try again.".to_owned(),
            ),
        }
    }
}

impl RegisterDone {
    fn lead(&self) -> &'static str {
        match self.added {
            AddChoice::PasskeyHere => {
                "Next time, this device asks for your face, fingerprint or PIN, and you're in."
            }
            AddChoice::PasskeyOnPhone => {
                "Next time, your phone asks for your face, fingerprint or PIN, and you're in."
            }
            AddChoice::SecurityKey => "Keep it with you: next time, plug it in and touch it.",
            AddChoice::Totp => "Next time, open the app and enter the code that it shows.",
        }
    }

    fn also_text(&self) -> Option<&'static str> {
        match self.also {
            Also::Nothing => None,
            Also::PersonalProfile => {
                Some("No passkey in Personal profile. Add one if you work there too.")
            }
            Also::WorkProfile => Some("No passkey in Work profile. Add one if you work there too."),
            Also::SecondPasskey => Some(
                "If you lose this one, a second passkey lets you in. Add one on another device.",
            ),
        }
    }
}
