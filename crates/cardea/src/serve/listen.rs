//! Listening, and stopping.

use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

use anyhow::{Context as _, Result};
use axum::Router;
use axum_server::Handle;

use super::settings::Settings;
use super::tls::Security;

/// How long requests may go on after the server was told to stop.
const PATIENCE: Duration = Duration::from_secs(10);

/// Takes the address, before anything is made that would be in vain without it.
///
/// # Errors
/// The address cannot be had.
pub(super) fn bind(settings: &Settings) -> Result<TcpListener> {
    let listener = TcpListener::bind(settings.listen);
    let listener = listener.with_context(|| format!("cannot listen at `{}`", settings.listen))?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

/// Answers until a signal comes, and then until the last request is answered or patience ends.
///
/// # Errors
/// The address cannot be listened at any more.
pub(super) async fn until_stopped(
    (listener, stop): (TcpListener, Stop),
    security: Security,
    router: Router,
) -> Result<()> {
    let handle = Handle::<SocketAddr>::new();
    let stopping = handle.clone();
    tokio::spawn(async move {
        stop.wanted().await;
        tracing::info!(event = "stopping");
        stopping.graceful_shutdown(Some(PATIENCE));
    });
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    tracing::info!(event = "listening", address = %listener.local_addr()?);
    match security {
        Security::Plain => {
            axum_server::from_tcp(listener)?.handle(handle).serve(service).await?;
        }
        Security::Tls { config, .. } => {
            let server = axum_server::from_tcp_rustls(listener, config)?;
            server.handle(handle).serve(service).await?;
        }
    }
    Ok(())
}

/// Watches for Ctrl-C and for the end of the process, from when it is made.
#[derive(Debug)]
pub(super) struct Stop {
    #[cfg(unix)]
    signals: [tokio::signal::unix::Signal; 2],
}

impl Stop {
    /// Begins to watch.
    ///
    /// # Errors
    /// The system offers no way to.
    pub(super) fn watch() -> Result<Self> {
        #[cfg(unix)]
        {
            use tokio::signal::unix::{SignalKind, signal};
            let signals = [signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?];
            Ok(Self { signals })
        }
        #[cfg(not(unix))]
        Ok(Self {})
    }

    /// Waits until somebody wants the server to stop.
    async fn wanted(self) {
        #[cfg(unix)]
        {
            let [mut interrupt, mut terminate] = self.signals;
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
        }
        #[cfg(not(unix))]
        drop(tokio::signal::ctrl_c().await);
    }
}
