//! Ctrl-C.

#![cfg(unix)]

use std::process::{Command, Stdio};

use crate::{command, examples};

#[test]
fn an_interrupt_ends_the_run_with_130() {
    let mut cardea = command(&examples());
    cardea.args(["check", "-"]).stdin(Stdio::piped()).stdout(Stdio::null());
    let mut child = cardea.spawn().unwrap();
    // Waiting for the child would close its standard input and let it end by itself.
    let open = child.stdin.take();
    let id = child.id().to_string();
    // It waits for standard input, which stays open; it watches for interrupts before it reads.
    let watches = || {
        let status = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
        let caught = status.lines().find_map(|line| line.strip_prefix("SigCgt:"));
        let caught = caught.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
        caught.is_none_or(|mask| mask & 0b10 != 0)
    };
    while !watches() {
        std::thread::yield_now();
    }
    assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(130));
    drop(open);
}
