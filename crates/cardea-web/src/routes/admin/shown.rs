//! What the tenant and its proof hold, as rows and words of pages.

use cardea_check::render::html::view::{FindingView, FixView};
use cardea_check::report::{Answer, Finding, Severity, Who};
use cardea_idp::admin::edit::tag;
use cardea_idp::gate::Proof;
use serde_json::Value;

use super::known::Known;
use super::policy_form::{list, text};
use crate::pages::admin::findings::{Acceptance, FindingRow};
use crate::pages::admin::policies::PolicyState;

/// The id of a finding: the same as long as it speaks of the same thing.
pub(super) fn finding_id(finding: &Finding) -> String {
    let places: Vec<String> =
        finding.places.iter().map(|it| format!("{}|{}|{}", it.object, it.id, it.field)).collect();
    let text = format!("{}|{}|{}", finding.message, finding.who.text, places.join("|"));
    let tag = tag(&text);
    format!("{}-{}", finding.rule, tag.get(..12).unwrap_or(&tag))
}

/// The names of the policies and other objects that a finding is about, each once.
fn objects(finding: &Finding) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for label in &finding.places {
        if !label.object.is_empty() && !names.contains(&label.object) {
            names.push(label.object.clone());
        }
    }
    names
}

/// A finding in a list.
pub(super) fn row(finding: &Finding) -> FindingRow {
    FindingRow {
        id: finding_id(finding),
        rule: finding.rule.to_owned(),
        severity: finding.severity,
        message: sentence_start(&finding.message),
        people: finding.who.people,
        policies: objects(finding),
        acceptance: Acceptance::Open,
    }
}

/// All findings of a proof, worst first, those that are accepted last.
pub(super) fn rows(proof: &Proof) -> Vec<FindingRow> {
    let mut open: Vec<&Finding> = proof.report.findings.iter().collect();
    open.sort_by_key(|it| std::cmp::Reverse(it.severity));
    let accepted = proof.report.accepted.iter().map(|it| FindingRow {
        acceptance: Acceptance::Until { day: it.until.clone(), reason: it.reason.clone() },
        ..row(&it.finding)
    });
    open.into_iter().map(row).chain(accepted).collect()
}

/// A text with a capital letter at the beginning.
pub(super) fn sentence_start(text: &str) -> String {
    let mut letters = text.chars();
    // Names that are written like `iPhone` and `macOS` stay as they are.
    let word = text.split(' ').next().unwrap_or_default();
    if word.chars().any(char::is_uppercase) {
        return text.to_owned();
    }
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).collect()
}

/// A finding as pages show it: what begins a line begins with a capital letter.
pub(super) fn viewed(mut view: FindingView) -> FindingView {
    view.message = sentence_start(&view.message);
    view.fixes = view.fixes.into_iter().map(titled).collect();
    view
}

/// The same of a fix.
pub(super) fn titled(fix: FixView) -> FixView {
    FixView { title: sentence_start(&fix.title), ..fix }
}

/// What is proved of a policy: the worst that a finding says of it, and the rules that say so. What
/// is accepted is not proved for that, and of a policy that is not on nothing is.
pub(super) fn of_policy(
    proof: Option<&Proof>,
    (id, state): (&str, PolicyState),
) -> (Answer, Vec<String>) {
    let Some(proof) = proof else { return (Answer::Undecided, Vec::new()) };
    let accepted = proof.report.accepted.iter().map(|it| &it.finding);
    let findings = proof.report.findings.iter().chain(accepted);
    let about =
        findings.filter(|it| it.places.iter().any(|label| label.id.eq_ignore_ascii_case(id)));
    let mut answer = match state {
        PolicyState::On => Answer::Proved,
        PolicyState::ReportOnly | PolicyState::Off => Answer::Undecided,
    };
    let mut rules: Vec<String> = Vec::new();
    for finding in about {
        answer = match (finding.severity, answer) {
            (Severity::Lockout | Severity::Weakness | Severity::Input, _) => Answer::Refuted,
            (Severity::Doubt, Answer::Proved) => Answer::Undecided,
            (Severity::Doubt | Severity::Note, before) => before,
        };
        let counts = finding.severity != Severity::Note;
        if counts && !rules.iter().any(|it| it == finding.rule) {
            rules.push(finding.rule.to_owned());
        }
    }
    (answer, rules)
}

