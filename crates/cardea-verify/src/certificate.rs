//! What a certificate holds. Policies and goals go by their number in the input, beginning with 0.

use cardea_policy::conditions::principal::{Guest, GuestKind, Membership};
use cardea_policy::id::{GroupId, RoleId, TenantId, UserId};
use cardea_tenant::journey::means::{Means, MeansIndex, Method};
use serde::{Deserialize, Serialize};

use crate::people::Kind;

/// The version of certificates that this checker reads.
pub const VERSION: u32 = 1;

/// A certificate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Certificate {
    /// The version of this form.
    pub version: u32,
    /// The fingerprint of the input and of the settings, which it is about and no others.
    pub input: String,
    /// Who reaches what: for each population each goal, in the order of the settings.
    pub sign_in: Vec<Answer>,
    /// Whether every sign-in is protected; `None` where that could not be decided.
    pub protection: Option<Protection>,
}

/// Whether something holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// It does.
    Proved,
    /// It does not.
    Refuted,
}

/// Whether everybody of a population reaches a goal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Answer {
    /// The name of the population.
    pub population: String,
    /// The name of the goal.
    pub goal: String,
    /// The answer.
    pub answer: Verdict,
    /// Those who reach it.
    pub reached: Vec<Reached>,
    /// Those who do not.
    pub stuck: Vec<Stuck>,
}

/// People who reach a goal, all of them by the same journey.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Reached {
    /// The people. Each stands for all whom the same policies hit and who are allowed the same.
    pub people: Vec<Who>,
    /// The journey; its last event opens the goal, after the passes have ended.
    pub journey: Vec<Happening>,
}

/// People who never reach a goal, all of them for the same reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Stuck {
    /// The people. Each stands for all whom the same policies hit and who are allowed the same.
    pub people: Vec<Who>,
    /// Methods that they never have more than, passes included.
    pub held: Vec<String>,
    /// Policies of which at least one refuses them wherever a demand is what stops them.
    pub refused_by: Vec<usize>,
}

/// A person, as far as policies name memberships.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Who {
    /// The user, if the person is one that something names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// Groups.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<String>,
    /// Roles.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<String>,
    /// Set for guests.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guest: Option<Home>,
}

/// What kind of guest somebody is, and from where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Home {
    /// Graph's name of the kind.
    pub kind: String,
    /// The home tenant, if a policy names it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
}

/// Something that happens on a journey.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub enum Happening {
    /// The help desk issues a one-time pass.
    Pass,
    /// So many minutes pass.
    Wait(u32),
    /// The passes end; from here on there are none.
    PassesEnd,
    /// The person registers a method.
    Register {
        /// Where.
        at: Spot,
        /// The way, by its name.
        channel: String,
        /// The goal that the wizard interrupts; none where it is Security info that is opened.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        interrupts: Option<usize>,
        /// What is shown.
        show: Vec<String>,
        /// What is registered.
        method: String,
    },
    /// The person opens the goal.
    Open {
        /// Where.
        at: Spot,
        /// What is shown.
        show: Vec<String>,
    },
}

/// Where something happens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Spot {
    /// The device, by its number among the population's.
    pub device: usize,
    /// The platform that it claims.
    pub platform: String,
    /// The client.
    pub client: String,
    /// The network, by its number among those in reach.
    pub network: usize,
}

/// Whether every sign-in to a resource is blocked, or asked for something, by some policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Protection {
    /// The answer.
    pub answer: Verdict,
    /// Where people combine memberships freely: how many at most; `None` for any number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memberships: Option<usize>,
    /// If it is proved: policies that leave nothing uncovered.
    pub covered: Vec<Cover>,
    /// If it is refuted: sign-ins that nothing asks anything of.
    pub open: Vec<Open>,
}

/// Policies that leave no sign-in of these people uncovered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Cover {
    /// The people; none stands for anybody, with whatever memberships.
    pub people: Vec<Who>,
    /// The policies, in an order in which each is taken out of the part that was left over last.
    pub policies: Vec<usize>,
}

/// A sign-in that nothing asks anything of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Open {
    /// Who signs in.
    pub person: Who,
    /// How, by the numbers of the facts in [`crate::facts::Space`].
    pub facts: [usize; crate::facts::AXES],
}

impl From<&Kind> for Who {
    fn from(kind: &Kind) -> Self {
        let mut who = Self::default();
        for membership in &kind.memberships {
            match membership {
                Membership::User(user) => who.user = Some(user.to_string()),
                Membership::Group(group) => who.groups.push(group.to_string()),
                Membership::Role(role) => who.roles.push(role.to_string()),
            }
        }
        who.guest = kind.guest.as_ref().map(|guest| Home {
            kind: guest.kind.name().to_owned(),
            tenant: guest.tenant.as_ref().map(ToString::to_string),
        });
        who
    }
}

impl Who {
    /// The person; `None` where the kind of guest is unknown.
    pub fn kind(&self) -> Option<Kind> {
        let user = self.user.iter().map(|it| Membership::User(UserId::new(it)));
        let groups = self.groups.iter().map(|it| Membership::Group(GroupId::new(it)));
        let roles = self.roles.iter().map(|it| Membership::Role(RoleId::new(it)));
        let guest = match &self.guest {
            Some(home) => Some(Guest {
                kind: GuestKind::ALL.into_iter().find(|kind| kind.name() == home.kind)?,
                tenant: home.tenant.as_deref().map(TenantId::new),
            }),
            None => None,
        };
        Some(Kind { memberships: user.chain(groups).chain(roles).collect(), guest })
    }
}

/// What certificates call a method: Graph's name of the mode; for passkeys where they are kept,
/// and their model.
pub fn name(method: Method) -> String {
    match method {
        Method::Mode(mode) => mode.name().to_owned(),
        Method::Passkey(passkey) => match passkey.model {
            Some(model) => format!("{}, {model}", method.text()),
            None => method.text(),
        },
    }
}

/// The method of this name.
pub fn named(means: &Means, text: &str) -> Option<MeansIndex> {
    means.iter().find(|(_, method)| name(*method) == text).map(|(index, _)| index)
}
