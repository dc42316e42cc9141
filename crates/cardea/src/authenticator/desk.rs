//! The socket on which the running app receives the requests of browsers.
//!
//! It lies in the folder of the vault, and only its owner can connect: the mode of the file says so, and on
//! Linux the kernel is asked whose process it is. A request stands as long as its connection; whoever closes
//! it takes the request back.

use std::fs;
use std::io::{ErrorKind, Read as _};
use std::os::unix::fs::{FileTypeExt as _, PermissionsExt as _};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver, SyncSender, TrySendError};
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};

use super::frame;
use super::message::{Answer, Request};

/// How many requests wait while one is shown. More than that is no person at a browser.
const WAITING: usize = 4;
/// How many connections there may be at once.
const CONNECTIONS: usize = 16;
/// How long a connection may take to say what it wants, and to take the answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// Where requests arrive. Dropping it removes the socket.
#[derive(Debug)]
pub(super) struct Desk {
    path: PathBuf,
    visits: Receiver<Visit>,
}

/// A request that waits for its answer.
#[derive(Debug)]
pub(super) struct Visit {
    pub(super) request: Request,
    stream: UnixStream,
    gone: Arc<AtomicBool>,
}

impl Desk {
    /// Opens the socket. Whoever calls has the vault, so a socket that is there was left by a process that died.
    ///
    /// # Errors
    /// There is something else in its place, or it cannot be made.
    pub(super) fn open(path: &Path) -> Result<Self> {
        let shown = path.display();
        match fs::symlink_metadata(path) {
            Ok(it) if it.file_type().is_socket() => {
                fs::remove_file(path).with_context(|| format!("cannot remove `{shown}`"))?;
            }
            Ok(_) => bail!("`{shown}` is in the place of the socket for browsers, and is none"),
            Err(_) => {}
        }
        let listen = || -> std::io::Result<UnixListener> {
            let listener = UnixListener::bind(path)?;
            fs::set_permissions(path, fs::Permissions::from_mode(0o600))?;
            Ok(listener)
        };
        let listener = listen().with_context(|| format!("cannot listen on `{shown}`"))?;
        let (sender, visits) = mpsc::sync_channel(WAITING);
        thread::Builder::new().spawn(move || receive(&listener, &sender))?;
        Ok(Self { path: path.to_owned(), visits })
    }

    /// The next request; nothing where none comes within the time.
    pub(super) fn next(&self, within: Duration) -> Option<Visit> {
        self.visits.recv_timeout(within).ok()
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
    }
}

impl Visit {
    /// Whether the browser still waits.
    pub(super) fn is_awaited(&self) -> bool {
        !self.gone.load(Ordering::Acquire)
    }

    /// Answers. A browser that has gone meanwhile misses it.
    pub(super) fn answer(mut self, answer: &Answer) {
        let _ = frame::write(&mut self.stream, answer);
        let _ = self.stream.shutdown(std::net::Shutdown::Both);
    }
}

fn receive(listener: &UnixListener, sender: &SyncSender<Visit>) {
    let connections = Arc::new(AtomicUsize::new(0));
    for stream in listener.incoming() {
        let Ok(stream) = stream else { continue };
        if !is_ours(&stream) || connections.load(Ordering::Acquire) >= CONNECTIONS {
            continue;
        }
        connections.fetch_add(1, Ordering::AcqRel);
        let (sender, open) = (sender.clone(), Arc::clone(&connections));
        let attended = thread::Builder::new().spawn(move || {
            attend(stream, &sender);
            open.fetch_sub(1, Ordering::AcqRel);
        });
        if attended.is_err() {
            connections.fetch_sub(1, Ordering::AcqRel);
        }
    }
}

/// Whether the process at the other end is this user's.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn is_ours(stream: &UnixStream) -> bool {
    let peer = rustix::net::sockopt::socket_peercred(stream);
    peer.is_ok_and(|peer| peer.uid == rustix::process::geteuid())
}

