//! A tenant of one's own, as the first start makes it: `cardea serve` without the demo, on a free port, over TLS.

use std::fs::{self, File};
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use tempfile::TempDir;

use crate::child::{Running, finish, until};
use crate::database::free_port;
use crate::server::answers;

/// A tenant that answers, until it is dropped.
#[derive(Debug)]
pub(crate) struct Own {
    _running: Running,
    folder: TempDir,
    port: u16,
}

impl Own {
    /// Starts the command that was built with the tests, and waits a minute at most until it is ready.
    pub(crate) async fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let port = free_port();
        let mut command = Command::new(env!("CARGO_BIN_EXE_cardea"));
        command.arg("serve").arg("--data").arg(folder.path().join("data"));
        command.args(["--listen", &format!("127.0.0.1:{port}"), "--domain", "contoso.example"]);
        command.args(["--public-url", &format!("https://localhost:{port}")]);
        let log = File::create(folder.path().join("server.log")).expect("a file");
        command.stdout(log.try_clone().expect("a file")).stderr(log);
        let mut running = Running::start(&mut command, "-TERM");
        let (address, ca) =
            (format!("https://localhost:{port}"), folder.path().join("data/ca.pem"));
        let ready = until(600, async || {
            assert_eq!(running.ended(), None, "the server has ended");
            answers(&address, &ca).await.then_some(())
        });
        ready.await.expect("it is ready within a minute");
        Self { _running: running, folder, port }
    }

    /// Where it is.
    pub(crate) fn address(&self) -> String {
        format!("https://localhost:{}", self.port)
    }

    /// The certificate of the authority that made the server's.
    pub(crate) fn ca(&self) -> PathBuf {
        self.data().join("ca.pem")
    }

    /// The data folder.
    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// A file beside the data folder.
    pub(crate) fn beside(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// What the server has said so far.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.beside("server.log")).unwrap_or_default()
    }

    /// Runs a command beside the server; what it prints.
    pub(crate) fn command(&self, arguments: &[&str]) -> String {
        let mut cardea = Command::new(env!("CARGO_BIN_EXE_cardea"));
        cardea.args(arguments).arg("--data").arg(self.data());
        let output = finish(&mut cardea, Duration::from_mins(1)).unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {said}");
        String::from_utf8(output.stdout).unwrap()
    }
}
