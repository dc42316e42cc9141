//! The command as people and machines call it: arguments in, text and exit code out.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "these are tests, and a test that cannot go on fails"
)]

mod authenticator;
mod bluetooth;
mod check;
mod demo;
mod diff;
mod explain;
mod fix;
mod help;
mod input;
mod interrupt;
#[cfg(unix)]
mod tenant;
mod verify;
mod whatif;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What came of a run.
#[derive(Debug)]
struct Run {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

/// The command in a folder, in a plain environment.
fn command(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cardea"));
    command.current_dir(folder).env_clear().env("LANG", "C.UTF-8");
    if let Some(path) = std::env::var_os("PATH") {
        command.env("PATH", path);
    }
    command
}

/// Runs the command in a folder.
fn run_in(folder: &Path, arguments: &[&str]) -> Run {
    finish(command(folder).args(arguments))
}

/// Runs the command beside the example tenants.
fn run(arguments: &[&str]) -> Run {
    run_in(&examples(), arguments)
}

/// Runs a command to its end without input.
fn finish(command: &mut Command) -> Run {
    fed(command, "")
}

/// Runs a command with something to read on standard input.
fn fed(command: &mut Command, input: &str) -> Run {
    let command = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the command starts");
    child.stdin.take().expect("a pipe").write_all(input.as_bytes()).expect("it reads");
    let output = child.wait_with_output().expect("the command ends");
    let text = |bytes| String::from_utf8(bytes).expect("text");
    Run { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
}

/// The folder of the example tenants.
fn examples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/tenants")
}

/// A copy of an example tenant that a test may change.
fn copy_of(tenant: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    copy(&examples().join(tenant), &folder.path().join(tenant));
    folder
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder") {
        let path = entry.expect("an entry").path();
        let place = to.join(path.file_name().expect("a name"));
        if path.is_dir() {
            copy(&path, &place);
        } else {
            std::fs::copy(&path, &place).expect("a copy");
        }
    }
}

/// A report without what differs from run to run.
fn json(text: &str) -> serde_json::Value {
    let mut report: serde_json::Value = serde_json::from_str(text).expect("JSON");
    report["elapsed_ms"] = 0.into();
    report
}
