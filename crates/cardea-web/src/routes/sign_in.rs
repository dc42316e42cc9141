//! The pages of a sign-in.

mod accounts;
pub(super) mod blocked;
mod terms;

use axum::Router;
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use axum::routing::get;
use cardea_idp::Secret;
use cardea_idp::decision::{Next, Way};
use cardea_idp::finish::{Destination, Stay, StayQuestion};
use cardea_idp::sign_in::{Attempt, Progress, Purpose, Stage};
use cardea_webauthn::{Code as Refusal, Mediation};

use self::accounts::{account_chosen, accounts};
use self::terms::{terms, terms_document, terms_posted};
use super::flow::leads_to;
use crate::pages::account;
use crate::pages::error::SessionTrouble;
use crate::pages::signin::{
    Ask, Code, Pass, Passkey, PasskeyTrouble, Password, SignIn, Way as PageWay, Ways,
};
use crate::pages::{Ceremony, CeremonyEnd, Page, Problem, Signal};
use crate::posted::Posted;
use crate::respond::{Answer, set_cookie};
use crate::visit::{SESSION, SIGN_IN, Visit};
use crate::web::Web;
use crate::{fields, paths};

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route(paths::SIGN_IN, get(name).post(name_posted))
        .route(paths::PASSKEY, get(passkey).post(passkey_posted))
        .route(paths::PASSWORD, get(password).post(password_posted))
        .route(paths::PASS, get(pass).post(pass_posted))
        .route(paths::CODE, get(code).post(code_posted))
        .route(paths::WAYS, get(ways))
        .route(paths::STAY, get(stay).post(stay_posted))
        .route(paths::TERMS, get(terms).post(terms_posted))
        .route(paths::TERMS_DOCUMENT, get(terms_document))
        .route(paths::BLOCKED, get(blocked::page))
        .route(paths::ACCOUNTS, get(accounts).post(account_chosen))
}

/// Gives the sign-in of this request, or returns the page that says why there is none.
macro_rules! progress {
    ($visit:expr) => {
        match $visit.progress().await? {
            Ok(progress) => progress,
            Err(response) => return Ok(response),
        }
    };
}
pub(super) use progress;

fn leading(visit: &Visit, progress: &Progress, page: &impl Page) -> Response {
    visit.page_to(page, StatusCode::OK, leads_to(progress))
}

async fn name(visit: Visit) -> Answer {
    let progress = progress!(visit);
    if progress.stage != Stage::Name {
        return visit.onward(&progress);
    }
    name_page(&visit, &progress, Vec::new()).await
}

async fn name_page(visit: &Visit, progress: &Progress, problems: Vec<Problem>) -> Answer {
    let asked = visit.web.idp().ask_passkey(progress, Mediation::Conditional, visit.now).await?;
    let page = SignIn {
        frame: visit.frame(),
        problems,
        name: progress.sign_in.typed.clone().unwrap_or_default(),
        ceremony: Ceremony { options: asked.options },
        signals: Vec::new(),
    };
    Ok(leading(visit, progress, &page))
}

async fn name_posted(posted: Posted) -> Answer {
    let visit = &posted.visit;
    let progress = progress!(visit);
    let typed = posted.text(fields::USERNAME).trim();
    if typed.is_empty() {
        return name_page(visit, &progress, vec![Problem::NameMissing]).await;
    }
    visit.web.idp().name(&progress, typed).await?;
    let progress = progress!(visit);
    visit.onward(&progress)
}

async fn passkey(visit: Visit) -> Answer {
    let progress = progress!(visit);
    if !progress.allows(Way::Passkey) {
        return visit.onward(&progress);
    }
    passkey_page(&visit, &progress, (PasskeyTrouble::None, Vec::new())).await
}

async fn passkey_page(
    visit: &Visit,
    progress: &Progress,
    (trouble, signals): (PasskeyTrouble, Vec<Signal>),
) -> Answer {
    let asked = visit.web.idp().ask_passkey(progress, Mediation::Optional, visit.now).await?;
    let page = Passkey {
        frame: visit.frame_of(progress),
        trouble,
        ask: ask(progress),
        ceremony: Ceremony { options: asked.options },
        signals,
    };
    Ok(leading(visit, progress, &page))
}

