//! P1: one evaluation, 240 policies, 50 groups for each user; Cedar and Rego with the same
//! policies in the same run.

use std::collections::BTreeSet;
use std::hint::black_box;

use cardea_policy::conditions::client::{ClientApp, ClientApps};
use cardea_policy::conditions::flow::Flow;
use cardea_policy::conditions::location::{Network, Trust};
use cardea_policy::conditions::platform::{IncludedPlatforms, Platform};
use cardea_policy::conditions::principal::{Include, Person, Principals};
use cardea_policy::conditions::risk::Risks;
use cardea_policy::conditions::target::{IncludedResources, Request, Resource, Target};
use cardea_policy::evaluate::{Facts, Reason};
use cardea_policy::index::{Index, Member};
use cardea_policy::place::PolicyIndex;
use cardea_policy::policy::{Policy, Settings};
use cardea_policy::policy_set::PolicySet;

use crate::measure::{Cost, measure};
use crate::synthetic::{Seeded, app, group, policies};

/// One line of the comparison.
#[derive(Clone, Debug)]
pub struct Line {
    /// What was measured.
    pub what: String,
    /// What it costs.
    pub cost: Cost,
}

const POLICIES: usize = 240;
const GROUPS: usize = 300;
const SIGN_INS: usize = 256;

struct SignIn {
    groups: Vec<usize>,
    app: usize,
    platform: Platform,
    client: ClientApp,
    trust: Trust,
}

fn sign_ins() -> Vec<SignIn> {
    let mut random = Seeded::new(7);
    (0..SIGN_INS)
        .map(|_| SignIn {
            groups: (0..50).map(|_| random.below(GROUPS)).collect(),
            app: random.below(60),
            platform: Platform::ALL[random.below(Platform::ALL.len())],
            client: ClientApp::ALL[random.below(2)],
            trust: if random.below(2) == 0 { Trust::Trusted } else { Trust::Untrusted },
        })
        .collect()
}

/// Measures everything; checks first that all three engines agree on every sign-in.
pub fn run() -> Vec<Line> {
    let policies = policies(POLICIES, GROUPS, 42);
    let sign_ins = sign_ins();
    let compiled = Compiled::new(policies.clone(), &sign_ins);
    let cedar = cedar::Engine::new(&policies, &sign_ins);
    let mut rego = rego::Engine::new(&policies, &sign_ins);
    for at in 0..SIGN_INS {
        let ours = compiled.applied(at);
        assert_eq!(ours, cedar.applied(at), "Cedar disagrees on sign-in {at}");
        assert_eq!(ours, rego.applied(at), "Rego disagrees on sign-in {at}");
    }
    let line = |what: &str, cost| Line { what: what.to_owned(), cost };
    vec![
        line("cardea, cold person", measure(|at| drop(black_box(compiled.cold(at % SIGN_INS))))),
        line("cardea, person cached", measure(|at| drop(black_box(compiled.cached(at % SIGN_INS))))),
        line(
            "cardea, person cached, all reasons",
            measure(|at| {
                black_box(compiled.reasons(at % SIGN_INS));
            }),
        ),
        line("cedar-policy, parsed once", measure(|at| drop(black_box(cedar.applied(at % SIGN_INS))))),
        line("regorus, parsed once", measure(|at| drop(black_box(rego.applied(at % SIGN_INS))))),
    ]
}

struct Compiled {
    index: Index,
    members: Vec<Member>,
    who: Vec<PolicySet>,
    targets: Vec<PolicySet>,
    networks: [PolicySet; 2],
    device: PolicySet,
    risk: PolicySet,
    facts: Vec<(usize, Platform, ClientApp, Trust)>,
}

impl Compiled {
    fn new(policies: Vec<Policy>, sign_ins: &[SignIn]) -> Self {
        let index = Index::new(policies, Settings::default());
        let members: Vec<Member> = sign_ins
            .iter()
            .map(|s| {
                let groups = s.groups.iter().map(|g| group(*g)).collect();
                index.member(&Person { groups, ..Person::default() })
            })
            .collect();
        let network = |trust| index.network(&Network { named: BTreeSet::new(), trust });
        Self {
            who: members.iter().map(|member| index.who(member)).collect(),
            targets: (0..60)
                .map(|n| index.target(&Request::resource(Resource::new(app(n)))))
                .collect(),
            networks: [network(Trust::Trusted), network(Trust::Untrusted)],
            device: index.device(None),
            risk: index.risk(&Risks::default()),
            facts: sign_ins.iter().map(|s| (s.app, s.platform, s.client, s.trust)).collect(),
            members,
            index,
        }
    }

    fn facts<'a>(&'a self, at: usize, who: &'a PolicySet) -> Facts<'a> {
        let (app, platform, client, trust) = self.facts[at];
        Facts {
            principal: who,
            target: &self.targets[app],
            client: self.index.client(client),
            platform: self.index.platform(platform),
            network: &self.networks[usize::from(trust == Trust::Untrusted)],
            device: &self.device,
            risk: &self.risk,
            flow: self.index.flow(Flow::Ordinary),
        }
    }

