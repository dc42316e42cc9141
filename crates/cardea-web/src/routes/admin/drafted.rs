//! What the gate says of a change, as a panel beside an editor and as the page of a refused save.

use axum::http::StatusCode;
use axum::response::Response;
use cardea_check::config::Date;
use cardea_check::fix::Effort;
use cardea_check::render::html::view::FindingView;
use cardea_check::report::{Answer, Finding, Severity, Verdict};
use cardea_idp::admin::bring::{self, Brought};
use cardea_idp::admin::edit::{Edits, tag};
use cardea_idp::gate::{Acceptance, Draft, LONGEST, Outcome, Proof, Refusal, Stop, Unacceptable};
use jiff::{SignedDuration, Timestamp};

use super::desk::{Admin, Form};
use super::shown::{crowd, row, sentence_start, viewed};
use crate::fields::admin as fields;
use crate::pages::Moment;
use crate::pages::admin::editor::Saving;
use crate::pages::admin::findings::{AcceptWish, Acceptable, FixLink};
use crate::pages::admin::policies::Conflict;
use crate::pages::admin::proof::{Line, PanelState, ProofPanel, Verdicts};
use crate::pages::admin::refusal::Refused;
use crate::web::Broken;

/// Fixes that are shown at once.
const FIXES: usize = 4;
/// The rule that says of a tenant without policies that it has none.
const NO_POLICIES: &str = "no-policies";
/// What a panel says of an object that is gone.
const ABSENT: &str = "Something that this is about was deleted in the meantime.";

/// Proves what changes would do.
pub(super) async fn draft(
    admin: &Admin,
    edits: &Edits,
) -> Result<Result<Result<Draft, Stop>, Response>, Broken> {
    let idp = admin.visit.web.idp();
    let asked = (edits, Effort::default());
    Ok(match idp.draft(admin.caller(), asked, admin.visit.now).await? {
        Ok(draft) => Ok(draft),
        Err(denied) => Err(admin.denied(&denied).await?),
    })
}

/// The panel of a draft.
pub(super) fn panel(draft: &Draft, now: Timestamp) -> ProofPanel {
    let report = &draft.proof.report;
    let brings: Vec<&Finding> =
        draft.brings.iter().filter_map(|at| report.findings.get(*at)).collect();
    let verdicts = Verdicts {
        at: Moment(now),
        answers: report.verdicts.iter().map(|it| line(it, &draft.proof)).collect(),
        new: brings.iter().map(|it| row(it)).collect(),
        // That there is a policy now is no merit of the draft.
        gone: draft.mends.iter().filter(|it| it.rule != NO_POLICIES).map(row).collect(),
        weaker: draft.weaker.clone(),
        fixes: fixes(draft),
    };
    ProofPanel { state: PanelState::Proved(verdicts) }
}

/// The panel where nothing can be proved.
pub(super) fn unreadable(why: impl Into<String>) -> ProofPanel {
    ProofPanel { state: PanelState::Unreadable(why.into()) }
}

/// The panel of something that could not even be tried.
pub(super) fn stopped(stop: &Stop) -> ProofPanel {
    unreadable(match stop {
        Stop::NoSuchPolicy | Stop::Absent { .. } => ABSENT.to_owned(),
        Stop::Conflict { .. } => {
            "Somebody else changed this in the meantime. Open it again.".to_owned()
        }
        Stop::NameTaken(name) => format!("Somebody else is called {name}, or looks the same."),
    })
}

fn line(verdict: &Verdict, proof: &Proof) -> Line {
    let because = |rule: &String| {
        let found = proof.report.findings.iter().find(|it| it.rule == rule.as_str());
        let people = found.map(|it| crowd(&it.who)).filter(|it| !it.is_empty());
        people.map_or_else(|| rule.clone(), |people| format!("{people}: {rule}"))
    };
    let why = match verdict.answer {
        Answer::Proved => String::new(),
        Answer::Refuted | Answer::Undecided => {
            verdict.because.iter().map(because).collect::<Vec<_>>().join(", ")
        }
    };
    let why = match &verdict.note {
        Some(note) if why.is_empty() => note.clone(),
        Some(note) => format!("{why}; {note}"),
        None => why,
    };
    Line { answer: verdict.answer, text: verdict.question.text().to_owned(), why }
}

