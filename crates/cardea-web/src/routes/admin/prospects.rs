//! What would happen to everybody if every policy were on, found out once for a while.

use std::sync::Arc;

use axum::response::Response;
use cardea_idp::admin::outlook::Prospect;
use jiff::SignedDuration;

use super::desk::Admin;
use crate::pages::admin::home::{Readiness, Ready};
use crate::web::{Broken, Prospects};

/// Where there are more people, nobody is asked for each.
const MOST: usize = 20_000;
/// How long an answer is good, because a method that somebody registers changes no policy.
const GOOD_FOR: SignedDuration = SignedDuration::from_secs(60);

/// What would happen to everybody; `None` where they are too many. Or the page that says that the
/// reader may not know.
pub(super) async fn prospects(
    admin: &Admin,
) -> Result<Result<Option<Prospects>, Response>, Broken> {
    let (web, now) = (&admin.visit.web, admin.visit.now);
    let snapshot = web.idp().snapshot().await?;
    if snapshot.tenant().directory.people().nth(MOST).is_some() {
        return Ok(Ok(None));
    }
    let mut kept = web.prospects().lock().await;
    if let Some((revision, at, prospects)) = &*kept
        && *revision == snapshot.revision
        && now.duration_since(*at).abs() < GOOD_FOR
    {
        return Ok(Ok(Some(Arc::clone(prospects))));
    }
    let found = match web.idp().prospects(admin.caller(), now).await? {
        Ok(found) => Arc::new(found),
        Err(denied) => {
            drop(kept);
            return Ok(Err(admin.denied(&denied).await?));
        }
    };
    *kept = Some((snapshot.revision, now, Arc::clone(&found)));
    Ok(Ok(Some(found)))
}

/// The group of readiness that a prospect is in.
pub(super) fn ready(prospect: Prospect) -> Ready {
    match prospect {
        Prospect::Ready => Ready::Ready,
        Prospect::Alone => Ready::Alone,
        Prospect::Help => Ready::Help,
        Prospect::Trapped => Ready::Trapped,
    }
}

/// The four numbers of these people.
pub(super) fn readiness<'p>(prospects: impl Iterator<Item = &'p Prospect>) -> Readiness {
    let mut readiness = Readiness::default();
    for prospect in prospects {
        let count = match prospect {
            Prospect::Ready => &mut readiness.ready,
            Prospect::Alone => &mut readiness.alone,
            Prospect::Help => &mut readiness.help,
            Prospect::Trapped => &mut readiness.trapped,
        };
        *count += 1;
    }
    readiness
}
