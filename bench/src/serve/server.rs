//! `cardea serve --demo` in a folder of its own, started and stopped as often as wanted.

use std::fs::{self, File};
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tempfile::TempDir;

use super::connection::Address;

/// How long anybody waits for a server to begin or to end.
const PATIENCE: Duration = Duration::from_secs(30);

/// A folder with a demo tenant, and what serves it.
#[derive(Debug)]
pub(crate) struct Place {
    program: PathBuf,
    folder: TempDir,
    port: u16,
}

/// A server that answers. It is killed where it is not stopped.
#[derive(Debug)]
pub(crate) struct Server {
    child: Child,
    /// Where it answers.
    pub(crate) address: Address,
    /// Milliseconds from its start to its first answer.
    pub(crate) ready_after: f64,
}

impl Place {
    /// An empty folder for a program.
    pub(crate) fn new(program: &Path) -> Result<Self> {
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
        Ok(Self { program: program.to_owned(), folder: tempfile::tempdir()?, port })
    }

    /// Where the tenant is kept.
    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// What the demo says of itself.
    pub(crate) fn guide(&self) -> Result<Value> {
        let text = fs::read_to_string(self.data().join("demo.json"))?;
        Ok(serde_json::from_str(&text)?)
    }

    /// Starts the server as its README says, and waits for the first answer of `/readyz` over TLS.
    /// It listens before it can answer, so that whoever connects early waits no longer than needed.
    pub(crate) fn start(&self) -> Result<Server> {
        let log = File::options().create(true).append(true).open(self.log())?;
        let mut command = Command::new(&self.program);
        command.args(["serve", "--demo", "--data"]).arg(self.data());
        command.args(["--listen", &format!("127.0.0.1:{}", self.port)]);
        command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
        let begin = Instant::now();
        let mut child = command.spawn().context("cannot start the server")?;
        let address = loop {
            match self.first_answer() {
                Some(address) => break address,
                None if child.try_wait()?.is_some() || begin.elapsed() > PATIENCE => {
                    let _ = child.kill();
                    let _ = child.wait();
                    bail!("the server does not answer:\n{}", fs::read_to_string(self.log())?);
                }
                None => std::thread::sleep(Duration::from_micros(500)),
            }
        };
        let ready_after = begin.elapsed().as_secs_f64() * 1e3;
        Ok(Server { child, address, ready_after })
    }

    fn first_answer(&self) -> Option<Address> {
        let guide = self.guide().ok()?;
        let address = Address::new(self.port, guide["ca_certificate"].as_str()?.as_ref()).ok()?;
        let answer = address.connect().ok()?.get("/readyz", "").ok()?;
        (answer.status == 200).then_some(address)
    }

    fn log(&self) -> PathBuf {
        self.folder.path().join("server.log")
    }
}

impl Server {
    /// MiB that are resident now.
    pub(crate) fn resident(&self) -> Result<f64> {
        self.memory("VmRSS:")
    }

    /// The most MiB that were ever resident.
    pub(crate) fn peak(&self) -> Result<f64> {
        self.memory("VmHWM:")
    }

    fn memory(&self, name: &str) -> Result<f64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix(name)).context(name.to_owned());
        let kib: f64 = line?.trim_end_matches("kB").trim().parse()?;
        Ok(kib / 1024.0)
    }

    /// Milliseconds of processor time that it has used, to a hundredth of a second.
    pub(crate) fn processor(&self) -> Result<f64> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        let (_, fields) = stat.rsplit_once(')').context("no name in stat")?;
        // The fields 14 and 15 of proc(5), counted from the third.
        let times: Vec<f64> =
            fields.split_whitespace().skip(11).take(2).map(str::parse).collect::<Result<_, _>>()?;
        Ok(times.iter().sum::<f64>() * 1e3 / rustix::param::clock_ticks_per_second() as f64)
    }

    /// Stops it as an operator does. Its connections must be closed.
    pub(crate) fn stop(mut self) -> Result<()> {
        kill_process(Pid::from_child(&self.child), Signal::TERM)?;
        let begin = Instant::now();
        while begin.elapsed() < PATIENCE {
            if let Some(status) = self.child.try_wait()? {
                ensure!(status.success(), "the server ended with {status}");
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        bail!("the server does not stop")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}
