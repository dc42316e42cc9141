//! Findings: the list, one of them, its fixes, its acceptance.

use std::fmt::Write as _;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use cardea_check::config::Date;
use cardea_check::render::html::view::{FindingView, FixView};
use cardea_check::report::{Finding, Fix, Severity};
use cardea_idp::admin::edit::Edits;
use cardea_idp::admin::right::Right;
use cardea_idp::admin::settings::Set;
use cardea_idp::gate::{Acceptance as Wanted, Outcome, Proof};
use serde::Deserialize;

use super::desk::{Admin, Form, Ordered};
use super::drafted::{self, Attempt, Settled, brought, make, panel, stopped};
use super::policies::{eased, or_answer};
use super::shown::{finding_id, row, rows, sentence_start, titled, viewed};
use crate::fields::admin as fields;
use crate::pages::admin::findings::{
    AcceptPage, AcceptWish, Acceptable, Acceptance, FindingPage, Findings, FixPage,
};
use crate::paths::admin as paths;
use crate::respond::Answer;
use crate::web::{Broken, Web};

/// The rule whose findings nobody accepts.
const LAST_ADMIN: &str = "last-admin";

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route(paths::FINDINGS, get(list))
        .route("/admin/findings/{id}", get(open))
        .route("/admin/findings/{id}/people.csv", get(people))
        .route("/admin/findings/{id}/fix/{number}", get(look_at_fix).post(use_fix))
        .route("/admin/findings/{id}/accept", get(ask).post(accept))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Marks {
    rule: String,
    done: String,
}

/// The proof of the tenant as it is, for whoever may read policies.
async fn proof_of(admin: &Admin) -> Result<Result<Arc<Proof>, Response>, Broken> {
    if let Err(denied) = admin.caller().may(Right::ReadPolicies) {
        return Ok(Err(admin.denied(&denied).await?));
    }
    Ok(Ok(admin.visit.web.idp().proof(admin.visit.now).await?))
}

async fn list(admin: Admin, Query(marks): Query<Marks>) -> Answer {
    let proof = or_answer!(proof_of(&admin).await?);
    let all = rows(&proof);
    let mut rules: Vec<String> = all.iter().map(|it| it.rule.clone()).collect();
    rules.sort_unstable();
    rules.dedup();
    let is_wanted = |rule: &str| marks.rule.is_empty() || marks.rule == rule;
    let page = Findings {
        desk: admin.desk_after(&marks.done).await?,
        rows: all.into_iter().filter(|it| is_wanted(&it.rule)).collect(),
        rules,
        rule: marks.rule,
    };
    Ok(admin.page(&page))
}

/// A finding of a proof, open or accepted.
pub(super) fn found<'p>(proof: &'p Proof, id: &str) -> Option<(&'p Finding, Acceptance)> {
    let open = proof.report.findings.iter().find(|it| finding_id(it) == id);
    let accepted = || proof.report.accepted.iter().find(|it| finding_id(&it.finding) == id);
    match open {
        Some(finding) => Some((finding, Acceptance::Open)),
        None => accepted().map(|it| {
            let (day, reason) = (it.until.clone(), it.reason.clone());
            (&it.finding, Acceptance::Until { day, reason })
        }),
    }
}

async fn open(admin: Admin, Path(id): Path<String>, Query(marks): Query<Marks>) -> Answer {
    let proof = or_answer!(proof_of(&admin).await?);
    let Some((finding, acceptance)) = found(&proof, &id) else {
        return admin.unknown("finding any more", paths::FINDINGS).await;
    };
    let all = proof.report.input.people;
    let view = viewed(FindingView::of(finding, 1, &proof.lowered.export.sources));
    let page = FindingPage {
        desk: admin.desk_after(&marks.done).await?,
        severity: finding.severity,
        people: finding.who.people.map(|people| (people, all.max(people))),
        replay: replay(&proof, finding),
        markdown: markdown(&view),
        acceptable: acceptable(finding),
        finding: view,
        acceptance,
        id,
    };
    Ok(admin.page(&page))
}

fn acceptable(finding: &Finding) -> Acceptable {
    let is_last = finding.rule == LAST_ADMIN && finding.severity == Severity::Lockout;
    if is_last { Acceptable::Never } else { Acceptable::Yes }
}

