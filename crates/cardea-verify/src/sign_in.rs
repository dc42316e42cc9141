//! Who reaches what: journeys are walked again, and whoever is said to be stuck is tried
//! everywhere.
//!
//! A goal counts as reached by those who open it without a pass. A pass may help on the way there,
//! but it ends within hours, and whoever has nothing else then stands outside again.

use std::collections::{BTreeMap, BTreeSet};

use cardea_policy::conditions::client::ClientApp;
use cardea_policy::conditions::flow::Flow;
use cardea_policy::conditions::platform::Platform;
use cardea_policy::conditions::principal::{Membership, Person};
use cardea_policy::conditions::risk::Risks;
use cardea_policy::lattice::Plain;
use cardea_policy::place::PolicyIndex;
use cardea_policy::policy_set::PolicySet;
use cardea_policy::strength::Mode;
use cardea_tenant::journey::actor::{Form, Situation};
use cardea_tenant::journey::app::App;
use cardea_tenant::journey::channel::{Channel, Leg};
use cardea_tenant::journey::gate::{Book, Gate, Passage, Session};
use cardea_tenant::journey::means::{MeansIndex, Method};
use cardea_tenant::journey::permission::Permissions;
use cardea_tenant::journey::step::{self, Account, Event, OneTimePass, State, Step, Traveller};
use cardea_tenant::journey::wizard::Errand;
use cardea_tenant::methods::{PassUse, TargetId};
use cardea_tenant::tenant::Tenant;

use crate::certificate::{Happening, Spot, named};
use crate::check::Refusal;
use crate::claim::{Claim, Passes, Population};
use crate::people::Kind;

const PASSES: [Mode; 2] = [Mode::TemporaryAccessPassOneTime, Mode::TemporaryAccessPassMultiUse];

/// What decides how people fare: the policies that can hit them, and what they are allowed.
pub type Fate = (PolicySet, Permissions);

/// The rules of a tenant, and what is claimed.
#[derive(Debug)]
pub struct Trial<'a> {
    tenant: &'a Tenant,
    book: &'a Book,
    claim: &'a Claim,
    /// The policies that can matter on the way to any goal.
    relevant: PolicySet,
    legs: BTreeMap<Channel, Vec<Leg>>,
}

/// A population in all its situations, each with the policies that apply there to anybody.
#[derive(Debug)]
pub struct Ground<'a> {
    trial: &'a Trial<'a>,
    population: &'a Population,
    places: Vec<Place<'a>>,
}

#[derive(Debug)]
struct Place<'a> {
    situation: Situation<'a>,
    legs: BTreeMap<Channel, Vec<Gate>>,
    goals: Vec<PolicySet>,
}

impl<'a> Trial<'a> {
    /// Prepares to try a claim.
    pub fn new(tenant: &'a Tenant, book: &'a Book, claim: &'a Claim) -> Self {
        let index = &book.index;
        let legs: BTreeMap<Channel, Vec<Leg>> = Channel::ALL
            .into_iter()
            .map(|channel| (channel, channel.legs(tenant, &claim.assumptions)))
            .collect();
        let mut relevant = PolicySet::none(index.policies().len());
        let requests = legs.values().flatten().map(|leg| &leg.request);
        for request in requests.chain(claim.goals.iter().map(|goal| &goal.request)) {
            relevant.unite(&index.target(request));
        }
        let clients = index
            .client(ClientApp::Browser)
            .or(index.client(ClientApp::MobileAppsAndDesktopClients));
        for set in [
            index.enabled(),
            index.demanding(),
            &index.risk(&Risks::default()),
            index.flow(Flow::Ordinary),
            &clients,
        ] {
            relevant.retain(set);
        }
        Self { tenant, book, claim, relevant, legs }
    }

