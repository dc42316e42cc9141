//! Security info: a person's ways to sign in.

use askama::Template;

use super::register::AddChoice;
use super::{Frame, Moment, Page, Problem, Signal};
use crate::{fields, paths};

/// `/security-info`.
#[derive(Debug, Clone, Template)]
#[template(path = "security_info.html")]
pub struct SecurityInfo {
    /// What surrounds the page.
    pub frame: Frame,
    /// What has to be mended.
    pub problems: Vec<Problem>,
    /// What was just done.
    pub done: Done,
    /// What a sign-in from here would use today, in words; empty where none would work.
    pub today: String,
    /// The methods, best first.
    pub methods: Vec<Method>,
    /// Live passes.
    pub passes: Vec<LivePass>,
    /// What the person should know.
    pub warnings: Vec<Warning>,
    /// What can be added from here; empty where nothing can.
    pub choices: Vec<AddChoice>,
    /// Told to the browser.
    pub signals: Vec<Signal>,
}

/// One method.
#[derive(Debug, Clone)]
pub struct Method {
    /// Its id.
    pub id: String,
    /// Of which kind it is.
    pub kind: MethodKind,
    /// The name that the person gave it, or ours.
    pub name: String,
    /// When it was added.
    pub added: Moment,
    /// When it was last used.
    pub last_used: Option<Moment>,
    /// Whether the tenant still accepts it.
    pub standing: Standing,
}

/// The kind of a method, with what is known about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MethodKind {
    /// A passkey.
    Passkey {
        /// Who makes it, from its AAGUID; empty where it is not known.
        provider: String,
        /// Whether the provider is proved.
        proof: Proof,
        /// Whether it can leave its device.
        binding: Binding,
        /// The Android profile it lives in.
        profile: Profile,
    },
    /// Codes of an authenticator app.
    Totp,
    /// A password; it can be changed, and not removed here.
    Password,
}

/// Whether the model of a passkey is proved by an attestation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    /// An attestation proved it.
    Attested,
    /// The passkey says so itself.
    Unproven,
}

/// Whether a passkey can leave its device (backup eligibility, WebAuthn Level 3 section 6.1.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Binding {
    /// It stays in one device.
    DeviceBound,
    /// Its provider may copy it to others.
    Synced,
}

/// The Android profile that a passkey lives in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    /// There are no profiles on its device, or nothing is known.
    None,
    /// The work profile.
    Work,
    /// The personal profile.
    Personal,
}

/// Whether the tenant still accepts a method.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It does.
    Accepted,
    /// It no longer does.
    NotAccepted,
}

/// A pass that has not ended. Its value is never shown.
#[derive(Debug, Clone)]
pub struct LivePass {
    /// From when it works.
    pub starts: Moment,
    /// Until when.
    pub ends: Moment,
    /// How often.
    pub uses: PassUses,
}

/// How often a pass works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PassUses {
    /// Once.
    Once,
    /// Until it ends.
    Several,
}

/// What a person should know about their methods.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Warning {
    /// No passkey in a profile.
    NoPasskeyInProfile(Profile),
    /// Only one way works: losing it locks the person out.
    OnlyOneWay,
    /// A method that was added lately, which the person should recognise.
    AddedLately {
        /// Its name.
        name: String,
        /// When.
        at: Moment,
    },
}

/// What was just done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Done {
    /// Nothing.
    Nothing,
    /// A method of this name was added.
    Added(String),
    /// A method got this name.
    Renamed(String),
    /// A method of this name was removed.
    Removed(String),
    /// All other sessions were ended.
    SignedOutEverywhere,
}

/// `/security-info/remove?id=…`: asks before a method is removed.
#[derive(Debug, Clone, Template)]
#[template(path = "remove_method.html")]
pub struct RemoveMethod {
    /// What surrounds the page.
    pub frame: Frame,
    /// What would be removed.
    pub method: Method,
    /// What the journey says would come of it.
    pub verdict: Removal,
}

/// What would come of a removal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Removal {
    /// Everything that works today still works, by these ways.
    OthersWork {
        /// The ways, in words.
        ways: Vec<String>,
    },
    /// It is the last way that works for these apps.
    LastFor {
        /// Display names of the apps, at most a handful.
        apps: Vec<String>,
    },
    /// It is the last way in.
    LastOfAll,
    /// It could not be decided.
    Undecided,
}

impl Page for SecurityInfo {
    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn heading(&self) -> String {
        "Security info".to_owned()
    }

    fn problems(&self) -> &[Problem] {
        &self.problems
    }
}

impl Page for RemoveMethod {
    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn heading(&self) -> String {
        format!("Remove {}?", self.method.name)
    }
}