/// What If, asked about somebody whom the finding concerns; empty where nobody is known.
fn replay(proof: &Proof, finding: &Finding) -> String {
    if finding.who.classes.is_empty() {
        return String::new();
    }
    let somebody = proof.roll().people(&finding.who).next();
    somebody.map_or_else(String::new, |person| {
        let id = proof.lowered.tenant.directory.id(person).to_owned();
        paths::filtered(paths::WHAT_IF, &[("person", &id), ("ask", "yes")])
    })
}

/// A finding as Markdown, for a ticket.
fn markdown(finding: &FindingView) -> String {
    let mut text = format!("## {}\n\n`{}`, {}\n", finding.message, finding.rule, finding.level);
    // Writing to a string cannot fail.
    if !finding.who.is_empty() {
        let _ = write!(text, "\nWho: {}\n", finding.who);
    }
    for (at, step) in finding.steps.iter().enumerate() {
        let head = if at == 0 { "\n" } else { "" };
        let back = step.back.map(|to| format!(" (back to step {to})")).unwrap_or_default();
        let _ = writeln!(text, "{head}{}. {}: {}{back}", at + 1, step.lead, step.text);
    }
    for (at, (method, why)) in finding.tried.iter().enumerate() {
        let head = if at == 0 { "\nTried:\n\n" } else { "" };
        let _ = writeln!(text, "{head}- {method}: {why}");
    }
    for (at, place) in finding.places.iter().enumerate() {
        let head = if at == 0 { "\nWhere:\n\n" } else { "" };
        let _ = writeln!(text, "{head}- `{}`: {}", place.heading, place.text);
    }
    for (at, fix) in finding.fixes.iter().enumerate() {
        let head = if at == 0 { "\nFixes that were proved:\n\n" } else { "" };
        let _ = writeln!(text, "{head}- {}", fix.title);
    }
    text
}

