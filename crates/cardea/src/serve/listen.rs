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
    listener: TcpListener,
    security: Security,
    router: Router,
) -> Result<()> {
    let handle = Handle::<SocketAddr>::new();
    let stopping = handle.clone();
    tokio::spawn(async move {
        stopped().await;
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

/// Waits until somebody presses Ctrl-C or ends the process.
async fn stopped() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminated) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = terminated.recv() => {}
                _ = tokio::signal::ctrl_c() => {}
            }
            return;
        }
    }
    drop(tokio::signal::ctrl_c().await);
}
