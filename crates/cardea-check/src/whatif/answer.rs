//! What the policies do to one sign-in, and whether what the person has is enough.

use cardea_graph::lower::Lowered;
use cardea_policy::conditions::client::ClientApp;
use cardea_policy::conditions::principal::Person;
use cardea_policy::conditions::target::UserAction;
use cardea_policy::control::{Control, Grant};
use cardea_policy::evaluate::{Dimension, Principal, Reason};
use cardea_policy::index::Index;
use cardea_policy::lattice::Plain;
use cardea_policy::place::{Field, PolicyIndex};
use cardea_policy::policy_set::PolicySet;
use cardea_policy::satisfy::Strengths;
use cardea_policy::strength::{Mode, Origin};
use cardea_tenant::assumption::Assumption;
use cardea_tenant::journey::actor::{Across, Device, DeviceState, Intent};
use cardea_tenant::journey::app::{App, Lists};
use cardea_tenant::journey::channel::Channel;
use cardea_tenant::journey::gate::{Book, Gate, Session};
use cardea_tenant::journey::means::{Means, MeansIndex};
use cardea_tenant::journey::permission::Permissions;

use super::question::Question;
use super::{demands, words};
use crate::config::{Config, Held};

/// What comes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The sign-in succeeds.
    In,
    /// It does not.
    Out,
    /// A policy says something that has no meaning here.
    Undecided,
}

/// What a policy does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// It does not apply, for this first reason.
    None(Reason),
    /// It applies and demands nothing.
    Nothing,
    /// It applies and blocks.
    Blocks,
    /// It applies, and what it demands is shown.
    Met(String),
    /// It applies, and what it demands is not shown.
    Unmet(String),
}

/// One policy's part in the answer.
#[derive(Clone, Debug)]
pub struct Line {
    /// The policy.
    pub policy: PolicyIndex,
    /// What it does, or in report-only mode would do.
    pub effect: Effect,
    /// Whether it says something that has no meaning here and that could change the effect.
    pub doubtful: bool,
}

/// The answer.
#[derive(Clone, Debug)]
pub struct Answer {
    /// What comes of it.
    pub outcome: Outcome,
    /// All policies, by index.
    pub lines: Vec<Line>,
    /// What the person shows.
    pub has: Vec<String>,
    /// Arguments with which it would succeed, cheapest first; empty where it does or nothing would.
    pub next: Vec<String>,
    /// Where it would succeed with what the person has, if it is a registration that fails.
    pub channels: Vec<Channel>,
    /// Remarks.
    pub notes: Vec<String>,
}

/// What judging needs, compiled once.
#[derive(Debug)]
pub struct Judge<'a> {
    lowered: &'a Lowered,
    book: Book,
    across: Across,
}

/// A person at a gate.
struct Scene<'a> {
    principal: &'a Principal,
    gate: Gate,
    permissions: &'a Permissions,
    device: &'a Device,
    client: ClientApp,
    app: App,
}

impl<'a> Judge<'a> {
    /// Compiles the policies of a tenant. Of the settings only the assumptions count.
    pub fn new(lowered: &'a Lowered, config: &Config) -> Self {
        let tenant = &lowered.tenant;
        let open = config.assumptions.hold(Assumption::BluetoothOpen);
        Self {
            lowered,
            book: Book {
                index: Index::new(tenant.policies.clone(), tenant.settings.clone()),
                strengths: Strengths::new(tenant.strengths.clone()),
                means: Means::of(tenant),
                assumptions: config.assumptions.clone(),
            },
            across: if open { Across::Open } else { Across::Shut },
        }
    }

    /// The compiled policies.
    pub fn index(&self) -> &Index {
        &self.book.index
    }

    /// The first reason for each policy why it does not apply.
    pub fn reasons(&self, question: &Question) -> Vec<Reason> {
        reasons(&self.book.index, question)
    }