/// The people of a finding, as a table for other programs.
async fn people(admin: Admin, Path(id): Path<String>) -> Answer {
    let proof = or_answer!(proof_of(&admin).await?);
    let Some((finding, _)) = found(&proof, &id) else {
        return admin.unknown("finding any more", paths::FINDINGS).await;
    };
    let mut reader = or_answer!(admin.reader(Right::ReadDirectory).await?);
    let directory = &proof.lowered.tenant.directory;
    let mut text = String::from("id,userPrincipalName,displayName\r\n");
    for person in proof.roll().people(&finding.who) {
        let person = directory.id(person);
        if let Some(row) = reader.person(person).await? {
            let cells = [row.id.as_str(), row.upn.as_str(), row.display_name.as_str()].map(cell);
            text.push_str(&cells.join(","));
            text.push_str("\r\n");
        }
    }
    let name = format!("attachment; filename=\"{}.csv\"", finding.rule);
    let headers =
        [(CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (CONTENT_DISPOSITION, name)];
    Ok((headers, text).into_response())
}

/// A cell (RFC 4180). What a program for tables would run as a formula gets a mark before it.
fn cell(text: &str) -> String {
    let runs = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let text = if runs { format!("'{text}") } else { text.to_owned() };
    if text.contains(['"', ',', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}

/// The changes of a fix, in the state that is wanted.
async fn edits_of(
    admin: &Admin,
    (finding, number): (&Finding, &str),
) -> Result<Option<Edits>, Broken> {
    let Some(fix) = fix_of(finding, number) else { return Ok(None) };
    Ok(Some(brought(admin, fix).await?.edits))
}

/// The fix with a number, from 1.
fn fix_of<'f>(finding: &'f Finding, number: &str) -> Option<&'f Fix> {
    let number: usize = number.parse().ok()?;
    finding.fixes.get(number.checked_sub(1)?)
}

async fn look_at_fix(admin: Admin, Path((id, number)): Path<(String, String)>) -> Answer {
    let proof = or_answer!(proof_of(&admin).await?);
    let Some((finding, _)) = found(&proof, &id) else {
        return admin.unknown("finding any more", paths::FINDINGS).await;
    };
    let back = paths::one(paths::FINDINGS, &id);
    let edits = edits_of(&admin, (finding, &number)).await?;
    let (Some(fix), Some(edits)) = (fix_of(finding, &number), edits) else {
        return admin.unknown("fix any more", &back).await;
    };
    let panel = match or_answer!(drafted::draft(&admin, &edits).await?) {
        Ok(draft) => panel(&draft, admin.visit.now),
        Err(stop) => stopped(&stop),
    };
    let page = FixPage {
        desk: admin.desk().await?,
        message: sentence_start(&finding.message),
        fix: titled(FixView::new(fix)),
        action: paths::of(paths::FINDINGS, &id, &format!("fix/{number}")),
        posted: Vec::new(),
        back,
        panel,
    };
    Ok(admin.page(&page))
}

async fn use_fix(
    Path((id, number)): Path<(String, String)>,
    Ordered { admin, form }: Ordered,
) -> Answer {
    let proof = or_answer!(proof_of(&admin).await?);
    let Some((finding, _)) = found(&proof, &id) else {
        return admin.unknown("finding any more", paths::FINDINGS).await;
    };
    let back = paths::one(paths::FINDINGS, &id);
    let Some(edits) = edits_of(&admin, (finding, &number)).await? else {
        return admin.unknown("fix any more", &back).await;
    };
    let eases = drafted::wanted(&form) == "report-only";
    let edits = if eases { eased(edits, &admin)? } else { edits };
    let action = paths::of(paths::FINDINGS, &id, &format!("fix/{number}"));
    let attempt = Attempt {
        what: "the fix",
        action: &action,
        form: &form,
        fix_action: "",
        back: &back,
        mine: "",
    };
    match make(&admin, (&edits, &attempt)).await? {
        Settled::Done => Ok(admin.after(paths::FINDINGS, "fixed")),
        Settled::Not(response) => Ok(response),
    }
}

async fn accept_page(
    admin: &Admin,
    (id, finding): (&str, &Finding),
    wish: AcceptWish,
) -> Result<AcceptPage, Broken> {
    let rule = finding.rule.to_owned();
    Ok(AcceptPage {
        desk: admin.desk().await?,
        id: id.to_owned(),
        message: row(finding).message,
        wish: AcceptWish { rule, bounds: drafted::bounds(admin.visit.now), ..wish },
    })
}

async fn ask(admin: Admin, Path(id): Path<String>) -> Answer {
    if let Err(denied) = admin.caller().may(Right::WriteSettings) {
        return admin.denied(&denied).await;
    }
    let proof = or_answer!(proof_of(&admin).await?);
    let Some((finding, _)) = found(&proof, &id) else {
        return admin.unknown("finding any more", paths::FINDINGS).await;
    };
    Ok(admin.page(&accept_page(&admin, (&id, finding), AcceptWish::default()).await?))
}

/// What is wanted of the form; or the same with what is wrong.
fn wanted(form: &Form, finding: &Finding) -> Result<Wanted, Box<AcceptWish>> {
    let wish = drafted::wish(form);
    let Some(until) = Date::parse(form.one(fields::UNTIL)) else {
        let until_fault = "Choose a day.".to_owned();
        return Err(Box::new(AcceptWish { until_fault, ..wish }));
    };
    let reason = form.one(fields::REASON).to_owned();
    Ok(Wanted { rule: finding.rule.to_owned(), reason, until })
}

async fn accept(Path(id): Path<String>, Ordered { admin, form }: Ordered) -> Answer {
    let proof = or_answer!(proof_of(&admin).await?);
    let Some((finding, _)) = found(&proof, &id) else {
        return admin.unknown("finding any more", paths::FINDINGS).await;
    };
    let wish = match wanted(&form, finding) {
        Ok(acceptance) => {
            let idp = admin.visit.web.idp();
            match idp.accept(admin.caller(), &acceptance, admin.visit.now).await? {
                Err(denied) => return admin.denied(&denied).await,
                Ok(Set::Unreadable(why)) => {
                    AcceptWish { reason_fault: why, ..drafted::wish(&form) }
                }
                Ok(Set::Tried(outcome)) => match *outcome {
                    Outcome::Done { .. } => return Ok(admin.after(paths::FINDINGS, "accepted")),
                    Outcome::Unacceptable(why) => drafted::faulty(drafted::wish(&form), &why),
                    Outcome::Overtaken | Outcome::Stopped(_) => return Ok(admin.overtaken()),
                    Outcome::Refused { .. } => AcceptWish {
                        reason_fault: "With this the tenant's proof refuses its settings."
                            .to_owned(),
                        ..drafted::wish(&form)
                    },
                },
            }
        }
        Err(wish) => *wish,
    };
    let page = accept_page(&admin, (&id, finding), wish).await?;
    Ok(admin.page_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_no_formula_and_no_second_cell() {
        assert_eq!(cell("Kim Duarte"), "Kim Duarte");
        assert_eq!(cell("=HYPERLINK(1)"), "'=HYPERLINK(1)");
        assert_eq!(cell("Duarte, \"Kim\""), "\"Duarte, \"\"Kim\"\"\"");
    }
}
