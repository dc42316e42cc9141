//! A person's ways to sign in, as the help desk sees and removes them.

use axum::Router;
use axum::extract::{Path, Query};
use axum::routing::get;
use cardea_idp::Rows;
use cardea_idp::admin::methods::{Kind, PASSWORD, Removed};
use cardea_idp::admin::right::Right;
use serde::Deserialize;

use super::super::desk::{Admin, Ordered};
use super::super::policies::or_answer;
use super::super::temporary::is_live;
use crate::pages::Moment;
use crate::pages::admin::confirm::Confirm;
use crate::pages::admin::person::Method;
use crate::paths::admin as paths;
use crate::respond::Answer;
use crate::web::{Broken, Web};

pub(super) fn routes() -> Router<Web> {
    Router::new().route("/admin/people/{id}/remove", get(ask_to_remove).post(remove))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Marks {
    method: String,
}

/// The ways to sign in.
pub(super) async fn of(admin: &Admin, reader: &mut Rows, id: &str) -> Result<Vec<Method>, Broken> {
    let mut methods = Vec::new();
    for passkey in reader.passkeys(id).await? {
        let proven =
            if cardea_idp::is_proven(&passkey) { "model proven" } else { "model not proven" };
        let synced = if cardea_idp::is_synced(&passkey) { "synced" } else { "on one device" };
        let provider = cardea_idp::provider(&passkey.aaguid).unwrap_or("unknown model");
        methods.push(Method {
            id: passkey.id.clone(),
            kind: "Passkey".to_owned(),
            name: passkey.name.clone(),
            about: format!("{provider}, {synced}, {proven}"),
            added: Moment(passkey.created),
            used: passkey.last_used.map(Moment),
            matters: String::new(),
        });
    }
    for app in reader.totps(id).await? {
        methods.push(Method {
            id: app.id.clone(),
            kind: "Authenticator app".to_owned(),
            name: app.name.clone(),
            about: "codes of six digits".to_owned(),
            added: Moment(app.created),
            used: None,
            matters: String::new(),
        });
    }
    if let Some(password) = reader.password(id).await? {
        methods.push(Method {
            id: PASSWORD.to_owned(),
            kind: "Password".to_owned(),
            name: "Password".to_owned(),
            about: "given, not registered".to_owned(),
            added: Moment(password.changed),
            used: None,
            matters: String::new(),
        });
    }
    if let Some(pass) = reader.pass(id).await?.filter(|it| is_live(it, admin.visit.now)) {
        let once = if cardea_idp::is_usable_once(&pass) { "once" } else { "as often as needed" };
        methods.push(Method {
            id: pass.issued.id.clone(),
            kind: "Pass".to_owned(),
            name: "Temporary Access Pass".to_owned(),
            about: format!("{once}, ends {}", Moment(pass.issued.ends).day_and_time()),
            added: Moment(pass.issued.created),
            used: pass.used_at.map(Moment),
            matters: String::new(),
        });
    }
    if let [only] = methods.as_mut_slice() {
        "the only way that there is".clone_into(&mut only.matters);
    }
    Ok(methods)
}

async fn ask_to_remove(admin: Admin, Path(id): Path<String>, Query(marks): Query<Marks>) -> Answer {
    let mut reader = or_answer!(admin.reader(Right::ReadMethods).await?);
    let all = of(&admin, &mut reader, &id).await?;
    let person = reader.person(&id).await?.map(|it| it.display_name);
    let back = paths::one(paths::PEOPLE, &id);
    let (Some(method), Some(person)) = (all.iter().find(|it| it.id == marks.method), person) else {
        return admin.unknown("way to sign in", &back).await;
    };
    let page = Confirm {
        desk: admin.desk().await?,
        question: format!("Remove {} from {person}?", method.name),
        consequence: if method.matters.is_empty() {
            "It stops working at once.".to_owned()
        } else {
            format!("It stops working at once, and it is {}.", method.matters)
        },
        action: paths::of(paths::PEOPLE, &id, "remove"),
        verb: "Remove it".to_owned(),
        posted: vec![("method".to_owned(), marks.method)],
        back,
    };
    Ok(admin.page(&page))
}

async fn remove(Path(id): Path<String>, Ordered { admin, form }: Ordered) -> Answer {
    let back = paths::one(paths::PEOPLE, &id);
    let method = form.one("method");
    let idp = admin.visit.web.idp();
    for kind in Kind::ALL {
        match idp.remove_method(admin.caller(), (&id, kind, method), admin.visit.now).await? {
            Err(denied) => return admin.denied(&denied).await,
            Ok(Removed::Done) => return Ok(admin.after(&back, "removed")),
            Ok(Removed::Absent) => {}
        }
    }
    admin.unknown("way to sign in any more", &back).await
}
