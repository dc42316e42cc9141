//! How cheaply anybody gets in: the minimal sets of starting factors that open a goal to somebody
//! who should not get in, with registration on the way and without.

use std::collections::{BTreeMap, BTreeSet};

use cardea_policy::conditions::client::ClientApp;
use cardea_policy::lattice::{Lattice, Plain};
use cardea_policy::strength::{Combination, Mode};
use cardea_tenant::journey::actor::Device;
use cardea_tenant::journey::gate::{Demands, is_first_factor};
use cardea_tenant::journey::means::{Means, MeansIndex, Method};
use cardea_tenant::journey::step::Seat;

use crate::reach::fixpoint::{Fixpoint, Made, OneTime, Start};
use crate::reach::terrain::Terrain;
use crate::reach::ways::{Cheapest, FactorSet, Ways};

/// The starting factors of a tenant and their bits.
#[derive(Clone, Copy, Debug)]
pub struct Factors<'a> {
    means: &'a Means,
}

/// A starting factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Factor {
    /// Holding a method of the person.
    Method(Method),
    /// The person has nothing registered yet.
    NothingRegistered,
    /// A one-time pass, spent in this session.
    OneTimePass(Seat),
}

/// How much a set of factors takes to get hold of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Grade {
    /// Nothing at all.
    Nothing,
    /// One factor that can be phished: a password.
    SingleFactor,
    /// Multifactor authentication that can be phished.
    Phishable,
    /// A pass, which the help desk gives.
    Bootstrap,
    /// Multifactor authentication that cannot be phished.
    PhishingResistant,
}

impl Grade {
    /// Words for people.
    pub fn text(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::SingleFactor => "one phishable factor",
            Self::Phishable => "phishable multifactor authentication",
            Self::Bootstrap => "a pass",
            Self::PhishingResistant => "phishing-resistant authentication",
        }
    }
}

/// The clients that passes are spent in; others cannot show any.
const CLIENTS: [ClientApp; 2] = [ClientApp::Browser, ClientApp::MobileAppsAndDesktopClients];

impl<'a> Factors<'a> {
    /// The factors for these means.
    pub fn new(means: &'a Means) -> Self {
        Self { means }
    }

    fn extra(self, offset: usize) -> usize {
        self.means.len() + offset
    }

    /// An attacker's start: every method of the person, each as a factor of its own, and a pass
    /// for every session. Methods which no rule and no way of registering tells apart share the
    /// first one's factor.
    fn start(self, terrain: &Terrain<'_>) -> Start<Ways> {
        let bottom = Ways::default();
        let alike = stand_ins(terrain);
        let held = self
            .means
            .iter()
            .map(|(index, method)| match method {
                Method::Mode(Mode::TemporaryAccessPassOneTime) => bottom.clone(),
                Method::Mode(_) | Method::Passkey(_) if alike.get(&index) == Some(&index) => {
                    Ways::factor(index.0)
                }
                Method::Mode(_) | Method::Passkey(_) => bottom.clone(),
            })
            .collect();
        let one_time =
            terrain.seats().into_iter().fold(OneTime::everywhere(&bottom), |passes, seat| {
                passes.but(seat, Ways::factor(self.pass(seat)))
            });
        Start { held, unregistered: Ways::factor(self.extra(0)), one_time }
    }

    fn pass(self, seat: Seat) -> usize {
        let client = CLIENTS.iter().position(|client| *client == seat.client);
        self.extra(1 + seat.device * CLIENTS.len() + client.unwrap_or(0))
    }

    /// The factors of a set.
    pub fn of(self, set: FactorSet) -> Vec<Factor> {
        set.factors().filter_map(|bit| self.factor(bit)).collect()
    }

    fn factor(self, bit: usize) -> Option<Factor> {
        if let Some(method) = self.means.method(MeansIndex(bit)) {
            return Some(Factor::Method(method));
        }
        match bit.checked_sub(self.means.len())? {
            0 => Some(Factor::NothingRegistered),
            pass => {
                let (device, client) = ((pass - 1) / CLIENTS.len(), (pass - 1) % CLIENTS.len());
                Some(Factor::OneTimePass(Seat { device, client: *CLIENTS.get(client)? }))
            }
        }
    }

