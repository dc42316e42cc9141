//! What the machine is, in words that name neither its host nor its folders.

use std::fs;
use std::process::Command;

/// Processor, memory, system, compiler, and how busy it is.
pub fn description() -> String {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let model = first("/proc/cpuinfo", "model name").unwrap_or_else(|| "unknown processor".into());
    let memory = first("/proc/meminfo", "MemTotal")
        .and_then(|text| text.split_whitespace().next()?.parse::<f64>().ok())
        .map_or_else(String::new, |kib| format!(", {:.0} GiB of memory", kib / 1024.0 / 1024.0));
    let system = format!("{} {}", std::env::consts::OS, std::env::consts::ARCH);
    format!("{model}, {cores} cores{memory}; {system}; {}; {}", compiler(), load())
}

/// How busy the machine is. A busy one takes longer by the clock, less so in processor time.
fn load() -> String {
    let text = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = text.split_whitespace().next().unwrap_or("unknown");
    format!("load at the start {load}")
}

fn compiler() -> String {
    let output = Command::new("rustc").arg("--version").output();
    let version = output.ok().and_then(|it| String::from_utf8(it.stdout).ok());
    let words = version.as_deref().map(|it| it.split_whitespace().take(2).collect::<Vec<_>>());
    words.map_or_else(|| "unknown compiler".to_owned(), |words| words.join(" "))
}

/// The value after the first line's colon whose name is this.
fn first(path: &str, name: &str) -> Option<String> {
    let text = fs::read_to_string(path).ok()?;
    let (_, value) =
        text.lines().filter_map(|line| line.split_once(':')).find(|(key, _)| key.trim() == name)?;
    Some(value.trim().to_owned())
}
