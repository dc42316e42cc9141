//! The list of people.

use std::collections::{BTreeSet, HashMap};

use axum::Router;
use axum::extract::Query;
use axum::response::Response;
use axum::routing::get;
use cardea_idp::admin::outlook::Prospect;
use cardea_idp::admin::right::Right;
use cardea_idp::{Account, Person, PersonIndex, Rows};
use serde::Deserialize;

use super::desk::Admin;
use super::findings::found;
use super::policies::or_answer;
use super::prospects::{prospects, ready};
use crate::fields::admin as fields;
use crate::pages::admin::directory::{AccountState, People, PersonRow};
use crate::pages::admin::home::Ready;
use crate::pages::admin::table::Pager;
use crate::pages::admin::{Desk, grouped};
use crate::paths::admin as paths;
use crate::respond::Answer;
use crate::web::{Broken, Web};

/// People on a page.
const PAGE: u32 = 50;
/// People read at once.
const CHUNK: u32 = 1_000;

pub(super) fn routes() -> Router<Web> {
    Router::new().route(paths::PEOPLE, get(people))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Marks {
    q: String,
    ready: String,
    finding: String,
    group: String,
    after: String,
}

async fn people(admin: Admin, Query(marks): Query<Marks>) -> Answer {
    let mut reader = or_answer!(admin.reader(Right::ReadDirectory).await?);
    let found = or_answer!(prospects(&admin).await?);
    let prospects: HashMap<&str, Prospect> = found
        .as_ref()
        .map(|it| it.iter().map(|(id, prospect)| (id.as_str(), *prospect)).collect())
        .unwrap_or_default();
    let of_finding = or_answer!(of_finding(&admin, &marks.finding).await?);
    let of_group = of_group(&admin, &marks.group).await?;
    let group = Ready::from_word(&marks.ready);
    let is_wanted = |person: &Person| {
        let is_in = of_finding.as_ref().is_none_or(|ids| ids.contains(&person.id));
        let is_in = is_in && of_group.as_ref().is_none_or(|ids| ids.contains(&person.id));
        let of = prospects.get(person.id.as_str()).copied().map(ready);
        is_in && group.is_none_or(|group| of == Some(group))
    };
    let words = marks.q.trim();
    let start = u32::try_from(start(&marks.after)).unwrap_or(u32::MAX);
    let is_all = of_finding.is_none() && of_group.is_none() && group.is_none();
    let (total, shown) = some(&mut reader, (words, start), (!is_all).then_some(is_wanted)).await?;
    let may_read = admin.caller().may(Right::ReadMethods).is_ok();
    let mut rows = Vec::new();
    for person in shown {
        let methods =
            if may_read { methods(&mut reader, &person.id).await? } else { String::new() };
        rows.push(PersonRow {
            ready: prospects.get(person.id.as_str()).copied().map(ready),
            account: match person.account {
                Account::Enabled => AccountState::Enabled,
                Account::Disabled => AccountState::Disabled,
            },
            name: person.display_name,
            upn: person.upn.as_str().to_owned(),
            id: person.id,
            methods,
        });
    }
    let page = People {
        pager: pager(&marks, (total, rows.len())),
        desk: Desk { search: marks.q.clone(), ..admin.desk().await? },
        rows,
        narrowed: if !marks.finding.is_empty() {
            "The people whom a finding is about.".to_owned()
        } else if marks.group.is_empty() {
            String::new()
        } else {
            let group = reader.object("group", &marks.group).await?.map(|it| it.name);
            format!("The people of {}.", group.unwrap_or_else(|| marks.group.clone()))
        },
        ready: marks.ready,
    };
    Ok(admin.page(&page))
}

/// Where a page of a list begins. What is no number is the beginning.
pub(super) fn start(after: &str) -> usize {
    after.parse().unwrap_or_default()
}

fn pager(marks: &Marks, (total, shown): (u32, usize)) -> Pager {
    let (start, total) = (start(&marks.after), usize::try_from(total).unwrap_or(usize::MAX));
    let at = |after: usize| {
        let after = after.to_string();
        let pairs = [
            (fields::SEARCH, marks.q.as_str()),
            ("ready", &marks.ready),
            ("finding", &marks.finding),
            ("group", &marks.group),
            (fields::AFTER, &after),
        ];
        let set: Vec<_> = pairs.into_iter().filter(|(_, value)| !value.is_empty()).collect();
        paths::filtered(paths::PEOPLE, &set)
    };
    let end = start.saturating_add(shown);
    Pager {
        extent: if shown == 0 {
            String::new()
        } else {
            format!(
                "{} to {} of {}",
                grouped(start.saturating_add(1)),
                grouped(end),
                grouped(total)
            )
        },
        back: if start == 0 {
            String::new()
        } else {
            at(start.saturating_sub(usize::try_from(PAGE).unwrap_or(usize::MAX)))
        },
        on: if end < total { at(end) } else { String::new() },
    }
}

/// How many people of these words a filter wants, and those of the page that begins after so many.
/// Nobody but them is kept, however many people there are.
async fn some(
    reader: &mut Rows,
    (words, start): (&str, u32),
    is_wanted: Option<impl Fn(&Person) -> bool>,
) -> Result<(u32, Vec<Person>), Broken> {
    let Some(is_wanted) = is_wanted else {
        let page = reader.people_by_name(words, (start, PAGE)).await?;
        return Ok((reader.count_people(words).await?, page));
    };
    let page = start..start.saturating_add(PAGE);
    let (mut read, mut wanted, mut shown) = (0, 0_u32, Vec::new());
    loop {
        let people = reader.people_by_name(words, (read, CHUNK)).await?;
        if people.is_empty() {
            return Ok((wanted, shown));
        }
        read = read.saturating_add(CHUNK);
        for person in people.into_iter().filter(&is_wanted) {
            if page.contains(&wanted) {
                shown.push(person);
            }
            wanted = wanted.saturating_add(1);
        }
    }
}

/// The ids of the people of a finding; `None` where none is asked for.
async fn of_finding(
    admin: &Admin,
    id: &str,
) -> Result<Result<Option<BTreeSet<String>>, Response>, Broken> {
    if id.is_empty() {
        return Ok(Ok(None));
    }
    if let Err(denied) = admin.caller().may(Right::ReadPolicies) {
        return Ok(Err(admin.denied(&denied).await?));
    }
    let proof = admin.visit.web.idp().proof(admin.visit.now).await?;
    let Some((finding, _)) = found(&proof, id) else {
        return Ok(Err(admin.unknown("finding any more", paths::FINDINGS).await?));
    };
    let directory = &proof.lowered.tenant.directory;
    let people = proof.roll().people(&finding.who).map(|it| directory.id(it).to_owned()).collect();
    Ok(Ok(Some(people)))
}

/// The ids of the people of a group, those of groups within it among them; `None` where none is asked
/// for.
async fn of_group(admin: &Admin, id: &str) -> Result<Option<BTreeSet<String>>, Broken> {
    if id.is_empty() {
        return Ok(None);
    }
    let snapshot = admin.visit.web.idp().snapshot().await?;
    let directory = &snapshot.tenant().directory;
    let of = |person: &PersonIndex| {
        directory.person(*person).groups.iter().any(|it| it.as_str().eq_ignore_ascii_case(id))
    };
    Ok(Some(directory.people().filter(of).map(|it| directory.id(it).to_owned()).collect()))
}

/// What somebody can sign in with, in words.
async fn methods(reader: &mut Rows, person: &str) -> Result<String, Broken> {
    let mut names = Vec::new();
    match reader.passkeys(person).await?.len() {
        0 => {}
        1 => names.push("passkey".to_owned()),
        more => names.push(format!("{more} passkeys")),
    }
    if !reader.totps(person).await?.is_empty() {
        names.push("code from an app".to_owned());
    }
    if reader.password(person).await?.is_some() {
        names.push("password".to_owned());
    }
    Ok(names.join(", "))
}
