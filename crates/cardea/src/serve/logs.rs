//! The log on standard error, and traces where an address for them is set.

use anyhow::{Context as _, Result};
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_otlp::{SpanExporter, WithExportConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer as _, fmt};

use super::settings::{LogFormat, Settings};

/// Traces that are still to be sent.
#[derive(Debug)]
pub(super) struct Traces(Option<SdkTracerProvider>);

impl Traces {
    /// Sends the last ones. Where that fails nobody is left to be told.
    pub(super) fn finish(self) {
        if let Some(provider) = self.0 {
            drop(provider.shutdown());
        }
    }
}

/// Starts to log.
///
/// # Errors
/// The settings cannot be used.
pub(super) fn start(settings: &Settings) -> Result<Traces> {
    let level = &settings.log_level;
    let filter = EnvFilter::try_new(level)
        .with_context(|| format!("`{level}` says nothing about what to log"))?;
    let log = fmt::layer().with_writer(std::io::stderr);
    let log = match settings.log {
        LogFormat::Text => log.with_ansi(false).boxed(),
        LogFormat::Json => log.json().flatten_event(true).boxed(),
    };
    let provider = match &settings.otlp {
        None => None,
        Some(url) => {
            let exporter = SpanExporter::builder().with_http().with_endpoint(url).build();
            let exporter = exporter.with_context(|| format!("traces cannot be sent to `{url}`"))?;
            let resource = Resource::builder().with_service_name("cardea").build();
            let provider = SdkTracerProvider::builder();
            Some(provider.with_batch_exporter(exporter).with_resource(resource).build())
        }
    };
    let traces = provider
        .as_ref()
        .map(|provider| tracing_opentelemetry::layer().with_tracer(provider.tracer("cardea")));
    let subscriber = tracing_subscriber::registry().with(traces).with(log.with_filter(filter));
    // A second one in the same process, as in tests, is no reason not to serve.
    drop(subscriber.try_init());
    Ok(Traces(provider))
}
