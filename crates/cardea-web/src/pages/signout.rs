//! Signing out.

use askama::Template;

use super::{Frame, Page, address};
use crate::paths;

/// Asks before signing out, because any site can link here.
#[derive(Debug, Clone, Template)]
#[template(path = "signout.html")]
pub struct SignOut {
    /// What surrounds the page.
    pub frame: Frame,
}

/// Signed out.
#[derive(Debug, Clone, Template)]
#[template(path = "signed_out.html")]
pub struct SignedOut {
    /// What surrounds the page.
    pub frame: Frame,
    /// What ended.
    pub extent: Extent,
    /// Registered address to go on to; empty where the app gave none.
    pub onward: String,
    /// Display name of the app that asked; empty where none did.
    pub app: String,
}

/// What ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// The session of this browser.
    Here,
    /// Every session of the person.
    Everywhere,
    /// There was no session.
    Nothing,
}

impl Page for SignOut {
    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn heading(&self) -> String {
        "Sign out?".to_owned()
    }
}

impl Page for SignedOut {
    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn heading(&self) -> String {
        match self.extent {
            Extent::Here => "You're signed out".to_owned(),
            Extent::Everywhere => "You're signed out everywhere".to_owned(),
            Extent::Nothing => "You weren't signed in".to_owned(),
        }
    }
}

impl SignedOut {
    fn what(&self) -> &'static str {
        match self.extent {
            Extent::Here => {
                "On a computer that others use too, close all windows of the browser now."
            }
            Extent::Everywhere => {
                "All your browsers and devices have to sign in again. Apps that are open may go on for up to an hour."
            }
            Extent::Nothing => "There was nothing to sign out of in this browser.",
        }
    }
}

impl SignedOut {
    fn target(&self) -> &str {
        address::foreign(&self.onward)
    }
}
