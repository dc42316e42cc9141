//! What the gate refuses, in an error: what would happen to whom, and what would mend it.

use cardea_check::fix::Effort;
use cardea_check::report::{Finding, Fix};
use cardea_idp::admin::edit::Edits;
use cardea_idp::gate::{LONGEST, Outcome, Refusal};
use cardea_odata::problem::Code;
use serde_json::{Value, json};

use crate::call::Call;
use crate::problem::Problem;

/// Says in `innerError` that a proof stands against a change.
const REFUTED: &str = "cardeaProofRefuted";

/// Why a change was not made; `None` if it was.
pub(crate) fn of(outcome: Outcome) -> Option<Problem> {
    match outcome {
        Outcome::Done { .. } => None,
        Outcome::Refused { why, proof } => Some(refused(why, &proof.report.findings)),
        Outcome::Stopped(stop) => Some(stop.into()),
        Outcome::Unacceptable(unacceptable) => {
            Some(Problem::new(Code::BadRequest, format!("cardea-accept: {unacceptable}.")))
        }
        Outcome::Overtaken => Some(Problem::new(
            Code::Conflict,
            "Others changed the tenant at the same time, again and again. Nothing was changed; try \
             again.",
        )),
    }
}

fn refused(why: Refusal, findings: &[Finding]) -> Problem {
    let first = findings.first().map_or("", |finding| finding.message.as_str());
    let rules: Vec<&str> = {
        let mut rules: Vec<&str> = findings.iter().map(|finding| finding.rule).collect();
        rules.dedup();
        rules
    };
    let message = match why {
        Refusal::LastAdmin => format!(
            "Nobody could edit policies after this: {first}. Keep one administrator out of it, or \
             declare an emergency account. Nothing was saved, and nobody can accept this."
        ),
        Refusal::Lockout => format!(
            "People would be locked out: {first}. Nothing was saved. Mend it with one of the fixes \
             in 'innerError', or accept {} with a reason for at most {LONGEST} days: Prefer: \
             cardea-accept=\"RULE; until=YYYY-MM-DD; reason=TEXT\".",
            rules.join(", ")
        ),
        Refusal::Weakness => format!(
            "Somebody would get in more cheaply than today: {first}. Nothing was saved. Mend it with \
             one of the fixes in 'innerError', or accept {} with a reason for at most {LONGEST} days: \
             Prefer: cardea-accept=\"RULE; until=YYYY-MM-DD; reason=TEXT\".",
            rules.join(", ")
        ),
        Refusal::Unreadable => {
            format!("This cannot be judged, so it cannot be saved: {first}. Nothing was saved.")
        }
    };
    Problem::new(Code::BadRequest, message)
        .with("code", REFUTED)
        .with("findings", findings.iter().map(told).collect::<Vec<_>>())
}

/// The same, with the fixes that were proved for the change; they take longer than the refusal.
pub(crate) async fn with_fixes(call: &Call<'_>, edits: &Edits, problem: Problem) -> Problem {
    if !problem.is(REFUTED) {
        return problem;
    }
    let trial = (edits, Effort::default());
    let draft = call.api.idp().draft(call.caller, trial, call.now).await;
    match draft {
        Ok(Ok(Ok(draft))) => {
            let refused = problem.rules();
            let findings = draft.proof.report.findings.iter().enumerate();
            let brought =
                findings.filter(|(at, it)| draft.brings.contains(at) && refused.contains(it.rule));
            let brought: Vec<Value> = brought.map(|(_, it)| told(it)).collect();
            problem.with("findings", brought)
        }
        // Without fixes it is still the answer.
        Ok(Ok(Err(_)) | Err(_)) | Err(_) => problem,
    }
}

/// A finding in short.
fn told(finding: &Finding) -> Value {
    json!({
        "rule": finding.rule,
        "severity": finding.severity.as_str(),
        "message": finding.message,
        "who": {
            "text": finding.who.text, "people": finding.who.people,
            "examples": finding.who.examples,
        },
        "places": finding.places.iter().map(|place| json!({
            "object": place.object, "id": place.id, "property": place.field, "text": place.text,
        })).collect::<Vec<_>>(),
        "trace": finding.trace.iter().map(|step| json!({
            "device": step.device, "does": step.does, "sees": step.sees,
        })).collect::<Vec<_>>(),
        "fixes": finding.fixes.iter().map(fix).collect::<Vec<_>>(),
    })
}

/// A fix with the objects as they would be, so that a client can send them.
fn fix(fix: &Fix) -> Value {
    let objects = fix.edits.iter().map(|edit| {
        serde_json::from_str::<Value>(&edit.after)
            .unwrap_or_else(|_| Value::from(edit.after.as_str()))
    });
    json!({
        "title": fix.title, "proved": fix.proved, "weaker": fix.weaker, "notes": fix.notes,
        "objects": objects.collect::<Vec<_>>(),
    })
}