    /// Judges the sign-in of whoever has these methods.
    pub fn judge(&self, question: &Question, has: &[Held]) -> Answer {
        let person = match &question.principal {
            Principal::Person(person) => person.clone(),
            Principal::Workload(_) | Principal::Agent(_) => Person::default(),
        };
        let Book { means, assumptions, .. } = &self.book;
        let permissions = Permissions::of(&self.lowered.tenant, means, &person, assumptions);
        let reasons = self.reasons(question);
        let enabled = self.book.index.enabled();
        let applied = self.applied(&reasons);
        let device = Device { across: self.across, ..question.at() };
        let scene = Scene {
            principal: &question.principal,
            gate: Gate { passage: question.leg.passage, applied },
            permissions: &permissions,
            device: &device,
            client: question.client.unwrap_or(ClientApp::Browser),
            app: question.app.as_ref().map_or(App::Given, |app| App::named(app)),
        };
        let held = self.held(has);
        let lines: Vec<Line> = reasons
            .into_iter()
            .enumerate()
            .map(|(at, reason)| self.line(PolicyIndex::at(at), reason, &scene, &held))
            .collect();
        let doubtful = lines.iter().any(|line| line.doubtful && enabled.contains(line.policy));
        let blocked = scene.gate.applied.meets(self.book.index.blocking());
        let opens = match question.principal {
            Principal::Person(_) => self.opens(&scene, &held),
            // There is nothing that a program could show beside its secret.
            Principal::Workload(_) | Principal::Agent(_) => !blocked,
        };
        let outcome = if blocked {
            Outcome::Out
        } else if doubtful {
            Outcome::Undecided
        } else if opens {
            Outcome::In
        } else {
            Outcome::Out
        };
        let next = match (&question.principal, outcome) {
            (Principal::Person(_), Outcome::Out) if !blocked => self.next(question, &scene, &held),
            (Principal::Person(_) | Principal::Workload(_) | Principal::Agent(_), _) => Vec::new(),
        };
        let channels = match (outcome, question.leg.request.action) {
            (Outcome::Out, Some(UserAction::RegisterSecurityInfo)) => {
                self.channels(question, &scene, &held)
            }
            (Outcome::Out | Outcome::In | Outcome::Undecided, _) => Vec::new(),
        };
        let notes = if outcome == Outcome::In && self.depends_on_app(&scene, &held) {
            vec![
                "taken to be an app that app protection covers; say which with --client-app".into(),
            ]
        } else {
            Vec::new()
        };
        let has = has.iter().map(|held| held.text()).collect();
        Answer { outcome, lines, has, next, channels, notes }
    }

    /// The other ways to register that are open: the wizard in the middle of a sign-in, and on a
    /// phone Authenticator. Each reads the demands in its own way.
    fn channels(&self, question: &Question, scene: &Scene<'_>, held: &[bool]) -> Vec<Channel> {
        let phone = question.platform.is_phone();
        let ways = [
            (Channel::Wizard, ClientApp::Browser, true),
            (Channel::Authenticator, ClientApp::MobileAppsAndDesktopClients, phone),
        ];
        let is_open = |channel: Channel, client: ClientApp| {
            let legs = channel.legs(&self.lowered.tenant, &self.book.assumptions);
            legs.into_iter().all(|leg| {
                let passage = leg.passage;
                let asked = Question { leg, client: Some(client), ..question.clone() };
                let gate = Gate { passage, applied: self.applied(&self.reasons(&asked)) };
                self.opens(&Scene { gate, client, ..*scene }, held)
            })
        };
        let open = ways.into_iter().filter(|(way, client, fits)| *fits && is_open(*way, *client));
        open.map(|(channel, ..)| channel).collect()
    }

    /// The enabled policies among those that apply.
    fn applied(&self, reasons: &[Reason]) -> PolicySet {
        let enabled = self.book.index.enabled();
        PolicySet::of(reasons.len(), |at| {
            reasons.get(at) == Some(&Reason::Applies) && enabled.contains(PolicyIndex::at(at))
        })
    }

    /// The methods of the tenant that somebody with these has.
    fn held(&self, has: &[Held]) -> Vec<bool> {
        let all = &self.book.means;
        let held: Vec<MeansIndex> = has.iter().flat_map(|held| held.among(all)).collect();
        all.iter().map(|(index, _)| held.contains(&index)).collect()
    }

