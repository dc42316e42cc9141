//! People and groups that are created, one by one or from a table.

use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;
use cardea_idp::admin::edit::{Edit, Edits};
use cardea_idp::admin::right::Right;
use cardea_idp::admin::shape::{self, Json};
use cardea_idp::admin::{person, table};
use cardea_idp::{MemberKind, Membership};
use serde_json::{Value, json};

use super::desk::{Admin, Form, Ordered, sentence};
use super::drafted::{self, Attempt, Settled, make, panel, stopped, unreadable};
use super::policies::or_answer;
use crate::fields::admin as fields;
use crate::pages::admin::newcomer::{NewGroup, NewPerson, PeopleTable, Row, RowFate, TablePreview};
use crate::paths::admin as paths;
use crate::respond::Answer;
use crate::web::{Broken, Web};

const GROUP: &str = "group";

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route(paths::NEW_PERSON, get(new_person).post(create_person))
        .route(paths::NEW_GROUP, get(new_group).post(create_group))
        .route(paths::PEOPLE_TABLE, get(open_table).post(posted_table))
}

async fn person_page(admin: &Admin) -> Result<NewPerson, Broken> {
    let idp = admin.visit.web.idp();
    let mut reader = idp.store().read().await?;
    let groups = reader.objects(GROUP).await?.into_iter();
    Ok(NewPerson {
        desk: admin.desk().await?,
        name: String::new(),
        upn: String::new(),
        domain: idp.last_snapshot().row.default_domain.clone(),
        groups: groups.map(|group| (group.id, group.name)).collect(),
        chosen: Vec::new(),
        wrong: Vec::new(),
    })
}

async fn new_person(admin: Admin) -> Answer {
    if let Err(denied) = admin.caller().may(Right::WriteUsers) {
        return admin.denied(&denied).await;
    }
    Ok(admin.page(&person_page(&admin).await?))
}

async fn create_person(Ordered { admin, form }: Ordered) -> Answer {
    if let Err(denied) = admin.caller().may(Right::WriteUsers) {
        return admin.denied(&denied).await;
    }
    let (name, upn) = (form.one(fields::NAME), form.one("upn"));
    let body = json!({
        "displayName": name, "userPrincipalName": upn, "accountEnabled": true,
        "mailNickname": upn.split('@').next(),
    });
    let Value::Object(body) = body else { return Ok(admin.overtaken()) };
    let mut wrong = Vec::new();
    if name.is_empty() {
        wrong.push((fields::NAME.to_owned(), "Give the person a name.".to_owned()));
    }
    let wanted = match person::created(body, admin.visit.now)? {
        Ok(wanted) => Some(wanted),
        Err(unfit) => {
            wrong.push(("upn".to_owned(), sentence(&unfit.to_string())));
            None
        }
    };
    if let Some(taken) = taken(&admin, upn).await? {
        wrong.push(("upn".to_owned(), taken));
    }
    let (Some(wanted), true) = (wanted, wrong.is_empty()) else {
        let chosen = form.all(fields::MEMBERS).map(str::to_owned).collect();
        let (name, upn) = (name.to_owned(), upn.to_owned());
        let page = NewPerson { name, upn, chosen, wrong, ..person_page(&admin).await? };
        return Ok(admin.page_with(StatusCode::UNPROCESSABLE_ENTITY, &page));
    };
    let id = wanted.person.id.clone();
    let mut edits = Edits::one(Edit::PutPerson(Box::new(wanted.person)), "Add user");
    edits.edits.extend(form.all(fields::MEMBERS).map(|group| {
        Edit::AddMember(Membership {
            group: group.to_owned(),
            member: id.clone(),
            kind: MemberKind::Person,
        })
    }));
    let attempt = attempt((name, paths::NEW_PERSON), &form);
    match make(&admin, (&edits, &attempt)).await? {
        Settled::Done => Ok(admin.after(&paths::one(paths::PEOPLE, &id), "created")),
        Settled::Not(response) => Ok(response),
    }
}

fn attempt<'a>((what, action): (&'a str, &'a str), form: &'a Form) -> Attempt<'a> {
    Attempt { what, action, form, fix_action: "", back: action, mine: "" }
}

