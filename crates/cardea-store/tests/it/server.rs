//! A PostgreSQL server of our own, on a temporary folder, for as long as the tests run.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// A running server. It ends, and its folder goes, when this is dropped.
pub(crate) struct Server {
    process: Child,
    folder: tempfile::TempDir,
}

impl Server {
    /// Starts a server, if PostgreSQL is installed.
    pub(crate) fn start() -> Option<Self> {
        let programs = programs()?;
        let folder =
            tempfile::Builder::new().prefix("cardea-pg-").tempdir().expect("a temporary folder");
        let owner = owner(folder.path());
        let data = folder.path().join("data");
        let made = as_user(owner, &programs.join("initdb"))
            .args([
                "--auth=trust",
                "--username=cardea",
                "--no-instructions",
                "--encoding=UTF8",
                "-D",
            ])
            .arg(&data)
            .stdout(Stdio::null())
            .status()
            .expect("initdb runs");
        assert!(made.success(), "initdb failed");
        let mut process = as_user(owner, &programs.join("postgres"))
            .arg("-D")
            .arg(&data)
            .args(["-c", "listen_addresses=", "-c", "max_connections=200", "-k"])
            .arg(folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("postgres runs");
        let mut log = BufReader::new(process.stderr.take().expect("a log")).lines();
        let ready = log.any(|line| line.is_ok_and(|line| line.contains("ready to accept")));
        assert!(ready, "the server ended before it was ready");
        // The rest has to be read, or the server would wait for it.
        std::thread::spawn(move || log.for_each(drop));
        Some(Self { process, folder })
    }

    /// The address of one of its databases.
    pub(crate) fn url(&self, database: &str) -> String {
        let folder = self.folder.path().display().to_string().replace('/', "%2F");
        format!("postgres://cardea@{folder}/{database}")
    }

    /// Makes a database.
    pub(crate) async fn create(&self, database: &'static str) {
        let pool = sqlx::PgPool::connect(&self.url("postgres")).await.expect("the server answers");
        let sql = format!("CREATE DATABASE {database}");
        sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(&pool).await.expect("a database");
        pool.close().await;
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // SIGINT asks for an end without waiting for clients.
        let id = self.process.id().to_string();
        let _ = Command::new("kill").args(["-INT", &id]).status();
        let _ = self.process.wait();
    }
}

/// The folder of the newest server's programs.
fn programs() -> Option<PathBuf> {
    let installed = std::fs::read_dir("/usr/lib/postgresql").ok()?;
    let folders = installed.filter_map(|entry| Some(entry.ok()?.path().join("bin")));
    folders.filter(|folder| folder.join("initdb").exists()).max()
}

/// Who the server runs as: nobody in particular, except that it must not be root.
fn owner(folder: &Path) -> Option<&'static str> {
    let id = Command::new("id").arg("-u").output().expect("id runs").stdout;
    if id != b"0\n" {
        return None;
    }
    let given = Command::new("chown").arg("postgres").arg(folder).status().expect("chown runs");
    assert!(given.success(), "the folder can be given to `postgres`");
    Some("postgres")
}

/// A command that runs as this user, or as whoever runs the tests.
fn as_user(user: Option<&str>, program: &Path) -> Command {
    match user {
        None => Command::new(program),
        Some(user) => {
            let mut command = Command::new("setpriv");
            // The server ends even if the tests are killed.
            command.args(["--pdeathsig=QUIT", "--init-groups", "--regid", user, "--reuid", user]);
            command.arg(program).current_dir("/");
            command
        }
    }
}