    fn session<'s>(&'s self, scene: &'s Scene<'_>, held: &'s [bool]) -> Session<'s, Plain> {
        let one_time = self.book.means.mode(Mode::TemporaryAccessPassOneTime);
        Session {
            lattice: &Plain,
            book: &self.book,
            held,
            one_time: one_time.and_then(|index| held.get(index.0)).copied().unwrap_or(false),
            permissions: scene.permissions,
            device: scene.device,
            client: scene.client,
            app: scene.app,
            intent: Intent::Person,
            passage: scene.gate.passage,
        }
    }

    fn opens(&self, scene: &Scene<'_>, held: &[bool]) -> bool {
        scene.gate.opens(&self.session(scene, held))
    }

    fn line(&self, policy: PolicyIndex, reason: Reason, scene: &Scene<'_>, held: &[bool]) -> Line {
        let effect = match (reason, self.book.index.grant(policy)) {
            (Reason::NotEnabled | Reason::Mismatch(_), _) => Effect::None(reason),
            (Reason::Applies, None) => Effect::Nothing,
            (Reason::Applies, Some(Grant::Block)) => Effect::Blocks,
            (Reason::Applies, Some(grant)) => {
                let session = self.session(scene, held);
                let text = demands::words(grant, self.book.strengths.list());
                if scene.gate.demand(&session, policy, grant) {
                    Effect::Met(text)
                } else {
                    Effect::Unmet(text)
                }
            }
        };
        Line { policy, effect, doubtful: self.is_doubtful(policy, reason, scene.principal) }
    }

    /// Whether something that has no meaning here could change the effect of a policy: what its
    /// grant asks for where it applies, the condition that keeps it away where it does not.
    fn is_doubtful(&self, policy: PolicyIndex, reason: Reason, principal: &Principal) -> bool {
        let Some(found) = self.book.index.policy(policy) else { return false };
        let unmodelled = || found.unmodelled.iter().filter(|field| can_concern(**field, principal));
        match reason {
            Reason::NotEnabled => false,
            Reason::Mismatch(dimension) => unmodelled().any(|field| touches(*field, dimension)),
            Reason::Applies => {
                let decides = |field: &Field| !field.path().starts_with("sessionControls");
                let unknown = |control: &Control| match control {
                    Control::Strength(at) => {
                        let strength = self.book.strengths.list().get(at.position());
                        strength.is_none_or(|strength| strength.origin == Origin::Unknown)
                    }
                    Control::Mfa
                    | Control::CompliantDevice
                    | Control::DomainJoinedDevice
                    | Control::ApprovedApplication
                    | Control::CompliantApplication
                    | Control::PasswordChange
                    | Control::RiskRemediation
                    | Control::Terms(_)
                    | Control::Custom(_) => false,
                };
                let controls = match self.book.index.grant(policy) {
                    Some(Grant::Require { controls, .. }) => controls.as_slice(),
                    Some(Grant::Block) | None => &[],
                };
                unmodelled().any(decides) || controls.iter().any(unknown)
            }
        }
    }

    /// Arguments with which the sign-in would succeed: one more method, else two, else another app,
    /// else a compliant device as well.
    fn next(&self, question: &Question, scene: &Scene<'_>, held: &[bool]) -> Vec<String> {
        let more = self.more(scene, held);
        if !more.is_empty() {
            return more;
        }
        if self.opens_in_an_app(question, scene, held) {
            let client = words::of(ClientApp::MobileAppsAndDesktopClients, &words::CLIENTS);
            let app = if question.app.is_some() { " --client-app Outlook" } else { "" };
            return vec![format!("--client {client}{app}")];
        }
        let device = Device { state: DeviceState::Compliant, ..scene.device.clone() };
        let managed = Scene { gate: scene.gate.clone(), device: &device, ..*scene };
        if self.opens(&managed, held) {
            return vec!["--device isCompliant=true".to_owned()];
        }
        let more = self.more(&managed, held);
        more.into_iter().map(|more| format!("--device isCompliant=true {more}")).collect()
    }