    /// The memberships that matter to how people fare: those that policies name, those that the
    /// methods policy names, and those that make a population.
    pub fn memberships(&self) -> BTreeSet<Membership> {
        let rows = self.book.index.memberships().iter();
        let rows = rows.filter(|row| row.include.or(&row.exclude).meets(&self.relevant));
        let groups = self.claim.populations.iter().flat_map(|it| &it.groups).cloned();
        let methods = self.tenant.methods.iter().flat_map(|it| it.configurations.values());
        let targets = methods.flat_map(|it| it.include.iter().map(|it| &it.id).chain(&it.exclude));
        let targets = targets.filter_map(|target| match target {
            TargetId::AllUsers => None,
            TargetId::Group(group) => Some(Membership::Group(group.clone())),
            TargetId::User(user) => Some(Membership::User(user.clone())),
        });
        rows.map(|row| row.membership.clone())
            .chain(groups.map(Membership::Group))
            .chain(targets)
            .collect()
    }

    /// What decides how such people fare.
    pub fn fate(&self, kind: &Kind) -> Fate {
        let (person, book): (Person, &Book) = (kind.person(), self.book);
        let who = book.index.who(&book.index.member(&person)).and(&self.relevant);
        (who, Permissions::of(self.tenant, &book.means, &person, &self.claim.assumptions))
    }
}

