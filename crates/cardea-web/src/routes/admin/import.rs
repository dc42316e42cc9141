//! Graph's JSON, pasted: what would change, then the import.

use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;
use cardea_idp::admin::bring::{self, Brought, Fate as Becomes};
use cardea_idp::admin::right::Right;

use super::desk::{Admin, Form, Ordered};
use super::drafted::{self, Attempt, Settled, make, panel, stopped, unreadable};
use super::policies::{eased, or_answer};
use crate::fields::admin as fields;
use crate::pages::admin::import::{Fate, Import, ImportPreview, Incoming};
use crate::paths::admin as paths;
use crate::respond::Answer;
use crate::web::{Broken, Web};

pub(super) fn routes() -> Router<Web> {
    Router::new().route(paths::IMPORT, get(open).post(posted))
}

async fn open(admin: Admin) -> Answer {
    if let Err(denied) = admin.caller().may(Right::ReadPolicies) {
        return admin.denied(&denied).await;
    }
    let desk = admin.desk().await?;
    Ok(admin.page(&Import { desk, json: String::new(), fault: String::new() }))
}

/// The name of a kind as people read it.
fn kind(name: &str) -> &str {
    match name {
        "conditionalAccessPolicy" => "policy",
        "authenticationStrengthPolicy" => "strength",
        "ipNamedLocation" | "countryNamedLocation" | "compliantNetworkNamedLocation" => {
            "named location"
        }
        "authenticationMethodsPolicy" => "methods policy",
        "authenticationMethodConfiguration" => "method",
        "user" => "person",
        "application" | "servicePrincipal" => "app",
        "unifiedRoleAssignment" => "role assignment",
        "agreement" => "terms of use",
        "authenticationContextClassReference" => "authentication context",
        other => other,
    }
}

async fn brought(admin: &Admin, json: &str) -> Result<Brought, Broken> {
    let mut reader = admin.visit.web.idp().store().read().await?;
    Ok(bring::pasted(&mut reader, json, admin.visit.now).await?)
}

async fn posted(Ordered { admin, form }: Ordered) -> Answer {
    if let Err(denied) = admin.caller().may(Right::ReadPolicies) {
        return admin.denied(&denied).await;
    }
    // The text is kept as it was pasted; only whether there is one is asked of it without spaces.
    let json = form.all(fields::JSON).next().unwrap_or_default().to_owned();
    match drafted::wanted(&form) {
        "report-only" | "as-it-is" => take(&admin, &form, &json).await,
        "edit" => {
            let desk = admin.desk().await?;
            Ok(admin.page(&Import { desk, json, fault: String::new() }))
        }
        _ => preview(&admin, json).await,
    }
}

async fn preview(admin: &Admin, json: String) -> Answer {
    let fault = match serde_json::from_str::<serde::de::IgnoredAny>(&json) {
        _ if json.trim().is_empty() => "Paste something.".to_owned(),
        Err(error) => format!("This is not JSON: {error}."),
        Ok(_) => String::new(),
    };
    if !fault.is_empty() {
        let page = Import { desk: admin.desk().await?, json, fault };
        return Ok(admin.page_with(StatusCode::UNPROCESSABLE_ENTITY, &page));
    }
    let brought = brought(admin, &json).await?;
    let panel = if brought.edits.edits.is_empty() {
        unreadable("Nothing would change, so there is nothing to prove.")
    } else {
        match or_answer!(drafted::draft(admin, &brought.edits).await?) {
            Ok(draft) => panel(&draft, admin.visit.now),
            Err(stop) => stopped(&stop),
        }
    };
    let objects = brought.objects.iter().map(|it| Incoming {
        kind: kind(&it.kind).to_owned(),
        name: it.name.clone(),
        fate: match it.fate {
            Becomes::Added => Fate::Added,
            Becomes::Replaces => Fate::Replaces,
            Becomes::Same => Fate::Same,
        },
    });
    let page = ImportPreview {
        desk: admin.desk().await?,
        objects: objects.collect(),
        left: brought.notes,
        json,
        panel,
    };
    Ok(admin.page(&page))
}

async fn take(admin: &Admin, form: &Form, json: &str) -> Answer {
    let brought = brought(admin, json).await?;
    if brought.edits.edits.is_empty() {
        return Ok(admin.after(paths::POLICIES, ""));
    }
    let edits = brought.edits;
    let edits = if drafted::wanted(form) == "report-only" { eased(edits, admin)? } else { edits };
    let attempt = Attempt {
        what: "the import",
        action: paths::IMPORT,
        form,
        fix_action: "",
        back: paths::IMPORT,
        mine: "",
    };
    match make(admin, (&edits, &attempt)).await? {
        Settled::Done => Ok(admin.after(paths::POLICIES, "imported")),
        Settled::Not(response) => Ok(response),
    }
}