    /// Whether the sign-in would succeed in an app that the controls on apps know.
    fn opens_in_an_app(&self, question: &Question, scene: &Scene<'_>, held: &[bool]) -> bool {
        let client = ClientApp::MobileAppsAndDesktopClients;
        let asked = Question { client: Some(client), ..question.clone() };
        let gate =
            Gate { passage: scene.gate.passage, applied: self.applied(&self.reasons(&asked)) };
        question.platform.is_phone()
            && self.opens(&Scene { gate, client, app: App::Given, ..*scene }, held)
    }

    /// Whether it matters which app it is that people are given.
    fn depends_on_app(&self, scene: &Scene<'_>, held: &[bool]) -> bool {
        let none = Scene { gate: scene.gate.clone(), app: App::Named(Lists::Neither), ..*scene };
        scene.app == App::Given && self.opens(scene, held) != self.opens(&none, held)
    }

    fn more(&self, scene: &Scene<'_>, held: &[bool]) -> Vec<String> {
        let opens_with = |more: &[Held]| {
            let both = self.held(more);
            let both: Vec<bool> = both.iter().zip(held).map(|(new, old)| *new || *old).collect();
            self.opens(scene, &both)
        };
        let all: Vec<Held> = Held::NAMES.iter().map(|(_, held)| *held).collect();
        let one: Vec<&Held> = all.iter().filter(|held| opens_with(&[**held])).collect();
        if !one.is_empty() {
            return one.iter().map(|held| format!("--has {}", held.name())).collect();
        }
        let mut two = Vec::new();
        for (at, first) in all.iter().enumerate() {
            let rest = all.iter().skip(at + 1);
            let second = rest.filter(|second| opens_with(&[*first, **second]));
            two.extend(second.map(|second| format!("--has {},{}", first.name(), second.name())));
        }
        two
    }
}

/// The first reason for each policy why it does not apply. A condition that the policy has and the
/// request does not speak of keeps the policy away.
pub fn reasons(index: &Index, question: &Question) -> Vec<Reason> {
    let mut reasons = index.evaluate(&question.sign_in()).reasons;
    if question.client.is_some() {
        return reasons;
    }
    let any = cardea_policy::conditions::client::ClientApps::All;
    for (reason, policy) in reasons.iter_mut().zip(index.policies()) {
        let later = match *reason {
            Reason::Applies => true,
            Reason::Mismatch(dimension) => dimension > Dimension::Client,
            Reason::NotEnabled => false,
        };
        if later && policy.conditions.client_apps != any {
            *reason = Reason::Mismatch(Dimension::Client);
        }
    }
    reasons
}

/// Whether a field can decide about who signs in: what is said of programs and agents is not about
/// people.
fn can_concern(field: Field, principal: &Principal) -> bool {
    let others = ["conditions.agents", "conditions.clientApplications"];
    let of_others = others.iter().any(|part| field.path().starts_with(part));
    !of_others || !matches!(principal, Principal::Person(_))
}

/// Whether a field belongs to the condition on a dimension.
fn touches(field: Field, dimension: Dimension) -> bool {
    let parts: &[&str] = match dimension {
        Dimension::Principal => {
            &["conditions.users", "conditions.clientApplications", "conditions.agents"]
        }
        Dimension::Target => &["conditions.applications"],
        Dimension::Client => &["conditions.clientAppTypes"],
        Dimension::Platform => &["conditions.platforms"],
        Dimension::Network => &["conditions.locations"],
        Dimension::Device => &["conditions.devices"],
        Dimension::Risk => &[
            "conditions.signInRiskLevels",
            "conditions.userRiskLevels",
            "conditions.servicePrincipalRiskLevels",
            "conditions.insiderRiskLevels",
            "conditions.agentIdRiskLevels",
        ],
        Dimension::Flow => &["conditions.authenticationFlows"],
    };
    field == Field::Whole || parts.iter().any(|part| field.path().starts_with(part))
}
