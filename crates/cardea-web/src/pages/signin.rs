//! Signing in: name, passkey, pass, password, code, and the other ways.

use askama::Template;

use super::{Ceremony, Frame, Page, Problem, Signal};
use crate::{fields, paths};

/// `/signin`: the name, with passkeys offered by the field itself.
#[derive(Debug, Clone, Template)]
#[template(path = "signin.html")]
pub struct SignIn {
    /// What surrounds the page.
    pub frame: Frame,
    /// What has to be mended.
    pub problems: Vec<Problem>,
    /// The name as typed, or the app's `login_hint`.
    pub name: String,
    /// The conditional request; its answer goes to [`paths::PASSKEY`].
    pub ceremony: Ceremony,
    /// Told to the browser.
    pub signals: Vec<Signal>,
}

/// `/signin/passkey`.
#[derive(Debug, Clone, Template)]
#[template(path = "passkey.html")]
pub struct Passkey {
    /// What surrounds the page.
    pub frame: Frame,
    /// How the try before this one ended.
    pub trouble: PasskeyTrouble,
    /// Why it is asked for.
    pub ask: Ask,
    /// The request.
    pub ceremony: Ceremony,
    /// Told to the browser.
    pub signals: Vec<Signal>,
}

/// Why proof is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ask {
    /// A sign-in begins.
    SignIn,
    /// The resource asks for one more check (AADSTS50074, AADSTS50076).
    OneMore,
    /// The last check is too old (AADSTS50078, AADSTS70043).
    TooOld,
}

/// How the try before ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasskeyTrouble {
    /// There was none.
    None,
    /// Nothing was used; not an error.
    Cancelled,
    /// The passkey is not one that the tenant knows.
    Leftover,
    /// The passkey lives in the work profile of the phone.
    WorkProfile,
    /// The passkey lives in the personal profile of the phone.
    PersonalProfile,
    /// Phone and computer did not find each other.
    NotFound,
    /// The answer could not be verified, or may not be used here.
    Refused,
    /// The browser has no passkeys at this address.
    Unsupported,
    /// Too many tries.
    TooMany,
}

/// `/signin/pass`.
#[derive(Debug, Clone, Template)]
#[template(path = "pass.html")]
pub struct Pass {
    /// What surrounds the page.
    pub frame: Frame,
    /// What has to be mended.
    pub problems: Vec<Problem>,
}

/// `/signin/password`.
#[derive(Debug, Clone, Template)]
#[template(path = "password.html")]
pub struct Password {
    /// What surrounds the page.
    pub frame: Frame,
    /// What has to be mended.
    pub problems: Vec<Problem>,
}

/// `/signin/code`: six digits of an authenticator app.
#[derive(Debug, Clone, Template)]
#[template(path = "code.html")]
pub struct Code {
    /// What surrounds the page.
    pub frame: Frame,
    /// What has to be mended.
    pub problems: Vec<Problem>,
    /// Why it is asked for.
    pub ask: Ask,
}

/// `/signin/ways`: the ways that would work.
#[derive(Debug, Clone, Template)]
#[template(path = "ways.html")]
pub struct Ways {
    /// What surrounds the page.
    pub frame: Frame,
    /// The ways; empty where none would work.
    pub ways: Vec<Way>,
}

/// A way to sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// A passkey.
    Passkey,
    /// A Temporary Access Pass.
    Pass,
    /// A password.
    Password,
    /// A code of an authenticator app.
    Code,
}

impl Page for SignIn {
    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn heading(&self) -> String {
        "Sign in".to_owned()
    }

    fn problems(&self) -> &[Problem] {
        &self.problems
    }
}

impl Page for Passkey {
    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn heading(&self) -> String {
        match self.ask {
            Ask::SignIn => "Use your passkey".to_owned(),
            Ask::OneMore => "One more check".to_owned(),
            Ask::TooOld => "Confirm it's you".to_owned(),
        }
    }
}

impl Page for Pass {
    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn heading(&self) -> String {
        "Enter your Temporary Access Pass".to_owned()
    }

    fn problems(&self) -> &[Problem] {
        &self.problems
    }
}