    /// Whether one pass is enough: a one-time pass serves a single session.
    pub fn is_realisable(self, set: FactorSet) -> bool {
        self.passes(set).len() <= 1
    }

    fn passes(self, set: FactorSet) -> FactorSet {
        let rest = FactorSet::below(self.extra(1));
        set.without(rest)
    }

    /// The set with the session of its pass left open.
    fn anywhere(self, set: FactorSet) -> FactorSet {
        let passes = self.passes(set);
        if passes.is_empty() {
            return set;
        }
        set.without(passes).with(FactorSet::single(self.extra(1)))
    }

    /// The sets that one pass is enough for. Of sets that differ only in the session that the pass
    /// is spent in, the first.
    fn distinct(self, ways: &Ways) -> Vec<FactorSet> {
        let mut distinct: Vec<FactorSet> = Vec::new();
        let realisable = ways.minimal().iter().filter(|set| self.is_realisable(**set));
        for set in realisable.copied() {
            let here = self.anywhere(set);
            if distinct.iter().any(|other| self.anywhere(*other).is_subset(here)) {
                continue;
            }
            distinct.retain(|other| !here.is_subset(self.anywhere(*other)));
            distinct.push(set);
        }
        distinct
    }

    /// How much the set takes to get hold of.
    pub fn grade(self, set: FactorSet) -> Grade {
        self.of(set).into_iter().map(grade).max().unwrap_or(Grade::Nothing)
    }
}

fn grade(factor: Factor) -> Grade {
    match factor {
        Factor::NothingRegistered => Grade::Nothing,
        Factor::OneTimePass(_) => Grade::Bootstrap,
        Factor::Method(method) => match method.mode() {
            Mode::Password | Mode::Email | Mode::QrCodePin | Mode::FederatedSingleFactor => {
                Grade::SingleFactor
            }
            // A certificate of one factor is something that people have: next to a password it
            // makes multifactor authentication.
            Mode::X509CertificateSingleFactor
            | Mode::Voice
            | Mode::HardwareOath
            | Mode::SoftwareOath
            | Mode::Sms
            | Mode::MicrosoftAuthenticatorPush
            | Mode::DeviceBasedPush
            | Mode::FederatedMultiFactor => Grade::Phishable,
            Mode::TemporaryAccessPassOneTime | Mode::TemporaryAccessPassMultiUse => {
                Grade::Bootstrap
            }
            Mode::Fido2 | Mode::WindowsHelloForBusiness | Mode::X509CertificateMultiFactor => {
                Grade::PhishingResistant
            }
        },
    }
}

/// The cheapest ways to one goal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheapestWays {
    /// Without registering anything on the way.
    pub direct: Vec<FactorSet>,
    /// Ways that need registration, none of which contains a direct one.
    pub by_registering: Vec<FactorSet>,
}

/// Everything that tells one method from another: two methods that are alike can stand for each
/// other in every way in.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Likeness {
    grade: Grade,
    usable: bool,
    first_factor: bool,
    shown: Vec<bool>,
    combinations: BTreeSet<(usize, BTreeSet<Mode>)>,
}

impl Likeness {
    fn of(terrain: &Terrain<'_>, index: MeansIndex, method: Method) -> Self {
        let traveller = &terrain.traveller;
        let shown = terrain
            .goals
            .iter()
            .flatten()
            .map(|approach| (approach.device, approach.situation.device))
            .chain(terrain.tries.iter().map(|t| (t.device, t.situation.device)))
            .collect::<BTreeMap<_, _>>()
            .into_values()
            .map(|device| device.shows(method))
            .collect();
        let strengths = traveller.book.strengths.list();
        let combinations = strengths
            .iter()
            .enumerate()
            .flat_map(|(at, strength)| strength.combinations.iter().map(move |c| (at, c)))
            .filter(|(_, combination)| accepts(combination, method))
            .map(|(at, combination)| {
                let others = combination.modes.iter().copied();
                (at, others.filter(|mode| *mode != method.mode()).collect())
            })
            .collect();
        Self {
            grade: grade(Factor::Method(method)),
            usable: traveller.permissions.usable(index),
            first_factor: is_first_factor(method.mode()),
            shown,
            combinations,
        }
    }
}

