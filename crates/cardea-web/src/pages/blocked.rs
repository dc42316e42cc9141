//! A sign-in that was stopped: why, and the next thing that the person can really do.

use askama::Template;

use super::words::counted;
use super::{Frame, Moment, Page};
use crate::paths;

/// Said to whoever comes to the same wall again.
pub(crate) const AGAIN: &str = "You've been here before: trying again won't help.";

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

impl Page for Blocked {
    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn heading(&self) -> String {
        "You can't sign in yet".to_owned()
    }
}

impl Wall {
    /// The code that page, log and OAuth error share.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Passkey | Self::Access | Self::Risk | Self::DeviceCode => "AADSTS53003",
            Self::ManagedDevice => "AADSTS53000",
            Self::JoinedDevice => "AADSTS53001",
            Self::KnownDevice => "AADSTS50097",
            Self::App { .. } => "AADSTS53002",
            Self::AppProtection { .. } => "AADSTS53009",
            Self::RegistrationPlace => "AADSTS53010",
            Self::RegistrationRisk => "AADSTS53004",
            Self::NotAssigned { .. } => "AADSTS50105",
            Self::AppLoops { .. } => "AADSTS50196",
            Self::TooManyTries { .. } => "AADSTS50053",
            Self::AccountOff => "AADSTS50057",
        }
    }

    /// The number in [`Self::code`].
    pub(crate) fn number(&self) -> u32 {
        self.code().trim_start_matches("AADSTS").parse().unwrap_or_default()
    }

    fn why(&self, tenant: &str) -> String {
        match self {
            Self::Passkey => {
                format!("{tenant} asks for a passkey here, and you can't use one on this device.")
            }
            Self::Access => format!("{tenant} doesn't let this sign-in through from here."),
            Self::ManagedDevice => format!(
                "Use a device that {tenant} manages. This one isn't, or its check is out of date."
            ),
            Self::JoinedDevice | Self::KnownDevice => format!(
                "Use your work computer for this. In a private window {tenant} can't recognise it."
            ),
            Self::App { instead } => {
                format!(
                    "This app isn't on the list. Open this in {instead}, or another app from the list."
                )
            }
            Self::AppProtection { instead } => {
                format!(
                    "Open this in {instead} or another app from the list. Authenticator can't be used for this check."
                )
            }
            Self::RegistrationPlace => {
                format!("You can add sign-in ways only from {tenant}'s network.")
            }
            Self::RegistrationRisk => {
                "This sign-in looks unusual, so you can't add a way now.".to_owned()
            }
            Self::Risk => "This sign-in looks unusual.".to_owned(),
            Self::NotAssigned { app, .. } => format!("You don't have {app} yet."),
            Self::AppLoops { app } => {
                format!("{app} keeps asking for the same thing, so we paused it.")
            }
            Self::TooManyTries { minutes } => {
                format!("Too many tries. You can try again in {}.", counted(*minutes, "minute"))
            }
            Self::DeviceCode => {
                format!("{tenant} doesn't allow signing in with a code on another device here.")
            }
            Self::AccountOff => "This account is switched off.".to_owned(),
        }
    }
}

impl NextStep {
    /// What to do, in words.
    pub(crate) fn text(&self, frame: &Frame) -> String {
        let Frame { tenant, help_desk, .. } = frame;
        match self {
            Self::CallHelpDesk => format!("Call the help desk: {help_desk}"),
            Self::AskForPass => "Ask for a Temporary Access Pass".to_owned(),
            Self::HavePhone => "Have your phone with you".to_owned(),
            Self::OpenOnPhone { what } => format!("Open {what} on your phone"),
            Self::AddPasskey => "Add a passkey: it takes about 2 minutes".to_owned(),
            Self::UseManagedDevice => format!("Use a device that {tenant} manages"),
            Self::LeavePrivateWindow => "Close this private window and use a normal one".to_owned(),
            Self::ConnectToNetwork => format!("Connect to {tenant}'s network"),
            Self::UseApp { app } => format!("Open this in {app}"),
            Self::AskOwner { owner } => format!("Ask its owner: {owner}"),
            Self::Wait { minutes } => format!("Wait {}", counted(*minutes, "minute")),
            Self::StartAgain => "Start again".to_owned(),
        }
    }
}

impl Blocked {
    /// Why, in words.
    pub(crate) fn why(&self) -> String {
        self.wall.why(&self.frame.tenant)
    }

    /// What to do, in words.
    pub(crate) fn step_text(&self, step: &NextStep) -> String {
        step.text(&self.frame)
    }

    fn step_link(&self, step: &NextStep) -> Option<String> {
        match step {
            NextStep::AddPasskey => Some(self.frame.link(paths::REGISTER)),
            NextStep::StartAgain => Some(paths::SIGN_IN.to_owned()),
            NextStep::CallHelpDesk
            | NextStep::AskForPass
            | NextStep::HavePhone
            | NextStep::OpenOnPhone { .. }
            | NextStep::UseManagedDevice
            | NextStep::LeavePrivateWindow
            | NextStep::ConnectToNetwork
            | NextStep::UseApp { .. }
            | NextStep::AskOwner { .. }
            | NextStep::Wait { .. } => None,
        }
    }

    /// Three lines for the help desk.
    fn copy_text(&self) -> String {
        format!("{}\n{}\n{}", self.wall.code(), self.at.machine(), self.correlation_id)
    }
}
