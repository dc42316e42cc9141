//! The admin center's routes: each asks who it is, asks the use case, and fills a page.

mod apps;
mod building;
mod desk;
mod drafted;
mod findings;
mod groups;
mod home;
mod import;
mod known;
mod logs;
mod methods;
mod newcomer;
mod people;
mod person;
mod policies;
mod policy_form;
mod prospects;
mod resume;
mod roles;
mod rollout;
mod settings;
mod shown;
mod temporary;
mod what_if;

use axum::Router;

pub(super) use person::{control_words, policy_name};

use crate::web::Web;

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .merge(home::routes())
        .merge(resume::routes())
        .merge(people::routes())
        .merge(person::routes())
        .merge(newcomer::routes())
        .merge(groups::routes())
        .merge(roles::routes())
        .merge(temporary::routes())
        .merge(policies::routes())
        .merge(import::routes())
        .merge(findings::routes())
        .merge(building::routes())
        .merge(methods::routes())
        .merge(rollout::routes())
        .merge(what_if::routes())
        .merge(apps::routes())
        .merge(logs::routes())
        .merge(settings::routes())
}