#[expect(clippy::cognitive_complexity, reason = "each end of a ceremony has its line")]
async fn passkey_posted(posted: Posted) -> Answer {
    let visit = &posted.visit;
    let progress = progress!(visit);
    if let Some(end) = CeremonyEnd::from_word(posted.text(fields::CEREMONY_END)) {
        let trouble = match end {
            CeremonyEnd::AlreadyThere | CeremonyEnd::Cancelled => PasskeyTrouble::Cancelled,
            CeremonyEnd::Unsupported => PasskeyTrouble::Unsupported,
        };
        return passkey_page(visit, &progress, (trouble, Vec::new())).await;
    }
    let answer = posted.text(fields::CREDENTIAL);
    if answer.is_empty() {
        return passkey_page(visit, &progress, (PasskeyTrouble::Cancelled, Vec::new())).await;
    }
    let trouble = match visit.web.idp().show_passkey(&progress, answer, visit.now).await? {
        Attempt::Shown => return moved(visit).await,
        Attempt::Stale => return visit.onward(&progress),
        Attempt::Refused(error) if error.code() == Refusal::UnknownCredential => {
            tracing::info!(event = "passkey_refused", code = error.code().as_str());
            let unknown = visit.web.idp().unknown_passkey(answer).await?;
            let signals = unknown.map(Signal::from).into_iter().collect();
            return passkey_page(visit, &progress, (PasskeyTrouble::Leftover, signals)).await;
        }
        Attempt::Refused(error) => {
            tracing::info!(event = "passkey_refused", code = error.code().as_str());
            PasskeyTrouble::Refused
        }
        Attempt::Wrong | Attempt::ChallengeGone => PasskeyTrouble::Refused,
        Attempt::Locked { .. } | Attempt::Crowded => PasskeyTrouble::TooMany,
    };
    passkey_page(visit, &progress, (trouble, Vec::new())).await
}

async fn password(visit: Visit) -> Answer {
    let progress = progress!(visit);
    if !progress.allows(Way::Password) {
        return visit.onward(&progress);
    }
    Ok(password_page(&visit, &progress, Vec::new()))
}

fn password_page(visit: &Visit, progress: &Progress, problems: Vec<Problem>) -> Response {
    leading(visit, progress, &Password { frame: visit.frame_of(progress), problems })
}

async fn password_posted(posted: Posted) -> Answer {
    let visit = &posted.visit;
    let progress = progress!(visit);
    if posted.text(fields::PASSWORD).is_empty() {
        return Ok(password_page(visit, &progress, vec![Problem::PasswordMissing]));
    }
    let guess = posted.secret(fields::PASSWORD);
    let attempt = visit.web.idp().show_password(&progress, guess, visit.now).await?;
    let Some(problem) = problem(visit, &attempt, Problem::NoMatch) else {
        return moved(visit).await;
    };
    let mut response = password_page(visit, &progress, vec![problem]);
    if matches!(attempt, Attempt::Crowded) {
        // Nothing was checked: whoever comes back finds the hashers free again (RFC 6585 section 4).
        *response.status_mut() = StatusCode::TOO_MANY_REQUESTS;
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("60"));
    }
    Ok(response)
}

async fn pass(visit: Visit) -> Answer {
    let progress = progress!(visit);
    if !progress.allows(Way::Pass) {
        return visit.onward(&progress);
    }
    Ok(pass_page(&visit, &progress, Vec::new()))
}

fn pass_page(visit: &Visit, progress: &Progress, problems: Vec<Problem>) -> Response {
    leading(visit, progress, &Pass { frame: visit.frame_of(progress), problems })
}

async fn pass_posted(posted: Posted) -> Answer {
    let visit = &posted.visit;
    let progress = progress!(visit);
    let typed = posted.text(fields::PASS);
    if typed.trim().is_empty() {
        return Ok(pass_page(visit, &progress, vec![Problem::PassMissing]));
    }
    let attempt = visit.web.idp().show_pass(&progress, typed, visit.now).await?;
    match problem(visit, &attempt, Problem::PassRefused) {
        None => moved(visit).await,
        Some(problem) => Ok(pass_page(visit, &progress, vec![problem])),
    }
}

async fn code(visit: Visit) -> Answer {
    let progress = progress!(visit);
    if !progress.allows(Way::Code) {
        return visit.onward(&progress);
    }
    Ok(code_page(&visit, &progress, Vec::new()))
}

fn code_page(visit: &Visit, progress: &Progress, problems: Vec<Problem>) -> Response {
    let page = Code { frame: visit.frame_of(progress), problems, ask: ask(progress) };
    leading(visit, progress, &page)
}

async fn code_posted(posted: Posted) -> Answer {
    let visit = &posted.visit;
    let progress = progress!(visit);
    let typed = posted.text(fields::CODE);
    if typed.trim().is_empty() {
        return Ok(code_page(visit, &progress, vec![Problem::CodeMissing]));
    }
    let attempt = visit.web.idp().show_code(&progress, typed, visit.now).await?;
    match problem(visit, &attempt, Problem::CodeRefused) {
        None => moved(visit).await,
        Some(problem) => Ok(code_page(visit, &progress, vec![problem])),
    }
}

/// After a step of the person: to where the sign-in stands now. An invitation that they have come to
/// counts from here on, and not from when its page is opened, because a page may be opened by
/// whoever knows its address.
pub(super) async fn moved(visit: &Visit) -> Answer {
    let progress = progress!(visit);
    visit.web.idp().invite(&progress).await?;
    visit.onward(&progress)
}

/// What is to be mended after an attempt; `None` where the sign-in goes on.
pub(super) fn problem(visit: &Visit, attempt: &Attempt, wrong: Problem) -> Option<Problem> {
    match attempt {
        Attempt::Shown | Attempt::Stale => None,
        Attempt::Wrong | Attempt::Refused(_) | Attempt::ChallengeGone => Some(wrong),
        Attempt::Locked { until } => {
            let minutes = until.duration_since(visit.now).as_mins().saturating_add(1);
            let minutes = u32::try_from(minutes).unwrap_or(1);
            Some(Problem::TooManyTries { minutes })
        }
        Attempt::Crowded => Some(Problem::TooManyTries { minutes: 1 }),
    }
}

