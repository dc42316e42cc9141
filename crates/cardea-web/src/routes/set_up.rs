//! `/setup`: administrators make their first passkeys with a link that works once, at the beginning
//! of a tenant and after a recovery.

use axum::Router;
use axum::response::Response;
use axum::routing::get;
use cardea_idp::registration::Registered;
use cardea_idp::set_up::SetUp;

use crate::pages::setup::{SetUp as SetUpPage, SetUpDone, SetUpPasskey, Turn};
use crate::pages::{Ceremony, Problem};
use crate::posted::Posted;
use crate::respond::{Answer, set_cookie};
use crate::visit::{SET_UP, Visit};
use crate::web::{Broken, Web};
use crate::{fields, paths};

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route(paths::SET_UP, get(page).post(opened))
        .route(paths::SET_UP_PASSKEY, get(passkey).post(made))
        .route(paths::SET_UP_DONE, get(done))
}

async fn page(visit: Visit) -> Answer {
    Ok(code_page(&visit, Vec::new()))
}

/// The same page whether somebody is awaited or not: the code alone decides.
fn code_page(visit: &Visit, problems: Vec<Problem>) -> Response {
    let seen_from = visit.visitor.address.map(|it| it.to_string());
    let page = SetUpPage {
        frame: visit.frame(),
        problems,
        address: visit.web.origin().clone(),
        seen_from: seen_from.unwrap_or_else(|| "an address that it cannot tell".to_owned()),
    };
    visit.page(&page)
}

async fn opened(posted: Posted) -> Answer {
    let visit = &posted.visit;
    let code = posted.text(fields::SET_UP_CODE);
    let Some(handle) = visit.web.idp().open_set_up(code, visit.now).await? else {
        return Ok(code_page(visit, vec![Problem::SetUpCodeRefused]));
    };
    let mut response = visit.see(paths::SET_UP_PASSKEY);
    set_cookie(&mut response, &visit.cookie(SET_UP, handle.expose(), None));
    Ok(response)
}

async fn passkey(visit: Visit) -> Answer {
    match standing(&visit).await? {
        Some(set_up) => passkey_page(&visit, &set_up, Vec::new()).await,
        None => Ok(visit.see(paths::SET_UP)),
    }
}

async fn passkey_page(visit: &Visit, set_up: &SetUp, problems: Vec<Problem>) -> Answer {
    let asked = visit.web.idp().ask_set_up_passkey(set_up, visit.now).await?;
    let (Some(next), Some(asked)) = (&set_up.next, asked) else {
        return Ok(visit.see(paths::SET_UP_DONE));
    };
    let page = SetUpPasskey {
        frame: visit.frame(),
        problems,
        turn: Turn { number: set_up.made + 1, of: set_up.made + set_up.left },
        administrator: next.upn.clone(),
        ceremony: Ceremony { options: asked.options },
    };
    Ok(visit.page(&page))
}

async fn made(posted: Posted) -> Answer {
    let visit = &posted.visit;
    let Some(set_up) = standing(visit).await? else { return Ok(visit.see(paths::SET_UP)) };
    let answer = posted.text(fields::CREDENTIAL);
    if answer.is_empty() {
        return passkey_page(visit, &set_up, vec![Problem::PasskeyNotMade]).await;
    }
    match visit.web.idp().make_set_up_passkey(&set_up, answer, visit.now).await? {
        // The next one's turn, or done; also where another tab was faster.
        Registered::Done { .. } | Registered::NotNow => Ok(visit.see(paths::SET_UP_PASSKEY)),
        Registered::Refused(error) => {
            tracing::info!(event = "passkey_not_registered", code = error.code().as_str());
            passkey_page(visit, &set_up, vec![Problem::PasskeyNotMade]).await
        }
        Registered::NotAllowed
        | Registered::TooMany
        | Registered::CertificateRevoked
        | Registered::ChallengeGone
        | Registered::WrongCode => {
            passkey_page(visit, &set_up, vec![Problem::PasskeyNotMade]).await
        }
    }
}

async fn done(visit: Visit) -> Answer {
    let Some(set_up) = standing(&visit).await? else { return Ok(visit.see(paths::SET_UP)) };
    if set_up.next.is_some() {
        return Ok(visit.see(paths::SET_UP_PASSKEY));
    }
    let page = SetUpDone { frame: visit.frame(), made: set_up.made, sheet: set_up.sheet };
    Ok(visit.page(&page))
}

/// The set-up of the browser's cookie, if it has opened a link.
async fn standing(visit: &Visit) -> Result<Option<SetUp>, Broken> {
    match &visit.set_up {
        Some(handle) => Ok(visit.web.idp().set_up(handle, visit.now).await?),
        None => Ok(None),
    }
}
