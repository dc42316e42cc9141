//! What the export cannot say: people, devices, networks, break-glass accounts, goals, accepted
//! findings. Read from `cardea.toml`; every part has a default.

mod date;
mod error;
mod method;
mod read;
mod table;
#[cfg(test)]
mod tests;

use std::ops::Range;

use cardea_graph::lower::Names;
use cardea_graph::source::{FileId, Span};
use cardea_policy::conditions::platform::Platform;
use cardea_policy::conditions::principal::Person;
use cardea_policy::id::{AppId, GroupId, UserId};
use cardea_policy::strength::Mode;
use cardea_tenant::assumption::Assumptions;
use cardea_tenant::journey::actor::{DeviceState, Form};
use cardea_tenant::journey::means::PasskeyHome;
use cardea_tenant::journey::step::Account;

pub use date::Date;
pub use error::ConfigError;
pub use method::Held;

use crate::report::Severity;

/// Everything that a run can be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// Kinds of people to prove the tenant for.
    pub populations: Vec<Population>,
    /// Break-glass accounts.
    pub break_glass: BreakGlass,
    /// What people must be able to reach; by default any ordinary app.
    pub goals: Vec<GoalSetting>,
    /// Findings that are accepted for a while.
    pub accepted: Vec<Acceptance>,
    /// Temporary exemptions in force.
    pub exemptions: Vec<Exemption>,
    /// What is taken for granted.
    pub assumptions: Assumptions,
    /// How many unknown memberships are combined. Default 2.
    pub memberships: usize,
    /// The least severity of a finding that makes a run fail.
    pub fail_on: Severity,
    /// Today, for everything that ends. Given by the caller.
    pub today: Date,
    /// The file of the settings among the sources, for findings that point into it; set by the
    /// caller who adds it there.
    pub file: Option<FileId>,
}

/// A kind of people: what they start with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Population {
    /// What they are called: "newcomers".
    pub name: String,
    /// Who they are; empty means anybody.
    pub groups: Vec<GroupId>,
    /// Methods that they start with.
    pub has: Vec<Held>,
    /// Whether their accounts have a method registered.
    pub account: Account,
    /// Devices that they have.
    pub devices: Vec<DeviceSetting>,
    /// Passes that the help desk gives them.
    pub passes: Passes,
    /// Which profiles they use on Android phones.
    pub android_profiles: AndroidProfiles,
}

/// Which profiles people use on Android phones. Each keeps its own passkeys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum AndroidProfiles {
    /// One.
    #[default]
    One,
    /// The personal one and the one for work.
    Both,
}

/// Whether the help desk gives passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Passes {
    /// As the methods policy allows.
    #[default]
    AsAllowed,
    /// None.
    None,
}

/// A device that people have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceSetting {
    /// What it is.
    pub form: Form,
    /// Its platform.
    pub platform: Platform,
    /// What device controls see of it.
    pub state: DeviceState,
    /// Whether passkeys of phones reach it.
    pub bluetooth: Bluetooth,
}

/// Whether a device can use Bluetooth for passkeys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Bluetooth {
    /// As the assumption `bluetooth-open` says.
    #[default]
    Assumed,
    /// It can.
    Open,
    /// It cannot.
    Shut,
}

/// Declared break-glass accounts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BreakGlass {
    /// Accounts.
    pub users: Vec<UserId>,
    /// Groups of accounts.
    pub groups: Vec<GroupId>,
    /// What they sign in with. Default: a password and a security key.
    pub methods: Vec<Held>,
    /// Where they are declared, in bytes of the settings.
    pub at: Range<usize>,
}

impl Default for BreakGlass {
    fn default() -> Self {
        let methods = Vec::from([Held::PASSWORD, Held::Passkey(PasskeyHome::SecurityKey)]);
        Self { users: Vec::new(), groups: Vec::new(), methods, at: 0..0 }
    }
}

impl BreakGlass {
    /// Whether the person is one of the declared accounts.
    pub fn covers(&self, person: &Person) -> bool {
        person.user.as_ref().is_some_and(|user| self.users.contains(user))
            || person.groups.iter().any(|group| self.groups.contains(group))
    }

