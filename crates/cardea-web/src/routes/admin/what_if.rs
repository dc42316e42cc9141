//! What If.

use axum::Router;
use axum::extract::Query;
use axum::http::StatusCode;
use axum::routing::get;
use cardea_check::report::Answer as Verdict;
use cardea_idp::admin::outlook::{
    Client, Counts, Has, Meaning, On, Question, Stands, Target, Told, mismatch,
};
use cardea_idp::admin::right::Right;
use cardea_idp::decision::Next;
use serde::Deserialize;
use serde_json::json;

use super::desk::{Admin, person_of};
use super::known::{Known, json as parsed};
use super::person::{verdict, why};
use super::policies::or_answer;
use super::shown::{asks, sentence_start};
use crate::pages::admin::what_if::{
    Applies, Offered, Question as Typed, Said, Verdict as Shown, WhatIf,
};
use crate::paths::admin as paths;
use crate::respond::Answer;
use crate::web::{Broken, Web};

/// The action that Graph asks such questions with.
const EVALUATE: &str = "/beta/identity/conditionalAccess/evaluate";

pub(super) fn routes() -> Router<Web> {
    Router::new().route(paths::WHAT_IF, get(what_if))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Marks {
    person: String,
    app: String,
    platform: String,
    client: String,
    address: String,
    has: String,
    policies: String,
    ask: String,
}

impl Marks {
    fn typed(&self, wrong: Vec<(&'static str, String)>) -> Typed {
        Typed {
            person: self.person.clone(),
            app: self.app.clone(),
            platform: self.platform.clone(),
            client: self.client.clone(),
            address: self.address.clone(),
            has: self.has.clone(),
            policies: self.policies.clone(),
            wrong,
        }
    }

    fn on(&self) -> On {
        match self.platform.as_str() {
            "windows" => On::Windows,
            "macOS" => On::MacOs,
            "linux" => On::Linux,
            "android" => On::Android,
            "iOS" => On::Ios,
            _ => On::Unknown,
        }
    }

    /// The question; or what is wrong with it.
    fn question(&self, person: &str) -> Result<Question, (&'static str, String)> {
        let address = match self.address.trim() {
            "" => None,
            text => Some(text.parse().map_err(|_| {
                ("address", format!("{text} is no IP address. It looks like 203.0.113.7."))
            })?),
        };
        Ok(Question {
            person: person.to_owned(),
            target: match self.app.as_str() {
                "register" => Target::SecurityInfo,
                app => Target::App(app.to_owned()),
            },
            on: self.on(),
            client: if self.client == "mobileAppsAndDesktopClients" {
                Client::App
            } else {
                Client::Browser
            },
            address,
            has: match self.has.as_str() {
                "password" => Has::Password,
                "pass" => Has::Pass,
                _ => Has::Registered,
            },
            counts: if self.policies == "all" { Counts::All } else { Counts::Enabled },
        })
    }
}

async fn what_if(admin: Admin, Query(marks): Query<Marks>) -> Answer {
    let mut reader = or_answer!(admin.reader(Right::ReadPolicies).await?);
    let snapshot = admin.visit.web.idp().snapshot().await?;
    let known = Known::read(&snapshot, &mut reader).await?;
    let mut wrong = Vec::new();
    let mut verdict = None;
    if !marks.ask.is_empty() {
        let question = match person_of(&mut reader, marks.person.trim()).await? {
            Some(person) => marks.question(&person.id),
            None => Err((
                "person",
                format!("There is nobody called {}. Use an address or an id.", marks.person),
            )),
        };
        match question {
            Ok(question) => {
                let idp = admin.visit.web.idp();
                let asked = std::slice::from_ref(&question);
                match idp.told(admin.caller(), asked, admin.visit.now).await? {
                    Err(denied) => return admin.denied(&denied).await,
                    Ok(None) => wrong
                        .push(("person", "This account is off: it gets in nowhere.".to_owned())),
                    Ok(Some(told)) => {
                        if let Some(told) = told.first() {
                            verdict =
                                Some(answer(&admin, (told, &marks, &question), &known).await?);
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
        offer: Offered { apps: known.apps.clone() },
        verdict,
    };
    Ok(admin.page_with(status, &page))
}

async fn answer(
    admin: &Admin,
    (told, marks, question): (&Told, &Marks, &Question),
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
        let because = match mismatch(said.reason) {
            Some(what) => format!("does not match: {what}"),
            None => {
                let asks = object.as_ref().map(|it| asks(&parsed(it), known)).unwrap_or_default();
                if asks.is_empty() {
                    "matches: asks for nothing".to_owned()
                } else {
                    format!("matches: {asks}")
                }
            }
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
            met: String::new(),
            can,
        });
    }
    let answer = if open { Verdict::Undecided } else { verdict(&told.next) };
    Ok(Shown {
        answer,
        text: format!("{}.", sentence_start(&why(&told.next))),
        steps: steps(&told.next),
        policies,
        curl: curl(admin, marks, question),
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

/// The same question as Graph's action takes it.
fn curl(admin: &Admin, marks: &Marks, question: &Question) -> String {
    let target = match &question.target {
        Target::SecurityInfo => json!({
            "@odata.type": "#microsoft.graph.userActionContext",
            "userAction": "registerSecurityInformation",
        }),
        Target::App(id) => json!({
            "@odata.type": "#microsoft.graph.applicationContext",
            "includeApplications": [id],
        }),
    };
    let mut conditions = serde_json::Map::new();
    let mut put = |name: &str, value: &str| {
        if !value.is_empty() {
            conditions.insert(name.to_owned(), json!(value));
        }
    };
    put("devicePlatform", &marks.platform);
    put("clientAppType", if marks.client.is_empty() { "browser" } else { &marks.client });
    put("ipAddress", marks.address.trim());
    let body = json!({
        "signInIdentity": {
            "@odata.type": "#microsoft.graph.userSignIn", "userId": question.person,
        },
        "signInContext": target,
        "signInConditions": conditions,
        "appliedPoliciesOnly": false,
    });
    let quoted = body.to_string().replace('\'', "'\\''");
    format!(
        "curl -X POST '{}{EVALUATE}' -H \"Authorization: Bearer $TOKEN\" -H 'Content-Type: application/json' -d '{quoted}'",
        admin.visit.web.origin(),
    )
}
