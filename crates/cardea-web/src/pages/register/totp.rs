//! Adding an authenticator app that makes codes.

use std::fmt;

use askama::Template;

use super::super::{Frame, Page, Problem, QrCode};
use crate::{fields, paths};

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

impl RegisterTotp {
    fn seed_in_fours(&self) -> String {
        let mut shown = String::with_capacity(self.seed.len() * 5 / 4);
        for (at, letter) in self.seed.chars().enumerate() {
            if at > 0 && at % 4 == 0 {
                shown.push(' ');
            }
            shown.push(letter);
        }
        shown
    }
}