/// For each method the one that stands for it in ways in: the first that no rule and no device
/// tells from it. A one-time pass stands for nothing but itself, as it counts session by session.
pub fn stand_ins(terrain: &Terrain<'_>) -> BTreeMap<MeansIndex, MeansIndex> {
    let mut first = BTreeMap::new();
    let means = terrain.traveller.book.means.iter();
    means
        .map(|(index, method)| {
            if method == Method::Mode(Mode::TemporaryAccessPassOneTime) {
                return (index, index);
            }
            let likeness = Likeness::of(terrain, index, method);
            (index, *first.entry(likeness).or_insert(index))
        })
        .collect()
}

fn accepts(combination: &Combination, method: Method) -> bool {
    combination.modes.contains(&method.mode())
        && match method {
            Method::Passkey(passkey) => combination.passkeys.accepts(passkey.model),
            Method::Mode(_) => true,
        }
}

/// Every way in, the cheapest to each goal and those through each approach.
#[derive(Clone, Debug)]
pub struct WaysIn {
    /// The cheapest to each goal.
    pub goals: Vec<CheapestWays>,
    approaches: BTreeMap<(Seat, Demands), Ways>,
}

impl WaysIn {
    /// The ways through a session with these demands without registration; `None` where no goal
    /// demands just that in it.
    pub fn through(&self, seat: Seat, demands: &Demands) -> Option<&Ways> {
        self.approaches.get(&(seat, demands.clone()))
    }
}

/// The cheapest ways in; the same for all terrains of one outline.
pub fn ways_in(terrain: &Terrain<'_>) -> WaysIn {
    let factors = Factors::new(&terrain.traveller.book.means);
    let start = factors.start(terrain);
    let fixpoint = Fixpoint { lattice: &Cheapest, terrain, start: &start };
    let reached = fixpoint.reach();
    let at_start = fixpoint.approaches(&start.held);
    let goals = at_start
        .iter()
        .zip(&reached.goals)
        .map(|(approaches, all)| {
            let direct = factors.distinct(&Cheapest.any(approaches.iter().cloned()));
            let is_direct = |way: FactorSet| {
                direct.iter().any(|d| factors.anywhere(*d).is_subset(factors.anywhere(way)))
            };
            let by_registering =
                factors.distinct(all).into_iter().filter(|way| !is_direct(*way)).collect();
            CheapestWays { direct, by_registering }
        })
        .collect();
    let each = terrain.goals.iter().flatten().zip(at_start.into_iter().flatten());
    let approaches = each.map(|(it, ways)| ((it.seat(), it.demands.clone()), ways)).collect();
    WaysIn { goals, approaches }
}

/// The ways through a session with these demands without registration, whether or not a goal demands just that.
pub fn through(terrain: &Terrain<'_>, session: (Seat, &Device), demands: &Demands) -> Ways {
    let factors = Factors::new(&terrain.traveller.book.means);
    let start = factors.start(terrain);
    let fixpoint = Fixpoint { lattice: &Cheapest, terrain, start: &start };
    fixpoint.meets(&start.held, session, demands)
}

/// The registrations of a way: what somebody with exactly these factors registers on the way.
pub fn registrations(terrain: &Terrain<'_>, way: FactorSet) -> (Start<bool>, Vec<Made>) {
    let factors = Factors::new(&terrain.traveller.book.means);
    let list = factors.of(way);
    let held = terrain
        .traveller
        .book
        .means
        .iter()
        .map(|(_, method)| list.contains(&Factor::Method(method)))
        .collect();
    let one_time = list.iter().fold(OneTime::everywhere(&false), |passes, factor| match factor {
        Factor::OneTimePass(seat) => passes.but(*seat, true),
        Factor::Method(_) | Factor::NothingRegistered => passes,
    });
    let unregistered = list.contains(&Factor::NothingRegistered);
    let start = Start { held, unregistered, one_time };
    let reached = Fixpoint { lattice: &Plain, terrain, start: &start }.reach();
    (start, reached.order)
}
