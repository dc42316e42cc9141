//! Signing in on another device with a code, RFC 8628 section 3.3.

use askama::Template;

use super::{Frame, Moment, Page, Problem};
use crate::{fields, paths};

/// Takes the code that the device shows.
#[derive(Debug, Clone, Template)]
#[template(path = "device_code.html")]
pub struct DeviceCode {
    /// What surrounds the page.
    pub frame: Frame,
    /// What has to be mended.
    pub problems: Vec<Problem>,
    /// The code as typed, or as the address brought it; never accepted without a press of a button.
    pub code: String,
}

/// Asks whether the device is the reader's; posts `yes` or `no` as [`fields::CHOICE`], and the code
/// as [`fields::USER_CODE`].
#[derive(Debug, Clone, Template)]
#[template(path = "device_approve.html")]
pub struct DeviceApprove {
    /// What surrounds the page.
    pub frame: Frame,
    /// The code, to compare with the device.
    pub code: String,
    /// Display name of the app that asks.
    pub app: String,
    /// Network address that the request came from.
    pub address: String,
    /// Country of that address in words; empty where it is not known.
    pub country: String,
    /// When the device asked.
    pub at: Moment,
    /// Whether the device seems to be where the reader is.
    pub whereabouts: Whereabouts,
}

/// Whether the device asks from the reader's own network address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whereabouts {
    /// The same network address.
    Here,
    /// Another one: someone else's device, perhaps.
    Elsewhere,
}

/// How it ended.
#[derive(Debug, Clone, Template)]
#[template(path = "device_end.html")]
pub struct DeviceEnd {
    /// What surrounds the page.
    pub frame: Frame,
    /// What was decided.
    pub decision: Decision,
    /// Display name of the app.
    pub app: String,
}

/// What the person decided about a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// The device gets its tokens.
    Approved,
    /// It gets none.
    Denied,
}

impl Page for DeviceCode {
    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn heading(&self) -> String {
        "Connect a device".to_owned()
    }

    fn problems(&self) -> &[Problem] {
        &self.problems
    }
}

impl Page for DeviceApprove {
    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn heading(&self) -> String {
        "Is this your device?".to_owned()
    }
}

impl Page for DeviceEnd {
    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn heading(&self) -> String {
        match self.decision {
            Decision::Approved => "Your device is connected".to_owned(),
            Decision::Denied => "The device was stopped".to_owned(),
        }
    }
}