impl Page for Password {
    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn heading(&self) -> String {
        "Enter your password".to_owned()
    }

    fn problems(&self) -> &[Problem] {
        &self.problems
    }
}

impl Page for Code {
    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn heading(&self) -> String {
        "Enter the code".to_owned()
    }

    fn problems(&self) -> &[Problem] {
        &self.problems
    }
}

impl Page for Ways {
    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn heading(&self) -> String {
        "Choose another way".to_owned()
    }
}

impl Passkey {
    fn lead(&self) -> &'static str {
        match self.ask {
            Ask::SignIn => "Your phone or computer will ask for your face, fingerprint or PIN.",
            Ask::OneMore => {
                "Use your passkey. Your phone or computer will ask for your face, fingerprint or PIN."
            }
            Ask::TooOld => {
                "It's been a while. Confirm it's you with your passkey; you'll come back here."
            }
        }
    }

    fn notice(&self) -> Option<String> {
        let tenant = &self.frame.tenant;
        match self.trouble {
            PasskeyTrouble::None => None,
            PasskeyTrouble::Cancelled => {
                Some("No passkey was used. Try again, or choose another way.".to_owned())
            }
            PasskeyTrouble::Leftover if self.frame.account.is_empty() => Some(leftover(tenant)),
            PasskeyTrouble::Leftover => Some(of_another(&self.frame.account)),
            PasskeyTrouble::WorkProfile => Some(other_profile("work")),
            PasskeyTrouble::PersonalProfile => Some(other_profile("personal")),
            PasskeyTrouble::NotFound => Some(NOT_FOUND.to_owned()),
            PasskeyTrouble::Refused => {
                Some("That passkey didn't work here. Try again, or choose another way.".to_owned())
            }
            PasskeyTrouble::Unsupported => Some(UNSUPPORTED.to_owned()),
            PasskeyTrouble::TooMany => {
                Some("Too many tries. Wait 15 minutes, or call the help desk.".to_owned())
            }
        }
    }
}

fn other_profile(profile: &str) -> String {
    format!(
        "No passkey in this profile. Open Authenticator in your {profile} profile, or add one here."
    )
}

/// The device holds a passkey that the tenant does not know.
pub(crate) fn leftover(tenant: &str) -> String {
    format!(
        "Your phone has a passkey that {tenant} doesn't know. Remove it in Authenticator, then try \
         again."
    )
}

/// The passkey is none of the account that was named: it is another account's, or left over.
fn of_another(account: &str) -> String {
    format!(
        "That passkey isn't one of {account}. Use another, or choose \"Not you?\" to sign in with another \
         account. A passkey that you made for this account is left over: remove it from the device."
    )
}

/// Phone and computer did not find each other.
pub(super) const NOT_FOUND: &str = "Your phone and computer couldn't find each other. Turn Bluetooth \
                                    on for both, or add the passkey in the app.";

/// The browser has no passkeys at this address.
pub(super) const UNSUPPORTED: &str = "This browser can't use passkeys here. Open the page in another browser, or choose another way.";

impl Code {
    fn lead(&self) -> &'static str {
        match self.ask {
            Ask::SignIn => "Open your authenticator app.",
            Ask::OneMore => "One more check. Open your authenticator app.",
            Ask::TooOld => "It's been a while. Open your authenticator app; you'll come back here.",
        }
    }
}

impl Way {
    /// Where it is used.
    pub fn path(self) -> &'static str {
        match self {
            Self::Passkey => paths::PASSKEY,
            Self::Pass => paths::PASS,
            Self::Password => paths::PASSWORD,
            Self::Code => paths::CODE,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Passkey => "Passkey",
            Self::Pass => "Temporary Access Pass",
            Self::Password => "Password",
            Self::Code => "Code from an authenticator app",
        }
    }

    fn hint(self) -> &'static str {
        match self {
            Self::Passkey => "On this device, your phone or a security key.",
            Self::Pass => "The help desk gave it to you.",
            Self::Password => "The one of your work account.",
            Self::Code => "6 digits that change every 30 seconds.",
        }
    }
}
