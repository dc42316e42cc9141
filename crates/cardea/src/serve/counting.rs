//! What is counted for Prometheus.

use std::time::Duration;

use anyhow::{Context as _, Result};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

/// Seconds up to which requests are counted: the steps that OpenTelemetry's conventions advise.
const STEPS: [f64; 14] =
    [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0];
/// How often what was counted is summed up; until then each time takes memory.
const UPKEEP: Duration = Duration::from_secs(5);

/// Begins to count, and sums up as long as the runtime lives.
///
/// # Errors
/// Something else counts already.
pub(super) fn start() -> Result<PrometheusHandle> {
    let duration = Matcher::Full(cardea_web::REQUEST_DURATION.to_owned());
    let builder = PrometheusBuilder::new().set_buckets_for_metric(duration, &STEPS)?;
    let recorder = builder.install_recorder().context("metrics cannot be counted")?;
    metrics::describe_histogram!(
        cardea_web::REQUEST_DURATION,
        metrics::Unit::Seconds,
        "How long requests took, by method, route and status"
    );
    metrics::describe_counter!(
        cardea_idp::SIGN_INS,
        "Sign-ins that were written down; error code 0 is a success"
    );
    let sums = recorder.clone();
    tokio::spawn(async move {
        let mut turn = tokio::time::interval(UPKEEP);
        loop {
            turn.tick().await;
            sums.run_upkeep();
        }
    });
    Ok(recorder)
}
