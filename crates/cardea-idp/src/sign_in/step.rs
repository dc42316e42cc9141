//! Steps of a sign-in that prove nothing: typing a name, coming to a wall.

use cardea_store::{Replaced, SignInFilter};

use super::account::afresh;
use super::{Counted, LIFETIME, Progress, Purpose, SignIn, encode};
use crate::failure::Failure;
use crate::idp::Idp;
use crate::visitor::Visitor;
use crate::{client, log, text};

/// How many records are looked at for walls before this one: more laps than these say nothing more.
const RECENT: u32 = 20;

/// What became of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Named {
    /// It was taken.
    Done,
    /// The browser did something else at the same time, or the step does not belong here.
    Stale,
}

impl Idp {
    /// Takes the name that a person typed. What comes next is the same whether anybody has it.
    ///
    /// # Errors
    /// The database failed.
    pub async fn name(&self, progress: &Progress, typed: &str) -> Result<Named, Failure> {
        let typed: String = typed.trim().chars().take(320).collect();
        let mut sign_in = afresh(&progress.sign_in);
        sign_in.person = self.named(Some(&typed)).await?;
        sign_in.typed = Some(text::plain(&typed, 320));
        self.replace(progress, &sign_in).await
    }

    /// Notes that the person came to a wall, and writes it down; how often by now. Whoever only
    /// looks at the page again is not counted again.
    ///
    /// # Errors
    /// The database failed.
    pub async fn count_lap(&self, progress: &Progress, visitor: &Visitor) -> Result<u32, Failure> {
        if progress.sign_in.wall == Counted::Already {
            return Ok(progress.sign_in.laps);
        }
        let laps = self.laps_so_far(progress).await?.saturating_add(1);
        let sign_in = SignIn { laps, wall: Counted::Already, ..progress.sign_in.clone() };
        if self.replace(progress, &sign_in).await? == Named::Done {
            self.log_wall(progress, (visitor, laps)).await?;
        }
        Ok(laps)
    }

    /// How often the person came to the wall before. A browser brings the sign-in before along, by its
    /// cookie. Authenticator has none and begins afresh each time, so the log of who it is tells.
    async fn laps_so_far(&self, progress: &Progress) -> Result<u32, Failure> {
        let (Purpose::Authenticator, Some(subject)) =
            (&progress.sign_in.purpose, &progress.subject)
        else {
            return Ok(progress.sign_in.laps);
        };
        let filter = SignInFilter {
            person: Some(subject.row.id.clone()),
            app: Some(client::AUTHENTICATOR.to_owned()),
            from: progress.now.checked_sub(LIFETIME).ok(),
            ..SignInFilter::default()
        };
        let records = self.store().read().await?.sign_ins(&filter, RECENT).await?;
        let stopped = records.iter().map(log::laps).take_while(|laps| *laps > 0);
        Ok(stopped.max().unwrap_or(0))
    }

    /// Keeps a sign-in, unless it has moved on since it was read.
    pub(crate) async fn replace(
        &self,
        progress: &Progress,
        sign_in: &SignIn,
    ) -> Result<Named, Failure> {
        let state = encode(sign_in)?;
        let mut transaction = self.store().write().await?;
        let replaced =
            transaction.replace_interaction(&progress.hash, progress.version, &state).await?;
        transaction.commit().await?;
        Ok(match replaced {
            Replaced::Done { .. } => Named::Done,
            Replaced::Stale => Named::Stale,
        })
    }
}
