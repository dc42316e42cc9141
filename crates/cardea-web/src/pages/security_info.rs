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
        /// On which device and in which profile it is, as [`whereabouts`] writes it; empty where no app said so.
        at: String,
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

/// A profile of an Android device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Profile {
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
    /// There is no passkey.
    NoPasskey,
    /// No passkey in the other profile of a device that has one.
    NoPasskeyInProfile {
        /// What its owner calls the device.
        device: String,
        /// The profile that has none.
        profile: Profile,
    },
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

/// A small label under a method.
#[derive(Debug, Clone, Copy)]
struct Tag {
    text: &'static str,
    tone: &'static str,
}

impl Tag {
    fn text(self) -> &'static str {
        self.text
    }

    fn tone(self) -> &'static str {
        self.tone
    }
}

impl SecurityInfo {
    fn done_text(&self) -> Option<String> {
        match &self.done {
            Done::Nothing => None,
            Done::Added(name) => Some(format!("{name} was added.")),
            Done::Renamed(name) => Some(format!("It is called {name} now.")),
            Done::Removed(name) => Some(format!("{name} was removed.")),
            Done::SignedOutEverywhere => Some("All other sessions have ended.".to_owned()),
        }
    }
}

impl Method {
    fn about(&self) -> String {
        match &self.kind {
            MethodKind::Passkey { provider, at, .. } => {
                let maker = if provider.is_empty() { "" } else { " in " };
                let on = if at.is_empty() { "" } else { ": " };
                format!("Passkey{maker}{provider}{on}{at}")
            }
            MethodKind::Totp => "Codes from an authenticator app".to_owned(),
            MethodKind::Password => "The one of your work account".to_owned(),
        }
    }

    fn tags(&self) -> Vec<Tag> {
        let mut tags = Vec::new();
        if let MethodKind::Passkey { proof, binding, .. } = &self.kind {
            tags.push(match binding {
                Binding::DeviceBound => Tag { text: "Stays on its device", tone: "" },
                Binding::Synced => Tag { text: "Synced", tone: "" },
            });
            match proof {
                Proof::Attested => {}
                Proof::Unproven => tags.push(Tag { text: "Maker unproven", tone: "warn" }),
            }
        }
        match self.standing {
            Standing::Accepted => {}
            Standing::NotAccepted => tags.push(Tag { text: "✕ No longer accepted", tone: "bad" }),
        }
        tags
    }

    fn can_change(&self) -> bool {
        match self.kind {
            MethodKind::Passkey { .. } | MethodKind::Totp => true,
            MethodKind::Password => false,
        }
    }

    fn remove_link(&self) -> String {
        let id =
            percent_encoding::utf8_percent_encode(&self.id, percent_encoding::NON_ALPHANUMERIC);
        format!("{}?{}={id}", paths::REMOVE, fields::ID)
    }
}

impl PassUses {
    fn text(self) -> &'static str {
        match self {
            Self::Once => "Works once",
            Self::Several => "Works several times",
        }
    }
}

impl Warning {
    fn text(&self) -> String {
        match self {
            Self::NoPasskeyInProfile { device, profile } => {
                let profile = profile.name();
                format!(
                    "No passkey in the {profile} profile of {device}. If you work there too, open \
                     Authenticator in that profile and add one."
                )
            }
            Self::NoPasskey => "No passkey yet. Add one.".to_owned(),
            Self::OnlyOneWay => {
                "Only one way works for you. Add another, so that losing it doesn't lock you out."
                    .to_owned()
            }
            Self::AddedLately { name, at } => {
                format!(
                    "{name} was added on {}. Not you? Remove it and call the help desk.",
                    at.day_and_time()
                )
            }
        }
    }
}

impl Warning {
    /// What to type where the app is the command; empty where nothing is to be typed.
    fn command(&self, account: &str) -> String {
        match self {
            Self::NoPasskeyInProfile { profile, .. } => {
                let [profile, other] =
                    [*profile, profile.other()].map(|it| it.name().to_lowercase());
                format!("cardea authenticator add {account} --profile {profile} --from {other}")
            }
            Self::NoPasskey | Self::OnlyOneWay | Self::AddedLately { .. } => String::new(),
        }
    }

    /// A hint is not a warning: nothing is wrong with a profile that nobody works in.
    fn tone(&self) -> &'static str {
        match self {
            Self::NoPasskeyInProfile { .. } => "",
            Self::NoPasskey | Self::OnlyOneWay | Self::AddedLately { .. } => "warn",
        }
    }
}

impl Profile {
    fn other(self) -> Self {
        match self {
            Self::Work => Self::Personal,
            Self::Personal => Self::Work,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Work => "Work",
            Self::Personal => "Personal",
        }
    }
}

/// Where a passkey is, in words: "Kim's Pixel · Work".
pub fn whereabouts(device: &str, profile: &str) -> String {
    let mut letters = profile.chars();
    let profile: String =
        letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect();
    if profile.is_empty() { device.to_owned() } else { format!("{device} · {profile}") }
}

impl Removal {
    fn button(&self) -> &'static str {
        match self {
            Self::OthersWork { .. } => "Remove",
            Self::LastFor { .. } | Self::LastOfAll | Self::Undecided => "Remove it anyway",
        }
    }
}