impl<'a> Ground<'a> {
    /// Lays out the situations of a population.
    pub fn new(trial: &'a Trial<'a>, population: &'a Population) -> Self {
        let anybody = PolicySet::of(trial.book.index.policies().len(), |_| true);
        let nothing = trial.fate(&Kind::default()).1;
        let traveller = traveller(trial, population, &anybody, &nothing);
        let gate = |situation: &Situation<'_>, leg: &Leg| Gate {
            passage: leg.passage,
            applied: traveller.applied(situation, &leg.request),
        };
        let place = |situation: Situation<'a>| Place {
            legs: trial
                .legs
                .iter()
                .filter(|(channel, _)| channel.fits(&traveller, &situation))
                .map(|(channel, legs)| {
                    (*channel, legs.iter().map(|leg| gate(&situation, leg)).collect())
                })
                .collect(),
            goals: trial
                .claim
                .goals
                .iter()
                .map(|goal| traveller.applied(&situation, &goal.request))
                .collect(),
            situation,
        };
        let places = population.actor.situations().map(place).collect();
        Self { trial, population, places }
    }

    /// What people begin with; a pass for several uses is with them from the beginning.
    fn start(&self) -> State {
        let mut held = self.population.has.clone();
        if self.population.passes == Passes::Given {
            held.extend(self.trial.book.means.mode(Mode::TemporaryAccessPassMultiUse));
        }
        State { held, account: self.population.account, ..State::default() }
    }

    /// Walks a journey to a goal.
    ///
    /// # Errors
    /// Something on the way is not as the journey says, or it does not end at the goal.
    pub fn walk(
        &self,
        (who, permissions): &Fate,
        journey: &[Happening],
        goal: usize,
    ) -> Result<(), Refusal> {
        let traveller = traveller(self.trial, self.population, who, permissions);
        let mut state = self.start();
        let mut last = Step::Done;
        let mut passes = self.population.passes;
        let mut lasting = false;
        for (at, happening) in journey.iter().enumerate() {
            if *happening == Happening::PassesEnd {
                state.held.retain(|it| !self.is_pass(*it));
                state = State { one_time: OneTimePass::None, sessions: BTreeMap::new(), ..state };
                (passes, lasting) = (Passes::NotGiven, true);
                continue;
            }
            if *happening == Happening::Pass && passes == Passes::NotGiven {
                return Err(Refusal::new("the help desk gives no pass"));
            }
            if let Happening::Wait(minutes) = happening
                && state.now.checked_add(*minutes).is_none()
            {
                return Err(Refusal::new("nobody waits that long"));
            }
            let event = self.event(happening, goal)?;
            (state, last) = traveller.step(state, &event);
            if let Step::Refused(wall) = last {
                return Err(Refusal::new(format!("event {} is refused: {wall:?}", at + 1)));
            }
        }
        match last {
            Step::Granted if lasting => Ok(()),
            Step::Granted => Err(Refusal::new("the goal is opened before the passes end")),
            Step::Done | Step::Refused(_) => Err(Refusal::new("a journey ends before the goal")),
        }
    }

    /// What happens, as the journey's rules know it.
    fn event(&self, happening: &Happening, goal: usize) -> Result<Event<'a>, Refusal> {
        let Trial { claim, legs, .. } = self.trial;
        let goal_of = |at: usize| claim.goals.get(at).ok_or_else(|| Refusal::new("no such goal"));
        match happening {
            Happening::Wait(minutes) => Ok(Event::Wait(*minutes)),
            Happening::Pass => Ok(Event::IssuePass(PassUse::OnceOnly)),
            Happening::PassesEnd => Ok(Event::Wait(0)),
            Happening::Open { at, show } => {
                let (spot, goal) = (self.spot(at)?, goal_of(goal)?);
                if !is_meant(goal.from, spot.situation.device.form) {
                    return Err(Refusal::new("the goal is opened from another form of device"));
                }
                let leg = Leg { passage: Passage::Plain, request: goal.request.clone() };
                Ok(Event::Open { spot, leg, show: self.methods(show)? })
            }
            Happening::Register { at, channel, interrupts, show, method } => {
                let channel = Channel::ALL.into_iter().find(|it| it.text() == channel);
                let channel = channel.ok_or_else(|| Refusal::new("no such way of registering"))?;
                let interrupted = match interrupts {
                    Some(goal) => Some(goal_of(*goal)?.request.clone()),
                    None => None,
                };
                Ok(Event::Register {
                    spot: self.spot(at)?,
                    channel,
                    legs: legs.get(&channel).cloned().unwrap_or_default(),
                    interrupted,
                    show: self.methods(show)?,
                    method: self.method(method)?,
                })
            }
        }
    }

    fn is_pass(&self, method: MeansIndex) -> bool {
        let mode = self.trial.book.means.method(method).map(Method::mode);
        mode.is_some_and(|mode| PASSES.contains(&mode))
    }

    fn spot(&self, spot: &Spot) -> Result<step::Spot<'a>, Refusal> {
        let actor = &self.population.actor;
        let situation = || {
            let device = actor.devices.get(spot.device)?;
            let network = actor.networks.get(spot.network)?;
            let platform = Platform::ALL.into_iter().find(|it| it.text() == spot.platform)?;
            let client = ClientApp::ALL.into_iter().find(|it| it.text() == spot.client)?;
            let situation = Situation { device, platform, client, network };
            actor.situations().any(|it| it == situation).then_some(situation)
        };
        let situation = situation().ok_or_else(|| Refusal::new("no such situation"))?;
        Ok(step::Spot { device: spot.device, situation })
    }

    fn method(&self, name: &str) -> Result<MeansIndex, Refusal> {
        let method = named(&self.trial.book.means, name);
        method.ok_or_else(|| Refusal::new(format!("no such method: `{name}`")))
    }

    fn methods(&self, names: &[String]) -> Result<Vec<MeansIndex>, Refusal> {
        names.iter().map(|name| self.method(name)).collect()
    }

    /// Tries everything: that people who hold these methods get no other one, and that the goal
    /// stays shut to them when the passes have ended. Returns the unmet policies wherever it is a demand that stops them.
    ///
    /// # Errors
    /// They begin with more, get more, or reach the goal.
    pub fn walls(
        &self,
        fate: &Fate,
        held: &[String],
        goal: usize,
    ) -> Result<BTreeSet<Vec<PolicyIndex>>, Refusal> {
        let held: BTreeSet<MeansIndex> = self.methods(held)?.into_iter().collect();
        if !self.start().held.is_subset(&held) {
            return Err(Refusal::new("people begin with more than they are said to hold"));
        }
        let attempt = Attempt::new(self, fate, &held, self.population.passes);
        let lasting = held.iter().copied().filter(|it| !self.is_pass(*it)).collect();
        let at_goal = Attempt::new(self, fate, &lasting, Passes::NotGiven);
        let mut walls = BTreeSet::new();
        for place in &self.places {
            for (channel, gates) in &place.legs {
                let made = attempt.made(place, *channel, gates);
                match attempt.opens(place, gates) {
                    Err(wall) if !made.is_subset(&held) => walls.extend(wall),
                    Err(_) => {}
                    Ok(()) => attempt.creates_nothing_new(place, *channel, &made)?,
                }
            }
            let goal_from = self.trial.claim.goals.get(goal).and_then(|goal| goal.from);
            if let Some(applied) = place.goals.get(goal)
                && is_meant(goal_from, place.situation.device.form)
            {
                let gate = Gate { passage: Passage::Plain, applied: applied.clone() };
                match at_goal.opens(place, &[gate]) {
                    Ok(()) => return Err(Refusal::new("people who are said to be stuck get in")),
                    Err(wall) => walls.extend(wall),
                }
            }
        }
        Ok(walls)
    }
}