/// The fixes of what a draft brings, each with the numbers that name it.
fn fixes(draft: &Draft) -> Vec<FixLink> {
    let findings =
        draft.brings.iter().filter_map(|at| Some((*at, draft.proof.report.findings.get(*at)?)));
    let all = findings.flat_map(|(at, finding)| {
        let numbered = finding.fixes.iter().enumerate();
        numbered.map(move |(number, fix)| FixLink {
            title: sentence_start(&fix.title),
            value: format!("{at}.{number}"),
        })
    });
    all.take(FIXES).collect()
}

/// The fix of a draft that numbers name.
pub(super) fn fix_of<'d>(
    draft: &'d Draft,
    numbers: &str,
) -> Option<(&'d Finding, &'d cardea_check::report::Fix)> {
    let (at, number) = numbers.split_once('.')?;
    let at: usize = at.parse().ok().filter(|at| draft.brings.contains(at))?;
    let finding = draft.proof.report.findings.get(at)?;
    Some((finding, finding.fixes.get(number.parse::<usize>().ok()?)?))
}

/// A fix as changes.
pub(super) async fn brought(
    admin: &Admin,
    fix: &cardea_check::report::Fix,
) -> Result<Brought, Broken> {
    let mut reader = admin.visit.web.idp().store().read().await?;
    Ok(bring::fix(&mut reader, fix, admin.visit.now).await?)
}

/// Whether a draft may be turned on.
pub(super) fn saving(draft: &Draft) -> Saving {
    let open = "Fix it, or accept it with a reason and an end date.";
    match draft.refusal {
        None => Saving::Free,
        Some(Refusal::Lockout) => Saving::NotOn(
            format!("{}. {open}", counted_of(draft, Severity::Lockout, ("lockout", "lockouts"))),
            Acceptable::Yes,
        ),
        Some(Refusal::Weakness) => Saving::NotOn(
            format!("{}. {open}", counted_of(draft, Severity::Weakness, ("weakness", "weaknesses"))),
            Acceptable::Yes,
        ),
        Some(Refusal::LastAdmin) => Saving::NotOn(
            "Nobody could edit policies after this. Keep one administrator out of it, or declare break-glass."
                .to_owned(),
            Acceptable::Never,
        ),
        Some(Refusal::Unreadable) => Saving::NotOn(
            "Something in it cannot be read, so nobody knows what it would do. Mend it first."
                .to_owned(),
            Acceptable::Never,
        ),
    }
}

/// How many findings of a severity a draft brings.
fn counted_of(draft: &Draft, severity: Severity, (one, many): (&str, &str)) -> String {
    let findings = draft.brings.iter().filter_map(|at| draft.proof.report.findings.get(*at));
    crate::pages::admin::counted(findings.filter(|it| it.severity == severity).count(), one, many)
}

/// What a form accepts: one acceptance for each rule that it names.
pub(super) fn acceptances(form: &Form) -> Result<Vec<Acceptance>, Box<AcceptWish>> {
    let (reason, until) = (form.one(fields::REASON), form.one(fields::UNTIL));
    let rules: Vec<&str> = form.all(fields::RULE).collect();
    match Date::parse(until) {
        Some(until) => Ok(rules
            .iter()
            .map(|rule| Acceptance { rule: (*rule).to_owned(), reason: reason.to_owned(), until })
            .collect()),
        None => Err(Box::new(AcceptWish { until_fault: "Choose a day.".to_owned(), ..wish(form) })),
    }
}

/// An acceptance as it was typed.
pub(super) fn wish(form: &Form) -> AcceptWish {
    AcceptWish {
        rule: form.all(fields::RULE).collect::<Vec<_>>().join(", "),
        reason: form.one(fields::REASON).to_owned(),
        until: form.one(fields::UNTIL).to_owned(),
        ..AcceptWish::default()
    }
}

/// The same, with what is wrong with it.
pub(super) fn faulty(wish: AcceptWish, unacceptable: &Unacceptable) -> AcceptWish {
    match unacceptable {
        Unacceptable::NoReason => {
            AcceptWish { reason_fault: "Say why this is all right for now.".to_owned(), ..wish }
        }
        Unacceptable::End(_) => AcceptWish {
            until_fault: format!("Choose a day within {LONGEST} days from today."),
            ..wish
        },
        Unacceptable::LastAdmin | Unacceptable::NoSuchRule(_) => {
            AcceptWish { reason_fault: "This cannot be accepted.".to_owned(), ..wish }
        }
    }
}