    fn cold(&self, at: usize) -> PolicySet {
        let who = self.index.who(&self.members[at]);
        self.index.decide(&self.facts(at, &who)).applied
    }

    fn cached(&self, at: usize) -> PolicySet {
        self.index.decide(&self.facts(at, &self.who[at])).applied
    }

    /// The decision, and for each policy that does not apply the dimension that keeps it away: the
    /// sets themselves are the reasons, so that asking costs only for the policies asked about.
    fn reasons(&self, at: usize) -> usize {
        let facts = self.facts(at, &self.who[at]);
        let decision = self.index.decide(&facts);
        let asked = PolicyIndex::at(at % POLICIES);
        let reason = facts.first_mismatch(asked).map_or(Reason::Applies, Reason::Mismatch);
        decision.applied.len() + usize::from(reason == Reason::Applies)
    }

    fn applied(&self, at: usize) -> BTreeSet<usize> {
        self.cached(at).iter().map(PolicyIndex::position).collect()
    }
}

fn included_groups(policy: &Policy) -> Option<Vec<String>> {
    let Principals::Users(users) = &policy.conditions.principals else { return None };
    match &users.include {
        Include::Only(people) => Some(people.groups.iter().map(ToString::to_string).collect()),
        Include::Everyone | Include::Nobody => None,
    }
}

fn excluded_groups(policy: &Policy) -> Vec<String> {
    let Principals::Users(users) = &policy.conditions.principals else { return Vec::new() };
    users.exclude.groups.iter().map(ToString::to_string).collect()
}

fn included_apps(policy: &Policy) -> Option<Vec<String>> {
    let Target::Resources(resources) = &policy.conditions.target else { return None };
    match &resources.include {
        IncludedResources::Only(list) => Some(list.apps.iter().map(ToString::to_string).collect()),
        IncludedResources::All | IncludedResources::Nothing => None,
    }
}

fn included_platforms(policy: &Policy) -> Option<Vec<&'static str>> {
    match &policy.conditions.platforms.as_ref()?.include {
        IncludedPlatforms::Only(only) => Some(only.iter().map(|p| p.text()).collect()),
        IncludedPlatforms::All => None,
    }
}

fn is_modern_only(policy: &Policy) -> bool {
    matches!(policy.conditions.client_apps, ClientApps::Only(_))
}

mod cedar {
    use std::collections::{BTreeSet, HashSet};
    use std::str::FromStr;

    use cardea_policy::conditions::location::Trust;
    use cardea_policy::policy::Policy;
    use cedar_policy::{
        Authorizer, Context, Entities, Entity, EntityUid, PolicyId, PolicySet, Request,
        RestrictedExpression,
    };

    use super::{
        SignIn, excluded_groups, included_apps, included_groups, included_platforms,
        is_modern_only,
    };
    use crate::synthetic::{app, group};

    pub(super) struct Engine {
        policies: PolicySet,
        requests: Vec<(Request, Entities)>,
        authorizer: Authorizer,
    }

    fn uid(kind: &str, id: &str) -> EntityUid {
        EntityUid::from_str(&format!("{kind}::\"{id}\"")).expect("a well-formed entity")
    }

    fn clause(policy: &Policy) -> String {
        let any = |groups: &[String]| {
            let parts: Vec<String> =
                groups.iter().map(|g| format!("principal in Group::\"{g}\"")).collect();
            format!("({})", parts.join(" || "))
        };
        let mut when = Vec::new();
        if let Some(groups) = included_groups(policy) {
            when.push(any(&groups));
        }
        if let Some(apps) = included_apps(policy) {
            let parts: Vec<String> =
                apps.iter().map(|a| format!("resource == App::\"{a}\"")).collect();
            when.push(format!("({})", parts.join(" || ")));
        }
        if let Some(platforms) = included_platforms(policy) {
            let parts: Vec<String> = platforms.iter().map(|p| format!("\"{p}\"")).collect();
            when.push(format!("[{}].contains(context.platform)", parts.join(",")));
        }
        if is_modern_only(policy) {
            when.push("[\"browser\",\"modern\"].contains(context.client)".to_owned());
        }
        if policy.conditions.locations.is_some() {
            when.push("!context.trusted".to_owned());
        }
        let when = if when.is_empty() { "true".to_owned() } else { when.join(" && ") };
        let unless = any(&excluded_groups(policy));
        format!("permit(principal, action, resource) when {{ {when} }} unless {{ {unless} }};")
    }

    impl Engine {
        pub(super) fn new(policies: &[Policy], sign_ins: &[SignIn]) -> Self {
            let mut set = PolicySet::new();
            for (at, policy) in policies.iter().enumerate() {
                let id = PolicyId::new(at.to_string());
                let parsed = cedar_policy::Policy::parse(Some(id), clause(policy));
                set.add(parsed.expect("a well-formed policy")).expect("ids differ");
            }
            let requests = sign_ins.iter().map(request).collect();
            Self { policies: set, requests, authorizer: Authorizer::new() }
        }

