//! Microsoft's libraries for Graph, as they come. The mission's story by msgraph-sdk only: what an administrator does,
//! a program does with it; what a person does, `cardea authenticator` does. And what the client for JavaScript needs:
//! pages, searches, batches, refusals.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use serde_json::{Value, json};

use crate::child::finish;
use crate::demo::Person;
use crate::handset::{Handset, words};
use crate::own::Own;
use crate::prepared::{Prepared, checkout};

/// What the programs may do.
const PERMISSIONS: [&str; 7] = [
    "User.ReadWrite.All",
    "Group.ReadWrite.All",
    "Policy.ReadWrite.ConditionalAccess",
    "Policy.ReadWrite.AuthenticationMethod",
    "UserAuthenticationMethod.ReadWrite.All",
    "AuditLog.Read.All",
    "Policy.Read.All",
];

/// A file that tells a program where the tenant is, and as which app it comes.
fn task(own: &Own, permissions: &[&str]) -> PathBuf {
    let mut add = vec!["app", "add", "Roll-out", "--secret", "--json"];
    for permission in permissions {
        add.extend(["--application", *permission]);
    }
    let mut task: Value = serde_json::from_str(&own.command(&add)).unwrap();
    task["base_url"] = Value::from(own.address());
    let path = own.beside("task.json");
    fs::write(&path, task.to_string()).unwrap();
    path
}

/// Runs a program; what it prints. The libraries are large: reading them in takes a while on a busy machine.
fn printed(program: &mut Command, own: &Own) -> Value {
    let output = finish(program, Duration::from_mins(4)).unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program:?}: {said}\nthe server said: {}", own.log());
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Runs a step of the story; what it prints.
fn step(prepared: &Prepared, (own, task): (&Own, &Path), step: &str) -> Value {
    let mut python = Command::new(prepared.python());
    python.env("PYTHONDONTWRITEBYTECODE", "1");
    python.arg(checkout().join("tests/clients/python/graph_story.py"));
    printed(python.arg(task).arg(own.ca()).arg(step), own)
}

#[tokio::test]
async fn passkeys_are_rolled_out_with_msgraph_sdk_only() {
    let Some(prepared) = Prepared::find() else { return };
    let own = Own::start().await;
    let path = task(&own, &PERMISSIONS);

    let newcomer = step(&prepared, (&own, &path), "prepare");
    let person: Person = serde_json::from_value(newcomer).unwrap();
    let phone = Handset::knowing(own.address(), own.ca());
    let added = phone.ok(&words(&phone.adding(&person, "work")));
    assert!(added.starts_with("ok  passkey added to profile work"), "{added}");
    let end = step(&prepared, (&own, &path), "enforce");
    assert!(end["passkey"].as_str().unwrap().contains("Cardea Authenticator"), "{end}");
    own.command(&["audit", "verify"]);
}

#[tokio::test]
async fn the_client_for_javascript_lists_searches_batches_and_is_told_of_lockouts() {
    let Some(prepared) = Prepared::find() else { return };
    let own = Own::start().await;
    let mut node = Command::new(prepared.node().join("node"));
    // The libraries are looked for beside the link, not beside the file that it leads to.
    node.args(["--preserve-symlinks", "--preserve-symlinks-main"]);
    node.arg(prepared.node().join("programs/graph_client.mjs")).arg(task(&own, &PERMISSIONS));
    let seen = printed(node.env("NODE_EXTRA_CA_CERTS", own.ca()), &own);

    let mut statuses = vec![201; 12];
    statuses.push(400);
    assert_eq!(seen["batch"], json!({ "statuses": statuses, "refused": "Request_BadRequest" }));
    let crew: Vec<String> = (0..12).map(|number| format!("Crew {number:02}")).collect();
    assert_eq!(seen["pages"]["crew"], json!(crew));
    // The twelve, and whoever was there before.
    let all = seen["pages"]["all"].as_u64().unwrap();
    assert!(all > 12 && seen["pages"]["pauses"].as_u64().unwrap() >= 2, "{seen}");
    let advanced = &seen["advanced"];
    assert_eq!(advanced["filtered"], json!([1, ["Crew 07"]]));
    assert_eq!(advanced["searched"], json!(["Crew 10", "Crew 11"]));
    assert_eq!(advanced["count"], json!(all));
    let policies = &seen["policies"];
    assert_eq!(policies["name"], "JS011 Trial");
    assert_eq!(policies["state"], "enabledForReportingButNotEnforced");
    assert_eq!(policies["stale"], 412);
    assert_eq!(policies["gone"], json!([404, "Request_ResourceNotFound"]));
    let lockout = &seen["lockout"];
    assert_eq!((&lockout["status"], &lockout["code"]), (&json!(400), &json!("cardeaProofRefuted")));
    assert!(lockout["rules"].as_array().unwrap().contains(&json!("last-admin")), "{lockout}");
}

/// What lets a program do all that the API has.
const MORE: [&str; 8] = [
    "Application.ReadWrite.All",
    "CustomSecAttributeAssignment.ReadWrite.All",
    "CustomSecAttributeDefinition.ReadWrite.All",
    "Device.ReadWrite.All",
    "RoleManagement.ReadWrite.Directory",
    "Agreement.ReadWrite.All",
    "Reports.Read.All",
    "Directory.ReadWrite.All",
];

#[tokio::test]
async fn what_the_api_says_of_itself_is_what_it_does() {
    let Some(prepared) = Prepared::find() else { return };
    let own = Own::start().await;
    let task = task(&own, &[&PERMISSIONS[..], &MORE[..]].concat());
    let mut python = Command::new(prepared.python());
    python.env("PYTHONDONTWRITEBYTECODE", "1");
    // It keeps examples where it is started, if it is let.
    python.current_dir(own.beside("."));
    python.arg(checkout().join("tests/clients/python/openapi_conformance.py"));
    let seen = printed(python.arg(task).arg(own.ca()), &own);
    assert!(seen["operations"].as_u64().unwrap() > 160, "{seen}");
    // It got past the door: lists and objects were read, made, changed and taken away.
    for status in ["200", "201", "204", "400", "404"] {
        assert!(seen["statuses"][status].as_u64().is_some_and(|count| count > 0), "{seen}");
    }
    assert_eq!(seen["statuses"].get("401"), None, "{seen}");
    own.command(&["audit", "verify"]);
}
