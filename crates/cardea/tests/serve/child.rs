//! Other programs: started, waited for within bounds, and ended by their id.

use std::io::{BufRead as _, BufReader, Read};
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

/// A program that runs beside the test and ends with it.
#[derive(Debug)]
pub(crate) struct Running {
    child: Child,
    signal: &'static str,
}

impl Running {
    /// Starts a program. At the end it gets a signal, for instance `-TERM`, and is waited for.
    pub(crate) fn start(command: &mut Command, signal: &'static str) -> Self {
        let name = command.get_program().to_owned();
        let child = command.stdin(Stdio::null()).spawn();
        let child =
            child.unwrap_or_else(|error| panic!("cannot start {}: {error}", name.display()));
        Self { child, signal }
    }

    /// Reads standard output, which must be a pipe, up to a line that holds `part`; the rest of it is drained.
    pub(crate) fn said(&mut self, part: &'static str) -> Result<String, String> {
        let output = self.child.stdout.take().expect("a pipe");
        line(output, part)
    }

    /// As [`Self::said`], for standard error.
    pub(crate) fn complained(&mut self, part: &'static str) -> Result<String, String> {
        let output = self.child.stderr.take().expect("a pipe");
        line(output, part)
    }

    /// Its id.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// The exit code, if the program has ended by itself.
    pub(crate) fn ended(&mut self) -> Option<i32> {
        let status = self.child.try_wait().expect("the program can be waited for")?;
        Some(status.code().unwrap_or(-1))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if self.child.try_wait().is_ok_and(|status| status.is_some()) {
            return;
        }
        signal(self.child.id(), self.signal);
        let _ = self.child.wait();
    }
}

/// The line that holds `part`, or all that was said before the end or within half a minute.
fn line(output: impl Read + Send + 'static, part: &'static str) -> Result<String, String> {
    let (send, receive) = mpsc::channel();
    thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            // Nobody listens any more once the line has come; a full pipe would stop the program.
            let _ = send.send(line);
        }
    });
    let mut all = String::new();
    while let Ok(line) = receive.recv_timeout(Duration::from_secs(30)) {
        if line.contains(part) {
            return Ok(line);
        }
        all = all + &line + "\n";
    }
    Err(format!("`{part}` was not said, only: {all}"))
}

/// Runs a program to its end, at most as long as `limit`.
pub(crate) fn finish(command: &mut Command, limit: Duration) -> Result<Output, String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let pipes = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = pipes.spawn().map_err(|error| format!("cannot start `{name}`: {error}"))?;
    let (send, receive, id) = pair(child.id());
    thread::spawn(move || send.send(child.wait_with_output()));
    let Ok(output) = receive.recv_timeout(limit) else {
        signal(id, "-KILL");
        return Err(format!("`{name}` has not ended after {limit:?}"));
    };
    output.map_err(|error| format!("`{name}` cannot be waited for: {error}"))
}

fn pair<T>(id: u32) -> (mpsc::Sender<T>, mpsc::Receiver<T>, u32) {
    let (send, receive) = mpsc::channel();
    (send, receive, id)
}

fn signal(id: u32, signal: &str) {
    let _ = Command::new("kill").args([signal, &id.to_string()]).status();
}

/// Asks again every 100 ms until there is an answer, at most `times`.
pub(crate) async fn until<T>(times: u32, mut ask: impl AsyncFnMut() -> Option<T>) -> Option<T> {
    let mut beat = tokio::time::interval(Duration::from_millis(100));
    for _ in 0..times {
        beat.tick().await;
        if let Some(answer) = ask().await {
            return Some(answer);
        }
    }
    None
}
