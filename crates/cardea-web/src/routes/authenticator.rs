//! The Authenticator app's face of a sign-in: what the pages are in HTML, this is in JSON.

mod call;
mod passkeys;
mod stage;

use axum::Router;
use axum::http::StatusCode;
use axum::response::IntoResponse as _;
use axum::routing::{get, patch, post};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cardea_idp::attestation::Certified;
use cardea_idp::decision::Way;
use cardea_idp::sign_in::{AccountChoice, Attempt, Purpose};
use cardea_webauthn::{Code as Ceremony, Mediation};

use self::call::{Answer, Call, Refused, json};
use crate::authenticator::{
    self, Begin, Begun, CertificateRequest, Certificates, Code, Hidden, Nothing, ShowCode,
    ShowPass, ShowPasskey, ShowPassword,
};
use crate::pages::Problem;
use crate::pages::signin::leftover;
use crate::routes::sign_in::problem;
use crate::web::Web;

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route(authenticator::SIGN_INS, post(begin))
        .route(authenticator::SIGN_IN, get(stands))
        .route(authenticator::SHOW_PASS, post(show_pass))
        .route(authenticator::SHOW_PASSWORD, post(show_password))
        .route(authenticator::SHOW_CODE, post(show_code))
        .route(authenticator::PASSKEY_OPTIONS, post(passkey_options))
        .route(authenticator::SHOW_PASSKEY, post(show_passkey))
        .route(authenticator::NEW_PASSKEY_OPTIONS, post(passkeys::options))
        .route(authenticator::PASSKEYS, get(passkeys::list).post(passkeys::register))
        .route(authenticator::PASSKEY, patch(passkeys::rename).delete(passkeys::remove))
        .route(authenticator::ATTESTATION, post(certify))
        .method_not_allowed_fallback(call::method_not_allowed)
}

/// Begins a sign-in. Whatever depends on who it is comes after something was proved.
async fn begin(call: Call) -> Answer {
    let Begin { username } = call.body()?;
    if username.trim().is_empty() {
        return Err(Refused::new(Code::BadRequest, Problem::NameMissing.text()));
    }
    let idp = call.visit.web.idp();
    let begin = cardea_idp::sign_in::Begin {
        purpose: Purpose::Authenticator,
        correlation: call.visit.correlation.clone(),
        session: None,
        account: AccountChoice::Made,
        before: None,
    };
    let handle = idp.begin(begin, call.visit.now).await?;
    let progress = call.progress_of(&handle).await?;
    idp.name(&progress, &username).await?;
    let progress = call.progress_of(&handle).await?;
    let state = stage::state(&call, progress).await?;
    let begun = Begun { handle: Hidden::new(handle.expose()), state };
    Ok(json(StatusCode::CREATED, &begun))
}

async fn stands(call: Call) -> Answer {
    call.stands().await
}

async fn show_pass(call: Call) -> Answer {
    let ShowPass { pass } = call.body()?;
    let progress = call.progress().await?;
    let attempt = call.visit.web.idp().show_pass(&progress, pass.expose(), call.visit.now).await?;
    call.after(&attempt, Problem::PassRefused).await
}

async fn show_password(call: Call) -> Answer {
    let ShowPassword { password } = call.body()?;
    let progress = call.progress().await?;
    let guess = password.into_text();
    let attempt = call.visit.web.idp().show_password(&progress, guess, call.visit.now).await?;
    call.after(&attempt, Problem::NoMatch).await
}

async fn show_code(call: Call) -> Answer {
    let ShowCode { code } = call.body()?;
    let progress = call.progress().await?;
    let attempt = call.visit.web.idp().show_code(&progress, code.expose(), call.visit.now).await?;
    call.after(&attempt, Problem::CodeRefused).await
}

async fn passkey_options(call: Call) -> Answer {
    let Nothing {} = call.body()?;
    let progress = call.progress().await?;
    if !progress.allows(Way::Passkey) {
        return Err(Refused::stale());
    }
    let idp = call.visit.web.idp();
    let asked = idp.ask_passkey(&progress, Mediation::Optional, call.visit.now).await?;
    Ok(call::ready(asked.options))
}

async fn show_passkey(call: Call) -> Answer {
    let ShowPasskey { credential } = call.body()?;
    let progress = call.progress().await?;
    let idp = call.visit.web.idp();
    let attempt = idp.show_passkey(&progress, &credential.to_string(), call.visit.now).await?;
    match attempt {
        Attempt::Refused(error) => {
            tracing::info!(event = "passkey_refused", code = error.code().as_str());
            Err(if error.code() == Ceremony::UnknownCredential {
                Refused::new(Code::UnknownCredential, leftover(&call.visit.frame().tenant))
            } else {
                Refused::new(Code::Refused, "That passkey didn't work here. Try another way.")
            })
        }
        Attempt::ChallengeGone => Err(Refused::challenge_gone()),
        Attempt::Shown
        | Attempt::Wrong
        | Attempt::Locked { .. }
        | Attempt::Crowded
        | Attempt::Stale => call.after(&attempt, Problem::NoMatch).await,
    }
}

/// Certifies the key of this installation.
async fn certify(call: Call) -> Answer {
    let CertificateRequest { request } = call.body()?;
    let progress = call.progress().await?;
    let malformed = |reason: &str| {
        let message = format!("No certificate was made: {reason}. Update the app, then try again.");
        Refused::new(Code::BadCertificateRequest, message)
    };
    let Ok(request) = URL_SAFE_NO_PAD.decode(request) else {
        return Err(malformed("the request is not in base64url"));
    };
    match call.visit.web.idp().certify(&progress, &request, call.visit.now).await? {
        Certified::Done { chain } => {
            let chain = chain.iter().map(|der| URL_SAFE_NO_PAD.encode(der)).collect();
            Ok(json(StatusCode::CREATED, &Certificates { chain }))
        }
        Certified::NotNow => {
            let message = "Sign in with a pass or a passkey first. The app can prove what it is for 5 \
                           minutes after that.";
            Err(Refused::new(Code::NotNow, message))
        }
        Certified::Malformed(error) => Err(malformed(&error.to_string())),
        Certified::TooMany { until } => {
            let message = "Too many certificates were asked for. Try again tomorrow.";
            let seconds = until.duration_since(call.visit.now).as_secs().max(1);
            Err(Refused::new(Code::TooManyTries, message).again_in(seconds))
        }
    }
}

impl Call {
    /// What is answered after something was shown.
    async fn after(&self, attempt: &Attempt, wrong: Problem) -> Answer {
        match attempt {
            Attempt::Shown => self.stands().await,
            Attempt::Stale => Err(Refused::stale()),
            Attempt::ChallengeGone => Err(Refused::challenge_gone()),
            Attempt::Wrong | Attempt::Refused(_) => Err(Refused::new(Code::Wrong, wrong.text())),
            Attempt::Locked { until } => Err(Refused::too_many_tries(&self.visit, *until)),
            Attempt::Crowded => {
                let text = problem(&self.visit, attempt, wrong).unwrap_or(Problem::NoMatch).text();
                Err(Refused::new(Code::Busy, text).again_in(60))
            }
        }
    }

    /// Where the sign-in stands now.
    async fn stands(&self) -> Answer {
        let progress = self.progress().await?;
        let state = stage::state(self, progress).await?;
        Ok(json(StatusCode::OK, &state).into_response())
    }
}
