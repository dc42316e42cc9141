//! The same policies in Cedar: one `permit` for each, and the answer's reasons are the policies that
//! apply. Cheap conditions come first, because Cedar stops at the first that is false.

use std::collections::{BTreeSet, HashSet};
use std::str::FromStr;

use cedar_policy::{
    Authorizer, Context, Entities, Entity, EntityUid, PolicyId, PolicySet, Request, Response,
    RestrictedExpression,
};

use super::sign_in::{Client, Level, SignIn, Way, left_out, place};
use crate::sketch::{Apps, Include, Platforms, Policy, Sketch, graph};

pub(super) struct Engine {
    policies: PolicySet,
    requests: Vec<(Request, Entities)>,
    authorizer: Authorizer,
}

impl Engine {
    pub(super) fn new(sketch: &Sketch, sign_ins: &[SignIn]) -> Self {
        let mut policies = PolicySet::new();
        for (number, policy) in sketch.policies.iter().enumerate() {
            let id = PolicyId::new(number.to_string());
            let parsed = cedar_policy::Policy::parse(Some(id), text(policy));
            policies.add(parsed.expect("a well-formed policy")).expect("ids differ");
        }
        let requests = sign_ins.iter().map(request).collect();
        Self { policies, requests, authorizer: Authorizer::new() }
    }

    pub(super) fn answer(&self, at: usize) -> Response {
        let (request, entities) = &self.requests[at];
        self.authorizer.is_authorized(request, &self.policies, entities)
    }

    pub(super) fn applied(&self, at: usize) -> BTreeSet<usize> {
        let response = self.answer(at);
        assert_eq!(response.diagnostics().errors().count(), 0, "sign-in {at}");
        let number = |id: &PolicyId| id.to_string().parse().expect("ids are numbers");
        response.diagnostics().reason().map(number).collect()
    }
}

fn text(policy: &Policy) -> String {
    let mut when = Vec::new();
    let mut listed = |fact: &str, list: Option<&[&str]>| {
        if let Some(list) = list {
            when.push(format!("{list:?}.contains(context.{fact})"));
        }
    };
    listed("client", Client::listed(policy.clients));
    listed("risk", Level::listed(policy.risk));
    listed("flow", Way::listed(policy.flow));
    match &policy.platforms {
        Platforms::Any => {}
        Platforms::Only(only) => when.push(format!("{only:?}.contains(context.platform)")),
        Platforms::AllBut(but) => when.push(format!("!{but:?}.contains(context.platform)")),
    }
    if let Some(places) = left_out(policy.networks) {
        when.push(format!("!{places:?}.contains(context.place)"));
    }
    match &policy.apps {
        Apps::AllBut(but) if but.is_empty() => {}
        Apps::AllBut(but) => {
            when.push(format!("!(resource in {})", entities("App", but, graph::app)));
        }
        Apps::Only(only) => when.push(format!("resource in {}", entities("App", only, graph::app))),
    }
    match &policy.include {
        Include::Everyone => {}
        Include::Groups(groups) => {
            when.push(format!("principal in {}", entities("Group", groups, graph::group)));
        }
        Include::Role(role) => when.push(format!("principal in Role::\"{}\"", graph::role(*role))),
        Include::Guests => when.push("context.guest".to_owned()),
    }
    when.push(format!("!(principal in {})", entities("Group", &policy.excluded, graph::group)));
    format!("permit(principal, action, resource) when {{ {} }};", when.join(" && "))
}

fn entities(kind: &str, numbers: &[usize], id: fn(usize) -> String) -> String {
    let all: Vec<String> = numbers.iter().map(|it| format!("{kind}::\"{}\"", id(*it))).collect();
    format!("[{}]", all.join(", "))
}

fn uid(kind: &str, id: &str) -> EntityUid {
    EntityUid::from_str(&format!("{kind}::\"{id}\"")).expect("a well-formed entity")
}

fn request(sign_in: &SignIn) -> (Request, Entities) {
    let mut parents: HashSet<EntityUid> =
        sign_in.groups.iter().map(|it| uid("Group", &graph::group(*it))).collect();
    parents.extend(sign_in.role.map(|it| uid("Role", graph::role(it))));
    let user = uid("User", "kim");
    let resource = uid("App", &graph::app(sign_in.app));
    let bare = |id: &EntityUid| Entity::new_no_attrs(id.clone(), HashSet::new());
    let mut entities: Vec<Entity> = parents.iter().map(bare).collect();
    entities.push(bare(&resource));
    entities.push(Entity::new_no_attrs(user.clone(), parents));
    let text = |key: &str, value: &str| {
        (key.to_owned(), RestrictedExpression::new_string(value.to_owned()))
    };
    let context = Context::from_pairs([
        text("platform", sign_in.platform),
        text("client", sign_in.client.name()),
        text("place", &place(sign_in.location)),
        text("risk", sign_in.risk.name()),
        text("flow", sign_in.flow.name()),
        ("guest".to_owned(), RestrictedExpression::new_bool(sign_in.guest)),
    ]);
    let context = context.expect("keys differ");
    let request = Request::new(user, uid("Action", "signIn"), resource, context, None);
    let entities = Entities::from_entities(entities, None).expect("entities differ");
    (request.expect("no schema to break"), entities)
}
