//! The policies and sign-ins for Cardea.

use std::collections::BTreeSet;

use cardea_graph::export::Reader;
use cardea_graph::lower::lower;
use cardea_graph::problem::Consequence;
use cardea_policy::conditions::client::ClientApp;
use cardea_policy::conditions::flow::Flow;
use cardea_policy::conditions::location::{Network, Trust};
use cardea_policy::conditions::platform::Platform;
use cardea_policy::conditions::principal::{Guest, GuestKind, Person};
use cardea_policy::conditions::risk::{RiskLevel, Risks};
use cardea_policy::conditions::target::{Request, Resource};
use cardea_policy::evaluate::{Decision, Evaluation, Facts, Principal, Reason, SignIn as Question};
use cardea_policy::id::{AppId, GroupId, LocationId, RoleId};
use cardea_policy::index::{Index, Member};
use cardea_policy::place::PolicyIndex;
use cardea_policy::policy_set::PolicySet;

use super::sign_in::{Client, Level, SignIn, Way};
use crate::sketch::graph::SETTINGS;
use crate::sketch::{APPS, Sketch, graph};

/// The compiled policies, the sign-ins, and what a server keeps of them.
pub(super) struct Cardea {
    index: Index,
    questions: Vec<Question>,
    kept: Vec<Kept>,
    targets: Vec<PolicySet>,
    device: PolicySet,
}

/// What is kept for one session.
struct Kept {
    member: Member,
    who: PolicySet,
    app: usize,
    network: PolicySet,
    risk: PolicySet,
}

impl Cardea {
    pub(super) fn new(sketch: &Sketch, sign_ins: &[SignIn]) -> Self {
        let mut reader = Reader::default();
        for (name, text) in sketch.files() {
            if name != SETTINGS {
                reader.add(name, text.into_bytes());
            }
        }
        let lowered = lower(reader.finish());
        let unread =
            lowered.problems.iter().filter(|it| it.kind.consequence() == Consequence::Unread);
        assert_eq!(unread.count(), 0, "{:#?}", lowered.problems);
        let policies = lowered.tenant.policies;
        assert_eq!(policies.len(), sketch.policies.len(), "policies are missing");
        let numbered = policies.iter().enumerate();
        for (number, policy) in numbered {
            assert_eq!(policy.name, format!("policy {number}"), "policies are out of order");
            assert_eq!(policy.unmodelled, [], "policy {number} is not understood");
        }
        let index = Index::new(policies, lowered.tenant.settings);
        let questions: Vec<Question> = sign_ins.iter().map(question).collect();
        let kept = questions.iter().zip(sign_ins);
        Self {
            kept: kept.map(|(question, sign_in)| Kept::of(&index, question, sign_in)).collect(),
            targets: (0..APPS).map(|app| index.target(&request(app))).collect(),
            device: index.device(None),
            questions,
            index,
        }
    }

    /// Everything is looked up from ids: the person's groups, the app, the network and the risk.
    pub(super) fn unprepared(&self, at: usize) -> Decision {
        let Question { principal, request, client, platform, network, risks, flow, .. } =
            &self.questions[at];
        let Principal::Person(person) = principal else { unreachable!("people sign in") };
        self.index.decide(&Facts {
            principal: &self.index.who(&self.index.member(person)),
            target: &self.index.target(request),
            client: self.index.client(*client),
            platform: self.index.platform(*platform),
            network: &self.index.network(network),
            device: &self.index.device(None),
            risk: &self.index.risk(risks),
            flow: self.index.flow(*flow),
        })
    }

    pub(super) fn unprepared_with_reasons(&self, at: usize) -> Evaluation {
        self.index.evaluate(&self.questions[at])
    }

    /// The person was loaded: the groups are rows of the index.
    pub(super) fn cold(&self, at: usize) -> Decision {
        let who = self.index.who(&self.kept[at].member);
        self.index.decide(&self.facts(at, &who))
    }

    /// The policies that can hit the person were kept for the session.
    pub(super) fn cached(&self, at: usize) -> Decision {
        self.index.decide(&self.facts(at, &self.kept[at].who))
    }