/// The days on which an acceptance may end.
pub(super) fn bounds(now: Timestamp) -> Option<(Moment, Moment)> {
    let last = now.checked_add(SignedDuration::from_hours(24 * i64::from(LONGEST))).ok()?;
    Some((Moment(now), Moment(last)))
}

/// A save that was refused, and what it was.
pub(super) struct Attempt<'a> {
    /// What was to be changed.
    pub what: &'a str,
    /// Where it was posted to.
    pub action: &'a str,
    /// What was posted.
    pub form: &'a Form,
    /// Where a fix of it is looked at; empty where none can be.
    pub fix_action: &'a str,
    /// Where it is edited.
    pub back: &'a str,
    /// How the object would have become, as JSON; empty where it is not one.
    pub mine: &'a str,
}

impl Attempt<'_> {
    /// The page that says why nothing was saved.
    pub(super) async fn refused(
        &self,
        admin: &Admin,
        (why, proof): (Refusal, &Proof),
        (draft, typed): (Option<&Draft>, Option<AcceptWish>),
    ) -> Result<Response, Broken> {
        let sources = &proof.lowered.export.sources;
        let findings = &proof.report.findings;
        let mut rules: Vec<&str> = findings.iter().map(|it| it.rule).collect();
        rules.dedup();
        let wish =
            typed.unwrap_or_else(|| AcceptWish { rule: rules.join(", "), ..AcceptWish::default() });
        let fixes = draft.filter(|_| !self.fix_action.is_empty()).map(fixes).unwrap_or_default();
        let page = Refused {
            desk: admin.desk().await?,
            what: self.what.to_owned(),
            findings: findings
                .iter()
                .enumerate()
                .map(|(at, finding)| viewed(FindingView::of(finding, at + 1, sources)))
                .collect(),
            fixes: fixes.into_iter().map(|fix| (fix.title, fix.value)).collect(),
            fix_action: self.fix_action.to_owned(),
            only_opens: why == Refusal::Weakness,
            acceptable: match why {
                Refusal::LastAdmin | Refusal::Unreadable => Acceptable::Never,
                Refusal::Lockout | Refusal::Weakness => Acceptable::Yes,
            },
            action: self.action.to_owned(),
            posted: self.posted(&rules),
            wish: AcceptWish { bounds: bounds(admin.visit.now), ..wish },
            back: self.back.to_owned(),
        };
        Ok(admin.page_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
    }

    /// What is posted again: everything but the answers to this page, and the rules to accept.
    fn posted(&self, rules: &[&str]) -> Vec<(String, String)> {
        const ANSWERS: [&str; 7] = [
            crate::fields::CSRF,
            crate::fields::CHOICE,
            fields::RULE,
            fields::REASON,
            fields::UNTIL,
            fields::WANTED,
            fields::FIX,
        ];
        let kept = self.form.pairs().iter().filter(|(name, _)| !ANSWERS.contains(&name.as_str()));
        let rules = rules.iter().map(|rule| (fields::RULE.to_owned(), (*rule).to_owned()));
        let wanted = (fields::WANTED.to_owned(), wanted(self.form).to_owned());
        kept.cloned().chain(rules).chain([wanted]).collect()
    }
}

/// What is wanted of a form: of one that answers a refusal, what was wanted first.
pub(super) fn wanted(form: &Form) -> &str {
    match form.one(fields::WANTED) {
        "" => form.one(crate::fields::CHOICE),
        wanted => wanted,
    }
}

/// What becomes of a change that is no business of the one who asked: nothing is left to say but one
/// of these.
pub(super) enum Settled {
    /// It is made.
    Done,
    /// The page that says why not.
    Not(Response),
}