/// Why a name to sign in with cannot be had.
async fn taken(admin: &Admin, upn: &str) -> Result<Option<String>, Broken> {
    let mut reader = admin.visit.web.idp().store().read().await?;
    let known = super::desk::person_of(&mut reader, upn).await?;
    Ok(known
        .map(|known| format!("{} has this name, or one that looks the same.", known.display_name)))
}

async fn new_group(admin: Admin) -> Answer {
    if let Err(denied) = admin.caller().may(Right::WriteGroups) {
        return admin.denied(&denied).await;
    }
    let desk = admin.desk().await?;
    let (name, description, wrong) = (String::new(), String::new(), Vec::new());
    Ok(admin.page(&NewGroup { desk, name, description, wrong }))
}

async fn create_group(Ordered { admin, form }: Ordered) -> Answer {
    if let Err(denied) = admin.caller().may(Right::WriteGroups) {
        return admin.denied(&denied).await;
    }
    let (name, description) = (form.one(fields::NAME), form.one("description"));
    let nickname: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    let mut body = Json::new();
    for (property, value) in [
        ("displayName", Value::from(name)),
        ("description", Value::from(description)),
        ("mailEnabled", Value::from(false)),
        ("securityEnabled", Value::from(true)),
        ("mailNickname", Value::from(if nickname.is_empty() { "group" } else { &nickname })),
        ("groupTypes", json!([])),
    ] {
        body.insert(property.to_owned(), value);
    }
    let object = match shape::created(GROUP, body, admin.visit.now)? {
        Ok(object) if !name.is_empty() => object,
        Ok(_) | Err(_) => {
            let wrong = vec![(fields::NAME.to_owned(), "Give the group a name.".to_owned())];
            let (name, description) = (name.to_owned(), description.to_owned());
            let page = NewGroup { desk: admin.desk().await?, name, description, wrong };
            return Ok(admin.page_with(StatusCode::UNPROCESSABLE_ENTITY, &page));
        }
    };
    let id = object.id.clone();
    let edits = Edits::one(Edit::Put(object), "Add group");
    match make(&admin, (&edits, &attempt((name, paths::NEW_GROUP), &form))).await? {
        Settled::Done => Ok(admin.after(&paths::one(paths::GROUPS, &id), "created")),
        Settled::Not(response) => Ok(response),
    }
}

async fn open_table(admin: Admin) -> Answer {
    if let Err(denied) = admin.caller().may(Right::WriteUsers) {
        return admin.denied(&denied).await;
    }
    let desk = admin.desk().await?;
    Ok(admin.page(&PeopleTable { desk, text: String::new(), fault: String::new() }))
}

async fn posted_table(Ordered { admin, form }: Ordered) -> Answer {
    if let Err(denied) = admin.caller().may(Right::WriteUsers) {
        return admin.denied(&denied).await;
    }
    // The text is kept as it was pasted: spaces and lines count in it.
    let text = form.all("table").next().unwrap_or_default().to_owned();
    let wanted = drafted::wanted(&form);
    if wanted == "edit" || text.trim().is_empty() {
        let fault = if wanted == "edit" { "" } else { "Paste something." }.to_owned();
        let page = PeopleTable { desk: admin.desk().await?, text, fault };
        return Ok(admin.page(&page));
    }
    let mut reader = admin.visit.web.idp().store().read().await?;
    let brought = table::people(&mut reader, &text, admin.visit.now).await?;
    drop(reader);
    if wanted == "save" {
        let attempt = attempt(("the table", paths::PEOPLE_TABLE), &form);
        return match make(&admin, (&brought.edits, &attempt)).await? {
            Settled::Done => Ok(admin.after(paths::PEOPLE, "created")),
            Settled::Not(response) => Ok(response),
        };
    }
    let panel = if brought.edits.edits.is_empty() {
        unreadable("Nobody would be created, so there is nothing to prove.")
    } else {
        match or_answer!(drafted::draft(&admin, &brought.edits).await?) {
            Ok(draft) => panel(&draft, admin.visit.now),
            Err(stop) => stopped(&stop),
        }
    };
    let row = |it: &table::Line| Row {
        line: it.line,
        name: it.name.clone(),
        upn: it.upn.clone(),
        fate: match it.fate {
            table::Fate::New => RowFate::New,
            table::Fate::There => RowFate::There,
        },
    };
    let people = brought.lines.iter().map(row).collect();
    let desk = admin.desk().await?;
    Ok(admin.page(&TablePreview { desk, people, left: brought.problems, text, panel }))
}
