//! A fix of a draft: looked at, and used in the draft's place.

use axum::Router;
use axum::routing::post;
use cardea_check::render::html::view::FixView;
use cardea_idp::admin::edit::{Edit, Edits};
use cardea_idp::admin::shape;
use serde_json::Value;

use super::read::Read;
use super::{POLICY, again};
use crate::fields::admin as fields;
use crate::pages::admin::editor::Saving;
use crate::pages::admin::findings::FixPage;
use crate::pages::admin::policies::PolicyState;
use crate::pages::admin::proof::{PanelState, ProofPanel};
use crate::paths::admin as paths;
use crate::respond::Answer;
use crate::routes::admin::desk::{Admin, Form, Ordered};
use crate::routes::admin::drafted::{
    self, Attempt, Settled, brought, fix_of, make, panel, stopped,
};
use crate::routes::admin::known::json;
use crate::routes::admin::policies::or_answer;
use crate::routes::admin::policy_form::text;
use crate::routes::admin::shown::{sentence_start, titled};
use crate::web::{Broken, Web};

pub(super) fn routes() -> Router<Web> {
    Router::new().route(paths::DRAFT_FIX, post(fix))
}

/// Shows a fix of a draft, or uses it.
async fn fix(Ordered { admin, form }: Ordered) -> Answer {
    let read = or_answer!(Read::of(&admin, &form, form.one("id")).await?);
    let Ok(object) = read.object(&admin, Some(PolicyState::On))? else {
        return again(
            &admin,
            &form,
            &read,
            (ProofPanel { state: PanelState::Unasked }, Saving::Free),
        )
        .await;
    };
    let back = match &read.before {
        Some(before) => paths::one(paths::POLICIES, &before.id),
        None => paths::NEW_POLICY.to_owned(),
    };
    let edits = read.edits(object, &form);
    let Ok(draft) = or_answer!(drafted::draft(&admin, &edits).await?) else {
        return admin.unknown("policy any more", paths::POLICIES).await;
    };
    let Some((finding, fix)) = fix_of(&draft, form.one(fields::FIX)) else {
        return admin.unknown("fix any more", &back).await;
    };
    let brought = brought(&admin, fix).await?;
    // The fix is of the draft, so the draft comes with it where the fix leaves it alone.
    let mut with_fix = edits.clone();
    with_fix.edits.extend(brought.edits.edits);
    with_fix.activity = "Apply a proved fix";
    match form.one(crate::fields::CHOICE) {
        "on" => use_fix(&admin, &form, (with_fix, &back)).await,
        "report-only" => use_fix(&admin, &form, (eased(with_fix, &admin)?, &back)).await,
        _ => {
            let panel = match or_answer!(drafted::draft(&admin, &with_fix).await?) {
                Ok(draft) => panel(&draft, admin.visit.now),
                Err(stop) => stopped(&stop),
            };
            let mut posted = form.pairs().to_vec();
            posted.retain(|(name, _)| name != crate::fields::CSRF && name != crate::fields::CHOICE);
            let page = FixPage {
                desk: admin.desk().await?,
                message: sentence_start(&finding.message),
                fix: titled(FixView::new(fix)),
                action: paths::DRAFT_FIX.to_owned(),
                posted,
                back,
                panel,
            };
            Ok(admin.page(&page))
        }
    }
}

/// The same changes with every policy in report-only mode.
pub(in crate::routes::admin) fn eased(mut edits: Edits, admin: &Admin) -> Result<Edits, Broken> {
    let state = serde_json::json!({ "state": PolicyState::ReportOnly.word() });
    let Value::Object(state) = state else { return Ok(edits) };
    for edit in &mut edits.edits {
        if let Edit::Put(object) = edit
            && object.kind == POLICY
            && text(&json(object), "/state") == PolicyState::On.word()
            && let Ok(eased) = shape::patched(object, &state, admin.visit.now)?
        {
            *object = eased;
        }
    }
    Ok(edits)
}

async fn use_fix(admin: &Admin, form: &Form, (edits, back): (Edits, &str)) -> Answer {
    let attempt =
        Attempt { what: "the fix", action: paths::DRAFT_FIX, form, fix_action: "", back, mine: "" };
    match make(admin, (&edits, &attempt)).await? {
        Settled::Done => Ok(admin.after(paths::POLICIES, "fixed")),
        Settled::Not(response) => Ok(response),
    }
}