/// Makes changes of which only the page of a refusal is special.
pub(super) async fn make(
    admin: &Admin,
    (edits, attempt): (&Edits, &Attempt<'_>),
) -> Result<Settled, Broken> {
    // Tenants and proofs are big, and every route that saves keeps this future on the stack.
    Box::pin(made(admin, (edits, attempt))).await
}

async fn made(admin: &Admin, (edits, attempt): (&Edits, &Attempt<'_>)) -> Result<Settled, Broken> {
    let form = attempt.form;
    let is_accepted =
        form.one(crate::fields::CHOICE) == "accept" && !form.one(fields::RULE).is_empty();
    let (accepted, typed) = if is_accepted {
        match acceptances(form) {
            Ok(accepted) => (accepted, Some(wish(form))),
            Err(wish) => (Vec::new(), Some(*wish)),
        }
    } else {
        (Vec::new(), None)
    };
    let idp = admin.visit.web.idp();
    let outcome = idp.change(admin.caller(), (edits, &accepted), admin.visit.now).await?;
    let outcome = match outcome {
        Ok(outcome) => outcome,
        Err(denied) => return Ok(Settled::Not(admin.denied(&denied).await?)),
    };
    Ok(match outcome {
        Outcome::Done { .. } => Settled::Done,
        Outcome::Refused { why, proof } => {
            let draft = draft(admin, edits).await?.ok().and_then(Result::ok);
            let refused = attempt.refused(admin, (why, &proof), (draft.as_ref(), typed)).await?;
            Settled::Not(refused)
        }
        Outcome::Unacceptable(unacceptable) => {
            let draft = match draft(admin, edits).await? {
                Ok(Ok(draft)) => draft,
                Ok(Err(_)) => return Ok(Settled::Not(admin.overtaken())),
                Err(response) => return Ok(Settled::Not(response)),
            };
            let typed = faulty(wish(form), &unacceptable);
            let why = draft.refusal.unwrap_or(Refusal::Lockout);
            let mut proof = draft.proof;
            let brings = &draft.brings;
            let mut at = 0..;
            proof.report.findings.retain(|_| at.next().is_some_and(|at| brings.contains(&at)));
            Settled::Not(attempt.refused(admin, (why, &proof), (None, Some(typed))).await?)
        }
        Outcome::Stopped(stop) => Settled::Not(not_there(admin, &stop, attempt).await?),
        Outcome::Overtaken => Settled::Not(admin.overtaken()),
    })
}

async fn not_there(admin: &Admin, stop: &Stop, attempt: &Attempt<'_>) -> Result<Response, Broken> {
    match stop {
        Stop::Conflict { id, current, .. } => {
            let version = tag(current);
            let mut posted = attempt.posted(&[]);
            posted.retain(|(name, _)| name != fields::VERSION && name != fields::WANTED);
            posted.push((fields::VERSION.to_owned(), version));
            let page = Conflict {
                desk: admin.desk().await?,
                editor: attempt.back.to_owned(),
                name: attempt.what.to_owned(),
                by: last_change(admin, id).await?,
                theirs: pretty(current),
                mine: pretty(attempt.mine),
                posted,
                wanted: if wanted(attempt.form) == "on" { "on" } else { "save" },
            };
            Ok(admin.page_with(StatusCode::CONFLICT, &page))
        }
        Stop::NameTaken(name) => {
            Ok(admin.unknown(&format!("free name as {name}"), attempt.back).await?)
        }
        Stop::NoSuchPolicy | Stop::Absent { .. } => {
            Ok(admin.unknown("object any more", attempt.back).await?)
        }
    }
}

/// Who changed an object last, and when, as far as the latest entries tell.
async fn last_change(admin: &Admin, id: &str) -> Result<Option<(String, Moment)>, Broken> {
    const LATEST: u32 = 200;
    let mut reader = admin.visit.web.idp().store().read().await?;
    let records = reader.audit_records(None, LATEST).await?;
    let found = records
        .into_iter()
        .find(|it| it.entry.target == id && !it.entry.action.ends_with("(refused)"));
    let Some(record) = found else { return Ok(None) };
    let person = reader.person(&record.entry.actor).await?;
    let name = person.map_or(record.entry.actor, |it| it.display_name);
    Ok(Some((name, Moment(record.created))))
}

/// JSON as people read it; the text itself where it is none.
pub(super) fn pretty(text: &str) -> String {
    let value: Option<serde_json::Value> = serde_json::from_str(text).ok();
    value.and_then(|it| serde_json::to_string_pretty(&it).ok()).unwrap_or_else(|| text.to_owned())
}
