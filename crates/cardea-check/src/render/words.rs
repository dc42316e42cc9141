//! The words that more than one format uses.

use super::text::{count, grouped};
use crate::report::{Answer, Finding, Label, Outcome, Report, Severity, Step, Who};

/// How a severity is called in a terminal. Lockouts are errors; an undecided case is a doubt and
/// never good news.
pub(super) fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Input | Severity::Lockout => "error",
        Severity::Weakness => "warning",
        Severity::Doubt => "doubt",
        Severity::Note => "note",
    }
}

/// How an answer is called by people.
pub(super) fn answer(answer: Answer) -> &'static str {
    match answer {
        Answer::Proved => "proved",
        Answer::Refuted => "not proved",
        Answer::Undecided => "not decided",
    }
}

/// All findings, worst first; among equals the order of the report.
pub(super) fn worst_first(report: &Report) -> Vec<&Finding> {
    let mut findings: Vec<&Finding> = report.findings.iter().collect();
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    findings
}

/// The label to look at first: the primary one, else the first.
pub(super) fn primary(finding: &Finding) -> Option<&Label> {
    finding.places.iter().find(|label| label.primary).or_else(|| finding.places.first())
}

/// Whether a label is about something that the input does not have.
pub(super) fn is_missing(label: &Label) -> bool {
    label.span.is_none() && label.object.is_empty()
}

/// Whom a finding concerns, people first.
pub(super) fn who(who: &Who) -> String {
    let mut text = match who.people {
        Some(people) if who.text.is_empty() => count(people, "person", "people"),
        Some(people) => format!("{}: {}", count(people, "person", "people"), who.text),
        None => who.text.clone(),
    };
    if !who.examples.is_empty() {
        text.push_str(", for example ");
        text.push_str(&who.examples.join(", "));
    }
    text
}

/// What happens in a step, as one clause.
pub(super) fn step(step: &Step) -> String {
    match (step.does.is_empty(), step.sees.is_empty()) {
        (false, false) => format!("{}; {}", step.does, step.sees),
        (false, true) => step.does.clone(),
        (true, _) => step.sees.clone(),
    }
}

/// Graph's name of a method or of a combination of methods, in the words of the sign-in pages.
/// A name that is not one of Graph's stays as it is.
pub(super) fn method(name: &str) -> String {
    name.split(',').map(|part| method_mode(part.trim())).collect::<Vec<_>>().join(" + ")
}

/// One value of Graph's `authenticationMethodModes`.
fn method_mode(name: &str) -> &str {
    match name {
        "deviceBasedPush" => "push from a registered device",
        "email" => "email code",
        "federatedMultiFactor" => "federated sign-in with two factors",
        "federatedSingleFactor" => "federated sign-in",
        "fido2" => "passkey or security key",
        "hardwareOath" => "hardware code",
        "microsoftAuthenticatorPush" => "Authenticator push",
        "qrCodePin" => "QR code",
        "sms" => "text message",
        "softwareOath" => "code from an app",
        "temporaryAccessPassMultiUse" => "Temporary Access Pass",
        "temporaryAccessPassOneTime" => "one-time Temporary Access Pass",
        "voice" => "phone call",
        "windowsHelloForBusiness" => "Windows Hello for Business",
        "x509CertificateMultiFactor" => "certificate with two factors",
        "x509CertificateSingleFactor" => "certificate",
        other => other,
    }
}

/// The number of the step that a loop returns to, kept within the trace.
pub(super) fn back(steps: usize, outcome: Outcome) -> Option<usize> {
    match outcome {
        Outcome::Back(to) => Some(to.clamp(1, steps.max(1))),
        Outcome::Onward | Outcome::Wall | Outcome::Climb | Outcome::Door => None,
    }
}

/// The last line of a run: how much was found, and how many questions are open.
pub(super) fn totals(report: &Report) -> String {
    let of = |word| report.findings.iter().filter(|one| level(one.severity) == word).count();
    let mut parts = vec![count(of("error"), "error", "errors")];
    for (word, many) in [("warning", "warnings"), ("doubt", "doubts"), ("note", "notes")] {
        if of(word) > 0 || word == "warning" {
            parts.push(count(of(word), word, many));
        }
    }
    if !report.accepted.is_empty() {
        parts.push(format!("{} accepted", grouped(report.accepted.len())));
    }
    format!("{}; {}; {} ms", parts.join(", "), answers(report), grouped_ms(report.elapsed_ms))
}

fn answers(report: &Report) -> String {
    let of = |wanted| report.verdicts.iter().filter(|one| one.answer == wanted).count();
    let counts: Vec<String> = [Answer::Proved, Answer::Refuted, Answer::Undecided]
        .into_iter()
        .filter(|&one| of(one) > 0)
        .map(|one| format!("{} {}", of(one), answer(one)))
        .collect();
    if counts.is_empty() {
        return "no question answered".into();
    }
    let questions = count(report.verdicts.len(), "question", "questions");
    format!("{questions}: {}", counts.join(", "))
}

fn grouped_ms(ms: u64) -> String {
    usize::try_from(ms).map_or_else(|_| ms.to_string(), grouped)
}
