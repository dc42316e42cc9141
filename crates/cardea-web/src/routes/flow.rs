//! The pages of a sign-in as a path: which page belongs to which stage.

use axum::response::Response;
use cardea_idp::decision::{Next, Way};
use cardea_idp::sign_in::{Progress, Purpose, Stage};

use crate::pages::Frame;
use crate::pages::error::SessionTrouble;
use crate::paths;
use crate::respond::Answer;
use crate::visit::Visit;
use crate::web::Broken;

impl Visit {
    /// The sign-in of the browser's cookie, or the page that says that it is over.
    pub(crate) async fn progress(&self) -> Result<Result<Progress, Response>, Broken> {
        let Some(handle) = &self.sign_in else {
            return Ok(Err(self.start_again(SessionTrouble::Ended)));
        };
        let progress = self.web.idp().progress(handle, &self.visitor, self.now).await?;
        // A browser and Authenticator sign in each for itself (Entra), also on one phone.
        let progress =
            progress.filter(|progress| !matches!(progress.sign_in.purpose, Purpose::Authenticator));
        Ok(progress.ok_or_else(|| self.start_again(SessionTrouble::Ended)))
    }

    /// To the page where the sign-in stands.
    #[expect(clippy::unnecessary_wraps, reason = "it is what a handler answers")]
    pub(crate) fn onward(&self, progress: &Progress) -> Answer {
        Ok(self.see(page_of(&progress.stage, &progress.sign_in.purpose)))
    }

    /// What surrounds a page of a sign-in: the name that was typed, and nothing about who has it.
    pub(crate) fn frame_of(&self, progress: &Progress) -> Frame {
        let known = progress.subject.as_ref().map(|subject| subject.row.upn.as_str().to_owned());
        let account = known.or_else(|| progress.sign_in.typed.clone()).unwrap_or_default();
        Frame { account, ..self.frame() }
    }
}

/// Where an application's answer goes in the end.
pub(crate) fn leads_to(progress: &Progress) -> Option<&str> {
    match &progress.sign_in.purpose {
        Purpose::Application { request } => Some(request.address.uri()),
        Purpose::SecurityInfo
        | Purpose::Activity
        | Purpose::Admin { .. }
        | Purpose::Device
        | Purpose::Authenticator => None,
    }
}

/// The page of a stage.
pub(crate) fn page_of(stage: &Stage, purpose: &Purpose) -> &'static str {
    match stage {
        Stage::Account => paths::ACCOUNTS,
        Stage::Name => paths::SIGN_IN,
        Stage::First(ways) | Stage::Known(Next::Show(ways)) => first(ways.iter().copied()),
        Stage::Invited(_) | Stage::Known(Next::Register(_)) => paths::REGISTER,
        Stage::Known(Next::Accept(_)) => paths::TERMS,
        Stage::Known(Next::Shut(_)) => paths::BLOCKED,
        Stage::Known(Next::Granted) => match purpose {
            Purpose::Application { .. } | Purpose::Activity | Purpose::Admin { .. } => paths::STAY,
            // Authenticator has no page, and no browser has its sign-in.
            Purpose::SecurityInfo | Purpose::Authenticator => paths::SECURITY_INFO,
            Purpose::Device => paths::DEVICE_LOGIN,
        },
    }
}

/// The page of the way that is shown first. Entra's system-preferred order begins with a pass;
/// before anybody is known a passkey comes first, because most people have no pass.
fn first(ways: impl Iterator<Item = Way>) -> &'static str {
    let best = ways.min_by_key(|way| match way {
        Way::Passkey => 0,
        Way::Code => 1,
        Way::Pass => 2,
        Way::Password => 3,
    });
    best.map_or(paths::WAYS, page_of_way)
}

/// The page of a way.
pub(crate) fn page_of_way(way: Way) -> &'static str {
    match way {
        Way::Passkey => paths::PASSKEY,
        Way::Code => paths::CODE,
        Way::Pass => paths::PASS,
        Way::Password => paths::PASSWORD,
    }
}
