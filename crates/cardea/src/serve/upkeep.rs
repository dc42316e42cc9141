//! What the tenant does by itself while it is served.

use std::sync::Arc;
use std::time::Duration;

use cardea_idp::Idp;

use crate::clock;

/// How often it is looked whether something has ended.
const EVERY: Duration = Duration::from_secs(20);

/// Ends what has an end, at once and from then on, as long as the runtime lives.
pub(super) fn start(idp: Arc<Idp>) {
    tokio::spawn(async move {
        let mut turn = tokio::time::interval(EVERY);
        turn.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            turn.tick().await;
            match idp.end_exemptions(clock::timestamp()).await {
                Ok(0) => {}
                Ok(ended) => tracing::info!(ended, "exemptions ended"),
                // The next turn tries again.
                Err(failure) => tracing::error!(error = %failure, "exemptions did not end"),
            }
        }
    });
}
