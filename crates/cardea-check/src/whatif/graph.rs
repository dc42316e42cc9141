//! The answer in Graph's words: `whatIfAnalysisResult`.

use cardea_graph::document::{Shape, Value};
use cardea_graph::lower::Lowered;
use cardea_policy::conditions::principal::Principals;
use cardea_policy::conditions::risk::Risks;
use cardea_policy::conditions::target::Target;
use cardea_policy::evaluate::{Dimension, Reason};
use cardea_policy::policy::{Policy, State};
use serde_json::{Map, Number, Value as Json, json};

use super::request::Wanted;

/// What a collection of results is called in the address of metadata.
pub const ENTITY: &str = "Collection(microsoft.graph.whatIfAnalysisResult)";

/// The policies with the reasons why they apply or not. Disabled policies are not evaluated and not
/// in the answer, as in Graph.
pub fn results(
    lowered: &Lowered,
    reasons: &[Reason],
    (risks, wanted): (Risks, Wanted),
) -> Vec<Map<String, Json>> {
    let mut results = Vec::new();
    for ((policy, found), reason) in
        lowered.tenant.policies.iter().zip(&lowered.policies).zip(reasons)
    {
        let applies = *reason == Reason::Applies;
        if policy.state == State::Disabled || (wanted == Wanted::Applied && !applies) {
            continue;
        }
        let original = lowered.export.value(found.at).map(raised);
        let mut result = match original {
            Some(Json::Object(members)) => members,
            Some(_) | None => Map::new(),
        };
        // What a wrapper says, or nobody: the exporter's file need not hold it.
        if !policy.name.is_empty() {
            result.entry("displayName").or_insert_with(|| json!(policy.name));
        }
        if let Some(id) = &policy.id {
            result.entry("id").or_insert_with(|| json!(id.as_str()));
        }
        result.insert("policyApplies".to_owned(), json!(applies));
        result.insert("analysisReasons".to_owned(), json!(name(policy, *reason, risks)));
        results.push(result);
    }
    results
}

/// Graph's name of a reason. A mismatch is named after the condition that the policy has.
fn name(policy: &Policy, reason: Reason, risks: Risks) -> &'static str {
    let dimension = match reason {
        Reason::Applies => return "notSet",
        Reason::NotEnabled => return "policyNotEnabled",
        Reason::Mismatch(dimension) => dimension,
    };
    let conditions = &policy.conditions;
    match dimension {
        Dimension::Principal => match conditions.principals {
            Principals::Users(_) => "users",
            Principals::Workloads(_) => "workloadIdentities",
            Principals::Agents(_) => "agentIdentities",
        },
        Dimension::Target => match conditions.target {
            Target::Resources(_) => "application",
            Target::UserActions(_) => "userActions",
            Target::Contexts(_) => "authenticationContext",
        },
        Dimension::Client => "clientApps",
        Dimension::Platform => "devicePlatform",
        Dimension::Network => "location",
        Dimension::Device => "devices",
        Dimension::Risk if !conditions.risks.sign_in.matches(risks.sign_in) => "signInRisk",
        Dimension::Risk if !conditions.risks.user.matches(risks.user) => "userRisk",
        Dimension::Risk if !conditions.risks.agent.matches(risks.agent) => "agentIdRisk",
        Dimension::Risk if !conditions.risks.insider.matches(risks.insider) => "insiderRisk",
        // Graph has no word for the risk of a service principal.
        Dimension::Risk => "invalidCondition",
        Dimension::Flow => "authenticationFlow",
    }
}

/// A value of the export as it is, the remarks of exporters included.
fn raised(value: Value<'_>) -> Json {
    match value.shape() {
        Shape::Null => Json::Null,
        Shape::Bool(truth) => json!(truth),
        Shape::Number(spelled) => {
            spelled.parse::<Number>().map_or_else(|_| json!(spelled), Json::Number)
        }
        Shape::Text(text) => json!(text),
        Shape::Array => value.items().map(raised).collect(),
        Shape::Object => {
            let members = value.entries();
            Json::Object(
                members.map(|entry| (lowered_first(&entry.name()), raised(entry.value))).collect(),
            )
        }
    }
}

/// A key as Graph writes it: exports of PowerShell capitalise the first letter.
fn lowered_first(key: &str) -> String {
    let mut letters = key.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}
