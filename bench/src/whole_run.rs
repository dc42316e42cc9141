//! Whole processes: how long they take, and how much memory they hold at most.
//!
//! The system counts the memory of a new process from the moment before it becomes another program,
//! so nothing is seen below what this process itself holds. The process that starts others must stay
//! small; [`floor`] says how small it was.

use std::fs::File;
use std::io::Read as _;
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use wait4::{ResourceUsage, Wait4 as _};

/// One run of a process.
#[derive(Clone, Debug)]
pub struct Run {
    /// How it ended.
    pub status: ExitStatus,
    /// What it printed.
    pub output: String,
    /// Milliseconds from start to end.
    pub wall: f64,
    /// Milliseconds of processor time.
    pub processor: f64,
    /// The most memory that it held, in MiB.
    pub peak: f64,
}

/// Runs a process to its end.
pub fn run(command: &mut Command) -> Result<Run> {
    let (mut output, start) = (tempfile::tempfile()?, Instant::now());
    let child = spawn(command, &output)?;
    let used = child.wait4()?;
    let wall = start.elapsed();
    finished(&mut output, used.status, used.rusage, wall)
}

/// Runs a process for at most so long; `None` where that was too short.
pub fn run_within(command: &mut Command, limit: Duration) -> Result<Option<Run>> {
    let (mut output, start) = (tempfile::tempfile()?, Instant::now());
    let mut child = spawn(command, &output)?;
    loop {
        if let Some(used) = child.try_wait4()? {
            let wall = start.elapsed();
            return finished(&mut output, used.status, used.rusage, wall).map(Some);
        }
        if start.elapsed() > limit {
            child.kill()?;
            child.wait4()?;
            return Ok(None);
        }
        std::thread::sleep((start.elapsed() / 200).min(Duration::from_millis(5)));
    }
}

fn spawn(command: &mut Command, output: &File) -> Result<std::process::Child> {
    let command = command.stdin(Stdio::null()).stdout(output.try_clone()?);
    command.spawn().with_context(|| format!("cannot start `{}`", name(command)))
}

fn finished(
    output: &mut File,
    status: ExitStatus,
    used: ResourceUsage,
    wall: Duration,
) -> Result<Run> {
    use std::io::Seek as _;
    let mut text = String::new();
    output.rewind()?;
    output.read_to_string(&mut text)?;
    Ok(Run {
        status,
        output: text,
        wall: milliseconds(wall),
        processor: milliseconds(used.utime + used.stime),
        peak: used.maxrss as f64 / f64::from(1 << 20),
    })
}

impl Run {
    /// Fails unless the process ended with one of these codes.
    pub fn expect(&self, codes: &[i32]) -> Result<&Self> {
        match self.status.code() {
            Some(code) if codes.contains(&code) => Ok(self),
            _ => bail!("the process ended with {}:\n{}", self.status, self.output),
        }
    }
}

/// The most memory that this process has held, in MiB; no peak below can be seen.
pub fn floor() -> Result<f64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    let kib = line.and_then(|line| line.split_whitespace().nth(1)).context("no VmHWM")?;
    Ok(kib.parse::<f64>()? / 1024.0)
}

fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}

fn name(command: &Command) -> String {
    let program = command.get_program().to_string_lossy();
    program.rsplit('/').next().unwrap_or(&program).to_owned()
}