        pub(super) fn applied(&self, at: usize) -> BTreeSet<usize> {
            let (request, entities) = &self.requests[at];
            let response = self.authorizer.is_authorized(request, &self.policies, entities);
            let reasons = response.diagnostics().reason();
            reasons.filter_map(|id| id.to_string().parse().ok()).collect()
        }
    }

    fn request(sign_in: &SignIn) -> (Request, Entities) {
        let groups: HashSet<EntityUid> =
            sign_in.groups.iter().map(|g| uid("Group", group(*g).as_str())).collect();
        let user = uid("User", "kim");
        let resource = uid("App", app(sign_in.app).as_str());
        let mut entities: Vec<Entity> =
            groups.iter().map(|g| Entity::new_no_attrs(g.clone(), HashSet::new())).collect();
        entities.push(Entity::new_no_attrs(user.clone(), groups));
        entities.push(Entity::new_no_attrs(resource.clone(), HashSet::new()));
        let context = Context::from_pairs([
            (
                "platform".to_owned(),
                RestrictedExpression::new_string(sign_in.platform.text().to_owned()),
            ),
            ("client".to_owned(), RestrictedExpression::new_string("browser".to_owned())),
            (
                "trusted".to_owned(),
                RestrictedExpression::new_bool(sign_in.trust == Trust::Trusted),
            ),
        ])
        .expect("keys differ");
        let request = Request::new(user, uid("Action", "signIn"), resource, context, None);
        let entities = Entities::from_entities(entities, None).expect("entities differ");
        (request.expect("no schema to break"), entities)
    }
}

mod rego {
    use std::collections::BTreeSet;

    use cardea_policy::conditions::location::Trust;
    use cardea_policy::policy::Policy;
    use regorus::Value;

    use super::{
        SignIn, excluded_groups, included_apps, included_groups, included_platforms,
        is_modern_only,
    };
    use crate::synthetic::{app, group};

    const RULES: &str = r#"
package ca
import rego.v1
applies contains i if {
    some i, p in data.policies
    who(p)
    not excluded(p)
    what(p)
    platform(p)
    client(p)
    place(p)
}
who(p) if not p.groups
who(p) if { some g in p.groups; input.groups[g] }
excluded(p) if { some g in p.excluded; input.groups[g] }
what(p) if not p.apps
what(p) if input.app in p.apps
platform(p) if not p.platforms
platform(p) if input.platform in p.platforms
client(p) if not p.modern
client(p) if input.modern
place(p) if not p.untrusted
place(p) if not input.trusted
"#;

    pub(super) struct Engine {
        engine: regorus::Engine,
        inputs: Vec<Value>,
    }

    fn text(list: &[impl AsRef<str>]) -> String {
        let quoted: Vec<String> = list.iter().map(|t| format!("\"{}\"", t.as_ref())).collect();
        format!("[{}]", quoted.join(","))
    }

    fn data(policy: &Policy) -> String {
        let mut fields = vec![format!("\"excluded\":{}", text(&excluded_groups(policy)))];
        if let Some(groups) = included_groups(policy) {
            fields.push(format!("\"groups\":{}", text(&groups)));
        }
        if let Some(apps) = included_apps(policy) {
            fields.push(format!("\"apps\":{}", text(&apps)));
        }
        if let Some(platforms) = included_platforms(policy) {
            fields.push(format!("\"platforms\":{}", text(&platforms)));
        }
        if is_modern_only(policy) {
            fields.push("\"modern\":true".to_owned());
        }
        if policy.conditions.locations.is_some() {
            fields.push("\"untrusted\":true".to_owned());
        }
        format!("{{{}}}", fields.join(","))
    }

    impl Engine {
        pub(super) fn new(policies: &[Policy], sign_ins: &[SignIn]) -> Self {
            let mut engine = regorus::Engine::new();
            engine.add_policy("ca.rego".to_owned(), RULES.to_owned()).expect("well-formed rules");
            let all: Vec<String> = policies.iter().map(data).collect();
            let all = format!("{{\"policies\":[{}]}}", all.join(","));
            engine.add_data(Value::from_json_str(&all).expect("JSON")).expect("data");
            let inputs = sign_ins
                .iter()
                .map(|s| {
                    let groups: BTreeSet<String> =
                        s.groups.iter().map(|g| format!("\"{}\":true", group(*g))).collect();
                    let groups: Vec<String> = groups.into_iter().collect();
                    let json = format!(
                        "{{\"groups\":{{{}}},\"app\":\"{}\",\"platform\":\"{}\",\"modern\":true,\"trusted\":{}}}",
                        groups.join(","),
                        app(s.app),
                        s.platform.text(),
                        s.trust == Trust::Trusted
                    );
                    Value::from_json_str(&json).expect("JSON")
                })
                .collect();
            Self { engine, inputs }
        }

        pub(super) fn applied(&mut self, at: usize) -> BTreeSet<usize> {
            self.engine.set_input(self.inputs[at].clone());
            let applied = self.engine.eval_rule("data.ca.applies".to_owned()).expect("evaluates");
            let set = applied.as_set().expect("a set");
            let number = |v: &Value| usize::try_from(v.as_u64().ok()?).ok();
            set.iter().filter_map(number).collect()
        }
    }
}
