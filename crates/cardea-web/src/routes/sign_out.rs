//! Signing out: by the person, or because an application asks.

use axum::Router;
use axum::extract::{Path, RawQuery};
use axum::routing::{get, post};
use cardea_idp::sign_out::Ended;
use cardea_oidc::parameters::Parameters;

use crate::pages::signout::{Extent, SignOut, SignedOut};
use crate::paths;
use crate::posted::Posted;
use crate::respond::{Answer, set_cookie};
use crate::visit::{SESSION, SIGN_IN, Visit};
use crate::web::Web;

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/{tenant}/oauth2/v2.0/logout", get(asked))
        .route(paths::SIGN_OUT, get(page).post(posted))
        .route(paths::SIGN_OUT_EVERYWHERE, post(everywhere))
}

async fn page(visit: Visit) -> Answer {
    Ok(visit.page(&SignOut { frame: visit.frame() }))
}

async fn posted(posted: Posted) -> Answer {
    let visit = &posted.visit;
    visit.web.idp().sign_out(&visit.browser(), visit.now).await?;
    Ok(ended(visit, Extent::Here, ""))
}

async fn everywhere(posted: Posted) -> Answer {
    let visit = &posted.visit;
    let idp = visit.web.idp();
    let Some(session) = idp.session(&visit.browser(), visit.now).await? else {
        return Ok(ended(visit, Extent::Nothing, ""));
    };
    idp.sign_out_everywhere(&session.person, visit.now).await?;
    Ok(ended(visit, Extent::Everywhere, ""))
}

/// An application asks (OpenID Connect RP-Initiated Logout 1.0). Without a good ID token of this
/// very session the person is asked.
async fn asked(visit: Visit, Path(_segment): Path<String>, RawQuery(query): RawQuery) -> Answer {
    let parameters = Parameters::decode(query.unwrap_or_default().as_bytes());
    match visit.web.idp().end_session(&parameters, &visit.browser(), visit.now).await? {
        Ended::Ask => Ok(visit.page(&SignOut { frame: visit.frame() })),
        Ended::Done => Ok(ended(&visit, Extent::Here, "")),
        Ended::Return(location) => {
            let mut response = visit.see(&location);
            set_cookie(&mut response, &visit.no_cookie(SESSION));
            Ok(response)
        }
    }
}

fn ended(visit: &Visit, extent: Extent, onward: &str) -> axum::response::Response {
    let page =
        SignedOut { frame: visit.frame(), extent, onward: onward.to_owned(), app: String::new() };
    let mut response = visit.page(&page);
    set_cookie(&mut response, &visit.no_cookie(SESSION));
    set_cookie(&mut response, &visit.no_cookie(SIGN_IN));
    response
}
