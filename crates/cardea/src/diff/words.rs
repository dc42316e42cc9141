//! Sign-ins in words.

use cardea_graph::lower::Names;
use cardea_policy::conditions::location::{Network, Trust};
use cardea_policy::conditions::principal::Membership;
use cardea_policy::conditions::target::UserAction;
use cardea_policy::control::Grant;
use cardea_policy::place::PolicyIndex;
use cardea_policy::policy::Policy;
use cardea_policy::strength::Strength;
use cardea_prover::gap::{Deviation, Witness};

use cardea_check::whatif::demands;

/// Who signs in, to what, and what is special about it.
pub(super) fn sign_in(witness: &Witness, names: &Names) -> String {
    let mut who = Vec::new();
    let mut special = Vec::new();
    for deviation in &witness.deviations {
        match deviation {
            Deviation::Membership(like) => who.push(membership(&like.fact, names)),
            Deviation::Guest(like) => who.push(format!("guests ({})", like.fact.kind.name())),
            Deviation::Target(_) => special.push(format!("to {}", target(witness, names))),
            Deviation::Client(like) => special.push(format!("with {}", like.fact.text())),
            Deviation::Platform(like) => special.push(format!("on {}", like.fact.text())),
            Deviation::Network(like) => special.push(network(&like.fact, names)),
            Deviation::Device(like) => special.push(match &like.fact.facts {
                Some(_) => "from a registered device".to_owned(),
                None => "from an unregistered device".to_owned(),
            }),
            Deviation::Risk(_) => special.push("at another risk".to_owned()),
            Deviation::Flow(like) => special.push(format!("by {}", like.fact.text())),
        }
    }
    let who = if who.is_empty() { "anybody".to_owned() } else { who.join(" and ") };
    match special.as_slice() {
        [] => format!("{who}, any app"),
        special => format!("{who}, {}", special.join(", ")),
    }
}

fn membership(membership: &Membership, names: &Names) -> String {
    let (kind, id, name) = match membership {
        Membership::User(user) => ("", user.as_str(), names.users.name(user)),
        Membership::Group(group) => ("group ", group.as_str(), names.groups.name(group)),
        Membership::Role(role) => ("role ", role.as_str(), names.roles.name(role)),
    };
    format!("{kind}{}", name.filter(|name| !name.is_empty()).unwrap_or(id))
}

fn target(witness: &Witness, names: &Names) -> String {
    let request = &witness.sign_in().request;
    match request.action {
        Some(UserAction::RegisterSecurityInfo) => return "register security info".to_owned(),
        Some(UserAction::RegisterDevice) => return "register a device".to_owned(),
        None => {}
    }
    let apps = request
        .audiences
        .iter()
        .map(|resource| names.apps.name(&resource.app).unwrap_or(resource.app.as_str()).to_owned());
    let contexts = request.contexts.iter().map(|id| format!("authentication context {id}"));
    apps.chain(contexts).collect::<Vec<_>>().join(" and ")
}

fn network(network: &Network, names: &Names) -> String {
    let found: Vec<&str> =
        network.named.iter().map(|id| names.locations.name(id).unwrap_or(id.as_str())).collect();
    match (found.as_slice(), network.trust) {
        ([], Trust::Trusted) => "from a trusted network".to_owned(),
        ([], Trust::Untrusted) => "from an unknown network".to_owned(),
        (found, _) => format!("from {}", found.join(" and ")),
    }
}

/// What policies demand together; "nothing" where there are none.
pub(super) fn demanded(
    grants: &[(PolicyIndex, Grant)],
    policies: &[Policy],
    strengths: &[Strength],
) -> String {
    let each = grants.iter().map(|(policy, grant)| {
        let name = policies.get(policy.position()).map_or("", |policy| policy.name.as_str());
        let demand = demands::words(grant, strengths);
        if name.is_empty() { demand } else { format!("{demand} ({name})") }
    });
    let each: Vec<String> = each.collect();
    if each.is_empty() { "nothing".to_owned() } else { each.join("; ") }
}
