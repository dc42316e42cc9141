//! A form that came after the session had ended, shown again after signing in.

use axum::Router;
use axum::routing::get;

use super::desk::Admin;
use crate::pages::admin::resume::Resume;
use crate::paths::admin as paths;
use crate::respond::Answer;
use crate::web::Web;

pub(super) fn routes() -> Router<Web> {
    Router::new().route(paths::RESUME, get(resume))
}

async fn resume(admin: Admin) -> Answer {
    let visit = &admin.visit;
    let Some(form) = visit.web.unsent().of(&visit.browser, visit.now) else {
        return Ok(admin.after(paths::HOME, ""));
    };
    let page = Resume { desk: admin.desk().await?, action: form.action, pairs: form.pairs };
    Ok(admin.page(&page))
}
