//! Passes and exemptions.

use axum::Router;
use axum::extract::Query;
use axum::routing::get;
use cardea_check::report::Answer as Verdict;
use cardea_idp::admin::outlook::Question;
use cardea_idp::admin::right::Right;
use cardea_idp::{Pass, Platform, Rows};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Deserialize;

use super::desk::Admin;
use super::known::json;
use super::person::{control_words, policy_name, verdict};
use super::policies::or_answer;
use super::policy_form::list;
use crate::pages::Moment;
use crate::pages::admin::table::Pager;
use crate::pages::admin::temporary::{
    ExemptRow, ExemptionEnd, ExemptionRow, Exemptions, PassRow, Passes, Worth,
};
use crate::paths::admin as paths;
use crate::respond::Answer;
use crate::web::{Broken, Web};

pub(super) fn routes() -> Router<Web> {
    Router::new().route(paths::PASSES, get(passes)).route(paths::EXEMPTIONS, get(exemptions))
}

/// Whether a pass works now or will.
pub(super) fn is_live(pass: &Pass, now: Timestamp) -> bool {
    let is_spent = cardea_idp::is_usable_once(pass) && pass.used_at.is_some();
    pass.closed.is_none() && now < pass.issued.ends && !is_spent
}

async fn passes(admin: Admin) -> Answer {
    let mut reader = or_answer!(admin.reader(Right::ReadMethods).await?);
    let mut live = reader.all_passes().await?;
    live.retain(|pass| is_live(pass, admin.visit.now));
    live.sort_by_key(|pass| pass.issued.ends);
    let mut rows = Vec::new();
    for pass in live {
        let person = reader.person(&pass.issued.person).await?;
        let issuer = reader.person(&pass.issued.issued_by).await?;
        let once = cardea_idp::is_usable_once(&pass);
        let worth = worth(&admin, &pass).await?;
        rows.push(PassRow {
            name: person.map_or_else(|| pass.issued.person.clone(), |it| it.display_name),
            person: pass.issued.person,
            starts: Moment(pass.issued.starts),
            ends: Moment(pass.issued.ends),
            uses: if once { "once".to_owned() } else { "as often as needed".to_owned() },
            issuer: issuer.map_or(pass.issued.issued_by, |it| it.display_name),
            worth,
        });
    }
    let desk = admin.desk().await?;
    Ok(admin.page(&Passes { desk, rows, pager: Pager::default() }))
}

/// Whether the bearer of a pass gets on with it, on a computer or a phone.
async fn worth(admin: &Admin, pass: &Pass) -> Result<Worth, Broken> {
    if admin.visit.now < pass.issued.starts {
        return Ok(Worth::Open);
    }
    let idp = admin.visit.web.idp();
    let person = &pass.issued.person;
    let asked = [Platform::Windows, Platform::Android, Platform::Ios]
        .map(|on| Question::any_app(person, on));
    Ok(match idp.told(admin.caller(), &asked, admin.visit.now).await? {
        Err(_) => Worth::Open,
        Ok(None) => Worth::Useless("the account is off".to_owned()),
        Ok(Some(told)) if told.iter().any(|it| verdict(&it.next) == Verdict::Proved) => {
            Worth::Useful
        }
        Ok(Some(_)) => Worth::Useless("no policy that stops this person accepts it".to_owned()),
    })
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Marks {
    done: String,
}

async fn exemptions(admin: Admin, Query(marks): Query<Marks>) -> Answer {
    let mut reader = or_answer!(admin.reader(Right::ReadPolicies).await?);
    let proof = admin.visit.web.idp().proof(admin.visit.now).await?;
    let today = admin.visit.now.to_zoned(TimeZone::UTC).date().to_string();
    let config = proof.config.clone().resolved(&proof.lowered.names);
    let policies = reader.objects("conditionalAccessPolicy").await?;
    let findings = &proof.report.findings;
    let has_finding = findings.iter().any(|it| it.rule == "expired-exemption");
    let mut rows = Vec::new();
    for exemption in &config.exemptions {
        let group = exemption.group.as_str();
        let name = reader.object("group", group).await?.map(|it| it.name);
        let excludes = |policy: &&cardea_idp::Object| {
            list(&json(policy), "/conditions/users/excludeGroups").any(|it| it == group)
        };
        let until = exemption.until.to_string();
        rows.push(ExemptionRow {
            group: group.to_owned(),
            name: name.unwrap_or_else(|| group.to_owned()),
            people: reader.members(group).await?.len(),
            policies: policies.iter().filter(excludes).map(|it| it.name.clone()).collect(),
            end: if until < today { ExemptionEnd::Over } else { ExemptionEnd::Live },
            until,
            rule: if has_finding { "expired-exemption".to_owned() } else { String::new() },
        });
    }
    rows.sort_by(|left, right| left.until.cmp(&right.until));
    let people = people(&admin, &mut reader).await?;
    let desk = admin.desk_after(&marks.done).await?;
    Ok(admin.page(&Exemptions { desk, people, rows }))
}

/// People who are exempt for hours.
async fn people(admin: &Admin, reader: &mut Rows) -> Result<Vec<ExemptRow>, Broken> {
    let all = admin.visit.web.idp().exemptions(admin.caller()).await?.unwrap_or_default();
    let mut rows = Vec::new();
    for it in all {
        let person = reader.person(&it.person).await?;
        let by = reader.person(&it.by).await?;
        rows.push(ExemptRow {
            name: person.map_or_else(|| it.person.clone(), |row| row.display_name),
            policy: (it.policy.clone(), policy_name(reader, &it.policy).await?),
            control: control_words(reader, &it.control).await?,
            ends: Moment(it.ends),
            by: by.map_or(it.by, |row| row.display_name),
            person: it.person,
            id: it.id,
        });
    }
    Ok(rows)
}
