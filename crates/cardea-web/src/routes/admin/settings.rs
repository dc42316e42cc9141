//! Settings: the tenant's names, its `cardea.toml`, accounts for emergencies, keys, health.

use axum::Router;
use axum::extract::Query;
use axum::http::StatusCode;
use axum::routing::get;
use cardea_idp::admin::right::Right;
use cardea_idp::admin::settings::Set;
use cardea_idp::admin::standing::Standing;
use cardea_idp::gate::{Outcome, Refusal};
use cardea_idp::{Chain, KeyState, Rows};
use serde::Deserialize;

use super::desk::{Admin, Form, Ordered};
use super::home::{emergency, last_in};
use super::known::people;
use super::policies::or_answer;
use crate::fields::admin as fields;
use crate::pages::Moment;
use crate::pages::admin::chip::Tone;
use crate::pages::admin::settings::{
    BreakGlass, EmergencyAccount, Health, HealthRow, KeyRow, KeyUse, Keys, Settings,
};
use crate::pages::admin::temporary::Worth;
use crate::paths::admin as paths;
use crate::respond::Answer;
use crate::web::{Broken, Web};

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route(paths::SETTINGS, get(open).post(save))
        .route(paths::BREAK_GLASS, get(glass).post(declare))
        .route(paths::KEYS, get(keys))
        .route(paths::HEALTH, get(health))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Marks {
    done: String,
}

async fn page(admin: &Admin, toml: String) -> Result<Settings, Broken> {
    let snapshot = admin.visit.web.idp().snapshot().await?;
    let row = &snapshot.row;
    let address = admin.visit.visitor.address;
    Ok(Settings {
        desk: admin.desk().await?,
        id: row.id.clone(),
        name: row.display_name.clone(),
        help_desk: row.help_desk.clone(),
        address: row.public_url.clone(),
        seen_from: address.map_or_else(|| "unknown".to_owned(), |it| it.to_string()),
        toml,
        wrong: Vec::new(),
    })
}

async fn open(admin: Admin, Query(marks): Query<Marks>) -> Answer {
    match admin.visit.web.idp().check_settings(admin.caller()).await? {
        Ok(toml) => {
            let mut page = page(&admin, toml).await?;
            page.desk = admin.desk_after(&marks.done).await?;
            Ok(admin.page(&page))
        }
        Err(denied) => admin.denied(&denied).await,
    }
}

/// What became of a `cardea.toml`: nothing to say, or why not.
async fn set(
    admin: &Admin,
    text: &str,
) -> Result<Result<Option<String>, axum::response::Response>, Broken> {
    let idp = admin.visit.web.idp();
    Ok(match idp.change_check_settings(admin.caller(), text, admin.visit.now).await? {
        Err(denied) => Err(admin.denied(&denied).await?),
        Ok(Set::Unreadable(why)) => Ok(Some(format!("This is no cardea.toml: {why}."))),
        Ok(Set::Tried(outcome)) => match *outcome {
            Outcome::Done { .. } => Ok(None),
            Outcome::Refused { why: Refusal::LastAdmin, .. } => {
                Ok(Some("With this nobody could edit policies. Nothing was saved.".to_owned()))
            }
            Outcome::Refused {
                why: Refusal::Lockout | Refusal::Weakness | Refusal::Unreadable,
                proof,
            } => {
                let first = proof.report.findings.first().map(|it| it.message.clone());
                let first = first.unwrap_or_else(|| "people would be locked out".to_owned());
                Ok(Some(format!("With this, {first}. Nothing was saved.")))
            }
            Outcome::Unacceptable(why) => Ok(Some(why.to_string())),
            Outcome::Stopped(_) | Outcome::Overtaken => Err(admin.overtaken()),
        },
    })
}

