//! The two databases that the tenant runs on.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use tempfile::TempDir;

use crate::child::{Running, finish};

/// Where the tenant keeps what it knows.
#[derive(Debug)]
pub(crate) enum Database {
    /// In its data folder.
    Sqlite,
    /// In a PostgreSQL that lives as long as the test.
    Postgres(Postgres),
}

impl Database {
    /// What `cardea serve` is told about it.
    pub(crate) fn arguments(&self) -> Vec<String> {
        match self {
            Self::Sqlite => Vec::new(),
            Self::Postgres(postgres) => vec!["--database".to_owned(), postgres.url()],
        }
    }
}

/// Debian's PostgreSQL on a temporary data directory and a free port of the loopback.
#[derive(Debug)]
pub(crate) struct Postgres {
    port: u16,
    programs: PathBuf,
    // Dropped in this order: the server ends before its files go.
    _server: Running,
    _folder: TempDir,
}

impl Postgres {
    /// Makes an empty cluster and waits until it takes connections. Nothing is synced to the disk: a test that
    /// is about power loss must not use this.
    pub(crate) fn start() -> Self {
        let programs = programs();
        let folder = tempfile::tempdir().expect("a folder");
        let data = folder.path().join("data");
        own(folder.path());
        let mut cluster = demoted(&programs.join("initdb"), folder.path());
        cluster.arg("--pgdata").arg(&data);
        cluster.args([
            "--username=cardea",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C",
            "--no-sync",
        ]);
        ran(&mut cluster);
        let port = free_port();
        let mut server = demoted(&programs.join("postgres"), folder.path());
        server.arg("-D").arg(&data).arg("-k").arg(folder.path()).args(["-p", &port.to_string()]);
        for setting in ["listen_addresses=127.0.0.1", "fsync=off", "full_page_writes=off"] {
            server.args(["-c", setting]);
        }
        // SIGQUIT ends it at once; nobody needs its files any more.
        let mut server = Running::start(server.stderr(Stdio::piped()), "-QUIT");
        server.complained("ready to accept connections").expect("PostgreSQL starts");
        Self { port, programs, _server: server, _folder: folder }
    }

    /// The address that clients connect to.
    pub(crate) fn url(&self) -> String {
        format!("postgres://cardea@127.0.0.1:{}/postgres", self.port)
    }

    /// What PostgreSQL's own client prints for a statement.
    pub(crate) fn query(&self, statement: &str) -> String {
        let mut client = Command::new(self.programs.join("psql"));
        ran(client.args([
            "--no-psqlrc",
            "--tuples-only",
            "--no-align",
            "-c",
            statement,
            &self.url(),
        ]))
    }
}

/// A port of the loopback that was free a moment ago.
pub(crate) fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("an address").port()
}

/// The folder of the newest PostgreSQL.
fn programs() -> PathBuf {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let number = |path: &PathBuf| path.file_name()?.to_str()?.parse::<u16>().ok();
    let paths =
        versions.map(|entry| entry.path()).filter(|path| path.join("bin/postgres").exists());
    let newest =
        paths.max_by_key(number).expect("PostgreSQL is installed: `apt-get install postgresql`");
    newest.join("bin")
}

/// A program of PostgreSQL, which refuses to run for root, as the user that Debian has made for it.
fn demoted(program: &Path, folder: &Path) -> Command {
    let mut command = Command::new(program);
    if is_root() {
        command = Command::new("setpriv");
        command.args(["--reuid=postgres", "--regid=postgres", "--init-groups"]).arg(program);
    }
    command.current_dir(folder);
    command
}

/// Gives the folder to that user.
fn own(folder: &Path) {
    if is_root() {
        ran(Command::new("chown").arg("postgres:postgres").arg(folder));
    }
}

fn is_root() -> bool {
    ran(Command::new("id").arg("-u")).trim() == "0"
}

fn ran(command: &mut Command) -> String {
    let output = finish(command, Duration::from_mins(1)).unwrap_or_else(|error| panic!("{error}"));
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{} failed: {error}", command.get_program().display());
    String::from_utf8(output.stdout).expect("text")
}
