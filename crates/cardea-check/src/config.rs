//! What the export cannot say: people, devices, networks, break-glass accounts, goals, accepted
//! findings. Read from `cardea.toml`; every part has a default.

use cardea_policy::id::{AppId, GroupId, UserId};
use cardea_policy::strength::Mode;
use cardea_tenant::assumption::Assumptions;
use cardea_tenant::journey::actor::Form;
use cardea_tenant::journey::step::Account;

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
    /// Today, as `YYYY-MM-DD`, for everything that ends. Given by the caller.
    pub today: Date,
}

/// A day, comparable as text: `YYYY-MM-DD`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Date(pub String);

/// A kind of people: what they start with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Population {
    /// What they are called: "newcomers".
    pub name: String,
    /// Who they are; empty means anybody.
    pub groups: Vec<GroupId>,
    /// Methods that they start with.
    pub has: Vec<Mode>,
    /// Whether their accounts have a method registered.
    pub account: Account,
    /// Devices that they have.
    pub devices: Vec<DeviceSetting>,
    /// Passes that the help desk gives them.
    pub passes: Passes,
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
    pub platform: cardea_policy::conditions::platform::Platform,
    /// What device controls see of it.
    pub state: cardea_tenant::journey::actor::DeviceState,
}

/// Declared break-glass accounts.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct BreakGlass {
    /// Accounts.
    pub users: Vec<UserId>,
    /// Groups of accounts.
    pub groups: Vec<GroupId>,
    /// What they sign in with, beside the password. Default: a security key.
    pub methods: Vec<Mode>,
}

impl BreakGlass {
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
            today: Date::default(),
        }
    }
}

impl Population {
    /// The populations of a run that is told nothing: newcomers, and people who lost what they
    /// had. Both have a managed Windows computer and a phone of their own.
    pub fn usual() -> Vec<Self> {
        use cardea_policy::conditions::platform::Platform;
        use cardea_tenant::journey::actor::DeviceState;
        let population = |name: &str, account, phone| Self {
            name: name.to_owned(),
            groups: Vec::new(),
            has: vec![Mode::Password],
            account,
            devices: vec![
                DeviceSetting {
                    form: Form::Computer,
                    platform: Platform::Windows,
                    state: DeviceState::Compliant,
                },
                DeviceSetting { form: Form::Phone, platform: phone, state: DeviceState::Unmanaged },
            ],
            passes: Passes::AsAllowed,
        };
        let mut populations = Vec::new();
        for phone in [Platform::Ios, Platform::Android] {
            populations.push(population("newcomers", Account::Unregistered, phone));
            populations.push(population("people who lost their phone", Account::Registered, phone));
        }
        populations
    }
}
