//! Listening, and stopping.

use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

use anyhow::{Context as _, Result};
use axum::Router;
use axum_server::{Handle, Server};

use super::settings::Settings;
use super::tls::Security;

/// How long requests may go on after the server was told to stop.
const LAST_REQUESTS: Duration = Duration::from_secs(10);

/// How long a connection may take to bring the head of a request, the first or the next. A handshake of TLS
/// comes before that and has the ten seconds of the library.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);

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

/// Answers until a signal comes, and then until the last request is answered or their time ends. Whoever does
/// not bring a request within `patience` is cut off.
///
/// # Errors
/// The address cannot be listened at any more.
pub(super) async fn until_stopped(
    (listener, stop): (TcpListener, Stop),
    security: Security,
    (router, patience): (Router, Duration),
) -> Result<()> {
    let handle = Handle::<SocketAddr>::new();
    let stopping = handle.clone();
    tokio::spawn(async move {
        stop.wanted().await;
        tracing::info!(event = "stopping");
        stopping.graceful_shutdown(Some(LAST_REQUESTS));
    });
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    tracing::info!(event = "listening", address = %listener.local_addr()?);
    match security {
        Security::Plain => {
            let server = bounded(axum_server::from_tcp(listener)?, patience);
            server.handle(handle).serve(service).await?;
        }
        Security::Tls { config, .. } => {
            let server = bounded(axum_server::from_tcp_rustls(listener, config)?, patience);
            server.handle(handle).serve(service).await?;
        }
    }
    Ok(())
}

/// Gives a server its patience: with the first request of a connection, whatever it speaks, and with the next
/// ones over HTTP/1. Over HTTP/2 a connection goes on as long as its other end answers.
fn bounded<A>(mut server: Server<SocketAddr, A>, patience: Duration) -> Server<SocketAddr, A> {
    let builder = server.http_builder();
    builder.http1().header_read_timeout(patience);
    builder.http2().keep_alive_interval(patience).keep_alive_timeout(patience);
    server.first_request_timeout(patience)
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

#[cfg(test)]
mod tests;