async fn save(Ordered { admin, form }: Ordered) -> Answer {
    if let Err(denied) = admin.caller().may(Right::WriteSettings) {
        return admin.denied(&denied).await;
    }
    let (name, desk) = (form.one(fields::NAME), form.one("help_desk"));
    let toml = form.all("toml").next().unwrap_or_default().replace("\r\n", "\n");
    let mut wrong = Vec::new();
    if name.is_empty() {
        wrong.push((fields::NAME, "Give the tenant a name.".to_owned()));
    }
    if desk.is_empty() {
        wrong.push(("help_desk", "Say how people reach the help desk.".to_owned()));
    }
    let idp = admin.visit.web.idp();
    if wrong.is_empty() {
        let before = or_denied(&admin, idp.check_settings(admin.caller()).await?).await?;
        let before = or_answer!(before);
        if before != toml
            && let Some(why) = or_answer!(set(&admin, &toml).await?)
        {
            wrong.push(("toml", why));
        }
    }
    if wrong.is_empty() {
        let snapshot = idp.snapshot().await?;
        if (snapshot.row.display_name.as_str(), snapshot.row.help_desk.as_str()) != (name, desk)
            && let Err(denied) =
                idp.name_tenant(admin.caller(), (name, desk), admin.visit.now).await?
        {
            return admin.denied(&denied).await;
        }
        return Ok(admin.after(paths::SETTINGS, "saved"));
    }
    let page = Settings {
        name: name.to_owned(),
        help_desk: desk.to_owned(),
        wrong,
        ..page(&admin, toml).await?
    };
    Ok(admin.page_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
}

async fn or_denied<T>(
    admin: &Admin,
    result: Result<T, cardea_idp::admin::caller::Denied>,
) -> Result<Result<T, axum::response::Response>, Broken> {
    Ok(match result {
        Ok(value) => Ok(value),
        Err(denied) => Err(admin.denied(&denied).await?),
    })
}

async fn glass_page(admin: &Admin, reader: &mut Rows) -> Result<BreakGlass, Broken> {
    let proof = admin.visit.web.idp().proof(admin.visit.now).await?;
    let broken = proof.report.findings.iter().find(|it| it.rule == "powerless-break-glass");
    let mut accounts = Vec::new();
    for id in emergency(&proof, reader).await? {
        let row = reader.person(&id).await?;
        accounts.push(EmergencyAccount {
            works: match (&row, broken) {
                (None, _) => Worth::Useless("there is no such account".to_owned()),
                (Some(_), Some(finding)) => Worth::Useless(finding.message.clone()),
                (Some(_), None) => works(&proof),
            },
            used: last_in(reader, &id).await?.map(Moment),
            upn: row.map_or_else(|| id.clone(), |it| it.upn.as_str().to_owned()),
            id,
        });
    }
    let typed = accounts.iter().map(|it| it.upn.as_str()).collect::<Vec<_>>().join("\n");
    Ok(BreakGlass { desk: admin.desk().await?, accounts, typed, fault: String::new() })
}

/// What is proved of all accounts for emergencies together.
fn works(proof: &cardea_idp::gate::Proof) -> Worth {
    use cardea_check::report::{Answer, Question};
    let verdict = proof.report.verdicts.iter().find(|it| it.question == Question::BreakGlassWorks);
    match verdict.map(|it| it.answer) {
        Some(Answer::Proved) => Worth::Useful,
        Some(Answer::Refuted | Answer::Undecided) | None => Worth::Open,
    }
}

async fn glass(admin: Admin, Query(marks): Query<Marks>) -> Answer {
    let mut reader = or_answer!(admin.reader(Right::ReadPolicies).await?);
    let mut page = glass_page(&admin, &mut reader).await?;
    page.desk = admin.desk_after(&marks.done).await?;
    Ok(admin.page(&page))
}

async fn declare(Ordered { admin, form }: Ordered) -> Answer {
    if let Err(denied) = admin.caller().may(Right::WriteSettings) {
        return admin.denied(&denied).await;
    }
    let mut reader = or_answer!(admin.reader(Right::ReadPolicies).await?);
    let found = people(&mut reader, form.lines(fields::MEMBERS)).await?;
    let fault = match found {
        Ok(ids) => match declared(&admin, &ids).await? {
            Ok(fault) => fault,
            Err(response) => return Ok(response),
        },
        Err(why) => Some(why),
    };
    let Some(fault) = fault else { return Ok(admin.after(paths::BREAK_GLASS, "saved")) };
    let page = glass_page(&admin, &mut reader).await?;
    let page = BreakGlass { typed: typed(&form), fault, ..page };
    Ok(admin.page_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
}

fn typed(form: &Form) -> String {
    form.lines(fields::MEMBERS).collect::<Vec<_>>().join("\n")
}

/// Writes the accounts into the tenant's `cardea.toml`; what is wrong with that, if anything.
async fn declared(
    admin: &Admin,
    ids: &[String],
) -> Result<Result<Option<String>, axum::response::Response>, Broken> {
    let text = match admin.visit.web.idp().check_settings(admin.caller()).await? {
        Ok(text) => text,
        Err(denied) => return Ok(Err(admin.denied(&denied).await?)),
    };
    match with_users(&text, ids) {
        Some(text) => set(admin, &text).await,
        None => Ok(Ok(Some(
            "The tenant's cardea.toml declares accounts in a way that only its text can change: see Settings."
                .to_owned(),
        ))),
    }
}

/// The settings with these accounts for emergencies, everything else as it is; `None` where the list
/// is not one line of its own.
fn with_users(text: &str, ids: &[String]) -> Option<String> {
    let quoted: Vec<String> =
        ids.iter().map(|id| serde_json::Value::from(id.as_str()).to_string()).collect();
    let line = format!("users = [{}]", quoted.join(", "));
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let Some(head) = lines.iter().position(|it| it.trim() == "[breakglass]") else {
        let separator = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
        return Some(format!("{text}{separator}\n[breakglass]\n{line}\n"));
    };
    let end = lines.iter().skip(head + 1).position(|it| it.trim_start().starts_with('['));
    let end = end.map_or(lines.len(), |end| head + 1 + end);
    let users = (head + 1..end)
        .find(|at| lines.get(*at).is_some_and(|it| it.trim_start().starts_with("users")));
    match users {
        None => lines.insert(head + 1, line),
        Some(at) => {
            let old = lines.get_mut(at)?;
            if !old.trim_end().ends_with(']') {
                return None;
            }
            *old = line;
        }
    }
    Some(lines.join("\n") + "\n")
}

async fn keys(admin: Admin) -> Answer {
    let mut reader = or_answer!(admin.reader(Right::ReadPolicies).await?);
    let rows = reader.signing_keys().await?.into_iter().map(|key| KeyRow {
        id: key.kid.clone(),
        algorithm: key.algorithm.clone(),
        since: Moment(key.created),
        use_now: match key.state {
            KeyState::Active => KeyUse::Signs,
            KeyState::Next => KeyUse::Next,
            KeyState::Retiring => KeyUse::Verifies,
        },
    });
    let rows = rows.collect();
    Ok(admin.page(&Keys { desk: admin.desk().await?, rows }))
}

async fn health(admin: Admin) -> Answer {
    let mut reader = or_answer!(admin.reader(Right::ReadPolicies).await?);
    let idp = admin.visit.web.idp();
    let snapshot = idp.snapshot().await?;
    let row = |what: &str, (tone, state): (Tone, &str), detail: String| HealthRow {
        what: what.to_owned(),
        tone,
        state: state.to_owned(),
        detail,
    };
    let proof = match idp.standing(admin.visit.now).await? {
        Standing::Current(proof) => {
            row("Proof", (Tone::Plain, "current"), proof.fingerprint.clone())
        }
        Standing::Stale(_) => {
            row("Proof", (Tone::Open, "from before the last change"), String::new())
        }
        Standing::Running => row("Proof", (Tone::Open, "being made"), String::new()),
        Standing::Missing => row("Proof", (Tone::Open, "not made yet"), String::new()),
    };
    let chain = match reader.verify_audit().await? {
        Chain::Whole { records } => row(
            "Log of changes",
            (Tone::Plain, "whole"),
            format!("{records} entries, each linked to the one before"),
        ),
        Chain::Broken { number } => row(
            "Log of changes",
            (Tone::Bad, "broken"),
            format!("entry {number} is not what was written"),
        ),
    };
    let unusable = snapshot.unusable.len();
    let apps = if unusable == 0 {
        row("App registrations", (Tone::Plain, "all usable"), String::new())
    } else {
        row(
            "App registrations",
            (Tone::Weak, "not all usable"),
            format!("{unusable} cannot be used as they are"),
        )
    };
    let database =
        row("Database", (Tone::Plain, "answers"), format!("revision {}", snapshot.revision));
    let address = admin.visit.visitor.address;
    let seen = address.map_or_else(|| "unknown".to_owned(), |it| it.to_string());
    let proxy = row("Your address", (Tone::Plain, "seen"), seen);
    let rows = vec![database, proof, chain, apps, proxy];
    Ok(admin.page(&Health { desk: admin.desk().await?, rows }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accounts_are_declared_and_everything_else_stays() {
        let ids = ["a".to_owned(), "b".to_owned()];
        assert_eq!(with_users("", &ids).unwrap(), "\n[breakglass]\nusers = [\"a\", \"b\"]\n");
        let text = "x = 1\n[breakglass]\nmethods = [\"password\"]\nusers = [\"old\"]\n[[accept]]\nrule = \"r\"\n";
        let expected = "x = 1\n[breakglass]\nmethods = [\"password\"]\nusers = [\"a\", \"b\"]\n[[accept]]\nrule = \"r\"\n";
        assert_eq!(with_users(text, &ids).unwrap(), expected);
        assert_eq!(with_users("[breakglass]\nusers = [\n\"a\"]\n", &ids), None);
    }
}