    /// The decision, and of every policy why it does not apply. How many do is returned.
    pub(super) fn reasons(&self, at: usize) -> (Decision, usize) {
        let facts = self.facts(at, &self.kept[at].who);
        let reasons = (0..self.index.policies().len()).map(|policy| {
            let mismatch = facts.first_mismatch(PolicyIndex::at(policy));
            mismatch.map_or(Reason::Applies, Reason::Mismatch)
        });
        (self.index.decide(&facts), reasons.filter(|reason| *reason == Reason::Applies).count())
    }

    pub(super) fn applied(&self, at: usize) -> BTreeSet<usize> {
        let decision = self.cached(at);
        assert_eq!(decision, self.unprepared(at), "sign-in {at}");
        assert_eq!(decision, self.cold(at), "sign-in {at}");
        assert_eq!(decision, self.unprepared_with_reasons(at).decision, "sign-in {at}");
        assert_eq!(self.reasons(at).1, decision.applied.len(), "sign-in {at}");
        decision.applied.iter().map(PolicyIndex::position).collect()
    }

    fn facts<'a>(&'a self, at: usize, who: &'a PolicySet) -> Facts<'a> {
        let (question, kept) = (&self.questions[at], &self.kept[at]);
        Facts {
            principal: who,
            target: &self.targets[kept.app],
            client: self.index.client(question.client),
            platform: self.index.platform(question.platform),
            network: &kept.network,
            device: &self.device,
            risk: &kept.risk,
            flow: self.index.flow(question.flow),
        }
    }
}

impl Kept {
    fn of(index: &Index, question: &Question, sign_in: &SignIn) -> Self {
        let Principal::Person(person) = &question.principal else { unreachable!("people sign in") };
        let member = index.member(person);
        Self {
            who: index.who(&member),
            app: sign_in.app,
            network: index.network(&question.network),
            risk: index.risk(&question.risks),
            member,
        }
    }
}

fn request(app: usize) -> Request {
    Request::resource(Resource::new(AppId::new(&graph::app(app))))
}

fn question(sign_in: &SignIn) -> Question {
    let trust = if sign_in.location == Some(0) { Trust::Trusted } else { Trust::Untrusted };
    Question {
        principal: Principal::Person(person(sign_in)),
        request: request(sign_in.app),
        client: match sign_in.client {
            Client::Browser => ClientApp::Browser,
            Client::App => ClientApp::MobileAppsAndDesktopClients,
            Client::Legacy => ClientApp::Other,
        },
        platform: platform(sign_in.platform),
        network: Network {
            named: sign_in
                .location
                .map(|it| LocationId::new(&graph::location(it)))
                .into_iter()
                .collect(),
            trust,
        },
        device: None,
        risks: Risks {
            sign_in: match sign_in.risk {
                Level::None => RiskLevel::None,
                Level::Medium => RiskLevel::Medium,
                Level::High => RiskLevel::High,
            },
            ..Risks::default()
        },
        flow: match sign_in.flow {
            Way::Ordinary => Flow::Ordinary,
            Way::DeviceCode => Flow::DeviceCode,
        },
    }
}

fn platform(name: &str) -> Platform {
    match name {
        "android" => Platform::Android,
        "iOS" => Platform::Ios,
        "windows" => Platform::Windows,
        "windowsPhone" => Platform::WindowsPhone,
        "macOS" => Platform::MacOs,
        "linux" => Platform::Linux,
        "unknown" => Platform::Unknown,
        other => unreachable!("`{other}` is no platform"),
    }
}

fn person(sign_in: &SignIn) -> Person {
    Person {
        user: None,
        groups: sign_in.groups.iter().map(|it| GroupId::new(&graph::group(*it))).collect(),
        roles: sign_in.role.map(|it| RoleId::new(graph::role(it))).into_iter().collect(),
        guest: sign_in.guest.then(|| Guest { kind: GuestKind::ALL[0], tenant: None }),
    }
}