/// Why something is asked for: a sign-in begins, or one more check is needed.
fn ask(progress: &Progress) -> Ask {
    match progress.stage {
        Stage::Account | Stage::Name | Stage::First(_) => Ask::SignIn,
        Stage::Known(Next::Granted) => Ask::TooOld,
        Stage::Invited(_)
        | Stage::Known(Next::Show(_) | Next::Register(_) | Next::Accept(_) | Next::Shut(_)) => {
            Ask::OneMore
        }
    }
}

async fn ways(visit: Visit) -> Answer {
    let progress = progress!(visit);
    let all = [Way::Passkey, Way::Pass, Way::Code, Way::Password];
    let ways = all.into_iter().filter(|way| progress.allows(*way)).map(|way| match way {
        Way::Passkey => PageWay::Passkey,
        Way::Pass => PageWay::Pass,
        Way::Code => PageWay::Code,
        Way::Password => PageWay::Password,
    });
    let page = Ways { frame: visit.frame_of(&progress), ways: ways.collect() };
    Ok(leading(&visit, &progress, &page))
}

async fn stay(visit: Visit) -> Answer {
    let progress = progress!(visit);
    if progress.stage != Stage::Known(Next::Granted) {
        return visit.onward(&progress);
    }
    if visit.web.idp().stay_question(&progress, &visit.browser()).await? == StayQuestion::Settled {
        return finish(&visit, &progress, Stay::No).await;
    }
    let page = account::Stay { frame: visit.frame_of(&progress) };
    Ok(leading(&visit, &progress, &page))
}

async fn stay_posted(posted: Posted) -> Answer {
    let stay = if posted.text(fields::CHOICE) == "yes" { Stay::Yes } else { Stay::No };
    let progress = progress!(posted.visit);
    finish(&posted.visit, &progress, stay).await
}

/// Ends a sign-in that the session alone satisfies.
pub(super) async fn finished(visit: &Visit, handle: &Secret) -> Answer {
    let progress = visit.web.idp().progress(handle, &visit.visitor, visit.now).await?;
    match progress {
        Some(progress) => finish(visit, &progress, Stay::No).await,
        None => Ok(visit.start_again(SessionTrouble::Ended)),
    }
}

/// Ends a sign-in.
pub(super) async fn finish(visit: &Visit, progress: &Progress, stay: Stay) -> Answer {
    let finished = visit.web.idp().finish(progress, &visit.browser(), stay).await?;
    let Some(finished) = finished else { return visit.onward(progress) };
    let mut response = match finished.destination {
        Destination::Application(carried) => visit.carried(carried, &app(progress)),
        Destination::Page(Purpose::SecurityInfo) => visit.see(paths::SECURITY_INFO),
        Destination::Page(Purpose::Device) => visit.see(paths::DEVICE_LOGIN),
        Destination::Page(Purpose::Admin { to }) => visit.see(&to),
        Destination::Page(
            Purpose::Activity | Purpose::Application { .. } | Purpose::Authenticator,
        ) => visit.see(paths::ACTIVITY),
    };
    let session = visit.cookie(SESSION, finished.session.expose(), finished.kept_until);
    set_cookie(&mut response, &session);
    if matches!(progress.sign_in.purpose, Purpose::Application { .. }) {
        set_cookie(&mut response, &visit.no_cookie(SIGN_IN));
    }
    Ok(response)
}

pub(super) fn app(progress: &Progress) -> String {
    match &progress.sign_in.purpose {
        Purpose::Application { request } => {
            let client = progress.snapshot.clients.get(request.address.client());
            client.map(|client| client.name.clone()).unwrap_or_default()
        }
        Purpose::SecurityInfo
        | Purpose::Activity
        | Purpose::Admin { .. }
        | Purpose::Device
        | Purpose::Authenticator => String::new(),
    }
}

impl Visit {
    /// Begins a sign-in to one of our own pages, with the browser's session where it counts, and
    /// goes to where it stands.
    pub(super) async fn begin_own(&self, purpose: Purpose) -> Answer {
        let idp = self.web.idp();
        let session = idp.session(&self.browser(), self.now).await?;
        let begin = cardea_idp::sign_in::Begin {
            purpose,
            correlation: self.correlation.clone(),
            session: session.as_ref(),
            account: cardea_idp::sign_in::AccountChoice::Made,
            before: self.sign_in.as_ref(),
        };
        let handle = idp.begin(begin, self.now).await?;
        let mut response = match idp.progress(&handle, &self.visitor, self.now).await? {
            Some(progress) if progress.stage == Stage::Known(Next::Granted) => {
                finish(self, &progress, Stay::No).await?
            }
            Some(progress) => self.onward(&progress)?,
            None => self.see(paths::SIGN_IN),
        };
        set_cookie(&mut response, &self.cookie(SIGN_IN, handle.expose(), None));
        Ok(response)
    }
}
