//! A tenant that runs: `cardea serve --demo` on a free port, in a folder of its own.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Duration;

use jiff::{Span, Zoned};
use serde_json::Value;
use tempfile::TempDir;

use crate::child::{Running, finish, until};
use crate::database::{Database, free_port};
use crate::demo::{Demo, Person};
use crate::desk::edit;

/// A demo tenant that answers, until it is dropped.
#[derive(Debug)]
pub(crate) struct Server {
    /// What the demo says of itself.
    pub(crate) demo: Demo,
    // Dropped in this order: the server, then what it stands on.
    _running: Running,
    _database: Database,
    folder: TempDir,
}

impl Server {
    /// Starts the command that was built with the tests, and waits a minute at most until it is ready.
    ///
    /// The error is what the server has said.
    pub(crate) async fn start(database: Database) -> Result<Self, String> {
        Self::start_with(database, &[]).await
    }

    /// As [`Self::start`], with more arguments.
    pub(crate) async fn start_with(database: Database, arguments: &[&str]) -> Result<Self, String> {
        Self::of(Path::new(env!("CARGO_BIN_EXE_cardea")), database, arguments).await
    }

    /// As [`Self::start_with`], with the program given.
    pub(crate) async fn of(
        program: &Path,
        database: Database,
        arguments: &[&str],
    ) -> Result<Self, String> {
        let folder = tempfile::tempdir().expect("a folder");
        let (data, log) = (folder.path().join("data"), folder.path().join("server.log"));
        fs::create_dir(&data).expect("a folder");
        let port = free_port();
        let mut command = Command::new(program);
        command.arg("serve").arg("--data").arg(&data).arg("--demo").args(database.arguments());
        command.args(["--listen", &format!("127.0.0.1:{port}")]);
        command.args(["--public-url", &format!("https://localhost:{port}")]).args(arguments);
        let output = File::create(&log).expect("a file");
        command.stdout(output.try_clone().expect("a file")).stderr(output);
        let mut running = Running::start(&mut command, "-TERM");
        match ready(&data, &mut running).await {
            Ok(demo) => Ok(Self { demo, _running: running, _database: database, folder }),
            Err(how) => Err(format!("{how}: {}", fs::read_to_string(&log).unwrap_or_default())),
        }
    }

    /// The data folder.
    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// What the server has said so far.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("server.log")).unwrap_or_default()
    }
}

impl Server {
    /// Changes what an administrator changes: exports the tenant beside the running server, has the files
    /// changed, and imports them again.
    pub(crate) fn change(&self, change: impl FnOnce(&Path)) {
        self.change_although(&[], change);
    }

    /// As [`Self::change`], and says that what these rules find is meant.
    pub(crate) fn change_although(&self, rules: &[&str], change: impl FnOnce(&Path)) {
        let export = self.data().with_file_name("export");
        let path = export.to_str().unwrap();
        self.command(&["export", path]);
        change(&export);
        let until = Zoned::now().date().saturating_add(Span::new().days(30)).to_string();
        let mut import = vec!["import", path];
        import.extend(rules.iter().flat_map(|rule| ["--accept", *rule]));
        if !rules.is_empty() {
            import.extend(["--reason", "it is meant", "--until", &until]);
        }
        self.command(&import);
    }

    /// Takes somebody out of one group and into another.
    pub(crate) fn move_to(&self, person: &Person, (from, to): (&str, &str)) {
        self.change(|export| {
            let mut member = Value::Null;
            edit(export, &format!("group/{from}."), |group| {
                let members = group["members"].as_array_mut().unwrap();
                let at = members.iter().position(|it| it["id"] == person.object_id.as_str());
                member = members.remove(at.unwrap_or_else(|| panic!("nobody of {from}")));
            });
            edit(export, &format!("group/{to}."), |group| {
                group["members"].as_array_mut().unwrap().push(member);
            });
        });
    }

    /// Runs a command beside the server; what it prints.
    pub(crate) fn command(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {said}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// Runs a command beside the server, which may fail.
    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        let mut cardea = Command::new(env!("CARGO_BIN_EXE_cardea"));
        cardea.args(arguments).arg("--data").arg(self.data());
        finish(&mut cardea, Duration::from_mins(1)).unwrap()
    }
}

/// Waits until the demo is written down and `/readyz` answers over TLS.
async fn ready(data: &Path, running: &mut Running) -> Result<Demo, String> {
    let answer = until(600, async || {
        if let Some(code) = running.ended() {
            return Some(Err(format!("the server has ended with {code}")));
        }
        let demo = Demo::read(data)?;
        answers(&demo.base_url, &demo.ca_certificate).await.then_some(Ok(demo))
    });
    answer.await.unwrap_or_else(|| Err("the server is not ready after a minute".to_owned()))
}

/// Whether a tenant answers over TLS, with a certificate of this authority.
pub(crate) async fn answers(address: &str, ca: &Path) -> bool {
    let Ok(certificate) = fs::read(ca) else { return false };
    let Ok(certificate) = reqwest::Certificate::from_pem(&certificate) else { return false };
    let client =
        reqwest::Client::builder().tls_certs_only([certificate]).build().expect("a client");
    let answer = client.get(format!("{address}/readyz")).send().await;
    answer.is_ok_and(|answer| answer.status().is_success())
}
