//! The first run: two administrator passkeys and the break-glass sheet.

use std::fmt;

use askama::Template;

use super::{Ceremony, Frame, Moment, Page, Problem};
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
    /// When the link ends.
    pub ends: Moment,
}

/// `/setup/passkey`: makes one of the two passkeys.
#[derive(Debug, Clone, Template)]
#[template(path = "setup_passkey.html")]
pub struct SetUpPasskey {
    /// What surrounds the page.
    pub frame: Frame,
    /// What has to be mended.
    pub problems: Vec<Problem>,
    /// Which of the two.
    pub turn: Turn,
    /// The administrator's user principal name.
    pub administrator: String,
    /// The creation ceremony.
    pub ceremony: Ceremony,
}

/// Which of the two administrator passkeys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// The first.
    First,
    /// The second.
    Second,
}

/// `/setup/done`.
#[derive(Clone, Template)]
#[template(path = "setup_done.html")]
pub struct SetUpDone {
    /// What surrounds the page.
    pub frame: Frame,
    /// The administrators that were made, by user principal name.
    pub administrators: Vec<String>,
    /// Where the break-glass sheet lies on the server.
    pub sheet: String,
}

impl fmt::Debug for SetUpDone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SetUpDone")
            .field("frame", &self.frame)
            .field("administrators", &self.administrators)
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
            Turn::First => "Make the first passkey".to_owned(),
            Turn::Second => "Make the second passkey".to_owned(),
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
        match self.turn {
            Turn::First => format!(
                "Passkey 1 of 2, for {}. Your device will ask for your face, fingerprint or PIN.",
                self.administrator
            ),
            Turn::Second => format!(
                "Passkey 2 of 2, for {}. Use another device, a security key, or hand over to the second person: \
                 whoever loses the first one still gets in with this.",
                self.administrator
            ),
        }
    }
}
