//! Sign-ins drawn by lot.

use crate::dice::Dice;
use crate::sketch::{APPS, Clients, Flow, LOCATIONS, Networks, PLATFORMS, ROLES, Risk};

use super::{GROUPS, GROUPS_EACH};

/// One sign-in.
#[derive(Clone, Debug)]
pub(super) struct SignIn {
    pub(super) groups: Vec<usize>,
    pub(super) role: Option<usize>,
    pub(super) guest: bool,
    pub(super) app: usize,
    /// Graph's name, or `unknown`.
    pub(super) platform: &'static str,
    pub(super) client: Client,
    /// The named location; number 0 is trusted.
    pub(super) location: Option<usize>,
    pub(super) risk: Level,
    pub(super) flow: Way,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Client {
    Browser,
    App,
    Legacy,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Level {
    None,
    Medium,
    High,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    Ordinary,
    DeviceCode,
}

impl SignIn {
    pub(super) fn draw(count: usize, seed: u64) -> Vec<Self> {
        let mut dice = Dice::new(seed);
        (0..count).map(|_| Self::one(&mut dice)).collect()
    }

    fn one(dice: &mut Dice) -> Self {
        let mut groups = Vec::new();
        while groups.len() < GROUPS_EACH {
            groups.push(dice.below(GROUPS));
            groups.sort_unstable();
            groups.dedup();
        }
        let platform = dice.below(PLATFORMS.len() + 1);
        Self {
            groups,
            role: dice.chance(20).then(|| dice.below(ROLES)),
            guest: dice.chance(10),
            app: dice.below(APPS),
            platform: PLATFORMS.get(platform).copied().unwrap_or("unknown"),
            client: [Client::Browser, Client::App, Client::Legacy][dice.below(3)],
            location: dice.chance(60).then(|| dice.below(LOCATIONS)),
            risk: [Level::None, Level::None, Level::Medium, Level::High][dice.below(4)],
            flow: if dice.chance(10) { Way::DeviceCode } else { Way::Ordinary },
        }
    }
}

impl Client {
    /// A name for the engines that compare texts.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Browser => "browser",
            Self::App => "app",
            Self::Legacy => "legacy",
        }
    }

    /// The names that a condition lists; `None` where there is no condition.
    pub(super) fn listed(clients: Clients) -> Option<&'static [&'static str]> {
        match clients {
            Clients::All => None,
            Clients::Modern => Some(&["browser", "app"]),
            Clients::Old => Some(&["legacy"]),
        }
    }
}

impl Level {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }

    pub(super) fn listed(risk: Risk) -> Option<&'static [&'static str]> {
        match risk {
            Risk::Any => None,
            Risk::Raised => Some(&["medium", "high"]),
            Risk::High => Some(&["high"]),
        }
    }
}

impl Way {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Ordinary => "ordinary",
            Self::DeviceCode => "deviceCode",
        }
    }

    pub(super) fn listed(flow: Flow) -> Option<&'static [&'static str]> {
        match flow {
            Flow::Any => None,
            Flow::DeviceCode => Some(&["deviceCode"]),
        }
    }
}

/// A named location as a text; none is the empty one.
pub(super) fn place(location: Option<usize>) -> String {
    location.map(|number| format!("location-{number}")).unwrap_or_default()
}

/// The places that a condition leaves out; `None` where there is no condition.
pub(super) fn left_out(networks: Networks) -> Option<Vec<String>> {
    match networks {
        Networks::Any => None,
        Networks::Outside(number) => Some(vec![place(Some(0)), place(Some(number))]),
    }
}
