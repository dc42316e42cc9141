//! The wizard: adding a way to sign in.

use std::fmt;

use askama::Template;

use super::{Ceremony, Frame, Moment, Page, Problem, QrCode};
use crate::{fields, paths};

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
    /// The creation ceremony.
    pub ceremony: Ceremony,
    /// The name that is proposed for it.
    pub nickname: String,
}

/// Where a passkey is created.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// In this device.
    ThisDevice,
    /// On a security key.
    SecurityKey,
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
    /// The person has as many passkeys as there can be.
    Full,
    /// The answer could not be verified.
    Refused,
}

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

/// `/register/totp`: adds an authenticator app that makes codes.
#[derive(Clone, Template)]
#[template(path = "register_totp.html")]
pub struct RegisterTotp {
    /// What surrounds the page.
    pub frame: Frame,
    /// What has to be mended.
    pub problems: Vec<Problem>,
    /// The `otpauth:` address, to scan.
    pub qr: QrCode,
    /// The seed in base 32, to type.
    pub seed: String,
}

impl fmt::Debug for RegisterTotp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RegisterTotp").field("frame", &self.frame).finish_non_exhaustive()
    }
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
        String::new()
    }
}

impl Page for RegisterPasskey {
    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn heading(&self) -> String {
        String::new()
    }

    fn problems(&self) -> &[Problem] {
        &self.problems
    }
}

impl Page for RegisterPhone {
    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn heading(&self) -> String {
        "Add a passkey on your phone".to_owned()
    }
}

impl Page for RegisterTotp {
    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn heading(&self) -> String {
        "Add an authenticator app".to_owned()
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
        String::new()
    }
}
