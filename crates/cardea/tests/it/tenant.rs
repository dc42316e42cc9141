//! A tenant that runs, and the commands beside it.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use crate::{Run, command, run_in};

/// A server in a folder of its own.
struct Server {
    child: Child,
    said: String,
    data: PathBuf,
    folder: TempDir,
}

impl Server {
    /// Starts in an empty folder and waits until the server says that it is ready.
    fn start(arguments: &[&str]) -> Self {
        Self::again(tempfile::tempdir().unwrap(), arguments)
    }

    fn again(folder: TempDir, arguments: &[&str]) -> Self {
        let data = folder.path().join("data");
        let mut command = command(folder.path());
        command.args(["serve", "--listen", "127.0.0.1:0", "--data"]).arg(&data);
        if !arguments.contains(&"--public-url") {
            command.args(["--public-url", "https://localhost:8443"]);
        }
        command.args(arguments);
        let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let mut said = String::new();
        while let Some(Ok(line)) = lines.next() {
            said.extend([line.as_str(), "\n"]);
            if line.starts_with("Ready.") {
                // Somebody has to read what it goes on to say.
                std::thread::spawn(move || lines.count());
                return Self { child, said, data, folder };
            }
        }
        let ended = child.wait();
        panic!("the server has ended ({ended:?}): {said}");
    }

    /// Tells the server to stop, and waits until it has.
    fn stop(mut self) -> TempDir {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        assert!(self.child.wait().unwrap().success());
        self.folder
    }

    /// Runs a command on the server's folder.
    fn run(&self, arguments: &[&str]) -> Run {
        run_on(self.folder.path(), arguments)
    }
}

fn run_on(folder: &Path, arguments: &[&str]) -> Run {
    run_in(folder, &[arguments, &["--data", "data"]].concat())
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn the_demo_is_made_once_and_its_secrets_are_its_owners() {
    let server = Server::start(&["--demo"]);
    assert!(server.said.contains("Making the demo"), "{}", server.said);
    for name in ["demo.json", "sealing.key", "ca-key.pem"] {
        assert_eq!(mode(&server.data.join(name)), 0o600, "{name}");
    }
    let guide = fs::read(server.data.join("demo.json")).unwrap();
    let told: Value = serde_json::from_slice(&guide).unwrap();
    assert!(Path::new(told["ca_certificate"].as_str().unwrap()).is_absolute());
    let server = Server::again(server.stop(), &["--demo"]);
    assert!(!server.said.contains("Making the demo"), "{}", server.said);
    assert_eq!(fs::read(server.data.join("demo.json")).unwrap(), guide);
    server.stop();
}

#[test]
fn passes_are_issued_beside_the_server_within_the_limits_of_the_policy() {
    let server = Server::start(&["--demo"]);
    let name = "nikhil.raghunathan@fernmoorwater.example";
    let issued = server.run(&["pass", "issue", name, "--json", "--once", "--minutes", "60"]);
    assert_eq!(issued.code, Some(0), "{}", issued.stderr);
    let told: Value = serde_json::from_str(&issued.stdout).unwrap();
    assert_eq!(told["upn"], name);
    assert_eq!(told["usable"], "once");
    assert_eq!(told["pass"].as_str().unwrap().len(), 8);
    let long = server.run(&["pass", "issue", name, "--minutes", "481"]);
    assert_eq!(long.code, Some(2));
    assert!(long.stderr.contains("a pass lasts 60 to 480 minutes here"), "{}", long.stderr);
    let nobody = server.run(&["pass", "issue", "nobody@fernmoorwater.example"]);
    assert!(nobody.stderr.contains("there is no"), "{}", nobody.stderr);
    server.stop();
}

#[test]
fn no_command_turns_on_what_leaves_nobody_who_can_change_policies() {
    let server = Server::start(&["--demo"]);
    let draft = "FW901 Draft: administrators from domain-joined workstations";
    let refused = server.run(&["policy", "enable", draft]);
    assert_eq!(refused.code, Some(1), "{}", refused.stderr);
    assert!(refused.stdout.contains("last-admin"), "{}", refused.stdout);
    assert!(refused.stderr.contains("nobody would be left"), "{}", refused.stderr);
    let off = server.run(&["policy", "disable", draft]);
    assert_eq!(off.code, Some(0), "{}", off.stderr);
    server.stop();
}

#[test]
fn what_is_exported_can_be_imported_and_is_exported_the_same() {
    let server = Server::start(&["--demo"]);
    assert_eq!(server.run(&["export", "one"]).code, Some(0));
    let imported = server.run(&["import", "one"]);
    assert_eq!(imported.code, Some(0), "{}", imported.stderr);
    assert_eq!(server.run(&["export", "two"]).code, Some(0));
    let folder = server.stop();
    let differ = Command::new("diff").args(["-r", "one", "two"]).current_dir(&folder).output();
    let differ = differ.unwrap();
    assert!(differ.status.success(), "{}", String::from_utf8_lossy(&differ.stdout));
    let checked = run_in(folder.path(), &["check", "one", "--format", "concise"]);
    assert_eq!(checked.code, Some(0), "{}{}", checked.stdout, checked.stderr);
}

#[test]
fn a_first_start_has_a_link_and_a_sheet_and_recovery_waits_until_the_server_has_stopped() {
    let server = Server::start(&["--name", "Contoso", "--domain", "contoso.example"]);
    let link = server.data.join("setup-link");
    for path in [&link, &server.data.join("breakglass.txt")] {
        assert_eq!(mode(path), 0o600, "{}", path.display());
    }
    let first = fs::read_to_string(&link).unwrap();
    assert!(first.starts_with("https://localhost:8443/setup#"));
    assert!(!server.said.contains("/setup#"), "{}", server.said);
    let refused = server.run(&["recover", "--yes"]);
    assert_eq!(refused.code, Some(2));
    assert!(refused.stderr.contains("is using"), "{}", refused.stderr);
    let folder = server.stop();
    let recovered = run_on(folder.path(), &["recover", "--yes"]);
    assert_eq!(recovered.code, Some(0), "{}", recovered.stderr);
    assert!(recovered.stderr.contains("recovery@contoso.example is a Global Administrator"));
    assert_ne!(fs::read_to_string(&link).unwrap(), first);
}

#[test]
fn the_demo_can_move_to_another_port() {
    let folder = Server::start(&["--demo"]).stop();
    let arguments = ["--demo", "--public-url", "https://localhost:9443"];
    let server = Server::again(folder, &arguments);
    assert!(server.said.contains("address     https://localhost:9443"), "{}", server.said);
    let guide = fs::read(server.data.join("demo.json")).unwrap();
    let told: Value = serde_json::from_slice(&guide).unwrap();
    assert_eq!(told["base_url"], "https://localhost:9443");
    server.stop();
}
