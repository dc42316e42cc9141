//! The first run and the way back in: administrators' passkeys and the break-glass sheet.

use std::fmt;

use askama::Template;

use super::{Ceremony, Frame, Page, Problem};
use crate::{fields, paths};

/// `/setup`: takes the one-use code, which the link brings behind its `#`.
#[derive(Debug, Clone, Template)]
#[template(path = "setup.html")]
pub struct SetUp {
    /// What surrounds the page.
    pub frame: Frame,
    /// What has to be mended.
    pub problems: Vec<Problem>,
    /// The tenant's address, which passkeys will be tied to.
    pub address: String,
    /// The network address that the browser is seen from.
    pub seen_from: String,
}

/// `/setup/passkey`: makes the passkey of one administrator.
#[derive(Debug, Clone, Template)]
#[template(path = "setup_passkey.html")]
pub struct SetUpPasskey {
    /// What surrounds the page.
    pub frame: Frame,
    /// What has to be mended.
    pub problems: Vec<Problem>,
    /// Whose turn it is.
    pub turn: Turn,
    /// The administrator's user principal name.
    pub administrator: String,
    /// The creation ceremony.
    pub ceremony: Ceremony,
}

/// Which of the administrators' passkeys it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Turn {
    /// Its number, from 1.
    pub number: usize,
    /// How many there will be.
    pub of: usize,
}

/// `/setup/done`.
#[derive(Clone, Template)]
#[template(path = "setup_done.html")]
pub struct SetUpDone {
    /// What surrounds the page.
    pub frame: Frame,
    /// How many passkeys were made.
    pub made: usize,
    /// Where the break-glass sheet lies on the server, if there is a new one.
    pub sheet: Option<String>,
}

impl fmt::Debug for SetUpDone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SetUpDone")
            .field("frame", &self.frame)
            .field("made", &self.made)
            .finish_non_exhaustive()
    }
}

impl Page for SetUp {
    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn heading(&self) -> String {
        "Set up Cardea".to_owned()
    }

    fn problems(&self) -> &[Problem] {
        &self.problems
    }
}

impl Page for SetUpPasskey {
    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn heading(&self) -> String {
        match self.turn {
            Turn { of: 1, .. } => "Make your passkey".to_owned(),
            Turn { number: 1, .. } => "Make the first passkey".to_owned(),
            Turn { number: 2, .. } => "Make the second passkey".to_owned(),
            Turn { .. } => "Make the next passkey".to_owned(),
        }
    }

    fn problems(&self) -> &[Problem] {
        &self.problems
    }
}

impl Page for SetUpDone {
    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn heading(&self) -> String {
        "Cardea is ready".to_owned()
    }
}

impl SetUpPasskey {
    fn lead(&self) -> String {
        let Turn { number, of } = self.turn;
        let after = if number == 1 {
            "Your device will ask for your face, fingerprint or PIN."
        } else {
            "Use another device, a security key, or hand over to the next person: whoever loses the first one \
             still gets in with this."
        };
        format!("Passkey {number} of {of}, for {}. {after}", self.administrator)
    }
}