/// People with certain methods, trying.
struct Attempt<'t> {
    traveller: Traveller<'t>,
    account: Account,
    held: &'t BTreeSet<MeansIndex>,
    truths: Vec<bool>,
    passes: Passes,
}

impl<'t> Attempt<'t> {
    fn new(
        ground: &'t Ground<'_>,
        (who, permissions): &'t Fate,
        held: &'t BTreeSet<MeansIndex>,
        passes: Passes,
    ) -> Self {
        let (trial, population) = (ground.trial, ground.population);
        let truths = trial.book.means.iter().map(|(index, _)| held.contains(&index)).collect();
        let traveller = traveller(trial, population, who, permissions);
        Self { traveller, account: population.account, held, truths, passes }
    }

    /// Everything at hand in one session. Where passes are given there is a fresh one, always.
    fn session<'s>(&'s self, place: &'s Place<'_>, passage: Passage) -> Session<'s, Plain> {
        let Traveller { book, permissions, intent, .. } = self.traveller;
        Session {
            lattice: &Plain,
            book,
            held: &self.truths,
            one_time: self.passes == Passes::Given,
            permissions,
            device: place.situation.device,
            client: place.situation.client,
            app: App::Given,
            intent,
            passage,
        }
    }

    /// Whether all gates open; else the policies that are not met, unless it is the first factor
    /// that is missing.
    fn opens(&self, place: &Place<'_>, gates: &[Gate]) -> Result<(), Option<Vec<PolicyIndex>>> {
        let mut unmet = BTreeSet::new();
        for Gate { passage, applied } in gates {
            let session = self.session(place, *passage);
            if !session.first_factor() {
                return Err(None);
            }
            let gate = Gate { passage: *passage, applied: applied.and(self.traveller.who) };
            unmet.extend(gate.unmet(&session));
        }
        if unmet.is_empty() { Ok(()) } else { Err(Some(unmet.into_iter().collect())) }
    }

    /// What a channel can make there, whichever goal the wizard interrupts, or Security info itself.
    fn made(&self, place: &Place<'_>, channel: Channel, gates: &[Gate]) -> BTreeSet<MeansIndex> {
        let Traveller { who, .. } = self.traveller;
        let wizard = gates.iter().find(|gate| gate.passage == Passage::Wizard);
        let Some(gate) = wizard else {
            let made = channel.makes(&self.traveller, &place.situation, &Errand::default());
            return made.into_iter().collect();
        };
        let registration = gate.applied.and(who);
        let of = |applied: Option<&PolicySet>| {
            let access = applied.map(|applied| applied.and(who));
            let (traveller, situation) = (&self.traveller, &place.situation);
            let errand = Errand::of(traveller, situation, access.as_ref(), &registration);
            channel.makes(traveller, situation, &errand)
        };
        place.goals.iter().map(Some).chain([None]).flat_map(of).collect()
    }

    fn creates_nothing_new(
        &self,
        place: &Place<'_>,
        channel: Channel,
        made: &BTreeSet<MeansIndex>,
    ) -> Result<(), Refusal> {
        let session = self.session(place, Passage::Plain);
        let unregistered = self.account == Account::Unregistered;
        for index in made.difference(self.held) {
            let Some(method) = self.traveller.book.means.method(*index) else { continue };
            if channel.creates(&session, method, &unregistered) {
                let (method, way) = (method.text(), channel.text());
                return Err(Refusal::new(format!("stuck people get {method} through {way}")));
            }
        }
        Ok(())
    }
}

fn is_meant(from: Option<Form>, form: Form) -> bool {
    from.is_none_or(|from| from == form)
}

fn traveller<'t>(
    trial: &Trial<'t>,
    population: &Population,
    who: &'t PolicySet,
    permissions: &'t Permissions,
) -> Traveller<'t> {
    let intent = population.actor.intent;
    let (flow, risks) = (Flow::Ordinary, Risks::default());
    Traveller { book: trial.book, who, permissions, intent, flow, risks }
}
