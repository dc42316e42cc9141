//! The mission's story by Microsoft's library for Graph only: what an administrator does, a program does with
//! msgraph-sdk as it comes; what a person does, `cardea authenticator` does.

use std::fs;
use std::process::Command;
use std::time::Duration;

use serde_json::Value;

use crate::child::finish;
use crate::demo::Person;
use crate::handset::{Handset, words};
use crate::own::Own;
use crate::prepared::{Prepared, checkout};

/// What the program may do.
const PERMISSIONS: [&str; 7] = [
    "User.ReadWrite.All",
    "Group.ReadWrite.All",
    "Policy.ReadWrite.ConditionalAccess",
    "Policy.ReadWrite.AuthenticationMethod",
    "UserAuthenticationMethod.ReadWrite.All",
    "AuditLog.Read.All",
    "Policy.Read.All",
];

/// Runs a step of the story; what it prints.
fn step(prepared: &Prepared, (own, task): (&Own, &std::path::Path), step: &str) -> Value {
    let mut python = Command::new(prepared.python());
    python.env("PYTHONDONTWRITEBYTECODE", "1");
    python.arg(checkout().join("tests/clients/python/graph_story.py"));
    python.arg(task).arg(own.ca()).arg(step);
    // The library is large: reading it in takes a while on a busy machine.
    let output = finish(&mut python, Duration::from_mins(4)).unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{step}: {said}\nthe server said: {}", own.log());
    serde_json::from_slice(&output.stdout).unwrap()
}

#[tokio::test]
async fn passkeys_are_rolled_out_with_msgraph_sdk_only() {
    let Some(prepared) = Prepared::find() else { return };
    let own = Own::start().await;
    let mut add = vec!["app", "add", "Roll-out", "--secret", "--json"];
    for permission in PERMISSIONS {
        add.extend(["--application", permission]);
    }
    let mut task: Value = serde_json::from_str(&own.command(&add)).unwrap();
    task["base_url"] = Value::from(own.address());
    let path = own.beside("task.json");
    fs::write(&path, task.to_string()).unwrap();

    let newcomer = step(&prepared, (&own, &path), "prepare");
    let person: Person = serde_json::from_value(newcomer).unwrap();
    let phone = Handset::knowing(own.address(), own.ca());
    let added = phone.ok(&words(&phone.adding(&person, "work")));
    assert!(added.starts_with("ok  passkey added to profile work"), "{added}");
    let end = step(&prepared, (&own, &path), "enforce");
    assert!(end["passkey"].as_str().unwrap().contains("Cardea Authenticator"), "{end}");
    own.command(&["audit", "verify"]);
}
