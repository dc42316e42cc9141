//! The admin center's routes: each asks who it is, asks the use case, and fills a page.

mod desk;
mod drafted;
mod findings;
mod known;
mod policies;
mod policy_form;
mod shown;

use axum::Router;

use crate::web::Web;

pub(super) fn routes() -> Router<Web> {
    Router::new().merge(policies::routes()).merge(findings::routes())
}