/// Other systems have no safe way to ask; the mode of the socket decides.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn is_ours(_: &UnixStream) -> bool {
    true
}

/// Reads a request, hands it on, and waits until its connection ends.
fn attend(mut stream: UnixStream, sender: &SyncSender<Visit>) {
    let times = [stream.set_read_timeout(Some(PATIENCE)), stream.set_write_timeout(Some(PATIENCE))];
    if times.iter().any(Result::is_err) {
        return;
    }
    let Ok(Some(request)) = frame::read(&mut stream) else { return };
    if let Request::Available = request {
        let _ = frame::write(&mut stream, &Answer::Available(true));
        return;
    }
    let Ok(answers) = stream.try_clone() else { return };
    let gone = Arc::new(AtomicBool::new(false));
    let visit = Visit { request, stream: answers, gone: Arc::clone(&gone) };
    match sender.try_send(visit) {
        Ok(()) => until_closed(&mut stream),
        Err(TrySendError::Full(visit) | TrySendError::Disconnected(visit)) => {
            visit.answer(&Answer::not_allowed(
                "Authenticator has other requests to answer first. Try again.",
            ));
        }
    }
    gone.store(true, Ordering::Release);
}

/// Waits until the other end closes. Whatever it still says is not read.
fn until_closed(stream: &mut UnixStream) {
    let mut byte = [0];
    loop {
        match stream.read(&mut byte) {
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
            Ok(_) | Err(_) => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A_WHILE: Duration = Duration::from_secs(20);

    fn asking(path: &Path) -> UnixStream {
        let mut stream = UnixStream::connect(path).unwrap();
        frame::write(&mut stream, &Request::Get { request: "{}".into() }).unwrap();
        stream
    }

    fn answer(mut stream: UnixStream) -> Answer {
        frame::read(&mut stream).unwrap().unwrap()
    }

    #[test]
    fn a_request_arrives_is_answered_and_can_be_taken_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("socket");
        let desk = Desk::open(&path).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        let asked = asking(&path);
        let visit = desk.next(A_WHILE).unwrap();
        assert!(visit.is_awaited());
        visit.answer(&Answer::not_allowed("no"));
        assert_eq!(answer(asked), Answer::not_allowed("no"));

        let asked = asking(&path);
        let visit = desk.next(A_WHILE).unwrap();
        drop(asked);
        for _ in 0..200 {
            if !visit.is_awaited() {
                break;
            }
            thread::sleep(Duration::from_millis(50));
        }
        assert!(!visit.is_awaited());
        drop(desk);
        assert!(!path.exists());
    }

    #[test]
    fn whether_there_is_somebody_is_answered_at_once_and_a_crowd_is_turned_away() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("socket");
        let desk = Desk::open(&path).unwrap();
        let waiting: Vec<UnixStream> = (0..WAITING).map(|_| asking(&path)).collect();
        let mut turned_away = 0;
        for _ in 0..200 {
            // Those before may not have been received yet; the one too many is, once they have.
            let mut stream = UnixStream::connect(&path).unwrap();
            frame::write(&mut stream, &Request::Available).unwrap();
            assert_eq!(answer(stream), Answer::Available(true));
            let one_more = asking(&path);
            one_more.set_read_timeout(Some(Duration::from_millis(100))).unwrap();
            if let Ok(Some(Answer::Error { .. })) = frame::read(&mut &one_more) {
                turned_away += 1;
                break;
            }
        }
        assert_eq!(turned_away, 1);
        drop(waiting);
        assert!(desk.next(A_WHILE).is_some());
    }

    #[test]
    fn nothing_but_a_socket_is_removed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("socket");
        drop(UnixListener::bind(&path).unwrap());
        drop(Desk::open(&path).unwrap());
        fs::write(&path, "a file").unwrap();
        assert!(Desk::open(&path).unwrap_err().to_string().contains("is none"));
        assert_eq!(fs::read_to_string(&path).unwrap(), "a file");
    }
}