/// What a policy is for, in a few words.
pub(super) fn target(policy: &Value, known: &Known) -> String {
    let apps: Vec<&str> = list(policy, "/conditions/applications/includeApplications").collect();
    let actions: Vec<&str> = list(policy, "/conditions/applications/includeUserActions").collect();
    let contexts =
        list(policy, "/conditions/applications/includeAuthenticationContextClassReferences")
            .count();
    let filter = !text(policy, "/conditions/applications/applicationFilter/rule").is_empty();
    match (apps.as_slice(), actions.as_slice()) {
        (_, ["urn:user:registersecurityinfo"]) => "registering a way to sign in".to_owned(),
        (_, ["urn:user:registerdevice"]) => "registering a device".to_owned(),
        _ if contexts > 0 => "an authentication context".to_owned(),
        _ if filter => "apps with a tag".to_owned(),
        (["All"], _) => "all resources".to_owned(),
        (["Office365"], _) => "Office 365".to_owned(),
        ([] | ["None"], _) => "nothing".to_owned(),
        ([app], _) => Known::name(&known.apps, app).to_owned(),
        (apps, _) => format!("{} apps", apps.len()),
    }
}

/// What a policy asks for, in a few words.
pub(super) fn asks(policy: &Value, known: &Known) -> String {
    let strength = text(policy, "/grantControls/authenticationStrength/id");
    let mut parts: Vec<String> = Vec::new();
    if !strength.is_empty() {
        parts.push(Known::name(&known.strengths, strength).to_owned());
    }
    for control in list(policy, "/grantControls/builtInControls") {
        parts.push(control_name(control).to_owned());
    }
    if list(policy, "/grantControls/termsOfUse").next().is_some() {
        parts.push("terms of use".to_owned());
    }
    if list(policy, "/grantControls/customAuthenticationFactors").next().is_some() {
        parts.push("a custom control".to_owned());
    }
    let operator = text(policy, "/grantControls/operator");
    parts.join(if operator.eq_ignore_ascii_case("AND") { " and " } else { " or " })
}

fn control_name(control: &str) -> &str {
    match control {
        "block" => "block",
        "mfa" => "MFA",
        "compliantDevice" => "a compliant device",
        "domainJoinedDevice" => "a hybrid joined device",
        "approvedApplication" => "an approved app",
        "compliantApplication" => "an app with a protection policy",
        "passwordChange" => "a new password",
        other => other,
    }
}

/// Whom a finding is about in the words of a panel: "1,208 people".
pub(super) fn crowd(who: &Who) -> String {
    who.people.map(crate::pages::admin::people).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_begins_a_line_begins_with_a_capital_letter_but_for_names() {
        assert_eq!(sentence_start("a pass opens any app"), "A pass opens any app");
        assert_eq!(sentence_start("iPhone"), "iPhone");
        assert_eq!(sentence_start("macOS and Linux"), "macOS and Linux");
        assert_eq!(sentence_start("überall"), "Überall");
        assert_eq!(sentence_start(""), "");
    }

    #[test]
    fn a_policy_is_told_in_a_few_words() {
        let known =
            Known { strengths: vec![("s1".to_owned(), "Passkeys".to_owned())], ..Known::default() };
        let policy = json!({
            "conditions": { "applications": { "includeApplications": ["All"] } },
            "grantControls": { "operator": "OR", "builtInControls": ["compliantDevice"],
                "authenticationStrength": { "id": "s1" } },
        });
        assert_eq!(target(&policy, &known), "all resources");
        assert_eq!(asks(&policy, &known), "Passkeys or a compliant device");
    }

    #[test]
    fn without_a_proof_nothing_is_proved_of_a_policy() {
        assert_eq!(of_policy(None, ("p", PolicyState::On)).0, Answer::Undecided);
    }
}
