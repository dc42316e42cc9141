//! What If.

mod asked;

use axum::Router;
use axum::extract::Query;
use axum::http::StatusCode;
use axum::routing::get;
use cardea_check::report::Answer as Verdict;
use cardea_idp::admin::outlook::{Meaning, Stands, Told, mismatch};
use cardea_idp::admin::right::Right;
use cardea_idp::decision::Next;

use asked::{Marks, Posed};

use super::desk::{Admin, person_of};
use super::known::{Known, json as parsed};
use super::person::{verdict, why};
use super::policies::or_answer;
use super::shown::{asks, sentence_start};
use crate::pages::admin::what_if::{Applies, Offered, Said, Verdict as Shown, WhatIf};
use crate::paths::admin as paths;
use crate::respond::Answer;
use crate::web::{Broken, Web};

/// The action that Graph asks such questions with.
const EVALUATE: &str = "/v1.0/identity/conditionalAccess/evaluate";

pub(super) fn routes() -> Router<Web> {
    Router::new().route(paths::WHAT_IF, get(what_if))
}

async fn what_if(admin: Admin, Query(marks): Query<Marks>) -> Answer {
    let mut reader = or_answer!(admin.reader(Right::ReadPolicies).await?);
    let snapshot = admin.visit.web.idp().snapshot().await?;
    let known = Known::read(&snapshot, &mut reader).await?;
    let mut wrong = Vec::new();
    let mut verdict = None;
    if !marks.ask.is_empty() {
        let posed = match person_of(&mut reader, marks.person.trim()).await? {
            Some(person) => marks.posed(&person.id, (&snapshot, &mut reader)).await?,
            None => Err((
                "person",
                format!("There is nobody called {}. Use an address or an id.", marks.person),
            )),
        };
        match posed {
            Ok(posed) => {
                let idp = admin.visit.web.idp();
                let asked = std::slice::from_ref(&posed.question);
                match idp.told(admin.caller(), asked, admin.visit.now).await? {
                    Err(denied) => return admin.denied(&denied).await,
                    Ok(None) => wrong
                        .push(("person", "This account is off: it gets in nowhere.".to_owned())),
                    Ok(Some(told)) => {
                        if let Some(told) = told.first() {
                            verdict = Some(answer(&admin, (told, &marks, &posed), &known).await?);
                        }
                    }
                }
            }
            Err(fault) => wrong.push(fault),
        }
    }
    let status = if wrong.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = WhatIf {
        desk: admin.desk().await?,
        question: marks.typed(wrong),
        offer: Offered { apps: known.apps, locations: known.locations },
        verdict,
    };
    Ok(admin.page_with(status, &page))
}

async fn answer(
    admin: &Admin,
    (told, marks, posed): (&Told, &Marks, &Posed),
    known: &Known,
) -> Result<Shown, Broken> {
    let mut reader = admin.visit.web.idp().store().read().await?;
    let mut policies = Vec::new();
    let mut open = false;
    for said in &told.policies {
        let object = reader.object("conditionalAccessPolicy", &said.id).await?;
        let counts = said.state == cardea_idp::State::Enabled;
        let partial = said.meaning == Meaning::Partial;
        open |= partial && counts;
        let asks = || object.as_ref().map(|it| asks(&parsed(it), known)).unwrap_or_default();
        let because = match mismatch(said.reason).map_or_else(|| Err(asks()), Ok) {
            Ok(what) => format!("does not match: {what}"),
            Err(asks) if asks.is_empty() => "matches: asks for nothing".to_owned(),
            Err(asks) => format!("matches: {asks}"),
        };
        let applies = match (mismatch(said.reason), said.state) {
            (_, _) if partial => Applies::Open,
            (Some(_), _) => Applies::No,
            (None, cardea_idp::State::ReportOnly) => Applies::Shadow,
            (None, cardea_idp::State::Enabled | cardea_idp::State::Disabled) => Applies::Yes,
        };
        let can = match (applies, said.stands) {
            (Applies::Yes, Stands::Passed) => Some(Verdict::Proved),
            (Applies::Yes, Stands::InTheWay) => Some(Verdict::Refuted),
            (Applies::Yes, Stands::NotReached) | (Applies::Open, _) => Some(Verdict::Undecided),
            (Applies::No | Applies::Shadow, _) => None,
        };
        policies.push(Said {
            id: said.id.clone(),
            name: said.name.clone(),
            applies,
            because,
            met: if can.is_some() { met(said.stands, &told.next) } else { String::new() },
            can,
        });
    }
    let answer = if open { Verdict::Undecided } else { verdict(&told.next) };
    Ok(Shown {
        answer,
        text: format!("{}.", sentence_start(&why(&told.next))),
        steps: steps(&told.next),
        policies,
        curl: curl(admin, posed),
        limits: limits(marks, posed),
    })
}

fn steps(next: &Next) -> Vec<String> {
    match next {
        Next::Register(_) => vec![
            "Is sent to add a way to sign in".to_owned(),
            format!("{}, then is in", sentence_start(&why(next))),
        ],
        Next::Granted | Next::Show(_) | Next::Accept(_) | Next::Shut(_) => Vec::new(),
    }
}

/// What becomes of a policy's demand, in words.
fn met(stands: Stands, next: &Next) -> String {
    match stands {
        Stands::Passed | Stands::InTheWay => why(next),
        Stands::NotReached => "another policy stops them before".to_owned(),
    }
}

/// The same question as Graph's action takes it.
fn curl(admin: &Admin, posed: &Posed) -> String {
    let quoted = posed.request.to_string().replace('\'', "'\\''");
    format!(
        "curl -X POST '{}{EVALUATE}' -H \"Authorization: Bearer $TOKEN\" -H 'Content-Type: application/json' -d '{quoted}'",
        admin.visit.web.origin(),
    )
}

/// What the answer leaves open.
fn limits(marks: &Marks, posed: &Posed) -> Vec<String> {
    let mut limits = Vec::new();
    if marks.is_beyond_sight() {
        limits.push(
            "This is what the policies say. In its own sign-ins this tenant sees no certificate of a \
             device and assesses no risk: every device counts as unmanaged, and every risk as none."
                .to_owned(),
        );
    }
    if !posed.untold.is_empty() {
        limits.push(format!(
            "Graph's action takes no named location, so its call leaves out {}.",
            posed.untold
        ));
    }
    limits
}
