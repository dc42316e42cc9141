//! What the help desk did for a person before, and what became of it.

use cardea_idp::admin::exemption::{BEGUN, Control, Exemption};
use cardea_idp::admin::right::Right;
use cardea_idp::{Pass, Rows};
use jiff::Timestamp;
use serde_json::Value;

use super::super::desk::Admin;
use super::super::policy_form::text;
use crate::pages::Moment;
use crate::pages::admin::person::{COMPLIANT, Past};
use crate::paths::admin as paths;
use crate::web::Broken;

/// Entries of the log in which the help desk's work is looked for.
const LOOKED_AT: u32 = 1_000;
/// What became of something that ended before the person added a way to sign in.
const MISSED: &str = "missed window";

/// What the help desk did for the person before.
pub(super) async fn of(admin: &Admin, reader: &mut Rows, id: &str) -> Result<Vec<Past>, Broken> {
    if admin.caller().may(Right::ReadLogs).is_err()
        && admin.caller().may(Right::WriteMethods).is_err()
    {
        return Ok(Vec::new());
    }
    let mut known = Known::read(admin, reader, id).await?;
    let mut history = Vec::new();
    let records = reader.audit_records(None, LOOKED_AT).await?;
    for record in records.into_iter().filter(|it| it.entry.target == id) {
        let entry: Value = serde_json::from_str(&record.entry.json).unwrap_or_default();
        let is_of_pass = text(&entry, "/method") == "temporaryAccessPass";
        let Became { end, again } = if record.entry.action == BEGUN {
            known.of_exemption(&entry)
        } else if is_of_pass {
            known.of_pass(text(&entry, "/id"))
        } else {
            Became::default()
        };
        let check = text(&entry, "/identity");
        let what = match (is_of_pass, check) {
            (true, "") => "Temporary Access Pass".to_owned(),
            (true, check) => format!("Temporary Access Pass ({check})"),
            (false, "") => record.entry.action,
            (false, check) => format!("{} ({check})", record.entry.action),
        };
        let actor = reader.person(&record.entry.actor).await?;
        history.push(Past {
            at: Moment(record.created),
            what,
            actor: actor.map_or(record.entry.actor, |it| it.display_name),
            end,
            again,
        });
    }
    Ok(history)
}

/// What became of something that was issued, and where it is issued again.
#[derive(Debug, Default)]
struct Became {
    end: String,
    again: String,
}

/// What tells whether a window was used.
struct Known {
    person: String,
    now: Timestamp,
    pass: Option<Pass>,
    /// When ways to sign in were added.
    added: Vec<Timestamp>,
    /// Exemptions that have not ended.
    live: Vec<Exemption>,
    /// Whether it was said already how the latest exemption can be given again.
    told: bool,
}

impl Known {
    async fn read(admin: &Admin, reader: &mut Rows, id: &str) -> Result<Self, Broken> {
        let passkeys = reader.passkeys(id).await?.into_iter().map(|it| it.created);
        let mut added: Vec<Timestamp> = passkeys.collect();
        added.extend(reader.totps(id).await?.into_iter().map(|it| it.created));
        Ok(Self {
            person: paths::one(paths::PEOPLE, id),
            now: admin.visit.now,
            pass: reader.pass(id).await?,
            added,
            live: admin.visit.web.idp().exemptions_of(id).await?,
            told: false,
        })
    }

    /// Of a pass only the latest is kept.
    fn of_pass(&self, id: &str) -> Became {
        let Some(pass) = self.pass.as_ref().filter(|it| it.issued.id == id) else {
            return Became::default();
        };
        let (end, again) = match pass.used_at {
            Some(_) => ("used", String::new()),
            None if self.now < pass.issued.ends => ("not used yet", String::new()),
            None => (MISSED, self.again(&[("again", "pass")])),
        };
        Became { end: end.to_owned(), again }
    }

    fn of_exemption(&mut self, entry: &Value) -> Became {
        let edits = entry.get("objects").and_then(Value::as_array).into_iter().flatten();
        let found = edits.filter_map(|it| it.pointer("/after/exemption")).next_back();
        let read = found.and_then(|it| serde_json::from_value::<Exemption>(it.clone()).ok());
        let Some(it) = read else { return Became::default() };
        let is_latest = !std::mem::replace(&mut self.told, true);
        if self.live.iter().any(|live| live.id == it.id) {
            let end = format!("until {}", Moment(it.ends).day_and_time());
            return Became { end, again: String::new() };
        }
        if self.added.iter().any(|at| (it.begun..=it.ends).contains(at)) {
            return Became { end: "used".to_owned(), again: String::new() };
        }
        let hours = it.ends.duration_since(it.begun).as_hours().to_string();
        let location = match &it.control {
            Control::Within(location) => location.as_str(),
            Control::CompliantDevice => COMPLIANT,
        };
        let filled = [
            ("again", "exemption"),
            ("policy", it.policy.as_str()),
            ("hours", &hours),
            ("location", location),
        ];
        let again = if is_latest { self.again(&filled) } else { String::new() };
        Became { end: MISSED.to_owned(), again }
    }

    fn again(&self, filled: &[(&str, &str)]) -> String {
        paths::filtered(&self.person, filled) + "#help"
    }
}