    /// Whether nothing is declared.
    pub fn is_empty(&self) -> bool {
        self.users.is_empty() && self.groups.is_empty()
    }
}

/// Something that people must be able to reach.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GoalSetting {
    /// What it is called.
    pub name: String,
    /// The app.
    pub app: AppId,
    /// From which form of device; `None` for any.
    pub from: Option<Form>,
}

/// A finding that is accepted for a while.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acceptance {
    /// The rule.
    pub rule: String,
    /// Name or id of the policy that the finding must point at; `None` for any.
    pub policy: Option<String>,
    /// Why it is accepted.
    pub reason: String,
    /// The last day of the acceptance.
    pub until: Date,
    /// Where it stands, in bytes of the settings.
    pub at: Range<usize>,
}

/// A temporary exemption: people excluded from a policy for a while.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exemption {
    /// The exclusion group.
    pub group: GroupId,
    /// The last day.
    pub until: Date,
    /// Whether the people are told.
    pub notice: Notice,
    /// Where it stands, in bytes of the settings.
    pub at: Range<usize>,
}

/// Whether people are told that their exemption ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Notice {
    /// They are.
    Given,
    /// They are not.
    #[default]
    NotGiven,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            populations: Population::usual(),
            break_glass: BreakGlass::default(),
            goals: Vec::new(),
            accepted: Vec::new(),
            exemptions: Vec::new(),
            assumptions: Assumptions::default(),
            memberships: 2,
            fail_on: Severity::Weakness,
            today: Date::default(),
            file: None,
        }
    }
}

impl Config {
    /// A part of the settings' text as a span of the sources.
    pub fn span(&self, at: &Range<usize>) -> Option<Span> {
        self.file.map(|file| Span { file, range: at.clone() })
    }

    /// These settings with the names of groups and people in place of ids looked up.
    #[must_use]
    pub fn resolved(mut self, names: &Names) -> Self {
        let populations = self.populations.iter_mut().flat_map(|it| &mut it.groups);
        let exempt = self.exemptions.iter_mut().map(|it| &mut it.group);
        for group in populations.chain(&mut self.break_glass.groups).chain(exempt) {
            *group = names.groups.resolve(group.as_str());
        }
        for user in &mut self.break_glass.users {
            *user = names.users.resolve(user.as_str());
        }
        for goal in &mut self.goals {
            goal.app = names.apps.resolve(goal.app.as_str());
        }
        self
    }
}

impl Held {
    /// A password.
    pub const PASSWORD: Self = Self::Mode(Mode::Password);
}

impl DeviceSetting {
    /// What people have whose devices are not named: a managed computer with Windows, and a phone
    /// of their own of either kind.
    pub fn usual() -> [Vec<Self>; 2] {
        [Platform::Ios, Platform::Android].map(|platform| {
            Vec::from([
                Self {
                    form: Form::Computer,
                    platform: Platform::Windows,
                    state: DeviceState::Compliant,
                    bluetooth: Bluetooth::Assumed,
                },
                Self {
                    form: Form::Phone,
                    platform,
                    state: DeviceState::Unmanaged,
                    bluetooth: Bluetooth::Assumed,
                },
            ])
        })
    }
}

impl Population {
    /// The populations of a run that is told nothing: newcomers, and people who lost what they
    /// had. Both have a managed Windows computer and a phone of their own.
    pub fn usual() -> Vec<Self> {
        let kinds = [
            ("newcomers", Account::Unregistered),
            ("people who lost their phone", Account::Registered),
        ];
        let mut populations = Vec::new();
        for devices in DeviceSetting::usual() {
            populations.extend(kinds.map(|(name, account)| Self {
                name: name.to_owned(),
                groups: Vec::new(),
                has: Vec::from([Held::PASSWORD]),
                account,
                devices: devices.clone(),
                passes: Passes::AsAllowed,
                android_profiles: AndroidProfiles::One,
            }));
        }
        populations
    }
}
