//! A sign-in that was stopped: why, and the next thing that the person can really do.

use askama::Template;

use super::{Frame, Moment, Page};
use crate::{fields, paths};

/// `/signin/blocked`.
#[derive(Debug, Clone, Template)]
#[template(path = "blocked.html")]
pub struct Blocked {
    /// What surrounds the page.
    pub frame: Frame,
    /// What stands in the way.
    pub wall: Wall,
    /// Whether the person was here before in this sign-in.
    pub lap: Lap,
    /// What to do next, in order; computed by the journey, never canned.
    pub steps: Vec<NextStep>,
    /// Whether the help desk can be asked from this page.
    pub ask: AskOnline,
    /// Whether another way to sign in could work.
    pub other_way: OtherWay,
    /// When it was stopped.
    pub at: Moment,
    /// Correlation id of the sign-in; the log has the details.
    pub correlation_id: String,
}

/// What stands in the way. Names no policy and no method on file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wall {
    /// A passkey is needed and cannot be used or added here.
    Passkey,
    /// Something that the person cannot show here; the reason says nothing more.
    Access,
    /// A managed device is needed.
    ManagedDevice,
    /// A joined device is needed.
    JoinedDevice,
    /// A device that the tenant can recognise is needed.
    KnownDevice,
    /// The app is not on the list of approved apps.
    App {
        /// An app that would do.
        instead: String,
    },
    /// The app has to be under app protection.
    AppProtection {
        /// An app that would do.
        instead: String,
    },
    /// Ways to sign in can be added only from some networks.
    RegistrationPlace,
    /// Risk, so that nothing can be added now.
    RegistrationRisk,
    /// Risk, so that access is shut.
    Risk,
    /// The person is not assigned to the app.
    NotAssigned {
        /// Display name of the app.
        app: String,
        /// Who can assign it; empty where nobody is named.
        owner: String,
    },
    /// The app asks for the same thing again and again.
    AppLoops {
        /// Display name of the app.
        app: String,
    },
    /// Too many tries.
    TooManyTries {
        /// Minutes until the next try.
        minutes: u32,
    },
    /// Signing in with a code on another device is not allowed.
    DeviceCode,
    /// The account is switched off.
    AccountOff,
}

/// Whether the person has met the same wall before in this sign-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lap {
    /// For the first time.
    First,
    /// Again: trying once more will not help.
    Again,
}

/// One thing that the person can do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NextStep {
    /// Call the help desk.
    CallHelpDesk,
    /// Ask for a Temporary Access Pass.
    AskForPass,
    /// Keep the phone at hand.
    HavePhone,
    /// Open the app or address on the phone.
    OpenOnPhone {
        /// What to open there.
        what: String,
    },
    /// Add a passkey now; links to the wizard.
    AddPasskey,
    /// Use a computer that the tenant manages.
    UseManagedDevice,
    /// Leave the private window.
    LeavePrivateWindow,
    /// Connect to the tenant's network.
    ConnectToNetwork,
    /// Use another app.
    UseApp {
        /// Its name.
        app: String,
    },
    /// Ask somebody.
    AskOwner {
        /// Who.
        owner: String,
    },
    /// Wait.
    Wait {
        /// Minutes.
        minutes: u32,
    },
    /// Start again; links to the sign-in.
    StartAgain,
}

/// Whether the help desk can be asked from the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AskOnline {
    /// A button creates an item for the help desk.
    Offered,
    /// The item was created.
    Sent,
    /// Not offered.
    NotOffered,
}

/// Whether another way could work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OtherWay {
    /// Links to [`paths::WAYS`].
    Offered,
    /// None would work.
    NotOffered,
}

impl Page for Blocked {
    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn heading(&self) -> String {
        String::new()
    }
}
