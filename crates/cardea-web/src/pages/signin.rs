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

/// `/signin/pass/where`: a pass that works once was checked and is not spent yet; posts `here` or
/// `phone` as [`fields::CHOICE`].
#[derive(Debug, Clone, Template)]
#[template(path = "pass_where.html")]
pub struct PassWhere {
    /// What surrounds the page.
    pub frame: Frame,
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
        String::new()
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

impl Page for PassWhere {
    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn heading(&self) -> String {
        "Where do you want to use this pass?".to_owned()
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
