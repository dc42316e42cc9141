//! Policies drawn by lot, as plain as every engine can be told them.
//!
//! A drawn tenant stays open: what blocks, blocks a corner (old clients, device codes, high risk,
//! unknown platforms), and what is demanded of everybody can be met by somebody with a pass. A
//! tenant that locks everybody out would be proved too quickly.

pub mod graph;

use crate::dice::Dice;

/// What all tenants are drawn from.
pub const SEED: u64 = 42;
/// How many apps there are.
pub const APPS: usize = 60;
/// How many roles are named.
pub const ROLES: usize = 12;
/// How many named locations there are.
pub const LOCATIONS: usize = 6;
/// Platforms that can be named.
pub const PLATFORMS: [&str; 6] = ["android", "iOS", "windows", "windowsPhone", "macOS", "linux"];

/// A tenant drawn by lot.
#[derive(Clone, Debug)]
pub struct Sketch {
    /// Its policies.
    pub policies: Vec<Policy>,
    /// How many groups policies draw from. Two more are excluded everywhere.
    pub groups: usize,
}

/// One policy.
#[derive(Clone, Debug)]
pub struct Policy {
    /// Who is included.
    pub include: Include,
    /// Excluded groups.
    pub excluded: Vec<usize>,
    /// Which apps.
    pub apps: Apps,
    /// Which clients.
    pub clients: Clients,
    /// Which platforms.
    pub platforms: Platforms,
    /// Which networks.
    pub networks: Networks,
    /// Which risk of the sign-in.
    pub risk: Risk,
    /// Which flow.
    pub flow: Flow,
    /// What is demanded.
    pub demand: Demand,
}

/// Who is included.
#[derive(Clone, Debug)]
pub enum Include {
    /// Everybody.
    Everyone,
    /// Members of any of these groups.
    Groups(Vec<usize>),
    /// Who has this role.
    Role(usize),
    /// Guests and external users of any kind.
    Guests,
}

/// Which apps.
#[derive(Clone, Debug)]
pub enum Apps {
    /// All but these.
    AllBut(Vec<usize>),
    /// These.
    Only(Vec<usize>),
}

/// Which clients.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clients {
    /// All.
    All,
    /// Browsers, and apps with modern authentication.
    Modern,
    /// Exchange `ActiveSync` and older protocols.
    Old,
}

/// Which platforms.
#[derive(Clone, Debug)]
pub enum Platforms {
    /// No condition.
    Any,
    /// These.
    Only(Vec<&'static str>),
    /// All but these, so unknown ones too.
    AllBut(Vec<&'static str>),
}

/// Which networks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Networks {
    /// No condition.
    Any,
    /// All but trusted ones and this named location.
    Outside(usize),
}

/// Which risk of the sign-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Risk {
    /// No condition.
    Any,
    /// Medium and high.
    Raised,
    /// High.
    High,
}

/// Which flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    /// No condition.
    Any,
    /// Device codes.
    DeviceCode,
}

/// What is demanded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Demand {
    /// Nothing gets through.
    Block,
    /// Multifactor authentication.
    Mfa,
    /// Multifactor authentication or a compliant device.
    MfaOrCompliant,
    /// A compliant device.
    Compliant,
    /// The built-in strength that resists phishing.
    PhishingResistant,
}

impl Sketch {
    /// Draws so many policies over so many groups. The last one changes nothing: another one asks
    /// the same of the same people wherever it applies.
    pub fn draw(policies: usize, groups: usize, seed: u64) -> Self {
        let mut dice = Dice::new(seed);
        let drawn = (1..policies).map(|_| Policy::draw(&mut dice, groups));
        let mut sketch = Self { policies: drawn.collect(), groups };
        let wide = sketch.policies.iter().rev().find(|it| matches!(it.platforms, Platforms::Any));
        let mut idle = wide.expect("some policy has no platforms").clone();
        idle.platforms = Platforms::Only(vec!["windows"]);
        sketch.policies.push(idle);
        let everywhere = [sketch.emergency(), sketch.exempt()];
        for policy in &mut sketch.policies {
            policy.excluded.extend(everywhere);
        }
        sketch
    }

    /// The group of the accounts for emergencies, excluded from every policy.
    pub fn emergency(&self) -> usize {
        self.groups
    }

    /// A group that somebody excluded from every policy: whoever is in it needs a password only.
    pub fn exempt(&self) -> usize {
        self.groups + 1
    }
}

impl Policy {
    fn draw(dice: &mut Dice, groups: usize) -> Self {
        let include = match dice.below(10) {
            0..=5 => Include::Everyone,
            6 => Include::Role(dice.below(ROLES)),
            7 => Include::Guests,
            _ => Include::Groups(dice.some(2, groups)),
        };
        let count = 1 + dice.below(3);
        let excluded = dice.some(count, groups);
        let count = 1 + dice.below(4);
        let apps = if dice.chance(45) {
            let but = if dice.chance(30) { 2 } else { 0 };
            Apps::AllBut(dice.some(but, APPS))
        } else {
            Apps::Only(dice.some(count, APPS))
        };
        let platform = PLATFORMS[dice.below(PLATFORMS.len())];
        let policy = Self {
            include,
            excluded,
            apps,
            clients: if dice.chance(20) { Clients::Modern } else { Clients::All },
            platforms: if dice.chance(30) {
                Platforms::AllBut(vec![platform])
            } else {
                Platforms::Any
            },
            networks: if dice.chance(20) {
                Networks::Outside(dice.below(LOCATIONS))
            } else {
                Networks::Any
            },
            risk: if dice.chance(10) { Risk::Raised } else { Risk::Any },
            flow: Flow::Any,
            demand: Demand::Mfa,
        };
        policy.demanding(dice)
    }

    /// Draws the demand, and narrows what would lock people out.
    fn demanding(mut self, dice: &mut Dice) -> Self {
        let of_few = Apps::Only(dice.some(2, APPS));
        match dice.below(20) {
            0 | 1 => {
                self.demand = Demand::Block;
                match dice.below(4) {
                    0 => self.clients = Clients::Old,
                    1 => self.flow = Flow::DeviceCode,
                    2 => self.risk = Risk::High,
                    _ => self.platforms = Platforms::AllBut(PLATFORMS.to_vec()),
                }
            }
            2..=10 => self.demand = Demand::Mfa,
            11..=14 => self.demand = Demand::MfaOrCompliant,
            15 | 16 => {
                self.demand = Demand::Compliant;
                self.platforms = Platforms::Only(vec!["windows", "macOS"]);
                self.apps = of_few;
            }
            _ => {
                self.demand = Demand::PhishingResistant;
                self.apps = of_few;
            }
        }
        self
    }
}
